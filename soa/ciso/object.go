package ciso

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// reader collects what is read of a library, what is not, and what is wrong.
type reader struct {
	name     string
	doc      *yamljson.Doc
	lib      Library
	urn      urn
	taken    map[isms.Link]bool // what lib has
	omitted  []isms.Omission
	problems []isms.Problem
}

// maxProblems is how many problems of a library are told.
const maxProblems = 100

// object is a mapping of the file. Members that nobody asks for are reported as
// dropped by done, so that nothing can be forgotten.
type object struct {
	r    *reader
	node yamljson.Node
	left map[string]bool
}

func (r *reader) object(n yamljson.Node) *object {
	var members map[string]json.RawMessage
	r.codec(n.Decode(&members))
	o := &object{r: r, node: n, left: make(map[string]bool, len(members))}
	for name, value := range members {
		if string(value) != "null" { // says nothing
			o.left[name] = true
		}
	}
	return o
}

// field is a member; false for one that is not there or null.
func (o *object) field(name string) (yamljson.Node, bool) {
	if !o.left[name] {
		return yamljson.Node{}, false
	}
	delete(o.left, name)
	return o.node.Field(name)
}

// items is a member that is a list, or one value that could be.
func (o *object) items(name string) []yamljson.Node {
	n, ok := o.field(name)
	if !ok {
		return nil
	}
	var list []json.RawMessage
	if n.Decode(&list) != nil {
		return []yamljson.Node{n}
	}
	return n.Items()
}

func (o *object) str(name string) (s string) {
	if n, ok := o.field(name); ok {
		o.r.codec(n.Decode(&s))
	}
	return s
}

func (o *object) boolean(name string) (b bool) {
	if n, ok := o.field(name); ok {
		o.r.codec(n.Decode(&b))
	}
	return b
}

// number is -1 when there is none.
func (o *object) number(name string) int {
	i := -1
	if n, ok := o.field(name); ok {
		o.r.codec(n.Decode(&i))
	}
	return i
}

// urn is the member "urn", which everything has.
func (o *object) urn() urn {
	s := o.str("urn")
	u, ok := parseURN(s)
	if !ok {
		o.r.problem(o.node.Path()+"/urn", CodeNotURN, "have", s)
		return urn{name: "x"}
	}
	return u
}

// texts are members that are text, with their translations.
func (o *object) texts(members ...string) []isms.Text {
	texts := make([]isms.Text, len(members))
	add := func(i int, l lang.Lang, s string) {
		if s == "" {
			return
		}
		if texts[i] == nil {
			texts[i] = isms.Text{}
		}
		texts[i][l] = s
	}
	for i, name := range members {
		add(i, o.r.lib.Locale, o.str(name))
	}
	n, ok := o.field("translations")
	if !ok {
		return texts
	}
	translations := o.r.object(n)
	for _, l := range slices.Sorted(maps.Keys(translations.left)) {
		if !isLanguage(l) || l == string(o.r.lib.Locale) {
			continue
		}
		n, _ := translations.field(l)
		t := o.r.object(n)
		for i, name := range members {
			add(i, lang.Lang(l), t.str(name))
		}
		t.done()
	}
	translations.done()
	return texts
}

// done reports the members that nobody asked for.
func (o *object) done() {
	for _, name := range slices.Sorted(maps.Keys(o.left)) {
		o.drop(name, CodeDropped)
	}
}

// drop reports a member that was looked at and has no place all the same.
func (o *object) drop(name string, code isms.Code, args ...string) {
	o.r.omit(o.node.Path()+"/"+escape(name), code, args...)
}

// escape writes a member as a part of a JSON Pointer.
func escape(member string) string {
	return strings.ReplaceAll(strings.ReplaceAll(member, "~", "~0"), "/", "~1")
}

func (r *reader) omit(pointer string, code isms.Code, args ...string) {
	r.omitted = append(r.omitted, isms.Omission{Code: code, Where: r.name + "#" + pointer, Args: pairs(args)})
}

func (r *reader) problem(pointer string, code isms.Code, args ...string) {
	if len(r.problems) >= maxProblems {
		return
	}
	line, column := r.doc.Position(pointer)
	r.problems = append(r.problems, isms.Problem{Code: code, Path: pointer, Args: pairs(args), Where: fmt.Sprintf("%s:%d:%d", r.name, line, column)})
}

func pairs(args []string) map[string]string {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// codec takes over the faults of a document.
func (r *reader) codec(err error) {
	faults, _ := errors.AsType[yamljson.Errors](err)
	for _, f := range faults[:min(len(faults), maxProblems-len(r.problems))] {
		where := f.File
		if f.Line > 0 {
			where = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
		}
		r.problems = append(r.problems, isms.Problem{Code: isms.Code(f.Code), Path: f.Path, Args: f.Args, Where: where})
	}
}

func isLanguage(s string) bool {
	return len(s) >= 2 && len(s) <= 16 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
