package spreadsheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa/spreadsheet"
)

func formats() []sheet.Format { return []sheet.Format{sheet.FormatCSV, sheet.FormatXLSX} }

func TestUntouchedSheetChangesNothing(t *testing.T) {
	for _, f := range formats() {
		for _, l := range []lang.Lang{"", lang.EN, lang.NL} {
			space := bakery(t)
			o, wrote, err := apply(t, space, send(t, space, l, f))
			if err != nil || wrote != 0 || len(o.Changes)+len(o.Conflicts)+len(o.Problems)+len(o.Omissions) > 0 {
				t.Errorf("%s, %q: Apply = %+v, %v, wrote %d, want nothing", f, l, o, err, wrote)
			}
		}
	}
}

// Whatever a text holds, it comes back as it was sent.
func TestAnyTextComesBack(t *testing.T) {
	text := rapid.OneOf(rapid.StringOf(rapid.SampledFrom([]rune("ab =+-@＝;,'\"\r\n\t\v|_x00D1é😀\u200b\u202e\u2028\x01"))), rapid.String())
	space := bakery(t)
	rapid.Check(t, func(r *rapid.T) {
		edit(t, space, "c-a-8-12", func(k *isms.Control) {
			k.How, k.Plan = plain(text.Draw(r, "how")), isms.Text{lang.NL: text.Draw(r, "plan")}
		})
		f := rapid.SampledFrom(formats()).Draw(r, "format")
		if o := compare(t, space, send(t, space, lang.NL, f)); len(o.Changes)+len(o.Problems)+len(o.Omissions) > 0 {
			r.Fatalf("%s: Compare = %+v, want nothing", f, o)
		}
	})
}

// A blank more or less is a change too, and so is a line end.
func TestSmallChanges(t *testing.T) {
	for _, text := range []string{"Block USBstorage.", "Block  USB storage.", "Block USB\nstorage.", "Block USB storage;"} {
		space := bakery(t)
		b := send(t, space, lang.EN, sheet.FormatXLSX)
		by(t, b).set("A.8.12", "Plan", text)
		if got := onlyChange(t, compare(t, space, b)).Now; got != text {
			t.Errorf("plan changed to %q = %q", text, got)
		}
	}
}

// Of a text with several lines too, and however it went: CSV joins lines, it does
// not join words.
func TestSmallChangesOfLines(t *testing.T) {
	for _, f := range formats() {
		for _, text := range []string{"Block USBsticks.\nTell people.", "Block USB sticks.\nTellpeople.", "Block USB sticks. Tell people."} {
			space := bakery(t)
			edit(t, space, "c-a-8-12", func(k *isms.Control) { k.Plan = plain("Block USB sticks.\nTell people.") })
			b := send(t, space, lang.EN, f)
			sent := text
			if f == sheet.FormatCSV {
				sent = strings.ReplaceAll(text, "\n", "; ")
			}
			by(t, b).set("A.8.12", "Plan", sent)
			if got := compare(t, space, b).Changes; len(got) != 1 || got[0].Now != sent {
				t.Errorf("%s: plan changed to %q: Changes = %+v", f, sent, got)
			}
		}
	}
}

// Every field that people edit comes back, in either format and language, and a
// second time writes nothing.
func TestEveryFieldComesBack(t *testing.T) {
	for _, f := range formats() {
		for l, title := range map[lang.Lang][]string{
			lang.EN: {"Own reason to include", "Implementation", "Implemented since", "How it is implemented", "Plan", "Plan due", "Owner", "Reason to leave out", "Implemented"},
			lang.NL: {"Eigen reden om toe te passen", "Implementatie", "Geïmplementeerd sinds", "Wijze van implementatie", "Plan", "Plan gereed", "Eigenaar", "Reden van uitsluiting", "GEÏMPLEMENTEERD"},
		} {
			t.Run(f.String()+" "+string(l), func(t *testing.T) { everyField(t, f, l, title) })
		}
	}
}

