package vuln

import "github.com/ismskit/ismskit/isms"

// Inputs is what a [Register] is made of. The persons and roles only give names
// to its rows.
type Inputs struct {
	Findings []Finding
	Scans    []Scan
	Policies []Policy
	Aliases  []Alias
	Changes  []AssetChange

	Assets  []isms.Asset
	Persons []isms.Individual
	Roles   []isms.Role
}

// ReadInputs reads the inputs from a transaction: of the present, or of a
// moment in the past.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	var in Inputs
	var err error
	if in.Findings, err = Findings(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Scans, err = Scans(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Policies, err = Policies(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Aliases, err = Aliases(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Changes, err = AssetChanges(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Assets, err = isms.Assets(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Persons, err = isms.Persons(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Roles, err = isms.Roles(tx).List(); err != nil {
		return Inputs{}, err
	}
	return in, nil
}
