package vuln

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/vuln/scan"
)

// ImportOptions are the choices of [Import]; nil means the defaults.
type ImportOptions struct {
	// Host is the host of the report that the asset is, as scan.Item.Host names
	// it: one import is one asset. It is required when the report has several.
	Host string
	// At is when the scan was made, for a report that does not say.
	At time.Time
	// Extent is what the scan looked at; see [Extent] for what follows from
	// stating nothing.
	Extent Extent
}

// Result is what an import did. The ids of findings in its lists are sorted.
//
// Every item of the report is accounted for once: the lengths of Created,
// Updated, Unchanged, Reopened, Merged, Rejected and Suppressed plus OtherHosts are
// len(report.Items). What is found under several names counts once.
type Result struct {
	Scan isms.Ref[Scan] // the record of the scan
	// Repeated says that the same file was imported on this asset before.
	// Nothing was written, and its findings are listed as unchanged.
	Repeated bool

	Created   []string
	Updated   []string // their facts changed: a score, a version, a title, another name
	Unchanged []string
	Reopened  []string // mitigated, fixed or not observed, and seen again
	Closed    []string // this scan covers them and does not see them: they are fixed
	// NotObserved were seen by the same tool before and are not in this report,
	// which covers them. They stay open: see [Extent.Closes].
	NotObserved []string

	Merged     []Merge
	Rejected   []Rejection
	OtherHosts int // items of hosts other than ImportOptions.Host
	// Suppressed are the items, as indices into report.Items, that the report itself
	// takes back: a suppressed result, a false positive by somebody's override.
	// They make no finding, and one that is there stays as it was before this scan.
	Suppressed []int

	// Notes are what to know about the whole: CodeUndated, CodeIncomplete,
	// CodeOlder, CodeSilent.
	Notes []isms.Code
}

// Merge is an item that is the same finding as another one of its report.
type Merge struct {
	Item int // index into report.Items
	Into string
	Why  isms.Code // CodeSamePlace or CodeSameAlias
}

// Rejection is an item that cannot be kept.
type Rejection struct {
	Item int // index into report.Items
	Why  isms.Code
}

// Codes of an import.
const (
	CodeSamePlace isms.Code = "vuln/same-place" // merged: same vulnerability and location
	CodeSameAlias isms.Code = "vuln/same-alias" // merged: another name of the same vulnerability
	CodeNoID      isms.Code = "vuln/no-id"      // rejected
	CodeNotUTF8   isms.Code = "vuln/not-utf8"   // rejected
	CodeOlder     isms.Code = "vuln/older-scan" // note: nothing was reopened or found missing
	CodeSilent    isms.Code = "vuln/silent"     // note: findings were left out that nobody names, so none is missing
	CodeClaim     isms.Code = "vuln/claim"      // of an extent: the scanner itself says less
)

// The errors of [Import] that callers tell apart.
var (
	// ErrSeveralHosts asks for ImportOptions.Host.
	ErrSeveralHosts = errors.New("the report has several hosts: name the one that is this asset")
	// ErrNoDigest says that the report was not read by package scan.
	ErrNoDigest = errors.New("the report has no digest of its file: read it with scan.Read")
	// ErrNoScan says that the report is not what a scanner saw of an asset.
	ErrNoScan = errors.New("no scan of an asset, but what somebody states of products or vulnerabilities: package vex holds it against findings")
)