func everyField(t *testing.T, f sheet.Format, l lang.Lang, title []string) {
	t.Helper()
	record := isms.Link{Kind: "control", ID: "c-a-8-12", Rev: 1}
	want := []spreadsheet.Change{
		{Control: "A.5.1", Field: "include", Now: "we want it"},
		{Control: "A.8.12", Record: record, Field: "implementation", Was: "partial", Now: "implemented"},
		{Control: "A.8.12", Record: record, Field: "since", Now: "2026-03-01"},
		{Control: "A.8.12", Record: record, Field: "how", Was: "  Mail is filtered.\t@all ", Now: "=Both"},
		{Control: "A.8.12", Record: record, Field: "plan", Was: "Block USB storage."},
		{Control: "A.8.12", Record: record, Field: "due", Was: "2026-09-01"},
		{Control: "A.8.12", Record: record, Field: "owner", Now: "person/p-1"},
		{Control: "A.8.30", Record: isms.Link{Kind: "control", ID: "c-a-8-30", Rev: 1}, Field: "exclude", Was: "no development is outsourced", Now: "we develop nothing"},
	}
	space := bakery(t)
	b := send(t, space, l, f)
	by(t, b).set("A.5.1", title[0], " we want it ").
		set("A.8.12", title[1], title[8]).set("A.8.12", title[2], "2026-03-01").set("A.8.12", title[3], "=Both").
		set("A.8.12", title[4], "").set("A.8.12", title[5], "").set("A.8.12", title[6], "ann").
		set("A.8.30", title[7], "we develop nothing")
	o, wrote, err := apply(t, space, b)
	if err != nil || wrote != 3 || len(o.Problems)+len(o.Conflicts) > 0 {
		t.Errorf("Apply = %+v, %v, wrote %d records, want 3", o, err, wrote)
	}
	for i := range o.Changes {
		if o.Changes[i].Where == "" || f == sheet.FormatXLSX && !strings.Contains(o.Changes[i].Where, "!") {
			t.Errorf("place of %v = %q", o.Changes[i], o.Changes[i].Where)
		}
		o.Changes[i].Where = ""
	}
	if diff := cmp.Diff(want, o.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	k := get(t, space, "c-a-8-12")
	if k.Implementation != isms.Implemented || k.Since != isms.Day(2026, 3, 1) || k.How.String() != "=Both" || !k.Plan.IsZero() || !k.Due.IsZero() || k.Owner.ID != "p-1" {
		t.Errorf("the record is %+v", k)
	}
	if k := get(t, space, "a.5.1"); k.Ref != "A.5.1" || k.Include.String() != "we want it" {
		t.Errorf("the new record is %+v", k)
	}
	if o, wrote, err := apply(t, space, b); err != nil || wrote != 0 || len(o.Changes) > 0 {
		t.Errorf("Apply again = %+v, %v, wrote %d, want nothing", o, err, wrote)
	}
}

// Rows are known by their hidden ids and columns by their titles, or by their
// places when they were renamed.
func TestMovedRowsAndColumns(t *testing.T) {
	for name, change := range map[string]func(h hand){
		"sorted the other way": func(h hand) { slices.Reverse(h.s.Rows[1:]) },
		"rows deleted": func(h hand) {
			h.s.Rows = slices.DeleteFunc(h.s.Rows, func(r sheet.Row) bool { return r.Number > 1 && r.Cell(0).Text != "A.8.30" })
		},
		"rows above": func(h hand) {
			h.s.Rows = append([]sheet.Row{{Number: 1, Cells: []sheet.Cell{{Text: "Please fill in before Friday"}}}}, h.s.Rows...)
			for i := range h.s.Rows {
				h.s.Rows[i].Number = i + 1
			}
		},
		"columns the other way": func(h hand) {
			for _, r := range h.s.Rows {
				slices.Reverse(r.Cells)
			}
		},
		"columns renamed": func(h hand) {
			for i, c := range h.s.Rows[0].Cells {
				if !strings.HasPrefix(c.Text, "ismskit") {
					h.s.Rows[0].Cells[i].Text = "Column " + string(rune('A'+i))
				}
			}
		},
		"titles in the other language and in capitals": func(h hand) {
			h.s.Rows[0].Cells[h.column("Reason to leave out")].Text = " REDEN van\nuitsluiting"
		},
		"through CSV into XLSX": func(h hand) {
			for _, r := range h.s.Rows {
				for i, c := range r.Cells {
					r.Cells[i].Text = strings.ReplaceAll(strings.ReplaceAll(c.Text, "\n=", ";' ="), "\n", "; ")
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			space := bakery(t)
			b := send(t, space, lang.EN, sheet.FormatXLSX)
			h := by(t, b)
			h.set("A.8.30", "Reason to leave out", "changed")
			change(h)
			o, wrote, err := apply(t, space, b)
			if err != nil || wrote != 1 || len(o.Changes) != 1 || o.Changes[0].Field != "exclude" || o.Changes[0].Now != "changed" || len(o.Omissions) > 0 {
				t.Errorf("Apply = %+v, %v, wrote %d, want one change and nothing omitted", o, err, wrote)
			}
		})
	}
}

// What is changed on both sides is a conflict only when it differs, and then
// nothing at all is written.
func TestConflicts(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatXLSX)
	edit(t, space, "c-a-8-12", func(k *isms.Control) {
		k.Plan, k.Due, k.Tags = plain("Theirs"), isms.Day(2027, 1, 1), []string{"x"}
	})
	by(t, b).set("A.8.12", "Plan", "Mine").set("A.8.12", "Plan due", "2027-01-01").set("A.8.30", "Reason to leave out", "other")
	o, wrote, err := apply(t, space, b)
	if conflict, ok := errors.AsType[*spreadsheet.ConflictError](err); !ok || len(conflict.Conflicts) != 1 || !errors.Is(err, driver.ErrConflict) {
		t.Errorf("Apply = %v, want one conflict", err)
	}
	if wrote != 0 {
		t.Errorf("Apply with a conflict wrote %d records, want 0", wrote)
	}
	want := []spreadsheet.Change{{
		Control: "A.8.12", Record: isms.Link{Kind: "control", ID: "c-a-8-12", Rev: 1}, Field: "plan",
		Was: "Block USB storage.", Now: "Mine", Meanwhile: "Theirs", Where: o.Conflicts[0].Where,
	}}
	if diff := cmp.Diff(want, o.Conflicts); diff != "" || len(o.Changes) != 2 {
		t.Errorf("%d changes, conflicts (-want +got):\n%s", len(o.Changes), diff)
	}
	if text := markdown(t, o.Report(lang.NL)); !strings.Contains(text, "Intussen") || !strings.Contains(text, "Theirs") {
		t.Errorf("report without the conflict:\n%s", text)
	}

	// Without the field in conflict the rest goes in, beside what others changed.
	by(t, b).set("A.8.12", "Plan", "Block USB storage.").set("A.8.12", "Implementation", "planned")
	if o, wrote, err := apply(t, space, b); err != nil || wrote != 2 {
		t.Errorf("Apply = %+v, %v, wrote %d, want 2", o, err, wrote)
	}
	if k := get(t, space, "c-a-8-12"); k.Plan.String() != "Theirs" || k.Implementation != isms.Planned || len(k.Tags) != 1 {
		t.Errorf("merged record = %+v", k)
	}
}

func TestRecordsThatAreGone(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatCSV)
	update(t, space, func(tx *isms.Tx) error { return isms.Controls(tx).Delete("c-a-8-30", 1) })
	edit(t, space, "c-a-8-13", func(k *isms.Control) { k.Status = isms.Retired })
	if o := compare(t, space, b); len(o.Changes)+len(o.Conflicts)+len(o.Problems) > 0 {
		t.Errorf("Compare of untouched rows of records that are gone = %+v, want nothing", o)
	}
	by(t, b).set("A.8.30", "Reason to leave out", "x").set("A.8.13", "How it is implemented", "y")
	o, wrote, err := apply(t, space, b)
	if len(o.Conflicts) != 2 || !o.Conflicts[0].Gone || !o.Conflicts[1].Gone || wrote != 0 || !strings.Contains(err.Error(), "deleted or retired") {
		t.Errorf("Apply = %+v, %v, wrote %d, want two conflicts", o.Conflicts, err, wrote)
	}
}

