package cvss

// Bounds are the lowest and the highest overall score of a vector of which only
// some values are known: base metrics may be missing, and any metric may have
// the value "?". Else it reads what [Parse] reads. An optional metric that is
// left out is not defined, as ever; one with "?" has some value, not X or ND.
//
// The bounds are exact: each is the score of some way to fill in the rest. With
// every value known both are the score. The error is a [*ParseError]. It takes
// microseconds, and up to tens of milliseconds when little is known.
func Bounds(s string) (low, high Score, err error) {
	version := prefixed(s)
	if version == 0 {
		return Score{}, Score{}, &ParseError{Vector: s, Reason: BadPrefix, Want: prefixes}
	}
	p := scanner{text: s, version: version, metrics: version.metrics(), vector: empty(version), partial: true}
	if offset := len(version.prefix()); offset < len(s) {
		err = p.scan(offset)
	} else {
		err = p.end()
	}
	if err != nil {
		return Score{}, Score{}, err
	}
	parts := version.parts()
	fillings := make([][]Vector, len(parts))
	for i, part := range parts {
		fillings[i] = p.fillings(part)
	}
	low, high = extremes(p.vector, fillings)
	return low, high, nil
}

// extremes are the lowest and highest score of v with one filling of each part.
func extremes(v Vector, fillings [][]Vector) (low, high Score) {
	if len(fillings) == 0 {
		s := v.Scores().Overall
		return s, s
	}
	for i, f := range fillings[0] {
		l, h := extremes(Vector{lo: v.lo | f.lo, hi: v.hi | f.hi}, fillings[1:])
		if i == 0 || l.Compare(low) < 0 {
			low = l
		}
		if i == 0 || h.Compare(high) > 0 {
			high = h
		}
	}
	return low, high
}

// part is a set of metrics that enter a score together, and only together: two
// vectors with the same key differ in nothing that the equations see of them.
type part struct {
	metrics []int
	key     func(v Vector) int
}

// fillings gives the open metrics of a part values in all ways that differ in
// the part's key.
func (p *scanner) fillings(part part) []Vector {
	known := map[int]bool{}
	var out []Vector
	var fill func(v, added Vector, rest []int)
	fill = func(v, added Vector, rest []int) {
		for len(rest) > 0 && p.open&(1<<rest[0]) == 0 {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			if key := part.key(v); !known[key] {
				known[key] = true
				out = append(out, added)
			}
			return
		}
		i := rest[0]
		for code := uint64(1); code < 8; code++ {
			if p.metrics[i].values[code] != "" {
				fill(v.with(i, code), added.with(i, code), rest[1:])
			}
		}
	}
	fill(p.vector, Vector{}, part.metrics)
	return out
}

// parts divides the metrics of the version, without the supplemental ones, which
// no score depends on.
func (v Version) parts() []part {
	switch v {
	case V2:
		return []part{
			{[]int{v2AV, v2AC, v2Au}, func(v Vector) int { return access2(v.lo) }},
			{[]int{v2C, v2I, v2A, v2CR, v2IR, v2AR}, func(v Vector) int { return triple(v.lo>>9, v.lo>>33) }},
			{[]int{v2E, v2RL, v2RC}, func(v Vector) int { return later(v.lo >> 18) }},
			{[]int{v2CDP, v2TD}, func(v Vector) int { return int(v.lo >> 27 & 0o77) }},
		}
	case V40:
		return []part{
			{[]int{v4AV, v4PR, v4UI, v4MAV, v4MPR, v4MUI}, func(v Vector) int { return int(accessAt4(effective4(v))) }},
			{[]int{v4AC, v4AT, v4MAC, v4MAT}, func(v Vector) int { return int(complexityAt4(effective4(v))) }},
			{[]int{v4VC, v4VI, v4VA, v4MVC, v4MVI, v4MVA, v4CR, v4IR, v4AR}, func(v Vector) int {
				return int(impactAt4(effective4(v), worst4(v.lo>>33)))
			}},
			{[]int{v4SC, v4SI, v4SA, v4MSC, v4MSI, v4MSA}, func(v Vector) int { return int(subsequentAt4(effective4(v))) }},
			{[]int{v4E}, func(v Vector) int { return v.code(v4E) }},
		}
	default:
		return []part{
			{
				[]int{v3AV, v3AC, v3PR, v3UI, v3S, v3MAV, v3MAC, v3MPR, v3MUI, v3MS},
				func(v Vector) int { return access3(effective3(v)) },
			},
			{[]int{v3C, v3I, v3A, v3MC, v3MI, v3MA, v3CR, v3IR, v3AR}, func(v Vector) int { return triple(effective3(v)>>15, v.lo>>33) }},
			{[]int{v3E, v3RL, v3RC}, func(v Vector) int { return later(v.lo >> 24) }},
		}
	}
}
