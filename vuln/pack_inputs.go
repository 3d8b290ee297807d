package vuln

import (
	"github.com/ismskit/ismskit/isms"
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

	Documents       []isms.Document
	Nonconformities []isms.Nonconformity
}

// ReadPackInputs reads the inputs from a transaction, all but Feeds.
func ReadPackInputs(tx *isms.Tx) (PackInputs, error) {
	var in PackInputs
	var err error
	if in.Inputs, err = ReadInputs(tx); err != nil {
		return PackInputs{}, err
	}
	if in.Turns, err = ReadTurns(tx); err != nil {
		return PackInputs{}, err
	}
	for _, read := range []func() error{
		into(&in.Documents, isms.Documents(tx)),
		into(&in.Nonconformities, isms.Nonconformities(tx)),
	} {
		if err := read(); err != nil {
			return PackInputs{}, err
		}
	}
	return in, nil
}
