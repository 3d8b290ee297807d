package risk

import (
	"math"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// Money is an amount in the minor units of a currency: 125000 EUR is 1250.00
// euros. The zero Money is not stated, which is not the same as free.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"` // ISO 4217: "EUR"
}

// Codes of problems of money.
const (
	CodeCurrency isms.Code = "risk/currency"
	CodeMixed    isms.Code = "risk/mixed-currencies"
)

// maxMinor bounds an amount, so that no plan's total can overflow.
const maxMinor = 1_000_000_000_000_000

// IsZero reports whether no amount is stated.
func (m Money) IsZero() bool { return m == Money{} }

// String is "EUR 1250.00", or "" when nothing is stated.
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	digits := 2
	switch m.Currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		digits = 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		digits = 3
	case "CLF", "UYW":
		digits = 4
	}
	sign, amount := "", uint64(m.Minor) //nolint:gosec // negated below when it is negative
	if m.Minor < 0 {
		sign, amount = "-", -amount
	}
	s := strconv.FormatUint(amount, 10)
	if missing := digits + 1 - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	if digits > 0 {
		s = s[:len(s)-digits] + "." + s[len(s)-digits:]
	}
	return m.Currency + " " + sign + s
}

func (m Money) check(c isms.Checker) {
	if m.IsZero() {
		return
	}
	c.At("minor").Assert(m.Minor >= 0 && m.Minor <= maxMinor, isms.CodeRange, "have", strconv.FormatInt(m.Minor, 10), "want", "0 ... "+strconv.Itoa(maxMinor))
	c.At("currency").Assert(len(m.Currency) == 3 && strings.Trim(m.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "", CodeCurrency, "have", m.Currency)
}

// sum adds amounts by currency, in the order of their first.
func sum(amounts []Money) []Money {
	var totals []Money
	for _, m := range amounts {
		if m.IsZero() {
			continue
		}
		i := 0
		for i < len(totals) && totals[i].Currency != m.Currency {
			i++
		}
		if i == len(totals) {
			totals = append(totals, Money{Currency: m.Currency})
		}
		if m.Minor > 0 && totals[i].Minor > math.MaxInt64-m.Minor { // from a host that does not check
			totals[i].Minor = math.MaxInt64
			continue
		}
		totals[i].Minor += m.Minor
	}
	return totals
}
