package cvss_test

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/ismskit/ismskit/vuln/cvss"
)

// TestKnownAnswers holds a sample for each rule of the equations; the column
// case says which. An empty cell is a score the vector does not have.
func TestKnownAnswers(t *testing.T) {
	f, err := os.Open("testdata/known.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 50 {
		t.Fatalf("known answers = %d, want at least 50", len(rows))
	}
	for _, r := range rows[1:] {
		s := cvss.MustParse(r[0]).Scores()
		got, want := []cvss.Score{s.Base, s.Temporal, s.Environmental, s.Overall}, r[1:4:4]
		overall := ""
		for i := range want {
			if want[i] != "" {
				overall = want[i]
			}
		}
		for i, text := range append(want, overall) {
			if text == "" {
				text = "unknown"
			}
			if got[i].String() != text {
				t.Errorf("%s: score %d of %s = %s, want %s", r[4], i, r[0], got[i], text)
			}
		}
	}
}

// go-cvss v0.6.4 gets each of these 0.1 or more too low.
func TestCorrectedScores(t *testing.T) {
	for _, c := range []struct{ vector, temporal, overall string }{
		// Ties of 2.0, temporal: 9.0 * 0.95 = 8.55 is 8.6.
		{"AV:N/AC:L/Au:N/C:C/I:P/A:P/E:H/RL:U/RC:UR/CDP:N/TD:M/CR:H/IR:H/AR:H", "8.6", "7.1"},
		{"AV:N/AC:L/Au:S/C:C/I:C/A:C/E:F/RL:U/RC:C", "8.6", "8.6"},
		// 3.0 * 0.95 = 2.85 is 2.9.
		{"AV:L/AC:M/Au:S/C:P/I:N/A:P/E:F/RL:U/RC:C", "2.9", "2.9"},
		// Ties of 2.0, environmental: 3.7 * 0.9 * 0.95 = 3.1635 is 3.2;
		// (3.2 + 6.8 * 0.5) * 0.75 = 4.95 is 5.0.
		{"AV:L/AC:H/Au:M/C:C/I:N/A:N/E:POC/RL:W/RC:C/CDP:H/TD:M/CR:M/IR:H/AR:H", "3.2", "5.0"},
		// 5.0 * 0.95 * 0.9 * 0.9 = 3.8475 is 3.8; 3.8 * 0.75 = 2.85 is 2.9.
		{"AV:A/AC:L/Au:M/C:C/I:N/A:N/E:F/RL:TF/RC:UC/CDP:N/TD:M/CR:M/IR:H/AR:H", "3.8", "2.9"},
		// The adjusted temporal score is 2.4; (2.4 + 7.6 * 0.5) * 0.75 = 4.65 is 4.7.
		{"AV:N/AC:L/Au:S/C:P/I:N/A:N/E:U/RL:U/RC:UR/CDP:H/TD:M/CR:L/IR:H/AR:H", "3.2", "4.7"},

		// Negatives of 2.0. The adjusted impact is 10.41 * 0.275 * 0.5 = 1.431375
		// and exploitability 20 * 0.395 * 0.35 * 0.45 = 1.24425, so the adjusted
		// base score is (0.858825 + 0.4977 - 1.5) * 1.176 = -0.1687, -0.2 rounded.
		{"AV:L/AC:H/Au:M/C:N/I:N/A:P/E:H/RL:U/RC:C/CDP:N/TD:H/CR:M/IR:M/AR:L", "0.8", "0.0"},
		// -0.2 * 0.95 * 0.95 = -0.1805 is -0.2; -0.2 * 0.75 = -0.15.
		{"AV:L/AC:H/Au:M/C:P/I:N/A:N/E:F/RL:W/RC:C/CDP:N/TD:M/CR:L/IR:H/AR:M", "0.7", "0.0"},
		// -0.2 * 0.9 * 0.87 * 0.95 = -0.14877 is -0.1.
		{"AV:L/AC:H/Au:M/C:N/I:P/A:N/E:POC/RL:OF/RC:UR/CDP:N/TD:H/CR:H/IR:L/AR:M", "0.6", "0.0"},
		// Only the end is limited: (-0.2 + 10.2 * 0.5) * 1 = 4.9, not 5.0.
		{"AV:L/AC:H/Au:M/C:N/I:N/A:P/E:H/RL:U/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", "0.8", "4.9"},

		// Ties of 4.0: the score of the macro vector less the mean of
		// drop * distance / depth over the classes that have a lower level.
		// 212001: 1.4 - 0.9*5/6 = 0.65 (EQ4; no other class goes lower).
		{"CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:N/VC:L/VI:L/VA:L/SC:N/SI:H/SA:N/E:U/CR:L/IR:H/AR:M/MSI:S", "", "0.7"},
		// 211211: 0.7 - (0.4*2/8 [EQ3+6] + 0.5*0 [EQ5]) / 2 = 0.65.
		{"CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:P/VC:L/VI:L/VA:H/SC:N/SI:N/SA:L/E:P/CR:M/IR:M/AR:M", "", "0.7"},
		// 211100: 6.1 - (1.0*6/8 [EQ3+6] + 1.5*2/5 [EQ4] + 1.3*0 [EQ5]) / 3 = 5.65.
		{"CVSS:4.0/AV:L/AC:H/AT:N/PR:L/UI:P/VC:N/VI:N/VA:H/SC:N/SI:H/SA:H/E:A/CR:L/IR:M/AR:H", "", "5.7"},
		// 211100: 6.1 - (1.0*6/8 + 1.5*4/5 + 1.3*0) / 3 = 5.45.
		{"CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:L/VA:H/SC:N/SI:N/SA:H/E:A/CR:L/IR:L/AR:H", "", "5.5"},
		// 111211: 2.9 - (2.2*1/4 [EQ1] + 1.6*4/8 [EQ3+6] + 1.3*0 [EQ5]) / 3 = 2.45.
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:H/UI:N/VC:N/VI:N/VA:H/SC:L/SI:N/SA:N/E:P/CR:L/IR:H/AR:M", "", "2.5"},
		{"CVSS:4.0/AV:A/AC:L/AT:P/PR:N/UI:P/VC:H/VI:L/VA:L/SC:L/SI:L/SA:N/E:P/CR:L/IR:M/AR:L", "", "2.5"},
	} {
		s := cvss.MustParse(c.vector).Scores()
		if c.temporal != "" && s.Temporal.String() != c.temporal {
			t.Errorf("temporal score of %s = %s, want %s", c.vector, s.Temporal, c.temporal)
		}
		if s.Overall.String() != c.overall {
			t.Errorf("overall score of %s = %s, want %s", c.vector, s.Overall, c.overall)
		}
	}
}
