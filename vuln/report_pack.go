package vuln

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/vuln/intel"
)

// Report is the pack as a document in language l: the questions with what the
// records show, the basis of the assessments, the metrics, the exceptions, what is
// proposed, and the register itself.
func (p Pack) Report(l lang.Lang) report.Document {
	w := packWriter{writer{p.Register, l}, p}
	doc := report.Document{
		Title:    w.say("Management of technical vulnerabilities: evidence", "Beheer van technische kwetsbaarheden: bewijs"),
		Subtitle: w.say("ISO/IEC 27001:2022, A.8.8", "NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), A.8.8"),
		Lang:     l,
		Meta: []report.Field{
			{Name: w.say("From", "Van"), Value: day(p.Period.From)},
			{Name: w.say("As of", "Peildatum"), Value: day(p.Period.To)},
			{Name: w.say("Findings", "Bevindingen"), Value: report.Int(len(p.Register.Rows))},
			{Name: w.say("Assets", "Bedrijfsmiddelen"), Value: report.Int(len(p.Register.Coverage))},
			{Name: w.say("Policy", "Beleid"), Value: report.Text(p.Register.Policy.Title.In(l))},
			{Name: w.say("Known to be exploited, by CISA", "Bekend misbruikt, volgens CISA"), Value: w.catalogue()},
			{Name: w.say("Forecasts of exploitation, EPSS", "Voorspellingen van misbruik, EPSS"), Value: w.forecasts()},
		},
		Blocks: []report.Block{report.Note{Text: w.say(
			"This document lists what the records show and what they do not show. Whether that is enough is for a person to judge.",
			"Dit document somt op wat de registraties laten zien en wat niet. Of dat genoeg is, is aan een mens om te beoordelen.")}},
	}
	add := func(blocks ...report.Block) { doc.Blocks = append(doc.Blocks, blocks...) }
	add(w.heading("questions", "Five questions", "Vijf vragen"), w.overview())
	for _, a := range p.Answers {
		add(w.answer(a, 2)...)
	}
	add(w.heading("basis", "Basis of the assessments", "Grondslag van de beoordelingen"), report.Paragraph(w.say(
		"An assessment rests on the analysis of logs, knowledge of technical vulnerabilities and a deeper examination of the system. Where one of these is missing, the basis is incomplete and no level is lowered.",
		"Een beoordeling rust op analyse van logboeken, kennis van technische kwetsbaarheden en nader onderzoek van het systeem. Ontbreekt een daarvan, dan is de grondslag onvolledig en wordt geen niveau verlaagd.")), w.bases())
	for _, a := range p.Safeguards {
		add(w.answer(a, 2)...)
	}
	add(w.heading("metrics", "Figures over the period", "Cijfers over de periode"), w.metrics())
	add(w.heading("exceptions", "Exceptions and acceptance", "Uitzonderingen en acceptatie"))
	add(w.exceptions()...)
	add(w.heading("proposals", "Proposals", "Voorstellen"))
	add(w.proposals()...)
	add(w.heading("register", "Register", "Register"))
	add(w.notes()...)
	add(w.counts(), w.coverage(), w.findings(), w.deadlines())
	return doc
}

// catalogue is that of known exploited vulnerabilities that was looked in.
func (w packWriter) catalogue() report.Cell {
	in := Intel{}
	if w.cases != nil {
		in.KEVFeed = w.cases.feeds.KEVFeed
	}
	p := newPublished(&in)
	kev, _ := p.listed(w.AsOf, w.AsOf)
	return w.feed(in.KEVFeed != intel.KEVFeed{}, in.KEVFeed.Version, p.released, kev != 0)
}

// forecasts are those of exploitation that were looked up.
func (w packWriter) forecasts() report.Cell {
	in := Intel{EPSS: intel.EPSS{Probability: intel.Fraction{Known: true}}}
	if w.cases != nil {
		in.EPSSFeed = w.cases.feeds.EPSSFeed
	}
	p := newPublished(&in)
	return w.feed(in.EPSSFeed != intel.EPSSFeed{}, in.EPSSFeed.Model, p.made, p.forecast(w.AsOf) >= 0)
}

// feed is whether somebody looked in what is published, its version and day, and
// whether it tells anything about today.
func (w packWriter) feed(consulted bool, version string, on isms.Date, tells bool) report.Cell {
	text := cmp.Or(strings.TrimSpace(version+" "+on.String()), "?")
	switch {
	case !consulted:
		return report.Text(w.say("not consulted: the worst is assumed", "niet geraadpleegd: het ergste is aangenomen")).Toned(report.Unknown)
	case !tells:
		return report.Text(text + w.say(": old, undated or not whole, so what it lacks is assumed", ": oud, zonder dag of niet geheel, dus wat ontbreekt is aangenomen")).Toned(report.Unknown)
	}
	return report.Text(text)
}

