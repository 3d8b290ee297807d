package cvss_test

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/vuln/cvss"
)

// The tests of this file go through the states of every version that can score
// differently: all 40,730,688 with ISMSKIT_SOAK=1, else a sample. The exact
// equations are too slow for that, so each of their steps is worked out once for
// what it depends on, and kept.

// stride is how many states lie between two that are scored. It has no factor in
// common with the spaces.
func stride() int {
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		return 1
	}
	return 997
}

// steps keeps, by number, the tenths that a step gave.
type steps []int16

const unknownStep = -100

func newSteps(n int) steps {
	s := make(steps, n)
	for i := range s {
		s[i] = unknownStep
	}
	return s
}

func (s steps) of(i int, work func() *big.Rat) int {
	if s[i] == unknownStep {
		n := mul(work(), rat("10"))
		if !n.IsInt() {
			panic("not rounded to tenths: " + n.String())
		}
		s[i] = int16(n.Num().Int64())
	}
	return int(s[i])
}

func tenth(n int) *big.Rat { return big.NewRat(int64(n), 10) }

// numbering gives the number of the combination that some of the choices make.
func (s space) numbering() func(choice []int, fields ...int) int {
	sizes := make([]int, len(s.fields))
	for f := range sizes {
		sizes[f] = s.count(f)
	}
	return func(choice []int, fields ...int) int {
		n := 0
		for _, f := range fields {
			n = n*sizes[f] + choice[f]
		}
		return n
	}
}

//nolint:thelper // t.Helper takes longer than a score
func checkTenths(t *testing.T, v cvss.Vector, name string, got cvss.Score, want int) {
	if tenths, known := got.Tenths(); !known || tenths != want {
		t.Errorf("%s score of %s = %s, want %s", name, v, got, tenth(want).FloatString(1))
	}
}

func TestWhole2(t *testing.T) {
	t.Parallel()
	s, number := space2, space2.numbering()
	base, adjusted := newSteps(729), newSteps(729*27)
	temporal, damage := newSteps(400*48), newSteps(400*20)
	s.each(stride(), func(vector string, c []int) {
		v := cvss.MustParse(vector)
		const off = 100 // what lies between may be below zero
		later, end := number(c, 6, 7, 8), number(c, 9, 10)
		apply := func(score int) int {
			return temporal.of((score+off)*48+later, func() *big.Rat { return exactTemporal2(v, tenth(score)) })
		}
		b := base.of(number(c, 0, 1, 2, 3, 4, 5), func() *big.Rat { return exactBase2(v, false) })
		a := adjusted.of(number(c, 0, 1, 2, 3, 4, 5, 11, 12, 13), func() *big.Rat { return exactBase2(v, true) })
		again := apply(a)
		d := damage.of((again+off)*20+end, func() *big.Rat { return exactDamage2(v, tenth(again)) })
		got := v.Scores()
		checkTenths(t, v, "base", got.Base, b)
		checkTenths(t, v, "temporal", got.Temporal, apply(b))
		checkTenths(t, v, "environmental", got.Environmental, d)
	})
}

func TestWhole3(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"CVSS:3.0/", "CVSS:3.1/"} {
		t.Run(prefix[:8], func(t *testing.T) {
			t.Parallel()
			s := space3(prefix)
			number := s.numbering()
			base, modified, temporal := newSteps(2592), newSteps(2592*27), newSteps(101*48)
			s.each(stride(), func(vector string, c []int) {
				v := cvss.MustParse(vector)
				later := number(c, 8, 9, 10)
				apply := func(score int) int {
					return temporal.of(score*48+later, func() *big.Rat { return exactTemporal3(v, tenth(score)) })
				}
				b := base.of(number(c, 0, 1, 2, 3, 4, 5, 6, 7), func() *big.Rat { return exactBase3(v, false) })
				m := modified.of(number(c, 0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13), func() *big.Rat { return exactBase3(v, true) })
				got := v.Scores()
				checkTenths(t, v, "base", got.Base, b)
				checkTenths(t, v, "temporal", got.Temporal, apply(b))
				checkTenths(t, v, "environmental", got.Environmental, apply(m))
			})
		})
	}
}

