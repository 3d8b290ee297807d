package handoff_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/handoff"
)

// classes says of every field that can be reached in a Statement whether readers
// outside may see it: "shown" always, "coarse" as a coarser word, the name of a
// Field when it is allowed, "never". A field that is not here fails the tests:
// decide about it before it is added.
func classes() map[string]string {
	return map[string]string{
		"Organization.Title": "shown",
		"AsOf":               "shown",
		"Scope.Title":        "scope",
		"Boundary":           "scope",

		"Rows[].Control":        "shown", // of Annex A; of others with "other-controls"
		"Rows[].Theme":          "shown",
		"Rows[].Title":          "other-controls",
		"Rows[].Label":          "other-controls",
		"Rows[].Decision":       "coarse",
		"Rows[].Implementation": "coarse",
		"Rows[].Reasons[].Kind": "coarse",
		"Rows[].Reasons[].Text": "reasons",
		"Rows[].Against[].Kind": "never",
		"Rows[].Against[].Text": "reasons",
		"Rows[].How":            "how",
		"Rows[].Since":          "since",

		"Rows[].Owner.Title":       "owner",
		"Rows[].Documents[].Title": "documents",

		"Rows[].Plan":          "never",
		"Rows[].Due":           "never",
		"Rows[].ReviewDue":     "never",
		"Rows[].ReviewOverdue": "never",
		"Rows[].Records":       "never",
		"Rows[].Evidence":      "never",

		"Rows[].Group":    "never",
		"Rows[].Facts":    "never",
		"Rows[].Current":  "never",
		"Rows[].Residual": "never",
		"Rows[].Maturity": "never",

		"Findings":   "never",
		"Catalogues": "never",
		"Maturity":   "never",
		"Seq":        "never",

		// of every record that is referred to
		"*.Link": "never", "*.Label": "never", "*.Status": "never", "*.Stale": "never",

		// of every reason
		"*.From": "never", "*.Source": "never", "*.Options": "never", "*.Level": "never", "*.Owner": "never", "*.Behind": "never", "*.Actions": "never",
	}
}

// classOf is the class of a path, that of its longest known beginning; "" when
// nobody decided.
func classOf(path string) string {
	known := classes()
	for p := path; p != ""; {
		if c, ok := known[p]; ok {
			return c
		}
		last := p[strings.LastIndexByte(p, '.')+1:]
		if c, ok := known["*."+last]; ok && strings.Contains(p, ".") {
			return c
		}
		if i := strings.LastIndexAny(p, ".["); i >= 0 {
			p = p[:i]
		} else {
			p = ""
		}
	}
	return ""
}

// fill puts a text of its own into every string of a value, two elements into
// every list, and tells where each is: the leaves of a Statement.
func fill(v reflect.Value, path string, see func(path, text string)) {
	n := 0
	text := func() string {
		n++
		s := fmt.Sprintf("Zq%s%d", strings.NewReplacer(".", "x", "[]", "y").Replace(path), n)
		see(path, s)
		return s
	}
	switch v.Interface().(type) {
	case isms.Text:
		v.Set(reflect.ValueOf(isms.Text{"en": text(), "nl": text(), "": text()}))
		return
	case isms.Link:
		v.Set(reflect.ValueOf(isms.Link{Kind: "risk", ID: strings.ToLower(text()), Rev: 7654321}))
		return
	case isms.Date:
		see(path, "2031-07-19")
		v.Set(reflect.ValueOf(isms.Day(2031, 7, 19)))
		return
	case soa.Decision, annexa.Theme:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text())
	case reflect.Bool:
		see(path, "")
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		see(path, "")
		v.SetInt(7654321)
	case reflect.Uint16:
		see(path, "")
		v.SetUint(1)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), strings.TrimPrefix(path+"."+f.Name, "."), see)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), path+"[]", see)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, path+"[]", see)
		fill(value, path+"[]", see)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, see)
	default:
		panic(path + " is a " + v.Kind().String() + ": teach the test to fill it")
	}
}

// full is a statement in which every string is one of its own, with rows of
// every sort, and all these strings by their path.
func full(t *testing.T) (soa.Statement, map[string][]string) {
	t.Helper()
	texts := map[string][]string{}
	see := func(path, text string) { texts[path] = append(texts[path], text) }
	var s soa.Statement
	fill(reflect.ValueOf(&s).Elem(), "", see)
	s.Rows = nil
	for _, d := range []soa.Decision{soa.Included, soa.Excluded, soa.Undecided, "Zqdecision"} {
		for _, control := range []isms.ControlID{"A.5.1", "A.8.34", "nen7510:zq-secret", "zq-own-control", ""} {
			var row soa.Row
			fill(reflect.ValueOf(&row).Elem(), "Rows[]", see)
			row.Decision = d
			if control != "" {
				row.Control = control
			}
			for i := range row.Reasons {
				row.Reasons[i].Kind = []soa.ReasonKind{soa.OwnDecision, soa.RiskTreatment}[i]
			}
			for i := range row.Against {
				row.Against[i].Kind = soa.Exclusion
			}
			s.Rows = append(s.Rows, row)
		}
	}
	return s, texts
}

