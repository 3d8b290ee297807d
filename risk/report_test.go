package risk_test

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

func sample() risk.Register {
	in := risk.Inputs{
		Risks:         []risk.Risk{whole(), named("fire", "R-1", risk.Evaluation{}), named("laptop", "R-2", evaluation(3, 0)), named("theft", "R-3", evaluation(1, 1))},
		Methodologies: []risk.Methodology{matrix5()},
		Roles:         []isms.Role{{Common: isms.Common{ID: "cio"}, Title: isms.Text{"en": "Chief information officer", "nl": "Hoofd informatievoorziening"}}},
		Assets:        []isms.Asset{{Common: isms.Common{ID: "payroll"}, Title: isms.Plain("Payroll")}},
	}
	return risk.NewRegister(in, date("2026-03-01"))
}

func table(t *testing.T, doc report.Document, id string) report.Table {
	t.Helper()
	for _, b := range doc.Blocks {
		if table, ok := b.(report.Table); ok && table.ID == id {
			return table
		}
	}
	t.Fatalf("no table %q", id)
	return report.Table{}
}

func cells(row report.Row) string {
	texts := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		texts[i] = c.Text
	}
	return strings.Join(texts, " | ")
}

func TestReportRows(t *testing.T) {
	for l, want := range map[lang.Lang][]string{
		lang.EN: {
			"R-1 | fire | draft | identified |  | none | Not assessed | Not assessed | not assessed; ranks as the greatest possible |  |  |  | not assessed; ranks as the greatest possible | not accepted |  |  | ",
			"R-2 | laptop | draft | identified |  | none | 3 Possible | Not assessed | not assessed; ranks as the greatest possible |  |  |  | not assessed; ranks as the greatest possible | not accepted |  |  | ",
			"R-10 | Phishing of payroll | approved | in treatment | Payroll | Chief information officer | 5 Almost certain | 4 Major | Critical | mitigate; transfer | A.5.14 (not known); A.6.3 (not known) | 1 done, 2 open, 1 overdue, 1 without a date | Medium | accepted | 2027-01-12 | 2026-04-10 | the acceptance is recorded without a decision",
			"R-3 | theft | draft | evaluated |  | none | 1 Rare | 1 Negligible | Low |  |  |  | not assessed; ranks as the greatest possible | not accepted |  | 2027-01-10 | ",
		},
		lang.NL: {
			"R-1 | fire | concept | geïdentificeerd |  | geen | Niet beoordeeld | Niet beoordeeld | niet beoordeeld; geldt als het grootst mogelijke |  |  |  | niet beoordeeld; geldt als het grootst mogelijke | niet geaccepteerd |  |  | ",
			"R-2 | laptop | concept | geïdentificeerd |  | geen | 3 Mogelijk | Niet beoordeeld | niet beoordeeld; geldt als het grootst mogelijke |  |  |  | niet beoordeeld; geldt als het grootst mogelijke | niet geaccepteerd |  |  | ",
			"R-10 | Phishing van salarisadministratie | vastgesteld | in behandeling | Payroll | Hoofd informatievoorziening | 5 Vrijwel zeker | 4 Groot | Kritiek | mitigeren; overdragen | A.5.14 (onbekend); A.6.3 (onbekend) | 1 gereed, 2 open, 1 over de termijn, 1 zonder datum | Midden | geaccepteerd | 2027-01-12 | 2026-04-10 | de acceptatie is vastgelegd zonder besluit",
			"R-3 | theft | concept | geëvalueerd |  | geen | 1 Zeldzaam | 1 Verwaarloosbaar | Laag |  |  |  | niet beoordeeld; geldt als het grootst mogelijke | niet geaccepteerd |  | 2027-01-10 | ",
		},
	} {
		rows := table(t, sample().Report(l), "risks").Rows
		if len(rows) != len(want) {
			t.Fatalf("%s: %d rows, want %d", l, len(rows), len(want))
		}
		for i, row := range rows {
			if got := cells(row); got != want[i] {
				t.Errorf("%s: row %d\n got %s\nwant %s", l, i, got, want[i])
			}
		}
	}
}

