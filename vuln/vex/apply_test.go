package vex_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
)

func day(n int) isms.Date { return isms.Day(2026, time.March, n) }

// today is the day that statements are applied on.
func today() isms.Date { return day(20) }

const (
	libssl = "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64"
	shop   = "pkg:oci/shop@2.4"
)

// finding is CVE-2026-1 in libssl on the asset shop, after the changes.
func finding(change ...func(*vuln.Finding)) vuln.Finding {
	f := vuln.Finding{
		Asset: "shop", Vulnerability: "CVE-2026-1", Location: "type=deb;package=debian/libssl3", FirstKnown: day(1),
		Observations: []vuln.Observation{{Source: "trivy", PURL: libssl}},
	}
	for _, c := range change {
		c(&f)
	}
	f.ID = vuln.ID(f.Asset, f.Vulnerability, f.Location)
	return f
}

// item is a justified statement that libssl is not affected, after the changes.
func item(change ...func(*scan.Item)) scan.Item {
	i := scan.Item{
		Entry: 1, ID: "CVE-2026-1", CVEs: []string{"CVE-2026-1"}, PURL: libssl, Status: scan.StatusNotAffected,
		Justification: string(vuln.CodeNotPresent), Stated: day(2).Time(),
	}
	for _, c := range change {
		c(&i)
	}
	return i
}

func document(author string, items ...scan.Item) vex.Document {
	return vex.Document{Report: &scan.Report{Format: scan.FormatOpenVEX, Items: items}, Author: author}
}

// trusted is a policy of authors, the most trusted first.
func trusted(names ...string) vex.Policy {
	var p vex.Policy
	for _, name := range names {
		p.Authors = append(p.Authors, vex.Author{Name: name})
	}
	return p
}

func inputs(findings ...vuln.Finding) vex.Inputs {
	return vex.Inputs{Findings: findings, Products: map[isms.Ref[isms.Asset]][]string{"shop": {shop, "Acme Shop 2"}}}
}

