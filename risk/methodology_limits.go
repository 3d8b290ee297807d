package risk

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Category is a kind of risk with acceptance criteria of its own, such as that
// to personal data. They take the place of those of the methodology, laxer or
// stricter; of several the strictest holds. See [Methodology.Rate].
type Category struct {
	ID    string    `json:"id"` // within the methodology
	Title isms.Text `json:"title"`

	AcceptUpTo   string    `json:"acceptUpTo,omitempty"`   // unset when no such risk may be retained
	TolerateUpTo string    `json:"tolerateUpTo,omitempty"` // unset: as for any risk
	Escalation   isms.Link `json:"escalation,omitzero"`    // whose consent each acceptance needs, beside that of the band
}

// limits are what may be retained and what may be accepted, as ranks of bands,
// for a risk of these categories, and who must consent whatever the band.
func (m Methodology) limits(categories []string) (accept, tolerate int, escalation []isms.Link) {
	accept, tolerate = m.rank(m.AcceptUpTo), m.tolerance(m.TolerateUpTo, len(m.Bands))
	first := true
	for _, c := range m.Categories {
		if !slices.Contains(categories, c.ID) {
			continue
		}
		a, t := m.rank(c.AcceptUpTo), m.tolerance(c.TolerateUpTo, m.tolerance(m.TolerateUpTo, len(m.Bands)))
		if first {
			accept, tolerate, first = a, t, false
		}
		accept, tolerate = min(accept, a), min(tolerate, t)
		if !c.Escalation.IsZero() {
			escalation = append(escalation, c.Escalation)
		}
	}
	return accept, tolerate, escalation
}

// tolerance is the rank of a band, or another one when it is unset.
func (m Methodology) tolerance(id string, unset int) int {
	if id == "" {
		return unset
	}
	return m.rank(id)
}

// checkLimits reports criteria that name no band, or that let more be retained
// than is tolerated.
func (m Methodology) checkLimits(c isms.Checker) {
	m.checkLimit(c, m.AcceptUpTo, m.TolerateUpTo, m.TolerateUpTo)
	if len(m.Categories) > 0 && !checkLength(c.At("categories"), len(m.Categories), 1) {
		return
	}
	seen := map[string]bool{}
	for i, k := range m.Categories {
		at := c.At("categories").Index(i)
		at.At("id").Assert(isms.ValidID(k.ID), isms.CodeID, "have", k.ID)
		checkOnce(at.At("id"), seen, k.ID)
		isms.CheckRequired(at.At("title"), !k.Title.IsZero())
		isms.CheckParty(at.At("escalation"), k.Escalation)
		tolerate := k.TolerateUpTo
		if tolerate == "" {
			tolerate = m.TolerateUpTo
		}
		m.checkLimit(at, k.AcceptUpTo, k.TolerateUpTo, tolerate)
	}
}

// checkLimit checks one pair of criteria, with the tolerance that is in force.
func (m Methodology) checkLimit(c isms.Checker, accept, tolerate, inForce string) {
	known := func(id string) bool { return id == "" || m.rank(id) > 0 }
	c.At("acceptUpTo").Assert(known(accept), CodeUnknownBand, "have", accept)
	c.At("tolerateUpTo").Assert(known(tolerate), CodeUnknownBand, "have", tolerate)
	ok := !known(accept) || !known(inForce) || m.rank(accept) <= m.tolerance(inForce, len(m.Bands))
	c.At("tolerateUpTo").Assert(ok, CodeTolerance, "have", inForce, "accept", accept)
}
