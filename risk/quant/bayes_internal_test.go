package quant

import "testing"

// 3 of 20 opened the mail: the prior counts as so many more, opened and not.
func TestProbabilityFromData(t *testing.T) {
	if got, err := ProbabilityFromData(nil, 3, 20); err != nil || got != (Beta{Alpha: 3.5, Beta: 17.5}) {
		t.Errorf("ProbabilityFromData(nil, 3, 20) = %v, %v, want Jeffreys' 3.5, 17.5", got, err)
	}
	if got, err := ProbabilityFromData(&Beta{Alpha: 2, Beta: 8}, 3, 20); err != nil || got != (Beta{Alpha: 5, Beta: 25}) {
		t.Errorf("ProbabilityFromData(2:8, 3, 20) = %v, %v, want 5, 25", got, err)
	}
	if got, err := ProbabilityFromData(nil, 4, 3); err == nil {
		t.Errorf("ProbabilityFromData(nil, 4, 3) = %v, want an error", got)
	}
}

// An attempt that only equals the resistance fails, and the quantiles of
// observed numbers are observed numbers.
func TestSteps(t *testing.T) {
	steps := truncate(newEmpirical([]float64{1, 2, 3, 9}), 1, 9)
	if got := exceeds(constant(2), steps); got != 0.25 {
		t.Errorf("2 exceeds 1, 2, 3 or 9 with %v, want 0.25", got)
	}
	d := newEmpirical([]float64{1, 2, 3, 9})
	for q, want := range map[float64]float64{0: 9, 0.1: 9, 0.25: 3, 0.5: 2, 0.6: 2, 0.75: 1, 1: 1} {
		if got := d.isf(q); got != want {
			t.Errorf("isf(%v) = %v, want %v", q, got, want)
		}
	}
}
