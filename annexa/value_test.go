package annexa_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
)

// The totals of the checked attributes: another catalogue in use has 175 of
// the 465 cells wrong.
func TestAttributeTotals(t *testing.T) {
	got := map[string]int{}
	for c := range annexa.All() {
		count(got, c.Types)
		count(got, c.Properties)
		count(got, c.Concepts)
		count(got, c.Capabilities)
		count(got, c.Domains)
	}
	want := map[string]int{
		"#Preventive": 83, "#Detective": 13, "#Corrective": 14,
		"#Confidentiality": 87, "#Integrity": 84, "#Availability": 85,
		"#Identify": 23, "#Protect": 71, "#Detect": 14, "#Respond": 11, "#Recover": 6,
		"#Governance": 8, "#Asset_management": 16, "#Information_protection": 15, "#Human_resource_security": 6,
		"#Physical_security": 16, "#System_and_network_security": 17, "#Application_security": 12,
		"#Secure_configuration": 6, "#Identity_and_access_management": 11, "#Threat_and_vulnerability_management": 3,
		"#Continuity": 6, "#Supplier_relationships_security": 7, "#Legal_and_compliance": 6,
		"#Information_security_event_management": 10, "#Information_security_assurance": 4,
		"#Governance_and_Ecosystem": 27, "#Protection": 69, "#Defence": 22, "#Resilience": 8,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("controls per attribute value (-want +got):\n%s", diff)
	}
}

func count[V annexa.Value](totals map[string]int, set annexa.Set[V]) {
	for v := range set.All() {
		totals[v.String()]++
	}
}

// Cells that sources disagree about.
func TestDisputedCells(t *testing.T) {
	control := func(s string) annexa.Control {
		c, _ := annexa.Lookup(annexa.MustParseID(s))
		return c
	}
	tests := []struct {
		name string
		got  fmt.Stringer
		want string
	}{
		{"A.5.22 has assurance as capability", control("A.5.22").Capabilities, "#Supplier_relationships_security #Information_security_assurance"},
		{"A.6.6 has the supplier value in full", control("A.6.6").Capabilities, "#Information_protection #Human_resource_security #Supplier_relationships_security"},
		{"A.5.37 has nine capabilities", control("A.5.37").Capabilities, "#Asset_management #Physical_security #System_and_network_security #Application_security #Secure_configuration #Identity_and_access_management #Threat_and_vulnerability_management #Continuity #Information_security_event_management"},
		{"A.8.20 detects", control("A.8.20").Types, "#Preventive #Detective"},
		{"A.8.21 does not", control("A.8.21").Types, "#Preventive"},
		{"A.5.2 protects", control("A.5.2").Domains, "#Governance_and_Ecosystem #Protection #Resilience"},
		{"A.5.10 protects", control("A.5.10").Concepts, "#Protect"},
		{"A.5.19 identifies", control("A.5.19").Concepts, "#Identify"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.got.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestValues(t *testing.T) {
	t.Run("theme", testValues(annexa.Organizational, annexa.People, annexa.Physical, annexa.Technological))
	t.Run("control type", testValues(annexa.Preventive, annexa.Detective, annexa.Corrective))
	t.Run("property", testValues(annexa.Confidentiality, annexa.Integrity, annexa.Availability))
	t.Run("concept", testValues(annexa.Identify, annexa.Protect, annexa.Detect, annexa.Respond, annexa.Recover))
	t.Run("capability", testValues(annexa.Governance, annexa.AssetManagement, annexa.InformationProtection,
		annexa.HumanResourceSecurity, annexa.PhysicalSecurity, annexa.SystemAndNetworkSecurity, annexa.ApplicationSecurity,
		annexa.SecureConfiguration, annexa.IdentityAndAccessManagement, annexa.ThreatAndVulnerabilityManagement,
		annexa.Continuity, annexa.SupplierRelationshipsSecurity, annexa.LegalAndCompliance,
		annexa.InformationSecurityEventManagement, annexa.InformationSecurityAssurance))
	t.Run("domain", testValues(annexa.GovernanceAndEcosystem, annexa.Protection, annexa.Defence, annexa.Resilience))
}

// testValues checks one list whole: order, texts, encodings and refusals.
func testValues[V annexa.Value](want ...V) func(*testing.T) {
	return func(t *testing.T) {
		got := slices.Collect(annexa.Values[V]())
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Values (-want +got):\n%s", diff)
		}
		for range annexa.Values[V]() {
			break // must not go on or panic
		}
		seen := map[string]bool{}
		for _, v := range got {
			label := v.Label()
			if label.EN == "" || label.NL == "" || seen[label.EN] || seen[label.NL] {
				t.Errorf("%v has label %v, want texts of its own", v, label)
			}
			seen[label.EN], seen[label.NL] = true, true
			testSpellings(t, v)
		}
		testUnset[V](t)
		testSlice(t, want)
		testUnknown(t, V(len(want)+1), want[0])
	}
}

func testSpellings[V annexa.Value](t *testing.T, v V) {
	t.Helper()
	text, err := v.MarshalText()
	word := string(text)
	if err != nil || word == "" || word != strings.ToLower(strings.TrimPrefix(v.String(), "#")) {
		t.Errorf("MarshalText(%v) = %s, %v, want its word in lower case", v, word, err)
	}
	for _, in := range []string{word, v.String(), strings.ToUpper(word), " " + v.String() + " ", strings.ReplaceAll(word, "_", " ")} {
		if back, err := annexa.Parse[V](in); err != nil || back != v {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, back, err, v)
		}
	}
}

func testUnset[V annexa.Value](t *testing.T) {
	t.Helper()
	var none V
	text, err := none.MarshalText()
	if err != nil || len(text) > 0 || none.String() != "unset" || none.Label().NL != "niet ingevuld" {
		t.Errorf("the unset value is %v, %v, text %q, %v; want unset and empty text", none, none.Label(), text, err)
	}
	got := V(1)
	if err := json.Unmarshal([]byte(`""`), &got); err != nil || got != 0 {
		t.Errorf(`Unmarshal("") = %v, %v, want unset`, got, err)
	}
}

// testSlice checks lists in a host's own structs: an array of words, never a
// string, which encoding/json reads into a slice of bytes as base64.
func testSlice[V annexa.Value](t *testing.T, want []V) {
	t.Helper()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []V
	if err := json.Unmarshal(data, &got); err != nil || !slices.Equal(got, want) {
		t.Errorf("Unmarshal(%s) = %v, %v, want %v", data, got, err, want)
	}
	if err := json.Unmarshal([]byte(`"AQI="`), &got); err == nil {
		t.Errorf("Unmarshal of a string = %v, want an error", got)
	}
}

func testUnknown[V annexa.Value](t *testing.T, unknown, first V) {
	t.Helper()
	if text, err := unknown.MarshalText(); err == nil {
		t.Errorf("MarshalText(%d) = %s, want an error", unknown, text)
	}
	if s := unknown.String(); !strings.HasSuffix(s, fmt.Sprintf(" %d", unknown)) {
		t.Errorf("String(%d) = %q, want the number in it", unknown, s)
	}
	word, _ := first.MarshalText()
	for _, in := range []string{"nonsense", "#", "", "unset", "1"} {
		if got, err := annexa.Parse[V](in); err == nil || got != 0 || !strings.Contains(err.Error(), "want one of "+string(word)) {
			t.Errorf("Parse(%q) = %v, %v, want an error that names %s", in, got, err, word)
		}
	}
	got := first
	if err := json.Unmarshal([]byte(`"nonsense"`), &got); err == nil || got != first {
		t.Errorf("Unmarshal(nonsense) = %v, %v, want an error and the old value", got, err)
	}
}

func TestSpellingOfTheStandard(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"organizational":                         annexa.Organizational,
		"#Preventive":                            annexa.Preventive,
		"#Information_security_event_management": annexa.InformationSecurityEventManagement,
		"#Governance_and_Ecosystem":              annexa.GovernanceAndEcosystem,
		"#Supplier_relationships_security":       annexa.SupplierRelationshipsSecurity,
	} {
		if got.String() != want {
			t.Errorf("String() = %s, want %s", got, want)
		}
	}
}

