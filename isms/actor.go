package isms

import (
	"fmt"
	"strings"
)

// Actor is who made a change: a person, a service, an automated agent, or a
// file that somebody edited; an agent or a service may act for a person.
// Its id names nobody by itself: take an id of your identity provider, not a
// name or an address. It encodes as "person:p-17" or "agent:triage for person:p-17".
type Actor struct {
	Kind string // "person", "service", "agent" or "file"
	ID   string
	For  string // the person on whose behalf, "" for nobody
}

// Person is the actor for a human being.
func Person(id string) Actor { return Actor{Kind: "person", ID: id} }

// Service is the actor for a program that follows fixed rules.
func Service(id string) Actor { return Actor{Kind: "service", ID: id} }

// Agent is the actor for a program that judges for itself, on behalf of a
// person ("" for nobody).
func Agent(id, person string) Actor { return Actor{Kind: "agent", ID: id, For: person} }

// ParseActor reads what [Actor.String] writes.
func ParseActor(s string) (Actor, error) {
	who, behalf, _ := strings.Cut(s, " for person:")
	kind, id, _ := strings.Cut(who, ":")
	a := Actor{kind, id, behalf}
	if !a.valid() || a.String() != s {
		return Actor{}, fmt.Errorf("actor %q: want person:ID, service:ID, agent:ID or file:ID, and perhaps: for person:ID", s)
	}
	return a, nil
}

func (a Actor) valid() bool {
	switch a.Kind {
	case "person", "service", "agent", "file":
		return ValidID(a.ID) && (a.For == "" || ValidID(a.For))
	default:
		return false
	}
}

// IsZero reports whether there is no actor.
func (a Actor) IsZero() bool { return a == Actor{} }

// String is the actor as it is recorded, or "" for none.
func (a Actor) String() string {
	if a.IsZero() {
		return ""
	}
	s := a.Kind + ":" + a.ID
	if a.For != "" {
		s += " for person:" + a.For
	}
	return s
}

// MarshalText encodes as [Actor.String].
func (a Actor) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what [ParseActor] does, or "" for none.
func (a *Actor) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*a = Actor{}
		return nil
	}
	parsed, err := ParseActor(string(b))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
