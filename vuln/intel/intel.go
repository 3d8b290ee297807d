// Package intel reads what others publish about vulnerabilities: the likelihood
// of exploitation that EPSS forecasts, the catalogue of known exploited
// vulnerabilities (KEV) of CISA, the National Vulnerability Database (NVD), and
// CVE records with the SSVC decision points of CISA.
//
// The readers hand over one plain value at a time, in memory that does not grow
// with the input, and take plain or gzip input. They judge nothing and fetch
// nothing. A file that is not of the feed, or not complete, is an [*Error].
package intel

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ismskit/ismskit/internal/jsonstream"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Limits. Those of package internal/jsonstream hold too: 100 levels of nesting,
// 1 MiB for a text that is read.
const (
	MaxSize = 1 << 30  // bytes of a feed, after decompression; more are an error
	MaxText = 16 << 10 // bytes of a description; longer ones are cut
	MaxList = 4096     // ratings, assessments or weaknesses of one record; more are an error
)

// maxField bounds the texts that are never cut.
const maxField = 4 << 10

// Error says why an input is not the feed that it should be, and where.
type Error struct {
	Feed   string // "epss", "kev", "nvd" or "cve"
	Offset int64  // bytes before the fault, after decompression, as far as known
	Line   int    // from 1; 0 when not known
	Path   string // JSON Pointer; "" at the top
	Reason scan.Reason
	Detail string // in English, for a developer
}

// Error is the fault in one English line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("intel " + e.Feed)
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

// located makes an *Error of the faults of an input; other errors pass as they
// are.
func located(feed string, err error) error {
	if stop, ok := errors.AsType[*stopError](err); ok {
		return stop.error
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.Feed = feed
		return e
	}
	e := &Error{Feed: feed}
	if j, ok := errors.AsType[*jsonstream.Error](err); ok {
		e.Offset, e.Line, e.Path, e.Detail = j.Offset, j.Line, j.Path, j.Detail
		if e.Reason.UnmarshalText([]byte(j.Code)) == nil {
			return e
		}
	}
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), isCorrupt(err):
		e.Reason, e.Detail = scan.ReasonSyntax, err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Reason, e.Detail = scan.ReasonTruncated, "the compressed data ends too early"
	default:
		return err
	}
	return e
}

// stopError carries an error of the caller's function past located.
type stopError struct{ error }

// source is the text of a feed, decompressed and limited.
type source struct {
	ctx  context.Context //nolint:containedctx // lives as long as one call
	r    io.Reader
	left int64
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	if s.left <= 0 {
		return 0, &Error{Reason: scan.ReasonLimit, Detail: fmt.Sprintf("more than %d bytes", int64(MaxSize))}
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}

// open decompresses gzip.
func open(ctx context.Context, r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(&source{ctx: ctx, r: r, left: MaxSize})
	head, err := b.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(head) == 0 {
		return nil, &Error{Reason: scan.ReasonEmpty}
	}
	if string(head) != "\x1f\x8b" {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return &source{ctx: ctx, r: z, left: MaxSize}, nil
}

// doc is what the readers of JSON share.
type doc struct {
	*jsonstream.Reader
}

// read runs the reader of a feed in JSON to the end of the document.
func read(ctx context.Context, feed string, r io.Reader, f func(doc) error) error {
	src, err := open(ctx, r)
	if err == nil {
		d := doc{jsonstream.NewReader(src)}
		c, peekErr := d.Peek()
		switch {
		case peekErr != nil:
			err = peekErr
		case c != '{':
			err = &Error{Reason: scan.ReasonUnrecognised, Detail: "want a JSON object"}
		default:
			if err = f(d); err == nil {
				err = d.End()
			}
		}
	}
	if err != nil {
		return located(feed, err)
	}
	return nil
}

// yield hands a value to the caller's function.
func yield[T any](ctx context.Context, v T, f func(T) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f(v); err != nil {
		return &stopError{err}
	}
	return nil
}

// short reads a text that is never cut.
func (d doc) short(to *string) error {
	s, err := d.String()
	if err == nil && len(s) > maxField {
		return d.Fault("limit", fmt.Sprintf("more than %d bytes", maxField))
	}
	*to = s
	return err
}

// text reads a description.
func (d doc) text(to *string) error {
	s, err := d.String()
	if len(s) > MaxText {
		s = strings.ToValidUTF8(s[:MaxText], "")
	}
	*to = s
	return err
}

// id reads a CVE id.
func (d doc) id(to *string) error {
	s, err := d.String()
	if err != nil {
		return err
	}
	if !isCVE(s) {
		return d.Fault("type", fmt.Sprintf("%.40q: want a CVE id", s))
	}
	*to = s
	return nil
}

// day reads a civil day, or the day of a moment.
func (d doc) day(to *string) error {
	s, err := d.String()
	if err != nil || s == "" {
		return err
	}
	day := s[:min(len(s), len(time.DateOnly))]
	if _, bad := time.Parse(time.DateOnly, day); bad != nil || len(s) > len(day) && s[len(day)] != 'T' {
		return d.Fault("type", fmt.Sprintf("%.40q: want a day such as 2026-03-09", s))
	}
	*to = day
	return nil
}

// time reads a moment; without a time zone it is UTC, as NVD means it.
func (d doc) time(to *time.Time) error {
	s, err := d.String()
	if err != nil || s == "" {
		return err
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, bad := time.Parse(layout, s); bad == nil {
			*to = t.UTC()
			return nil
		}
	}
	return d.Fault("type", fmt.Sprintf("%.40q: want a time such as 2026-03-09T08:30:00Z", s))
}

func (d doc) int(to *int) error {
	s, err := d.Number()
	if err != nil || s == "" {
		return err
	}
	if _, bad := fmt.Sscanf(s, "%d", to); bad != nil || strings.Trim(s, "0123456789") != "" {
		return d.Fault("type", fmt.Sprintf("%.20q: want a whole number", s))
	}
	return nil
}

// texts reads a list of short texts.
func (d doc) texts(to *[]string) error {
	return d.Array(func(i int) error {
		if i == MaxList {
			return d.Fault("limit", fmt.Sprintf("more than %d elements", MaxList))
		}
		s := ""
		err := d.short(&s)
		*to = append(*to, s)
		return err
	})
}

// isCVE tells the form of a CVE id.
func isCVE(s string) bool {
	const form = "CVE-2026-"
	if len(s) < len(form)+4 || len(s) > len(form)+19 || s[:4] != form[:4] || s[len(form)-1] != '-' {
		return false
	}
	for i := len("CVE-"); i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && i != len(form)-1 {
			return false
		}
	}
	return true
}
