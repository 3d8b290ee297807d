package ciso_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/ciso"
	"pgregory.net/rapid"
)

func itoa(n int) string { return strconv.Itoa(n) }

// full is a library of which every member is set, of its records too.
func full() ciso.Library {
	text := isms.Text{"en": "text", "nl": "tekst"}
	day := isms.Day(2026, 3, 1)
	common := func(id string) isms.Common {
		return isms.Common{
			ID: id, Rev: 4, Recorded: isms.Recorded{At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), By: isms.Agent("triage", "jan"), Note: "why", Seq: 7},
			Label: "L-1", ISMS: "hq", Status: isms.Approved, Owner: isms.Link{Kind: "role", ID: "ciso", Rev: 2}, Occurred: day,
			Review: isms.Review{Last: day, Every: isms.Cadence{Every: 1, Unit: isms.Years}}, Tags: []string{"category:technical", "mine", "csf:protect", "csf:detect"},
			External: []isms.ExternalID{{System: "jira", ID: "X-1", URL: "https://x.example"}, {System: "ciso-assistant", ID: "urn:other:risk:function:" + id, URL: "https://y.example"}},
			Ext:      map[string]json.RawMessage{"acme.example/score": json.RawMessage("4.10")},
		}
	}
	step := risk.Step{Title: text, Criteria: text, Dimensions: map[string]isms.Text{"money": text}}
	band := func(id string) risk.Band {
		return risk.Band{ID: id, Title: text, Colour: "#59BBB2", Action: text, Review: isms.Cadence{Every: 1, Unit: isms.Months}, Escalation: isms.Link{Kind: "role", ID: "board", Rev: 2}}
	}
	m := risk.OWASP()
	m.Common, m.Title, m.Assessment, m.Criteria, m.Appetite = common("house"), text, text, text, text
	m.Properties = []risk.Named{{ID: "authenticity", Title: text}}
	m.Dimensions = []risk.Named{{ID: "money", Title: text}}
	m.Impact.Steps[0] = step
	m.Bands[0] = band(m.Bands[0].ID)
	m.Categories = nil
	return ciso.Library{
		URN: "urn:acme:risk:library:house", RefID: "HOUSE", Locale: "nl", Version: 2, Name: text, Description: text, Provider: "Acme", Packager: "acme", Copyright: "free",
		Catalogues: []soa.Catalogue{{
			ID: "guild", Title: text, Edition: "2026", Source: "Guild", Licence: "theirs",
			Controls: []soa.CatalogueControl{{Ref: "1.2", Group: text, Title: text, Text: text, AnnexA: []annexa.ID{annexa.MustParseID("A.5.1")}}},
		}},
		Controls: []isms.Control{
			{
				Common: common("oc-1"), Title: text, Description: text, Include: text, Implementation: isms.Partial, Since: day, How: text, Plan: text, Due: day, Maturity: isms.Maturity{Current: 2, Target: 3, On: day},
				Documents: []isms.Ref[isms.Document]{"d"}, Evidence: []isms.Ref[isms.Evidence]{"e"},
			},
			{Common: common("oc-2"), Title: isms.Plain("plain"), Exclude: text},
			{Common: common("c-a-5-1"), Ref: "A.5.1", Exclude: text},
		},
		Methodologies: []risk.Methodology{m},
	}
}

// The members that full leaves unset, because others exclude them. A new field
// of a record is missing here until full sets it.
func TestFullIsFull(t *testing.T) {
	lib := full()
	set := map[string]bool{}
	var visit func(v reflect.Value, at string)
	visit = func(v reflect.Value, at string) {
		set[at] = set[at] || !v.IsZero()
		switch {
		case v.Kind() == reflect.Struct && v.NumField() > 0 && v.Type().Field(0).IsExported():
			for i := range v.NumField() {
				visit(v.Field(i), at+"."+v.Type().Field(i).Name)
			}
		case v.Kind() == reflect.Slice && v.Type() != reflect.TypeFor[json.RawMessage]():
			for i := range v.Len() {
				visit(v.Index(i), at)
			}
		}
	}
	visit(reflect.ValueOf(lib), "")
	allowed := map[string]bool{
		".Methodologies.Matrix": true, ".Methodologies.Categories": true, ".Methodologies.AcceptUpTo": true, ".Methodologies.TolerateUpTo": true,
		".Methodologies.Formula.Likelihood": true, ".Methodologies.Formula.Impact": true, ".Methodologies.Formula": true, ".Methodologies.Formula.Product": true,
		".Methodologies.Bands.From": true, ".Methodologies.Likelihood.Steps.Dimensions": true, ".Methodologies.Likelihood.Values": true, ".Methodologies.Impact.Values": true,
	}
	for k, ok := range set {
		if !ok && !allowed[k] && !strings.HasPrefix(k, ".Methodologies.Derivations") {
			t.Errorf("full does not set %s: set it, and see whether it comes through or is listed", k)
		}
	}
}

