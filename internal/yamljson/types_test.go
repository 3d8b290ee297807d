package yamljson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/yamljson"
)

// The types below are made like those of the records that this codec is for.

// Text is "plain" in JSON when it has only the key "", else language to string.
type Text map[string]string

func (t Text) MarshalJSON() ([]byte, error) {
	if s, ok := t[""]; ok && len(t) == 1 {
		return yamljson.MarshalJSON(s)
	}
	return yamljson.MarshalJSON(map[string]string(t))
}

func (t *Text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = Text{"": s}
		return nil
	}
	var m map[string]string
	if err := json.Unmarshal(data, &m); err != nil {
		return errors.New("want text or texts by language")
	}
	*t = m
	return nil
}

type Date struct {
	y    int16
	m, d uint8
}

func (d Date) IsZero() bool { return d == Date{} }

func (d Date) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%04d-%02d-%02d", d.y, d.m, d.d), nil
}

func (d *Date) UnmarshalText(text []byte) error {
	if n, err := fmt.Sscanf(string(text), "%4d-%2d-%2d", &d.y, &d.m, &d.d); n != 3 || err != nil || len(text) != 10 {
		return errors.New("want a date like 2026-01-31")
	}
	return nil
}

type Link struct {
	Kind, ID string
	Rev      int64
}

func (l Link) IsZero() bool { return l == Link{} }

func (l Link) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s/%s@%d", l.Kind, l.ID, l.Rev), nil
}

func (l *Link) UnmarshalText(text []byte) error {
	kind, rest, ok := strings.Cut(string(text), "/")
	id, rev, ok2 := strings.Cut(rest, "@")
	n, err := strconv.ParseInt(rev, 10, 64)
	if !ok || !ok2 || err != nil {
		return errors.New("want kind/id@rev")
	}
	*l = Link{kind, id, n}
	return nil
}

type Ref[T any] string

type Common struct {
	ID   string                     `json:"id,omitempty"`
	Rev  int64                      `json:"rev,omitempty"`
	Tags []string                   `json:"tags,omitempty"`
	Ext  map[string]json.RawMessage `json:"ext,omitempty"`
}

type Place struct {
	City  string `json:"city,omitempty"`
	Floor *int   `json:"floor,omitempty"`
}

type Asset struct {
	Common

	Name    Text              `json:"name,omitempty"`
	Version string            `json:"version,omitempty"`
	Owner   Ref[Asset]        `json:"owner,omitempty"`
	Bought  Date              `json:"bought,omitzero"`
	Link    Link              `json:"link,omitzero"`
	Active  bool              `json:"active,omitempty"`
	Level   int8              `json:"level,omitempty"`
	Count   uint16            `json:"count,omitempty"`
	Share   float64           `json:"share,omitempty"`
	Where   *Place            `json:"where,omitempty"`
	Places  []Place           `json:"places,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
	Hash    []byte            `json:"hash,omitempty"`
	Notes   string            `json:"notes,omitempty"`
	Hidden  string            `json:"-"`
}

// file is a list file with its envelope.
type file struct {
	Kind   string  `json:"kind"`
	Schema int     `json:"schema"`
	Items  []Asset `json:"items"`
}

// soak is n in the normal run and full with ISMSKIT_SOAK=1.
func soak(n, full int) int {
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		return full
	}
	return n
}

func mustJSON(tb testing.TB, v any) string {
	tb.Helper()
	data, err := yamljson.MarshalJSON(v)
	if err != nil {
		tb.Fatalf("MarshalJSON(%+v): %v", v, err)
	}
	return string(data)
}

func parse(tb testing.TB, text string) *yamljson.Doc {
	tb.Helper()
	d, err := yamljson.Parse("f.yaml", []byte(text))
	if err != nil {
		tb.Fatalf("Parse(%q): %v", text, err)
	}
	return d
}
