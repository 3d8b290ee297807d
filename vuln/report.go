package vuln

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Report is the register as a document in language l: the numbers, how far the
// assets are scanned, the deadlines of the policy, and every row in the order
// of Rows (A.8.8).
func (r Register) Report(l lang.Lang) report.Document {
	w := writer{r, l}
	doc := report.Document{
		Title: w.say("Vulnerability register", "Kwetsbaarhedenregister"),
		Lang:  l,
		Meta: []report.Field{
			{Name: w.say("As of", "Peildatum"), Value: day(r.AsOf)},
			{Name: w.say("Findings", "Bevindingen"), Value: report.Int(len(r.Rows))},
			{Name: w.say("Policy", "Beleid"), Value: report.Text(r.Policy.Title.In(l))},
		},
	}
	doc.Blocks = append(doc.Blocks, w.heading("summary", "Summary", "Samenvatting"))
	doc.Blocks = append(doc.Blocks, w.notes()...)
	doc.Blocks = append(doc.Blocks, w.counts(),
		w.heading("assets", "Assets and scans", "Bedrijfsmiddelen en scans"), w.coverage(),
		w.heading("findings", "Findings", "Bevindingen"), w.findings(),
		w.heading("policy", "Deadlines", "Termijnen"), w.deadlines(),
		report.Paragraph(w.say(
			"A deadline is the earliest that the policy gives, counted from the day on which the oldest scan that saw the finding was made; a new version or a new scan does not move that day. What became worse gets the earlier of the old deadline and a new term from that day on; what became better changes nothing without approval. What is not known of the asset or the vulnerability counts as the worst. A finding that no tool sees any more stays open until somebody decides that it is fixed.",
			"De termijn is de vroegste die het beleid geeft, geteld vanaf de dag waarop de oudste scan is gemaakt die de bevinding zag; een nieuwe versie of een nieuwe scan verschuift die dag niet. Wat erger werd, krijgt de vroegste van de oude termijn en een nieuwe vanaf die dag; wat beter werd, verandert niets zonder goedkeuring. Wat van het bedrijfsmiddel of de kwetsbaarheid niet bekend is, telt als het ergste. Een bevinding die geen hulpmiddel meer waarneemt blijft open totdat iemand besluit dat zij is verholpen.")))
	return doc
}

// Table is every row as one table in language l, that of [Register.Report]:
// what to give to report.CSV.
func (r Register) Table(l lang.Lang) report.Table { return writer{r, l}.findings() }

// writer builds the parts of the report.
type writer struct {
	Register

	lang lang.Lang
}

func (w writer) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(w.lang) }

func (w writer) heading(id, en, nl string) report.Heading {
	return report.Heading{ID: id, Level: 1, Text: w.say(en, nl)}
}

func (w writer) number(en, nl string) report.Column {
	return report.Column{Title: w.say(en, nl), Kind: report.KindNumber}
}

func (w writer) date(en, nl string) report.Column {
	return report.Column{Title: w.say(en, nl), Kind: report.KindDate}
}

func (w writer) text(en, nl string, width int) report.Column {
	return report.Column{Title: w.say(en, nl), Width: width}
}

// notes are what to know before relying on the numbers.
func (w writer) notes() []report.Block {
	var blocks []report.Block
	add := func(tone report.Tone, n int, en, nl string) {
		if n == 0 {
			return
		}
		args := map[string]string{"n": strconv.Itoa(n)}
		blocks = append(blocks, report.Note{Tone: tone, Text: lang.Text{EN: en, NL: nl}.Fill(w.lang, args)})
	}
	never, stale, overdue := 0, 0, 0
	for _, c := range w.Coverage {
		never += one(c.Scan == nil)
		stale += one(c.Scan != nil && len(c.Reasons) > 0)
	}
	for _, row := range w.Rows {
		overdue += one(row.Overdue)
	}
	add(report.Warn, one(w.Ready),
		"No policy of the organization is recorded. The deadlines are ready-made values from practice, not from the standard, and nobody approved them.",
		"Er is geen beleid van de organisatie vastgelegd. De termijnen zijn kant-en-klare waarden uit de praktijk, niet uit de norm, en niemand heeft ze vastgesteld.")
	add(report.Warn, one(!w.Ready && w.Policy.Status != isms.Approved),
		"The policy is a draft that nobody approved.", "Het beleid is een concept dat niemand heeft vastgesteld.")
	add(report.Unknown, never,
		"Assets that were never scanned: {n}. Their risk cannot be determined and ranks as the greatest possible.",
		"Nooit gescande bedrijfsmiddelen: {n}. Hun risico is niet te bepalen en geldt als het grootst mogelijke.")
	add(report.Unknown, stale,
		"Assets whose newest scan says nothing certain about today: {n}.",
		"Bedrijfsmiddelen waarvan de nieuwste scan niets zekers over vandaag zegt: {n}.")
	add(report.Bad, overdue, "Findings past their deadline: {n}.", "Bevindingen over hun termijn: {n}.")
	return blocks
}

