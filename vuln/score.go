package vuln

import (
	"cmp"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// ScoreRule is which of several scores of a finding counts. Every source's score
// is kept in its observations, so that another rule gives another answer. The
// zero rule takes the greatest verdict of all, of words and scores; any other
// takes one score, and the words of tools count only where there is none.
type ScoreRule struct {
	// Sources are whose scores count first, as in Rating.Source: "nvd", "ghsa".
	// The first that gave one is taken; those not listed come last, all alike.
	Sources []string `json:"sources,omitempty"`
	// Newest takes the newest version of CVSS among them.
	Newest bool `json:"newest,omitempty"`
	// Highest is for a rule of neither: the highest score of any source.
	Highest bool `json:"highest,omitempty"`
}

func (r ScoreRule) check(c isms.Checker) { isms.CheckWords(c.At("sources"), r.Sources) }

// Choose is the rating that counts: of the first source, of the newest version
// if the rule says so, and of these the highest. A rating without a score and
// without a vector that can be read is none; ok is false when all are such, for
// an unknown score is never chosen over a known one, nor read as 0.0.
func (r ScoreRule) Choose(ratings []Rating) (chosen Rating, ok bool) {
	for _, x := range ratings {
		if score, _ := x.rate(); score.Known() && (!ok || r.compare(x, chosen) < 0) {
			chosen, ok = x, true
		}
	}
	return chosen, ok
}

// compare puts the rating that counts first.
func (r ScoreRule) compare(a, b Rating) int {
	source := func(x Rating) int {
		if n := slices.Index(r.Sources, x.Source); n >= 0 {
			return n
		}
		return len(r.Sources)
	}
	score := func(x Rating) cvss.Score {
		score, _ := x.rate()
		return score
	}
	version := 0
	if r.Newest {
		version = cmp.Compare(b.version(), a.version())
	}
	return cmp.Or(cmp.Compare(source(a), source(b)), version, score(b).Compare(score(a)),
		cmp.Compare(a.Source, b.Source), cmp.Compare(b.version(), a.version()), cmp.Compare(a.Vector, b.Vector))
}

// version is that of the vector, else the one that is stated: "4.0" is after
// "3.1", and "" before all.
func (r Rating) version() string {
	if v, _, err := cvss.ParseLenient(r.Vector); err == nil {
		return v.Version().String()
	}
	return r.Version
}

// apply leaves of what the tools see the one score that counts, if there is one.
// Those that no longer see the finding count only when all do.
func (r ScoreRule) apply(observations []Observation) []Observation {
	if len(r.Sources) == 0 && !r.Newest && !r.Highest {
		return observations
	}
	gone := !Finding{Observations: observations}.Observed()
	var all []Rating
	for _, o := range observations {
		if o.Absent == "" || gone {
			all = append(all, o.Ratings...)
		}
	}
	chosen, ok := r.Choose(all)
	if !ok {
		return observations
	}
	list := slices.Clone(observations)
	for n := range list {
		list[n].Severity = scan.SeverityUnknown
		list[n].Ratings = []Rating{chosen}
	}
	return list
}
