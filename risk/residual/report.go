package residual

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

// Report is the estimates as a document in language l: one table of all risks,
// the assumptions, and the calculation of each. It prints that they are
// modelled wherever the risk owner has not recorded an evaluation.
func (r Result) Report(l lang.Lang) report.Document {
	w := writer{r, l}
	doc := report.Document{
		Title: w.say("Modelled residual risk", "Modelmatig restrisico"),
		Lang:  l,
		Meta: []report.Field{
			{Name: w.say("As of", "Peildatum"), Value: report.Day(r.AsOf.String())},
			{Name: w.say("Risks", "Risico's"), Value: report.Int(len(r.Estimates))},
		},
		Blocks: []report.Block{
			report.Note{Tone: report.Warn, Text: w.say(
				"These levels are modelled estimates, made from declared figures and test results. They are not an evaluation: that is the risk owner's (6.1.2, 6.1.3 f).",
				"Deze niveaus zijn modelmatige schattingen, gemaakt uit vastgelegde cijfers en toetsresultaten. Ze zijn geen beoordeling: die is aan de risico-eigenaar (6.1.2, 6.1.3 f).")},
		},
	}
	if lines := w.assumed(); len(lines) > 0 {
		doc.Blocks = append(doc.Blocks, report.Note{Tone: report.Warn, Title: w.say("What if", "Wat als"), Text: strings.Join(lines, "\n")})
	}
	doc.Blocks = append(doc.Blocks, w.heading("estimates", 1, "Estimates", "Schattingen"), w.estimates())
	doc.Blocks = append(doc.Blocks, w.heatMaps()...)
	doc.Blocks = append(doc.Blocks, w.heading("assumptions", 1, "Assumptions of the model", "Aannames van het model"), w.assumptions(),
		w.heading("calculations", 1, "Calculations", "Berekeningen"))
	for _, e := range r.Estimates {
		doc.Blocks = append(doc.Blocks, w.calculation(e)...)
	}
	return doc
}

// writer builds the parts of the report.
type writer struct {
	Result

	lang lang.Lang
}

func (w writer) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(w.lang) }

func (w writer) heading(id string, level int, en, nl string) report.Heading {
	return report.Heading{ID: id, Level: level, Text: w.say(en, nl)}
}

// assumed says what the WhatIf assumes.
func (w writer) assumed() []string {
	var lines []string
	if w.On != w.AsOf {
		lines = append(lines, w.say("Seen from ", "Gezien vanaf ")+w.On.String()+w.say(
			": what is planned by then is carried out and works as designed.",
			": wat voor die tijd is gepland, is uitgevoerd en werkt zoals opgezet."))
	}
	for _, id := range w.WhatIf.Failing {
		lines = append(lines, w.say("Fails: ", "Faalt: ")+string(id)+".")
	}
	for _, id := range w.WhatIf.Down {
		lines = append(lines, w.say("Fails, with what rests on it: ", "Valt uit, met wat erop steunt: ")+w.titles(string(id)).In(w.lang)+".")
	}
	for _, id := range slices.Sorted(maps.Keys(w.WhatIf.Slips)) {
		lines = append(lines, w.say("Slips: ", "Schuift op: ")+string(id)+w.say(" to ", " naar ")+w.WhatIf.Slips[id].String()+".")
	}
	return lines
}

func (w writer) estimates() report.Table {
	t := report.Table{
		ID:      "estimates-table",
		Caption: w.say("Risks and their modelled estimates", "Risico's en hun modelmatige schatting"),
		Columns: []report.Column{
			{Title: w.say("Risk", "Risico")},
			{Title: w.say("Title", "Titel"), Width: 24},
			{Title: w.say("Inherent risk", "Inherent risico")},
			{Title: w.say("Likelihood that remains, %", "Waarschijnlijkheid die overblijft, %"), Kind: report.KindNumber},
			{Title: w.say("Loss that remains, %", "Schade die overblijft, %"), Kind: report.KindNumber},
			{Title: w.say("Modelled estimate", "Modelmatige schatting")},
			{Title: w.say("Evaluation by the risk owner", "Beoordeling door de risico-eigenaar")},
		},
	}
	for _, e := range w.Estimates {
		recorded := report.Text(w.say("none recorded", "niet vastgelegd")).Toned(report.Unknown)
		if e.Recorded.Rated() {
			recorded = w.level(e.Recorded)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(e.Risk.Name()), report.Text(e.Risk.Title.In(w.lang)), w.level(e.Inherent),
			report.Decimal(tenths(e.Likelihood, true), 1), report.Decimal(tenths(e.Loss, true), 1),
			w.level(e.Modelled), recorded,
		}})
	}
	return t
}

func (w writer) level(v risk.Level) report.Cell {
	cell := report.Text(v.Label(w.lang))
	switch {
	case !v.Rated():
		return cell.Toned(report.Unknown)
	case v.Acceptable:
		return cell
	default:
		return cell.Toned(report.Warn)
	}
}

