// Package scan reads the output of vulnerability scanners as a stream.
//
// [Read] returns a whole [Report], [Each] hands over one [Item] at a time in
// memory that does not grow with the input. An item is what the scanner reported,
// item by item, before any merging: nothing is scored, matched or left out. What
// could not be read as an item is listed in Report.Skipped.
//
// A file that is not of a known format, or not complete, is an [*Error]: never a
// report without findings.
package scan

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"time"
)

// Limits. The formats have more of them, see package internal/jsonstream and
// internal/xmlstream: 100 levels of nesting, 1 MiB for a text that is read.
const (
	MaxDescription = 16 << 10 // bytes of Item.Title and of Item.Description; longer ones are cut
	MaxReferences  = 256      // of one item; further ones are dropped
	MaxURL         = 4 << 10  // bytes of one reference; longer ones are dropped
	MaxIDs         = 4096     // CVE ids, and other ids, of one item; more are an error
	MaxRatings     = 256      // of one item; more are an error
	MaxTargets     = 1 << 16  // of one report, and of skipped places; more are an error
)

// maxField bounds the texts that are never cut, such as a path: longer ones are
// an error.
const maxField = 16 << 10

// Options are the choices of a reader. Nil means the defaults.
type Options struct {
	// Format is the format that the input must have; unset means to recognise it
	// from its first 64 KiB.
	Format Format
}

// Report is what one scanner run reported.
type Report struct {
	Format Format
	// SHA256 is the digest of the input, byte for byte, so that the same file is
	// recognised.
	SHA256 [sha256.Size]byte
	Tool   Tool
	// When the run started and finished, and when the report was made, in UTC.
	// Zero where the report does not say, or does not say in which time zone.
	Started, Finished, Created time.Time
	// Targets are the names of what was scanned, as reported and in order. They
	// are for people: an image tag is not an asset.
	Targets []string
	Items   []Item
	// Skipped are the places that hold no usable item, and parts of the scan that
	// the scanner itself could not do.
	Skipped []Skip
	// Other counts what is not a vulnerability, see the Other constants. A
	// kind that does not occur has no key.
	Other map[Other]int
}

// Tool is the program that wrote a report; unset fields were not reported.
type Tool struct{ Name, Version string }

// Skip is a place in a report that yielded no item.
type Skip struct {
	Where string // JSON Pointer, or the line number as "line 12"
	Why   Why
}

// Read reads a report. It fails with an *Error on bad input, and with the error
// of ctx or r; the report is then nil. Memory is proportional to the items.
func Read(ctx context.Context, r io.Reader, opts *Options) (*Report, error) {
	var items []Item
	report, err := Each(ctx, r, opts, func(item Item) error {
		items = append(items, item)
		return nil
	})
	if err != nil {
		return nil, err
	}
	report.Items = items
	return report, nil
}

// Each reads a report like Read but calls f for each item instead of keeping
// them: the report it returns has no Items. It stops when f fails and returns
// that error as it is.
//
// A fault late in the input is found late: what f was given is worth nothing
// until Each has returned without an error.
func Each(ctx context.Context, r io.Reader, opts *Options, f func(Item) error) (*Report, error) {
	digest := sha256.New()
	src, format, err := recognise(io.TeeReader(contextReader(ctx, r), digest), opts)
	if err != nil {
		return nil, located(format, err)
	}
	s := &sink{report: &Report{Format: format}, targets: map[string]bool{}, yield: func(item Item) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(item); err != nil {
			return &stopError{err}
		}
		return nil
	}}
	switch format {
	case FormatTrivy:
		err = readTrivy(src, s)
	case FormatNessus:
		err = readNessus(src, s)
	case FormatUnset:
		err = &Error{Reason: ReasonUnrecognised}
	}
	if err != nil {
		return nil, located(format, err)
	}
	digest.Sum(s.report.SHA256[:0])
	return s.report, nil
}

// stopError carries an error of the caller's function past located.
type stopError struct{ error }

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// contextReader reads r until ctx ends.
func contextReader(ctx context.Context, r io.Reader) io.Reader {
	return readFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	})
}

// sink is where the readers of the formats put what they find.
type sink struct {
	fault   func(code, detail string) error // at the current place
	report  *Report
	yield   func(Item) error
	targets map[string]bool
}

func (s *sink) other(kind Other, n int) {
	if n == 0 {
		return
	}
	if s.report.Other == nil {
		s.report.Other = map[Other]int{}
	}
	s.report.Other[kind] += n
}

func (s *sink) target(name string) error {
	if name == "" || s.targets[name] {
		return nil
	}
	if len(s.targets) == MaxTargets {
		return s.fault("limit", fmt.Sprintf("more than %d targets", MaxTargets))
	}
	s.targets[name] = true
	s.report.Targets = append(s.report.Targets, name)
	return nil
}

func (s *sink) skip(where string, why Why) error {
	if len(s.report.Skipped) == MaxTargets {
		return s.fault("limit", fmt.Sprintf("more than %d skipped places", MaxTargets))
	}
	s.report.Skipped = append(s.report.Skipped, Skip{Where: where, Why: why})
	return nil
}

// id files an identifier of the vulnerability among the CVEs or the aliases.
func (s *sink) id(item *Item, id string) error {
	list := &item.Aliases
	if cve, is := cveID(id); is {
		id, list = cve, &item.CVEs
	}
	if id == "" || id == item.ID && list == &item.Aliases || slices.Contains(*list, id) {
		return nil
	}
	if len(id) > 256 {
		return s.fault("limit", "an id of more than 256 bytes")
	}
	if len(*list) == MaxIDs {
		return s.fault("limit", fmt.Sprintf("more than %d ids of one item", MaxIDs))
	}
	*list = append(*list, id)
	return nil
}

func addReference(item *Item, url string) {
	if url != "" && len(url) <= MaxURL && len(item.References) < MaxReferences {
		item.References = append(item.References, url)
	}
}

// ratings adds the ratings that have a vector or a score.
func (s *sink) ratings(item *Item, source string, v2, v3, v4 Rating) error {
	for i, rating := range [...]Rating{v2, v3, v4} {
		if rating.Vector == "" && !rating.Score.Known {
			continue
		}
		if len(item.Ratings) == MaxRatings || len(source)+len(rating.Vector) > MaxURL {
			return s.fault("limit", fmt.Sprintf("more than %d ratings, or one of more than %d bytes", MaxRatings, MaxURL))
		}
		rating.Source = source
		rating.Version = cvssVersion(rating.Vector, [...]string{"2.0", "", "4.0"}[i])
		item.Ratings = append(item.Ratings, rating)
	}
	return nil
}
