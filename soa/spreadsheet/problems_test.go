package spreadsheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa/spreadsheet"
)

// Each problem is found with its cell, and then nothing is written.
func TestProblems(t *testing.T) {
	const exclude, include, applicable = "Reason to leave out", "Own reason to include", "Applicable"
	tests := []struct {
		name  string
		edit  func(h hand)
		code  isms.Code
		where string // the end of the place
	}{
		{"a live formula", func(h hand) { h.cell("A.8.30", exclude, sheet.Cell{Text: "x", Formula: true}) }, spreadsheet.CodeFormula, "F"},
		{"an error of one", func(h hand) {
			h.cell("A.8.30", exclude, sheet.Cell{Kind: sheet.KindError, Text: "#REF!", Formula: true})
		}, spreadsheet.CodeFormula, "F"},
		{"a formula in a hidden cell", func(h hand) { h.row("A.8.30").Cells[12].Formula = true }, spreadsheet.CodeFormula, "M"},
		{"a row twice", func(h hand) {
			r := h.row("A.8.30")
			h.s.Rows = append(h.s.Rows, sheet.Row{Number: 200, Cells: slices.Clone(r.Cells)})
		}, spreadsheet.CodeTwice, "A200"},
		{"a row added for one that is there", func(h hand) { h.add(map[string]string{"Control": "A.8.30", "Plan": "x"}) }, spreadsheet.CodeTwice, "A"},
		{"a new row twice", func(h hand) { h.add(map[string]string{"Title": "x"}).add(map[string]string{"Title": "x"}) }, spreadsheet.CodeTwice, "A"},
		{"a label that another control has", func(h hand) { h.add(map[string]string{"Control": "OC-2", "Title": "x"}) }, spreadsheet.CodeTwice, "A"},
		{"a column twice", func(h hand) { h.s.Rows[0].Cells = append(h.s.Rows[0].Cells, sheet.Cell{Text: exclude}) }, spreadsheet.CodeTwice, "P1"},
		{"a new row without a title", func(h hand) { h.add(map[string]string{"Control": "OC-9", "Plan": "x"}) }, spreadsheet.CodeNoTitle, "B"},
		{"a control that is not there", func(h hand) { h.row("A.8.30").Cells[12].Text = "A.9.99" }, spreadsheet.CodeControl, "M"},
		{"an own control that is not there", func(h hand) { h.row("A.5.1").Cells[12].Text = "own-x" }, spreadsheet.CodeControl, "M"},
		{"the record of another control", func(h hand) { h.row("A.8.30").Cells[13].Text = "control/c-a-8-12@1" }, spreadsheet.CodeControl, "M"},
		{"a record of another kind", func(h hand) { h.row("A.8.30").Cells[13].Text = "risk/r-1@1" }, spreadsheet.CodeControl, "M"},
		{"a revision that never was", func(h hand) { h.row("A.8.30").Cells[13].Text = "control/c-a-8-30@7" }, spreadsheet.CodeControl, "M"},
		{"no link", func(h hand) { h.row("A.8.30").Cells[13].Text = "c-a-8-30" }, spreadsheet.CodeControl, "M"},
		{"what was sent is gone", func(h hand) { h.row("A.8.30").Cells[14].Text = "" }, spreadsheet.CodeControl, "M"},
		{"a hidden column is gone", func(h hand) { h.s.Rows[0].Cells[13] = sheet.Cell{} }, spreadsheet.CodeControl, "A1"},
		{"an unknown word", func(h hand) { h.set("A.8.30", "Implementation", "almost") }, spreadsheet.CodeWord, "G"},
		{"an unknown answer", func(h hand) { h.set("A.8.30", applicable, "perhaps") }, spreadsheet.CodeWord, "D"},
		{"a day that is two", func(h hand) { h.set("A.8.30", "Plan due", "3-4-2026") }, spreadsheet.CodeDay, "K"},
		{"no day", func(h hand) { h.set("A.8.30", "Plan due", "soon") }, spreadsheet.CodeDay, "K"},
		{"a day that is not there", func(h hand) { h.set("A.8.30", "Plan due", "2026-02-29") }, spreadsheet.CodeDay, "K"},
		{"a number for a day", func(h hand) { h.cell("A.8.30", "Plan due", sheet.Cell{Kind: sheet.KindNumber, Text: "46082"}) }, spreadsheet.CodeDay, "K"},
		{"an unknown owner", func(h hand) { h.set("A.8.30", "Owner", "Carl") }, spreadsheet.CodeOwner, "L"},
		{"two of one name", func(h hand) { h.set("A.8.30", "Owner", "Ben") }, spreadsheet.CodeOwner, "L"},
		{"an owner that is not there", func(h hand) { h.set("A.8.30", "Owner", "Ann (person/p-9)") }, spreadsheet.CodeOwner, "L"},
		{"left out without a reason", func(h hand) { h.set("A.8.13", applicable, "not applicable") }, spreadsheet.CodeApplicable, "D"},
		{"left out beside a reason to include", func(h hand) { h.set("A.8.13", applicable, "not applicable").set("A.8.13", exclude, "x") }, spreadsheet.CodeApplicable, "D"},
		{"left out although a risk needs it", func(h hand) { h.set("A.7.9", applicable, "not applicable").set("A.7.9", exclude, "x") }, spreadsheet.CodeApplicable, "D"},
		{"included without a reason", func(h hand) { h.set("A.5.1", applicable, "applicable") }, spreadsheet.CodeApplicable, "D"},
		{"included beside a reason to leave out", func(h hand) { h.set("A.8.30", applicable, "applicable").set("A.8.30", include, "x") }, spreadsheet.CodeApplicable, "D"},
		{"undecided with a reason", func(h hand) { h.set("A.8.13", applicable, "undecided") }, spreadsheet.CodeApplicable, "D"},
		{"both reasons", func(h hand) { h.set("A.8.30", include, "x") }, isms.CodeBoth, "F"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			space := bakery(t)
			b := send(t, space, lang.EN, sheet.FormatXLSX)
			h := by(t, b).set("A.5.2", "Plan", "this is not written either")
			test.edit(h)
			o, wrote, err := apply(t, space, b)
			refusal, ok := errors.AsType[*isms.ProblemError](err)
			if !ok || wrote != 0 || len(refusal.Problems) != len(o.Problems) {
				t.Fatalf("Apply = %+v, %v, wrote %d, want a problem", o, err, wrote)
			}
			i := slices.IndexFunc(o.Problems, func(p isms.Problem) bool { return p.Code == test.code })
			if i < 0 {
				t.Fatalf("problems = %v, want %s", err, test.code)
			}
			sheetName, cell, _ := strings.Cut(o.Problems[i].Where, "!")
			if sheetName != "Controls" || !strings.HasPrefix(cell, test.where) {
				t.Errorf("place = %q, want Controls!%s...", o.Problems[i].Where, test.where)
			}
			text := o.Problems[i].Text(lang.EN) + o.Problems[i].Text(lang.NL)
			if strings.Contains(text, "{") || strings.Contains(text, string(test.code)) {
				t.Errorf("text of %s = %q", test.code, text)
			}
		})
	}
}

