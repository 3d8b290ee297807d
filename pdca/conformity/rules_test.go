package conformity_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

// change is one thing that goes wrong in the sound records, and everything
// that the rules then say: "message by rule".
type change struct {
	name string
	make func(*conformity.Inputs)
	want map[string]isms.Verdict
}

type said = map[string]isms.Verdict

const (
	gap     = isms.Gap
	advice  = isms.Advice
	judge   = isms.NeedsJudgement
	unknown = isms.NotEvaluable
)

func control(in *conformity.Inputs, id isms.ControlID) *isms.Control {
	for i := range in.Controls {
		if in.Controls[i].Ref == id {
			return &in.Controls[i]
		}
	}
	panic(id)
}

// leftOut makes the Statement of Applicability exclude a control.
func leftOut(in *conformity.Inputs, id isms.ControlID) {
	control(in, id).Include, control(in, id).Exclude = nil, plain("Not here.")
}

func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

func changes() []change {
	return slices.Concat(contextChanges(), planningChanges(), operationChanges(), performanceChanges(), improvementChanges())
}

func contextChanges() []change {
	return []change{
		{"no organization", func(in *conformity.Inputs) { in.Organizations = nil }, said{"context/no-organization by context": unknown}},
		{"no trace of the context", func(in *conformity.Inputs) { in.Documents = without(in.Documents, 1) }, said{"context/no-trace by context": judge}},
		{"no requirements", func(in *conformity.Inputs) { in.Requirements = nil }, said{"interested-parties/none by interested-parties": unknown}},
		{"a requirement that nothing answers", func(in *conformity.Inputs) { in.Requirements[0].Controls = nil }, said{"requirements-addressed/not by requirements-addressed": judge}},
		{"no scope", func(in *conformity.Inputs) { in.Scopes = nil }, said{"documented/missing by scope": gap}},
		{"a scope without a statement", func(in *conformity.Inputs) { in.Scopes[0].Statement = nil }, said{"documented/missing by scope": gap}},
		{"a scope that is a draft", func(in *conformity.Inputs) { in.Scopes[0].Status = isms.Draft }, said{"approved/not by scope-approved": gap}},
		{"a scope approved tomorrow", func(in *conformity.Inputs) { in.Scopes[0].Approval.On = today.AddDays(1) }, said{"approved/not by scope-approved": gap}},
		{"no top management", func(in *conformity.Inputs) { in.Roles[0].Duties = nil }, said{"duty/unassigned by top-management": gap, "review-chaired/not-top by review-chaired": judge}},
		{"the security officer has left", func(in *conformity.Inputs) { in.Roles[1].Holders[0] = "dee" }, said{
			"duty/nobody by duty-conformity": gap, "duty/nobody by duty-reporting": gap, "duty/nobody by incident-duty": gap,
			"duty/nobody by vulnerability-duty": gap, "owner-here/not by owner-here": advice,
		}},
		{"nobody watches over the standard", func(in *conformity.Inputs) { in.Roles[1].Duties = in.Roles[1].Duties[1:] }, said{"duty/unassigned by duty-conformity": gap}},
		{"nobody reports", func(in *conformity.Inputs) { in.Roles[1].Duties = without(in.Roles[1].Duties, 1) }, said{"duty/unassigned by duty-reporting": gap}},
		{"nobody manages incidents", func(in *conformity.Inputs) { in.Roles[1].Duties = without(in.Roles[1].Duties, 2) }, said{"duty/unassigned by incident-duty": gap}},
		{"nobody manages vulnerabilities", func(in *conformity.Inputs) { in.Roles[1].Duties = without(in.Roles[1].Duties, 3) }, said{"duty/unassigned by vulnerability-duty": gap}},
		{"the director's role is vacant", func(in *conformity.Inputs) { in.Roles[0].Holders = nil }, said{"duty/nobody by top-management": gap, "review-chaired/not-top by review-chaired": judge}},
		{"no policy", func(in *conformity.Inputs) { in.Documents = without(in.Documents, 0) }, said{
			"documented/missing by policy": gap, "policy/none by policy-approved": unknown, "policy/none by policy-made-known": unknown,
		}},
		{"a policy that is a draft", func(in *conformity.Inputs) { in.Documents[0].Status = isms.Draft }, said{
			"documented/draft by policy": gap, "approved/not by policy-approved": gap,
		}},
		{"a policy without approval", func(in *conformity.Inputs) { in.Documents[0].Approval = isms.Approval{} }, said{
			"approved/not by policy-approved": gap, "approved/not by document-approved": gap,
		}},
		{"a policy approved by somebody else", func(in *conformity.Inputs) { in.Documents[0].Approval.By = role("ciso") }, said{"policy-approved/not-top by policy-approved": judge}},
		{"a policy that nobody heard of", func(in *conformity.Inputs) { in.Documents[0].Published = isms.Date{} }, said{"policy-made-known/not by policy-made-known": gap}},
		{"a policy to be made known tomorrow", func(in *conformity.Inputs) { in.Documents[0].Published = today.AddDays(1) }, said{"policy-made-known/not by policy-made-known": gap}},
		{"a document of somebody who left", func(in *conformity.Inputs) { in.Documents[3].Owner = person("dee") }, said{"owner-here/not by owner-here": advice}},
		{"what is closed, of somebody who left", func(in *conformity.Inputs) {
			in.Incidents[0].Owner, in.Nonconformities[0].Owner = person("dee"), person("dee")
		}, said{}},
		{"an open incident of somebody who left", func(in *conformity.Inputs) {
			in.Incidents[0].Owner, in.Incidents[0].State = person("dee"), isms.IncidentReported
		}, said{"owner-here/not by owner-here": advice}},
		{"no objectives", func(in *conformity.Inputs) { in.Documents = without(in.Documents, 3) }, said{"documented/missing by objectives": gap}},
		{"no evidence of competence", func(in *conformity.Inputs) { in.Evidence = without(in.Evidence, 0) }, said{"documented/missing by competence": gap}},
		{"expired evidence of competence", func(in *conformity.Inputs) { in.Evidence[0].Expires = today.AddDays(-1) }, said{"documented/expired by competence": gap}},
		{"a document without approval", func(in *conformity.Inputs) { in.Documents[1].Approval = isms.Approval{} }, said{"approved/not by document-approved": gap}},
		{"a document review that is overdue", func(in *conformity.Inputs) { in.Documents[1].Review = yearly("2025-06-29") }, said{"overdue by document-reviewed": gap}},
		{"a document that was never reviewed", func(in *conformity.Inputs) { in.Documents[1].Review.Last = isms.Date{} }, said{"overdue by document-reviewed": gap}},
	}
}

