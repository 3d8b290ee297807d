package spreadsheet

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func (r *reader) status(x *risk.Risk) {
	s := r.text(Status)
	if s == "" {
		return
	}
	for w, status := range r.mapping.Statuses {
		if fold(w) == fold(s) {
			x.Status = status
			return
		}
	}
	for _, status := range []isms.Status{isms.Draft, isms.Approved, isms.Retired} {
		if slices.Contains([]string{string(status), fold(status.Label(lang.EN)), fold(status.Label(lang.NL))}, fold(s)) {
			x.Status = status
			return
		}
	}
	r.omit(OmitWord, r.place(Status), isms.LinkTo(*x), "have", s)
}

func (r *reader) owner(x *risk.Risk) {
	if l, ok := r.party(Owner, *x); ok {
		x.Owner = l
	}
}

// party is the person or role that a cell names.
func (r *reader) party(f Field, x risk.Risk) (isms.Link, bool) {
	s := r.text(f)
	if s == "" {
		return isms.Link{}, false
	}
	l, ok := r.one(f, s, r.known.parties[fold(s)], isms.LinkTo(x))
	if !ok && len(r.known.parties[fold(s)]) == 0 {
		r.omit(OmitOwner, r.place(f), isms.LinkTo(x), "have", s)
	}
	return l, ok
}

// one is the record of a name; several are a problem.
func (r *reader) one(f Field, have string, found []isms.Link, subject isms.Link) (isms.Link, bool) {
	if len(found) > 1 {
		names := make([]string, len(found))
		for i, l := range found {
			names[i] = l.String()
		}
		slices.Sort(names)
		r.problem(CodeAmbiguous, r.place(f), subject, "have", have, "want", strings.Join(names, ", "))
	}
	if len(found) != 1 {
		return isms.Link{}, false
	}
	return found[0], true
}

func (r *reader) assets(x *risk.Risk) {
	s := r.text(Assets)
	if s == "" {
		return
	}
	var list []isms.Ref[isms.Asset]
	names := words(s, ";\n")
	if len(names) == 1 && len(r.known.assets[fold(s)]) == 0 {
		names = words(s, ",")
	}
	for _, name := range names {
		found := r.known.assets[fold(name)]
		l, ok := r.one(Assets, name, found, isms.LinkTo(*x))
		switch {
		case ok && !slices.Contains(list, isms.Ref[isms.Asset](l.ID)):
			list = append(list, isms.Ref[isms.Asset](l.ID))
		case len(found) == 0:
			r.omit(OmitAsset, r.place(Assets), isms.LinkTo(*x), "have", name)
		}
	}
	if list != nil {
		x.Assets = list
	}
}