func (w writer) counts() report.Table {
	t := report.Table{
		ID:      "counts",
		Caption: w.say("Findings by severity; overdue and not observed ones are among the open ones", "Bevindingen naar ernst; die over de termijn en niet meer waargenomen tellen mee bij open"),
		Columns: []report.Column{
			w.text("Severity", "Ernst", 0), w.number("Open", "Open"), w.number("Overdue", "Over de termijn"),
			w.number("Not observed any more", "Niet meer waargenomen"), w.number("Accepted", "Geaccepteerd"),
			w.number("Closed", "Afgesloten"), w.number("Total", "Totaal"),
		},
	}
	var sum Count
	for _, c := range w.Counts() {
		cell := report.Text(w.severity(c.Severity))
		if c.Severity == scan.SeverityUnknown {
			cell = cell.Toned(report.Unknown)
		}
		t.Rows = append(t.Rows, c.row(cell))
		sum.Open, sum.Overdue, sum.NotObserved = sum.Open+c.Open, sum.Overdue+c.Overdue, sum.NotObserved+c.NotObserved
		sum.Accepted, sum.Closed, sum.Total = sum.Accepted+c.Accepted, sum.Closed+c.Closed, sum.Total+c.Total
	}
	t.Rows = append(t.Rows, sum.row(report.Text(w.say("Total", "Totaal"))))
	return t
}

func (c Count) row(first report.Cell) report.Row {
	row := report.Row{Cells: []report.Cell{first}}
	for _, n := range []int{c.Open, c.Overdue, c.NotObserved, c.Accepted, c.Closed, c.Total} {
		row.Cells = append(row.Cells, report.Int(n))
	}
	return row
}

// severity is the word of a severity; unknown says how it ranks.
func (w writer) severity(s scan.Severity) string {
	if s == scan.SeverityUnknown {
		return w.say("unknown: ranks as the greatest", "onbekend: geldt als de grootste")
	}
	return s.Label().In(w.lang)
}

func (w writer) coverage() report.Table {
	t := report.Table{
		ID:      "coverage",
		Caption: w.say("A scan is valid only at its moment", "Een scan geldt alleen voor het moment zelf"),
		Columns: []report.Column{
			w.text("Asset", "Bedrijfsmiddel", 16), w.date("Last scan", "Laatste scan"), w.text("Tool", "Hulpmiddel", 0),
			w.text("State", "Stand", 24), w.number("Open findings", "Open bevindingen"),
		},
	}
	for _, c := range w.Coverage {
		row := report.Row{ID: anchor("asset-", string(c.Asset)), Cells: []report.Cell{
			report.Text(w.Name(c.Asset.Link()).In(w.lang)), {}, {}, w.reasons(c), report.Int(c.Open),
		}}
		if s := c.Scan; s != nil {
			row.Cells[1] = day(s.Occurred)
			row.Cells[2] = report.Text(strings.TrimSpace(s.Tool + " " + s.ToolVersion))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (w writer) reasons(c Coverage) report.Cell {
	if len(c.Reasons) == 0 {
		return report.Text(w.say("scanned within the term of the policy", "gescand binnen de termijn van het beleid"))
	}
	words := make([]string, len(c.Reasons))
	for n, code := range c.Reasons {
		words[n] = code.Text(w.lang, nil)
	}
	return report.Text(strings.Join(words, "; ")).Toned(report.Unknown)
}

func (w writer) deadlines() report.Table {
	t := report.Table{
		ID:      "deadlines",
		Caption: w.Policy.Title.In(w.lang),
		Columns: []report.Column{w.text("Severity", "Ernst", 0), w.number("Days", "Dagen")},
	}
	for _, c := range w.Counts() {
		cell := report.Text(w.say("none", "geen"))
		if days, ok := w.Policy.Days.For(c.Severity); ok {
			cell = report.Int(days)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.severity(c.Severity)), cell}})
	}
	return t
}

// anchor is the target of links to what has an id; none for an id of a host that
// cannot be one.
func anchor(prefix, id string) string {
	if !isms.ValidID(id) {
		return ""
	}
	return prefix + id
}

func day(d isms.Date) report.Cell { return report.Day(d.String()) }
