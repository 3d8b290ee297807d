package conformity

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// stands are the ids of the persons that a link to a person or role stands for.
func (s *state) stands(l isms.Link) []string {
	if l.Kind == "person" {
		return []string{l.ID}
	}
	r := s.roles[l.ID]
	if l.Kind != "role" || r == nil {
		return nil
	}
	var ids []string
	for _, h := range r.Holders {
		ids = append(ids, string(h))
	}
	return ids
}

// here reports whether a link stands for somebody who is here today.
func (s *state) here(l isms.Link) bool {
	return slices.ContainsFunc(s.stands(l), func(id string) bool {
		p := s.persons[id]
		return p != nil && p.Here(s.today)
	})
}

// same reports whether two links stand for the same: one person or role, or a
// person and the role that the person holds.
func (s *state) same(a, b isms.Link) bool {
	if a.IsZero() || b.IsZero() {
		return false
	}
	if a.Entity() == b.Entity() {
		return true
	}
	ids := s.stands(b)
	return slices.ContainsFunc(s.stands(a), func(id string) bool { return slices.Contains(ids, id) })
}

// isTop reports whether a link stands for somebody of top management.
func (s *state) isTop(l isms.Link) bool {
	if r := s.roles[l.ID]; l.Kind == "role" && r != nil && slices.Contains(r.Duties, isms.DutyTopManagement) {
		return true
	}
	return slices.ContainsFunc(s.stands(l), func(id string) bool { return s.top[id] })
}

// approved reports whether an approval was given by today.
func (s *state) approved(a isms.Approval) bool { return a.Given() && !a.On.After(s.today) }

// duty asks for a role with a duty and somebody here who holds it.
func (p *probe) duty(d isms.Duty) {
	var vacant []isms.Fact
	for i := range p.Roles {
		r := &p.Roles[i]
		if !slices.Contains(r.Duties, d) {
			continue
		}
		if p.here(isms.Link{Kind: "role", ID: r.ID}) {
			p.rely(fact("role", &r.Common, "/duties", string(d)))
		} else {
			vacant = append(vacant, fact("role", &r.Common, "/holders", ""))
		}
	}
	switch {
	case len(p.facts) > 0:
	case len(vacant) > 0:
		p.fail("duty/nobody", vacant...)
	default:
		p.fail("duty/unassigned")
	}
}
