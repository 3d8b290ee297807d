package scan_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/corpus"

	"github.com/ismskit/ismskit/vuln/scan"
)

// TestNotAReportOfItsFormat: what misses a part that the format always has, or
// has it in another shape, is an error, never a report without findings.
func TestNotAReportOfItsFormat(t *testing.T) {
	as := func(f scan.Format) *scan.Options { return &scan.Options{Format: f} }
	const (
		vex   = `{"@context":"https://openvex.dev/ns/v0.2.0",`
		cdx   = `{"bomFormat":"CycloneDX","specVersion":"1.6",`
		xmlns = `xmlns="http://cyclonedx.org/schema/bom/1.5"`
		csv   = "IP,Port,Severity,NVT OID,CVEs\n"
	)
	for _, c := range []struct {
		in   string
		opts *scan.Options
		want scan.Reason
	}{
		// Grype
		{`{"matches":[]}`, nil, scan.ReasonUnrecognised},
		{`{"matches":[]}`, as(scan.FormatGrype), scan.ReasonMissing},
		{`{"matches":[],"descriptor":{"name":"grype"}}`, nil, scan.ReasonUnset},
		{`{"descriptor":{},"source":{}}`, as(scan.FormatGrype), scan.ReasonMissing},
		{`{"matches":[{"vulnerability":{"id":"x"}}]}`, nil, scan.ReasonMissing},
		{`{"matches":[{"vulnerability":{"id":"x","severity":"High","SEVERITY":"low"},"artifact":{}}]}`, nil, scan.ReasonDuplicateKey},
		{`{"matches":[{"vulnerability":{"id":"x","cvss":[{"metrics":{"baseScore":"9.8"}}]},"artifact":{}}]}`, nil, scan.ReasonType},
		{`{"matches":[{"vulnerability":{"id":"x"},"artifact":{}}]}{}`, nil, scan.ReasonTrailing},

		// SARIF
		{`{"version":"2.1.0","runs":[]}`, nil, scan.ReasonUnset},
		{`{"version":"2.1.0","runs":null}`, nil, scan.ReasonUnset},
		{`{"runs":[]}`, nil, scan.ReasonUnrecognised},
		{`{"runs":[]}`, as(scan.FormatSARIF), scan.ReasonMissing},
		{`{"version":"2.1.0"}`, as(scan.FormatSARIF), scan.ReasonMissing},
		{`{"version":"2.0.0","runs":[]}`, nil, scan.ReasonVersion},
		{`{"version":"2.1.0","runs":[{}]}`, nil, scan.ReasonMissing},
		{`{"version":"2.1.0","runs":[{"tool":{},"results":{}}]}`, nil, scan.ReasonType},
		{`{"version":"2.1.0","runs":[{"tool":{},"results":[{"level":"error","Level":"note"}]}]}`, nil, scan.ReasonDuplicateKey},
		{`{"version":"2.1.0","runs":[{"tool":{},"results":[{"ruleIndex":"0"}]}]}`, nil, scan.ReasonType},
		{`{"version":"2.1.0","runs":[{"tool":{},"results":[{"ruleIndex":0.5}]}]}`, nil, scan.ReasonType},

		// CycloneDX
		{cdx + `"components":[]}`, nil, scan.ReasonUnset},
		{`{"bomFormat":"SPDX","specVersion":"1.6"}`, nil, scan.ReasonMissing},
		{`{"bomFormat":"CycloneDX"}`, nil, scan.ReasonMissing},
		{`{"bomFormat":"CycloneDX","specVersion":"2.0"}`, nil, scan.ReasonVersion},
		{cdx + `"vulnerabilities":{}}`, nil, scan.ReasonType},
		{cdx + `"vulnerabilities":[{"ratings":[{"severity":"high","Severity":"low"}]}]}`, nil, scan.ReasonDuplicateKey},
		{cdx + `"vulnerabilities":[{"ratings":[{"score":"9"}]}]}`, nil, scan.ReasonType},
		{`<bom ` + xmlns + `/>`, nil, scan.ReasonUnset},
		{`<bom/>`, nil, scan.ReasonUnrecognised},
		{`<bom/>`, as(scan.FormatCycloneDX), scan.ReasonMissing},
		{`<bom xmlns="http://cyclonedx.org/schema/bom/2.0"/>`, nil, scan.ReasonVersion},
		{`<bom ` + xmlns + `><vulnerabilities></bom> <!-- more to read -->`, nil, scan.ReasonSyntax},
		{`<bom ` + xmlns + `>` + strings.Repeat("<components><component>", 60), nil, scan.ReasonLimit},
		{`<!DOCTYPE bom [<!ENTITY a "b">]><bom ` + xmlns + `/>`, nil, scan.ReasonEntity},
		{`<bom ` + xmlns + `><vulnerabilities><vulnerability><id>&a;</id></vulnerability></vulnerabilities></bom>`, nil, scan.ReasonEntity},
		{`<bom ` + xmlns + `><components><component><vulnerabilities/><name>late</name></component></components></bom>`, nil, scan.ReasonOrder},

		// OpenVEX
		{vex + `"statements":[]}`, nil, scan.ReasonUnset},
		{vex + `"author":"x"}`, nil, scan.ReasonMissing},
		{`{"@context":"https://example.org","statements":[]}`, nil, scan.ReasonUnrecognised},
		{`{"@context":"https://example.org","statements":[]}`, as(scan.FormatOpenVEX), scan.ReasonMissing},
		{`["not","a","document"]`, nil, scan.ReasonUnrecognised},
		{vex + `"statements":[{"vulnerability":["x"]}]}`, nil, scan.ReasonType},
		{vex + `"statements":[{"status":"affected","STATUS":"not_affected"}]}`, nil, scan.ReasonDuplicateKey},

		// CSAF
		{`{"document":{"csaf_version":"2.0"}}`, nil, scan.ReasonUnset},
		{`{"document":{"title":"x"}}`, nil, scan.ReasonUnrecognised},
		{`{"document":{"title":"x"}}`, as(scan.FormatCSAF), scan.ReasonMissing},
		{`{"document":{"csaf_version":""}}`, nil, scan.ReasonMissing},
		{`{"document":{"csaf_version":2.0}}`, nil, scan.ReasonType},
		{`{"document":{"csaf_version":"2.0"},"vulnerabilities":[{"product_status":{"fixed":"x"}}]}`, nil, scan.ReasonType},
		{`{"document":{"csaf_version":"2.0"},"product_tree":{"branches":` + strings.Repeat(`[{"branches":`, 60), nil, scan.ReasonLimit},

		// OSV and OSV-Scanner
		{`{"id":"x","schema_version":"1.0.0"}`, nil, scan.ReasonUnset},
		{`{"id":"x"}`, nil, scan.ReasonUnrecognised},
		{`{"id":"x"}`, as(scan.FormatOSV), scan.ReasonMissing},
		{`{"schema_version":"1.0.0"}`, as(scan.FormatOSV), scan.ReasonMissing},
		{`{"id":"x","schema_version":"1.0.0","affected":{}}`, nil, scan.ReasonType},
		{`{"results":[]}`, nil, scan.ReasonUnrecognised}, // several tools write this
		{`{"results":[]}`, as(scan.FormatOSVScanner), scan.ReasonUnset},
		{`{"results":[],"experimental_config":{}}`, nil, scan.ReasonUnset},
		{`{"errors":[],"results":[{"check_id":"x","path":"a"}]}`, nil, scan.ReasonUnrecognised},
		{`{"errors":[],"results":[{"check_id":"x","path":"a"}]}`, as(scan.FormatOSVScanner), scan.ReasonMissing},
		{`{"results":[{"packages":[],"source":{}}]}`, nil, scan.ReasonOrder},

		// Nuclei
		{``, as(scan.FormatNuclei), scan.ReasonUnset}, // nothing was found
		{"\n", as(scan.FormatNuclei), scan.ReasonUnset},
		{`[]`, as(scan.FormatNuclei), scan.ReasonUnset},
		{`[]`, nil, scan.ReasonUnrecognised},
		{`{}`, as(scan.FormatNuclei), scan.ReasonMissing},
		{`{"template-id":"t"}`, as(scan.FormatNuclei), scan.ReasonMissing},
		{`{"template-id":"t","info":{}}` + "\n" + `{"a":1}`, nil, scan.ReasonMissing},
		{`{"template-id":"t","info":{}}` + "\n" + `Error: timeout`, nil, scan.ReasonType},
		{`[{"template-id":"t","info":{}}]{}`, nil, scan.ReasonTrailing},
		{`{"template-id":"t","info":{"severity":"high","Severity":"low"}}`, nil, scan.ReasonDuplicateKey},
		{`{"template-id":"t","info":{"reference":7}}`, nil, scan.ReasonType},

		// OpenVAS
		{`<report id="1"><report id="2"><results/></report></report>`, nil, scan.ReasonUnset},
		{`<get_reports_response status="200"><report id="1"><report><results/></report></report></get_reports_response>`, nil, scan.ReasonUnset},
		{`<report id="1"><report id="2"/></report>`, nil, scan.ReasonMissing},
		{`<report name="coverage"/>`, nil, scan.ReasonUnrecognised},
		{`<get_reports_response status="404"/>`, nil, scan.ReasonMissing},
		{csv, nil, scan.ReasonUnset},
		{csv + "192.0.2.1,80/tcp,Low,1.2,\n", nil, scan.ReasonType},
		{csv + "192.0.2.1,80,Low,1.2\n", nil, scan.ReasonTruncated},
		{csv + "192.0.2.1,80,Low,1.2\n192.0.2.1,80,Low,1.2,\n", nil, scan.ReasonSyntax},
		{csv + "192.0.2.1,80,Low,1.2,CVE-2026-1", nil, scan.ReasonTruncated},
		{csv + "192.0.2.1,80,Low,1.2,\"CVE-2026-1", nil, scan.ReasonTruncated},
		{csv + "192.0.2.1,80,Low,1\"2,CVE-2026-1\nx", nil, scan.ReasonSyntax},
		{csv + "192.0.2.1,80,Low," + strings.Repeat("x", 1<<14+1) + ",\n", nil, scan.ReasonLimit},
		{"Name,Severity\nx,High\n", nil, scan.ReasonUnrecognised},
		{"Name,Severity\nx,High\n", as(scan.FormatOpenVAS), scan.ReasonMissing},

		// Nmap
		{`<nmaprun/>`, nil, scan.ReasonUnset},
		{`<nmaprun><host><ports><port portid="1"/></ports></host></nmaprun>`, nil, scan.ReasonMissing},
		{`<nmaprun><host><address addr="a"/><ports><port portid="http"/></ports></host></nmaprun>`, nil, scan.ReasonType},
		{`<nmaprun><host>`, nil, scan.ReasonTruncated},

		// what is none of them
		{`{"spdxVersion":"SPDX-2.3","packages":[]}`, nil, scan.ReasonUnrecognised},
		{`<testsuites/>`, nil, scan.ReasonUnrecognised},
		{`<OWASPZAPReport/>`, nil, scan.ReasonUnrecognised},
		{"a,b,c\n", nil, scan.ReasonUnrecognised},
	} {
		if got := reasonOf(t, c.in, c.opts); got != c.want {
			_, err := scan.Read(t.Context(), strings.NewReader(c.in), c.opts)
			t.Errorf("Read(%.120q) = %q, want %q: %v", c.in, got, c.want, err)
		}
	}
}

