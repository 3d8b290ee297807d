package conformity_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
)

// Codes are unique, and every rule stands in its place among the clauses.
func TestRules(t *testing.T) {
	seen := map[isms.Code]bool{}
	last := ""
	ref := regexp.MustCompile(`^(4|5|6|7|8|9|10)\.[1-5](\.[1-3])?( [a-l]( [1-3])?)?$`)
	for _, r := range conformity.Rules() {
		if seen[r.Code] {
			t.Errorf("%s stands twice", r.Code)
		}
		seen[r.Code] = true
		if !ref.MatchString(r.Clause) {
			t.Errorf("%s: clause %q", r.Code, r.Clause)
		}
		if key := sortKey(r.Clause); key < last {
			t.Errorf("%s: clause %s comes after %s", r.Code, r.Clause, last)
		} else {
			last = key
		}
		if r.Basis.Kind == isms.Clause && (r.Basis.Ref != r.Clause || r.Basis.Source != "ISO/IEC 27001:2022") {
			t.Errorf("%s: basis %s, want clause %s", r.Code, r.Basis, r.Clause)
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d rules, want 20 or more", len(seen))
	}
}

func TestRulesAreTranslated(t *testing.T) {
	for _, r := range conformity.Rules() {
		if r.Basis.Kind == isms.OwnRule && lang.Word(lang.NL, "own-rule", r.Basis.Source) == r.Basis.Source {
			t.Errorf("%s: source %q has no label", r.Code, r.Basis.Source)
		}
		for _, text := range []string{r.Title(lang.EN), r.Title(lang.NL), r.Repair(lang.EN), r.Repair(lang.NL)} {
			if text == "" || strings.HasPrefix(text, "conformity/") {
				t.Errorf("%s: text %q", r.Code, text)
			}
		}
	}
}

// sortKey puts numbers of clauses in their order: the first digits by value.
func sortKey(ref string) string {
	number, rest, _ := strings.Cut(ref, ".")
	return fmt.Sprintf("%2s.%s", number, strings.Fields(rest)[0])
}

func TestNothingRecorded(t *testing.T) {
	for _, day := range []isms.Date{today, {}} {
		a := conformity.Assess(conformity.Inputs{}, day)
		verdicts := map[isms.Verdict]int{}
		for _, f := range a.Findings {
			verdicts[f.Verdict]++
			if f.Verdict == isms.NoGap {
				t.Errorf("%s: no gap found where nothing is recorded", f.Rule)
			}
		}
		if verdicts[isms.Gap] == 0 || verdicts[isms.NotEvaluable] == 0 || verdicts[isms.NotTriggered] == 0 {
			t.Errorf("verdicts = %v, want gaps, not evaluable and not triggered", verdicts)
		}
		for _, rule := range []isms.Code{"conformity/correction", "conformity/effectiveness", "conformity/incident-lessons", "conformity/asset-owner", "conformity/audit-independent"} {
			if got := find(a, rule)[0].Verdict; got != isms.NotTriggered {
				t.Errorf("%s = %s, want not triggered", rule, got)
			}
		}
	}
}

func find(a conformity.Assessment, rule isms.Code) []isms.Finding {
	var list []isms.Finding
	for _, f := range a.Findings {
		if f.Rule == rule {
			list = append(list, f)
		}
	}
	return list
}

// Records without anything in them, and links that lead nowhere, are read
// without panic.
func TestEmptyRecords(*testing.T) {
	var in conformity.Inputs
	for _, f := range reflect.ValueOf(&in).Elem().Fields() {
		if f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		}
	}
	in.Audits[0].Auditors, in.Audits[0].Type, in.Audits[0].State = []isms.Link{{Kind: "role", ID: "x"}, {}}, isms.AuditInternal, isms.AuditReported
	a := conformity.Assess(in, today)
	a.Report(lang.EN)
	a.Table(lang.NL)
}

