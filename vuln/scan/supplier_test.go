package scan_test

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/vuln/scan"
)

func march(day int) time.Time { return time.Date(2026, time.March, day, 0, 0, 0, 0, time.UTC) }

// advisory is a CSAF document about the products a and b, in group g both.
func advisory(tree, vulnerability string) string {
	return `{"document":{"csaf_version":"2.0"},"product_tree":{` + tree + `},"vulnerabilities":[{"cve":"CVE-2026-0001",` + vulnerability + `}]}`
}

const twoProducts = `"full_product_names":[{"product_id":"a","name":"A"},{"product_id":"b","name":"B"}],"product_groups":[{"group_id":"g","product_ids":["a","b"]}]`

// TestSayings: what CSAF says beside the status, of the products that it is said of.
func TestSayings(t *testing.T) {
	type said struct {
		Justification, Statement, Exploit string
		Stated                            time.Time
		Remedies                          []scan.Remedy
	}
	const unhurt, affected = `"product_status":{"known_not_affected":["a","b"]},`, `"product_status":{"known_affected":["a","b"]},`
	fix := scan.Remedy{Kind: "vendor_fix", Text: "Update.", URL: "https://vuln.example.org/1", From: march(3)}
	wait := scan.Remedy{Kind: "no_fix_planned", Text: "Never."}
	for _, c := range []struct {
		rule, in string
		a, b     said
	}{
		{
			"a flag, with its day", unhurt + `"flags":[{"label":"component_not_present","date":"2026-03-02T00:00:00Z","product_ids":["a"]}]`,
			said{Justification: "component_not_present", Stated: march(2)},
			said{},
		},
		{"a flag of a group", unhurt + `"flags":[{"label":"component_not_present","group_ids":["g"]}]`, said{Justification: "component_not_present"}, said{Justification: "component_not_present"}},
		{"a flag of nothing", unhurt + `"flags":[{"label":"component_not_present"}]`, said{}, said{}},
		{"a flag of what is affected", affected + `"flags":[{"label":"component_not_present","product_ids":["a"]}]`, said{}, said{}},
		{
			"the impact, of a day after the flag's",
			unhurt + `"flags":[{"label":"component_not_present","date":"2026-03-02T00:00:00Z","product_ids":["a"]}],
				"threats":[{"category":"impact","details":"Not built.","date":"2026-03-04T00:00:00Z","product_ids":["a"]}]`,
			said{Justification: "component_not_present", Statement: "Not built.", Stated: march(4)},
			said{},
		},
		{
			"the first impact, of its own before that of all",
			unhurt + `"threats":[{"category":"impact","details":"All."},{"category":"impact","details":"A.","product_ids":["a"]},{"category":"impact","details":"Late.","product_ids":["a"]}]`,
			said{Statement: "A."},
			said{Statement: "All."},
		},
		{"the impact on what is affected is a severity", affected + `"threats":[{"category":"impact","details":"Moderate"}]`, said{}, said{}},
		{"attacks", affected + `"threats":[{"category":"exploit_status","details":"Exploited:Yes","product_ids":["b"]},{"category":"target_set","details":"banks"}]`, said{}, said{Exploit: "Exploited:Yes"}},
		{
			"remedies", affected + `"remediations":[
				{"category":"vendor_fix","details":"Update.","url":"https://vuln.example.org/1","date":"2026-03-03T00:00:00Z","product_ids":["a"]},
				{"category":"no_fix_planned","details":"Never.","group_ids":["g"]}]`,
			said{Remedies: []scan.Remedy{fix, wait}},
			said{Remedies: []scan.Remedy{wait}},
		},
		{
			"remedies of all beside one's own", affected + `"remediations":[
				{"category":"no_fix_planned","details":"Never."},
				{"category":"vendor_fix","details":"Update.","url":"https://vuln.example.org/1","date":"2026-03-03T00:00:00Z","product_ids":["a"]}]`,
			said{Remedies: []scan.Remedy{fix, wait}},
			said{Remedies: []scan.Remedy{wait}},
		},
	} {
		for _, in := range []string{advisory(twoProducts, c.in), `{"document":{"csaf_version":"2.0"},"vulnerabilities":[{"cve":"CVE-2026-0001",` + c.in + `}],"product_tree":{` + twoProducts + `}}`} {
			all := items(t, in)
			for i, want := range []said{c.a, c.b} {
				have := all[i]
				got := said{have.Justification, have.Statement, have.Exploit, have.Stated, have.Remedies}
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("%s: %s (-want +got)\n%s", c.rule, have.Package, diff)
				}
			}
		}
	}
}

