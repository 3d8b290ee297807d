package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/risk/quant"
)

// output runs the program and fails the test unless it succeeds.
func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	if code := run(t.Context(), args, &out, &problems); code != done || problems.Len() > 0 {
		t.Fatalf("lossmodel %v exits with %d: %s", args, code, problems.String())
	}
	return out.String()
}

// What the program prints of its own portfolio, in every view, format and
// language. The JSON has no language.
func TestGolden(t *testing.T) {
	for name, args := range map[string]string{
		"losses.json":        "",
		"losses.en.csv":      "-format csv",
		"losses.nl.csv":      "-format csv -lang nl",
		"losses.en.svg":      "-format svg",
		"losses.nl.svg":      "-format svg -lang nl",
		"contributions.json": "-contributions",
		"contributions.csv":  "-contributions -format csv -lang nl",
		"contributions.svg":  "-contributions -format svg",
		"controls.json":      "-controls",
		"controls.en.csv":    "-controls -format csv",
		"controls.nl.csv":    "-controls -format csv -lang nl",
		"controls.svg":       "-controls -format svg -lang nl",
		"sensitivity.json":   "-sensitivity",
		"sensitivity.csv":    "-sensitivity -format csv -lang nl",
		"sensitivity.svg":    "-sensitivity -format svg",
		"montecarlo.csv":     "-method montecarlo -years 2000 -seed 7 -format csv",
		"montecarlo.svg":     "-method montecarlo -years 1000 -format svg -lang nl",
	} {
		golden.Check(t, name, output(t, strings.Fields(args)...))
	}
}

