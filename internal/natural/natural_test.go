package natural_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/natural"
	"pgregory.net/rapid"
)

func TestCompare(t *testing.T) {
	want := []string{"", "0", "00", "01", "1", "2", "10", "R", "R-1", "R-02", "R-2", "R-2a", "R-10", "R-99999999999999999999998", "R-99999999999999999999999", "a", "é"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, natural.Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCompareIsATotalOrder(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("0129aR-.é")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "c")
		if natural.Compare(a, b) != -natural.Compare(b, a) {
			t.Fatalf("Compare(%q, %q) = %d, and %d the other way", a, b, natural.Compare(a, b), natural.Compare(b, a))
		}
		if (natural.Compare(a, b) == 0) != (a == b) {
			t.Fatalf("Compare(%q, %q) = %d", a, b, natural.Compare(a, b))
		}
		if natural.Compare(a, b) <= 0 && natural.Compare(b, c) <= 0 && natural.Compare(a, c) > 0 {
			t.Fatalf("%q <= %q <= %q, but not the first and last", a, b, c)
		}
	})
}
