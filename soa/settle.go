package soa

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// settle completes the row when everything that names its control is known.
func (d *draft) settle(c *compiler) {
	slices.SortFunc(d.records, func(a, b *isms.Control) int { return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Rev, b.Rev)) })
	for i, k := range d.records {
		from := entry(k.EntityKind(), k.Common, k.Title)
		from.Title = nil // the row has it
		d.Records = append(d.Records, from.Link)
		if !k.Include.IsZero() {
			d.reasons = append(d.reasons, &path{Reason: Reason{Kind: OwnDecision, From: from, Text: k.Include}})
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
	d.reasons = slices.CompactFunc(d.reasons, func(a, b *path) bool { return compareReasons(a, b) == 0 })
	d.Reasons = slices.Grow(d.Reasons, len(d.reasons))
	for _, p := range d.reasons {
		d.Reasons = append(d.Reasons, p.Reason)
	}
	d.levels()
	if len(d.Against) > 0 {
		d.Facts = c.contradicting(d)
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

// levels finds the greatest levels among the risks of the row.
func (d *draft) levels() {
	var current, residual *risk.Level
	for _, p := range d.reasons {
		if p.Kind != RiskTreatment {
			continue
		}
		if current == nil || p.current.Compare(*current) > 0 {
			current = &p.current
		}
		if residual == nil || p.residual.Compare(*residual) > 0 {
			residual = &p.residual
		}
	}
	if current != nil {
		d.Current, d.Residual = levelText(current), levelText(residual)
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
	d.Maturity = k.Maturity
	d.ReviewDue, d.ReviewOverdue = k.Review.Due(), k.Review.Overdue(c.today)
}

// compareReasons puts risks first, then requirements and policies, and the own
// decision last. It is 0 only for the same reason of the same record.
func compareReasons(a, b *path) int {
	if n := cmp.Compare(a.Kind.rank(), b.Kind.rank()); n != 0 {
		return n
	}
	if n := compareEntries(&a.From, &b.From); n != 0 {
		return n
	}
	return strings.Compare(a.Text.In(lang.EN), b.Text.In(lang.EN))
}

func (k ReasonKind) rank() int {
	order := [...]ReasonKind{RiskTreatment, Law, Contract, Policy, Standard, Expectation, OwnDecision, Exclusion, RecordedFact}
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

// compare orders rows: Annex A by number, then the catalogues, then controls of
// other catalogues, then own controls. It is 0 only for the same control.
func (d *draft) compare(o *draft) int {
	return cmp.Or(
		cmp.Compare(d.part(), o.part()),
		d.annex.Compare(o.annex),
		strings.Compare(d.catalogue(), o.catalogue()),
		natural.Compare(d.Name(), o.Name()),
		strings.Compare(string(d.Control), string(o.Control)),
	)
}

// The parts of a statement, in order.
const (
	ofAnnexA = iota
	ofCatalogue
	ofOther // of a catalogue that has no such control, or is not at hand
	ofOwn
)

func (d *draft) part() int {
	switch {
	case d.Theme != 0:
		return ofAnnexA
	case d.listed:
		return ofCatalogue
	case d.catalogue() != "":
		return ofOther
	default:
		return ofOwn
	}
}