// TestWhole4 works out the level and the distance of each combination of the
// metrics of a class, and the score of each combination of these.
func TestWhole4(t *testing.T) {
	t.Parallel()
	o, number := newOracle4(t), space4.numbering()
	sets := []set{
		newSet("EQ1", 16, 0, 3, 4),
		newSet("EQ2", 8, 1, 2),
		newSet("EQ36", 64, 5, 6, 7, 12, 13, 14),
		newSet("EQ4", 32, 8, 9, 10),
		newSet("EQ5", 4, 11),
	}
	scores := newSteps(16 * 8 * 64 * 32 * 4)
	space4.each(stride(), func(vector string, c []int) {
		v := cvss.MustParse(vector)
		key := 0
		for _, set := range sets {
			state := &set.numbers[number(c, set.fields...)]
			if *state == 0 {
				*state = set.state(t, o, v)
			}
			key = key*set.size + *state
		}
		checkTenths(t, v, "overall", v.Scores().Overall, scores.of(key, func() *big.Rat { return nearestTenth(o.score(t, v)) }))
	})
}

// set is an equivalence set of 4.0, and what is known of its states.
type set struct {
	name    string
	size    int   // above the number of its states
	fields  []int // of space4
	numbers []int // the state by the choices in the fields; 0 is not known yet
	states  map[string]int
}

func newSet(name string, size int, fields ...int) set {
	return set{name, size, fields, make([]int, space4.count(fields...)), map[string]int{}}
}

// state numbers what the score depends on: level, distance, and whether there is
// any impact.
func (s set) state(t *testing.T, o oracle4, v cvss.Vector) int {
	t.Helper()
	level := o.level(v)[s.name]
	impact := "no impact"
	for _, m := range map[string][]string{"EQ36": {"VC", "VI", "VA"}, "EQ4": {"SC", "SI", "SA"}}[s.name] {
		if o.effective(v, m) != "N" {
			impact = "impact"
		}
	}
	key := fmt.Sprint(level, " ", o.distance(t, v, o.classes[s.name].highest[level]), " ", impact)
	if s.states[key] == 0 {
		s.states[key] = len(s.states) + 1
	}
	if s.states[key] >= s.size {
		t.Fatalf("states of %s = %d, want fewer", s.name, s.states[key])
	}
	return s.states[key]
}

// TestWorseNeverScoresLowerAnywhere compares every state of 3.1 and 4.0 with
// each that has one metric worse; without ISMSKIT_SOAK=1 those of the smaller
// groups of metrics. The spaces list values with the worst first.
func TestWorseNeverScoresLowerAnywhere(t *testing.T) {
	t.Parallel()
	whole31, base4 := space3("CVSS:3.1/"), space4
	base4.fields = space4.fields[:11]
	spaces := map[string]space{
		"3.1 base":     {prefix: whole31.prefix, fields: whole31.fields[:8]},
		"3.1 temporal": {prefix: whole31.prefix, fields: whole31.fields[:11]},
		"4.0 base":     base4,
	}
	if stride() == 1 {
		spaces["3.1 environmental"], spaces["4.0"] = whole31, space4
	}
	for name, s := range spaces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scores := make([]uint8, 0, s.size())
			s.each(1, func(vector string, _ []int) {
				tenths, _ := cvss.MustParse(vector).Scores().Overall.Tenths()
				scores = append(scores, uint8(tenths))
			})
			step, lower := 1, 0
			for _, field := range s.fields {
				size := len(strings.Fields(field))
				for n, score := range scores {
					if n/step%size > 0 && scores[n-step] < score {
						lower++
					}
				}
				step *= size
			}
			if lower > 0 {
				t.Errorf("states that score lower with a metric worse = %d, want 0", lower)
			}
		})
	}
}
