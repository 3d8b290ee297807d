package vex

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

type csaf struct {
	Document        csafDocument `json:"document"`
	Tree            csafTree     `json:"product_tree"`
	Vulnerabilities []*csafFlaw  `json:"vulnerabilities"`
}

type csafDocument struct {
	Category  string        `json:"category"`
	Version   string        `json:"csaf_version"`
	Lang      lang.Lang     `json:"lang,omitempty"`
	Publisher csafPublisher `json:"publisher"`
	Title     string        `json:"title"`
	Tracking  csafTracking  `json:"tracking"`
}

type csafPublisher struct {
	Category  string `json:"category"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

type csafTracking struct {
	Current string         `json:"current_release_date"`
	ID      string         `json:"id"`
	Initial string         `json:"initial_release_date"`
	History []csafRevision `json:"revision_history"`
	Status  string         `json:"status"`
	Version string         `json:"version"`
}

type csafRevision struct {
	Date    string `json:"date"`
	Number  string `json:"number"`
	Summary string `json:"summary"`
}

type csafTree struct {
	Products      []csafProduct  `json:"full_product_names"`
	Relationships []csafRelation `json:"relationships,omitempty"`
}

type csafProduct struct {
	Name   string      `json:"name"`
	ID     string      `json:"product_id"`
	Helper *csafHelper `json:"product_identification_helper,omitempty"`
}

type csafHelper struct {
	PURL string `json:"purl"`
}

type csafRelation struct {
	Category string      `json:"category"`
	Product  csafProduct `json:"full_product_name"`
	Part     string      `json:"product_reference"`
	Within   string      `json:"relates_to_product_reference"`
}

type csafFlaw struct {
	CVE          string       `json:"cve,omitempty"`
	Flags        []csafFlag   `json:"flags,omitempty"`
	IDs          []csafID     `json:"ids,omitempty"`
	Notes        []csafNote   `json:"notes"`
	Status       csafStatus   `json:"product_status"`
	Remediations []csafRemedy `json:"remediations,omitempty"`
	Threats      []csafRemedy `json:"threats,omitempty"`

	name string
}

type csafFlag struct {
	Date     string             `json:"date,omitempty"`
	Label    vuln.Justification `json:"label"`
	Products []string           `json:"product_ids"`
}

type csafID struct {
	System string `json:"system_name"`
	Text   string `json:"text"`
}

type csafNote struct {
	Category string `json:"category"`
	Text     string `json:"text"`
}

type csafStatus struct {
	Fixed       []string `json:"fixed,omitempty"`
	Affected    []string `json:"known_affected,omitempty"`
	NotAffected []string `json:"known_not_affected,omitempty"`
	Unclear     []string `json:"under_investigation,omitempty"`
}

// csafRemedy is a remediation, or a threat.
type csafRemedy struct {
	Category string   `json:"category"`
	Date     string   `json:"date,omitempty"`
	Details  string   `json:"details"`
	Products []string `json:"product_ids"`
}

const (
	codeRelease isms.Code = "vex/release"
	codeNote    isms.Code = "vex/note"
)

// WriteCSAF writes statements as a document of CSAF 2.0, profile VEX. It refuses
// what is no statement with ErrStatement, before anything is written.
//
// The format has no day for a statement under investigation or fixed: it is then
// that of the document. What to do is a remediation of category "mitigation"; where [Own] says that there
// is nothing yet, "none_available".
func WriteCSAF(w io.Writer, p Publication, statements []Statement) error {
	if err := p.check(statements); err != nil {
		return err
	}
	if p.Title == "" || p.Namespace == "" {
		return errors.New("vex: want a title, and the namespace of the author")
	}
	document := csaf{Document: p.csaf()}
	tree := csafNames{tree: &document.Tree, ids: map[[2]string]string{}}
	for _, s := range sorted(statements) {
		last := len(document.Vulnerabilities) - 1
		if last < 0 || document.Vulnerabilities[last].name != s.IDs[0] {
			document.Vulnerabilities = append(document.Vulnerabilities, p.csafFlaw(s))
			last++
		}
		document.Vulnerabilities[last].add(s, tree.id(s.Product, s.Component), p.Lang)
	}
	return write(w, document)
}

func (p Publication) csaf() csafDocument {
	version := strconv.Itoa(len(p.Releases))
	tracking := csafTracking{ID: p.ID, Initial: p.first(), Current: p.last(), Status: "final", Version: version}
	for i, at := range p.Releases {
		number := strconv.Itoa(i + 1)
		summary := codeRelease.Text(p.Lang, map[string]string{"number": number})
		tracking.History = append(tracking.History, csafRevision{moment(at), number, summary})
	}
	return csafDocument{
		Category: "csaf_vex", Version: "2.0", Lang: p.Lang, Title: p.Title, Tracking: tracking,
		Publisher: csafPublisher{"vendor", p.Author, p.Namespace},
	}
}

// csafNames gives products their ids within the document.
type csafNames struct {
	tree *csafTree
	ids  map[[2]string]string // by product and component
}

func (n *csafNames) id(product, component string) string {
	key := [2]string{product, component}
	if id, known := n.ids[key]; known {
		return id
	}
	relation := csafRelation{Category: "default_component_of"}
	if product != "" {
		relation.Within, relation.Part = n.id("", product), n.id("", component)
	}
	id := fmt.Sprintf("P-%04d", len(n.ids)+1)
	n.ids[key] = id
	if product != "" {
		relation.Product = csafProduct{Name: component + " in " + product, ID: id}
		n.tree.Relationships = append(n.tree.Relationships, relation)
		return id
	}
	named := csafProduct{Name: component, ID: id}
	if _, err := ParsePURL(component); err == nil {
		named.Helper = &csafHelper{component}
	}
	n.tree.Products = append(n.tree.Products, named)
	return id
}

func (p Publication) csafFlaw(s Statement) *csafFlaw {
	f := &csafFlaw{name: s.IDs[0]}
	for i, id := range s.IDs {
		if i == 0 && matches(`^CVE-[0-9]{4}-[0-9]{4,}$`, id) {
			f.CVE = id
		} else {
			f.IDs = append(f.IDs, csafID{"vulnerability", id})
		}
	}
	text := codeNote.Text(p.Lang, map[string]string{"id": f.name, "author": p.Author})
	f.Notes = []csafNote{{"other", text}}
	return f
}

// add adds what a statement says of a product.
func (f *csafFlaw) add(s Statement, id string, l lang.Lang) {
	products, at := []string{id}, moment(s.Stated)
	switch s.Status {
	case scan.StatusFixed:
		f.Status.Fixed = append(f.Status.Fixed, id)
	case scan.StatusAffected:
		f.Status.Affected = append(f.Status.Affected, id)
		category := "mitigation"
		if s.Details == codeNoAction.Text(l, nil) {
			category = "none_available"
		}
		f.Remediations = append(f.Remediations, csafRemedy{category, at, s.Details, products})
	case scan.StatusNotAffected:
		f.Status.NotAffected = append(f.Status.NotAffected, id)
		if s.Justification != "" {
			f.Flags = append(f.Flags, csafFlag{at, s.Justification, products})
		}
		if s.Details != "" {
			f.Threats = append(f.Threats, csafRemedy{"impact", at, s.Details, products})
		}
	default:
		f.Status.Unclear = append(f.Status.Unclear, id)
	}
	for _, id := range s.IDs[1:] {
		if !slices.ContainsFunc(f.IDs, func(have csafID) bool { return have.Text == id }) {
			f.IDs = append(f.IDs, csafID{"vulnerability", id})
		}
	}
}
