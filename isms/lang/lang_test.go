package lang_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/lang"
)

func Example() {
	no := lang.Text{EN: "{count} risks without an owner", NL: "{count} risico's zonder eigenaar"}
	fmt.Println(no.Fill(lang.NL, map[string]string{"count": "3"}))
	fmt.Println(lang.Word(lang.NL, "status", "approved"))
	// Output:
	// 3 risico's zonder eigenaar
	// vastgesteld
}

func TestParse(t *testing.T) {
	for in, want := range map[string]lang.Lang{"en": lang.EN, "NL": lang.NL, "nl-BE": lang.NL, "en_GB": lang.EN} {
		if got, err := lang.Parse(in); got != want || err != nil {
			t.Errorf("Parse(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "de", "english", "n"} {
		if got, err := lang.Parse(in); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", in, got)
		}
	}
}

func TestFillLeavesWhatIsMissing(t *testing.T) {
	args := map[string]string{"a": "1", "b": "{a}"}
	for in, want := range map[string]string{
		"":           "",
		"{a}{b}":     "1{a}", // an argument is not filled again
		"{c} {a":     "{c} {a",
		"{{a}} {":    "{1} {",
		"} {a} {b c": "} 1 {b c",
	} {
		if got := (lang.Text{EN: in}).Fill(lang.EN, args); got != want {
			t.Errorf("Fill(%q) = %q, want %q", in, got, want)
		}
	}
}

// Codes have their form, stand once and in order, and both languages of a text
// have the same arguments.
func TestCatalogue(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+([-.][a-z0-9]+)*)+$`)
	argument := regexp.MustCompile(`\{[^}]*\}`)
	var last string
	for e := range lang.Entries() {
		if !form.MatchString(e.Code) {
			t.Errorf("code %q has not the form group/name", e.Code)
		}
		if e.Code <= last {
			t.Errorf("code %q does not follow %q", e.Code, last)
		}
		last = e.Code
		en, nl := argument.FindAllString(e.Text.EN, -1), argument.FindAllString(e.Text.NL, -1)
		slices.Sort(en)
		slices.Sort(nl)
		if !slices.Equal(slices.Compact(en), slices.Compact(nl)) {
			t.Errorf("%s: arguments %v in English, %v in Dutch", e.Code, en, nl)
		}
		if got, ok := lang.Lookup(e.Code); !ok || got != e {
			t.Errorf("Lookup(%q) = %v, %v", e.Code, got, ok)
		}
	}
	if _, ok := lang.Lookup("no/such-code"); ok {
		t.Error("Lookup finds a code that is not there")
	}
}

// False assurance is the worst fault: no text of ours concludes conformity.
func TestNoTextClaimsConformity(t *testing.T) {
	for e := range lang.Entries() {
		for _, text := range []string{e.Text.EN, e.Text.NL} {
			for _, word := range []string{"compliant", "conforms to", "is certified", "voldoet aan de norm", "is conform"} {
				if strings.Contains(strings.ToLower(text), word) {
					t.Errorf("%s says %q: %s", e.Code, word, text)
				}
			}
		}
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { lang.Lookup("isms/id") }); n != 0 {
		t.Errorf("Lookup allocates %v times, want 0", n)
	}
}