func apply(tb testing.TB, in vex.Inputs, policy vex.Policy, docs ...vex.Document) vex.Result {
	tb.Helper()
	r, err := vex.Apply(in, docs, policy, today())
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// outcomes are the verdicts as "outcome code".
func outcomes(r vex.Result) []string {
	var all []string
	for _, v := range r.Verdicts {
		all = append(all, strings.TrimSpace(string(v.Outcome)+" "+string(v.Why)))
	}
	return all
}

// Each case is one statement against one finding.
func TestFit(t *testing.T) {
	type edit = func(*vuln.Finding, *scan.Item, *vex.Document)
	const applied, elsewhere = "applied", "no-match vex/other-place"
	for _, c := range []struct {
		rule string
		edit edit
		want string
	}{
		{"the component that was found", func(*vuln.Finding, *scan.Item, *vex.Document) {}, applied},
		// Dependency-Track #3221, #2977, #2538, #1692, #3554: applied by the CVE id, or to nothing.
		{"never by the CVE id alone", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = "pkg:npm/other@1" }, elsewhere},
		{"another version", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = "pkg:deb/debian/libssl3@3.0.12-1" }, elsewhere},
		{"another architecture", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) {
			i.PURL = "pkg:deb/debian/libssl3@3.0.11-1?arch=i386"
		}, elsewhere},
		{"any version of it", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = "pkg:deb/debian/libssl3" }, applied},
		{"the product that the asset is", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = shop }, applied},
		{"any version of the product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = "pkg:oci/shop" }, applied},
		{"another product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = "pkg:oci/shop@2.5" }, elsewhere},
		{"a product known by its name", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL, i.Package = "", "Acme Shop 2" }, applied},
		{"a name that nobody knows", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL, i.Package = "", "libssl3" }, "no-match vex/no-purl"},
		{"the component in the product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Product = shop }, applied},
		{"the component in a named product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Product = "Acme Shop 2" }, applied},
		{"the component in a product of another name", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Product = "Acme Shop 3" }, elsewhere},
		{"the component in another product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Product = "pkg:oci/mail" }, elsewhere},
		{"another component in the product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Product, i.PURL = shop, "pkg:npm/a" }, elsewhere},
		{"a named component in the product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) {
			i.Product, i.PURL, i.Package = shop, "", "libssl3"
		}, "no-match vex/no-purl"},
		{"nothing named", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.PURL = "" }, "no-match vex/no-purl"},
		{"another vulnerability", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.ID, i.CVEs = "CVE-2026-2", nil }, "no-match vex/no-finding"},
		{"an alias of the statement", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.ID = "GHSA-a" }, applied},
		{"an alias of the finding", func(f *vuln.Finding, i *scan.Item, _ *vex.Document) {
			f.Aliases, i.ID, i.CVEs = []string{"ghsa-A"}, "GHSA-a", nil
		}, applied},
		{"an advisory for two CVE ids, asked of one", func(f *vuln.Finding, i *scan.Item, _ *vex.Document) {
			f.Aliases, i.ID, i.CVEs = []string{"GHSA-a"}, "GHSA-a", []string{"CVE-2026-1", "CVE-2026-2"}
		}, applied},
		{"a second CVE id is not its own", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) {
			i.ID, i.CVEs = "CVE-2026-2", []string{"CVE-2026-2", "CVE-2026-1"}
		}, "no-match vex/no-finding"},
		{"a finding of several CVE ids", func(f *vuln.Finding, _ *scan.Item, _ *vex.Document) {
			f.Vulnerability, f.Aliases = "nessus:1", []string{"CVE-2026-1", "CVE-2026-2"}
		}, "no-match vex/part"},
		{"a plugin of several CVE ids, by its own id", func(f *vuln.Finding, i *scan.Item, _ *vex.Document) {
			f.Vulnerability, f.Aliases = "nessus:1", []string{"CVE-2026-1", "CVE-2026-2"}
			i.ID, i.CVEs = "nessus:1", nil
		}, "no-match vex/part"},
		{"a finding without a package URL", func(f *vuln.Finding, _ *scan.Item, _ *vex.Document) { f.Observations[0].PURL = "" }, elsewhere},
		{"a finding without a tool, in the product", func(f *vuln.Finding, i *scan.Item, _ *vex.Document) { f.Observations, i.PURL = nil, shop }, applied},
		{"a finding in two versions", func(f *vuln.Finding, _ *scan.Item, _ *vex.Document) {
			f.Observations[0].Installed = "3.0.10-1, 3.0.11-1"
		}, elsewhere},
		{"tools that see two versions", func(f *vuln.Finding, _ *scan.Item, _ *vex.Document) {
			f.Observations = append(f.Observations, vuln.Observation{Source: "grype", PURL: "pkg:deb/debian/libssl3@3.0.10-1?arch=amd64"})
		}, elsewhere},
		{"a version that is gone", func(f *vuln.Finding, _ *scan.Item, _ *vex.Document) {
			f.Observations = append(f.Observations, vuln.Observation{Source: "grype", PURL: "pkg:deb/debian/libssl3@3.0.10-1?arch=amd64", Absent: "s-1"})
		}, applied},
		{"seen by no tool any more", func(f *vuln.Finding, _ *scan.Item, _ *vex.Document) { f.Observations[0].Absent = "s-1" }, applied},
		// What is refused.
		{"an author that nobody trusts", func(_ *vuln.Finding, _ *scan.Item, d *vex.Document) { d.Author = "Eve" }, "refused vex/untrusted"},
		{"no justification", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Justification, i.Statement = "", "trust us" }, "refused vex/unjustified"},
		{"a justification of its own", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Justification = "trust_us" }, "refused vex/unjustified"},
		{"a justification of CycloneDX", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Justification = "code_not_reachable" }, applied},
		{"no status", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Status = scan.StatusUnset }, "refused vex/no-status"},
		{"an unknown status", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Status = scan.StatusUnknown }, "refused vex/no-status"},
		{"of tomorrow", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Stated = day(21).Time() }, "refused vex/future"},
		{"of today", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Stated = day(20).Time() }, applied},
		{"of no day", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Stated = time.Time{} }, applied},
		{"fixed in any version", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) {
			i.Status, i.PURL = scan.StatusFixed, "pkg:deb/debian/libssl3"
		}, "refused vex/no-version"},
		{"fixed in this version", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) { i.Status, i.Justification = scan.StatusFixed, "" }, applied},
		{"fixed in this version of the product", func(_ *vuln.Finding, i *scan.Item, _ *vex.Document) {
			i.Status, i.Product, i.PURL = scan.StatusFixed, shop, "pkg:deb/debian/libssl3"
		}, applied},
		{"CSAF without a version may have a range elsewhere", func(_ *vuln.Finding, i *scan.Item, d *vex.Document) {
			d.Report.Format, i.PURL = scan.FormatCSAF, "pkg:deb/debian/libssl3"
		}, "refused vex/no-version"},
		{"affected needs no version", func(_ *vuln.Finding, i *scan.Item, d *vex.Document) {
			d.Report.Format, i.PURL, i.Status = scan.FormatCSAF, "pkg:deb/debian/libssl3", scan.StatusAffected
		}, applied},
		{"CycloneDX about no product", func(_ *vuln.Finding, _ *scan.Item, d *vex.Document) { d.Report.Format = scan.FormatCycloneDX }, "refused vex/no-product"},
		{"CycloneDX about the product", func(_ *vuln.Finding, _ *scan.Item, d *vex.Document) {
			d.Report.Format, d.Product = scan.FormatCycloneDX, shop
		}, applied},
		{"CycloneDX about another product", func(_ *vuln.Finding, _ *scan.Item, d *vex.Document) {
			d.Report.Format, d.Product = scan.FormatCycloneDX, "pkg:oci/mail@1"
		}, elsewhere},
		{"CycloneDX about the product as a whole", func(_ *vuln.Finding, i *scan.Item, d *vex.Document) {
			d.Report.Format, d.Product, i.PURL = scan.FormatCycloneDX, shop, shop
		}, applied},
		{"CycloneDX about an older version of the product within it", func(f *vuln.Finding, i *scan.Item, d *vex.Document) {
			d.Report.Format, d.Product, i.PURL = scan.FormatCycloneDX, "pkg:npm/shop@2", "pkg:npm/shop@1"
			f.Observations[0].PURL = i.PURL
		}, elsewhere},
		{"CycloneDX about a named product as a whole", func(_ *vuln.Finding, i *scan.Item, d *vex.Document) {
			d.Report.Format, d.Product, i.PURL, i.Package = scan.FormatCycloneDX, "Acme Shop 2", "", "Acme Shop 2"
		}, applied},
	} {
		f, i, d := finding(), item(), document("Debian")
		c.edit(&f, &i, &d)
		f.ID = vuln.ID(f.Asset, f.Vulnerability, f.Location)
		d.Report.Items = []scan.Item{i}
		r := apply(t, inputs(f), trusted("Debian"), d)
		if len(r.Verdicts) != 1 && i.Status != scan.StatusUnset {
			t.Errorf("%s: %d verdicts, want 1", c.rule, len(r.Verdicts))
			continue
		}
		if got := outcomes(r)[0]; got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
		if got, want := len(r.Proposals) == 1, c.want == applied; got != want {
			t.Errorf("%s: a proposal %t, want %t", c.rule, got, want)
		}
		if got, want := len(r.Verdicts[0].Findings) == 1, !strings.HasPrefix(c.want, "no-match"); got != want {
			t.Errorf("%s: fits %v, want %t", c.rule, r.Verdicts[0].Findings, want)
		}
		v := r.Verdicts[0]
		en, nl := v.Text(lang.EN), v.Text(lang.NL)
		if en == nl || strings.ContainsAny(en+nl, "{}") || v.Outcome.Label(lang.EN) == v.Outcome.Label(lang.NL) {
			t.Errorf("%s reads %q and %q", c.rule, en, nl)
		}
	}
}

