package quant

import "strconv"

// check reports a scenario that is not stated in exactly one way.
func (s Scenario) check(c checker) {
	if s.FAIR != nil {
		c.at("frequency").assert(s.Frequency == nil, CodeOverspecific)
		c.at("severity").assert(s.Severity == nil, CodeOverspecific)
		s.FAIR.check(c.at("fair"))
		return
	}
	if c.at("frequency").assert(s.Frequency != nil, CodeMissing) {
		s.Frequency.check(c.at("frequency"))
	}
	if c.at("severity").assert(s.Severity != nil, CodeMissing) {
		s.Severity.checkLoss(c.at("severity"))
	}
}

// part is the scenario without any control. It has no problems.
func (s Scenario) part() part {
	if s.FAIR != nil {
		count, loss, extra := s.FAIR.distribution()
		return part{count: count, loss: loss, extra: extra}
	}
	return part{count: s.Frequency.distribution(), loss: s.Severity.distribution()}
}

// possible reports whether a frequency that was multiplied is still one: that
// no probability is above 1.
func possible(n counting) bool {
	return finite(n.mean()) && n.variance() >= 0
}

// amount reports a number that is no amount of money and no factor.
func amount(c checker, x float64) {
	if c.assert(finite(x), CodeNotFinite, "have", number(x)) {
		c.assert(x >= 0, CodeNegative, "have", number(x))
		c.assert(x <= maxNumber, CodeTooLarge, "have", number(x), "want", number(maxNumber))
	}
}

// fraction reports a number outside 0..1.
func fraction(c checker, x float64) {
	c.assert(x >= 0 && x <= 1, CodeProbability, "have", number(x))
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
