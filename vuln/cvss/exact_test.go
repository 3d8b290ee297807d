package cvss_test

import (
	"math/big"
	"strings"
	"testing"

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

// exact2 is CVSS v2.0, section 3.2.
func exact2(v cvss.Vector) (base, temporal, environmental *big.Rat) {
	w, one := weights2(), rat("1")
	product := rat("1")
	adjusted := rat("1")
	for _, m := range []string{"C", "I", "A"} {
		product = mul(product, sub(one, w.of(v, m)))
		adjusted = mul(adjusted, sub(one, mul(w.of(v, m), w.of(v, m+"R"))))
	}
	score := func(impact *big.Rat) *big.Rat {
		f := rat("1.176")
		if impact.Sign() == 0 {
			f = rat("0")
		}
		exploitability := mul(rat("20"), w.of(v, "AV"), w.of(v, "AC"), w.of(v, "Au"))
		return nearestTenth(mul(sub(add(mul(rat("0.6"), impact), mul(rat("0.4"), exploitability)), rat("1.5")), f))
	}
	later := mul(w.of(v, "E"), w.of(v, "RL"), w.of(v, "RC"))
	base = score(mul(rat("10.41"), sub(one, product)))
	temporal = nearestTenth(mul(base, later))
	again := nearestTenth(mul(score(least(rat("10"), mul(rat("10.41"), sub(one, adjusted)))), later))
	environmental = nearestTenth(mul(add(again, mul(sub(rat("10"), again), w.of(v, "CDP"))), w.of(v, "TD")))
	if environmental.Sign() < 0 {
		environmental = rat("0")
	}
	return base, temporal, environmental
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

// exact3 is CVSS v3.0, section 8, and v3.1, section 7.
func exact3(v cvss.Vector) (base, temporal, environmental *big.Rat) {
	round := nextTenth
	if v.Version() == cvss.V31 {
		round = roundup
	}
	w, one := weights3(), rat("1")
	score := func(modified bool) *big.Rat {
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
		return round(least(mul(factor, add(impact, exploitability)), rat("10")))
	}
	later := mul(w.of(v, "E"), w.of(v, "RL"), w.of(v, "RC"))
	base = score(false)
	return base, round(mul(base, later)), round(mul(score(true), later))
}

func checkExact(t *testing.T, v cvss.Vector, exact func(cvss.Vector) (b, t, e *big.Rat)) {
	t.Helper()
	s := v.Scores()
	base, temporal, environmental := exact(v)
	for _, c := range []struct {
		name string
		got  cvss.Score
		want *big.Rat
	}{{"base", s.Base, base}, {"temporal", s.Temporal, temporal}, {"environmental", s.Environmental, environmental}} {
		if c.got.Known() && c.got.String() != c.want.FloatString(1) {
			t.Errorf("%s of %s = %s, want %s", c.name, v, c.got, c.want.FloatString(1))
		}
	}
}

// A stride through the space of 2.0; the strides here and below have no factor
// in common with the spaces.
func TestExact2(t *testing.T) {
	space2.each(37_871, func(vector string) { checkExact(t, cvss.MustParse(vector), exact2) })
}

// Every rounding in 3.x is decided by the impact sub-score, the scope and the
// exploitability, or by the base score and the temporal weights. All of the
// former are here, without the temporal metrics; and some of the latter.
func TestExact3(t *testing.T) {
	for _, prefix := range []string{"CVSS:3.0/", "CVSS:3.1/"} {
		s := space3(prefix)
		s.each(10_007, func(vector string) { checkExact(t, cvss.MustParse(vector), exact3) })

		inner := space{prefix: prefix, fields: append(s.fields[:8:8], s.fields[11:]...)}
		done := map[string]bool{}
		inner.each(1, func(vector string) {
			v := cvss.MustParse(vector)
			if key := innerState3(v); !done[key] {
				done[key] = true
				checkExact(t, v, exact3)
			}
		})
		if want := 2 * 84 * 48; len(done) != want {
			t.Errorf("inner states of %s = %d, want %d", prefix, len(done), want)
		}
	}
}

// innerState3 names what a modified base score depends on: the three products
// of requirement and impact, in any order, and the rest of the base metrics.
func innerState3(v cvss.Vector) string {
	counts := map[string]int{}
	for _, m := range []string{"C", "I", "A"} {
		impact, _ := v.Metric(m)
		need, _ := v.Metric(m + "R")
		if impact == "N" {
			need = ""
		}
		counts[impact+need]++
	}
	var key strings.Builder
	for _, k := range []string{"N", "LL", "LM", "LH", "HL", "HM", "HH"} {
		key.WriteByte(byte('0' + counts[k]))
	}
	for _, m := range []string{"AV", "AC", "PR", "UI", "S"} {
		value, _ := v.Metric(m)
		key.WriteString(value)
	}
	return key.String()
}
