package sheet_test

import (
	"testing"

	"github.com/ismskit/ismskit/isms/sheet"
)

// Every reason has a word of its own, and a text in both languages.
func TestReasons(t *testing.T) {
	seen := map[string]bool{}
	for r := sheet.ReasonEmpty; r <= sheet.ReasonSyntax; r++ {
		word, label := r.String(), r.Label()
		if word == "" || seen[word] {
			t.Errorf("Reason %d = %q, want a word of its own", r, word)
		}
		seen[word] = true
		if label.EN == "" || label.NL == "" || label.EN == label.NL || seen[label.EN] {
			t.Errorf("Label of %s = %q, want two texts of its own", word, label)
		}
		seen[label.EN] = true
	}
	if got := (sheet.ReasonSyntax + 1).String(); got != "21" {
		t.Errorf("a reason that is not there = %q, want its number: are all words in this test?", got)
	}
	if got := sheet.ReasonUnset.Label().EN; got != "unknown fault" {
		t.Errorf("no reason = %q, want unknown fault", got)
	}
}