// packWriter builds the parts of the report.
type packWriter struct {
	writer

	pack Pack
}

func (w packWriter) name(l isms.Link) string {
	if l.IsZero() {
		return ""
	}
	return cmp.Or(w.pack.names[l.Entity()].In(w.lang), l.String())
}

func (w packWriter) overview() report.Table {
	t := report.Table{
		ID: "overview", Caption: w.say("What the records show, by question", "Wat de registraties laten zien, per vraag"),
		Columns: []report.Column{
			w.text("Question", "Vraag", 30), w.text("Guidance", "Leidraad", 0),
			w.number("On record", "Vastgelegd"), w.number("Missing or late", "Ontbreekt of te laat"),
		},
	}
	for _, a := range w.pack.Answers {
		holes := report.Int(len(a.Holes))
		if len(a.Holes) > 0 {
			holes = holes.Toned(report.Warn)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Link(a.Question.Text(w.lang, nil), "#"+anchorOf(a)), report.Text(a.Basis.String()), report.Int(len(a.Hits)), holes,
		}})
	}
	return t
}

// anchorOf is the target of links to an answer.
func anchorOf(a Answer) string { return strings.ReplaceAll(string(a.Question), "/", "-") }

func (w packWriter) answer(a Answer, level int) []report.Block {
	t := report.Table{
		ID: anchorOf(a) + "-points", Caption: a.Basis.String(),
		Columns: []report.Column{w.text("What", "Wat", 30), w.text("About", "Betreft", 16), w.text("Records", "Registraties", 0)},
	}
	row := func(p Point, cell report.Cell) {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(w.point(p)), report.Text(w.name(p.About)), cell}})
	}
	for _, p := range a.Holes {
		row(p, report.Text(w.say("missing or late", "ontbreekt of te laat")).Toned(report.Warn))
	}
	for _, p := range a.Hits {
		row(p, report.Text(w.say("on record", "vastgelegd")))
	}
	return []report.Block{report.Heading{ID: anchorOf(a), Level: level, Text: a.Question.Text(w.lang, nil)}, t}
}

// point is the text of a point, with the name of whom it is about.
func (w packWriter) point(p Point) string {
	args := p.Args
	if owner, err := isms.ParseLink(args["owner"]); err == nil {
		args = maps.Clone(args)
		args["owner"] = w.name(owner)
	}
	return p.Code.Text(w.lang, args)
}

func (w packWriter) bases() report.Block {
	t := report.Table{
		ID: "bases", Caption: w.say("Basis by asset", "Grondslag per bedrijfsmiddel"),
		Columns: []report.Column{
			w.text("Asset", "Bedrijfsmiddel", 16), w.text("Basis", "Grondslag", 0),
			w.text("Logs", "Logboeken", 20), w.text("Knowledge", "Kennis", 20), w.text("Examination", "Onderzoek", 20),
		},
	}
	part := func(a Answer) report.Cell {
		var words []string
		for _, p := range a.Holes {
			words = append(words, p.Code.Text(w.lang, p.Args))
		}
		if len(words) == 0 {
			return report.Text(w.say("on record: ", "vastgelegd: ") + strconv.Itoa(len(a.Hits)))
		}
		return report.Text(strings.Join(words, "; "))
	}
	for _, c := range w.Coverage {
		b := c.Basis
		state := report.Text(w.say("complete", "volledig"))
		if !b.Complete() {
			state = report.Text(w.say("basis incomplete", "grondslag onvolledig")).Toned(report.Unknown)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(w.name(c.Asset.Link())), state, part(b.Logs), part(b.Knowledge), part(b.Examination),
		}})
	}
	return t
}

func (w packWriter) metrics() report.Table {
	t := report.Table{
		ID: "figures", Caption: w.say("Each with what it is of and what was left out; what is not known is never 0", "Elk met waarover het gaat en wat is weggelaten; wat onbekend is, is nooit 0"),
		Columns: []report.Column{
			w.text("Figure", "Cijfer", 24), w.number("Value", "Waarde"), w.text("Unit, or why unknown", "Eenheid, of waarom onbekend", 12),
			w.number("Of", "Van"), w.text("Left out", "Weggelaten", 30),
		},
	}
	for _, m := range w.pack.Metrics {
		value, unit := report.Int(m.Tenths/10), w.say("number", "aantal")
		if m.Days {
			unit = w.say("days", "dagen")
		}
		if m.Days && m.Name != MetricExposure {
			value = report.Decimal(int64(m.Tenths), 1)
		}
		if !m.Known {
			value, unit = report.Text(w.say("unknown", "onbekend")).Toned(report.Unknown), m.Why.Text(w.lang, nil)
		}
		var left []string
		for _, x := range m.Left {
			left = append(left, strconv.Itoa(x.N)+" "+x.Why.Text(w.lang, nil))
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(m.Name.Text(w.lang, nil)), value, report.Text(unit), report.Int(m.Of), report.Text(strings.Join(left, "; ")),
		}})
	}
	return t
}

