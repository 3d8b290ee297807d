package soa

import (
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
			{Title: lang.Text{EN: "Control", NL: "Nummer"}.In(l)},
			{Title: lang.Text{EN: "Theme", NL: "Thema"}.In(l), Group: true},
			{Title: lang.Text{EN: "Title", NL: "Beheersmaatregel"}.In(l), Width: 20},
			{Title: lang.Text{EN: "Applicable", NL: "Van toepassing"}.In(l)},
			{Title: lang.Text{EN: "Justification", NL: "Onderbouwing"}.In(l), Width: 28},
			{Title: lang.Text{EN: "Implemented", NL: "Geïmplementeerd"}.In(l), Width: 16},
			{Title: lang.Text{EN: "How it is implemented", NL: "Wijze van implementatie"}.In(l), Width: 28},
			{Title: lang.Text{EN: "Owner", NL: "Eigenaar"}.In(l)},
			{Title: lang.Text{EN: "Documents and evidence", NL: "Documenten en bewijs"}.In(l), Width: 20},
			{Title: lang.Text{EN: "Risks", NL: "Risico's"}.In(l)},
			{Title: lang.Text{EN: "Next review", NL: "Volgende beoordeling"}.In(l), Kind: report.KindDate},
		},
		Rows: make([]report.Row, 0, len(s.Rows)),
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		line := report.Row{Cells: []report.Cell{
			report.Text(r.Name()),
			report.Text(themeLabel(r.Theme, l)),
			report.Text(r.Title.In(l)),
			w.applicable(r),
			w.justification(r),
			w.implemented(r),
			report.Text(r.How.In(l)),
			report.Text(r.Owner.Name(l)),
			w.proof(r),
			w.risks(r),
			w.review(r),
		}}
		if r.Theme != 0 {
			line.ID = string(r.Control)
		}
		t.Rows = append(t.Rows, line)
	}
	return t
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
	leftOut, stale, notAtHand, overdue                string
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
		stale:     lang.Text{EN: "no longer valid", NL: "niet meer geldig"}.In(l),
		notAtHand: lang.Text{EN: "not at hand", NL: "niet voorhanden"}.In(l),
		overdue:   lang.Text{EN: "overdue", NL: "verlopen"}.In(l),
	}
}

func (w words) applicable(r *Row) report.Cell {
	switch {
	case r.Contradicted():
		return report.Text(w.yes).Toned(report.Bad)
	case r.Decision == Included:
		return report.Text(w.yes)
	case r.Decision == Excluded:
		return report.Text(w.no)
	default:
		return report.Text(w.undecided).Toned(report.Unknown)
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
		if r.Contradicted() {
			text = w.leftOut + text
		}
		lines = append(lines, text)
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
// partial are no, with the plan. What is not known is not stated, and no status
// is asked of a control that does not apply.
func (w words) implemented(r *Row) report.Cell {
	var lines []string
	tone := report.Warn
	switch label := r.Implementation.Label(w.lang); r.Implementation {
	case isms.Implemented:
		lines, tone = append(lines, w.yes), report.Good
		if !r.Since.IsZero() {
			lines[0] += ", " + w.since + r.Since.String()
		}
	case isms.NotImplemented:
		lines = append(lines, w.no)
	case isms.Planned, isms.Partial:
		lines = append(lines, w.no+", "+label)
	default:
		if r.Decision == Excluded {
			return report.Cell{}
		}
		lines, tone = append(lines, w.notStated), report.Unknown
	}
	if plan := r.Plan.In(w.lang); plan != "" {
		lines = append(lines, w.plan+plan)
	}
	if !r.Due.IsZero() && !r.Implemented() {
		lines = append(lines, w.until+r.Due.String())
	}
	return report.Text(strings.Join(lines, "\n")).Toned(tone)
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
