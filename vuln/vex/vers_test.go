package vex_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
)

// ranged is the outcome of a statement on a range of versions of a package, of
// which one version was found.
func ranged(tb testing.TB, purl, version string, ranges ...string) string {
	tb.Helper()
	f := finding(func(f *vuln.Finding) {
		f.Observations[0].PURL = purl
		if version != "" {
			f.Observations[0].PURL += "@" + strings.ReplaceAll(version, "+", "%2B")
		}
	})
	d := document("A", item(func(i *scan.Item) { i.PURL, i.Ranges = purl, ranges }))
	d.Report.Format = scan.FormatCSAF
	r := apply(tb, inputs(f), trusted("A"), d)
	if got, want := len(r.Proposals) == 1, r.Verdicts[0].Outcome == vex.Applied; got != want {
		tb.Errorf("%s@%s in %q: a proposal %t, want %t", purl, version, ranges, got, want)
	}
	return outcomes(r)[0]
}

const (
	inside   = "applied"
	outside  = "no-match vex/other-place"
	nobodys  = "no-match vex/range"
	npmA     = "pkg:npm/a"
	debA     = "pkg:deb/debian/a"
	rpmA     = "pkg:rpm/redhat/a"
	golangA  = "pkg:golang/example.org/a"
	mavenA   = "pkg:maven/org.example/a"
	genericA = "pkg:generic/a"
)

