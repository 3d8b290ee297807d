package risk

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the rescoring as a document in language l: what is lost, which
// risks change, and how steps and cells map. It says what would happen, and
// decides nothing.
func (r Rescoring) Report(l lang.Lang) report.Document {
	w := rescoringWriter{r, l}
	return report.Document{
		Title: w.say("Change of risk methodology", "Wijziging van de risicomethodiek"),
		Lang:  l,
		Meta: []report.Field{
			{Name: w.say("From", "Van"), Value: report.Text(r.From.Title.In(l) + " (" + r.From.Pin().String() + ")")},
			{Name: w.say("To", "Naar"), Value: report.Text(r.To.Title.In(l) + " (" + r.To.Pin().String() + ")")},
		},
		Blocks: []report.Block{
			w.heading("summary", "Summary", "Samenvatting"), w.summary(),
			w.heading("lost", "Distinctions that disappear", "Onderscheid dat verdwijnt"), w.lost(),
			w.heading("risks", "Evaluations that change", "Beoordelingen die veranderen"), w.risks(),
			w.heading("steps", "Steps", "Stappen"), w.steps(OfLikelihood), w.steps(OfImpact),
			w.heading("cells", "Cells of the matrix", "Cellen van de matrix"), w.cells(),
		},
	}
}

type rescoringWriter struct {
	Rescoring

	lang lang.Lang
}

func (w rescoringWriter) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(w.lang) }

func (w rescoringWriter) heading(id, en, nl string) report.Heading {
	return report.Heading{ID: id, Level: 1, Text: w.say(en, nl)}
}

func (w rescoringWriter) columns(titles ...string) []report.Column {
	out := make([]report.Column, len(titles))
	for i, t := range titles {
		out[i].Title = t
	}
	return out
}

func (w rescoringWriter) summary() report.Table {
	var loosened, tightened, unmapped int
	for _, c := range w.Risks {
		if c.Loosened() {
			loosened++
		}
		if c.Tightened() {
			tightened++
		}
		if c.Old.Rated() && !c.New.Rated() {
			unmapped++
		}
	}
	t := report.Table{
		ID:      "rescoring",
		Caption: w.say("Evaluations; one may count in several lines", "Beoordelingen; een beoordeling kan in meer regels meetellen"),
		Columns: []report.Column{{Title: w.say("What", "Wat")}, {Title: w.say("Evaluations", "Beoordelingen"), Kind: report.KindNumber}},
	}
	for _, line := range []struct {
		en, nl string
		n      int
	}{
		{"Made with the old methodology", "Gemaakt met de oude methodiek", len(w.Risks)},
		{"May be retained from now on, and might not before", "Mogen voortaan worden behouden, en mochten dat niet", loosened},
		{"May not be retained any more", "Mogen niet meer worden behouden", tightened},
		{"Without a counterpart: to be assessed again", "Zonder tegenhanger: opnieuw te beoordelen", unmapped},
		{"Made with another methodology or revision: not touched", "Gemaakt met een andere methodiek of revisie: ongemoeid", w.Other},
	} {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.say(line.en, line.nl)), report.Int(line.n)}})
	}
	return t
}

func (w rescoringWriter) lost() report.Table {
	t := report.Table{
		ID:      "losses",
		Caption: w.say("What can no longer be told apart", "Wat niet meer te onderscheiden is"),
		Columns: w.columns(w.say("Of", "Van"), w.say("These", "Deze"), w.say("Become", "Worden")),
	}
	for _, loss := range w.Lost {
		of, name, into := w.say("level, of some cells or all", "niveau, van sommige cellen of alle"), w.From.bandTitle, w.To.bandTitle
		switch loss.Of {
		case OfLikelihood:
			of, name, into = loss.Of.Label(w.lang), w.From.Likelihood.Step, w.To.Likelihood.Step
		case OfImpact:
			of, name, into = loss.Of.Label(w.lang), w.From.Impact.Step, w.To.Impact.Step
		}
		names := make([]string, len(loss.From))
		for i, n := range loss.From {
			names[i] = name(n, w.lang)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(of), report.Text(strings.Join(names, "; ")), report.Text(into(loss.Into, w.lang)),
		}})
	}
	return t
}

