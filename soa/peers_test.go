package soa_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// SimpleRisk: rows multiplied by joining mappings, 316 rows for 51 controls.
func TestPeerRowsNeverDouble(t *testing.T) {
	in := bakery()
	for i := range 51 {
		risk := treats(fmt.Sprintf("m-%d", i), "A.8.12", "A.8.24", "A.8.12")
		in.Risks = append(in.Risks, risk, treats(fmt.Sprintf("n-%d", i), "A.8.24", "own-disk"))
		in.Evidence = append(in.Evidence, isms.Evidence{Common: approved(fmt.Sprintf("m-%d", i), ""), Title: plain("E"), Controls: []isms.ControlID{"A.8.12", "A.8.24"}})
	}
	s := soa.Compile(in, today)
	if got, want := len(s.Rows), 93+3; got != want {
		t.Errorf("rows = %d, want %d", got, want)
	}
	r := row(t, s, "A.8.24")
	if got, want := len(r.Reasons), 2+102; got != want {
		t.Errorf("reasons for A.8.24 = %d, want %d", got, want)
	}
	if got, want := len(row(t, s, "A.8.12").Reasons), 3+51; got != want {
		t.Errorf("reasons for A.8.12 = %d, want %d: a control listed twice is one reason", got, want)
	}
}

// Several: the internal id where the auditor looks for A.5.1; 8.12 before 8.3.
func TestPeerAuditorsNumbersInNaturalOrder(t *testing.T) {
	s := soa.Compile(bakery(), today)
	var want []string
	for k := range annexa.All() {
		want = append(want, k.ID.String())
	}
	want = append(want, "nen7510:12.4.1", "OC-2", "OC-10")
	var got []string
	for _, r := range s.Table(lang.EN).Rows {
		got = append(got, r.Cells[0].Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("first column (-want +got):\n%s", diff)
	}
	if strings.Contains(csvOf(t, s, lang.EN), "c-a-8-24") {
		t.Error("the table prints the id of a control record")
	}
}

// Several: zero dates printed as dates.
func TestPeerNoZeroDates(t *testing.T) {
	in := bakery()
	in.Controls[0].Since, in.Controls[0].Review = isms.Date{}, isms.Review{Every: isms.Cadence{Every: 1, Unit: isms.Years}}
	in.Controls[1].Due = isms.Date{}
	s := soa.Compile(in, today)
	for _, text := range []string{csvOf(t, s, lang.EN), render(t, report.HTML, s.Report(lang.EN)), render(t, report.Markdown, s.Report(lang.NL))} {
		for _, bad := range []string{"0001-01-01", "1970-01-01", "since <", `since "`, "sinds |"} {
			if strings.Contains(text, bad) {
				t.Errorf("output holds %q, a day that was never set", bad)
			}
		}
	}
	if got, want := cell(t, s, "A.8.24", 13), "overdue"; got != want {
		t.Errorf("next review of a control that was never reviewed = %q, want %q", got, want)
	}
}

// Several: only stored deviations listed, so every other control vanishes, and
// "status unavailable" printed as a status.
func TestPeerNothingRecordedIsUndecidedAndNotStated(t *testing.T) {
	s := soa.Compile(soa.Inputs{}, today)
	if len(s.Rows) != 93 {
		t.Fatalf("rows = %d, want 93", len(s.Rows))
	}
	for _, r := range s.Rows {
		if r.Decision != soa.Undecided || r.Implementation != "" || r.Implemented() {
			t.Errorf("%s = %s, %q, want undecided and no status", r.Control, r.Decision, r.Implementation)
		}
		if a, i := cell(t, s, r.Control, 3), cell(t, s, r.Control, 5); a != "undecided" || i != "not stated" {
			t.Errorf("%s prints %q and %q, want undecided and not stated", r.Control, a, i)
		}
	}
	odd := control("c", "A.5.1")
	odd.Implementation, odd.Include = "status unavailable", plain("needed")
	s = soa.Compile(soa.Inputs{Controls: []isms.Control{odd}}, today)
	if got := cell(t, s, "A.5.1", 5); got != "not stated" {
		t.Errorf("a word that is no status prints %q, want not stated", got)
	}
}

// CISO Assistant #2221: one free text used as observation and as justification.
func TestPeerObservationIsNotJustification(t *testing.T) {
	s := soa.Compile(bakery(), today)
	const why, how = 4, 7
	for _, test := range []struct {
		id       isms.ControlID
		why, how string
	}{
		{"A.8.24", "risk treatment\nown policy: P-3 Encryption policy (1.2)", "All disks are encrypted."},
		{"A.8.12", "risk treatment\nlaw or regulation: Security of processing (GDPR, article 32)", "Mail is filtered."},
		{"A.8.13", "own decision: good practice of ours", ""},
		{"A.8.30", "no development is outsourced", ""},
	} {
		if gotWhy, gotHow := cell(t, s, test.id, why), cell(t, s, test.id, how); gotWhy != test.why || gotHow != test.how {
			t.Errorf("%s: why %q, how %q, want %q and %q", test.id, gotWhy, gotHow, test.why, test.how)
		}
	}
}

// The standard asks whether a control is implemented: partly and planned are no,
// and come with the plan.
func TestImplementedIsYesOrNo(t *testing.T) {
	for degree, want := range map[isms.Implementation]string{
		isms.Implemented:    "yes",
		isms.Partial:        "no, not (fully) implemented: partly implemented\nPlan: buy it\nDue: 2026-09-01",
		isms.Planned:        "no, not (fully) implemented: planned\nPlan: buy it\nDue: 2026-09-01",
		isms.NotImplemented: "no\nPlan: buy it\nDue: 2026-09-01",
		"":                  "not stated\nPlan: buy it\nDue: 2026-09-01",
	} {
		k := control("c", "A.5.1")
		k.Implementation = degree
		k.Due = isms.Day(2026, 9, 1)
		if degree != isms.Implemented {
			k.Plan = plain("buy it")
		}
		s := soa.Compile(soa.Inputs{Controls: []isms.Control{k}, Risks: []risk.Risk{treats("r", "A.5.1")}}, today)
		if got := strings.TrimSuffix(cell(t, s, "A.5.1", 5)+"\n"+cell(t, s, "A.5.1", 6), "\n"); got != want {
			t.Errorf("implemented for %q = %q, want %q", degree, got, want)
		}
		if got := row(t, s, "A.5.1").Implemented(); got != (degree == isms.Implemented) {
			t.Errorf("Implemented() for %q = %v", degree, got)
		}
	}
}

// Texts from outside cannot become formulas or markup in any rendering.
func TestHostileTexts(t *testing.T) {
	k := control("c", "A.5.1")
	k.Include, k.How = plain("=cmd|' /C calc'!A0"), plain("<script>alert(1)</script>")
	s := soa.Compile(soa.Inputs{Controls: []isms.Control{k}}, today)
	if text := csvOf(t, s, lang.EN); strings.Contains(text, `"=cmd`) {
		t.Error("CSV holds a formula")
	}
	if page := render(t, report.HTML, s.Report(lang.EN)); strings.Contains(page, "<script") {
		t.Error("HTML holds a script")
	}
}

// cell is the text of one cell of the English table.
func cell(t *testing.T, s soa.Statement, id isms.ControlID, column int) string {
	t.Helper()
	for i, r := range s.Rows {
		if r.Control == id {
			return s.Table(lang.EN).Rows[i].Cells[column].Text
		}
	}
	t.Fatalf("no row for %s", id)
	return ""
}
