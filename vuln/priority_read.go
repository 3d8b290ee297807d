package vuln

import (
	"cmp"
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// ReadCase reads the case of a finding from a transaction: the finding, its
// asset, and how both were before. The error is driver.ErrNotFound when there is
// no such finding or asset. It reads every revision of both.
func ReadCase(tx *isms.Tx, id string, in Intel) (Case, error) {
	c := Case{Intel: in}
	var err error
	if c.Finding, err = Findings(tx).Get(id); err != nil {
		return Case{}, err
	}
	if c.Asset, err = isms.Assets(tx).Get(string(c.Finding.Asset)); err != nil {
		return Case{}, err
	}
	if c.Closed, err = verifiedOn(tx, c.Finding); err != nil {
		return Case{}, err
	}
	turns, err := turnsOf(tx, c.Finding)
	if err != nil {
		return Case{}, err
	}
	var now Earlier
	known := false
	for _, t := range turns {
		now.Since = isms.DateOf(t.recorded.At.UTC())
		if t.asset != nil {
			now.Asset = *t.asset
		} else {
			now.Observations, known = t.finding.Observations, true
		}
		if known {
			c.Earlier = append(c.Earlier, now)
		}
	}
	if n := len(c.Earlier); n > 0 {
		c.Since = now.Since
		if c.Finding.Recorded.Seq != 0 && c.Asset.Recorded.Seq != 0 { // the last one is the present
			c.Earlier = c.Earlier[:n-1]
		}
	}
	return c, nil
}

// verifiedOn is the day of the scan that was the last to verify that a finding is
// gone; unset when not all sources did.
func verifiedOn(tx *isms.Tx, f Finding) (day isms.Date, err error) {
	if !f.verified() {
		return isms.Date{}, nil
	}
	for _, o := range f.Observations {
		s, err := Scans(tx).Get(string(o.Verified))
		if err != nil {
			return isms.Date{}, err
		}
		day = latest(day, isms.DateOf(s.order()))
	}
	return day, nil
}

// turn is a revision of a finding or of its asset.
type turn struct {
	recorded isms.Recorded
	finding  *Finding
	asset    *isms.Asset
}

// turnsOf lists them in the order they were recorded.
func turnsOf(tx *isms.Tx, f Finding) (turns []turn, err error) {
	for r, err := range Findings(tx).History(f.ID) {
		if err != nil {
			return nil, err
		}
		if !r.Deleted && !r.Erased {
			turns = append(turns, turn{recorded: r.Value.Recorded, finding: &r.Value})
		}
	}
	for r, err := range isms.Assets(tx).History(string(f.Asset)) {
		if err != nil {
			return nil, err
		}
		if !r.Deleted && !r.Erased {
			turns = append(turns, turn{recorded: r.Value.Recorded, asset: &r.Value})
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Compare(a.recorded.Seq, b.recorded.Seq) })
	return turns, nil
}