// bandTitle is the title of the band with this rank, from 1.
func (m Methodology) bandTitle(rank int, l lang.Lang) string { return m.Bands[rank-1].Title.In(l) }

func (w rescoringWriter) risks() report.Table {
	t := report.Table{
		ID:      "rescored",
		Caption: w.say("Those whose level or acceptability is another, in the order of the risks", "Die met een ander niveau of andere aanvaardbaarheid, in de volgorde van de risico's"),
		Columns: w.columns(w.say("No.", "Nr."), w.say("Risk", "Risico"), w.say("Evaluation", "Beoordeling"), w.say("Level before", "Niveau voorheen"), w.say("Level now", "Niveau nu"), w.say("Consequence", "Gevolg")),
	}
	for _, c := range w.Risks {
		if w.same(c.Move) {
			continue
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(c.Risk.Name()), report.Text(c.Risk.Title.In(w.lang)), report.Text(c.Stage.Label(w.lang)),
			level(c.Old, w.lang), level(c.New, w.lang), w.consequence(c.Move),
		}})
	}
	return t
}

// same reports whether a reader sees no difference.
func (w rescoringWriter) same(m Move) bool {
	return m.Old.Rated() == m.New.Rated() && m.Old.Acceptable == m.New.Acceptable &&
		m.Old.Tolerable == m.New.Tolerable && m.Old.Label(w.lang) == m.New.Label(w.lang)
}

func (w rescoringWriter) consequence(m Move) report.Cell {
	switch {
	case m.Old.Rated() && !m.New.Rated():
		return report.Text(w.say("to be assessed again", "opnieuw te beoordelen")).Toned(report.Unknown)
	case m.Loosened():
		return report.Text(w.say("may be retained from now on", "mag voortaan worden behouden")).Toned(report.Warn)
	case m.Tightened():
		return report.Text(w.say("may not be retained any more", "mag niet meer worden behouden")).Toned(report.Bad)
	default:
		return report.Cell{}
	}
}

func (w rescoringWriter) steps(of Axis) report.Table {
	from, to, steps := w.From.Likelihood, w.To.Likelihood, w.Mapping.Likelihood
	if of == OfImpact {
		from, to, steps = w.From.Impact, w.To.Impact, w.Mapping.Impact
	}
	title := likelihoodTitle()
	if of == OfImpact {
		title = impactTitle()
	}
	t := report.Table{
		ID: "steps-" + string(of), Caption: title.In(w.lang),
		Columns: w.columns(w.say("Old step", "Oude stap"), w.say("New step", "Nieuwe stap")),
	}
	for i, n := range steps {
		cell := report.Text(w.say("none", "geen")).Toned(report.Unknown)
		if n > 0 {
			cell = report.Text(to.Step(n, w.lang))
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(from.Step(i+1, w.lang)), cell}})
	}
	return t
}

// cells has the highest old likelihood last, as the numbers run.
func (w rescoringWriter) cells() report.Table {
	t := report.Table{
		ID:      "moves",
		Caption: w.say("Each cell of the old matrix: likelihood, impact", "Elke cel van de oude matrix: waarschijnlijkheid, impact"),
		Columns: w.columns(w.say("Old cell", "Oude cel"), w.say("Old level", "Oud niveau"), w.say("New cell", "Nieuwe cel"), w.say("New level", "Nieuw niveau"), w.say("Consequence", "Gevolg")),
	}
	for _, c := range w.Cells {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(place(c.Old)), level(c.Old, w.lang), report.Text(place(c.New)), level(c.New, w.lang), w.consequence(c),
		}})
	}
	return t
}

// place is the cell of a level: "4, 5".
func place(v Level) string {
	if !v.Rated() {
		return ""
	}
	return strconv.Itoa(v.Likelihood) + ", " + strconv.Itoa(v.Impact)
}
