package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk/quant"
)

// model is what was computed.
type model struct {
	quant.Portfolio

	lang      lang.Lang
	scenarios map[string]string // titles by id
	controls  map[string]string
	result    *quant.Result
	worth     []quant.Worth
	swings    []swing
}

// show computes what the flags ask for and writes it.
func show(ctx context.Context, c config, w io.Writer) error {
	p, err := read(c.file, c.lang)
	if err != nil {
		return err
	}
	m, err := compute(ctx, p, c)
	if err != nil {
		return err
	}
	switch c.format {
	case "csv":
		return report.CSV(w, m.table(c.view))
	case "svg":
		picture := m.picture(c.view)
		if err := report.Markdown(io.Discard, report.Document{Title: "-", Blocks: []report.Block{report.Figure{SVG: picture}}}); err != nil {
			return err
		}
		_, err := io.WriteString(w, picture.String())
		return err
	default:
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(m.data(c.view))
	}
}

// tailLevel is the level of the tail that is divided and avoided.
const tailLevel = 0.99

func compute(ctx context.Context, p quant.Portfolio, c config) (model, error) {
	m := model{Portfolio: p, lang: c.lang, scenarios: map[string]string{}, controls: map[string]string{}}
	for _, s := range p.Scenarios {
		m.scenarios[s.ID] = s.Title
	}
	for _, k := range p.Controls {
		m.controls[k.ID] = k.Title
	}
	c.options.TailLevel = tailLevel
	if c.view == controls {
		prepared, err := quant.Prepare(ctx, p, &c.options)
		if err != nil {
			return m, err
		}
		m.worth, err = prepared.Rank(ctx)
		return m, err
	}
	var err error
	m.result, err = quant.Solve(ctx, p, &c.options)
	switch {
	case err != nil:
	case c.view == contributions: // the greatest first
		slices.SortStableFunc(m.result.Contributions, func(a, b quant.Contribution) int { return cmp.Compare(b.Tail, a.Tail) })
	case c.view == sensitivity:
		m.swings, err = swings(ctx, p, m.result, c.lang)
	}
	return m, err
}

// data is what the JSON says. It is the same in every language.
func (m model) data(v view) any {
	switch v {
	case controls:
		return struct {
			Currency  string        `json:"currency"`
			TailLevel float64       `json:"tailLevel"`
			Controls  []quant.Worth `json:"controls"`
		}{m.Currency, tailLevel, m.worth}
	case sensitivity:
		return struct {
			Currency string  `json:"currency"`
			Mean     float64 `json:"mean"`
			Inputs   []swing `json:"inputs"`
		}{m.Currency, m.result.Mean, m.swings}
	case contributions:
		return struct {
			Currency      string               `json:"currency"`
			TailLevel     float64              `json:"tailLevel"`
			Contributions []quant.Contribution `json:"contributions"`
		}{m.Currency, tailLevel, m.result.Contributions}
	default:
		return m.result
	}
}

func (m model) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(m.lang) }

// amount has cents: nobody knows a loss that well, but parts and their sum agree.
func amount(x float64) report.Cell {
	return report.Cell{Kind: report.KindNumber, Text: strconv.FormatFloat(math.Round(x*100)/100, 'f', 2, 64)}
}

func chance(p float64) report.Cell {
	return report.Cell{Kind: report.KindNumber, Text: strconv.FormatFloat(math.Round(p*1e8)/1e8, 'f', -1, 64)}
}

// percent is a level as people write it: 99.5 %.
func (m model) percent(level float64) string {
	s := report.Decimal(int64(math.Round(level*1000)), 1).Text
	if whole := strconv.FormatFloat(level*100, 'f', -1, 64); len(whole) <= 2 {
		s = whole
	}
	if m.lang == lang.NL {
		s = comma(s)
	}
	return s + " %"
}

func comma(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] == '.' {
			b[i] = ','
		}
	}
	return string(b)
}

// scenario is the name of a scenario for people.
func (m model) scenario(id string) string { return cmp.Or(m.scenarios[id], id) }

func (m model) control(k quant.Worth) string {
	name := cmp.Or(m.controls[k.Control], k.Control)
	if k.Planned {
		name += m.say(" (planned)", " (gepland)")
	}
	return name
}

func columns(titles ...string) []report.Column {
	out := make([]report.Column, len(titles))
	for i, t := range titles {
		out[i].Title = t
	}
	return out
}