func planningChanges() []change {
	r := func(in *conformity.Inputs) *risk.Risk { return &in.Risks[0] }
	return []change{
		{"a methodology that is a draft", func(in *conformity.Inputs) { in.Methodologies[0].Status = isms.Draft }, said{"documented/missing by risk-assessment-process": gap}},
		{"no methodology", func(in *conformity.Inputs) { in.Methodologies = nil }, said{
			"documented/missing by risk-assessment-process": gap, "risk-criteria/none by risk-criteria": unknown, "risk-assessed/cannot-rate by risk-assessed": unknown,
		}},
		{"no acceptance criteria", func(in *conformity.Inputs) { in.Methodologies[0].Criteria, in.Methodologies[0].AcceptUpTo = nil, "" }, said{"risk-criteria/acceptance by risk-criteria": gap}},
		{"no assessment criteria", func(in *conformity.Inputs) { in.Methodologies[0].Assessment = nil }, said{"risk-criteria/assessment by risk-criteria": gap}},
		{"a risk without owner", func(in *conformity.Inputs) { r(in).Owner = isms.Link{} }, said{
			"risk-owner/none by risk-owner": gap, "plan-approved/not-owner by plan-approved": judge, "residual-accepted/not-owner by residual-accepted": judge,
		}},
		{"the risk owner left", func(in *conformity.Inputs) { in.Persons[0].Left = today.AddDays(-1) }, said{
			"owner-here/not by risk-owner": gap, "owner-here/not by asset-owner": gap,
		}},
		{"a risk that was not assessed", func(in *conformity.Inputs) {
			r(in).Current, r(in).Treatment, r(in).Acceptance = risk.Evaluation{}, risk.Treatment{}, risk.Acceptance{}
		}, said{
			"risk-assessed/not by risk-assessed": gap, "documented/missing by risk-results": gap,
			"documented/missing by treatment-plan": gap, "documented/missing by treatment-results": gap,
		}},
		{"no process of treatment", func(in *conformity.Inputs) { in.Documents = without(in.Documents, 2) }, said{"documented/missing by risk-treatment-process": gap}},
		{"no treatment chosen", func(in *conformity.Inputs) { r(in).Treatment.Options = nil }, said{"risk-option/none by risk-option": gap}},
		{"a high risk only accepted", func(in *conformity.Inputs) { r(in).Treatment.Options = []risk.Option{risk.Accept} }, said{"risk-option/retained by risk-option": judge}},
		{"a risk within the criteria, without treatment", func(in *conformity.Inputs) {
			calm := *r(in)
			calm.ID, calm.Treatment, calm.Acceptance = "calm", risk.Treatment{}, risk.Acceptance{}
			calm.Current.Likelihood, calm.Current.Impact = 1, 1
			in.Risks = append(in.Risks, calm)
		}, said{}},
		{"a risk within the criteria that is retained, without a plan to approve", func(in *conformity.Inputs) {
			calm := *r(in)
			calm.ID, calm.Treatment = "calm", risk.Treatment{Options: []risk.Option{risk.Accept}}
			calm.Current.Likelihood, calm.Current.Impact = 1, 1
			in.Risks = append(in.Risks, calm)
		}, said{}},
		{"an undecided control", func(in *conformity.Inputs) { control(in, "A.7.4").Include = nil }, said{"statement/undecided by statement-decided": gap}},
		{"nothing decided", func(in *conformity.Inputs) {
			in.Controls, in.Risks[0].Treatment.Controls, in.Requirements[0].Controls, in.Requirements[0].Document = nil, nil, nil, "policy"
		}, said{"documented/missing by statement": gap, "statement/undecided by statement-decided": gap}},
		{"a contradiction", func(in *conformity.Inputs) { leftOut(in, "A.6.3") }, said{"statement/contradiction by statement-consistent": judge}},
		{"no implementation stated", func(in *conformity.Inputs) { control(in, "A.7.4").Implementation = "" }, said{"statement/no-status by statement-implementation": gap}},
		{"an unknown control", func(in *conformity.Inputs) { r(in).Treatment.Controls = append(r(in).Treatment.Controls, "own-1") }, said{
			"statement/unknown-control by statement-readable": unknown, "statement/no-status by statement-implementation": gap,
		}},
		{"several management systems", func(in *conformity.Inputs) { in.Controls[0].ISMS, in.Controls[1].ISMS = "all", "other" }, said{"statement/several-isms by statement-readable": unknown}},
		{"no plan", func(in *conformity.Inputs) { r(in).Treatment.Actions = nil }, said{"documented/missing by treatment-plan": gap}},
		{"a plan nobody approved", func(in *conformity.Inputs) { r(in).Treatment.Approval = isms.Approval{} }, said{"plan-approved/not by plan-approved": gap}},
		{"a plan approved tomorrow", func(in *conformity.Inputs) { r(in).Treatment.Approval.On = today.AddDays(1) }, said{"plan-approved/not by plan-approved": gap}},
		{"a plan approved by another", func(in *conformity.Inputs) { r(in).Treatment.Approval.By = role("ciso") }, said{"plan-approved/not-owner by plan-approved": judge}},
		{"residual risk nobody accepted", func(in *conformity.Inputs) { r(in).Acceptance = risk.Acceptance{} }, said{"residual-accepted/not by residual-accepted": gap}},
		{"an acceptance that expired", func(in *conformity.Inputs) { r(in).Acceptance.Until = today.AddDays(-1) }, said{"residual-accepted/expired by residual-accepted": gap}},
		{"an acceptance from before", func(in *conformity.Inputs) { r(in).Residual.On = day("2026-03-01") }, said{"residual-accepted/outdated by residual-accepted": gap}},
		{"accepted and approved by decisions", decide, said{}},
		{"changed since that was decided", func(in *conformity.Inputs) {
			decide(in)
			r(in).Vulnerability = isms.Plain("no backup either")
		}, said{"plan-approved/not by plan-approved": gap, "residual-accepted/outdated by residual-accepted": gap}},
		{"decisions that expired", func(in *conformity.Inputs) {
			decide(in)
			for i := range in.Decisions {
				in.Decisions[i].Until = today.AddDays(-1)
			}
		}, said{"plan-approved/not by plan-approved": gap, "residual-accepted/expired by residual-accepted": gap}},
		{"an acceptance by another", func(in *conformity.Inputs) { r(in).Acceptance.By = role("ciso") }, said{"residual-accepted/not-owner by residual-accepted": judge}},
	}
}

