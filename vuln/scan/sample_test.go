package scan_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/vuln/scan"
)

// TestSamples: every field of every sample, as a golden file without what is
// unset.
func TestSamples(t *testing.T) {
	for _, file := range samples(t) {
		got := read(t, file)
		if sum := sha256.Sum256(load(t, file)); got.SHA256 != sum {
			t.Errorf("Read(%s).SHA256 = %x, want that of the file, %x", file, got.SHA256, sum)
		}
		golden.Check(t, filepath.Join("golden", filepath.Base(file)+".json"), compact(t, got))
	}
}

// compact is a report as JSON without its digest and the fields that are unset.
func compact(t *testing.T, report *scan.Report) string {
	t.Helper()
	report.SHA256 = [sha256.Size]byte{}
	data, err := json.Marshal(report) //nolint:musttag // a report is no file format
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	prune(v)
	out, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

// prune drops the members that are unset; elements of lists stay.
func prune(v any) (unset bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if prune(member) {
				delete(v, name)
			}
		}
		return len(v) == 0
	case []any:
		zero := true
		for _, element := range v {
			if !prune(element) {
				zero = false
			}
		}
		return zero
	case string:
		return v == "" || v == "0001-01-01T00:00:00Z"
	case float64:
		return v == 0
	case bool:
		return !v
	}
	return v == nil
}

// one reads a schema 2 report with one vulnerability.
func one(t *testing.T, target, class, ecosystem, members string) scan.Item {
	t.Helper()
	in := `{"SchemaVersion":2,"Results":[{"Target":"` + target + `","Class":"` + class + `","Type":"` + ecosystem + `","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1234",` + members + `}]}]}`
	report, err := scan.Read(t.Context(), strings.NewReader(in), nil)
	if err != nil || len(report.Items) != 1 {
		t.Fatalf("Read(%s) = %v, %v, want 1 item", in, report, err)
	}
	return report.Items[0]
}

// TestLocationIsStable: what an update, a new tag, a new rating or a newer
// scanner changes must not move a finding.
func TestLocationIsStable(t *testing.T) {
	for _, c := range []struct {
		name, want string
		a, b       scan.Item
	}{
		{
			"an image is rebuilt", "type=alpine;package=p",
			one(t, "shop/web:1 (alpine 3.11.5)", "os-pkgs", "alpine", `"PkgName":"p","InstalledVersion":"1","Severity":"LOW"`),
			one(t, "shop/web:2 (alpine 3.12.0)", "os-pkgs", "alpine", `"PkgName":"p","InstalledVersion":"2","Severity":"HIGH","Title":"t"`),
		},
		{
			"Trivy before schema 2 has no Class", "type=amazon;package=p",
			one(t, "shop/web:1 (amazon 2 (Karoo))", "", "amazon", `"PkgName":"p"`),
			one(t, "shop/web:1 (amazon 2 (Karoo))", "os-pkgs", "amazon", `"PkgName":"p"`),
		},
		{
			"nor did it always have Type", "type=alpine;package=p",
			one(t, "shop/web:1 (alpine 3.11.5)", "", "", `"PkgName":"p"`),
			one(t, "shop/web:1 (alpine 3.11.5)", "os-pkgs", "alpine", `"PkgName":"p"`),
		},
		{
			"Trivy names a jar as target, later as path", "type=jar;package=g:a;path=app/a.jar",
			one(t, "app/a.jar", "lang-pkgs", "jar", `"PkgName":"g:a"`),
			one(t, "Java", "lang-pkgs", "jar", `"PkgName":"g:a","PkgPath":"/app/a.jar"`),
		},
		{
			"an update renames the file", "type=jar;package=g:a;path=lib/a-*.jar",
			one(t, "Java", "lang-pkgs", "jar", `"PkgName":"g:a","InstalledVersion":"1.9","PkgPath":"lib/a-1.9.jar"`),
			one(t, "Java", "lang-pkgs", "jar", `"PkgName":"g:a","InstalledVersion":"1.10","PkgPath":"lib/a-1.10.jar"`),
		},
		{
			"or its directory", "type=node-pkg;package=p;path=.pnpm/p@*/p/package.json",
			one(t, "Node.js", "lang-pkgs", "node-pkg", `"PkgName":"p","InstalledVersion":"4.1.2","PkgPath":".pnpm/p@4.1.2/p/package.json"`),
			one(t, "Node.js", "lang-pkgs", "node-pkg", `"PkgName":"p","InstalledVersion":"4.1.3","PkgPath":".pnpm/p@4.1.3/p/package.json"`),
		},
		{
			"a number that is not the version stays", "type=jar;package=g:a;path=v1/x1.9y/lib1.9/a.jar",
			one(t, "Java", "lang-pkgs", "jar", `"PkgName":"g:a","InstalledVersion":"1.9","PkgPath":"v1/x1.9y/lib1.9/a.jar"`),
			one(t, "Java", "lang-pkgs", "jar", `"PkgName":"g:a","InstalledVersion":"2.0","PkgPath":"v1/x1.9y/lib1.9/a.jar"`),
		},
	} {
		if a, b := c.a.Location(), c.b.Location(); a != c.want || b != c.want {
			t.Errorf("%s: Location() = %q and %q, want %q", c.name, a, b, c.want)
		}
	}
}

