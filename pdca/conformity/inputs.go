package conformity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

// Inputs is what the rules read. The order of the slices does not matter.
type Inputs struct {
	// ISMS is the management system that is looked at. Records that name
	// another one are left out. When it is unset, all records count.
	ISMS isms.Ref[isms.Scope]

	Organizations     []isms.Organization
	Scopes            []isms.Scope
	Persons           []isms.Individual
	Roles             []isms.Role
	Requirements      []isms.Requirement
	Controls          []isms.Control
	Assets            []isms.Asset
	Documents         []isms.Document
	Evidence          []isms.Evidence
	Incidents         []isms.Incident
	Audits            []isms.Audit
	Nonconformities   []isms.Nonconformity
	ManagementReviews []isms.ManagementReview
	Suppliers         []isms.Supplier

	Risks []risk.Risk

	// Methodologies are the revisions that the risks were evaluated with, and
	// the newest of each.
	Methodologies []risk.Methodology

	Decisions []isms.Decision // the subjects must be as they were read

	// The rest is for vulnerabilities: see vuln.Inputs. Feeds is in no store.
	Vulnerabilities []vuln.Finding
	Scans           []vuln.Scan
	Policies        []vuln.Policy
	Aliases         []vuln.Alias
	AssetChanges    []vuln.AssetChange
	InfoSources     []vuln.InfoSource
	Exceptions      []vuln.Exception
	Pasts           map[string]vuln.Past
	Feeds           vuln.Feeds
}

// ReadInputs reads the inputs from a transaction: of the present, or of a
// moment in the past, all but Feeds. A tenant that runs several management systems
// sets ISMS itself.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	from, err := risk.ReadInputs(tx)
	if err != nil {
		return Inputs{}, err
	}
	in := Inputs{
		Risks: from.Risks, Methodologies: from.Methodologies, Assets: from.Assets,
		Controls: from.Controls, Persons: from.Persons, Roles: from.Roles,
	}
	for _, read := range []func() error{
		into(&in.Organizations, isms.Organizations(tx)),
		into(&in.Scopes, isms.Scopes(tx)),
		into(&in.Requirements, isms.Requirements(tx)),
		into(&in.Documents, isms.Documents(tx)),
		into(&in.Evidence, isms.EvidenceRecords(tx)),
		into(&in.Incidents, isms.Incidents(tx)),
		into(&in.Audits, isms.Audits(tx)),
		into(&in.Nonconformities, isms.Nonconformities(tx)),
		into(&in.ManagementReviews, isms.ManagementReviews(tx)),
		into(&in.Decisions, isms.Decisions(tx)),
		into(&in.Vulnerabilities, vuln.Findings(tx)),
		into(&in.Scans, vuln.Scans(tx)),
		into(&in.Policies, vuln.Policies(tx)),
		into(&in.Aliases, vuln.Aliases(tx)),
		into(&in.AssetChanges, vuln.AssetChanges(tx)),
		into(&in.InfoSources, vuln.InfoSources(tx)),
		into(&in.Exceptions, vuln.Exceptions(tx)),
		into(&in.Suppliers, isms.Suppliers(tx)),
	} {
		if err := read(); err != nil {
			return Inputs{}, err
		}
	}
	in.Pasts, err = vuln.ReadPasts(tx, in.Vulnerabilities, in.Assets)
	return in, err
}

// Vulns is what the register of vulnerabilities is made of.
func (in Inputs) Vulns() vuln.Inputs {
	return vuln.Inputs{
		Findings: in.Vulnerabilities, Scans: in.Scans, Policies: in.Policies, Aliases: in.Aliases, Changes: in.AssetChanges,
		Sources: in.InfoSources, Pasts: in.Pasts, Feeds: in.Feeds,
		Methodologies: in.Methodologies, Decisions: in.Decisions, Evidence: in.Evidence, Assets: in.Assets,
		Exceptions: in.Exceptions, Risks: in.Risks,
	}
}

func into[T isms.Entity](list *[]T, from isms.Collection[T]) func() error {
	return func() (err error) {
		*list, err = from.List()
		return err
	}
}