// decide replaces what is recorded without a decision by decisions of the owner.
func decide(in *conformity.Inputs) {
	k := &in.Risks[0]
	k.Rev, k.Recorded.Seq = 3, 9
	k.Acceptance, k.Treatment.Approval = risk.Acceptance{}, isms.Approval{}
	in.Decisions = []isms.Decision{k.ProposeAcceptance("accept"), k.ProposePlan("plan")}
	for i := range in.Decisions {
		d := &in.Decisions[i]
		d.Approvals = []isms.Vote{{By: "ann", As: k.Owner, On: today.AddDays(-2)}}
	}
}

func operationChanges() []change {
	return []change{
		{"a control that is late", func(in *conformity.Inputs) { control(in, "A.8.34").Due = today.AddDays(-1) }, said{"overdue by control-plan": gap}},
		{"expired evidence of a control", func(in *conformity.Inputs) {
			old := evidence("old", isms.EvidenceLog)
			old.Controls, old.Expires = []isms.ControlID{"A.7.4"}, today.AddDays(-1)
			in.Evidence = append(in.Evidence, old)
			in.Evidence[2].Controls = slices.DeleteFunc(slices.Clone(in.Evidence[2].Controls), func(id isms.ControlID) bool { return id == "A.7.4" })
		}, said{"control-evidence-valid/expired by control-evidence-valid": gap}},
		{"expired evidence beside evidence that is valid", func(in *conformity.Inputs) {
			old := evidence("old", isms.EvidenceLog)
			old.Controls, old.Expires = []isms.ControlID{"A.7.4"}, today.AddDays(-1)
			in.Evidence = append(in.Evidence, old)
		}, said{}},
		{"a control without evidence", func(in *conformity.Inputs) {
			in.Evidence[2].Controls = slices.DeleteFunc(slices.Clone(in.Evidence[2].Controls), func(id isms.ControlID) bool { return id == "A.7.4" })
		}, said{"control-evidence/none by control-evidence": advice}},
		{"an asset without owner", func(in *conformity.Inputs) { in.Assets[0].Owner = isms.Link{} }, said{"asset-owner/none by asset-owner": gap}},
		{"an asset of somebody who left", func(in *conformity.Inputs) { in.Assets[0].Owner = person("dee") }, said{"owner-here/not by asset-owner": gap}},
		{"an asset that is no longer used", func(in *conformity.Inputs) { in.Assets[0].Owner, in.Assets[0].Until = isms.Link{}, today.AddDays(-1) }, said{}},
		{"an asset without owner where that is no rule", func(in *conformity.Inputs) {
			leftOut(in, "A.5.9")
			in.Assets[0].Owner = isms.Link{}
		}, said{}},
		{"an incident without lessons", func(in *conformity.Inputs) { in.Incidents[0].Lessons = nil }, said{"incident-lessons/none by incident-lessons": gap}},
		{"an incident without lessons where that is no rule", func(in *conformity.Inputs) {
			leftOut(in, "A.5.27")
			in.Incidents[0].Lessons = nil
		}, said{}},
		{"an open incident", func(in *conformity.Inputs) {
			in.Incidents[0].State, in.Incidents[0].Lessons = isms.IncidentContained, nil
		}, said{}},
		{"no duties where they are no rule", func(in *conformity.Inputs) {
			leftOut(in, "A.5.24")
			leftOut(in, "A.8.8")
			in.Roles[1].Duties, in.Scans = in.Roles[1].Duties[:2], nil
		}, said{}},
		{"no vulnerability policy", func(in *conformity.Inputs) { in.Policies = nil }, said{
			"vulnerability/no-policy by vulnerability-scans": unknown, "vulnerability/no-policy by vulnerability-deadlines": unknown,
		}},
		{"a vulnerability policy that is a draft", func(in *conformity.Inputs) { in.Policies[0].Status = isms.Draft }, said{
			"vulnerability/no-policy by vulnerability-scans": unknown, "vulnerability/no-policy by vulnerability-deadlines": unknown,
		}},
		{"an asset that was never scanned", func(in *conformity.Inputs) { in.Scans = nil }, said{"vulnerability-scans/never by vulnerability-scans": gap}},
		{"a scan that is too old", func(in *conformity.Inputs) { in.Scans[0].At = day("2026-05-01").Time() }, said{"vulnerability-scans/stale by vulnerability-scans": gap}},
		{"a scan that a change overtook", func(in *conformity.Inputs) {
			c := vuln.AssetChange{Common: common("upgrade"), Asset: in.Scans[0].Asset, Type: vuln.ChangeSoftware, What: isms.Plain("A newer system.")}
			c.Occurred = today.AddDays(-1)
			in.AssetChanges = []vuln.AssetChange{c}
		}, said{"vulnerability-scans/stale by vulnerability-scans": gap}},
		{"a scan of unknown date", func(in *conformity.Inputs) { in.Scans[0].At = isms.Date{}.Time() }, said{"vulnerability-scans/stale by vulnerability-scans": gap}},
		{"a vulnerability of unknown severity after the shortest time", func(in *conformity.Inputs) {
			in.Vulnerabilities[0].FirstKnown = today.AddDays(-8)
		}, said{"overdue by vulnerability-deadlines": gap}},
		{"a vulnerability that was fixed", func(in *conformity.Inputs) {
			in.Vulnerabilities[0].FirstKnown = today.AddDays(-80)
			in.Vulnerabilities[0].Decision = vuln.Decision{State: vuln.Fixed, By: role("ciso"), On: today}
		}, said{}},
		{"a risk review that is overdue", func(in *conformity.Inputs) { in.Risks[0].Review = yearly("2025-06-29") }, said{"overdue by risk-reviewed": gap}},
		{"no intervals", func(in *conformity.Inputs) {
			in.Risks[0].Review.Every = isms.Cadence{}
			in.Methodologies[0].Bands = slices.Clone(in.Methodologies[0].Bands)
			for i := range in.Methodologies[0].Bands {
				in.Methodologies[0].Bands[i].Review = isms.Cadence{}
			}
		}, said{"risk-reviewed/no-interval by risk-reviewed": unknown}},
		{"no results of treatment", func(in *conformity.Inputs) {
			in.Risks[0].Treatment.Actions = in.Risks[0].Treatment.Actions[1:]
			in.Risks[0].Treatment.Controls = nil
		}, said{"documented/missing by treatment-results": gap}},
		{"an action that is late", func(in *conformity.Inputs) { in.Risks[0].Treatment.Actions[1].Due = today.AddDays(-1) }, said{"overdue by treatment-actions": gap}},
		{"an action due today", func(in *conformity.Inputs) { in.Risks[0].Treatment.Actions[1].Due = today }, said{}},
	}
}

