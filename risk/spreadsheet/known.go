package spreadsheet

import (
	"slices"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// known finds records by what people call them. A name of several records finds
// none of them.
type known struct {
	byLabel map[string][]risk.Risk // not folded: "R-1" and "R.1" are two labels
	byID    map[string]risk.Risk
	parties map[string][]isms.Link
	assets  map[string][]isms.Link
	own     map[string][]isms.Link // controls
}

func newKnown(in risk.Inputs, m Mapping) known {
	k := known{
		byLabel: map[string][]risk.Risk{}, byID: map[string]risk.Risk{},
		parties: map[string][]isms.Link{}, assets: map[string][]isms.Link{}, own: map[string][]isms.Link{},
	}
	for _, x := range in.Risks {
		k.byID[x.ID] = x
		if x.Label != "" {
			k.byLabel[x.Label] = append(k.byLabel[x.Label], x)
		}
	}
	for _, p := range in.Persons {
		add(k.parties, isms.LinkTo(p), p.ID, p.Label, p.Name)
	}
	for _, p := range in.Roles {
		add(k.parties, isms.LinkTo(p), append(texts(p.Title), p.ID, p.Label)...)
	}
	for w, l := range m.Owners {
		k.parties[fold(w)] = []isms.Link{l} // what the mapping says goes before names
	}
	for _, a := range in.Assets {
		add(k.assets, isms.LinkTo(a), append(texts(a.Title), a.ID, a.Label)...)
	}
	for _, c := range in.Controls {
		if c.Ref == "" {
			add(k.own, isms.LinkTo(c), append(texts(c.Title), c.ID, c.Label)...)
		}
	}
	return k
}

func texts(t isms.Text) []string {
	var list []string
	for _, s := range t {
		list = append(list, s)
	}
	return list
}

func add(to map[string][]isms.Link, l isms.Link, names ...string) {
	for _, n := range names {
		if n = fold(n); n != "" && !slices.Contains(to[n], l) {
			to[n] = append(to[n], l)
		}
	}
}

// risk is the risk that a row is of: the one with its label, or else with its
// id, or a new one. A risk with another label is not it, though its id looks like
// the label. When it could be several it is none of them.
func (k known) risk(label, title string) (x risk.Risk, several []isms.Link) {
	if list := k.byLabel[label]; label != "" && len(list) > 0 {
		if len(list) == 1 {
			return copied(list[0]), nil
		}
		for _, x := range list {
			several = append(several, isms.LinkTo(x))
		}
		return risk.Risk{}, several
	}
	for _, id := range []string{newID(label, title), digestID(label, title)} {
		x, taken := k.byID[id]
		switch {
		case !taken:
			return risk.Risk{Common: isms.Common{ID: id}}, nil
		case label == "" || x.Label == "" || label == x.ID:
			return copied(x), nil
		}
		several = append(several, isms.LinkTo(x))
	}
	return risk.Risk{}, several
}

// copied is a risk of which the lists can be changed.
func copied(x risk.Risk) risk.Risk {
	x.Assets = slices.Clone(x.Assets)
	x.Affects = slices.Clone(x.Affects)
	x.Treatment.Options = slices.Clone(x.Treatment.Options)
	x.Treatment.Controls = slices.Clone(x.Treatment.Controls)
	x.Treatment.Actions = slices.Clone(x.Treatment.Actions)
	return x
}

// control is the id of the control that a cell names; "" when none is known.
func (k known) control(s string) (isms.ControlID, []isms.Link) {
	if id, err := annexa.ParseID(s); err == nil {
		return isms.ControlID(id.String()), nil
	}
	list := k.own[fold(s)]
	if len(list) == 1 {
		return isms.ControlID(list[0].ID), nil
	}
	return "", list
}
