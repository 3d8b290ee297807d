package vuln

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/vuln/scan"
)

// findings is the table of every row.
func (w writer) findings() report.Table {
	t := report.Table{
		ID: "rows",
		Caption: w.say("What there is to do first; an unknown severity ranks above critical",
			"Eerst wat er te doen is; een onbekende ernst staat boven kritiek"),
		Columns: []report.Column{
			w.text("Vulnerability", "Kwetsbaarheid", 16), w.text("Title", "Titel", 24), w.text("Asset", "Bedrijfsmiddel", 12),
			w.text("Location", "Plaats", 20), w.text("Severity", "Ernst", 0), w.number("Score", "Score"),
			w.text("According to the tools", "Volgens de hulpmiddelen", 0), w.text("Risk", "Risico", 0), w.text("State", "Status", 0),
			w.date("First known", "Eerst bekend"), w.date("Last seen", "Laatst gezien"), w.date("Deadline", "Termijn"),
			w.text("Set by", "Bepaald door", 0), w.number("Days left", "Dagen over"), w.text("Fix", "Oplossing", 12), w.text("Treatment", "Behandeling", 16),
		},
	}
	for _, row := range w.Rows {
		f := row.Finding
		t.Rows = append(t.Rows, report.Row{ID: anchor("finding-", f.ID), Cells: []report.Cell{
			report.Text(named(f)), report.Text(f.Title()), report.Text(w.Name(f.Asset.Link()).In(w.lang)), report.Text(f.Location),
			w.level(row.Level), score(row.Level), w.level(row.Reported), w.risk(row), w.state(row),
			day(f.FirstKnown), day(row.LastSeen), day(row.Deadline), w.binding(row),
			w.left(row), report.Text(w.fix(row)), report.Text(w.treatment(f)),
		}})
	}
	return t
}

// named is the id of the vulnerability, with the other ids that are few enough
// to be read.
func named(f *Finding) string {
	const some = 3
	switch n := len(f.Aliases); {
	case n == 0:
		return f.Vulnerability
	case n <= some:
		return f.Vulnerability + " (" + strings.Join(f.Aliases, ", ") + ")"
	default:
		return f.Vulnerability + " (" + strings.Join(f.Aliases[:some], ", ") + ", +" + strconv.Itoa(n-some) + ")"
	}
}

func (w writer) level(l Level) report.Cell {
	text := w.severity(l.Severity)
	if l.Scored {
		text += w.say(" (by score)", " (volgens score)")
	}
	cell := report.Text(text)
	switch l.Severity {
	case scan.SeverityUnknown:
		return cell.Toned(report.Unknown)
	case scan.SeverityCritical, scan.SeverityHigh:
		return cell.Toned(report.Bad)
	case scan.SeverityMedium:
		return cell.Toned(report.Warn)
	case scan.SeverityLow, scan.SeverityInfo, scan.SeverityNone:
	}
	return cell
}

func (w writer) risk(row Row) report.Cell {
	cell := report.Text(row.Risk.Label(w.lang))
	if !row.Risk.Rated() {
		return cell.Toned(report.Unknown)
	}
	return cell
}

func (w writer) binding(row Row) report.Cell {
	if row.Binding == "" {
		return report.Cell{}
	}
	return report.Text(row.Binding.Label(w.lang))
}

func score(l Level) report.Cell {
	if tenths, known := l.Score.Tenths(); known {
		return report.Decimal(int64(tenths), 1)
	}
	return report.Cell{}
}

// state is the state with what it alone does not tell.
func (w writer) state(row Row) report.Cell {
	words := []string{row.State.Label(w.lang)}
	a := row.Finding.Acceptance
	switch {
	case row.State == Accepted:
		words[0] += " " + w.say("until ", "tot en met ") + a.Until.String()
	case a.Expired(w.AsOf):
		words = append(words, w.say("acceptance expired on ", "acceptatie verlopen op ")+a.Until.String())
	}
	if row.State == Reopened {
		words[0] += " " + w.say("on ", "op ") + row.Finding.Reopened.String()
	}
	if !row.Observed && row.State != NotObserved {
		words = append(words, NotObserved.Label(w.lang))
	}
	if row.Exploited {
		words = append(words, w.say("known to be exploited", "bekend misbruikt"))
	}
	if row.Breached && !row.Open {
		words = append(words, w.say("past its deadline", "over de termijn"))
	}
	if row.State.Open() && !row.Open {
		words = append(words, w.say("asset out of use", "bedrijfsmiddel buiten gebruik"))
	}
	return report.Text(strings.Join(words, "; "))
}

// left is the number of days until the deadline: negative when it has passed.
func (w writer) left(row Row) report.Cell {
	if !row.Open || row.Deadline.IsZero() {
		return report.Cell{}
	}
	cell := report.Int(w.AsOf.DaysUntil(row.Deadline))
	if row.Overdue {
		return cell.Toned(report.Bad)
	}
	return cell
}

// fix is the versions that have a fix, or what the vendor says.
func (w writer) fix(row Row) string {
	var words []string
	for _, o := range row.Finding.Observations {
		word := o.FixedIn
		if word == "" && o.Status != scan.StatusUnset {
			word = o.Status.Label().In(w.lang)
		}
		words = union(words, []string{word}, "")
	}
	return strings.Join(words, "; ")
}

func (w writer) treatment(f *Finding) string {
	t := f.Treatment
	var words []string
	if t.Kind != "" {
		words = append(words, t.Kind.Label(w.lang))
	}
	if !t.Owner.IsZero() {
		words = append(words, w.Name(t.Owner).In(w.lang))
	}
	if !t.Due.IsZero() {
		words = append(words, w.say("due ", "gereed op ")+t.Due.String())
	}
	if !t.Done.IsZero() {
		words = append(words, w.say("done ", "gedaan op ")+t.Done.String())
	}
	return strings.Join(words, ", ")
}