func performanceChanges() []change {
	return []change{
		{"no measurements", func(in *conformity.Inputs) { in.Evidence = without(in.Evidence, 1) }, said{"documented/missing by measurement": gap}},
		{"no audits", func(in *conformity.Inputs) { in.Audits = nil }, said{"documented/missing by audit-programme": gap, "documented/missing by audit-results": gap}},
		{"audits planned only", func(in *conformity.Inputs) { in.Audits = in.Audits[1:] }, said{"documented/missing by audit-results": gap}},
		{"an audit without results", func(in *conformity.Inputs) { in.Audits[0].Findings = nil }, said{"audit-results/none by audit-results": gap}},
		{"an audit that did not happen", func(in *conformity.Inputs) { in.Audits[1].Planned.To = today.AddDays(-1) }, said{"overdue by audit-planned": gap}},
		{"an audit of long ago", func(in *conformity.Inputs) { in.Audits[0].Performed.To = day("2025-06-29") }, said{"year by audit-yearly": advice}},
		{"an audit of twelve months ago", func(in *conformity.Inputs) { in.Audits[0].Performed.To = day("2025-06-30") }, said{}},
		{"an audit of controls only", func(in *conformity.Inputs) { in.Audits[0].Clauses = nil }, said{}},
		{"an audit without criteria", func(in *conformity.Inputs) { in.Audits[0].Clauses, in.Audits[0].Controls = nil, nil }, said{"audit-criteria/no-criteria by audit-criteria": gap}},
		{"an audit of nobody knows what", func(in *conformity.Inputs) { in.Audits[0].Extent = nil }, said{"audit-criteria/no-extent by audit-criteria": gap}},
		{"an audit by nobody", func(in *conformity.Inputs) { in.Audits[0].Auditors = nil }, said{"audit-independent/no-auditor by audit-independent": unknown}},
		{"an auditor who owns an audited control", func(in *conformity.Inputs) { control(in, "A.6.3").Owner = person("ann") }, said{"audit-independent/own-work by audit-independent": judge}},
		{"an auditor who answers for the management system", func(in *conformity.Inputs) { in.Audits[0].Auditors = []isms.Link{person("cas")} }, said{"audit-independent/own-work by audit-independent": judge}},
		{"an audit reported to nobody", func(in *conformity.Inputs) { in.Audits[0].ReportedTo = nil }, said{"audit-reported/to-nobody by audit-reported": gap}},
		{"an audit not reported yet", func(in *conformity.Inputs) {
			in.Audits[0].ReportedTo, in.Audits[0].State = nil, isms.AuditPerformed
		}, said{"audit-reported/not-yet by audit-reported": judge}},
		{"an audit finding nobody followed", func(in *conformity.Inputs) { in.Audits[0].Findings[0].Nonconformity = "" }, said{"audit-followed/not by audit-followed": gap}},
		{"no management review", func(in *conformity.Inputs) { in.ManagementReviews = nil }, said{"documented/missing by review-results": gap}},
		{"a review without results", func(in *conformity.Inputs) {
			in.ManagementReviews[0].Conclusion, in.ManagementReviews[0].Decisions = nil, nil
		}, said{"review-results/none by review-results": gap}},
		{"a review that was not held", func(in *conformity.Inputs) {
			in.ManagementReviews = append(in.ManagementReviews, isms.ManagementReview{Common: common("review-2"), Title: plain("Review 2"), Planned: today.AddDays(-1)})
		}, said{"overdue by review-planned": gap}},
		{"a review interval that passed", func(in *conformity.Inputs) {
			in.ManagementReviews[0].Review.Every = isms.Cadence{Every: 1, Unit: isms.Months}
		}, said{"overdue by review-planned": gap}},
		{"a review of long ago", func(in *conformity.Inputs) {
			in.ManagementReviews[0].Occurred = day("2025-06-29")
			in.ManagementReviews[0].Review.Every = isms.Cadence{}
		}, said{"year by review-yearly": advice}},
		{"a review without top management", func(in *conformity.Inputs) { in.ManagementReviews[0].Chair = person("cas") }, said{"review-chaired/not-top by review-chaired": judge}},
		{"a subject not reviewed", func(in *conformity.Inputs) {
			in.ManagementReviews[0].Inputs = without(in.ManagementReviews[0].Inputs, 0)
		}, said{"review-inputs/missing by review-inputs": gap}},
		{"part of the trends not reviewed", func(in *conformity.Inputs) {
			in.ManagementReviews[0].Inputs = without(in.ManagementReviews[0].Inputs, 3)
		}, said{"review-inputs/missing by review-inputs": gap}},
		{"a second review that does not look back", func(in *conformity.Inputs) {
			first := in.ManagementReviews[0]
			first.ID, first.Occurred = "earlier", day("2026-02-15")
			in.ManagementReviews = append(in.ManagementReviews, first)
		}, said{"review-inputs/missing by review-inputs": gap}},
		{"a decision that is late", func(in *conformity.Inputs) { in.ManagementReviews[0].Decisions[0].Due = today.AddDays(-1) }, said{"overdue by review-decisions": gap}},
	}
}