// assumptions is the rules as a table.
func (w writer) assumptions() report.Table {
	t := report.Table{
		ID:      "rules",
		Columns: []report.Column{{Title: w.say("Rule", "Regel"), Width: 40}, {Title: w.say("Declared", "Vastgelegd")}},
		Caption: w.say("Rules, as the organization declared them", "Regels, zoals de organisatie ze heeft vastgelegd"),
	}
	add := func(en, nl, value string) {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.say(en, nl)), report.Text(cmp.Or(value, w.say("not declared", "niet vastgelegd")))}})
	}
	add("How long a test counts", "Hoe lang een toets telt", cadence(w.Rules.FreshFor, w.lang))
	add("A planned control earns, of its design", "Een geplande beheersmaatregel levert op, van de opzet", percent(share(w.Rules.Planned), false, w.lang))
	add("An untested control earns, of its design", "Een ongetoetste beheersmaatregel levert op, van de opzet", percent(share(w.Rules.Untested), false, w.lang))
	add("A test that is too old counts for", "Een te oude toets telt voor", percent(share(w.Rules.Stale), false, w.lang))
	add("Steps off the likelihood, at a share that remains of at most", "Stappen van de waarschijnlijkheid af, bij een aandeel dat overblijft van hoogstens", w.steps(w.Rules.LikelihoodSteps))
	add("Steps off the impact, at a share that remains of at most", "Stappen van de impact af, bij een aandeel dat overblijft van hoogstens", w.steps(w.Rules.ImpactSteps))
	return t
}

// cadence is a cadence in language l: "3 maanden".
func cadence(c isms.Cadence, l lang.Lang) string {
	if l != lang.NL || c.IsZero() {
		return c.String()
	}
	words := map[isms.Unit][2]string{
		isms.Days:   {"dag", "dagen"},
		isms.Weeks:  {"week", "weken"},
		isms.Months: {"maand", "maanden"},
		isms.Years:  {"jaar", "jaar"},
	}[c.Unit]
	return strconv.Itoa(c.Every) + " " + words[min(c.Every-1, 1)]
}

func (w writer) steps(shares []int) string {
	list := make([]string, len(shares))
	for i, s := range shares {
		list[i] = strconv.Itoa(i+1) + ": " + percent(share(s), false, w.lang)
	}
	return strings.Join(list, "; ")
}

func (w writer) calculation(e Estimate) []report.Block {
	tone := report.Warn
	if e.State() == CodeRecorded {
		tone = report.Neutral
	}
	lines := e.Calculation(w.lang)
	if m, ok := w.methodologies[e.Risk.Inherent.Methodology]; ok && e.Modelled.Rated() {
		lines = append(lines,
			w.say("Likelihood: ", "Waarschijnlijkheid: ")+m.Likelihood.Step(e.Inherent.Likelihood, w.lang)+" → "+m.Likelihood.Step(e.Modelled.Likelihood, w.lang),
			w.say("Impact: ", "Impact: ")+m.Impact.Step(e.Inherent.Impact, w.lang)+" → "+m.Impact.Step(e.Modelled.Impact, w.lang))
	}
	lines = append(lines, w.say("Modelled estimate: ", "Modelmatige schatting: ")+e.Modelled.Label(w.lang))
	return []report.Block{
		report.Heading{Level: 2, Text: e.Risk.Name() + " " + e.Risk.Title.In(w.lang)},
		report.Note{Tone: tone, Text: e.State().Text(w.lang, nil)},
		report.Paragraph(strings.Join(lines, "\n")),
		w.factors(e),
	}
}

func (w writer) factors(e Estimate) report.Table {
	t := report.Table{
		Caption: w.say("Controls, per function and layer", "Beheersmaatregelen, per functie en laag"),
		Columns: []report.Column{
			{Title: w.say("Function", "Functie")},
			{Title: w.say("Layer", "Laag")},
			{Title: w.say("Control", "Beheersmaatregel")},
			{Title: w.say("Covers, %", "Dekt, %"), Kind: report.KindNumber},
			{Title: w.say("By design, %", "Volgens opzet, %"), Kind: report.KindNumber},
			{Title: w.say("Evidence", "Bewijs"), Width: 24},
			{Title: w.say("Earns, %", "Levert op, %"), Kind: report.KindNumber},
			{Title: w.say("In the result", "In de uitkomst"), Width: 24},
			{Title: w.say("Where the figures come from", "Waar de cijfers vandaan komen"), Width: 24},
		},
	}
	for _, f := range e.Factors {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(f.Effect.Function.Label(w.lang)), report.Text(f.Effect.Layer), report.Text(string(f.Effect.Control)),
			report.Decimal(int64(f.Effect.Coverage), 1), report.Decimal(int64(f.Effect.Design), 1),
			report.Text(f.StandingText(w.lang)), report.Decimal(tenths(f.Earns, false), 1), report.Text(f.UseText(w.lang)),
			report.Text(f.Effect.Basis.In(w.lang)),
		}})
	}
	return t
}
