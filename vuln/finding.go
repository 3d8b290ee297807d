package vuln

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Finding is one vulnerability at one location of one asset. Its id is [ID] of
// the three, for ever.
//
// Asset to Observations are the tools' part, which [Import] writes; the rest
// belongs to people, and no import touches it. A store refuses a decision that
// [State.Next] does not allow, and a first day that is later than before. A finding without a tool, of a
// penetration test, has an observation whose Source says so.
type Finding struct {
	isms.Common

	Asset isms.Ref[isms.Asset] `json:"asset"`
	// Vulnerability is the id it was first reported by: a CVE id when there was
	// just one, else the scanner's own, "GHSA-..." or "nessus:19506".
	Vulnerability string `json:"vulnerability"`
	// Location is where in the asset, as scan.Item.Location writes it; "" is the
	// asset as a whole.
	Location string   `json:"location,omitempty"`
	Aliases  []string `json:"aliases,omitempty" isms:"cosmetic=vulnerability-deadline"` // every other id that a tool gave it, sorted; see Unite

	// FirstKnown is the day of the oldest scan that saw it. The clock runs from
	// here, and no import ever sets it later.
	FirstKnown isms.Date `json:"firstKnown"`
	// Reopened is the day of the last scan that saw it again: after one that no
	// longer did, or after somebody said that it was fixed. A decision of that day
	// or later answers it.
	Reopened isms.Date `json:"reopened,omitzero" isms:"cosmetic=vulnerability-deadline"`
	// Observations are what each tool last saw, sorted by Source.
	Observations []Observation `json:"observations,omitempty"`

	Decision   Decision   `json:"decision,omitzero" isms:"cosmetic=vulnerability-deadline"`
	Treatment  Treatment  `json:"treatment,omitzero" isms:"cosmetic=vulnerability-deadline"`
	Acceptance Acceptance `json:"acceptance,omitzero" isms:"cosmetic=vulnerability-deadline"`
}

// Observation is what one tool last saw of a finding. It may change with every
// scan; unset fields were not reported.
type Observation struct {
	Source    string        `json:"source"` // see Scan.Source
	Title     string        `json:"title,omitempty" isms:"cosmetic=vulnerability-deadline"`
	Severity  scan.Severity `json:"severity,omitempty"` // the tool's word
	Ratings   []Rating      `json:"ratings,omitempty"`  // of every source, sorted
	Installed string        `json:"installed,omitempty" isms:"cosmetic=vulnerability-deadline"`
	FixedIn   string        `json:"fixedIn,omitempty" isms:"cosmetic=vulnerability-deadline"`
	PURL      string        `json:"purl,omitempty" isms:"cosmetic=vulnerability-deadline"`
	Status    scan.Status   `json:"status,omitempty" isms:"cosmetic=vulnerability-deadline"` // the vendor's answer
	// Absent is the first scan that covers it and no longer saw it; unset while
	// the tool does. Verified is the first of these that closes what it does not
	// see; see [Extent].
	Absent   isms.Ref[Scan] `json:"absent,omitempty" isms:"cosmetic=vulnerability-deadline"`
	Verified isms.Ref[Scan] `json:"verified,omitempty" isms:"cosmetic=vulnerability-deadline"`
	// Returned is when this source saw it again; see Finding.Reopened.
	Returned isms.Date `json:"returned,omitzero" isms:"cosmetic=vulnerability-deadline"`
	// Names are the other ids that it gave, and since when, sorted.
	Names []Named `json:"names,omitempty" isms:"cosmetic=vulnerability-deadline"`
}

// Named is that a tool gave a finding another id.
type Named struct {
	ID string    `json:"id"`
	On isms.Date `json:"on"` // the day of the oldest scan that did
}

// Rating is a CVSS vector or score as some source gives it, verbatim.
type Rating struct {
	Source  string     `json:"source,omitempty"`  // "nvd", "redhat"
	Version string     `json:"version,omitempty"` // "3.1"; "" when not stated
	Vector  string     `json:"vector,omitempty"`
	Score   cvss.Score `json:"score,omitzero"` // as stated, not computed
}

// Codes of problems of a finding.
const (
	CodeIdentity  isms.Code = "vuln/identity"
	CodeRationale isms.Code = "vuln/no-rationale"
	CodeSeen      isms.Code = "vuln/seen-list"
)

