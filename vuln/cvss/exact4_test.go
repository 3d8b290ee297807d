package cvss_test

import (
	"encoding/csv"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/vuln/cvss"
)

// levels4 are the values of each 4.0 metric by severity, worst first.
func levels4() map[string]string {
	return map[string]string{
		"AV": "NALP", "PR": "NLH", "UI": "NPA", "AC": "LH", "AT": "NP", "VC": "HLN", "VI": "HLN", "VA": "HLN",
		"SC": "HLN", "SI": "SHLN", "SA": "SHLN", "CR": "HML", "IR": "HML", "AR": "HML", "E": "APU",
	}
}

// class4 is an equivalence class: per level the most severe vectors and the
// depth of the level (CVSS v4.0, 8.2 and 8.3).
type class4 struct {
	highest map[string][]string
	depth   map[string]string
}

func classes4() map[string]class4 {
	return map[string]class4{
		"EQ1": {
			map[string][]string{"0": {"AV:N/PR:N/UI:N"}, "1": {"AV:A/PR:N/UI:N", "AV:N/PR:L/UI:N", "AV:N/PR:N/UI:P"}, "2": {"AV:P/PR:N/UI:N", "AV:A/PR:L/UI:P"}},
			map[string]string{"0": "1", "1": "4", "2": "5"},
		},
		"EQ2": {
			map[string][]string{"0": {"AC:L/AT:N"}, "1": {"AC:H/AT:N", "AC:L/AT:P"}},
			map[string]string{"0": "1", "1": "2"},
		},
		"EQ36": {
			map[string][]string{
				"00": {"VC:H/VI:H/VA:H/CR:H/IR:H/AR:H"},
				"01": {"VC:H/VI:H/VA:L/CR:M/IR:M/AR:H", "VC:H/VI:H/VA:H/CR:M/IR:M/AR:M"},
				"10": {"VC:L/VI:H/VA:H/CR:H/IR:H/AR:H", "VC:H/VI:L/VA:H/CR:H/IR:H/AR:H"},
				"11": {
					"VC:L/VI:H/VA:L/CR:H/IR:M/AR:H", "VC:L/VI:H/VA:H/CR:H/IR:M/AR:M", "VC:H/VI:L/VA:H/CR:M/IR:H/AR:M",
					"VC:H/VI:L/VA:L/CR:M/IR:H/AR:H", "VC:L/VI:L/VA:H/CR:H/IR:H/AR:M",
				},
				"21": {"VC:L/VI:L/VA:L/CR:H/IR:H/AR:H"},
			},
			map[string]string{"00": "7", "01": "6", "10": "8", "11": "8", "21": "10"},
		},
		"EQ4": {
			map[string][]string{"0": {"SC:H/SI:S/SA:S"}, "1": {"SC:H/SI:H/SA:H"}, "2": {"SC:L/SI:L/SA:L"}},
			map[string]string{"0": "6", "1": "5", "2": "4"},
		},
		"EQ5": {
			map[string][]string{"0": {"E:A"}, "1": {"E:P"}, "2": {"E:U"}},
			map[string]string{"0": "1", "1": "1", "2": "1"},
		},
	}
}

type oracle4 struct {
	macro   map[string]*big.Rat
	levels  map[string]string
	classes map[string]class4
}

func newOracle4(t *testing.T) oracle4 {
	t.Helper()
	f, err := os.Open("tables/macrovectors.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	macro := map[string]*big.Rat{}
	for _, r := range rows[1:] {
		macro[r[0]] = rat(r[1])
	}
	if len(macro) != 270 {
		t.Fatalf("macro vectors = %d, want 270", len(macro))
	}
	return oracle4{macro, levels4(), classes4()}
}

// effective is the value of a metric that counts.
func (o oracle4) effective(v cvss.Vector, metric string) string {
	value, _ := v.Metric(metric)
	if m, ok := v.Metric("M" + metric); ok && m != "X" {
		return m
	}
	if value == "X" {
		return o.levels[metric][:1]
	}
	return value
}

// level gives each class its level by the conditions of tables 24 to 29.
func (o oracle4) level(v cvss.Vector) map[string]string {
	is := func(s string) bool {
		metric, value, _ := strings.Cut(s, ":")
		return o.effective(v, metric) == value
	}
	pick := func(conditions ...bool) string {
		for i, c := range conditions {
			if c {
				return string(rune('0' + i))
			}
		}
		return string(rune('0' + len(conditions)))
	}
	eq3 := pick(is("VC:H") && is("VI:H"), is("VC:H") || is("VI:H") || is("VA:H"))
	eq6 := pick(is("CR:H") && is("VC:H") || is("IR:H") && is("VI:H") || is("AR:H") && is("VA:H"))
	return map[string]string{
		"EQ1":  pick(is("AV:N") && is("PR:N") && is("UI:N"), (is("AV:N") || is("PR:N") || is("UI:N")) && !is("AV:P")),
		"EQ2":  pick(is("AC:L") && is("AT:N")),
		"EQ36": eq3 + eq6,
		"EQ4":  pick(is("SI:S") || is("SA:S"), is("SC:H") || is("SI:H") || is("SA:H")),
		"EQ5":  pick(is("E:A"), is("E:P")),
	}
}

func (o oracle4) lookup(level map[string]string) (*big.Rat, bool) {
	score, ok := o.macro[level["EQ1"]+level["EQ2"]+level["EQ36"][:1]+level["EQ4"]+level["EQ5"]+level["EQ36"][1:]]
	return score, ok
}

// distance is that to the first highest vector none of whose metrics is less
// severe, summed over the class.
func (o oracle4) distance(t *testing.T, v cvss.Vector, highest []string) int64 {
	t.Helper()
next:
	for _, h := range highest {
		total := 0
		for part := range strings.SplitSeq(h, "/") {
			metric, value, _ := strings.Cut(part, ":")
			d := strings.Index(o.levels[metric], o.effective(v, metric)) - strings.Index(o.levels[metric], value)
			if d < 0 {
				continue next
			}
			total += d
		}
		return int64(total)
	}
	t.Fatalf("%s lies below none of %v", v, highest)
	return 0
}

// score is CVSS v4.0, 8.2, before rounding.
func (o oracle4) score(t *testing.T, v cvss.Vector) *big.Rat {
	t.Helper()
	none := true
	for _, m := range []string{"VC", "VI", "VA", "SC", "SI", "SA"} {
		none = none && o.effective(v, m) == "N"
	}
	if none {
		return rat("0")
	}
	level := o.level(v)
	own, _ := o.lookup(level)
	sum, n := rat("0"), int64(0)
	for name, class := range o.classes {
		at := level[name]
		lower := map[string][]string{"0": {"1"}, "1": {"2"}, "00": {"01", "10"}, "01": {"11"}, "10": {"11"}, "11": {"21"}}[at]
		var best *big.Rat
		for _, l := range lower {
			level[name] = l
			if s, ok := o.lookup(level); ok && (best == nil || s.Cmp(best) > 0) {
				best = s
			}
		}
		level[name] = at
		if best == nil {
			continue
		}
		n++
		distance := big.NewRat(o.distance(t, v, class.highest[at]), 1)
		sum = add(sum, mul(sub(own, best), distance, new(big.Rat).Inv(rat(class.depth[at]))))
	}
	if n == 0 {
		return own
	}
	return sub(own, mul(sum, big.NewRat(1, n)))
}
