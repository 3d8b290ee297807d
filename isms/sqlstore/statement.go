package sqlstore

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

// statement is SQL with its arguments. Values only ever become arguments.
type statement struct {
	dialect Dialect
	text    strings.Builder
	args    []any
}

// add appends text, in which each ? stands for the next of args.
func (s *statement) add(text string, args ...any) {
	s.args = append(s.args, args...)
	if s.dialect == SQLite {
		s.text.WriteString(text)
		return
	}
	n := len(s.args) - len(args)
	for {
		before, after, found := strings.Cut(text, "?")
		s.text.WriteString(before)
		if !found {
			return
		}
		n++
		s.text.WriteString("$" + strconv.Itoa(n))
		text = after
	}
}

// row appends one row of a VALUES list.
func (s *statement) row(first bool, pattern string, args ...any) {
	if !first {
		s.text.WriteString(", ")
	}
	s.add(pattern, args...)
}

// hash is the key of a term in the index. That two terms share one would do no
// harm: a query may find more than was asked for.
func hash(t driver.Term) []byte {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(t.Key))))
	h.Write([]byte(t.Key))
	h.Write([]byte(t.Value))
	return h.Sum(nil)[:16]
}

// packTerms encodes terms: each key and value after its length.
func packTerms(terms []driver.Term) []byte {
	b := []byte{}
	for _, t := range terms {
		for _, text := range []string{t.Key, t.Value} {
			b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
		}
	}
	return b
}

var errTerms = errors.New("terms are not as they were written")

func unpackTerms(b []byte) ([]driver.Term, error) {
	var terms []driver.Term
	for len(b) > 0 {
		var t driver.Term
		for _, text := range []*string{&t.Key, &t.Value} {
			size, n := binary.Uvarint(b)
			if n <= 0 || size > uint64(len(b)-n) { //nolint:gosec // n is at most len(b)
				return nil, errTerms
			}
			b = b[n:]
			*text, b = string(b[:size]), b[size:]
		}
		terms = append(terms, t)
	}
	return terms, nil
}
