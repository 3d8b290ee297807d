package vuln_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// inputsOf are the inputs of a register in which facts are the only finding.
func inputsOf(f facts, p vuln.Policy, m risk.Methodology) (vuln.Inputs, vuln.Case) {
	c := f.build()
	c.Finding.ID = vuln.ID(c.Finding.Asset, c.Finding.Vulnerability, "")
	in := grounded().Inputs
	if !c.Based {
		in.Sources = nil
	}
	p.ID, m.ID = "own", "matrix"
	p.Tables.Methodology.ID = m.ID
	in.Findings, in.Assets, in.Policies, in.Methodologies = []vuln.Finding{c.Finding}, []isms.Asset{c.Asset}, []vuln.Policy{p}, []risk.Methodology{m}
	in.Pasts = map[string]vuln.Past{c.Finding.ID: c.Past}
	cve := c.Finding.Vulnerability
	in.Feeds = vuln.Feeds{
		KEVFeed: c.Intel.KEVFeed, EPSSFeed: c.Intel.EPSSFeed, KEV: map[string]intel.KEV{},
		EPSS: map[string]intel.EPSS{cve: c.Intel.EPSS}, SSVC: map[string][]intel.SSVC{cve: c.Intel.SSVC},
	}
	if c.Intel.KEV.CVE != "" {
		in.Feeds.KEV[cve] = c.Intel.KEV
	}
	return in, c
}

// A finding has one severity, one deadline and one risk: those of Prioritize, in
// the register, its trace, its order, the metrics and the proposals.
func TestOneFigure(t *testing.T) {
	m := risk.Matrix5()
	today := date("2026-03-01")
	rapid.Check(t, func(t *rapid.T) {
		in, c := inputsOf(drawFacts(t), drawPolicy(t), m)
		want := vuln.Prioritize(c, in.Policies[0], in.Methodologies[0], today)
		r := vuln.NewRegister(in, today)
		row := r.Rows[0]
		got := []any{row.Level, row.Reported, row.Deadline, row.Binding, row.Breached, row.Risk.Rank, row.Risk.Unrated}
		if diff := cmp.Diff([]any{want.Severity, want.Reported, want.Deadline.Day, want.Deadline.Binding, want.Deadline.Breached, want.Risk.Rank, want.Risk.Unrated}, got, scores()); diff != "" {
			t.Errorf("the register (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff(want.Trace, r.Priority(row).Trace); diff != "" {
			t.Errorf("its trace (-want +got)\n%s", diff)
		}
		if row.Overdue != want.Deadline.Breached {
			t.Errorf("an open finding is overdue = %t, breached = %t", row.Overdue, want.Deadline.Breached)
		}
		late := metric(t, vuln.Metrics(in, nil, isms.Period{From: today, To: today}), vuln.MetricOverdue)
		if late.Known && (late.Tenths > 0) != row.Overdue {
			t.Errorf("the metrics count %s overdue, the register %t", value(late), row.Overdue)
		}
		if n := len(vuln.Breaches(r, nil)); n > 0 && !row.Breached {
			t.Errorf("%d nonconformities are proposed, and nothing is breached", n)
		}
	})
}

// The tables of a policy name a methodology, whose newest revision rates, or one
// revision of it.
func TestRegisterTakesTheMethodologyOfItsTables(t *testing.T) {
	revisions := make([]risk.Methodology, 3)
	for n := range revisions {
		revisions[n] = risk.Matrix5()
		revisions[n].ID, revisions[n].Rev = "m", []int64{2, 3, 1}[n]
	}
	other := risk.Matrix3()
	other.ID, other.Rev = "other", 9
	for name, c := range map[string]struct {
		link isms.Link
		want int64
	}{
		"the newest":    {isms.Link{Kind: "methodology", ID: "m"}, 3},
		"one revision":  {isms.Link{Kind: "methodology", ID: "m", Rev: 2}, 2},
		"one not there": {isms.Link{Kind: "methodology", ID: "m", Rev: 7}, 0},
	} {
		p := vuln.ReadyPolicy()
		p.Tables = vuln.ReadyTables(revisions[0])
		p.Tables.Methodology = c.link
		in := vuln.Inputs{Findings: []vuln.Finding{known(1, "2026-02-01")}, Policies: []vuln.Policy{p}, Methodologies: slices.Concat(revisions, []risk.Methodology{other})}
		r := vuln.NewRegister(in, date("2026-02-02"))
		if got := r.Priority(r.Rows[0]).Evaluation.Methodology.Rev; got != c.want || r.Rows[0].Risk.Rated() != (c.want > 0) {
			t.Errorf("%s: revision %d rates %v, want %d", name, got, r.Rows[0].Risk.Rated(), c.want)
		}
	}
}

// What is exploited, and what reaches the asset, move the register's order.
func TestRegisterRanksByPriority(t *testing.T) {
	in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{known(1, "2026-02-20"), known(2, "2026-02-20"), known(3, "2026-02-20")}}
	for n := range in.Findings {
		in.Findings[n].Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Vector: base31}}
	}
	in.Findings[1].Observations[0].Ratings[0].Vector += "/E:U"
	in.Feeds = exploited("CVE-2026-2", "2026-02-25")
	p := vuln.ReadyPolicy()
	p.Regimes.KEV = true
	entry := in.Feeds.KEV["CVE-2026-2"]
	entry.Due = "2026-02-28"
	in.Feeds.KEV["CVE-2026-2"] = entry
	in.Policies = []vuln.Policy{p}
	r := vuln.NewRegister(in, date("2026-03-01"))
	first := r.Rows[0]
	if first.Finding.Vulnerability != "CVE-2026-2" || first.Binding != vuln.RegimeKEV || first.Deadline != date("2026-02-28") || !first.Overdue || !first.Exploited {
		t.Errorf("first comes %s: %s by %s, exploited %t; want the one of the catalogue", first.Finding.Vulnerability, first.Deadline, first.Binding, first.Exploited)
	}
	if r.Rows[1].Exploited {
		t.Error("what the catalogue does not list is exploited")
	}
}