// items reads a text that is a report.
func items(t *testing.T, in string) []scan.Item {
	t.Helper()
	report, err := scan.Read(t.Context(), strings.NewReader(in), nil)
	if err != nil {
		t.Fatalf("Read(%s) = %v", in, err)
	}
	return report.Items
}

// TestIdentityOfEachFormat: a finding keeps its name and place when it is rated
// again, described anew or updated, when lines move, and when the report is of a
// newer version; another place is another finding.
func TestIdentityOfEachFormat(t *testing.T) {
	sarif := func(result string) string {
		return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Scan","rules":[{"id":"r"}]}},"results":[{"ruleId":"r",` + result + `}]}]}`
	}
	at := func(file, line, more string) string {
		return `"locations":[{"physicalLocation":{"artifactLocation":{"uri":"` + file + `"},"region":{"startLine":` + line + `}}` + more + `}]`
	}
	grype := func(vulnerability, artifact string) string {
		return `{"matches":[{"vulnerability":{"id":"CVE-2026-0001",` + vulnerability + `},"artifact":{"name":"p",` + artifact + `}}],"source":{}}`
	}
	cdx := func(component, vulnerability string) string {
		return `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + component + `],"vulnerabilities":[{"id":"CVE-2026-0001",` + vulnerability + `}]}`
	}
	nuclei := func(more string) string {
		return `{"template-id":"t","info":{"severity":"low"},"host":"h",` + more + `}`
	}
	openvas := func(port, more string) string {
		return `<report id="1"><results><result><host>h</host><port>` + port + `</port><nvt oid="1.2">` + more + `</nvt></result></results></report>`
	}
	vex := func(product, part, more string) string {
		return `{"@context":"https://openvex.dev/ns","statements":[{"vulnerability":"CVE-2026-0001","products":[{"@id":"` + product + `","subcomponents":[{"@id":"` + part + `"}]}]` + more + `}]}`
	}
	csaf := func(id, within, more string) string {
		return `{"document":{"csaf_version":"2.0"},"product_tree":{"full_product_names":[{"product_id":"os","name":"` + within + `"},{"product_id":"p","product_identification_helper":{"purl":"pkg:rpm/p@1"}}],` +
			`"relationships":[{"product_reference":"p","relates_to_product_reference":"os","full_product_name":{"product_id":"` + id + `"}}]},` +
			`"vulnerabilities":[{"cve":"CVE-2026-0001","product_status":{"fixed":["` + id + `"]}` + more + `}]}`
	}
	osv := func(more string) string {
		return `{"id":"CVE-2026-0001","schema_version":"1",` + more + `}`
	}
	for _, c := range []struct{ name, a, b, same, other string }{
		{
			"openvex", vex("pkg:oci/web", "pkg:npm/p@1", ""), vex("pkg:oci/web", "pkg:npm/p@2", `,"status":"fixed","timestamp":"2026-03-02T08:30:00Z"`),
			"CVE-2026-0001 product=pkg:oci/web;type=npm;package=p", vex("pkg:oci/db", "pkg:npm/p@1", ""),
		},
		{
			"csaf, another product id", csaf("a", "OS 9", ""), csaf("b", "OS 9", `,"scores":[{"cvss_v3":{"baseScore":9}}],"title":"t"`),
			"CVE-2026-0001 product=OS 9;type=rpm;package=p", csaf("a", "OS 10", ""),
		},
		{
			"osv", osv(`"affected":[{"package":{"ecosystem":"Go","name":"m"}}]`),
			osv(`"summary":"s","affected":[{"package":{"ecosystem":"Go","name":"m"},"ranges":[{"type":"SEMVER","events":[{"fixed":"2"}]}]}]`),
			"CVE-2026-0001 type=Go;package=m", osv(`"affected":[{"package":{"ecosystem":"npm","name":"m"}}]`),
		},
		{
			"grype", grype(`"severity":"Low"`, `"type":"python","version":"1.0","locations":[{"path":"/lib/p-1.0.dist-info"}]`),
			grype(`"severity":"High","description":"d","cvss":[{"vector":"v"}]`, `"type":"python","version":"1.1","purl":"pkg:pypi/p@1.1","locations":[{"path":"/lib/p-1.1.dist-info"}]`),
			"CVE-2026-0001 type=python;package=p;path=lib/p-*.dist-info", grype(`"severity":"Low"`, `"type":"python","version":"1.0","locations":[{"path":"/srv/p-1.0.dist-info"}]`),
		},
		{
			"grype, package of the system", grype(`"severity":"Low"`, `"type":"deb","locations":[{"path":"/var/lib/dpkg/status"}]`),
			grype(`"severity":"Low"`, `"type":"deb","locations":[{"path":"/usr/share/doc/p/copyright"}]`),
			"CVE-2026-0001 type=deb;package=p", grype(`"severity":"Low"`, `"type":"rpm"`),
		},
		{
			"sarif, moved lines", sarif(at("a.c", "1", "") + `,"partialFingerprints":{"primaryLocationLineHash":"f:1","fileHash":"1"}`),
			sarif(at("file:///a.c", "9", "") + `,"level":"error","partialFingerprints":{"primaryLocationLineHash":"f:1","fileHash":"2"}`),
			"scan:r path=a.c;fingerprint=f:1", sarif(at("a.c", "1", "") + `,"partialFingerprints":{"primaryLocationLineHash":"f:2"}`),
		},
		{
			"sarif without fingerprints", sarif(at("a.c", "1", `,"logicalLocations":[{"fullyQualifiedName":"f"}]`)),
			sarif(at("./a.c", "2", `,"logicalLocations":[{"fullyQualifiedName":"f"}]`) + `,"properties":{"security-severity":"9"}`),
			"scan:r resource=f;path=a.c", sarif(at("b.c", "1", `,"logicalLocations":[{"fullyQualifiedName":"f"}]`)),
		},
		{
			"cyclonedx, another bom-ref", cdx(`{"bom-ref":"1","name":"p","version":"1","purl":"pkg:npm/p@1"}`, `"affects":[{"ref":"1"}]`),
			cdx(`{"bom-ref":"2","name":"p","version":"2","purl":"pkg:npm/p@2?x=y"}`, `"ratings":[{"severity":"high"}],"affects":[{"ref":"2"}]`),
			"CVE-2026-0001 type=npm;package=p", cdx(`{"bom-ref":"1","name":"q"}`, `"affects":[{"ref":"1"}]`),
		},
		{
			"nuclei", nuclei(`"matched-at":"https://h/a?id=1"`), nuclei(`"matched-at":"https://h:443/a?id=2","timestamp":"2026-03-02T08:30:00Z"`),
			"nuclei:t path=a;plugin=t;port=443;protocol=tcp", nuclei(`"matched-at":"https://h/a","matcher-name":"m"`),
		},
		{
			"openvas", openvas("80/tcp", ""), openvas("80/tcp", "<name>n</name><cvss_base>9</cvss_base>"),
			"openvas:1.2 plugin=1.2;port=80;protocol=tcp", openvas("80/udp", ""),
		},
		{
			"openvas in XML and CSV", openvas("general/tcp", ""), "IP,Port,Port Protocol,Severity,NVT OID\nh,,,Low,1.2\n",
			"openvas:1.2 plugin=1.2", openvas("80/tcp", ""),
		},
		{
			"nmap", `<nmaprun><host><address addr="h"/><ports><port protocol="tcp" portid="1"><state state="open"/></port></ports></host></nmaprun>`,
			`<nmaprun version="8"><host><address addr="h"/><ports><port protocol="tcp" portid="1"><state state="open"/><service name="s" version="2"/></port></ports></host></nmaprun>`,
			"nmap:open-port plugin=open-port;port=1;protocol=tcp", `<nmaprun><host><address addr="h"/><ports><port protocol="tcp" portid="2"><state state="open"/></port></ports></host></nmaprun>`,
		},
	} {
		key := func(in string) string {
			all := items(t, in)
			return strings.TrimSpace(all[0].ID + " " + all[0].Location())
		}
		if a, b := key(c.a), key(c.b); a != c.same || b != c.same {
			t.Errorf("%s: %q and %q, want %q", c.name, a, b, c.same)
		}
		if other := key(c.other); other == c.same {
			t.Errorf("%s: %s is at %q too", c.name, c.other, other)
		}
	}
}

// TestCorpusIdentityOfOtherFormats: two scans of the same, and how many findings
// the items of a report are.
func TestCorpusIdentityOfOtherFormats(t *testing.T) {
	dir := corpus.Path(t, "scans")
	whole, part := keys(read(t, filepath.Join(dir, "pairs", "bash_t1.sarif"))), keys(read(t, filepath.Join(dir, "pairs", "bash_t2_subset.sarif")))
	shared := 0 // of 27 and 9 results: its fingerprint is the same for all results of a rule in a file
	for key := range part {
		if whole[key] > 0 {
			shared++
		}
	}
	if got, want := [3]int{len(whole), len(part), shared}, [3]int{12, 2, 2}; got != want {
		t.Errorf("bash pair: %v keys in whole, part, both, want %v", got, want)
	}
	for file, want := range map[string][2]int{
		"grype/many_vulns.json": {1509, 1509},
		// Two files of one package of the system: one update mends both.
		"grype/same_cve_different_paths.json": {2, 1},
		// No fingerprints: results of a rule in one file are one finding.
		"sarif/semgrepowasp-benchmark-sample.sarif": {1768, 1664},
		"sarif/codeQL-output.sarif":                 {72, 72},
		"cyclonedx/dd_1_15_0.xml":                   {381, 381},
		"cyclonedx/issue_9277.json":                 {14, 14},
		// Statements about several versions of a part, which an update does not tell apart.
		"openvex/scan.openvex.json":      {1666, 1604},
		"csaf/icsa-24-235-03.json":       {1283, 1283},
		"osv_scanner/many_findings.json": {66, 66},
		"nuclei/issue_14071.json":        {27, 27},
		"openvas/many_vuln.xml":          {44, 44},
		"nmap/issue4406.xml":             {34, 34},
	} {
		report := read(t, filepath.Join(dir, filepath.FromSlash(file)))
		if got := [2]int{len(report.Items), len(keys(report))}; got != want {
			t.Errorf("%s has %v items and keys, want %v", file, got, want)
		}
	}
}

// TestOldCycloneDXVulnerabilities: a library yields 0 of 381 vulnerabilities of
// the XML extension of before 1.4.
func TestOldCycloneDXVulnerabilities(t *testing.T) {
	in := string(load(t, filepath.Join("testdata", "cyclonedx_extension.xml")))
	for _, prefix := range []string{"vuln", "v", "x-y"} {
		all := items(t, strings.ReplaceAll(strings.ReplaceAll(in, "vuln:", prefix+":"), "xmlns:vuln", "xmlns:"+prefix))
		if len(all) != 2 || all[0].ID != "CVE-2026-40007" || all[0].Package != "exampy" {
			t.Errorf("Read with the prefix %s = %+v, want 2 vulnerabilities of exampy", prefix, all)
		}
	}
}

// TestLevelOfResult: where a result of SARIF has its level from.
func TestLevelOfResult(t *testing.T) {
	for _, c := range []struct {
		name, rule, result string
		want               scan.Severity
	}{
		{"its own", `"defaultConfiguration":{"level":"error"}`, `"level":"note"`, scan.SeverityLow},
		{"its rule's", `"defaultConfiguration":{"level":"error"}`, `"ruleIndex":0`, scan.SeverityHigh},
		{"its rule's, by a longer id", `"defaultConfiguration":{"level":"error"}`, `"ruleId":"r/1/2"`, scan.SeverityHigh},
		{"the default", `"name":"n"`, `"kind":"fail"`, scan.SeverityMedium},
		{"no failure", `"defaultConfiguration":{"level":"error"}`, `"kind":"informational"`, scan.SeverityNone},
		{"a taxon's", `"name":"n"`, `"taxa":[{"id":"t","toolComponent":{"index":0}}]`, scan.SeverityHigh},
		{"the rule before a taxon", `"defaultConfiguration":{"level":"note"}`, `"taxa":[{"id":"t","toolComponent":{"index":0}}]`, scan.SeverityLow},
		{"its own score", `"properties":{"security-severity":"9.9"}`, `"level":"error","properties":{"security-severity":"0.1"}`, scan.SeverityLow},
		{"its rule's score", `"properties":{"security-severity":"9.0"}`, `"level":"note"`, scan.SeverityCritical},
		{"a score that is none", `"properties":{"security-severity":"high"}`, `"level":"note"`, scan.SeverityLow},
		{"a passed check", `"properties":{"security-severity":"9.0"}`, `"kind":"pass"`, scan.SeverityNone},
		{"an unknown level", `"name":"n"`, `"level":"catastrophic"`, scan.SeverityUnknown},
	} {
		if !strings.Contains(c.result, "ruleId") {
			c.result += `,"ruleId":"r"`
		}
		tool := `"tool":{"driver":{"rules":[{"id":"r",` + c.rule + `}]}}`
		taxa := `"taxonomies":[{"taxa":[{"id":"t","defaultConfiguration":{"level":"error"}}]}]`
		results := `"results":[{` + c.result + `}]`
		for _, run := range [][]string{{tool, taxa, results}, {results, taxa, tool}, {tool, results, taxa}} {
			if got := items(t, `{"version":"2.1.0","runs":[{`+strings.Join(run, ",")+`}]}`)[0].Severity; got != c.want {
				t.Errorf("%s: severity of %q = %v, want %v", c.name, run, got, c.want)
			}
		}
	}
}

// TestWildVectors: vectors are reported as they are, however they are written,
// and the version is what they say themselves.
func TestWildVectors(t *testing.T) {
	for _, vector := range []string{
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "(AV:N/AC:L/Au:N/C:P/I:P/A:P)", "av:n/ac:l/au:n/c:p/i:p/a:p", "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:ND",
	} {
		all := []scan.Item{
			items(t, `{"matches":[{"vulnerability":{"id":"x","cvss":[{"vector":"`+vector+`"}]},"artifact":{}}]}`)[0],
			items(t, `{"id":"x","schema_version":"1","severity":[{"type":"CVSS_V4","score":"`+vector+`"}]}`)[0],
			items(t, `{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{"id":"x","ratings":[{"method":"CVSSv4","vector":"`+vector+`"}]}]}`)[0],
			items(t, `{"document":{"csaf_version":"2.0"},"vulnerabilities":[{"cve":"CVE-2026-0001","scores":[{"cvss_v4":{"vectorString":"`+vector+`"}}]}]}`)[0],
			items(t, `{"template-id":"t","info":{"classification":{"cvss-metrics":"`+vector+`"}}}`)[0],
		}
		for _, item := range all {
			if len(item.Ratings) != 1 || item.Ratings[0].Vector != vector || strings.HasPrefix(vector, "CVSS:3.1") && item.Ratings[0].Version != "3.1" {
				t.Errorf("ratings with %s = %+v, want it verbatim", vector, item.Ratings)
			}
		}
	}
}

// TestPlaces: package URLs and file URIs as they occur.
func TestPlaces(t *testing.T) {
	for purl, want := range map[string][3]string{
		"pkg:maven/org.example/lib@1.0?type=jar#sub":   {"maven", "org.example/lib", "1.0"},
		"pkg:npm/%40scope/name@1.0.0":                  {"npm", "@scope/name", "1.0.0"},
		"pkg:golang/example.org/a/b@v1.2.3%2Bmeta":     {"golang", "example.org/a/b", "v1.2.3+meta"},
		"pkg://DEB/debian/libexample@1:2.0-1?arch=all": {"deb", "debian/libexample", "1:2.0-1"},
		"pkg:oci/web":               {"oci", "web", ""},
		"pkg:":                      {"", "pkg:", ""},
		"pkg:npm":                   {"", "pkg:npm", ""},
		"pkg:npm/":                  {"", "pkg:npm/", ""},
		"pkg:npm/bad%zzname":        {"npm", "bad%zzname", ""},
		"pkg:npm/%ff":               {"npm", "%ff", ""},
		"https://example.org/thing": {"", "https://example.org/thing", ""},
	} {
		item := items(t, `{"@context":"https://openvex.dev/ns","statements":[{"vulnerability":"x","products":["`+purl+`"]}]}`)[0]
		if got := [3]string{item.Ecosystem, item.Package, item.Installed}; got != want {
			t.Errorf("package of %s = %q, want %q", purl, got, want)
		}
	}
	for uri, want := range map[string]string{
		"a/b.c": "a/b.c", "./a%20b": "a b", "file:///srv/a": "srv/a", "file:////srv/a": "srv/a", "file:/srv/a": "srv/a", "https://example.org/%20": "https://example.org/%20", "100%": "100%",
	} {
		in := `{"version":"2.1.0","runs":[{"tool":{},"results":[{"ruleId":"r","locations":[{"physicalLocation":{"artifactLocation":{"uri":"` + uri + `"}}}]}]}]}`
		if got := items(t, in)[0].Path; got != want {
			t.Errorf("path of %s = %q, want %q", uri, got, want)
		}
	}
}

// TestFilesOfRun: a result may have the number of its file only, which stands
// before or after the results.
func TestFilesOfRun(t *testing.T) {
	results := `"results":[{"ruleId":"r","locations":[{"physicalLocation":{"artifactLocation":{"index":1}}}]}]`
	files := `"artifacts":[{},{"location":{"uri":"src/late.c"}}]`
	for _, run := range []string{results + "," + files, files + "," + results} {
		if got := items(t, `{"version":"2.1.0","runs":[{"tool":{},`+run+`}]}`)[0].Path; got != "src/late.c" {
			t.Errorf("path in {%s} = %q, want src/late.c", run, got)
		}
	}
}

// TestCVEsInText: Nmap and OpenVAS have CVE ids in prose.
func TestCVEsInText(t *testing.T) {
	in := `<nmaprun><host><address addr="h"/><ports><port portid="1"><state state="open"/><script id="s" output="cve-2026-0001, CVE-2026-0001 XCVE-2026-12345. CVE-26-1 CVE-2026-1 CVE-2026-99999999999999999999 CVE-CVE-2026-0002-3"/></port></ports></host></nmaprun>`
	var got []string
	for _, item := range items(t, in)[1:] {
		got = append(got, item.CVEs...)
	}
	if want := []string{"CVE-2026-0001", "CVE-2026-12345", "CVE-2026-0002"}; !slices.Equal(got, want) {
		t.Errorf("CVEs = %q (-want +got)\n%s", got, cmp.Diff(want, got))
	}
}
