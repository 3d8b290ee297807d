package spreadsheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/spreadsheet"
)

var mapping = spreadsheet.Mapping{Control: "Control", Applicable: "Applicable?", Justification: "Justification", Implemented: "Implemented"}

// answers are rows of a statement of 2013: all 114 are "yes" with a reason, but
// for those given as "applicable|justification|implemented"; "" is no row.
func statement2013(other map[string]string) sheet.Sheet {
	s := sheet.Sheet{Name: "SoA 2013"}
	add := func(cells ...string) {
		row := sheet.Row{Number: len(s.Rows) + 1}
		for _, c := range cells {
			row.Cells = append(row.Cells, sheet.Cell{Text: c})
		}
		s.Rows = append(s.Rows, row)
	}
	add("Statement of Applicability 2021")
	add("Control", "Title", "Applicable?", "Justification", "Implemented")
	domain := ""
	for f := range annexa.Formers() {
		if f.Domain != domain {
			domain = f.Domain
			add(domain + " heading")
			add(domain + ".1 objective")
		}
		answer, given := other[f.ID.String()]
		if !given {
			answer = "Yes|because of " + f.ID.String() + "|yes"
		}
		if cells := strings.Split(answer, "|"); len(cells) == 3 {
			add(f.ID.String()+" "+f.Title, f.Title, cells[0], cells[1], cells[2])
		}
	}
	return s
}

func transition(t *testing.T, s sheet.Sheet, m spreadsheet.Mapping) (spreadsheet.Draft, []isms.Omission) {
	t.Helper()
	d, omissions, err := spreadsheet.Transition(s, m)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Proposals) != 93 {
		t.Fatalf("proposals = %d, want 93", len(d.Proposals))
	}
	return d, omissions
}

func proposal(t *testing.T, d spreadsheet.Draft, id string) spreadsheet.Proposal {
	t.Helper()
	for _, p := range d.Proposals {
		if p.Control.String() == id {
			return p
		}
	}
	t.Fatalf("no proposal for %s", id)
	return spreadsheet.Proposal{}
}

// files is a sheet of five columns as the files that people keep, without the
// line above its titles.
func files(t *testing.T, s sheet.Sheet) map[string]string {
	t.Helper()
	var table report.Table
	var lines [][]string
	for _, r := range s.Rows[1:] {
		var row report.Row
		var line []string
		for i := range 5 {
			line = append(line, r.Cell(i).Text)
			row.Cells = append(row.Cells, report.Text(r.Cell(i).Text))
		}
		if lines = append(lines, line); len(lines) > 1 {
			table.Rows = append(table.Rows, row)
		}
	}
	for _, title := range lines[0] {
		table.Columns = append(table.Columns, report.Column{Title: title})
	}
	var commas, semicolons, xlsx bytes.Buffer
	w := csv.NewWriter(&semicolons)
	w.Comma = ';'
	if err := errors.Join(
		report.CSV(&commas, table), w.WriteAll(lines),
		report.XLSX(&xlsx, report.Document{Title: "SoA", Blocks: []report.Block{table}}),
	); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"commas": commas.String(), "semicolons": semicolons.String(), "xlsx": xlsx.String()}
}

