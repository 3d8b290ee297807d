package cvss

import (
	_ "embed" // for the score tables
	"slices"
)

//go:generate go run ./internal/gen

// table holds every score there is, in tenths, computed once from the equations
// of the specifications; the constants of ztables.go say where each part begins.
//
//go:embed scores.bin
var table string

// Scores are the scores of a vector. Those it does not have are unknown.
type Scores struct {
	// Base is the score of the base metrics alone.
	Base Score
	// Temporal adds the temporal metrics, called threat in 4.0. It is unknown
	// unless one of them is defined.
	Temporal Score
	// Environmental adds the temporal and environmental metrics. It is unknown
	// unless an environmental metric is defined.
	Environmental Score
	// Overall is the most specific of these that is known.
	Overall Score
}

// Scores looks up the scores of the vector; all unknown for the zero value. It
// takes constant time and does not allocate.
func (v Vector) Scores() Scores {
	switch v.Version() {
	case V2:
		return scores2(v)
	case V30, V31:
		return scores3(v)
	case V40:
		return scores4(v)
	default:
		return Scores{}
	}
}

// AppendOverall appends the overall score of each vector to scores, for callers
// that have many of them.
func AppendOverall(scores []Score, vectors []Vector) []Score {
	n := len(scores)
	scores = slices.Grow(scores, len(vectors))[:n+len(vectors)]
	added := scores[n:]
	for i, v := range vectors[:len(added)] {
		if edition := v.hi>>versionShift - uint64(V30); edition <= 1 && v.hi == (edition+uint64(V30))<<versionShift && v.lo>>24 == 0 {
			added[i] = scoreOf(base3(edition, v.lo)) // most vectors are of 3.x with base metrics only; it saves a call
		} else {
			added[i] = v.Scores().Overall
		}
	}
	return scores
}

// override is the base metrics with those replaced that have a modified value.
func override(base, modified uint64) uint64 {
	const each = 0o1_111_111_111_111_111_111_111
	defined := (modified | modified>>1 | modified>>2) & each * 7
	return base&^defined | modified
}

// laters is how many combinations of temporal metrics 2.0 and 3.x have.
const laters = 4 * 4 * 3

// later is the number of the combination E, RL, RC; not defined counts as worst.
func later(codes uint64) int {
	e, rl, rc := max(int(codes&7), 1), max(int(codes>>3&7), 1), max(int(codes>>6&7), 1)
	return (e*4+rl)*3 + rc - 16
}

// impacts is the number of the combination of three base impacts.
func impacts(codes uint64) int {
	return int(codes&7)*9 + int(codes>>3&7)*3 + int(codes>>6&7) - 13
}

// triple is the number of the combination of three impacts and requirements.
func triple(impacts, requirements uint64) int {
	return int(tripleIDs[(size(impacts, requirements)*7+size(impacts>>3, requirements>>3))*7+size(impacts>>6, requirements>>6)])
}

// size is how much an impact counts with a requirement, 0 to 6.
func size(impact, requirement uint64) int {
	// Four bits each by the codes of the impact (not defined, high, low, none)
	// and of the requirement (not defined, high, medium, low), from the right.
	const sizes = 0x0000_1232_4565_0000
	return sizes >> ((impact&3<<2 | requirement&3) * 4) & 7
}
