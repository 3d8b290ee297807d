// Package annexa holds the 93 controls of ISO/IEC 27001:2022, Annex A, as
// static data: number, title, a summary in our own words, the five attributes
// of ISO/IEC 27002:2022, and the way to and from the 114 controls of 2013.
//
// The text of the standards is not here: a host with a licence shows its own
// through [Labels]. Everything is a plain value, safe for concurrent use, and
// costs nothing at program start.
package annexa

import (
	"cmp"
	"iter"
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
)

//go:generate go run ../internal/gen/annexa -in data -out zcontrols.go -maps zcrossmaps.go

// Control is one control of ISO/IEC 27001:2022, Annex A. It is a comparable
// value: changing a copy changes nothing else. As JSON it reads back unchanged.
type Control struct {
	ID      ID        `json:"id"`
	Theme   Theme     `json:"theme"`
	Title   lang.Text `json:"title"`
	Summary lang.Text `json:"summary"` // what the control is for, one sentence of our own

	Types        Set[ControlType] `json:"control_types"`
	Properties   Set[Property]    `json:"properties"`
	Concepts     Set[Concept]     `json:"concepts"`
	Capabilities Set[Capability]  `json:"capabilities"`
	Domains      Set[Domain]      `json:"domains"`

	Former IDs[ID2013] `json:"former"` // the predecessors of 2013; none if the control is new
}

// All yields the 93 controls in natural order: A.5.9 before A.5.10.
func All() iter.Seq[Control] {
	return slices.Values(controls[:])
}

// Lookup finds the control with a number; only the unset ID has none.
// O(1), no allocation.
func Lookup(id ID) (Control, bool) {
	if id == (ID{}) {
		return Control{}, false
	}
	i := int(id.number) - 1
	for _, size := range sizes[:id.clause] {
		i += int(size)
	}
	return controls[i], true
}

// Labels are a host's own titles, such as licensed text or house wording.
// A control or language that is missing keeps our title; nil keeps them all.
type Labels map[ID]lang.Text

// Title is the title to show for a control.
func (l Labels) Title(c Control) lang.Text {
	own := l[c.ID]
	return lang.Text{EN: cmp.Or(own.EN, c.Title.EN), NL: cmp.Or(own.NL, c.Title.NL)}
}
