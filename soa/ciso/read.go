package ciso

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Read reads a library from YAML or, when name ends in ".json", from JSON. The
// omissions are what the file has that is not in the library, each with the
// name and a JSON Pointer; a member that this program does not know is among
// them. The catalogues, controls and methodologies are valid; an object that
// cannot be is left out and followed by the reasons.
// [risk.Methodology.Lint] tells what is weak in a matrix.
//
// What is no library at all, or is unsafe to read (aliases, double keys, a
// second document, more than 64 MiB), gives an [isms.ProblemError] with file,
// line and column of what is wrong, of at most 100 things, and no library.
func Read(name string, r io.Reader) (Library, []isms.Omission, error) {
	data, err := io.ReadAll(io.LimitReader(r, yamljson.MaxBytes+1))
	if err != nil {
		return Library{}, nil, fmt.Errorf("library %s: %w", name, err)
	}
	in := &reader{name: name, taken: map[isms.Link]bool{}}
	if in.doc, err = yamljson.Parse(name, data); err != nil {
		in.codec(err)
		return Library{}, nil, &isms.ProblemError{Problems: in.problems}
	}
	in.library()
	if len(in.problems) > 0 {
		return Library{}, nil, &isms.ProblemError{Problems: in.problems}
	}
	return in.lib, in.omitted, nil
}

func (r *reader) library() {
	o := r.object(r.doc.Root())
	if len(r.problems) > 0 {
		return
	}
	lib := &r.lib
	r.urn = o.urn()
	lib.URN = r.urn.String()
	lib.Locale = lang.Lang(o.str("locale"))
	if !isLanguage(string(lib.Locale)) {
		r.problem("/locale", isms.CodeTextLang, "have", string(lib.Locale))
	}
	texts := o.texts("name", "description")
	lib.Name, lib.Description = texts[0], texts[1]
	if lib.RefID = o.str("ref_id"); lib.RefID == r.urn.last() {
		lib.RefID = ""
	}
	if lib.Version = o.number("version"); lib.Version <= 1 {
		lib.Version = 0
	}
	lib.Provider, lib.Packager, lib.Copyright = o.str("provider"), o.str("packager"), o.str("copyright")

	n, ok := o.field("objects")
	if !ok {
		r.problem("", CodeNothing)
		return
	}
	objects := r.object(n)
	found := 0
	for _, kind := range []struct {
		one, many string
		read      func(yamljson.Node)
	}{
		{"framework", "frameworks", r.framework},
		{"reference_control", "reference_controls", r.control},
		{"risk_matrix", "risk_matrices", r.matrix},
	} {
		for _, n := range slices.Concat(objects.items(kind.one), objects.items(kind.many)) {
			kind.read(n)
			found++
		}
	}
	if found == 0 {
		r.problem("/objects", CodeNothing)
	}
	objects.done()
	o.done()
}

// refused reports an object that is not valid here, and why. What was omitted
// in it since mark is then no news.
func (r *reader) refused(pointer string, mark int, problems []isms.Problem) bool {
	if len(problems) == 0 {
		return false
	}
	r.omitted = r.omitted[:mark]
	r.omit(pointer, CodeRefused)
	for _, p := range problems {
		r.omitted = append(r.omitted, isms.Omission{Code: p.Code, Path: p.Path, Args: p.Args, Where: r.name + "#" + pointer})
	}
	return true
}

// control reads a reference control.
func (r *reader) control(n yamljson.Node) {
	mark := len(r.omitted)
	o := r.object(n)
	u := o.urn()
	c := isms.Control{Common: isms.Common{ID: slug(u.last()), Label: o.str("ref_id")}}
	if c.Label == c.ID {
		c.Label = ""
	}
	if u != r.controlURN(c.ID) {
		c.External = []isms.ExternalID{{System: system, ID: u.String()}}
	}
	texts := o.texts("name", "description")
	c.Title, c.Description = texts[0], texts[1]
	if c.Title.IsZero() && !c.Description.IsZero() {
		c.Title, c.Description = c.Description, nil
		o.drop("description", CodeTitle)
	}
	for _, word := range []struct {
		member, tag string
		known       []string
	}{{"category", tagCategory, categories()}, {"csf_function", tagFunction, functions()}} {
		switch s := o.str(word.member); {
		case slices.Contains(word.known, s):
			c.Tags = append(c.Tags, word.tag+s)
		case s != "":
			o.drop(word.member, isms.CodeEnum, "have", s, "want", strings.Join(word.known, ", "))
		}
	}
	o.done()
	if r.taken[isms.LinkTo(c)] {
		r.refused(n.Path(), mark, []isms.Problem{{Code: isms.CodeDuplicate, Path: "/id", Args: map[string]string{"have": c.ID}}})
		return
	}
	if !r.refused(n.Path(), mark, isms.Validate(c)) {
		r.taken[isms.LinkTo(c)] = true
		r.lib.Controls = append(r.lib.Controls, c)
	}
}

// controlURN is what a control without a urn of its own is written with.
func (r *reader) controlURN(id string) urn {
	return urn{r.urn.space, "function", r.urn.last() + ":" + id}
}