func TestFindingPerSubject(t *testing.T) {
	in := sound()
	for i := range 3 {
		r := in.Risks[0]
		r.ID, r.Label, r.Owner = fmt.Sprintf("r-%d", i), fmt.Sprintf("R-10%d", i), isms.Link{}
		in.Risks = append(in.Risks, r)
	}
	list := find(conformity.Assess(in, today), "conformity/risk-owner")
	if len(list) != 3 {
		t.Fatalf("%d findings, want one for each of 3 risks", len(list))
	}
	want := isms.Finding{
		Rule: "conformity/risk-owner", Verdict: isms.Gap, Message: "conformity/risk-owner/none",
		Basis: isms.Basis{Kind: isms.Clause, Source: "ISO/IEC 27001:2022", Ref: "6.1.2 c 2"},
		Args:  map[string]string{"name": "R-101", "value": "", "count": "1"},
		Facts: []isms.Fact{{Subject: isms.Link{Kind: "risk", ID: "r-1", Rev: 1}, Path: "/owner"}},
	}
	if diff := cmp.Diff(want, list[1]); diff != "" {
		t.Errorf("finding (-want +got):\n%s", diff)
	}
}

// People read names, not ids: of who approved, and of the risk.
func TestFindingsNamePeople(t *testing.T) {
	in := sound()
	in.Risks[0].Treatment.Approval.By = person("cas")
	f := find(conformity.Assess(in, today), "conformity/plan-approved")[0]
	if got, want := f.Text(lang.EN), "R-001: Cas approved the treatment, but does not stand for the risk owner."; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
	if got := f.Facts[0].Value; got != "person/cas" {
		t.Errorf("fact = %q, want person/cas", got)
	}
}

// The order of the inputs changes nothing, and the inputs stay as they are.
func TestOrderDoesNotMatter(t *testing.T) {
	in := worst()
	want := conformity.Assess(in, today)
	for seed := range uint64(5) {
		shuffled := in
		random := rand.New(rand.NewPCG(seed, 1))
		for _, f := range reflect.ValueOf(&shuffled).Elem().Fields() {
			if f.Kind() != reflect.Slice {
				continue
			}
			list := reflect.MakeSlice(f.Type(), f.Len(), f.Len())
			for to, from := range random.Perm(f.Len()) {
				list.Index(to).Set(f.Index(from))
			}
			f.Set(list)
		}
		before := slices.Clone(shuffled.Controls)
		if diff := cmp.Diff(want, conformity.Assess(shuffled, today)); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		if !reflect.DeepEqual(before, shuffled.Controls) {
			t.Errorf("seed %d: the inputs were changed", seed)
		}
	}
}

// worst is records in which many things are wrong.
func worst() conformity.Inputs {
	in := sound()
	for i := range 12 {
		r := in.Risks[0]
		r.ID = fmt.Sprintf("r-%d", i)
		r.Current = risk.Evaluation{}
		in.Risks = append(in.Risks, r)
		d := in.Documents[1]
		d.ID, d.Approval = fmt.Sprintf("d-%d", i), isms.Approval{}
		in.Documents = append(in.Documents, d)
		n := in.Nonconformities[0]
		n.ID, n.Correction = fmt.Sprintf("n-%d", i), nil
		in.Nonconformities = append(in.Nonconformities, n)
		v := in.Vulnerabilities[0]
		v.ID, v.FirstKnown = fmt.Sprintf("f-%d", i), day("2026-01-01")
		in.Vulnerabilities = append(in.Vulnerabilities, v)
	}
	in.Scans = nil
	for i := range in.Controls {
		if i%3 == 0 {
			in.Controls[i].Include = nil
		}
	}
	return in
}

func TestRetiredAndOtherSystems(t *testing.T) {
	in := sound()
	retired := in.Risks[0]
	retired.ID, retired.Status, retired.Owner = "old", isms.Retired, isms.Link{}
	other := in.Risks[0]
	other.ID, other.ISMS, other.Owner = "other", "another", isms.Link{}
	in.Risks = append(in.Risks, retired, other)
	in.ISMS = "all"
	if diff := cmp.Diff(said{}, failing(conformity.Assess(in, today))); diff != "" {
		t.Errorf("of system all (-want +got):\n%s", diff)
	}
	in.ISMS = ""
	if got := find(conformity.Assess(in, today), "conformity/risk-owner"); len(got) != 1 || got[0].Args["name"] != "R-001" {
		t.Errorf("of all systems: %v, want one risk without owner", got)
	}
}

