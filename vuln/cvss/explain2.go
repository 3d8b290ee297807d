package cvss

import "math/big"

// explain2 is CVSS v2.0, section 3.2.
func explain2(v Vector) []Derivation {
	weight := func(i int) *big.Rat { return rat(metrics2[i].weights[v.code(i)], 1000) }
	rest := func(impact, requirement *big.Rat) *big.Rat { return minus(rat(1, 1), times(impact, requirement)) }
	impact := func(cr, ir, ar *big.Rat) *big.Rat {
		left := times(times(rest(weight(v2C), cr), rest(weight(v2I), ir)), rest(weight(v2A), ar))
		return times(rat(1041, 100), minus(rat(1, 1), left))
	}
	exploitability := times(rat(20, 1), times(times(weight(v2AV), weight(v2AC)), weight(v2Au)))
	sum := func(impact *big.Rat) *big.Rat {
		if impact.Sign() == 0 {
			return new(big.Rat)
		}
		s := minus(plus(times(rat(6, 10), impact), times(rat(4, 10), exploitability)), rat(3, 2))
		return times(s, rat(1176, 1000))
	}
	one := rat(1, 1)

	var b steps
	i := b.add("Impact", impact(one, one, one))
	b.add("Exploitability", exploitability)
	base := b.add("Base", halfUp(b.add("Sum", sum(i))))
	out := []Derivation{b.derivation("base", base)}

	factor := times(times(weight(v2E), weight(v2RL)), weight(v2RC))
	if v.has(temporalGroup) {
		var t steps
		t.add("Base", base)
		t.add("Factor", factor)
		out = append(out, t.derivation("temporal", t.add("Temporal", halfUp(times(base, factor)))))
	}
	if v.has(environmentalGroup) {
		var e steps
		i := e.add("AdjustedImpact", lesser(rat(10, 1), impact(weight(v2CR), weight(v2IR), weight(v2AR))))
		e.add("Exploitability", exploitability)
		base := e.add("AdjustedBase", halfUp(e.add("Sum", sum(i))))
		e.add("Factor", factor)
		temporal := e.add("AdjustedTemporal", halfUp(times(base, factor)))
		damage := times(plus(temporal, times(minus(rat(10, 1), temporal), weight(v2CDP))), weight(v2TD))
		rounded := halfUp(e.add("Damage", damage))
		if rounded.Sign() < 0 {
			rounded = new(big.Rat) // a score is 0 at least
		}
		out = append(out, e.derivation("environmental", e.add("Environmental", rounded)))
	}
	return out
}
