package jsonstream_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ismskit/ismskit/internal/jsonstream"
)

// value reads whatever comes next into what encoding/json gives with UseNumber.
func value(r *jsonstream.Reader) (any, error) {
	c, err := r.Peek()
	if err != nil {
		return nil, err
	}
	switch c {
	case '{':
		m := map[string]any{}
		err := r.Object(func([]byte) error {
			key := r.Key()
			v, err := value(r)
			m[key] = v
			return err
		})
		return m, err
	case '[':
		s := []any{}
		err := r.Array(func(int) error {
			v, err := value(r)
			s = append(s, v)
			return err
		})
		return s, err
	case '"':
		return r.String()
	case 't', 'f':
		return r.Bool()
	case 'n':
		_, err := r.Null()
		return nil, err
	default:
		n, err := r.Number()
		return json.Number(n), err
	}
}

func read(src io.Reader) (any, error) {
	r := jsonstream.NewReader(src)
	v, err := value(r)
	if err == nil {
		err = r.End()
	}
	return v, err
}

func skip(src io.Reader) error {
	r := jsonstream.NewReader(src)
	if err := r.Skip(); err != nil {
		return err
	}
	return r.End()
}

func code(err error) string {
	if e, ok := errors.AsType[*jsonstream.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestFaults(t *testing.T) {
	for in, want := range map[string]string{
		``:                                     "truncated",
		`{"a":1`:                               "truncated",
		`tru`:                                  "truncated",
		`-`:                                    "truncated",
		`"\u12`:                                "truncated",
		`{"a":1}{}`:                            "trailing",
		`1 2`:                                  "trailing",
		`{"severity":"HIGH","SEVERITY":"low"}`: "duplicate-key",
		`{"a":1,"\u0061":2}`:                   "duplicate-key",
		`[1,]`:                                 "syntax",
		`{"a":1,}`:                             "syntax",
		`{a:1}`:                                "syntax",
		`01`:                                   "syntax",
		`trux`:                                 "syntax",
		"\"a\nb\"":                             "syntax",
		`"\x"`:                                 "syntax",
		strings.Repeat("[", 101):               "limit",
		`"` + strings.Repeat("x", jsonstream.MaxToken+1) + `"`:          "limit",
		`"` + strings.Repeat(`\n`, jsonstream.MaxToken+1) + ` "`:        "limit",
		"[" + strings.Repeat("1", jsonstream.MaxToken+1) + "]":          "limit",
		`{"` + strings.Repeat("k", jsonstream.MaxToken+1) + `": false}`: "limit",
	} {
		if _, err := read(strings.NewReader(in)); code(err) != want {
			t.Errorf("read(%.60q) = %v, want %s", in, err, want)
		}
	}
	deepest := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	if _, err := read(strings.NewReader(deepest)); err != nil {
		t.Errorf("read(100 deep) = %v, want nil", err)
	}
	if err := skip(strings.NewReader("[" + deepest + "]")); code(err) != "limit" {
		t.Errorf("skip(101 deep) = %v, want limit", err)
	}
	if _, err := read(strings.NewReader(`"` + strings.Repeat("x", jsonstream.MaxToken) + `"`)); err != nil {
		t.Errorf("read(1 MiB string) = %v, want nil", err)
	}
}

func TestMembersAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"k":0`)
	for i := range jsonstream.MaxMembers {
		b.WriteString(`,"k` + strconv.Itoa(i) + `":1`)
	}
	b.WriteString("}")
	if _, err := read(strings.NewReader(b.String())); code(err) != "limit" {
		t.Errorf("read(%d members) = %v, want limit", jsonstream.MaxMembers+1, err)
	}
	// A duplicate is seen among many members too.
	many := b.String()[:strings.LastIndex(b.String()[:20000], ",")] + `,"K":1}`
	if _, err := read(strings.NewReader(many)); code(err) != "duplicate-key" {
		t.Errorf("read(late duplicate) = %v, want duplicate-key", err)
	}
}

func TestErrorSaysWhere(t *testing.T) {
	r := jsonstream.NewReader(strings.NewReader("{\"a\":\n[{\"b/c\":[1,\n\"x\"]}]}"))
	err := r.Object(func([]byte) error {
		return r.Array(func(int) error {
			return r.Object(func([]byte) error {
				return r.Array(func(int) error { _, err := r.Number(); return err })
			})
		})
	})
	want := jsonstream.Error{Code: "type", Offset: 18, Line: 3, Path: "/a/0/b~1c/1", Detail: "want a number, have a string"}
	if got, ok := errors.AsType[*jsonstream.Error](err); !ok || *got != want {
		t.Errorf("error = %+v, want %+v", err, want)
	}
}

func TestNullsAreEmpty(t *testing.T) {
	r := jsonstream.NewReader(strings.NewReader(`[null,null,null,null,null]`))
	err := r.Array(func(i int) error {
		switch i {
		case 0:
			return r.Object(func([]byte) error { t.Error("a member of null"); return nil })
		case 1:
			return r.Array(func(int) error { t.Error("an element of null"); return nil })
		case 2:
			s, err := r.String()
			if s != "" {
				t.Errorf("String() = %q, want empty", s)
			}
			return err
		case 3:
			n, err := r.Number()
			if n != "" {
				t.Errorf("Number() = %q, want empty", n)
			}
			return err
		default:
			v, err := r.Bool()
			if v {
				t.Error("Bool() = true, want false")
			}
			return err
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSourceFailurePassesThrough(t *testing.T) {
	broken := errors.New("broken pipe")
	for _, in := range []string{"", `{"a":`, `"abc`, `{"a":1}`} {
		if _, err := read(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("read(%q then failure) = %v, want %v", in, err, broken)
		}
	}
}

func FuzzAgainstEncodingJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5e3,-0,true,false,null,"x\u00e9\ud83d\ude00\ud800"]}`, "\"\xff\xc3(\"", `"\ud800\u0041"`, ` [ ] `, `{"A":1,"a":2}`, "\ufeff{}", `[[[[]]]`, `"\ud800`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := read(iotest.OneByteReader(bytes.NewReader(in)))
		whole, wholeErr := read(bytes.NewReader(in))
		if !reflect.DeepEqual(got, whole) && err == nil || (err == nil) != (wholeErr == nil) || code(err) != code(wholeErr) {
			t.Fatalf("read(%q) = %v, %v byte by byte, %v, %v at once", in, got, err, whole, wholeErr)
		}
		plain := bytes.TrimPrefix(in, []byte("\xef\xbb\xbf"))
		valid := json.Valid(plain)
		if skipErr := skip(bytes.NewReader(in)); (skipErr == nil) != valid && code(skipErr) != "limit" {
			t.Fatalf("skip(%q) = %v, want valid %v", in, skipErr, valid)
		}
		switch code(err) {
		case "duplicate-key", "limit":
			return
		}
		if (err == nil) != valid {
			t.Fatalf("read(%q) = %v, want valid %v", in, err, valid)
		}
		if !valid {
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(plain))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("read(%q) = %#v, want %#v", in, got, want)
		}
	})
}

// TestMore reads documents one after the other.
func TestMore(t *testing.T) {
	broken := errors.New("broken pipe")
	for in, want := range map[string]int{"": 0, " \n": 0, "1": 1, "{}{}\n[] ": 3, "1\n2\n": 2} {
		r := jsonstream.NewReader(iotest.OneByteReader(strings.NewReader(in)))
		n := 0
		for {
			more, err := r.More()
			if err != nil {
				t.Fatalf("More(%q) = %v", in, err)
			}
			if !more {
				break
			}
			n++
			if err := r.Skip(); err != nil {
				t.Fatal(err)
			}
		}
		if n != want {
			t.Errorf("%q has %d documents, want %d", in, n, want)
		}
	}
	if _, err := jsonstream.NewReader(iotest.ErrReader(broken)).More(); !errors.Is(err, broken) {
		t.Errorf("More(failure) = %v, want %v", err, broken)
	}
}

// TestMembers: what is not asked for is skipped, whatever it is.
func TestMembers(t *testing.T) {
	const in = `{"x":[{"a":"no"}],"A":"one","b":{"y":1,"c":"two"}}`
	r := jsonstream.NewReader(strings.NewReader(in))
	var got []string
	keep := func() error {
		s, err := r.String()
		got = append(got, s)
		return err
	}
	err := r.Members(jsonstream.Fields{"a": keep, "b": func() error { return r.Member("c", keep) }})
	if err != nil || r.End() != nil || !reflect.DeepEqual(got, []string{"one", "two"}) {
		t.Errorf("Members(%s) reads %q, %v, want one and two", in, got, err)
	}
}
