package spreadsheet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/spreadsheet"
)

// Dutch and English registers with their usual titles read without a mapping.
func TestUsualTitles(t *testing.T) {
	m := risk.Matrix5()
	step := func(s risk.Scale, n int, l lang.Lang) string { return s.Steps[n-1].Title.In(l) }
	for name, csv := range map[string]string{
		"Dutch": "Risicoregister 2026;;\n\n" +
			"Nr;Risico;Omschrijving;Bedrijfsmiddel;BIV;Eigenaar;Kans;Impact;Restrisico kans;Impact rest;Behandeling;Beheersmaatregelen;Actie;Deadline;Beoordeeld op\n" +
			"R-014;Stolen laptop;from a train;Laptops;BV;ann jansen;4;" + step(m.Impact, 3, lang.NL) + ";2;3;\"Mitigeren, accepteren\";\"A.7.9; 8.1; OC-1\";Encrypt;2026-12-31;2026-11-01\n",
		"English": "Risk ID,Risk,Description,Asset,CIA,Risk owner,Likelihood,Impact,Residual likelihood,Residual impact,Treatment,Controls,Action,Due date,Assessed on\n" +
			"R-014,Stolen laptop,from a train,laptops,C/A,AJ," + step(m.Likelihood, 4, lang.EN) + ",3 " + step(m.Impact, 3, lang.EN) + ",2,3,mitigate and accept,\"A.7.9, A.8.1, Guard dog\",Encrypt,2026-12-31,2026-11-01\n",
	} {
		space := newSpace(t)
		got := mustRead(t, csv, spreadsheet.Mapping{}, inputs(t, space))
		pin := isms.Link{Kind: "methodology", ID: m.ID, Rev: 1}
		on := isms.Day(2026, 11, 1)
		want := risk.Risk{
			Common: isms.Common{ID: "r-014", Label: "R-014", Owner: isms.Link{Kind: "person", ID: "p-1"}},
			Title:  isms.Plain("Stolen laptop"), Description: isms.Plain("from a train"),
			Assets: []isms.Ref[isms.Asset]{"laptops"}, Affects: []risk.Property{risk.Availability, risk.Confidentiality},
			Current:  risk.Evaluation{Methodology: pin, Likelihood: 4, Impact: 3, On: on},
			Residual: risk.Evaluation{Methodology: pin, Likelihood: 2, Impact: 3, On: on},
			Treatment: risk.Treatment{
				Options: []risk.Option{risk.Mitigate, risk.Accept}, Controls: []isms.ControlID{"A.7.9", "A.8.1", "guard-dog"},
				Actions: []risk.Action{{ID: "a-1", Title: isms.Plain("Encrypt"), Due: isms.Day(2026, 12, 31)}},
			},
		}
		sorted := cmpopts.SortSlices(func(a, b risk.Property) bool { return a < b })
		if diff := cmp.Diff([]risk.Risk{want}, got.Risks, sorted, cmp.Comparer(isms.Date.Equal)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if len(got.Omissions) > 0 {
			t.Errorf("%s: omissions %v, want none", name, omissions(got))
		}
		err := space.Update(t.Context(), "import", got.Apply)
		if err != nil {
			t.Errorf("%s: Apply = %v, want nil", name, err)
		}
	}
}

// The second import of a file records nothing, and what the sheet does not say
// stays as it is.
func TestImportTwice(t *testing.T) {
	space := newSpace(t)
	const csv = "Nr;Risk;Likelihood;Impact;Owner;Action;Due;Treatment;Assessed on\nR-1;Fire;2;5;AJ;Buy sprinklers;2026-12-31;mitigate;2026-10-01\n;Flood;3;unknown;;;;;\nR-10;Theft;;;;;;;\n"
	apply := func(csv string, m spreadsheet.Mapping) {
		t.Helper()
		got := mustRead(t, csv, m, inputs(t, space))
		if err := space.Update(t.Context(), "import", got.Apply); err != nil {
			t.Fatal(err)
		}
	}
	apply(csv, spreadsheet.Mapping{})
	before := head(t, space)
	for range 2 {
		apply(csv, spreadsheet.Mapping{})
	}
	if got := head(t, space); got != before {
		t.Errorf("a second import of the same file recorded %d changes, want 0", got-before)
	}
	// somebody adds what the sheet does not know, and corrects the steps
	err := space.Update(t.Context(), "work", func(tx *isms.Tx) error {
		r, err := risk.Risks(tx).Get("r-1")
		if err != nil {
			return err
		}
		r.Description = isms.Plain("in the archive")
		r.Current.By = isms.Link{Kind: "role", ID: "ciso"}
		r.Treatment.Actions = append(r.Treatment.Actions, risk.Action{ID: "b", Title: isms.Plain("Call the fire brigade")})
		return risk.Risks(tx).Put(&r)
	})
	if err != nil {
		t.Fatal(err)
	}
	before = head(t, space)
	apply(csv, spreadsheet.Mapping{})
	if got := head(t, space); got != before {
		t.Errorf("an import that says nothing new recorded %d changes, want 0", got-before)
	}
	apply("Nr;Likelihood;Impact;Action\nR-1;3;5;Buy sprinklers\n", spreadsheet.Mapping{})
	r := get(t, space, "r-1")
	if r.Current.Likelihood != 3 || !r.Current.By.IsZero() || r.Description.IsZero() || len(r.Treatment.Actions) != 2 || r.Treatment.Actions[0].Due.IsZero() {
		t.Errorf("after another likelihood the risk is %+v, want a new judgement and the rest as it was", r)
	}
	if n := head(t, space) - before; n != 1 {
		t.Errorf("one changed row recorded %d changes, want 1", n)
	}
}

func head(t *testing.T, space *isms.Space) (seq int64) {
	t.Helper()
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		seq, _, err = tx.Head()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func get(t *testing.T, space *isms.Space, id string) (r risk.Risk) {
	t.Helper()
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		r, err = risk.Risks(tx).Get(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A number tells the risk. One that only looks like the id of a risk with
// another number is a new risk: that one keeps what it says.
func TestNumberThatIsTheIDOfAnother(t *testing.T) {
	space := newSpace(t)
	put := func(id, label string) {
		t.Helper()
		err := space.Update(t.Context(), "start", func(tx *isms.Tx) error {
			return risk.Risks(tx).Put(&risk.Risk{Common: isms.Common{ID: id, Label: label}, Title: isms.Plain("Fire")})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("r-014", "R-9")
	put("r-1", "R-1")
	put("r-2", "")
	const csv = "Nr;Risk\nR-014;Theft\nR.1;Flood\nR-2;Storm\n"
	for range 2 {
		got := mustRead(t, csv, spreadsheet.Mapping{}, inputs(t, space))
		if err := space.Update(t.Context(), "import", got.Apply); err != nil {
			t.Fatal(err)
		}
	}
	have := map[string]string{}
	for _, r := range inputs(t, space).Risks {
		have[r.Label] = r.Title.In("")
	}
	want := map[string]string{"R-9": "Fire", "R-1": "Fire", "R-014": "Theft", "R.1": "Flood", "R-2": "Storm"}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("risks by number (-want +got)\n%s", diff)
	}
	got := mustRead(t, "Nr;Risk\nr-014;Blaze\n", spreadsheet.Mapping{}, inputs(t, space))
	if r := got.Risks[0]; r.ID != "r-014" || r.Label != "R-9" || r.Title.In("") != "Blaze" {
		t.Errorf("the id itself as number gives %s %q %q, want the risk R-9 with another title", r.ID, r.Label, r.Title.In(""))
	}
	put("r-3", "R-9")
	_, err := spreadsheet.Read(table(t, "Nr;Risk\nR-9;Fire\n"), spreadsheet.Mapping{}, inputs(t, space))
	refused, ok := errors.AsType[*isms.ProblemError](err)
	if !ok || !strings.Contains(refused.Problems[0].Text("en"), "risk/r-014, risk/r-3") {
		t.Errorf("a number of two risks = %v, want both", err)
	}
}

// A text without a language takes the place of those in English and Dutch: that
// is told. One in Dutch leaves the English one alone.
func TestLanguagesThatAreLost(t *testing.T) {
	space := newSpace(t)
	err := space.Update(t.Context(), "start", func(tx *isms.Tx) error {
		return risk.Risks(tx).Put(&risk.Risk{Common: isms.Common{ID: "r-1"}, Title: isms.Text{"en": "Fire", "nl": "Brand"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lang lang.Lang
		want []string
	}{{"", []string{"language B2: en, nl"}}, {"nl", nil}} {
		got := mustRead(t, "Nr;Risk\nr-1;Vuur\n", spreadsheet.Mapping{Lang: c.lang}, inputs(t, space))
		if diff := cmp.Diff(c.want, omissions(got)); diff != "" {
			t.Errorf("omissions of a text in %q (-want +got)\n%s", c.lang, diff)
		}
		if en := got.Risks[0].Title["en"]; c.lang == "nl" && en != "Fire" {
			t.Errorf("the English title is %q, want Fire", en)
		}
	}
}

// A newer revision of the methodology rates nothing again by an import of the
// same scores: who judged, judged on the old scale.
func TestOlderScaleStays(t *testing.T) {
	space := newSpace(t)
	const csv = "Nr;Risk;Likelihood;Impact;Level\nR-1;Fire;2;5;low\n"
	got := mustRead(t, csv, spreadsheet.Mapping{}, inputs(t, space))
	if err := space.Update(t.Context(), "import", got.Apply); err != nil {
		t.Fatal(err)
	}
	err := space.Update(t.Context(), "new scale", func(tx *isms.Tx) error {
		m, err := risk.Methodologies(tx).Get(risk.Matrix5().ID)
		if err != nil {
			return err
		}
		m.Criteria = isms.Plain("other criteria")
		return risk.Methodologies(tx).Put(&m)
	})
	if err != nil {
		t.Fatal(err)
	}
	before := head(t, space)
	got = mustRead(t, csv, spreadsheet.Mapping{}, inputs(t, space))
	if err := space.Update(t.Context(), "import", got.Apply); err != nil {
		t.Fatal(err)
	}
	if head(t, space) != before || get(t, space, "r-1").Current.Methodology.Rev != 1 {
		t.Error("the same scores were rated again")
	}
	if diff := cmp.Diff([]string{"older-scale C2: methodology/" + risk.Matrix5().ID + "@1"}, omissions(got)); diff != "" {
		t.Errorf("omissions (-want +got)\n%s", diff)
	}
}

// Everything wrong is said at once, each with its cell, and nothing comes of it.
// Scores outside the documented scale are a top finding of auditors: "3.7 on a
// 5x5" (peers, risk).
func TestProblems(t *testing.T) {
	in := inputs(t, newSpace(t))
	csv := strings.Join([]string{
		"Nr;Risk;Likelihood;Impact;Owner;Last review;Controls",
		"R-1;Fire;3.7;5;;;",
		"R-2;Flood;6;0;;;",
		"R-3;Theft;-3;high-ish;;;",
		"R-4;Leak;4 Rare;1,000;;;",
		"R-1;Fire again;1;1;;;",
		";;2;2;;;",
		"R-5;Storm;1;1;Jan de Vries;31-12-2026;",
		"R-6;;1;1;;2026-02-30;",
	}, "\n")
	got, err := spreadsheet.Read(table(t, csv), spreadsheet.Mapping{}, in)
	want := []string{
		"off-scale C2: 3.7",
		"off-scale C3: 6", "off-scale D3: 0",
		"off-scale C4: -3", "off-scale D4: high-ish",
		"off-scale C5: 4 Rare", "off-scale D5: 1,000",
		"twice A6",
		"no-name A7",
		"ambiguous E8: Jan de Vries", "day F8: 31-12-2026",
		"day F9: 2026-02-30", "isms/required B9",
	}
	if diff := cmp.Diff(want, problems(t, err)); diff != "" {
		t.Errorf("problems (-want +got)\n%s", diff)
	}
	if got.Risks != nil {
		t.Errorf("%d risks beside problems, want none", len(got.Risks))
	}
	refused, ok := errors.AsType[*isms.ProblemError](err)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		if p := refused.Problems[0].Text(l); !ok || !strings.Contains(p, "3.7") || !strings.Contains(p, "C2") || !strings.Contains(p, "5 ") {
			t.Errorf("the problem in %s is %q, want the cell, the score and the scale", l, p)
		}
	}
}

// What has no place is listed, each with its cell; what cannot be judged is not
// assessed, and never a number.
func TestOmissions(t *testing.T) {
	in := inputs(t, newSpace(t))
	csv := strings.Join([]string{
		"Nr;Risk;Likelihood;Impact;Level;Owner;Asset;Controls;Treatment;CIA;Status;Cost;Threat;",
		"R-1;Fire;2;5;critical;Piet;\"Laptops; Mainframe\";\"A.7.9, A.9.2.3, x\";pray;CZ;open;100;;!",
		"R-2;Flood;;;high;;;;;;;;;",
		"R-3;Theft;n/a;?;;;\"Customers, all of them\";;;;concept;;;",
		"R-4;Leak;1;1;25;;;;;;;;;",
		"R-5;Storm;1;1;1;;;;;;;;;",
	}, "\n")
	got := mustRead(t, csv, spreadsheet.Mapping{}, in)
	want := []string{
		"unmapped L1: Cost",
		"empty M1: Threat",
		"unmapped N1",
		"word K2: open",
		"owner F2: Piet",
		"asset G2: Mainframe",
		"word J2: CZ",
		"word I2: pray",
		"control H2: A.9.2.3", "control H2: x",
		"level E2: critical",
		"bare-level E3: high",
		"score E5: 25",
	}
	if diff := cmp.Diff(want, omissions(got)); diff != "" {
		t.Errorf("omissions (-want +got)\n%s", diff)
	}
	r := got.Risks
	if len(r) != 5 || !r[0].Current.Assessed() || r[1].Current.Assessed() || r[2].Current.Assessed() {
		t.Errorf("risks = %+v, want five, of which the second and third are not assessed", r)
	}
	if diff := cmp.Diff([]isms.Ref[isms.Asset]{"crm"}, r[2].Assets); diff != "" {
		t.Errorf("an asset with a comma in its name (-want +got)\n%s", diff)
	}
	if r[2].Status != isms.Draft || r[0].Status != "" {
		t.Errorf("status = %q and %q, want draft and unset", r[2].Status, r[0].Status)
	}
	reg := risk.NewRegister(risk.Inputs{Risks: r, Methodologies: in.Methodologies}, isms.Day(2026, 11, 22))
	if first := reg.Rows[0]; first.Current.Rated() {
		t.Errorf("%s is first in the register, want one that is not assessed", first.Risk.Label)
	}
}

// With a formula, scores of the sheet are compared too.
func TestScoresAreCompared(t *testing.T) {
	space := newSpace(t)
	m := risk.Matrix5()
	m.ID, m.Rev, m.Matrix, m.Formula = "product", 0, nil, risk.Formula{Product: 1}
	for i := range m.Bands {
		m.Bands[i].From = []int{0, 5, 10, 17, 21}[i]
	}
	if err := space.Update(t.Context(), "product", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&m) }); err != nil {
		t.Fatal(err)
	}
	band := m.Bands[1].Title.In(lang.NL)
	csv := "Nr;Risk;Kans;Impact;Score\nR-1;a;2;4;8\nR-2;b;2;4;9\nR-3;c;2;4;8 (" + band + ")\nR-4;d;2;4;" + band + " (8)\nR-5;e;2;4;" + band + "\nR-6;f;5;5;8\n"
	got := mustRead(t, csv, spreadsheet.Mapping{Methodology: "product"}, inputs(t, space))
	// "8 (Medium)" is a number and a name as well
	want := []string{"level E3: 9", "level E7: 8"}
	if diff := cmp.Diff(want, omissions(got)); diff != "" {
		t.Errorf("omissions (-want +got)\n%s", diff)
	}
}

// Numbers are steps or values of the scale: where they differ, it must be said.
func TestValuesOfTheScale(t *testing.T) {
	space := newSpace(t)
	m := risk.Matrix3()
	m.ID, m.Rev = "thirds", 0
	m.Impact.Values = []int{1, 3, 9}
	if err := space.Update(t.Context(), "values", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&m) }); err != nil {
		t.Fatal(err)
	}
	in := inputs(t, space)
	const csv = "Nr;Risk;Likelihood;Impact\nR-1;a;3;3\n"
	for numbers, want := range map[spreadsheet.Numbers]int{spreadsheet.Steps: 3, spreadsheet.Values: 2} {
		got := mustRead(t, csv, spreadsheet.Mapping{Methodology: "thirds", Numbers: numbers}, in)
		if e := got.Risks[0].Current; e.Impact != want || e.Likelihood != 3 {
			t.Errorf("as %s: %d by %d, want 3 by %d", numbers, e.Likelihood, e.Impact, want)
		}
	}
	_, err := spreadsheet.Read(table(t, csv), spreadsheet.Mapping{Methodology: "thirds"}, in)
	if diff := cmp.Diff([]string{"numbers C1"}, problems(t, err)); diff != "" {
		t.Errorf("without saying so (-want +got)\n%s", diff)
	}
	_, err = spreadsheet.Read(table(t, csv), spreadsheet.Mapping{}, in)
	if diff := cmp.Diff([]string{"methodology C1"}, problems(t, err)); diff != "" {
		t.Errorf("with two methodologies (-want +got)\n%s", diff)
	}
}

// A sheet whose columns cannot be told apart is refused.
func TestColumns(t *testing.T) {
	in := inputs(t, newSpace(t))
	for name, c := range map[string]struct {
		csv  string
		m    spreadsheet.Mapping
		want []string
	}{
		"no titles":           {"a;b\nc;d\n", spreadsheet.Mapping{}, []string{"no-header A1"}},
		"titles further down": {strings.Repeat("x;y\n", 40) + "Nr;Risk\nR-1;a\n", spreadsheet.Mapping{}, []string{"no-header A1"}},
		"named row":           {strings.Repeat("x;y\n", 40) + "Nr;Risk\nR-1;a\n", spreadsheet.Mapping{Header: 41}, nil},
		"two of one":          {"Nr;Risk;Title\nR-1;a;b\n", spreadsheet.Mapping{}, []string{"two-columns C1: title"}},
		"and one is chosen": {
			"Nr;Risk;Title\nR-1;a;b\n",
			spreadsheet.Mapping{Columns: map[spreadsheet.Field]string{spreadsheet.Title: "TITLE "}},
			nil,
		},
		"not there": {
			"Nr;Risk\nR-1;a\n",
			spreadsheet.Mapping{Columns: map[spreadsheet.Field]string{spreadsheet.Owner: "Baas"}},
			[]string{"no-column A1: Baas"},
		},
		"no such field": {
			"Nr;Risk\nR-1;a\n",
			spreadsheet.Mapping{Columns: map[spreadsheet.Field]string{"boss": "Baas"}},
			[]string{"field : boss"},
		},
		"not to be read": {
			"Nr;Risk;Likelihood\nR-1;a;99\n",
			spreadsheet.Mapping{Columns: map[spreadsheet.Field]string{"current-likelihood": ""}},
			nil,
		},
	} {
		got, err := spreadsheet.Read(table(t, c.csv), c.m, in)
		if diff := cmp.Diff(c.want, problems(t, err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if err == nil && len(got.Risks) != 1 {
			t.Errorf("%s: %d risks, want 1", name, len(got.Risks))
		}
	}
}

// A register that we wrote as XLSX reads back, with numbers and days that are
// numbers and days there.
func TestXLSX(t *testing.T) {
	in := inputs(t, newSpace(t))
	doc := report.Document{Title: "Risks", Blocks: []report.Block{report.Table{
		Caption: "Open risks",
		Columns: []report.Column{{Title: "Nr"}, {Title: "Risk"}, {Title: "Likelihood", Kind: report.KindNumber}, {Title: "Impact"}, {Title: "Reviewed", Kind: report.KindDate}},
		Rows: []report.Row{
			{Cells: []report.Cell{report.Text("R-1"), report.Text("=Fire"), report.Int(4), report.Text("2"), report.Day("2026-03-01")}},
			{Cells: []report.Cell{report.Text("R-2"), report.Text("Flood"), report.Decimal(37, 1), report.Text("2"), report.Day("2026-03-01")}},
		},
	}}}
	var b bytes.Buffer
	if err := report.XLSX(&b, doc); err != nil {
		t.Fatal(err)
	}
	sheets := book(t, b.Bytes()).Sheets
	var s sheet.Sheet
	for _, x := range sheets {
		if x.Name == "Open risks" {
			s = x
		}
	}
	_, err := spreadsheet.Read(s, spreadsheet.Mapping{}, in)
	if diff := cmp.Diff([]string{"off-scale 'Open risks'!C3: 3.7"}, problems(t, err)); diff != "" {
		t.Errorf("problems (-want +got)\n%s", diff)
	}
	s.Rows = s.Rows[:len(s.Rows)-1]
	got, err := spreadsheet.Read(s, spreadsheet.Mapping{}, in)
	if err != nil {
		t.Fatal(err)
	}
	r := got.Risks[0]
	if r.Title.String() != "=Fire" || r.Current.Likelihood != 4 || r.Current.Impact != 2 || r.Review.Last != isms.Day(2026, 3, 1) {
		t.Errorf("the risk is %+v", r)
	}
}

// Values that formulas gave are said to be so, and failed ones are problems.
func TestFormulas(t *testing.T) {
	in := inputs(t, newSpace(t))
	cell := func(s string) sheet.Cell { return sheet.Cell{Text: s} }
	formula := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.KindNumber, Text: s, Formula: true} }
	s := sheet.Sheet{Name: "S", Rows: []sheet.Row{
		{Number: 1, Cells: []sheet.Cell{cell("Nr"), cell("Risk"), cell("Likelihood"), cell("Impact"), cell("Level")}},
		{Number: 2, Cells: []sheet.Cell{cell("R-1"), cell("a"), formula("2"), cell("2"), formula("4")}},
	}}
	got, err := spreadsheet.Read(s, spreadsheet.Mapping{}, in)
	if diff := cmp.Diff([]string{"formula S!C2: 2", "score S!E2: 4"}, omissions(got)); err != nil || diff != "" {
		t.Errorf("Read = %v, omissions (-want +got)\n%s", err, diff)
	}
	s.Rows[1].Cells[3] = sheet.Cell{Kind: sheet.KindError, Text: "#REF!", Formula: true}
	_, err = spreadsheet.Read(s, spreadsheet.Mapping{}, in)
	if diff := cmp.Diff([]string{"error S!D2: #REF!"}, problems(t, err)); diff != "" {
		t.Errorf("problems (-want +got)\n%s", diff)
	}
}

// An import of what somebody else changed meanwhile is refused.
func TestConflict(t *testing.T) {
	space := newSpace(t)
	const csv = "Nr;Risk\nR-1;Fire\n"
	got := mustRead(t, csv, spreadsheet.Mapping{}, inputs(t, space))
	if err := space.Update(t.Context(), "import", got.Apply); err != nil {
		t.Fatal(err)
	}
	got = mustRead(t, "Nr;Risk\nR-1;Blaze\n", spreadsheet.Mapping{}, inputs(t, space))
	other := mustRead(t, "Nr;Risk\nR-1;Inferno\n", spreadsheet.Mapping{}, inputs(t, space))
	if err := space.Update(t.Context(), "import", other.Apply); err != nil {
		t.Fatal(err)
	}
	before := head(t, space)
	if err := space.Update(t.Context(), "import", got.Apply); err == nil || head(t, space) != before {
		t.Errorf("Apply of a risk that changed meanwhile = %v, want a conflict", err)
	}
}
