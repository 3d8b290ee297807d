package isms

import (
	"encoding/json"
	"slices"
	"strings"
)

// Successor is an entity that says which changes of itself may be recorded. The
// store asks it at each [Collection.Put] with what is there before; a first
// revision may begin anywhere, for records also come from elsewhere.
type Successor[T Entity] interface {
	// CheckAfter reports what may not follow from before.
	CheckAfter(before T, c Checker)
}

// CodeTransition is the code of a state that cannot follow the one before.
const CodeTransition Code = "isms/transition"

// CodeKept is the code of something that was recorded for good and changed.
const CodeKept Code = "isms/kept"

// checkTransition reports a state that is neither the one before nor among
// those that may follow it. From an unset state any may follow, but a state
// that was set stays set.
func checkTransition[S ~string](c Checker, before, after S, next []S) {
	if before == "" || before == after || slices.Contains(next, after) {
		return
	}
	words := make([]string, len(next))
	for i, s := range next {
		words[i] = string(s)
	}
	want := strings.Join(words, ", ")
	if want == "" {
		want = string(before)
	}
	c.Assert(false, CodeTransition, "before", string(before), "have", string(after), "want", want)
}

// widened is the kind of a type that got members since its first schema: what
// was recorded before reads as it is, and an older program refuses what it
// would lose.
func widened[T Entity]() Kind[T] {
	same := func(data json.RawMessage) (json.RawMessage, error) { return data, nil }
	return Kind[T]{Migrations: []Migration{same}}
}

// table is a lifecycle: for each state those that may follow.
type table[S ~string] []struct {
	state S
	next  []S
}

func (t table[S]) next(s S) []S {
	for _, row := range t {
		if row.state == s {
			return row.next
		}
	}
	return nil
}

func (t table[S]) states() []S {
	all := make([]S, len(t))
	for i, row := range t {
		all[i] = row.state
	}
	return all
}

// checkIDs reports ids, of elements of a list, that cannot be one or that stand
// twice.
func checkIDs[T any](c Checker, list []T, id func(T) string) {
	seen := map[string]bool{}
	for i, v := range list {
		at := c.Index(i).At("id")
		at.Assert(ValidID(id(v)), CodeID, "have", id(v))
		at.Assert(!seen[id(v)], CodeDuplicate, "have", id(v))
		seen[id(v)] = true
	}
}

// checkParties reports what is empty, or neither a person nor a role.
func checkParties(c Checker, list []Link) {
	for i, l := range list {
		CheckRequired(c.Index(i), !l.IsZero())
		CheckParty(c.Index(i), l)
	}
}

// checkPositive reports a number below 0.
func checkPositive(c Checker, n int) {
	c.Assert(n >= 0, CodeRange, "have", itoa(n), "want", "0 ...")
}
