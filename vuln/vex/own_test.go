package vex_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
	"pgregory.net/rapid"
)

func decided(s vuln.State, why string) func(*vuln.Finding) {
	return func(f *vuln.Finding) {
		f.Decision = vuln.Decision{State: s, On: day(3), Rationale: isms.Plain(why)}
		if s == vuln.Fixed {
			f.Observations[0].Absent = "s-1"
		}
	}
}

func TestOwn(t *testing.T) {
	treated := func(f *vuln.Finding) { f.Treatment.Note = isms.Text{"en": "update", "nl": "bijwerken"} }
	accepted := func(f *vuln.Finding) {
		f.Acceptance = vuln.Acceptance{By: isms.Link{Kind: "role", ID: "cio"}, On: day(1), Until: day(30), Justification: isms.Plain("secret")}
	}
	noPURL := func(f *vuln.Finding) { f.Observations = nil }
	unversioned := inputs()
	unversioned.Products = map[isms.Ref[isms.Asset]][]string{"shop": {"pkg:oci/shop"}}
	one := inputs()
	one.Products = map[isms.Ref[isms.Asset]][]string{"shop": {shop}}
	const none = "No measure is available yet."
	for _, c := range []struct {
		rule     string
		in       vex.Inputs
		findings []vuln.Finding
		want     []string
	}{
		{"nobody decided", one, []vuln.Finding{finding()}, []string{"CVE-2026-1: " + libssl + " in " + shop + ": under_investigation, 2026-03-01: "}},
		{"not affected", one, []vuln.Finding{finding(decided(vuln.NotAffected, "no"))}, []string{"CVE-2026-1: " + libssl + " in " + shop + ": not_affected, 2026-03-03: no"}},
		{"a false positive", one, []vuln.Finding{finding(decided(vuln.FalsePositive, "no"))}, []string{"CVE-2026-1: " + libssl + " in " + shop + ": not_affected, 2026-03-03: no"}},
		{"triaged", one, []vuln.Finding{finding(decided(vuln.Triaged, "internal"), treated)}, []string{"CVE-2026-1: " + libssl + " in " + shop + ": affected, 2026-03-03: update"}},
		{"mitigated is affected", one, []vuln.Finding{finding(decided(vuln.Mitigated, "internal"))}, []string{"CVE-2026-1: " + libssl + " in " + shop + ": affected, 2026-03-03: " + none}},
		{"accepted is affected, and private", one, []vuln.Finding{finding(accepted)}, []string{"CVE-2026-1: " + libssl + " in " + shop + ": affected, 2026-03-01: " + none}},
		{"fixed, in the product", one, []vuln.Finding{finding(decided(vuln.Fixed, ""))}, []string{"CVE-2026-1: pkg:deb/debian/libssl3?arch=amd64 in " + shop + ": fixed, 2026-03-03: "}},
		{"fixed in any version is not said", unversioned, []vuln.Finding{finding(decided(vuln.Fixed, ""))}, nil},
		{"not affected in any version", unversioned, []vuln.Finding{finding(decided(vuln.NotAffected, "no"))}, []string{"CVE-2026-1: " + libssl + " in pkg:oci/shop: not_affected, 2026-03-03: no"}},
		{"of no product", one, []vuln.Finding{finding(func(f *vuln.Finding) { f.Asset = "laptop" })}, nil},
		{"without a package", one, []vuln.Finding{finding(noPURL)}, []string{"CVE-2026-1: " + shop + ": under_investigation, 2026-03-01: "}},
		{"the whole is no better than a part", one, []vuln.Finding{finding(noPURL, decided(vuln.NotAffected, "no")), finding(treated)}, []string{
			"CVE-2026-1: " + libssl + " in " + shop + ": under_investigation, 2026-03-01: ",
		}},
		{"the whole beside better parts", one, []vuln.Finding{finding(noPURL), finding(decided(vuln.NotAffected, "no"))}, []string{
			"CVE-2026-1: " + shop + ": under_investigation, 2026-03-01: ",
			"CVE-2026-1: " + libssl + " in " + shop + ": not_affected, 2026-03-03: no",
		}},
		{"the most cautious of two", one, []vuln.Finding{finding(decided(vuln.NotAffected, "no")), finding(decided(vuln.Triaged, ""))}, []string{
			"CVE-2026-1: " + libssl + " in " + shop + ": affected, 2026-03-03: " + none,
		}},
		{"a plugin of several CVE ids", one, []vuln.Finding{finding(noPURL, func(f *vuln.Finding) {
			f.Vulnerability, f.Aliases = "nessus:1", []string{"CVE-2026-1", "CVE-2026-2"}
		})}, []string{"CVE-2026-1: " + shop + ": under_investigation, 2026-03-01: ", "CVE-2026-2: " + shop + ": under_investigation, 2026-03-01: "}},
		{"an alias", one, []vuln.Finding{finding(noPURL, func(f *vuln.Finding) {
			f.Vulnerability, f.Aliases = "GHSA-a", []string{"CVE-2026-1"}
		})}, []string{"CVE-2026-1, GHSA-a: " + shop + ": under_investigation, 2026-03-01: "}},
		{"no CVE id", one, []vuln.Finding{finding(noPURL, func(f *vuln.Finding) { f.Vulnerability = "GHSA-a" })}, []string{"GHSA-a: " + shop + ": under_investigation, 2026-03-01: "}},
	} {
		for range 2 {
			c.in.Findings = c.findings
			var got []string
			for _, s := range vex.Own(c.in, today(), lang.EN) {
				got = append(got, s.String()+", "+isms.DateOf(s.Stated).String()+": "+s.Details)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", c.rule, diff)
			}
			slices.Reverse(c.findings)
		}
	}
	for _, state := range []vuln.State{vuln.NotAffected, vuln.FalsePositive, vuln.Triaged} {
		justified := func(f *vuln.Finding) { f.Decision.Justification = vuln.CodeNotControlled }
		one.Findings = []vuln.Finding{finding(decided(state, "no"), justified)}
		want := vuln.CodeNotControlled
		if state == vuln.Triaged {
			want = "" // which cannot be stored
		}
		if got := vex.Own(one, today(), lang.EN)[0].Justification; got != want {
			t.Errorf("%s, justified: %q, want %q", state, got, want)
		}
	}
	one.Findings = []vuln.Finding{finding(decided(vuln.Triaged, ""), treated)}
	if got := vex.Own(one, today(), lang.NL)[0].Details; got != "bijwerken" {
		t.Errorf("in Dutch: %q, want bijwerken", got)
	}
}

