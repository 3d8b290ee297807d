package vuln_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// facts are the inputs of a case by their place from the least to the worst
// value; the last place of each is "not known".
type facts struct {
	needs                  [3]int // of 5
	exposure               int    // of 5
	exploitation           int    // none, poc, active, not known
	kev                    int    // absent, listed, never looked
	epss                   int    // of 5
	automatable, technical int    // of 3
	severity               int    // none ... critical, not known
	vector                 int
	known, added           int // days
	basis                  int // complete, incomplete
	earlier                int
}

func vectors() []string {
	return []string{"", base31, base40, base2, "CVSS:3.0/AV:L/AC:H/PR:L/UI:R/S:C/C:L/I:L/A:N", base31 + "/E:P/RL:O/CR:L"}
}

func severities() []scan.Severity {
	return []scan.Severity{
		scan.SeverityNone, scan.SeverityInfo, scan.SeverityLow, scan.SeverityMedium, scan.SeverityHigh, scan.SeverityCritical, scan.SeverityUnknown,
	}
}

func perMille() []int { return []int{0, 99, 100, 500, -1} }

func drawFacts(t *rapid.T) (f facts) {
	draw := func(n int, name string) int { return rapid.IntRange(0, n-1).Draw(t, name) }
	for i := range f.needs {
		f.needs[i] = draw(5, "need")
	}
	f.exposure, f.exploitation, f.kev, f.epss = draw(5, "exposure"), draw(4, "exploitation"), draw(3, "kev"), draw(5, "epss")
	f.automatable, f.technical = draw(3, "automatable"), draw(3, "technical")
	f.basis = draw(2, "basis")
	f.severity, f.vector = draw(7, "severity"), draw(len(vectors()), "vector")
	f.known, f.added, f.earlier = draw(60, "known"), draw(60, "added"), draw(2, "earlier")
	return f
}

// worsen makes one input worse, and reports what it did; false when it cannot.
func (f *facts) worsen(t *rapid.T) (what string, done bool) {
	type input struct {
		name string
		at   *int
		most int
	}
	inputs := []input{
		{"confidentiality", &f.needs[0], 4},
		{"integrity", &f.needs[1], 4},
		{"availability", &f.needs[2], 4},
		{"exposure", &f.exposure, 4},
		{"exploitation", &f.exploitation, 3},
		{"kev", &f.kev, 2},
		{"epss", &f.epss, 4},
		{"automatable", &f.automatable, 2},
		{"technical", &f.technical, 2},
		{"basis", &f.basis, 1},
	}
	if f.vector == 0 || f.severity < 6 { // with a vector, not to know the word is no worse
		most := 5
		if f.vector == 0 {
			most = 6
		}
		inputs = append(inputs, input{"severity", &f.severity, most})
	}
	x := rapid.SampledFrom(inputs).Draw(t, "input")
	if *x.at >= x.most {
		return x.name, false
	}
	*x.at = rapid.IntRange(*x.at+1, x.most).Draw(t, "worse")
	return x.name, true
}

func reached(a isms.Asset, from isms.Exposure) *isms.Asset {
	a.Exposure = from
	return &a
}

func (f *facts) build() vuln.Case {
	c := vuln.Case{Finding: vuln.Finding{
		Asset: "shop", Vulnerability: "CVE-2026-1", FirstKnown: date("2026-01-01").AddDays(f.known),
		Observations: []vuln.Observation{{Source: "trivy", Severity: severities()[f.severity]}},
	}}
	if v := vectors()[f.vector]; v != "" {
		c.Finding.Observations[0].Ratings = []vuln.Rating{{Vector: v}}
	}
	c.Asset = isms.Asset{Common: isms.Common{ID: "shop"}, Exposure: exposureWords()[f.exposure], Needs: isms.Needs{
		Confidentiality: ratingWords()[f.needs[0]], Integrity: ratingWords()[f.needs[1]], Availability: ratingWords()[f.needs[2]],
	}}
	c.Based = f.basis == 0
	c.Intel.SSVC = []intel.SSVC{{
		Source: "own", Exploitation: []string{"none", "poc", "active", ""}[f.exploitation],
		Automatable: []string{"no", "yes", ""}[f.automatable], TechnicalImpact: []string{"partial", "total", ""}[f.technical],
	}}
	if f.kev < 2 {
		c.Intel.KEVFeed.Released = date("2026-02-28").Time()
	}
	if f.kev == 1 {
		c = listed(c, date("2026-01-01").AddDays(f.added).String(), "2026-02-20")
	}
	if n := perMille()[f.epss]; n >= 0 {
		c.Intel.EPSSFeed.Date = "2026-02-28"
		c.Intel.EPSS.Probability = intel.Fraction{Billionths: n * 1_000_000, Known: true}
	}
	if f.earlier == 1 {
		c.Since = date("2026-02-10")
		c.Earlier = []vuln.Earlier{{Since: date("2026-01-01"), Observations: c.Finding.Observations, Asset: reached(c.Asset, isms.ExposedNowhere)}}
	}
	return c
}

