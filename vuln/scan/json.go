package scan

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/internal/jsonstream"
)

// jsonDoc is what the readers of JSON formats share.
type jsonDoc struct {
	*jsonstream.Reader

	s *sink
}

func newJSON(src io.Reader, s *sink) *jsonDoc {
	d := &jsonDoc{Reader: jsonstream.NewReader(src), s: s}
	s.fault = d.Fault
	return d
}

// fields are the members of an object that a reader uses. It is for objects of
// which there are few; the ones that fill a report have a switch.
type fields = jsonstream.Fields

// entry yields an entry of the report that is one item.
func (d *jsonDoc) entry(item Item) error {
	d.s.next()
	if item.ID == "" {
		return d.s.skip(d.Path(), WhyNoID)
	}
	return d.s.emit(item)
}

// short reads a text that is part of an identity, which is never cut.
func (d *jsonDoc) short(to *string) error {
	s, err := d.String()
	if err != nil {
		return err
	}
	if len(s) > maxField {
		return d.Fault("limit", fmt.Sprintf("more than %d bytes", maxField))
	}
	*to = s
	return nil
}

// named reads the name of what was scanned.
func (d *jsonDoc) named() error {
	var name string
	if err := d.short(&name); err != nil {
		return err
	}
	return d.s.target(name)
}

func (d *jsonDoc) text(to *string) error {
	s, err := d.String()
	*to = cut(s, MaxDescription)
	return err
}

func (d *jsonDoc) severity(to *Severity) error {
	s, err := d.String()
	*to = severityOf(s)
	return err
}

// id reads the id that the item goes by.
func (d *jsonDoc) id(item *Item) error {
	var id string
	if err := d.short(&id); err != nil {
		return err
	}
	return d.s.name(item, id)
}

// alias reads another id.
func (d *jsonDoc) alias(item *Item) error {
	var id string
	if err := d.short(&id); err != nil {
		return err
	}
	return d.s.id(item, strings.TrimSpace(id))
}

func (d *jsonDoc) aliases(item *Item) error {
	return d.Array(func(int) error { return d.alias(item) })
}

func (d *jsonDoc) reference(item *Item) error {
	url, err := d.String()
	addReference(item, url)
	return err
}

func (d *jsonDoc) references(item *Item) error {
	return d.Array(func(int) error { return d.reference(item) })
}

// scalar reads a string or a number as it is written.
func (d *jsonDoc) scalar() (string, error) {
	c, err := d.Peek()
	if err != nil {
		return "", err
	}
	if c == '"' {
		return d.String()
	}
	return d.Number()
}

func (d *jsonDoc) score(to *Score) error {
	n, err := d.Number()
	*to = ParseScore(n)
	return err
}

func (d *jsonDoc) time(to *time.Time) error {
	s, err := d.String()
	*to = moment(s, time.RFC3339)
	return err
}

// list reads an array of texts as one, with commas.
func (d *jsonDoc) list() (string, error) {
	var all []string
	size := 0
	err := d.Array(func(int) error {
		s, err := d.String()
		if size += len(s) + 2; size > maxField {
			return d.Fault("limit", fmt.Sprintf("more than %d bytes", maxField))
		}
		if s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
		return err
	})
	return strings.Join(all, ", "), err
}

// count skips an array and counts its elements.
func (d *jsonDoc) count(kind Other) error {
	n := 0
	err := d.Array(func(int) error {
		n++
		return d.Skip()
	})
	d.s.other(kind, n)
	return err
}

// complete checks, at the end of the document, that what makes it one of the
// format was there.
func (d *jsonDoc) complete(have bool, want string) error {
	if !have {
		return d.Fault("missing", "want "+want)
	}
	return d.End()
}