func TestReadInputs(t *testing.T) {
	store := isms.Open(memstore.New(), nil)
	defer store.Close()
	space := store.Space("acme").As(isms.Person("jan"))
	f := finding()
	var got vex.Inputs
	err := space.Update(t.Context(), "test", func(tx *isms.Tx) (err error) {
		asset := isms.Asset{Common: isms.Common{ID: "shop", External: []isms.ExternalID{
			{System: vex.ProductSystem, ID: shop}, {System: "cmdb", ID: "42"},
		}}, Title: isms.Plain("Shop"), Type: isms.AssetSoftware}
		if err := isms.Assets(tx).Put(&asset); err != nil {
			return err
		}
		if err := vuln.Findings(tx).Put(&f); err != nil {
			return err
		}
		got, err = vex.ReadInputs(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[isms.Ref[isms.Asset]][]string{"shop": {shop}}
	if diff := cmp.Diff(want, got.Products); diff != "" || len(got.Findings) != 1 || got.Findings[0].ID != f.ID {
		t.Errorf("ReadInputs: %d findings, products (-want +got)\n%s", len(got.Findings), diff)
	}
}

// writer is a format to write, with the extension of its golden file.
type writer struct {
	ext   string
	write func(io.Writer, vex.Publication, []vex.Statement) error
}

func writers() []writer {
	return []writer{{"openvex", vex.WriteOpenVEX}, {"cyclonedx", vex.WriteCycloneDX}, {"csaf", vex.WriteCSAF}}
}

func publication() vex.Publication {
	return vex.Publication{
		ID: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", Author: "Acme", Namespace: "https://acme.example", Title: "Acme Shop", Lang: lang.EN,
		Releases: []time.Time{time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 5, 9, 0, 0, 5, time.FixedZone("", 3600))},
	}
}

func statements() []vex.Statement {
	at := day(3).Time()
	return []vex.Statement{
		{IDs: []string{"CVE-2026-1000"}, Product: shop, Component: libssl, Status: scan.StatusNotAffected, Justification: vuln.CodeNotExecuted, Details: "never <called>", Stated: at},
		{IDs: []string{"CVE-2026-1000", "GHSA-aaaa"}, Product: shop, Component: "pkg:npm/%40vue/core@3", Status: scan.StatusAffected, Details: "update to 3.1", Stated: at},
		{IDs: []string{"CVE-2026-1001"}, Component: shop, Status: scan.StatusFixed, Stated: at},
		{IDs: []string{"CVE-2026-1002"}, Component: shop, Status: scan.StatusUnderInvestigation, Stated: at},
		{IDs: []string{"CVE-2026-1003"}, Product: shop, Component: libssl, Status: scan.StatusNotAffected, Justification: vuln.CodeNotPresent, Details: "built without", Stated: at},
		{IDs: []string{"GHSA-bbbb"}, Product: shop, Component: "in-house parser", Status: scan.StatusNotAffected, Justification: vuln.AlreadyMitigated, Details: "bounds are checked", Stated: at},
	}
}

func TestWriteGolden(t *testing.T) {
	for _, w := range writers() {
		var first []byte
		for range 2 {
			var b bytes.Buffer
			all := statements()
			if first != nil {
				slices.Reverse(all)
			}
			if err := w.write(&b, publication(), all); err != nil {
				t.Fatalf("%s: %v", w.ext, err)
			}
			if first == nil {
				first = b.Bytes()
				golden.Check(t, "own."+w.ext+".json", first)
			} else if !bytes.Equal(first, b.Bytes()) {
				t.Errorf("%s: other bytes in another order", w.ext)
			}
		}
	}
}

// read is what package scan makes of a document, as statements.
func read(tb interface {
	Helper()
	Fatal(args ...any)
}, format scan.Format, data []byte, product string,
) []vex.Statement {
	tb.Helper()
	report, err := scan.Read(context.Background(), bytes.NewReader(data), nil)
	if err != nil {
		tb.Fatal(err)
	}
	if report.Format != format || len(report.Skipped) > 0 {
		tb.Fatal(report.Format, report.Skipped)
	}
	r, err := vex.Apply(vex.Inputs{}, []vex.Document{{Report: report, Author: "Acme", Product: product}}, vex.Policy{}, today())
	if err != nil {
		tb.Fatal(err)
	}
	var all []vex.Statement
	for _, v := range r.Verdicts {
		all = append(all, v.Statement)
	}
	return all
}

// drawn are statements about shop and its components, each about something else.
func drawn(t *rapid.T) []vex.Statement {
	name := rapid.SampledFrom([]string{"pkg:npm/a@1", "pkg:deb/debian/b@1:2?arch=amd64", "pkg:golang/x.y/z", "A & B <1>", "plain\nname"})
	var all []vex.Statement
	taken := map[string]bool{}
	for range rapid.IntRange(1, 8).Draw(t, "n") {
		s := vex.Statement{IDs: []string{rapid.SampledFrom([]string{"CVE-2026-1000", "CVE-2026-1001", "GHSA-a", "x y"}).Draw(t, "id")}}
		if s.Product, s.Component = shop, name.Draw(t, "component"); rapid.Bool().Draw(t, "whole") {
			s.Product, s.Component = "", shop
		}
		s.Status = rapid.SampledFrom([]scan.Status{scan.StatusAffected, scan.StatusNotAffected, scan.StatusFixed, scan.StatusUnderInvestigation}).Draw(t, "status")
		if s.Stated = day(5).Time().Add(8 * time.Hour); rapid.Bool().Draw(t, "earlier") {
			s.Stated = day(rapid.IntRange(1, 4).Draw(t, "day")).Time()
		}
		switch s.Status {
		case scan.StatusAffected:
			s.Details = rapid.StringMatching(`[ -~é]{1,20}`).Draw(t, "text")
		case scan.StatusNotAffected:
			s.Details = rapid.StringMatching(`[ -~é]{1,20}`).Draw(t, "text")
			s.Justification = rapid.SampledFrom([]vuln.Justification{vuln.CodeNotPresent, vuln.CodeNotExecuted, vuln.AlreadyMitigated}).Draw(t, "why")
		default:
		}
		if key := s.IDs[0] + "\n" + s.Component; !taken[key] {
			taken[key] = true
			all = append(all, s)
		}
	}
	return all
}

// What is written is read as what was said, as far as the format and its reader
// can tell.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawn(t)
		for _, w := range writers() {
			var b bytes.Buffer
			if err := w.write(&b, publication(), all); err != nil {
				t.Fatal(w.ext, err)
			}
			format, product := scan.FormatOpenVEX, ""
			switch w.ext {
			case "cyclonedx":
				format, product = scan.FormatCycloneDX, shop
			case "csaf":
				format = scan.FormatCSAF
			}
			if diff := cmp.Diff(expected(all, format), bytexact(read(t, format, b.Bytes(), product))); diff != "" {
				t.Fatalf("%s (-want +got)\n%s\n%s", w.ext, diff, b.String())
			}
		}
	})
}

