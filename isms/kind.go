package isms

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

// Kind says how entities of type T are stored. It is a value, not a
// registration: a package makes one where it needs it, and [Kind.In] gives the
// collection of a transaction. The zero Kind serves a type that never changed.
type Kind[T Entity] struct {
	// Terms are what [Collection.Where] can find an entity by, beside its
	// references. A change of what it returns needs a migration, if only one
	// that does nothing, so that older records are found all the same.
	Terms func(T) []driver.Term

	// Migrations bring older records up: the first turns schema 1 into 2, and
	// so on. The current schema is one more than their number.
	Migrations []Migration

	// Within reports what is wrong with a value among the other records, at
	// commit, when all of the transaction's changes can be read.
	Within func(tx *Tx, v T, c Checker) error
}

// Migration turns the JSON of one schema into that of the next.
type Migration func(json.RawMessage) (json.RawMessage, error)

// AnyKind is a [Kind] of some type, for what handles all of them.
type AnyKind interface {
	// Name is the name of the kind: "asset".
	Name() string
	// Schema is the number of its current form.
	Schema() int

	load(tx *Tx, e loadEntry) error
}

// Name is the name of the kind.
func (k Kind[T]) Name() string {
	var zero T
	return zero.EntityKind()
}

// Schema is the number of the kind's current form.
func (k Kind[T]) Schema() int { return len(k.Migrations) + 1 }

// In is the kind's collection in a transaction.
func (k Kind[T]) In(tx *Tx) Collection[T] { return Collection[T]{tx, k} }

// refTerm is the index key of references, so that a deletion finds who refers.
const refTerm = "ref"

// encode makes the stored form of v: its JSON without what the record itself
// says. It is that until the next value is written.
func (k Kind[T]) encode(w *jsonWriter, v *T) ([]byte, error) {
	bare := *v
	c := commonOf(&bare)
	c.ID, c.Rev, c.Recorded = "", 0, Recorded{}
	return w.marshal(bare)
}

// terms are what an index finds v by; refs are its references.
func (k Kind[T]) terms(v T, refs []refAt) []driver.Term {
	var terms []driver.Term
	if k.Terms != nil {
		terms = k.Terms(v)
	}
	for _, r := range refs {
		terms = append(terms, driver.Term{Key: refTerm, Value: r.to.Entity().String()})
	}
	slices.SortFunc(terms, compareTerms)
	return slices.Compact(terms)
}

func compareTerms(a, b driver.Term) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
}

// decode makes a value of a record. Of one that was erased it gives what is
// known, with ErrErased.
func (k Kind[T]) decode(r driver.Record) (T, error) {
	var v, none T
	data := json.RawMessage(r.Data)
	if r.Schema > k.Schema() || r.Schema < 1 {
		return none, fmt.Errorf("%s/%s: schema %d: %w: this program knows schema %d", r.Kind, r.ID, r.Schema, ErrNewer, k.Schema())
	}
	for _, migrate := range k.Migrations[r.Schema-1:] {
		var err error
		if len(data) == 0 { // of a deletion, or erased
			break
		}
		if data, err = migrate(data); err != nil {
			return none, fmt.Errorf("%s/%s: migrate from schema %d: %w", r.Kind, r.ID, r.Schema, err)
		}
	}
	erased := driver.Erased(r)
	if !r.Deleted && !erased {
		if err := json.Unmarshal(data, &v); err != nil {
			return none, fmt.Errorf("%s/%s revision %d: %w", r.Kind, r.ID, r.Rev, err)
		}
	}
	c := commonOf(&v)
	c.ID, c.Rev = r.ID, r.Rev
	if r.Seq == 0 { // not committed yet: it is still made from the revision before
		c.Rev--
		return v, nil
	}
	recorded, err := recordedOf(r)
	if err != nil {
		return none, err
	}
	c.Recorded = recorded
	if erased {
		return v, fmt.Errorf("%s: %w", Link{r.Kind, r.ID, r.Rev}, ErrErased)
	}
	return v, nil
}

// marshal is the canonical JSON: compact, fields in their order, map keys
// sorted, nothing escaped for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	return encode(json.NewEncoder(&b), &b, v)
}

// jsonWriter writes one value after another in the same memory.
type jsonWriter struct {
	buf bytes.Buffer
	enc *json.Encoder
}

// marshal is [marshal], until the next value is written.
func (w *jsonWriter) marshal(v any) ([]byte, error) {
	if w.enc == nil {
		w.enc = json.NewEncoder(&w.buf)
	}
	w.buf.Reset()
	return encode(w.enc, &w.buf, v)
}

func encode(e *json.Encoder, to *bytes.Buffer, v any) ([]byte, error) {
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(to.Bytes(), []byte("\n")), nil
}
