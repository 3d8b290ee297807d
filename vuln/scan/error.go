package scan

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/internal/jsonstream"
	"github.com/ismskit/ismskit/internal/xmlstream"
	"github.com/ismskit/ismskit/isms/lang"
)

// Error says why an input is not a report that can be relied upon, and where.
type Error struct {
	Format Format // unset when the format is not known
	Offset int64  // bytes before the fault, as far as known
	Line   int    // from 1; 0 when not known
	Path   string // JSON Pointer or element path; "" at the top
	Reason Reason
	Detail string // in English, for a developer; the Reason has a text in each language
}

// Error is the fault in one English line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("scan")
	if e.Format != FormatUnset {
		b.WriteString(" " + e.Format.String())
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, ": line %d, offset %d", e.Line, e.Offset)
	}
	if e.Path != "" {
		b.WriteString(": " + e.Path)
	}
	b.WriteString(": " + e.Reason.Label().EN)
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// located makes an *Error of the faults of the tokenizers and adds the format;
// other errors pass as they are.
func located(format Format, err error) error {
	if stop, ok := errors.AsType[*stopError](err); ok {
		return stop.error
	}
	var e *Error
	if j, ok := errors.AsType[*jsonstream.Error](err); ok {
		e = &Error{Offset: j.Offset, Line: j.Line, Path: j.Path, Detail: j.Detail}
		e.Reason = reasonOf(j.Code)
	} else if x, ok := errors.AsType[*xmlstream.Error](err); ok {
		e = &Error{Offset: x.Offset, Line: x.Line, Path: x.Path, Detail: x.Detail}
		e.Reason = reasonOf(x.Code)
	} else if !errors.As(err, &e) {
		return err
	}
	e.Format = format
	return e
}

// reasonOf is the reason with the given word.
func reasonOf(word string) Reason {
	r, _ := parse[Reason](reasonWords(), word)
	return r
}

// Reason is the kind of fault that makes an input unusable.
type Reason uint8

// The reasons, and what they mean.
const (
	ReasonUnset        Reason = iota
	ReasonEmpty               // there is no input
	ReasonUnrecognised        // not a format that this package reads
	ReasonCompressed          // gzip, zip or the like: decompress first
	ReasonCharset             // neither UTF-8 nor ISO-8859-1
	ReasonVersion             // a version of the format that this package does not read
	ReasonTruncated           // the input ends inside the document
	ReasonSyntax              // not well-formed JSON or XML
	ReasonType                // a value of another type than the format has there
	ReasonMissing             // something that the format always has is not there
	ReasonDuplicateKey        // a key occurs twice in one object, in whatever case
	ReasonOrder               // a value on which earlier items depend comes after them
	ReasonEntity              // an XML entity other than the five of XML itself
	ReasonLimit               // a limit of this package
	ReasonTrailing            // more after the end of the document
)

func reasonWords() []string {
	return []string{
		"", "empty", "unrecognised", "compressed", "charset", "version", "truncated", "syntax", "type",
		"missing", "duplicate-key", "order", "entity", "limit", "trailing",
	}
}

// String is the reason as one word, stable.
func (r Reason) String() string { return word(reasonWords(), r) }

// MarshalText is String.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a word as String writes it.
func (r *Reason) UnmarshalText(text []byte) error { return decode(r, reasonWords(), "reason", text) }

// Label is the reason as a person reads it.
func (r Reason) Label() lang.Text {
	switch r {
	case ReasonEmpty:
		return lang.Text{EN: "the file is empty", NL: "het bestand is leeg"}
	case ReasonUnrecognised:
		return lang.Text{EN: "not a known format", NL: "geen bekend formaat"}
	case ReasonCompressed:
		return lang.Text{EN: "the file is compressed: decompress it first", NL: "het bestand is gecomprimeerd: pak het eerst uit"}
	case ReasonCharset:
		return lang.Text{EN: "unsupported character encoding", NL: "niet-ondersteunde tekencodering"}
	case ReasonVersion:
		return lang.Text{EN: "unsupported version of the format", NL: "niet-ondersteunde versie van het formaat"}
	case ReasonTruncated:
		return lang.Text{EN: "the file is not complete", NL: "het bestand is niet volledig"}
	case ReasonSyntax:
		return lang.Text{EN: "the file is malformed", NL: "het bestand is misvormd"}
	case ReasonType:
		return lang.Text{EN: "a value has the wrong type", NL: "een waarde heeft het verkeerde type"}
	case ReasonMissing:
		return lang.Text{EN: "a required part is missing", NL: "een verplicht onderdeel ontbreekt"}
	case ReasonDuplicateKey:
		return lang.Text{EN: "a key occurs twice", NL: "een sleutel komt tweemaal voor"}
	case ReasonOrder:
		return lang.Text{EN: "a value comes too late in the file", NL: "een waarde staat te laat in het bestand"}
	case ReasonEntity:
		return lang.Text{EN: "the file declares or uses an XML entity", NL: "het bestand declareert of gebruikt een XML-entiteit"}
	case ReasonLimit:
		return lang.Text{EN: "the file exceeds a limit", NL: "het bestand overschrijdt een grens"}
	case ReasonTrailing:
		return lang.Text{EN: "the file goes on after its end", NL: "het bestand gaat door na het einde"}
	case ReasonUnset:
	}
	return lang.Text{EN: "unknown fault", NL: "onbekende fout"}
}
