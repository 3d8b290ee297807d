package oscal

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// ErrNoCatalogue says that nobody told of which catalogue the controls are.
var ErrNoCatalogue = errors.New("no catalogue")

// ReadOptions are the choices of reading; nil means the defaults.
type ReadOptions struct {
	// Catalogue is what stands before the colon of the ids of controls in a
	// document that is not ours: with "nist80053", ac-1 is "nist80053:ac-1". When
	// it is unset, only numbers of Annex A are known there.
	Catalogue string

	// Persons and Roles are who may own a control. One who is named in a document
	// is taken for one of them by name, and by id too when the document is ours.
	Persons []isms.Individual
	Roles   []isms.Role
}

// reader takes a document apart.
type reader struct {
	document

	opt       ReadOptions
	ours      bool // its ids are made by token
	lang      lang.Lang
	langNode  *node                  // used when a text is made
	people    map[string][]isms.Link // by name, plain or in Markdown
	parties   map[string]*node       // by uuid in lower case, which no two have
	roles     map[string]*node       // by id
	omissions []isms.Omission
}

func newReader(r io.Reader, kind string, opt *ReadOptions) (*reader, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, err
	}
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	d, err := identify(root)
	if err != nil {
		return nil, err
	}
	if d.kind != kind {
		return nil, fmt.Errorf("oscal: %w: %s; want %s", ErrKind, d.kind, kind)
	}
	if problems := d.check(); len(problems) > 0 {
		return nil, fmt.Errorf("oscal: %w", &isms.ProblemError{Problems: problems})
	}
	in := &reader{document: d}
	if opt != nil {
		in.opt = *opt
	}
	meta := in.at("metadata")
	in.parties, in.roles = map[string]*node{}, map[string]*node{}
	for _, p := range meta.at("parties").list() {
		in.parties[strings.ToLower(p.at("uuid").peek())] = p
	}
	for _, r := range meta.at("roles").list() {
		in.roles[r.at("id").peek()] = r
	}
	in.ours = in.prop(meta, "control-ids").take() == "ismskit"
	in.langNode = in.prop(meta, "language")
	in.lang = lang.Lang(in.langNode.peek())
	in.people = map[string][]isms.Link{}
	for link, title := range peopleOf(in.opt.Persons, in.opt.Roles) {
		mine := nameIn(in.lang, title, link)
		in.people[mine] = append(in.people[mine], link)
		if marked := markup(mine); marked != mine {
			in.people[marked] = append(in.people[marked], link)
		}
	}
	if version := meta.at("oscal-version"); version != nil {
		version.take()
		if strings.HasPrefix(string(d.version), "1.0.") {
			in.omit(CodeOlder, version, "have", string(d.version))
		}
	}
	return in, nil
}

func (in *reader) at(name string) *node { return in.node.at(name) }

func (in *reader) omit(code isms.Code, n *node, args ...string) {
	o := isms.Omission{Code: code, Where: n.where()}
	for i := 0; i+1 < len(args); i += 2 {
		if o.Args == nil {
			o.Args = map[string]string{}
		}
		o.Args[args[i]] = args[i+1]
	}
	in.omissions = append(in.omissions, o)
}

// finish lists what was left out, with all that nothing was taken from.
func (in *reader) finish() []isms.Omission {
	list, _ := in.node.unused()
	for _, n := range list {
		name := n.name
		if n.parent.kind == '[' {
			name = n.parent.name + "/" + name
		}
		in.omit(CodeUnused, n, "have", name)
	}
	return in.omissions
}

// prop is the value of a property of ours; nil when there is none.
func (in *reader) prop(n *node, name string) *node {
	if p := in.property(n, name); p != nil {
		return p.at("value")
	}
	return nil
}

// property is a property of ours.
func (in *reader) property(n *node, name string) *node {
	for _, p := range n.at("props").list() {
		if p.at("name").peek() == name && p.at("ns").peek() == NS {
			p.at("name").take()
			p.at("ns").take()
			return p
		}
	}
	return nil
}

// markup is the plain text of a value in Markdown.
func (in *reader) markup(n *node) string {
	s := n.take()
	text := plain(s)
	if s != markup(text) {
		in.omit(CodeMarkup, n)
	}
	return text
}

// made is a text in the language of the document.
func (in *reader) made(s string) isms.Text {
	if s == "" {
		return nil
	}
	in.langNode.take()
	return isms.Text{in.lang: s}
}

func (in *reader) text(n *node) isms.Text {
	if n == nil {
		return nil
	}
	return in.made(in.markup(n))
}

// control is the control that a value names; false when nobody can tell.
func (in *reader) control(n *node) (isms.ControlID, bool) {
	s := n.take()
	if in.ours {
		if id, ok := untoken(s); ok {
			return isms.ControlID(id), true
		}
	}
	if in.opt.Catalogue != "" {
		return controlID(in.opt.Catalogue, s), true
	}
	if id, err := annexa.ParseID(s); err == nil {
		return isms.ControlID(id.String()), true
	}
	in.omit(CodeControl, n, "have", s)
	return "", false
}
