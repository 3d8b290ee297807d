package scan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/vuln/scan"
)

func readText(t *testing.T, in string) *scan.Report {
	t.Helper()
	report, err := scan.Read(t.Context(), strings.NewReader(in), nil)
	if err != nil {
		t.Fatalf("Read(%s) = %v", in, err)
	}
	return report
}

// TestLoggedIn: what the scanner says of a host; neither when it says nothing, or
// both.
func TestLoggedIn(t *testing.T) {
	yes, no := map[string]bool{"h": true}, map[string]bool{"h": false}
	nessus := func(tag, line string) string {
		return `<NessusClientData_v2><Report name="r"><ReportHost name="h"><HostProperties>` + tag + `</HostProperties>` +
			`<ReportItem port="0" severity="0" pluginID="19506"><plugin_output>Information about this scan :` + "\n\n" + line +
			"\nPort scanner(s) : nessus_syn_scanner</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>"
	}
	tag := func(word string) string { return `<tag name="Credentialed_Scan">` + word + `</tag>` }
	openVAS := func(details, results string) string {
		return `<report id="1"><report id="2"><host><ip>h</ip>` + details + `</host><results>` + results + `</results></report></report>`
	}
	detail := func(name string) string {
		return `<detail><name>` + name + `</name><value>Protocol SSH, Port 22, User audit</value></detail>`
	}
	result := func(name string) string {
		return `<result><host>h</host><port>22/tcp</port><nvt oid="1.3.6.1.4.1.25623.1.0.108540"><name>` + name + `</name></nvt><threat>Log</threat></result>`
	}
	for _, c := range []struct {
		rule, in string
		want     map[string]bool
	}{
		{"Nessus: nothing said", nessus("", "Scan type : Normal"), nil},
		{"Nessus: yes", nessus("", "Credentialed checks : yes"), yes},
		{"Nessus: yes, with the account", nessus("", "Credentialed checks : yes, as 'audit' via ssh"), yes},
		{"Nessus: yes, of itself", nessus("", "Credentialed checks : yes (on the localhost)"), yes},
		{"Nessus: no", nessus("", "Credentialed checks : no"), no},
		{"Nessus: partly", nessus("", "Credentialed checks : partial"), nil},
		{"Nessus: a word of another beginning", nessus("", "Credentialed checks : none"), nil},
		{"Nessus: the tag", nessus(tag("true"), ""), yes},
		{"Nessus: the tag, no", nessus(tag("false"), ""), no},
		{"Nessus: another tag", nessus(tag("maybe"), ""), nil},
		{"Nessus: both say yes", nessus(tag("true"), "Credentialed checks : yes"), yes},
		{"Nessus: it contradicts itself", nessus(tag("true"), "Credentialed checks : no"), nil},
		{"Nessus: only partly, beside the tag", nessus(tag("true"), "Credentialed checks : partial"), nil},
		{"Nessus: another plugin", strings.ReplaceAll(nessus("", "Credentialed checks : yes"), "19506", "19507"), nil},
		{"OpenVAS: nothing said", openVAS("", result("Services")), nil},
		{"OpenVAS: the host says so", openVAS(detail("Auth-SSH-Success"), ""), yes},
		{"OpenVAS: the host says no", openVAS(detail("OS")+detail("Auth-SMB-Failure"), ""), no},
		{"OpenVAS: one way in of two", openVAS(detail("Auth-SSH-Success")+detail("Auth-SMB-Failure"), ""), nil},
		{"OpenVAS: SNMP looks at versions only", openVAS(detail("Auth-SNMP-Success"), result("SNMP Login Successful For Authenticated Checks")), nil},
		{"OpenVAS: a result says so", openVAS("", result("SSH Login Successful For Authenticated Checks")), yes},
		{"OpenVAS: a result says no", openVAS("", result("SMB Login Failed For Authenticated Checks")), no},
		{"OpenVAS: a result that speaks of logins", openVAS("", result("FTP Brute Force Logins With Default Credentials Reporting")), nil},
		{"OpenVAS: a result of others", openVAS("", strings.ReplaceAll(result("SSH Login Successful For Authenticated Checks"), "25623", "1")), nil},
		{
			"OpenVAS: CSV",
			"IP,Port,Severity,NVT OID,NVT Name\nh,22,Log,1.3.6.1.4.1.25623.1.0.108540,VMware ESXi Login Successful For Authenticated Checks\n",
			yes,
		},
		{"Nmap never logs in", `<nmaprun><host><address addr="h"/><ports/></host></nmaprun>`, nil},
	} {
		if diff := cmp.Diff(c.want, readText(t, c.in).LoggedIn); diff != "" {
			t.Errorf("%s: LoggedIn (-want +got)\n%s", c.rule, diff)
		}
	}
	all := readText(t, strings.Replace(nessus("", "Credentialed checks : yes"), `</Report>`, `<ReportHost name="i"><HostProperties>`+tag("false")+`</HostProperties></ReportHost></Report>`, 1))
	if diff := cmp.Diff(map[string]bool{"h": true, "i": false}, all.LoggedIn); diff != "" {
		t.Errorf("LoggedIn of two hosts (-want +got)\n%s", diff)
	}
}

