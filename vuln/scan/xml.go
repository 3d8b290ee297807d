package scan

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

// xmlDoc is what the readers of XML formats share.
type xmlDoc struct {
	*xmlstream.Reader

	s *sink
}

func newXML(src io.Reader, s *sink) *xmlDoc {
	d := &xmlDoc{Reader: xmlstream.NewReader(src), s: s}
	s.fault = d.Fault
	return d
}

// local is an element's name without its namespace prefix.
func local(name []byte) string {
	return string(name[bytes.LastIndexByte(name, ':')+1:])
}

// elements are the children that a reader uses, by name without prefix.
type elements map[string]func() error

// children reads the children of the current element.
func (d *xmlDoc) children(f elements) error {
	return d.Children(func(name []byte) error {
		if read := f[local(name)]; read != nil {
			return read()
		}
		return d.Skip()
	})
}

// list reads the children of that name.
func (d *xmlDoc) list(name string, read func() error) error {
	return d.Children(func(have []byte) error {
		if local(have) == name {
			return read()
		}
		return d.Skip()
	})
}

// each hands the element's trimmed text to f.
func (d *xmlDoc) each(f func(string) error) error {
	text, err := d.Text()
	if err != nil {
		return err
	}
	return f(strings.TrimSpace(text))
}

// attr is an attribute that is part of an identity, which is never cut.
func (d *xmlDoc) attr(name string, to *string) error {
	value, _ := d.Attr(name)
	if len(value) > maxField {
		return d.Fault("limit", fmt.Sprintf("an attribute of more than %d bytes", maxField))
	}
	*to = value
	return nil
}

func (d *xmlDoc) text(to *string) error {
	return d.each(func(text string) error {
		*to = cut(text, MaxDescription)
		return nil
	})
}

// short reads a text that is part of an identity, which is never cut.
func (d *xmlDoc) short(to *string) error {
	return d.each(func(text string) error {
		if len(text) > maxField {
			return d.Fault("limit", fmt.Sprintf("more than %d bytes", maxField))
		}
		*to = text
		return nil
	})
}

func (d *xmlDoc) score(to *Score) error {
	return d.each(func(text string) error {
		*to = ParseScore(text)
		return nil
	})
}

func (d *xmlDoc) time(to *time.Time) error {
	return d.each(func(text string) error {
		*to = moment(text, time.RFC3339)
		return nil
	})
}
