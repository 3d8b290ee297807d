package soa_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

func guild() soa.Catalogue {
	return soa.Catalogue{
		ID: "guild", Title: both("Guild rules", "Gilderegels"), Edition: "2025",
		Controls: []soa.CatalogueControl{
			{Ref: "10.1", Group: both("Night", "Nacht"), Title: plain("Ovens are off")},
			{Ref: "2.1", Group: both("Day", "Dag"), Title: both("Flour is counted", "Meel wordt geteld")},
			{Ref: "2.2", Group: both("Day", "Dag"), Title: plain("Rats are watched")},
		},
	}
}

// Every control of a catalogue has a row between Annex A and the organization's
// own; what no catalogue has is found.
func TestCatalogues(t *testing.T) {
	renamed := control("c", "guild:2.2")
	renamed.Title, renamed.Include = plain("Mice too"), plain("we have mice")
	later := guild() // what is in both is that of the first edition, wherever it stands
	later.Edition, later.Controls[1].Title = "2026", plain("Flour is weighed")
	later.Controls = append(later.Controls, soa.CatalogueControl{Ref: "11.1", Title: plain("New in 2026")})
	in := soa.Inputs{
		Catalogues: []soa.Catalogue{later, {ID: "abc", Title: plain("ABC"), Controls: []soa.CatalogueControl{{Ref: "1", Title: plain("One")}}}, guild()},
		Controls:   []isms.Control{renamed, {Common: approved("own", ""), Title: plain("Own")}},
		Risks:      []risk.Risk{treats("r", "guild:2.1", "guild:99", "other:1")},
	}
	s := soa.Compile(in, today)
	var got []string
	for _, r := range s.Rows[93:] {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s", r.Name(), r.Group.In(lang.NL), r.Title.In(lang.NL), r.Decision))
	}
	want := []string{
		"abc:1|ABC|One|undecided",
		"guild:2.1|Gilderegels 2025: Dag|Meel wordt geteld|included",
		"guild:2.2|Gilderegels 2025: Dag|Mice too|included",
		"guild:10.1|Gilderegels 2025: Nacht|Ovens are off|undecided",
		"guild:11.1|Gilderegels 2026|New in 2026|undecided",
		"guild:99|||included",
		"other:1|||included",
		"own||Own|undecided",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows after Annex A (-want +got):\n%s", diff)
	}
	found := map[isms.Code]string{}
	for _, f := range s.Findings {
		found[f.Rule] = f.Args["have"]
	}
	if found[soa.RuleUnknownControl] != "guild:99" || found[soa.RuleNoCatalogue] != "other:1" {
		t.Errorf("unknown = %q, no catalogue = %q, want guild:99 and other:1", found[soa.RuleUnknownControl], found[soa.RuleNoCatalogue])
	}
	all, parts := s.Totals()
	sum, names := 0, []string{}
	for _, p := range parts {
		sum += p.Controls
		names = append(names, fmt.Sprint(p.Catalogue, p.Controls))
	}
	if all.Controls != len(s.Rows) || sum != len(s.Rows) {
		t.Errorf("totals = %d, parts %d, want %d rows", all.Controls, sum, len(s.Rows))
	}
	if diff := cmp.Diff([]string{"37", "8", "14", "34", "abc1", "guild4", "3"}, names); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	page := render(t, report.Markdown, s.Report(lang.EN))
	for _, want := range []string{"**Other catalogues**: ABC, Guild rules 2025, Guild rules 2026", "| Guild rules 2025: Day |", "| Guild rules 2025, Guild rules 2026 | "} {
		if !strings.Contains(page, want) {
			t.Errorf("report misses %q", want)
		}
	}
}

// What is partly there or planned is not (fully) implemented, and comes with what
// is still to be done: the plan of the control and the open actions of its risks.
func TestPlanActions(t *testing.T) {
	r := treats("r-2", "A.8.1")
	r.Label = "R-2"
	action := func(id string, due, done isms.Date) risk.Action {
		return risk.Action{ID: id, Title: plain("step " + id), Owner: isms.Link{Kind: "role", ID: "it"}, Due: due, Done: done}
	}
	r.Treatment.Actions = []risk.Action{
		action("1", today.AddDays(-1), isms.Date{}), action("2", today, today), action("3", today.AddDays(9), today.AddDays(1)), action("4", isms.Date{}, isms.Date{}),
	}
	k := control("c", "A.8.1")
	k.Implementation, k.Plan = isms.Partial, plain("finish it")
	in := soa.Inputs{Risks: []risk.Risk{r}, Controls: []isms.Control{k}, Roles: []isms.Role{{Common: approved("it", ""), Title: both("IT manager", "IT-manager")}}}
	s := soa.Compile(in, today)
	want := strings.Join([]string{
		"no, not (fully) implemented: partly implemented", "Plan: finish it",
		"Open actions: R-2 step 1 (IT manager, 2026-03-30, overdue)", "R-2 step 3 (IT manager, 2026-04-09)", "R-2 step 4 (IT manager)",
	}, "\n")
	if diff := cmp.Diff(want, cell(t, s, "A.8.1", 5)+"\n"+cell(t, s, "A.8.1", 6)); diff != "" {
		t.Errorf("implemented (-want +got):\n%s", diff)
	}
	in.Controls[0].Implementation = isms.Implemented
	if got := cell(t, soa.Compile(in, today), "A.8.1", 6); strings.Contains(got, "step") {
		t.Errorf("implemented = %q, want no actions", got)
	}
	in.Controls[0].Implementation = ""
	for i := range 8 {
		in.Risks[0].Treatment.Actions = append(in.Risks[0].Treatment.Actions, action(fmt.Sprint("x", i), isms.Date{}, isms.Date{}))
	}
	if got := cell(t, soa.Compile(in, today), "A.8.1", 6); !strings.HasSuffix(got, "\nand 6 more") {
		t.Errorf("implemented = %q, want 5 actions and 6 more", got)
	}
}

