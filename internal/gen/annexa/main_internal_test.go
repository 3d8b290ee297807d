package main // a command: nothing can be tested from outside

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

const dir = "../../../annexa/"

func TestGeneratedFilesAreCurrent(t *testing.T) {
	for file, from := range map[string]func(fs.FS) ([]byte, error){"zcontrols.go": generate, "zcrossmaps.go": generateMaps} {
		want, err := from(os.DirFS(dir + "data"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(dir + file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("annexa/%s differs from its data: run go generate ./annexa", file)
		}
	}
}

// Each fault is one replacement in the real data.
func TestFaultyDataIsRefused(t *testing.T) {
	tests := []struct{ name, file, from, to, want string }{
		{"header", "controls.csv", "id,theme", "id,subject", "controls.csv: first line: want id,theme,"},
		{"missing column", "controls.csv", "A.5.1,organizational,", "A.5.1,", "controls.csv: record on line 2: wrong number of fields"},
		{"unknown theme", "controls.csv", "A.5.3,organizational", "A.5.3,organisational", `controls.csv: record 4: A.5.3: theme "organisational": not in attributes.csv`},
		{"theme of another clause", "controls.csv", "A.5.3,organizational", "A.5.3,people", `A.5.3: theme "people" does not belong to clause 5`},
		{"number without letter", "controls.csv", "\nA.5.3,", "\n5.3,", `record 4: 5.3: number "5.3": want A.5.1`},
		{"leading zero", "controls.csv", "\nA.5.3,", "\nA.5.03,", `number "A.5.03": want A.5.1`},
		{"control twice", "controls.csv", "\nA.5.3,", "\nA.5.2,", "record 4: A.5.2: out of order: want A.5.3"},
		{"control missing", "controls.csv", "\nA.5.3,", "\nA.5.4,", "out of order: want A.5.3"},
		{"clause ends early", "controls.csv", "\nA.6.1,", "\nA.7.1,", "out of order: want A.5.38"},
		{"empty summary", "controls.csv", "Makes systems enforce who may see or change which information.", "", "A.8.3: summary_en is empty"},
		{"blanks around a title", "controls.csv", ",Screening,", ", Screening,", `A.6.1: title_en " Screening": blanks around it`},
		{"unknown attribute", "controls.csv", ",detective,", ",detecting,", `control_types "detecting": not in attributes.csv`},
		{"value of another attribute", "controls.csv", ",detective,", ",detect,", `control_types "detect": not in attributes.csv`},
		{"value twice", "controls.csv", "preventive corrective", "preventive corrective " + "corrective", `control_types: "corrective" is out of order`},
		{"order of values", "controls.csv", "preventive corrective", "corrective preventive", `control_types: "preventive" is out of order`},
		{"double blank", "controls.csv", "preventive corrective", "preventive  corrective", `control_types "": not in attributes.csv`},
		{"predecessor of 2022", "controls.csv", "A.13.2.1 A.13.2.2", "A.13.2.1 A.13.2", `A.5.14: number "A.13.2": want A.5.1.1`},
		{"predecessors out of order", "controls.csv", "A.13.2.1 A.13.2.2", "A.13.2.2 A.13.2.1", "iso2013: A.13.2.1 is out of order"},
		{"too many predecessors", "controls.csv", "A.9.1.1 A.9.1.2", "A.9.1.1 A.9.1.2 A.9.1.3 A.9.1.4 A.9.1.5", "iso2013 has 5 numbers: want at most 4"},
		{"pair missing in 2022", "controls.csv", "A.13.2.1 A.13.2.2", "A.13.2.2", "controls2013.csv: A.13.2.1 -> A.5.14: controls.csv does not say so"},
		{"pair missing in 2013", "controls2013.csv", "A.5.36 A.8.8", "A.5.36", "controls.csv: A.18.2.3 -> A.8.8: controls2013.csv does not say so"},
		{"too many successors", "controls2013.csv", "A.5.36 A.8.8", "A.5.36 A.8.8 A.8.9", "iso2022 has 3 numbers: want at most 2"},
		{"order of 2013", "controls2013.csv", "\nA.6.1.2,", "\nA.6.1.1,", "record 5: A.6.1.1: out of order: want more than A.6.1.1"},
		{"number too large", "controls2013.csv", "\nA.18.2.3,", "\nA.18.2.100,", `number "A.18.2.100": want A.5.1.1`},
		{"domain of another number", "controls2013.csv", "A.10.1.1,A.10,", "A.10.1.1,A.1,", `domain "A.1" is not where the id begins`},
		{"unknown list", "attributes.csv", "theme,people", "themes,people", `record 3: list "themes": want theme or a column of controls.csv`},
		{"tag without hash", "attributes.csv", "#Detective", "Detective", `tag "Detective": want a leading #`},
		{"tag twice", "attributes.csv", "#Detective", "#preventive", `tag "#preventive" stands twice`},
		{"attribute without label", "attributes.csv", "Detectief", "", "label_nl is empty"},
		{"framework twice", "frameworks.csv", "\nnis2-21-2,", "\nnis2-2024-2690,", `framework "nis2-2024-2690" stands twice`},
		{"map without source", "frameworks.csv", "ENISA, technical implementation guidance (2025); transcribed from the mapping of CISO Assistant of 2025-07-09", "", "source_en is empty"},
		{"derived from nothing", "frameworks.csv", "hoofdstuk,nis2-2024-2690", "hoofdstuk,nis2", `derived_from "nis2": want a framework above`},
		{"rows of a derived map", "crossmaps.csv", "nis2-2024-2690,1.1.1.a", "nis2-21-2,1.1.1.a", `framework "nis2-21-2": want one of frameworks.csv that is not derived`},
		{"framework again", "crossmaps.csv", "nis2-2024-2690,1.1.1.b", "nist-csf-2.0,1.1.1.b", `framework "nist-csf-2.0": want one of frameworks.csv that is not derived, in that order`},
		{"point twice", "crossmaps.csv", ",GV.OC-04,", ",GV.OC-03,", "GV.OC-03 stands twice"},
		{"clause that is none", "crossmaps.csv", ",GV.OC-01,4.1 ", ",GV.OC-01,3.1 ", `clauses "3.1": want 4.1 to 10.2`},
		{"clauses out of order", "crossmaps.csv", ",GV.OC-01,4.1 6.1.1 6.1.2", ",GV.OC-01,4.1 6.1.2 6.1.1", "clauses: 6.1.1 is out of order"},
		{"control that is none", "crossmaps.csv", "GV.OC-03,4.2,A.5.20 A.5.31", "GV.OC-03,4.2,A.5.20 A.5.38", "controls: A.5.38 is not in controls.csv"},
		{"point with nothing", "crossmaps.csv", "GV.OC-05,,A.5.3\n", "GV.OC-05,,\n", "GV.OC-05: neither clauses nor controls"},
		{"chapter that is none", "derived.csv", "21(2)(d),5", "21(2)(d),14", `chapter "14": nis2-2024-2690 has none`},
		{"derived rows of a published map", "derived.csv", "nis2-21-2,21(2)(d)", "nist-csf-2.0,21(2)(d)", `framework "nist-csf-2.0": want a derived one of frameworks.csv`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := realData(t)
			old := string(in[tt.file].Data)
			in[tt.file].Data = []byte(strings.Replace(old, tt.from, tt.to, 1))
			if old == string(in[tt.file].Data) {
				t.Fatalf("%s does not contain %q", tt.file, tt.from)
			}
			src, err := generateMaps(in) // it reads the controls first
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("generate = %v, want error with %q", err, tt.want)
			}
			if src != nil {
				t.Errorf("generate = %d bytes beside an error, want none", len(src))
			}
		})
	}
}

