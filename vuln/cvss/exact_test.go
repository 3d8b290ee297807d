package cvss_test

import (
	"math/big"

	"github.com/ismskit/ismskit/vuln/cvss"
)

// The equations of the specifications once more, in exact fractions and the
// order of the text: what every score is checked against.

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("not a number: " + s)
	}
	return r
}

func mul(factors ...*big.Rat) *big.Rat {
	p := rat("1")
	for _, f := range factors {
		p.Mul(p, f)
	}
	return p
}

func add(terms ...*big.Rat) *big.Rat {
	s := rat("0")
	for _, t := range terms {
		s.Add(s, t)
	}
	return s
}

func sub(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

func least(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func power(x *big.Rat, n int64) *big.Rat {
	e := big.NewInt(n)
	return new(big.Rat).SetFrac(new(big.Int).Exp(x.Num(), e, nil), new(big.Int).Exp(x.Denom(), e, nil))
}

// floor is the greatest whole number not above x.
func floor(x *big.Rat) *big.Int {
	return new(big.Int).Div(x.Num(), x.Denom()) // Euclidean, so it floors
}

func tenths(n *big.Int) *big.Rat { return new(big.Rat).SetFrac(n, big.NewInt(10)) }

func nearestTenth(x *big.Rat) *big.Rat {
	return tenths(floor(add(mul(x, rat("10")), rat("1/2"))))
}

func nextTenth(x *big.Rat) *big.Rat {
	n := floor(mul(x, rat("-10"))) // -floor(-x) is the ceiling
	return tenths(n.Neg(n))
}

// roundup is Roundup of CVSS v3.1, appendix A.
func roundup(x *big.Rat) *big.Rat {
	n := floor(add(mul(x, rat("100000")), rat("1/2")))
	return nextTenth(new(big.Rat).SetFrac(n, big.NewInt(100000)))
}

type weights map[string]map[string]string

func (w weights) of(v cvss.Vector, metric string) *big.Rat {
	value, _ := v.Metric(metric)
	return rat(w[metric][value])
}

func weights2() weights {
	impact := map[string]string{"N": "0", "P": "0.275", "C": "0.66"}
	need := map[string]string{"L": "0.5", "M": "1", "H": "1.51", "ND": "1"}
	return weights{
		"AV": {"L": "0.395", "A": "0.646", "N": "1"}, "AC": {"H": "0.35", "M": "0.61", "L": "0.71"},
		"Au": {"M": "0.45", "S": "0.56", "N": "0.704"}, "C": impact, "I": impact, "A": impact,
		"E":   {"U": "0.85", "POC": "0.9", "F": "0.95", "H": "1", "ND": "1"},
		"RL":  {"OF": "0.87", "TF": "0.9", "W": "0.95", "U": "1", "ND": "1"},
		"RC":  {"UC": "0.9", "UR": "0.95", "C": "1", "ND": "1"},
		"CDP": {"N": "0", "L": "0.1", "LM": "0.3", "MH": "0.4", "H": "0.5", "ND": "0"},
		"TD":  {"N": "0", "L": "0.25", "M": "0.75", "H": "1", "ND": "1"}, "CR": need, "IR": need, "AR": need,
	}
}

// exactBase2 is the base score of CVSS v2.0, section 3.2.1, or the adjusted one
// of 3.2.3, which may be below zero.
func exactBase2(v cvss.Vector, adjusted bool) *big.Rat {
	w, one, rest := weights2(), rat("1"), rat("1")
	for _, m := range []string{"C", "I", "A"} {
		impact := w.of(v, m)
		if adjusted {
			impact = mul(impact, w.of(v, m+"R"))
		}
		rest = mul(rest, sub(one, impact))
	}
	impact := mul(rat("10.41"), sub(one, rest))
	if adjusted {
		impact = least(rat("10"), impact)
	}
	f := rat("1.176")
	if impact.Sign() == 0 {
		f = rat("0")
	}
	exploitability := mul(rat("20"), w.of(v, "AV"), w.of(v, "AC"), w.of(v, "Au"))
	return nearestTenth(mul(sub(add(mul(rat("0.6"), impact), mul(rat("0.4"), exploitability)), rat("1.5")), f))
}

// exactTemporal2 is the temporal equation on a base score (section 3.2.2).
func exactTemporal2(v cvss.Vector, base *big.Rat) *big.Rat {
	w := weights2()
	return nearestTenth(mul(base, w.of(v, "E"), w.of(v, "RL"), w.of(v, "RC")))
}

// exactDamage2 is the end of the environmental equation (section 3.2.3).
func exactDamage2(v cvss.Vector, temporal *big.Rat) *big.Rat {
	w := weights2()
	score := nearestTenth(mul(add(temporal, mul(sub(rat("10"), temporal), w.of(v, "CDP"))), w.of(v, "TD")))
	if score.Sign() < 0 {
		return rat("0")
	}
	return score
}

func weights3() weights {
	impact := map[string]string{"H": "0.56", "L": "0.22", "N": "0"}
	need := map[string]string{"X": "1", "H": "1.5", "M": "1", "L": "0.5"}
	return weights{
		"AV": {"N": "0.85", "A": "0.62", "L": "0.55", "P": "0.2"}, "AC": {"L": "0.77", "H": "0.44"},
		"PR": {"N": "0.85", "L": "0.62", "H": "0.27"}, "PRC": {"N": "0.85", "L": "0.68", "H": "0.5"},
		"UI": {"N": "0.85", "R": "0.62"}, "C": impact, "I": impact, "A": impact,
		"E":  {"X": "1", "H": "1", "F": "0.97", "P": "0.94", "U": "0.91"},
		"RL": {"X": "1", "U": "1", "W": "0.97", "T": "0.96", "O": "0.95"},
		"RC": {"X": "1", "C": "1", "R": "0.96", "U": "0.92"}, "CR": need, "IR": need, "AR": need,
	}
}

// modifiedOr is the modified value of a 3.x metric, or its base value.
func modifiedOr(v cvss.Vector, metric string, modified bool) string {
	value, _ := v.Metric(metric)
	if m, _ := v.Metric("M" + metric); modified && m != "X" {
		value = m
	}
	return value
}

// round3 is how an edition of 3.x rounds.
func round3(v cvss.Vector) func(*big.Rat) *big.Rat {
	if v.Version() == cvss.V31 {
		return roundup
	}
	return nextTenth
}

// exactBase3 is the base score or the modified base score of CVSS v3.0, section
// 8, and v3.1, section 7.
func exactBase3(v cvss.Vector, modified bool) *big.Rat {
	w, one := weights3(), rat("1")
	of := func(metric string) *big.Rat { return rat(w[metric][modifiedOr(v, metric, modified)]) }
	rest := rat("1")
	for _, m := range []string{"C", "I", "A"} {
		need := one
		if modified {
			need = w.of(v, m+"R")
		}
		rest = mul(rest, sub(one, mul(need, of(m))))
	}
	iss := sub(one, rest)
	if modified {
		iss = least(iss, rat("0.915"))
	}
	changed := modifiedOr(v, "S", modified) == "C"
	privileges, impact, factor := of("PR"), mul(rat("6.42"), iss), one
	if changed {
		privileges = rat(w["PRC"][modifiedOr(v, "PR", modified)])
		bend := power(sub(iss, rat("0.02")), 15)
		if modified && v.Version() == cvss.V31 {
			bend = power(sub(mul(iss, rat("0.9731")), rat("0.02")), 13)
		}
		impact = sub(mul(rat("7.52"), sub(iss, rat("0.029"))), mul(rat("3.25"), bend))
		factor = rat("1.08")
	}
	if impact.Sign() <= 0 {
		return rat("0")
	}
	exploitability := mul(rat("8.22"), of("AV"), of("AC"), privileges, of("UI"))
	return round3(v)(least(mul(factor, add(impact, exploitability)), rat("10")))
}

// exactTemporal3 is the temporal equation on a base score.
func exactTemporal3(v cvss.Vector, base *big.Rat) *big.Rat {
	w := weights3()
	return round3(v)(mul(base, w.of(v, "E"), w.of(v, "RL"), w.of(v, "RC")))
}
