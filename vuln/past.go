package vuln

import (
	"cmp"
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Past is how a finding and its asset were before. The zero Past says that both
// have been as they are since the finding was first known.
type Past struct {
	Earlier []Earlier // in any order
	Since   isms.Date // the first day that they are as they are now
}

// Earlier is what tools said of a finding, and its asset, since some day.
type Earlier struct {
	Since        isms.Date
	Observations []Observation
	Asset        *isms.Asset // nil: as it is now
}

// ReadPasts reads how findings and their assets were before, by id of the
// finding, for [Inputs]: one history for each that was ever changed.
func ReadPasts(tx *isms.Tx, findings []Finding, assets []isms.Asset) (map[string]Past, error) {
	r := pastReader{tx, map[isms.Ref[isms.Asset]][]turn{}, map[string]Past{}}
	for n := range assets {
		turns, err := r.assetTurns(&assets[n])
		if err != nil {
			return nil, err
		}
		r.assets[isms.Ref[isms.Asset](assets[n].ID)] = turns
	}
	for n := range findings {
		if err := r.read(&findings[n]); err != nil {
			return nil, err
		}
	}
	return r.pasts, nil
}

// turn is a revision of a finding or of its asset that changes a priority.
type turn struct {
	recorded     isms.Recorded
	observations []Observation // of a finding
	asset        *isms.Asset
}

type pastReader struct {
	tx     *isms.Tx
	assets map[isms.Ref[isms.Asset]][]turn
	pasts  map[string]Past
}

// assetTurns are the revisions of an asset with another need or exposure than the
// one before, or only the present one.
func (r *pastReader) assetTurns(a *isms.Asset) (turns []turn, err error) {
	if a.Rev <= 1 {
		return []turn{{recorded: a.Recorded, asset: a}}, nil
	}
	for x, err := range isms.Assets(r.tx).History(a.ID) {
		switch n := len(turns); {
		case err != nil:
			return nil, err
		case x.Erased:
		case x.Deleted:
			turns = nil // what has its id later is another asset
		case n == 0 || turns[n-1].asset.Needs != x.Value.Needs || turns[n-1].asset.Exposure != x.Value.Exposure:
			turns = append(turns, turn{recorded: x.Value.Recorded, asset: &x.Value})
		}
	}
	return turns, nil
}

// findingTurns are the revisions of a finding in which the tools say something
// else than in the one before.
func (r *pastReader) findingTurns(f *Finding) (turns []turn, err error) {
	if f.Rev <= 1 {
		return []turn{{recorded: f.Recorded, observations: f.Observations}}, nil
	}
	for x, err := range Findings(r.tx).History(f.ID) {
		switch n := len(turns); {
		case err != nil:
			return nil, err
		case x.Erased:
		case x.Deleted:
			turns = nil
		case n == 0 || !slices.EqualFunc(turns[n-1].observations, x.Value.Observations, Observation.rated):
			turns = append(turns, turn{recorded: x.Value.Recorded, observations: x.Value.Observations})
		}
	}
	return turns, nil
}

// rated reports whether two observations make one level.
func (o Observation) rated(p Observation) bool {
	return o.Source == p.Source && o.Severity == p.Severity && (o.Absent == "") == (p.Absent == "") && slices.Equal(o.Ratings, p.Ratings)
}

// read takes the turns of a finding and its asset together. Of one day the last
// counts, so that it does not matter in which order scans are imported on it.
func (r *pastReader) read(f *Finding) error {
	own, err := r.findingTurns(f)
	turns := slices.Concat(own, r.assets[f.Asset])
	if err != nil || len(own) <= 1 && len(turns) <= 2 {
		return err // neither ever changed
	}
	slices.SortStableFunc(turns, func(a, b turn) int { return compareSeq(a.recorded.Seq, b.recorded.Seq) })
	var past Past
	var now Earlier
	known := false
	for _, t := range turns {
		now.Since = isms.DateOf(t.recorded.At.UTC())
		if t.asset != nil {
			now.Asset = t.asset
		} else {
			now.Observations, known = t.observations, true
		}
		n := len(past.Earlier)
		switch {
		case !known:
		case n > 0 && past.Earlier[n-1].Since == now.Since:
			past.Earlier[n-1] = now
		default:
			past.Earlier = append(past.Earlier, now)
		}
	}
	if n := len(past.Earlier) - 1; n > 0 { // the last one is the present
		past.Earlier, past.Since = past.Earlier[:n], past.Earlier[n].Since
		r.pasts[f.ID] = past
	}
	return nil
}

// pastOf joins the pasts of findings that are one: on each day on which one of
// them changed, all as they were.
func pastOf(members []*Finding, pasts map[string]Past) (joined Past) {
	if len(members) == 1 {
		return pasts[members[0].ID]
	}
	var days []isms.Date
	lives := make([][]Earlier, len(members))
	for n, f := range members {
		p := pasts[f.ID]
		lives[n] = slices.SortedStableFunc(slices.Values(p.Earlier), func(a, b Earlier) int { return a.Since.Compare(b.Since) })
		lives[n] = append(lives[n], Earlier{latest(p.Since, f.FirstKnown), f.Observations, nil})
		if len(p.Earlier) > 0 && !lives[n][0].Since.Before(f.FirstKnown) {
			lives[n][0].Since = f.FirstKnown
		}
		for _, e := range lives[n] {
			days = append(days, e.Since)
		}
	}
	slices.SortFunc(days, isms.Date.Compare)
	days = slices.Compact(days)
	for _, day := range days[:max(0, len(days)-1)] {
		joined.Earlier = append(joined.Earlier, togetherOn(lives, day))
	}
	if n := len(days); n > 1 {
		joined.Since = days[n-1]
	}
	return joined
}

// togetherOn is what all that were known on a day said together.
func togetherOn(lives [][]Earlier, day isms.Date) Earlier {
	all := Earlier{Since: day}
	for _, life := range lives {
		for _, e := range slices.Backward(life) {
			if e.Since.After(day) {
				continue
			}
			all.Asset = cmp.Or(e.Asset, all.Asset)
			for _, o := range e.Observations {
				all.Observations = observed(all.Observations, o)
			}
			break
		}
	}
	return all
}
