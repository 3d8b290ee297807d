// Package sample makes records for the tests of package oscal and those of its
// schemas: of a small organization, of a large one, and drawn from a seed with
// texts that are hard to carry.
package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
)

// Records are those of one organization.
type Records struct {
	Name      string
	Inputs    soa.Inputs
	Catalogue soa.Catalogue
	Actions   oscal.Actions
	Results   oscal.Results
}

// Today is the day that everything is compiled on.
func Today() isms.Date { return isms.Day(2026, time.March, 31) }

// Publication is that of the samples.
func Publication(v oscal.Version, l lang.Lang) oscal.Publication {
	return oscal.Publication{
		System: "https://acme.example/isms", At: time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC), Version: v, Lang: l,
	}
}

// Statement is the statement of the records.
func (r Records) Statement() soa.Statement { return soa.Compile(r.Inputs, Today()) }

// Plan is the plan of the records.
func (r Records) Plan() oscal.Plan {
	return oscal.Plan{Statement: r.Statement(), Assets: r.Inputs.Assets, Persons: r.Inputs.Persons, Roles: r.Inputs.Roles}
}

// All are a small organization, a large one, and as many others as asked for.
func All(others uint64) []Records {
	all := []Records{Draw("small", 1, 2, Plain()), Draw("large", 2, 60, Plain())}
	for seed := range others {
		all = append(all, Draw(fmt.Sprintf("hostile %d", seed), seed, 3, Hostile()))
	}
	return all
}

// Plain are texts that are easy to carry.
func Plain() []string {
	return []string{"Backups are made every night.", "Toegang wordt elk kwartaal beoordeeld", "Laptop stolen", "two\nlines", "R&D"}
}

// Hostile are texts that are hard to carry.
func Hostile() []string {
	return []string{
		"", "   ", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1+1", "＝1+1", " leading", "trailing ", "a\nb\n\n\nc", "a\r\nb", "\u2028a\u2029b",
		"*bold* _it_ `code` [l](http://x) ![i](y) <b>x</b>", "# head", "1. item\n2) item\n10.x", "- item\n  - sub\n+ x\n> q", "    code",
		"{{ insert: param, x }}", "&amp; &#32; R&D &", "\ufeffbom\ufeff", "nul\x00", "bad \xff utf-8", "\\", "a\\\nb", "~~~\n^x^\n~y~", "| a | b |\n|---|",
		"---", "===", "\u202ertl", "😀", "\u00a0nbsp\u00a0", "x  \ny\t\n\tz", strings.Repeat("long ", 500) + ".", "\"quoted\"", "</script>", "' or 1=1", "…", "_", "1.2",
	}
}

// drawer draws records from a seed.
type drawer struct {
	*rand.Rand

	texts []string
}

// Draw makes about n records of every kind.
func Draw(name string, seed uint64, n int, texts []string) Records {
	d := drawer{rand.New(rand.NewPCG(seed, 27001)), texts} //nolint:gosec // samples, the same from the same seed
	in := soa.Inputs{
		Organization: isms.Organization{Common: d.common("acme"), Name: d.some()},
		Scope:        isms.Scope{Common: d.common("hq"), Title: d.some(), Statement: d.text()},
		Catalogues:   []soa.Catalogue{d.catalogue("nen7510", min(n, 30))},
	}
	for i := range n {
		id := func(kind string) string { return fmt.Sprintf("%s-%d", kind, i) }
		in.Roles = append(in.Roles, isms.Role{Common: d.common(id("role")), Title: d.some()})
		in.Persons = append(in.Persons, isms.Individual{Common: d.common(id("p")), Name: d.word() + id(" ")})
		in.Assets = append(in.Assets, d.asset(id("asset"), i))
		in.Documents = append(in.Documents, isms.Document{Common: d.common(id("doc")), Title: d.some(), Type: isms.DocumentPolicy, Version: d.word(), Controls: d.controls()})
		in.Evidence = append(in.Evidence, isms.Evidence{Common: d.common(id("ev")), Title: d.some(), Type: isms.EvidenceLog, Controls: d.controls(), Expires: d.day()})
		in.Requirements = append(in.Requirements, isms.Requirement{Common: d.common(id("req")), Title: d.some(), Type: isms.RequirementLaw, Source: d.word(), Controls: d.controls()})
		in.Risks = append(in.Risks, d.risk(id("risk"), i))
	}
	named := append(d.controls(), "A.5.1", "A.5.2", "A.8.12", "A.8.13", "nen7510:1.1", "own-1", "2fa", "own_2")
	for i, c := range named {
		in.Controls = append(in.Controls, d.control(c, i))
	}
	in.Controls = append(in.Controls, d.control("A.8.12", 99)) // two records of one control
	r := Records{Name: name, Inputs: in, Catalogue: d.catalogue("nen7510", 2*n)}
	s := r.Statement()
	for i := range n {
		id := fmt.Sprintf("nc-%d", i)
		r.Results.Nonconformities = append(r.Results.Nonconformities, d.nonconformity(id))
		r.Results.Audits = append(r.Results.Audits, d.audit(fmt.Sprintf("audit-%d", i), id))
	}
	r.Results.Evidence, r.Results.Findings, r.Results.Day = in.Evidence, s.Findings, Today()
	r.Results.Persons, r.Results.Roles = in.Persons, in.Roles
	r.Results.Findings = append(r.Results.Findings, isms.Finding{
		Rule: "own/rule", Verdict: isms.Gap, Basis: isms.Basis{Kind: isms.OwnRule, Source: d.word()}, Args: map[string]string{"have": d.word()},
		Facts: []isms.Fact{{Subject: isms.Link{Kind: "asset", ID: "asset-0"}, Path: "/title", Value: d.word()}},
	})
	r.Actions = oscal.Actions{
		Risks: in.Risks, Nonconformities: r.Results.Nonconformities, Findings: r.Results.Findings, Day: Today(), Persons: in.Persons, Roles: in.Roles,
	}
	return r
}

