// Package schemas keeps one file for each schema version of each kind. A stored
// field never changes its name, its type or its meaning: whoever breaks that
// breaks these files. They are never edited; a new schema adds a directory.
package schemas_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// entities is one value of every kind.
func entities() []isms.Entity {
	return []isms.Entity{
		isms.Organization{},
		isms.Scope{},
		isms.Individual{},
		isms.Role{},
		isms.Requirement{},
		isms.Control{},
		isms.Asset{},
		isms.Document{},
		isms.Evidence{},
		isms.Incident{},
		isms.Audit{},
		isms.Nonconformity{},
		isms.ManagementReview{},
		isms.Decision{},
		isms.Issue{},
		isms.Party{},
		isms.Feedback{},
		isms.Process{},
		isms.Commitment{},
		isms.Acknowledgement{},
		isms.Objective{},
		isms.Metric{},
		isms.Measurement{},
		isms.ChangeRequest{},
		isms.Improvement{},
		isms.Exception{},
		isms.Qualification{},
		isms.Training{},
		isms.Communication{},
		isms.Supplier{},
		isms.AccessRequest{},
		isms.AccessReview{},
		isms.Configuration{},
		isms.ControlTest{},
		isms.ImpactAnalysis{},
		isms.ContinuityPlan{},
		isms.Exercise{},
		isms.Contact{},
		isms.Meeting{},
		isms.Event{},
		risk.Methodology{},
		risk.Risk{},
		risk.Prospect{},
		residual.Graph{},
		soa.Version{},
		vuln.Finding{},
		vuln.Scan{},
		vuln.Policy{},
		vuln.Alias{},
		vuln.AssetChange{},
		vuln.Exception{},
		vuln.InfoSource{},
	}
}

func kinds() []isms.AnyKind {
	return slices.Concat(isms.Kinds(), risk.Kinds(), residual.Kinds(), soa.Kinds(), vuln.Kinds())
}

func TestEveryKindHasAGolden(t *testing.T) {
	for _, k := range kinds() {
		if !slices.ContainsFunc(entities(), func(e isms.Entity) bool { return e.EntityKind() == k.Name() }) {
			t.Errorf("kind %s is not among the entities of this test", k.Name())
		}
		for schema := 1; schema <= k.Schema(); schema++ {
			if _, err := os.Stat(file(k.Name(), schema)); err != nil {
				t.Errorf("no golden file for schema %d: %v", schema, err)
			}
		}
	}
}

// A value with every member filled encodes as in the golden file of its schema,
// and the file decodes to that value.
func TestGolden(t *testing.T) {
	for _, e := range entities() {
		t.Run(e.EntityKind(), func(t *testing.T) {
			i := slices.IndexFunc(kinds(), func(k isms.AnyKind) bool { return k.Name() == e.EntityKind() })
			if i < 0 {
				t.Fatalf("no package lists kind %s among its Kinds", e.EntityKind())
			}
			full := reflect.New(reflect.TypeOf(e))
			fill(t, full.Elem())
			got := encode(t, full.Interface())
			name := file(e.EntityKind(), kinds()[i].Schema())
			want := golden(t, name, got)
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
			back := reflect.New(reflect.TypeOf(e))
			d := json.NewDecoder(bytes.NewReader(want))
			d.DisallowUnknownFields()
			if err := d.Decode(back.Interface()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(encode(t, back.Interface()))); diff != "" {
				t.Errorf("what %s decodes to (-want +got)\n%s", name, diff)
			}
		})
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

// golden reads a golden file. With -update it writes one that is missing, and
// never changes one.
func golden(t *testing.T, name string, missing []byte) []byte {
	t.Helper()
	want, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && *update {
		want = missing
		err = errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, want, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func file(kind string, schema int) string {
	return filepath.Join("testdata", strconv.Itoa(schema), kind+".json")
}

// fill gives every exported member a value, in a way that never changes.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch x := v.Addr().Interface().(type) {
	case *isms.Date:
		*x = isms.Day(2026, 3, 1)
		return
	case *isms.Cadence:
		*x = isms.Cadence{Every: 3, Unit: isms.Months}
		return
	case *isms.Link:
		*x = isms.Link{Kind: "role", ID: "ciso", Rev: 2}
		return
	case *isms.Actor:
		*x = isms.Agent("triage", "jan")
		return
	case *isms.Text:
		*x = isms.Text{"en": "text", "nl": "tekst"}
		return
	case *time.Time:
		*x = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
		return
	case *json.RawMessage:
		*x = json.RawMessage(`{"a":4.10}`)
		return
	case interface{ UnmarshalText([]byte) error }:
		fillText(t, x)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("word")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(t, value)
		v.SetMapIndex(reflect.ValueOf("acme.example/key").Convert(v.Type().Key()), value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i))
			}
		}
	default:
		t.Fatalf("cannot fill a %s", v.Type())
	}
}

// fillText tries the texts that types of the domain read.
func fillText(t *testing.T, x interface{ UnmarshalText([]byte) error }) {
	t.Helper()
	for _, text := range []string{"high", "9.8", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "A.5.1", "trivy", "3.1", "fixed", "2026-03-01"} {
		if x.UnmarshalText([]byte(text)) == nil {
			return
		}
	}
	t.Fatalf("no text that a %T reads", x)
}

// No kind has a member that the envelope of a file has: one of the two would
// hide the other.
func TestEnvelopeIsApart(t *testing.T) {
	for _, e := range entities() {
		for member := range reflect.TypeOf(e).Fields() {
			name, _, _ := strings.Cut(member.Tag.Get("json"), ",")
			if slices.Contains([]string{"kind", "schema", "id", "rev", "recorded"}, name) {
				t.Errorf("%s has a member %q, which is one of the envelope's", e.EntityKind(), name)
			}
		}
	}
}
