package bridge

import (
	"math"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the comparison as a document in language l: where matrix and
// numbers disagree, what each band costs, what the steps mean, and which risks
// have no figures.
func (c *Comparison) Report(l lang.Lang) report.Document {
	w := writer{c, l}
	return report.Document{
		Title: w.say("Risk matrix and numbers", "Risicomatrix en cijfers"),
		Lang:  l,
		Meta: []report.Field{
			{Name: w.say("As of", "Peildatum"), Value: report.Day(c.AsOf.String())},
			{Name: w.say("Methodology", "Methodiek"), Value: report.Text(c.Methodology.Title.In(l) + " (" + c.Methodology.Pin().String() + ")")},
			{Name: w.say("Levels", "Niveaus"), Value: report.Text(c.Stage.Label(l))},
			{Name: w.say("Amounts", "Bedragen"), Value: report.Text(c.Intervals.Currency + w.say(" a year", " per jaar"))},
		},
		Blocks: []report.Block{
			report.Note{Tone: report.Warn, Text: w.say(
				"These figures are modelled, from the intervals that the organization declared for the steps of its scales. They change no level: where they disagree with the matrix, a person decides which of the two is right.",
				"Deze cijfers zijn modelmatig, uit de intervallen die de organisatie voor de stappen van haar schalen heeft vastgelegd. Ze wijzigen geen niveau: waar ze van de matrix afwijken, beslist een mens wat klopt.")},
			w.heading("disagreements", "Where they disagree", "Waar ze van elkaar afwijken"), w.disagreements(),
			w.heading("bands", "What the levels cost", "Wat de niveaus kosten"), w.bands(),
			w.heading("steps", "What the steps mean", "Wat de stappen betekenen"), w.likelihood(), w.impact(),
			w.heading("missing", "Risks without figures", "Risico's zonder cijfers"), w.missing(),
		},
	}
}

type writer struct {
	*Comparison

	lang lang.Lang
}

func (w writer) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(w.lang) }

func (w writer) heading(id, en, nl string) report.Heading {
	return report.Heading{ID: id, Level: 1, Text: w.say(en, nl)}
}

func text(title string) report.Column { return report.Column{Title: title} }

func figure(title string) report.Column {
	return report.Column{Title: title, Kind: report.KindNumber}
}

func amount(x float64) report.Cell {
	return report.Cell{Kind: report.KindNumber, Text: strconv.FormatFloat(math.Round(x), 'f', 0, 64)}
}

func exactly(x float64) report.Cell {
	return report.Cell{Kind: report.KindNumber, Text: strconv.FormatFloat(x, 'f', -1, 64)}
}

func (w writer) disagreements() report.Table {
	t := report.Table{
		ID: "opposite",
		Caption: w.say("Cells in a higher band that cost less than one in a lower band: each with the one that outdoes it most",
			"Cellen met een hoger niveau die minder kosten dan een met een lager niveau: elk met de cel die er het verst boven ligt"),
		Columns: []report.Column{
			text(w.say("By", "Naar")),
			text(w.say("Higher band", "Hoger niveau")), text(w.say("Risks", "Risico's")), figure(w.say("Costs", "Kost")),
			text(w.say("Lower band", "Lager niveau")), text(w.say("Risks", "Risico's")), figure(w.say("Costs", "Kost")),
		},
	}
	for _, d := range w.Disagreements {
		loss := func(x Cell) report.Cell { return amount(x.Mean) }
		if d.By == ByTail {
			loss = func(x Cell) report.Cell { return amount(x.Tail) }
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(d.By.Label(w.lang)),
			w.cell(d.Higher), names(d.Higher), loss(d.Higher),
			w.cell(d.Lower), names(d.Lower), loss(d.Lower),
		}})
	}
	return t
}

func (w writer) cell(x Cell) report.Cell {
	return report.Text(x.Level.Label(w.lang) + " (" + strconv.Itoa(x.Level.Likelihood) + ", " + strconv.Itoa(x.Level.Impact) + ")")
}

// maxNames bounds what a line lists.
const maxNames = 8

func names(x Cell) report.Cell {
	var list []string
	for _, r := range x.Risks[:min(len(x.Risks), maxNames)] {
		list = append(list, r.Name())
	}
	if rest := len(x.Risks) - len(list); rest > 0 {
		list = append(list, "+"+strconv.Itoa(rest))
	}
	return report.Text(strings.Join(list, ", "))
}

func (w writer) bands() report.Table {
	t := report.Table{
		ID:      "band-losses",
		Caption: w.say("Expected loss a year of the cells in each band", "Verwacht verlies per jaar van de cellen met elk niveau"),
		Columns: []report.Column{
			text(w.say("Band", "Niveau")), text(w.say("May be retained", "Mag worden behouden")),
			figure(w.say("From", "Van")), figure(w.say("To", "Tot")), text(w.say("Remark", "Opmerking")),
		},
	}
	for _, b := range w.Bands {
		retained, remark := w.say("no", "nee"), report.Cell{}
		if b.Acceptable {
			retained = w.say("yes", "ja")
		}
		if b.Overlaps {
			remark = report.Text(w.say("begins at or below what may be retained in another cell", "begint op of onder wat in een andere cel mag worden behouden")).Toned(report.Warn)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(b.Title.In(w.lang)), report.Text(retained), amount(b.Low), amount(b.High), remark}})
	}
	return t
}

func (w writer) likelihood() report.Table {
	t := w.steps("likelihood", w.say("Likelihood: events a year, 90 % interval", "Waarschijnlijkheid: gebeurtenissen per jaar, 90%-interval"))
	for i, v := range w.Intervals.Likelihood {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.Methodology.Likelihood.Step(i+1, w.lang)), exactly(v.P05), exactly(v.P95)}})
	}
	return t
}

func (w writer) impact() report.Table {
	t := w.steps("impact", w.say("Impact: loss of one event, 90 % interval", "Impact: verlies van één gebeurtenis, 90%-interval"))
	for i, v := range w.Intervals.Impact {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.Methodology.Impact.Step(i+1, w.lang)), exactly(v.P05), exactly(v.P95)}})
	}
	return t
}

func (w writer) steps(id, caption string) report.Table {
	return report.Table{
		ID: "steps-" + id, Caption: caption,
		Columns: []report.Column{text(w.say("Step", "Stap")), figure(w.say("From", "Van")), figure(w.say("To", "Tot"))},
	}
}

func (w writer) missing() report.Table {
	t := report.Table{
		ID:      "without",
		Caption: w.say("In no figure of this report", "In geen cijfer van dit rapport"),
		Columns: []report.Column{text(w.say("No.", "Nr.")), text(w.say("Risk", "Risico")), text(w.say("Why", "Waarom"))},
	}
	for _, row := range w.Missing {
		why := row.Level(w.Stage).Label(w.lang)
		if row.Level(w.Stage).Rated() {
			why = w.say("rated with another methodology or revision", "beoordeeld met een andere methodiek of revisie")
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(row.Risk.Name()), report.Text(row.Risk.Title.In(w.lang)), report.Text(why).Toned(report.Unknown)}})
	}
	return t
}
