package vuln

import (
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Scan is one run of a scanner on an asset, as it was imported. Its id is
// derived from the asset and the digest of the file, so that the same file is
// recognised. Common.Occurred is the day of the scan, unset when unknown.
type Scan struct {
	isms.Common

	Asset isms.Ref[isms.Asset] `json:"asset"`
	Host  string               `json:"host,omitempty"` // the one host of the report that is this asset

	// Source is the tool that findings are compared over: its name in lower
	// case, after the format when that is another: "trivy", "sarif:bandit".
	Source      string      `json:"source"`
	Format      scan.Format `json:"format,omitempty"`
	Tool        string      `json:"tool,omitempty"`
	ToolVersion string      `json:"toolVersion,omitempty"`
	Targets     []string    `json:"targets,omitempty"` // the first names of what was scanned, for people

	// At is when it was made, in UTC; unset when nobody knows. Told says that
	// whoever imported it gave the time, not the report.
	At       time.Time `json:"at,omitzero"`
	Told     bool      `json:"told,omitempty"`
	Imported isms.Date `json:"imported"`
	SHA256   string    `json:"sha256"` // of the file, in hex

	Items      int            `json:"items,omitempty"`      // reported, before any merging
	Severities map[string]int `json:"severities,omitempty"` // of the items, in the scanner's words; their sum is Items
	Merged     int            `json:"merged,omitempty"`     // items that were another's duplicate
	Rejected   int            `json:"rejected,omitempty"`   // items that could not be kept
	Skipped    map[string]int `json:"skipped,omitempty"`    // places of the report without an item, by reason
	Other      map[string]int `json:"other,omitempty"`      // results that are not vulnerabilities, by kind
}

// Reasons why a scan says nothing certain about today.
const (
	CodeNeverScanned isms.Code = "vuln/never-scanned" // of an asset; see Coverage
	CodeUndated      isms.Code = "vuln/scan-undated"
	CodeOld          isms.Code = "vuln/scan-old"
	CodeIncomplete   isms.Code = "vuln/scan-incomplete"
)

// Scans is the collection of scans in a transaction.
func Scans(tx *isms.Tx) isms.Collection[Scan] { return scanKind().In(tx) }

func scanKind() isms.Kind[Scan] {
	return isms.Kind[Scan]{Terms: func(s Scan) []driver.Term { return []driver.Term{assetTerm(s.Asset)} }}
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
}

func scanID(asset isms.Ref[isms.Asset], sha256 string) string {
	return "s-" + digest(string(asset), sha256)
}

// Complete reports whether the scanner could scan all it meant to, so that what
// it does not report was not there for it to see.
func (s Scan) Complete() bool { return s.Skipped[scan.WhyScanError.String()] == 0 }

// Stale lists why the scan says nothing certain about a day: CodeUndated,
// CodeOld, CodeIncomplete. It is empty while the scan is valid: complete, and
// no older than the policy wants the next one.
func (s Scan) Stale(today isms.Date, p Policy) []isms.Code {
	var why []isms.Code
	if s.At.IsZero() {
		why = append(why, CodeUndated)
	} else if due := p.ScanEvery.Nth(isms.DateOf(s.At), 1); due.IsZero() || due.Before(today) {
		why = append(why, CodeOld)
	}
	if !s.Complete() {
		why = append(why, CodeIncomplete)
	}
	return why
}

// order is the moment that scans are put in order by: one of unknown time is
// taken to be made as the day of its import began.
func (s Scan) order() time.Time {
	if s.At.IsZero() {
		return s.Imported.Time()
	}
	return s.At
}

// compareScans puts scans in the order they were made, those of one moment in
// the order they were recorded.
func compareScans(a, b Scan) int {
	if n := a.order().Compare(b.order()); n != 0 {
		return n
	}
	return compareSeq(a.Recorded.Seq, b.Recorded.Seq)
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
