package cvss_test

import (
	"os"
	"testing"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/vuln/cvss"
)

// A vector and a score are read from YAML as they are written to it, and as a
// person writes them: a score is no number that a parser may round.
func TestYAML(t *testing.T) {
	type record struct {
		Vector cvss.Vector `json:"vector"`
		Base   cvss.Score  `json:"base"`
	}
	v := cvss.MustParse(base31)
	want := record{v, v.Scores().Base}
	written, err := yamljson.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(written), "vector: " + base31 + "\nbase: 9.8\n", "vector: \"" + base31 + "\"\nbase: \"9.8\"\n"} {
		var got record
		doc, err := yamljson.Parse("record.yaml", []byte(text))
		if err == nil {
			err = doc.Decode(&got)
		}
		if err != nil || got != want {
			t.Errorf("Decode(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

// All scores of four versions are in 256 KiB of tables, the sources of the
// generated ones included.
func TestTablesAreSmall(t *testing.T) {
	var size int64
	for _, name := range []string{"scores.bin", "ztables.go"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 256<<10 {
		t.Errorf("the tables have %d bytes, want at most %d", size, 256<<10)
	}
}
