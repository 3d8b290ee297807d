package oscal_test

import (
	"bytes"
	"encoding"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// differences are the JSON Pointers of all values of a that b does not have, by
// reflection, so that a new field counts by itself.
func differences(a, b reflect.Value, path string) []string {
	if same(a, b) {
		return nil
	}
	leaf := a.Type() == reflect.TypeFor[isms.Text]() || a.Type().Implements(reflect.TypeFor[encoding.TextMarshaler]())
	var list []string
	switch {
	case leaf:
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
			at := path + "/" + name
			if a.Type().Field(i).Anonymous {
				at = path
			}
			list = append(list, differences(a.Field(i), b.Field(i), at)...)
		}
		return list
	case a.Kind() == reflect.Slice:
		other := b.Len() == a.Len()
		for i := range a.Len() {
			against := reflect.Zero(a.Type().Elem())
			if other {
				against = b.Index(i)
			}
			list = append(list, differences(a.Index(i), against, fmt.Sprint(path, "/", i))...)
		}
		if !other {
			list = append(list, path)
		}
		return list
	}
	return []string{path}
}

// same takes a text in no language, and a list without items, for none at all.
func same(a, b reflect.Value) bool {
	if a.Type() == reflect.TypeFor[isms.Text]() {
		return cmp.Equal(texts(a), texts(b))
	}
	return reflect.DeepEqual(a.Interface(), b.Interface()) || a.Kind() == reflect.Slice && a.Len()+b.Len() == 0
}

func texts(v reflect.Value) map[lang.Lang]string {
	m := map[lang.Lang]string{}
	for l, s := range v.Interface().(isms.Text) {
		if s != "" {
			m[l] = s
		}
	}
	return m
}

// compare reports where what came back differs without an omission that says
// so, and omissions without a difference.
func compare[T any](t *testing.T, name string, a, b T, omitted []string) {
	t.Helper()
	lost := differences(reflect.ValueOf(a), reflect.ValueOf(b), "")
	within := func(path, parent string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }
	for _, path := range lost {
		if !slices.ContainsFunc(omitted, func(o string) bool { return within(path, o) }) {
			t.Errorf("%s: %s did not come back, and no omission says so", name, path)
		}
	}
	for _, o := range omitted {
		if !slices.ContainsFunc(lost, func(path string) bool { return within(path, o) }) {
			t.Errorf("%s: omission %s, yet it came back", name, o)
		}
	}
}

// languages are those that the samples are written in.
func languages() []lang.Lang { return []lang.Lang{"", lang.EN, lang.NL} }

func TestCatalogRoundTrip(t *testing.T) {
	for i, r := range sample.All(12) {
		for _, c := range []soa.Catalogue{r.Catalogue, oscal.AnnexA(nil), oscal.OwnControls(r.Statement())} {
			p := sample.Publication(oscal.V122, languages()[i%3])
			data, omissions := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WriteCatalog(w, c, p) }, p)
			back, _, err := oscal.ReadCatalog(bytes.NewReader(data), nil)
			if err != nil {
				t.Fatal(err)
			}
			var omitted []string
			for _, o := range omissions {
				omitted = append(omitted, o.Path)
			}
			compare(t, r.Name, c, back, omitted)
		}
	}
}

func TestProfileRoundTrip(t *testing.T) {
	for _, r := range sample.All(10) {
		ids := append(oscal.Included(r.Statement()), "nen7510:1.1", "A.5.1", "A.5.2", "x_y", "9", "Not An Id", "a:b:c_d", "é:\n")
		data, omissions := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WriteProfile(w, ids, p) }, sample.Publication("", lang.NL))
		back, _, err := oscal.ReadProfile(bytes.NewReader(data), nil)
		if err != nil || len(omissions) > 0 {
			t.Fatalf("%v, %v", err, omissions)
		}
		if diff := cmp.Diff(ids, back); diff != "" {
			t.Errorf("%s: controls (-want +got)\n%s", r.Name, diff)
		}
	}
}

// What a plan brings back, compiled again, lacks exactly what the omissions say.
func TestPlanRoundTrip(t *testing.T) {
	for i, r := range sample.All(15) {
		plan := r.Plan()
		p := sample.Publication([]oscal.Version{oscal.V113, oscal.V122}[i%2], languages()[i%3])
		data, omissions := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WritePlan(w, plan, p) }, p)
		drafts, _, err := oscal.ReadPlan(bytes.NewReader(data), &oscal.ReadOptions{Persons: plan.Persons, Roles: plan.Roles})
		if err != nil {
			t.Fatal(err)
		}
		back := soa.Compile(soa.Inputs{Controls: drafts.Controls, Persons: plan.Persons, Roles: plan.Roles}, drafts.AsOf)
		back = inOrderOf(plan.Statement, back)
		var omitted []string
		for _, o := range omissions {
			if o.Subject.Kind == "control" {
				o.Path = rowPath(t, plan.Statement, o.Subject) + o.Path
			} else if o.Subject.Kind == "asset" {
				continue // they are not read: see TestCarried
			}
			omitted = append(omitted, o.Path)
		}
		compare(t, r.Name, plan.Statement, back, omitted)
	}
}

// inOrderOf puts rows in the order of another statement, unset where there is
// none, and drops what is computed and not read.
func inOrderOf(of, s soa.Statement) soa.Statement {
	rows := make([]soa.Row, len(of.Rows))
	for i, r := range of.Rows {
		if j := slices.IndexFunc(s.Rows, func(other soa.Row) bool { return other.Control == r.Control }); j >= 0 {
			rows[i] = s.Rows[j]
			rows[i].Facts = nil
		}
	}
	s.Rows, s.Findings = rows, nil
	return s
}

func rowPath(t *testing.T, s soa.Statement, of isms.Link) string {
	t.Helper()
	for i, r := range s.Rows {
		if string(r.Control) == of.ID && len(r.Records) == 0 || len(r.Records) > 0 && r.Records[0].Entity() == of {
			return fmt.Sprint("/rows/", i)
		}
	}
	t.Fatalf("no row for %s", of)
	return ""
}

// A control of a catalogue that is not ours is one of it, and nothing else.
func TestAnnexALabels(t *testing.T) {
	id := annexa.MustParseID("A.8.24")
	c := oscal.AnnexA(annexa.Labels{id: {EN: "House wording"}})
	i := slices.IndexFunc(c.Controls, func(k soa.CatalogueControl) bool { return k.Ref == id.String() })
	if got := c.Controls[i].Title[lang.EN]; len(c.Controls) != 93 || got != "House wording" {
		t.Errorf("%d controls, A.8.24 is %q, want 93 and the host's title", len(c.Controls), got)
	}
}