// Each member of a full record comes through or is listed, and what is listed
// does not come through.
func TestFullRoundTrip(t *testing.T) {
	if problems := problemsOf(full()); len(problems) > 0 {
		t.Fatalf("full is not valid: %v", problems)
	}
	if diff := losesExactly(full()); diff != "" {
		t.Error(diff)
	}
	formula := full()
	formula.Methodologies = []risk.Methodology{risk.MONARC(), risk.ISO27005(), risk.EBIOS(), risk.BSI2003(), risk.NIST80030()}
	if diff := losesExactly(formula); diff != "" {
		t.Error(diff)
	}
}

func problemsOf(lib ciso.Library) []isms.Problem {
	var all []isms.Problem
	for _, c := range lib.Catalogues {
		all = append(all, c.Validate()...)
	}
	for _, c := range lib.Controls {
		all = append(all, isms.Validate(c)...)
	}
	for _, m := range lib.Methodologies {
		all = append(all, isms.Validate(m)...)
	}
	return all
}

func TestRoundTripLosesExactlyWhatIsListed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lib := drawLibrary(t)
		if diff := losesExactly(lib); diff != "" {
			t.Fatal(diff)
		}
	})
}

func drawLibrary(t *rapid.T) ciso.Library {
	word := rapid.StringMatching(`[a-zA-Z0-9=+@:#"'{}\[\]~é€ -]{0,8}[a-zA-Z0-9é=]`)
	text := rapid.Custom(func(t *rapid.T) isms.Text {
		out := isms.Text{}
		for _, l := range rapid.SliceOfNDistinct(rapid.SampledFrom([]lang.Lang{"", "en", "nl", "fr"}), 1, 3, rapid.ID).Draw(t, "languages") {
			out[l] = word.Draw(t, "text")
		}
		return out
	})
	maybe := func(name string) isms.Text {
		if rapid.Bool().Draw(t, name) {
			return text.Draw(t, name)
		}
		return nil
	}
	id := rapid.StringMatching(`[a-z0-9][a-z0-9._-]{0,6}[a-z0-9]`)
	ids := func(most int, name string) []string {
		return rapid.SliceOfNDistinct(id, 0, most, rapid.ID).Draw(t, name)
	}
	lib := ciso.Library{
		URN: "urn:acme:risk:library:house", Locale: rapid.SampledFrom([]lang.Lang{"en", "nl"}).Draw(t, "locale"),
		Name: text.Draw(t, "name"), Description: maybe("description"), Provider: word.Draw(t, "provider"), Copyright: word.Draw(t, "copyright"),
		Controls: []isms.Control{{Common: isms.Common{ID: "always"}, Title: isms.Text{"en": "x"}}},
	}
	for _, name := range ids(2, "catalogues") {
		c := soa.Catalogue{ID: name, Title: text.Draw(t, "title"), Source: rapid.SampledFrom([]string{lib.Provider, "other"}).Draw(t, "source"), Licence: lib.Copyright}
		var group isms.Text
		for _, ref := range rapid.SliceOfNDistinct(word.Filter(func(s string) bool { return strings.TrimSpace(s) == s }), 1, 5, rapid.ID).Draw(t, "refs") {
			if rapid.Bool().Draw(t, "new group") {
				group = maybe("group")
			}
			c.Controls = append(c.Controls, soa.CatalogueControl{Ref: ref, Group: group, Title: text.Draw(t, "title"), Text: maybe("text")})
		}
		lib.Catalogues = append(lib.Catalogues, c)
	}
	for _, name := range ids(3, "controls") {
		c := isms.Control{Common: isms.Common{ID: name, Label: rapid.SampledFrom([]string{"", name, "RC 1"}).Draw(t, "label")}, Title: text.Draw(t, "title"), Description: maybe("text")}
		c.Tags = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"category:policy", "csf:govern", "csf:sleep", "mine"}), 0, 3, rapid.ID).Draw(t, "tags")
		for _, u := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"function:shop:" + name, "function:house:" + name, "function:other"}), 0, 2, rapid.ID).Draw(t, "urns") {
			c.External = append(c.External, isms.ExternalID{System: rapid.SampledFrom([]string{"ciso-assistant", "jira"}).Draw(t, "system"), ID: "urn:acme:risk:" + u})
		}
		if rapid.Bool().Draw(t, "how") {
			c.How = text.Draw(t, "how")
		}
		lib.Controls = append(lib.Controls, c)
	}
	return lib
}

