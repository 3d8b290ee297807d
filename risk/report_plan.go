package risk

import (
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/report"
)

// plan is the table of every action (6.1.3 e).
func (w writer) plan() report.Table {
	t := report.Table{
		ID:      "actions",
		Caption: w.say("Actions, in the order of the register", "Acties, in de volgorde van het register"),
		Columns: []report.Column{
			{Title: w.say("Risk", "Risico")},
			{Title: w.say("Action", "Actie"), Width: 24},
			{Title: w.say("By", "Door")},
			{Title: w.say("Due", "Termijn"), Kind: report.KindDate},
			{Title: w.say("Done", "Gereed"), Kind: report.KindDate},
			{Title: w.say("Cost", "Kosten")},
			{Title: w.say("State", "Stand")},
			{Title: w.say("Plan approved by", "Plan goedgekeurd door")},
			{Title: w.say("On", "Op"), Kind: report.KindDate},
		},
	}
	var costs []Money
	for _, row := range w.Rows {
		by, on := w.approval(row)
		for _, a := range row.Risk.Treatment.Actions {
			t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
				report.Text(row.Risk.Name()), report.Text(a.Title.In(w.lang)), w.party(a.Owner),
				day(a.Due), day(a.Done), report.Text(a.Cost.String()), w.actionState(a), by, day(on),
			}})
			costs = append(costs, a.Cost)
		}
	}
	for _, total := range sum(costs) {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(w.say("Total", "Totaal")), {}, {}, {}, {}, report.Text(total.String()), {}, {}, {},
		}})
	}
	return t
}

// approval is by whom, and when, a plan was approved.
func (w writer) approval(row Row) (by report.Cell, on isms.Date) {
	switch s := row.Approving; {
	case s.State == isms.DecisionInForce:
		return w.party(row.Risk.Owner), s.Since
	case s.State != "" && !row.PlanApproved:
		return report.Text(w.say("not approved: ", "niet goedgekeurd: ") + w.standing(s)).Toned(report.Warn), isms.Date{}
	case !row.PlanApproved:
		return report.Text(w.say("not approved", "niet goedgekeurd")), row.Risk.Treatment.Approval.On
	default:
		return w.party(row.Risk.Treatment.Approval.By), row.Risk.Treatment.Approval.On
	}
}

// identification is how each risk was found: by assets, by events, or both.
func (w writer) identification() report.Table {
	t := report.Table{
		ID:      "identified",
		Caption: w.say("By assets (threat, vulnerability) and by events (source, objective, scenario)", "Via bedrijfsmiddelen (dreiging, kwetsbaarheid) en via gebeurtenissen (bron, doel, scenario)"),
		Columns: []report.Column{
			{Title: w.say("No.", "Nr.")},
			{Title: w.say("Assets", "Bedrijfsmiddelen")},
			{Title: w.say("Threat", "Dreiging"), Width: 20},
			{Title: w.say("Vulnerability", "Kwetsbaarheid"), Width: 20},
			{Title: w.say("Source", "Bron")},
			{Title: w.say("Objective", "Doel")},
			{Title: w.say("Scenario", "Scenario"), Width: 24},
			{Title: w.say("Consequence", "Gevolg"), Width: 20},
			{Title: w.say("Affects", "Raakt")},
			{Title: w.say("Related records", "Verwante registraties"), Width: 16},
		},
	}
	steps := w.scales()
	for _, row := range w.Rows {
		r := row.Risk
		var threats, affects, related []string
		for _, id := range r.Threats {
			threats = append(threats, id.Label(w.lang))
		}
		if !r.Threat.IsZero() {
			threats = append(threats, r.Threat.In(w.lang))
		}
		for _, p := range r.Affects {
			if own := steps[r.Current.Methodology].property(p); own != nil {
				affects = append(affects, own.In(w.lang))
				continue
			}
			affects = append(affects, p.Label(w.lang))
		}
		for _, l := range r.Related {
			related = append(related, w.Name(l).In(w.lang))
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(r.Name()), report.Text(w.assets(r.Assets)), report.Text(strings.Join(threats, "; ")), report.Text(r.Vulnerability.In(w.lang)),
			report.Text(r.Source.In(w.lang)), report.Text(r.Objective.In(w.lang)), report.Text(r.Description.In(w.lang)), report.Text(r.Consequence.In(w.lang)),
			report.Text(strings.Join(affects, "; ")), report.Text(strings.Join(related, "; ")),
		}})
	}
	return t
}

func (w writer) actionState(a Action) report.Cell {
	switch {
	case !a.Done.IsZero():
		return report.Text(w.say("done", "gereed"))
	case a.Overdue(w.AsOf):
		return report.Text(w.say("overdue", "over de termijn")).Toned(report.Bad)
	case a.Due.IsZero():
		return report.Text(w.say("without a date", "zonder datum")).Toned(report.Warn)
	default:
		return report.Text(w.say("open", "open"))
	}
}