// Live is the inputs without retired records and those of another management
// system, in the order of their ids. Methodologies all stay: what was judged
// with a retired one still reads as it was judged. It leaves in as it is.
func (in Inputs) Live() Inputs {
	of := in.ISMS
	in.Organizations = live(in.Organizations, of, func(v *isms.Organization) *isms.Common { return &v.Common })
	in.Scopes = live(in.Scopes, "", func(v *isms.Scope) *isms.Common { return &v.Common })
	if of != "" {
		in.Scopes = slices.DeleteFunc(slices.Clone(in.Scopes), func(s isms.Scope) bool { return s.ID != string(of) })
	}
	in.Persons = live(in.Persons, of, func(v *isms.Individual) *isms.Common { return &v.Common })
	in.Roles = live(in.Roles, of, func(v *isms.Role) *isms.Common { return &v.Common })
	in.Requirements = live(in.Requirements, of, func(v *isms.Requirement) *isms.Common { return &v.Common })
	in.Controls = live(in.Controls, of, func(v *isms.Control) *isms.Common { return &v.Common })
	in.Assets = live(in.Assets, of, func(v *isms.Asset) *isms.Common { return &v.Common })
	in.Documents = live(in.Documents, of, func(v *isms.Document) *isms.Common { return &v.Common })
	in.Evidence = live(in.Evidence, of, func(v *isms.Evidence) *isms.Common { return &v.Common })
	in.Incidents = live(in.Incidents, of, func(v *isms.Incident) *isms.Common { return &v.Common })
	in.Audits = live(in.Audits, of, func(v *isms.Audit) *isms.Common { return &v.Common })
	in.Nonconformities = live(in.Nonconformities, of, func(v *isms.Nonconformity) *isms.Common { return &v.Common })
	in.ManagementReviews = live(in.ManagementReviews, of, func(v *isms.ManagementReview) *isms.Common { return &v.Common })
	in.Risks = live(in.Risks, of, func(v *risk.Risk) *isms.Common { return &v.Common })
	in.Decisions = live(in.Decisions, of, func(v *isms.Decision) *isms.Common { return &v.Common })
	in.Vulnerabilities = live(in.Vulnerabilities, of, func(v *vuln.Finding) *isms.Common { return &v.Common })
	in.Scans = live(in.Scans, of, func(v *vuln.Scan) *isms.Common { return &v.Common })
	in.Policies = live(in.Policies, of, func(v *vuln.Policy) *isms.Common { return &v.Common })
	in.Aliases = live(in.Aliases, of, func(v *vuln.Alias) *isms.Common { return &v.Common })
	in.Exceptions = live(in.Exceptions, of, func(v *vuln.Exception) *isms.Common { return &v.Common })
	in.Suppliers = live(in.Suppliers, of, func(v *isms.Supplier) *isms.Common { return &v.Common })
	in.AssetChanges = live(in.AssetChanges, of, func(v *vuln.AssetChange) *isms.Common { return &v.Common })
	in.InfoSources = live(in.InfoSources, of, func(v *vuln.InfoSource) *isms.Common { return &v.Common })
	in.Methodologies = ordered(in.Methodologies, func(v *risk.Methodology) *isms.Common { return &v.Common })
	return in
}

func live[T any](list []T, of isms.Ref[isms.Scope], common func(*T) *isms.Common) []T {
	kept := list
	for i := range list {
		c := common(&list[i])
		counts := c.Status != isms.Retired && (of == "" || c.ISMS == "" || c.ISMS == of)
		switch {
		case !counts && len(kept) == len(list):
			kept = slices.Clone(list[:i:i])
		case counts && len(kept) < len(list):
			kept = append(kept, list[i])
		}
	}
	return ordered(kept, common)
}

// ordered is the list by id and revision, a copy unless it is so already.
func ordered[T any](list []T, common func(*T) *isms.Common) []T {
	compare := func(a, b *T) int {
		x, y := common(a), common(b)
		return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.Rev, y.Rev))
	}
	sorted := true
	for i := 1; i < len(list) && sorted; i++ {
		sorted = compare(&list[i-1], &list[i]) <= 0
	}
	if sorted {
		return list
	}
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	slices.SortStableFunc(pointers, compare)
	out := make([]T, len(list))
	for i, p := range pointers {
		out[i] = *p
	}
	return out
}

// each yields what every record has, and what people call it.
func each(in *Inputs, yield func(l isms.Link, label string, title isms.Text)) {
	one := func(kind string, c *isms.Common, title isms.Text) {
		yield(isms.Link{Kind: kind, ID: c.ID, Rev: c.Rev}, c.Label, title)
	}
	for i := range in.Organizations {
		one("organization", &in.Organizations[i].Common, in.Organizations[i].Name)
	}
	for i := range in.Scopes {
		one("scope", &in.Scopes[i].Common, in.Scopes[i].Title)
	}
	for i := range in.Persons {
		one("person", &in.Persons[i].Common, isms.Plain(in.Persons[i].Name))
	}
	for i := range in.Roles {
		one("role", &in.Roles[i].Common, in.Roles[i].Title)
	}
	for i := range in.Requirements {
		one("requirement", &in.Requirements[i].Common, in.Requirements[i].Title)
	}
	for i := range in.Controls {
		one("control", &in.Controls[i].Common, cmpText(in.Controls[i].Title, string(in.Controls[i].Name())))
	}
	for i := range in.Assets {
		one("asset", &in.Assets[i].Common, in.Assets[i].Title)
	}
	for i := range in.Documents {
		one("document", &in.Documents[i].Common, in.Documents[i].Title)
	}
	for i := range in.Evidence {
		one("evidence", &in.Evidence[i].Common, in.Evidence[i].Title)
	}
	for i := range in.Incidents {
		one("incident", &in.Incidents[i].Common, in.Incidents[i].Title)
	}
	for i := range in.Audits {
		one("audit", &in.Audits[i].Common, in.Audits[i].Title)
	}
	for i := range in.Nonconformities {
		one("nonconformity", &in.Nonconformities[i].Common, in.Nonconformities[i].Title)
	}
	for i := range in.ManagementReviews {
		one("management-review", &in.ManagementReviews[i].Common, in.ManagementReviews[i].Title)
	}
	for i := range in.Risks {
		one("risk", &in.Risks[i].Common, in.Risks[i].Title)
	}
	for i := range in.Methodologies {
		one("methodology", &in.Methodologies[i].Common, in.Methodologies[i].Title)
	}
	for i := range in.Vulnerabilities {
		one("finding", &in.Vulnerabilities[i].Common, isms.Plain(in.Vulnerabilities[i].Title()))
	}
	for i := range in.Scans {
		one("scan", &in.Scans[i].Common, isms.Plain(in.Scans[i].Source))
	}
	for i := range in.Policies {
		one("vulnerability-policy", &in.Policies[i].Common, in.Policies[i].Title)
	}
}

// cmpText is the text, or else a plain one.
func cmpText(t isms.Text, otherwise string) isms.Text {
	if t.IsZero() {
		return isms.Plain(otherwise)
	}
	return t
}
