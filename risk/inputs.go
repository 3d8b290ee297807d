package risk

import (
	"time"

	"github.com/ismskit/ismskit/isms"
)

// Inputs is what a [Register] is made of. Only Risks and Methodologies matter
// for levels; the rest gives names and the state of controls to the rows.
type Inputs struct {
	Organization isms.Organization
	Scope        isms.Scope // for document control; it chooses no risks

	Risks []Risk

	// Methodologies are the revisions that the evaluations name, and the newest
	// of each.
	Methodologies []Methodology

	Assets   []isms.Asset
	Controls []isms.Control
	Persons  []isms.Individual
	Roles    []isms.Role

	// Decisions are the acceptances of risks and the approvals of plans. A risk
	// must be as it was read: the hash of what was approved is compared with it.
	Decisions []isms.Decision

	// Events are reasons to assess risks again. [ReadInputs] makes them of
	// incidents; a caller may add others, such as findings.
	Events []Event
}

// ReadInputs reads the inputs from a transaction: of the present, or of a
// moment in the past. Organization and Scope are set when there is exactly one
// that is not retired.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	var in Inputs
	var err error
	if in.Risks, err = Risks(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Methodologies, err = readMethodologies(tx, in.Risks); err != nil {
		return Inputs{}, err
	}
	if in.Assets, err = isms.Assets(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Controls, err = isms.Controls(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Persons, err = isms.Persons(tx).List(); err != nil {
		return Inputs{}, err
	}
	if in.Roles, err = isms.Roles(tx).List(); err != nil {
		return Inputs{}, err
	}
	for d, err := range isms.Decisions(tx).All() {
		if err != nil {
			return Inputs{}, err
		}
		if d.Subject.Kind == (Risk{}).EntityKind() {
			in.Decisions = append(in.Decisions, d)
		}
	}
	if in.Organization, err = isms.Organizations(tx).Only(); err != nil {
		return Inputs{}, err
	}
	if in.Scope, err = isms.Scopes(tx).Only(); err != nil {
		return Inputs{}, err
	}
	for i, err := range isms.Incidents(tx).All() {
		if err != nil {
			return Inputs{}, err
		}
		in.Events = append(in.Events, incidentEvent(i))
	}
	return in, nil
}

// incidentEvent dates an incident by when it happened or, when nobody recorded
// that, by when it was detected or written down.
func incidentEvent(i isms.Incident) Event {
	on := i.Occurred
	for _, at := range []time.Time{i.Detected, i.Recorded.At} {
		if on.IsZero() && !at.IsZero() {
			on = isms.DateOf(at)
		}
	}
	return Event{Subject: isms.LinkTo(i), On: on, Assets: i.Assets, Risks: i.Related}
}

// readMethodologies reads the newest revision of each methodology, and those
// that the risks were evaluated with.
func readMethodologies(tx *isms.Tx, risks []Risk) ([]Methodology, error) {
	list, err := Methodologies(tx).List()
	if err != nil {
		return nil, err
	}
	have := map[isms.Link]bool{}
	for i := range list {
		if list[i].Recorded.Seq == 0 { // put in this transaction: see methodologyAt
			list[i].Rev++
		}
		have[list[i].Pin()] = true
	}
	for i := range risks {
		for _, s := range stages(&risks[i]) {
			pin := s.evaluation.Methodology
			if pin.IsZero() || have[pin] {
				continue
			}
			have[pin] = true // or known to be missing
			m, found, err := methodologyAt(tx, pin)
			if err != nil {
				return nil, err
			}
			if found {
				list = append(list, m)
			}
		}
	}
	return list, nil
}
