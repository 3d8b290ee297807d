package vex

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Statement is what somebody says of one vulnerability in one component of one
// product.
type Statement struct {
	// IDs name the one vulnerability; the first is what it goes by.
	IDs []string
	// Component is the package URL of what is affected or not, and Product that
	// of what it is part of, or a name where the supplier has no package URL.
	// Without Product, Component is the product as a whole.
	Component, Product string
	// Ranges are the versions of the component that it is about, any of them; without
	// one, what Component says. See [Apply] for which are understood.
	Ranges []string
	// Status is affected, not affected, fixed or under investigation; any other
	// is what could not be read.
	Status scan.Status
	// Justification is why it does not affect the product, in the word of the format:
	// OpenVEX and CSAF share those of package vuln, CycloneDX has others.
	Justification vuln.Justification
	// Details are why it is not affected, or what to do when it is, in prose.
	Details string
	// Remedies and Exploit are what the supplier says can be done, and of attacks.
	Remedies []scan.Remedy
	Exploit  string
	Stated   time.Time // in UTC; zero when nobody knows
}

// justifies reports whether the word is one of a format: another one, or none,
// justifies nothing.
func justifies(j vuln.Justification) bool { return common(j) || ofCycloneDX(j) }

// common reports whether the word is one that OpenVEX and CSAF share.
func common(j vuln.Justification) bool {
	switch j {
	case vuln.ComponentNotPresent, vuln.CodeNotPresent, vuln.CodeNotExecuted, vuln.CodeNotControlled, vuln.AlreadyMitigated:
		return true
	default:
		return false
	}
}

// ofCycloneDX reports whether the word is one of CycloneDX.
func ofCycloneDX(j vuln.Justification) bool {
	switch j {
	case "code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency", "requires_environment",
		"protected_by_compiler", "protected_at_runtime", "protected_at_perimeter", "protected_by_mitigating_control":
		return true
	default:
		return false
	}
}

// Document is a report of statements with what the caller knows of it.
type Document struct {
	// Report is what package scan read: OpenVEX, CycloneDX or CSAF.
	Report *scan.Report
	// Author is who stands behind the statements, as the caller made sure: by
	// where the file came from, or its signature. What the file says of its own
	// author is a claim that anybody can make, and is not read.
	Author string
	// Product is the package URL or name of the product that the whole document
	// is about. CycloneDX needs it, unless the file has it: its statements are about
	// components of that product, and say nothing of the same component elsewhere.
	Product string
	// Evidence is the record of the document, for the decisions made on it.
	Evidence isms.Ref[isms.Evidence]
}

// ErrFormat says that a report is of a format that has no statements of
// suppliers.
var ErrFormat = errors.New("want a report of OpenVEX, CycloneDX or CSAF")

// statements are those of the document, in order. Items of a CycloneDX document
// without an analysis are none.
func (d Document) statements() ([]Statement, error) {
	if d.Report == nil {
		return nil, ErrFormat
	}
	switch d.Report.Format {
	case scan.FormatOpenVEX, scan.FormatCycloneDX, scan.FormatCSAF:
	default:
		return nil, fmt.Errorf("%w, have %q", ErrFormat, d.Report.Format)
	}
	var all []Statement
	entry := 0
	var ids []string
	for _, item := range d.Report.Items {
		if item.Status == scan.StatusUnset && d.Report.Format == scan.FormatCycloneDX {
			continue
		}
		if ids == nil || item.Entry != entry { // one entry may be thousands of items with as many ids
			entry, ids = item.Entry, idsOf(item)
		}
		all = append(all, d.statement(item, ids))
	}
	return all, nil
}

func idsOf(item scan.Item) []string {
	return distinct(slices.Concat([]string{item.ID}, item.CVEs, item.Aliases), clean)
}

// distinct are the texts as f makes them, each once, without the empty ones.
func distinct(texts []string, f func(string) string) []string {
	all := make([]string, 0, len(texts))
	have := make(map[string]bool, len(texts))
	for _, text := range texts {
		if text = f(text); text != "" && !have[text] {
			have[text] = true
			all = append(all, text)
		}
	}
	return all
}

func (d Document) statement(item scan.Item, ids []string) Statement {
	s := Statement{
		IDs:       ids,
		Component: clean(cmp.Or(item.PURL, item.Package)), Product: clean(item.Product),
		Status: item.Status, Justification: vuln.Justification(clean(item.Justification)),
		Ranges: item.Ranges, Details: clean(item.Statement), Remedies: item.Remedies, Exploit: clean(item.Exploit), Stated: item.Stated,
	}
	if s.Stated.IsZero() {
		s.Stated = d.Report.Created
	}
	if product := d.product(); s.Product == "" && product != "" && !about(product, s.Component) {
		s.Product = product
	}
	return s
}

// product is what the whole document is about.
func (d Document) product() string { return cmp.Or(d.Product, clean(d.Report.Product)) }

// about reports whether a component is the product itself, and no other version
// of it within.
func about(product, component string) bool {
	p, err := ParsePURL(product)
	if err != nil {
		return product == component
	}
	c, err := ParsePURL(component)
	return err == nil && (p.Covers(c) || c.Covers(p))
}

func clean(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// String is the statement in one line, for messages.
func (s Statement) String() string {
	where := s.Component
	if s.Product != "" {
		where = strings.TrimPrefix(where+" in "+s.Product, " in ")
	}
	return fmt.Sprintf("%s: %s: %s", strings.Join(s.IDs, ", "), where, s.Status)
}
