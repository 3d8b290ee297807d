package annexa

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Value is an entry of one of the fixed lists that sort controls: the theme,
// or one of the five attributes (ISO/IEC 27002:2022, 4.2). Zero is unset.
//
// String is the spelling of the standard ("#Preventive", for themes
// "organizational"), Label is for people, and MarshalText encodes a plain word
// ("preventive"), the unset value as the empty text.
//
// The types are not uint8, because encoding/json would read the string "AQI="
// into a slice of them as base64.
type Value interface {
	Theme | ControlType | Property | Concept | Capability | Domain

	String() string
	Label() lang.Text
	MarshalText() ([]byte, error)
	list() *list
}

// Theme is the clause of Annex A that a control stands in.
type Theme uint16

// The themes: clauses 5 to 8.
const (
	Organizational Theme = iota + 1
	People
	Physical
	Technological
)

// ControlType is when and how a control changes a risk.
type ControlType uint16

// The control types.
const (
	Preventive ControlType = iota + 1
	Detective
	Corrective
)

// Property is what a control preserves of information.
type Property uint16

// The information security properties.
const (
	Confidentiality Property = iota + 1
	Integrity
	Availability
)

// Concept is the cybersecurity concept (ISO/IEC TS 27110) a control serves.
type Concept uint16

// The cybersecurity concepts.
const (
	Identify Concept = iota + 1
	Protect
	Detect
	Respond
	Recover
)

// Capability is the field of work that a control belongs to for practitioners.
type Capability uint16

// The operational capabilities.
const (
	Governance Capability = iota + 1
	AssetManagement
	InformationProtection
	HumanResourceSecurity
	PhysicalSecurity
	SystemAndNetworkSecurity
	ApplicationSecurity
	SecureConfiguration
	IdentityAndAccessManagement
	ThreatAndVulnerabilityManagement
	Continuity
	SupplierRelationshipsSecurity
	LegalAndCompliance
	InformationSecurityEventManagement
	InformationSecurityAssurance
)

// Domain is the security domain that a control belongs to.
type Domain uint16

// The security domains.
const (
	GovernanceAndEcosystem Domain = iota + 1
	Protection
	Defence
	Resilience
)

// Values yields every value of a list in the order of the standard:
//
//	for c := range annexa.Values[annexa.Capability]() { ... }
func Values[V Value]() iter.Seq[V] {
	return func(yield func(V) bool) {
		var none V
		for i := 1; i < len(none.list().terms); i++ {
			if !yield(V(i)) {
				return
			}
		}
	}
}

// Parse reads a value as hashtag, word or plain name, in any case, blanks
// around it allowed: "#Asset_management", "asset_management", "asset
// management". It knows that the standard also prints
// #Supplier_relationships_security as #Supplier_relationships. The error names
// the values that would have been right.
func Parse[V Value](s string) (V, error) {
	var none V
	word := strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(s), "#"), " ", "_")
	terms := none.list().terms
	for i, t := range terms {
		if i > 0 && (strings.EqualFold(word, t.word) || t.alias != "" && strings.EqualFold(word, t.alias)) {
			return V(i), nil
		}
	}
	want := make([]string, 0, len(terms))
	for _, t := range terms[1:] {
		want = append(want, t.word)
	}
	return none, fmt.Errorf("%s %s: want one of %s", none.list().name, quote(s), strings.Join(want, ", "))
}

// list is one of the fixed lists; terms[0] stands for the unset value.
type list struct {
	name  string // for errors
	terms []term
}

type term struct {
	tag, word, alias string
	label            lang.Text
}

// at is the entry of v. A number that is in no list shows as that number.
func at[V Value](v V) term {
	l := v.list()
	if int(v) >= len(l.terms) {
		s := l.name + " " + strconv.Itoa(int(v))
		return term{tag: s, label: lang.Text{EN: s, NL: s}}
	}
	return l.terms[v]
}

func marshal[V Value](v V) ([]byte, error) {
	t := at(v)
	if v != 0 && t.word == "" {
		return nil, fmt.Errorf("%s: want a number below %d", t.tag, len(v.list().terms))
	}
	return []byte(t.word), nil
}

func (t Theme) list() *list       { return &themes }
func (t ControlType) list() *list { return &controlTypes }
func (p Property) list() *list    { return &properties }
func (c Concept) list() *list     { return &concepts }
func (c Capability) list() *list  { return &capabilities }
func (d Domain) list() *list      { return &domains }

// String is the word of the theme: "organizational".
func (t Theme) String() string { return at(t).tag }

// String is the hashtag: "#Preventive".
func (t ControlType) String() string { return at(t).tag }

// String is the hashtag: "#Confidentiality".
func (p Property) String() string { return at(p).tag }

// String is the hashtag: "#Identify".
func (c Concept) String() string { return at(c).tag }

// String is the hashtag: "#Information_security_event_management".
func (c Capability) String() string { return at(c).tag }

// String is the hashtag: "#Governance_and_Ecosystem".
func (d Domain) String() string { return at(d).tag }

// Label is the name for people.
func (t Theme) Label() lang.Text { return at(t).label }

// Label is the name for people.
func (t ControlType) Label() lang.Text { return at(t).label }

// Label is the name for people.
func (p Property) Label() lang.Text { return at(p).label }

// Label is the name for people.
func (c Concept) Label() lang.Text { return at(c).label }

// Label is the name for people.
func (c Capability) Label() lang.Text { return at(c).label }

// Label is the name for people.
func (d Domain) Label() lang.Text { return at(d).label }

// MarshalText encodes the word: "organizational".
func (t Theme) MarshalText() ([]byte, error) { return marshal(t) }

// MarshalText encodes the word: "preventive".
func (t ControlType) MarshalText() ([]byte, error) { return marshal(t) }

// MarshalText encodes the word: "confidentiality".
func (p Property) MarshalText() ([]byte, error) { return marshal(p) }

// MarshalText encodes the word: "identify".
func (c Concept) MarshalText() ([]byte, error) { return marshal(c) }

// MarshalText encodes the word: "information_security_event_management".
func (c Capability) MarshalText() ([]byte, error) { return marshal(c) }

// MarshalText encodes the word: "governance_and_ecosystem".
func (d Domain) MarshalText() ([]byte, error) { return marshal(d) }

// UnmarshalText reads what [Parse] reads, and the empty text as unset.
func (t *Theme) UnmarshalText(text []byte) error { return unmarshal(t, text, Parse[Theme]) }

// UnmarshalText reads what [Parse] reads, and the empty text as unset.
func (t *ControlType) UnmarshalText(text []byte) error { return unmarshal(t, text, Parse[ControlType]) }

// UnmarshalText reads what [Parse] reads, and the empty text as unset.
func (p *Property) UnmarshalText(text []byte) error { return unmarshal(p, text, Parse[Property]) }

// UnmarshalText reads what [Parse] reads, and the empty text as unset.
func (c *Concept) UnmarshalText(text []byte) error { return unmarshal(c, text, Parse[Concept]) }

// UnmarshalText reads what [Parse] reads, and the empty text as unset.
func (c *Capability) UnmarshalText(text []byte) error { return unmarshal(c, text, Parse[Capability]) }

// UnmarshalText reads what [Parse] reads, and the empty text as unset.
func (d *Domain) UnmarshalText(text []byte) error { return unmarshal(d, text, Parse[Domain]) }