// exceptions are those with a decision or a proposal, and what was accepted
// without either.
func (w packWriter) exceptions() []report.Block {
	t := report.Table{
		ID: "rulings", Caption: w.say("Accepted by the owner of the risk, until a day", "Geaccepteerd door de risico-eigenaar, tot en met een dag"),
		Columns: []report.Column{
			w.text("Exception", "Uitzondering", 16), w.text("Risk", "Risico", 16), w.number("Findings", "Bevindingen"), w.text("Owner of the risk", "Risico-eigenaar", 12),
			w.date("Until", "Tot en met"), w.text("State", "Status", 24), w.text("Compensating measures", "Compenserende maatregelen", 24),
		},
	}
	decided := map[isms.Ref[Finding]]bool{}
	for _, r := range w.pack.Register.Rulings {
		e := r.Exception
		for _, b := range e.Findings {
			decided[b.Finding] = decided[b.Finding] || !r.Standing.Since.IsZero()
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(e.Title.In(w.lang)), report.Text(w.name(e.Risk.Link())), report.Int(len(e.Findings)), report.Text(w.name(r.owner)),
			day(e.Until), w.ruling(r), report.Text(e.Compensation.In(w.lang)),
		}})
	}
	without := 0
	for _, row := range w.Rows {
		without += one(row.State == Accepted && !decided[isms.Ref[Finding](row.Finding.ID)])
	}
	var blocks []report.Block
	if without > 0 {
		blocks = append(blocks, report.Note{Tone: report.Warn, Text: lang.Text{
			EN: "Accepted without a decision by the owner of a risk: {n}.", NL: "Geaccepteerd zonder besluit van een risico-eigenaar: {n}.",
		}.Fill(w.lang, map[string]string{"n": strconv.Itoa(without)})})
	}
	if len(t.Rows) == 0 {
		return append(blocks, report.Paragraph(w.say("No exceptions are recorded.", "Er zijn geen uitzonderingen vastgelegd.")))
	}
	return append(blocks, t)
}

func (w packWriter) ruling(r Ruling) report.Cell {
	var words []string
	if r.Decision != nil {
		words = append(words, r.Standing.Text(w.lang))
	}
	for _, p := range r.Why {
		words = append(words, p.Code.Text(w.lang, p.Args)+" ("+w.name(p.About)+")")
	}
	cell := report.Text(strings.Join(words, "; "))
	if !r.Holds {
		cell = report.Text(w.say("does not hold: ", "geldt niet: ") + cell.Text).Toned(report.Warn)
	}
	return cell
}

// proposals are for a person to record, or not.
func (w packWriter) proposals() []report.Block {
	blocks := []report.Block{report.Paragraph(w.say(
		"Nothing of this is recorded: a person decides. A critical finding past its deadline is proposed as a nonconformity; findings without a risk are grouped to one scenario for each asset.",
		"Niets hiervan is vastgelegd: een mens besluit. Een kritieke bevinding over haar termijn wordt voorgesteld als afwijking; bevindingen zonder risico worden per bedrijfsmiddel gebundeld tot één scenario."))}
	t := report.Table{
		ID: "breaches", Caption: w.say("Proposed nonconformities", "Voorgestelde afwijkingen"),
		Columns: []report.Column{w.text("Nonconformity", "Afwijking", 30), w.date("Since", "Sinds"), w.text("Finding", "Bevinding", 16)},
	}
	for _, n := range w.pack.Breaches {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(n.Title.In(w.lang)), day(n.Occurred), report.Link(w.name(n.Source), "#"+anchor("finding-", n.Source.ID))}})
	}
	if len(t.Rows) > 0 {
		blocks = append(blocks, t)
	}
	t = report.Table{
		ID: "scenarios", Caption: w.say("Proposed scenarios for the risk register", "Voorgestelde scenario's voor het risicoregister"),
		Columns: []report.Column{w.text("Risk", "Risico", 30), w.text("Owner", "Eigenaar", 12), w.number("Findings", "Bevindingen")},
	}
	for _, r := range w.pack.Scenarios {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(r.Title.In(w.lang)), report.Text(w.name(r.Owner)), report.Int(len(r.Related))}})
	}
	if len(t.Rows) > 0 {
		blocks = append(blocks, t)
	}
	return blocks
}
