package cvss_test

import (
	"testing"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{base2, base2 + "/E:U/RL:ND/RC:ND", base31, base4, base4 + "/E:P/MSI:S/U:Amber", "CVSS:3.0/", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := cvss.Parse(s)
		if err != nil {
			if !v.IsZero() {
				t.Fatalf("Parse(%q) = %s beside an error", s, v)
			}
			return
		}
		checkParsed(t, s, v)
		if loose, repairs, err := cvss.ParseLenient(s); err != nil || loose != v || repairs != nil {
			t.Fatalf("ParseLenient(%q) = %s, %v, %v, want %s as it is", s, loose, repairs, err, v)
		}
	})
}

func FuzzParseLenient(f *testing.F) {
	for _, s := range []string{"(" + base2 + ")", "CVSS2#" + base2 + "/E:U", base31 + "/", "av:n / ac:l", base4 + "//CR:H/E:A", "[{(\u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, repairs, err := cvss.ParseLenient(s)
		if err != nil {
			if !v.IsZero() || repairs != nil {
				t.Fatalf("ParseLenient(%q) = %s, %v beside an error", s, v, repairs)
			}
			return
		}
		for _, r := range repairs {
			if r.Offset < 0 || r.Offset > len(s) || r.Kind.String() == "" {
				t.Fatalf("ParseLenient(%q) repairs %v, want a place in the text", s, r)
			}
		}
		checkParsed(t, s, v)
	})
}

// checkParsed holds what is true of every vector.
func checkParsed(t *testing.T, s string, v cvss.Vector) {
	t.Helper()
	again, err := cvss.Parse(v.String())
	if err != nil || again != v {
		t.Fatalf("Parse of %s, the canonical text of %q = %s, %v", v, s, again, err)
	}
	if err := goCVSS(v); err != nil {
		t.Fatalf("go-cvss refuses %s: %v", v, err)
	}
	scores := v.Scores()
	if low, high, err := cvss.Bounds(v.String()); err != nil || low != scores.Overall || high != low {
		t.Fatalf("Bounds(%s) = %s, %s, %v, want the score %s", v, low, high, err, scores.Overall)
	}
	if !scores.Base.Known() || !scores.Overall.Known() {
		t.Fatalf("scores of %s = %v, want base and overall", v, scores)
	}
	if f := scores.Overall.Float64(); !(f >= 0 && f <= 10) {
		t.Fatalf("overall score of %s = %v, want 0 to 10", v, f)
	}
}

// goCVSS reads the canonical text of a vector with the library of others.
func goCVSS(v cvss.Vector) (err error) {
	switch v.Version() {
	case cvss.V2:
		_, err = gocvss20.ParseVector(v.String())
	case cvss.V30:
		_, err = gocvss30.ParseVector(v.String())
	case cvss.V31:
		_, err = gocvss31.ParseVector(v.String())
	case cvss.V40:
		_, err = gocvss40.ParseVector(v.String())
	}
	return err
}