// Totals equal the rows: of the counts, and of the filtered register too.
func TestReportTotals(t *testing.T) {
	reg := sample()
	var retain []string
	for _, row := range table(t, reg.Report(lang.EN), "counts").Rows {
		retain = append(retain, row.Cells[0].Text+" "+row.Cells[2].Text)
	}
	if want := "Not assessed no, Critical no, High no, Medium no, Low yes, Total "; strings.Join(retain, ", ") != want {
		t.Errorf("counts = %v, want %s", retain, want)
	}
	for _, n := range []int{4, 2, 0} {
		reg.Rows = reg.Rows[:n]
		rows := table(t, reg.Report(lang.EN), "counts").Rows
		var current, residual int
		for _, row := range rows[:len(rows)-1] {
			current += number(t, row.Cells[3])
			residual += number(t, row.Cells[4])
		}
		total := rows[len(rows)-1]
		if current != n || residual != n || number(t, total.Cells[3]) != n || number(t, total.Cells[4]) != n {
			t.Errorf("current %d, residual %d, total %s, want %d", current, residual, cells(total), n)
		}
	}
}

func number(t *testing.T, c report.Cell) int {
	t.Helper()
	n, err := strconv.Atoi(c.Text)
	if err != nil || c.Kind != report.KindNumber {
		t.Fatalf("cell %+v: want a number", c)
	}
	return n
}

func TestReportAttention(t *testing.T) {
	reg := sample()
	reg.AsOf = date("2026-03-01")
	var got []string
	for _, row := range table(t, reg.Report(lang.EN), "attention").Rows {
		got = append(got, row.Cells[1].Text)
	}
	// have no level; R-10 is accepted, with one overdue action.
	if want := "2 0 0 1 0 0"; strings.Join(got, " ") != want {
		t.Errorf("attention = %v, want %s", got, want)
	}
	got = nil
	for _, row := range table(t, risk.NewRegister(risk.Inputs{Risks: []risk.Risk{whole()}, Methodologies: []risk.Methodology{matrix5()}}, date("2026-02-10")).Report(lang.EN), "attention").Rows {
		got = append(got, row.Cells[1].Text)
	}
	if want := "0 0 0 0 0 0"; strings.Join(got, " ") != want { // actions are open, none is late yet
		t.Errorf("attention = %v, want %s", got, want)
	}
	closed := whole()
	closed.Turns = []risk.Turn{turn(risk.Closed, "2026-01-01")}
	never := named("never", "", risk.Evaluation{})
	never.Turns = closed.Turns
	got = nil
	for _, row := range table(t, risk.NewRegister(risk.Inputs{Risks: []risk.Risk{closed, never}, Methodologies: []risk.Methodology{matrix5()}}, date("2029-01-01")).Report(lang.EN), "attention").Rows {
		got = append(got, row.Cells[1].Text)
	}
	if want := "0 0 0 0 0 0"; strings.Join(got, " ") != want { // closed risks ask for none
		t.Errorf("attention = %v, want %s", got, want)
	}
	late := whole()
	late.Review.Last, late.Current.On, late.Residual.On = isms.Date{}, date("2025-12-01"), date("2026-02-01")
	in := risk.Inputs{Risks: []risk.Risk{late}, Methodologies: []risk.Methodology{matrix5()}}
	got = nil
	for _, row := range table(t, risk.NewRegister(in, date("2026-07-01")).Report(lang.EN), "attention").Rows {
		got = append(got, row.Cells[1].Text)
	}
	if want := "0 1 1 1 1 1"; strings.Join(got, " ") != want {
		t.Errorf("attention = %v, want %s", got, want)
	}
}

func TestReportPlan(t *testing.T) {
	want := []string{
		"R-10 | Train payroll | Chief information officer | 2026-02-01 | 2026-01-20 |  | done | Chief information officer | 2026-01-12",
		"R-10 | Call back | Chief information officer | 2026-02-15 |  |  | overdue | Chief information officer | 2026-01-12",
		"R-10 | Insure | none |  |  |  | without a date | Chief information officer | 2026-01-12",
	}
	rows := table(t, sample().Report(lang.EN), "actions").Rows
	if len(rows) != len(want) {
		t.Fatalf("%d actions, want %d", len(rows), len(want))
	}
	for i, row := range rows {
		if got := cells(row); got != want[i] {
			t.Errorf("action %d\n got %s\nwant %s", i, got, want[i])
		}
	}
}

