package oscal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// marker fills a record, by reflection, with values that stand nowhere else.
type marker struct {
	n     int
	marks map[string]string // by JSON Pointer
}

func (m *marker) fill(v reflect.Value, path string) {
	m.n++
	mark := fmt.Sprintf("mark%dx", m.n)
	switch value := v.Addr().Interface().(type) {
	case *isms.Text:
		*value = isms.Text{lang.EN: mark}
	case *isms.Date:
		*value = isms.Day(2100, time.January, m.n)
		mark = value.String()
	case *isms.Link:
		*value = isms.Link{Kind: "role", ID: mark}
	case *isms.Cadence:
		*value = isms.Cadence{Every: m.n, Unit: isms.Days}
	case *map[string]json.RawMessage:
		*value = map[string]json.RawMessage{"a/b": json.RawMessage(`"` + mark + `"`)}
	case *isms.Recorded:
		return // the store's
	default:
		m.kind(v, path, mark)
		return
	}
	m.marks[path] = mark
}

func (m *marker) kind(v reflect.Value, path, mark string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			at := path + "/" + name
			if v.Type().Field(i).Anonymous {
				at = path
			}
			m.fill(v.Field(i), at)
		}
		return
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		m.fill(v.Index(0), path+"/0")
		return
	case reflect.String:
		v.SetString(mark)
	case reflect.Bool:
		v.SetBool(true)
		mark = "true"
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(770000 + m.n))
		mark = strconv.Itoa(770000 + m.n)
	default: // a map: records have no other kinds
		value := reflect.New(v.Type().Elem()).Elem()
		m.fill(value, path+"/have")
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("have"), value)
		return
	}
	m.marks[path] = mark
}

// Every member of every record that is written is in the file or among the
// omissions, and what was left out is not in the file.
func TestCarried(t *testing.T) {
	type test struct {
		name string
		link isms.Link
		path string // of the record itself
		run  func(m *marker) func(*bytes.Buffer, oscal.Publication) ([]isms.Omission, error)
	}
	kind := func(k string) isms.Link { return isms.Link{Kind: k} }
	base := sample.All(0)[0]
	for _, c := range []test{
		{"risk", kind("risk"), "", func(m *marker) func(*bytes.Buffer, oscal.Publication) ([]isms.Omission, error) {
			var r risk.Risk
			m.fill(reflect.ValueOf(&r).Elem(), "")
			m.marks["/treatment/actions/0/cost/minor"] = r.Treatment.Actions[0].Cost.String()
			r.Treatment.Actions = append(r.Treatment.Actions, risk.Action{ID: "open", Title: isms.Plain("open")})
			return func(w *bytes.Buffer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteActions(w, oscal.Actions{Risks: []risk.Risk{r}}, p)
			}
		}},
		{"nonconformity", kind("nonconformity"), "", func(m *marker) func(*bytes.Buffer, oscal.Publication) ([]isms.Omission, error) {
			var n isms.Nonconformity
			m.fill(reflect.ValueOf(&n).Elem(), "")
			return func(w *bytes.Buffer, p oscal.Publication) ([]isms.Omission, error) {
				finding := isms.AuditFinding{ID: "f", Title: isms.Plain("f"), Grade: isms.Major, Nonconformity: isms.Ref[isms.Nonconformity](n.ID)}
				audit := isms.Audit{Common: isms.Common{ID: "a"}, Title: isms.Plain("a"), Findings: []isms.AuditFinding{finding}}
				return oscal.WriteResults(w, oscal.Results{Audits: []isms.Audit{audit}, Nonconformities: []isms.Nonconformity{n}}, p)
			}
		}},
		{"audit", kind("audit"), "", func(m *marker) func(*bytes.Buffer, oscal.Publication) ([]isms.Omission, error) {
			var a isms.Audit
			m.fill(reflect.ValueOf(&a).Elem(), "")
			return func(w *bytes.Buffer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteResults(w, oscal.Results{Audits: []isms.Audit{a}}, p)
			}
		}},
		{"finding", isms.Link{}, "/findings/0", func(m *marker) func(*bytes.Buffer, oscal.Publication) ([]isms.Omission, error) {
			var f isms.Finding
			m.fill(reflect.ValueOf(&f).Elem(), "/findings/0")
			delete(m.marks, "/findings/0/args/have") // filled into the text, if it is one of ours
			return func(w *bytes.Buffer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteResults(w, oscal.Results{Findings: []isms.Finding{f}, Day: sample.Today()}, p)
			}
		}},
		{"asset", kind("asset"), "", func(m *marker) func(*bytes.Buffer, oscal.Publication) ([]isms.Omission, error) {
			var a isms.Asset
			m.fill(reflect.ValueOf(&a).Elem(), "")
			return func(w *bytes.Buffer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WritePlan(w, oscal.Plan{Statement: base.Statement(), Assets: []isms.Asset{a}}, p)
			}
		}},
	} {
		m := &marker{marks: map[string]string{}}
		var out bytes.Buffer
		omissions, err := c.run(m)(&out, sample.Publication("", lang.EN))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for path, mark := range m.marks {
			omitted := slices.ContainsFunc(omissions, func(o isms.Omission) bool {
				dropped := o.Code == oscal.CodeDropped && o.Subject.Kind == c.link.Kind
				return dropped && (path == o.Path || strings.HasPrefix(path, o.Path+"/"))
			})
			if path == c.path+"/rev" {
				continue
			}
			if written := strings.Contains(out.String(), mark); written == omitted && mark != "true" {
				t.Errorf("%s: %s (%s) is in the file %t, and among the omissions %t", c.name, path, mark, written, omitted)
			}
		}
	}
}

// Rows whose members this package has not heard of are listed, not lost.
func TestUnknownMembers(t *testing.T) {
	s := sample.All(0)[0].Statement()
	s.Rows[0].Group = isms.Plain("a heading")
	s.Rows[0].Current = isms.Plain("high")
	var out bytes.Buffer
	omissions, err := oscal.WritePlan(&out, oscal.Plan{Statement: s}, sample.Publication("", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/group", "/current"} {
		if !slices.ContainsFunc(omissions, func(o isms.Omission) bool {
			return o.Path == path && o.Subject.ID == firstID(s.Rows[0]) && o.Code == oscal.CodeDropped
		}) {
			t.Errorf("no omission of %s", path)
		}
	}
}

func firstID(r soa.Row) string {
	if len(r.Records) > 0 {
		return r.Records[0].ID
	}
	return string(r.Control)
}