func (d drawer) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d drawer, list ...T) T { return list[d.IntN(len(list))] }

func (d drawer) word() string { return pick(d, d.texts...) }

// some is a text in one or more languages.
func (d drawer) some() isms.Text {
	switch d.IntN(5) {
	case 0:
		return isms.Plain(d.word())
	case 1:
		return isms.Text{lang.EN: d.word()}
	case 2:
		return isms.Text{lang.NL: d.word()}
	case 3:
		return isms.Text{"": d.word(), lang.EN: d.word()}
	default:
		return isms.Text{lang.EN: d.word(), lang.NL: d.word(), "fr": d.word()}
	}
}

// text is some text, or none.
func (d drawer) text() isms.Text {
	if d.chance(40) {
		return nil
	}
	return d.some()
}

func (d drawer) day() isms.Date {
	switch {
	case d.chance(40):
		return isms.Date{}
	case d.chance(3):
		return isms.Day(1066, time.October, 14)
	default:
		return Today().AddDays(d.IntN(2000) - 1000)
	}
}

func (d drawer) owner() isms.Link {
	return pick(d, isms.Link{}, isms.Link{Kind: "role", ID: "role-0"}, isms.Link{Kind: "role", ID: "role-1"}, isms.Link{Kind: "person", ID: "p-1"}, isms.Link{Kind: "person", ID: "gone"})
}

func (d drawer) common(id string) isms.Common {
	c := isms.Common{ID: id, Owner: d.owner(), Tags: pick(d, nil, []string{"a"})}
	if d.chance(70) {
		c.Rev, c.Status = int64(1+d.IntN(9)), pick(d, "", isms.Draft, isms.Approved)
	}
	if d.chance(30) {
		c.Label = d.word()
	}
	if d.chance(20) {
		c.Review = isms.Review{Last: d.day(), Every: isms.Cadence{Every: 1, Unit: isms.Years}}
	}
	return c
}

func (d drawer) controls() []isms.ControlID {
	var ids []isms.ControlID
	for range d.IntN(5) {
		ids = append(ids, pick[isms.ControlID](d, "A.5.1", "A.5.9", "A.5.10", "A.8.34", "own-1", "own-10", "2fa", "nen7510:1.1", "bio:U.01/é 2", "A.9.99", "Not An Id"))
	}
	return ids
}

func (d drawer) control(name isms.ControlID, i int) isms.Control {
	k := isms.Control{
		Common: d.common(string(name)), Title: d.text(), Description: d.text(), Since: d.day(), How: d.text(), Plan: d.text(), Due: d.day(),
		Implementation: pick(d, "", isms.NotImplemented, isms.Planned, isms.Partial, isms.Implemented),
		Documents:      pick(d, nil, []isms.Ref[isms.Document]{"doc-0"}), Evidence: pick(d, nil, []isms.Ref[isms.Evidence]{"ev-0"}),
		Maturity: pick(d, isms.Maturity{}, isms.Maturity{Current: 2, Target: 3}),
	}
	if name.Link().IsZero() {
		k.ID, k.Ref = fmt.Sprintf("control-%d", i), name
	}
	switch d.IntN(4) {
	case 0:
		k.Include = d.some()
	case 1:
		k.Exclude = d.some()
	case 2:
		k.Include, k.Exclude = d.text(), d.text()
	}
	return k
}

