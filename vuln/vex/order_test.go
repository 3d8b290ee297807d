package vex_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
	"pgregory.net/rapid"
)

// told is a result without what depends on the order of the input.
func told(r vex.Result) []string {
	var all []string
	for _, v := range r.Verdicts {
		all = append(all, fmt.Sprint(v.Author, v.Statement, v.Justification, v.Details, v.Stated, v.Outcome, v.Why, v.Findings))
	}
	for _, p := range r.Proposals {
		v := r.Verdicts[p.Verdict]
		all = append(all, fmt.Sprint(p.Finding, p.Decision, p.Contradicts, v.Author, v.Outcome))
	}
	slices.Sort(all)
	return all
}

func drawnItem(t *rapid.T) scan.Item {
	return item(func(i *scan.Item) {
		i.ID = rapid.SampledFrom([]string{"CVE-2026-1", "CVE-2026-2", "GHSA-a"}).Draw(t, "id")
		i.CVEs, i.Aliases = nil, rapid.SampledFrom([][]string{nil, {"GHSA-a"}, {"CVE-2026-1"}}).Draw(t, "aliases")
		i.Product = rapid.SampledFrom([]string{"", shop, "pkg:oci/shop", "Acme Shop 2", "pkg:oci/mail"}).Draw(t, "product")
		i.PURL = rapid.SampledFrom([]string{libssl, "pkg:deb/debian/libssl3", shop, "pkg:npm/a@1"}).Draw(t, "component")
		i.Status = rapid.SampledFrom([]scan.Status{scan.StatusNotAffected, scan.StatusAffected, scan.StatusFixed, scan.StatusUnderInvestigation}).Draw(t, "status")
		i.Justification = rapid.SampledFrom([]string{"", string(vuln.CodeNotPresent), string(vuln.CodeNotExecuted)}).Draw(t, "why")
		i.Statement = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "text")
		i.Stated = day(rapid.IntRange(8, 11).Draw(t, "day")).Time()
	})
}

// The order of documents, of statements within them, of findings and of products
// changes nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	policy := vex.Policy{Authors: []vex.Author{{Name: "A", Days: 10}, {Name: "B"}, {Name: "C"}}}
	rapid.Check(t, func(t *rapid.T) {
		var docs []vex.Document
		for range rapid.IntRange(1, 4).Draw(t, "documents") {
			d := document(rapid.SampledFrom([]string{"A", "B", "C", "Eve"}).Draw(t, "author"))
			d.Evidence = rapid.SampledFrom([]isms.Ref[isms.Evidence]{"e-1", "e-2"}).Draw(t, "evidence")
			for n := range rapid.IntRange(1, 4).Draw(t, "statements") {
				i := drawnItem(t)
				i.Entry = n + 1
				d.Report.Items = append(d.Report.Items, i)
			}
			docs = append(docs, d)
		}
		in := inputs()
		for n := range 3 {
			in.Findings = append(in.Findings, finding(func(f *vuln.Finding) {
				f.Location = strconv.Itoa(n)
				f.Vulnerability = rapid.SampledFrom([]string{"CVE-2026-1", "CVE-2026-2", "GHSA-a"}).Draw(t, "vulnerability")
				f.Aliases = rapid.SampledFrom([][]string{nil, {"GHSA-a"}, {"CVE-2026-1"}}).Draw(t, "aliases")
				f.Asset = rapid.SampledFrom([]isms.Ref[isms.Asset]{"shop", "mail"}).Draw(t, "asset")
				f.Observations[0].PURL = rapid.SampledFrom([]string{libssl, "", "pkg:npm/a@1"}).Draw(t, "purl")
			}))
		}
		apply := func() []string {
			r, err := vex.Apply(in, docs, policy, today())
			if err != nil {
				t.Fatal(err)
			}
			checkResult(t, r)
			return told(r)
		}
		want := apply()
		docs, in.Findings = rapid.Permutation(docs).Draw(t, "order"), rapid.Permutation(in.Findings).Draw(t, "findings")
		for _, d := range docs {
			slices.Reverse(d.Report.Items)
		}
		slices.Reverse(in.Products["shop"])
		if diff := gocmp.Diff(want, apply()); diff != "" {
			t.Fatalf("in another order (-want +got)\n%s", diff)
		}
	})
}

