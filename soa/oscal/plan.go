package oscal

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

// Plan is what a system security plan is written of.
type Plan struct {
	Statement soa.Statement
	Assets    []isms.Asset // the components; their owners are among Persons and Roles
	Persons   []isms.Individual
	Roles     []isms.Role
}

// WritePlan writes a Statement of Applicability as a system security plan. Each
// row is a requirement: one that is included with its state of implementation,
// one that is excluded as "not-applicable" with the reason, and one that is
// undecided with that word and no state. The omissions are what [ReadPlan],
// given the same persons and roles, and [soa.Compile] do not bring back of the
// statement: their Subject is the record of the control or, when it has none,
// its number in the place of an id, and their Path is within the row. They are
// also what the file does not have of the assets.
func WritePlan(w io.Writer, plan Plan, p Publication) ([]isms.Omission, error) {
	b, err := newBuilder(p)
	if err != nil {
		return nil, err
	}
	s := &plan.Statement
	if len(s.Rows) == 0 {
		return nil, fmt.Errorf("oscal: plan: %w: the statement has no rows", ErrNothing)
	}
	var at spot
	head := *s
	head.Rows = nil // each has its turn below
	b.rest(at, head, carries("/organization /scope /boundary /asOf /rows /maturity"))
	if !reflect.DeepEqual(s.Maturity, soa.Maturity()) && len(s.Maturity.Steps) > 0 {
		b.omit(CodeDropped, at.at("maturity"))
	}
	for _, part := range []struct {
		name  string
		there bool
	}{{"organization", !s.Organization.Link.IsZero() || !s.Organization.Title.IsZero()}, {"scope", !s.Scope.Link.IsZero() || !s.Scope.Title.IsZero()}, {"boundary", !s.Boundary.IsZero()}} {
		if part.there {
			b.omit(CodeAsText, at.at(part.name), "have", part.name)
		}
	}
	organization := b.name(s.Organization.Title, s.Organization.Link)
	b.meta.Title = markup(b.say(lang.Text{EN: "Statement of Applicability", NL: "Verklaring van Toepasselijkheid"}) + ": " + organization)
	b.meta.Props = b.fact(b.meta.Props, "as-of", s.AsOf.String(), at.at("asOf"))
	b.addParty("organization", s.Organization.Link, s.Organization.Title, at.at("organization"))

	out := planFile{Profile: imported{Href: profileName}}
	system := component{
		UUID: b.ns.of("component", "this-system"), Type: "this-system", Title: markup(organization),
		Description: b.say(lang.Text{EN: "The management system as a whole.", NL: "Het managementsysteem als geheel."}),
		Status:      b.unstated(),
	}
	out.Implementation.Components = []component{system}
	people := peopleOf(plan.Persons, plan.Roles)
	known := make(map[string]bool, len(plan.Assets))
	for i := range plan.Assets {
		known[plan.Assets[i].ID] = true
	}
	for i := range plan.Assets {
		out.Implementation.Components = append(out.Implementation.Components, b.component(&plan.Assets[i], s.AsOf, people, known))
	}
	out.Controls.Description = b.say(lang.Text{EN: "Each requirement is a row of the statement.", NL: "Elke eis is een regel van de verklaring."})
	ids := draftIDs{}
	for i := range s.Rows {
		r := &s.Rows[i]
		at := rowSpot(r)
		if r.Control == "" {
			b.omit(CodeNoPlace, at, "have", "")
			continue
		}
		out.Controls.Requirements = append(out.Controls.Requirements, b.requirement(r, ids, system.UUID, people, at))
	}
	out.Characteristics = b.characteristics(s, plan.Assets, organization)
	out.Implementation.Users = b.users()
	out.Metadata, out.BackMatter = b.meta, b.backMatter()
	return b.write(w, file{Plan: &out})
}

// rowSpot is a row: the record of its control or, when it has none, its number
// in the place of an id.
func rowSpot(r *soa.Row) spot {
	if len(r.Records) > 0 {
		return spot{subject: r.Records[0].Entity()}
	}
	return spot{subject: isms.Link{Kind: isms.Control{}.EntityKind(), ID: string(r.Control)}}
}

// unstated is a status that the records say nothing about.
func (b *builder) unstated() state {
	return state{State: "other", Remarks: b.say(lang.Text{EN: "Not stated in the records.", NL: "Niet vermeld in de registraties."})}
}