// TestTooManyHosts: what is said of hosts does not grow without end.
func TestTooManyHosts(t *testing.T) {
	in := &strings.Builder{}
	in.WriteString(`<report id="1"><report id="2">`)
	for n := range scan.MaxTargets + 1 {
		fmt.Fprintf(in, "<host><ip>%d</ip><detail><name>Auth-SSH-Success</name></detail></host>", n)
	}
	in.WriteString(`<results/></report></report>`)
	if got := reasonOf(t, in.String(), nil); got != scan.ReasonLimit {
		t.Errorf("Read(%d hosts) = %v, want a limit", scan.MaxTargets+1, got)
	}
}

// TestFeed: the version of the checks as the scanner says it, once.
func TestFeed(t *testing.T) {
	nessus := func(lines ...string) string {
		const item, end = `<ReportItem port="0" severity="0" pluginID="19506"><plugin_output>`, `</plugin_output></ReportItem>`
		return `<NessusClientData_v2><Report name="r"><ReportHost name="h">` + item + strings.Join(lines, end+item) + end + `</ReportHost></Report></NessusClientData_v2>`
	}
	grype := func(db string) string {
		return `{"matches":[],"source":{"target":"t"},"descriptor":{"name":"grype","db":` + db + `}}`
	}
	for in, want := range map[string]string{
		nessus("Plugin feed version : 202611150630"):                                                       "202611150630",
		nessus("Plugin feed version : 202611150630", "Plugin feed version : 202611150630"):                 "202611150630",
		nessus("Plugin feed version : 202611150630", "Plugin feed version : 202611160630"):                 "",
		nessus("Plugin feed version : 1", "Plugin feed version : 2", "Plugin feed version : 1"):            "",
		nessus("Scanner edition used : Nessus"):                                                            "",
		grype(`{"built":"2023-11-15T01:26:31Z","schemaVersion":5,"location":"/x","error":null}`):           "2023-11-15T01:26:31Z",
		grype(`{"status":{"schemaVersion":"v6.0.2","built":"2025-06-19T04:12:38Z"},"providers":{"a":{}}}`): "2025-06-19T04:12:38Z",
		grype(`null`):                      "",
		grype(`{"status":"error"}`):        "",
		grype(`{"built":7,"status":null}`): "",
		`{"SchemaVersion":2,"CreatedAt":"2026-01-01T00:00:00Z","ArtifactName":"x"}`: "", // when it ran, not with what
	} {
		if got := readText(t, in).Feed; got != want {
			t.Errorf("Feed of %s = %q, want %q", in, got, want)
		}
	}
}

// TestCorpusLoggedIn: real scans that say they looked from outside, with what
// checks; others do not say.
func TestCorpusLoggedIn(t *testing.T) {
	for name, want := range map[string]struct {
		feed  string
		hosts int
	}{
		"nessus/nessus_v_unknown.xml":            {"201306260615", 7},
		"nessus/nessus_with_cvssv3.nessus":       {"202203230748", 1},
		"nessus/nessus_was_many_vuln.xml":        {"", 0},
		"openvas/many_vuln.xml":                  {"", 0},
		"grype/many_vulns_with_epss_values.json": {"2025-06-19T04:12:38Z", 0},
		"grype/many_vulns.json":                  {"", 0},
		"trivy/cvssv4_severity_source.json":      {"", 0},
		"nuclei/issue_14071.json":                {"", 0},
		"nmap/full_sudo6.xml":                    {"", 0},
		"osv_scanner/many_findings.json":         {"", 0},
		"sarif/codeQL-output.sarif":              {"", 0},
		"cyclonedx/issue_9277.json":              {"", 0},
	} {
		report := read(t, corpus.Path(t, "scans", name))
		if report.Feed != want.feed || len(report.LoggedIn) != want.hosts {
			t.Errorf("%s: Feed %q, LoggedIn %v, want %q and %d hosts", name, report.Feed, report.LoggedIn, want.feed, want.hosts)
		}
		for host, did := range report.LoggedIn {
			if did {
				t.Errorf("%s: logged in to %s, want not", name, host)
			}
		}
	}
}