// ID is the id of the finding of a vulnerability at a location of an asset: "f-"
// and 32 characters of base32, the first 160 bits of SHA-256 over the three
// texts, each after its length in bytes as 8 bytes, big end first.
func ID(asset isms.Ref[isms.Asset], vulnerability, location string) string {
	return "f-" + digest(string(asset), vulnerability, location)
}

// digest is 160 bits of SHA-256 over texts with their lengths.
func digest(texts ...string) string {
	b := make([]byte, 0, 256)
	for _, text := range texts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
		b = append(b, text...)
	}
	sum := sha256.Sum256(b)
	const letters = "abcdefghijklmnopqrstuvwxyz234567" // of base32
	var out [idWidth]byte
	for n := range out {
		at, shift := n*5/8, n*5%8 // where its five bits begin
		two := uint16(sum[at])<<8 | uint16(sum[at+1])
		out[n] = letters[two>>(11-shift)&31]
	}
	return string(out[:])
}

// Findings is the collection of findings in a transaction.
func Findings(tx *isms.Tx) isms.Collection[Finding] { return findingKind().In(tx) }

// Kinds is every kind of this package.
func Kinds() []isms.AnyKind {
	return []isms.AnyKind{findingKind(), scanKind(), policyKind(), isms.Kind[Alias]{}, changeKind(), isms.Kind[Exception]{}, isms.Kind[InfoSource]{}}
}

func findingKind() isms.Kind[Finding] {
	k := seenKind()
	k.Within = withinFinding
	return k
}

// seenKind is the kind for an import, which changes nothing of what people decide
// and never starts a clock later.
func seenKind() isms.Kind[Finding] {
	return isms.Kind[Finding]{
		Terms:      func(f Finding) []driver.Term { return []driver.Term{assetTerm(f.Asset)} },
		Migrations: []isms.Migration{same, same}, // schema 2 adds verified, returned and names; 3 justification
	}
}

// same is the migration of a schema that only adds members.
func same(data json.RawMessage) (json.RawMessage, error) { return data, nil }

func assetTerm(asset isms.Ref[isms.Asset]) driver.Term {
	return driver.Term{Key: "asset", Value: string(asset)}
}

// EntityKind is "finding".
func (Finding) EntityKind() string { return "finding" }

// Check implements [isms.Entity].
func (f Finding) Check(c isms.Checker) {
	isms.CheckRequired(c.At("asset"), f.Asset != "")
	isms.CheckRequired(c.At("vulnerability"), f.Vulnerability != "")
	want := ID(f.Asset, f.Vulnerability, f.Location)
	c.At("id").Assert(f.ID == want, CodeIdentity, "have", f.ID, "want", want)
	isms.CheckRequired(c.At("firstKnown"), !f.FirstKnown.IsZero())
	isms.CheckOrder(c.At("reopened"), f.FirstKnown, f.Reopened)
	seen := map[string]bool{}
	for i, o := range f.Observations {
		at := c.At("observations").Index(i).At("source")
		isms.CheckRequired(at, o.Source != "")
		at.Assert(!seen[o.Source], isms.CodeDuplicate, "have", o.Source)
		seen[o.Source] = true
	}
	f.Decision.check(c.At("decision"))
	f.Treatment.check(c.At("treatment"))
	f.Acceptance.check(c.At("acceptance"))
}

// Title is what the first tool with a title calls it; else the vulnerability.
func (f Finding) Title() string {
	for _, o := range f.Observations {
		if o.Title != "" {
			return o.Title
		}
	}
	return f.Vulnerability
}

// Observed reports whether some tool still sees it, or none ever looked.
func (f Finding) Observed() bool {
	for _, o := range f.Observations {
		if o.Absent == "" {
			return true
		}
	}
	return len(f.Observations) == 0
}

// verified reports whether scans that somebody answers for see it nowhere.
func (f Finding) verified() bool {
	return len(f.Observations) > 0 && !slices.ContainsFunc(f.Observations, func(o Observation) bool { return o.Verified == "" })
}

// namesBy are the other ids that a source gave it.
func (f Finding) namesBy(source string) []Named {
	if n, found := f.observation(source); found {
		return f.Observations[n].Names
	}
	return nil
}