func TestAssessmentAsJSON(t *testing.T) {
	want := conformity.Assess(worst(), today)
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got conformity.Assessment
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assessment (-want +got):\n%s", diff)
	}
}

// False assurance is the worst fault: neither a text of ours nor a rendering
// of sound or bad records concludes that requirements are met, or gives a
// score.
func TestNothingClaimsConformity(t *testing.T) {
	claim := regexp.MustCompile(`(?i)complian|\bconform(s|e|ing|ant)?\b|voldoet|voldoen|in overeenstemming|certified|gecertificeerd|%|\bscore|all is well|alles in orde`)
	var texts []string
	for e := range lang.Entries() {
		if strings.HasPrefix(e.Code, "conformity/") || strings.HasPrefix(e.Code, "word/own-rule/") {
			texts = append(texts, e.Text.EN, e.Text.NL)
		}
	}
	for _, in := range []conformity.Inputs{{}, sound(), worst()} {
		for _, l := range []lang.Lang{lang.EN, lang.NL} {
			a := conformity.Assess(in, today)
			texts = append(texts, render(t, report.Markdown, a.Report(l)), render(t, report.CSV, a.Table(l)))
		}
	}
	for _, s := range texts {
		if found := claim.FindString(s); found != "" {
			t.Errorf("%q in: %.300s", found, s[max(0, strings.Index(s, found)-100):])
		}
	}
}

func TestGolden(t *testing.T) {
	in := sound()
	in.Organizations[0].Name = isms.Text{lang.EN: "Bakery", lang.NL: "Bakkerij"}
	in.Risks[0].Owner = isms.Link{}
	in.Audits[0].Performed.To = day("2025-06-01")
	in.Audits[0].Findings[0].Title = plain("=1+1")
	in.Nonconformities = nil
	leftOut(&in, "A.5.27")
	a := conformity.Assess(in, today)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		golden.Check(t, "bakery."+string(l)+".md", render(t, report.Markdown, a.Report(l)))
		golden.Check(t, "bakery."+string(l)+".csv", render(t, report.CSV, a.Table(l)))
		render(t, report.HTML, a.Report(l))
	}
}

// What a report counts is what it lists.
func TestCountsAddUp(t *testing.T) {
	a := conformity.Assess(worst(), today)
	total := 0
	for _, v := range []isms.Verdict{isms.NoGap, isms.Gap, isms.Advice, isms.NeedsJudgement, isms.NotEvaluable, isms.NotTriggered} {
		total += a.Count(v)
	}
	if rows := len(a.Table(lang.EN).Rows); total != len(a.Findings) || rows != total {
		t.Errorf("counts add up to %d, want %d findings and %d rows", total, len(a.Findings), rows)
	}
	listed := 0
	for _, b := range a.Report(lang.EN).Blocks {
		if table, ok := b.(report.Table); ok && table.ID != "counts" {
			listed += len(table.Rows)
		}
	}
	if listed != total {
		t.Errorf("the report lists %d findings, want %d", listed, total)
	}
}

// A long list of facts is cut in the report, which says so, and whole in the
// table.
func TestLongLists(t *testing.T) {
	a := conformity.Assess(conformity.Inputs{}, today)
	if md := render(t, report.Markdown, a.Report(lang.EN)); !strings.Contains(md, "and 83 more") {
		t.Error("the report does not say that 83 of 93 undecided controls are left out")
	}
	if table := render(t, report.CSV, a.Table(lang.EN)); strings.Contains(table, " more") || !strings.Contains(table, "A.8.34\"") {
		t.Error("the table does not list all 93 undecided controls")
	}
}
