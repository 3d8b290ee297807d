package risk

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// CodeUnmapped is why an evaluation has no level after a change of methodology.
const CodeUnmapped isms.Code = "risk/unmapped"

// Mapping says which step of a new methodology means what a step of an old one
// did: Likelihood[0] is the new step for the old step 1. 0 is none: such a risk
// has to be assessed again.
type Mapping struct {
	Likelihood, Impact []int
}

// MapSteps maps the steps that mean the same in both methodologies: those with
// the same criteria or, where neither has criteria, the same title. It guesses
// nothing. What stays 0 is for a person to fill in.
func MapSteps(from, to Methodology) Mapping {
	return Mapping{from.Likelihood.mapTo(to.Likelihood), from.Impact.mapTo(to.Impact)}
}

func (s Scale) mapTo(to Scale) []int {
	out := make([]int, len(s.Steps))
	for i, step := range s.Steps {
		out[i] = slices.IndexFunc(to.Steps, step.means) + 1
	}
	return out
}

// means reports whether two steps have the same meaning.
func (s Step) means(o Step) bool {
	if s.Criteria.IsZero() && o.Criteria.IsZero() && len(s.Dimensions)+len(o.Dimensions) == 0 {
		return maps.Equal(s.Title, o.Title)
	}
	return maps.Equal(s.Criteria, o.Criteria) &&
		maps.EqualFunc(s.Dimensions, o.Dimensions, func(a, b isms.Text) bool { return maps.Equal(a, b) })
}

// Rescoring is what a change of methodology does to levels, before anybody
// decides on it.
type Rescoring struct {
	From, To Methodology
	Mapping  Mapping

	Cells []Move     // each cell of the old matrix, by likelihood and impact
	Lost  []Loss     // what can no longer be told apart
	Risks []Rescored // each evaluation made with From, in the order of the risks
	Other int        // evaluations made with another methodology or revision: they stay as they are
}

// Move is a level before and after.
type Move struct{ Old, New Level }

// Loosened reports whether a risk that had to be treated or accepted may now be
// retained, for no other reason than the new methodology.
func (m Move) Loosened() bool { return !m.Old.Acceptable && m.New.Acceptable }

// Tightened reports the reverse. What has no level any more may not be retained.
func (m Move) Tightened() bool { return m.Old.Acceptable && !m.New.Acceptable }

// Loss is a distinction that the new methodology does not make: the old steps
// of a scale or, with Of unset, the ranks of old bands, that have become one.
// Of bands it may be so for some of their cells only.
type Loss struct {
	Of   Axis
	From []int // two or more, from 1
	Into int
}

// Rescored is one evaluation of a risk under the new methodology. Evaluation is
// the one to store when the change is decided on: with the same day, person and
// rationale, since nothing was judged anew. Without a counterpart for both of
// its steps it is not assessed, and ranks as the greatest possible risk.
type Rescored struct {
	Move

	Risk       *Risk
	Stage      Stage
	Evaluation Evaluation
}

// Rescore tells what becomes of the levels when methodology from is replaced by
// to, another one or a later revision of it. The risks are pointed into. It
// fails with an [isms.ProblemError] for a mapping that is not for these scales,
// or that falls where the old step rises. O(cells + risks).
func Rescore(from, to Methodology, by Mapping, risks []Risk) (Rescoring, error) {
	if p := checkMapping(from, to, by); len(p) > 0 {
		return Rescoring{}, &isms.ProblemError{Problems: p}
	}
	r := Rescoring{From: from, To: to, Mapping: by}
	for i := range by.Likelihood {
		for j := range by.Impact {
			e := Evaluation{Likelihood: i + 1, Impact: j + 1}
			r.Cells = append(r.Cells, Move{from.Rate(e), r.rate(r.evaluation(e), nil)})
		}
	}
	r.Lost = slices.Concat(merged(OfLikelihood, by.Likelihood), merged(OfImpact, by.Impact), r.mergedBands())
	for i := range risks {
		for _, s := range stages(&risks[i]) {
			switch e := *s.evaluation; {
			case e.Methodology.IsZero():
			case e.Methodology != from.Pin():
				r.Other++
			default:
				then := r.evaluation(e)
				r.Risks = append(r.Risks, Rescored{Move{from.Rate(e, risks[i].Categories...), r.rate(then, risks[i].Categories)}, &risks[i], s.stage, then})
			}
		}
	}
	return r, nil
}

// evaluation is an evaluation on the scales of the new methodology.
func (r Rescoring) evaluation(e Evaluation) Evaluation {
	e.Methodology, e.Factors = r.To.Pin(), nil // the scores are those of the old one
	e.Likelihood = mapped(r.Mapping.Likelihood, e.Likelihood)
	e.Impact = mapped(r.Mapping.Impact, e.Impact)
	if !e.Assessed() {
		e.Likelihood, e.Impact = 0, 0 // half an assessment is none
	}
	return e
}

func mapped(steps []int, step int) int {
	if step < 1 || step > len(steps) {
		return 0
	}
	return steps[step-1]
}

func (r Rescoring) rate(e Evaluation, categories []string) Level {
	level := r.To.Rate(e, categories...)
	if level.Unrated == CodeNotAssessed {
		level.Unrated = CodeUnmapped
	}
	return level
}

// merged lists the old steps that share a new one.
func merged(of Axis, steps []int) []Loss {
	into := map[int][]int{}
	for i, step := range steps {
		into[step] = append(into[step], i+1)
	}
	return losses(of, into)
}

// mergedBands lists the old bands of which cells share a new one.
func (r Rescoring) mergedBands() []Loss {
	into := map[int][]int{}
	for _, c := range r.Cells {
		if c.Old.Rated() && !slices.Contains(into[c.New.Rank], c.Old.Rank) {
			into[c.New.Rank] = append(into[c.New.Rank], c.Old.Rank)
		}
	}
	return losses("", into)
}

func losses(of Axis, into map[int][]int) []Loss {
	var out []Loss
	for _, n := range slices.Sorted(maps.Keys(into)) {
		if n > 0 && len(into[n]) > 1 { // what has no counterpart is not merged but gone
			slices.Sort(into[n])
			out = append(out, Loss{of, into[n], n})
		}
	}
	return out
}

func checkMapping(from, to Methodology, by Mapping) []isms.Problem {
	var out []isms.Problem
	for _, side := range []struct {
		name     string
		steps    []int
		from, to Scale
	}{
		{"likelihood", by.Likelihood, from.Likelihood, to.Likelihood},
		{"impact", by.Impact, from.Impact, to.Impact},
	} {
		add := func(code isms.Code, path string, args map[string]string) {
			out = append(out, isms.Problem{Code: code, Subject: from.Pin(), Path: "/" + side.name + path, Args: args})
		}
		if n, want := len(side.steps), len(side.from.Steps); n != want {
			add(CodeScale, "", map[string]string{"have": strconv.Itoa(n), "want": strconv.Itoa(want)})
			continue
		}
		highest := 0
		for i, step := range side.steps {
			have := strconv.Itoa(step)
			switch {
			case step < 0 || step > len(side.to.Steps):
				add(CodeOffScale, "/"+strconv.Itoa(i), map[string]string{"have": have, "want": "0 ... " + strconv.Itoa(len(side.to.Steps))})
			case step > 0 && step < highest:
				add(CodeReversed, "/"+strconv.Itoa(i), map[string]string{"have": have, "lower": strconv.Itoa(highest)})
			default:
				highest = max(highest, step)
			}
		}
	}
	return out
}