// Each case is two or more statements on one finding, of authors of decreasing
// trust.
func TestPrecedence(t *testing.T) {
	affected := func(i *scan.Item) { i.Status, i.Justification = scan.StatusAffected, "" }
	at := func(n int) func(*scan.Item) { return func(i *scan.Item) { i.Stated = day(n).Time() } }
	about := func(product, component string) func(*scan.Item) {
		return func(i *scan.Item) { i.Product, i.PURL = product, component }
	}
	unjustified := func(i *scan.Item) { i.Justification = "" }
	status := func(s scan.Status) func(*scan.Item) {
		return func(i *scan.Item) { i.Status, i.Justification = s, "" }
	}
	text := func(s string) func(*scan.Item) { return func(i *scan.Item) { i.Statement = s } }
	const anyVersion = "pkg:deb/debian/libssl3"
	for _, c := range []struct {
		rule string
		a, b vex.Document // a wins
		want string       // of b
	}{
		{"trust before age", document("A", item(affected, at(1))), document("B", item(at(9))), "vex/less-trusted"},
		{"trust before detail", document("A", item(affected, about("", anyVersion))), document("B", item()), "vex/less-trusted"},
		{"trust before caution", document("A", item()), document("B", item(affected)), "vex/less-trusted"},
		{"the newest of one author", document("A", item(affected, at(9))), document("A", item(at(8))), "vex/older"},
		{"the newest, reassuring", document("A", item(at(9))), document("A", item(affected, at(8))), "vex/older"},
		{"the newest before the most specific", document("A", item(at(9), about("", anyVersion))), document("A", item(affected, at(8))), "vex/older"},
		{"undated is the oldest", document("A", item(affected, at(1))), document("A", item(func(i *scan.Item) { i.Stated = time.Time{} })), "vex/older"},
		{"component in product", document("A", item(about(shop, anyVersion))), document("A", item(affected)), "vex/less-specific"},
		{"a version", document("A", item()), document("A", item(affected, about("", anyVersion))), "vex/less-specific"},
		{"a version of the product", document("A", item(about(shop, libssl))), document("A", item(affected, about("pkg:oci/shop", libssl))), "vex/less-specific"},
		{"qualifiers", document("A", item()), document("A", item(affected, about("", "pkg:deb/debian/libssl3@3.0.11-1"))), "vex/less-specific"},
		{"the more cautious", document("A", item(affected)), document("A", item()), "vex/less-cautious"},
		{"under investigation", document("A", item(status(scan.StatusUnderInvestigation))), document("A", item()), "vex/less-cautious"},
		{"affected before under investigation", document("A", item(affected)), document("A", item(status(scan.StatusUnderInvestigation))), "vex/less-cautious"},
		{"fixed before not affected", document("A", item(status(scan.StatusFixed))), document("A", item()), "vex/less-cautious"},
		{"said twice", document("A", item(text("a"))), document("A", item(text("b"))), "vex/repeated"},
		{"refused ones do not compete", document("B", item(affected)), document("A", item(unjustified)), "refused vex/unjustified"},
		{"untrusted ones do not compete", document("B", item(affected)), document("Eve", item()), "refused vex/untrusted"},
		{"of another product do not compete", document("B", item(affected)), document("A", item(about("pkg:oci/mail", libssl))), "no-match vex/other-place"},
	} {
		for i, docs := range [][]vex.Document{{c.a, c.b}, {c.b, c.a}} {
			r := apply(t, inputs(finding()), trusted("A", "B"), docs...)
			if got := outcomes(r)[i]; got != "applied" {
				t.Errorf("%s: the first is %s, want applied", c.rule, got)
			}
			if got := strings.TrimPrefix(outcomes(r)[1-i], "outranked "); got != c.want {
				t.Errorf("%s: the second is %s, want %s", c.rule, got, c.want)
			}
			for _, p := range r.Proposals {
				if p.Verdict != i {
					t.Errorf("%s: the proposal is of statement %d, want %d", c.rule, p.Verdict, i)
				}
			}
		}
	}
}

