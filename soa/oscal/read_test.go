package oscal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// read reads a document of any of the kinds that are read.
func read(data []byte, opt *oscal.ReadOptions) (any, []isms.Omission, error) {
	switch {
	case bytes.Contains(data[:32], []byte("catalog")):
		return either(oscal.ReadCatalog(bytes.NewReader(data), opt))
	case bytes.Contains(data[:32], []byte("profile")):
		return either(oscal.ReadProfile(bytes.NewReader(data), opt))
	default:
		return either(oscal.ReadPlan(bytes.NewReader(data), opt))
	}
}

func either[T any](v T, omissions []isms.Omission, err error) (any, []isms.Omission, error) {
	return v, omissions, err
}

// Whatever is changed in a file changes what is read or stands among what was
// not: each text of it in turn.
func TestNothingUnseen(t *testing.T) {
	r := sample.Draw("few", 7, 2, sample.Hostile())
	opt := &oscal.ReadOptions{Persons: r.Inputs.Persons, Roles: r.Inputs.Roles}
	plan := r.Plan()
	plan.Assets = plan.Assets[:1]
	plan.Statement.Rows = slices.DeleteFunc(plan.Statement.Rows, func(row soa.Row) bool { return len(row.Records) == 0 && row.Theme != 0 })
	for name, write := range map[string]func(io.Writer, oscal.Publication) ([]isms.Omission, error){
		"catalogue": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteCatalog(w, r.Catalogue, p)
		},
		"profile": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WriteProfile(w, oscal.Included(plan.Statement), p)
		},
		"plan": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WritePlan(w, plan, p) },
	} {
		data, _ := written(t, write, sample.Publication("", lang.EN))
		before, listed, err := read(data, opt)
		if err != nil {
			t.Fatal(err)
		}
		texts := leaves(data)
		if len(texts) < 10 {
			t.Fatalf("%s: %d texts", name, len(texts))
		}
		for _, leaf := range texts {
			changed := slices.Concat(data[:leaf.end], []byte("x"), data[leaf.end:])
			after, now, err := read(changed, opt)
			seen := err != nil || !reflect.DeepEqual(before, after) || !reflect.DeepEqual(listed, now)
			if strings.HasSuffix(leaf.path, "/props/1/value") && name == "catalogue" {
				continue // a sort-id of which the order is the same
			}
			if !seen && !slices.ContainsFunc(listed, func(o isms.Omission) bool {
				return o.Where == "#"+leaf.path || strings.HasPrefix("#"+leaf.path, o.Where+"/")
			}) {
				t.Errorf("%s: %s was changed, and nobody saw it", name, leaf.path)
			}
		}
	}
}

// leaf is a text in a file: its JSON Pointer, and where its
// closing quote is.
type leaf struct {
	path string
	end  int64
}

func leaves(data []byte) []leaf {
	var list []leaf
	d := json.NewDecoder(bytes.NewReader(data))
	var walk func(path string)
	walk = func(path string) {
		token, err := d.Token()
		if err != nil {
			panic(err)
		}
		switch token := token.(type) {
		case json.Delim:
			for i := 0; d.More(); i++ {
				at := fmt.Sprint(path, "/", i)
				if token == '{' {
					key, _ := d.Token()
					at = fmt.Sprint(path, "/", key)
				}
				walk(at)
			}
			_, _ = d.Token()
		case string:
			list = append(list, leaf{path, d.InputOffset() - 1})
		}
	}
	walk("")
	return list
}