// A statement of 2013 says the same as XLSX, as CSV and as CSV with semicolons.
func TestTransitionOfFiles(t *testing.T) {
	s := statement2013(map[string]string{
		"A.13.2.1": "ja|transfers, and \"mail\"; daily|Ja", "A.13.2.2": "N.v.t.|=none|", "A.10.1.1": "x|één|deels", "A.5.1.1": "",
	})
	want, wantOmissions := transition(t, s, mapping)
	for name, file := range files(t, s) {
		b, err := sheet.Read(t.Context(), strings.NewReader(file), int64(len(file)), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, omissions := transition(t, b.Sheets[len(b.Sheets)-1], mapping)
		if diff := cmp.Diff(want.Controls(), got.Controls()); diff != "" || len(omissions) != len(wantOmissions) {
			t.Errorf("%s: omissions = %v, want %v; controls (-want +got):\n%s", name, omissions, wantOmissions, diff)
		}
	}
}

// The totals of the mapping: 82 controls carried over, 24 of them merged, 11 new.
// A.18.2.3 goes to two.
func TestTransitionTotals(t *testing.T) {
	d, omissions := transition(t, statement2013(nil), mapping)
	carried, pairs := 0, 0
	to := map[annexa.ID2013][]string{}
	for _, p := range d.Proposals {
		if p.Decision == soa.Included && p.Why == spreadsheet.Carried && p.Implementation == isms.Implemented {
			carried++
		}
		pairs += len(p.From)
		for _, f := range p.From {
			to[f.Control] = append(to[f.Control], p.Control.String())
		}
	}
	if !slices.IsSortedFunc(d.Proposals, func(a, b spreadsheet.Proposal) int { return a.Control.Compare(b.Control) }) {
		t.Error("the proposals are not in natural order")
	}
	count := func(seq func(func(spreadsheet.Proposal) bool)) int { return len(slices.Collect(seq)) }
	if got, want := []int{carried, pairs, len(to), count(d.Merged()), count(d.New())}, []int{82, 115, 114, 24, 11}; !slices.Equal(got, want) {
		t.Errorf("carried, pairs, former, merged, new = %v, want %v", got, want)
	}
	for p := range d.New() {
		if p.Decision != soa.Undecided || p.Why != spreadsheet.NewIn2022 {
			t.Errorf("%v = %s, %s, want undecided, new", p.Control, p.Decision, p.Why)
		}
	}
	id, _ := annexa.ParseID2013("A.18.2.3")
	if diff := cmp.Diff([]string{"A.5.36", "A.8.8"}, to[id]); diff != "" {
		t.Errorf("A.18.2.3 goes to (-want +got):\n%s", diff)
	}
	if len(d.Missing) > 0 || len(omissions) != 1 || omissions[0].Code != spreadsheet.CodeColumn2013 {
		t.Errorf("missing %v, omissions %v, want only the column Title", d.Missing, omissions)
	}
}

// The records of a draft are drafts, valid, and say where they come from.
func TestTransitionRecords(t *testing.T) {
	d, _ := transition(t, statement2013(nil), mapping)
	list := d.Controls()
	if len(list) != 82 {
		t.Errorf("controls = %d, want 82", len(list))
	}
	for _, k := range list {
		if p := isms.Validate(k); len(p) > 0 || k.Status != isms.Draft || !strings.Contains(k.Include.In(lang.NL), "ingetrokken sinds 31 oktober 2025") {
			t.Errorf("control %+v: %v", k, p)
		}
	}
}

// CISO Assistant: a map with 13 pairs missing, and A.13.2.1 to A.13.2.3 sent to
// A.8.14.
func TestPeerTransitionOfInformationTransfer(t *testing.T) {
	d, _ := transition(t, statement2013(nil), mapping)
	for _, f := range proposal(t, d, "A.8.14").From {
		if strings.HasPrefix(f.Control.String(), "A.13") {
			t.Errorf("A.8.14 comes from %v", f.Control)
		}
	}
	p := proposal(t, d, "A.5.14")
	var from []string
	for _, f := range p.From {
		from = append(from, f.Control.String())
	}
	if diff := cmp.Diff([]string{"A.13.2.1", "A.13.2.2", "A.13.2.3"}, from); diff != "" {
		t.Errorf("A.5.14 comes from (-want +got):\n%s", diff)
	}
	pairs := map[string]bool{}
	for _, p := range d.Proposals {
		for _, f := range p.From {
			pairs[f.Control.String()+p.Control.String()] = true
		}
	}
	for f := range annexa.Formers() {
		for id := range f.Successors.All() {
			if !pairs[f.ID.String()+id.String()] {
				t.Errorf("%v to %v is missing", f.ID, id)
			}
		}
	}
}

func TestTransitionDecides(t *testing.T) {
	s := statement2013(map[string]string{
		"A.13.2.1": "ja|transfers happen|Ja", "A.13.2.2": "N.v.t.|no agreements|", "A.13.2.3": "yes||yes", // disagree
		"A.12.4.1": "yes|same|partly", "A.12.4.2": "yes|same|gedeeltelijk", "A.12.4.3": "x|other|Deels", // A.8.15
		"A.14.2.7": "no|nothing is outsourced|no",      // A.8.30
		"A.11.1.6": "no||",                             // no other: A.7.2 with A.11.1.2
		"A.11.1.2": "no||",                             // no reason at all
		"A.10.1.1": "perhaps|?|yes",                    // A.8.24 with A.10.1.2
		"A.5.1.1":  "yes|a|yes", "A.5.1.2": "yes|b|no", // A.5.1
		"A.8.1.3": "",                 // A.5.10 with A.8.2.3
		"A.6.2.1": "yes|x|half-baked", // A.8.1 with A.11.2.8
		"A.6.2.2": "yes|=HYPERLINK|planned",
	})
	d, omissions := transition(t, s, mapping)
	tests := []struct {
		id       string
		decision soa.Decision
		why      spreadsheet.Why
		status   isms.Implementation
		quote    string
	}{
		{"A.5.14", soa.Undecided, spreadsheet.Disagree, "", "A.13.2.1, applicable: “transfers happen”\nA.13.2.2, not applicable: “no agreements”\nA.13.2.3, applicable: no reason given"},
		{"A.8.15", soa.Included, spreadsheet.Carried, isms.Partial, "A.12.4.1, A.12.4.2, applicable: “same”\nA.12.4.3, applicable: “other”"},
		{"A.8.30", soa.Excluded, spreadsheet.Carried, "", "A.14.2.7, not applicable: “nothing is outsourced”"},
		{"A.7.2", soa.Undecided, spreadsheet.NoReason, "", "A.11.1.2, A.11.1.6, not applicable: no reason given"},
		{"A.8.24", soa.Undecided, spreadsheet.Incomplete, isms.Implemented, "A.10.1.1, undecided: “?”\nA.10.1.2, applicable: “because of A.10.1.2”"},
		{"A.5.1", soa.Included, spreadsheet.Carried, "", "A.5.1.1, applicable: “a”\nA.5.1.2, applicable: “b”"},
		{"A.5.10", soa.Undecided, spreadsheet.Incomplete, "", "A.8.2.3, applicable: “because of A.8.2.3”"},
		{"A.6.7", soa.Included, spreadsheet.Carried, isms.Planned, "A.6.2.2, applicable: “=HYPERLINK”"},
		{"A.5.7", soa.Undecided, spreadsheet.NewIn2022, "", ""},
	}
	records := map[isms.ControlID]isms.Control{}
	for _, k := range d.Controls() {
		records[k.Ref] = k
	}
	for _, test := range tests {
		p := proposal(t, d, test.id)
		if p.Decision != test.decision || p.Why != test.why || p.Implementation != test.status {
			t.Errorf("%s = %s, %s, %q, want %s, %s, %q", test.id, p.Decision, p.Why, p.Implementation, test.decision, test.why, test.status)
		}
		k := records[isms.ControlID(test.id)]
		text := map[soa.Decision]isms.Text{soa.Included: k.Include, soa.Excluded: k.Exclude, soa.Undecided: k.Description}[test.decision]
		want := ""
		if test.quote != "" {
			want = "ISO/IEC 27001:2013, withdrawn since 31 October 2025:\n" + test.quote
		}
		if got := text.In(lang.EN); got != want {
			t.Errorf("%s says %q, want %q", test.id, got, want)
		}
		if test.decision == soa.Undecided && (!k.Include.IsZero() || !k.Exclude.IsZero()) {
			t.Errorf("%s is undecided, but its record has a reason: %+v", test.id, k)
		}
	}
	var got []string
	for _, m := range omissions {
		got = append(got, string(m.Code)+" "+m.Args["have"])
	}
	want := []string{
		"soa-sheet/column-2013 Title", "soa-sheet/answer-2013 half-baked", "soa-sheet/answer-2013 perhaps",
		"soa-sheet/missing-2013 A.8.1.3", "soa-sheet/merged-status A.5.1", "soa-sheet/merged-decision A.5.14", "soa-sheet/merged-status A.8.1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("omissions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("[A.8.1.3]", fmt.Sprint(d.Missing)); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}

	// What the records come to is what the draft says.
	statement := soa.Compile(soa.Inputs{Controls: d.Controls()}, today)
	for i, r := range statement.Rows {
		if p := d.Proposals[i]; string(r.Control) != p.Control.String() || r.Decision != p.Decision {
			t.Errorf("compiled %s = %s, want %v = %s", r.Control, r.Decision, p.Control, p.Decision)
		}
	}
}

func TestTransitionOfOddRows(t *testing.T) {
	s := statement2013(nil)
	add := func(cells ...sheet.Cell) {
		s.Rows = append(s.Rows, sheet.Row{Number: s.Rows[len(s.Rows)-1].Number + 1, Cells: cells})
	}
	text := func(s string) sheet.Cell { return sheet.Cell{Text: s} }
	add(text("A.5.1.1"), text(""), text("no"), text("again"))
	add(text("A.19.1.1"), text(""), text("yes"))
	add(sheet.Cell{Kind: sheet.KindDay, Text: "2001-01-05"}, text(""), text("yes"))
	add(sheet.Cell{Kind: sheet.KindNumber, Text: "5.1"}, text(""), text("yes"))
	add(text("Own control"), text(""), text("yes"))
	add(text("A.7"), text("a heading"))
	s.Rows[4].Cells[2].Formula = true
	d, omissions := transition(t, s, mapping)
	var got []string
	for _, m := range omissions {
		got = append(got, strings.TrimPrefix(m.Where, "'SoA 2013'!")+" "+strings.TrimPrefix(string(m.Code), "soa-sheet/")+" "+m.Args["have"])
		if text := m.Text(lang.NL); strings.Contains(text, "{") || strings.Contains(text, string(m.Code)) {
			t.Errorf("text = %q", text)
		}
	}
	last := s.Rows[len(s.Rows)-1].Number
	want := []string{
		"B2 column-2013 Title", "C5 formula-2013 Yes",
		fmt.Sprintf("A%d unknown-2013 A.19.1.1", last-4), fmt.Sprintf("A%d unknown-2013 2001-01-05", last-3),
		fmt.Sprintf("A%d unknown-2013 5.1", last-2), fmt.Sprintf("A%d unknown-2013 Own control", last-1),
		"A5 twice-2013 A.5.1.1", fmt.Sprintf("A%d twice-2013 A.5.1.1", last-5),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("omissions (-want +got):\n%s", diff)
	}
	if p := proposal(t, d, "A.5.1"); p.Decision != soa.Undecided || p.Why != spreadsheet.Incomplete || len(p.From) != 1 {
		t.Errorf("A.5.1 = %+v, want undecided: one of its rows is there twice", p)
	}
}

func TestTransitionErrors(t *testing.T) {
	of2022 := sheet.Sheet{Name: "S", Rows: []sheet.Row{{Number: 1, Cells: []sheet.Cell{{Text: "control"}, {Text: "applicable?"}}}}}
	for k := range annexa.All() {
		of2022.Rows = append(of2022.Rows, sheet.Row{Number: len(of2022.Rows) + 1, Cells: []sheet.Cell{{Text: k.ID.String()}, {Text: "yes"}}})
	}
	small := spreadsheet.Mapping{Control: "Control", Applicable: "Applicable?"}
	twice := statement2013(nil)
	twice.Rows[1].Cells = append(twice.Rows[1].Cells, sheet.Cell{Text: "control"})
	for name, test := range map[string]struct {
		s    sheet.Sheet
		m    spreadsheet.Mapping
		want string
	}{
		"no mapping":            {statement2013(nil), spreadsheet.Mapping{}, "names no column"},
		"a column is not there": {of2022, mapping, `the nearest lacks ["justification" "implemented"]`},
		"of 2022":               {of2022, small, "its 93 numbers are of the 2022 edition"},
		"a column twice":        {twice, mapping, "two columns"},
		"no numbers":            {sheet.Sheet{Rows: of2022.Rows[:1]}, small, "no control of 2013"},
		"nothing":               {sheet.Sheet{}, small, "no row has the columns"},
	} {
		if _, _, err := spreadsheet.Transition(test.s, test.m); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Transition = %v, want an error with %q", name, err, test.want)
		}
	}
}

