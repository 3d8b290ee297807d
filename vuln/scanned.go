package vuln

import (
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Scan is one examination of an asset: a run of a scanner as it was imported, or
// a test by people. Its id is
// derived from the asset and the digest of the file, so that the same file is
// recognised. Common.Occurred is the day of the scan, unset when unknown.
type Scan struct {
	isms.Common

	Asset isms.Ref[isms.Asset] `json:"asset"`
	Host  string               `json:"host,omitempty"` // the one host of the report that is this asset

	// Source is what findings are compared over: the tool's name in lower case,
	// after the format when that is another: "trivy", "sarif:bandit"; or
	// "penetration-test" of every test by people.
	Source      string      `json:"source"`
	Format      scan.Format `json:"format,omitempty"`
	Tool        string      `json:"tool,omitempty"`
	ToolVersion string      `json:"toolVersion,omitempty"`
	Targets     []string    `json:"targets,omitempty"` // the first names of what was scanned, for people

	// At is when it was made, in UTC; unset when nobody knows. Told says that
	// whoever imported it gave the time, not the report. Started is when it
	// began, where the report says so.
	At       time.Time `json:"at,omitzero"`
	Told     bool      `json:"told,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	Imported isms.Date `json:"imported"`
	SHA256   string    `json:"sha256"` // of the file, in hex

	Items      int            `json:"items,omitempty"`      // reported, before any merging
	Severities map[string]int `json:"severities,omitempty"` // of the items, in the scanner's words; their sum is Items
	Merged     int            `json:"merged,omitempty"`     // items that were another's duplicate
	Rejected   int            `json:"rejected,omitempty"`   // items that could not be kept
	Skipped    map[string]int `json:"skipped,omitempty"`    // places of the report without an item, by reason
	Other      map[string]int `json:"other,omitempty"`      // results that are not vulnerabilities, by kind

	// Extent is what it looked at; absence from its report tells of nothing else.
	Extent Extent `json:"extent,omitzero"`
	// Seen are the findings that it saw, for [Scan.Saw]: the ids without "f-",
	// in order, 4096 in one text.
	Seen []string `json:"seen,omitempty"`
	// Suppressed are those that the report itself takes back, in the same form:
	// the scan tells nothing of them.
	Suppressed []string `json:"suppressed,omitempty"`
}

// Scans is the collection of scans in a transaction.
func Scans(tx *isms.Tx) isms.Collection[Scan] { return scanKind().In(tx) }

func scanKind() isms.Kind[Scan] {
	return isms.Kind[Scan]{
		Terms:      func(s Scan) []driver.Term { return []driver.Term{assetTerm(s.Asset)} },
		Migrations: []isms.Migration{same, same}, // schema 2 adds started, extent and seen; 3 suppressed
	}
}

// EntityKind is "scan".
func (Scan) EntityKind() string { return "scan" }

// Check implements [isms.Entity].
func (s Scan) Check(c isms.Checker) {
	isms.CheckRequired(c.At("asset"), s.Asset != "")
	isms.CheckRequired(c.At("source"), s.Source != "")
	isms.CheckRequired(c.At("imported"), !s.Imported.IsZero())
	want := scanID(s.Asset, s.SHA256)
	c.At("id").Assert(s.ID == want, CodeIdentity, "have", s.ID, "want", want)
	s.Extent.check(c.At("extent"))
	c.At("seen").Assert(s.validSeen(), CodeSeen)
	c.At("suppressed").Assert(Scan{Seen: s.Suppressed}.validSeen(), CodeSeen)
}

func scanID(asset isms.Ref[isms.Asset], sha256 string) string {
	return "s-" + digest(string(asset), sha256)
}

// Complete reports whether the scanner could scan all it meant to, so that what
// it does not report was not there for it to see.
func (s Scan) Complete() bool {
	return s.Skipped[scan.WhyScanError.String()] == 0 && !s.Extent.Partial
}

// silent reports whether the scanner left out findings that it was told to ignore,
// without saying which.
func (s Scan) silent() bool { return s.Other[scan.OtherSuppressed.String()] > 0 }

// order is the moment that scans are put in order by: one of unknown time is
// taken to be made as the day of its import began.
func (s Scan) order() time.Time {
	if s.At.IsZero() {
		return s.Imported.Time()
	}
	return s.At
}

// day is when it was made: no later than it was imported, whatever its clock
// says.
func (s Scan) day() isms.Date {
	if day := isms.DateOf(s.order()); s.Imported.IsZero() || day.Before(s.Imported) {
		return day
	}
	return s.Imported
}

// compareSeq puts what is not committed yet, 0, last.
func compareSeq(a, b int64) int {
	switch {
	case a == b:
		return 0
	case a == 0:
		return 1
	case b == 0 || a < b:
		return -1
	default:
		return 1
	}
}