// Statements that say the same in other words, or of other documents, leave one
// result in whatever order.
func TestSameSaidTwice(t *testing.T) {
	for rule, change := range map[string]func(*vex.Document){
		"evidence":  func(d *vex.Document) { d.Evidence = "e-2" },
		"spelling":  func(d *vex.Document) { d.Report.Items[0].PURL = "pkg:deb/Debian/libssl3@3.0.11-1?arch=amd64" },
		"other ids": func(d *vex.Document) { d.Report.Items[0].ID = "GHSA-a" },
		"names of the product": func(d *vex.Document) {
			d.Report.Items[0].Product = "Acme Shop 2"
		},
	} {
		a, b := document("A", item()), document("A", item())
		a.Evidence = "e-1"
		if b.Evidence = "e-1"; rule == "names of the product" {
			a.Report.Items[0].Product = "Acme Shop"
		}
		change(&b)
		in := inputs(finding())
		in.Products["shop"] = append(in.Products["shop"], "Acme Shop")
		first, second := apply(t, in, trusted("A"), a, b), apply(t, in, trusted("A"), b, a)
		if diff := cmp.Diff(first.Proposals[0].Decision, second.Proposals[0].Decision); diff != "" {
			t.Errorf("%s: in another order (-want +got)\n%s", rule, diff)
		}
	}
}

