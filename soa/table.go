package soa

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Table is the statement as one table in language l: a line for each row, its
// first cell what an auditor looks for ("A.5.1"). Why a control applies and
// what is there of it are columns of their own. It is the table of
// [Statement.Report], and what to give to [report.CSV].
func (s Statement) Table(l lang.Lang) report.Table {
	w := wordsOf(l)
	t := report.Table{
		ID:      "controls",
		Caption: lang.Text{EN: "Controls", NL: "Beheersmaatregelen"}.In(l),
		Columns: []report.Column{
			{Title: controlTitle().In(l)},
			{Title: themeTitle().In(l), Group: true},
			{Title: lang.Text{EN: "Title", NL: "Beheersmaatregel"}.In(l), Width: 20},
			{Title: lang.Text{EN: "Applicable", NL: "Van toepassing"}.In(l)},
			{Title: lang.Text{EN: "Justification", NL: "Onderbouwing"}.In(l), Width: 28},
			{Title: lang.Text{EN: "Implemented", NL: "Geïmplementeerd"}.In(l), Width: 16},
			{Title: lang.Text{EN: "Plan and open actions", NL: "Plan en open acties"}.In(l), Width: 24},
			{Title: lang.Text{EN: "How it is implemented", NL: "Wijze van implementatie"}.In(l), Width: 28},
			{Title: lang.Text{EN: "Owner", NL: "Eigenaar"}.In(l)},
			{Title: lang.Text{EN: "Documents and evidence", NL: "Documenten en bewijs"}.In(l), Width: 20},
			{Title: lang.Text{EN: "Risks", NL: "Risico's"}.In(l)},
			{Title: lang.Text{EN: "Greatest risk now", NL: "Hoogste risico nu"}.In(l)},
			{Title: lang.Text{EN: "Greatest residual risk", NL: "Hoogste restrisico"}.In(l)},
			{Title: lang.Text{EN: "Next review", NL: "Volgende beoordeling"}.In(l), Kind: report.KindDate},
		},
		Rows: make([]report.Row, 0, len(s.Rows)),
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		line := report.Row{Cells: []report.Cell{
			report.Text(r.Name()),
			report.Text(r.heading(l)),
			report.Text(r.Title.In(l)),
			w.applicable(r),
			w.justification(r),
			w.implemented(r),
			w.planned(r),
			report.Text(r.How.In(l)),
			report.Text(r.Owner.Name(l)),
			w.proof(r),
			w.risks(r),
			report.Text(r.Current.In(l)),
			report.Text(r.Residual.In(l)),
			w.review(r),
		}}
		if r.Theme != 0 {
			line.ID = string(r.Control)
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func controlTitle() lang.Text { return lang.Text{EN: "Control", NL: "Nummer"} }
func themeTitle() lang.Text   { return lang.Text{EN: "Theme", NL: "Thema"} }

// heading is what the row stands under: its theme, or the group of its catalogue.
func (r Row) heading(l lang.Lang) string {
	if r.Theme == 0 && !r.Group.IsZero() {
		return r.Group.In(l)
	}
	return themeLabel(r.Theme, l)
}

func themeLabel(t annexa.Theme, l lang.Lang) string {
	if t == 0 {
		return lang.Text{EN: "Other controls", NL: "Overige beheersmaatregelen"}.In(l)
	}
	return t.Label().In(l)
}

// words are the texts of the cells, in one language.
type words struct {
	lang                                              lang.Lang
	yes, no, undecided, notStated, since, plan, until string
	leftOut, denied, stale, notAtHand, overdue        string
	notFully, actions, more                           string
}

func wordsOf(l lang.Lang) words {
	return words{
		lang:      l,
		yes:       lang.Text{EN: "yes", NL: "ja"}.In(l),
		no:        lang.Text{EN: "no", NL: "nee"}.In(l),
		undecided: Undecided.Label(l),
		notStated: lang.Text{EN: "not stated", NL: "niet opgegeven"}.In(l),
		since:     lang.Text{EN: "since ", NL: "sinds "}.In(l),
		plan:      lang.Text{EN: "Plan: ", NL: "Plan: "}.In(l),
		until:     lang.Text{EN: "Due: ", NL: "Gereed: "}.In(l),
		leftOut:   lang.Text{EN: "Contradiction, recorded as left out: ", NL: "Tegenspraak, vastgelegd als uitgesloten: "}.In(l),
		denied:    lang.Text{EN: "Contradiction, the records show: ", NL: "Tegenspraak, de registraties laten zien: "}.In(l),
		notFully:  lang.Text{EN: "no, not (fully) implemented: ", NL: "nee, niet (volledig) geïmplementeerd: "}.In(l),
		actions:   lang.Text{EN: "Open actions: ", NL: "Open acties: "}.In(l),
		more:      lang.Text{EN: "and {count} more", NL: "en nog {count}"}.In(l),
		stale:     lang.Text{EN: "no longer valid", NL: "niet meer geldig"}.In(l),
		notAtHand: lang.Text{EN: "not at hand", NL: "niet voorhanden"}.In(l),
		overdue:   lang.Text{EN: "overdue", NL: "verlopen"}.In(l),
	}
}

func (w words) applicable(r *Row) report.Cell {
	cell := report.Text(w.decision(r.Decision))
	switch {
	case r.Contradicted():
		return cell.Toned(report.Bad)
	case r.Decision == Undecided:
		return cell.Toned(report.Unknown)
	default:
		return cell
	}
}

func (w words) decision(d Decision) string {
	switch d {
	case Included:
		return w.yes
	case Excluded:
		return w.no
	default:
		return w.undecided
	}
}

// justification is every reason, one a line. Risk treatments share one: the
// risks have a column of their own.
func (w words) justification(r *Row) report.Cell {
	var lines []string
	for i, x := range r.Reasons {
		switch {
		case x.Kind != RiskTreatment:
			lines = append(lines, w.reason(x))
		case i == 0:
			lines = append(lines, x.Kind.Label(w.lang))
		}
	}
	for _, x := range r.Against {
		text := x.Text.In(w.lang) + x.From.mark(w.lang)
		if r.Decision == Included {
			text = w.leftOut + text
		}
		lines = append(lines, text)
	}
	if r.Decision == Excluded {
		for _, x := range r.Facts {
			lines = append(lines, w.denied+x.Text.In(w.lang))
		}
	}
	return report.Text(strings.Join(lines, "\n"))
}

func (w words) reason(x Reason) string {
	s := x.kind(w.lang) + x.what(w.lang)
	if x.Source != "" {
		s += " (" + x.Source + ")"
	}
	return s + x.From.mark(w.lang)
}

// implemented answers the standard's question with yes or no; planned and
// partial are no. What is not known is not stated, and no status is asked of a
// control that does not apply.
func (w words) implemented(r *Row) report.Cell {
	switch label := r.Implementation.Label(w.lang); r.Implementation {
	case isms.Implemented:
		text := w.yes
		if !r.Since.IsZero() {
			text += ", " + w.since + r.Since.String()
		}
		return report.Text(text).Toned(report.Good)
	case isms.NotImplemented:
		return report.Text(w.no).Toned(report.Warn)
	case isms.Planned, isms.Partial:
		return report.Text(w.notFully + label).Toned(report.Warn)
	default:
		if r.Decision == Excluded {
			return report.Cell{}
		}
		return report.Text(w.notStated).Toned(report.Unknown)
	}
}

// planned is what is still to be done: the plan of the control and, while it is
// not implemented, the open actions of the risks that it treats.
func (w words) planned(r *Row) report.Cell {
	var lines []string
	if plan := r.Plan.In(w.lang); plan != "" {
		lines = append(lines, w.plan+plan)
	}
	if !r.Implemented() {
		if !r.Due.IsZero() {
			lines = append(lines, w.until+r.Due.String())
		}
		lines = append(lines, w.openActions(r)...)
	}
	return report.Text(strings.Join(lines, "\n"))
}

// mostActions is how many open actions a row prints; the risk register has all.
const mostActions = 5

// openActions are those of the risks that drive a control, one a line.
func (w words) openActions(r *Row) []string {
	var lines []string
	count := 0
	for i := range r.Reasons {
		x := &r.Reasons[i]
		for j := range x.Actions {
			if count++; count <= mostActions {
				lines = append(lines, w.action(x.From.number(w.lang), &x.Actions[j]))
			}
		}
	}
	if count == 0 {
		return nil
	}
	lines[0] = w.actions + lines[0]
	if count > mostActions {
		lines = append(lines, strings.ReplaceAll(w.more, "{count}", strconv.Itoa(count-mostActions)))
	}
	return lines
}

// action is "R-2 Encrypt the disks (IT manager, 2026-09-01, overdue)".
func (w words) action(of string, a *Action) string {
	var details []string
	for _, s := range []string{a.Owner.Name(w.lang), a.Due.String()} {
		if s != "" {
			details = append(details, s)
		}
	}
	if a.Overdue {
		details = append(details, w.overdue)
	}
	s := strings.TrimSpace(of + " " + a.Title.In(w.lang))
	if len(details) > 0 {
		s += " (" + strings.Join(details, ", ") + ")"
	}
	return s
}

func (w words) proof(r *Row) report.Cell {
	var lines []string
	for _, e := range r.Documents {
		lines = append(lines, w.name(e)+e.documentMark(w.lang))
	}
	for _, e := range r.Evidence {
		name := w.name(e)
		if e.Stale && !e.Title.IsZero() {
			name += " (" + w.stale + ")"
		}
		lines = append(lines, name)
	}
	return report.Text(strings.Join(lines, "\n"))
}

func (w words) name(e Entry) string {
	if e.Title.IsZero() {
		return e.Name(w.lang) + " (" + w.notAtHand + ")"
	}
	return e.Name(w.lang)
}

// documentMark is mark, but a document that is not at hand has no status.
func (e Entry) documentMark(l lang.Lang) string {
	if e.Title.IsZero() {
		return ""
	}
	return e.mark(l)
}

func (w words) risks(r *Row) report.Cell {
	var names []string
	for _, x := range r.Reasons {
		if x.Kind == RiskTreatment {
			names = append(names, x.From.number(w.lang)+x.From.mark(w.lang))
		}
	}
	return report.Text(strings.Join(names, ", "))
}

func (w words) review(r *Row) report.Cell {
	cell := report.Day(r.ReviewDue.String())
	if !r.ReviewOverdue {
		return cell
	}
	return report.Text(strings.TrimSpace(cell.Text + " " + w.overdue)).Toned(report.Warn)
}
