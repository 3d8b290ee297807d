package pdca

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

// records are the inputs, and what is computed from them once.
type records struct {
	conformity.Inputs

	today     isms.Date
	register  risk.Register
	statement soa.Statement
	vulns     vuln.Register
	ruled     bool // a vulnerability policy is in force: its days are the organization's own
}

func newRecords(in conformity.Inputs, today isms.Date) *records {
	r := &records{Inputs: in.Live(), today: today}
	r.register = risk.NewRegister(risk.Inputs{Risks: r.Risks, Methodologies: r.Methodologies, Controls: r.Controls, Decisions: r.Decisions}, today)
	slices.SortStableFunc(r.register.Rows, func(a, b risk.Row) int { return strings.Compare(a.Risk.ID, b.Risk.ID) })
	r.statement = soa.Compile(soa.Inputs{
		Controls: r.Controls, Risks: r.Risks, Requirements: r.Requirements, Documents: r.Documents,
	}, today)
	r.vulns = vuln.NewRegister(r.Vulns(), today)
	slices.SortStableFunc(r.vulns.Rows, func(a, b vuln.Row) int { return strings.Compare(a.Finding.ID, b.Finding.ID) })
	r.ruled = !r.vulns.Ready && r.vulns.Policy.Status.InForce()
	return r
}

// settled reports whether a document is in force and its approval was given.
func (r *records) settled(d *isms.Document) bool {
	return d.Status.InForce() && (r.approved(d.Approval) || d.Type == isms.DocumentExternal)
}

func (r *records) approved(a isms.Approval) bool { return a.Given() && !a.On.After(r.today) }

// performed reports whether an audit took place by today.
func (r *records) performed(a *isms.Audit) bool {
	done := a.State == isms.AuditPerformed || a.State == isms.AuditReported
	return done && !a.Performed.To.IsZero() && !a.Performed.To.After(r.today)
}

// held is whether a role with a duty has a holder who is here today.
func (r *records) held(d isms.Duty) bool {
	here := map[isms.Ref[isms.Individual]]bool{}
	for i := range r.Persons {
		if p := &r.Persons[i]; p.Here(r.today) {
			here[isms.Ref[isms.Individual](p.ID)] = true
		}
	}
	return slices.ContainsFunc(r.Roles, func(role isms.Role) bool {
		return slices.Contains(role.Duties, d) && slices.ContainsFunc(role.Holders, func(h isms.Ref[isms.Individual]) bool { return here[h] })
	})
}

// lastReview is the latest management review that was held.
func (r *records) lastReview() *isms.ManagementReview {
	var last *isms.ManagementReview
	for i := range r.ManagementReviews {
		m := &r.ManagementReviews[i]
		if m.Held(r.today) && (last == nil || m.Occurred.After(last.Occurred)) {
			last = m
		}
	}
	return last
}
