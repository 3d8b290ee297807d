package xmlstream_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

func code(err error) string {
	if e, ok := errors.AsType[*xmlstream.Error](err); ok {
		return e.Code
	}
	return ""
}

// names walks the whole document and lists its elements in order.
func names(src io.Reader) (string, error) {
	var b strings.Builder
	r := xmlstream.NewReader(src)
	root, err := r.Root()
	if err != nil {
		return "", err
	}
	var walk func(name []byte) error
	walk = func(name []byte) error {
		fmt.Fprintf(&b, "%s(", name)
		err := r.Children(walk)
		b.WriteString(")")
		return err
	}
	if err := walk(root); err != nil {
		return b.String(), err
	}
	return b.String(), r.End()
}

// text is the root's own text.
func text(src io.Reader) (string, error) {
	r := xmlstream.NewReader(src)
	if _, err := r.Root(); err != nil {
		return "", err
	}
	s, err := r.Text()
	if err == nil {
		err = r.End()
	}
	return s, err
}

func skip(src io.Reader) error {
	r := xmlstream.NewReader(src)
	if _, err := r.Root(); err != nil {
		return err
	}
	if err := r.Skip(); err != nil {
		return err
	}
	return r.End()
}

func TestFaults(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><lolz>&lol2;</lolz>`
	for in, want := range map[string]string{
		``:                    "truncated",
		`<a>`:                 "truncated",
		`<a b="c`:             "truncated",
		`<a><!-- `:            "truncated",
		`<a><![CDATA[x]]`:     "truncated",
		`<a></a`:              "truncated",
		`<!DOCTYPE a`:         "truncated",
		`<?xml version="1.0"`: "truncated",
		`<a></b>`:             "syntax",
		`<a></ab>`:            "syntax",
		`<a b=c/>`:            "syntax",
		`<a b="c"d="e"/>`:     "syntax",
		`<a b="1" b="2"/>`:    "syntax",
		`<a b/>`:              "syntax",
		`<a <b/></a>`:         "syntax",
		`< a/>`:               "syntax",
		`text`:                "syntax",
		`<a><!ELEMENT b></a>`: "syntax",
		laughs:                "entity",
		`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`: "entity",
		`<a>&nbsp;</a>`:   "entity",
		`<a b="&x;"/>`:    "entity",
		`<a>&#0;</a>`:     "entity",
		`<a>&#xD800;</a>`: "entity",
		`<a>AT&T</a>`:     "entity",
		`<a/><b/>`:        "trailing",
		`<a/>x`:           "trailing",
		`<?xml version="1.0" encoding="UTF-16"?><a/>`:                          "charset",
		strings.Repeat("<a>", 101):                                             "limit",
		`<a>` + strings.Repeat("x", xmlstream.MaxToken+1) + `</a>`:             "limit",
		`<a><![CDATA[` + strings.Repeat("x", xmlstream.MaxToken+1) + `]]></a>`: "limit",
		`<a b="` + strings.Repeat("x", xmlstream.MaxToken+1) + `"/>`:           "limit",
		`<a>` + strings.Repeat("x<!---->", xmlstream.MaxToken+1) + `</a>`:      "limit",
	} {
		_, err := text(strings.NewReader(in))
		if strings.HasPrefix(in, "<a><a>") {
			_, err = names(strings.NewReader(in))
		}
		if code(err) != want {
			t.Errorf("text(%.60q) = %v, want %s", in, err, want)
		}
	}
	deepest := strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)
	if err := skip(strings.NewReader(deepest)); err != nil {
		t.Errorf("skip(100 deep) = %v, want nil", err)
	}
	if err := skip(strings.NewReader(`<a>` + strings.Repeat("x", 3*xmlstream.MaxToken) + `</a>`)); err != nil {
		t.Errorf("skip(3 MiB of text) = %v, want nil", err)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`<a/>`: "",
		`<a>x&lt;&#233;&#xe9;&amp;<b>dropped</b>y<!-- z --><![CDATA[<&>]]></a>`: "x<éé&y<&>",
		"<a>1\r\n2\r3\n</a>": "1\n2\n3\n",
		"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9</a>": "café",
		"\xef\xbb\xbf<!DOCTYPE a><?pi?><!-- c --><a >x</a > \n":     "x",
		"<a>bad \xff byte</a>": "bad \ufffd byte",
	} {
		if got, err := text(iotest.OneByteReader(strings.NewReader(in))); err != nil || got != want {
			t.Errorf("text(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

// TestTextOr: the element's own text, with one kind of child read beside it.
func TestTextOr(t *testing.T) {
	read := func(in string) (own, child string, err error) {
		r := xmlstream.NewReader(iotest.OneByteReader(strings.NewReader(in)))
		if _, err := r.Root(); err != nil {
			return "", "", err
		}
		own, err = r.TextOr("c", func() error {
			text, err := r.Text()
			child += text
			return err
		})
		if err == nil {
			err = r.End()
		}
		return own, child, err
	}
	for in, want := range map[string][2]string{
		`<a>x<b>no</b>y</a>`:             {"xy", ""},
		`<a>x<c>1</c>y<n:c>2</n:c>z</a>`: {"xyz", "12"},
		`<a><c>1<c>no</c></c></a>`:       {"", "1"},
		`<a/>`:                           {"", ""},
	} {
		if own, child, err := read(in); own != want[0] || child != want[1] || err != nil {
			t.Errorf("TextOr(%s) = %q with %q, %v, want %q", in, own, child, err, want)
		}
	}
	text := strings.Repeat("x", xmlstream.MaxToken-1)
	for in, want := range map[string]string{
		`<a>` + text + `<c/></a>`:                 "",
		`<a>` + text + `<c/>` + text + `<c/></a>`: "limit",
		`<a>x<c>`: "truncated",
	} {
		if _, _, err := read(in); code(err) != want {
			t.Errorf("TextOr(%.20s...) = %v, want %q", in, err, want)
		}
	}
}

func TestAttr(t *testing.T) {
	r := xmlstream.NewReader(strings.NewReader("<?xml version='1.0' encoding='latin1'?><a b = 'x>&quot;\xe9' n:c=\"\"/>"))
	if _, err := r.Root(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"b": `x>"é`, "n:c": ""} {
		if got, found := r.Attr(name); got != want || !found {
			t.Errorf("Attr(%s) = %q, %v, want %q", name, got, found, want)
		}
	}
	if got, found := r.Attr("c"); found {
		t.Errorf("Attr(c) = %q, want none", got)
	}
}

func TestErrorSaysWhere(t *testing.T) {
	_, err := names(strings.NewReader("<a>\n<b>\n</c></b></a>"))
	want := xmlstream.Error{Code: "syntax", Offset: 8, Line: 3, Path: "/a/b", Detail: `want </b>, have "</c"`}
	if got, ok := errors.AsType[*xmlstream.Error](err); !ok || *got != want {
		t.Errorf("error = %+v, want %+v", err, want)
	}
}

func TestSourceFailurePassesThrough(t *testing.T) {
	broken := errors.New("broken pipe")
	for _, in := range []string{"", "<a", "<a>x", "<a/>"} {
		if err := skip(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("skip(%q then failure) = %v, want %v", in, err, broken)
		}
	}
}

// oracle does with encoding/xml what names and text do.
func oracle(in []byte) (elements, own string, err error) {
	var b, text strings.Builder
	d := xml.NewDecoder(bytes.NewReader(in))
	depth, roots := 0, 0
	for {
		tok, err := d.Token()
		if err == io.EOF { //nolint:errorlint // Token returns io.EOF itself
			if roots == 1 {
				return b.String(), text.String(), nil
			}
			return "", "", errors.New("no root")
		}
		if err != nil {
			return "", "", err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			b.WriteString(tok.Name.Local + "(")
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			b.WriteString(")")
			depth--
		case xml.CharData:
			if depth == 1 {
				text.Write(tok)
			}
			if depth == 0 && strings.Trim(string(tok), " \t\n") != "" {
				return "", "", errors.New("text outside")
			}
		}
	}
}

// FuzzAgainstEncodingXML: what encoding/xml accepts, this reads the same, but
// for what is refused on purpose.
func FuzzAgainstEncodingXML(f *testing.F) {
	for _, s := range []string{
		`<?xml version="1.0"?><a b="c">x<b/>&lt;<![CDATA[y]]><!-- z --></a>`, `<a><b></a></b>`, "<a>\r\n</a>", `<a b='"'>&#x41;</a>`, `<a><b>x</b>y</a>`, `<!DOCTYPE a><a/>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := names(bytes.NewReader(in))
		slow, slowErr := names(iotest.OneByteReader(bytes.NewReader(in)))
		if got != slow || code(err) != code(slowErr) {
			t.Fatalf("names(%q) = %q, %v at once, %q, %v byte by byte", in, got, err, slow, slowErr)
		}
		if skipErr := skip(bytes.NewReader(in)); code(skipErr) != code(err) {
			t.Fatalf("skip(%q) = %v, names = %v", in, skipErr, err)
		}
		own, textErr := text(bytes.NewReader(in))
		elements, want, wantErr := oracle(in)
		switch code(textErr) {
		case "entity", "charset", "limit":
			return
		}
		if wantErr != nil || bytes.ContainsAny(in, ":") || bytes.Contains(in, []byte("<!")) && !bytes.Contains(in, []byte("<!--")) && !bytes.Contains(in, []byte("<![CDATA[")) {
			return
		}
		if err != nil || textErr != nil || got != elements || own != want {
			t.Fatalf("names(%q) = %q, %v; text = %q, %v; encoding/xml has %q, %q", in, got, err, own, textErr, elements, want)
		}
	})
}
