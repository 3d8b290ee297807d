package cvss

import (
	"math/big"
	"strconv"

	"github.com/ismskit/ismskit/isms/lang"
)

// explain4 is CVSS v4.0, section 8, once for every group that is defined.
func explain4(v Vector) []Derivation {
	with := func(groups ...group) Vector {
		kept := empty(V40)
		for _, g := range groups {
			kept.lo |= v.lo & groupMasks[V40][g].lo
			kept.hi |= v.hi & groupMasks[V40][g].hi
		}
		return kept
	}
	out := []Derivation{derive4(with(baseGroup), "base")}
	if v.has(temporalGroup) {
		out = append(out, derive4(with(baseGroup, temporalGroup), "temporal"))
	}
	if v.has(environmentalGroup) {
		out = append(out, derive4(with(baseGroup, temporalGroup, environmentalGroup), "environmental"))
	}
	return out
}

// set4 is the place of a vector in one equivalence set.
type set4 struct {
	name     string
	level    string // as the macro vector writes it; "01" for EQ3 and EQ6
	distance int64  // steps below the most severe vectors of the level
	depth    int64  // of the level, in steps
	lower    []string
}

// derive4 is the score of the macro vector less the mean, over the sets that
// have a lower level, of the drop to that level times the proportion of the
// distance. The codes of a metric run from the most severe value in steps of
// one, and all most severe vectors of a level have the same sum of codes, so a
// distance is a difference of sums.
func derive4(v Vector, group string) Derivation {
	code := func(i int) int64 {
		if i <= v4SA {
			if m := v.code(i + v4MAV); m != 0 {
				return int64(m)
			}
		}
		return int64(max(v.code(i), 1)) // not defined counts as the worst
	}
	sets := sets4(code)
	levels := map[string]string{}
	for _, set := range sets {
		levels[set.name] = set.level
	}
	var s steps
	own := s.add("MacroVector", macroScore(levels))
	d := Derivation{Group: group, Macro: macro(levels)}
	score := own
	if none4(code) {
		score = new(big.Rat) // no impact on any system
	} else if mean := s.mean(sets, levels, own); mean != nil {
		score = minus(own, s.add("Mean", mean))
	}
	rounded := s.add("Score", halfUp(score))
	d.Steps, d.Score = s.list, s.derivation(group, rounded).Score
	return d
}

// mean is what the sets take off the score of the macro vector; nil when none
// has a lower level.
func (s *steps) mean(sets []set4, levels map[string]string, own *big.Rat) *big.Rat {
	total, n := new(big.Rat), int64(0)
	for _, set := range sets {
		var next *big.Rat
		for _, level := range set.lower {
			levels[set.name] = level
			if score := macroScore(levels); next == nil || score.Cmp(next) > 0 {
				next = score
			}
		}
		levels[set.name] = set.level
		if next == nil {
			continue
		}
		n++
		drop := minus(own, next)
		share := times(drop, rat(set.distance, set.depth))
		for _, step := range []struct {
			what, en, nl string
			value        *big.Rat
		}{
			{"drop", "drop to the next lower macro vector", "daling naar de eerstvolgende lagere macrovector", drop},
			{"distance", "steps below the most severe vector of the level", "stappen onder de ernstigste vector van het niveau", rat(set.distance, 1)},
			{"depth", "steps that the level has", "stappen die het niveau telt", rat(set.depth, 1)},
			{"share", "the drop times distance by depth", "de daling maal afstand door diepte", share},
		} {
			s.list = append(s.list, Step{
				Name:  set.name + " " + step.what,
				Label: lang.Text{EN: set.name + ": " + step.en, NL: set.name + ": " + step.nl},
				Value: step.value,
			})
		}
		total = plus(total, share)
	}
	if n == 0 {
		return nil
	}
	return times(total, rat(1, n))
}