// A statement that loses one finding and wins another is applied.
func TestAppliedSomewhere(t *testing.T) {
	mail := finding(func(f *vuln.Finding) { f.Asset = "mail" })
	r := apply(t, inputs(finding(), mail), trusted("A"), document("A", item(), item(func(i *scan.Item) {
		i.Product, i.Status, i.Statement = shop, scan.StatusAffected, "update"
	})))
	if diff := cmp.Diff([]string{"applied", "applied"}, outcomes(r)); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
	states := map[string]vuln.State{}
	for _, p := range r.Proposals {
		states[p.Finding] = p.Decision.State
	}
	if want := map[string]vuln.State{finding().ID: vuln.Triaged, mail.ID: vuln.NotAffected}; !cmp.Equal(want, states) {
		t.Errorf("proposals = %v, want %v", states, want)
	}
	if got := r.Verdicts[0].Findings; len(got) != 2 || !slices.IsSorted(got) {
		t.Errorf("Findings = %v, want both, sorted", got)
	}
}

func TestExpiry(t *testing.T) {
	policy := vex.Policy{Authors: []vex.Author{{Name: "A", Days: 10}}}
	at := func(d isms.Date) scan.Item {
		return item(func(i *scan.Item) {
			if i.Stated = (time.Time{}); !d.IsZero() {
				i.Stated = d.Time().Add(23 * time.Hour)
			}
		})
	}
	for d, want := range map[isms.Date]string{day(10): "applied", day(9): "expired vex/expired", {}: "expired vex/undated"} {
		r := apply(t, inputs(finding()), policy, document("A", at(d)))
		if got := outcomes(r)[0]; got != want {
			t.Errorf("stated %s: %s, want %s", d, got, want)
		}
		if v := r.Verdicts[0]; v.Text(lang.EN) == v.Text(lang.NL) {
			t.Errorf("stated %s reads %q in both languages", d, v.Text(lang.EN))
		}
	}
	older := document("A", at(day(9)))
	if got := outcomes(apply(t, inputs(finding()), policy, older, document("A", at(day(12)))))[0]; got != "expired vex/expired" {
		t.Errorf("an expired one beside a newer one: %s, want expired", got)
	}
	undated := document("A", at(isms.Date{}))
	undated.Report.Created = day(12).Time()
	if got := outcomes(apply(t, inputs(finding()), policy, undated))[0]; got != "applied" {
		t.Errorf("undated, of a document of day 12: %s, want applied", got)
	}
}

