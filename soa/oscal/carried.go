package oscal

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// spot is where something stands on our side.
type spot struct {
	subject isms.Link
	path    string // JSON Pointer
}

func (s spot) at(members ...string) spot {
	for _, m := range members {
		s.path += "/" + escape(m)
	}
	return s
}

// escape writes a member as a part of a JSON Pointer (RFC 6901, 3).
func escape(member string) string {
	if !strings.ContainsAny(member, "~/") {
		return member
	}
	return strings.ReplaceAll(strings.ReplaceAll(member, "~", "~0"), "/", "~1")
}

func (s spot) index(i int) spot { return s.at(strconv.Itoa(i)) }

// pattern is a set of JSON Pointers, "*" being any member or index.
type pattern map[string]pattern

// carries is the pattern of pointers in one text: "/title /actions/*/due".
func carries(pointers string) pattern {
	set := pattern{}
	for p := range strings.FieldsSeq(pointers) {
		at := set
		for member := range strings.SplitSeq(p[1:], "/") {
			if at[member] == nil {
				at[member] = pattern{}
			}
			at = at[member]
		}
	}
	return set
}

// rest lists the members of a record that are not in the pattern. It goes by
// what the record has as JSON, so that a member nobody thought of is listed
// rather than lost. Identity and what the store adds go without saying.
func (b *builder) rest(at spot, record any, carried pattern) {
	data, err := json.Marshal(record)
	if err != nil {
		b.omit(CodeDropped, at)
		return
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		b.omit(CodeDropped, at)
		return
	}
	for _, own := range []string{"id", "rev", "recorded"} {
		delete(members, own)
	}
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if next, found := carried[member]; found && len(next) == 0 {
			continue // whole
		}
		var value any
		if err := json.Unmarshal(members[member], &value); err != nil {
			b.omit(CodeDropped, at.at(member))
			continue
		}
		b.members(at, map[string]any{member: value}, carried)
	}
}

func (b *builder) members(at spot, value any, carried pattern) {
	below := func(member string, value any, at spot) {
		next, found := carried[member]
		if !found {
			next, found = carried["*"]
		}
		switch {
		case isEmpty(value):
		case !found:
			b.omit(CodeDropped, at)
		case len(next) > 0:
			b.members(at, value, next)
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(v)) {
			below(member, v[member], at.at(member))
		}
	case []any:
		for i, item := range v {
			below(strconv.Itoa(i), item, at.index(i))
		}
	}
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, member := range v {
			if !isEmpty(member) {
				return false
			}
		}
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	default:
		return false
	}
}