// TestRanges: a version is in a range, is not, or nobody can tell. Nothing is ever
// applied by a guess (Dependency-Track #2977, #3554: applied to other versions).
func TestRanges(t *testing.T) {
	for _, c := range []struct{ purl, version, text, want string }{
		{npmA, "1.2.3", "vers:npm/<1.2.4", inside},
		{npmA, "1.2.4", "vers:npm/<1.2.4", outside},
		{npmA, "1.2.4", "vers:npm/<=1.2.4", inside},
		{npmA, "1.2.4", "vers:npm/>1.2.4", outside},
		{npmA, "1.2.5", "vers:npm/>1.2.4", inside},
		{npmA, "1.2.4", "vers:npm/>=1.2.4", inside},
		{npmA, "1.10.0", "vers:npm/>1.9.0", inside}, // not as text
		{npmA, "1.5.0", "vers:npm/>=1.0.0|<2.0.0", inside},
		{npmA, "2.5.0", "vers:npm/>=1.0.0|<2.0.0", outside},
		{npmA, "0.9.0", "vers:npm/>=1.0.0|<2.0.0", outside},
		{npmA, "3.5.0", "vers:npm/<1.0.0|>=2.0.0|<3.0.0|>=3.1.0", inside},
		{npmA, "3.0.5", "vers:npm/<1.0.0|>=2.0.0|<3.0.0|>=3.1.0", outside},
		{npmA, "0.5.0", "vers:npm/<1.0.0|>=2.0.0|<3.0.0|>=3.1.0", inside},
		{npmA, "1.5.0", "vers:npm/<1.0.0|>=2.0.0|<3.0.0|>=3.1.0", outside},
		{npmA, "2.5.0", "vers:npm/>=2.0.0|<3.0.0|<1.0.0", inside}, // in whatever order
		{npmA, "1.2.3", "vers:npm/1.2.3", inside},
		{npmA, "1.2.3", "vers:npm/=1.2.2|1.2.4", outside},
		{npmA, "1.2.3", "vers:npm/<1.0.0|1.2.3", inside},
		{npmA, "1.2.3", "vers:npm/>1.0.0|!=1.2.3", outside},
		{npmA, "1.2.4", "vers:npm/>1.0.0|!=1.2.3", inside},
		{npmA, "1.2.3", "vers:npm/!=1.2.3", outside},
		{npmA, "1.2.4", "vers:npm/!=1.2.3", nobodys},
		{npmA, "1.2.3", "vers:npm/ >= 1.0.0 | < 2.0.0 ", inside},
		{npmA, "1.2.3", "vers:npm/*", inside},
		{npmA, "1.2.3", "vers:all/*", inside},
		{npmA, "1.2.3", "vers:none/*", outside},
		{npmA, "", "vers:all/*", inside},
		{npmA, "", "vers:npm/<1.2.4", nobodys},
		{npmA, "1.2.3", "vers:semver/<2.0.0", inside},
		{npmA, "2.0.0-rc.1", "vers:semver/<2.0.0", inside},
		{npmA, "2.0.0+build", "vers:semver/<2.0.0", outside},
		{npmA, "1.2", "vers:npm/<2.0.0", nobodys}, // no version of npm
		{npmA, "1.2.3", "vers:npm/<2.0", nobodys}, // nor is the bound
		{npmA, "1.2.03", "vers:npm/<2.0.0", nobodys},
		{npmA, "1.2.3", "vers:npm/<2.0.0|<3.0.0", nobodys},
		{npmA, "1.2.3", "vers:npm/>1.0.0|>1.1.0", nobodys},
		{npmA, "1.2.3", "vers:npm/>1.0.0|<1.0.0", nobodys},
		{npmA, "1.2.3", "vers:npm/", nobodys},
		{npmA, "1.2.3", "vers:npm/<2.0.0|*", nobodys},
		{npmA, "1.2.3", "vers:npm", nobodys},
		{npmA, "1.2.3", "vers:deb/<2.0.0", nobodys}, // of other packages
		{npmA, "1.2.3", "vers:all/<V2.9.7", nobodys},
		{npmA, "1.2.3", "< V2", nobodys},
		{npmA, "1.2.3", "1.2.3", inside},
		{npmA, "1.2.3", "1.2.4", nobodys},
		{mavenA, "2.8.0", "vers:semver/<2.8.11", nobodys}, // Maven orders 2.8.11-jre otherwise
		{mavenA, "2.8.0", "vers:maven/<2.8.11", nobodys},  // not known here
		{"pkg:pypi/a", "1.0.0", "vers:pypi/<2.0.0", nobodys},
		{golangA, "v1.2.3", "vers:golang/<v1.2.4", inside},
		{golangA, "1.2.3", "vers:golang/>=1.2.4", outside},
		{golangA, "v1.2.3-0.20260101000000-abcdefabcdef", "vers:semver/<1.2.3", inside},
		{genericA, "1.2.3", "vers:semver/<2.0.0", inside},
		{genericA, "1.2.3", "vers:generic/<2.0.0", nobodys},
		{debA, "7.50.3-1", "vers:deb/<7.50.3-2", inside},
		{debA, "1:7.50.3-1", "vers:deb/<7.50.3-2", outside},
		{debA, "7.50.3~rc1-1", "vers:deb/<7.50.3", inside},
		{debA, "7.50.3-1", "vers:deb/<7.50%7Erc1", outside},
		{debA, "a", "vers:deb/<1", nobodys},
		{rpmA, "1.2-3.el9", "vers:rpm/<1.2-4.el9", inside},
		{rpmA, "1.2-10.el9", "vers:rpm/<1.2-4.el9", outside},
		{rpmA, "1.2-3.el9", "vers:rpm/<=1.2", nobodys}, // which release of 1.2
		{rpmA, "1.3-3.el9", "vers:rpm/<=1.2", outside},
	} {
		if got := ranged(t, c.purl, c.version, c.text); got != c.want {
			t.Errorf("%s@%s in %s: %s, want %s", c.purl, c.version, c.text, got, c.want)
		}
	}
	if got := ranged(t, npmA, "3.0.0", "vers:npm/<1.0.0", "vers:npm/3.0.0"); got != inside {
		t.Errorf("in the second of two ranges: %s, want %s", got, inside)
	}
	if got := ranged(t, npmA, "2.0.0", "vers:npm/<1.0.0", "vers:maven/3.0.0"); got != nobodys {
		t.Errorf("in none that is known, of two: %s, want %s", got, nobodys)
	}
}

