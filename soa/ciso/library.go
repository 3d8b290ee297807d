// Package ciso reads and writes libraries of CISO Assistant: YAML files with
// frameworks, reference controls and risk matrices. It knows the format only;
// none of their content is here.
//
// What becomes what, in both directions:
//
//	framework           soa.Catalogue: requirement nodes that can be assessed are
//	                    its controls (ref_id, name and description are Ref, Title
//	                    and Text), the node above each is its Group
//	reference_controls  isms.Control of the organization's own: ref_id is the
//	                    Label, category and csf_function are the tags
//	                    "category:technical" and "csf:protect"
//	risk_matrix         risk.Methodology: probability and impact are the scales
//	                    (description is Criteria), risk the bands (abbreviation is
//	                    the id, description the Action), grid the Matrix
//	provider, copyright Source and Licence of each catalogue
//	urn                 the last part is the id of the catalogue, the control, the
//	                    methodology; a control keeps a urn that was not made from
//	                    its id as an external id of system "ciso-assistant"
//
// Both sides have what the other has no place for. [Read] and [Library.Write]
// list all of it: what is not listed comes through unchanged, so that reading
// back what was written gives the same but for that list.
package ciso

import (
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// Library is one file of CISO Assistant, as far as it has a place here.
type Library struct {
	URN         string    `json:"urn"`               // "urn:acme:risk:library:house-rules"
	RefID       string    `json:"refID,omitempty"`   // the last part of URN when unset
	Locale      lang.Lang `json:"locale,omitempty"`  // of the texts that are no translation; English when unset
	Version     int       `json:"version,omitempty"` // 1 when unset
	Name        isms.Text `json:"name"`
	Description isms.Text `json:"description,omitempty"`
	Provider    string    `json:"provider,omitempty"`
	Packager    string    `json:"packager,omitempty"`
	Copyright   string    `json:"copyright,omitempty"`

	Catalogues    []soa.Catalogue    `json:"catalogues,omitempty"`
	Controls      []isms.Control     `json:"controls,omitempty"`
	Methodologies []risk.Methodology `json:"methodologies,omitempty"`
}

// Codes of what an import or export leaves out or carries over only nearly.
const (
	CodeDropped   isms.Code = "ciso/dropped"   // no place for it on the other side
	CodeURN       isms.Code = "ciso/urn"       // a urn that is made anew when written
	CodeRefID     isms.Code = "ciso/ref-id"    // a ref_id that is made anew, or was
	CodeLanguage  isms.Code = "ciso/language"  // a text in another language than it will be said to have
	CodeTitle     isms.Code = "ciso/title"     // a description that has to serve as title
	CodeLevel     isms.Code = "ciso/level"     // a level of a hierarchy that is flattened
	CodeID        isms.Code = "ciso/id"        // becomes another id
	CodeFormula   isms.Code = "ciso/formula"   // becomes the grid that it gives
	CodeCatalogue isms.Code = "ciso/catalogue" // record of a control of a catalogue, not an own one
	CodeShared    isms.Code = "ciso/shared"    // one for the whole library, and another is taken
	CodeRefused   isms.Code = "ciso/refused"   // an object that is left out for the reasons that follow it
)

// Codes of problems of a library.
const (
	CodeNotURN  isms.Code = "ciso/not-urn"
	CodeNothing isms.Code = "ciso/nothing" // none of the objects that have a place here
	CodeGrid    isms.Code = "ciso/grid"    // levels that are not numbered from 0, or a cell of no level
	CodeUnknown isms.Code = "ciso/parent"  // a parent that no node has, or that is below it
)

// system is that of the external id that keeps a urn.
const system = "ciso-assistant"

// urn is one of "urn:acme:risk:function:house-rules:rc1": who packs, what, and
// the rest.
type urn struct{ space, kind, name string }

func (u urn) String() string { return "urn:" + u.space + ":risk:" + u.kind + ":" + u.name }

// last is what follows the last colon.
func (u urn) last() string { return u.name[strings.LastIndexByte(u.name, ':')+1:] }

// parseURN takes a urn apart. They are the same in any case.
func parseURN(s string) (urn, bool) {
	parts := strings.SplitN(strings.ToLower(s), ":", 5)
	if len(parts) != 5 || parts[0] != "urn" || parts[1] == "" || parts[2] != "risk" || parts[4] == "" ||
		strings.ContainsAny(s, " \t\r\n") || parts[4][len(parts[4])-1] == ':' {
		return urn{}, false
	}
	return urn{parts[1], parts[3], parts[4]}, true
}

// slug is s as an id: lower case, and a hyphen for what an id cannot have.
func slug(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, s)
	s = strings.TrimLeft(s, "._-")
	s = strings.TrimRight(s[:min(len(s), 64)], ".")
	if !isms.ValidID(s) {
		s = "x-" + s[:min(len(s), 62)]
		s = strings.TrimRight(s, ".")
	}
	return s
}

// The words of reference controls.
func categories() []string {
	return []string{"policy", "process", "technical", "physical", "procedure"}
}

func functions() []string {
	return []string{"govern", "identify", "protect", "detect", "respond", "recover"}
}

const (
	tagCategory = "category:"
	tagFunction = "csf:"
)
