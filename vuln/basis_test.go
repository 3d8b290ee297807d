package vuln_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// proof is evidence of controls, received on a day.
func proof(id, on string, about isms.Link, controls ...isms.ControlID) isms.Evidence {
	e := isms.Evidence{
		Common: isms.Common{ID: id}, Title: isms.Plain("Evidence " + id), Type: isms.EvidenceTest, Received: date(on), Controls: controls,
	}
	if !about.IsZero() {
		e.About = []isms.Link{about}
	}
	return e
}

// grounded has all that the basis of the asset shop needs on 2026-03-01.
func grounded() vuln.PackInputs {
	shop := isms.Link{Kind: "asset", ID: "shop"}
	in := vuln.PackInputs{Inputs: vuln.Inputs{
		Evidence: []isms.Evidence{
			proof("log-review", "2026-02-01", isms.Link{}, "A.8.15"),
			proof("alerts", "2026-02-01", isms.Link{}, "A.8.16"),
			proof("hardening", "2025-03-01", shop, "A.8.9"),
		},
		Sources: []vuln.InfoSource{{
			Common: isms.Common{ID: "cert"}, Title: isms.Plain("National CERT"), Every: isms.Cadence{Every: 1, Unit: isms.Weeks}, Consulted: date("2026-02-22"),
		}},
	}}
	in.Assets = assets()
	in.Scans = []vuln.Scan{{Common: isms.Common{ID: "s-1"}, Asset: "shop", Source: "trivy", At: date("2026-02-20").Time(), Imported: date("2026-02-20")}}
	return in
}

func basisOf(tb tester, in vuln.PackInputs, asset isms.Ref[isms.Asset]) vuln.Basis {
	tb.Helper()
	for _, c := range vuln.NewRegister(in.Inputs, date("2026-03-01")).Coverage {
		if c.Asset == asset {
			return c.Basis
		}
	}
	tb.Fatal("no asset " + string(asset))
	return vuln.Basis{}
}

// Each of the three is needed, for the asset itself, and today.
func TestBasis(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*vuln.PackInputs)
		complete bool
	}{
		"whole":                 {func(*vuln.PackInputs) {}, true},
		"no logs":               {func(in *vuln.PackInputs) { in.Evidence = in.Evidence[1:] }, false},
		"no monitoring":         {func(in *vuln.PackInputs) { in.Evidence = slices.Delete(in.Evidence, 1, 2) }, false},
		"no examination":        {func(in *vuln.PackInputs) { in.Evidence = in.Evidence[:2] }, false},
		"of another asset":      {func(in *vuln.PackInputs) { in.Evidence[2].About[0].ID = "mail" }, false},
		"of no asset":           {func(in *vuln.PackInputs) { in.Evidence[2].About = nil }, false},
		"logs of another asset": {func(in *vuln.PackInputs) { in.Evidence[0].About = []isms.Link{{Kind: "asset", ID: "mail"}} }, false},
		"logs of a year ago":    {func(in *vuln.PackInputs) { in.Evidence[0].Received = date("2025-02-28") }, false},
		"that hold for longer": {func(in *vuln.PackInputs) {
			in.Evidence[0].Received, in.Evidence[0].Expires = date("2025-02-28"), date("2026-03-01")
		}, true},
		"that expired":           {func(in *vuln.PackInputs) { in.Evidence[0].Expires = date("2026-02-28") }, false},
		"from the future":        {func(in *vuln.PackInputs) { in.Evidence[0].Received = date("2026-03-02") }, false},
		"without a day":          {func(in *vuln.PackInputs) { in.Evidence[0].Received = isms.Date{} }, false},
		"withdrawn":              {func(in *vuln.PackInputs) { in.Evidence[0].Status = isms.Retired }, false},
		"no source":              {func(in *vuln.PackInputs) { in.Sources = nil }, false},
		"of other assets":        {func(in *vuln.PackInputs) { in.Sources[0].Assets = []isms.Ref[isms.Asset]{"mail"} }, false},
		"consulted too long ago": {func(in *vuln.PackInputs) { in.Sources[0].Consulted = date("2026-02-21") }, false},
		"consulted for no term": {func(in *vuln.PackInputs) {
			in.Sources[0].Every, in.Sources[0].Consulted = isms.Cadence{}, date("2025-03-01")
		}, true},
		"for no term, a year ago": {func(in *vuln.PackInputs) {
			in.Sources[0].Every, in.Sources[0].Consulted = isms.Cadence{}, date("2025-02-28")
		}, false},
		"a source of two is late": {func(in *vuln.PackInputs) { in.Sources = append(in.Sources, vuln.InfoSource{}) }, true},
		"no scan":                 {func(in *vuln.PackInputs) { in.Scans = nil }, false},
		"an old scan":             {func(in *vuln.PackInputs) { in.Scans[0].At = date("2026-01-20").Time() }, false},
		"a penetration test": {func(in *vuln.PackInputs) {
			in.Evidence = in.Evidence[:2]
			in.Scans = append(in.Scans, vuln.Scan{Common: isms.Common{ID: "s-2"}, Asset: "shop", Source: "penetration-test", At: date("2025-06-01").Time(), Imported: date("2025-06-01"), Extent: vuln.Extent{Kind: vuln.PenetrationTest}})
		}, true},
		"an old penetration test": {func(in *vuln.PackInputs) {
			in.Evidence = in.Evidence[:2]
			in.Scans = append(in.Scans, vuln.Scan{Common: isms.Common{ID: "s-2"}, Asset: "shop", Source: "penetration-test", At: date("2024-06-01").Time(), Imported: date("2024-06-01"), Extent: vuln.Extent{Kind: vuln.PenetrationTest}})
		}, false},
	} {
		in := grounded()
		c.change(&in)
		if b := basisOf(t, in, "shop"); b.Complete() != c.complete {
			t.Errorf("%s: Complete = %t, want %t: %+v", name, b.Complete(), c.complete, b)
		}
	}
	if basisOf(t, grounded(), "mail").Complete() {
		t.Error("what is known of the shop counts for the mail server")
	}
}