// TestVersionOrder: each list is in ascending order by the specification of its
// scheme; == are equal.
func TestVersionOrder(t *testing.T) {
	for _, c := range []struct{ purl, scheme, versions string }{
		{npmA, "npm", "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0 99999999999999999999.0.0"},
		{debA, "deb", "0~a 0 0.9 0.10~rc1 0.10 0.10-1~bpo1 0.10-1 0.10-1+b1 0.10-1.1 0.10-2 0.10-10 0.10a 0.10b 0.10+dfsg 1 1.0 1.0.1 1:0~~a 1:0~ 1:0 2:0"},
		{rpmA, "rpm", "0.9~rc1 0.9 0.9^~1 0.9^ 0.9^git1 0.9^git2 0.9a 0.9.1 1.0-1 1.0-1.el8 1.0-2 1.0-10 1.0a-1 1.0b-1 1.0.1-1 1.1-1 1.10-1 2-1 1:0.1-1"},
	} {
		versions := strings.Fields(c.versions)
		for i, low := range versions {
			for j, v := range versions {
				want := outside
				if j < i {
					want = inside
				}
				bound := strings.NewReplacer("%", "%25", "+", "%2B").Replace(low)
				if got := ranged(t, c.purl, v, "vers:"+c.scheme+"/<"+bound); got != want {
					t.Errorf("%s < %s in %s: %s, want %s", v, low, c.scheme, got, want)
				}
			}
		}
	}
	for _, c := range [][3]string{
		{debA, "1.0-0", "vers:deb/1.0"},
		{debA, "0:1.0", "vers:deb/1.0"},
		{debA, "1.00", "vers:deb/1.0"},
		{rpmA, "1.0.1-1", "vers:rpm/1.0_1-1"},
		{rpmA, "1.01-1", "vers:rpm/1.1-1"},
		{npmA, "1.0.0+a", "vers:npm/1.0.0+b"},
	} {
		if got := ranged(t, c[0], c[1], c[2]); got != inside {
			t.Errorf("%s is %s: %s, want it", c[1], c[2], got)
		}
	}
}

// Whatever is written as a range, a statement on all but it says the opposite, or
// nobody can tell; and nothing panics.
func TestRangeNegated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := func(name string) string {
			return rapid.StringMatching(`[0-3](\.[0-3]){2}(-[a-z]{1,2})?`).Draw(t, name)
		}
		v, bound := version("v"), version("bound")
		opposite := map[string]string{"<": ">=", "<=": ">", "=": "!="}
		op := rapid.SampledFrom([]string{"<", "<=", "="}).Draw(t, "op")
		a, b := rangedIn(t, v, op+bound), rangedIn(t, v, opposite[op]+bound)
		if a == b || a != inside && b != inside && op != "=" {
			t.Errorf("%s is %s in %s%s, and %s in its opposite", v, a, op, bound, b)
		}
		rangedIn(t, v, rapid.StringMatching(`[-<>=!|*. 0-9a%]{0,20}`).Draw(t, "any"))
	})
}

func rangedIn(t *rapid.T, version, list string) string {
	f := finding(func(f *vuln.Finding) { f.Observations[0].PURL = npmA + "@" + version })
	d := document("A", item(func(i *scan.Item) { i.PURL, i.Ranges = npmA, []string{"vers:npm/" + list} }))
	r, err := vex.Apply(inputs(f), []vex.Document{d}, trusted("A"), today())
	if err != nil {
		t.Fatal(err)
	}
	return outcomes(r)[0]
}