// decoded is the result that the JSON holds.
func decoded(t *testing.T, args ...string) quant.Result {
	t.Helper()
	var r quant.Result
	if err := json.Unmarshal([]byte(output(t, args...)), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// The two methods share no code past the portfolio: the exact figures lie within
// the bounds of the sampled ones, or close.
func TestMethodsAgree(t *testing.T) {
	exact := decoded(t)
	drawn := decoded(t, "-method", "montecarlo", "-years", "50000")
	if off := math.Abs(exact.Mean - drawn.Mean); off > 4*drawn.Sample.MeanError {
		t.Errorf("mean of the drawn years is %v, want %v to 4 standard errors of %v", drawn.Mean, exact.Mean, drawn.Sample.MeanError)
	}
	for i, l := range drawn.Levels {
		if x := exact.Levels[i].VaR; x < *l.Low*0.95 || x > *l.High*1.05 {
			t.Errorf("value at risk at %v = %v, want within 5 %% of %v to %v", l.Level, x, *l.Low, *l.High)
		}
	}
	mean, tail := 0.0, 0.0
	for _, c := range exact.Contributions {
		mean, tail = mean+c.Mean, tail+c.Tail
	}
	if want := exact.Levels[2].Tail; math.Abs(mean-exact.Mean) > 0.01 || math.Abs(tail-want) > 1e-6*want {
		t.Errorf("contributions add up to %v and %v, want %v and %v", mean, tail, exact.Mean, want)
	}
}

// An estimate at both ends of its interval, calculated by hand.
func TestSensitivity(t *testing.T) {
	file := portfolio(t, `{
		"currency": "EUR",
		"scenarios": [
			{"id": "known", "frequency": {"poisson": 2}, "severity": {"constant": 1000}},
			{"id": "wide", "frequency": {"mixed": {"uniform": {"low": 0, "high": 10}}}, "severity": {"constant": 100}}
		],
		"controls": [{"id": "k", "effects": [{"scenario": "wide", "lessSevere": 0.5}, {"scenario": "known", "lessFrequent": 0.25}]}],
		"commonCause": {"probability": 0.5, "multiplies": [{"scenario": "wide", "by": 3}]}
	}`)
	var got struct {
		Mean   float64 `json:"mean"`
		Inputs []swing `json:"inputs"`
	}
	if err := json.Unmarshal([]byte(output(t, "-sensitivity", file)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Inputs) != 1 || got.Inputs[0].Scenario != "wide" || got.Inputs[0].Input != "frequency" {
		t.Fatalf("lossmodel -sensitivity has %+v, want the frequency of wide alone", got.Inputs)
	}
	// known: 2 * 0.75 * 1000. wide: its rate * 50, in half of the years three times.
	for _, c := range []struct{ name, have, want any }{
		{"mean", math.Round(got.Mean), 1500.0 + 5*50*2},
		{"mean at 5 %", math.Round(got.Inputs[0].AtP05), 1500.0 + 0.5*50*2},
		{"mean at 95 %", math.Round(got.Inputs[0].AtP95), 1500.0 + 9.5*50*2},
	} {
		if c.have != c.want {
			t.Errorf("%s = %v, want %v", c.name, c.have, c.want)
		}
	}
}

// portfolio is a file with the text.
func portfolio(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "p.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// scenario is a portfolio of one.
func scenario(s string) string { return "currency: EUR\nscenarios:\n  - id: a\n    " + s + "\n" }

// What is wrong with a file is told with its line and column, in the reader's
// language, and nothing is written.
func TestHostilePortfolios(t *testing.T) {
	for name, c := range map[string]struct{ text, en, nl string }{
		"NaN":               {scenario("frequency: {poisson: .nan}\n    severity: {constant: 1}"), "p.yaml:4:26: /scenarios/0/frequency/poisson: ", ""},
		"negative loss":     {scenario("frequency: {poisson: 1}\n    severity: {constant: -5}"), "p.yaml:5:16: /scenarios/0/severity/constant: -5: a loss", "-5: een verlies"},
		"p05 above p95":     {scenario("frequency: {poisson: 1}\n    severity: {lognormal90: {p05: 9, p95: 3}}"), "p.yaml:5:", "9 moet kleiner zijn dan 3"},
		"p05 is p95":        {scenario("frequency: {poisson: 1}\n    severity: {lognormal90: {p05: 3, p95: 3}}"), "3 has to be below 3", ""},
		"probability":       {scenario("frequency: {bernoulli: 1.5}\n    severity: {constant: 1}"), "p.yaml:4:17: /scenarios/0/frequency/bernoulli: 1.5: a probability", "1.5: een kans"},
		"mixed currencies":  {scenario("currency: USD\n    frequency: {poisson: 1}\n    severity: {constant: 1}"), "p.yaml:4:5: /scenarios/0/currency: currency USD: want EUR", "valuta USD: verwacht EUR"},
		"unknown scenario":  {scenario("frequency: {poisson: 1}\n    severity: {constant: 1}") + "controls:\n  - {id: k, effects: [{scenario: b, lessSevere: 1}]}\n", "p.yaml:7:24: /controls/0/effects/0/scenario: b is not in the portfolio", "b staat niet in de portefeuille"},
		"same id twice":     {"currency: EUR\nscenarios: [{id: a, frequency: {poisson: 1}, severity: {constant: 1}}, {id: a, frequency: {poisson: 1}, severity: {constant: 1}}]", "p.yaml:2:", ""},
		"neither":           {scenario("title: nothing"), "p.yaml:3:5: /scenarios/0", ""},
		"over-specified":    {scenario("fair: {lossEventFrequency: {constant: 1}, vulnerability: {constant: 1}, lossMagnitude: {constant: 1}}"), "/scenarios/0/fair", ""},
		"misspelled":        {scenario("frequncy: {poisson: 1}"), "p.yaml:4:5: /scenarios/0/frequncy: ", ""},
		"key twice":         {scenario("severity: {constant: 1}\n    severity: {constant: 2}"), "p.yaml:5:5", ""},
		"no mapping at all": {"just a text", "p.yaml:1:1", ""},
		"alias":             {"a: &x 1\nb: *x\n", "p.yaml:1:4", ""},
		"infinite mean":     {scenario("frequency: {poisson: 1}\n    severity: {pareto: {minimum: 1, alpha: 0.9}}"), "the expected value is infinite", "de verwachtingswaarde is oneindig"},
		"empty":             {"", "p.yaml:1:1: empty, want one document", ""},
		"no scenarios":      {"currency: EUR\n", "/scenarios: empty: want at least one", "leeg: verwacht er minstens één"},
		"many problems":     {"currency: EUR\nscenarios:\n" + strings.Repeat("  - {id: A}\n", 30), "\nand ", "\nen nog "},
		"too many":          {`{"currency": "EUR", "scenarios": [` + strings.Repeat("{},", quant.MaxScenarios) + "{}]}", "/scenarios: 100001: at most 100000", "hoogstens 100000"},
	} {
		file := portfolio(t, c.text)
		for _, l := range []struct{ lang, want string }{{"en", c.en}, {"nl", c.nl}} {
			target := filepath.Join(t.TempDir(), "out")
			var out, problems bytes.Buffer
			code := run(t.Context(), []string{"-lang", l.lang, "-o", target, file}, &out, &problems)
			text := strings.ReplaceAll(problems.String(), filepath.Dir(file)+string(filepath.Separator), "")
			if code != failed || out.Len() > 0 || !strings.Contains(text, l.want) || strings.ContainsAny(text, "{}") || strings.Count(text, "\n") > maxLines+1 {
				t.Errorf("%s (%s): lossmodel exits with %d and says %q, want %d and %q", name, l.lang, code, text, failed, l.want)
			}
			if left, _ := os.ReadDir(filepath.Dir(target)); len(left) > 0 {
				t.Errorf("%s: lossmodel leaves %s, want nothing written", name, left[0].Name())
			}
		}
	}
}

// Flags that contradict each other, or would have no effect, are refused.
func TestMisuse(t *testing.T) {
	for _, args := range []string{
		"-format pdf", "-method guess", "-lang de", "-years many", "-unknown", "a b",
		"-years 5000", "-seed 3", // the exact method draws nothing
		"-method montecarlo -years 10", "-method montecarlo -years 999999999",
		"-method montecarlo -controls", "-method montecarlo -sensitivity", "-controls -contributions",
	} {
		var out, problems bytes.Buffer
		if code := run(t.Context(), strings.Fields(args), &out, &problems); code != misuse || out.Len() > 0 || problems.Len() == 0 {
			t.Errorf("lossmodel %s exits with %d, prints %d bytes and says %q, want %d, nothing and why", args, code, out.Len(), problems.String(), misuse)
		}
	}
	var out, help bytes.Buffer
	if code := run(t.Context(), []string{"-h"}, &out, &help); code != done || !strings.Contains(help.String(), "-controls") {
		t.Errorf("lossmodel -h exits with %d and says %q, want %d and the flags", code, help.String(), done)
	}
}

func TestFiles(t *testing.T) {
	target := filepath.Join(t.TempDir(), "curve.svg")
	output(t, "-format", "svg", "-o", target)
	data, err := os.ReadFile(target)
	if err != nil || string(data) != output(t, "-format", "svg") {
		t.Errorf("lossmodel -o writes %d bytes, %v, want what it prints without", len(data), err)
	}
	for _, args := range [][]string{
		{filepath.Join(t.TempDir(), "missing.yaml")},
		{"-o", filepath.Join(t.TempDir(), "missing", "out.json")},
	} {
		var out, problems bytes.Buffer
		if code := run(t.Context(), args, &out, &problems); code != failed || !strings.Contains(problems.String(), "missing") {
			t.Errorf("lossmodel %v exits with %d and says %q, want %d and the file", args, code, problems.String(), failed)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	var out, problems bytes.Buffer
	if code := run(stopped, nil, &out, &problems); code != failed || out.Len() > 0 {
		t.Errorf("lossmodel, interrupted, exits with %d and prints %q, want %d and nothing", code, out.String(), failed)
	}
}