// On an incomplete basis no level is lowered, and any may rise; the trace says so.
func TestBasisLowersNothing(t *testing.T) {
	low := isms.Needs{Confidentiality: isms.Low, Integrity: isms.Low, Availability: isms.Low}
	high := isms.Needs{Confidentiality: isms.High, Integrity: isms.High, Availability: isms.High}
	control := vuln.Compensating{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MC:L"}, Reason: isms.Plain("x"), From: date("2026-01-01")}
	for name, c := range map[string]struct {
		whole    bool
		needs    isms.Needs
		severity scan.Severity
		score    string
		decides  bool
	}{
		"complete, lowered":   {true, low, scan.SeverityMedium, "4.6", true},
		"incomplete, lowered": {false, low, scan.SeverityHigh, "7.5", true},
		"complete, raised":    {true, high, scan.SeverityMedium, "6.1", true},
		"incomplete, raised":  {false, high, scan.SeverityHigh, "7.5", true},
	} {
		in := grounded()
		if !c.whole {
			in.Evidence = in.Evidence[1:]
		}
		p := vuln.ReadyPolicy()
		p.Compensating = []vuln.Compensating{control}
		in.Policies = []vuln.Policy{p}
		in.Assets[0].Needs = c.needs
		in.Findings = []vuln.Finding{known(1, "2026-02-10")}
		in.Findings[0].Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Vector: base31}}
		r := vuln.NewRegister(in.Inputs, date("2026-03-01"))
		row := r.Rows[0]
		if row.Level.Severity != c.severity || row.Level.Score != cvssScore(c.score) || row.Reported.Severity != scan.SeverityHigh {
			t.Errorf("%s: %s %s, want %s %s", name, row.Level.Severity, row.Level.Score, c.severity, c.score)
		}
		trace := r.Priority(row).Trace
		last := trace[len(trace)-1]
		if last.Of != vuln.FactorBasis || (last.Value == "complete") != c.whole || last.Severity != c.decides {
			t.Errorf("%s: the trace ends with %+v", name, last)
		}
	}
}

// How long evidence counts is the organization's own.
func TestEvidenceAgeIsPolicy(t *testing.T) {
	for months, want := range map[int]bool{0: true, 12: true, 11: false} {
		in := grounded() // the oldest evidence is twelve months old
		p := vuln.ReadyPolicy()
		p.EvidenceMonths = months
		in.Policies = []vuln.Policy{p}
		if got := basisOf(t, in, "shop").Complete(); got != want {
			t.Errorf("with evidence of %d months: Complete = %t, want %t", months, got, want)
		}
	}
}

func codes(points []vuln.Point) (list []isms.Code) {
	for _, p := range points {
		list = append(list, p.Code)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Protection against malware counts together with awareness only, and a rule
// about installing software is recorded and followed up.
func TestSafeguards(t *testing.T) {
	rule := isms.Document{Common: isms.Common{ID: "installing", Status: isms.Approved}, Title: isms.Plain("Installing software"), Type: isms.DocumentPolicy, Controls: []isms.ControlID{"A.8.19"}}
	draft := rule
	draft.Status = isms.Draft
	of := func(controls ...isms.ControlID) (in vuln.PackInputs) {
		for _, c := range controls {
			in.Evidence = append(in.Evidence, proof("e", "2026-02-01", isms.Link{}, c))
		}
		return in
	}
	with := func(in vuln.PackInputs, d ...isms.Document) vuln.PackInputs { in.Documents = d; return in }
	for name, c := range map[string]struct {
		in             vuln.PackInputs
		which          int
		wantHit, wantH []isms.Code
	}{
		"nothing":            {of(), 0, nil, []isms.Code{vuln.PointNoEvidence}},
		"malware alone":      {of("A.8.7"), 0, []isms.Code{vuln.PointEvidence}, []isms.Code{vuln.PointAlone, vuln.PointNoEvidence}},
		"awareness alone":    {of("A.6.3"), 0, []isms.Code{vuln.PointEvidence}, []isms.Code{vuln.PointAlone, vuln.PointNoEvidence}},
		"both":               {of("A.6.3", "A.8.7"), 0, []isms.Code{vuln.PointEvidence}, nil},
		"no rule":            {of(), 1, nil, []isms.Code{vuln.PointNoEvidence, vuln.PointNoRule}},
		"a rule":             {with(of(), rule), 1, []isms.Code{vuln.PointRule}, []isms.Code{vuln.PointNoEvidence}},
		"a draft, and proof": {with(of("A.8.19"), draft), 1, []isms.Code{vuln.PointEvidence}, []isms.Code{vuln.PointRuleDraft}},
		"rule and proof":     {with(of("A.8.19"), rule), 1, []isms.Code{vuln.PointEvidence, vuln.PointRule}, nil},
	} {
		a := vuln.Safeguards(c.in, date("2026-03-01"))[c.which]
		if diff := cmp.Diff([][]isms.Code{c.wantHit, c.wantH}, [][]isms.Code{codes(a.Hits), codes(a.Holes)}); diff != "" {
			t.Errorf("%s: hits and holes (-want +got)\n%s", name, diff)
		}
	}
}
