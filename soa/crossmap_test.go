package soa_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

// points is the table of all points by number.
func pointsOf(t *testing.T, d report.Document) map[string]report.Row {
	t.Helper()
	rows := map[string]report.Row{}
	for _, b := range d.Blocks {
		if table, ok := b.(report.Table); ok && table.ID == "points" {
			for _, r := range table.Rows {
				rows[r.Cells[1].Text] = r
			}
		}
	}
	return rows
}

func crossMap(t *testing.T, s soa.Statement, f annexa.Framework, l lang.Lang) report.Document {
	t.Helper()
	m, ok := f.CrossMap()
	if !ok {
		t.Fatalf("no cross map %q", f)
	}
	return s.CrossMap(m, l)
}

// A point is as far as the furthest of its controls, and never "met".
func TestCrossMap(t *testing.T) {
	in := bakery()
	in.Controls = append(in.Controls, isms.Control{Common: approved("c-b", ""), Ref: "A.8.14", Exclude: plain("one site")})
	s := soa.Compile(in, today)
	rows := pointsOf(t, crossMap(t, s, annexa.NISTCSF2, lang.EN))
	tests := []struct{ point, state, controls string }{
		{"GV.OC-01", "clauses of the standard only", ""},
		{"PR.DS-11", "an applicable control", "A.8.13: applicable, planned"},
	}
	for _, tt := range tests {
		r, ok := rows[tt.point]
		if !ok || r.Cells[2].Text != tt.state || r.Cells[3].Text != tt.controls {
			t.Errorf("%s = %v, want %q, %q", tt.point, r.Cells, tt.state, tt.controls)
		}
	}
}

// Every point stands in one row of the table and counts in one cell of the
// totals, whatever the statement.
func TestCrossMapTotals(t *testing.T) {
	for _, s := range []soa.Statement{{}, soa.Compile(bakery(), today)} {
		for m := range annexa.CrossMaps() {
			points := len(slices.Collect(m.Points()))
			for _, l := range []lang.Lang{lang.EN, lang.NL} {
				d := s.CrossMap(m, l)
				if got := len(pointsOf(t, d)); got != points {
					t.Errorf("%s: rows = %d, want %d", m.Framework, got, points)
				}
				checkTotals(t, d, points)
			}
		}
	}
}

// checkTotals compares the last row of the totals with the number of points,
// and each row with its sum.
func checkTotals(t *testing.T, d report.Document, points int) {
	t.Helper()
	for _, b := range d.Blocks {
		table, ok := b.(report.Table)
		if !ok || table.ID == "points" {
			continue
		}
		for _, r := range table.Rows {
			sum := 0
			for _, c := range r.Cells[2:] {
				n, err := strconv.Atoi(c.Text)
				if err != nil {
					t.Fatal(err)
				}
				sum += n
			}
			if r.Cells[1].Text != strconv.Itoa(sum) {
				t.Errorf("%s: %s = %s points, want the sum %d", d.Title, r.Cells[0].Text, r.Cells[1].Text, sum)
			}
		}
		if last := table.Rows[len(table.Rows)-1]; last.Cells[1].Text != strconv.Itoa(points) {
			t.Errorf("%s: total = %s, want %d", d.Title, last.Cells[1].Text, points)
		}
	}
}

// A map names its source, its licence and what it does not claim.
func TestCrossMapClaims(t *testing.T) {
	s := soa.Compile(bakery(), today)
	for m := range annexa.CrossMaps() {
		for l, derived := range map[lang.Lang]string{lang.EN: "it is derived", lang.NL: "ze is afgeleid"} {
			text := strings.ReplaceAll(render(t, report.Markdown, s.CrossMap(m, l)), "\\", "")
			for _, must := range []string{m.Source.In(l), m.Licence.In(l)} {
				if !strings.Contains(text, must) {
					t.Errorf("%s in %s: no %q", m.Framework, l, must)
				}
			}
			if strings.Contains(text, derived) != m.Derived {
				t.Errorf("%s in %s: says derived = %t, want %t", m.Framework, l, !m.Derived, m.Derived)
			}
			if strings.Contains(text, "%") {
				t.Errorf("%s in %s: has a percentage", m.Framework, l)
			}
			if m.Framework == annexa.NIS2Directive {
				golden.Check(t, "crossmap."+string(l)+".md", render(t, report.Markdown, s.CrossMap(m, l)))
			}
		}
	}
}
