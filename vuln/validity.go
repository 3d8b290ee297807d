package vuln

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln/scan"
)

// AssetChange is that an asset changed: software was updated, the network is
// another. What was scanned before says nothing certain about the asset after
// it (ISO/IEC 27001:2022, A.8.8 and A.8.32). Common.Occurred is the day.
type AssetChange struct {
	isms.Common

	Asset isms.Ref[isms.Asset] `json:"asset"`
	Type  ChangeKind           `json:"type"`
	What  isms.Text            `json:"what"`
	// At is the moment, where it is known. A change without it ends the validity
	// of a scan of the same day, which nobody knows to be later.
	At       time.Time                 `json:"at,omitzero"`
	Evidence []isms.Ref[isms.Evidence] `json:"evidence,omitempty"`
}

// ChangeKind is what changed of an asset.
type ChangeKind string

// The kinds of change.
const (
	ChangeSoftware      ChangeKind = "software"      // installed, updated or removed
	ChangeTopology      ChangeKind = "topology"      // other neighbours, other ways in
	ChangeConfiguration ChangeKind = "configuration" // settings, accounts, services
)

// Label is the kind in language l.
func (k ChangeKind) Label(l lang.Lang) string { return lang.Word(l, "asset-change", string(k)) }

// AssetChanges is the collection of changes of assets in a transaction.
func AssetChanges(tx *isms.Tx) isms.Collection[AssetChange] { return changeKind().In(tx) }

func changeKind() isms.Kind[AssetChange] {
	return isms.Kind[AssetChange]{
		Terms:      func(c AssetChange) []driver.Term { return []driver.Term{assetTerm(c.Asset)} },
		Migrations: []isms.Migration{renameKind},
	}
}

// renameKind brings a change up from schema 1, in which its type had the name
// that the kind of a record has in a file.
func renameKind(v1 json.RawMessage) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(v1, &members); err != nil {
		return nil, err
	}
	if kind, ok := members["kind"]; ok {
		members["type"] = kind
		delete(members, "kind")
	}
	return json.Marshal(members)
}

// EntityKind is "asset-change".
func (AssetChange) EntityKind() string { return "asset-change" }

// Check implements [isms.Entity].
func (a AssetChange) Check(c isms.Checker) {
	isms.CheckRequired(c.At("asset"), a.Asset != "")
	isms.CheckRequired(c.At("occurred"), !a.Occurred.IsZero())
	isms.CheckRequired(c.At("type"), a.Type != "")
	isms.CheckEnum(c.At("type"), a.Type, ChangeSoftware, ChangeTopology, ChangeConfiguration)
	isms.CheckRequired(c.At("what"), !a.What.IsZero())
}

// Reasons why a scan says nothing certain about a day.
const (
	CodeNeverScanned isms.Code = "vuln/never-scanned" // of an asset; see Coverage
	CodeUndated      isms.Code = "vuln/scan-undated"
	CodeOld          isms.Code = "vuln/scan-old"
	CodeIncomplete   isms.Code = "vuln/scan-incomplete"
	CodeLimited      isms.Code = "vuln/scan-limited" // it looked for some vulnerabilities, or at some parts
	CodeChanged      isms.Code = "vuln/asset-changed"
	CodeFuture       isms.Code = "vuln/scan-later" // it was made after that day
)

// Validity is what a scan says about a day.
type Validity struct {
	// Until is the last day that the policy lets it count, whatever changed;
	// unset when nobody knows when it was made.
	Until isms.Date
	// Reasons why it says nothing certain: CodeUndated, CodeFuture, CodeOld,
	// CodeIncomplete, CodeLimited, CodeChanged. None while it is valid.
	Reasons []isms.Code
	// Changes of the asset since then, the oldest first.
	Changes []AssetChange
}

// Valid reports whether there is no reason to doubt the scan.
func (v Validity) Valid() bool { return len(v.Reasons) == 0 }

// Validity tells whether the scan says anything about a day: a scan is valid
// only for the moment it was made. It ends with the term of the policy and with
// the first change of the asset that is recorded, of those in changes that are
// of this asset and not after today.
func (s Scan) Validity(today isms.Date, p Policy, changes []AssetChange) Validity {
	var v Validity
	add := func(is bool, why isms.Code) {
		if is {
			v.Reasons = append(v.Reasons, why)
		}
	}
	if !s.At.IsZero() {
		v.Until = p.ScanEvery.Nth(isms.DateOf(s.At), 1)
	}
	add(s.At.IsZero(), CodeUndated)
	add(!s.At.IsZero() && s.day().After(today), CodeFuture)
	add(!s.At.IsZero() && (v.Until.IsZero() || v.Until.Before(today)), CodeOld)
	add(!s.Complete(), CodeIncomplete)
	add(s.Extent.restricted() || s.Format == scan.FormatNmap, CodeLimited) // open ports are not what there is to know
	for _, c := range changes {
		if c.Asset == s.Asset && c.Status != isms.Retired && !c.Occurred.After(today) && c.since(s) {
			v.Changes = append(v.Changes, c)
		}
	}
	slices.SortFunc(v.Changes, func(a, b AssetChange) int {
		return cmp.Or(a.Occurred.Compare(b.Occurred), a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
	})
	add(len(v.Changes) > 0, CodeChanged)
	return v
}

// since reports whether a change came after a scan, for all that is known.
func (a AssetChange) since(s Scan) bool {
	begun := s.order()
	if !s.Started.IsZero() && s.Started.Before(begun) {
		begun = s.Started
	}
	if !a.At.IsZero() && !s.At.IsZero() {
		return a.At.After(begun)
	}
	return !a.Occurred.Before(isms.DateOf(begun))
}