func (b *builder) characteristics(s *soa.Statement, assets []isms.Asset, organization string) characteristics {
	boundary := markup(cmp.Or(s.Boundary.In(b.Lang), b.name(s.Scope.Title, s.Scope.Link)))
	c := characteristics{
		IDs: []systemID{{ID: b.System}}, Name: organization, Description: boundary, Status: b.unstated(), Boundary: described{boundary},
	}
	if !s.Scope.Title.IsZero() {
		c.Name = b.name(s.Scope.Title, s.Scope.Link)
	}
	for i := range assets {
		a := &assets[i]
		if a.Type != isms.AssetInformation {
			continue
		}
		title := markup(b.name(a.Title, isms.LinkTo(*a)))
		c.Information.Types = append(c.Information.Types, informationType{
			UUID: b.ns.of("information", a.ID), Title: title, Description: cmp.Or(markup(a.Description.In(b.Lang)), title),
			Confidentiality: need(a.Needs.Confidentiality), Integrity: need(a.Needs.Integrity), Availability: need(a.Needs.Availability),
		})
	}
	if len(c.Information.Types) == 0 {
		all := b.say(lang.Text{EN: "Information in scope", NL: "Gegevens binnen het toepassingsgebied"})
		c.Information.Types = []informationType{{UUID: b.ns.of("information"), Title: all, Description: all}}
	}
	return c
}

// need is how much an asset needs something; nothing when that was not judged.
func need(r isms.Rating) *impact {
	if r == "" || !isString(string(r)) {
		return nil
	}
	return &impact{Base: string(r)}
}

// users are who work with the system: one for all roles that own something.
func (b *builder) users() []user {
	u := user{UUID: b.ns.of("user"), Title: b.say(lang.Text{EN: "Those responsible", NL: "De verantwoordelijken"})}
	for _, r := range b.meta.Roles {
		u.Roles = append(u.Roles, r.ID)
	}
	return []user{u}
}

// component is an asset.
func (b *builder) component(a *isms.Asset, today isms.Date, people people, known map[string]bool) component {
	at := spot{subject: isms.LinkTo(*a)}
	b.rest(at, a, carries(`/label /title /type /description /classification /needs /exposure /personalData /location
		/supplier /dependsOn /from /until /owner`))
	c := component{
		UUID: b.ns.of("component", "asset", a.ID), Type: b.sort(a.Type, at.at("type")),
		Title: b.title(a.Title, at.at("title"), a.ID), Description: b.prose(a.Description, at.at("description")),
		Status: state{State: "operational"}, Responsible: b.responsible(a.Owner, people, nil, at.at("owner")),
	}
	c.Description = cmp.Or(c.Description, c.Title)
	switch {
	case !today.IsZero() && today.Before(a.From):
		c.Status.State = "under-development"
	case a.Status == isms.Retired || today.After(a.Until):
		c.Status.State = "disposition"
	}
	facts := []struct{ name, value, path string }{
		{"record", isms.Link{Kind: a.EntityKind(), ID: a.ID, Rev: a.Rev}.String(), "id"},
		{"label", a.Label, "label"},
		{"asset-type", string(a.Type), "type"},
		{"classification", a.Classification, "classification"},
		{"confidentiality", string(a.Needs.Confidentiality), "needs"},
		{"integrity", string(a.Needs.Integrity), "needs"},
		{"availability", string(a.Needs.Availability), "needs"},
		{"exposure", string(a.Exposure), "exposure"},
		{"supplier", a.Supplier, "supplier"},
		{"from", a.From.String(), "from"},
		{"until", a.Until.String(), "until"},
	}
	for _, f := range facts {
		c.Props = b.fact(c.Props, f.name, f.value, at.at(f.path))
	}
	if a.PersonalData {
		c.Props = append(c.Props, b.prop("personal-data", "true"))
	}
	c.Props = b.note(c.Props, "location", "text", a.Location, at.at("location"))
	for i, ref := range a.DependsOn {
		if !known[string(ref)] {
			b.omit(CodeDropped, at.at("dependsOn").index(i))
			continue
		}
		c.Links = append(c.Links, link{Href: "#" + b.ns.of("component", "asset", string(ref)), Rel: "depends-on"})
	}
	return c
}

// sort is the type of an asset in OSCAL's words; ours where it has none.
func (b *builder) sort(t isms.AssetType, at spot) string {
	switch t {
	case isms.AssetSoftware, isms.AssetHardware, isms.AssetNetwork, isms.AssetService:
		return string(t)
	case isms.AssetProcess:
		return "process-procedure"
	case isms.AssetPremises:
		return "physical"
	default: // information, people
		return cmp.Or(line(b.valid(string(t), at)), "other")
	}
}

