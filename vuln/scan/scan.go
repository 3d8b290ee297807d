// Package scan reads the output of vulnerability scanners, and what suppliers say
// of their products, as a stream.
//
// [Read] returns a whole [Report], [Each] hands over one [Item] at a time in
// memory that does not grow with the input. An item is what the scanner reported,
// item by item, before any merging: nothing is scored, matched or left out. What
// could not be read as an item is listed in Report.Skipped. See Format for what is
// read, and Item.Location for what makes a finding the same in the next report.
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
	"strings"
	"time"
)

// Limits. The formats have more of them, see package internal/jsonstream and
// internal/xmlstream: 100 levels of nesting, 1 MiB for a text that is read.
const (
	MaxDescription = 16 << 10 // bytes of Item.Title and of Item.Description; longer ones are cut
	MaxReferences  = 256      // of one item, and remedies; further ones are dropped
	MaxURL         = 4 << 10  // bytes of one reference; longer ones are dropped
	MaxIDs         = 4096     // CVE ids, and other ids, of one item; more are an error
	MaxRatings     = 256      // of one item; more are an error
	MaxPlaces      = 1 << 16  // of one entry, such as the products of a statement; more are an error
	MaxTargets     = 1 << 16  // of one report, and of skipped places; more are an error
)

// maxHeld bounds the parts of an input that a reader must keep because others
// refer to them, such as the components of an SBOM; holdOverhead is what each
// takes beside its texts.
const (
	maxHeld      = 24 << 20
	holdOverhead = 64
)

// maxField bounds the texts that are never cut, such as a path, and maxID the
// ids beside that of the item: longer ones are an error.
const (
	maxField = 16 << 10
	maxID    = 256
)

// Options are the choices of a reader. Nil means the defaults.
type Options struct {
	// Format is the format that the input must have; unset means to recognise it
	// from its first 64 KiB.
	Format Format
}

// Report is what one scanner run reported.
type Report struct {
	Format Format
	// Feed is the version or the day of the checks that the scanner used, as it says
	// itself: "202611150630", "2026-11-15T06:12:00Z". Unset where it does not: only
	// Nessus and Grype do.
	Feed string
	// LoggedIn is whether the scanner says that it logged in, by the name of the host
	// or target as in Item.Host and Targets. One of which it does not say, or says
	// both, has no key: only Nessus and OpenVAS say it.
	LoggedIn map[string]bool
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
	// Product is the package URL of what a bill of materials is about, where it has one.
	Product string
	// Entries is how many findings or statements the report has as it counts them
	// itself, those that are skipped included: see Item.Entry.
	Entries int
	Items   []Item
	// Skipped are the places that hold no usable item, parts of the scan that the
	// scanner itself could not do, and what was read with a doubt: see Why.
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
	case FormatGrype:
		err = readGrype(src, s)
	case FormatSARIF:
		err = readSARIF(src, s)
	case FormatCycloneDX:
		err = readCycloneDX(src, s)
	case FormatOpenVEX:
		err = readOpenVEX(src, s)
	case FormatCSAF:
		err = readCSAF(src, s)
	case FormatOSV:
		err = readOSV(src, s)
	case FormatOSVScanner:
		err = readOSVScanner(src, s)
	case FormatNuclei:
		err = readNuclei(src, s)
	case FormatOpenVAS:
		err = readOpenVAS(src, s)
	case FormatNmap:
		err = readNmap(src, s)
	case FormatUnset:
		err = &Error{Reason: ReasonUnrecognised}
	}
	if err != nil {
		return nil, located(format, err)
	}
	s.report.Entries, s.report.LoggedIn = s.entries, s.loggedIn()
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
	entries int              // of the report, so far
	held    int              // bytes that wait for what comes later in the input
	logins  map[string]login // by host
	feeds   bool             // there are several
}

// next begins an entry of the report.
func (s *sink) next() { s.entries++ }

// emit yields an item of the current entry.
func (s *sink) emit(item Item) error {
	item.Entry = s.entries
	return s.yield(item)
}

// hold accounts for n bytes that a reader keeps; it sets held back when it drops
// them.
func (s *sink) hold(n int) error {
	if s.held += n + holdOverhead; s.held > maxHeld {
		return s.fault("limit", fmt.Sprintf("more than %d bytes must be kept until their end is read", maxHeld))
	}
	return nil
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

// name makes id the one that the item goes by.
func (s *sink) name(item *Item, id string) error {
	id = strings.TrimSpace(id)
	if cve, is := cveID(id); is {
		id = cve
	}
	if i := slices.Index(item.Aliases, id); i >= 0 {
		item.Aliases = slices.Delete(item.Aliases, i, i+1)
	}
	item.ID = id
	return s.id(item, id)
}

// alias adds another id that is no CVE id of the item, even if it looks like one.
func (s *sink) alias(item *Item, id string) error {
	if id = strings.TrimSpace(id); id == "" || id == item.ID || slices.Contains(item.Aliases, id) {
		return nil
	}
	if len(id) > maxID || len(item.Aliases) == MaxIDs {
		return s.fault("limit", fmt.Sprintf("more than %d ids of one item, or one of more than %d bytes", MaxIDs, maxID))
	}
	item.Aliases = append(item.Aliases, id)
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
	if len(id) > maxID {
		return s.fault("limit", fmt.Sprintf("an id of more than %d bytes", maxID))
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

// ratings adds what a source says in each version of CVSS.
func (s *sink) ratings(item *Item, source string, v2, v3, v4 Rating) error {
	for i, rating := range [...]Rating{v2, v3, v4} {
		rating.Source = source
		if err := s.rating(item, rating, [...]string{"2.0", "", "4.0"}[i]); err != nil {
			return err
		}
	}
	return nil
}

// rating adds a rating, if it has a vector or a score; version is that of CVSS,
// unless the vector has another.
func (s *sink) rating(item *Item, rating Rating, version string) error {
	if rating.Vector == "" && !rating.Score.Known {
		return nil
	}
	if len(item.Ratings) == MaxRatings || len(rating.Source)+len(rating.Vector) > MaxURL {
		return s.fault("limit", fmt.Sprintf("more than %d ratings, or one of more than %d bytes", MaxRatings, MaxURL))
	}
	rating.Version = cvssVersion(rating.Vector, version)
	item.Ratings = append(item.Ratings, rating)
	return nil
}

// highest is the highest score of the item.
func (i Item) highest() Score {
	var most Score
	for _, rating := range i.Ratings {
		if rating.Score.Known && (!most.Known || rating.Score.Tenths > most.Tenths) {
			most = rating.Score
		}
	}
	return most
}