// Every rendering works, twice the same, in both languages, without a day that
// was never set, and without a conclusion that is not ours.
func TestReportRenders(t *testing.T) {
	forbidden := regexp.MustCompile(`0001-01-01|(?i)\bcomplian|\bvoldoet\b|\bconform\b|%!|<no value>`)
	registers := map[string]risk.Register{"sample": sample(), "empty": risk.NewRegister(risk.Inputs{}, isms.Date{})}
	bad := named("Bad id!", "=cmd()", risk.Evaluation{Likelihood: -3, Impact: 9})
	registers["unchecked"] = risk.NewRegister(risk.Inputs{Risks: []risk.Risk{bad, {}}, Methodologies: []risk.Methodology{{}, matrix5()}}, date("2026-03-01"))
	for name, reg := range registers {
		var texts [2]string
		for i, l := range []lang.Lang{lang.EN, lang.NL} {
			var first, second bytes.Buffer
			if err := report.Markdown(&first, reg.Report(l)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := report.Markdown(&second, reg.Report(l)); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Errorf("%s: two renderings differ (%v)", name, err)
			}
			var html bytes.Buffer
			if err := report.HTML(&html, reg.Report(l)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			texts[i] = first.String()
			if found := forbidden.FindString(texts[i] + html.String()); found != "" {
				t.Errorf("%s: %s report says %q", name, l, found)
			}
		}
		if texts[0] == texts[1] {
			t.Errorf("%s: English and Dutch are the same", name)
		}
	}
}

func TestMethodologyReport(t *testing.T) {
	doc := risk.Matrix5().Report(lang.NL)
	var out bytes.Buffer
	if err := report.Markdown(&out, doc); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Vrijwel zeker", "Verwaarloosbaar", "Kritiek", "6 maanden", "1 jaar", "modificeren", "Mag worden behouden",
		"Een laag risico mag worden behouden",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	// the highest likelihood is on top, and the cell beside it that of impact 1
	if got, want := cells(table(t, doc, "methodology-matrix").Rows[0]), "5 Vrijwel zeker | Midden | Midden | Hoog | Kritiek | Kritiek"; got != want {
		t.Errorf("first row = %s, want %s", got, want)
	}
	bands := table(t, doc, "methodology-bands")
	for i, want := range []string{"Kritiek nee", "Hoog nee", "Midden nee", "Laag ja"} {
		if got := bands.Rows[i].Cells[0].Text + " " + bands.Rows[i].Cells[2].Text; got != want {
			t.Errorf("band = %s, want %s", got, want)
		}
	}
}

func TestHeatMapColours(t *testing.T) {
	m := matrix5()
	m.Bands[0].Colour = "#00ff00"
	h := risk.Register{}.HeatMap(m, risk.Residual, lang.NL)
	if h.Bands[0].Colour != "#00ff00" || h.Bands[3].Colour != report.Ramp(3, 4) {
		t.Errorf("colours = %v, want the own one and the ramp", h.Bands)
	}
	if h.Title != "Heatmap: restrisico" || h.YTitle != "Waarschijnlijkheid" || h.Lane.Title != "Niet beoordeeld" {
		t.Errorf("titles = %q, %q, %q", h.Title, h.YTitle, h.Lane.Title)
	}
}

// The register and the plan say whose they are, of when, and that nobody
// approved them by making them.
func TestDocumentControl(t *testing.T) {
	in := risk.Inputs{
		Organization: isms.Organization{Name: isms.Text{"en": "Acme", "nl": "Acme BV"}}, Scope: isms.Scope{Title: isms.Plain("All services")},
		Risks: []risk.Risk{whole()}, Methodologies: []risk.Methodology{matrix5()},
	}
	for l, want := range map[lang.Lang][]string{
		lang.EN: {"Organization: Acme", "Scope: All services", "As of: 2026-02-10", "Risks: 1", "Methodology: " + matrix5().Title.In(lang.EN), "State: made from the records, not approved"},
		lang.NL: {"Organisatie: Acme BV", "Toepassingsgebied: All services", "Peildatum: 2026-02-10", "Risico's: 1", "Methodiek: " + matrix5().Title.In(lang.NL), "Status: samengesteld uit de registraties, niet vastgesteld"},
	} {
		reg := risk.NewRegister(in, date("2026-02-10"))
		for _, doc := range []report.Document{reg.Report(l), reg.PlanReport(l)} {
			var got []string
			for _, f := range doc.Meta {
				got = append(got, f.Name+": "+f.Value.Text)
			}
			if diff := cmp.Diff(want, got[:min(len(want), len(got))]); diff != "" {
				t.Errorf("%s (-want +got)\n%s", doc.Title, diff)
			}
		}
		whole, plan := table(t, reg.Report(l), "actions"), table(t, reg.PlanReport(l), "actions")
		if diff := cmp.Diff(whole, plan); diff != "" {
			t.Errorf("the plan is not that of the register (-register +plan)\n%s", diff)
		}
	}
}