// TestRangesOfProducts: a range of a product as a whole is one of its versions, and
// a name alone has none.
func TestRangesOfProducts(t *testing.T) {
	for _, c := range []struct {
		rule, product, component, text, want string
	}{
		{"the product in the range", "pkg:generic/shop@2.4.0", "pkg:generic/shop", "vers:semver/<3.0.0", inside},
		{"the product beyond it", "pkg:generic/shop@3.4.0", "pkg:generic/shop", "vers:semver/<3.0.0", outside},
		{"nobody said which version it is", "pkg:generic/shop", "pkg:generic/shop", "vers:semver/<3.0.0", nobodys},
		{"a name, and a range", "Acme Shop", "Acme Shop", "< V3", nobodys},
		{"a name, and all versions", "Acme Shop", "Acme Shop", "vers:all/*", inside},
		{"a name without a range", "Acme Shop", "Acme Shop", "", inside},
	} {
		in := inputs(finding())
		in.Products["shop"] = []string{c.product}
		d := document("A", item(func(i *scan.Item) {
			if i.PURL = c.component; !strings.HasPrefix(c.component, "pkg:") {
				i.PURL, i.Package = "", c.component
			}
			if c.text != "" {
				i.Ranges = []string{c.text}
			}
		}))
		d.Report.Format = scan.FormatCSAF
		if got := outcomes(apply(t, in, trusted("A"), d))[0]; got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

// TestRangeIsTold: the reason and the rationale name the versions, in both
// languages; a range before none of one author, and a version before it.
func TestRangeIsTold(t *testing.T) {
	f := finding(func(f *vuln.Finding) { f.Observations[0].PURL = npmA + "@1.2.3" })
	about := func(purl string, ranges ...string) scan.Item {
		return item(func(i *scan.Item) {
			i.PURL, i.Ranges, i.Status, i.Justification = purl, ranges, scan.StatusAffected, ""
			i.Remedies = []scan.Remedy{{Kind: "vendor_fix", Text: "Update.", URL: "https://vuln.example.org/1"}, {Kind: "own_word", Text: "Wait."}}
			i.Exploit = "Exploited:Yes"
		})
	}
	r := apply(t, inputs(f), trusted("A"), document("A", about(npmA), about(npmA, "vers:npm/<2.0.0"), about(npmA, "vers:maven/1"), about(npmA+"@1.2.3")))
	for i, items := range [][]scan.Item{{about(npmA, "vers:npm/<2.0.0"), about(npmA)}, {about(npmA), about(npmA, "vers:npm/<2.0.0")}} {
		if got := outcomes(apply(t, inputs(f), trusted("A"), document("A", items...))); got[i] != inside || got[1-i] != "outranked vex/less-specific" {
			t.Errorf("a range beside none = %q, want the range", got)
		}
	}
	want := []string{"outranked vex/less-specific", "outranked vex/less-specific", nobodys, inside}
	if got := outcomes(r); strings.Join(got, ";") != strings.Join(want, ";") {
		t.Errorf("outcomes = %q, want %q", got, want)
	}
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		if got := r.Verdicts[2].Text(l); !strings.Contains(got, "pkg:npm/a (vers:maven/1)") {
			t.Errorf("Text(%s) = %q, want the range in it", l, got)
		}
	}
	got := apply(t, inputs(f), trusted("A"), document("A", about(npmA, "vers:npm/<2.0.0"))).Proposals[0].Decision.Rationale
	for l, text := range map[lang.Lang]string{
		lang.EN: "in pkg:npm/a (vers:npm/<2.0.0): affected.\nfix of the supplier: Update. https://vuln.example.org/1\nown-word: Wait.\nattacks: Exploited:Yes",
		lang.NL: "in pkg:npm/a (vers:npm/<2.0.0): getroffen.\noplossing van de leverancier: Update. https://vuln.example.org/1\nown-word: Wait.\nmisbruik: Exploited:Yes",
	} {
		if !strings.HasSuffix(got[l], text) {
			t.Errorf("rationale in %s = %q, want it to end in %q", l, got[l], text)
		}
	}
}

// TestProductOfDocument: a bill of materials says what product it is about, unless
// the caller knows better.
func TestProductOfDocument(t *testing.T) {
	for _, c := range []struct{ said, known, want string }{
		{"", "", "refused vex/no-product"},
		{shop, "", inside},
		{"pkg:oci/mail@1", "", outside},
		{"pkg:oci/mail@1", shop, inside},
		{shop, "pkg:oci/mail@1", outside},
	} {
		d := document("A", item())
		d.Report.Format, d.Report.Product, d.Product = scan.FormatCycloneDX, c.said, c.known
		if got := outcomes(apply(t, inputs(finding()), trusted("A"), d))[0]; got != c.want {
			t.Errorf("a document about %q, known as %q: %s, want %s", c.said, c.known, got, c.want)
		}
	}
}
