package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Inputs is what a [Register] is made of. The persons and roles only give names
// to its rows. What is left out is not known, and ranks as the greatest: without
// evidence and sources no severity is lowered, and without the past nothing tells
// that a severity was raised.
type Inputs struct {
	Findings []Finding
	Scans    []Scan
	Policies []Policy
	Aliases  []Alias
	Changes  []AssetChange
	Sources  []InfoSource
	// Pasts are how findings and their assets were before, by id of the finding:
	// see ReadPasts.
	Pasts map[string]Past
	// Feeds is what is published, which no store has.
	Feeds Feeds

	Methodologies []risk.Methodology // of which the policy names one
	Decisions     []isms.Decision    // see DeadlinePurpose and ExceptionPurpose
	Exceptions    []Exception
	Risks         []risk.Risk // whose owners decide on exceptions
	Evidence      []isms.Evidence

	Assets  []isms.Asset
	Persons []isms.Individual
	Roles   []isms.Role
}

// ReadInputs reads the inputs from a transaction, all but Feeds: of the present,
// or of a moment in the past.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	var in Inputs
	for _, read := range []func() error{
		into(&in.Findings, Findings(tx)),
		into(&in.Scans, Scans(tx)),
		into(&in.Policies, Policies(tx)),
		into(&in.Aliases, Aliases(tx)),
		into(&in.Changes, AssetChanges(tx)),
		into(&in.Sources, InfoSources(tx)),
		into(&in.Decisions, isms.Decisions(tx)),
		into(&in.Exceptions, Exceptions(tx)),
		into(&in.Risks, risk.Risks(tx)),
		into(&in.Evidence, isms.EvidenceRecords(tx)),
		into(&in.Assets, isms.Assets(tx)),
		into(&in.Persons, isms.Persons(tx)),
		into(&in.Roles, isms.Roles(tx)),
	} {
		if err := read(); err != nil {
			return Inputs{}, err
		}
	}
	var err error
	if in.Pasts, err = ReadPasts(tx, in.Findings, in.Assets); err != nil {
		return Inputs{}, err
	}
	in.Methodologies, err = readMethodologies(tx, in.Policies)
	return in, err
}

func into[T isms.Entity](list *[]T, from isms.Collection[T]) func() error {
	return func() (err error) {
		*list, err = from.List()
		return err
	}
}

// readMethodologies reads the newest of each methodology, and the revisions that
// policies name.
func readMethodologies(tx *isms.Tx, policies []Policy) ([]risk.Methodology, error) {
	list, err := risk.Methodologies(tx).List()
	if err != nil {
		return nil, err
	}
	for n := range policies {
		want := policies[n].Tables.Methodology
		if want.Rev == 0 {
			continue
		}
		for r, err := range risk.Methodologies(tx).History(want.ID) {
			if err != nil {
				return nil, err
			}
			if !r.Deleted && !r.Erased && r.Value.Pin() == want {
				list = append(list, r.Value)
			}
		}
	}
	return list, nil
}