func TestProposals(t *testing.T) {
	decided := func(s vuln.State) func(*vuln.Finding) {
		return func(f *vuln.Finding) {
			if f.Decision.State = s; s != "" {
				f.Decision.On = day(2)
			}
			if s == vuln.Fixed {
				f.Observations[0].Absent = "s-1"
			}
		}
	}
	reopened := func(f *vuln.Finding) { f.Decision.State, f.Decision.On, f.Reopened = vuln.Fixed, day(2), day(3) }
	for _, c := range []struct {
		status      scan.Status
		have        func(*vuln.Finding)
		want        vuln.State
		contradicts bool
	}{
		{scan.StatusNotAffected, decided(""), vuln.NotAffected, false},
		{scan.StatusNotAffected, decided(vuln.Triaged), vuln.NotAffected, true},
		{scan.StatusNotAffected, decided(vuln.InRemediation), vuln.NotAffected, true},
		{scan.StatusNotAffected, decided(vuln.NotAffected), "", false},
		{scan.StatusNotAffected, decided(vuln.FalsePositive), "", false},
		{scan.StatusNotAffected, decided(vuln.Mitigated), "", false},
		{scan.StatusNotAffected, decided(vuln.Fixed), "", false},
		{scan.StatusNotAffected, reopened, vuln.NotAffected, false},
		{scan.StatusFixed, decided(""), vuln.FalsePositive, false},
		{scan.StatusAffected, reopened, vuln.Triaged, false},
		{scan.StatusAffected, decided(""), vuln.Triaged, false},
		{scan.StatusAffected, decided(vuln.InRemediation), "", false},
		{scan.StatusAffected, decided(vuln.NotAffected), vuln.Triaged, true},
		{scan.StatusAffected, decided(vuln.FalsePositive), vuln.Triaged, true},
		{scan.StatusUnderInvestigation, decided(""), "", false},
		{scan.StatusUnderInvestigation, decided(vuln.Triaged), "", false},
		{scan.StatusUnderInvestigation, decided(vuln.NotAffected), vuln.Triaged, true},
	} {
		f := finding(c.have)
		doc := document("A", item(func(i *scan.Item) { i.Status, i.Statement = c.status, "because" }))
		doc.Evidence = "vendor-vex"
		r := apply(t, inputs(f), trusted("A"), doc)
		var got vex.Proposal
		if len(r.Proposals) == 1 {
			got = r.Proposals[0]
		}
		if got.Decision.State != c.want || got.Contradicts != c.contradicts {
			t.Errorf("%s with %q = %q, %t, want %q, %t", c.status, f.Decision.State, got.Decision.State, got.Contradicts, c.want, c.contradicts)
		}
		if c.want == "" {
			continue
		}
		checkProposal(t, f, got.Decision)
	}
}

