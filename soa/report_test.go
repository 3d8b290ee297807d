package soa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

func TestGolden(t *testing.T) {
	s := soa.Compile(bakery(), today)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		golden.Check(t, "bakery."+string(l)+".csv", csvOf(t, s, l))
		golden.Check(t, "bakery."+string(l)+".md", render(t, report.Markdown, s.Report(l)))
		var why strings.Builder
		for _, r := range s.Rows {
			if r.Decision != soa.Undecided || r.Control == "A.5.1" {
				why.WriteString(r.Why().Text(l) + "\n")
			}
		}
		golden.Check(t, "why."+string(l)+".txt", why.String())
	}
}

// Nothing of one language may stand in the other's report.
func TestEveryTextIsTranslated(t *testing.T) {
	in := bakery()
	for _, rule := range []string{
		"soa/undecided", "soa/contradiction", "soa/no-status", "soa/double-record", "soa/unknown-control", "soa/several-isms",
		"word/decision/included", "word/decision/excluded", "word/decision/undecided",
		"word/reason/risk-treatment", "word/reason/law", "word/reason/contract", "word/reason/policy", "word/reason/standard",
		"word/reason/expectation", "word/reason/manual", "word/reason/exclusion",
	} {
		e, found := lang.Lookup(rule)
		if !found || e.Text.EN == "" || e.Text.NL == "" {
			t.Errorf("Lookup(%q) = %v, %v, want a text in both languages", rule, e.Text, found)
		}
	}
	en, nl := soa.Compile(in, today).Report(lang.EN), soa.Compile(in, today).Report(lang.NL)
	if len(en.Blocks) != len(nl.Blocks) || en.Title == nl.Title {
		t.Errorf("reports have %d and %d blocks, titles %q and %q", len(en.Blocks), len(nl.Blocks), en.Title, nl.Title)
	}
}

// peers.md: cover totals that differ from the rows.
func TestTotalsEqualRows(t *testing.T) {
	s := soa.Compile(bakery(), today)
	all, themes := s.Totals()
	want := soa.Total{Controls: len(s.Rows)}
	for _, r := range s.Rows {
		switch r.Decision {
		case soa.Included:
			want.Included++
		case soa.Excluded:
			want.Excluded++
		case soa.Undecided:
			want.Undecided++
		}
		switch {
		case r.Decision != soa.Included:
		case r.Implementation == "":
			want.NotStated++
		case r.Implemented():
			want.Implemented++
		default:
			want.NotImplemented++
		}
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("Totals() (-want +got):\n%s", diff)
	}
	var sum soa.Total
	sizes := []int{}
	for _, n := range themes {
		sizes = append(sizes, n.Controls)
		sum.Controls += n.Controls
		sum.Included += n.Included
		sum.Excluded += n.Excluded
		sum.Undecided += n.Undecided
		sum.Implemented += n.Implemented
		sum.NotImplemented += n.NotImplemented
		sum.NotStated += n.NotStated
	}
	if diff := cmp.Diff(all, sum); diff != "" {
		t.Errorf("themes sum up to (-all +themes):\n%s", diff)
	}
	if diff := cmp.Diff([]int{37, 8, 14, 34, 3}, sizes); diff != "" {
		t.Errorf("rows by theme (-want +got):\n%s", diff)
	}
	if all.Included != all.Implemented+all.NotImplemented+all.NotStated {
		t.Errorf("included %d, want the sum of %+v", all.Included, all)
	}
}

// peers.md: screen and export computed by two code paths that disagree.
func TestReportHoldsTheTable(t *testing.T) {
	s := soa.Compile(bakery(), today)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		doc := s.Report(l)
		if diff := cmp.Diff(report.Block(s.Table(l)), doc.Blocks[len(doc.Blocks)-1]); diff != "" {
			t.Errorf("last block of Report(%s) (-table +block):\n%s", l, diff)
		}
		page := render(t, report.HTML, doc)
		for _, r := range s.Rows {
			if !strings.Contains(page, ">"+r.Name()+"<") {
				t.Errorf("HTML(%s) misses %s", l, r.Name())
			}
		}
	}
}

// An empty organization gets a report that can be rendered.
func TestEmptyReport(t *testing.T) {
	page := render(t, report.Markdown, soa.Compile(soa.Inputs{}, today).Report(lang.EN))
	for _, want := range []string{"| Total | 93 | 0 | 0 | 93 | 0 | 0 | 0 |", "not approved", "neither included nor left out"} {
		if !strings.Contains(page, want) {
			t.Errorf("report of nothing misses %q", want)
		}
	}
	if strings.Contains(page, "0001-01-01") {
		t.Error("report prints a day that was never set")
	}
}
