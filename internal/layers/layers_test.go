// Package layers proves the two rules that embedders rely on: imports point
// down, and the root module requires nothing outside the designed list.
package layers_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ismskit/ismskit/"

// allowed says what each package may import of ours, directly. A package that
// is missing here fails the test: give it a place before it is used.
func allowed() map[string][]string {
	table := map[string][]string{
		"isms/lang":   {},
		"isms/driver": {},
		"annexa":      {"isms/lang"},

		"internal/ident":    {},
		"internal/natural":  {},
		"internal/fp":       {},
		"internal/corpus":   {},
		"internal/golden":   {},
		"internal/leak":     {},
		"internal/schemas":  {},
		"internal/yamljson": {},
		"internal/revlog":   {"isms/driver"},

		"internal/jsonstream": {},
		"internal/xmlstream":  {},

		"isms":        {"isms/lang", "isms/driver", "annexa", "internal/ident", "internal/yamljson"},
		"isms/report": {"isms/lang"},
		"isms/sheet":  {"isms/lang", "internal/xmlstream"},

		"isms/schema":   {},
		"isms/register": {"isms", "isms/lang", "isms/report", "internal/natural"},

		"isms/memstore":  {"isms/driver", "internal/revlog"},
		"isms/dirstore":  {"isms/driver", "internal/revlog", "internal/yamljson", "internal/ident"},
		"isms/sqlstore":  {"isms/driver"},
		"isms/ledger":    {"isms/driver"},
		"isms/storetest": {"isms", "isms/driver"},

		"vuln/cvss":       {"isms/lang"},
		"vuln/scan":       {"isms/lang", "internal/jsonstream", "internal/xmlstream"},
		"vuln/intel":      {"vuln/scan", "internal/jsonstream"},
		"internal/layers": {},
	}
	core := []string{"isms", "isms/lang", "isms/driver", "isms/report", "annexa"}
	core = append(core, "internal/natural")
	table["risk"] = core
	table["risk/quant"] = []string{"isms", "isms/lang", "internal/fp"}
	table["risk/residual"] = append([]string{"risk"}, core...)
	table["risk/bridge"] = append([]string{"risk", "risk/quant"}, core...)
	table["soa"] = append([]string{"risk", "internal/yamljson"}, core...) // catalogues are read from files
	table["soa/spreadsheet"] = append([]string{"soa", "isms/sheet"}, core...)
	table["risk/spreadsheet"] = append([]string{"risk", "isms/sheet", "internal/yamljson"}, core...)
	table["soa/handoff"] = append([]string{"soa", "isms/ledger"}, core...)
	table["soa/oscal"] = append([]string{"soa", "risk", "internal/jsonstream"}, core...)
	table["soa/oscal/internal/sample"] = append([]string{"soa", "soa/oscal", "risk"}, core...)
	table["soa/ciso"] = []string{"isms", "isms/lang", "risk", "soa", "internal/yamljson"}
	table["vuln"] = append([]string{"risk", "vuln/cvss", "vuln/scan", "vuln/intel", "internal/ident"}, core...)
	table["vuln/vex"] = []string{"isms", "isms/lang", "vuln", "vuln/scan"}
	table["pdca/conformity"] = append([]string{"risk", "soa", "vuln", "vuln/scan"}, core...)
	table["internal/proof"] = append([]string{"pdca/conformity", "isms/ledger"}, table["pdca/conformity"]...)
	table["pdca"] = append([]string{"pdca/conformity"}, table["pdca/conformity"]...)
	return table
}

type pkg struct {
	ImportPath string   `json:"ImportPath"`
	Imports    []string `json:"Imports"`
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports"}, args...)...)
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var pkgs []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func TestImportsPointDown(t *testing.T) {
	table := allowed()
	outside := map[string][]string{
		"internal/yamljson": {"gopkg.in/yaml.v3"},
		"isms/ledger":       {"golang.org/x/mod/sumdb/"},
		"soa/handoff":       {"golang.org/x/mod/sumdb/"},
		"internal/proof":    {"golang.org/x/mod/sumdb/"},
	}
	std := map[string]bool{}
	for _, p := range list(t, "std") {
		std[p.ImportPath] = true
	}
	for _, p := range list(t, "./...") {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || strings.HasPrefix(name, "examples/") || strings.Contains(name, "internal/gen") {
			continue // programs: nobody imports them
		}
		may, known := table[name]
		if !known {
			t.Errorf("%s has no place in the table of layers", name)
		}
		for _, i := range p.Imports {
			to, ours := strings.CutPrefix(i, module)
			switch {
			case std[i] || i == "C":
			case ours && slices.Contains(may, to):
			case !ours && slices.ContainsFunc(outside[name], func(prefix string) bool { return strings.HasPrefix(i, prefix) }):
			default:
				t.Errorf("%s imports %s, which is not below it", name, i)
			}
		}
	}
}

// The dependencies that embedders inherit, and those of the tests.
func TestDirectRequirements(t *testing.T) {
	designed := []string{
		"github.com/pandatix/go-cvss v0.6.4", "gopkg.in/yaml.v3 v3.0.1",
		"github.com/google/go-cmp v0.7.0", "pgregory.net/rapid v1.3.0", "golang.org/x/mod v0.42.0",
	}
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for s := bufio.NewScanner(bytes.NewReader(mod)); s.Scan(); {
		line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s.Text()), "require "))
		path, version, ok := strings.Cut(line, " ")
		if !ok || !strings.Contains(path, ".") || !strings.HasPrefix(version, "v") || strings.HasSuffix(line, "// indirect") {
			continue
		}
		count++
		if !slices.Contains(designed, line) {
			t.Errorf("go.mod requires %s, which is not in the designed list", line)
		}
	}
	if count < 4 {
		t.Errorf("found %d requirements in go.mod, want at least 4: is it still read right?", count)
	}
}
