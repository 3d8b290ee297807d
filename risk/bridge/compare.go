package bridge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/quant"
)

// TailLevel is the level whose tail is compared: the worst year in a hundred.
const TailLevel = 0.99

// Comparison is the matrix beside the numbers.
type Comparison struct {
	AsOf        isms.Date
	Stage       risk.Stage
	Methodology risk.Methodology
	Intervals   Intervals

	// Bands are those that cells of the matrix have, lowest first. Retained is
	// the greatest expected loss of a cell that may be retained, 0 when none may.
	Bands    []Band
	Retained float64

	// Cells are those with risks, by likelihood and impact.
	Cells []Cell

	// Disagreements are where the order of the bands is opposite to that of the
	// numbers: for each cell and measure at most one, with the cell in a lower
	// band that outdoes it most.
	Disagreements []Disagreement

	// Missing are the rows that the methodology does not rate at this stage. No
	// figure is made up for them, and they are in no sum.
	Missing []risk.Row
}

// Band is a band in money: the expected loss a year of the cells in it.
type Band struct {
	risk.Band

	Acceptable bool
	Low, High  float64 // of its cheapest and its most expensive cell

	// Overlaps is set when the band may not be retained, and yet has a cell that
	// costs no more than one that may.
	Overlaps bool
}

// Cell is one cell of the matrix with the risks in it, which all have its
// figures, a year and each on its own.
type Cell struct {
	Level risk.Level // without the categories of single risks
	Mean  float64    // expected loss
	Tail  float64    // tail value at risk at TailLevel
	Risks []*risk.Risk
}

// Measure is what orders risks by money.
type Measure string

// The measures.
const (
	ByMean Measure = "mean"
	ByTail Measure = "tail"
)

// Label is the measure in language l.
func (m Measure) Label(l lang.Lang) string { return lang.Word(l, "loss-measure", string(m)) }

// Disagreement is a cell in a higher band that costs less than one in a lower
// band.
type Disagreement struct {
	By            Measure
	Higher, Lower Cell // by band
}

// Compare holds the rows of a register against the intervals of one of its
// methodologies. It fails with an [isms.ProblemError] for intervals that are not
// right, and with the error of ctx or of [quant.Solve]. It computes the tail
// once for each cell with risks, some milliseconds each, whatever the number of
// risks.
func Compare(ctx context.Context, r risk.Register, s risk.Stage, by Intervals) (*Comparison, error) {
	i := slices.IndexFunc(r.Methodologies, func(m risk.Methodology) bool { return m.Pin() == by.Methodology })
	if i < 0 {
		return nil, &isms.ProblemError{Problems: []isms.Problem{{Code: CodeMethodology, Path: "/methodology", Args: map[string]string{"have": by.Methodology.String(), "want": pins(r.Methodologies)}}}}
	}
	c := &Comparison{AsOf: r.AsOf, Stage: s, Methodology: r.Methodologies[i], Intervals: by}
	e, problems := by.means(c.Methodology)
	if len(problems) > 0 {
		return nil, &isms.ProblemError{Problems: problems}
	}
	grid := c.grid(e)
	c.bands(grid)
	c.place(r.Rows, grid)
	if err := c.tails(ctx); err != nil {
		return nil, err
	}
	c.disagree(ByMean, func(x Cell) float64 { return x.Mean })
	c.disagree(ByTail, func(x Cell) float64 { return x.Tail })
	return c, nil
}

func pins(list []risk.Methodology) string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = m.Pin().String()
	}
	return strings.Join(out, ", ")
}

// grid is every cell of the matrix.
func (c *Comparison) grid(e expected) [][]Cell {
	grid := make([][]Cell, len(e.likelihood))
	for l, rate := range e.likelihood {
		grid[l] = make([]Cell, len(e.impact))
		for i, loss := range e.impact {
			level := c.Methodology.Rate(risk.Evaluation{Likelihood: l + 1, Impact: i + 1})
			grid[l][i] = Cell{Level: level, Mean: rate * loss}
		}
	}
	return grid
}

func (c *Comparison) bands(grid [][]Cell) {
	byRank := make([]Band, len(c.Methodology.Bands))
	for _, row := range grid {
		for _, x := range row {
			if !x.Level.Rated() { // a methodology from a host that does not check
				continue
			}
			b := &byRank[x.Level.Rank-1]
			if b.ID == "" {
				*b = Band{Band: x.Level.Band, Acceptable: x.Level.Acceptable, Low: x.Mean}
			}
			b.Low, b.High = min(b.Low, x.Mean), max(b.High, x.Mean)
			if b.Acceptable {
				c.Retained = max(c.Retained, x.Mean)
			}
		}
	}
	for _, b := range byRank {
		if b.ID != "" {
			b.Overlaps = !b.Acceptable && b.Low <= c.Retained
			c.Bands = append(c.Bands, b)
		}
	}
}

