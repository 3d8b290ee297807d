package cvss

import "math/bits"

// The fractions of 3.x are whole numbers: of 1e-12 for impact sub-scores, of
// 1e-14 for impact and exploitability, of 1e-16 for what is rounded.
const (
	one3   = 1_000_000_000_000     // 1 as an impact sub-score
	tenth3 = 1_000_000_000_000_000 // 0.1 before rounding
)

// scopeChanged3 is the code of S:C.
const scopeChanged3 = 1

// scores3 computes the equations of CVSS v3.0, section 8, and v3.1, section 7.
func scores3(v Vector) Scores {
	version := v.Version()
	weight := func(i int) int64 { return metrics3[i].weights[v.code(i)] }

	scope := v.code(v3S)
	sub := subScore3(100*weight(v3C), 100*weight(v3I), 100*weight(v3A))
	base := base3(version, scope, impact3(scope, sub), exploitability3(v, scope))

	factor := weight(v3E) * weight(v3RL) * weight(v3RC) * (tenth3 / 1e6)
	temporal := roundUp3(version, base*factor)

	for i := v3AV; i <= v3A; i++ {
		v = v.modified(i, i+v3MAV)
	}
	scope = v.code(v3S)
	sub = subScore3(weight(v3CR)*weight(v3C), weight(v3IR)*weight(v3I), weight(v3AR)*weight(v3A))
	sub = min(sub, 915*one3/1000)
	impact := impact3(scope, sub)
	if version == V31 {
		impact = modifiedImpact31(scope, sub)
	}
	modified := base3(version, scope, impact, exploitability3(v, scope))
	environmental := roundUp3(version, modified*factor)

	return Scores{Base: scoreOf(base), Temporal: scoreOf(temporal), Environmental: scoreOf(environmental)}
}

// subScore3 is 1 - (1-c)*(1-i)*(1-a); c, i and a in 1/10000.
func subScore3(c, i, a int64) int64 {
	return one3 - (1e4-c)*(1e4-i)*(1e4-a)
}

// impact3 is the impact of a sub-score, base or modified.
func impact3(scope int, sub int64) int64 {
	switch {
	case scope != scopeChanged3:
		return 642 * sub
	case sub == 0:
		return 0 // the equation gives less, which counts as no impact too
	default:
		return 752*(sub-one3*29/1000) - times325(power3(sub-one3/50, 15))
	}
}

// modifiedImpact31 is the modified impact of 3.1, which differs from that of
// 3.0 when the scope changes.
func modifiedImpact31(scope int, sub int64) int64 {
	if scope != scopeChanged3 || sub == 0 {
		return impact3(scope, sub)
	}
	return 752*(sub-one3*29/1000) - times325(power3(sub/10000*9731-one3/50, 13))
}

// power3 is x to the nth in units of 2^-64, for x between 0 and 1. Every factor
// is cut off below 2^-64, so the result is at most n units low; a test shows
// that no score lies close enough to a rounding edge for that to matter.
func power3(x int64, n int) uint64 {
	factor, _ := bits.Div64(uint64(x), 0, one3) //nolint:gosec // x > 0
	power := factor
	for range n - 1 {
		power, _ = bits.Mul64(power, factor)
	}
	return power
}

// times325 is 3.25 times a fraction of 2^64, in units of 1e-14.
func times325(fraction uint64) int64 {
	hi, _ := bits.Mul64(fraction, 325e12)
	return int64(hi) //nolint:gosec // at most 325e12
}

// exploitability3 is 8.22 times the weights of the exploitability metrics.
// Privileges weigh more when the scope changes.
func exploitability3(v Vector, scope int) int64 {
	weight := func(i int) int64 { return metrics3[i].weights[v.code(i)] }
	privileges := weight(v3PR)
	if scope == scopeChanged3 {
		switch privileges {
		case 62:
			privileges = 68
		case 27:
			privileges = 50
		}
	}
	return 822 * weight(v3AV) * weight(v3AC) * privileges * weight(v3UI) * 1e4
}

// base3 is the base or modified base score in tenths.
func base3(version Version, scope int, impact, exploitability int64) int64 {
	if impact <= 0 {
		return 0
	}
	sum := (impact + exploitability) * 100
	if scope == scopeChanged3 {
		sum = (impact + exploitability) * 108
	}
	return roundUp3(version, min(sum, 100*tenth3))
}

// roundUp3 is the smallest number of tenths that is not less than x. Version
// 3.1 first rounds x to five decimals (CVSS v3.1, appendix A).
func roundUp3(version Version, x int64) int64 {
	if version == V31 {
		const fifth = tenth3 / 10_000
		x = (x + fifth/2) / fifth * fifth
	}
	return (x + tenth3 - 1) / tenth3
}
