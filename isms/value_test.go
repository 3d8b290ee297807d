package isms_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

func TestValidID(t *testing.T) {
	for _, id := range []string{"a", "0", "crm", "a.b-c_d", "a.8.12", strings.Repeat("x", 64), "con1", "com10", "console"} {
		if !isms.ValidID(id) {
			t.Errorf("ValidID(%q) = false", id)
		}
	}
	for _, id := range []string{
		"", "A", "CRM", "-a", ".a", "_a", "a.", "a/b", "../../etc/passwd", "a b", "a\x00", "é", "e\u0301", strings.Repeat("x", 65),
		"con", "con.txt", "CON.txt", "nul", "aux.a.b", "com1", "lpt9.log", "com0", strings.Repeat("x", 300),
	} {
		if isms.ValidID(id) {
			t.Errorf("ValidID(%q) = true", id)
		}
	}
}

func TestTextForms(t *testing.T) {
	for in, want := range map[string]isms.Text{
		`"Payroll"`: {"": "Payroll"},
		`{"en":"Payroll","nl":"Salarisadministratie"}`: {"en": "Payroll", "nl": "Salarisadministratie"},
		`{"":"Payroll","nl":"Loon"}`:                   {"": "Payroll", "nl": "Loon"},
	} {
		var got isms.Text
		if err := json.Unmarshal([]byte(in), &got); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", in, diff)
		}
		if out, err := json.Marshal(got); err != nil || string(out) != in {
			t.Errorf("%s came back as %s, %v", in, out, err)
		}
	}
	for _, in := range []string{`5`, `["a"]`, `{"en":5}`} {
		var got isms.Text
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s = %v, want an error", in, got)
		}
	}
	for _, c := range []struct {
		text isms.Text
		lang lang.Lang
		want string
	}{
		{isms.Text{"en": "a", "nl": "b"}, lang.NL, "b"},
		{isms.Text{"en": "a"}, lang.NL, "a"},
		{isms.Text{"": "c", "en": "a"}, lang.NL, "c"},
		{isms.Text{"fr": "x", "de": "y"}, lang.NL, "y"},
		{nil, lang.EN, ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v.In(%s) = %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}

func TestLinkText(t *testing.T) {
	for in, want := range map[string]isms.Link{
		"role/ciso":   {Kind: "role", ID: "ciso"},
		"risk/r-1@12": {Kind: "risk", ID: "r-1", Rev: 12},
	} {
		got, err := isms.ParseLink(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("ParseLink(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "ciso", "role/", "/ciso", "Role/ciso", "role/ciso@", "role/ciso@0", "role/ciso@-1", "role/ciso@01", "role/ciso@x", "a/b/c"} {
		if got, err := isms.ParseLink(in); err == nil {
			t.Errorf("ParseLink(%q) = %v, want an error", in, got)
		}
	}
}

func TestActorText(t *testing.T) {
	for in, want := range map[string]isms.Actor{
		"person:jan":                  isms.Person("jan"),
		"service:scanner":             isms.Service("scanner"),
		"agent:triage for person:jan": isms.Agent("triage", "jan"),
		"agent:triage":                isms.Agent("triage", ""),
	} {
		got, err := isms.ParseActor(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("ParseActor(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "jan", "person:", "person:Jan", "robot:x", "person:jan for person:", "person:jan for x"} {
		if got, err := isms.ParseActor(in); err == nil {
			t.Errorf("ParseActor(%q) = %v, want an error", in, got)
		}
	}
}

// A rating that nobody gave ranks as the greatest.
func TestUnratedRanksGreatest(t *testing.T) {
	ranks := []isms.Rating{isms.Low, isms.Medium, isms.High, isms.VeryHigh, ""}
	for i, r := range ranks {
		if got := r.Rank(); got != i+1 {
			t.Errorf("%q.Rank() = %d, want %d", r, got, i+1)
		}
	}
}

func TestPeriodAndLifetimes(t *testing.T) {
	d := func(day int) isms.Date { return isms.Day(2026, 3, day) }
	p := isms.Period{From: d(2), To: d(4)}
	for day, want := range map[int]bool{1: false, 2: true, 4: true, 5: false} {
		if got := p.Contains(d(day)); got != want {
			t.Errorf("%v.Contains(%v) = %v", p, d(day), got)
		}
		if got := (isms.Individual{Joined: d(2), Left: d(4)}).Here(d(day)); got != want {
			t.Errorf("Here(%v) = %v", d(day), got)
		}
		if got := (isms.Asset{From: d(2), Until: d(4)}).InUse(d(day)); got != want {
			t.Errorf("InUse(%v) = %v", d(day), got)
		}
		if got := (isms.Requirement{From: d(2), Until: d(4)}).Binding(d(day)); got != want {
			t.Errorf("Binding(%v) = %v", d(day), got)
		}
	}
	if (isms.Evidence{Expires: d(2)}).Fresh(d(3)) || !(isms.Evidence{Expires: d(3)}).Fresh(d(3)) || !(isms.Evidence{}).Fresh(d(3)) {
		t.Error("evidence is fresh up to the day it expires, and for ever without one")
	}
}

func TestHasClause(t *testing.T) {
	for _, c := range []struct {
		list, clauses []string
		want          bool
	}{
		{[]string{"4.3", "5.2 e"}, []string{"5.2.e"}, true},
		{[]string{"5.2.e"}, []string{"6.2 g", "5.2 e"}, true},
		{[]string{"5.2"}, []string{"5.2.e"}, false},
		{[]string{"5.2.e"}, []string{"5.2"}, false},
		{nil, []string{"5.2"}, false},
		{[]string{"5.2"}, nil, false},
	} {
		if got := isms.HasClause(c.list, c.clauses...); got != c.want {
			t.Errorf("HasClause(%q, %q) = %v, want %v", c.list, c.clauses, got, c.want)
		}
	}
}