func (r *reader) affects(x *risk.Risk) {
	s := r.text(Affects)
	if s == "" {
		return
	}
	var list []risk.Property
	for _, w := range words(apart(s), ";\n,/+&") {
		p, ok := property(w, r.methodology)
		if !ok {
			r.omit(OmitWord, r.place(Affects), isms.LinkTo(*x), "have", w)
		}
		for _, p := range p {
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	if list != nil {
		x.Affects = list
	}
}

// property reads a property, or the first letters of some: CIA in English, BIV
// in Dutch.
func property(s string, m risk.Methodology) ([]risk.Property, bool) {
	for _, p := range []risk.Property{risk.Confidentiality, risk.Integrity, risk.Availability} {
		if slices.Contains([]string{string(p), p.Label(lang.EN), p.Label(lang.NL)}, fold(s)) {
			return []risk.Property{p}, true
		}
	}
	for _, n := range m.Properties {
		if fold(n.ID) == fold(s) || slices.ContainsFunc(texts(n.Title), func(t string) bool { return fold(t) == fold(s) }) {
			return []risk.Property{risk.Property(n.ID)}, true
		}
	}
	letters := map[rune]risk.Property{
		'c': risk.Confidentiality, 'v': risk.Confidentiality, 'i': risk.Integrity, 'a': risk.Availability, 'b': risk.Availability,
	}
	var list []risk.Property
	s = strings.ReplaceAll(fold(s), " ", "")
	for _, l := range s {
		p, ok := letters[l]
		if !ok || len(s) > 3 {
			return nil, false
		}
		list = append(list, p)
	}
	return list, len(list) > 0
}

// apart reads "and" between two words as a separator.
func apart(s string) string {
	return strings.NewReplacer(" and ", ";", " en ", ";").Replace(s)
}

func (r *reader) treatment(x *risk.Risk) {
	if list := r.options(*x); list != nil {
		x.Treatment.Options = list
	}
	if list := r.controls(*x); list != nil {
		x.Treatment.Controls = list
	}
	r.action(x)
}

func (r *reader) options(x risk.Risk) []risk.Option {
	s := r.text(Options)
	parts := []string{s}
	if _, whole := r.option(s); !whole {
		parts = words(apart(s), ";\n,/+&")
	}
	var list []risk.Option
	for _, w := range parts {
		o, ok := r.option(w)
		switch {
		case !ok:
			r.omit(OmitWord, r.place(Options), isms.LinkTo(x), "have", w)
		case !slices.Contains(list, o):
			list = append(list, o)
		}
	}
	return list
}

func (r *reader) controls(x risk.Risk) []isms.ControlID {
	var list []isms.ControlID
	for _, w := range words(r.text(Controls), ";\n,") {
		id, several := r.known.control(w)
		switch {
		case len(several) > 1:
			r.one(Controls, w, several, isms.LinkTo(x))
		case id == "":
			r.omit(OmitControl, r.place(Controls), isms.LinkTo(x), "have", w)
		case !slices.Contains(list, id):
			list = append(list, id)
		}
	}
	return list
}

// option reads an option: the mapping's words, ours, those of ISO/IEC 27005, and
// a few that people use.
func (r *reader) option(s string) (risk.Option, bool) {
	for w, o := range r.mapping.Options {
		if fold(w) == fold(s) {
			return o, true
		}
	}
	for o, list := range map[risk.Option][]string{
		risk.Mitigate: {"reduce", "treat", "mitigeren", "verminderen", "beperken", "reduceren", "beheersen"},
		risk.Accept:   {"tolerate", "accepteren", "aanvaarden", "dragen"},
		risk.Transfer: {"insure", "overdragen", "verzekeren", "delen"},
		risk.Avoid:    {"terminate", "eliminate", "vermijden", "stoppen", "beeindigen", "beëindigen"},
	} {
		list = append(list, string(o))
		for _, l := range []lang.Lang{lang.EN, lang.NL} {
			list = append(list, fold(o.Label(l)), fold(o.Term(l)))
		}
		if slices.Contains(list, fold(s)) {
			return o, true
		}
	}
	o, err := risk.ParseOption(s)
	return o, err == nil
}

// action reads the one action of the row: that of the same title, or a new one.
func (r *reader) action(x *risk.Risk) {
	title := r.text(Action)
	if title == "" {
		return
	}
	list := x.Treatment.Actions
	i := slices.IndexFunc(list, func(a risk.Action) bool { return slices.Contains(texts(a.Title), title) })
	if i < 0 {
		n := len(list) + 1
		for slices.ContainsFunc(list, func(a risk.Action) bool { return a.ID == actionID(n) }) {
			n++
		}
		list, i = append(list, risk.Action{ID: actionID(n), Title: merged(nil, title, r.mapping.Lang)}), len(list)
		x.Treatment.Actions = list
	}
	if l, ok := r.party(ActionOwner, *x); ok {
		list[i].Owner = l
	}
	if day, ok := r.day(ActionDue); ok {
		list[i].Due = day
	}
	if day, ok := r.day(ActionDone); ok {
		list[i].Done = day
	}
}

func actionID(n int) string { return "a-" + strconv.Itoa(n) }

// day reads a day; what is not one, or could be two, is a problem.
func (r *reader) day(f Field) (isms.Date, bool) {
	s := r.text(f)
	if s == "" {
		return isms.Date{}, false
	}
	if d, err := isms.ParseDate(s); err == nil {
		return d, true
	}
	if d, ok := ordered(s, r.mapping.Days); ok {
		return d, true
	}
	r.problem(CodeDay, r.place(f), isms.Link{}, "have", s)
	return isms.Date{}, false
}

// ordered reads a day as text in an order: "31-12-2026".
func ordered(s string, order DayOrder) (isms.Date, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 || order == "" || len(parts[2]) != 4 {
		return isms.Date{}, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return isms.Date{}, false
		}
		n[i] = v
	}
	day, month := n[0], n[1]
	if order == MonthDayYear {
		day, month = month, day
	}
	d := isms.Day(n[2], time.Month(month), day)
	y, m, back := d.Time().Date()
	return d, !d.IsZero() && y == n[2] && int(m) == month && back == day
}
