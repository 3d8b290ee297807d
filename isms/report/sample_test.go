package report_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

func html(t *testing.T, d report.Document) string { t.Helper(); return render(t, report.HTML, d) }
func markdown(t *testing.T, d report.Document) string {
	t.Helper()
	return render(t, report.Markdown, d)
}

func csvOf(t *testing.T, table report.Table) string { t.Helper(); return render(t, report.CSV, table) }

func render[T any](t *testing.T, f func(w io.Writer, x T) error, x T) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out, x); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// sample is a document with every block and every kind of cell.
func sample(l lang.Lang) report.Document {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	return report.Document{
		Title:    in("Information security risk report", "Rapportage informatiebeveiligingsrisico's"),
		Subtitle: in("Quarterly review of the risk register", "Kwartaalbeoordeling van het risicoregister"),
		Lang:     l,
		Meta: []report.Field{
			{Name: in("Organization", "Organisatie"), Value: report.Text("Voorbeeld & Zonen B.V.")},
			{Name: in("As of", "Peildatum"), Value: report.Day("2026-03-31")},
			{Name: in("State", "Status"), Value: report.Text(in("draft", "concept")).Toned(report.Warn)},
			{Name: in("Source", "Bron"), Value: report.Link("ledger 412", "https://example.org/ledger?seq=412&proof=1")},
		},
		Blocks: []report.Block{
			report.Heading{ID: "summary", Text: in("Summary", "Samenvatting")},
			report.Paragraph(in("Nine risks are in scope. Three were not assessed; they rank above all others until they are.",
				"Negen risico's vallen binnen het toepassingsgebied. Drie zijn niet beoordeeld; die staan boven alle andere tot dat gebeurt.")),
			report.Note{Tone: report.Warn, Text: in("Two acceptances expire within 30 days.", "Twee acceptaties verlopen binnen 30 dagen.")},
			report.Figure{ID: "heat", Caption: in("Residual risk after the treatments in force.", "Restrisico na de geldende maatregelen."), SVG: sampleHeat(l).SVG()},
			report.Heading{ID: "register", Text: in("Risk register", "Risicoregister")},
			sampleTable(l),
			report.Heading{Level: 2, Text: in("Statement of Applicability", "Verklaring van Toepasselijkheid")},
			sampleControls(l),
			report.Heading{ID: "cycle", Text: in("Cycle", "Cyclus")},
			report.Figure{Caption: in("State of the cycle.", "Stand van de cyclus."), SVG: sampleWheel(l).SVG()},
			report.Heading{Level: 3, Text: in("Related documents", "Verwante documenten")},
			report.List{Items: []report.Cell{
				report.Link(in("Statement of Applicability", "Verklaring van Toepasselijkheid"), "soa.html#a-8-10"),
				report.Text(in("Minutes of the management review", "Verslag van de directiebeoordeling")),
			}},
			report.List{Ordered: true, Items: []report.Cell{report.Text("één"), report.Text("twee")}},
			report.Table{Caption: in("Exceptions", "Uitzonderingen"), Columns: []report.Column{{Title: "Id"}, {Title: in("Reason", "Reden")}}},
		},
	}
}

func sampleTable(l lang.Lang) report.Table {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	row := func(id, label, name, owner, level string, tone report.Tone, loss int64, due string) report.Row {
		return report.Row{ID: id, Cells: []report.Cell{
			report.Link(label, "#"+id), report.Text(name), report.Text(owner), report.Text(level).Toned(tone),
			report.Int(len(name)), report.Decimal(loss, 2), report.Day(due), report.Text("A.5.1, A.8.10"), report.Text("—"),
		}}
	}
	high, low, unknown := in("high", "hoog"), in("low", "laag"), in("not assessed", "niet beoordeeld")
	return report.Table{
		ID: "risks", Caption: in("Risks by level, highest first", "Risico's naar niveau, hoogste eerst"),
		Columns: []report.Column{
			{Title: "Id"},
			{Title: in("Risk", "Risico"), Width: 32},
			{Title: in("Owner", "Risico-eigenaar"), Width: 14},
			{Title: in("Level", "Niveau")},
			{Title: in("Score", "Score"), Kind: report.KindNumber},
			{Title: in("Expected loss, EUR (modelled)", "Verwacht verlies, EUR (model)"), Kind: report.KindNumber},
			{Title: in("Due", "Vervalt"), Kind: report.KindDate},
			{Title: in("Controls", "Beheersmaatregelen"), Width: 14},
			{Title: in("Remarks", "Opmerkingen")},
		},
		Rows: []report.Row{
			row("r-014", "R-014", in("Supplier loses customer data", "Leverancier verliest klantgegevens"), "J. de Vries", unknown, report.Unknown, 0, ""),
			row("r-002", "R-002", "Ransomware | phishing\nvia e-mail", "M. Bakker", high, report.Bad, 123456789, "2026-04-15"),
			row("r-007", "R-007", in("Loss of a laptop", "Verlies van een laptop"), "=cmd()", low, report.Good, -350, "2026-12-01"),
		},
	}
}

