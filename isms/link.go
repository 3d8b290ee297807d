package isms

import (
	"fmt"
	"strconv"
	"strings"
)

// Ref is the id of an entity of type T in the same space. The zero Ref refers
// to nothing. The store checks at commit that what it refers to exists.
type Ref[T Entity] string

// Link is the reference as a Link; zero when r refers to nothing.
func (r Ref[T]) Link() Link {
	if r == "" {
		return Link{}
	}
	var target T
	return Link{Kind: target.EntityKind(), ID: string(r)}
}

// Link refers to an entity of any kind in the same space, and to one of its
// revisions when Rev is set. It encodes as "kind/id" or "kind/id@rev". The zero
// Link refers to nothing.
type Link struct {
	Kind, ID string
	Rev      int64
}

// ParseLink reads "kind/id" or "kind/id@rev".
func ParseLink(s string) (Link, error) {
	kind, rest, _ := strings.Cut(s, "/")
	id, rev, pinned := strings.Cut(rest, "@")
	l := Link{Kind: kind, ID: id}
	bad := !ValidID(kind) || !ValidID(id)
	if pinned {
		n, err := strconv.ParseInt(rev, 10, 64)
		bad = bad || err != nil || n < 1 || strconv.FormatInt(n, 10) != rev
		l.Rev = n
	}
	if bad {
		return Link{}, fmt.Errorf("link %q: want kind/id or kind/id@revision, such as role/ciso", s)
	}
	return l, nil
}

// IsZero reports whether the link refers to nothing.
func (l Link) IsZero() bool { return l == Link{} }

// Entity is the link without its revision.
func (l Link) Entity() Link {
	l.Rev = 0
	return l
}

// String is "kind/id" or "kind/id@rev", or "" for the zero Link.
func (l Link) String() string {
	if l.IsZero() {
		return ""
	}
	s := l.Kind + "/" + l.ID
	if l.Rev != 0 {
		s += "@" + strconv.FormatInt(l.Rev, 10)
	}
	return s
}

// MarshalText encodes as [Link.String].
func (l Link) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what [ParseLink] does, or "" for the zero Link.
func (l *Link) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*l = Link{}
		return nil
	}
	parsed, err := ParseLink(string(b))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}
