package ciso

import (
	"maps"
	"strconv"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/soa"
)

// requirement is one node of a framework as it stands in the file.
type requirement struct {
	o                 *object
	urn               urn
	ref               string
	name, description isms.Text
	assessable        bool
	parent, depth     int // index, -1 for none; depth from 1

	controls int  // below it, directly
	group    bool // a control had it for its group already
}

// maxLevels is how deep a framework may be.
const maxLevels = 50

// framework reads a framework as a catalogue.
func (r *reader) framework(n yamljson.Node) {
	mark := len(r.omitted)
	o := r.object(n)
	u := o.urn()
	c := soa.Catalogue{ID: slug(u.last()), Title: o.texts("name")[0], Source: r.lib.Provider, Licence: r.lib.Copyright}
	if c.Title.IsZero() {
		c.Title = r.lib.Name
	}
	if want := (urn{r.urn.space, "framework", c.ID}); u != want {
		o.drop("urn", CodeURN, "want", want.String())
	}
	if ref := o.str("ref_id"); ref != c.ID {
		o.drop("ref_id", CodeRefID, "want", c.ID)
	}
	nodes := r.requirements(o)
	w := walker{space: r.urn.space, catalogue: c.ID, nodes: nodes, refs: names{}}
	for i := range nodes {
		if nodes[i].assessable {
			c.Controls = append(c.Controls, w.control(&nodes[i]))
		} else {
			r.heading(&nodes[i])
		}
	}
	o.done()
	problems := c.Validate()
	if r.taken[isms.Link{Kind: "catalogue", ID: c.ID}] {
		problems = append(problems, isms.Problem{Code: isms.CodeDuplicate, Path: "/id", Args: map[string]string{"have": c.ID}})
	}
	if !r.refused(n.Path(), mark, problems) {
		r.taken[isms.Link{Kind: "catalogue", ID: c.ID}] = true
		r.lib.Catalogues = append(r.lib.Catalogues, c)
	}
}

// walker makes controls of nodes, and numbers their groups as they will be
// written.
type walker struct {
	space, catalogue string
	nodes            []requirement
	refs             names
	groups           int
	group            isms.Text
}

func (w *walker) control(q *requirement) soa.CatalogueControl {
	c := soa.CatalogueControl{Ref: q.ref, Title: q.name, Text: q.description}
	if q.ref == "" {
		c.Ref = q.urn.last()
		q.o.drop("ref_id", CodeRefID, "want", c.Ref)
	}
	if c.Title.IsZero() && !c.Text.IsZero() {
		c.Title, c.Text = c.Text, nil
		q.o.drop("description", CodeTitle)
	}
	if q.parent >= 0 {
		c.Group = w.nodes[q.parent].title()
	}
	same := maps.Equal(c.Group, w.group)
	if !same && !c.Group.IsZero() {
		w.groups++
	}
	w.group = c.Group
	switch {
	case q.parent < 0:
	case w.nodes[q.parent].assessable || c.Group.IsZero():
		q.o.drop("parent_urn", CodeLevel)
	default:
		p := &w.nodes[q.parent]
		if want := nodeURN(w.space, w.catalogue, "group-"+strconv.Itoa(w.groups)); !p.group && p.urn != want {
			p.o.drop("urn", CodeURN, "want", want.String())
		}
		if same && !p.group { // two of one name become one
			p.o.r.omit(p.o.node.Path(), CodeLevel)
		}
		p.group = true
	}
	if want := nodeURN(w.space, w.catalogue, w.refs.once(slug(c.Ref))); q.urn != want {
		q.o.drop("urn", CodeURN, "want", want.String())
	}
	return c
}

// heading reports what is lost of a node that cannot be assessed.
func (r *reader) heading(q *requirement) {
	if q.controls == 0 || q.title().IsZero() { // no control has it for its group
		r.omit(q.o.node.Path(), CodeLevel)
		return
	}
	if q.parent >= 0 {
		q.o.drop("parent_urn", CodeLevel)
	}
	if q.ref != "" && !q.name.IsZero() {
		q.o.drop("ref_id", CodeDropped)
	}
	if !q.description.IsZero() && (q.ref != "" || !q.name.IsZero()) {
		q.o.drop("description", CodeDropped)
	}
}

// title is what a node is called: its name, or else its number or text.
func (q *requirement) title() isms.Text {
	switch {
	case !q.name.IsZero():
		return q.name
	case q.ref != "":
		return isms.Text{q.o.r.lib.Locale: q.ref}
	default:
		return q.description
	}
}

func nodeURN(space, catalogue, name string) urn {
	return urn{space, "req_node", catalogue + ":" + name}
}

// names are those that were used, each with the number to try next.
type names map[string]int

// once is name, or name with a number when it was used before.
func (used names) once(name string) string {
	unique := name
	for n := max(used[name], 2); used[unique] > 0; n++ {
		unique = name + "-" + strconv.Itoa(n)
		used[name] = n + 1
	}
	used[unique] = max(used[unique], 2)
	return unique
}

// requirements reads the nodes of a framework and their places.
func (r *reader) requirements(o *object) []requirement {
	items := o.items("requirement_nodes")
	nodes := make([]requirement, 0, len(items))
	index := make(map[urn]int, len(items))
	parents := make([]string, len(items))
	for i, item := range items {
		n := r.object(item)
		q := requirement{o: n, urn: n.urn(), ref: n.str("ref_id"), assessable: n.boolean("assessable"), depth: n.number("depth"), parent: -1}
		parents[i] = n.str("parent_urn")
		texts := n.texts("name", "description")
		q.name, q.description = texts[0], texts[1]
		if _, double := index[q.urn]; double {
			r.problem(item.Path()+"/urn", isms.CodeDuplicate, "have", q.urn.String())
		}
		index[q.urn] = i
		n.done()
		nodes = append(nodes, q)
	}
	if len(r.problems) > 0 {
		return nil
	}
	var open []int // the nodes that the next may be below, for files that give depths only
	for i := range nodes {
		q := &nodes[i]
		if parents[i] != "" {
			u, _ := parseURN(parents[i])
			p, known := index[u]
			if !known || p >= i {
				r.problem(q.o.node.Path()+"/parent_urn", CodeUnknown, "have", parents[i])
				return nil
			}
			q.parent = p
		} else if open = closed(open, nodes, q.depth); q.depth > 1 && len(open) > 0 {
			q.parent = open[len(open)-1]
		}
		if q.place(nodes); q.depth > maxLevels {
			r.problem(q.o.node.Path(), "codec/too-deep", "max", strconv.Itoa(maxLevels))
			return nil
		}
		open = append(closed(open, nodes, q.depth), i)
	}
	return nodes
}

// place gives a node the depth that follows from its parent.
func (q *requirement) place(nodes []requirement) {
	depth := 1
	if q.parent >= 0 {
		p := &nodes[q.parent]
		depth = p.depth + 1
		if q.assessable {
			p.controls++
		}
	}
	if q.depth >= 0 && q.depth != depth {
		q.o.drop("depth", CodeLevel)
	}
	q.depth = depth
}

// closed is open without the nodes of a depth and deeper.
func closed(open []int, nodes []requirement, depth int) []int {
	for len(open) > 0 && nodes[open[len(open)-1]].depth >= depth {
		open = open[:len(open)-1]
	}
	return open
}
