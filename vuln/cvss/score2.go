package cvss

// scores2 computes the equations of CVSS v2.0, section 3.2, with the rounding
// steps they prescribe, half up on exact values.
//
// The guide does not keep the adjusted base equation from falling below zero
// where a low requirement shrinks an already low impact. Scores lie in 0 to 10,
// so the environmental score ends at 0.0.
func scores2(v Vector) Scores {
	weight := func(i int) int64 { return metrics2[i].weights[v.code(i)] }

	exploitability := weight(v2AV) * weight(v2AC) * weight(v2Au)
	impact := impact2(1000*weight(v2C), 1000*weight(v2I), 1000*weight(v2A))
	base := base2(impact, exploitability)

	factor := weight(v2E) * weight(v2RL) * weight(v2RC)
	temporal := halfUp(base*factor, 1e9)

	adjusted := impact2(weight(v2CR)*weight(v2C), weight(v2IR)*weight(v2I), weight(v2AR)*weight(v2A))
	adjusted = min(adjusted, 10*impactUnit2) // the base impact is not limited: 10.0008 at most
	recomputed := halfUp(base2(adjusted, exploitability)*factor, 1e9)
	damaged := 1000*recomputed + (100-recomputed)*weight(v2CDP)
	environmental := halfUp(damaged*weight(v2TD), 1e6)

	return Scores{Base: scoreOf(base), Temporal: scoreOf(temporal), Environmental: scoreOf(max(environmental, 0))}
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
