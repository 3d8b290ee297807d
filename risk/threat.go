package risk

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// ThreatID names a threat: one of our catalogue ("ransomware"), or
// "catalogue:reference" of another one.
type ThreatID string

// Threat is something that may cause a risk, in our own words. The catalogue is
// a start for whoever identifies risks (6.1.2 c), never a complete list.
type Threat struct {
	ID     ThreatID
	Origin Origin
}

// Origin is where a threat comes from.
type Origin string

// The origins of threats.
const (
	Deliberate    Origin = "deliberate"    // somebody means it
	Accidental    Origin = "accidental"    // somebody errs, or something fails
	Environmental Origin = "environmental" // nature, surroundings
	Organizing    Origin = "organizing"    // a process or an arrangement is missing or weak
)

// Label is the origin in language l.
func (o Origin) Label(l lang.Lang) string { return lang.Word(l, "threat-origin", string(o)) }

// Threats is the catalogue, by origin.
func Threats() []Threat {
	return []Threat{
		{"ransomware", Deliberate},
		{"remote-access-trojan", Deliberate},
		{"malware", Deliberate},
		{"phishing", Deliberate},
		{"social-engineering", Deliberate},
		{"ddos", Deliberate},
		{"state-actor", Deliberate},
		{"criminal-actor", Deliberate},
		{"activist", Deliberate},
		{"insider", Deliberate},
		{"credential-theft", Deliberate},
		{"exploit", Deliberate},
		{"web-attack", Deliberate},
		{"supply-chain-attack", Deliberate},
		{"eavesdropping", Deliberate},
		{"data-theft", Deliberate},
		{"payment-fraud", Deliberate},
		{"tampering", Deliberate},
		{"theft", Deliberate},
		{"intrusion", Deliberate},
		{"sabotage", Deliberate},
		{"unapproved-use", Deliberate},
		{"ai-abuse", Deliberate},

		{"human-error", Accidental},
		{"misconfiguration", Accidental},
		{"misdelivery", Accidental},
		{"loss", Accidental},
		{"hardware-failure", Accidental},
		{"software-failure", Accidental},
		{"network-failure", Accidental},
		{"overload", Accidental},
		{"data-corruption", Accidental},
		{"supplier-failure", Accidental},
		{"staff-shortage", Accidental},
		{"key-loss", Accidental},

		{"fire", Environmental},
		{"water", Environmental},
		{"weather", Environmental},
		{"power-failure", Environmental},
		{"pandemic", Environmental},
		{"conflict", Environmental},

		{"weak-process", Organizing},
		{"unclear-responsibility", Organizing},
		{"excessive-rights", Organizing},
		{"unpatched", Organizing},
		{"unsupported", Organizing},
		{"undetected", Organizing},
		{"no-continuity", Organizing},
		{"breach-of-law", Organizing},
		{"change-unmanaged", Organizing},
	}
}

// LookupThreat finds a threat of the catalogue.
func LookupThreat(id ThreatID) (Threat, bool) {
	all := Threats()
	i := slices.IndexFunc(all, func(t Threat) bool { return t.ID == id })
	if i < 0 {
		return Threat{}, false
	}
	return all[i], true
}

// Label is the threat in language l; its id when it is of another catalogue.
func (id ThreatID) Label(l lang.Lang) string { return lang.Word(l, "threat", string(id)) }

func (id ThreatID) valid() bool {
	if catalogue, ref, other := strings.Cut(string(id), ":"); other {
		return isms.ValidID(catalogue) && strings.TrimSpace(ref) != "" && len(ref) <= 64
	}
	_, ok := LookupThreat(id)
	return ok
}