// Answers that follow from the reasons beside them are fine.
func TestAnswersWithReasons(t *testing.T) {
	const exclude, include, applicable = "Reason to leave out", "Own reason to include", "Applicable"
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatCSV)
	by(t, b).set("A.8.30", applicable, "applicable").set("A.8.30", exclude, "").set("A.8.30", include, "we start outsourcing").
		set("A.8.13", applicable, "niet van toepassing").set("A.8.13", exclude, "no data").set("A.8.13", include, "").
		set("A.5.1", applicable, "Not  applicable").set("A.5.1", exclude, "x").
		set("nen7510:12.4.1", applicable, "UNDECIDED").set("nen7510:12.4.1", exclude, "")
	if o, wrote, err := apply(t, space, b); err != nil || wrote != 4 || len(o.Changes) != 6 {
		t.Errorf("Apply = %+v, %v, wrote %d, want 4 records and 6 changes", o, err, wrote)
	}
}

// An answer that was taken away is not lost: without one a control is undecided.
func TestClearedAnswers(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatXLSX)
	by(t, b).set("A.8.24", "Applicable", "").set("A.8.30", "Applicable", "").set("A.5.2", "Applicable", "")
	o := compare(t, space, b)
	var got []string
	for _, p := range o.Problems {
		got = append(got, string(p.Code)+" "+p.Args["have"])
	}
	// A.5.2 was undecided: no answer says so too.
	if want := []string{"soa-sheet/applicable undecided", "soa-sheet/applicable undecided"}; !slices.Equal(want, got) {
		t.Errorf("problems of cleared answers = %q, want %q", got, want)
	}
}

