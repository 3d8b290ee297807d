package oscaltest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// ajvScript validates files with ajv: it reads a list of {schema, file} and
// writes the faults of each, none for a valid one.
const ajvScript = `
const path = require("path"), fs = require("fs");
const modules = path.join(process.argv[1], "node_modules");
const Ajv = require(path.join(modules, "ajv")), formats = require(path.join(modules, "ajv-formats"));
const compiled = {};
const validator = schema => compiled[schema] ??= (() => {
	const ajv = new Ajv({strict: false, unicodeRegExp: true, logger: false});
	formats(ajv);
	return ajv.compile(JSON.parse(fs.readFileSync(schema)));
})();
const results = JSON.parse(fs.readFileSync(0)).map(({schema, file}) => {
	const validate = validator(schema);
	return validate(JSON.parse(fs.readFileSync(file))) ? [] : validate.errors.map(e => e.instancePath + " " + e.message);
});
fs.writeFileSync(1, JSON.stringify(results));
`

// ajv validates documents with ajv, which shares no code with jsonschema.
func ajv(t *testing.T, docs []sampleDoc) [][]string {
	t.Helper()
	dir := os.Getenv("ISMSKIT_AJV")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("ISMSKIT_AJV is unset, and CI must validate with ajv")
		}
		t.Skip("set ISMSKIT_AJV to a directory made by npm install --prefix DIR ajv@8 ajv-formats@3 to run this test")
	}
	type item struct {
		Schema string `json:"schema"`
		File   string `json:"file"`
	}
	var list []item
	temp := t.TempDir()
	for i, d := range docs {
		name := filepath.Join(temp, strconv.Itoa(i)+".json")
		if err := os.WriteFile(name, d.data, 0o600); err != nil {
			t.Fatal(err)
		}
		list = append(list, item{schemaFile(t, d.version), name})
	}
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "-e", ajvScript, absolute)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var results [][]string
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatal(err)
	}
	if len(results) != len(docs) {
		t.Fatalf("%d results for %d documents", len(results), len(docs))
	}
	return results
}

// A second validator agrees: what is written is valid, and what is wrong is not.
func TestAjv(t *testing.T) {
	right, bad := documents(t, 3), wrong(t)
	results := ajv(t, append(slices.Clip(right), bad...))
	for i, d := range right {
		if len(results[i]) > 0 {
			t.Errorf("%s is not valid: %v", d.name, results[i])
		}
	}
	for i, d := range bad {
		if len(results[len(right)+i]) == 0 {
			t.Errorf("%s: ajv takes it", d.name)
		}
	}
}
