package isms

import (
	"cmp"
	"strings"
)

// Number is a decimal number exactly as it was measured: "98.5", "-3", "0.250".
// The zero Number is unset, which is not 0.
type Number string

// CodeNumber is the code of a text that is not a [Number].
const CodeNumber Code = "isms/number"

// maxDigits keeps numbers to what a reader can take in.
const maxDigits = 30

func (n Number) check(c Checker) {
	c.Assert(n == "" || n.valid(), CodeNumber, "have", string(n))
}

// valid: an optional minus, digits without a needless zero in front, and
// optionally a point and digits.
func (n Number) valid() bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(string(n), "-"), ".")
	if len(n) > maxDigits || !digits(whole) || point && !digits(fraction) {
		return false
	}
	return whole == "0" || whole[0] != '0'
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Compare is -1, 0 or 1 as n is less than, equal to or greater than m, exactly;
// not known when either is unset or no number.
func (n Number) Compare(m Number) (order int, known bool) {
	if !n.valid() || !m.valid() {
		return 0, false
	}
	a, b := n.sign(), m.sign()
	if a != b || a == 0 {
		return cmp.Compare(a, b), true
	}
	aw, af, _ := strings.Cut(strings.TrimPrefix(string(n), "-"), ".")
	bw, bf, _ := strings.Cut(strings.TrimPrefix(string(m), "-"), ".")
	size := cmp.Or(cmp.Compare(len(aw), len(bw)), strings.Compare(aw, bw),
		strings.Compare(strings.TrimRight(af, "0"), strings.TrimRight(bf, "0")))
	return a * size, true
}

func (n Number) sign() int {
	switch {
	case strings.Trim(string(n), "-0.") == "":
		return 0
	case n[0] == '-':
		return -1
	default:
		return 1
	}
}
