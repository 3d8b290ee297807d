package oscal

import (
	"io"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// Codes of problems of a document.
const (
	CodeMissing   isms.Code = "oscal/missing"
	CodeUnknown   isms.Code = "oscal/unknown"   // a member that OSCAL does not have there
	CodeType      isms.Code = "oscal/type"      // a value that cannot stand there
	CodeOneOf     isms.Code = "oscal/one-of"    // exactly one of several members is wanted
	CodeDuplicate isms.Code = "oscal/duplicate" // a uuid or id that stands twice
	CodeUndefined isms.Code = "oscal/undefined" // a reference to what is not in the document
)

// maxProblems is how many problems of a document are told.
const maxProblems = 100

// Check lists what is wrong with a document of a kind that is written here:
// members that are missing or unknown, values that cannot stand where they do,
// uuids and ids that stand twice, and references within the document that lead
// nowhere; at most 100. Paths are JSON Pointers into it. The error is for an
// input that is no such document: ErrFormat, ErrVersion or ErrKind.
//
// It knows no more of a version before 1.2 than of 1.1.3. What refers to other
// documents is not looked up.
func Check(r io.Reader) ([]isms.Problem, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, err
	}
	return checkData(data)
}

func checkData(data []byte) ([]isms.Problem, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	d, err := identify(root)
	if err != nil {
		return nil, err
	}
	return d.check(), nil
}

// checker checks one document.
type checker struct {
	model    model
	version  Version
	kind     string
	problems []isms.Problem

	uuids, ids map[string]bool
}

func (d document) check() []isms.Problem {
	c := checker{model: loadModel(), version: d.version, kind: d.kind, uuids: map[string]bool{}, ids: map[string]bool{}}
	c.object(d.node, d.kind)
	c.define(d.node)
	c.refer(d.node)
	return c.problems
}

func (c *checker) report(path string, code isms.Code, args ...string) {
	if len(c.problems) == maxProblems {
		return
	}
	p := isms.Problem{Code: code, Path: path, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	c.problems = append(c.problems, p)
}

// value checks a value against a type of the model.
func (c *checker) value(n *node, typ string) {
	if _, found := c.model[typ]; found {
		c.object(n, typ)
		return
	}
	if want := fits(n, typ); want != "" {
		have := n.text
		if len(have) > 80 {
			have = have[:80]
		}
		c.report(n.path(), CodeType, "want", want, "have", strings.ToValidUTF8(have, ""))
	}
}

func (c *checker) object(n *node, typ string) {
	if n.kind != '{' {
		c.report(n.path(), CodeType, "want", "an object", "have", n.text)
		return
	}
	o := c.model[typ]
	one := 0
	for i, name := range n.keys {
		item := n.items[i]
		f, found := o.members[name]
		switch {
		case !found || !f.known(c.version):
			c.report(item.path(), CodeUnknown, "have", name)
			continue
		case f.list && (item.kind != '[' || len(item.items) == 0):
			c.report(item.path(), CodeType, "want", "a list that is not empty", "have", item.text)
			continue
		case f.list:
			for _, each := range item.items {
				c.value(each, f.typ)
			}
		default:
			c.value(item, f.typ)
		}
		if f.flag == '^' {
			one++
		}
	}
	for _, name := range o.needed {
		if o.members[name].required(c.version) && n.at(name) == nil {
			c.report(n.path(), CodeMissing, "want", name)
		}
	}
	if one != 1 && len(o.choice) > 0 && !c.version.before12() {
		c.report(n.path(), CodeOneOf, "want", strings.Join(o.choice, ", "))
	}
}

// define finds what the document defines.
func (c *checker) define(n *node) {
	for i, item := range n.items {
		if n.kind == '{' && item.kind == '"' {
			switch n.keys[i] {
			case "uuid":
				c.once(c.uuids, strings.ToLower(item.text), item)
			case "id":
				// Ids of controls, groups, parts, parameters and roles: each a namespace.
				if n.parent != nil && slices.Contains(defining(), n.parent.name) {
					c.once(c.ids, n.parent.name+"#"+item.text, item)
				}
			}
		}
		c.define(item)
	}
}

// defining are the lists whose items have an id that others refer to.
func defining() []string { return []string{"controls", "groups", "params", "parts", "roles"} }

func (c *checker) once(seen map[string]bool, key string, n *node) {
	if seen[key] {
		c.report(n.path(), CodeDuplicate, "have", n.text)
	}
	seen[key] = true
}

// refer finds references to what the document does not define.
func (c *checker) refer(n *node) {
	name := n.name
	if n.parent != nil && n.parent.kind == '[' {
		name = n.parent.name // of a list of references
	}
	if n.kind == '"' {
		found := true
		switch name {
		case "observation-uuid", "risk-uuid", "finding-uuid", "response-uuid", "party-uuid", "party-uuids",
			"location-uuids", "member-of-organizations":
			found = c.uuids[strings.ToLower(n.text)]
		case "component-uuid":
			// Other documents may mean the components of the plan they import.
			found = c.kind != kindPlan || c.uuids[strings.ToLower(n.text)]
		case "role-id", "role-ids":
			found = c.ids["roles#"+n.text]
		case "href":
			if to, within := strings.CutPrefix(n.text, "#"); within {
				found = c.uuids[strings.ToLower(to)] || c.anyID(to)
			}
		}
		if !found {
			c.report(n.path(), CodeUndefined, "have", n.text)
		}
	}
	for _, item := range n.items {
		c.refer(item)
	}
}

func (c *checker) anyID(id string) bool {
	return slices.ContainsFunc(defining(), func(list string) bool { return c.ids[list+"#"+id] })
}
