package vex

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Own is what the organization has to say of its products, from the decisions on
// their findings: one statement for each CVE id, else vulnerability, in a
// component of a product, sorted. Where findings disagree, it is the most
// cautious one. Texts are in language l, and become public: they are the
// rationale of a decision that it is not affected, with its justification, and the
// note of a treatment, never an acceptance.
//
// Findings on assets without a product say nothing, and neither do fixed ones
// of a product without a version: older versions have no fix. A finding without
// a package URL is a statement on the product as a whole, unless another one
// there is worse.
func Own(in Inputs, today isms.Date, l lang.Lang) []Statement {
	statements := map[ownKey]Statement{}
	worst := map[ownKey]int{} // by product as a whole
	for _, f := range in.Findings {
		for _, s := range own(f, in.Products[f.Asset], today, l) {
			key := keyOf(s)
			if old, there := statements[key]; !there || compareOwn(s, old) < 0 {
				statements[key] = s
			}
			whole := key.whole()
			if n, there := worst[whole]; !there || caution(s.Status) < n {
				worst[whole] = caution(s.Status)
			}
		}
	}
	var all []Statement
	for key, s := range statements {
		if key != key.whole() || caution(s.Status) <= worst[key] {
			all = append(all, s)
		}
	}
	sortStatements(all)
	return all
}

// ownKey is what a document must not state twice.
type ownKey struct{ id, product, component string }

func keyOf(s Statement) ownKey {
	key := ownKey{s.IDs[0], canonical(s.Product), canonical(s.Component)}
	if s.Product == "" {
		key.product, key.component = key.component, ""
	}
	return key
}

func (k ownKey) whole() ownKey { return ownKey{id: k.id, product: k.product} }

// canonical is a package URL in its normal form, or a name as it is.
func canonical(s string) string {
	if purl, err := ParsePURL(s); err == nil {
		return purl.String()
	}
	return s
}

// compareOwn puts the more cautious and then the newer statement first.
func compareOwn(a, b Statement) int {
	return cmp.Or(cmp.Compare(caution(a.Status), caution(b.Status)), b.Stated.Compare(a.Stated), strings.Compare(a.Details, b.Details),
		strings.Compare(string(a.Justification), string(b.Justification)),
		strings.Compare(a.Component, b.Component), strings.Compare(a.Product, b.Product), slices.Compare(a.IDs, b.IDs))
}

func sortStatements(all []Statement) {
	slices.SortFunc(all, func(a, b Statement) int {
		x, y := keyOf(a), keyOf(b)
		return cmp.Or(strings.Compare(x.id, y.id), strings.Compare(x.product, y.product), strings.Compare(x.component, y.component))
	})
}

// own is what one finding makes the organization say.
func own(f vuln.Finding, products []string, today isms.Date, l lang.Lang) []Statement {
	s := Statement{Stated: f.FirstKnown.Time()}
	if !f.Decision.On.IsZero() {
		s.Stated = f.Decision.On.Time()
	}
	state := f.State(today)
	if s.Status, s.Details = answer(f, state, l); s.Status == scan.StatusNotAffected {
		s.Justification = f.Decision.Justification
	}
	var all []Statement
	for _, product := range products {
		if purl, _ := ParsePURL(product); state == vuln.Fixed && purl.Version == "" {
			continue
		}
		for _, component := range components(f, state) {
			s.Component, s.Product = component, product
			if component == "" {
				s.Component, s.Product = product, ""
			}
			for _, s.IDs = range named(f) {
				all = append(all, s)
			}
		}
	}
	return all
}

// components are the package URLs that the finding was seen in; "" is the product
// as a whole. A fixed one has no version: the one that was seen has no fix.
func components(f vuln.Finding, state vuln.State) []string {
	var all []string
	for _, o := range seen(f) {
		purl, err := ParsePURL(o.PURL)
		if err != nil {
			continue
		}
		text := o.PURL
		if state == vuln.Fixed {
			purl.Version = ""
			text = purl.String()
		}
		all = append(all, text)
	}
	if all == nil {
		return []string{""}
	}
	return all
}

// named are the ids of the vulnerability; a finding of several CVE ids is
// several.
func named(f vuln.Finding) [][]string {
	var cves, others []string
	for _, id := range append([]string{f.Vulnerability}, f.Aliases...) {
		switch {
		case slices.Contains(cves, id) || slices.Contains(others, id):
		case isCVE(id):
			cves = append(cves, id)
		default:
			others = append(others, id)
		}
	}
	switch len(cves) {
	case 0:
		return [][]string{others}
	case 1:
		return [][]string{append(cves, others...)}
	}
	var all [][]string
	for _, cve := range cves {
		all = append(all, []string{cve})
	}
	return all
}

// answer is what a state is called in statements, with the text that belongs
// to it.
func answer(f vuln.Finding, state vuln.State, l lang.Lang) (scan.Status, string) {
	switch state {
	case vuln.NotAffected, vuln.FalsePositive:
		return scan.StatusNotAffected, f.Decision.Rationale.In(l)
	case vuln.Fixed:
		return scan.StatusFixed, ""
	case vuln.New, vuln.NotObserved:
		return scan.StatusUnderInvestigation, ""
	default:
		text := f.Treatment.Note.In(l)
		if text == "" {
			text = codeNoAction.Text(l, nil)
		}
		return scan.StatusAffected, text
	}
}

const codeNoAction isms.Code = "vex/no-action"

// moment is a time as documents have it: in UTC, to the second.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
