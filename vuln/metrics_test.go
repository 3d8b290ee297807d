package vuln_test

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// known is a finding of the asset shop that is high: its term is 30 days.
func known(n int, on string) vuln.Finding {
	f := vuln.Finding{
		Asset: "shop", Vulnerability: fmt.Sprintf("CVE-2026-%d", n), FirstKnown: date(on),
		Observations: []vuln.Observation{{Source: "trivy", Severity: scan.SeverityHigh}},
	}
	f.ID = vuln.ID(f.Asset, f.Vulnerability, f.Location)
	return f
}

func decided(f vuln.Finding, state vuln.State, on string) vuln.Finding {
	return f.Decide(vuln.Decision{State: state, By: isms.Link{Kind: "role", ID: "cio"}, On: date(on), Rationale: isms.Plain("so")})
}

// fixed is a finding that no tool sees since it was fixed.
func fixed(n int, from, to string) vuln.Finding {
	f := decided(known(n, from), vuln.Fixed, to)
	f.Observations[0].Absent = "s-1"
	return f
}

func period(from, to string) isms.Period { return isms.Period{From: date(from), To: date(to)} }

func metric(tb tester, list []vuln.Metric, name isms.Code) vuln.Metric {
	tb.Helper()
	for _, m := range list {
		if m.Name == name {
			return m
		}
	}
	tb.Fatal("no metric " + string(name))
	return vuln.Metric{}
}

// value is a metric in short: "7.5 of 9", or why there is none.
func value(m vuln.Metric) string {
	if !m.Known {
		return string(m.Why)
	}
	return fmt.Sprintf("%d.%d of %d", m.Tenths/10, m.Tenths%10, m.Of)
}

func TestMetrics(t *testing.T) {
	accepted := known(6, "2026-01-05")
	accepted.Acceptance = vuln.Acceptance{By: isms.Link{Kind: "role", ID: "cio"}, On: date("2026-01-20"), Until: date("2026-02-14"), Justification: isms.Plain("so")}
	none := known(9, "2026-02-20")
	none.Observations[0].Severity = scan.SeverityInfo
	in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{
		fixed(1, "2026-01-30", "2026-02-04"), // 5 days
		fixed(2, "2026-01-01", "2026-02-10"), // 40 days: its deadline was 2026-01-31
		fixed(3, "2026-02-01", "2026-02-01"), // 0 days
		fixed(4, "2026-02-02", "2026-02-09"), // 7 days
		fixed(5, "2026-01-05", "2026-02-03"), // 29 days, a day before its deadline
		accepted,                             // open again from 2026-02-15
		known(7, "2026-01-10"),               // overdue from 2026-02-10
		decided(known(8, "2026-02-01"), vuln.FalsePositive, "2026-02-02"),
		none,
		known(10, "2026-03-05"),
		decided(known(11, "2026-01-15"), vuln.Mitigated, "2026-02-05"), // nothing verified that
		fixed(12, "2026-01-05", "2026-02-20"),                          // 46 days, past its deadline
	}}
	got := vuln.Metrics(in, nil, period("2026-02-01", "2026-02-28"))
	for name, want := range map[isms.Code]string{
		vuln.MetricTimeMean:      "21.2 of 6",
		vuln.MetricTimeMedian:    "18.0 of 6",
		vuln.MetricTimeP90:       "vuln/too-few",
		vuln.MetricDeadlines:     "1.0 of 4",  // 5 in time, 7, 11 and 12 not; 2 was before
		vuln.MetricOverdue:       "3.0 of 3",  // 6, 7 and 11; 9 has no deadline
		vuln.MetricBacklogBefore: "6.0 of 10", // 1, 2, 5, 7, 11, 12; 6 was accepted
		vuln.MetricNew:           "3.0 of 10", // 3, 4, 9
		vuln.MetricBack:          "1.0 of 10", // 6
		vuln.MetricFixed:         "6.0 of 10",
		vuln.MetricAccepted:      "0.0 of 10",
		vuln.MetricBacklog:       "4.0 of 10",
		vuln.MetricAgeMean:       "vuln/too-few",
		vuln.MetricCoverage:      "0.0 of 2",
		// 3 + 9 + 0 + 7 + 2 + 19, then 28 each for 6, 7 and 11, and 9 for the last
		vuln.MetricExposure: "133.0 of 10",
	} {
		if m := metric(t, got, name); value(m) != want {
			t.Errorf("%s = %s, want %s", name, value(m), want)
		}
	}
	left := []vuln.LeftOut{{vuln.CodeNoVulnerability, 1}, {vuln.CodeNotYetKnown, 1}, {vuln.CodeStillOpen, 4}}
	if diff := cmp.Diff(left, metric(t, got, vuln.MetricTimeMean).Left); diff != "" {
		t.Errorf("time: left out (-want +got)\n%s", diff)
	}
	left = []vuln.LeftOut{{vuln.CodeAcceptedInTime, 1}, {vuln.CodeNoDeadline, 1}, {vuln.CodeNoVulnerability, 1}, {vuln.CodeNotYetKnown, 1}}
	if diff := cmp.Diff(left, metric(t, got, vuln.MetricDeadlines).Left); diff != "" {
		t.Errorf("deadlines: left out (-want +got)\n%s", diff)
	}
}

