package annexa

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Set is a set of values of one list, such as the control types of a control.
// The zero value is empty. It is a comparable value.
type Set[V Value] struct {
	bits uint16 // bit v for value v; bit 0 is never set
}

// Has reports whether v is in the set. The unset value never is.
func (s Set[V]) Has(v V) bool {
	return s.bits&(1<<v) != 0
}

// All yields the values in the order of the standard.
func (s Set[V]) All() iter.Seq[V] {
	return func(yield func(V) bool) {
		for v := range Values[V]() {
			if s.Has(v) && !yield(v) {
				return
			}
		}
	}
}

// String is the set as the standard prints it: "#Preventive #Detective".
func (s Set[V]) String() string {
	var b strings.Builder
	for v := range s.All() {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(v.String())
	}
	return b.String()
}

// MarshalJSON encodes an array of words: ["preventive","detective"].
func (s Set[V]) MarshalJSON() ([]byte, error) {
	return json.Marshal(slices.AppendSeq([]V{}, s.All()))
}

// UnmarshalJSON reads an array of what [Parse] reads; it refuses unset
// values. After an error the set is as it was.
func (s *Set[V]) UnmarshalJSON(data []byte) error {
	var values []V
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	var read Set[V]
	for i, v := range values {
		if v == 0 {
			return fmt.Errorf("list of %d: %s %d is unset", len(values), v.list().name, i+1)
		}
		read.bits |= 1 << v
	}
	*s = read
	return nil
}