// A breached finding stays visible after it was accepted or fixed (DefectDojo
// #7170), and an asset out of use breaches nothing more.
func TestBreachedRows(t *testing.T) {
	accept := func(on string) func(*vuln.Inputs) {
		return func(in *vuln.Inputs) {
			in.Findings[0].Acceptance = vuln.Acceptance{By: cioRole, On: date(on), Until: date("2026-12-31"), Justification: isms.Plain("so")}
		}
	}
	verify := func(on string) func(*vuln.Inputs) {
		return func(in *vuln.Inputs) {
			in.Findings[0].Observations[0].Absent, in.Findings[0].Observations[0].Verified = "s-1", "s-1"
			in.Scans = []vuln.Scan{{Common: isms.Common{ID: "s-1"}, Asset: "shop", Source: "trivy", At: date(on).Time(), Imported: date(on)}}
		}
	}
	for name, c := range map[string]struct {
		change            func(*vuln.Inputs)
		overdue, breached bool
	}{
		"open":              {func(*vuln.Inputs) {}, true, true},
		"accepted in time":  {accept("2026-02-09"), false, false},
		"accepted too late": {accept("2026-02-10"), false, true},
		"verified in time":  {verify("2026-02-09"), false, false},
		"verified too late": {verify("2026-02-10"), false, true},
		"fixed in time, says jan": {func(in *vuln.Inputs) {
			verify("2026-02-20")(in)
			in.Findings[0] = decided(in.Findings[0], vuln.Fixed, "2026-02-08")
		}, false, false},
		"the asset went in time":   {func(in *vuln.Inputs) { in.Assets[0].Until = date("2026-02-09") }, false, false},
		"the asset went too late":  {func(in *vuln.Inputs) { in.Assets[0].Until = date("2026-02-10") }, false, true},
		"nobody knows when it did": {func(in *vuln.Inputs) { in.Assets[0].Status = isms.Retired }, false, false},
	} {
		f := known(1, "2026-02-02")
		f.Observations[0].Severity = scan.SeverityCritical // until 2026-02-09
		in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{f}}
		c.change(&in)
		r := vuln.NewRegister(in, date("2026-03-01"))
		if row := r.Rows[0]; row.Overdue != c.overdue || row.Breached != c.breached || row.Deadline != date("2026-02-09") {
			t.Errorf("%s: overdue %t, breached %t on %s, want %t, %t on 2026-02-09", name, row.Overdue, row.Breached, row.Deadline, c.overdue, c.breached)
		}
		if got := len(vuln.Breaches(r, nil)); (got > 0) != c.breached {
			t.Errorf("%s: %d nonconformities proposed, breached %t", name, got, c.breached)
		}
	}
}

// A breach of a deadline that was set while it was critical is proposed, though
// it is rated lower by now; a breach of what is no vulnerability is not.
func TestBreachesWhenLowered(t *testing.T) {
	f := known(1, "2026-01-01")
	in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{f}, Pasts: map[string]vuln.Past{f.ID: {
		Earlier: []vuln.Earlier{{Since: date("2026-01-01"), Observations: []vuln.Observation{{Source: "trivy", Severity: scan.SeverityCritical}}}},
		Since:   date("2026-01-05"),
	}}}
	r := vuln.NewRegister(in, date("2026-01-20"))
	if row := r.Rows[0]; row.Level.Severity != scan.SeverityHigh || row.Deadline != date("2026-01-08") || len(vuln.Breaches(r, nil)) != 1 {
		t.Errorf("critical, then high: %s until %s with %d proposals, want high until 2026-01-08 with 1", row.Level.Severity, row.Deadline, len(vuln.Breaches(r, nil)))
	}
	in.Findings[0] = decided(in.Findings[0], vuln.FalsePositive, "2026-01-15")
	if list := vuln.Breaches(vuln.NewRegister(in, date("2026-01-20")), nil); len(list) != 0 {
		t.Errorf("a false positive is proposed: %v", list)
	}
}

