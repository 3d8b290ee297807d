package vuln_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// The files of the reports on other systems: the same file again, then a part of
// it, then the whole again. Elsewhere 33 of 34 are closed (DefectDojo #11470) or
// 46 of 78 (#8100), or the originals while new ones are "duplicates" (PR #8198).
func TestPairs(t *testing.T) {
	for whole, part := range map[string]string{
		"pairs/bash_t1.sarif":                "pairs/bash_t2_subset.sarif",
		"pairs/trivy_k8s_internal_dups.json": "pairs/trivy_k8s_internal_dups_subset.json",
	} {
		all, some := corpusReport(t, whole), corpusReport(t, part)
		s := space(t)
		first := importedAs(t, s, all, "2026-02-01")
		if len(first.Created) == 0 || len(first.Created)+len(first.Merged) != len(all.Items) {
			t.Errorf("%s: %d created of %d items, %d merged", whole, len(first.Created), len(all.Items), len(first.Merged))
		}
		before := stateOf(t, s)
		if again := importedAs(t, s, all, "2026-02-01"); !again.Repeated || stateOf(t, s) != before || len(again.Unchanged) != len(first.Created) {
			t.Errorf("%s again: %d unchanged of %d", whole, len(again.Unchanged), len(first.Created))
		}
		second := importedAs(t, s, some, "2026-02-02")
		kept := len(second.Unchanged) + len(second.Updated)
		if len(second.Created)+len(second.Reopened)+len(second.Closed) != 0 || kept+len(second.NotObserved) != len(first.Created) || kept+len(second.Merged) != len(some.Items) {
			t.Errorf("%s after it: %d kept, %d created, %d not observed of %d", part, kept, len(second.Created), len(second.NotObserved), len(first.Created))
		}
		gone := second.NotObserved
		all.SHA256[0]++ // another run with the same findings
		third := importedAs(t, s, all, "2026-02-03")
		if !slices.Equal(third.Reopened, gone) || len(third.Unchanged)+len(third.Updated) != kept {
			t.Errorf("%s the day after: %d reopened of %d, %d kept of %d", whole, len(third.Reopened), len(gone), len(third.Unchanged)+len(third.Updated), kept)
		}
		t.Logf("%s: %d items, %d findings, %d merged; then %d kept, %d not observed", whole, len(all.Items), len(first.Created), len(first.Merged), kept, len(gone))
	}
}

// importedAs imports a report on shop as one that was made on a day.
func importedAs(tb tester, s *isms.Space, r *scan.Report, day string) (result vuln.Result) {
	tb.Helper()
	of := *r
	of.Started, of.Created, of.Finished = date(day).Time(), date(day).Time(), date(day).Time()
	host := ""
	for _, it := range of.Items {
		host = it.Host
	}
	update(tb, s, func(tx *isms.Tx) (err error) {
		result, err = vuln.Import(tx, "shop", &of, date("2026-02-28"), &vuln.ImportOptions{Host: host})
		return err
	})
	accounted(tb, &of, result)
	return result
}

// What one tool calls by another name than another tool is not new.
func TestAnotherToolKnowsItByAnotherName(t *testing.T) {
	s := space(t)
	cve, ghsa := item("CVE-2026-1001", "a"), item("GHSA-1", "a")
	ghsa.CVEs, ghsa.Aliases = nil, []string{"CVE-2026-1001"}
	imported(t, s, at("2026-02-01", cve), "2026-02-01")
	r := at("2026-02-02", ghsa)
	r.Tool.Name = "Other"
	got, records := imported(t, s, seal(r), "2026-02-02")
	if len(got.Created) != 0 || len(got.Updated) != 1 || records != 2 || len(rowsOf(t, s, "2026-02-02")) != 1 {
		t.Errorf("another name by another tool = %+v in %d records, want 1 updated in 2", got, records)
	}
	s = space(t)
	statement := vuln.NewAlias("GHSA-1", "CVE-2026-1001", "ghsa", date("2026-02-01"))
	update(t, s, func(tx *isms.Tx) error { return vuln.Aliases(tx).Put(&statement) })
	ghsa.Aliases = nil
	imported(t, s, at("2026-02-01", cve), "2026-02-01")
	r = at("2026-02-02", ghsa)
	r.Tool.Name = "Other"
	if got, _ = imported(t, s, seal(r), "2026-02-02"); len(got.Created) != 0 || len(got.Updated) != 1 {
		t.Errorf("another name that somebody stated = %+v, want 1 updated", got)
	}
}
