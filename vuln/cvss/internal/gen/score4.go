package main

import (
	"bytes"
	"fmt"
)

// state4 is the place of a vector in one equivalence class of CVSS v4.0 (8.2):
// its level, and how far below the most severe vectors of that level it lies.
// All most severe vectors of a level have the same sum of value codes, so it
// does not matter against which of them distance is measured.
type state4 struct {
	level, distance int
	none            bool // EQ3+EQ6, EQ4: no impact at all
}

// The equivalence classes. EQ3 and EQ6 depend on each other and are one class,
// whose levels are 00, 01, 10, 11, 21 (20 cannot occur).
const (
	accessClass     = iota // EQ1: AV, PR, UI
	complexityClass        // EQ2: AC, AT
	impactClass            // EQ3 with EQ6: VC, VI, VA, CR, IR, AR
	subsequentClass        // EQ4: SC, SI, SA
	exploitClass           // EQ5: E
	classCount
)

// classes4 has the states of each class, and which one each combination of the
// values of its metrics is in.
type classes4 struct {
	macro  *[270]int64
	states [classCount][]state4
	of     [classCount][]int
}

func newClasses4(macro *[270]int64) *classes4 {
	c := &classes4{macro: macro}
	for class, values := range [classCount]struct {
		sizes []int
		state func(d []int) state4
	}{
		accessClass:     {[]int{4, 3, 3}, accessState},
		complexityClass: {[]int{2, 2}, complexityState},
		impactClass:     {[]int{3, 3, 3, 3, 3, 3}, impactState},
		subsequentClass: {[]int{3, 4, 4}, subsequentState},
		exploitClass:    {[]int{3}, func(d []int) state4 { return state4{level: d[0]} }},
	} {
		known := map[state4]int{}
		for _, d := range product(values.sizes...) {
			s := values.state(d)
			id, ok := known[s]
			if !ok {
				id = len(known)
				known[s] = id
				c.states[class] = append(c.states[class], s)
			}
			c.of[class] = append(c.of[class], id)
		}
	}
	return c
}

// The conditions of tables 24 to 29. Digits count from the most severe value.

func accessState(d []int) state4 {
	av, pr, ui, sum := d[0], d[1], d[2], d[0]+d[1]+d[2]
	const physical = 3
	switch {
	case sum == 0:
		return state4{level: 0}
	case av != physical && (av == 0 || pr == 0 || ui == 0):
		return state4{level: 1, distance: sum - 1}
	default:
		return state4{level: 2, distance: sum - 3}
	}
}

func complexityState(d []int) state4 {
	if sum := d[0] + d[1]; sum > 0 {
		return state4{level: 1, distance: sum - 1}
	}
	return state4{}
}

func impactState(d []int) state4 {
	vc, vi, va := d[0], d[1], d[2]
	sum := 0
	for _, n := range d {
		sum += n
	}
	required := vc == 0 && d[3] == 0 || vi == 0 && d[4] == 0 || va == 0 && d[5] == 0
	switch {
	case vc == 0 && vi == 0 && required:
		return state4{level: 0, distance: sum}
	case vc == 0 && vi == 0:
		return state4{level: 1, distance: sum - 3}
	case required:
		return state4{level: 2, distance: sum - 1}
	case vc == 0 || vi == 0 || va == 0:
		return state4{level: 3, distance: sum - 3}
	default:
		return state4{level: 4, distance: sum - 3, none: vc == 2 && vi == 2 && va == 2}
	}
}

// subsequentState counts SC from H, SI and SA from S.
func subsequentState(d []int) state4 {
	sc, si, sa, sum := d[0], d[1], d[2], d[0]+d[1]+d[2]
	const safety, high = 0, 1
	switch {
	case si == safety || sa == safety:
		return state4{level: 0, distance: sum}
	case sc == 0 || si == high || sa == high:
		return state4{level: 1, distance: sum - 2}
	default:
		return state4{level: 2, distance: sum - 5, none: sc == 2 && si == 3 && sa == 3}
	}
}

// scores has a byte for each combination of states, EQ5 running fastest.
func (c *classes4) scores() []byte {
	var out []byte
	sizes := make([]int, classCount)
	for class := range c.states {
		sizes[class] = len(c.states[class])
	}
	for _, d := range product(sizes...) {
		var at [classCount]state4
		for class := range at {
			at[class] = c.states[class][d[class]]
		}
		out = append(out, tenths(c.score(at)))
	}
	return out
}

// score is that of the macro vector less the mean, over the classes with a lower
// level, of the drop to that level times the proportion of the distance. Exact:
// 840 is a multiple of every depth.
func (c *classes4) score(at [classCount]state4) int64 {
	if at[impactClass].none && at[subsequentClass].none {
		return 0
	}
	own := c.macroScore(at)
	var drops, lower int64
	for class, depth := range [classCount][5]int64{
		accessClass:     {1, 4, 5},
		complexityClass: {1, 2},
		impactClass:     {7, 6, 8, 8, 10},
		subsequentClass: {6, 5, 4},
		exploitClass:    {1, 1, 1},
	} {
		next, ok := c.nextLower(at, class)
		if !ok {
			continue
		}
		lower++
		drops += (own - next) * int64(at[class].distance) * (840 / depth[at[class].level])
	}
	if lower == 0 {
		return own
	}
	return halfUp(own*840*lower-drops, 840*lower)
}

// nextLower is the score of the macro vector one level down in a class; ok is
// false when there is none. Of the two below 00 in EQ3 and EQ6 the higher counts.
func (c *classes4) nextLower(at [classCount]state4, class int) (tenths int64, ok bool) {
	level := &at[class].level
	if *level == [classCount]int{2, 1, 4, 2, 2}[class] {
		return 0, false
	}
	if class != impactClass {
		*level++
		return c.macroScore(at), true
	}
	switch *level {
	case 0:
		*level = 1
		left := c.macroScore(at)
		*level = 2
		return max(left, c.macroScore(at)), true
	case 1:
		*level = 3
	default:
		*level++
	}
	return c.macroScore(at), true
}

// macroScore is the score of the macro vector of these levels, in tenths.
func (c *classes4) macroScore(at [classCount]state4) int64 {
	i := at[accessClass].level*2 + at[complexityClass].level
	i = i*5 + at[impactClass].level
	i = i*3 + at[subsequentClass].level
	return c.macro[i*3+at[exploitClass].level]
}

// write puts down, for each class, what a combination of values adds to the
// index into the scores.
func (c *classes4) write(b *bytes.Buffer) {
	for class, name := range [...]string{"access4", "complexity4", "impact4", "subsequent4"} {
		stride := 1
		for _, states := range c.states[class+1:] {
			stride *= len(states)
		}
		offsets := make([]int, len(c.of[class]))
		for i, id := range c.of[class] {
			offsets[i] = id * stride
		}
		fmt.Fprintf(b, "\nvar %s = [%d]uint32{", name, len(offsets))
		numbers(b, offsets)
		b.WriteString("}\n")
	}
}
