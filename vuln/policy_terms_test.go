package vuln_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

func control() vuln.Compensating {
	return vuln.Compensating{
		Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MAV:A", "MVC:L", "MSA:S"}, Control: "A.8.22",
		Reason: isms.Plain("own segment"), From: date("2026-01-01"),
	}
}

// What a policy cannot say: tables with holes, less time for what is worse, and
// what nobody can count with.
func TestPolicyTermsProblems(t *testing.T) {
	problems := func(list ...any) map[string]isms.Code {
		m := map[string]isms.Code{}
		for i := 0; i < len(list); i += 2 {
			m[list[i].(string)] = list[i+1].(isms.Code)
		}
		return m
	}
	for name, x := range map[string]struct {
		spoil func(*vuln.Policy)
		want  map[string]isms.Code
	}{
		"all of it": {func(p *vuln.Policy) { p.Compensating = []vuln.Compensating{control()} }, problems()},
		"no such exposure, no such rating": {func(p *vuln.Policy) {
			p.Shorter[0].Exposure, p.Shorter[0].Criticality = "space", "grave"
		}, problems("/shorter/0/exposure", isms.CodeEnum, "/shorter/0/criticality", isms.CodeEnum)},
		"a hole in shorter terms": {func(p *vuln.Policy) { p.Shorter[0].Days.Low = 0 }, problems("/shorter/0/days/low", isms.CodeRange)},
		"no such outcome":         {func(p *vuln.Policy) { p.Regimes.Deployer["soon"] = 1 }, problems("/regimes/deployer/soon", isms.CodeEnum)},
		"too many days":           {func(p *vuln.Policy) { p.Regimes.Coordinator["track*"] = 3651 }, problems("/regimes/coordinator/track*", isms.CodeRange)},
		"a worse outcome with more time": {
			func(p *vuln.Policy) { p.Regimes.Deployer["immediate"] = 15 },
			problems("/regimes/deployer/immediate", vuln.CodeDays),
		},
		"a worse outcome without": {func(p *vuln.Policy) { delete(p.Regimes.Coordinator, "act") }, problems("/regimes/coordinator/act", isms.CodeRequired)},
		"no such day":             {func(p *vuln.Policy) { p.Calendar.Weekend = []string{"caturday"} }, problems("/calendar/weekend/0", isms.CodeEnum)},
		"nobody ever works": {func(p *vuln.Policy) {
			p.Calendar.Weekend = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
		}, problems("/calendar/weekend", isms.CodeRange)},
		"holidays out of order": {func(p *vuln.Policy) {
			p.Calendar.Holidays = []isms.Date{date("2026-12-25"), date("2026-01-01"), {}}
		}, problems("/calendar/holidays/1", isms.CodeDateOrder, "/calendar/holidays/2", isms.CodeRequired)},
		"metrics that are no modified ones": {func(p *vuln.Policy) {
			k := control()
			k.Metrics = []string{"MAV:Q", "AV:A", "MAV:X", "CR:L", "M/AV:A", ""}
			p.Compensating = []vuln.Compensating{k}
		}, problems("/compensating/0/metrics/0", vuln.CodeMetric, "/compensating/0/metrics/1", vuln.CodeMetric, "/compensating/0/metrics/2", vuln.CodeMetric,
			"/compensating/0/metrics/3", vuln.CodeMetric, "/compensating/0/metrics/4", vuln.CodeMetric, "/compensating/0/metrics/5", vuln.CodeMetric)},
		"a control for nobody, without a reason": {
			func(p *vuln.Policy) { p.Compensating = []vuln.Compensating{{Metrics: []string{"MAV:A"}}} },
			problems("/compensating/0/assets", isms.CodeRequired, "/compensating/0/reason", isms.CodeRequired, "/compensating/0/from", isms.CodeRequired),
		},
		"a control for some and all": {func(p *vuln.Policy) {
			k := control()
			k.Isolated, k.Until, k.Metrics = true, date("2025-01-01"), nil
			p.Compensating = []vuln.Compensating{k}
		}, problems("/compensating/0/assets", isms.CodeRequired, "/compensating/0/until", isms.CodeDateOrder, "/compensating/0/metrics", isms.CodeRequired)},
		"tables that are not total": {func(p *vuln.Policy) {
			p.Tables.Likelihood, p.Tables.Consequence = p.Tables.Likelihood[1:], nil
		}, problems("/tables/likelihood", vuln.CodeNotTotal, "/tables/consequence", vuln.CodeNotTotal)},
		"tables for nothing": {
			func(p *vuln.Policy) { p.Tables.Methodology = isms.Link{Kind: "role", ID: "x"} },
			problems("/tables/methodology", isms.CodeLink),
		},
		"rows of no step": {func(p *vuln.Policy) {
			p.Tables.Likelihood[0] = vuln.LikelihoodRow{Step: 0}
			p.Tables.Likelihood[1] = vuln.LikelihoodRow{Step: 101, Exploitation: "maybe", Exposure: "space", EPSSPerMille: 1001}
			p.Tables.Consequence[1] = vuln.ConsequenceRow{Step: -1, Need: "grave"}
		}, problems("/tables/likelihood/0/step", isms.CodeRange, "/tables/likelihood/1/step", isms.CodeRange,
			"/tables/likelihood/1/exploitation", isms.CodeEnum, "/tables/likelihood/1/exposure", isms.CodeEnum,
			"/tables/likelihood/1/epssPerMille", isms.CodeRange, "/tables/consequence/1/step", isms.CodeRange, "/tables/consequence/1/need", isms.CodeEnum)},
	} {
		p := strictPolicy(risk.Matrix5())
		x.spoil(&p)
		got := map[string]isms.Code{}
		for _, problem := range isms.Validate(p) {
			got[problem.Path] = problem.Code
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%s: Validate (-want +got)\n%s", name, diff)
		}
	}
}