// A record that somebody made meanwhile for a control without one is compared
// with an empty one.
func TestRecordsThatAreNew(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.EN, sheet.FormatCSV)
	put(t, space, isms.Control{Common: isms.Common{ID: "theirs"}, Ref: "A.5.1", How: plain("By hand")})
	by(t, b).set("A.5.1", "Plan", "Buy a tool").set("A.5.1", "How it is implemented", "By hand")
	o, wrote, err := apply(t, space, b)
	if err != nil || wrote != 1 || len(o.Changes) != 1 {
		t.Errorf("Apply = %+v, %v, wrote %d, want one change", o, err, wrote)
	}
	if k := get(t, space, "theirs"); k.Plan.String() != "Buy a tool" {
		t.Errorf("record = %+v", k)
	}
}

// A retired record is no record of its control, and keeps its id.
func TestRetiredRecords(t *testing.T) {
	space := bakery(t)
	put(t, space, isms.Control{Common: isms.Common{ID: "a.5.1", Status: isms.Retired}, Ref: "A.5.1", Plan: plain("old")})
	b := send(t, space, lang.EN, sheet.FormatCSV)
	by(t, b).set("A.5.1", "Plan", "new")
	for i, want := range []int64{1, 0} {
		if o, wrote, err := apply(t, space, b); err != nil || wrote != want || len(o.Changes) != int(want) {
			t.Errorf("Apply %d = %+v, %v, wrote %d, want %d", i, o, err, wrote, want)
		}
	}
	if k := get(t, space, "a.5.1-2"); k.Ref != "A.5.1" || k.Plan.String() != "new" {
		t.Errorf("new record = %+v", k)
	}
}

