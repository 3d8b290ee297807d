package ciso

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

// Write writes the library as YAML, the same bytes for the same library. The
// omissions are what it has that is not in the file: of a control or a
// methodology with the record and a JSON Pointer into it, of anything else with
// a pointer into the library. Revisions are among them, since a file has none.
// The error is an [isms.ProblemError] when something is not valid, and then
// nothing is written.
func (lib Library) Write(out io.Writer) ([]isms.Omission, error) {
	w := &writer{lib: lib, locale: cmp.Or(lib.Locale, lang.EN)}
	u, problems := lib.check()
	if len(problems) > 0 {
		return nil, &isms.ProblemError{Problems: problems}
	}
	w.urn = u
	data, err := yamljson.Marshal(w.file())
	if err != nil {
		return nil, err
	}
	if _, err := out.Write(data); err != nil {
		return nil, err
	}
	return w.omitted, nil
}

// check is the urn of a library that can be written, or what is wrong.
func (lib Library) check() (urn, []isms.Problem) {
	var problems []isms.Problem
	add := func(path string, code isms.Code, args ...string) {
		problems = append(problems, isms.Problem{Code: code, Path: path, Args: pairs(args)})
	}
	u, ok := parseURN(lib.URN)
	if !ok {
		add("/urn", CodeNotURN, "have", lib.URN)
	}
	if lib.Locale != "" && !isLanguage(string(lib.Locale)) {
		add("/locale", isms.CodeTextLang, "have", string(lib.Locale))
	}
	if lib.Name.IsZero() {
		add("/name", isms.CodeRequired)
	}
	if len(lib.Catalogues)+len(lib.Controls)+len(lib.Methodologies) == 0 {
		add("", CodeNothing)
	}
	seen := map[isms.Link]bool{}
	once := func(kind, id string) {
		l := isms.Link{Kind: kind, ID: id}
		if seen[l] {
			problems = append(problems, isms.Problem{Code: isms.CodeDuplicate, Subject: l, Path: "/id", Args: pairs([]string{"have", id})})
		}
		seen[l] = true
	}
	for i, c := range lib.Catalogues {
		once("catalogue", c.ID)
		for _, p := range c.Validate() {
			p.Path = "/catalogues/" + strconv.Itoa(i) + p.Path
			problems = append(problems, p)
		}
	}
	for _, c := range lib.Controls {
		once(c.EntityKind(), c.ID)
		problems = append(problems, isms.Validate(c)...)
	}
	for _, m := range lib.Methodologies {
		once(m.EntityKind(), m.ID)
		problems = append(problems, isms.Validate(m)...)
	}
	return u, problems
}

// writer makes the file and notes what it cannot hold.
type writer struct {
	lib     Library
	urn     urn
	locale  lang.Lang
	omitted []isms.Omission
}

func (w *writer) omit(subject isms.Link, path string, code isms.Code, args ...string) {
	w.omitted = append(w.omitted, isms.Omission{Code: code, Subject: subject, Path: path, Args: pairs(args)})
}

// rest reports every member of v but those that are kept.
func (w *writer) rest(subject isms.Link, path string, v any, kept ...string) {
	data, err := json.Marshal(v)
	if err != nil { // what is valid encodes
		return
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(kept, name) {
			w.omit(subject, path+"/"+escape(name), CodeDropped)
		}
	}
}