// TestProposedJustification: what is proposed can be published in its turn; a word
// that means nothing of the kind is only told.
func TestProposedJustification(t *testing.T) {
	for word, want := range map[string]vuln.Justification{
		"vulnerable_code_not_present": vuln.CodeNotPresent, "component_not_present": vuln.ComponentNotPresent,
		"code_not_present": vuln.CodeNotPresent, "code_not_reachable": vuln.CodeNotExecuted,
		"protected_by_mitigating_control": vuln.AlreadyMitigated, "requires_configuration": "", "protected_at_perimeter": "",
	} {
		r := apply(t, inputs(finding()), trusted("A"), document("A", item(func(i *scan.Item) { i.Justification = word })))
		if got := r.Proposals[0].Decision; got.State != vuln.NotAffected || got.Justification != want {
			t.Errorf("%s = %s, %q, want %q", word, got.State, got.Justification, want)
		}
	}
	r := apply(t, inputs(finding()), trusted("A"), document("A", item(func(i *scan.Item) { i.Status = scan.StatusFixed })))
	if got := r.Proposals[0].Decision; got.Justification != "" {
		t.Errorf("fixed in this version = %q, want no justification", got.Justification)
	}
}

// checkProposal checks that a proposal tells its reason and its evidence, and as
// it is changes nothing.
func checkProposal(t *testing.T, f vuln.Finding, d vuln.Decision) {
	t.Helper()
	if !d.By.IsZero() || !d.On.IsZero() || !slices.Equal(d.Evidence, []isms.Ref[isms.Evidence]{"vendor-vex"}) {
		t.Errorf("%s: %+v, want it unsigned, with the evidence", d.State, d)
	}
	en, nl := d.Rationale["en"], d.Rationale["nl"]
	for _, text := range []string{en, nl} {
		if !strings.Contains(text, "CVE-2026-1") || !strings.Contains(text, libssl) || !strings.HasSuffix(text, "\nbecause") || strings.Contains(text, "{") {
			t.Errorf("%s reads %q", d.State, text)
		}
	}
	if en == nl {
		t.Errorf("%s reads %q in both languages", d.State, en)
	}
	if problems := isms.Validate(f.Decide(d)); len(problems) == 0 {
		t.Errorf("%s can be stored without a signature", d.State)
	}
	d.By, d.On = isms.Link{Kind: "person", ID: "jan"}, today()
	if problems := isms.Validate(f.Decide(d)); len(problems) != 0 {
		t.Errorf("%s when it is signed: %v", d.State, problems)
	}
}

func TestApplyRefuses(t *testing.T) {
	fine := document("A", item())
	other := document("A", item())
	other.Report.Format = scan.FormatTrivy
	for _, c := range []struct {
		rule   string
		docs   []vex.Document
		policy vex.Policy
		want   string
	}{
		{"a report of a scanner", []vex.Document{fine, other}, trusted("A"), "document 1: want a report of OpenVEX"},
		{"no report", []vex.Document{{}}, trusted("A"), "document 0: want a report of OpenVEX"},
		{"an author twice", nil, trusted("A", "A"), `author "A" stands there twice`},
		{"an author without a name", nil, trusted("A", ""), "author 1 has no name"},
		{"days below 0", nil, vex.Policy{Authors: []vex.Author{{Name: "A", Days: -1}}}, "-1 days"},
	} {
		r, err := vex.Apply(inputs(finding()), c.docs, c.policy, today())
		if err == nil || !strings.Contains(err.Error(), c.want) || r.Verdicts != nil {
			t.Errorf("%s: Apply = %v, %v, want an error with %q", c.rule, r, err, c.want)
		}
		if wrong := strings.HasPrefix(c.want, "document"); wrong != errors.Is(err, vex.ErrFormat) {
			t.Errorf("%s: %v is ErrFormat: %t, want %t", c.rule, err, !wrong, wrong)
		}
	}
}

// Components of a BOM that carry no analysis are findings, not statements.
func TestCycloneDXWithoutAnalysis(t *testing.T) {
	doc := document("A", item(func(i *scan.Item) { i.Status = scan.StatusUnset }), item())
	doc.Report.Format, doc.Product = scan.FormatCycloneDX, shop
	if got := outcomes(apply(t, inputs(finding()), trusted("A"), doc)); !slices.Equal(got, []string{"applied"}) {
		t.Errorf("outcomes = %v, want one, applied", got)
	}
}
