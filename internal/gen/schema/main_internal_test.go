package main // a command: nothing can be tested from outside

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
)

const dir = "../../../isms/schema/data"

func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(kinds()) {
		t.Errorf("generate = %d files, want one for each of %d kinds", len(files), len(kinds()))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != string(want) {
			t.Errorf("isms/schema/data/%s differs from the types: run go generate ./isms/schema (%v)", name, err)
		}
	}
}

// The pattern of control ids accepts the 93 of Annex A and no other number.
func TestControlIDPattern(t *testing.T) {
	p := regexp.MustCompile(controlID().Pattern)
	for c := range annexa.All() {
		if !p.MatchString(c.ID.String()) {
			t.Errorf("pattern refuses %s", c.ID)
		}
	}
	for _, s := range []string{"nen7510:12.4.1", "own-disk", "bio:A b", "x:" + "é"} {
		if !p.MatchString(s) {
			t.Errorf("pattern refuses %q", s)
		}
	}
	for _, s := range []string{"", "A.5.0", "A.5.38", "A.6.9", "A.7.15", "A.8.35", "A.9.1", "A.5", "A.5.1.1", "nen7510:", "nen7510: ", "NEN:1", ":1", "Own", "own "} {
		if p.MatchString(s) {
			t.Errorf("pattern accepts %q", s)
		}
		if problems := isms.Validate(isms.Requirement{
			Common: isms.Common{ID: "x"}, Title: isms.Plain("x"), Type: isms.RequirementLaw, Controls: []isms.ControlID{isms.ControlID(s)},
		}); len(problems) == 0 {
			t.Errorf("Validate accepts the control %q, want what the pattern says", s)
		}
	}
}
