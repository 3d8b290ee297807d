package annexa

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// ID is the number of a control, such as A.5.1. The zero value is unset; any
// other value exists in Annex A, since only [ParseID] and this package make
// them. It encodes as text, the unset ID as the empty text.
type ID struct {
	clause, number uint8
}

// ParseID reads a control number: "A.5.1", "a.5.1" or "5.1", blanks around it
// allowed. The error says which numbers would have been right.
func ParseID(s string) (ID, error) {
	var n [2]uint8
	if !numbers(s, n[:]) || int(n[0]) >= len(sizes) || sizes[n[0]] == 0 {
		return ID{}, fmt.Errorf("control %s: want a number from A.5.1 to A.8.%d, such as A.5.1 or 5.1", quote(s), sizes[8])
	}
	if n[1] > sizes[n[0]] {
		return ID{}, fmt.Errorf("control %s: want A.%d.1 to A.%d.%d", quote(s), n[0], n[0], sizes[n[0]])
	}
	return ID{n[0], n[1]}, nil
}

// MustParseID is [ParseID] for constants and tests: it panics on an error.
func MustParseID(s string) ID {
	id, err := ParseID(s)
	if err != nil {
		panic("annexa: " + err.Error())
	}
	return id
}

// Compare orders by natural order, A.5.9 before A.5.10 and the unset ID
// first: -1, 0 or +1, for slices.SortFunc and the like.
func (id ID) Compare(other ID) int {
	return cmp.Or(cmp.Compare(id.clause, other.clause), cmp.Compare(id.number, other.number))
}

// String is the number as auditors write it: "A.5.1". The unset ID is "unset".
func (id ID) String() string {
	if id == (ID{}) {
		return unset
	}
	return "A." + strconv.Itoa(int(id.clause)) + "." + strconv.Itoa(int(id.number))
}

// MarshalText encodes like String, and the unset ID as the empty text.
func (id ID) MarshalText() ([]byte, error) {
	if id == (ID{}) {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what [ParseID] reads, and the empty text as unset.
// After an error the ID is as it was.
func (id *ID) UnmarshalText(text []byte) error {
	return unmarshal(id, text, ParseID)
}

const unset = "unset"

// numbers reads "A.5.1" or "5.1" into out, one part for each element, and
// reports whether s is exactly that: parts of one or two digits, from 1 up,
// without a leading zero.
func numbers(s string, out []uint8) bool {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "A.") || strings.HasPrefix(s, "a.") {
		s = s[2:]
	}
	for i := range out {
		part, rest, more := strings.Cut(s, ".")
		if more != (i < len(out)-1) || part == "" || len(part) > 2 || part[0] == '0' {
			return false
		}
		for _, digit := range []byte(part) {
			if digit < '0' || digit > '9' {
				return false
			}
			out[i] = out[i]*10 + digit - '0'
		}
		s = rest
	}
	return true
}

// quote shows input in an error, cut off where it is too long to be meant.
func quote(s string) string {
	const most = 40
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:most]) + "..."
}

// unmarshal is UnmarshalText for a type that is unset when empty.
func unmarshal[T any](to *T, text []byte, parse func(string) (T, error)) error {
	var v T
	if len(text) > 0 {
		var err error
		if v, err = parse(string(text)); err != nil {
			return err
		}
	}
	*to = v
	return nil
}
