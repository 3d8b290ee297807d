package oscal

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Known uuids: those of Python's uuid.uuid5 and of RFC 9562, A.4.
func TestUUID(t *testing.T) {
	dns := uuid{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	for _, c := range []struct{ got, want string }{
		{dns.v5("www.example.com").String(), "2ed6657d-e927-568b-95e1-2665a8aea6a2"},
		{urls().v5(NS).String(), "dc02721f-7b22-5960-8c8c-ba95370d0adb"},
		{namespace("https://acme.example/isms").of("risk", "r-1"), "fd4c804d-1e37-5157-b3e0-86e04d6cad00"},
	} {
		if c.got != c.want {
			t.Errorf("uuid = %s, want %s", c.got, c.want)
		}
	}
	ns := namespace("x")
	if ns.of("ab", "c") == ns.of("a", "bc") {
		t.Error("two names have one uuid")
	}
}

// Markdown of a text is that text again, and shows nothing but it.
func TestMarkup(t *testing.T) {
	for plainText, want := range map[string]string{
		"R&D":               `R\&D`,
		"a & b":             "a & b",
		"*x* _y_ `z`":       "\\*x\\* \\_y\\_ \\`z\\`",
		"# a\n1. b\n- c\nd": "\\# a\\\n1\\. b\\\n\\- c\\\nd",
		"a\n\nb":            "a\n\nb",
		"  code":            "&#32; code",
		"{{ insert: x }}":   `\{{ insert: x }}`,
		"a - b. c) {d}":     "a - b. c) {d}",
		"end ":              "end&#32;",
		"| a":               `\| a`,
	} {
		if got := markup(plainText); got != want {
			t.Errorf("markup(%q) = %q, want %q", plainText, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.RuneFrom([]rune("ab1 .)#-+=>|*_`[]<>~^{}&\\;\n\r\t\"!é\u2028"))
		s := rapid.StringOf(letters).Draw(t, "text")
		if got := plain(markup(s)); got != s {
			t.Fatalf("plain(markup(%q)) = %q", s, got)
		}
	})
}

// No two ids have one token, every token is one, and it gives the id again.
func TestToken(t *testing.T) {
	for id, want := range map[string]string{
		"A.5.1": "A.5.1", "nen7510:12.4.1": "nen7510__12.4.1", "2fa": "_32fa", "a_b": "a_5fb", "é": "_c3_a9", ":": "_3a", "a::b": "a____b",
	} {
		if got := token(id); got != want {
			t.Errorf("token(%q) = %q, want %q", id, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aZ09_:.-/ é\n")), 1, 12, -1).Draw(t, "id")
		made := token(s)
		if back, ok := untoken(made); !isToken(made) || !ok || back != s {
			t.Fatalf("token(%q) = %q, which is %q again", s, made, back)
		}
	})
	for _, bad := range []string{"", "a_", "a_4", "a_zz", "_61", "a:b"} {
		if id, ok := untoken(bad); ok {
			t.Errorf("untoken(%q) = %q, want none", bad, id)
		}
	}
}

// The values that a data type takes, and some that it does not.
func TestValues(t *testing.T) {
	for typ, c := range map[string]struct{ good, bad []string }{
		"line":      {[]string{"a", " a "}, []string{"", "a\n"}},
		"string":    {[]string{"a", "a b"}, []string{"", " a", "a\n", "a\u2028b", "\ufeffa", "\u00a0"}},
		"token":     {[]string{"a", "_", "é1", "a.b-c_d"}, []string{"", "1", "a b", "a:b", "-a"}},
		"uuid":      {[]string{"6ba7b811-9dad-41d1-80b4-00c04fd430c8", "6BA7B811-9DAD-51D1-A0B4-00C04FD430C8"}, []string{"", "6ba7b811-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-41d1-70b4-00c04fd430c8", "6ba7b811-9dad-41d1-80b4-00c04fd430c", "6ba7b811x9dad-41d1-80b4-00c04fd430c8", "gba7b811-9dad-41d1-80b4-00c04fd430c8"}},
		"uri":       {[]string{"https://a.b", "urn:x:y", "mailto:a@b"}, []string{"", "a", "a:b", "1a:b", "https://a b", "x:%zz"}},
		"uriref":    {[]string{"#a", "a.json", "../a?b=c"}, []string{"a b", "é", "a#b#c", "%1"}},
		"email":     {[]string{"a@b"}, []string{"", "@b", "a@", "a@b\n"}},
		"datetime":  {[]string{"2026-03-01T00:00:00Z", "2026-03-01T00:00:00.5+01:00"}, []string{"", "2026-03-01", "2026-02-30T00:00:00Z", "1066-01-01T00:00:00Z", "2026-03-01T00:00:00", "2026-03-01T00:00:00,5Z"}},
		"date":      {[]string{"2026-03-01", "2026-03-01Z", "2026-03-01+01:00"}, []string{"", "2026-3-1", "2026-02-30", "2026-03-01x", "3026-03-01"}},
		"base64":    {[]string{"YQ=="}, []string{"", "=", "a b"}},
		"enum(a|b)": {[]string{"a", "b"}, []string{"", "c", "a|b"}},
	} {
		for _, s := range c.good {
			if want := fits(&node{kind: '"', text: s}, typ); want != "" {
				t.Errorf("%q is no %s: want %s", s, typ, want)
			}
		}
		for _, s := range c.bad {
			if fits(&node{kind: '"', text: s}, typ) == "" {
				t.Errorf("%q is a %s, want it refused", s, typ)
			}
		}
		if fits(&node{kind: '0', text: "1"}, typ) == "" {
			t.Errorf("a number is a %s, want it refused", typ)
		}
	}
	for typ, c := range map[string]struct{ good, bad string }{"nat": {"0", "-1"}, "pos": {"1", "0"}, "int": {"-1", "1.5"}, "decimal": {"1.5", ""}} {
		if fits(&node{kind: '0', text: c.good}, typ) != "" || c.bad != "" && fits(&node{kind: '0', text: c.bad}, typ) == "" || fits(&node{kind: '"', text: "1"}, typ) == "" {
			t.Errorf("%s takes something else than %s", typ, c.good)
		}
	}
}

// Every object and data type that the model names is there.
func TestModelWhole(t *testing.T) {
	m := loadModel()
	for name, o := range m {
		for member, f := range o.members {
			if _, object := m[f.typ]; !object && strings.HasPrefix(fits(&node{kind: '"', text: "?"}, f.typ), "no data type") {
				t.Errorf("%s: %s is of type %s, which there is none of", name, member, f.typ)
			}
		}
	}
}