// A later deadline takes a decision, which another rating undoes and another title
// does not.
func TestDeadlineDecision(t *testing.T) {
	f := known(1, "2026-02-02")
	f.Rev = 3
	approved := func(f vuln.Finding, on string) isms.Decision {
		d := isms.Propose("later", vuln.DeadlinePurpose, f, isms.Authority{By: []isms.Link{cioRole}})
		d.Approvals = []isms.Vote{{By: "jan", As: cioRole, On: date(on)}}
		return d
	}
	for name, c := range map[string]struct {
		decision isms.Decision
		change   func(*vuln.Finding)
		want     string
	}{
		"nobody decided":    {isms.Decision{}, func(*vuln.Finding) {}, "2026-02-09"},
		"approved":          {approved(f, "2026-02-12"), func(*vuln.Finding) {}, "2026-03-04"},
		"approved tomorrow": {approved(f, "2026-02-22"), func(*vuln.Finding) {}, "2026-02-09"},
		"another title":     {approved(f, "2026-02-12"), func(f *vuln.Finding) { f.Observations[0].Title = "x" }, "2026-03-04"},
		"accepted later": {approved(f, "2026-02-12"), func(f *vuln.Finding) {
			f.Acceptance = vuln.Acceptance{By: cioRole, On: date("2026-02-20"), Until: date("2026-02-21"), Justification: isms.Plain("so")}
		}, "2026-03-04"},
		"another rating": {approved(f, "2026-02-12"), func(f *vuln.Finding) {
			f.Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Score: cvssScore("7.7")}}
		}, "2026-02-09"},
		"for another purpose": {func() isms.Decision {
			d := isms.Propose("later", "else", f, isms.Authority{By: []isms.Link{cioRole}})
			d.Approvals = approved(f, "2026-02-12").Approvals
			return d
		}(), func(*vuln.Finding) {}, "2026-02-09"},
	} {
		now := f
		now.Observations = append([]vuln.Observation{}, f.Observations...)
		c.change(&now)
		in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{now}, Decisions: []isms.Decision{c.decision}, Pasts: map[string]vuln.Past{f.ID: {
			Earlier: []vuln.Earlier{{Since: date("2026-02-02"), Observations: []vuln.Observation{{Source: "trivy", Severity: scan.SeverityCritical}}}},
			Since:   date("2026-02-10"),
		}}}
		if got := vuln.NewRegister(in, date("2026-02-21")).Rows[0].Deadline; got != date(c.want) {
			t.Errorf("%s: until %s, want %s", name, got, c.want)
		}
	}
}

// Findings that are one have one past: the worst of what was said of any of them
// on a day, and a decision counts only when it is about all of them.
func TestUnitedPast(t *testing.T) {
	cve, ghsa := known(1, "2026-02-02"), known(2, "2026-02-05")
	ghsa.Vulnerability = "GHSA-1"
	ghsa.ID, ghsa.Aliases = vuln.ID("shop", "GHSA-1", ""), []string{cve.Vulnerability}
	ghsa.Observations = []vuln.Observation{{Source: "grype", Severity: scan.SeverityLow}}
	past := func(severity scan.Severity, source, from, since string) vuln.Past {
		return vuln.Past{
			Earlier: []vuln.Earlier{{Since: date(from), Observations: []vuln.Observation{{Source: source, Severity: severity}}}},
			Since:   date(since),
		}
	}
	for name, c := range map[string]struct {
		pasts map[string]vuln.Past
		want  string
	}{
		"never changed":                      {nil, "2026-03-04"},
		"one was critical under one name":    {map[string]vuln.Past{cve.ID: past(scan.SeverityCritical, "trivy", "2026-02-02", "2026-02-10")}, "2026-02-09"},
		"and under the other, known later":   {map[string]vuln.Past{ghsa.ID: past(scan.SeverityCritical, "grype", "2026-02-05", "2026-02-10")}, "2026-02-12"},
		"recorded later than it was known":   {map[string]vuln.Past{ghsa.ID: past(scan.SeverityCritical, "grype", "2026-02-08", "2026-02-10")}, "2026-02-12"},
		"what was low before changes not it": {map[string]vuln.Past{ghsa.ID: past(scan.SeverityInfo, "grype", "2026-02-05", "2026-02-10")}, "2026-03-04"},
	} {
		in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{cve, ghsa}, Pasts: c.pasts}
		r := vuln.NewRegister(in, date("2026-03-01"))
		if len(r.Rows) != 1 || r.Rows[0].Deadline != date(c.want) {
			t.Errorf("%s: %d rows, until %s, want one until %s", name, len(r.Rows), r.Rows[0].Deadline, c.want)
		}
	}
}