// TestBranchesOfVersions: the versions that a product of CSAF stands for, by the
// branch that it is in, wherever in it that says so.
func TestBranchesOfVersions(t *testing.T) {
	product := func(helper string) string {
		return `"product":{"product_id":"a","name":"A","product_identification_helper":{` + helper + `}}`
	}
	purl := `"purl":"pkg:npm/a"`
	const status = `"product_status":{"fixed":["a"]}`
	for _, c := range []struct {
		rule, branch string
		want         []string
	}{
		{"a range", `"category":"product_version_range","name":"vers:npm/<2.0.0",` + product(purl), []string{"vers:npm/<2.0.0"}},
		{"a range, said afterwards", product(purl) + `,"name":"vers:npm/<2.0.0","category":"product_version_range"`, []string{"vers:npm/<2.0.0"}},
		{"a range in the supplier's words", `"category":"product_version_range","name":"< V7.2",` + product(`"cpe":"x"`), []string{"< V7.2"}},
		{"a range around other branches", `"category":"product_version_range","name":"<2","branches":[{"category":"architecture","name":"arm",` + product(purl) + `}]`, []string{"<2"}},
		{"two ranges", `"category":"product_version_range","name":"<2","branches":[{"category":"product_version_range","name":">1",` + product(purl) + `}]`, []string{">1 <2"}},
		{"a version that the package URL lacks", `"category":"product_version","name":"1.2",` + product(purl), []string{"1.2"}},
		{"a version that the package URL has", `"category":"product_version","name":"1.2",` + product(`"purl":"pkg:npm/a@1.2"`), nil},
		{"a version of a name", `"category":"product_version","name":"1.2",` + product(`"cpe":"x"`), nil},
		{"no versions", `"category":"architecture","name":"arm",` + product(purl), nil},
	} {
		got := items(t, advisory(`"branches":[{"category":"vendor","name":"v","branches":[{`+c.branch+`}]},{"category":"vendor","name":"w"}]`, status))[0]
		if diff := gocmp.Diff(c.want, got.Ranges); diff != "" {
			t.Errorf("%s: Ranges (-want +got)\n%s", c.rule, diff)
		}
	}
	// A part in a product: versions of the part are its own, and those of the
	// product, which no package URL can say, are in its name.
	branch := func(id, name string) string {
		return `{"category":"product_version_range","name":"` + name + `","product":{"product_id":"` + id + `","name":"` + id + `","product_identification_helper":{"purl":"pkg:npm/` + id + `"}}}`
	}
	tree := `"branches":[` + branch("part", "vers:npm/<1.0.0") + `,` + branch("whole", "< V2") + `],"relationships":[{"product_reference":"part",` +
		`"relates_to_product_reference":"whole","full_product_name":{"product_id":"a","name":"part in whole"}}]`
	got := items(t, advisory(tree, status))[0]
	if diff := gocmp.Diff([]string{"pkg:npm/part", "whole (< V2)", "vers:npm/<1.0.0"}, []string{got.PURL, got.Product, strings.Join(got.Ranges, ";")}); diff != "" {
		t.Errorf("a part in a product (-want +got)\n%s", diff)
	}
}

