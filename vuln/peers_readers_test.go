package vuln_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// A reader elsewhere rejects the examples of SARIF's specification, Appendix K: a
// log without results, and one that uses what most tools leave out. This is one of
// our own of that kind.
func TestSARIFWithAllItsParts(t *testing.T) {
	const rich = `{"$schema":"https://example.org/sarif-2.1.0.json","version":"2.1.0","runs":[{
	"automationDetails":{"id":"Nightly/1","guid":"11111111-1111-1111-8888-111111111111"},
	"tool":{"driver":{"name":"CodeScanner","rules":[{"id":"C2001","deprecatedIds":["CA1"],"fullDescription":{"text":"x"},
	"messageStrings":{"default":{"text":"Variable \"{0}\" was used."}}}]},"extensions":[{"name":"more"}]},
	"taxonomies":[{"name":"t"}],"translations":[{"name":"n","language":"nl"}],"policies":[{"name":"p"}],
	"invocations":[{"commandLine":"scan","executionSuccessful":true,"startTimeUtc":"2026-01-01T10:00:00Z","endTimeUtc":"2026-01-01T10:01:00Z",
	"toolExecutionNotifications":[{"message":{"text":"odd"},"level":"warning"}]}],
	"artifacts":[{"location":{"uri":"src/a.c","uriBaseId":"SRC"},"roles":["analysisTarget"]},{"location":{"uri":"app.zip"}},{"parentIndex":1,"location":{"uri":"in/b.c"}}],
	"originalUriBaseIds":{"SRC":{"uri":"file:///src/"}},"logicalLocations":[{"name":"add","fullyQualifiedName":"n::add"}],
	"threadFlowLocations":[{"location":{"message":{"text":"here"}}}],"graphs":[{"nodes":[{"id":"n1"}]}],
	"results":[{"ruleId":"C2001","ruleIndex":0,"kind":"fail","level":"error","rank":95.0,"message":{"id":"default","arguments":["count"]},
	"suppressions":[],"baselineState":"unchanged","workItemUris":["https://example.org/1"],
	"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/a.c","uriBaseId":"SRC","index":0},"region":{"startLine":5}},"logicalLocations":[{"index":0}]}],
	"codeFlows":[{"threadFlows":[{"locations":[{"index":0,"state":{"x":{"text":"1"}}}]}]}],"stacks":[{"frames":[{"location":{},"threadId":1}]}],
	"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"src/a.c"},"replacements":[{"deletedRegion":{"startLine":1}}]}]}],
	"partialFingerprints":{"x":"y"},"hostedViewerUri":"https://example.org"}]}]}`
	for in, want := range map[string]int{
		rich: 1,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"CodeScanner"}},"results":[]}]}`: 0,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"CodeScanner"}}}]}`:              0,
		`{"version":"2.1.0","runs":[]}`: 0,
	} {
		r, err := scan.Read(t.Context(), strings.NewReader(in), nil)
		if err != nil || r.Format != scan.FormatSARIF || len(r.Items) != want {
			t.Errorf("Read(%.60s...) = %+v, %v, want %d items", in, r, err, want)
		}
	}
}

// A library elsewhere rejects OpenVEX v0.0.1 documents.
func TestOpenVEX001(t *testing.T) {
	const in = `{"@context":"https://openvex.dev/ns","@id":"v","author":"Supplier","timestamp":"2026-01-08T18:02:03-06:00",
	"statements":[{"vulnerability":"CVE-2026-50004","products":["pkg:apk/wolfi/bash@1.0.0"],"status":"not_affected","justification":"component_not_present"}]}`
	r, err := scan.Read(t.Context(), strings.NewReader(in), nil)
	if err != nil || len(r.Items) != 1 || r.Items[0].ID != "CVE-2026-50004" || r.Items[0].Status != scan.StatusNotAffected {
		t.Errorf("Read(OpenVEX 0.0.1) = %+v, %v, want its statement", r, err)
	}
}

// A severity that is lowered by the same key in another case (encoding/json) is an
// error, and nothing of the file is kept.
func TestSeverityInAnotherCase(t *testing.T) {
	const in = `{"SchemaVersion":2,"Results":[{"Target":"t","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1","PkgName":"p","Severity":"HIGH","SEVERITY":"low"}]}]}`
	if r, err := scan.Read(t.Context(), strings.NewReader(in), nil); err == nil {
		t.Errorf("Read = %+v, want an error", r)
	}
}

// claircore is wrong on 35 % of the 4.0 vectors with requirements or safety; these
// have the scores of the specification's own calculator.
func TestRequirementsAndSafetyOf40(t *testing.T) {
	for vector, want := range map[string]string{
		"CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N/MSI:S/S:P":                                                                            "9.7",
		"CVSS:4.0/AV:A/AC:H/AT:P/PR:H/UI:A/VC:H/VI:H/VA:H/SC:L/SI:H/SA:L/E:U/CR:M/AR:L/MAV:P/MAT:P/MPR:H/MVC:L/MVI:N/MSC:N/MSI:S/MSA:N":                        "1.5",
		"CVSS:4.0/AV:A/AC:H/AT:N/PR:N/UI:N/VC:H/VI:H/VA:L/SC:N/SI:L/SA:H/E:P/CR:L/IR:L/AR:H/MAV:N/MAC:H/MAT:N/MPR:L/MUI:P/MVC:L/MVI:X/MVA:N/MSC:L/MSI:L/MSA:L": "2.5",
	} {
		f := vuln.Finding{Observations: []vuln.Observation{{Source: "x", Ratings: []vuln.Rating{{Vector: vector}}}}}
		if got := vuln.ReadyPolicy().Rate(f).Score; got != cvssScore(want) || cvss.MustParse(vector).Scores().Overall != got {
			t.Errorf("Rate(%s) = %s, want %s", vector, got, want)
		}
	}
}

// Scripts and formulas in what tools report never run (DefectDojo #11059, and
// stored XSS in several): see also the golden files of the register.
func TestTitlesAreText(t *testing.T) {
	f := known(1, "2026-02-01")
	f.Observations[0].Title = "\t=HYPERLINK(\"http://example.org\")<script>alert(1)</script>"
	r := vuln.NewRegister(vuln.Inputs{Findings: []vuln.Finding{f}, Assets: assets()}, date("2026-02-02"))
	for name, text := range rendered(t, r) {
		if strings.Contains(text, "<script>") && name != "csv" || name == "csv" && strings.Contains(text, "\"\t=HYPERLINK") {
			t.Errorf("%s has what could run: %s", name, text)
		}
	}
	if got := isms.Validate(f); len(got) > 0 {
		t.Errorf("Validate = %v", got)
	}
}
