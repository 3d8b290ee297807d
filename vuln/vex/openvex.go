package vex

import (
	"io"

	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

type openVEX struct {
	Context     string        `json:"@context"`
	ID          string        `json:"@id"`
	Author      string        `json:"author"`
	Timestamp   string        `json:"timestamp"`
	LastUpdated string        `json:"last_updated,omitempty"`
	Version     int           `json:"version"`
	Statements  []openVEXItem `json:"statements"`
}

type openVEXItem struct {
	Vulnerability openVEXVulnerability `json:"vulnerability"`
	Timestamp     string               `json:"timestamp,omitempty"`
	Products      []openVEXProduct     `json:"products"`
	Status        string               `json:"status"`
	Justification vuln.Justification   `json:"justification,omitempty"`
	Impact        string               `json:"impact_statement,omitempty"`
	Action        string               `json:"action_statement,omitempty"`
	Notes         string               `json:"status_notes,omitempty"`
}

type openVEXVulnerability struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
}

type openVEXProduct struct {
	ID            string           `json:"@id"`
	Identifiers   *openVEXIDs      `json:"identifiers,omitempty"`
	Subcomponents []openVEXProduct `json:"subcomponents,omitempty"`
}

type openVEXIDs struct {
	PURL string `json:"purl"`
}

// WriteOpenVEX writes statements as a document of OpenVEX 0.2.0. It refuses
// what is no statement with ErrStatement, before anything is written.
func WriteOpenVEX(w io.Writer, p Publication, statements []Statement) error {
	if err := p.check(statements); err != nil {
		return err
	}
	document := openVEX{
		Context: "https://openvex.dev/ns/v0.2.0", ID: p.ID, Author: p.Author, Timestamp: p.first(), Version: len(p.Releases),
	}
	if len(p.Releases) > 1 {
		document.LastUpdated = p.last()
	}
	for _, s := range sorted(statements) {
		item := openVEXItem{
			Vulnerability: openVEXVulnerability{s.IDs[0], s.IDs[1:]}, Timestamp: moment(s.Stated), Status: s.Status.String(),
			Justification: s.Justification, Products: []openVEXProduct{openVEXNamed(s.Component)},
		}
		if s.Product != "" {
			product := openVEXNamed(s.Product)
			product.Subcomponents = item.Products
			item.Products = []openVEXProduct{product}
		}
		switch s.Status {
		case scan.StatusNotAffected:
			item.Impact = s.Details
		case scan.StatusAffected:
			item.Action = s.Details
		default:
			item.Notes = s.Details
		}
		document.Statements = append(document.Statements, item)
	}
	return write(w, document)
}

func openVEXNamed(name string) openVEXProduct {
	p := openVEXProduct{ID: name}
	if _, err := ParsePURL(name); err == nil {
		p.Identifiers = &openVEXIDs{name}
	}
	return p
}