func (w *writer) file() file {
	f := file{
		URN: w.urn.String(), Locale: w.locale, RefID: cmp.Or(w.lib.RefID, w.urn.last()), Version: max(w.lib.Version, 1),
		Provider: w.lib.Provider, Packager: w.lib.Packager, Copyright: w.lib.Copyright,
	}
	f.Name, f.Description, f.Translations = w.texts(isms.Link{}, "", "name", w.lib.Name, "description", w.lib.Description)
	for _, c := range w.lib.Catalogues {
		f.Provider, f.Copyright = cmp.Or(f.Provider, c.Source), cmp.Or(f.Copyright, c.Licence)
	}
	for i, c := range w.lib.Catalogues {
		path := "/catalogues/" + strconv.Itoa(i)
		if c.Source != f.Provider {
			w.omit(isms.Link{}, path+"/source", CodeShared, "have", f.Provider)
		}
		if c.Licence != f.Copyright {
			w.omit(isms.Link{}, path+"/licence", CodeShared, "have", f.Copyright)
		}
		f.Objects.Frameworks = append(f.Objects.Frameworks, w.framework(path, c))
	}
	if len(f.Objects.Frameworks) == 1 {
		f.Objects.Framework, f.Objects.Frameworks = &f.Objects.Frameworks[0], nil
	}
	for _, c := range w.lib.Controls {
		if c.Ref != "" {
			w.omit(isms.LinkTo(c), "", CodeCatalogue, "have", string(c.Ref))
			continue
		}
		f.Objects.Controls = append(f.Objects.Controls, w.control(c))
	}
	for _, m := range w.lib.Methodologies {
		f.Objects.Matrices = append(f.Objects.Matrices, w.matrixOf(m))
	}
	return f
}

// texts writes up to two texts with their translations. What has no text in the
// language of the library, or none that is stated, will be said to be in it.
func (w *writer) texts(subject isms.Link, path, nameMember string, name isms.Text, descriptionMember string, description isms.Text) (string, string, translations) {
	t := translations{}
	one := func(member, key string, text isms.Text) string {
		primary := text[w.locale]
		if primary == "" {
			if primary = text.In(w.locale); primary != "" {
				w.omit(subject, path+"/"+member, CodeLanguage, "have", string(w.locale))
			}
		} else if text[""] != "" {
			w.omit(subject, path+"/"+member, CodeLanguage, "have", string(w.locale))
		}
		for l, s := range text {
			if l == "" || l == w.locale || s == "" {
				continue
			}
			if t[l] == nil {
				t[l] = map[string]string{}
			}
			t[l][key] = s
		}
		return primary
	}
	return one(nameMember, "name", name), one(descriptionMember, "description", description), t
}

// common is the urn and the ref_id of a record.
func (w *writer) common(subject isms.Link, c isms.Common, kind, name string) (u, ref string) {
	own := urn{w.urn.space, kind, name}
	chosen := -1
	for i, x := range c.External {
		path := "/external/" + strconv.Itoa(i)
		kept, ok := parseURN(x.ID)
		switch {
		case x.System != system || !ok || chosen >= 0 || slug(kept.last()) != c.ID || kept == own || kept.String() != x.ID:
			w.omit(subject, path, CodeDropped)
		default:
			chosen, own = i, kept
			if x.URL != "" {
				w.omit(subject, path+"/url", CodeDropped)
			}
		}
	}
	if c.Label == c.ID {
		w.omit(subject, "/label", CodeRefID)
	}
	return own.String(), cmp.Or(c.Label, c.ID)
}

// control writes a control of the organization's own.
func (w *writer) control(c isms.Control) referenceControl {
	subject := isms.LinkTo(c)
	out := referenceControl{}
	out.URN, out.RefID = w.common(subject, c.Common, "function", w.urn.last()+":"+c.ID)
	out.Name, out.Description, out.Translations = w.texts(subject, "", "title", c.Title, "description", c.Description)
	for i, tag := range c.Tags {
		category, isCategory := strings.CutPrefix(tag, tagCategory)
		function, isFunction := strings.CutPrefix(tag, tagFunction)
		switch {
		case isCategory && out.Category == "" && slices.Contains(categories(), category):
			out.Category = category
		case isFunction && out.Function == "" && slices.Contains(functions(), function):
			out.Function = function
		default:
			w.omit(subject, "/tags/"+strconv.Itoa(i), CodeDropped)
		}
	}
	w.rest(subject, "", c, "id", "label", "external", "tags", "title", "description")
	return out
}