// Of several ids the worst counts, and what was never looked up is not known.
func TestFeedsOf(t *testing.T) {
	half, tenth := intel.EPSS{Probability: intel.Fraction{Billionths: 500_000_000, Known: true}}, intel.EPSS{Probability: intel.Fraction{Billionths: 100_000_000, Known: true}}
	feeds := vuln.Feeds{
		KEVFeed:  intel.KEVFeed{Version: "v"},
		KEV:      map[string]intel.KEV{"CVE-1": {CVE: "CVE-1", Added: "2026-01-02", Due: "2026-01-05"}, "CVE-2": {CVE: "CVE-2", Added: "2026-01-01", Due: "2026-01-10"}},
		EPSSFeed: intel.EPSSFeed{Model: "m"},
		EPSS:     map[string]intel.EPSS{"CVE-1": tenth, "CVE-2": half},
		SSVC:     map[string][]intel.SSVC{"CVE-1": {{Source: "a"}}, "GHSA-1": {{Source: "b"}}},
	}
	for name, c := range map[string]struct {
		ids  []string
		want vuln.Intel
	}{
		"one": {[]string{"CVE-1"}, vuln.Intel{KEVFeed: feeds.KEVFeed, KEV: feeds.KEV["CVE-1"], EPSSFeed: feeds.EPSSFeed, EPSS: tenth, SSVC: []intel.SSVC{{Source: "a"}}}},
		"two": {[]string{"CVE-1", "CVE-2", "GHSA-1"}, vuln.Intel{
			KEVFeed: feeds.KEVFeed, KEV: intel.KEV{CVE: "CVE-2", Added: "2026-01-01", Due: "2026-01-05"}, EPSSFeed: feeds.EPSSFeed, EPSS: half,
			SSVC: []intel.SSVC{{Source: "a"}, {Source: "b"}},
		}},
		"two, the other way": {[]string{"CVE-2", "CVE-1"}, vuln.Intel{
			KEVFeed: feeds.KEVFeed, KEV: intel.KEV{CVE: "CVE-2", Added: "2026-01-01", Due: "2026-01-05"}, EPSSFeed: feeds.EPSSFeed, EPSS: half,
			SSVC: []intel.SSVC{{Source: "a"}},
		}},
		"one of them without a forecast": {[]string{"CVE-2", "CVE-3"}, vuln.Intel{KEVFeed: feeds.KEVFeed, KEV: feeds.KEV["CVE-2"], EPSSFeed: feeds.EPSSFeed}},
		"and the other way":              {[]string{"CVE-3", "CVE-2"}, vuln.Intel{KEVFeed: feeds.KEVFeed, KEV: feeds.KEV["CVE-2"], EPSSFeed: feeds.EPSSFeed}},
		"without a CVE id":               {[]string{"GHSA-1"}, vuln.Intel{SSVC: []intel.SSVC{{Source: "b"}}}},
	} {
		got := feeds.Of(vuln.Finding{Vulnerability: c.ids[0], Aliases: c.ids[1:]})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if n := len(feeds.SSVC["CVE-1"]); n != 1 {
		t.Errorf("Of changes the feeds: %d assessments", n)
	}
}

// The samples that a figure needs are the organization's own.
func TestSamplesArePolicy(t *testing.T) {
	in := vuln.Inputs{Findings: []vuln.Finding{fixed(1, "2026-01-01", "2026-01-03"), fixed(2, "2026-01-01", "2026-01-05")}}
	for samples, want := range map[vuln.Samples][2]string{
		{}:                {"vuln/too-few", "vuln/too-few"},
		{Mean: 2}:         {"3.0 of 2", "vuln/too-few"},
		{Mean: 2, P90: 2}: {"3.0 of 2", "4.0 of 2"},
	} {
		p := vuln.ReadyPolicy()
		p.Samples = samples
		in.Policies = []vuln.Policy{p}
		list := vuln.Metrics(in, nil, period("2026-01-01", "2026-01-31"))
		if got := [2]string{value(metric(t, list, vuln.MetricTimeMean)), value(metric(t, list, vuln.MetricTimeP90))}; got != want {
			t.Errorf("with samples of %+v: %v, want %v", samples, got, want)
		}
	}
}