// What a spreadsheet makes of a day is that day; another one must be certain.
func TestDays(t *testing.T) {
	for text, want := range map[string]string{
		"2026-09-01": "", "1-9-2026": "", "9/1/2026": "", "01.09.2026": "", // as it was sent
		"30-9-2026": "2026-09-30", "9/30/2026": "2026-09-30", "5-5-2026": "2026-05-05", "2026-10-01": "2026-10-01",
	} {
		space := bakery(t)
		b := send(t, space, lang.EN, sheet.FormatCSV)
		by(t, b).set("A.8.12", "Plan due", text)
		o := compare(t, space, b)
		if got := onlyChange(t, o).Now; got != want || len(o.Problems) > 0 {
			t.Errorf("day %q = %q, %v, want %q", text, got, o.Problems, want)
		}
	}
}

// onlyChange is the change of an outcome, or none.
func onlyChange(t *testing.T, o spreadsheet.Outcome) spreadsheet.Change {
	t.Helper()
	switch len(o.Changes) {
	case 0:
		return spreadsheet.Change{}
	case 1:
		return o.Changes[0]
	default:
		t.Fatalf("changes = %+v, want at most one", o.Changes)
		return spreadsheet.Change{}
	}
}

func TestOwners(t *testing.T) {
	for text, want := range map[string]string{
		"it-MANAGER": "", "IT manager (role/it-manager)": "", "role/it-manager": "", "somebody else (role/it-manager)": "",
		"Ann": "person/p-1", "person/p-2": "person/p-2", "Ben (person/p-3)": "person/p-3",
	} {
		space := bakery(t)
		b := send(t, space, lang.NL, sheet.FormatCSV)
		by(t, b).set("A.8.24", "Eigenaar", text)
		o := compare(t, space, b)
		if got := onlyChange(t, o).Now; got != want || len(o.Problems) > 0 {
			t.Errorf("owner %q = %q, %v, want %q", text, got, o.Problems, want)
		}
	}
}

func TestOmissions(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatXLSX)
	h := by(t, b)
	h.set("A.8.30", "Title", "Another title")
	h.s.Hidden = true
	h.s.Rows[0].Cells = append(h.s.Rows[0].Cells, sheet.Cell{Text: "Remarks"})
	for _, r := range h.s.Rows {
		r.Cells[9], r.Cells[10] = r.Cells[10], sheet.Cell{} // moved, and the plan deleted
	}
	o, wrote, err := apply(t, space, b)
	if err != nil || wrote != 0 {
		t.Fatalf("Apply = %+v, %v, wrote %d, want nothing written", o, err, wrote)
	}
	var got []string
	for _, m := range o.Omissions {
		got = append(got, m.Text(lang.NL))
	}
	want := []string{
		"Controls: het werkblad is verborgen; het is toch gelezen",
		"Controls: de kolom kwam niet terug, dus daarin wijzigt niets: Plan",
		"Controls!P1: geen kolom van het blad: Remarks",
		"Controls!A90: nummer, titel of herkomst van A.8.30 is gewijzigd: die zijn alleen om te lezen",
	}
	if !slices.Equal(got, want) {
		t.Errorf("omissions = %q, want %q", got, want)
	}
}

// A column that was moved and renamed is not guessed.
func TestMovedAndRenamed(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatXLSX)
	h := by(t, b)
	for i := range h.s.Rows { // two change places
		r := &h.s.Rows[i]
		for len(r.Cells) < 7 {
			r.Cells = append(r.Cells, sheet.Cell{})
		}
		r.Cells[5], r.Cells[6] = r.Cells[6], r.Cells[5]
	}
	h.s.Rows[0].Cells[9].Text = "Our ideas" // where the plan was
	o := compare(t, space, b)
	var got []isms.Code
	for _, m := range o.Omissions {
		got = append(got, m.Code)
	}
	if want := []isms.Code{spreadsheet.CodeNoColumn, spreadsheet.CodeColumn}; !slices.Equal(got, want) || len(o.Changes) > 0 {
		t.Errorf("omissions = %v, changes = %v, want %v and none", got, o.Changes, want)
	}
}

