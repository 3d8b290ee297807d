package conformity_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

func render[T any](t *testing.T, f func(io.Writer, T) error, v T) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var today = isms.Day(2026, 6, 30)

func day(s string) isms.Date {
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func plain(s string) isms.Text { return isms.Plain(s) }

func common(id string) isms.Common { return isms.Common{ID: id, Rev: 1, Status: isms.Approved} }

func role(id string) isms.Link   { return isms.Link{Kind: "role", ID: id} }
func person(id string) isms.Link { return isms.Link{Kind: "person", ID: id} }

func yearly(last string) isms.Review {
	return isms.Review{Last: day(last), Every: isms.Cadence{Every: 1, Unit: isms.Years}}
}

func document(id string, t isms.DocumentType, clauses ...string) isms.Document {
	d := isms.Document{
		Common: common(id), Title: plain("Document " + id), Type: t, Version: "1", Clauses: clauses,
		Approval: isms.Approval{By: role("director"), On: day("2026-01-10")}, Published: day("2026-01-15"),
	}
	d.Owner, d.Review = role("ciso"), yearly("2026-01-10")
	return d
}

func evidence(id string, t isms.EvidenceType, clauses ...string) isms.Evidence {
	return isms.Evidence{Common: common(id), Title: plain("Evidence " + id), Type: t, Clauses: clauses, Expires: day("2026-12-31")}
}

// sound is a small organization whose records answer every rule.
func sound() conformity.Inputs {
	m := risk.Matrix3()
	m.Rev, m.Status = 1, isms.Approved
	evaluated := func(likelihood, impact int) risk.Evaluation {
		return risk.Evaluation{Methodology: m.Pin(), Likelihood: likelihood, Impact: impact, On: day("2026-02-01")}
	}
	r := risk.Risk{
		Common: common("phishing"), Title: plain("Phishing"), Assets: []isms.Ref[isms.Asset]{"payroll"},
		Current: evaluated(3, 3), Residual: evaluated(1, 2),
		Treatment: risk.Treatment{
			Options: []risk.Option{risk.Mitigate}, Controls: []isms.ControlID{"A.6.3"},
			Actions: []risk.Action{
				{ID: "train", Title: plain("Train"), Owner: role("ciso"), Due: day("2026-04-01"), Done: day("2026-03-20")},
				{ID: "again", Title: plain("Train again"), Owner: role("ciso"), Due: day("2026-10-01")},
			},
			Approval: isms.Approval{By: person("ann"), On: day("2026-02-05")},
		},
		Acceptance: risk.Acceptance{By: role("cfo"), On: day("2026-02-05"), Until: day("2027-02-05")},
	}
	r.Label, r.Owner, r.Review = "R-001", role("cfo"), yearly("2026-02-01")

	input := conformity.Inputs{
		Organizations: []isms.Organization{{Common: common("bakery"), Name: plain("Bakery")}},
		Scopes: []isms.Scope{{
			Common: common("all"), Title: plain("Whole bakery"), Statement: plain("Baking and selling bread."),
			Approval: isms.Approval{By: role("director"), On: day("2026-01-10")},
		}},
		Persons: []isms.Individual{
			{Common: common("ann"), Name: "Ann"},
			{Common: common("bob"), Name: "Bob"},
			{Common: common("cas"), Name: "Cas"},
			{Common: common("dee"), Name: "Dee", Joined: day("2026-01-01"), Left: day("2026-05-31")},
		},
		Roles: []isms.Role{
			{Common: common("director"), Title: plain("Director"), Duties: []isms.Duty{isms.DutyTopManagement}, Holders: []isms.Ref[isms.Individual]{"bob"}},
			{Common: common("ciso"), Title: plain("Security officer"), Holders: []isms.Ref[isms.Individual]{"cas"}, Duties: []isms.Duty{
				isms.DutyConformity, isms.DutyReporting, isms.DutyIncident, isms.DutyVulnerability,
			}},
			{Common: common("cfo"), Title: plain("Controller"), Holders: []isms.Ref[isms.Individual]{"ann"}},
			{Common: common("auditor"), Title: plain("Auditor"), Duties: []isms.Duty{isms.DutyAudit}, Holders: []isms.Ref[isms.Individual]{"ann"}},
		},
		Requirements: []isms.Requirement{{Common: common("gdpr"), Title: plain("GDPR"), Type: isms.RequirementLaw, Controls: []isms.ControlID{"A.5.34"}}},
		Assets: []isms.Asset{
			{Common: common("payroll"), Title: plain("Payroll"), Type: isms.AssetInformation},
			{Common: common("shop"), Title: plain("Web shop"), Type: isms.AssetSoftware},
		},
		Documents: []isms.Document{
			document("policy", isms.DocumentPolicy, "5.2.e"),
			document("context", isms.DocumentRegister, "4.1"),
			document("treatment", isms.DocumentProcedure, "6.1.3"),
			document("goals", isms.DocumentPlan, "6.2.g"),
		},
		Evidence: []isms.Evidence{
			evidence("diploma", isms.EvidenceTraining, "7.2.d"),
			evidence("figures", isms.EvidenceMeasurement, "9.1"),
			evidence("handbook", isms.EvidenceObservation),
		},
		Incidents: []isms.Incident{{
			Common: common("lost"), Title: plain("Lost phone"), State: isms.IncidentClosed, Closed: day("2026-03-01"), Lessons: plain("Lock phones."),
		}},
		Audits: []isms.Audit{
			{
				Common: common("audit-1"), Title: plain("Audit 1"), Type: isms.AuditInternal, State: isms.AuditReported, Extent: plain("Office"),
				Clauses: []string{"4", "5"}, Controls: []isms.ControlID{"A.6.3"}, Auditors: []isms.Link{role("auditor")},
				Planned: isms.Period{To: day("2026-04-10")}, Performed: isms.Period{To: day("2026-04-12")},
				Findings:   []isms.AuditFinding{{ID: "f1", Title: plain("Late"), Grade: isms.Minor, Nonconformity: "late"}},
				ReportedTo: []isms.Link{role("director")},
			},
			{Common: common("audit-2"), Title: plain("Audit 2"), Type: isms.AuditInternal, State: isms.AuditPlanned, Planned: isms.Period{To: day("2026-11-01")}},
		},
		Nonconformities: []isms.Nonconformity{{
			Common: common("late"), Title: plain("Late review"), Correction: plain("Reviewed."), Cause: plain("Nobody planned it."), Need: isms.ActionNeeded,
			Closed: day("2026-06-01"), Actions: []isms.CorrectiveAction{{
				ID: "plan", Title: plain("Plan it"), Owner: role("ciso"), Due: day("2026-05-01"), Done: day("2026-04-20"),
				Effect: isms.Effective, Checked: isms.Approval{By: role("director"), On: day("2026-05-20")},
			}},
		}},
		Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{m},
		Policies: []vuln.Policy{vuln.ReadyPolicy()},
	}
	for i := range input.Assets {
		input.Assets[i].Owner = role("cfo")
	}
	input.Policies[0].Status, input.Policies[0].Rev = isms.Approved, 1
	review := isms.ManagementReview{
		Common: common("review"), Title: plain("Review"), Chair: person("bob"), Conclusion: plain("Go on."),
		Decisions: []isms.Resolution{{ID: "d1", Title: plain("Hire"), Owner: role("director"), Due: day("2026-09-01")}},
	}
	review.Occurred, review.Review.Every = day("2026-05-15"), isms.Cadence{Every: 6, Unit: isms.Months}
	for _, c := range []string{"b", "c", "d.1", "d.2", "d.3", "d.4", "e", "f", "g"} {
		review.Inputs = append(review.Inputs, isms.ReviewInput{Clause: "9.3.2." + c, Summary: plain("Seen.")})
	}
	input.ManagementReviews = []isms.ManagementReview{review}
	for k := range annexa.All() {
		id := isms.ControlID(k.ID.String())
		c := isms.Control{Common: common("c" + k.ID.String()[2:]), Ref: id, Include: plain("Customary."), Implementation: isms.Implemented}
		c.Owner = role("ciso")
		if id == "A.8.34" {
			c.Implementation, c.Due = isms.Partial, day("2026-12-01")
		}
		input.Controls = append(input.Controls, c)
		input.Evidence[2].Controls = append(input.Evidence[2].Controls, id)
	}
	input.Vulnerabilities = []vuln.Finding{{
		Common: common(vuln.ID("shop", "CVE-2026-0001", "")), Asset: "shop", Vulnerability: "CVE-2026-0001", FirstKnown: day("2026-06-28"),
	}}
	input.Scans = []vuln.Scan{{Common: common("s-1"), Asset: "shop", Source: "trivy", At: day("2026-06-28").Time(), Imported: day("2026-06-28")}}
	return input
}

// failing are the rules with a verdict that asks for something.
func failing(a conformity.Assessment) map[string]isms.Verdict {
	m := map[string]isms.Verdict{}
	for _, f := range a.Findings {
		if f.Verdict != isms.NoGap && f.Verdict != isms.NotTriggered {
			m[string(f.Message)[len("conformity/"):]+" by "+string(f.Rule)[len("conformity/"):]] = f.Verdict
		}
	}
	return m
}
