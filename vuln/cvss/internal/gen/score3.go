package main

import "math/bits"

// The equations of CVSS v3.0, section 8, and v3.1, section 7, in whole numbers:
// of 1e-12 for impact sub-scores, of 1e-14 for impact and exploitability, of
// 1e-16 for what is rounded. Weights are in hundredths, in the order of the
// value codes, from the most severe on.
const (
	one3   = 1_000_000_000_000     // 1 as an impact sub-score
	tenth3 = 1_000_000_000_000_000 // 0.1 before rounding
)

// edition3 is 3.0 or 3.1, in the order of the tables.
type edition3 int

const (
	edition30 edition3 = iota
	edition31
)

type access3 struct {
	exploitability int64
	changed        bool // the scope
}

// accesses3 are the combinations of AV, AC, PR, UI and S. Privileges weigh more
// when the scope changes.
func accesses3() []access3 {
	var out []access3
	for _, d := range product(4, 2, 3, 2, 2) {
		av, ac, ui := []int64{85, 62, 55, 20}, []int64{77, 44}, []int64{85, 62}
		pr := []int64{85, 62, 27}
		if changed := d[4] == 0; changed {
			pr = []int64{85, 68, 50}
		}
		out = append(out, access3{822 * av[d[0]] * ac[d[1]] * pr[d[2]] * ui[d[3]] * 1e4, d[4] == 0})
	}
	return out
}

// base3Table has a byte for the edition, AV, AC, PR, UI, S, C, I, A.
func base3Table() []byte {
	var out []byte
	impact := []int64{5600, 2200, 0}
	for _, edition := range []edition3{edition30, edition31} {
		for _, a := range accesses3() {
			for _, d := range product(3, 3, 3) {
				sub := subScore3(impact[d[0]], impact[d[1]], impact[d[2]])
				out = append(out, tenths(base3(edition, a, impact3(a.changed, sub))))
			}
		}
	}
	return out
}

// modified3Table has a byte for the edition, AV, AC, PR, UI, S and a triple.
func modified3Table() []byte {
	var out []byte
	size := [sizes]int64{0, 50 * 22, 100 * 22, 150 * 22, 50 * 56, 100 * 56, 150 * 56}
	for _, edition := range []edition3{edition30, edition31} {
		for _, a := range accesses3() {
			for _, t := range triples() {
				sub := min(subScore3(size[t[0]], size[t[1]], size[t[2]]), 915*one3/1000)
				impact := impact3(a.changed, sub)
				if edition == edition31 && a.changed && sub > 0 {
					impact = 752*(sub-one3*29/1000) - times325(power3(sub/10000*9731-one3/50, 13))
				}
				out = append(out, tenths(base3(edition, a, impact)))
			}
		}
	}
	return out
}

// temporal3Table has a byte for the edition, a score, E, RL and RC.
func temporal3Table() []byte {
	var out []byte
	for _, edition := range []edition3{edition30, edition31} {
		for score := range int64(101) {
			for _, d := range product(4, 4, 3) {
				e, rl, rc := []int64{100, 97, 94, 91}, []int64{100, 97, 96, 95}, []int64{100, 96, 92}
				out = append(out, tenths(roundUp3(edition, score*e[d[0]]*rl[d[1]]*rc[d[2]]*(tenth3/1e6))))
			}
		}
	}
	return out
}

// subScore3 is 1 - (1-c)*(1-i)*(1-a); c, i and a in 1/10000.
func subScore3(c, i, a int64) int64 {
	return one3 - (1e4-c)*(1e4-i)*(1e4-a)
}

// impact3 is the impact of a sub-score.
func impact3(changed bool, sub int64) int64 {
	switch {
	case !changed:
		return 642 * sub
	case sub == 0:
		return 0 // the equation gives less, which counts as no impact too
	default:
		return 752*(sub-one3*29/1000) - times325(power3(sub-one3/50, 15))
	}
}

// power3 is x to the nth in units of 2^-64, for x between 0 and 1. Every factor
// is cut off below 2^-64, so the result is at most n units low; the tests of
// package cvss show that no score lies close enough to a rounding edge for that
// to matter.
func power3(x int64, n int) uint64 {
	factor, _ := bits.Div64(uint64(x), 0, one3)
	power := factor
	for range n - 1 {
		power, _ = bits.Mul64(power, factor)
	}
	return power
}

// times325 is 3.25 times a fraction of 2^64, in units of 1e-14.
func times325(fraction uint64) int64 {
	hi, _ := bits.Mul64(fraction, 325e12)
	return int64(hi)
}

// base3 is the base or modified base score in tenths.
func base3(edition edition3, a access3, impact int64) int64 {
	if impact <= 0 {
		return 0
	}
	sum := (impact + a.exploitability) * 100
	if a.changed {
		sum = (impact + a.exploitability) * 108
	}
	return roundUp3(edition, min(sum, 100*tenth3))
}

// roundUp3 is the smallest number of tenths that is not less than x. Version
// 3.1 first rounds x to five decimals (CVSS v3.1, appendix A).
func roundUp3(edition edition3, x int64) int64 {
	if edition == edition31 {
		const fifth = tenth3 / 10_000
		x = (x + fifth/2) / fifth * fifth
	}
	return (x + tenth3 - 1) / tenth3
}
