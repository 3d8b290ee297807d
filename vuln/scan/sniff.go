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
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	rest := r
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		rest = strings.NewReader("")
	case err != nil:
		return nil, FormatUnset, err
	}
	format := FormatUnset
	if opts != nil {
		format = opts.Format
	}
	if err := unreadable(head); err != nil {
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
func unreadable(head []byte) error {
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
		if isTrivy(jsonNames(head)) {
			return FormatTrivy, nil
		}
	case 'n':
		if string(bytes.TrimSpace(text)) == "null" { // Trivy before schema 2, without any result
			return FormatTrivy, nil
		}
	}
	return FormatUnset, unrecognised
}

func sniffXML(head []byte) (Format, error) {
	root, err := xmlstream.NewReader(bytes.NewReader(head)).Root()
	if e, ok := errors.AsType[*xmlstream.Error](err); ok && (e.Code == "charset" || e.Code == "entity") {
		return FormatUnset, err
	}
	switch name := string(root); {
	case err == nil && name == nessusRoot:
		return FormatNessus, nil
	case err == nil && name == "NessusClientData":
		return FormatNessus, &Error{Reason: ReasonVersion, Detail: "version 1: want a .nessus file of version 2"}
	case strings.EqualFold(name, "html"):
		return FormatUnset, &Error{Reason: ReasonUnrecognised, Detail: "a web page"}
	case err == nil:
		return FormatUnset, &Error{Reason: ReasonUnrecognised, Detail: "XML with the root element " + cut(name, 64)}
	}
	return FormatUnset, &Error{Reason: ReasonUnrecognised}
}

// jsonNames are the keys of the first object in head, as far as head goes.
func jsonNames(head []byte) (names map[string]bool, array bool) {
	names = map[string]bool{}
	r := jsonstream.NewReader(bytes.NewReader(head))
	object := func() error {
		return r.Object(func(name []byte) error {
			names[string(name)] = true
			return r.Skip()
		})
	}
	c, err := r.Peek()
	if array = err == nil && c == '['; array {
		err = r.Array(func(i int) error {
			if i > 0 {
				return io.EOF // the first says enough
			}
			return object()
		})
	} else if err == nil {
		err = object()
	}
	_ = err // head may end anywhere: the reader of the format judges
	return names, array
}
