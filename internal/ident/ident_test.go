package ident_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/ident"
)

func TestValid(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, s := range []string{"a", "7", "a.b-c_d", "com", "com10", "console", "lptx", long} {
		if !ident.Valid(s) {
			t.Errorf("Valid(%q) = false, want true", s)
		}
	}
	for _, s := range []string{
		"", ".", "..", "a.", "-a", "_log", "A", "a/b", `a\b`, "../../etc/passwd", "a\x00b", "a b", "é", "a:b",
		"con", "nul.txt", "com1", "lpt9.yaml", "aux.b.c", long + "a", strings.Repeat("a", 300),
	} {
		if ident.Valid(s) {
			t.Errorf("Valid(%q) = true, want false", s)
		}
	}
}
