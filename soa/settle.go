package soa

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// settle completes the row when everything that names its control is known.
func (d *draft) settle(c *compiler) {
	slices.SortFunc(d.records, func(a, b *isms.Control) int { return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Rev, b.Rev)) })
	for i, k := range d.records {
		from := entry(k.EntityKind(), k.Common, k.Title)
		from.Title = nil // the row has it
		d.Records = append(d.Records, from.Link)
		if !k.Include.IsZero() {
			d.reasons = append(d.reasons, &Reason{Kind: OwnDecision, From: from, Text: k.Include})
		}
		if !k.Exclude.IsZero() {
			d.Against = append(d.Against, Reason{Kind: Exclusion, From: from, Text: k.Exclude})
		}
		for _, ref := range k.Documents {
			d.Documents = append(d.Documents, known(c.documents, ref))
		}
		for _, ref := range k.Evidence {
			e := known(c.evidence, ref)
			e.Stale = e.Stale || e.Title.IsZero() // nobody can tell that it is fresh
			d.Evidence = append(d.Evidence, e)
		}
		if i == 0 {
			d.describe(c, k)
		} else if k.Implementation != d.Implementation {
			d.Implementation = ""
		}
	}
	slices.SortFunc(d.reasons, compareReasons)
	d.reasons = slices.CompactFunc(d.reasons, func(a, b *Reason) bool { return compareReasons(a, b) == 0 })
	d.Reasons = slices.Grow(d.Reasons, len(d.reasons))
	for _, r := range d.reasons {
		d.Reasons = append(d.Reasons, *r)
	}
	d.Documents = sortEntries(d.Documents)
	d.Evidence = sortEntries(d.Evidence)
	switch {
	case len(d.Reasons) > 0:
		d.Decision = Included
	case len(d.Against) > 0:
		d.Decision = Excluded
	default:
		d.Decision = Undecided
	}
}

// describe takes over what the record of a control says about it.
func (d *draft) describe(c *compiler, k *isms.Control) {
	if !k.Title.IsZero() {
		d.Title = k.Title
	}
	if k.Ref == "" {
		d.Label = k.Label
	}
	d.Implementation, d.Since, d.How, d.Plan, d.Due = k.Implementation, k.Since, k.How, k.Plan, k.Due
	d.Owner = c.name(k.Owner)
	d.ReviewDue, d.ReviewOverdue = k.Review.Due(), k.Review.Overdue(c.today)
}

// compareReasons puts risks first, then requirements and policies, and the own
// decision last. It is 0 only for the same reason of the same record.
func compareReasons(a, b *Reason) int {
	if n := cmp.Compare(a.Kind.rank(), b.Kind.rank()); n != 0 {
		return n
	}
	if n := compareEntries(&a.From, &b.From); n != 0 {
		return n
	}
	return strings.Compare(a.Text.In(lang.EN), b.Text.In(lang.EN))
}

func (k ReasonKind) rank() int {
	order := [...]ReasonKind{RiskTreatment, Law, Contract, Policy, Standard, Expectation, OwnDecision, Exclusion}
	for i, o := range order {
		if k == o {
			return i
		}
	}
	return len(order)
}

func compareEntries(a, b *Entry) int {
	if n := natural.Compare(a.number(lang.EN), b.number(lang.EN)); n != 0 {
		return n
	}
	return cmp.Or(
		strings.Compare(a.Link.Kind, b.Link.Kind),
		strings.Compare(a.Link.ID, b.Link.ID),
		cmp.Compare(a.Link.Rev, b.Link.Rev),
		strings.Compare(a.Title.In(lang.EN), b.Title.In(lang.EN)),
	)
}

func sortEntries(list []Entry) []Entry {
	slices.SortFunc(list, func(a, b Entry) int { return compareEntries(&a, &b) })
	return slices.CompactFunc(list, func(a, b Entry) bool { return compareEntries(&a, &b) == 0 })
}

// compare orders rows: Annex A by number, then other catalogues, then own
// controls. It is 0 only for the same control.
func (d *draft) compare(o *draft) int {
	return cmp.Or(
		cmp.Compare(d.part(), o.part()),
		d.annex.Compare(o.annex),
		natural.Compare(d.Name(), o.Name()),
		strings.Compare(string(d.Control), string(o.Control)),
	)
}

func (d *draft) part() int {
	switch {
	case d.Theme != 0:
		return 0
	case strings.Contains(string(d.Control), ":"):
		return 1
	default:
		return 2
	}
}
