package vex

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// ErrProducts says that statements are about several products, for a document
// that can be about one.
var ErrProducts = errors.New("want statements about one product")

type bom struct {
	Format          string      `json:"bomFormat"`
	Spec            string      `json:"specVersion"`
	Serial          string      `json:"serialNumber"`
	Version         int         `json:"version"`
	Metadata        bomMetadata `json:"metadata"`
	Components      []bomPart   `json:"components,omitempty"`
	Vulnerabilities []bomFlaw   `json:"vulnerabilities"`
}

type bomMetadata struct {
	Timestamp string    `json:"timestamp"`
	Authors   []bomName `json:"authors"`
	Component bomPart   `json:"component"`
}

type bomName struct {
	Name string `json:"name"`
}

type bomPart struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Group   string `json:"group,omitempty"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	PURL    string `json:"purl,omitempty"`
}

type bomFlaw struct {
	ID         string         `json:"id"`
	References []bomReference `json:"references,omitempty"`
	Analysis   bomAnalysis    `json:"analysis"`
	Affects    []bomAffect    `json:"affects"`
}

type bomReference struct {
	ID     string  `json:"id"`
	Source bomName `json:"source"`
}

type bomAnalysis struct {
	State         string `json:"state"`
	Justification string `json:"justification,omitempty"`
	Detail        string `json:"detail,omitempty"`
	Updated       string `json:"lastUpdated,omitempty"`
}

type bomAffect struct {
	Ref string `json:"ref"`
}

// WriteCycloneDX writes statements as a VEX document of CycloneDX 1.6, in JSON.
// They must be about one product, or components of it: else the error is
// ErrProducts. It refuses what is no statement with ErrStatement, before
// anything is written.
//
// CycloneDX has other justifications: one that it has no word for is told in the
// detail, in the language of the publication.
func WriteCycloneDX(w io.Writer, p Publication, statements []Statement) error {
	if err := p.check(statements); err != nil {
		return err
	}
	if !matches(`^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, p.ID) {
		return fmt.Errorf(`vex: id %.60q: want "urn:uuid:" and a UUID in lower case`, p.ID)
	}
	statements = sorted(statements)
	product := statements[0].whole()
	document := bom{
		Format: "CycloneDX", Spec: "1.6", Serial: p.ID, Version: len(p.Releases),
		Metadata: bomMetadata{p.last(), []bomName{{p.Author}}, part("application", product)},
	}
	listed := map[string]bool{product: true}
	for _, s := range statements {
		if canonical(s.whole()) != canonical(product) {
			return fmt.Errorf("vex: %w, have %.80q and %.80q", ErrProducts, product, s.whole())
		}
		if s.Product == "" {
			s.Component = product
		}
		if !listed[s.Component] {
			listed[s.Component] = true
			document.Components = append(document.Components, part("library", s.Component))
		}
		document.Vulnerabilities = append(document.Vulnerabilities, p.flaw(s))
	}
	return write(w, document)
}

// whole is the product that the statement is about, or in.
func (s Statement) whole() string {
	if s.Product == "" {
		return s.Component
	}
	return s.Product
}

func part(kind, name string) bomPart {
	purl, err := ParsePURL(name)
	if err != nil {
		return bomPart{Type: kind, Ref: name, Name: name}
	}
	return bomPart{Type: kind, Ref: name, Group: purl.Namespace, Name: purl.Name, Version: purl.Version, PURL: name}
}

func (p Publication) flaw(s Statement) bomFlaw {
	f := bomFlaw{ID: s.IDs[0], Affects: []bomAffect{{s.Component}}}
	for _, alias := range s.IDs[1:] {
		database, _, _ := strings.Cut(alias, "-")
		f.References = append(f.References, bomReference{alias, bomName{database}})
	}
	a := &f.Analysis
	a.Detail, a.Updated = s.Details, moment(s.Stated)
	switch s.Status {
	case scan.StatusNotAffected:
		a.State, a.Justification = "not_affected", cycloneJustification(s.Justification)
		if s.Justification != "" && (a.Justification == "" || a.Detail == "") {
			a.Detail = strings.TrimSuffix(s.Justification.Label(p.Lang)+": "+s.Details, ": ")
		}
	case scan.StatusFixed:
		a.State = "resolved"
	case scan.StatusAffected:
		a.State = "exploitable"
	default:
		a.State = "in_triage"
	}
	return f
}

// cycloneJustification is the word of CycloneDX that means the same; "" when
// there is none.
func cycloneJustification(j vuln.Justification) string {
	switch j {
	case vuln.CodeNotPresent, vuln.ComponentNotPresent:
		return "code_not_present"
	case vuln.CodeNotExecuted:
		return "code_not_reachable"
	case vuln.AlreadyMitigated:
		return "protected_by_mitigating_control"
	default:
		return ""
	}
}

// ownWord is the justification of package vuln that means the same; "" when there
// is none.
func ownWord(j vuln.Justification) vuln.Justification {
	for _, own := range []vuln.Justification{vuln.CodeNotPresent, vuln.CodeNotExecuted, vuln.AlreadyMitigated} {
		if string(j) == cycloneJustification(own) {
			return own
		}
	}
	if common(j) {
		return j
	}
	return ""
}
