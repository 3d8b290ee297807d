package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// InfoSource is where the organization learns of vulnerabilities: a vendor's
// advisories, a national response team, an interest group (A.5.6, A.8.8). Each
// revision is one consultation or more; the history has the earlier ones.
type InfoSource struct {
	isms.Common

	Title    isms.Text              `json:"title"`
	Location string                 `json:"location,omitempty"` // an address
	Assets   []isms.Ref[isms.Asset] `json:"assets,omitempty"`   // that it is about; with none about all

	Every     isms.Cadence `json:"every,omitzero"`     // how often it is to be consulted
	Consulted isms.Date    `json:"consulted,omitzero"` // the last time
	By        isms.Link    `json:"by,omitzero"`        // a person or a role
}

// InfoSources is the collection of sources in a transaction.
func InfoSources(tx *isms.Tx) isms.Collection[InfoSource] { return isms.Kind[InfoSource]{}.In(tx) }

// EntityKind is "vulnerability-source".
func (InfoSource) EntityKind() string { return "vulnerability-source" }

// Check implements [isms.Entity].
func (s InfoSource) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !s.Title.IsZero())
	isms.CheckWords(c.At("assets"), s.Assets)
	isms.CheckParty(c.At("by"), s.By)
}

// PackInputs is what a [Pack] is made of.
type PackInputs struct {
	Inputs

	Turns map[string][]Turn // see ReadTurns
	// Exploited comes from a feed, which no store has.
	Exploited Exploited

	Sources         []InfoSource
	Exceptions      []Exception
	Risks           []risk.Risk
	Decisions       []isms.Decision
	Documents       []isms.Document
	Evidence        []isms.Evidence
	Nonconformities []isms.Nonconformity
}

// ReadPackInputs reads the inputs from a transaction, all but Exploited.
func ReadPackInputs(tx *isms.Tx) (PackInputs, error) {
	var in PackInputs
	var err error
	if in.Inputs, err = ReadInputs(tx); err != nil {
		return PackInputs{}, err
	}
	if in.Turns, err = ReadTurns(tx); err != nil {
		return PackInputs{}, err
	}
	if in.Sources, err = InfoSources(tx).List(); err != nil {
		return PackInputs{}, err
	}
	if in.Exceptions, err = Exceptions(tx).List(); err != nil {
		return PackInputs{}, err
	}
	if in.Risks, err = risk.Risks(tx).List(); err != nil {
		return PackInputs{}, err
	}
	if in.Decisions, err = isms.Decisions(tx).List(); err != nil {
		return PackInputs{}, err
	}
	if in.Documents, err = isms.Documents(tx).List(); err != nil {
		return PackInputs{}, err
	}
	if in.Evidence, err = isms.EvidenceRecords(tx).List(); err != nil {
		return PackInputs{}, err
	}
	if in.Nonconformities, err = isms.Nonconformities(tx).List(); err != nil {
		return PackInputs{}, err
	}
	return in, nil
}
