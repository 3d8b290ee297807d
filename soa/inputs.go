package soa

import (
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Inputs is what a [Statement] is compiled from. Controls, Risks, Requirements
// and Documents decide. Organization, Assets, Persons and Incidents are held
// against what is left out; and the rest gives names, levels and evidence to the
// rows. Their order does not matter.
type Inputs struct {
	Organization isms.Organization

	// Scope is the management system that the statement is of. Records that
	// name another one are left out. When its ID is unset, all records count.
	Scope isms.Scope

	Controls     []isms.Control
	Risks        []risk.Risk
	Requirements []isms.Requirement
	Documents    []isms.Document
	Evidence     []isms.Evidence

	Methodologies []risk.Methodology // the revisions that the current levels of the risks name
	Assets        []isms.Asset
	Persons       []isms.Individual
	Roles         []isms.Role
	Incidents     []isms.Incident
	Suppliers     []isms.Supplier

	// Catalogues are the sets of controls that the organization follows besides
	// Annex A. Each of their controls has a row; what stands in several editions
	// of one is that of the first.
	Catalogues []Catalogue

	Labels   annexa.Labels // a host's own titles of Annex A controls
	Maturity risk.Scale    // of isms.Control.Maturity; that of [Maturity] when unset

	// Seq is the place in the log that the records were read at, 0 when they
	// come from elsewhere. It dates a [Version] and finds the causes of a
	// [Difference].
	Seq int64
}

// ReadInputs reads the inputs from a transaction: of the present, or of a
// moment in the past. Organization and Scope are set when there is exactly one
// that is not retired; a tenant that runs several management systems sets Scope
// itself.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	from, err := risk.ReadInputs(tx)
	if err != nil {
		return Inputs{}, err
	}
	in := Inputs{
		Controls: from.Controls, Risks: from.Risks, Methodologies: from.Methodologies,
		Assets: from.Assets, Persons: from.Persons, Roles: from.Roles,
		Organization: from.Organization, Scope: from.Scope,
	}
	if in.Requirements, err = isms.Requirements(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Documents, err = isms.Documents(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Evidence, err = isms.EvidenceRecords(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Incidents, err = isms.Incidents(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Suppliers, err = isms.Suppliers(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Seq, _, err = tx.Head(); err != nil {
		return Inputs{}, err
	}
	return in, nil
}

// counts reports whether a record is of the statement's management system and
// was not retired.
func (in *Inputs) counts(c isms.Common) bool {
	return c.Status != isms.Retired && (in.Scope.ID == "" || c.ISMS == "" || string(c.ISMS) == in.Scope.ID)
}