// sets4 places a vector by the conditions of tables 24 to 29; code gives the
// effective value code of a metric, 1 for the most severe.
func sets4(code func(i int) int64) []set4 {
	av, pr, ui := code(v4AV), code(v4PR), code(v4UI)
	ac, at := code(v4AC), code(v4AT)
	vc, vi, va := code(v4VC), code(v4VI), code(v4VA)
	cr, ir, ar := code(v4CR), code(v4IR), code(v4AR)
	sc, si, sa := code(v4SC), code(v4SI), code(v4SA)
	const physical, safety, high = 4, 1, 2 // of AV; of SI and SA; of SC, SI and SA

	eq1 := set4{name: "EQ1", level: "2", distance: av + pr + ui - 6, depth: 5}
	switch {
	case av == 1 && pr == 1 && ui == 1:
		eq1 = set4{name: "EQ1", level: "0", depth: 1, lower: []string{"1"}}
	case av != physical && (av == 1 || pr == 1 || ui == 1):
		eq1 = set4{name: "EQ1", level: "1", distance: av + pr + ui - 4, depth: 4, lower: []string{"2"}}
	}
	eq2 := set4{name: "EQ2", level: "1", distance: ac + at - 3, depth: 2}
	if ac == 1 && at == 1 {
		eq2 = set4{name: "EQ2", level: "0", depth: 1, lower: []string{"1"}}
	}
	eq36 := set4{name: "EQ3+EQ6", distance: vc + vi + va + cr + ir + ar}
	required := vc == 1 && cr == 1 || vi == 1 && ir == 1 || va == 1 && ar == 1
	best, depth := int64(9), int64(10)
	switch {
	case vc == 1 && vi == 1 && required:
		eq36.level, eq36.lower, best, depth = "00", []string{"01", "10"}, 6, 7
	case vc == 1 && vi == 1:
		eq36.level, eq36.lower, best, depth = "01", []string{"11"}, 9, 6
	case required:
		eq36.level, eq36.lower, best, depth = "10", []string{"11"}, 7, 8
	case vc == 1 || vi == 1 || va == 1:
		eq36.level, eq36.lower, best, depth = "11", []string{"21"}, 9, 8
	default:
		eq36.level = "21"
	}
	eq36.distance, eq36.depth = eq36.distance-best, depth
	eq4 := set4{name: "EQ4", level: "2", distance: sc + si + sa - 9, depth: 4}
	switch {
	case si == safety || sa == safety:
		eq4 = set4{name: "EQ4", level: "0", distance: sc + si + sa - 4, depth: 6, lower: []string{"1"}}
	case sc == high || si == high || sa == high:
		eq4 = set4{name: "EQ4", level: "1", distance: sc + si + sa - 6, depth: 5, lower: []string{"2"}}
	}
	eq5 := set4{name: "EQ5", level: strconv.FormatInt(code(v4E)-1, 10), depth: 1}
	if code(v4E) < 3 {
		eq5.lower = []string{strconv.FormatInt(code(v4E), 10)}
	}
	return []set4{eq1, eq2, eq36, eq4, eq5}
}

// none4 reports whether there is no impact on any system.
func none4(code func(i int) int64) bool {
	const vulnerable, subsequent = 3, 4 // the codes of none
	return code(v4VC) == vulnerable && code(v4VI) == vulnerable && code(v4VA) == vulnerable &&
		code(v4SC) == subsequent && code(v4SI) == subsequent && code(v4SA) == subsequent
}

// macro is the macro vector of the levels of the sets, EQ1 to EQ6.
func macro(levels map[string]string) string {
	eq36 := levels["EQ3+EQ6"]
	return levels["EQ1"] + levels["EQ2"] + eq36[:1] + levels["EQ4"] + levels["EQ5"] + eq36[1:]
}

func macroScore(levels map[string]string) *big.Rat {
	m := macro(levels)
	d := func(i int) int { return int(m[i] - '0') }
	i := (((d(0)*2+d(1))*5+d(2)*2+d(5)-d(2)/2)*3+d(3))*3 + d(4)
	return rat(int64(macroTenths[i]), 10)
}