// A deadline is the last day, which has not passed while it lasts.
func TestMetricsOnTheLastDay(t *testing.T) {
	in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{known(1, "2026-02-01"), fixed(2, "2026-02-01", "2026-03-03")}} // both due on 2026-03-03
	for today, want := range map[string]string{"2026-03-03": "1.0 of 1", "2026-03-04": "1.0 of 2"} {
		got := vuln.Metrics(in, nil, period("2026-02-01", today))
		if m := metric(t, got, vuln.MetricDeadlines); value(m) != want {
			t.Errorf("deadlines met by %s = %s, want %s", today, value(m), want)
		}
		if m := metric(t, got, vuln.MetricOverdue); (m.Tenths == 0) != (today == "2026-03-03") {
			t.Errorf("overdue on %s = %s", today, value(m))
		}
	}
}

// Without data nothing is 0: it is not known.
func TestMetricsOfNothing(t *testing.T) {
	for _, m := range vuln.Metrics(vuln.Inputs{}, nil, period("2026-02-01", "2026-02-28")) {
		if m.Known || m.Why != vuln.CodeNoData || m.Tenths != 0 {
			t.Errorf("%s = %s of nothing, want no data", m.Name, value(m))
		}
	}
}

// The ninetieth percentile needs ten values; it is one of them, not a guess
// between two.
func TestPercentile(t *testing.T) {
	var in vuln.Inputs
	for n := 1; n <= 20; n++ {
		in.Findings = append(in.Findings, fixed(n, "2026-01-01", date("2026-01-01").AddDays(n).String()))
		want := "vuln/too-few"
		if n >= 10 {
			want = fmt.Sprintf("%d.0 of %d", (9*n+9)/10, n)
		}
		if m := metric(t, vuln.Metrics(in, nil, period("2026-01-01", "2026-02-28")), vuln.MetricTimeP90); value(m) != want {
			t.Errorf("p90 of 1 ... %d days = %s, want %s", n, value(m), want)
		}
	}
}

// A fix that was undone stays known, though the record keeps only what was
// decided last.
func TestReopenedIsNotForgotten(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	imported(t, s, at("2026-01-10", a), "2026-01-10")
	id := vuln.ID("shop", a.ID, a.Location())
	fix := func(on string) {
		change(t, s, id, func(f *vuln.Finding) { *f = decided(*f, vuln.Fixed, on) })
	}
	fix("2026-01-12")
	imported(t, s, at("2026-01-13"), "2026-01-13")
	imported(t, s, at("2026-01-20", a), "2026-01-20")
	fix("2026-01-25")
	imported(t, s, at("2026-01-26"), "2026-01-26")
	view(t, s, func(tx *isms.Tx) error {
		turns, err := vuln.ReadTurns(tx)
		if err != nil {
			return err
		}
		want := []vuln.Turn{{date("2026-01-12"), true}, {date("2026-01-20"), false}, {date("2026-01-25"), true}}
		if diff := cmp.Diff(want, turns[id]); diff != "" {
			t.Errorf("turns (-want +got)\n%s", diff)
		}
		in, err := vuln.ReadInputs(tx)
		for to, want := range map[string][2]string{
			"2026-01-15": {"0.0 of 1", "2.0 of 1"},
			"2026-01-22": {"1.0 of 1", "5.0 of 1"}, // 2 days, and 20 to 22 January
			"2026-01-31": {"1.0 of 2", "7.0 of 1"},
		} {
			got := vuln.Metrics(in, turns, period("2026-01-01", to))
			if m := metric(t, got, vuln.MetricReopened); value(m) != want[0] {
				t.Errorf("reopened up to %s = %s, want %s", to, value(m), want[0])
			}
			if m := metric(t, got, vuln.MetricExposure); value(m) != want[1] {
				t.Errorf("exposure up to %s = %s, want %s", to, value(m), want[1])
			}
		}
		unknown := metric(t, vuln.Metrics(in, nil, period("2026-01-01", "2026-01-31")), vuln.MetricReopened)
		if diff := cmp.Diff([]vuln.LeftOut{{vuln.CodeNoHistory, 1}}, unknown.Left); diff != "" || unknown.Known {
			t.Errorf("reopened without history = %s; left out (-want +got)\n%s", value(unknown), diff)
		}
		return err
	})
}

