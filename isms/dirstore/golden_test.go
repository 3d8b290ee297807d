package dirstore_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// golden is a copy of the store that the first release wrote. It is never
// written anew: every release opens it as it is.
func golden(t *testing.T) (dir string, want []driver.Record) {
	t.Helper()
	data, err := os.ReadFile("testdata/format1/records.json")
	if err == nil {
		err = json.Unmarshal(data, &want) //nolint:musttag // a record has no form of its own in JSON; this is the test's
	}
	if err != nil {
		t.Fatal(err)
	}
	return copyTo(t, "testdata/format1/store"), want
}

func TestGoldenStore(t *testing.T) {
	dir, want := golden(t)
	before := tree(t, dir)
	calls := 0
	opt := &dirstore.Options{Adopt: adopter(&calls), LogOnly: []string{"finding"}}
	s := open(t, dir, opt)
	if diff := cmp.Diff(want, log(t, s)); diff != "" || calls != 0 {
		t.Errorf("%d edits, want 0; records (-want +got):\n%s", calls, diff)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("files after opening (-want +got):\n%s", diff)
	}
	put(t, s, draft("asset", "crm", `{"title":"Clients","tags":["a","c"]}`))
	file := "# What we live on.\nkind: asset\nschema: 1\nid: crm\nrev: 3\ntitle: Clients\ntags:\n  - a # first\n  - c\n"
	if diff := cmp.Diff(file, read(t, dir, crmFile)); diff != "" {
		t.Errorf("the file after an update (-want +got):\n%s", diff)
	}
	after := log(t, open(t, dir, opt))
	if diff := cmp.Diff(want, after[:len(want)]); diff != "" || len(after) != len(want)+1 {
		t.Errorf("%d records, want %d and one; those (-want +got):\n%s", len(after), len(want), diff)
	}
}

// What a later release may write is refused, and stays as it is.
func TestNewerStore(t *testing.T) {
	const file = "acme/_log/00000000000000000005.jsonl"
	for _, c := range []struct {
		name, file, old, by string
		want                error
	}{
		{"a newer format", "ismskit.json", `"format":1`, `"format":2`, dirstore.ErrNewer},
		{"a field of a header that we do not know", file, `"first":5,`, `"first":5,"later":1,`, dirstore.ErrDamaged},
		{"a field of a record that we do not know", file, `"seq":5,`, `"seq":5,"later":1,`, dirstore.ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, _ := golden(t)
			edit(t, dir, c.file, c.old, c.by)
			before := tree(t, dir)
			s, err := dirstore.Open(dir, nil)
			if err == nil {
				err = tryPut(t, s, draft("asset", "crm", `{}`))
				_ = s.Close()
			}
			wantErr(t, "Open and Update", err, c.want, c.file)
			after := tree(t, dir)
			for name := range after {
				if strings.HasSuffix(name, ".lock") && !errors.Is(c.want, dirstore.ErrNewer) { // which touches nothing
					delete(after, name)
				}
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}