// renderings are a redacted statement in every format and language.
func renderings(t *testing.T, r handoff.Redacted) map[string]string {
	t.Helper()
	out := map[string]string{}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	out["JSON"] = string(raw)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		doc := r.Report(l)
		for name, render := range map[string]func(io.Writer) error{
			"HTML":     func(w io.Writer) error { return report.HTML(w, doc) },
			"Markdown": func(w io.Writer) error { return report.Markdown(w, doc) },
			"CSV":      func(w io.Writer) error { return report.CSV(w, r.Table(l)) },
			"XLSX":     func(w io.Writer) error { return report.XLSX(w, doc) },
		} {
			var b bytes.Buffer
			if err := render(&b); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			text := b.String()
			if name == "XLSX" {
				text = unpacked(t, b.Bytes())
			}
			out[name+" "+string(l)] = strings.ReplaceAll(text, `\`, "") // Markdown escapes
		}
	}
	return out
}

func unpacked(t *testing.T, b []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		in, err := f.Open()
		if err == nil {
			_, err = io.Copy(&all, in)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// No rendering has a text of the statement that was not allowed: with nothing
// allowed, with each field alone, and with all of them.
func TestRedactedLeaksNothing(t *testing.T) {
	s, texts := full(t)
	all := []handoff.Field{
		handoff.FieldScope, handoff.FieldReasons, handoff.FieldHow, handoff.FieldSince,
		handoff.FieldOwner, handoff.FieldDocuments, handoff.FieldOther,
	}
	marks := regexp.MustCompile(`zq-[a-z]+-?[a-z]*|zq(?:[a-y0-9]|z[a-pr-z0-9])+|7654321|2031`)
	sets := [][]handoff.Field{nil, all}
	for _, f := range all {
		sets = append(sets, []handoff.Field{f})
	}
	for _, allow := range sets {
		r, err := handoff.Redact(s, handoff.Redaction{Allow: allow})
		if err != nil {
			t.Fatal(err)
		}
		secret := secrets(texts, allow)
		r.AsOf = isms.Day(2026, 3, 1) // so that the other days show
		for name, text := range renderings(t, r) {
			for _, x := range marks.FindAllString(strings.ToLower(text), -1) {
				if secret[x] {
					t.Errorf("allowing %v, %s has %s", allow, name, x)
				}
			}
		}
		open := texts["Organization.Title"]
		if text := renderings(t, r)["JSON"]; !strings.Contains(text, open[0]) {
			t.Errorf("allowing %v, the name of the organization is not there", allow)
		}
	}
}

// secrets are the texts that may not be seen, in lower case.
func secrets(texts map[string][]string, allow []handoff.Field) map[string]bool {
	set := map[string]bool{"7654321": true, "zqdecision": true}
	if !slices.Contains(allow, handoff.FieldOther) {
		set["zq-secret"], set["zq-own-control"] = true, true
	}
	if !slices.Contains(allow, handoff.FieldSince) {
		set["2031"] = true // every day but that of the statement
	}
	for path, found := range texts {
		class := classOf(path)
		if class == "shown" && path != "Rows[].Control" || slices.Contains(allow, handoff.Field(class)) {
			continue
		}
		for _, x := range found {
			set[strings.ToLower(x)] = true
		}
	}
	delete(set, "2031-07-19")
	return set
}

// What is allowed comes through: the test above would pass for nothing at all.
func TestRedactedShowsWhatIsAllowed(t *testing.T) {
	s, texts := full(t)
	for field, paths := range map[handoff.Field][]string{
		handoff.FieldScope:     {"Scope.Title", "Boundary"},
		handoff.FieldReasons:   {"Rows[].Reasons[].Text", "Rows[].Against[].Text"},
		handoff.FieldHow:       {"Rows[].How"},
		handoff.FieldSince:     {"Rows[].Since"},
		handoff.FieldOwner:     {"Rows[].Owner.Title"},
		handoff.FieldDocuments: {"Rows[].Documents[].Title"},
		handoff.FieldOther:     {"Rows[].Title", "Rows[].Label"},
	} {
		r, err := handoff.Redact(s, handoff.Redaction{Allow: []handoff.Field{field}})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range renderings(t, r) {
			if field == handoff.FieldScope && strings.HasPrefix(name, "CSV") {
				continue // the table alone
			}
			for _, path := range paths {
				if !slices.ContainsFunc(texts[path], func(x string) bool { return strings.Contains(text, x) }) {
					t.Errorf("allowing %s, %s has nothing of %s", field, name, path)
				}
			}
		}
	}
}

// Somebody decided about every field of a Statement.
func TestEveryFieldIsClassified(t *testing.T) {
	_, texts := full(t)
	for path := range texts {
		if classOf(path) == "" {
			t.Errorf("%s of a Statement: may readers outside see it? Say so in classes", path)
		}
	}
	if len(texts) < 40 {
		t.Errorf("%d paths in a Statement, want at least 40: is it still walked?", len(texts))
	}
}

// Every control has its row, in the same order, and yes, no and unknown mean the
// same as in the statement.
func TestRedactKeepsTheRows(t *testing.T) {
	s := soa.Compile(soa.Inputs{
		Organization: isms.Organization{Common: isms.Common{ID: "acme"}, Name: isms.Plain("Acme")},
		Controls: []isms.Control{
			{Common: isms.Common{ID: "c-1"}, Ref: "A.5.1", Include: isms.Plain("we want it"), Implementation: isms.Implemented},
			{Common: isms.Common{ID: "c-2"}, Ref: "A.5.2", Include: isms.Plain("we want it"), Implementation: isms.Partial},
			{Common: isms.Common{ID: "c-3"}, Ref: "A.5.3", Include: isms.Plain("we want it"), Implementation: isms.Planned},
			{Common: isms.Common{ID: "c-4"}, Ref: "A.5.4", Include: isms.Plain("we want it")},
			{Common: isms.Common{ID: "c-5"}, Ref: "A.5.5", Exclude: isms.Plain("we do not"), Implementation: isms.Implemented},
			{Common: isms.Common{ID: "own"}, Title: isms.Plain("Guard dog"), Include: isms.Plain("it barks")},
		},
	}, isms.Day(2026, 3, 1))
	r, err := handoff.Redact(s, handoff.Redaction{})
	if err != nil {
		t.Fatal(err)
	}
	table := r.Table(lang.EN)
	if len(table.Rows) != 94 || len(s.Rows) != 94 {
		t.Fatalf("%d rows of %d, want 94 of 94", len(table.Rows), len(s.Rows))
	}
	var got []string
	for i, row := range table.Rows {
		if i < 93 && row.Cells[0].Text != s.Rows[i].Name() {
			t.Errorf("row %d is %s, want %s", i, row.Cells[0].Text, s.Rows[i].Name())
		}
		if i < 6 || i == 93 {
			got = append(got, strings.Join([]string{row.Cells[0].Text, row.Cells[3].Text, row.Cells[4].Text, row.Cells[5].Text}, "|"))
		}
	}
	want := []string{
		"A.5.1|yes|own decision|yes",
		"A.5.2|yes|own decision|not (fully)",
		"A.5.3|yes|own decision|not (fully)",
		"A.5.4|yes|own decision|not stated",
		"A.5.5|no|left out, with a recorded reason|",
		"A.5.6|undecided||not stated",
		"other-1|yes|own decision|not stated",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got)\n%s", diff)
	}
	// a redacted statement shares nothing with its source
	s.Organization.Title[""] = "changed"
	if r.Organization.In(lang.EN) != "Acme" {
		t.Error("a change of the statement shows in the redacted one")
	}
}

// A name that is no field is refused: a typing error never widens or narrows
// what is shown.
func TestRedactRefusesUnknownFields(t *testing.T) {
	var r handoff.Redaction
	if err := json.Unmarshal([]byte(`{"allow": ["how", "risks"]}`), &r); err != nil {
		t.Fatal(err)
	}
	_, err := handoff.Redact(soa.Statement{}, r)
	if got := strings.Join(problems(t, err), ","); got != "field" || !strings.Contains(err.Error(), "/allow/1") || !strings.Contains(err.Error(), "risks") {
		t.Errorf("Redact allowing risks = %v, want a problem at /allow/1", err)
	}
}

// Allowing reasons shows the organization's own words, and no text of a risk or
// requirement, nor what speaks against an inclusion.
func TestRedactShowsOwnWordsOnly(t *testing.T) {
	reason := func(k soa.ReasonKind, s string) soa.Reason { return soa.Reason{Kind: k, Text: isms.Plain(s)} }
	r, err := handoff.Redact(soa.Statement{Rows: []soa.Row{{
		Control: "A.5.1", Decision: soa.Included,
		Reasons: []soa.Reason{reason(soa.RiskTreatment, "a risk"), reason(soa.Contract, "a contract"), reason(soa.OwnDecision, "our words")},
		Against: []soa.Reason{reason(soa.Exclusion, "once left out")},
	}}}, handoff.Redaction{Allow: []handoff.Field{handoff.FieldReasons}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]isms.Text{isms.Plain("our words")}, r.Rows[0].Words); diff != "" {
		t.Errorf("words (-want +got)\n%s", diff)
	}
}
