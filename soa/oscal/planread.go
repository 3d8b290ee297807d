package oscal

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/soa"
)

// Drafts is what [ReadPlan] makes of a system security plan.
type Drafts struct {
	AsOf isms.Date // the day that the plan says it is of; unset when it says none
	// Controls are drafts, one for each control that something is said about: a
	// person looks at them before they count.
	Controls []isms.Control
}

// ReadPlan reads the requirements of a system security plan as drafts of control
// records. Of a plan that is ours, the reasons to include a control, whatever
// records they came from, become one reason of its own.
//
// Of one that is not, "not-applicable" leaves the control out, and the texts of
// several components and statements become one. No reason to include a control
// is made up: it stays undecided here until something drives it.
func ReadPlan(r io.Reader, opt *ReadOptions) (Drafts, []isms.Omission, error) {
	in, err := newReader(r, kindPlan, opt)
	if err != nil {
		return Drafts{}, nil, err
	}
	d := Drafts{AsOf: in.day(in.prop(in.at("metadata"), "as-of"))}
	ids := draftIDs{}
	for _, q := range in.at("control-implementation").at("implemented-requirements").list() {
		control, known := in.control(q.at("control-id"))
		if !known {
			continue
		}
		k := in.draft(q)
		if control.Link().IsZero() {
			k.Ref = control
		}
		record := in.prop(q, "record").peek()
		if in.ours && isAnnexA(control) && record == "" && isEmptyDraft(k) {
			continue
		}
		k.ID = ids.of(control, record, q.at("uuid").peek())
		if l, err := isms.ParseLink(record); err == nil && l.ID == k.ID {
			in.prop(q, "record").take()
		}
		d.Controls = append(d.Controls, k)
	}
	return d, in.finish(), nil
}

// isEmptyDraft reports whether a draft says nothing about its control.
func isEmptyDraft(k isms.Control) bool {
	return k.Title.IsZero() && k.Include.IsZero() && k.Exclude.IsZero() && k.Implementation == "" && k.How.IsZero() && k.Plan.IsZero() &&
		k.Since.IsZero() && k.Due.IsZero() && k.Owner.IsZero() && k.Maturity == (isms.Maturity{})
}

// draft is what a requirement says.
func (in *reader) draft(q *node) isms.Control {
	k := isms.Control{
		Title: in.note(q, "title"), Plan: in.note(q, "plan"),
		Since: in.day(in.prop(q, "since")), Due: in.day(in.prop(q, "due")),
	}
	k.Maturity = isms.Maturity{
		Current: in.step(in.prop(q, "maturity")), Target: in.step(in.prop(q, "maturity-target")), On: in.day(in.prop(q, "maturity-on")),
	}
	k.Label = in.prop(q, "label").take()
	k.Owner = in.owner(q.at("responsible-roles"))
	if in.ours {
		decision := in.prop(q, "decision")
		switch soa.Decision(decision.peek()) {
		case soa.Included:
			decision.take()
			k.Include = in.notes(q, "reasons", soa.OwnDecision)
		case soa.Excluded:
			decision.take()
			k.Exclude = in.notes(q, "against", soa.Exclusion)
		case soa.Undecided:
			decision.take()
		}
	}
	in.implementation(q, &k)
	return k
}

// said is what the components of a requirement and its statements say.
type said struct {
	texts, reasons []string
	states         map[isms.Implementation]bool
	left           int // components that leave it out
}

// implementation takes state and texts from the components of a requirement and
// its statements.
func (in *reader) implementation(q *node, k *isms.Control) {
	parts := components(q)
	all := said{states: map[isms.Implementation]bool{}}
	against := sync.OnceValue(func() string { return in.property(q, "against").at("remarks").peek() })
	for _, c := range parts {
		text := in.how(c)
		if state, known := in.state(c.at("implementation-status")); known {
			all.states[state] = true
		}
		if c.at("implementation-status").at("state").peek() == notApplicable {
			all.left++
			text = in.leftOut(c, text, &all, against)
			if word := in.prop(c, "implementation"); word != nil {
				k.Implementation = isms.Implementation(word.take())
			}
		}
		if text != "" {
			all.texts = append(all.texts, text)
		}
	}
	if len(all.texts) > 1 || len(all.reasons) > 1 {
		in.omit(CodeFlattened, q)
	}
	k.How = in.made(strings.Join(all.texts, "\n\n"))
	switch {
	case len(all.states) == 1 && all.left == 0:
		for state := range all.states {
			k.Implementation = state
		}
	case len(all.states) > 0:
		in.omit(CodeStates, q)
	}
	if !in.ours && all.left > 0 && all.left == len(parts) {
		if k.Exclude = in.made(strings.Join(all.reasons, "\n\n")); k.Exclude.IsZero() {
			in.omit(CodeNoReason, q)
		}
	}
}

