package vextest_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
)

// schema is the one of CycloneDX 1.6, with those it refers to.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const base = "http://cyclonedx.org/schema/"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, name := range []string{"bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json"} {
		data, err := os.ReadFile(corpus.Path(t, "schemas", "cyclonedx", name))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(base+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(base + "bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, data string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// Every status with every justification, of named and unnamed components, is
// valid; the same with a state of our own is not.
func TestCycloneDXSchema(t *testing.T) {
	s := schema(t)
	const product = "pkg:oci/shop@2.4"
	at := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	p := vex.Publication{ID: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", Author: "Acme", Releases: []time.Time{at, at}}
	statements := []vex.Statement{
		{IDs: []string{"CVE-2026-1000", "GHSA-a", "GHSA-b"}, Component: product, Status: scan.StatusFixed},
		{IDs: []string{"CVE-2026-1001"}, Product: product, Component: "in-house parser", Status: scan.StatusUnderInvestigation, Stated: at},
		{IDs: []string{"CVE-2026-1002"}, Product: product, Component: "pkg:npm/%40vue/core@3", Status: scan.StatusAffected, Details: "update"},
		{IDs: []string{"own-7"}, Product: product, Component: "pkg:npm/%40vue/core@3", Status: scan.StatusNotAffected, Details: "why"},
	}
	for _, why := range []vuln.Justification{
		vuln.ComponentNotPresent, vuln.CodeNotPresent, vuln.CodeNotExecuted, vuln.CodeNotControlled, vuln.AlreadyMitigated,
	} {
		statements = append(statements, vex.Statement{IDs: []string{string(why)}, Component: product, Status: scan.StatusNotAffected, Justification: why})
	}
	var b bytes.Buffer
	if err := vex.WriteCycloneDX(&b, p, statements); err != nil {
		t.Fatal(err)
	}
	if err := validate(t, s, b.String()); err != nil {
		t.Errorf("the document is not valid: %v\n%s", err, b.String())
	}
	for _, word := range []string{`"in_triage"`, `"code_not_reachable"`} {
		if !strings.Contains(b.String(), word) {
			t.Errorf("%s is not in the document", word)
		}
	}
	if err := validate(t, s, strings.Replace(b.String(), `"in_triage"`, `"unclear"`, 1)); err == nil {
		t.Error("a state of our own is valid: the schema was not applied")
	}
}
