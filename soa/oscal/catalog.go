package oscal

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

// annexFile is where the documents of a publication look for Annex A.
const annexFile = "annex-a.json"

// AnnexA is Annex A as a catalogue to publish: numbers, titles and our own
// summaries, with a host's titles where it has them. Its ID is unset, for the
// refs are control ids themselves.
func AnnexA(labels annexa.Labels) soa.Catalogue {
	c := soa.Catalogue{
		Title:   both(lang.Text{EN: "ISO/IEC 27001:2022, Annex A", NL: "ISO/IEC 27001:2022 (NEN-EN-ISO/IEC 27001:2023), bijlage A"}),
		Edition: "2022", Source: "ISO/IEC",
		Licence: "numbers and titles as facts, summaries by ismskit; the text of the standard is not in here",
	}
	for k := range annexa.All() {
		c.Controls = append(c.Controls, soa.CatalogueControl{
			Ref: k.ID.String(), Group: both(k.Theme.Label()), Title: both(labels.Title(k)), Text: both(k.Summary),
		})
	}
	return c
}

// OwnControls is the organization's own controls of a statement as a catalogue
// to publish. Its ID is unset, for the refs are control ids themselves.
func OwnControls(s soa.Statement) soa.Catalogue {
	c := soa.Catalogue{Title: s.Organization.Title}
	if c.Title.IsZero() {
		c.Title = both(lang.Text{EN: "Own controls", NL: "Eigen beheersmaatregelen"})
	}
	for i := range s.Rows {
		if r := &s.Rows[i]; !r.Control.Link().IsZero() {
			c.Controls = append(c.Controls, soa.CatalogueControl{Ref: string(r.Control), Title: r.Title})
		}
	}
	return c
}

func both(t lang.Text) isms.Text { return isms.Text{lang.EN: t.EN, lang.NL: t.NL} }

// WriteCatalog writes a catalogue of controls: Annex A, the organization's own,
// or another one whose texts the host may publish. The documents of one
// publication look for them beside each other, as "annex-a.json",
// "own-controls.json" and "catalog-nen7510.json".
func WriteCatalog(w io.Writer, c soa.Catalogue, p Publication) ([]isms.Omission, error) {
	b, err := newBuilder(p)
	if err != nil {
		return nil, err
	}
	var at spot
	b.meta.Title = b.title(c.Title, at.at("title"), c.ID)
	if c.Title.IsZero() {
		b.meta.Props = append(b.meta.Props, b.prop("title", "none"))
	}
	for _, text := range []struct{ name, value string }{
		{"catalogue", c.ID}, {"edition", c.Edition}, {"source", c.Source}, {"licence", c.Licence},
	} {
		b.meta.Props = b.fact(b.meta.Props, text.name, text.value, at.at(strings.Replace(text.name, "catalogue", "id", 1)))
	}
	b.rest(at, c, carries("/title /edition /source /licence /controls/*/ref /controls/*/group /controls/*/title /controls/*/text /controls/*/annexA"))
	out := catalogFile{Metadata: b.meta}
	groups := map[string]int{}
	taken := make(map[string]bool, len(c.Controls))
	for i, k := range c.Controls {
		at := at.at("controls").index(i)
		made := b.control(c.ID, i, k, at)
		if made.ID == "" || taken[made.ID] {
			b.omit(CodeNoPlace, at, "have", k.Ref)
			continue
		}
		taken[made.ID] = true
		if k.Group.IsZero() {
			out.Controls = append(out.Controls, made)
			continue
		}
		title := b.title(k.Group, at.at("group"), "")
		key, _ := json.Marshal(k.Group) //nolint:errchkjson // a map of strings
		g, found := groups[string(key)]
		if !found {
			g = len(out.Groups)
			groups[string(key)] = g
			out.Groups = append(out.Groups, group{Title: title})
		}
		out.Groups[g].Controls = append(out.Groups[g].Controls, made)
	}
	return b.write(w, file{Catalog: &out})
}

// control is one control; its ID is unset when OSCAL cannot have it.
func (b *builder) control(catalogue string, i int, k soa.CatalogueControl, at spot) control {
	id := controlID(catalogue, k.Ref)
	if k.Ref == "" {
		return control{}
	}
	made := control{ID: token(string(id)), Title: b.title(k.Title, at.at("title"), k.Ref)}
	if k.Title.IsZero() {
		made.Props = append(made.Props, b.prop("title", "none"))
	}
	if label := line(strings.ToValidUTF8(k.Ref, "\ufffd")); label != "" { // the id has it exactly
		made.Props = append(made.Props, prop{Name: "label", Value: label})
	}
	made.Props = append(made.Props, prop{Name: "sort-id", Value: fmt.Sprintf("%06d", i)})
	for _, related := range k.AnnexA {
		made.Links = append(made.Links, link{Href: annexFile + "#" + related.String(), Rel: "related"})
	}
	if prose := b.prose(k.Text, at.at("text")); prose != "" {
		p := part{ID: made.ID + "_smt", Name: "statement", Prose: prose}
		if isAnnexA(id) {
			p = part{ID: made.ID + "_ovw", Name: "overview", Prose: prose} // a summary is no statement
		}
		made.Parts = []part{p}
	}
	return made
}

