package isms

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// immaterial are the cosmetic members and what a record itself says: id, revision
// and when.
func immaterial(cosmetic []string) *paths {
	leave := pathsOf(cosmetic)
	for _, name := range []string{"id", "rev", "recorded"} {
		leave.below[name] = &paths{ends: true}
	}
	return leave
}

// hashJSON is the hash of the JSON of an entity without what is to be left out;
// "" when it is not JSON. Members are in the order of their names, without space
// between them; one that is unset (null, false, 0 or empty) counts as absent, so
// that a field which a later version adds does not change the hash.
func hashJSON(data []byte, leave *paths) string {
	if !json.Valid(data) {
		return ""
	}
	c := canonical{in: data, out: make([]byte, 0, len(data)+16)}
	c.value(leave)
	sum := sha256.Sum256(c.out)
	return hex.EncodeToString(sum[:])
}

// canonical writes valid JSON in its one form.
type canonical struct {
	in  []byte // what is left to read
	out []byte

	members []span // of the objects that are being written, innermost last
	spare   []byte
}

// span is a member in out, from its name up to and including a comma.
type span struct{ name, from, to int }

// value writes the value that is next, without the paths to leave out, and tells
// whether it is unset.
func (c *canonical) value(leave *paths) (unset bool) {
	from := len(c.out)
	switch c.skip(); c.in[0] {
	case '{':
		c.object(leave)
	case '[':
		c.list(leave)
	default:
		n := tokenEnd(c.in)
		c.out = append(c.out, c.in[:n]...)
		c.in = c.in[n:]
	}
	switch string(c.out[from:]) {
	case "null", "false", "0", `""`, "{}", "[]":
		return true
	default:
		return false
	}
}

func (c *canonical) object(leave *paths) {
	start, first := len(c.out), len(c.members)
	for c.open('{'); c.more('}'); {
		c.skip()
		m := span{name: tokenEnd(c.in), from: len(c.out)}
		name := c.in[:m.name]
		c.out = append(append(c.out, name...), ':')
		c.in = c.in[m.name:]
		c.skip()
		c.in = c.in[1:] // the colon
		below := leave.next(unquote(name))
		if c.value(below) || below != nil && below.ends {
			c.out = c.out[:m.from]
			continue
		}
		c.out = append(c.out, ',')
		m.to = len(c.out)
		c.members = append(c.members, m)
	}
	members := c.members[first:]
	order := func(a, b span) int {
		return bytes.Compare(c.out[a.from:a.from+a.name], c.out[b.from:b.from+b.name])
	}
	if !slices.IsSortedFunc(members, order) {
		slices.SortFunc(members, order)
		c.spare = c.spare[:0]
		for _, m := range members {
			c.spare = append(c.spare, c.out[m.from:m.to]...)
		}
		c.out = append(c.out[:start+1], c.spare...)
	}
	c.members = c.members[:first]
	c.end('}')
}

func (c *canonical) list(leave *paths) {
	i := 0
	for c.open('['); c.more(']'); i++ {
		c.value(leave.next(itoa(i)))
		c.out = append(c.out, ',')
	}
	c.end(']')
}

// open reads and writes the bracket that is next.
func (c *canonical) open(bracket byte) {
	c.in = c.in[1:]
	c.out = append(c.out, bracket)
}

// more reports whether another element follows, and reads the comma before it
// or the bracket at the end.
func (c *canonical) more(end byte) bool {
	c.skip()
	if c.in[0] == ',' {
		c.in = c.in[1:]
		c.skip()
	}
	if c.in[0] != end {
		return true
	}
	c.in = c.in[1:]
	return false
}

// end writes the bracket at the end, in place of a last comma.
func (c *canonical) end(bracket byte) {
	if last := len(c.out) - 1; c.out[last] == ',' {
		c.out[last] = bracket
		return
	}
	c.out = append(c.out, bracket)
}

// skip reads white space.
func (c *canonical) skip() {
	for c.in[0] == ' ' || c.in[0] == '\t' || c.in[0] == '\n' || c.in[0] == '\r' {
		c.in = c.in[1:]
	}
}

// tokenEnd is the length of the string, number or word that in begins with.
func tokenEnd(in []byte) int {
	if in[0] != '"' {
		if n := bytes.IndexAny(in, " \t\n\r,]}"); n >= 0 {
			return n
		}
		return len(in)
	}
	for i := 1; ; i++ {
		switch in[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// unquote is the text of a JSON string.
func unquote(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil { // never: it is valid JSON
		return string(quoted)
	}
	return s
}
