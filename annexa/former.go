package annexa

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// ID2013 is the number of a control of ISO/IEC 27001:2013, such as A.13.2.1.
// The zero value is unset; any other value exists in that edition. It encodes
// as text, the unset ID2013 as the empty text.
type ID2013 struct {
	domain, objective, number uint8
}

// Former is one control of ISO/IEC 27001:2013, Annex A.
type Former struct {
	ID         ID2013  `json:"id"`
	Domain     string  `json:"domain"` // "A.13"
	Title      string  `json:"title"`  // in English
	Successors IDs[ID] `json:"successors"`
}

// Formers yields the 114 controls of 2013 in natural order.
func Formers() iter.Seq[Former] {
	return slices.Values(formers[:])
}

// LookupFormer finds the control of 2013 with a number; only the unset ID2013
// has none. O(log n), no allocation.
func LookupFormer(id ID2013) (Former, bool) {
	i, found := slices.BinarySearchFunc(formers[:], id, func(f Former, id ID2013) int {
		return f.ID.Compare(id)
	})
	if !found {
		return Former{}, false
	}
	return formers[i], true
}

// ParseID2013 reads a control number of 2013: "A.13.2.1", "a.13.2.1" or
// "13.2.1", blanks around it allowed. The error says which numbers would have
// been right.
func ParseID2013(s string) (ID2013, error) {
	var n [3]uint8
	if numbers(s, n[:]) {
		id := ID2013{n[0], n[1], n[2]}
		if _, found := LookupFormer(id); found {
			return id, nil
		}
		// The next number of 2013 tells where this objective ends.
		i, _ := slices.BinarySearchFunc(formers[:], id, func(f Former, id ID2013) int {
			return f.ID.Compare(id)
		})
		if i > 0 && formers[i-1].ID.domain == id.domain && formers[i-1].ID.objective == id.objective {
			return ID2013{}, fmt.Errorf("control of 2013 %s: want A.%d.%d.1 to %v", quote(s), n[0], n[1], formers[i-1].ID)
		}
	}
	return ID2013{}, fmt.Errorf("control of 2013 %s: want one of the %d numbers from %v to %v",
		quote(s), len(formers), formers[0].ID, formers[len(formers)-1].ID)
}

// Compare orders by natural order, A.9.4.5 before A.10.1.1 and the unset
// ID2013 first: -1, 0 or +1.
func (id ID2013) Compare(other ID2013) int {
	return cmp.Or(
		cmp.Compare(id.domain, other.domain),
		cmp.Compare(id.objective, other.objective),
		cmp.Compare(id.number, other.number),
	)
}

// String is the number as auditors write it: "A.13.2.1". The unset ID2013 is
// "unset".
func (id ID2013) String() string {
	if id == (ID2013{}) {
		return unset
	}
	return "A." + strconv.Itoa(int(id.domain)) + "." + strconv.Itoa(int(id.objective)) + "." + strconv.Itoa(int(id.number))
}

// MarshalText encodes like String, and the unset ID2013 as the empty text.
func (id ID2013) MarshalText() ([]byte, error) {
	if id == (ID2013{}) {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what [ParseID2013] reads, and the empty text as unset.
// After an error the ID2013 is as it was.
func (id *ID2013) UnmarshalText(text []byte) error {
	return unmarshal(id, text, ParseID2013)
}

// IDs is a list of up to four control numbers in natural order: the
// predecessors or the successors of a control. It is a comparable value.
type IDs[T ID | ID2013] struct {
	ids [4]T
}

// Len is how many numbers the list has.
func (l IDs[T]) Len() int {
	var none T
	if i := slices.Index(l.ids[:], none); i >= 0 {
		return i
	}
	return len(l.ids)
}

// All yields the numbers in natural order.
func (l IDs[T]) All() iter.Seq[T] {
	return slices.Values(l.ids[:l.Len()])
}

// String is the list as text: "A.13.2.1, A.13.2.2".
func (l IDs[T]) String() string {
	var b strings.Builder
	for id := range l.All() {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, id)
	}
	return b.String()
}

// MarshalJSON encodes an array of texts: ["A.13.2.1","A.13.2.2"].
func (l IDs[T]) MarshalJSON() ([]byte, error) {
	return json.Marshal(l.ids[:l.Len()])
}

// UnmarshalJSON reads such an array; it refuses more than four numbers and
// numbers that are unset. After an error the list is as it was.
func (l *IDs[T]) UnmarshalJSON(data []byte) error {
	var ids []T
	if err := json.Unmarshal(data, &ids); err != nil {
		return err
	}
	var read IDs[T]
	if len(ids) > len(read.ids) {
		return fmt.Errorf("list of %d controls: want at most %d", len(ids), len(read.ids))
	}
	copy(read.ids[:], ids)
	if read.Len() < len(ids) {
		return fmt.Errorf("list of %d controls: number %d is unset", len(ids), read.Len()+1)
	}
	*l = read
	return nil
}