// requirement is a row.
func (b *builder) requirement(r *soa.Row, ids draftIDs, system string, people people, at spot) requirement {
	head := *r
	head.Reasons, head.Against = nil, nil // each has its turn below; there may be a thousand
	b.rest(at, head, carries(`/control /label /theme /title /decision /reasons /against /implementation /since /how /plan /due
		/owner /documents /evidence /reviewDue /reviewOverdue /records
		/maturity/current /maturity/target /maturity/on`))
	q := requirement{UUID: b.ns.of("requirement", string(r.Control)), Control: token(string(r.Control))}
	q.Props = b.fact(q.Props, "decision", string(r.Decision), at.at("decision"))
	if r.Decision != soa.Undecided && !decided(r) {
		b.omit(CodeDropped, at.at("decision"))
	}
	draft := isms.Link{Kind: isms.Control{}.EntityKind(), ID: ids.of(r.Control, firstRecord(r), q.UUID)}
	b.identity(&q, r, at)
	b.reasons(&q, r, draft, at)
	b.progress(&q, r, system, at)
	q.Responsible = b.responsible(r.Owner.Link, people, r.Owner.Title, at.at("owner"))
	for _, list := range []struct {
		name    string
		entries []soa.Entry
	}{{"documents", r.Documents}, {"evidence", r.Evidence}} {
		for _, e := range list.entries {
			q.Links = append(q.Links, link{Href: b.resource(e.Link, e.Title, at.at(list.name)), Rel: list.name})
		}
		if len(list.entries) > 0 {
			b.omit(CodeAsText, at.at(list.name), "have", list.name)
		}
	}
	var back []isms.Link
	if comesBack(r) {
		back = []isms.Link{draft}
	}
	if !slices.Equal(back, r.Records) {
		b.omit(CodeRecord, at.at("records"))
	}
	return q
}

// decided reports whether a row has the reasons that its decision needs.
func decided(r *soa.Row) bool {
	return r.Decision == soa.Included && len(r.Reasons) > 0 || r.Decision == soa.Excluded && len(r.Against) > 0
}

// comesBack reports whether [ReadPlan] makes a draft of a row: not of a control
// of Annex A that nothing is recorded about.
func comesBack(r *soa.Row) bool {
	return !isAnnexA(r.Control) || decided(r) || len(r.Records) > 0 || ownTitle(r) || r.Implementation != "" || !r.How.IsZero() ||
		!r.Plan.IsZero() || !r.Since.IsZero() || !r.Due.IsZero() || !r.Owner.Link.IsZero() || r.Maturity != (isms.Maturity{})
}

// firstRecord is the record that a draft takes its id from.
func firstRecord(r *soa.Row) string {
	if len(r.Records) == 0 {
		return ""
	}
	return r.Records[0].String()
}

// draftIDs are the ids of the drafts of one document.
type draftIDs map[string]bool

// of is the id of the draft for a control: its own, that of the record it had,
// or one made of its number. The uuid is that of its requirement.
func (ids draftIDs) of(control isms.ControlID, record, uuid string) string {
	if own := control.Link(); !own.IsZero() {
		return own.ID
	}
	var made string
	if l, err := isms.ParseLink(record); err == nil && l.Kind == (isms.Control{}).EntityKind() {
		made = l.ID
	} else {
		made = strings.ToLower(strings.ReplaceAll(string(control), ":", "-"))
	}
	if !isms.ValidID(made) || ids[made] {
		made = "c-" + strings.ToLower(uuid)
	}
	ids[made] = true
	return made
}

// identity is what the control is called, where that is the row's own.
func (b *builder) identity(q *requirement, r *soa.Row, at spot) {
	if len(r.Records) > 0 {
		q.Props = b.fact(q.Props, "record", r.Records[0].String(), at.at("records"))
	}
	if own := !r.Control.Link().IsZero(); own || r.Label == "" {
		q.Props = b.fact(q.Props, "label", r.Label, at.at("label"))
	} else {
		b.omit(CodeDropped, at.at("label"))
	}
	if ownTitle(r) {
		q.Props = b.note(q.Props, "title", "text", r.Title, at.at("title"))
	}
}

// ownTitle reports whether a row has a title that is not ours for the control.
func ownTitle(r *soa.Row) bool {
	if r.Title.IsZero() {
		return false
	}
	id, err := annexa.ParseID(string(r.Control))
	if err != nil {
		return true
	}
	k, _ := annexa.Lookup(id)
	ours := both(k.Title)
	return len(r.Title) != len(ours) || r.Title[lang.EN] != ours[lang.EN] || r.Title[lang.NL] != ours[lang.NL]
}