// Import takes a report into a transaction: on the asset that the caller names,
// never one that the report names. Return its error from the function of the
// transaction, so that all of the report is recorded or nothing.
//
// The same file again on the same asset writes nothing. A later report with
// equal findings writes one record, the scan, which lists what it saw.
//
// Absence tells only of what the scan covers: everything that it was made to
// look for, as deep as the scans that found it, to the end. What it covers and
// does not see is not observed, and stays open until somebody decides; it is
// fixed when somebody said before that it was dealt with, or answers for the
// scan: see [Extent]. What was found by people is closed by people alone, by
// another test with an extent that closes. What is seen again is reopened;
// other decisions and acceptances stand. The clock never restarts.
//
// Scans may come in any order, with the same findings in the end. Those of one
// moment do not contradict each other: what one of them sees is there. A report
// of unknown time counts as made on the day of the import, after those that
// were imported before, as does one from before 2000 or from after tomorrow.
// It takes O((n + s) log n) for n items and s findings that earlier scans of
// the tool saw on this asset, whatever else is stored.
//
// One item is one finding, even if it has many CVE ids: those are aliases.
// Findings that are one vulnerability under several ids stay records of their
// own, and count as one: see [Unite].
//
// What suppliers state (OpenVEX, CSAF, CycloneDX with an answer to each
// vulnerability) and plain advisories (OSV) are refused with [ErrNoScan].
// A CycloneDX file without vulnerabilities does not tell that anybody looked for
// them: nothing is missing from it unless the extent closes. An extent that claims
// more than the scanner itself says, of its credentials or its feed, is an
// isms.ProblemError.
func Import(tx *isms.Tx, asset isms.Ref[isms.Asset], report *scan.Report, today isms.Date, opts *ImportOptions) (Result, error) {
	i := &importer{asset: asset, report: report, today: today}
	if opts != nil {
		i.opts = *opts
	}
	if err := i.run(tx); err != nil {
		return Result{}, fmt.Errorf("import on asset %s: %w", asset, err)
	}
	return i.result, nil
}

// importer is one import.
type importer struct {
	asset  isms.Ref[isms.Asset]
	report *scan.Report
	today  isms.Date
	opts   ImportOptions

	result     Result
	scan       Scan
	line       *timeline
	sightings  []*sighting
	suppressed []string // the ids of what the report takes back
	findings   isms.Collection[Finding]
	others     []string   // the ids of what is new under its other names
	finding    Finding    // that is put: one for all, as a transaction keeps what it is given to the end
	lost       []*Finding // no longer seen since this scan
	partners   []*Finding // known under another name of what is new
	statements []Alias
}

func (i *importer) run(tx *isms.Tx) error {
	if i.report.SHA256 == ([32]byte{}) {
		return ErrNoDigest
	}
	if i.today.IsZero() {
		return errors.New("today is unset: want the day of the import")
	}
	if stated(i.report) {
		return fmt.Errorf("%s: %w", i.report.Format, ErrNoScan)
	}
	if err := i.settleExtent(); err != nil {
		return err
	}
	if _, err := isms.Assets(tx).Get(string(i.asset)); err != nil {
		return err
	}
	if err := i.checkHosts(); err != nil {
		return err
	}
	var err error
	if i.statements, err = Aliases(tx).List(); err != nil {
		return err
	}
	i.sightings = i.collect()
	i.scan = i.newScan()
	i.result.Scan = isms.Ref[Scan](i.scan.ID)
	stored, err := Scans(tx).Get(i.scan.ID)
	switch {
	case err == nil && stored.Host != i.scan.Host:
		return fmt.Errorf("%s has host %q of this file, want %q: another host is another asset", isms.LinkTo(stored), stored.Host, i.scan.Host)
	case err == nil:
		i.repeat(stored)
		return nil
	case !errors.Is(err, driver.ErrNotFound):
		return err
	}
	if err := i.readTimeline(tx); err != nil {
		return err
	}
	i.note()
	if err := i.apply(tx); err != nil {
		return err
	}
	i.finish()
	return Scans(tx).Put(&i.scan)
}

// repeat accounts for a file that was imported before.
func (i *importer) repeat(stored Scan) {
	i.scan, i.result.Repeated = stored, true
	i.note()
	for _, s := range i.sightings {
		i.result.Unchanged = append(i.result.Unchanged, s.id)
	}
	i.finish()
}