// losesExactly writes a library and reads it back. It tells what differs from
// the library without what is listed, and what is listed without need.
func losesExactly(lib ciso.Library) string {
	var out bytes.Buffer
	omitted, err := lib.Write(&out)
	if err != nil {
		return "Write: " + err.Error()
	}
	back, more, err := ciso.Read("back.yaml", bytes.NewReader(out.Bytes()))
	if err != nil {
		return "Read: " + err.Error()
	}
	if len(more) > 0 {
		return "Read of what Write wrote omits " + list(more, lang.EN)
	}
	want, got := plainTree(lib), plainTree(back)
	for _, o := range omitted {
		path := o.Path
		if !o.Subject.IsZero() {
			path = "/" + o.Subject.Kind + "/" + o.Subject.ID + path
		}
		before := cut(want, path)
		if before == nil {
			return "listed and not there: " + path
		}
		after := any(nil)
		switch o.Code {
		case ciso.CodeDropped, ciso.CodeCatalogue: // not in the file at all
			if !strings.Contains(path, "/tags/") && !strings.Contains(path, "/external/") {
				after = at(got, path)
			}
			if after != nil {
				return "listed as dropped, and there: " + path
			}
		case ciso.CodeFormula:
			cut(got, strings.Replace(path, "/formula", "/matrix", 1))
		default: // nearly: it differs
			after = cut(got, path)
		}
		if cmp.Equal(before, after) {
			return "listed, and came through unchanged: " + path
		}
	}
	return cmp.Diff(tidy(want), tidy(got))
}

// plainTree is a library as JSON, its records by id and tags in one order.
func plainTree(lib ciso.Library) map[string]any {
	data, err := json.Marshal(lib)
	if err != nil {
		panic(err)
	}
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		panic(err)
	}
	for from, kind := range map[string]string{"controls": "control", "methodologies": "methodology"} {
		records := map[string]any{}
		list, _ := v[from].([]any)
		for _, r := range list {
			record, _ := r.(map[string]any)
			id, _ := record["id"].(string)
			records[id] = record
		}
		delete(v, from)
		v[kind] = records
	}
	return v
}

func at(v any, path string) any {
	head, rest, more := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	var next any
	switch x := v.(type) {
	case map[string]any:
		next = x[strings.ReplaceAll(head, "~1", "/")]
	case []any:
		if i, err := strconv.Atoi(head); err == nil && i < len(x) {
			next = x[i]
		}
	}
	if !more || next == nil {
		return next
	}
	return at(next, rest)
}

// cut takes the value at a path out of a tree, and leaves a hole in a list.
func cut(v any, path string) any {
	i := strings.LastIndexByte(path, '/')
	parent := v
	if i > 0 {
		parent = at(v, path[:i])
	}
	key := strings.ReplaceAll(path[i+1:], "~1", "/")
	switch x := parent.(type) {
	case map[string]any:
		old := x[key]
		delete(x, key)
		return old
	case []any:
		if n, err := strconv.Atoi(key); err == nil && n < len(x) {
			old := x[n]
			x[n] = nil
			return old
		}
	}
	return nil
}

// tidy drops holes in lists and what is empty without them, and gives tags one
// order.
func tidy(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, v := range x {
			if t := tidy(v); t == nil {
				delete(x, k)
			} else {
				x[k] = t
			}
		}
		if len(x) == 0 {
			return nil
		}
	case []any:
		var kept []any
		for _, v := range x {
			if t := tidy(v); t != nil {
				kept = append(kept, t)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		if first, ok := kept[0].(string); ok && len(kept) == 2 && strings.HasPrefix(first, "csf:") {
			kept[0], kept[1] = kept[1], kept[0]
		}
		return kept
	}
	return v
}