// What may be stored, and helps nobody.
func TestPolicyLint(t *testing.T) {
	m := risk.Matrix5()
	for name, x := range map[string]struct {
		spoil func(*vuln.Policy)
		want  map[string]isms.Code
	}{
		"nothing":     {func(*vuln.Policy) {}, map[string]isms.Code{}},
		"no tables":   {func(p *vuln.Policy) { p.Tables = vuln.Tables{} }, map[string]isms.Code{"/tables/methodology": vuln.LintNoTables}},
		"for another": {func(p *vuln.Policy) { p.Tables.Methodology.ID = "other" }, map[string]isms.Code{"/tables/methodology": vuln.LintNoTables}},
		"off the scale": {
			func(p *vuln.Policy) {
				p.Tables.Likelihood = append(p.Tables.Likelihood, vuln.LikelihoodRow{Step: 6, EPSSPerMille: 900})
			},
			map[string]isms.Code{"/tables/likelihood/10": vuln.LintOffScale},
		},
		"a row that another outdoes": {func(p *vuln.Policy) {
			p.Tables.Likelihood = append(p.Tables.Likelihood, vuln.LikelihoodRow{Step: 2, Exploitation: vuln.ExploitationActive})
		}, map[string]isms.Code{"/tables/likelihood/10": vuln.LintIdle}},
		"a row twice": {
			func(p *vuln.Policy) { p.Tables.Consequence = append(p.Tables.Consequence, p.Tables.Consequence[2]) },
			map[string]isms.Code{"/tables/consequence/8": vuln.LintIdle},
		},
		"a step that nothing leads to": {
			func(p *vuln.Policy) { p.Tables.Consequence = p.Tables.Consequence[:7] },
			map[string]isms.Code{"/tables/consequence": vuln.LintUnreached},
		},
		"a term that is no shorter": {func(p *vuln.Policy) {
			p.Shorter = append(p.Shorter, vuln.Shorter{Exposure: isms.ExposedInternet, Criticality: isms.High, Days: p.Shorter[0].Days},
				vuln.Shorter{Days: p.Days})
		}, map[string]isms.Code{"/shorter/1": vuln.LintTermIdle, "/shorter/2": vuln.LintTermIdle}},
	} {
		p := strictPolicy(m)
		x.spoil(&p)
		got := map[string]isms.Code{}
		for _, f := range p.Lint(m) {
			if f.Verdict != isms.Advice {
				t.Errorf("%s: %s is %s, want advice", name, f.Rule, f.Verdict)
			}
			got[f.Facts[0].Path] = f.Rule
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%s: Lint (-want +got)\n%s", name, diff)
		}
	}
}
