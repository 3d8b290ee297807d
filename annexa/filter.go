package annexa

import (
	"slices"
	"strings"
)

// Filter selects controls. Fields combine with and; several values in one
// field mean any of them; an empty field asks nothing.
type Filter struct {
	Themes       []Theme
	Types        []ControlType
	Properties   []Property
	Concepts     []Concept
	Capabilities []Capability
	Domains      []Domain

	// Text is words that must all occur, in any order and case, in the title
	// or the summary, English or Dutch. To search the titles of a host, give
	// Match a control with Title set from [Labels].
	Text string
}

// Match reports whether the filter selects c.
func (f Filter) Match(c Control) bool {
	return matches(f.Themes, func(t Theme) bool { return t == c.Theme }) &&
		matches(f.Types, c.Types.Has) &&
		matches(f.Properties, c.Properties.Has) &&
		matches(f.Concepts, c.Concepts.Has) &&
		matches(f.Capabilities, c.Capabilities.Has) &&
		matches(f.Domains, c.Domains.Has) &&
		contains(c, f.Text)
}

func matches[V Value](want []V, has func(V) bool) bool {
	return len(want) == 0 || slices.ContainsFunc(want, has)
}

func contains(c Control, words string) bool {
	if words == "" {
		return true
	}
	text := strings.ToLower(strings.Join([]string{c.Title.EN, c.Title.NL, c.Summary.EN, c.Summary.NL}, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
