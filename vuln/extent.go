package vuln

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Extent is what a scan looked at, as whoever imports it states. The zero
// Extent is that of a tool which looked at all of the asset with all of its
// checks, as nobody answers for: what it lacks is not observed, and stays open.
type Extent struct {
	// Kind is unset for the run of a tool. Tests by people are compared with
	// each other, whoever made them, and never with what a tool sees.
	Kind ScanKind `json:"kind,omitempty"`
	// Credentials are how deep it could look. A scan tells nothing of what was
	// found by a deeper one. Unset in an import, it is what the scanner says.
	Credentials Credentials `json:"credentials,omitempty"`
	// Feed is the version or the day of the checks that it used: "2026-11-15",
	// "202611150630", "v2.14.0". A scan tells nothing of what was found with a newer
	// one, nor with one that it cannot be compared with; what was found with one that
	// nobody stated, any tells of. Unset in an import, it is what the scanner says.
	Feed string `json:"feed,omitempty"`
	// Checks are the only vulnerabilities that it looked for, by any id of
	// theirs: "CVE-2026-1001", "nessus:19506". With none it looked for all that
	// the tool knows.
	Checks []string `json:"checks,omitempty"`
	// Locations are the only parts of the asset that it looked at: a location of
	// findings, or the first parts of it such as "type=alpine". With none it
	// looked at all.
	Locations []string `json:"locations,omitempty"`
	// Partial says that it ended before it had looked at all of that.
	Partial bool `json:"partial,omitempty"`
	// Closes says that somebody answers for all of this: a finding that the scan
	// covers and does not see is fixed. Without it a test by people covers
	// nothing.
	Closes bool `json:"closes,omitempty"`
}

// ScanKind is by what means a system was examined.
type ScanKind string

// The kinds; unset is the run of a tool.
const (
	PenetrationTest ScanKind = "penetration-test"
	Retest          ScanKind = "retest" // of what a penetration test found
)

// Label is the kind in language l.
func (k ScanKind) Label(l lang.Lang) string { return lang.Word(l, "scan-kind", string(k)) }

// Credentials are whether a scan logged in. Unset is not known: it ranks
// between the two, so that neither what it found is closed from outside nor
// what was found from within by it.
type Credentials string

// The depths.
const (
	Unauthenticated Credentials = "unauthenticated"
	Authenticated   Credentials = "authenticated"
)

// Label is the depth in language l.
func (c Credentials) Label(l lang.Lang) string { return lang.Word(l, "credentials", string(c)) }

// depth orders credentials.
func (c Credentials) depth() int {
	switch c {
	case Unauthenticated:
		return 1
	case Authenticated:
		return 3
	}
	return 2
}

func (e Extent) check(c isms.Checker) {
	isms.CheckEnum(c.At("kind"), e.Kind, PenetrationTest, Retest)
	isms.CheckEnum(c.At("credentials"), e.Credentials, Unauthenticated, Authenticated)
	isms.CheckWords(c.At("checks"), e.Checks)
	isms.CheckWords(c.At("locations"), e.Locations)
}

// restricted reports whether it looked for some things only.
func (e Extent) restricted() bool { return len(e.Checks)+len(e.Locations) > 0 }

// includes reports whether it looked for the vulnerability of a finding, there;
// names are what its source calls it.
func (e Extent) includes(f *Finding, names []Named) bool {
	named := func(name Named) bool { return slices.Contains(e.Checks, name.ID) }
	if len(e.Checks) > 0 && !named(Named{ID: f.Vulnerability}) && !slices.ContainsFunc(names, named) {
		return false
	}
	return len(e.Locations) == 0 || slices.ContainsFunc(e.Locations, func(part string) bool {
		rest, found := strings.CutPrefix(f.Location, part)
		return found && (rest == "" || rest[0] == ';')
	})
}

// clone is a copy that shares nothing, with its lists in order.
func (e Extent) clone() Extent {
	e.Checks, e.Locations = slices.Sorted(slices.Values(e.Checks)), slices.Sorted(slices.Values(e.Locations))
	return e
}