func improvementChanges() []change {
	n := func(in *conformity.Inputs) *isms.Nonconformity { return &in.Nonconformities[0] }
	open := func(in *conformity.Inputs) *isms.Nonconformity {
		n(in).Closed = isms.Date{}
		return n(in)
	}
	return []change{
		{"no nonconformities", func(in *conformity.Inputs) { in.Nonconformities = nil }, said{}},
		{"no correction", func(in *conformity.Inputs) { n(in).Correction = nil }, said{"correction/none by correction": gap}},
		{"no judgement yet", func(in *conformity.Inputs) { open(in).Need = "" }, said{"cause/not-judged by cause": judge}},
		{"closed without judgement", func(in *conformity.Inputs) { n(in).Need = "" }, said{"cause/never-judged by cause": gap}},
		{"no cause", func(in *conformity.Inputs) { n(in).Cause = nil }, said{"cause/none by cause": gap}},
		{"no action", func(in *conformity.Inputs) { n(in).Actions = nil }, said{"corrective-action/none by corrective-action": gap}},
		{"no action needed", func(in *conformity.Inputs) { n(in).Need, n(in).Actions = isms.ActionNotNeeded, nil }, said{}},
		{"closed before the action", func(in *conformity.Inputs) {
			n(in).Actions[0].Done, n(in).Actions[0].Due = isms.Date{}, today
		}, said{"corrective-action/closed by corrective-action": gap}},
		{"an action that is late", func(in *conformity.Inputs) {
			open(in).Actions[0].Done, n(in).Actions[0].Due = isms.Date{}, today.AddDays(-1)
		}, said{"overdue by corrective-action-due": gap}},
		{"an effect not checked yet", func(in *conformity.Inputs) { open(in).Actions[0].Effect = "" }, said{"effectiveness/not-yet by effectiveness": judge}},
		{"closed without a check", func(in *conformity.Inputs) { n(in).Actions[0].Effect = "" }, said{"effectiveness/never by effectiveness": gap}},
		{"closed although it did not work", func(in *conformity.Inputs) { n(in).Actions[0].Effect = isms.Ineffective }, said{"effectiveness/closed by effectiveness": gap}},
		{"a check by who acted", func(in *conformity.Inputs) { n(in).Actions[0].Checked.By = person("cas") }, said{"effectiveness-checker/self by effectiveness-checker": advice}},
	}
}