// place puts the rows into their cells.
func (c *Comparison) place(rows []risk.Row, grid [][]Cell) {
	for _, row := range rows {
		e := evaluation(row.Risk, c.Stage)
		if e.Methodology != c.Methodology.Pin() || !c.Methodology.Rate(e).Rated() {
			c.Missing = append(c.Missing, row)
			continue
		}
		x := &grid[e.Likelihood-1][e.Impact-1]
		x.Risks = append(x.Risks, row.Risk)
	}
	for _, row := range grid {
		for _, x := range row {
			if len(x.Risks) > 0 {
				c.Cells = append(c.Cells, x)
			}
		}
	}
}

func evaluation(r *risk.Risk, s risk.Stage) risk.Evaluation {
	switch s {
	case risk.Inherent:
		return r.Inherent
	case risk.Residual:
		return r.Residual
	case risk.Current:
	}
	return r.Current
}

func (c *Comparison) tails(ctx context.Context) error {
	for i := range c.Cells {
		x := &c.Cells[i]
		p := quant.Portfolio{Currency: c.Intervals.Currency, Scenarios: []quant.Scenario{c.scenario("cell", x.Level)}}
		tail, err := tail(ctx, p)
		if err != nil {
			return fmt.Errorf("likelihood %d, impact %d: %w", x.Level.Likelihood, x.Level.Impact, err)
		}
		x.Tail = tail
	}
	return nil
}

// accurate is the error of a tail, as a part of it, that orders cells well
// enough: the intervals are known to a digit or two.
const accurate = 1e-4

// tail computes on a small grid, and on a large one where that is too coarse.
func tail(ctx context.Context, p quant.Portfolio) (float64, error) {
	o := &quant.Options{Grid: 1 << 12, Levels: []float64{TailLevel}, TailLevel: TailLevel}
	r, err := quant.Solve(ctx, p, o)
	if err != nil {
		return 0, err
	}
	if r.Grid.Discretization*r.Mean > accurate*r.Levels[0].Tail {
		o.Grid = 0 // the default
		if r, err = quant.Solve(ctx, p, o); err != nil {
			return 0, err
		}
	}
	return r.Levels[0].Tail, nil
}

func (c *Comparison) scenario(id string, l risk.Level) quant.Scenario {
	return quant.Scenario{ID: id, Frequency: frequency(c.Intervals.Likelihood[l.Likelihood-1]), Severity: severity(c.Intervals.Impact[l.Impact-1])}
}

// disagree finds, for each cell, what outdoes it most in a lower band.
func (c *Comparison) disagree(by Measure, loss func(Cell) float64) {
	worst := make([]int, len(c.Methodology.Bands)+1) // of the bands up to a rank: 1 + the place of the cell
	for i, x := range c.Cells {
		for rank := x.Level.Rank; rank < len(worst); rank++ {
			if worst[rank] == 0 || loss(x) > loss(c.Cells[worst[rank]-1]) {
				worst[rank] = i + 1
			}
		}
	}
	for _, x := range c.Cells {
		if w := worst[x.Level.Rank-1]; w > 0 && loss(c.Cells[w-1]) > loss(x) {
			c.Disagreements = append(c.Disagreements, Disagreement{By: by, Higher: x, Lower: c.Cells[w-1]})
		}
	}
}

// Portfolio is the rated risks as scenarios of package quant, in the order of
// Cells, with the titles of the risks in language l. It has no controls: those
// that work today are in the levels of [risk.Current] already. Risks that share
// a cause are independent in it until a common cause is added, and those of
// Missing are not in it.
//
// Its rates are uncertain, so that the exact method has a transform for each
// risk: some 50 ms with the grid that is the default, and 3 ms with one of 4096
// points. quant.Grid.Discretization tells whether that is enough.
func (c *Comparison) Portfolio(l lang.Lang) quant.Portfolio {
	p := quant.Portfolio{Title: c.Methodology.Title.In(l), Currency: c.Intervals.Currency}
	for _, x := range c.Cells {
		for _, r := range x.Risks {
			s := c.scenario(r.ID, x.Level)
			s.Title = r.Title.In(l)
			p.Scenarios = append(p.Scenarios, s)
		}
	}
	return p
}