func drawPolicy(t *rapid.T) vuln.Policy {
	p := strictPolicy(risk.Matrix5())
	if rapid.Bool().Draw(t, "control") {
		p.Compensating = []vuln.Compensating{
			{Isolated: true, Metrics: []string{"MAV:A", "MAC:H"}, From: date("2026-01-15"), Until: date("2026-02-15")},
			{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MC:L", "MVC:L"}, From: date("2026-01-01")},
		}
	}
	switch rapid.IntRange(0, 2).Draw(t, "calendar") {
	case 0:
		p.Calendar = vuln.Calendar{}
	case 1:
		p.Calendar.Working = true
		p.Calendar.Holidays = []isms.Date{date("2026-01-19"), date("2026-02-17")}
	}
	return p
}

func rankOfSeverity(s scan.Severity) int { return slices.Index(severities(), s) }

func later(a, b isms.Date) bool {
	switch {
	case b.IsZero():
		return false
	case a.IsZero():
		return true
	}
	return a.After(b)
}

func rankOfRisk(l risk.Level) int {
	if !l.Rated() {
		return 100
	}
	return l.Rank
}

// A worse input, or one that is no longer known, never gives a lower severity, a
// later deadline or a lower risk.
func TestWorseIsNeverBetter(t *testing.T) {
	m := risk.Matrix5()
	today := date("2026-03-01")
	rapid.Check(t, func(t *rapid.T) {
		f, p := drawFacts(t), drawPolicy(t)
		was := vuln.Prioritize(f.build(), p, m, today)
		before := f
		what, done := f.worsen(t)
		if !done {
			t.Skip()
		}
		is := vuln.Prioritize(f.build(), p, m, today)
		if rankOfSeverity(is.Severity.Severity) < rankOfSeverity(was.Severity.Severity) {
			t.Errorf("worse %s: severity %s, below %s\n%+v\n%+v", what, is.Severity.Severity, was.Severity.Severity, before, f)
		}
		if rankOfRisk(is.Risk) < rankOfRisk(was.Risk) {
			t.Errorf("worse %s: risk %d, below %d\n%+v\n%+v", what, is.Risk.Rank, was.Risk.Rank, before, f)
		}
		if what == "kev" && f.kev == 2 && before.kev == 1 {
			return // no due date can be assumed of a catalogue that nobody looked in
		}
		if later(is.Deadline.Day, was.Deadline.Day) {
			t.Errorf("worse %s: deadline %s, after %s\n%+v\n%+v", what, is.Deadline.Day, was.Deadline.Day, before, f)
		}
	})
}

// A finding that was known earlier never has more time, and neither has one with
// a history.
func TestKnownEarlierIsNeverDueLater(t *testing.T) {
	m := risk.Matrix5()
	rapid.Check(t, func(t *rapid.T) {
		f, p := drawFacts(t), drawPolicy(t)
		day := vuln.Prioritize(f.build(), p, m, date("2026-03-01")).Deadline.Day
		f.known = rapid.IntRange(0, f.known).Draw(t, "earlier known")
		if got := vuln.Prioritize(f.build(), p, m, date("2026-03-01")).Deadline.Day; later(got, day) {
			t.Errorf("known earlier: %s, after %s: %+v", got, day, f)
		}
		c := f.build()
		c.Since, c.Earlier = isms.Date{}, nil
		now := vuln.Prioritize(c, p, m, date("2026-03-01"))
		c.Since = date("2026-02-20")
		c.Earlier = []vuln.Earlier{{Since: date("2026-01-01"), Observations: []vuln.Observation{{Source: "x"}}, Asset: reached(c.Asset, isms.ExposedInternet)}}
		if got := vuln.Prioritize(c, p, m, date("2026-03-01")); later(got.Deadline.Day, now.Deadline.Day) && got.Deadline.Day.After(date("2026-02-20").AddDays(3650)) {
			t.Errorf("with a worse past: %s, after %s", got.Deadline.Day, now.Deadline.Day)
		}
	})
}

// Each change says what Prioritize itself would say of the changed case, and
// what is not decisive changes nothing.
func TestChangesAreWhatWouldBe(t *testing.T) {
	m := risk.Matrix5()
	today := date("2026-03-01")
	rapid.Check(t, func(t *rapid.T) {
		f, p := drawFacts(t), drawPolicy(t)
		f.earlier = 0 // a change of one situation among several is another question
		c := f.build()
		got := vuln.Prioritize(c, p, m, today)
		for _, change := range got.Changes {
			if better := betterThan(m, change, got); change.Better != better {
				t.Errorf("%s %s is better: %t, want %t", change.Of, change.To, change.Better, better)
			}
			other := f
			if !other.set(change.Of, change.To) {
				continue
			}
			comparedChange(t, change, got, vuln.Prioritize(other.build(), p, m, today))
		}
		decisiveInputs(t, got)
	})
}

// betterThan reports whether a change makes an answer better and none worse.
func betterThan(m risk.Methodology, c vuln.Change, p vuln.Priority) bool {
	level := slices.IndexFunc(m.Bands, func(b risk.Band) bool { return b.ID == c.Risk }) + 1
	was, is := rankOfSeverity(p.Severity.Severity), rankOfSeverity(c.Severity)
	worse := is > was || later(p.Deadline.Day, c.Deadline) || level > rankOfRisk(p.Risk)
	return !worse && (is < was || later(c.Deadline, p.Deadline.Day) || level < rankOfRisk(p.Risk))
}

// comparedChange compares a change with what came of it.
func comparedChange(t *rapid.T, change vuln.Change, got, want vuln.Priority) {
	t.Helper()
	if change.Severity != want.Severity.Severity || change.Risk != want.Risk.Band.ID {
		t.Errorf("%s %s: %s %q, want %s %q", change.Of, change.To, change.Severity, change.Risk, want.Severity.Severity, want.Risk.Band.ID)
	}
	if change.How != vuln.Happens && change.Deadline != want.Deadline.Day {
		t.Errorf("%s %s: deadline %s, want %s", change.Of, change.To, change.Deadline, want.Deadline.Day)
	}
	if change.How == vuln.Happens && later(change.Deadline, got.Deadline.Day) {
		t.Errorf("%s %s: what happens makes the deadline later: %s", change.Of, change.To, change.Deadline)
	}
}

// decisiveInputs checks that an input decides the severity when a change of it
// changes that.
func decisiveInputs(t *rapid.T, got vuln.Priority) {
	t.Helper()
	for _, in := range got.Trace {
		listed := slices.ContainsFunc(got.Changes, func(c vuln.Change) bool { return c.Of == in.Of && c.Severity != got.Severity.Severity })
		if in.Of != vuln.FactorReported && in.Severity != listed {
			t.Errorf("%s decides the severity: %t, and it is %t that a change does", in.Of, in.Severity, listed)
		}
	}
}

// set gives an input the value of a change; false when facts cannot say it.
func (f *facts) set(of vuln.Factor, to string) bool {
	switch of {
	case vuln.FactorConfidentiality, vuln.FactorIntegrity, vuln.FactorAvailability:
		at := slices.Index([]vuln.Factor{vuln.FactorConfidentiality, vuln.FactorIntegrity, vuln.FactorAvailability}, of)
		f.needs[at] = slices.Index(ratingWords(), isms.Rating(to))
	case vuln.FactorExposure:
		f.exposure = slices.Index(exposureWords(), isms.Exposure(to))
	case vuln.FactorExploitation:
		if f.kev > 0 { // it is known from there, or cannot be
			return false
		}
		f.exploitation = slices.Index([]string{"none", "poc", "active"}, to)
	case vuln.FactorAutomatable:
		f.automatable = slices.Index([]string{"no", "yes"}, to)
	case vuln.FactorTechnical:
		f.technical = slices.Index([]string{"partial", "total"}, to)
	case vuln.FactorBasis:
		f.basis = slices.Index([]string{"complete", "incomplete"}, to)
	case vuln.FactorEPSS:
		at := slices.Index([]string{"0", "0.099", "0.1", "0.5"}, to)
		if at < 0 {
			return false
		}
		f.epss = at
	default:
		return false
	}
	return true
}

// Any input gives an answer, and never a panic.
func FuzzPrioritize(f *testing.F) {
	f.Add(base31, "2026-02-01", "active", int64(20_000), int32(5))
	f.Add("AV:N", "", "", int64(0), int32(-1))
	f.Add(base2, "9999-12-31", "poc", int64(1<<40), int32(3650))
	f.Fuzz(func(t *testing.T, vector, added, word string, seconds int64, days int32) {
		c := scored(vector)
		c.Intel.KEV = intel.KEV{CVE: word, Added: added, Due: added}
		c.Intel.SSVC = append(c.Intel.SSVC, intel.SSVC{Exploitation: word, At: time.Unix(seconds, 0)})
		c.Intel.EPSS.Probability.Billionths = int(days)
		c.Finding.FirstKnown = isms.DateOf(time.Unix(seconds/2, 0))
		c.Asset.Exposure, c.Asset.Needs.Integrity = isms.Exposure(word), isms.Rating(word)
		p := strictPolicy(risk.Matrix5())
		p.Days = vuln.Days{Critical: int(days), High: int(days), Medium: int(days), Low: int(days)}
		p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{vector, word}}}
		p.Tables.Likelihood = append(p.Tables.Likelihood, vuln.LikelihoodRow{Step: int(days), Exploitation: vuln.Exploitation(word)})
		got := vuln.Prioritize(c, p, risk.Matrix5(), date("2026-03-01"))
		if got.Deadline.Binding == "" && !got.Deadline.Day.IsZero() {
			t.Errorf("%s binds nobody", got.Deadline.Day)
		}
		if len(got.Trace) == 0 {
			t.Error("no trace")
		}
	})
}
