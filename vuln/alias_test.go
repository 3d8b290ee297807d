package vuln_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// under is a finding under a name, with what tools call it too.
func under(id string, aliases ...string) vuln.Finding {
	f := vuln.Finding{Asset: "shop", Vulnerability: id, Location: "type=npm;package=a", Aliases: aliases, FirstKnown: date("2026-02-01")}
	f.ID = vuln.ID(f.Asset, f.Vulnerability, f.Location)
	return f
}

// GHSA and CVE are never counted twice (Dependency-Track #1994, #1642, #2181),
// and what is not stated to be one stays two.
func TestUnite(t *testing.T) {
	same := func(a, b string) vuln.Alias { return vuln.NewAlias(a, b, "ghsa", date("2026-02-01")) }
	distinct := func(a, b string) vuln.Alias {
		x := vuln.NewAlias(a, b, "jan", date("2026-02-01"))
		x.Distinct = true
		return x
	}
	withdrawn := same("GHSA-1", "CVE-2026-1001")
	withdrawn.Withdrawn = date("2026-02-10")
	later := vuln.NewAlias("GHSA-1", "CVE-2026-1001", "ghsa", date("2026-02-11"))
	elsewhere := under("CVE-2026-1001")
	elsewhere.Location = "type=npm;package=b"
	other := under("CVE-2026-1001")
	other.Asset = "mail"
	for name, c := range map[string]struct {
		findings   []vuln.Finding
		statements []vuln.Alias
		want       [][]string // the names that are one, the leader first
	}{
		"nothing is stated":            {[]vuln.Finding{under("CVE-2026-1001"), under("GHSA-1")}, nil, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
		"a tool states it":             {[]vuln.Finding{under("GHSA-1"), under("CVE-2026-1001", "GHSA-1")}, nil, [][]string{{"CVE-2026-1001", "GHSA-1"}}},
		"the other way round":          {[]vuln.Finding{under("CVE-2026-1001"), under("GHSA-1", "CVE-2026-1001")}, nil, [][]string{{"CVE-2026-1001", "GHSA-1"}}},
		"an advisory states it":        {[]vuln.Finding{under("CVE-2026-1001"), under("GHSA-1")}, []vuln.Alias{same("GHSA-1", "CVE-2026-1001")}, [][]string{{"CVE-2026-1001", "GHSA-1"}}},
		"it was withdrawn":             {[]vuln.Finding{under("CVE-2026-1001"), under("GHSA-1")}, []vuln.Alias{withdrawn}, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
		"it is stated later":           {[]vuln.Finding{under("CVE-2026-1001"), under("GHSA-1")}, []vuln.Alias{later}, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
		"another source still does":    {[]vuln.Finding{under("CVE-2026-1001"), under("GHSA-1")}, []vuln.Alias{withdrawn, vuln.NewAlias("CVE-2026-1001", "GHSA-1", "nvd", date("2026-02-01"))}, [][]string{{"CVE-2026-1001", "GHSA-1"}}},
		"a person says that is wrong":  {[]vuln.Finding{under("CVE-2026-1001", "GHSA-1"), under("GHSA-1", "CVE-2026-1001")}, []vuln.Alias{distinct("GHSA-1", "CVE-2026-1001")}, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
		"two CVE ids":                  {[]vuln.Finding{under("CVE-2026-1001", "CVE-2026-1002"), under("CVE-2026-1002")}, nil, [][]string{{"CVE-2026-1001"}, {"CVE-2026-1002"}}},
		"two CVE ids, stated":          {[]vuln.Finding{under("CVE-2026-1001"), under("CVE-2026-1002")}, []vuln.Alias{same("CVE-2026-1001", "CVE-2026-1002")}, [][]string{{"CVE-2026-1001", "CVE-2026-1002"}}},
		"an advisory of two":           {[]vuln.Finding{under("CVE-2026-1001", "RHSA-1"), under("CVE-2026-1002", "RHSA-1"), under("RHSA-1")}, nil, [][]string{{"CVE-2026-1001"}, {"CVE-2026-1002"}, {"RHSA-1"}}},
		"an advisory of two, one here": {[]vuln.Finding{under("CVE-2026-1001"), under("RHSA-1", "CVE-2026-1001", "CVE-2026-1002")}, nil, [][]string{{"CVE-2026-1001"}, {"RHSA-1"}}},
		"by way of a third":            {[]vuln.Finding{under("CVE-2026-1001", "GHSA-1"), under("GHSA-1"), under("PYSEC-1", "GHSA-1")}, nil, [][]string{{"CVE-2026-1001", "GHSA-1", "PYSEC-1"}}},
		"two by way of others":         {[]vuln.Finding{under("CVE-2026-1001"), under("CVE-2026-1002"), under("GHSA-1", "CVE-2026-1001"), under("PYSEC-1", "CVE-2026-1002", "GHSA-1")}, nil, [][]string{{"CVE-2026-1001", "GHSA-1"}, {"CVE-2026-1002", "PYSEC-1"}}},
		"without a CVE id":             {[]vuln.Finding{under("PYSEC-1"), under("GHSA-1", "PYSEC-1")}, nil, [][]string{{"GHSA-1", "PYSEC-1"}}},
		"a name that is not there":     {[]vuln.Finding{under("GHSA-1", "RHSA-1"), under("CVE-2026-1001", "RHSA-1")}, nil, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
		"at another place":             {[]vuln.Finding{elsewhere, under("GHSA-1", "CVE-2026-1001")}, nil, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
		"on another asset":             {[]vuln.Finding{other, under("GHSA-1", "CVE-2026-1001")}, nil, [][]string{{"CVE-2026-1001"}, {"GHSA-1"}}},
	} {
		for range 2 {
			if diff := cmp.Diff(c.want, namesOfOne(c.findings, c.statements)); diff != "" {
				t.Errorf("%s: Unite (-want +got)\n%s", name, diff)
			}
			slices.Reverse(c.findings)
		}
	}
}

// namesOfOne are the names that Unite takes together, the leader first.
func namesOfOne(findings []vuln.Finding, statements []vuln.Alias) (list [][]string) {
	names := map[string]string{}
	for _, f := range findings {
		names[f.ID] = f.Vulnerability
	}
	for _, u := range vuln.Unite(findings, statements, date("2026-02-10")) {
		group := []string{u.Finding.Vulnerability}
		for _, id := range u.Members {
			if names[id] != group[0] {
				group = append(group, names[id])
			}
		}
		slices.Sort(group[1:])
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b []string) int { return slices.Compare(a, b) })
	return list
}

// Two names are one until the statement is withdrawn: then they are two again,
// with the clocks and decisions that they had.
func TestWithdrawnStatementSplits(t *testing.T) {
	s := space(t)
	ghsa := item("GHSA-1", "a")
	ghsa.CVEs = nil
	cve := item("CVE-2026-1001", "a")
	first, _ := imported(t, s, at("2026-01-10", ghsa), "2026-01-10")
	second, _ := imported(t, s, at("2026-02-01", ghsa, cve), "2026-02-01")
	by := isms.Link{Kind: "role", ID: "cio"}
	change(t, s, first.Created[0], func(f *vuln.Finding) {
		*f = f.Decide(vuln.Decision{State: vuln.NotAffected, By: by, On: date("2026-02-05"), Rationale: isms.Plain("never called")})
	})
	before := encoded(t, findings(t, s))
	statement := vuln.NewAlias("GHSA-1", "CVE-2026-1001", "ghsa", date("2026-02-02"))
	put := func() {
		update(t, s, func(tx *isms.Tx) error { return vuln.Aliases(tx).Put(&statement) })
	}
	put()
	rows := rowsOf(t, s, "2026-02-10")
	if len(rows) != 1 || rows[0].Finding.ID != second.Created[0] || rows[0].Finding.FirstKnown != date("2026-01-10") || rows[0].State != vuln.NotAffected || len(rows[0].Members) != 2 {
		t.Errorf("one vulnerability = %+v, want one row with the older clock and the decision", rows)
	}
	if got, records := imported(t, s, at("2026-02-09", ghsa, cve), "2026-02-10"); len(got.Unchanged) != 1 || len(got.Merged) != 1 || records != 1 {
		t.Errorf("the next scan = %+v in %d records, want 1 unchanged, the other name merged", got, records)
	}
	statement.Withdrawn = date("2026-02-11")
	put()
	rows = rowsOf(t, s, "2026-02-11")
	if len(rows) != 2 || string(encoded(t, findings(t, s))) != string(before) {
		t.Errorf("%d rows after it was withdrawn, want 2 that are as before", len(rows))
	}
	for _, row := range rows {
		want := map[string]vuln.State{first.Created[0]: vuln.NotAffected, second.Created[0]: vuln.New}[row.Finding.ID]
		if row.State != want {
			t.Errorf("%s is %s, want %s", row.Finding.Vulnerability, row.State, want)
		}
	}
}

// What is observed under any name is there.
func TestUnitedObservations(t *testing.T) {
	seen, gone := vuln.Observation{Source: "a", Title: "seen"}, vuln.Observation{Source: "a", Title: "gone", Absent: "s-1", Verified: "s-1"}
	worse := vuln.Observation{Source: "a", Severity: scan.SeverityCritical}
	for name, c := range map[string]struct {
		a, b []vuln.Observation
		want vuln.State
	}{
		"one is seen":             {[]vuln.Observation{gone}, []vuln.Observation{seen}, vuln.New},
		"none is seen":            {[]vuln.Observation{gone}, []vuln.Observation{gone}, vuln.Fixed},
		"another tool still does": {[]vuln.Observation{gone}, []vuln.Observation{{Source: "b"}}, vuln.New},
	} {
		a, b := under("CVE-2026-1001", "GHSA-1"), under("GHSA-1")
		a.Observations, b.Observations = c.a, c.b
		for _, list := range [][]vuln.Finding{{a, b}, {b, a}} {
			got := vuln.Unite(list, nil, date("2026-02-10"))
			if len(got) != 1 || got[0].Finding.State(date("2026-02-10")) != c.want {
				t.Errorf("%s: Unite = %+v, want %s", name, got, c.want)
			}
		}
	}
	a, b := under("CVE-2026-1001", "GHSA-1"), under("GHSA-1")
	a.Observations, b.Observations = []vuln.Observation{seen}, []vuln.Observation{worse}
	a.Acceptance.On, b.Acceptance.On = date("2026-02-01"), date("2026-02-02")
	b.Treatment.Kind = vuln.Patch
	f := vuln.Unite([]vuln.Finding{a, b}, nil, date("2026-02-10"))[0].Finding
	if o := f.Observations; len(o) != 1 || o[0].Severity != scan.SeverityCritical || o[0].Title != "seen" || f.Acceptance.On != date("2026-02-02") || f.Treatment.Kind != vuln.Patch {
		t.Errorf("two that are seen = %+v", f)
	}
	if a.Observations[0].Severity != scan.SeverityUnknown {
		t.Error("Unite changed what it was given")
	}
}

// The order of findings and statements does not matter, and each finding is of
// exactly one.
func TestUniteInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, statements := someNames(t)
		want := leaders(t, list, statements)
		if len(want) != len(list) {
			t.Errorf("%d findings of %d", len(want), len(list))
		}
		got := leaders(t, rapid.Permutation(list).Draw(t, "order"), rapid.Permutation(statements).Draw(t, "order of statements"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Unite in another order (-want +got)\n%s", diff)
		}
	})
}

// someNames are findings at one place with some aliases, and statements.
func someNames(t *rapid.T) (list []vuln.Finding, statements []vuln.Alias) {
	names := []string{"CVE-2026-1001", "CVE-2026-1002", "GHSA-1", "GHSA-2", "PYSEC-1", "RHSA-1"}
	for _, name := range names {
		if rapid.Bool().Draw(t, name) {
			list = append(list, under(name, rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID).Draw(t, "aliases")...))
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "statements") {
		pair := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 2, 2, rapid.ID).Draw(t, "pair")
		a := vuln.NewAlias(pair[0], pair[1], "x", date("2026-02-01"))
		a.Distinct = rapid.Bool().Draw(t, "distinct")
		statements = append(statements, a)
	}
	return list, statements
}

// leaders are the findings with that which each is part of.
func leaders(t *rapid.T, list []vuln.Finding, statements []vuln.Alias) map[string]string {
	m := map[string]string{}
	for _, u := range vuln.Unite(list, statements, date("2026-02-10")) {
		if !slices.Contains(u.Members, u.Finding.ID) {
			t.Errorf("%s is not among its members %v", u.Finding.ID, u.Members)
		}
		for _, id := range u.Members {
			if m[id] != "" {
				t.Errorf("%s counts twice", id)
			}
			m[id] = u.Finding.ID
		}
	}
	return m
}

func TestAliasProblems(t *testing.T) {
	a := vuln.NewAlias("GHSA-1", "CVE-2026-1001", "ghsa", date("2026-02-01"))
	if p := isms.Validate(a); len(p) != 0 || a.A != "CVE-2026-1001" {
		t.Errorf("Validate(%+v) = %v", a, p)
	}
	a.A, a.B, a.Source, a.Occurred = "", "", "", isms.Date{}
	got := map[string]isms.Code{}
	for _, p := range isms.Validate(a) {
		got[p.Path] = p.Code
	}
	want := map[string]isms.Code{"/id": vuln.CodeIdentity, "/a": isms.CodeRequired, "/b": isms.CodeRequired, "/source": isms.CodeRequired, "/occurred": isms.CodeRequired}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Validate (-want +got)\n%s", diff)
	}
}
