package conformity

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
)

func operationRules() []Rule {
	return []Rule{
		own("control-plan", "8.1", sourceDue, "", controlPlan),
		own("control-evidence-valid", "8.1", sourceExpiry, "", controlEvidenceValid),
		practice("control-evidence", "8.1", controlEvidence),
		own("asset-owner", "8.1", sourceStatement, "A.5.9", assetOwner),
		own("incident-duty", "8.1", sourceStatement, "A.5.24", func(p *probe) {
			if p.applies("A.5.24") {
				p.duty(isms.DutyIncident)
			}
		}),
		own("incident-lessons", "8.1", sourceStatement, "A.5.27", incidentLessons),
		own("vulnerability-duty", "8.1", sourceStatement, "A.8.8", func(p *probe) {
			if p.applies("A.8.8") {
				p.duty(isms.DutyVulnerability)
			}
		}),
		own("vulnerability-scans", "8.1", sourcePolicy, "A.8.8", vulnerabilityScans),
		own("vulnerability-deadlines", "8.1", sourcePolicy, "A.8.8", vulnerabilityDeadlines),
		clause("risk-results", "8.2", riskResults),
		own("risk-reviewed", "8.2", sourceInterval, "", riskReviewed),
		clause("treatment-results", "8.3", treatmentResults),
		own("treatment-actions", "8.3", sourceDue, "", treatmentActions),
	}
}

func controlPlan(p *probe) {
	for i := range p.Controls {
		c := &p.Controls[i]
		if c.Due.IsZero() || c.Implementation == isms.Implemented || !c.Exclude.IsZero() {
			continue
		}
		p.seen++
		if c.Due.Before(p.today) {
			p.fail("overdue", fact("control", &c.Common, "/due", c.Due.String()))
		}
	}
}

// controlEvidenceValid looks at implemented controls that had evidence, none
// of which can be relied on any more.
func controlEvidenceValid(p *probe) {
	for i := range p.statement.Rows {
		r := &p.statement.Rows[i]
		if p.included[r.Control] == nil || !r.Implemented() || len(r.Evidence) == 0 {
			continue
		}
		p.seen++
		var stale []isms.Fact
		for _, e := range r.Evidence {
			if e.Stale {
				stale = append(stale, isms.Fact{Subject: e.Link, Path: "/expires", Value: r.Name()})
			}
		}
		if len(stale) == len(r.Evidence) {
			p.fail("control-evidence-valid/expired", stale...)
		}
	}
}

func controlEvidence(p *probe) {
	for i := range p.statement.Rows {
		r := &p.statement.Rows[i]
		if p.included[r.Control] == nil || !r.Implemented() {
			continue
		}
		p.seen++
		if len(r.Evidence) == 0 {
			at := isms.Fact{Path: "/evidence", Value: r.Name()}
			if len(r.Records) > 0 {
				at.Subject = r.Records[0]
			}
			p.fail("control-evidence/none", at)
		}
	}
}

func assetOwner(p *probe) {
	if !p.applies("A.5.9") {
		return
	}
	for i := range p.Assets {
		a := &p.Assets[i]
		if p.today.Before(a.From) || p.today.After(a.Until) {
			continue
		}
		p.seen++
		switch {
		case a.Owner.IsZero():
			p.fail("asset-owner/none", fact("asset", &a.Common, "/owner", ""))
		case !p.here(a.Owner):
			p.fail("owner-here/not", fact("asset", &a.Common, "/owner", a.Owner.String()))
		}
	}
}

func incidentLessons(p *probe) {
	if !p.applies("A.5.27") {
		return
	}
	for i := range p.Incidents {
		n := &p.Incidents[i]
		if n.Open() {
			continue
		}
		p.seen++
		if n.Lessons.IsZero() {
			p.fail("incident-lessons/none", fact("incident", &n.Common, "/lessons", ""))
		}
	}
}

// vulnerabilities reports whether the organization has set itself deadlines.
func (p *probe) vulnerabilities() bool {
	switch {
	case !p.applies("A.8.8"):
		return false
	case p.vulns.Ready || !p.vulns.Policy.Status.InForce():
		p.unknown("vulnerability/no-policy")
		return false
	}
	return true
}

func vulnerabilityScans(p *probe) {
	if !p.vulnerabilities() {
		return
	}
	for _, c := range p.vulns.Coverage {
		p.seen++
		subject := c.Asset.Link()
		if a := p.assets[subject.ID]; a != nil {
			subject.Rev = a.Rev
		}
		switch {
		case len(c.Reasons) == 0:
		case c.Scan == nil:
			p.fail("vulnerability-scans/never", isms.Fact{Subject: subject})
		default:
			p.fail("vulnerability-scans/stale", isms.Fact{Subject: subject},
				fact("scan", &c.Scan.Common, "/at", isms.DateOf(c.Scan.At).String()))
		}
	}
}

func vulnerabilityDeadlines(p *probe) {
	if !p.vulnerabilities() {
		return
	}
	var late []vuln.Row
	for _, row := range p.vulns.Rows {
		if row.Open && !row.Deadline.IsZero() {
			p.seen++
		}
		if row.Overdue {
			late = append(late, row)
		}
	}
	slices.SortFunc(late, func(a, b vuln.Row) int { return strings.Compare(a.Finding.ID, b.Finding.ID) })
	for _, row := range late {
		p.fail("overdue", fact("finding", &row.Finding.Common, "", row.Deadline.String()))
	}
}

func riskResults(p *probe) {
	var records []isms.Fact
	for i := range p.Risks {
		if r := &p.Risks[i]; r.Current.Assessed() {
			records = append(records, fact("risk", &r.Common, "/current", r.Current.On.String()))
		}
	}
	p.documented(records, "8.2")
}

// riskReviewed needs the organization's own intervals: the standard speaks of
// planned ones without a number.
func riskReviewed(p *probe) {
	for _, row := range p.register.Rows {
		if row.ReviewDue.IsZero() && !row.ReviewOverdue {
			continue
		}
		p.seen++
		if row.ReviewOverdue {
			p.fail("overdue", fact("risk", &row.Risk.Common, "/review", row.ReviewDue.String()))
		}
	}
	if p.seen == 0 && len(p.register.Rows) > 0 {
		p.unknown("risk-reviewed/no-interval")
	}
}

// treatmentResults takes actions done and implemented controls for results.
func treatmentResults(p *probe) {
	var records []isms.Fact
	for _, row := range p.register.Rows {
		r := row.Risk
		for _, m := range row.Measures {
			if m.Implementation == isms.Implemented {
				records = append(records, fact("risk", &r.Common, "/treatment/controls", string(m.Control)))
			}
		}
		for j, a := range r.Treatment.Actions {
			if !a.Done.IsZero() && !a.Done.After(p.today) {
				records = append(records, fact("risk", &r.Common, element("/treatment/actions", j, "/done"), a.Done.String()))
			}
		}
	}
	p.documented(records, "8.3")
}

func treatmentActions(p *probe) {
	for i := range p.Risks {
		r := &p.Risks[i]
		var late []isms.Fact
		for j, a := range r.Treatment.Actions {
			p.seen++
			if a.Overdue(p.today) {
				late = append(late, fact("risk", &r.Common, element("/treatment/actions", j, "/due"), a.Due.String()))
			}
		}
		if len(late) > 0 {
			p.fail("overdue", late...)
		}
	}
}
