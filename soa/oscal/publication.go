package oscal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Publication is what a document says of itself.
type Publication struct {
	// System names the management system among all others, the same in every
	// document and edition: "https://acme.example/isms". Every uuid rests on it.
	System string
	At     time.Time // of the publication, between 1900 and 2999

	Edition string  // of the document: "3"; unset is "1"
	Version Version // of OSCAL; unset is [V122]

	// Lang is the language whose texts are written; where there is none, what
	// [isms.Text.In] falls back to. Unset stands for texts without a language.
	Lang lang.Lang
}

// Codes of omissions. Those of what is read have Where, the place in the file;
// the others have the record and the Path in it.
const (
	CodeDropped   isms.Code = "oscal/dropped"   // not in the document
	CodeLanguage  isms.Code = "oscal/language"  // a text has other languages than the one that is written
	CodeChanged   isms.Code = "oscal/changed"   // a text lost line ends, blanks around it, or bytes that are no text
	CodeAsText    isms.Code = "oscal/as-text"   // there to read, but no reader makes the record of it again
	CodeRecord    isms.Code = "oscal/record"    // comes back as one draft, not as the records with their revisions
	CodeDay       isms.Code = "oscal/day"       // a day that OSCAL wants or cannot have
	CodeNoPlace   isms.Code = "oscal/no-place"  // a control id that OSCAL cannot have
	CodeUnused    isms.Code = "oscal/unused"    // a member that nothing was taken from
	CodeMarkup    isms.Code = "oscal/markup"    // may have been formatted; the signs of it stay
	CodeFlattened isms.Code = "oscal/flattened" // several texts became one
	CodeControl   isms.Code = "oscal/control"   // of which catalogue is not known
	CodeParty     isms.Code = "oscal/party"     // a role or person that is not known by this name
	CodeStates    isms.Code = "oscal/states"    // implementation states that have no one word here
	CodeOlder     isms.Code = "oscal/older"     // of an older version than is written
	CodeNoReason  isms.Code = "oscal/no-reason" // left out, and the file does not say why
	CodeWhole     isms.Code = "oscal/whole"     // a selection that only its catalogue tells
)

// builder makes one document.
type builder struct {
	Publication

	ns        uuid
	meta      metadata
	resources []resource
	made      map[string]bool // uuids and role ids that have their party, role or resource
	omissions []isms.Omission
}

func newBuilder(p Publication) (*builder, error) {
	p.Edition = cmp.Or(p.Edition, "1")
	p.Version = cmp.Or(p.Version, V122)
	switch {
	case !isString(p.System) || !isString(p.Edition):
		return nil, fmt.Errorf("oscal: system %q, edition %q: want texts on one line", p.System, p.Edition)
	case !inYears(p.At.UTC()):
		return nil, fmt.Errorf("oscal: published %s: want a moment between 1900 and 2999", p.At)
	case p.Version != V113 && p.Version != V122:
		return nil, fmt.Errorf("oscal: %w: %q; want %s or %s", ErrVersion, p.Version, V113, V122)
	}
	b := &builder{Publication: p, ns: namespace(p.System), made: map[string]bool{}}
	b.meta = metadata{Modified: p.At.UTC().Format(time.RFC3339), Version: p.Edition, OSCAL: p.Version}
	b.meta.Props = []prop{b.prop("control-ids", "ismskit")}
	if p.Lang != "" {
		b.meta.Props = append(b.meta.Props, b.prop("language", string(p.Lang)))
	}
	return b, nil
}

// write encodes a document, checks it, and writes it. The uuid of the document,
// which f does not have yet, follows from the rest of it.
func (b *builder) write(w io.Writer, f file) ([]isms.Omission, error) {
	data, err := encode(f)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	// The first member of each kind of document. No text in it can read like this.
	id := `"uuid": "` + b.ns.of("document", hex.EncodeToString(sum[:])) + `"`
	data = bytes.Replace(data, []byte(`"uuid": ""`), []byte(id), 1)
	problems, err := checkData(data)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("oscal: what was to be written is wrong: %w", &isms.ProblemError{Problems: problems})
	}
	if _, err := w.Write(data); err != nil {
		return nil, fmt.Errorf("oscal: %w", err)
	}
	return b.omissions, nil
}

func encode(f file) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("oscal: %w", err)
	}
	return out.Bytes(), nil
}

func (b *builder) omit(code isms.Code, at spot, args ...string) {
	o := isms.Omission{Code: code, Subject: at.subject, Path: at.path}
	for i := 0; i+1 < len(args); i += 2 {
		if o.Args == nil {
			o.Args = map[string]string{}
		}
		o.Args[args[i]] = args[i+1]
	}
	b.omissions = append(b.omissions, o)
}

// say is a text of ours.
func (b *builder) say(t lang.Text) string { return t.In(b.Lang) }

// pick is a text in the language of the document.
func (b *builder) pick(t isms.Text, at spot) string {
	s := t.In(b.Lang)
	if s == "" {
		return ""
	}
	var others []string
	for l, other := range t {
		if l != b.Lang && other != "" {
			others = append(others, cmp.Or(string(l), "-"))
		}
	}
	if len(others) > 0 {
		slices.Sort(others)
		b.omit(CodeLanguage, at, "have", strings.Join(others, ", "))
	}
	return b.valid(s, at)
}