// An error of the history is none of ours to hide.
func TestTurnsErrors(t *testing.T) {
	broken := func(yield func(isms.Revision[vuln.Finding], error) bool) {
		yield(isms.Revision[vuln.Finding]{}, errors.New("disk on fire"))
	}
	if got, err := vuln.Turns(iter.Seq2[isms.Revision[vuln.Finding], error](broken), nil); err == nil || got != nil {
		t.Errorf("Turns = %v, %v, want the error", got, err)
	}
	f := fixed(1, "2026-01-01", "2026-01-05")
	revisions := func(yield func(isms.Revision[vuln.Finding], error) bool) {
		_ = yield(isms.Revision[vuln.Finding]{Value: f}, nil) && yield(isms.Revision[vuln.Finding]{Deleted: true}, nil) &&
			yield(isms.Revision[vuln.Finding]{Erased: true}, nil) && yield(isms.Revision[vuln.Finding]{Value: known(1, "2026-02-01")}, nil)
	}
	if got, err := vuln.Turns(revisions, nil); err != nil || len(got) != 0 {
		t.Errorf("Turns after a deletion = %v, %v, want none", got, err)
	}
}

// anyFinding is a finding of any life between two days.
func anyFinding(t *rapid.T, n int, start isms.Date) vuln.Finding {
	day := func(name string) isms.Date { return start.AddDays(rapid.IntRange(0, 60).Draw(t, name)) }
	f := known(n, day("known").String())
	if state := rapid.SampledFrom([]vuln.State{"", vuln.Triaged, vuln.Fixed, vuln.Mitigated, vuln.FalsePositive}).Draw(t, "state"); state != "" {
		f = decided(f, state, day("decided").String())
		if rapid.Bool().Draw(t, "gone") {
			f.Observations[0].Absent = "s-1"
		}
		if rapid.Bool().Draw(t, "again") {
			f.Reopened = f.Decision.On.AddDays(rapid.IntRange(0, 20).Draw(t, "reopened"))
		}
	}
	if rapid.Bool().Draw(t, "accepted") {
		on := day("on")
		f.Acceptance = vuln.Acceptance{By: cioRole, On: on, Until: on.AddDays(rapid.IntRange(0, 30).Draw(t, "term")), Justification: isms.Plain("so")}
	}
	return f
}

// flow is the backlog before, what came and went, and the backlog at the end.
func flow(t *rapid.T, in vuln.Inputs, from, to isms.Date) (before, end int) {
	list := vuln.Metrics(in, nil, isms.Period{From: from, To: to})
	n := func(name isms.Code) int { return metric(t, list, name).Tenths / 10 }
	before, end = n(vuln.MetricBacklogBefore), n(vuln.MetricBacklog)
	came, went := n(vuln.MetricNew)+n(vuln.MetricBack), n(vuln.MetricFixed)+n(vuln.MetricAccepted)+n(vuln.MetricOutOfUse)
	if before+came-went != end {
		t.Errorf("%s to %s: %d + %d - %d is not %d", from, to, before, came, went, end)
	}
	return before, end
}

// Whatever comes and goes, the backlog is what was there, plus what came, less
// what went; the metrics of adjacent periods join; and today it is the register.
func TestBacklogBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := date("2026-01-01")
		in := vuln.Inputs{Assets: assets()}
		in.Assets[0].Until = rapid.SampledFrom([]isms.Date{{}, start.AddDays(30), start.AddDays(90)}).Draw(t, "until")
		for n := range rapid.IntRange(1, 12).Draw(t, "findings") {
			in.Findings = append(in.Findings, anyFinding(t, n, start))
		}
		a := start.AddDays(rapid.IntRange(0, 30).Draw(t, "from"))
		b := a.AddDays(rapid.IntRange(0, 30).Draw(t, "days"))
		c := start.AddDays(100) // after all that may happen
		_, first := flow(t, in, a, b)
		if then, _ := flow(t, in, b.AddDays(1), c); first != then {
			t.Errorf("backlog on %s = %d, but %d before the next day", b, first, then)
		}
		open := 0
		for _, row := range vuln.NewRegister(in, c).Rows {
			if row.Open {
				open++
			}
		}
		if _, end := flow(t, in, a, c); end != open {
			t.Errorf("backlog on %s = %d, the register has %d open", c, end, open)
		}
	})
}