// reasons are why the control applies, or why not.
func (b *builder) reasons(q *requirement, r *soa.Row, draft isms.Link, at spot) {
	for _, list := range []struct {
		name     string
		reasons  []soa.Reason
		decision soa.Decision
		own      soa.ReasonKind
	}{{"reasons", r.Reasons, soa.Included, soa.OwnDecision}, {"against", r.Against, soa.Excluded, soa.Exclusion}} {
		at := at.at(list.name)
		for i, reason := range list.reasons {
			own := reason.Kind == list.own
			text := isms.Text{b.Lang: strings.ToValidUTF8(reason.Path(b.Lang), "\ufffd")}
			if own {
				text = reason.Text
			}
			q.Props = b.note(q.Props, list.name, cmp.Or(line(b.valid(string(reason.Kind), at)), "-"), text, at.index(i).at("text"))
			if own && list.decision == r.Decision && len(list.reasons) == 1 && len(r.Records) > 0 {
				b.fromDraft(r, reason, draft, at.index(i))
			}
		}
		single := len(list.reasons) == 1 && list.reasons[0].Kind == list.own && len(r.Records) > 0 && !list.reasons[0].Text.IsZero()
		if len(list.reasons) > 0 && (list.decision != r.Decision || !single) {
			b.omit(CodeAsText, at, "have", list.name)
		}
	}
}

// fromDraft lists where a reason of a record is not what a draft will give.
func (b *builder) fromDraft(r *soa.Row, reason soa.Reason, draft isms.Link, at spot) {
	from := reason.From
	if from.Link != draft || from.Label != line(strings.ToValidUTF8(r.Label, "\ufffd")) || from.Status != "" || !from.Title.IsZero() || from.Stale {
		b.omit(CodeRecord, at.at("from"))
	}
	b.rest(at, reason, carries("/kind /text /from"))
}

// progress is how far the control is.
func (b *builder) progress(q *requirement, r *soa.Row, system string, at spot) {
	q.Props = b.fact(q.Props, "since", r.Since.String(), at.at("since"))
	q.Props = b.fact(q.Props, "due", r.Due.String(), at.at("due"))
	q.Props = b.note(q.Props, "plan", "text", r.Plan, at.at("plan"))
	for _, step := range []struct {
		name string
		have int
	}{{"maturity", r.Maturity.Current}, {"maturity-target", r.Maturity.Target}} {
		if step.have != 0 {
			q.Props = append(q.Props, b.prop(step.name, strconv.Itoa(step.have)))
		}
	}
	q.Props = b.fact(q.Props, "maturity-on", r.Maturity.On.String(), at.at("maturity", "on"))
	if q.Props = b.fact(q.Props, "review-due", r.ReviewDue.String(), at.at("reviewDue")); !r.ReviewDue.IsZero() {
		b.omit(CodeAsText, at.at("reviewDue"), "have", "reviewDue")
	}
	if r.ReviewOverdue {
		q.Props = append(q.Props, b.prop("review-overdue", "true"))
		b.omit(CodeAsText, at.at("reviewOverdue"), "have", "reviewOverdue")
	}
	excluded := r.Decision == soa.Excluded
	if !excluded && r.Implementation == "" && r.How.IsZero() {
		return
	}
	c := byComponent{Component: system, UUID: b.ns.of("by-component", string(r.Control)), Description: b.prose(r.How, at.at("how"))}
	switch {
	case c.Description != "":
	case excluded:
		c.Description, c.Props = b.say(leftOut()), []prop{b.prop("how", "none")}
	default:
		c.Description, c.Props = b.say(noHow()), []prop{b.prop("how", "none")}
	}
	switch r.Implementation {
	case isms.NotImplemented, isms.Planned, isms.Partial, isms.Implemented:
		c.Status = &state{State: string(r.Implementation)}
	case "":
	default:
		b.omit(CodeDropped, at.at("implementation"))
	}
	if excluded {
		if c.Status != nil {
			c.Props = append(c.Props, b.prop("implementation", c.Status.State))
		}
		c.Status = &state{State: notApplicable}
		for _, p := range q.Props {
			if p.Name == "against" {
				c.Status.Remarks = p.Remarks
				break
			}
		}
	}
	q.Components = []byComponent{c}
}

const notApplicable = "not-applicable"

// The texts that stand where OSCAL wants to know how, and nobody wrote it down.
func leftOut() lang.Text {
	return lang.Text{EN: "Left out: the reason is a property of the requirement.", NL: "Uitgesloten: de reden is een eigenschap van de eis."}
}

func noHow() lang.Text {
	return lang.Text{EN: "How is not recorded.", NL: "Hoe is niet vastgelegd."}
}
