package register

import (
	"cmp"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Inputs is what the registers are made of. Their order does not matter.
type Inputs struct {
	Organization isms.Organization

	// Scope is the management system that the registers are of. Records that
	// name another one are left out. When its ID is unset, all records count.
	Scope isms.Scope

	Assets   []isms.Asset
	Evidence []isms.Evidence

	Persons []isms.Individual
	Roles   []isms.Role

	// Names are those of other records that evidence may be about. What has none
	// is printed as its link: "risk/r-014".
	Names map[isms.Link]isms.Text
}

// ReadInputs reads the inputs from a transaction: of the present, or of a
// moment in the past. Organization and Scope are set when there is exactly one
// that is not retired. Names are those of the kinds of package isms; a host
// adds what it knows of others.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	in := Inputs{Names: map[isms.Link]isms.Text{}}
	for _, read := range []func() error{
		func() error { return list(isms.Assets(tx), &in.Assets) },
		func() error { return list(isms.EvidenceRecords(tx), &in.Evidence) },
		func() error { return list(isms.Persons(tx), &in.Persons) },
		func() error { return list(isms.Roles(tx), &in.Roles) },
		func() (err error) { in.Organization, err = isms.Organizations(tx).Only(); return err },
		func() (err error) { in.Scope, err = isms.Scopes(tx).Only(); return err },
		func() error {
			return titles(isms.Controls(tx), in.Names, func(v isms.Control) isms.Text { return v.Title })
		},
		func() error {
			return titles(isms.Documents(tx), in.Names, func(v isms.Document) isms.Text { return v.Title })
		},
		func() error {
			return titles(isms.Requirements(tx), in.Names, func(v isms.Requirement) isms.Text { return v.Title })
		},
		func() error {
			return titles(isms.Incidents(tx), in.Names, func(v isms.Incident) isms.Text { return v.Title })
		},
		func() error {
			return titles(isms.Scopes(tx), in.Names, func(v isms.Scope) isms.Text { return v.Title })
		},
	} {
		if err := read(); err != nil {
			return Inputs{}, err
		}
	}
	return in, nil
}

func list[T isms.Entity](from isms.Collection[T], to *[]T) (err error) {
	*to, err = from.List()
	return err
}

func titles[T isms.Entity](from isms.Collection[T], to map[isms.Link]isms.Text, title func(T) isms.Text) error {
	for v, err := range from.All() {
		if err != nil {
			return err
		}
		if t := title(v); !t.IsZero() {
			to[isms.LinkTo(v)] = t
		}
	}
	return nil
}

// writer builds the parts of a register in one language.
type writer struct {
	in    Inputs
	today isms.Date
	lang  lang.Lang
	names map[isms.Link]string
}

func newWriter(in Inputs, today isms.Date, l lang.Lang) writer {
	w := writer{in, today, l, map[isms.Link]string{}}
	add := func(link isms.Link, c isms.Common, title string) {
		w.names[link] = cmp.Or(title, c.Label, link.String())
	}
	for link, text := range in.Names {
		w.names[link.Entity()] = cmp.Or(text.In(l), link.String())
	}
	for _, v := range in.Assets {
		add(isms.LinkTo(v), v.Common, v.Title.In(l))
	}
	for _, v := range in.Evidence {
		add(isms.LinkTo(v), v.Common, v.Title.In(l))
	}
	for _, v := range in.Persons {
		add(isms.LinkTo(v), v.Common, v.Name)
	}
	for _, v := range in.Roles {
		add(isms.LinkTo(v), v.Common, v.Title.In(l))
	}
	return w
}

func (w writer) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(w.lang) }

// name is what people call a record, or its link.
func (w writer) name(l isms.Link) string { return cmp.Or(w.names[l.Entity()], l.String()) }

// counts reports whether a record is of the register's management system.
func (w writer) counts(c isms.Common) bool {
	return w.in.Scope.ID == "" || c.ISMS == "" || string(c.ISMS) == w.in.Scope.ID
}

// number is what people call the record by: its label, or else its id.
func number(c isms.Common) string { return cmp.Or(c.Label, c.ID) }

// rowID is the target of links to a record; none for an id of a host that
// cannot be one.
func rowID(kind string, c isms.Common) string {
	if !isms.ValidID(c.ID) {
		return ""
	}
	return kind + "-" + c.ID
}

func (w writer) owner(l isms.Link) report.Cell {
	if l.IsZero() {
		return report.Text(w.say("none", "geen")).Toned(report.Warn)
	}
	return report.Text(w.name(l))
}

func (w writer) review(r isms.Review) report.Cell {
	due := r.Due()
	switch {
	case !r.Overdue(w.today):
		return report.Day(due.String())
	case due.IsZero():
		return report.Text(w.say("never reviewed", "nooit beoordeeld")).Toned(report.Warn)
	default:
		return report.Text(due.String() + w.say(" overdue", " over de termijn")).Toned(report.Warn)
	}
}

// period is a span of days, of which either end may be open.
func (w writer) period(from, to isms.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return w.say("from ", "vanaf ") + from.String()
	case from.IsZero():
		return w.say("up to and including ", "tot en met ") + to.String()
	case from == to:
		return from.String()
	default:
		return from.String() + w.say(" to ", " tot en met ") + to.String()
	}
}

// control is document control: what this is a register of, as of when, and that
// nobody approved it by making it.
func (w writer) control(basis lang.Text, count int) []report.Field {
	var meta []report.Field
	add := func(en, nl string, value report.Cell) {
		if value.Text != "" {
			meta = append(meta, report.Field{Name: w.say(en, nl), Value: value})
		}
	}
	add("Organization", "Organisatie", report.Text(w.in.Organization.Name.In(w.lang)))
	add("Scope", "Toepassingsgebied", report.Text(w.in.Scope.Title.In(w.lang)))
	add("As of", "Peildatum", report.Day(w.today.String()))
	add("Records", "Registraties", report.Int(count))
	add("State", "Status", report.Text(w.say("made from the records, not approved", "samengesteld uit de registraties, niet vastgesteld")))
	add("Basis", "Grondslag", report.Text(basis.In(w.lang)))
	return meta
}

// line is a row of the table of what asks for attention.
type line struct {
	en, nl string
	n      int
}

func (w writer) attention(lines []line) report.Table {
	t := report.Table{
		ID:      "attention",
		Caption: w.say("What asks for attention; one record may count in several lines", "Wat aandacht vraagt; een registratie kan in meer regels meetellen"),
		Columns: []report.Column{{Title: w.say("What", "Wat"), Width: 40}, {Title: w.say("Records", "Registraties"), Kind: report.KindNumber}},
	}
	for _, l := range lines {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.say(l.en, l.nl)), report.Int(l.n)}})
	}
	return t
}

func joined[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}