func TestNotOurs(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatXLSX)
	by(t, b).s.Rows[0].Cells[12].Text = "deleted"
	if r, err := spreadsheet.Read(b); !errors.Is(err, spreadsheet.ErrNotOurs) {
		t.Errorf("Read without the hidden column = %v, %v, want ErrNotOurs", r, err)
	}
	b = send(t, space, lang.EN, sheet.FormatCSV)
	b.Sheets = append(b.Sheets, b.Sheets[0])
	if o := compare(t, space, b); len(o.Problems) != 1 || o.Problems[0].Code != spreadsheet.CodeTwice {
		t.Errorf("two sheets of ours = %v, want one problem", o.Problems)
	}
}

// cellOf is a text of a control.
type cellOf struct{ number, field string }

func threeCells() (all []cellOf) {
	for _, number := range []string{"A.8.12", "A.8.24", "A.8.30"} {
		for _, field := range []string{"exclude", "how", "plan"} {
			all = append(all, cellOf{number, field})
		}
	}
	return all
}

func (c cellOf) title() string {
	return map[string]string{"how": "How it is implemented", "plan": "Plan", "exclude": "Reason to leave out"}[c.field]
}

func (c cellOf) text(k *isms.Control) *isms.Text {
	return map[string]*isms.Text{"how": &k.How, "plan": &k.Plan, "exclude": &k.Exclude}[c.field]
}

// merged is what the store has to hold in the end, and how many cells conflict.
func merged(was, mine, theirs map[cellOf]string) (want map[cellOf]string, conflicts int) {
	want = map[cellOf]string{}
	for c := range was {
		switch {
		case mine[c] == was[c] || mine[c] == theirs[c]:
			want[c] = theirs[c]
		case theirs[c] == was[c]:
			want[c] = mine[c]
		default:
			conflicts++
		}
	}
	if conflicts > 0 {
		return theirs, conflicts
	}
	return want, 0
}

func (c cellOf) record() string {
	return "c-" + strings.ToLower(strings.ReplaceAll(c.number, ".", "-"))
}

func storeTexts(t *testing.T, space *isms.Space, values map[cellOf]string) {
	t.Helper()
	for _, c := range threeCells() {
		edit(t, space, c.record(), func(k *isms.Control) { *c.text(k) = plain(values[c]) })
	}
}

// For any edits on both sides: what only the sheet changed is written, what only
// others changed stays, equal changes are no conflict, and different ones write
// nothing at all.
func TestThreeWays(t *testing.T) {
	texts := []string{"", "a", "b", "c"}
	rapid.Check(t, func(r *rapid.T) {
		space := bakery(t)
		was, mine, theirs := map[cellOf]string{}, map[cellOf]string{}, map[cellOf]string{}
		for _, c := range threeCells() {
			was[c] = rapid.SampledFrom(texts).Draw(r, "was")
			mine[c] = rapid.SampledFrom(append(texts, was[c], was[c])).Draw(r, "mine")
			theirs[c] = rapid.SampledFrom(append(texts, was[c], was[c])).Draw(r, "theirs")
		}
		storeTexts(t, space, was)
		b := send(t, space, lang.EN, rapid.SampledFrom(formats()).Draw(r, "format"))
		h := by(t, b)
		for _, c := range threeCells() {
			h.set(c.number, c.title(), mine[c])
		}
		storeTexts(t, space, theirs)
		o, wrote, err := apply(t, space, b)
		want, conflicts := merged(was, mine, theirs)
		if len(o.Conflicts) != conflicts || (err != nil) != (conflicts > 0) || conflicts > 0 && wrote > 0 {
			r.Fatalf("Apply = %v, wrote %d, want %d conflicts", err, wrote, conflicts)
		}
		have := map[cellOf]string{}
		for _, c := range threeCells() {
			k := get(t, space, c.record())
			have[c] = c.text(&k).String()
		}
		if diff := cmp.Diff(want, have); diff != "" {
			r.Fatalf("was %v, mine %v, theirs %v: the store (-want +got):\n%s", was, mine, theirs, diff)
		}
	})
}
