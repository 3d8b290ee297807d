package ciso

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// level is one probability, impact or risk of a matrix.
type level struct {
	o                 *object
	id                int
	name, description isms.Text
	abbreviation      string
}

// matrix reads a risk matrix as a methodology.
func (r *reader) matrix(n yamljson.Node) {
	mark := len(r.omitted)
	o := r.object(n)
	u := o.urn()
	m := risk.Methodology{Common: isms.Common{ID: slug(u.last()), Label: o.str("ref_id")}, Title: o.texts("name")[0]}
	if m.Label == m.ID {
		m.Label = ""
	}
	if want := (urn{r.urn.space, "matrix", m.ID}); u != want {
		m.External = []isms.ExternalID{{System: system, ID: u.String()}}
	}
	probability, okP := r.levels(o, "probability")
	impact, okI := r.levels(o, "impact")
	bands, okB := r.levels(o, "risk")
	m.Likelihood.Steps, m.Impact.Steps = steps(probability), steps(impact)
	m.Bands = r.bands(bands)
	var problems []isms.Problem
	if grid, ok := o.field("grid"); ok {
		problems = r.grid(grid, &m)
	}
	for name, ok := range map[string]bool{"probability": okP, "impact": okI, "risk": okB} {
		if !ok {
			problems = append(problems, isms.Problem{Code: CodeGrid, Path: "/" + name})
		}
	}
	slices.SortFunc(problems, func(a, b isms.Problem) int { return cmp.Compare(a.Path, b.Path) })
	o.done()
	if r.taken[isms.LinkTo(m)] {
		problems = append(problems, isms.Problem{Code: isms.CodeDuplicate, Path: "/id", Args: pairs([]string{"have", m.ID})})
	}
	if len(problems) == 0 {
		problems = isms.Validate(m)
	}
	if !r.refused(n.Path(), mark, problems) {
		r.taken[isms.LinkTo(m)] = true
		r.lib.Methodologies = append(r.lib.Methodologies, m)
	}
}

// levels reads one list of levels by their numbers, which must be 0, 1, 2...
func (r *reader) levels(o *object, name string) ([]level, bool) {
	var list []level
	for _, item := range o.items(name) {
		l := level{o: r.object(item)}
		l.id, l.abbreviation = l.o.number("id"), l.o.str("abbreviation")
		list = append(list, l)
	}
	slices.SortStableFunc(list, func(a, b level) int { return cmp.Compare(a.id, b.id) })
	ok := true
	for i := range list {
		l := &list[i]
		ok = ok && l.id == i
		texts := l.o.texts("name", "description")
		l.name, l.description = texts[0], texts[1]
	}
	return list, ok
}

// steps are levels of probability or impact; their colours have no place.
func steps(list []level) []risk.Step {
	var out []risk.Step
	for i, l := range list {
		if l.abbreviation != "" && l.abbreviation != strconv.Itoa(i+1) {
			l.o.drop("abbreviation", CodeDropped)
		}
		l.o.done()
		out = append(out, risk.Step{Title: l.name, Criteria: l.description})
	}
	return out
}

// bands are levels of risk. Their abbreviations become ids.
func (r *reader) bands(list []level) []risk.Band {
	used := names{}
	var out []risk.Band
	for _, l := range list {
		id := cmp.Or(l.abbreviation, l.name[r.lib.Locale], "level-"+strconv.Itoa(l.id+1))
		b := risk.Band{ID: used.once(slug(id)), Title: l.name, Action: l.description, Colour: l.o.str("hexcolor")}
		if b.ID != l.abbreviation {
			l.o.drop("abbreviation", CodeID, "have", l.abbreviation, "want", b.ID)
		}
		l.o.done()
		out = append(out, b)
	}
	return out
}

// grid reads the cells: a row for each probability, with the number of the risk
// for each impact.
func (r *reader) grid(n yamljson.Node, m *risk.Methodology) []isms.Problem {
	var cells [][]int
	if err := n.Decode(&cells); err != nil {
		r.codec(err)
		return nil
	}
	for i, row := range cells {
		line := make([]string, len(row))
		for j, cell := range row {
			if cell < 0 || cell >= len(m.Bands) {
				return []isms.Problem{{Code: CodeGrid, Path: "/grid/" + strconv.Itoa(i) + "/" + strconv.Itoa(j)}}
			}
			line[j] = m.Bands[cell].ID
		}
		m.Matrix = append(m.Matrix, line)
	}
	return nil
}

// matrixOf is a methodology as a matrix. What a formula gives is written out.
func (w *writer) matrixOf(m risk.Methodology) matrix {
	subject := isms.LinkTo(m)
	u, ref := w.common(subject, m.Common, "matrix", m.ID)
	out := matrix{URN: u, RefID: ref}
	out.Name, _, out.Translations = w.texts(subject, "", "title", m.Title, "", nil)
	w.rest(subject, "", m, "id", "label", "external", "title", "likelihood", "impact", "bands", "matrix", "formula")
	out.Probability = w.steps(subject, "/likelihood", m.Likelihood)
	out.Impact = w.steps(subject, "/impact", m.Impact)
	number := map[string]int{}
	for i, b := range m.Bands {
		number[b.ID] = i
		path := "/bands/" + strconv.Itoa(i)
		l := matrixLevel{ID: i, Abbreviation: b.ID, Colour: b.Colour}
		l.Name, l.Description, l.Translations = w.texts(subject, path, "title", b.Title, "action", b.Action)
		w.rest(subject, path, b, "id", "title", "colour", "action")
		out.Risk = append(out.Risk, l)
	}
	if !m.Formula.IsZero() {
		w.omit(subject, "/formula", CodeFormula)
	}
	for i := range m.Likelihood.Steps {
		row := make([]int, len(m.Impact.Steps))
		for j := range row {
			row[j] = number[m.Rate(risk.Evaluation{Likelihood: i + 1, Impact: j + 1}).Band.ID]
		}
		out.Grid = append(out.Grid, row)
	}
	return out
}

func (w *writer) steps(subject isms.Link, path string, s risk.Scale) []matrixLevel {
	w.rest(subject, path, s, "steps")
	var list []matrixLevel
	for i, step := range s.Steps {
		path := path + "/steps/" + strconv.Itoa(i)
		l := matrixLevel{ID: i, Abbreviation: strconv.Itoa(i + 1)}
		l.Name, l.Description, l.Translations = w.texts(subject, path, "title", step.Title, "criteria", step.Criteria)
		w.rest(subject, path, step, "title", "criteria")
		list = append(list, l)
	}
	return list
}

// The form of a matrix in a file.
type matrix struct {
	URN          string        `json:"urn"`
	RefID        string        `json:"ref_id"`
	Name         string        `json:"name"`
	Translations translations  `json:"translations,omitempty"`
	Probability  []matrixLevel `json:"probability"`
	Impact       []matrixLevel `json:"impact"`
	Risk         []matrixLevel `json:"risk"`
	Grid         [][]int       `json:"grid"`
}

type matrixLevel struct {
	ID           int          `json:"id"`
	Abbreviation string       `json:"abbreviation"`
	Name         string       `json:"name"`
	Description  string       `json:"description,omitempty"`
	Translations translations `json:"translations,omitempty"`
	Colour       string       `json:"hexcolor,omitempty"`
}

// translations are texts by language and member.
type translations map[lang.Lang]map[string]string
