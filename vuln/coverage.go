package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// coverage lists the assets that are or should be scanned.
func (r Register) coverage(in Inputs, h history) []Coverage {
	open := map[isms.Ref[isms.Asset]]int{}
	for _, row := range r.Rows {
		open[row.Finding.Asset] += one(row.Open)
	}
	listed := map[isms.Ref[isms.Asset]]bool{}
	var list []Coverage
	add := func(asset isms.Ref[isms.Asset]) {
		if listed[asset] {
			return
		}
		listed[asset] = true
		c := Coverage{Asset: asset, Scan: h.newest[asset], Open: open[asset]}
		if c.Scan == nil {
			c.Reasons = []isms.Code{CodeNeverScanned}
		} else {
			c.Reasons = c.Scan.Stale(r.AsOf, r.Policy)
		}
		list = append(list, c)
	}
	for _, a := range in.Assets {
		asset := isms.Ref[isms.Asset](a.ID)
		_, found := open[asset]
		switch {
		case outOfUse(a, r.AsOf):
			listed[asset] = true
		case technical(a.Type) || found || h.newest[asset] != nil:
			add(asset)
		}
	}
	for _, row := range r.Rows { // of assets that the Inputs lack
		add(row.Finding.Asset)
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

// history is the scans in their order.
type history struct {
	newest map[isms.Ref[isms.Asset]]*Scan
	runs   map[run][]*Scan // that are complete, oldest first
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
		h.newest[s.Asset] = s
		if s.Complete() {
			key := run{s.Asset, s.Source}
			h.runs[key] = append(h.runs[key], s)
		}
	}
	return h
}

// lastSeen is the day of the newest complete scan that saw a finding: of each
// tool the newest, or the last one before that which no longer saw it.
func (h history) lastSeen(f *Finding) isms.Date {
	var last isms.Date
	for _, o := range f.Observations {
		scans := h.runs[run{f.Asset, o.Source}]
		if o.Absent != "" {
			n := slices.IndexFunc(scans, func(s *Scan) bool { return s.ID == string(o.Absent) })
			scans = scans[:max(n, 0)]
		}
		if len(scans) == 0 || scans[len(scans)-1].At.IsZero() {
			continue
		}
		if day := isms.DateOf(scans[len(scans)-1].At); day.After(last) || last.IsZero() {
			last = day
		}
	}
	return last
}