// The greatest level among the risks of a control; what was not assessed ranks as
// the greatest, and categories count as they do in the register.
func TestLevelsOfARow(t *testing.T) {
	m := bakery().Methodologies[0]
	rated := func(id string, current, residual int) risk.Risk {
		r := treats(id, "A.8.1")
		r.Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: current, Impact: current}
		r.Residual = risk.Evaluation{Methodology: m.Pin(), Likelihood: residual, Impact: residual}
		return r
	}
	none := risk.CodeNotAssessed.Text(lang.EN, nil)
	for _, test := range []struct {
		name              string
		risks             []risk.Risk
		current, residual string
	}{
		{"no risk", nil, "", ""},
		{"one", []risk.Risk{rated("a", 2, 1)}, "high", "low"},
		{"the greatest of several", []risk.Risk{rated("a", 1, 2), rated("b", 2, 1)}, "high", "high"},
		{"not assessed is greater", []risk.Risk{rated("a", 2, 2), rated("b", 1, 0), rated("c", 2, 1)}, "high", none},
		{"neither is assessed", []risk.Risk{rated("a", 0, 0)}, none, none},
	} {
		s := soa.Compile(soa.Inputs{Risks: test.risks, Methodologies: []risk.Methodology{m}}, today)
		if r := row(t, s, "A.8.1"); r.Current.In(lang.EN) != test.current || r.Residual.In(lang.EN) != test.residual {
			t.Errorf("%s: %q and %q, want %q and %q", test.name, r.Current.In(lang.EN), r.Residual.In(lang.EN), test.current, test.residual)
		}
	}
}

func TestMaturity(t *testing.T) {
	k := control("c", "A.8.1")
	k.Include, k.Maturity = plain("ours"), isms.Maturity{Current: 2, Target: 4, On: today}
	in := soa.Inputs{Controls: []isms.Control{k}, Risks: []risk.Risk{treats("r", "A.7.9")}}
	lines := func(in soa.Inputs, l lang.Lang) string {
		s := soa.Compile(in, today)
		return render(t, report.CSV, s.MaturityTable(l))
	}
	want := "\"Control\",\"Title\",\"Current\",\"Target\",\"Gap (steps)\",\"Judged on\"\r\n" +
		"\"A.7.9\",\"Security of assets off-premises\"" + strings.Repeat(",\"not assessed\"", 3) + ",\"\"\r\n" +
		"\"A.8.1\",\"User endpoint devices\",\"2 repeatable\",\"4 managed\",2,2026-03-31\r\n"
	if diff := cmp.Diff(want, lines(in, lang.EN)); diff != "" {
		t.Errorf("maturity (-want +got):\n%s", diff)
	}
	in.Maturity = risk.Scale{Steps: []risk.Step{{Title: plain("weak")}, {Title: plain("strong")}}}
	if got := lines(in, lang.NL); !strings.Contains(got, `"2 strong","4",2`) || !strings.Contains(got, "niet beoordeeld") {
		t.Errorf("maturity on another scale = %s, want its words, and a number that is not on it", got)
	}
	in.Controls[0].Maturity.Current = 5
	if steps, known := in.Controls[0].Maturity.Gap(); steps != 0 || !known {
		t.Errorf("Gap above the target = %d, %v, want 0, true", steps, known)
	}
	heading := report.Block(report.Heading{ID: "maturity-of-controls", Text: "Maturity"})
	has := func(in soa.Inputs) bool {
		for _, b := range soa.Compile(in, today).Report(lang.EN).Blocks {
			if h, ok := b.(report.Heading); ok && h == heading {
				return true
			}
		}
		return false
	}
	if !has(in) || has(soa.Inputs{}) {
		t.Errorf("report has a section on maturity: %v with, %v without any recorded", has(in), has(soa.Inputs{}))
	}
}

// Each attribute counts each control that has the value once; the sum over the
// properties of information of one control is that of the standard.
func TestCoverage(t *testing.T) {
	s := soa.Compile(bakery(), today)
	attributes := map[string]int{}
	for _, c := range s.Coverage() {
		attributes[c.Attribute.EN]++
		if c.Included+c.Excluded+c.Undecided != c.Controls || c.Implemented+c.NotImplemented+c.NotStated != c.Included || c.Controls == 0 {
			t.Errorf("%s = %+v, want counts that add up", c.Tag, c.Total)
		}
		if c.Tag == "#Corrective" && (c.Controls != 14 || c.Included != 1 || c.NotImplemented != 1) {
			t.Errorf("#Corrective = %+v, want 14 controls, 1 included, not implemented", c.Total)
		}
	}
	want := map[string]int{
		"Control type": 3, "Information security property": 3, "Cybersecurity concept": 5, "Operational capability": 15, "Security domain": 4,
	}
	if diff := cmp.Diff(want, attributes); diff != "" {
		t.Errorf("values by attribute (-want +got):\n%s", diff)
	}
}