// checkResult checks what holds for every result.
func checkResult(t *rapid.T, r vex.Result) {
	t.Helper()
	for _, v := range r.Verdicts {
		if (v.Outcome == vex.Applied) != (v.Why == "") || (v.Outcome == vex.NoMatch) != (len(v.Findings) == 0) {
			t.Fatalf("%v: %s, %q with %d findings", v.Statement, v.Outcome, v.Why, len(v.Findings))
		}
		if v.Outcome == vex.Applied && (v.Author == "Eve" || v.Status == scan.StatusNotAffected && v.Justification == "") {
			t.Fatalf("%v of %s is applied", v.Statement, v.Author)
		}
	}
	if !slices.IsSortedFunc(r.Proposals, func(a, b vex.Proposal) int { return cmp.Compare(a.Finding, b.Finding) }) {
		t.Fatalf("proposals out of order")
	}
	for i, p := range r.Proposals {
		v := r.Verdicts[p.Verdict]
		if v.Outcome != vex.Applied || !slices.Contains(v.Findings, p.Finding) || i > 0 && r.Proposals[i-1].Finding == p.Finding {
			t.Fatalf("proposal %d of %v, %s", i, v.Statement, v.Outcome)
		}
	}
}

func many(n int) []vuln.Finding {
	all := make([]vuln.Finding, n)
	for i := range all {
		all[i] = finding(func(f *vuln.Finding) { f.Location = strconv.Itoa(i) })
	}
	return all
}

func TestTooManyMatches(t *testing.T) {
	items := make([]scan.Item, 1<<11)
	for i := range items {
		items[i] = item(func(it *scan.Item) { it.Entry = i })
	}
	docs, findings := []vex.Document{document("A", items...)}, many(1<<11+1)
	if _, err := vex.Apply(inputs(findings...), docs, trusted("A"), today()); err == nil || !strings.Contains(err.Error(), strconv.Itoa(vex.MaxMatches)) {
		t.Errorf("%d x %d: %v, want an error with the limit", len(items), len(findings), err)
	}
}

// One entry may have thousands of ids and of products: that is not their product.
func TestHostileEntry(t *testing.T) {
	aliases := make([]string, scan.MaxIDs)
	for i := range aliases {
		aliases[i] = "GHSA-" + strconv.Itoa(i)
	}
	items := make([]scan.Item, 1<<15)
	for i := range items {
		items[i] = item(func(it *scan.Item) { it.Aliases, it.PURL = aliases, "pkg:npm/a@"+strconv.Itoa(i) })
	}
	f := finding(func(f *vuln.Finding) { f.Observations[0].PURL = "pkg:npm/a@7" })
	r := apply(t, inputs(f), trusted("A"), document("A", items...))
	for i, v := range r.Verdicts {
		if got, want := v.Outcome == vex.Applied, i == 7; got != want {
			t.Fatalf("statement %d: %s, want applied %t", i, v.Outcome, want)
		}
		if &v.IDs[0] != &r.Verdicts[0].IDs[0] {
			t.Fatalf("statement %d has %d ids of its own, want those of its entry", i, len(v.IDs))
		}
	}
}

func TestNotUTF8(t *testing.T) {
	bad := item(func(i *scan.Item) {
		i.PURL, i.Product, i.Statement, i.Aliases = "", "\xff", "\xff", []string{"\xff", ""}
		i.Package = "\xff"
	})
	for _, v := range apply(t, inputs(finding()), trusted("A"), document("A", bad)).Verdicts {
		for _, s := range append([]string{v.Product, v.Component, v.Details}, v.IDs...) {
			if strings.Contains(s, "\xff") || s == "" {
				t.Errorf("%q in %v", s, v.Statement)
			}
		}
	}
}

func BenchmarkApply(b *testing.B) {
	findings := make([]vuln.Finding, 100_000)
	for i := range findings {
		findings[i] = finding(func(f *vuln.Finding) {
			f.Vulnerability, f.Location = "CVE-2026-"+strconv.Itoa(i%1000), strconv.Itoa(i)
			f.Observations[0].PURL = "pkg:deb/debian/p" + strconv.Itoa(i%100) + "@1?arch=amd64"
		})
	}
	items := make([]scan.Item, 10_000)
	for i := range items {
		items[i] = item(func(it *scan.Item) {
			it.Entry, it.ID, it.CVEs = i, "CVE-2026-"+strconv.Itoa(i%1000), nil
			it.PURL, it.Stated = "pkg:deb/debian/p"+strconv.Itoa(i%100)+"@1", day(1+i%10).Time().Add(time.Duration(i))
		})
	}
	docs, in := []vex.Document{document("A", items...)}, inputs(findings...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vex.Apply(in, docs, trusted("A"), today()); err != nil {
			b.Fatal(err)
		}
	}
}