// table is what the CSV says.
func (m model) table(v view) report.Table {
	money := " (" + m.Currency + ")"
	switch v {
	case contributions:
		return m.shares(columns(m.say("Scenario", "Scenario"), m.say("Contribution to the mean", "Bijdrage aan het gemiddelde")+money, m.say("Contribution to the tail", "Bijdrage aan de staart")+money))
	case controls:
		t := report.Table{Columns: columns(m.say("Control", "Beheersmaatregel"), m.say("Tail avoided", "Vermeden staart")+money, m.say("Mean avoided", "Vermeden gemiddelde")+money, m.say("Cost a year", "Kosten per jaar")+money, m.say("Return", "Rendement")+money)}
		for _, k := range m.worth {
			t.Rows = append(t.Rows, row(report.Text(m.control(k)), amount(k.TailAvoided), amount(k.MeanAvoided), amount(k.Cost), amount(k.Return)))
		}
		return t
	case sensitivity:
		t := report.Table{Columns: columns(m.say("Estimate", "Schatting"), "5 %", "95 %", m.say("Mean at 5 %", "Gemiddelde bij 5 %")+money, m.say("Mean at 95 %", "Gemiddelde bij 95 %")+money)}
		for _, s := range m.swings {
			t.Rows = append(t.Rows, row(report.Text(s.name), chance(s.P05), chance(s.P95), amount(s.AtP05), amount(s.AtP95)))
		}
		return t
	default:
		return m.figures()
	}
}

func row(cells ...report.Cell) report.Row { return report.Row{Cells: cells} }

func (m model) shares(c []report.Column) report.Table {
	t := report.Table{Columns: c}
	for _, x := range m.result.Contributions {
		t.Rows = append(t.Rows, row(report.Text(m.scenario(x.Scenario)), amount(x.Mean), amount(x.Tail)))
	}
	return t
}

// figures is the whole result, one figure a line, with its bounds where it was
// sampled.
func (m model) figures() report.Table {
	r, none := m.result, report.Cell{}
	t := report.Table{Columns: columns(m.say("Figure", "Cijfer"), m.say("Of", "Van"), m.say("Value", "Waarde"), m.say("Low", "Laag"), m.say("High", "Hoog"))}
	add := func(cells ...report.Cell) { t.Rows = append(t.Rows, row(cells...)) }
	add(report.Text(m.say("Currency", "Valuta")), none, report.Text(m.Currency), none, none)
	add(report.Text(m.say("Mean", "Gemiddelde")), none, amount(r.Mean), none, none)
	if r.SD != nil {
		add(report.Text(m.say("Standard deviation", "Standaardafwijking")), none, amount(*r.SD), none, none)
	}
	add(report.Text(m.say("Chance of no loss", "Kans op geen verlies")), none, chance(r.NoLoss), none, none)
	for _, l := range r.Levels {
		low, high := none, none
		if l.Low != nil && l.High != nil {
			low, high = amount(*l.Low), amount(*l.High)
		}
		add(report.Text("Value at risk (VaR)"), report.Text(m.percent(l.Level)), amount(l.VaR), low, high)
		add(report.Text("Tail value at risk (TVaR)"), report.Text(m.percent(l.Level)), amount(l.Tail), none, none)
	}
	for _, x := range r.Contributions {
		add(report.Text(m.say("Contribution to the mean", "Bijdrage aan het gemiddelde")), report.Text(m.scenario(x.Scenario)), amount(x.Mean), none, none)
		add(report.Text(m.say("Contribution to the tail at ", "Bijdrage aan de staart bij ")+m.percent(tailLevel)), report.Text(m.scenario(x.Scenario)), amount(x.Tail), none, none)
	}
	for _, x := range r.Tolerance {
		add(report.Text(m.say("Accepted chance of more than", "Aanvaarde kans op meer dan")), amount(x.Loss), chance(x.Probability), none, none)
		add(report.Text(m.say("Modelled chance of more than", "Gemodelleerde kans op meer dan")), amount(x.Loss), chance(x.Modelled), none, none)
	}
	m.accuracy(add)
	for _, p := range r.Curve {
		low, high := none, none
		if p.Low != nil && p.High != nil {
			low, high = chance(*p.Low), chance(*p.High)
		}
		add(report.Text(m.say("Chance of more than", "Kans op meer dan")), amount(p.Loss), chance(p.Probability), low, high)
	}
	return t
}

// accuracy is how far the figures may be off, for a right model.
func (m model) accuracy(add func(...report.Cell)) {
	none := report.Cell{}
	if g := m.result.Grid; g != nil {
		add(report.Text(m.say("Grid: points", "Rooster: punten")), none, report.Int(g.Points), none, none)
		add(report.Text(m.say("Grid: difference to half as many points", "Rooster: verschil met de helft van de punten")), none, amount(g.Discretization*m.result.Mean), none, none)
		add(report.Text(m.say("Grid: chance beyond its end", "Rooster: kans voorbij het einde")), none, chance(g.Beyond), none, none)
	}
	if s := m.result.Sample; s != nil {
		add(report.Text(m.say("Drawn years", "Getrokken jaren")), none, report.Int(s.Years), none, none)
		add(report.Text(m.say("Standard error of the mean", "Standaardfout van het gemiddelde")), none, amount(s.MeanError), none, none)
	}
}
