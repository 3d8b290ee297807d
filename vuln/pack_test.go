package vuln_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

// answered has a good answer to all five questions on 2026-03-01.
func answered() vuln.PackInputs {
	in := grounded()
	shop := in.Assets[0]
	shop.Owner, shop.Exposure = cioRole, isms.ExposedInternet
	shop.Needs = isms.Needs{Confidentiality: isms.High, Integrity: isms.High, Availability: isms.High}
	in.Assets = []isms.Asset{shop}
	in.Persons = []isms.Individual{{Common: isms.Common{ID: "jan"}, Name: "Jan de Vries"}}
	in.Roles = []isms.Role{{
		Common: isms.Common{ID: "cio", Status: isms.Approved}, Title: isms.Plain("CIO"), Duties: []isms.Duty{isms.DutyVulnerability}, Holders: []isms.Ref[isms.Individual]{"jan"},
	}}
	policy := vuln.ReadyPolicy()
	policy.ID, policy.Status, policy.Title = "own", isms.Approved, isms.Plain("Our deadlines")
	in.Policies = []vuln.Policy{policy}
	in.Findings = []vuln.Finding{known(1, "2026-02-10")}
	r := outage()
	r.Current = risk.Evaluation{Methodology: isms.Link{Kind: "methodology", ID: "m", Rev: 1}, Likelihood: 2, Impact: 2, On: date("2026-01-15")}
	in.Risks = []risk.Risk{r}
	return in
}

// Each thing that is missing is a hole in the answer to its question, and in no
// other.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*vuln.PackInputs)
		question isms.Code
		want     isms.Code
	}{
		"nothing is missing": {func(*vuln.PackInputs) {}, "", ""},
		"no role":            {func(in *vuln.PackInputs) { in.Roles[0].Duties = nil }, vuln.QuestionRoles, vuln.PointNoRole},
		"the role ended":     {func(in *vuln.PackInputs) { in.Roles[0].Status = isms.Retired }, vuln.QuestionRoles, vuln.PointNoRole},
		"a role of nobody":   {func(in *vuln.PackInputs) { in.Roles[0].Holders = nil }, vuln.QuestionRoles, vuln.PointRoleVacant},
		"its holder left":    {func(in *vuln.PackInputs) { in.Persons[0].Left = date("2026-02-28") }, vuln.QuestionRoles, vuln.PointRoleVacant},
		"a draft role":       {func(in *vuln.PackInputs) { in.Roles[0].Status = "" }, vuln.QuestionRoles, vuln.PointRoleDraft},
		"a late source": {func(in *vuln.PackInputs) {
			in.Sources = append(in.Sources, vuln.InfoSource{Common: isms.Common{ID: "vendor"}, Every: isms.Cadence{Every: 1, Unit: isms.Days}, Consulted: date("2026-02-27")})
		}, vuln.QuestionSources, vuln.PointSourceLate},
		"one never consulted": {func(in *vuln.PackInputs) { in.Sources = append(in.Sources, vuln.InfoSource{}) }, vuln.QuestionSources, vuln.PointSourceNever},
		"one from the future": {func(in *vuln.PackInputs) {
			in.Sources = append(in.Sources, vuln.InfoSource{Consulted: date("2026-03-02")})
		}, vuln.QuestionSources, vuln.PointSourceNever},
		"one without a term": {func(in *vuln.PackInputs) { in.Sources[0].Every = isms.Cadence{} }, vuln.QuestionSources, vuln.PointSourceTerm},
		"one without a term, long ago": {func(in *vuln.PackInputs) {
			in.Sources = append(in.Sources, vuln.InfoSource{Consulted: date("2010-03-02")})
		}, vuln.QuestionSources, vuln.PointSourceTerm},
		"no policy":          {func(in *vuln.PackInputs) { in.Policies = nil }, vuln.QuestionDeadlines, vuln.PointNoPolicy},
		"a draft policy":     {func(in *vuln.PackInputs) { in.Policies[0].Status = isms.Draft }, vuln.QuestionDeadlines, vuln.PointPolicyDraft},
		"an overdue finding": {func(in *vuln.PackInputs) { in.Findings[0].FirstKnown = date("2026-01-01") }, vuln.QuestionDeadlines, vuln.PointOverdue},
		"no risk":            {func(in *vuln.PackInputs) { in.Risks = nil }, vuln.QuestionRisks, vuln.PointNoRisk},
		"a retired risk":     {func(in *vuln.PackInputs) { in.Risks[0].Status = isms.Retired }, vuln.QuestionRisks, vuln.PointNoRisk},
		"not assessed":       {func(in *vuln.PackInputs) { in.Risks[0].Current = risk.Evaluation{} }, vuln.QuestionRisks, vuln.PointNotAssessed},
		"not classified":     {func(in *vuln.PackInputs) { in.Assets[0].Needs.Integrity = "" }, vuln.QuestionRisks, vuln.PointNoNeeds},
		"exposure unknown":   {func(in *vuln.PackInputs) { in.Assets[0].Exposure = "" }, vuln.QuestionRisks, vuln.PointNoExposure},
		"basis incomplete":   {func(in *vuln.PackInputs) { in.Evidence = nil }, vuln.QuestionRisks, vuln.PointIncomplete},
		"no owner":           {func(in *vuln.PackInputs) { in.Assets[0].Owner = isms.Link{} }, vuln.QuestionInventory, vuln.PointNoOwner},
	} {
		in := answered()
		c.change(&in)
		for _, a := range vuln.Answers(in, vuln.NewRegister(in.Inputs, date("2026-03-01"))) {
			var want []isms.Code
			if a.Question == c.question {
				want = []isms.Code{c.want}
			}
			if diff := cmp.Diff(want, codes(a.Holes)); diff != "" {
				t.Errorf("%s: holes of %s (-want +got)\n%s", name, a.Question, diff)
			}
			if len(a.Hits)+len(a.Holes) == 0 {
				t.Errorf("%s: %s has no answer", name, a.Question)
			}
		}
	}
	never := answered()
	never.Scans = nil
	for _, a := range vuln.Answers(never, vuln.NewRegister(never.Inputs, date("2026-03-01"))) {
		if a.Question == vuln.QuestionInventory && !cmp.Equal(codes(a.Holes), []isms.Code{vuln.CodeNeverScanned}) {
			t.Errorf("never scanned: holes %v", a.Holes)
		}
	}
	var empty vuln.PackInputs
	for _, a := range vuln.Answers(empty, vuln.NewRegister(empty.Inputs, date("2026-03-01"))) {
		if len(a.Hits) != 0 || len(a.Holes) == 0 {
			t.Errorf("without records %s has hits %v and holes %v", a.Question, a.Hits, a.Holes)
		}
	}
}

