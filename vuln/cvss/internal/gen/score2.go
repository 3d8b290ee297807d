package main

// The equations of CVSS v2.0, section 3.2, in whole numbers, with the rounding
// steps they prescribe, half up on exact values. Weights are in thousandths, in
// the order of the value codes, from the most severe on.

func access2() []int64 {
	var out []int64
	for _, d := range product(3, 3, 3) {
		av, ac, au := []int64{1000, 646, 395}, []int64{710, 610, 350}, []int64{704, 560, 450}
		out = append(out, av[d[0]]*ac[d[1]]*au[d[2]])
	}
	return out
}

// later2 are the temporal factors, in 1e-9.
func later2() []int64 {
	var out []int64
	for _, d := range product(4, 4, 3) {
		e, rl, rc := []int64{1000, 950, 900, 850}, []int64{1000, 950, 900, 870}, []int64{1000, 950, 900}
		out = append(out, e[d[0]]*rl[d[1]]*rc[d[2]])
	}
	return out
}

// base2Table has a byte for AV, AC, Au, C, I, A.
func base2Table() []byte {
	var out []byte
	impact := []int64{660_000, 275_000, 0}
	for _, access := range access2() {
		for _, d := range product(3, 3, 3) {
			out = append(out, tenths(base2(impact2(impact[d[0]], impact[d[1]], impact[d[2]]), access)))
		}
	}
	return out
}

// lowest2 is the lowest adjusted base score: the guide does not keep the
// equation from falling below zero where a low requirement shrinks an already
// low impact.
const lowest2 = -8

// adjusted2Table has a byte for AV, AC, Au and a triple: the adjusted base score
// above lowest2.
func adjusted2Table() []byte {
	var out []byte
	size := [sizes]int64{0, 500 * 275, 1000 * 275, 1510 * 275, 500 * 660, 1000 * 660, 1510 * 660}
	for _, access := range access2() {
		for _, t := range triples() {
			// The base impact is not limited: 10.0008 at most.
			impact := min(impact2(size[t[0]], size[t[1]], size[t[2]]), 10*impactUnit2)
			out = append(out, tenths(base2(impact, access)-lowest2))
		}
	}
	return out
}

// temporal2Table has a byte for a score above lowest2 and the temporal factors.
func temporal2Table() []byte {
	var out []byte
	for score := int64(lowest2); score <= 100; score++ {
		for _, factor := range later2() {
			out = append(out, tenths(halfUp(score*factor, 1e9)-lowest2))
		}
	}
	return out
}

// damage2Table has a byte for a score above lowest2, CDP and TD. Scores lie in 0
// to 10, so what is below ends at 0.0.
func damage2Table() []byte {
	var out []byte
	for score := int64(lowest2); score <= 100; score++ {
		for _, d := range product(5, 4) {
			cdp, td := []int64{500, 400, 300, 100, 0}, []int64{1000, 750, 250, 0}
			damaged := 1000*score + (100-score)*cdp[d[0]]
			out = append(out, tenths(max(halfUp(damaged*td[d[1]], 1e6), 0)))
		}
	}
	return out
}

// impactUnit2 is the denominator of impacts: one impact point in the unit that
// holds every value exactly.
const impactUnit2 = 800e12

// impact2 is 10.41*(1-(1-c)*(1-i)*(1-a)) in units of 1/impactUnit2; c, i and a
// in millionths. Each is a multiple of 1/20000, and 20000^3 = 8e12.
func impact2(c, i, a int64) int64 {
	rest := (1e6 - c) / 50 * ((1e6 - i) / 50) * ((1e6 - a) / 50)
	return 1041 * (8e12 - rest)
}

// base2 is ((0.6*impact + 0.4*20*exploitability - 1.5) * f(impact)) in rounded
// tenths; exploitability is the product of its three weights.
func base2(impact, exploitability int64) int64 {
	if impact == 0 {
		return 0 // f(impact) = 0
	}
	const perExploitability = 20 * impactUnit2 / 1e9
	sum := 3*impact + 2*perExploitability*exploitability - 7.5*impactUnit2 // five times the sum above
	return halfUp(sum*147, impactUnit2/10*5*125)                           // 1.176 = 147/125
}

// halfUp is n/d rounded to the nearest whole, ties up; d is even and positive.
func halfUp(n, d int64) int64 {
	n += d / 2
	if n < 0 {
		return (n - d + 1) / d
	}
	return n / d
}

func tenths(n int64) byte {
	if n < 0 || n > 100-lowest2 {
		panic("score out of range")
	}
	return byte(n)
}
