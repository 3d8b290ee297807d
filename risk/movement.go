package risk

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Movement is a risk that is not as it was in an earlier register.
type Movement struct {
	Before, After *Row        // nil when it was not in that register
	What          []isms.Code // what differs; see the constants
}

// What moved.
const (
	MovedIn         isms.Code = "risk/moved-in"  // new
	MovedOut        isms.Code = "risk/moved-out" // retired or deleted
	MovedLevel      isms.Code = "risk/moved-level"
	MovedPhase      isms.Code = "risk/moved-phase"
	MovedAcceptance isms.Code = "risk/moved-acceptance" // expired, for instance, though nobody edited the risk
	MovedContent    isms.Code = "risk/moved-content"    // another revision
)

// Since lists what moved since an earlier register: what is new and changed in
// the order of this one, then what is gone in the order of the other. An earlier
// register is made of the past:
//
//	space.AsOf(lastReview).View(ctx, func(tx *isms.Tx) error { in, err = risk.ReadInputs(tx); ... })
//	before := risk.NewRegister(in, isms.DateOf(lastReview))
func (r Register) Since(before Register) []Movement {
	was := make(map[string]*Row, len(before.Rows))
	for i := range before.Rows {
		was[before.Rows[i].Risk.ID] = &before.Rows[i]
	}
	var found []Movement
	for i := range r.Rows {
		now := &r.Rows[i]
		then := was[now.Risk.ID]
		delete(was, now.Risk.ID)
		if what := moved(then, now); len(what) > 0 {
			found = append(found, Movement{then, now, what})
		}
	}
	for i := range before.Rows {
		if row := &before.Rows[i]; was[row.Risk.ID] != nil {
			found = append(found, Movement{row, nil, []isms.Code{MovedOut}})
		}
	}
	return found
}

func moved(then, now *Row) []isms.Code {
	if then == nil {
		return []isms.Code{MovedIn}
	}
	var what []isms.Code
	if slices.ContainsFunc([]Stage{Inherent, Current, Residual}, func(s Stage) bool { return !then.Level(s).same(now.Level(s)) }) {
		what = append(what, MovedLevel)
	}
	if then.Phase != now.Phase {
		what = append(what, MovedPhase)
	}
	if then.Acceptance != now.Acceptance {
		what = append(what, MovedAcceptance)
	}
	if then.Risk.Rev != now.Risk.Rev {
		what = append(what, MovedContent)
	}
	return what
}

// same reports whether two levels read the same.
func (l Level) same(o Level) bool {
	return l.Likelihood == o.Likelihood && l.Impact == o.Impact && l.Band.ID == o.Band.ID &&
		l.Rank == o.Rank && l.Of == o.Of && l.Acceptable == o.Acceptable && l.Unrated == o.Unrated
}

// ChangesReport is what moved since an earlier register as a document in
// language l.
func (r Register) ChangesReport(before Register, l lang.Lang) report.Document {
	w := writer{r, l}
	t := report.Table{
		ID: "changes",
		Columns: []report.Column{
			{Title: w.say("No.", "Nr.")},
			{Title: w.say("Risk", "Risico"), Width: 24},
			{Title: w.say("What changed", "Wat is gewijzigd"), Width: 16},
			{Title: w.say("Level then", "Niveau toen")},
			{Title: w.say("Level now", "Niveau nu")},
			{Title: w.say("Phase then", "Fase toen")},
			{Title: w.say("Phase now", "Fase nu")},
			{Title: w.say("Acceptance then", "Acceptatie toen")},
			{Title: w.say("Acceptance now", "Acceptatie nu")},
		},
	}
	for _, m := range r.Since(before) {
		row := m.After
		if row == nil {
			row = m.Before
		}
		cells := []report.Cell{report.Text(row.Risk.Name()), report.Text(row.Risk.Title.In(l)), report.Text(w.remarks(m.What))}
		for _, pair := range [][2]report.Cell{
			w.pair(m, func(r *Row) report.Cell { return level(r.Current, l) }),
			w.pair(m, func(r *Row) report.Cell { return report.Text(r.Phase.Label(l)) }),
			w.pair(m, func(r *Row) report.Cell { return acceptanceCell(r.Acceptance, l) }),
		} {
			cells = append(cells, pair[0], pair[1])
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return report.Document{
		Title: w.say("Changes of the risk register", "Wijzigingen van het risicoregister"),
		Lang:  l,
		Meta: []report.Field{
			{Name: w.say("From", "Van"), Value: day(before.AsOf)},
			{Name: w.say("To", "Tot en met"), Value: day(r.AsOf)},
		},
		Blocks: []report.Block{t},
	}
}

// pair is one property of a risk then and now; empty where it was not there.
func (w writer) pair(m Movement, show func(*Row) report.Cell) (cells [2]report.Cell) {
	for i, row := range []*Row{m.Before, m.After} {
		if row != nil {
			cells[i] = show(row)
		}
	}
	return cells
}