func TestNewOwnControl(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.NL, sheet.FormatCSV)
	by(t, b).add(map[string]string{"Nummer": "OC-9", "Beheersmaatregel": "Stofmelder", "Implementatie": "gepland", "Plan gereed": "2026-12-01", "Van toepassing": "van toepassing", "Eigen reden om toe te passen": "meelstof brandt"}).
		add(map[string]string{"Beheersmaatregel": "Hekwerk"})
	o, wrote, err := apply(t, space, b)
	if err != nil || wrote != 2 || len(o.Problems) > 0 {
		t.Fatalf("Apply = %+v, %v, wrote %d, want 2", o, err, wrote)
	}
	if o, wrote, err := apply(t, space, b); err != nil || wrote != 0 || len(o.Changes) > 0 {
		t.Errorf("Apply again = %+v, %v, wrote %d, want nothing", o, err, wrote)
	}
	k := get(t, space, string(o.Changes[0].Control))
	if k.Label != "OC-9" || k.Title.String() != "Stofmelder" || k.Implementation != isms.Planned || k.Due != isms.Day(2026, 12, 1) {
		t.Errorf("new control = %+v", k)
	}
	// It has a row of its own in the next sheet.
	if o := compare(t, space, send(t, space, lang.NL, sheet.FormatXLSX)); len(o.Changes)+len(o.Problems) > 0 {
		t.Errorf("the next sheet = %+v, want no changes", o)
	}
	// A row of a control that the sheet did not have is about that control.
	b = send(t, space, lang.EN, sheet.FormatCSV)
	h := by(t, b)
	h.s.Rows = slices.DeleteFunc(h.s.Rows, func(r sheet.Row) bool { return r.Cell(0).Text == "A.5.7" })
	h.add(map[string]string{"Control": "a.5.7", "Title": "anything", "Plan": "subscribe"})
	if o, wrote, err := apply(t, space, b); err != nil || wrote != 1 || o.Changes[0].Control != "A.5.7" {
		t.Errorf("Apply = %+v, %v, wrote %d, want a record of A.5.7", o, err, wrote)
	}
}

// A tenant that runs several management systems says which one a new record is
// of, and sees only its own.
func TestSeveralManagementSystems(t *testing.T) {
	space := bakery(t)
	update(t, space, func(tx *isms.Tx) error {
		return isms.Scopes(tx).Put(&isms.Scope{Common: isms.Common{ID: "hq"}, Title: plain("Head office")})
	})
	b := send(t, space, lang.EN, sheet.FormatCSV)
	update(t, space, func(tx *isms.Tx) error {
		return isms.Scopes(tx).Put(&isms.Scope{Common: isms.Common{ID: "shop"}, Title: plain("Shop")})
	})
	put(t, space, isms.Control{Common: isms.Common{ID: "of-shop", ISMS: "shop"}, Ref: "A.5.1", Plan: plain("other")})
	by(t, b).set("A.5.1", "Plan", "mine")
	if o, wrote, err := apply(t, space, b); err != nil || wrote != 1 {
		t.Fatalf("Apply = %+v, %v, wrote %d, want 1", o, err, wrote)
	}
	if k := get(t, space, "a.5.1"); k.ISMS != "hq" || k.Plan.String() != "mine" {
		t.Errorf("new record = %+v, want one of hq", k)
	}
}

func TestTextsOfSeveralLanguages(t *testing.T) {
	space := bakery(t)
	b := send(t, space, lang.NL, sheet.FormatCSV)
	by(t, b).set("A.8.13", "Eigen reden om toe te passen", "zo werken wij").set("A.8.24", "Wijze van implementatie", "Alle schijven.; Alle sticks.")
	o, _, err := apply(t, space, b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(isms.Text{lang.EN: "good practice", lang.NL: "zo werken wij"}, get(t, space, "c-a-8-13").Include); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	var codes []isms.Code
	for _, m := range o.Omissions {
		codes = append(codes, m.Code)
	}
	want := []isms.Code{spreadsheet.CodeLanguages, spreadsheet.CodeFlattened, spreadsheet.CodeLanguages}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("omissions (-want +got):\n%s", diff)
	}
	by(t, b).set("A.8.13", "Eigen reden om toe te passen", "")
	if _, _, err := apply(t, space, b); err == nil {
		t.Error("Apply over a newer revision with another text = no error, want a conflict")
	}
}
