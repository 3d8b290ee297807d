package soa

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// fact is something that records can show, and the controls that it speaks for.
// It is never a reason to include a control: a person judges what it means.
type fact struct {
	id       string
	text     lang.Text // {count} is the number of records
	controls string
	shown    func(c *compiler) []Entry
}

// factTable is all that a reason to leave out a control is held against.
func factTable() []fact {
	asset := func(is func(*isms.Asset) bool) func(*compiler) []Entry {
		return func(c *compiler) []Entry { return c.assetsThat(is) }
	}
	return []fact{
		{
			"suppliers",
			lang.Text{EN: "records name suppliers: {count}", NL: "registraties noemen leveranciers: {count}"},
			"A.5.19 A.5.20 A.5.21 A.5.22",
			func(c *compiler) []Entry {
				return append(c.suppliersThat(func(*isms.Supplier) bool { return true }), c.assetsThat(supplied)...)
			},
		},
		{
			"services",
			lang.Text{EN: "services are bought, perhaps in a cloud: {count}", NL: "diensten worden ingekocht, mogelijk in een cloud: {count}"},
			"A.5.23",
			func(c *compiler) []Entry {
				return append(c.suppliersThat(cloudy), c.assetsThat(func(a *isms.Asset) bool { return supplied(a) && a.Type == isms.AssetService })...)
			},
		},
		{
			"incidents",
			lang.Text{EN: "incidents are on record: {count}", NL: "incidenten zijn vastgelegd: {count}"},
			"A.5.24 A.5.25 A.5.26 A.5.27 A.5.28 A.6.8",
			(*compiler).incidents,
		},
		{
			"personal-data",
			lang.Text{EN: "assets hold personal data: {count}", NL: "bedrijfsmiddelen bevatten persoonsgegevens: {count}"},
			"A.5.34",
			asset(func(a *isms.Asset) bool { return a.PersonalData }),
		},
		{
			"people",
			lang.Text{EN: "people work here", NL: "er werken mensen"},
			"A.6.1 A.6.2 A.6.3 A.6.4 A.6.5 A.6.6 A.6.8",
			(*compiler).people,
		},
		{
			"premises",
			lang.Text{EN: "there are premises", NL: "er zijn locaties"},
			"A.7.1 A.7.2 A.7.3 A.7.4 A.7.5 A.7.6 A.7.7",
			(*compiler).premises,
		},
		{
			"hardware",
			lang.Text{EN: "there is hardware: {count}", NL: "er is apparatuur: {count}"},
			"A.7.8 A.7.13 A.7.14",
			asset(func(a *isms.Asset) bool { return a.Type == isms.AssetHardware }),
		},
		{
			"networks",
			lang.Text{EN: "there are networks: {count}", NL: "er zijn netwerken: {count}"},
			"A.8.20",
			asset(func(a *isms.Asset) bool { return a.Type == isms.AssetNetwork }),
		},
		{
			"software",
			lang.Text{EN: "software without a supplier, perhaps one's own: {count}", NL: "software zonder leverancier, mogelijk zelf gemaakt: {count}"},
			"A.8.25 A.8.26 A.8.27 A.8.28 A.8.29 A.8.31",
			asset(func(a *isms.Asset) bool { return a.Type == isms.AssetSoftware && !supplied(a) }),
		},
	}
}

// mostShown is how many records a fact names; it counts them all.
const mostShown = 10

// contradicting are the facts that speak against leaving out a control, or one of
// Annex A with the same subject.
func (c *compiler) contradicting(d *draft) []Reason {
	if c.facts == nil {
		c.facts = map[string]*Reason{}
	}
	var list []Reason
	for _, f := range factTable() {
		if !f.about(d) {
			continue
		}
		r, known := c.facts[f.id]
		if !known {
			r = f.reason(c)
			c.facts[f.id] = r
		}
		if r != nil {
			list = append(list, *r)
		}
	}
	return list
}

func (f fact) about(d *draft) bool {
	named := func(id annexa.ID) bool { return slices.Contains(strings.Fields(f.controls), id.String()) }
	return d.Theme != 0 && named(d.annex) || slices.ContainsFunc(d.same, named)
}

// reason is the fact as the records show it; nil when they do not.
func (f fact) reason(c *compiler) *Reason {
	shown := sortEntries(f.shown(c))
	if len(shown) == 0 {
		return nil
	}
	args := map[string]string{"count": strconv.Itoa(len(shown))}
	return &Reason{
		Kind:   RecordedFact,
		Source: f.id,
		Text:   isms.Text{lang.EN: f.text.Fill(lang.EN, args), lang.NL: f.text.Fill(lang.NL, args)},
		Behind: slices.Clip(shown[:min(len(shown), mostShown)]),
	}
}

func (c *compiler) assetsThat(is func(*isms.Asset) bool) []Entry {
	var list []Entry
	for i := range c.in.Assets {
		if a := &c.in.Assets[i]; c.in.counts(a.Common) && a.InUse(c.today) && is(a) {
			list = append(list, c.assets[a.ID])
		}
	}
	return list
}

// supplied reports whether an asset comes from somebody else.
func supplied(a *isms.Asset) bool { return a.Supplier != "" || a.Provider != "" }

// cloudy reports whether a supplier provides a service in a cloud.
func cloudy(s *isms.Supplier) bool {
	return slices.ContainsFunc(s.Services, func(v isms.SuppliedService) bool { return v.Type == isms.ServiceCloud })
}

func (c *compiler) suppliersThat(is func(*isms.Supplier) bool) []Entry {
	var list []Entry
	for i := range c.in.Suppliers {
		if s := &c.in.Suppliers[i]; c.in.counts(s.Common) && s.InUse(c.today) && is(s) {
			list = append(list, entry(s.EntityKind(), s.Common, s.Title))
		}
	}
	return list
}

// incidents are those that were known by today.
func (c *compiler) incidents() []Entry {
	var list []Entry
	for i := range c.in.Incidents {
		n := &c.in.Incidents[i]
		if c.in.counts(n.Common) && !n.Occurred.After(c.today) && !isms.DateOf(n.Detected).After(c.today) {
			list = append(list, entry(n.EntityKind(), n.Common, n.Title))
		}
	}
	return list
}

// people are those who work here, without their names, which a statement that
// leaves the organization need not have; else the organization that says how
// many there are, or assets of that type.
func (c *compiler) people() []Entry {
	var list []Entry
	for i := range c.in.Persons {
		if p := &c.in.Persons[i]; c.in.counts(p.Common) && p.Here(c.today) {
			list = append(list, Entry{Link: isms.Link{Kind: p.EntityKind(), ID: p.ID, Rev: p.Rev}, Status: p.Status})
		}
	}
	if o := &c.in.Organization; len(list) == 0 && o.Employees > 0 {
		list = append(list, entry(o.EntityKind(), o.Common, o.Name))
	}
	if len(list) == 0 {
		return c.assetsThat(func(a *isms.Asset) bool { return a.Type == isms.AssetPeople })
	}
	return list
}

// premises are assets of that type, else the organization that names its sites.
func (c *compiler) premises() []Entry {
	list := c.assetsThat(func(a *isms.Asset) bool { return a.Type == isms.AssetPremises })
	if o := &c.in.Organization; len(list) == 0 && len(o.Sites) > 0 {
		list = append(list, entry(o.EntityKind(), o.Common, o.Name))
	}
	return list
}