// bytexact sorts statements for comparison.
func bytexact(all []vex.Statement) []vex.Statement {
	slices.SortFunc(all, func(a, b vex.Statement) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// expected is what a format keeps of statements: CycloneDX has other
// justifications, and CSAF has a text and a day of what is not affected, remedies
// of what is, and nothing of the rest.
func expected(all []vex.Statement, format scan.Format) []vex.Statement {
	words := map[vuln.Justification]vuln.Justification{
		vuln.CodeNotPresent: "code_not_present", vuln.CodeNotExecuted: "code_not_reachable", vuln.AlreadyMitigated: "protected_by_mitigating_control",
	}
	all = slices.Clone(all)
	for i := range all {
		s := &all[i]
		switch format {
		case scan.FormatCycloneDX:
			s.Justification = words[s.Justification]
		case scan.FormatCSAF:
			release := publication().Releases[1].UTC().Truncate(time.Second)
			switch s.Status {
			case scan.StatusNotAffected:
				continue
			case scan.StatusAffected:
				s.Remedies = []scan.Remedy{{Kind: "mitigation", Text: s.Details, From: s.Stated}}
			default:
			}
			s.Details, s.Stated = "", release
		default:
		}
	}
	return bytexact(all)
}

// What one organization writes, another one applies, in every format, where it
// has the product, and nowhere else.
func TestWrittenAndApplied(t *testing.T) {
	here := finding(func(f *vuln.Finding) { f.Vulnerability = "CVE-2026-1000" })
	there := finding(func(f *vuln.Finding) { f.Vulnerability, f.Asset = "CVE-2026-1000", "mail" })
	for _, w := range writers() {
		var b bytes.Buffer
		if err := w.write(&b, publication(), statements()); err != nil {
			t.Fatalf("%s: %v", w.ext, err)
		}
		report, err := scan.Read(t.Context(), &b, nil)
		if err != nil {
			t.Fatalf("%s: %v", w.ext, err)
		}
		r := apply(t, inputs(here, there), trusted("Acme"), vex.Document{Report: report, Author: "Acme", Product: shop})
		n := 0
		for _, v := range r.Verdicts {
			if v.Outcome == vex.Applied {
				n++
			}
		}
		if len(r.Verdicts) != len(statements()) || n != 1 || len(r.Proposals) != 1 || r.Proposals[0].Finding != here.ID {
			t.Errorf("%s: %v, proposals %v, want one, for %s", w.ext, outcomes(r), r.Proposals, here.ID)
		}
		if d := r.Proposals[0].Decision; d.State != vuln.NotAffected || !strings.Contains(d.Rationale["nl"], "niet getroffen (kwetsbare code") {
			t.Errorf("%s: %s, %q, want not affected", w.ext, d.State, d.Rationale["nl"])
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	fine := statements()[0]
	with := func(change func(*vex.Statement)) []vex.Statement {
		s := fine
		change(&s)
		return []vex.Statement{s}
	}
	for _, c := range []struct {
		rule       string
		p          func(*vex.Publication)
		statements []vex.Statement
		only       string // the writer that refuses it; "" is all
		want       string
	}{
		{"nothing to say", nil, nil, "", "at least one statement"},
		{"a range of versions", nil, with(func(s *vex.Statement) { s.Ranges = []string{"vers:npm/<2.0.0"} }), "", "a statement for each version"},
		{"no id", func(p *vex.Publication) { p.ID = "" }, with(func(*vex.Statement) {}), "", "an id and an author"},
		{"no author", func(p *vex.Publication) { p.Author = "" }, with(func(*vex.Statement) {}), "", "an id and an author"},
		{"no release", func(p *vex.Publication) { p.Releases = nil }, with(func(*vex.Statement) {}), "", "the moment of the release"},
		{"releases out of order", func(p *vex.Publication) { slices.Reverse(p.Releases) }, with(func(*vex.Statement) {}), "", "releases in order"},
		{"not a UUID", func(p *vex.Publication) { p.ID = "https://acme.example/1" }, with(func(*vex.Statement) {}), "cyclonedx", "a UUID"},
		{"no title", func(p *vex.Publication) { p.Title = "" }, with(func(*vex.Statement) {}), "csaf", "want a title"},
		{"no namespace", func(p *vex.Publication) { p.Namespace = "" }, with(func(*vex.Statement) {}), "csaf", "namespace"},
		{"two products", nil, append(with(func(s *vex.Statement) { s.Product = "pkg:oci/mail" }), fine), "cyclonedx", "statements about one product"},
		{"no vulnerability", nil, with(func(s *vex.Statement) { s.IDs = nil }), "", "statement 0: not a statement to publish: want an id"},
		{"an empty alias", nil, with(func(s *vex.Statement) { s.IDs = []string{"a", ""} }), "", "want an id"},
		{"no component", nil, with(func(s *vex.Statement) { s.Component = "" }), "", "want a component"},
		{"no status", nil, with(func(s *vex.Statement) { s.Status, s.Justification = scan.StatusUnset, "" }), "", `status ""`},
		{"a status of scanners", nil, with(func(s *vex.Statement) { s.Status, s.Justification = scan.StatusWillNotFix, "" }), "", `status "will_not_fix"`},
		{"not affected, and no word why", nil, with(func(s *vex.Statement) { s.Justification, s.Details = "", "" }), "", "want a justification or a text"},
		{"a justification of its own", nil, with(func(s *vex.Statement) { s.Justification = "trust_us" }), "", "one of the five"},
		{"a justification of what is affected", nil, with(func(s *vex.Statement) { s.Status = scan.StatusAffected }), "", "one of the five"},
		{"affected, and nothing to do", nil, with(func(s *vex.Statement) { s.Status, s.Justification, s.Details = scan.StatusAffected, "", "" }), "", "what to do"},
		{"said twice, spelled otherwise", nil, append(with(func(s *vex.Statement) { s.Component = "pkg:deb/Debian/libssl3@0:3.0.11-1?arch=amd64" }), fine), "", "statement 0 is about the same"},
	} {
		for _, w := range writers() {
			if c.only != "" && c.only != w.ext {
				continue
			}
			p := publication()
			if c.p != nil {
				c.p(&p)
			}
			var b bytes.Buffer
			err := w.write(&b, p, c.statements)
			if err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
				t.Errorf("%s, %s: %v with %d bytes, want an error with %q", c.rule, w.ext, err, b.Len(), c.want)
			}
			if strings.Contains(err.Error(), "statement 0") && !errors.Is(err, vex.ErrStatement) {
				t.Errorf("%s, %s: %v is not ErrStatement", c.rule, w.ext, err)
			}
		}
	}
}

// CycloneDX has no word for some justifications: the detail tells them.
func TestCycloneDXJustification(t *testing.T) {
	for why, want := range map[vuln.Justification]string{
		vuln.CodeNotControlled: `"detail": "een aanvaller kan de kwetsbare code niet beheersen: never"`,
		vuln.CodeNotPresent:    `"justification": "code_not_present"`,
	} {
		s := statements()[0]
		s.Justification, s.Details = why, "never"
		p := publication()
		p.Lang = lang.NL
		var b bytes.Buffer
		if err := vex.WriteCycloneDX(&b, p, []vex.Statement{s}); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v\n%s\nwant %s", why, err, b.String(), want)
		}
	}
	s := statements()[0]
	s.Details = ""
	var b bytes.Buffer
	if err := vex.WriteCycloneDX(&b, publication(), []vex.Statement{s}); err != nil || !strings.Contains(b.String(), `"detail": "vulnerable code is never executed"`) {
		t.Errorf("without a text: %v\n%s", err, b.String())
	}
}

// What nothing can be done about yet is no mitigation, in either language.
func TestCSAFNoneAvailable(t *testing.T) {
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		in := inputs(finding(decided(vuln.Triaged, "")))
		p := publication()
		p.Lang = l
		var b bytes.Buffer
		if err := vex.WriteCSAF(&b, p, vex.Own(in, today(), l)); err != nil || !strings.Contains(b.String(), `"category": "none_available"`) {
			t.Errorf("%s: %v\n%s", l, err, b.String())
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteFails(t *testing.T) {
	for _, w := range writers() {
		if err := w.write(failing{}, publication(), statements()); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: %v, want ErrShortWrite", w.ext, err)
		}
	}
}
