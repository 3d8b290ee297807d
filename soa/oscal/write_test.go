package oscal_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// writers are every kind of document of some records.
func writers(r sample.Records) map[string]func(io.Writer, oscal.Publication) ([]isms.Omission, error) {
	type write = func(io.Writer, oscal.Publication) ([]isms.Omission, error)
	s := r.Statement()
	return map[string]write{
		"annex a": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteCatalog(w, oscal.AnnexA(nil), p)
		},
		"own": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteCatalog(w, oscal.OwnControls(s), p)
		},
		"catalogue": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteCatalog(w, r.Catalogue, p)
		},
		"profile": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteProfile(w, oscal.Included(s), p)
		},
		"plan": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WritePlan(w, r.Plan(), p)
		},
		"actions": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteActions(w, r.Actions, p)
		},
		"results": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteResults(w, r.Results, p)
		},
	}
}

// written is a document that must be written; none when there is nothing to write.
func written(tb testing.TB, write func(io.Writer, oscal.Publication) ([]isms.Omission, error), p oscal.Publication) ([]byte, []isms.Omission) {
	tb.Helper()
	var out bytes.Buffer
	omissions, err := write(&out, p)
	if errors.Is(err, oscal.ErrNothing) {
		return nil, nil
	}
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes(), omissions
}

// Every kind of document of every sample, in both versions, is what Check
// accepts, and the same bytes again.
func TestWritten(t *testing.T) {
	turn := 0
	for _, r := range sample.All(2) {
		for name, write := range writers(r) {
			for _, v := range []oscal.Version{oscal.V113, oscal.V122} {
				turn++
				testWritten(t, r.Name+", "+name, write, sample.Publication(v, languages()[turn%3]))
			}
		}
	}
}

func testWritten(t *testing.T, name string, write func(io.Writer, oscal.Publication) ([]isms.Omission, error), p oscal.Publication) {
	t.Helper()
	data, omissions := written(t, write, p)
	if data == nil {
		return
	}
	problems, err := oscal.Check(bytes.NewReader(data))
	if err != nil || len(problems) > 0 {
		t.Fatalf("%s: Check = %v, %v", name, problems, err)
	}
	if again, _ := written(t, write, p); !bytes.Equal(data, again) {
		t.Errorf("%s: not the same bytes again", name)
	}
	for _, o := range omissions {
		if en, nl := o.Text(lang.EN), o.Text(lang.NL); en == nl {
			t.Errorf("%s: omission %s reads %q in both languages", name, o.Code, en)
		}
	}
}