// components are those of a requirement and of its statements.
func components(q *node) []*node {
	all := slices.Clone(q.at("by-components").list())
	for _, s := range q.at("statements").list() {
		all = append(all, s.at("by-components").list()...)
	}
	return all
}

// how is what a component says; nothing where nobody wrote it down.
func (in *reader) how(c *node) string {
	none := in.prop(c, "how")
	if none.peek() != "none" {
		return in.markup(c.at("description"))
	}
	none.take()
	if s := c.at("description"); slices.Contains([]string{leftOut().EN, leftOut().NL, noHow().EN, noHow().NL}, s.peek()) {
		s.take()
	}
	return ""
}

// leftOut takes the reason why a component leaves the control out, and returns
// what is left of its text. A document that is ours has the reason twice: against
// is the other place.
func (in *reader) leftOut(c *node, text string, all *said, against func() string) string {
	why := c.at("implementation-status").at("remarks")
	switch {
	case in.ours:
		if why != nil && why.peek() == against() {
			why.take()
		}
	case why != nil:
		all.reasons = append(all.reasons, in.markup(why))
	case text != "":
		all.reasons = append(all.reasons, text)
		return ""
	}
	return text
}

// state is an implementation state in our words; false when it has none.
func (in *reader) state(status *node) (isms.Implementation, bool) {
	n := status.at("state")
	if n == nil {
		return "", false
	}
	switch s := isms.Implementation(n.take()); s {
	case isms.Implemented, isms.Partial, isms.Planned, isms.NotImplemented:
		return s, true
	case notApplicable:
	default: // "alternative" is something else that is in place, judged by nobody here
		in.omit(CodeStates, n, "have", n.text)
	}
	return "", false
}

// day is a day of ours.
func (in *reader) day(n *node) isms.Date {
	d, err := isms.ParseDate(n.peek())
	if err == nil {
		n.take()
	}
	return d
}

// step is a step of maturity.
func (in *reader) step(n *node) int {
	step, err := strconv.Atoi(n.peek())
	if err == nil {
		n.take()
	}
	return step
}

// note is a text in the remarks of a property of ours.
func (in *reader) note(n *node, name string) isms.Text {
	p := in.property(n, name)
	if p == nil {
		return nil
	}
	if p.at("value").peek() == "text" {
		p.at("value").take()
	}
	return in.text(p.at("remarks"))
}

// notes are the texts of all properties of a name, as one; of another kind than
// own, that is left out.
func (in *reader) notes(n *node, name string, own soa.ReasonKind) isms.Text {
	var texts []string
	for _, p := range n.at("props").list() {
		if p.at("name").peek() != name || p.at("ns").peek() != NS {
			continue
		}
		p.at("name").take()
		p.at("ns").take()
		if kind := p.at("value"); kind.peek() == string(own) {
			kind.take()
		}
		if remarks := p.at("remarks"); remarks != nil {
			texts = append(texts, in.markup(remarks))
		}
	}
	return in.made(strings.Join(texts, "\n"))
}

// owner is the first who is responsible and known here.
func (in *reader) owner(list *node) isms.Link {
	var owner isms.Link
	var names []string
	for _, r := range list.list() {
		found := false
		for _, p := range in.named(r) {
			name := p.name.peek()
			names = append(names, name)
			link, known := in.known(name, p.record.peek())
			if !known || !owner.IsZero() {
				continue
			}
			p.name.take()
			p.record.take()
			owner, found = link, true
		}
		if found {
			r.at("role-id").take()
			for _, id := range r.at("party-uuids").list() {
				id.take()
			}
		}
	}
	if owner.IsZero() && len(names) > 0 {
		in.omit(CodeParty, list, "have", strings.Join(names, ", "))
	}
	return owner
}

// namedParty is who a document names, with the record if it is ours.
type namedParty struct{ name, record *node }

// named are the parties of a responsible role and the role itself.
func (in *reader) named(r *node) []namedParty {
	var all []namedParty
	add := func(n *node, name string) {
		if n.at(name) == nil {
			return
		}
		p := namedParty{name: n.at(name)}
		if in.ours {
			p.record = in.prop(n, "record")
		}
		all = append(all, p)
	}
	for _, id := range r.at("party-uuids").list() {
		add(in.parties[strings.ToLower(id.peek())], "name")
	}
	add(in.roles[r.at("role-id").peek()], "title")
	return all
}

// known is the one person or role of a name; of a document that is ours, only
// the one with the same id.
func (in *reader) known(name, record string) (isms.Link, bool) {
	found := in.people[name]
	if in.ours {
		found = slices.DeleteFunc(slices.Clone(found), func(l isms.Link) bool { return l.String() != record })
	}
	if len(found) != 1 {
		return isms.Link{}, false
	}
	return found[0], true
}