// TestVersionsAffected: which versions an entry of CycloneDX is about, in JSON and
// in XML; one that the component has itself says nothing more.
func TestVersionsAffected(t *testing.T) {
	type version struct{ version, text, status string }
	for _, c := range []struct {
		rule     string
		versions []version
		ranges   []string
		status   scan.Status
	}{
		{"none", nil, nil, scan.StatusUnset},
		{"the one that it has", []version{{"1.0", "", ""}}, nil, scan.StatusUnset},
		{"another one", []version{{"2.0", "", "affected"}}, []string{"2.0"}, scan.StatusUnset},
		{"two", []version{{"1.0", "", ""}, {"2.0", "", "affected"}}, []string{"1.0", "2.0"}, scan.StatusUnset},
		{"twice the same", []version{{"1.0", "", ""}, {"1.0", "", "affected"}}, nil, scan.StatusUnset},
		{"a range", []version{{"", "vers:npm/<2.0.0", ""}}, []string{"vers:npm/<2.0.0"}, scan.StatusUnset},
		{"a range, and what it leaves out", []version{{"", "vers:npm/<2.0.0", ""}, {"1.5.0", "", "unaffected"}}, []string{"vers:npm/<2.0.0"}, scan.StatusUnset},
		{"only what is not affected", []version{{"", "vers:npm/>=2.0.0", "unaffected"}}, []string{"vers:npm/>=2.0.0"}, scan.StatusNotAffected},
		{"only what it has is not affected", []version{{"1.0", "", "unaffected"}}, nil, scan.StatusNotAffected},
	} {
		var asJSON []string
		asXML := &strings.Builder{}
		for _, v := range c.versions {
			name, text := "version", v.version
			if text == "" {
				name, text = "range", v.text
			}
			status := ""
			if v.status != "" {
				status = `,"status":"` + v.status + `"`
			}
			asJSON = append(asJSON, `{"`+name+`":"`+text+`"`+status+`}`)
			fmt.Fprintf(asXML, "<version><%s>%s</%s><status>%s</status></version>", name, strings.ReplaceAll(text, "<", "&lt;"), name, cmp.Or(v.status, "affected"))
		}
		for _, in := range []string{
			`{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"name":"shop","purl":"pkg:oci/shop@2"}},
				"components":[{"bom-ref":"a","name":"a","version":"1.0","purl":"pkg:npm/a@1.0"}],
				"vulnerabilities":[{"id":"CVE-2026-0001","affects":[{"ref":"a","versions":[` + strings.Join(asJSON, ",") + `]}]}]}`,
			`<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><metadata><component><name>shop</name><purl>pkg:oci/shop@2</purl></component></metadata>
				<components><component bom-ref="a"><name>a</name><version>1.0</version><purl>pkg:npm/a@1.0</purl></component></components>
				<vulnerabilities><vulnerability><id>CVE-2026-0001</id><affects><target><ref>a</ref><versions>` + asXML.String() + `</versions></target></affects></vulnerability></vulnerabilities></bom>`,
		} {
			report := readText(t, in)
			got := report.Items[0]
			if diff := gocmp.Diff(c.ranges, got.Ranges); diff != "" || got.Status != c.status || report.Product != "pkg:oci/shop@2" {
				t.Errorf("%s: status %v, want %v, of %s, Ranges (-want +got)\n%s", c.rule, got.Status, c.status, report.Product, diff)
			}
		}
	}
}

// TestCorpusRanges: real advisories have ranges, remedies and justifications, as
// often as another program counts them.
func TestCorpusRanges(t *testing.T) {
	for name, want := range map[string][4]int{
		"csaf/icsa-23-075-01.json": {1300, 1300, 1300, 0},
		"csaf/icsa-24-235-03.json": {1283, 0, 644, 200},
		"csaf/CVE-2023-5568.json":  {1153, 0, 0, 0}, // its remediation is about what is only recommended
	} {
		var got [4]int
		for _, item := range read(t, corpus.Path(t, "scans", name)).Items {
			for i, has := range []bool{true, len(item.Ranges) > 0, len(item.Remedies) > 0, item.Justification != ""} {
				if has {
					got[i]++
				}
			}
		}
		if got != want {
			t.Errorf("%s: %v items with anything, ranges, remedies and justifications, want %v", name, got, want)
		}
	}
}

// TestRecordMemoryIsBounded: a record of OSV is one entry, however long.
func TestRecordMemoryIsBounded(t *testing.T) {
	const most = 64 << 20
	size := int64(8 << 20)
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		size = 1 << 30
	}
	version := `,"` + strings.Repeat("0123456789abcdef", 64) + `"`
	base, all, reads := inUse(), int64(0), 0
	versions := &repeated{text: version, left: size / int64(len(version))}
	watched := readFunc(func(p []byte) (int, error) {
		if reads++; reads%256 == 0 {
			all = max(all, heap()-base)
		}
		return versions.Read(p)
	})
	in := io.MultiReader(
		strings.NewReader(`{"id":"CVE-2026-0001","schema_version":"1","affected":[{"package":{"name":"p","ecosystem":"npm"},"versions":["1"`), watched,
		strings.NewReader(`],"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}`))
	report, err := scan.Read(t.Context(), in, nil)
	if err != nil || len(report.Items) != 1 || report.Items[0].FixedIn != "2" || all > most {
		t.Fatalf("Read(%d MiB) = %+v, %v in %d KiB, want 1 item", size>>20, report, err, all>>10)
	}
	t.Logf("%d MiB in %d KiB", size>>20, all>>10)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