func (b *builder) valid(s string, at spot) string {
	valid := strings.ToValidUTF8(s, "\ufffd")
	if valid != s {
		b.omit(CodeChanged, at)
	}
	return valid
}

// prose is a text of any number of lines.
func (b *builder) prose(t isms.Text, at spot) string { return markup(b.pick(t, at)) }

// title is a text of one line as Markdown, and otherwise what to put there when
// there is none.
func (b *builder) title(t isms.Text, at spot, otherwise string) string {
	return markup(cmp.Or(b.line(b.pick(t, at), at), line(otherwise), "-"))
}

// line is a text of one line as it is.
func (b *builder) line(s string, at spot) string {
	s = b.valid(s, at)
	short := line(s)
	if short != s {
		b.omit(CodeChanged, at)
	}
	return short
}

// prop is a property of ours with a value that is known to be on one line.
func (b *builder) prop(name, value string) prop { return prop{Name: name, NS: NS, Value: value} }

// fact adds a property for a text of one line, if there is one.
func (b *builder) fact(props []prop, name, value string, at spot) []prop {
	if value = b.line(value, at); value != "" {
		props = append(props, b.prop(name, value))
	}
	return props
}

// note adds a property for a text of any number of lines, if there is one.
func (b *builder) note(props []prop, name, value string, t isms.Text, at spot) []prop {
	if remarks := b.prose(t, at); remarks != "" {
		p := b.prop(name, value)
		p.Remarks = remarks
		props = append(props, p)
	}
	return props
}

// moment is a day as OSCAL has it where it wants a moment; "" when it cannot.
func (b *builder) moment(d isms.Date, at spot) string {
	if d.IsZero() {
		return ""
	}
	if !inYears(d.Time()) {
		b.omit(CodeDay, at, "have", d.String())
		return ""
	}
	return d.Time().Format(time.RFC3339)
}

// since is a moment where OSCAL must have one: that of the publication when
// there is no other.
func (b *builder) since(d isms.Date, at spot) string {
	if m := b.moment(d, at); m != "" {
		return m
	}
	if d.IsZero() {
		b.omit(CodeDay, at, "have", "-")
	}
	return b.meta.Modified
}

// people are who may be responsible.
type people map[isms.Link]isms.Text

func peopleOf(persons []isms.Individual, roles []isms.Role) people {
	all := make(people, len(persons)+len(roles))
	for i := range persons {
		all[isms.LinkTo(persons[i])] = isms.Plain(persons[i].Name)
	}
	for i := range roles {
		all[isms.LinkTo(roles[i])] = roles[i].Title
	}
	return all
}

// responsible says who owns something, making the role and the party of it. One
// who is not at hand is told as an omission; otherwise is the name then.
func (b *builder) responsible(owner isms.Link, people people, otherwise isms.Text, at spot) []responsible {
	owner = owner.Entity()
	if owner.IsZero() {
		return nil
	}
	name, found := people[owner]
	if !found {
		name = otherwise
		b.omit(CodeAsText, at, "have", owner.String())
	}
	if owner.Kind == "person" {
		const id = "owner"
		b.addRole(role{ID: id, Title: b.say(lang.Text{EN: "Owner", NL: "Eigenaar"})})
		return []responsible{{Role: id, Parties: []string{b.addParty("person", owner, name, at)}}}
	}
	id := "role." + token(owner.ID)
	b.addRole(role{ID: id, Title: markup(b.name(name, owner)), Props: b.fact(nil, "record", owner.String(), at)})
	return []responsible{{Role: id}}
}

// name is what a record is called where something else is told: one language
// and one line of it will do.
func (b *builder) name(t isms.Text, of isms.Link) string { return nameIn(b.Lang, t, of) }

func nameIn(l lang.Lang, t isms.Text, of isms.Link) string {
	one := func(s string) string { return line(strings.ToValidUTF8(s, "\ufffd")) }
	return cmp.Or(one(t.In(l)), one(of.Entity().String()), "-")
}

func (b *builder) addRole(r role) {
	if !b.made["role "+r.ID] {
		b.made["role "+r.ID] = true
		b.meta.Roles = append(b.meta.Roles, r)
	}
}

func (b *builder) addParty(kind string, of isms.Link, name isms.Text, at spot) string {
	p := party{UUID: b.ns.of("party", of.String()), Type: kind, Name: b.name(name, of), Props: b.fact(nil, "record", of.String(), at)}
	if !b.made[p.UUID] {
		b.made[p.UUID] = true
		b.meta.Parties = append(b.meta.Parties, p)
	}
	return p.UUID
}

// resource puts a record beside the document and returns the reference to it.
func (b *builder) resource(of isms.Link, title isms.Text, at spot) string {
	id := b.ns.of("resource", of.Entity().String())
	if !b.made[id] {
		b.made[id] = true
		b.resources = append(b.resources, resource{
			UUID: id, Title: markup(b.name(title, of)), Description: markup(b.name(title, of)),
			Props: b.fact(nil, "record", of.String(), at),
		})
	}
	return "#" + id
}

func (b *builder) backMatter() *backMatter {
	if len(b.resources) == 0 {
		return nil
	}
	return &backMatter{Resources: b.resources}
}
