package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/scan"
)

// coverage lists the assets that are or should be scanned, without their open
// findings.
func (r Register) coverage(in Inputs, h history) []Coverage {
	affected := map[isms.Ref[isms.Asset]]bool{}
	for n := range in.Findings {
		affected[in.Findings[n].Asset] = true
	}
	changes := map[isms.Ref[isms.Asset]][]AssetChange{}
	for _, c := range in.Changes {
		changes[c.Asset] = append(changes[c.Asset], c)
	}
	grounds := newGrounds(in, &r.Policy, r.AsOf)
	listed := map[isms.Ref[isms.Asset]]bool{}
	var list []Coverage
	add := func(asset isms.Ref[isms.Asset]) {
		if listed[asset] {
			return
		}
		listed[asset] = true
		c := Coverage{Asset: asset, Scan: h.newest[asset]}
		if c.Scan == nil {
			c.Reasons = []isms.Code{CodeNeverScanned}
		} else {
			v := c.Scan.Validity(r.AsOf, r.Policy, changes[asset])
			c.Reasons, c.Changes = v.Reasons, v.Changes
		}
		c.Basis = grounds.basis(&c)
		list = append(list, c)
	}
	for _, a := range in.Assets {
		asset := isms.Ref[isms.Asset](a.ID)
		switch {
		case outOfUse(&a, r.AsOf):
			listed[asset] = true
		case technical(a.Type) || affected[asset] || h.newest[asset] != nil:
			add(asset)
		}
	}
	for n := range in.Findings { // of assets that the Inputs lack
		add(in.Findings[n].Asset)
	}
	for _, s := range in.Scans {
		add(s.Asset)
	}
	slices.SortFunc(list, func(a, b Coverage) int {
		return cmp.Or(
			compareOpen(a.Scan == nil, b.Scan == nil),
			compareOpen(len(a.Reasons) > 0, len(b.Reasons) > 0),
			strings.Compare(string(a.Asset), string(b.Asset)),
		)
	})
	return list
}

// technical reports whether assets of a type are the organization's to scan. A
// bought service is its supplier's; one that was scanned all the same counts.
func technical(t isms.AssetType) bool {
	switch t {
	case isms.AssetSoftware, isms.AssetHardware, isms.AssetNetwork:
		return true
	case isms.AssetService, isms.AssetInformation, isms.AssetProcess, isms.AssetPeople, isms.AssetPremises:
	}
	return false
}

// Scanned is how many of the assets that are or should be scanned are.
type Scanned struct {
	InScope int // the sum of the others
	Valid   int // the newest scan says something about today
	Stale   int // it does not; see Coverage.Reasons
	Never   int // there is none
}

// Percent is how many of a hundred assets have a valid scan, rounded down; ok is
// false when there is none that should have.
func (s Scanned) Percent() (percent int, ok bool) {
	if s.InScope == 0 {
		return 0, false
	}
	return s.Valid * 100 / s.InScope, true
}

// Scanned counts the assets in Coverage.
func (r Register) Scanned() Scanned {
	s := Scanned{InScope: len(r.Coverage)}
	for _, c := range r.Coverage {
		switch {
		case c.Scan == nil:
			s.Never++
		case len(c.Reasons) > 0:
			s.Stale++
		default:
			s.Valid++
		}
	}
	return s
}

// history is the scans in their order.
type history struct {
	newest map[isms.Ref[isms.Asset]]*Scan // of tools, of all of the asset where there is one, else of a part
	runs   map[run][]*Scan                // oldest first
}

type run struct {
	asset  isms.Ref[isms.Asset]
	source string
}

// newHistory orders the scans; it points into them.
func newHistory(scans []Scan) history {
	h := history{map[isms.Ref[isms.Asset]]*Scan{}, map[run][]*Scan{}}
	sorted := make([]*Scan, len(scans))
	for n := range scans {
		sorted[n] = &scans[n]
	}
	slices.SortFunc(sorted, func(a, b *Scan) int {
		return cmp.Or(compareScans(*a, *b), strings.Compare(a.ID, b.ID))
	})
	for _, s := range sorted {
		if whole := h.newest[s.Asset]; whole == nil || !partial(s) || partial(whole) {
			h.newest[s.Asset] = s
		}
		key := run{s.Asset, s.Source}
		h.runs[key] = append(h.runs[key], s)
	}
	return h
}

// partial reports whether a scan looked at less than a run of a tool that looks
// for vulnerabilities does.
func partial(s *Scan) bool {
	return s.Extent.Kind != "" || s.Extent.restricted() || s.Format == scan.FormatNmap
}

// lastSeen is the day of the newest scan that saw a finding; unset when no scan
// of known time did.
func (h history) lastSeen(f *Finding, members []string) isms.Date {
	var last isms.Date
	for _, o := range f.Observations {
		scans := h.runs[run{f.Asset, o.Source}]
		for _, s := range slices.Backward(scans) {
			if !slices.ContainsFunc(members, s.Saw) {
				continue
			}
			if day := isms.DateOf(s.At); !s.At.IsZero() && (day.After(last) || last.IsZero()) {
				last = day
			}
			break
		}
	}
	return last
}
