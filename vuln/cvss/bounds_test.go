package cvss_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func ExampleBounds() {
	// Nobody said how much privilege it takes, nor whether the scope changes.
	low, high, err := cvss.Bounds("CVSS:3.1/AV:N/AC:L/PR:?/UI:N/C:H/I:H/A:N")
	fmt.Println(low, high, err)
	// Output: 6.5 10.0 <nil>
}

// TestBoundsAreExact fills in every unknown value in every way.
func TestBoundsAreExact(t *testing.T) {
	for _, c := range []struct{ partial, full string }{
		{"CVSS:3.1/", "CVSS:3.1/AV:?/AC:?/PR:?/UI:?/S:?/C:?/I:?/A:?"},
		{"CVSS:3.0/AV:L/S:C", "CVSS:3.0/AV:L/AC:?/PR:?/UI:?/S:C/C:?/I:?/A:?"},
		{"CVSS:3.1/AV:P/AC:H/PR:?/UI:R/S:?/C:L/I:?/A:N/E:?/RC:?", ""},
		{"CVSS:3.1/AV:P/AC:H/PR:N/UI:R/S:?/C:L/I:?/A:N/MPR:?/MC:?/CR:?/IR:L", ""},
		{"CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:?/CR:?/IR:?/AR:?/MS:?", ""},
		{"CVSS:4.0/AV:?/AC:L/AT:N/PR:N/UI:N/VC:?/VI:L/VA:N/SC:?/SI:N/SA:N/E:?", ""},
		{"CVSS:4.0/AV:N/AC:?/AT:?/PR:N/UI:?/VC:N/VI:?/VA:N/SC:N/SI:?/SA:N/CR:?/MSI:?", ""},
		{"CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:?/VI:?/VA:?/SC:?/SI:?/SA:?/U:?", ""},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:?/VA:N/SC:N/SI:N/SA:N/CR:?/IR:?", ""},
		{"AV:?/AC:?/Au:M/C:?/I:P/A:?", ""},
		{"AV:L/AC:H/Au:M/C:?/I:N/A:?/E:?/RL:OF/RC:?/CDP:?/TD:?/CR:?/IR:M/AR:L", ""},
		{"AV:L/AC:H/Au:M/C:P/I:N/A:N/CDP:N/TD:?", "AV:L/AC:H/Au:M/C:P/I:N/A:N/CDP:N/TD:?/CR:?/IR:?/AR:?"},
	} {
		full := c.full
		if full == "" {
			full = c.partial
		}
		low, high, err := cvss.Bounds(c.partial)
		if err != nil {
			t.Errorf("Bounds(%s): %v", c.partial, err)
			continue
		}
		wantLow, wantHigh := enumerate(full)
		if low != wantLow || high != wantHigh {
			t.Errorf("Bounds(%s) = %s, %s, want %s, %s", c.partial, low, high, wantLow, wantHigh)
		}
	}
}

// enumerate scores all completions of a vector in which every metric stands.
func enumerate(vector string) (low, high cvss.Score) {
	before, after, found := strings.Cut(vector, "?")
	if !found {
		s := cvss.MustParse(vector).Scores().Overall
		return s, s
	}
	for _, value := range values(before) {
		l, h := enumerate(before + value + after)
		if !low.Known() || l.Compare(low) < 0 {
			low = l
		}
		if !high.Known() || h.Compare(high) > 0 {
			high = h
		}
	}
	return low, high
}

// values lists the values of the metric that a text ends in, without those that
// mean that it is not defined.
func values(text string) []string {
	name := strings.TrimSuffix(text[strings.LastIndexByte(text, '/')+1:], ":")
	row := map[bool]string{
		true: "AV:N,A,L AC:L,M,H Au:N,S,M C:C,P,N I:C,P,N A:C,P,N E:H,F,POC,U RL:U,W,TF,OF RC:C,UR,UC " +
			"CDP:H,MH,LM,L,N TD:H,M,L,N CR:H,M,L IR:H,M,L AR:H,M,L",
		false: "AV:N,A,L,P AC:L,H AT:N,P PR:N,L,H S:C,U C:H,L,N I:H,L,N A:H,L,N RL:U,W,T,O RC:C,R,U VC:H,L,N VI:H,L,N VA:H,L,N " +
			"SC:H,L,N SI:H,L,N SA:H,L,N CR:H,M,L IR:H,M,L AR:H,M,L MPR:N,L,H MS:C,U MC:H,L,N MSI:S,H,L,N U:Clear,Green,Amber,Red",
	}[!strings.HasPrefix(text, "CVSS")]
	if strings.HasPrefix(text, "CVSS:4") {
		row += " UI:N,P,A E:A,P,U"
	} else {
		row += " UI:N,R E:H,F,P,U"
	}
	for metric := range strings.FieldsSeq(row) {
		if n, list, _ := strings.Cut(metric, ":"); n == name {
			return strings.Split(list, ",")
		}
	}
	panic("no values of " + name)
}

func TestBoundsOfAWholeVectorAreItsScore(t *testing.T) {
	for _, vector := range benchVectors() {
		want := cvss.MustParse(vector).Scores().Overall
		if low, high, err := cvss.Bounds(vector); err != nil || low != want || high != want {
			t.Errorf("Bounds(%s) = %s, %s, %v, want %s twice", vector, low, high, err, want)
		}
	}
}

func TestBoundsRefusesWhatIsNoVector(t *testing.T) {
	for text, want := range map[string]cvss.Reason{
		"CVSS:5.0/AV:N":         cvss.BadPrefix,
		"CVSS:3.1/AV:Q":         cvss.BadValue,
		"CVSS:3.1/AV:N/AV:?":    cvss.Repeated,
		"CVSS:3.1/XX:?":         cvss.UnknownMetric,
		"CVSS:3.1/AV:N//AC:L":   cvss.BadSyntax,
		"AC:L/AV:N":             cvss.BadOrder,
		"CVSS:4.0/AV:N/AC:L?/S": cvss.BadValue,
	} {
		_, _, err := cvss.Bounds(text)
		if e, ok := errors.AsType[*cvss.ParseError](err); !ok || e.Reason != want {
			t.Errorf("Bounds(%q) = %v, want the fault %s", text, err, want)
		}
	}
	if _, err := cvss.Parse("CVSS:3.1/AV:?/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"); err == nil {
		t.Error("Parse takes a value that is not known")
	}
}

func TestNothingKnownIsAnything(t *testing.T) {
	for _, text := range []string{"", "CVSS:3.0/", "CVSS:3.1/", "CVSS:4.0/"} {
		low, high, err := cvss.Bounds(text)
		if err != nil || low.String() != "0.0" || high.String() != "10.0" {
			t.Errorf("Bounds(%q) = %s, %s, %v, want 0.0, 10.0", text, low, high, err)
		}
	}
}

func BenchmarkBounds(b *testing.B) {
	const all = "CVSS:4.0/E:?/CR:?/IR:?/AR:?/MAV:?/MAC:?/MAT:?/MPR:?/MUI:?/MVC:?/MVI:?/MVA:?/MSC:?/MSI:?/MSA:?"
	for name, text := range map[string]string{"one": base31[:len(base31)-1] + "?", "4.0": all, "2.0": "CDP:?/TD:?"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := cvss.Bounds(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
