package register

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/report"
)

// inherited is the greatest rating among the assets that rest on one, directly
// or through others, and which of them asks for it. Rank 0 is none.
type inherited struct {
	rank int
	from string // id
}

// inherit finds for each asset what it inherits in one property. An asset needs
// at least what everything that rests on it needs; not assessed ranks as the
// greatest. Only assets in use count. Time is linear in the assets and their
// dependencies, and cycles do no harm.
func (w writer) inherit(assets []isms.Asset, of func(isms.Needs) isms.Rating) map[string]inherited {
	rests := map[string][]isms.Ref[isms.Asset]{}
	var inUse []isms.Asset
	for _, a := range assets {
		if a.InUse(w.today) {
			rests[a.ID] = a.DependsOn
			inUse = append(inUse, a)
		}
	}
	slices.SortStableFunc(inUse, func(a, b isms.Asset) int { return of(b.Needs).Rank() - of(a.Needs).Rank() })
	found := map[string]inherited{}
	for _, a := range inUse { // the greatest first, so that who is reached once is done
		next := slices.Clone(rests[a.ID])
		for len(next) > 0 {
			id := string(next[0])
			next = next[1:]
			on, known := rests[id]
			if _, done := found[id]; done || !known || id == a.ID {
				continue
			}
			found[id] = inherited{of(a.Needs).Rank(), a.ID}
			next = append(next, on...)
		}
	}
	return found
}

// need is the cell of one property. What is inherited is marked as such, and
// says from which asset.
func (w writer) need(own isms.Rating, from inherited) report.Cell {
	name := w.name(isms.Link{Kind: "asset", ID: from.from})
	rating := isms.Rating("")
	for _, r := range []isms.Rating{isms.Low, isms.Medium, isms.High, isms.VeryHigh} {
		if r.Rank() == from.rank {
			rating = r
		}
	}
	switch {
	case own == "" && rating != "":
		return report.Text(w.unrated() + "\n" + w.say("inherited: ", "overgenomen: ") + rating.Label(w.lang) + w.say(" from ", " van ") + name).Toned(report.Unknown)
	case own == "":
		return report.Text(w.unrated()).Toned(report.Unknown)
	case from.rank <= own.Rank():
		return report.Text(own.Label(w.lang))
	case rating == "":
		return report.Text(own.Label(w.lang) + "\n" + w.say("inherited: not assessed, from ", "overgenomen: niet beoordeeld, van ") + name).Toned(report.Unknown)
	default:
		return report.Text(rating.Label(w.lang) + w.say(", inherited from ", ", overgenomen van ") + name + "\n" + w.say("own: ", "eigen: ") + own.Label(w.lang)).Toned(report.Warn)
	}
}

func (w writer) unrated() string { return w.say("not assessed", "niet beoordeeld") }