// What goes wrong fails no other rule than those listed beside it, and only
// the standard and the organization itself make it a gap.
func TestChanges(t *testing.T) {
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			records := sound()
			c.make(&records)
			a := conformity.Assess(records, today)
			for _, f := range a.Findings {
				if f.Verdict == isms.Gap && !f.Basis.Kind.Requires() {
					t.Errorf("%s: a gap from %s", f.Rule, f.Basis.Kind)
				}
			}
			if diff := cmp.Diff(c.want, failing(a)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// Each rule fails in some case, and each text is said in one, with every
// argument filled in.
func TestEveryCodeIsProduced(t *testing.T) {
	failed, said := map[isms.Code]bool{}, map[string]bool{}
	for _, c := range changes() {
		records := sound()
		c.make(&records)
		for _, f := range conformity.Assess(records, today).Findings {
			said[string(f.Message)] = true
			failed[f.Rule] = failed[f.Rule] || f.Verdict != isms.NoGap && f.Verdict != isms.NotTriggered
			for _, l := range []lang.Lang{lang.EN, lang.NL} {
				if s := f.Text(l); strings.ContainsAny(s, "{}") || s == string(f.Message) {
					t.Errorf("%s says %q", f.Message, s)
				}
			}
		}
	}
	for _, r := range conformity.Rules() {
		said[string(r.Code)], said[string(r.Code)+"/repair"] = true, true
		if !failed[r.Code] {
			t.Errorf("%s: no change makes it fail", r.Code)
		}
	}
	for e := range lang.Entries() {
		if strings.HasPrefix(e.Code, "conformity/") && !said[e.Code] {
			t.Errorf("%s: no case says it", e.Code)
		}
	}
}
