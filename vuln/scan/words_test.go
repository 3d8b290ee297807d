package scan_test

import (
	"encoding"
	"fmt"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln/scan"
)

// enum is what the words of this package have in common.
type enum interface {
	~uint8
	fmt.Stringer
	encoding.TextMarshaler
}

// testWords: every value up to last has a word that reads back, and a label in
// each language.
func testWords[T enum, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, last T, label func(T) lang.Text,
) {
	t.Helper()
	for v := T(0); v <= last; v++ {
		var back T
		text, err := v.MarshalText()
		if err == nil {
			err = P(&back).UnmarshalText(text)
		}
		if err != nil || back != v || string(text) != v.String() {
			t.Errorf("%T %d encodes as %q and reads back as %d, %v", v, v, text, back, err)
		}
		if l := label(v); l.EN == "" || l.NL == "" {
			t.Errorf("%T %v has the label %q", v, v, l)
		}
	}
	back := last
	if err := P(&back).UnmarshalText([]byte("no such word")); err == nil || back != last {
		t.Errorf("%T reads %q as %v, want an error", last, "no such word", back)
	}
	if next := last + 1; next.String() != strconv.Itoa(int(next)) {
		t.Errorf("%T %d has the word %q, want its number", next, uint8(next), next)
	}
}

func TestWords(t *testing.T) {
	testWords[scan.Severity](t, scan.SeverityCritical, scan.Severity.Label)
	testWords[scan.Status](t, scan.StatusEndOfLife, scan.Status.Label)
	testWords[scan.Other](t, scan.OtherSuppressed, scan.Other.Label)
	testWords[scan.Why](t, scan.WhyOldVersion, scan.Why.Label)
	testWords[scan.Format](t, scan.FormatNmap, func(scan.Format) lang.Text { return lang.Text{EN: "-", NL: "-"} })
	seen := map[string]bool{}
	for v := range scan.ReasonTrailing + 1 {
		label := v.Label()
		if seen[v.String()] || seen[label.EN] || seen[label.NL] {
			t.Errorf("reason %d has the word %q and label %q of another", v, v, label)
		}
		seen[v.String()], seen[label.EN], seen[label.NL] = true, true, true
	}
}