// controlID is the id of a control of a catalogue.
func controlID(catalogue, ref string) isms.ControlID {
	if catalogue == "" {
		return isms.ControlID(ref)
	}
	return isms.ControlID(catalogue + ":" + ref)
}

// ReadCatalog reads a catalogue. Of one that is not ours, the refs are the
// control ids of the file, and enhancements follow the control that they
// enhance. Whether it can be used as it is, [soa.Catalogue.Validate] tells.
func ReadCatalog(r io.Reader, opt *ReadOptions) (soa.Catalogue, []isms.Omission, error) {
	in, err := newReader(r, kindCatalog, opt)
	if err != nil {
		return soa.Catalogue{}, nil, err
	}
	meta := in.at("metadata")
	c := soa.Catalogue{Title: in.title(meta)}
	c.ID = in.prop(meta, "catalogue").take()
	c.Edition = in.prop(meta, "edition").take()
	c.Source = in.prop(meta, "source").take()
	c.Licence = in.prop(meta, "licence").take()
	if !in.ours {
		if c.ID = in.opt.Catalogue; c.ID == "" {
			return soa.Catalogue{}, nil, fmt.Errorf("oscal: %w: want the id of the catalogue: it is not one of ours", ErrNoCatalogue)
		}
	}
	list := catalogList{reader: in, id: c.ID}
	list.walk(in.node, nil)
	if in.ours {
		slices.SortStableFunc(list.controls, func(a, b placed) int { return strings.Compare(a.sort, b.sort) })
	}
	for _, p := range list.controls {
		c.Controls = append(c.Controls, p.control)
	}
	return c, in.finish(), nil
}

// catalogList is the controls of a catalogue in the order of the file.
type catalogList struct {
	*reader

	id       string
	controls []placed
}

// placed is a control with where it stood among all when it was written.
type placed struct {
	sort    string
	control soa.CatalogueControl
}

func (c *catalogList) walk(n *node, group isms.Text) {
	for _, k := range n.at("controls").list() {
		id := k.at("id").take()
		if c.ours {
			id, _ = untoken(id)
			id = strings.TrimPrefix(id, c.id+":")
		}
		made := soa.CatalogueControl{Ref: id, Group: group, Title: c.title(k), Text: c.statement(k)}
		for _, l := range k.at("links").list() {
			if related, ok := relatedTo(l); ok {
				made.AnnexA = append(made.AnnexA, related)
			}
		}
		c.controls = append(c.controls, placed{c.sortID(k, id), made})
		c.walk(k, group)
	}
	for _, g := range n.at("groups").list() {
		c.walk(g, c.text(g.at("title")))
	}
}

// relatedTo is the control of Annex A that a link leads to.
func relatedTo(l *node) (annexa.ID, bool) {
	to, found := strings.CutPrefix(l.at("href").peek(), annexFile+"#")
	id, err := annexa.ParseID(to)
	if !found || err != nil || id.String() != to || l.at("rel").peek() != "related" {
		return annexa.ID{}, false
	}
	l.at("href").take()
	l.at("rel").take()
	return id, true
}

// title is the title of a control or catalogue, unless it is only there because
// OSCAL wants one.
func (in *reader) title(n *node) isms.Text {
	text := in.text(n.at("title"))
	if none := in.prop(n, "title"); none.peek() == "none" {
		none.take()
		return nil
	}
	return text
}

// sortID is where a control of ours stands among all. Its label says no more
// than its ref.
func (in *reader) sortID(k *node, ref string) string {
	if !in.ours {
		return ""
	}
	for _, p := range k.at("props").list() {
		switch p.at("name").peek() {
		case "label":
			p.used = p.at("value").peek() == line(ref)
		case "sort-id":
			p.used = true
			return p.at("value").peek()
		}
	}
	return ""
}

// statement is the text of a control: of its statement with what is below, or
// of our summary.
func (in *reader) statement(k *node) isms.Text {
	var lines []string
	for _, p := range k.at("parts").list() {
		if name := p.at("name").peek(); name == "statement" || name == "overview" && in.ours {
			if id := k.at("id").peek(); p.at("id").peek() == id+"_smt" || p.at("id").peek() == id+"_ovw" {
				p.at("id").take()
			}
			lines = append(lines, in.parts(p)...)
		}
	}
	if len(lines) > 1 {
		in.omit(CodeFlattened, k.at("parts"))
	}
	return in.made(strings.Join(lines, "\n"))
}

// parts are the texts of a part and those below, each with its label.
func (in *reader) parts(p *node) []string {
	var lines []string
	p.at("name").take()
	if prose := p.at("prose"); prose != nil {
		text := in.markup(prose)
		for _, each := range p.at("props").list() {
			if each.at("name").peek() == "label" {
				text = each.at("value").take() + " " + text
				each.at("name").take()
			}
		}
		lines = append(lines, text)
	}
	for _, below := range p.at("parts").list() {
		lines = append(lines, in.parts(below)...)
	}
	return lines
}