// TestLocationTellsWorkloadsApart: the same package in another image, binary or
// workload is another finding.
func TestLocationTellsWorkloadsApart(t *testing.T) {
	vulnerabilities := `,"Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1234","PkgName":"p"}]}`
	results := `"Results":[{"Target":"web:1 (debian 12)","Class":"os-pkgs","Type":"debian"` + vulnerabilities +
		`,{"Target":"localhost:5000/db@sha256:00 (debian 12)","Class":"os-pkgs","Type":"debian"` + vulnerabilities +
		`,{"Target":"bin/a","Class":"lang-pkgs","Type":"gobinary"` + vulnerabilities +
		`,{"Target":"bin/b","Class":"lang-pkgs","Type":"gobinary"` + vulnerabilities + `]}`
	in := `{"ClusterName":"c","Resources":[{"Namespace":"n","Kind":"Pod","Name":"a",` + results + `,{"Kind":"Pod","Name":"a",` + results + `]}`
	report, err := scan.Read(t.Context(), strings.NewReader(in), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range report.Items {
		got = append(got, item.Location())
	}
	var want []string
	for _, resource := range []string{"n/Pod/a", "/Pod/a"} {
		for _, rest := range []string{
			"image=web;type=debian;package=p", "image=localhost:5000/db;type=debian;package=p",
			"type=gobinary;package=p;path=bin/a", "type=gobinary;package=p;path=bin/b",
		} {
			want = append(want, "resource="+resource+";"+rest)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Location() (-want +got)\n%s", diff)
	}
}

// TestLocationIsUnambiguous: a separator in a name cannot forge another location.
func TestLocationIsUnambiguous(t *testing.T) {
	a := scan.Item{Package: "a;path=b"}
	b := scan.Item{Package: "a", Path: "b"}
	if a.Location() == b.Location() || a.Location() != "package=a%3bpath=b" {
		t.Errorf("Location() = %q and %q, want them to differ", a.Location(), b.Location())
	}
}

// TestUnknownIsNotLow: what cannot be judged is unknown.
func TestUnknownIsNotLow(t *testing.T) {
	for word, want := range map[string]scan.Severity{
		"CRITICAL": scan.SeverityCritical, "high": scan.SeverityHigh, "Moderate": scan.SeverityMedium, " LOW ": scan.SeverityLow,
		"informational": scan.SeverityInfo, "NONE": scan.SeverityNone, "UNKNOWN": 0, "": 0, "urgent": 0, "important": 0, "negligible": 0,
	} {
		if got := one(t, "t", "", "npm", `"Severity":"`+word+`"`).Severity; got != want {
			t.Errorf("severity %q = %v, want %v", word, got, want)
		}
	}
	if got := one(t, "t", "", "npm", `"Status":"brand_new"`).Status; got != scan.StatusUnknown {
		t.Errorf("status brand_new = %v, want unknown", got)
	}
	for number, want := range map[string]string{
		"9.8": "9.8", "10": "10.0", "0": "0.0", "5.300000190734863": "5.3", "7.099999904632568": "7.1", "0.1": "0.1", "-1": "", "10.1": "", "1e3": "", "null": "",
	} {
		item := one(t, "t", "", "npm", `"CVSS":{"nvd":{"V3Vector":"v","V3Score":`+number+`}}`)
		if got := item.Ratings[0].Score.String(); got != want {
			t.Errorf("score %s = %q, want %q", number, got, want)
		}
	}
}

// TestVersionOfVector: a v3.1 vector occurs in a v4 field in the wild.
func TestVersionOfVector(t *testing.T) {
	item := one(t, "t", "", "npm", `"CVSS":{"a":{"V40Vector":"CVSS:3.1/AV:N"},"b":{"V3Vector":"AV:N"},"c":{"V2Vector":"(AV:N/AC:L/)"},"d":{"V3Vector":"CVSS:9.9/X:Y"},"e":{}}`)
	want := []scan.Rating{
		{Source: "a", Version: "3.1", Vector: "CVSS:3.1/AV:N"},
		{Source: "b", Vector: "AV:N"},
		{Source: "c", Version: "2.0", Vector: "(AV:N/AC:L/)"},
		{Source: "d", Vector: "CVSS:9.9/X:Y"},
	}
	if diff := cmp.Diff(want, item.Ratings); diff != "" {
		t.Errorf("Ratings (-want +got)\n%s", diff)
	}
}

func TestBounds(t *testing.T) {
	item := one(t, "t", "", "npm", `"Description":"`+strings.Repeat("x", scan.MaxDescription-1)+`é","References":["`+strings.Repeat("r", scan.MaxURL+1)+`"`+strings.Repeat(`,"https://example.org"`, scan.MaxReferences+1)+`]`)
	if got := len(item.Description); got != scan.MaxDescription-1 {
		t.Errorf("a description is cut to %d bytes, want %d", got, scan.MaxDescription-1)
	}
	if got := len(item.References); got != scan.MaxReferences {
		t.Errorf("%d references, want %d", got, scan.MaxReferences)
	}
	ratings := `{"SchemaVersion":2,"Results":[{"Target":"t","Vulnerabilities":[{"CVSS":{` + manyKeys(scan.MaxRatings+1, `{"V3Score":1}`) + `}}]}]}`
	ids := `<NessusClientData_v2><Report><ReportHost name="h"><ReportItem port="0" severity="0" pluginID="1">` + manyCVEs(scan.MaxIDs+1) + `</ReportItem></ReportHost></Report></NessusClientData_v2>`
	targets := `<NessusClientData_v2><Report>` + manyHosts(scan.MaxTargets+1) + `</Report></NessusClientData_v2>`
	skipped := `{"SchemaVersion":2,"Results":[{"Target":"t","Vulnerabilities":[{}` + strings.Repeat(",{}", scan.MaxTargets) + `]}]}`
	for _, in := range []string{ratings, ids, targets, skipped} {
		if got := reasonOf(t, in, nil); got != scan.ReasonLimit {
			t.Errorf("Read(%.70q...) = %q, want limit", in, got)
		}
	}
}

func manyKeys(n int, value string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"k%d":%s`, i, value)
	}
	return b.String()
}

func manyCVEs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<cve>CVE-2026-%06d</cve>", i)
	}
	return b.String()
}

func manyHosts(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<ReportHost name="h%d"/>`, i)
	}
	return b.String()
}