// framework writes a catalogue: a node for each group of controls that follow
// each other, and one for each control.
func (w *writer) framework(path string, c soa.Catalogue) framework {
	f := framework{URN: urn{w.urn.space, "framework", c.ID}.String(), RefID: c.ID}
	f.Name, _, f.Translations = w.texts(isms.Link{}, path, "title", c.Title, "", nil)
	w.rest(isms.Link{}, path, c, "id", "title", "source", "licence", "controls")
	refs := names{}
	groups, parent := 0, ""
	var group isms.Text
	for i, k := range c.Controls {
		at := path + "/controls/" + strconv.Itoa(i)
		if !maps.Equal(k.Group, group) {
			group, parent = k.Group, ""
			if !group.IsZero() {
				groups++
				parent = nodeURN(w.urn.space, c.ID, "group-"+strconv.Itoa(groups)).String()
				n := node{URN: parent, Depth: 1}
				n.Name, _, n.Translations = w.texts(isms.Link{}, at, "group", group, "", nil)
				f.Nodes = append(f.Nodes, n)
			}
		} else if !group.IsZero() && w.restated(group) {
			w.omit(isms.Link{}, at+"/group", CodeLanguage, "have", string(w.locale))
		}
		n := node{URN: nodeURN(w.urn.space, c.ID, refs.once(slug(k.Ref))).String(), Assessable: true, Depth: 1, Parent: parent, RefID: k.Ref}
		if parent != "" {
			n.Depth = 2
		}
		n.Name, n.Description, n.Translations = w.texts(isms.Link{}, at, "title", k.Title, "text", k.Text)
		w.rest(isms.Link{}, at, k, "ref", "group", "title", "text")
		f.Nodes = append(f.Nodes, n)
	}
	return f
}

// restated reports whether a text will be said to be in the library's language
// without having been.
func (w *writer) restated(t isms.Text) bool { return t[w.locale] == "" || t[""] != "" }

// The form of a library in a file.
type file struct {
	URN          string       `json:"urn"`
	Locale       lang.Lang    `json:"locale"`
	RefID        string       `json:"ref_id"`
	Name         string       `json:"name"`
	Description  string       `json:"description,omitempty"`
	Copyright    string       `json:"copyright,omitempty"`
	Version      int          `json:"version"`
	Provider     string       `json:"provider,omitempty"`
	Packager     string       `json:"packager,omitempty"`
	Translations translations `json:"translations,omitempty"`
	Objects      objects      `json:"objects"`
}

type objects struct {
	Framework  *framework         `json:"framework,omitempty"`
	Frameworks []framework        `json:"frameworks,omitempty"`
	Controls   []referenceControl `json:"reference_controls,omitempty"`
	Matrices   []matrix           `json:"risk_matrix,omitempty"`
}

type framework struct {
	URN          string       `json:"urn"`
	RefID        string       `json:"ref_id"`
	Name         string       `json:"name"`
	Translations translations `json:"translations,omitempty"`
	Nodes        []node       `json:"requirement_nodes"`
}

type node struct {
	URN          string       `json:"urn"`
	Assessable   bool         `json:"assessable"`
	Depth        int          `json:"depth"`
	Parent       string       `json:"parent_urn,omitempty"`
	RefID        string       `json:"ref_id,omitempty"`
	Name         string       `json:"name,omitempty"`
	Description  string       `json:"description,omitempty"`
	Translations translations `json:"translations,omitempty"`
}

type referenceControl struct {
	URN          string       `json:"urn"`
	RefID        string       `json:"ref_id"`
	Name         string       `json:"name"`
	Category     string       `json:"category,omitempty"`
	Function     string       `json:"csf_function,omitempty"`
	Description  string       `json:"description,omitempty"`
	Translations translations `json:"translations,omitempty"`
}