// The report has every control once in its last table, and never passes for a
// statement of today.
func TestTransitionReport(t *testing.T) {
	d, _ := transition(t, statement2013(map[string]string{"A.13.2.2": "no|x|", "A.8.1.3": ""}), mapping)
	for l, want := range map[lang.Lang][]string{
		lang.EN: {"withdrawn since 31 October 2025", "draft: nothing in it is decided", "undecided: the former controls disagree", "no usable row for: A.8.1.3", "A.8.1.3: no answer in the source"},
		lang.NL: {"ingetrokken sinds 31 oktober 2025", "concept: niets hiervan is besloten", "niet besloten: de vroegere maatregelen spreken elkaar tegen", "geen bruikbare rij voor: A.8.1.3", "nieuw in 2022"},
	} {
		doc := d.Report(l)
		text := strings.ReplaceAll(markdown(t, doc), `\`, "")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: the report does not say %q:\n%s", l, w, text[:2000])
			}
		}
		table := doc.Blocks[len(doc.Blocks)-1].(report.Table)
		if len(table.Rows) != 93 {
			t.Errorf("%s: last table has %d rows, want 93", l, len(table.Rows))
		}
		var xlsx bytes.Buffer
		if err := report.XLSX(&xlsx, doc); err != nil {
			t.Errorf("%s: XLSX: %v", l, err)
		}
	}
}

// A mapping has words of its own.
func TestTransitionWords(t *testing.T) {
	m := mapping
	m.Words = map[string]string{"Relevant voor ons": "included", "loopt nog": "partial"}
	d, omissions := transition(t, statement2013(map[string]string{"A.14.2.7": "relevant  voor ons|r|Loopt nog"}), m)
	if p := proposal(t, d, "A.8.30"); p.Decision != soa.Included || p.Implementation != isms.Partial || len(omissions) != 1 {
		t.Errorf("A.8.30 = %+v, %v, want included, partial", p, omissions)
	}
}
