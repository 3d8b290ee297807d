package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

// ids are few, so that operations meet.
func anyID(r *rand.Rand) string { return pick(r, "x", "y", "x-1", "z.9", "0") }

func ref[T isms.Entity](r *rand.Rand) isms.Ref[T] {
	if r.IntN(4) > 0 { // most would lead nowhere, and lose their transaction
		return ""
	}
	return isms.Ref[T](anyID(r))
}

func refs[T isms.Entity](r *rand.Rand) []isms.Ref[T] {
	if to := ref[T](r); to != "" {
		return []isms.Ref[T]{to}
	}
	return nil
}

func title(r *rand.Rand) isms.Text { return isms.Plain("title " + strconv.Itoa(r.IntN(20))) }

func day(r *rand.Rand) isms.Date { return today().AddDays(r.IntN(400) - 200) }

func common(r *rand.Rand) isms.Common {
	c := isms.Common{ID: anyID(r), Status: pick(r, isms.Draft, isms.Draft, isms.Approved, ""), Label: "L-" + strconv.Itoa(r.IntN(9))}
	if r.IntN(4) == 0 {
		c.Owner = isms.Link{Kind: pick(r, "person", "role"), ID: anyID(r)}
	}
	return c
}

// kind is a kind of entity, to do with as a random history asks for.
type kind struct {
	name string
	// change puts or deletes an entity, rightly or not.
	change func(tx *isms.Tx, r *rand.Rand) error
	// dump is all of the kind.
	dump func(tx *isms.Tx) (any, error)
	// history is all revisions of an entity.
	history func(tx *isms.Tx, id string) (any, error)
}

// kindOf makes a kind of what a package exports, and of random entities.
func kindOf[T isms.Entity](in func(*isms.Tx) isms.Collection[T], random func(*rand.Rand) T, of func(*T) *isms.Common) kind {
	var zero T
	return kind{
		name: zero.EntityKind(),
		change: func(tx *isms.Tx, r *rand.Rand) error {
			v := random(r)
			c := of(&v)
			if old, err := in(tx).Get(c.ID); err == nil {
				c.Rev = of(&old).Rev
			} else if !errors.Is(err, driver.ErrNotFound) {
				return err
			}
			switch r.IntN(8) {
			case 0:
				return in(tx).Delete(c.ID, c.Rev)
			case 1:
				c.Rev += int64(r.IntN(3)) - 1
			}
			return in(tx).Put(&v)
		},
		dump: func(tx *isms.Tx) (any, error) { return in(tx).List() },
		history: func(tx *isms.Tx, id string) (any, error) {
			var all []isms.Revision[T]
			for rev, err := range in(tx).History(id) {
				if err != nil {
					return nil, err
				}
				all = append(all, rev)
			}
			return all, nil
		},
	}
}

// kinds are those that random histories have.
func kinds() []kind {
	return []kind{
		kindOf(isms.Assets, func(r *rand.Rand) isms.Asset {
			return isms.Asset{Common: common(r), Title: title(r), Type: pick(r, isms.AssetSoftware, isms.AssetHardware, isms.AssetInformation), DependsOn: refs[isms.Asset](r)}
		}, func(v *isms.Asset) *isms.Common { return &v.Common }),
		kindOf(isms.Persons, func(r *rand.Rand) isms.Individual {
			return isms.Individual{Common: common(r), Name: "P " + strconv.Itoa(r.IntN(9)), Manager: ref[isms.Individual](r)}
		}, func(v *isms.Individual) *isms.Common { return &v.Common }),
		kindOf(isms.Roles, func(r *rand.Rand) isms.Role {
			return isms.Role{Common: common(r), Title: title(r), Holders: refs[isms.Individual](r)}
		}, func(v *isms.Role) *isms.Common { return &v.Common }),
		kindOf(isms.Documents, func(r *rand.Rand) isms.Document {
			return isms.Document{Common: common(r), Title: title(r), Type: isms.DocumentPolicy, Version: "1", Controls: []isms.ControlID{"A.5.1"}}
		}, func(v *isms.Document) *isms.Common { return &v.Common }),
		kindOf(isms.Requirements, func(r *rand.Rand) isms.Requirement {
			return isms.Requirement{Common: common(r), Title: title(r), Type: isms.RequirementLaw, Controls: []isms.ControlID{pick[isms.ControlID](r, "A.5.9", "A.8.8", "A.8.13")}, Document: ref[isms.Document](r)}
		}, func(v *isms.Requirement) *isms.Common { return &v.Common }),
		kindOf(isms.Controls, func(r *rand.Rand) isms.Control {
			return isms.Control{Common: common(r), Ref: pick[isms.ControlID](r, "A.5.1", "A.8.8"), Title: title(r), Implementation: pick(r, isms.Implemented, isms.Planned), Documents: refs[isms.Document](r)}
		}, func(v *isms.Control) *isms.Common { return &v.Common }),
		kindOf(isms.Incidents, func(r *rand.Rand) isms.Incident {
			return isms.Incident{Common: common(r), Title: title(r), State: pick(r, isms.IncidentReported, isms.IncidentResolved), Assets: refs[isms.Asset](r)}
		}, func(v *isms.Incident) *isms.Common { return &v.Common }),
		kindOf(risk.Methodologies, func(r *rand.Rand) risk.Methodology {
			m := pick(r, risk.Matrix3(), risk.Matrix5())
			m.ID, m.Title = "m", title(r)
			return m
		}, func(v *risk.Methodology) *isms.Common { return &v.Common }),
		kindOf(risk.Risks, func(r *rand.Rand) risk.Risk {
			v := risk.Risk{Common: common(r), Title: title(r), Assets: refs[isms.Asset](r)}
			v.Current = risk.Evaluation{Methodology: isms.Link{Kind: "methodology", ID: "m", Rev: 1}, Likelihood: 1 + r.IntN(3), Impact: 1 + r.IntN(3), On: day(r)}
			v.Treatment = risk.Treatment{Options: []risk.Option{risk.Accept}}
			return v
		}, func(v *risk.Risk) *isms.Common { return &v.Common }),
		kindOf(vuln.Findings, func(r *rand.Rand) vuln.Finding {
			v := vuln.Finding{Common: common(r), Asset: isms.Ref[isms.Asset](anyID(r)), Vulnerability: fmt.Sprintf("CVE-2026-%04d", 1+r.IntN(3)), FirstKnown: day(r)}
			v.ID = vuln.ID(v.Asset, v.Vulnerability, "")
			return v
		}, func(v *vuln.Finding) *isms.Common { return &v.Common }),
	}
}

// dump is the JSON of everything that a transaction sees.
func dump(tx *isms.Tx) (string, error) {
	all := map[string]any{}
	for _, k := range kinds() {
		list, err := k.dump(tx)
		if err != nil {
			return "", err
		}
		all[k.name] = list
	}
	seq, at, err := tx.Head()
	if err != nil {
		return "", err
	}
	all["head"] = []any{seq, at}
	data, err := json.Marshal(all)
	return string(data), err
}