func (d drawer) asset(id string, i int) isms.Asset {
	a := isms.Asset{
		Common: d.common(id), Title: d.some(), Type: pick(d, isms.AssetInformation, isms.AssetSoftware, isms.AssetProcess, isms.AssetPeople, isms.AssetPremises),
		Description: d.text(), Classification: d.word(), Needs: isms.Needs{Confidentiality: pick(d, "", isms.High), Integrity: pick(d, "", isms.Low)},
		Exposure: pick(d, "", isms.ExposedInternet), PersonalData: d.chance(50), Location: d.text(), Supplier: d.word(), From: d.day(), Until: d.day(),
	}
	if i > 0 {
		a.DependsOn = []isms.Ref[isms.Asset]{"asset-0", "gone"}
	}
	return a
}

func (d drawer) risk(id string, i int) risk.Risk {
	r := risk.Risk{
		Common: d.common(id), Title: d.some(), Description: d.text(), Threat: d.text(), Vulnerability: d.text(), Consequence: d.text(),
		Source: d.text(), Objective: d.text(), Assets: []isms.Ref[isms.Asset]{"asset-0"},
		Treatment: risk.Treatment{Options: []risk.Option{risk.Mitigate}, Rationale: d.text(), Controls: d.controls()},
	}
	for j := range 1 + d.IntN(3) {
		r.Treatment.Actions = append(r.Treatment.Actions, risk.Action{
			ID: fmt.Sprintf("a-%d", j), Title: d.some(), Owner: d.owner(), Due: d.day(), Done: pick(d, isms.Date{}, d.day()),
			Cost: pick(d, risk.Money{}, risk.Money{Minor: 12300, Currency: "EUR"}), Evidence: pick(d, "", isms.Ref[isms.Evidence]("ev-0")),
		})
	}
	if i == 0 {
		r.Treatment.Actions[0].Done = isms.Date{}
	}
	return r
}

func (d drawer) nonconformity(id string) isms.Nonconformity {
	return isms.Nonconformity{
		Common: d.common(id), Title: d.some(), Description: d.text(), Grade: pick(d, "", isms.Major, isms.Minor), Source: isms.Link{Kind: "audit", ID: "audit-0"},
		Clauses: []string{"9.2", d.word()}, Controls: d.controls(), Correction: d.text(), Consequences: d.text(), Cause: d.text(), Extent: d.text(),
		Need: isms.ActionNeeded, NeedReason: d.text(), Closed: pick(d, isms.Date{}, d.day()),
		Actions: []isms.CorrectiveAction{{
			ID: "c-1", Title: d.some(), Owner: d.owner(), Due: d.day(), Done: d.day(), Criterion: d.text(), Effect: pick(d, "", isms.Effective),
			Checked: isms.Approval{By: d.owner()}, Result: d.text(), Evidence: "ev-0",
		}},
	}
}

func (d drawer) audit(id, nonconformity string) isms.Audit {
	a := isms.Audit{
		Common: d.common(id), Title: d.some(), Type: isms.AuditInternal, State: isms.AuditReported, Objective: d.text(), Extent: d.text(),
		Clauses: pick(d, nil, []string{"9.2", d.word()}), Controls: d.controls(), Auditors: []isms.Link{d.owner()},
		Performed: isms.Period{From: d.day(), To: d.day()}, Conclusion: d.text(), Report: "doc-0",
	}
	for j, g := range []isms.Grade{isms.Major, isms.Minor, isms.Opportunity, isms.Strength} {
		a.Findings = append(a.Findings, isms.AuditFinding{
			ID: fmt.Sprintf("f-%d", j), Title: d.some(), Grade: g, Clauses: pick(d, nil, []string{"7.2.d", d.word()}), Controls: d.controls(),
			Evidence: []isms.Ref[isms.Evidence]{"ev-0"}, Nonconformity: pick(d, "", isms.Ref[isms.Nonconformity](nonconformity)),
		})
	}
	return a
}

// catalogue has some groups, in an order that is not theirs.
func (d drawer) catalogue(id string, n int) soa.Catalogue {
	c := soa.Catalogue{ID: id, Title: d.some(), Edition: d.word(), Source: d.word(), Licence: d.word()}
	groups := []isms.Text{nil, d.some(), d.some()}
	for i := range n {
		k := soa.CatalogueControl{Ref: fmt.Sprintf("%d.%d", 1+i%3, 1+i/3), Group: pick(d, groups...), Title: d.some(), Text: d.text()}
		if d.chance(50) {
			k.AnnexA = []annexa.ID{annexa.MustParseID("A.8.24"), annexa.MustParseID("A.5.9")}
		}
		c.Controls = append(c.Controls, k)
	}
	return c
}
