package scan_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/vuln/scan"
)

func utc(year int, month time.Month, day, hour, minute, sec, nsec int) time.Time {
	return time.Date(year, month, day, hour, minute, sec, nsec, time.UTC)
}

// sampleReports is every field of every sample.
func sampleReports() map[string]*scan.Report {
	return map[string]*scan.Report{
		"trivy_v2.json": {
			Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy", Version: "0.69.1"},
			Created: utc(2026, 3, 2, 8, 30, 0, 500_000_000),
			Targets: []string{"registry.example.org:5000/shop/web:1.4.2"},
			Items: []scan.Item{
				{
					ID: "CVE-2026-10001", CVEs: []string{"CVE-2026-10001", "CVE-2026-10002"}, Aliases: []string{"EXA-2026-1"},
					Title:       "libexample: invented overflow",
					Description: "An invented flaw in a library that does not exist\u2026",
					Target:      "registry.example.org:5000/shop/web:1.4.2 (alpine 3.19.1)",
					Ecosystem:   "alpine", Package: "libexample", PURL: "pkg:apk/alpine/libexample@1.2.3-r0?arch=x86_64",
					Installed: "1.2.3-r0", FixedIn: "1.2.3-r1", Severity: scan.SeverityCritical, Status: scan.StatusFixed,
					Ratings: []scan.Rating{
						{Source: "ghsa", Version: "4.0", Vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Score: scan.Score{Tenths: 93, Known: true}},
						{Source: "nvd", Version: "2.0", Vector: "AV:N/AC:L/Au:N/C:P/I:P/A:P", Score: scan.Score{Tenths: 75, Known: true}},
						{Source: "nvd", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: scan.Score{Tenths: 98, Known: true}},
					},
					References: []string{"https://vuln.example.org/CVE-2026-10001"},
					Published:  utc(2026, 2, 1, 10, 15, 0, 830_000_000), Modified: utc(2026, 2, 3, 0, 0, 0, 0),
				},
				{
					ID: "GHSA-xxxx-yyyy-zzzz", Target: "Node.js", Ecosystem: "node-pkg", Package: "left-example",
					Path: "app/node_modules/left-example/package.json", Installed: "0.1.0", Status: scan.StatusWillNotFix,
				},
			},
			Skipped: []scan.Skip{{Where: "/Results/1/Vulnerabilities/1", Why: scan.WhyNoID}},
			Other: map[scan.Other]int{
				scan.OtherMisconfigurations: 1, scan.OtherChecksPassed: 1, scan.OtherSecrets: 1, scan.OtherLicences: 1, scan.OtherSuppressed: 1,
			},
		},
		"trivy_legacy.json": {
			Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy"},
			Targets: []string{"registry.example.org/shop/web:1.3.0 (alpine 3.11.6)", "app/package-lock.json", "app/go.sum"},
			Items: []scan.Item{
				{
					ID: "CVE-2026-10001", CVEs: []string{"CVE-2026-10001"}, Target: "registry.example.org/shop/web:1.3.0 (alpine 3.11.6)",
					Ecosystem: "alpine", Package: "libexample", Installed: "1.2.2-r0", Severity: scan.SeverityHigh,
				},
				{
					ID: "CVE-2026-10003", CVEs: []string{"CVE-2026-10003"}, Target: "app/package-lock.json",
					Ecosystem: "npm", Package: "left-example", Path: "app/package-lock.json", Installed: "0.1.0", Severity: scan.SeverityLow,
				},
			},
		},
		"trivy_k8s.json": {
			Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy"}, Targets: []string{"kind-example", "shop/Deployment/web"},
			Items: []scan.Item{
				{
					ID: "CVE-2026-10004", CVEs: []string{"CVE-2026-10004"}, Target: "registry.example.org/shop/web:1.4.2@sha256:00 (debian 12.5)",
					Ecosystem: "debian", Package: "libexample1", Installed: "1.0-1", Resource: "shop/Deployment/web",
					Image: "registry.example.org/shop/web", Severity: scan.SeverityMedium,
				},
				{
					ID: "CVE-2026-10005", CVEs: []string{"CVE-2026-10005"}, Target: "usr/bin/web", Ecosystem: "gobinary",
					Package: "go.example.org/lib", Path: "usr/bin/web", Installed: "v0.1.0", Resource: "shop/Deployment/web", Severity: scan.SeverityLow,
				},
			},
			Skipped: []scan.Skip{{Where: "/Resources/1", Why: scan.WhyScanError}},
			Other:   map[scan.Other]int{scan.OtherMisconfigurations: 1},
		},
		"trivy_k8s_vulnerabilities.json": {
			Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy"}, Targets: []string{"kind-example", "shop/Pod/db"},
			Items: []scan.Item{{
				ID: "CVE-2026-10006", CVEs: []string{"CVE-2026-10006"}, Target: "db.example.org/db:9 (debian 12.5)", Ecosystem: "debian",
				Package: "libexample1", Installed: "1.0-1", Resource: "shop/Pod/db", Image: "db.example.org/db", Severity: scan.SeverityHigh,
			}},
		},
		"trivy_null.json": {Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy"}},
		"nessus_v2.nessus": {
			Format: scan.FormatNessus, Tool: scan.Tool{Name: "Nessus"}, Targets: []string{"mail.example.org", "192.0.2.26"},
			Started: time.Unix(1767342311, 0).UTC(), Finished: time.Unix(1767348472, 0).UTC(),
			Items: []scan.Item{
				{
					ID: "nessus:19506", Title: "Nessus Scan Information", Description: "This plugin displays information about the scan.",
					Target: "mail.example.org", Host: "mail.example.org", Plugin: "19506", Protocol: "tcp", Service: "general", Severity: scan.SeverityInfo,
				},
				{
					ID: "nessus:900001", CVEs: []string{"CVE-2026-10007", "CVE-2026-10008"}, Title: "Example Server < 2.4 Multiple Vulnerabilities",
					Description: "Invented & harmless: café.", Target: "mail.example.org", Host: "mail.example.org",
					Plugin: "900001", Port: 443, Protocol: "TCP", Service: "www", Severity: scan.SeverityCritical,
					Ratings: []scan.Rating{
						{Source: "nessus", Version: "2.0", Vector: "CVSS2#AV:N/AC:L/Au:N/C:C/I:C/A:C", Score: scan.Score{Tenths: 100, Known: true}},
						{Source: "nessus", Version: "3.0", Vector: "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: scan.Score{Tenths: 98, Known: true}},
					},
					References: []string{"https://vuln.example.org/a", "https://vuln.example.org/b"}, Published: utc(2026, 1, 2, 0, 0, 0, 0),
				},
			},
			Skipped: []scan.Skip{{Where: "line 29", Why: scan.WhyNoID}},
		},
		"nessus_was.nessus": {
			Format: scan.FormatNessus, Tool: scan.Tool{Name: "Nessus"}, Targets: []string{"https://shop.example.org/"},
			Started: utc(2026, 1, 2, 8, 0, 0, 500_000_000), Finished: utc(2026, 1, 2, 10, 0, 0, 0),
			Items: []scan.Item{{
				ID: "nessus:98104", Title: "Cross-Site Scripting (XSS)", Description: "Cross-site scripting",
				Target: "https://shop.example.org/", Host: "https://shop.example.org/", Plugin: "98104", Port: 443, Protocol: "TCP", Service: "https",
				Severity: scan.SeverityHigh,
				Ratings: []scan.Rating{
					{Source: "nessus", Version: "2.0", Score: scan.Score{Tenths: 75, Known: true}},
					{Source: "nessus", Score: scan.Score{Tenths: 71, Known: true}},
				},
				References: []string{"https://vuln.example.org/c", "https://vuln.example.org/d"},
			}},
		},
	}
}

func TestSamples(t *testing.T) {
	want := sampleReports()
	for _, file := range samples(t) {
		got := read(t, file)
		if sum := sha256.Sum256(load(t, file)); got.SHA256 != sum {
			t.Errorf("Read(%s).SHA256 = %x, want that of the file, %x", file, got.SHA256, sum)
		}
		got.SHA256 = [sha256.Size]byte{}
		if diff := cmp.Diff(want[filepath.Base(file)], got); diff != "" {
			t.Errorf("Read(%s) (-want +got)\n%s", file, diff)
		}
	}
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