func TestRefused(t *testing.T) {
	var profile bytes.Buffer
	if _, err := oscal.WriteProfile(&profile, []isms.ControlID{"A.5.1"}, sample.Publication("", "")); err != nil {
		t.Fatal(err)
	}
	good := profile.String()
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":          {"", oscal.ErrFormat},
		"xml":              {"<catalog/>", oscal.ErrFormat},
		"yaml":             {"catalog:\n  uuid: x", oscal.ErrFormat},
		"yaml list":        {"- a", oscal.ErrFormat},
		"a list":           {"[]", oscal.ErrFormat},
		"no members":       {"{}", oscal.ErrFormat},
		"cut short":        {good[:len(good)-10], oscal.ErrFormat},
		"something after":  {good + "x", oscal.ErrFormat},
		"a key twice":      {strings.Replace(good, `"metadata"`, `"UUID": "x", "metadata"`, 1), oscal.ErrFormat},
		"not UTF-8":        {strings.Replace(good, "A.5.1", "A\xff", 1), oscal.ErrFormat},
		"too deep":         {`{"profile":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "}", oscal.ErrFormat},
		"too many values":  {`{"profile":[` + strings.Repeat("1,", oscal.MaxValues) + "1]}", oscal.ErrFormat},
		"too long":         {good + strings.Repeat(" ", oscal.MaxBytes), oscal.ErrFormat},
		"another document": {`{"component-definition": {}}`, oscal.ErrKind},
		"two documents":    {`{"profile": {}, "catalog": {}}`, oscal.ErrKind},
		"an old version":   {strings.Replace(good, "1.2.2", "0.9.0", 1), oscal.ErrVersion},
		"a new version":    {strings.Replace(good, "1.2.2", "1.3.0", 1), oscal.ErrVersion},
		"no version":       {strings.Replace(good, `"oscal-version"`, `"version-of"`, 1), oscal.ErrVersion},
	} {
		if _, _, err := oscal.ReadProfile(strings.NewReader(c.data), nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if len(c.data) > 1<<20 {
			continue // once is enough
		}
		if _, err := oscal.Check(strings.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: Check: %v, want %v", name, err, c.want)
		}
	}
	if _, _, err := oscal.ReadCatalog(strings.NewReader(good), nil); !errors.Is(err, oscal.ErrKind) {
		t.Errorf("a profile as a catalogue: %v, want %v", err, oscal.ErrKind)
	}
	var problems *isms.ProblemError
	if _, _, err := oscal.ReadProfile(strings.NewReader(strings.Replace(good, `"imports"`, `"import"`, 1)), nil); !errors.As(err, &problems) || len(problems.Problems) != 2 {
		t.Errorf("a member misspelt: %v, want two problems", err)
	}
	ids, omissions, err := oscal.ReadProfile(strings.NewReader(strings.Replace(good, "1.2.2", "1.0.4", 1)), nil)
	if err != nil || len(ids) != 1 || omissions[0].Code != oscal.CodeOlder {
		t.Errorf("version 1.0.4: %v, %v, %v, want it read and told", ids, omissions, err)
	}
}

// Each change makes one problem at one place.
func TestCheck(t *testing.T) {
	r := sample.Draw("small", 1, 2, []string{"text"})
	docs := map[string]string{}
	for name, write := range writers(r) {
		data, _ := written(t, write, sample.Publication(oscal.V113, lang.EN))
		docs[name] = string(data)
	}
	first := func(doc, member string) string { // the value of a member that a document has
		_, rest, found := strings.Cut(docs[doc], `"`+member+`": "`)
		if !found {
			t.Fatalf("%s has no %s", doc, member)
		}
		value, _, _ := strings.Cut(rest, `"`)
		return value
	}
	const other = "00000000-0000-4000-8000-000000000000"
	for _, c := range []struct {
		doc, old, to string
		code         isms.Code
	}{
		{"plan", `"component-uuid": "` + first("plan", "component-uuid"), `"component-uuid": "` + other, oscal.CodeUndefined},
		{"plan", `"uuid": "` + first("plan", "uuid"), `"uuid": "` + first("plan", "component-uuid"), oscal.CodeDuplicate},
		{"plan", `"role-id": "`, `"role-id": "x`, oscal.CodeUndefined},
		{"plan", `"href": "#`, `"href": "#x`, oscal.CodeUndefined},
		{"plan", `"system-name"`, `"system-nam"`, oscal.CodeUnknown},
		{"plan", `"state": "other"`, `"state": "sleeping"`, oscal.CodeType},
		{"annex a", `"id": "A.5.2"`, `"id": "A.5.1"`, oscal.CodeDuplicate},
		{"annex a", `"id": "A.5.1"`, `"id": "1"`, oscal.CodeType},
		{"actions", `"risk-uuid": "`, `"risk-uuid": "` + other + `", "x": "`, oscal.CodeUnknown},
		{"actions", `"risk-uuid": "` + first("actions", "risk-uuid"), `"risk-uuid": "` + other, oscal.CodeUndefined},
		{"results", `"observation-uuid": "` + first("results", "observation-uuid"), `"observation-uuid": "` + other, oscal.CodeUndefined},
		{"results", `"import-ap"`, `"imports-ap"`, oscal.CodeMissing},
		{"results", `"state": "not-satisfied"`, `"state": "failed"`, oscal.CodeType},
		{"profile", `"as-is": true`, `"as-is": "true"`, oscal.CodeType},
		{"profile", `"imports": [`, `"imports": {}, "x": [`, oscal.CodeType},
	} {
		if !strings.Contains(docs[c.doc], c.old) {
			t.Errorf("%s has no %s", c.doc, c.old)
			continue
		}
		problems, err := oscal.Check(strings.NewReader(strings.Replace(docs[c.doc], c.old, c.to, 1)))
		if err != nil || !slices.ContainsFunc(problems, func(p isms.Problem) bool { return p.Code == c.code }) {
			t.Errorf("%s with %s: %v, %v, want %s", c.doc, c.to, problems, err, c.code)
		}
		for _, p := range problems {
			if p.Text(lang.EN) == p.Text(lang.NL) || !strings.HasPrefix(p.Path, "/") && p.Path != "" {
				t.Errorf("problem reads %q", p.Text(lang.EN))
			}
		}
	}
	// Since 1.2 an import says which controls; before, the schema does not ask.
	profile := strings.Replace(docs["profile"], `"include-controls"`, `"exclude-controls"`, 1)
	if problems, err := oscal.Check(strings.NewReader(profile)); err != nil || len(problems) > 0 {
		t.Errorf("1.1.3: %v, %v, want no problem", problems, err)
	}
	problems, err := oscal.Check(strings.NewReader(strings.Replace(profile, "1.1.3", "1.2.2", 1)))
	if err != nil || len(problems) != 1 || problems[0].Code != oscal.CodeOneOf {
		t.Errorf("1.2.2: %v, %v, want %s", problems, err, oscal.CodeOneOf)
	}
}