// packed has something in each part of a pack.
func packed() vuln.PackInputs {
	in := answered()
	overdue := known(2, "2026-01-02")
	overdue.Observations[0].Severity = 0
	accepted := known(3, "2026-01-05")
	in.Findings = append(in.Findings, overdue, accepted, fixed(4, "2026-02-01", "2026-02-09"))
	without := known(5, "2026-02-11")
	without.Acceptance = vuln.Acceptance{By: jan, On: date("2026-02-12"), Until: date("2026-12-31"), Justification: isms.Plain("so")}
	in.Findings = append(in.Findings, without)
	e := bear(vuln.Inputs{Findings: []vuln.Finding{accepted}})
	e.Rev = 1
	d := e.Propose("d", in.Risks[0])
	d.Approvals = []isms.Vote{{By: "jan", As: cioRole, On: date("2026-02-03")}}
	ended := bear(vuln.Inputs{Findings: []vuln.Finding{overdue}})
	ended.ID, ended.Title = "ended", isms.Plain("=cmd|' /C calc'!A0")
	in.Exceptions, in.Decisions = []vuln.Exception{e, ended}, []isms.Decision{d}
	in.Assets = append(in.Assets, assets()[1])
	in.Feeds = exploited("CVE-2026-2", "2026-02-20")
	return in
}

// The Dutch text has the Dutch names.
func TestPackNamesTheOwner(t *testing.T) {
	in := answered()
	in.Roles[0].Title = isms.Text{"en": "Head of IT", "nl": "Hoofd IT"}
	for l, want := range map[lang.Lang]string{lang.EN: "owned by Head of IT |", lang.NL: "eigenaar Hoofd IT |"} {
		var md bytes.Buffer
		if err := report.Markdown(&md, vuln.NewPack(in, period("2026-02-01", "2026-03-01")).Report(l)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(md.String(), want) {
			t.Errorf("the pack in %s has no %q", l, want)
		}
	}
}

func TestPackGolden(t *testing.T) {
	p := vuln.NewPack(packed(), period("2026-02-01", "2026-03-01"))
	claim := regexp.MustCompile(`(?i)\b(compliant|conforms|in conformity|voldoet|conform)\b|\d ?%`)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		var md, html bytes.Buffer
		doc := p.Report(l)
		if err := report.Markdown(&md, doc); err != nil {
			t.Fatal(err)
		}
		if err := report.HTML(&html, doc); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "pack."+string(l)+".md", md.Bytes())
		if found := claim.FindString(md.String()); found != "" {
			t.Errorf("the pack in %s says %q", l, found)
		}
		for _, left := range []string{"vuln/", "0001-01-01", "{n}", "{on}", "{control}", "{risk}"} {
			if strings.Contains(md.String(), left) {
				t.Errorf("the pack in %s has %q in it", l, left)
			}
		}
	}
}

// The texts of this part exist in both languages.
func TestPackTexts(t *testing.T) {
	list := []isms.Code{
		vuln.CodeNoData, vuln.CodeTooFew, vuln.CodeNotYetKnown, vuln.CodeNoVulnerability, vuln.CodeAssetGone, vuln.CodeStillOpen, vuln.CodeClosedElse,
		vuln.CodeFixUndone, vuln.CodeFixedBefore, vuln.CodeNoDeadline, vuln.CodeAcceptedInTime, vuln.CodeNoHistory,
		vuln.CodeNoDecision, vuln.CodeNoRisk, vuln.CodeNotOwner, vuln.CodePastEnd, vuln.CodeExploited, vuln.CodeWorse, vuln.CodeFindingGone,
		vuln.PointUntermed, vuln.PointUnlisted, vuln.PointNoAssets, vuln.PointTestOld, vuln.PointEvidenceOld,
	}
	for _, m := range vuln.Metrics(vuln.Inputs{}, nil, isms.Period{}) {
		list = append(list, m.Name)
	}
	for _, code := range list {
		if en, nl := code.Text(lang.EN, nil), code.Text(lang.NL, nil); en == string(code) || en == nl {
			t.Errorf("%s has no text in both languages", code)
		}
	}
	if p := vuln.ExceptionPurpose; p.Label(lang.NL) == string(p) {
		t.Errorf("%s has no label", p)
	}
}