func TestMissingClauseIsRefused(t *testing.T) {
	in := realData(t)
	data := in["controls.csv"].Data
	in["controls.csv"].Data = data[:bytes.Index(data, []byte("A.8.1,"))]
	_, err := generate(in)
	if want := "ends in clause 7: want 4 themes"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("generate = %v, want error with %q", err, want)
	}
}

func TestMissingFileIsNamed(t *testing.T) {
	for _, file := range files() {
		in := realData(t)
		delete(in, file)
		if _, err := generateMaps(in); err == nil || !strings.HasPrefix(err.Error(), file+": ") {
			t.Errorf("generate without %s = %v, want an error that begins with it", file, err)
		}
	}
}

func TestEveryProblemIsReported(t *testing.T) {
	in := realData(t)
	in["controls.csv"].Data = bytes.Replace(in["controls.csv"].Data, []byte("A.5.3,organizational"), []byte("A.5.3,x"), 1)
	in["controls2013.csv"].Data = bytes.Replace(in["controls2013.csv"].Data, []byte("A.10.1.1,A.10,"), []byte("A.10.1.1,A.1,"), 1)
	_, err := generate(in)
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("generate = %v, want two problems", err)
	}
}

func files() []string {
	return []string{"attributes.csv", "controls.csv", "controls2013.csv", "frameworks.csv", "crossmaps.csv", "derived.csv"}
}

func realData(t *testing.T) fstest.MapFS {
	t.Helper()
	in := fstest.MapFS{}
	for _, file := range files() {
		data, err := fs.ReadFile(os.DirFS(dir+"data"), file)
		if err != nil {
			t.Fatal(err)
		}
		in[file] = &fstest.MapFile{Data: data}
	}
	return in
}
