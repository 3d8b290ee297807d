package soa

import (
	"iter"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Coverage counts the controls of Annex A that have one value of one of the five
// attributes. A control with several values counts for each of them, so the
// counts of an attribute add up to more than 93.
type Coverage struct {
	Total

	Attribute lang.Text
	Value     lang.Text
	Tag       string // as the standard prints it: "#Preventive"
}

// Coverage counts the rows by attribute, in the order of the standard. Values
// that no control has are there too.
func (s Statement) Coverage() []Coverage {
	var list []Coverage
	list = cover(list, s, lang.Text{EN: "Control type", NL: "Type maatregel"}, annexa.Values[annexa.ControlType](),
		func(k annexa.Control) annexa.Set[annexa.ControlType] { return k.Types })
	list = cover(list, s, lang.Text{EN: "Information security property", NL: "Eigenschap van informatiebeveiliging"}, annexa.Values[annexa.Property](),
		func(k annexa.Control) annexa.Set[annexa.Property] { return k.Properties })
	list = cover(list, s, lang.Text{EN: "Cybersecurity concept", NL: "Cybersecurityconcept"}, annexa.Values[annexa.Concept](),
		func(k annexa.Control) annexa.Set[annexa.Concept] { return k.Concepts })
	list = cover(list, s, lang.Text{EN: "Operational capability", NL: "Operationele capaciteit"}, annexa.Values[annexa.Capability](),
		func(k annexa.Control) annexa.Set[annexa.Capability] { return k.Capabilities })
	return cover(list, s, lang.Text{EN: "Security domain", NL: "Beveiligingsdomein"}, annexa.Values[annexa.Domain](),
		func(k annexa.Control) annexa.Set[annexa.Domain] { return k.Domains })
}

func cover[V annexa.Value](list []Coverage, s Statement, attribute lang.Text, values iter.Seq[V], of func(annexa.Control) annexa.Set[V]) []Coverage {
	at := map[V]int{}
	for v := range values {
		at[v] = len(list)
		list = append(list, Coverage{Attribute: attribute, Value: v.Label(), Tag: v.String()})
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		if r.Theme == 0 {
			continue
		}
		id, err := annexa.ParseID(string(r.Control))
		if err != nil {
			continue
		}
		k, _ := annexa.Lookup(id)
		for v := range of(k).All() {
			list[at[v]].add(r)
		}
	}
	return list
}

// CoverageTable is [Statement.Coverage] as a table in language l.
func (s Statement) CoverageTable(l lang.Lang) report.Table {
	t := report.Table{
		ID:      "coverage",
		Caption: lang.Text{EN: "Controls of Annex A by attribute", NL: "Maatregelen van bijlage A naar attribuut"}.In(l),
		Columns: append([]report.Column{
			{Title: lang.Text{EN: "Attribute", NL: "Attribuut"}.In(l), Group: true},
			{Title: lang.Text{EN: "Value", NL: "Waarde"}.In(l)},
		}, totalColumns(l)...),
	}
	for _, c := range s.Coverage() {
		t.Rows = append(t.Rows, report.Row{Cells: append([]report.Cell{
			report.Text(c.Attribute.In(l)), report.Text(c.Value.In(l)),
		}, c.cells()...)})
	}
	return t
}