// checkHosts refuses a report without the host: nothing of it was scanned, so
// nothing is missing.
func (i *importer) checkHosts() error {
	hosts := map[string]bool{}
	for _, item := range i.report.Items {
		hosts[item.Host] = true
	}
	if f := i.report.Format; !hosts[""] && (f == scan.FormatNessus || f == scan.FormatNmap) { // whose targets are hosts, those without findings too
		for _, name := range i.report.Targets {
			hosts[name] = true
		}
	}
	host := i.opts.Host
	switch {
	case host != "" && !hosts[host] && !slices.Contains(i.report.Targets, host):
		return fmt.Errorf("the report has no host %q", host)
	case host == "" && len(hosts) > 1:
		return fmt.Errorf("%w: %d hosts", ErrSeveralHosts, len(hosts))
	}
	return nil
}

const maxTargets = 10 // names of what was scanned that are kept

// newScan is the record of this import.
func (i *importer) newScan() Scan {
	r := i.report
	s := Scan{
		Asset: i.asset, Host: i.opts.Host, Source: i.source(), Format: r.Format, Tool: clean(r.Tool.Name), ToolVersion: clean(r.Tool.Version),
		Imported: i.today, SHA256: hex.EncodeToString(r.SHA256[:]),
		Rejected: len(i.result.Rejected), Extent: i.opts.Extent.clone(),
	}
	ids := make([]string, len(i.sightings))
	for n, sighting := range i.sightings {
		ids[n] = sighting.id
		s.Merged += len(sighting.items) - 1
	}
	s.Seen, s.Suppressed = seenList(ids), seenList(i.suppressed)
	if i.believable(r.Started) {
		s.Started = r.Started.UTC().Round(0)
	}
	s.ID = scanID(s.Asset, s.SHA256)
	for _, name := range r.Targets[:min(len(r.Targets), maxTargets)] {
		s.Targets = append(s.Targets, clean(name))
	}
	for n, at := range []time.Time{r.Finished, r.Created, r.Started, i.opts.At} {
		if i.believable(at) {
			s.At, s.Told = at.UTC().Round(0), n == 3
			s.Occurred = isms.DateOf(s.At)
			break
		}
	}
	i.count(&s)
	return s
}

// source names what the scan is compared with; see Scan.Source.
func (i *importer) source() string {
	if i.opts.Extent.Kind != "" {
		return string(PenetrationTest)
	}
	source := i.report.Format.String()
	if tool := strings.ToLower(strings.TrimSpace(clean(i.report.Tool.Name))); tool != source {
		source = strings.Trim(source+":"+tool, ":")
	}
	return source
}

func (i *importer) count(s *Scan) {
	for _, item := range i.report.Items {
		if i.elsewhere(item) {
			continue
		}
		s.Items++
		increase(&s.Severities, item.Severity.String(), 1)
	}
	for _, skip := range i.report.Skipped {
		increase(&s.Skipped, skip.Why.String(), 1)
	}
	for kind, n := range i.report.Other {
		increase(&s.Other, kind.String(), n)
	}
}

func increase(m *map[string]int, key string, n int) {
	if *m == nil {
		*m = map[string]int{}
	}
	(*m)[key] += n
}

// believable reports whether a scan can have been made at t: a clock that is off
// must not make every later scan the older one. Tomorrow is another time zone.
func (i *importer) believable(t time.Time) bool {
	return t.Year() >= 2000 && t.Year() <= 9999 && !isms.DateOf(t.UTC()).After(i.today.AddDays(1))
}

func (i *importer) note() {
	if i.scan.At.IsZero() {
		i.result.Notes = append(i.result.Notes, CodeUndated)
	}
	if !i.scan.Complete() {
		i.result.Notes = append(i.result.Notes, CodeIncomplete)
	}
	if i.scan.silent() {
		i.result.Notes = append(i.result.Notes, CodeSilent)
	}
	if i.line != nil && i.line.older() {
		i.result.Notes = append(i.result.Notes, CodeOlder)
	}
}