// The standard prints one value in two ways.
func TestParseSupplierRelationships(t *testing.T) {
	for _, in := range []string{"#Supplier_relationships", "#Supplier_relationships_security", "supplier relationships"} {
		got, err := annexa.Parse[annexa.Capability](in)
		if err != nil || got != annexa.SupplierRelationshipsSecurity {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, got, err, annexa.SupplierRelationshipsSecurity)
		}
	}
}

func TestSetAsJSON(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.8.7"))
	data, err := json.Marshal(c.Types)
	if want := `["preventive","detective","corrective"]`; err != nil || string(data) != want {
		t.Errorf("Marshal = %s, %v, want %s", data, err, want)
	}
	var got annexa.Set[annexa.ControlType]
	if data, err := json.Marshal(got); err != nil || string(data) != "[]" {
		t.Errorf("Marshal(empty) = %s, %v, want []", data, err)
	}
	if err := json.Unmarshal([]byte(`["#Corrective","preventive","detective"]`), &got); err != nil || got != c.Types {
		t.Errorf("Unmarshal = %v, %v, want %v", got, err, c.Types)
	}
	for in, want := range map[string]string{
		`["preventive",""]`:   "list of 2: control type 2 is unset",
		`[null]`:              "list of 1: control type 1 is unset",
		`["preventief"]`:      "want one of preventive, detective, corrective",
		`[1]`:                 "cannot unmarshal number",
		`"preventive"`:        "cannot unmarshal string",
		`"AQI="`:              "cannot unmarshal string", // base64 of 1, 2
		`["confidentiality"]`: `control type "confidentiality"`,
	} {
		if err := json.Unmarshal([]byte(in), &got); err == nil || !strings.Contains(err.Error(), want) || got != c.Types {
			t.Errorf("Unmarshal(%s) = %v, %v, want error with %q and the old set", in, got, err, want)
		}
	}
}

func TestSetAllStopsEarly(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.8.7"))
	for v := range c.Types.All() {
		if v != annexa.Preventive {
			t.Errorf("first of All() = %v, want %v", v, annexa.Preventive)
		}
		break
	}
}

func TestSetHas(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.5.24"))
	for v, want := range map[annexa.ControlType]bool{
		0: false, annexa.Preventive: false, annexa.Detective: false, annexa.Corrective: true, 4: false, 16: false, 19: false, 65535: false,
	} {
		if got := c.Types.Has(v); got != want {
			t.Errorf("Has(%v) = %v, want %v", v, got, want)
		}
	}
}
