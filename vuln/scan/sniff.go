package scan

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/ismskit/ismskit/internal/jsonstream"
	"github.com/ismskit/ismskit/internal/xmlstream"
)

const sniffed = 64 << 10

// recognise finds the format of r and gives back the whole of r.
func recognise(r io.Reader, opts *Options) (io.Reader, Format, error) {
	head, err := io.ReadAll(io.LimitReader(r, sniffed))
	if err != nil {
		return nil, FormatUnset, err
	}
	rest := r
	if len(head) < sniffed {
		rest = strings.NewReader("") // r has ended, and may not say so twice
	}
	format := FormatUnset
	if opts != nil {
		format = opts.Format
	}
	if err := unreadable(head); err != nil && (err.Reason != ReasonEmpty || format != FormatNuclei) {
		return nil, format, err
	}
	if format == FormatUnset {
		if format, err = sniff(head); err != nil {
			return nil, format, err
		}
	}
	return io.MultiReader(bytes.NewReader(head), rest), format, nil
}

// unreadable tells what is no text at all.
func unreadable(head []byte) *Error {
	if len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))) == 0 && len(head) < sniffed {
		return &Error{Reason: ReasonEmpty}
	}
	for magic, detail := range map[string]string{
		"\x1f\x8b": "gzip", "PK\x03\x04": "zip", "BZh": "bzip2", "\x28\xb5\x2f\xfd": "zstd", "\xfd7zXZ\x00": "xz",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return &Error{Reason: ReasonCompressed, Detail: detail}
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return &Error{Reason: ReasonCharset, Detail: "UTF-16: want UTF-8"}
	}
	return nil
}

// sniff tells the format by the first structure in head. An input that could be
// the empty output of several scanners, such as [], is none of them.
func sniff(head []byte) (Format, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	unrecognised := &Error{Reason: ReasonUnrecognised}
	if len(text) == 0 {
		return FormatUnset, unrecognised
	}
	switch text[0] {
	case '<':
		return sniffXML(head)
	case '{', '[':
		if format := sniffJSON(shapeOf(head)); format != FormatUnset {
			return format, nil
		}
		return FormatUnset, unrecognised
	case 'n':
		if string(bytes.TrimSpace(text)) == "null" { // Trivy before schema 2, without any result
			return FormatTrivy, nil
		}
	}
	if isOpenVASHeader(text) {
		return FormatOpenVAS, nil
	}
	return FormatUnset, unrecognised
}

func sniffJSON(names shape, array bool) Format {
	switch {
	case isTrivy(names, array):
		return FormatTrivy
	case isNuclei(names):
		return FormatNuclei
	case array:
		return FormatUnset
	case names.has("bomformat"):
		return FormatCycloneDX
	case names.has("matches.vulnerability"), names.has("matches") && (names.has("descriptor") || names.has("source")):
		return FormatGrype
	case names.has("runs") && (names.has("version") || strings.Contains(names["$schema"], "sarif") || names.has("runs.tool") || names.has("runs.results")):
		return FormatSARIF
	case strings.HasPrefix(names["@context"], openVEXContext):
		return FormatOpenVEX
	case names.has("document.csaf_version"):
		return FormatCSAF
	case names.has("results.packages") && names.has("results.source"), names.has("results") && names.has("experimental_config"):
		return FormatOSVScanner
	case names.has("id") && (names.has("schema_version") || names.has("modified") && names.has("affected")):
		return FormatOSV
	}
	return FormatUnset
}

func sniffXML(head []byte) (Format, error) {
	r := xmlstream.NewReader(bytes.NewReader(head))
	root, err := r.Root()
	if e, ok := errors.AsType[*xmlstream.Error](err); ok && (e.Code == "charset" || e.Code == "entity") {
		return FormatUnset, err
	}
	switch name := string(root); {
	case err == nil && name == nessusRoot:
		return FormatNessus, nil
	case err == nil && name == "NessusClientData":
		return FormatNessus, &Error{Reason: ReasonVersion, Detail: "version 1: want a .nessus file of version 2"}
	case err == nil && isCycloneDXRoot(r, root):
		return FormatCycloneDX, nil
	case err == nil && isOpenVASRoot(r, name):
		return FormatOpenVAS, nil
	case err == nil && name == nmapRoot:
		return FormatNmap, nil
	case strings.EqualFold(name, "html"):
		return FormatUnset, &Error{Reason: ReasonUnrecognised, Detail: "a web page"}
	case err == nil:
		return FormatUnset, &Error{Reason: ReasonUnrecognised, Detail: "XML with the root element " + cut(name, 64)}
	}
	return FormatUnset, &Error{Reason: ReasonUnrecognised}
}

// shape is what an object has: the keys in lower case, with the value of texts;
// "a.b" are the keys of an object, or of the first object in an array, below.
type shape map[string]string

func (s shape) has(name string) bool {
	_, has := s[name]
	return has
}

// shapeOf is the shape of the first object in head, as far as head goes.
func shapeOf(head []byte) (names shape, array bool) {
	names = shape{}
	r := jsonstream.NewReader(bytes.NewReader(head))
	c, err := r.Peek()
	array = err == nil && c == '['
	if err == nil {
		_ = names.add(r, "") // head may end anywhere: the reader of the format judges
	}
	return names, array
}

// add reads a value; prefix is "" for the first object, "a." below its key a.
func (s shape) add(r *jsonstream.Reader, prefix string) error {
	c, err := r.Peek()
	switch {
	case err != nil:
		return err
	case c == '[':
		return r.Array(func(i int) error {
			if i > 0 && prefix == "" {
				return io.EOF // the first says enough
			}
			if i > 0 {
				return r.Skip()
			}
			return s.add(r, prefix)
		})
	case c != '{':
		return r.Skip()
	}
	return r.Object(func(name []byte) error {
		key := prefix + string(name)
		s[key] = ""
		c, err := r.Peek()
		switch {
		case err == nil && c == '"' && prefix == "":
			s[key], err = r.String()
			return err
		case err == nil && (c == '{' || c == '[') && prefix == "":
			return s.add(r, key+".")
		case err != nil:
			return err
		}
		return r.Skip()
	})
}
