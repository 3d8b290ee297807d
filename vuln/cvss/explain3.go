package cvss

import "math/big"

// explain3 is CVSS v3.0, section 8, and v3.1, section 7.
func explain3(v Vector) []Derivation {
	weight := func(i int) *big.Rat { return rat(metrics3[i].weights[v.code(i)], 100) }
	round := ceiling
	if v.Version() == V31 {
		round = roundup
	}
	factor := times(times(weight(v3E), weight(v3RL)), weight(v3RC))

	var b steps
	base := b.add("Base", round(b.add("Sum", sum3(v, &b, false))))
	out := []Derivation{b.derivation("base", base)}
	if v.has(temporalGroup) {
		var t steps
		t.add("Base", base)
		t.add("Factor", factor)
		out = append(out, t.derivation("temporal", t.add("Temporal", round(times(base, factor)))))
	}
	if v.has(environmentalGroup) {
		var e steps
		base := e.add("AdjustedBase", round(e.add("Sum", sum3(v, &e, true))))
		e.add("Factor", factor)
		out = append(out, e.derivation("environmental", e.add("Environmental", round(times(base, factor)))))
	}
	return out
}

// sum3 is the base score, or the modified base score, before rounding.
func sum3(v Vector, s *steps, modified bool) *big.Rat {
	code := func(i int) int {
		if m := v.code(i + v3MAV); modified && m != 0 {
			return m
		}
		return v.code(i)
	}
	weight := func(i int) *big.Rat { return rat(metrics3[i].weights[code(i)], 100) }
	changed := code(v3S) == 1
	left := rat(1, 1)
	for i := range 3 {
		impact := weight(v3C + i)
		if modified {
			impact = times(impact, rat(metrics3[v3CR+i].weights[v.code(v3CR+i)], 100))
		}
		left = times(left, minus(rat(1, 1), impact))
	}
	iss, name := minus(rat(1, 1), left), "ISS"
	if modified {
		iss, name = lesser(iss, rat(915, 1000)), "MISS"
	}
	s.add(name, iss)

	impact := times(rat(642, 100), iss)
	if changed {
		bent, power := minus(iss, rat(2, 100)), int64(15)
		if modified && v.Version() == V31 {
			bent, power = minus(times(iss, rat(9731, 10000)), rat(2, 100)), 13
		}
		bend := new(big.Rat).SetFrac(new(big.Int).Exp(bent.Num(), big.NewInt(power), nil), new(big.Int).Exp(bent.Denom(), big.NewInt(power), nil))
		impact = minus(times(rat(752, 100), minus(iss, rat(29, 1000))), times(rat(325, 100), bend))
	}
	s.add("Impact", impact)

	privileges := weight(v3PR)
	if changed && code(v3PR) > 1 {
		privileges = [...]*big.Rat{2: rat(68, 100), 3: rat(50, 100)}[code(v3PR)]
	}
	exploitability := times(times(rat(822, 100), times(weight(v3AV), weight(v3AC))), times(privileges, weight(v3UI)))
	s.add("Exploitability", exploitability)
	if impact.Sign() <= 0 {
		return new(big.Rat)
	}
	sum := plus(impact, exploitability)
	if changed {
		sum = times(rat(108, 100), sum)
	}
	return lesser(sum, rat(10, 1))
}

// roundup is the function of that name in CVSS v3.1, appendix A: to five
// decimals, half up, and then up to tenths.
func roundup(x *big.Rat) *big.Rat {
	return ceiling(floored(plus(x, rat(1, 200_000)), 100_000))
}