func sampleControls(l lang.Lang) report.Table {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	organizational, technological := in("Organizational controls", "Organisatorische beheersmaatregelen"), in("Technological controls", "Technologische beheersmaatregelen")
	row := func(theme, id, applies string, tone report.Tone, why string) report.Row {
		return report.Row{Cells: []report.Cell{report.Text(theme), report.Text(id), report.Text(applies).Toned(tone), report.Text(why)}}
	}
	yes, no := in("applicable", "van toepassing"), in("excluded", "uitgesloten")
	return report.Table{
		Caption: in("Controls", "Beheersmaatregelen"),
		Columns: []report.Column{
			{Title: in("Theme", "Thema"), Group: true},
			{Title: in("Control", "Beheersmaatregel")},
			{Title: in("Applicability", "Toepasselijkheid")},
			{Title: in("Justification", "Rechtvaardiging"), Width: 40},
		},
		Rows: []report.Row{
			row(organizational, "A.5.1", yes, report.Neutral, in("Risks R-002 and R-007; the law.", "Risico's R-002 en R-007; wetgeving.")),
			row(organizational, "A.5.2", yes, report.Neutral, "R-014"),
			row(technological, "A.8.3", yes, report.Neutral, "R-002"),
			row(technological, "A.8.12", no, report.Unknown, in("No development in scope.", "Geen ontwikkeling binnen het toepassingsgebied.")),
		},
	}
}

func sampleHeat(l lang.Lang) report.HeatMap {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	h := report.HeatMap{
		Title:  in("Heat map of residual risk", "Heatmap van het restrisico"),
		XTitle: in("Impact", "Gevolg"), YTitle: in("Likelihood", "Waarschijnlijkheid"),
		X: []string{in("Negligible", "Verwaarloosbaar"), in("Minor", "Klein"), in("Moderate", "Matig"), in("Major", "Groot"), in("Catastrophic", "Catastrofaal")},
		Y: []string{in("Very unlikely", "Zeer onwaarschijnlijk"), in("Unlikely", "Onwaarschijnlijk"), in("Possible", "Mogelijk"), in("Likely", "Waarschijnlijk"), in("Almost certain", "Vrijwel zeker")},
		Lane: report.Lane{
			Title:  in("Not assessed", "Niet beoordeeld"),
			Labels: []string{"R-014", "R-015", "R-016"},
		},
	}
	names := [...]string{in("very low", "zeer laag"), in("low", "laag"), in("medium", "middel"), in("high", "hoog"), in("very high", "zeer hoog")}
	for i, name := range names {
		h.Bands = append(h.Bands, report.Band{Name: name, Colour: report.Ramp(i, len(names))})
	}
	for y := range h.Y {
		row := make([]report.HeatCell, len(h.X))
		for x := range row {
			row[x].Band = (x + y + 1) / 2
		}
		h.Cells = append(h.Cells, row)
	}
	h.Cells[4][4].Labels = []string{"R-002"}
	h.Cells[2][1].Labels = []string{"R-007", "R-008"}
	h.Cells[3][3].Labels = []string{"R-021", "R-022", "R-023", "R-024", "R-025", "R-026", "R-027"}
	h.Cells[0][0].Labels = []string{"Uitzonderlijk lang label van een risico"}
	return h
}

func sampleWheel(l lang.Lang) report.Wheel {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	return report.Wheel{Title: in("Plan-do-check-act", "Plan-do-check-act"), Phases: [4]report.Phase{
		{Name: "Plan", Tone: report.Good, Lines: []string{in("Scope approved", "Toepassingsgebied goedgekeurd"), in("93 of 93 controls decided", "93 van 93 maatregelen besloten")}},
		{Name: "Do", Tone: report.Warn, Lines: []string{in("4 of 31 tasks overdue", "4 van 31 taken over datum")}},
		{Name: "Check", Tone: report.Bad, Lines: []string{in("No internal audit since 2024-11", "Geen interne audit sinds 2024-11"), in("Management review due", "Directiebeoordeling nodig")}},
		{Name: "Act", Tone: report.Unknown, Lines: []string{in("Not evaluable: no records of corrective actions in this period", "Niet te beoordelen: geen registraties van corrigerende maatregelen in deze periode")}},
	}}
}
