package risk

import (
	"maps"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the risk register as a document in language l: counts, heat maps,
// the register, the treatment plan, and the methodology that explains them
// (6.1.2, 6.1.3 e, 8.2 and 8.3). It prints what Rows holds, in that order.
func (r Register) Report(l lang.Lang) report.Document {
	w := writer{r, l}
	doc := report.Document{
		Title: w.say("Risk register", "Risicoregister"),
		Lang:  l,
		Meta:  w.control(),
	}
	doc.Blocks = append(doc.Blocks, w.summary()...)
	doc.Blocks = append(doc.Blocks, w.heatMaps()...)
	doc.Blocks = append(doc.Blocks,
		w.heading("register", "Register", "Register"), w.register(),
		w.heading("identification", "How the risks were identified", "Hoe de risico's zijn geïdentificeerd"), w.identification(),
		w.heading("plan", "Treatment plan", "Behandelplan"), w.plan(),
	)
	for i, m := range r.Methodologies {
		doc.Blocks = append(doc.Blocks, methodologyBlocks(m, "methodology-"+strconv.Itoa(i+1), l)...)
	}
	return doc
}

// PlanReport is the risk treatment plan (6.1.3 e) as a document in language l:
// every action of every risk, with who does it, until when, and who approved it.
// It is the plan of [Register.Report].
func (r Register) PlanReport(l lang.Lang) report.Document {
	w := writer{r, l}
	return report.Document{
		Title:  w.say("Risk treatment plan", "Risicobehandelplan"),
		Lang:   l,
		Meta:   w.control(),
		Blocks: []report.Block{w.plan()},
	}
}

// control is the document control of what is made of the register.
func (w writer) control() []report.Field {
	var fields []report.Field
	add := func(en, nl string, c report.Cell) {
		if c.Text != "" {
			fields = append(fields, report.Field{Name: w.say(en, nl), Value: c})
		}
	}
	names := make([]string, len(w.Methodologies))
	for i, m := range w.Methodologies {
		names[i] = m.Title.In(w.lang)
	}
	add("Organization", "Organisatie", report.Text(w.Organization.In(w.lang)))
	add("Scope", "Toepassingsgebied", report.Text(w.Scope.In(w.lang)))
	add("As of", "Peildatum", day(w.AsOf))
	add("Risks", "Risico's", report.Int(len(w.Rows)))
	add("Methodology", "Methodiek", report.Text(strings.Join(names, ", ")))
	add("State", "Status", report.Text(w.say("made from the records, not approved", "samengesteld uit de registraties, niet vastgesteld")))
	add("Basis", "Grondslag", report.Text(w.say("ISO/IEC 27001:2022, 6.1.2, 6.1.3, 8.2, 8.3",
		"NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), 6.1.2, 6.1.3, 8.2, 8.3")))
	return fields
}

// Table is the register as one table in language l, that of [Register.Report]:
// what to give to report.CSV.
func (r Register) Table(l lang.Lang) report.Table { return writer{r, l}.register() }

// writer builds the parts of the report.
type writer struct {
	Register

	lang lang.Lang
}

func (w writer) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(w.lang) }

func (w writer) heading(id, en, nl string) report.Heading {
	return report.Heading{ID: id, Level: 1, Text: w.say(en, nl)}
}

func (w writer) summary() []report.Block {
	var unrated, above, lapsed, overdue, reviews, again int
	for _, row := range w.Rows {
		if row.Phase == Closed {
			continue
		}
		if !row.Current.Rated() {
			unrated++
		} else if !row.Current.Acceptable && row.Acceptance != AcceptanceValid {
			above++
		}
		if row.Acceptance == AcceptanceLapsed || row.Acceptance == AcceptanceOutdated {
			lapsed++
		}
		if row.Progress.Overdue > 0 {
			overdue++
		}
		if row.ReviewOverdue {
			reviews++
		}
		if len(row.Triggers) > 0 {
			again++
		}
	}
	blocks := []report.Block{w.heading("summary", "Summary", "Samenvatting")}
	if unrated > 0 {
		blocks = append(blocks, report.Note{Tone: report.Unknown, Text: w.say(
			"Risks without a level: "+strconv.Itoa(unrated)+". Each ranks as the greatest possible risk until it is assessed.",
			"Risico's zonder niveau: "+strconv.Itoa(unrated)+". Elk geldt als het grootst mogelijke risico totdat het is beoordeeld.")})
	}
	attention := report.Table{
		ID:      "attention",
		Caption: w.say("Risks that ask for attention; one may count in several lines, a closed one in none", "Risico's die aandacht vragen; een risico kan in meer regels meetellen, een gesloten risico in geen"),
		Columns: []report.Column{{Title: w.say("What", "Wat")}, {Title: w.say("Risks", "Risico's"), Kind: report.KindNumber}},
	}
	for _, line := range []struct {
		en, nl string
		n      int
	}{
		{"Without a level", "Zonder niveau", unrated},
		{"Above the acceptance criteria, without an acceptance that holds", "Boven de acceptatiecriteria, zonder geldende acceptatie", above},
		{"With an acceptance that expired or is from before the risk changed", "Met een acceptatie die is verlopen of van vóór een wijziging van het risico is", lapsed},
		{"With an overdue action", "Met een actie over de termijn", overdue},
		{"With an overdue review", "Met een herbeoordeling over de termijn", reviews},
		{"With a reason to be assessed again", "Met een reden voor een nieuwe beoordeling", again},
	} {
		attention.Rows = append(attention.Rows, report.Row{Cells: []report.Cell{report.Text(w.say(line.en, line.nl)), report.Int(line.n)}})
	}
	return append(blocks, w.counts(), attention)
}

// counts is the table of bands, from not rated down to the lowest.
func (w writer) counts() report.Table {
	t := report.Table{
		ID:      "counts",
		Caption: w.say("Risks by level", "Risico's per niveau"),
		Columns: []report.Column{
			{Title: w.say("Level", "Niveau")},
			{Title: w.say("Methodology", "Methodiek")},
			{Title: w.say("May be retained", "Mag worden behouden")},
			{Title: w.say("Current", "Huidig"), Kind: report.KindNumber},
			{Title: w.say("Residual", "Rest"), Kind: report.KindNumber},
		},
	}
	residual := w.Counts(Residual)
	total := [2]int{}
	for i, c := range w.Counts(Current) {
		title := c.Band.Title.In(w.lang)
		if c.Methodology.IsZero() {
			title = notAssessed().In(w.lang)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(title), report.Text(c.Methodology.String()), report.Text(yesNo(c.Acceptable, w.lang)),
			report.Int(c.Risks), report.Int(residual[i].Risks),
		}})
		total[0] += c.Risks
		total[1] += residual[i].Risks
	}
	t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
		report.Text(w.say("Total", "Totaal")), {}, {}, report.Int(total[0]), report.Int(total[1]),
	}})
	return t
}

func (w writer) heatMaps() []report.Block {
	if len(w.Methodologies) == 0 {
		return nil
	}
	blocks := []report.Block{w.heading("heat-map", "Heat map", "Heatmap")}
	for i, m := range w.Methodologies {
		if problems := isms.Validate(m); len(problems) > 0 { // from a host that does not check
			blocks = append(blocks, report.Note{Tone: report.Bad, Text: w.say("No heat map: ", "Geen heatmap: ") + problems[0].Text(w.lang)})
			continue
		}
		for _, s := range []Stage{Current, Residual} {
			blocks = append(blocks, report.Figure{
				ID:      "heat-map-" + string(s) + "-" + strconv.Itoa(i+1),
				Caption: m.Title.In(w.lang) + " (" + m.Pin().String() + "): " + s.Label(w.lang),
				SVG:     w.HeatMap(m, s, w.lang).SVG(),
			})
		}
		if moves := w.MovementMap(m, w.lang); len(moves.Movements) > 0 {
			blocks = append(blocks, report.Figure{
				ID:      "heat-map-movement-" + strconv.Itoa(i+1),
				Caption: m.Title.In(w.lang) + " (" + m.Pin().String() + "): " + w.say("from inherent to current and residual risk", "van inherent via huidig risico naar restrisico"),
				SVG:     moves.SVG(),
			})
		}
	}
	return append(blocks, report.Paragraph(w.say(
		"The current risk is as judged with the controls that work today. The residual risk is what is expected to remain once the treatment is carried out; it is a judgement, not a measurement.",
		"Het huidige risico is beoordeeld met de beheersmaatregelen die nu werken. Het restrisico is wat naar verwachting overblijft als de behandeling is uitgevoerd; het is een oordeel, geen meting.")))
}

func (w writer) register() report.Table {
	t := report.Table{
		ID:      "risks",
		Caption: w.say("Greatest current risk first; what is not assessed ranks above all", "Grootste huidige risico eerst; wat niet is beoordeeld staat bovenaan"),
		Columns: []report.Column{
			{Title: w.say("No.", "Nr.")},
			{Title: w.say("Risk", "Risico"), Width: 24},
			{Title: w.say("Status", "Status")},
			{Title: w.say("Phase", "Fase")},
			{Title: w.say("Assets", "Bedrijfsmiddelen")},
			{Title: w.say("Risk owner", "Risico-eigenaar")},
			{Title: likelihoodTitle().In(w.lang)},
			{Title: impactTitle().In(w.lang)},
			{Title: w.say("Current risk", "Huidig risico"), Width: 12},
			{Title: w.say("Treatment", "Behandeling")},
			{Title: w.say("Controls", "Beheersmaatregelen"), Width: 16},
			{Title: w.say("Actions", "Acties")},
			{Title: w.say("Residual risk", "Restrisico"), Width: 12},
			{Title: w.say("Acceptance", "Acceptatie"), Width: 16},
			{Title: w.say("Accepted until", "Geaccepteerd tot en met"), Kind: report.KindDate},
			{Title: w.say("Next review", "Volgende beoordeling"), Kind: report.KindDate},
			{Title: w.say("Remarks", "Opmerkingen"), Width: 20},
		},
	}
	steps := w.scales()
	for _, row := range w.Rows {
		e := row.Risk.Current
		m := steps[e.Methodology]
		t.Rows = append(t.Rows, report.Row{ID: rowID(row), Cells: []report.Cell{
			report.Text(row.Risk.Name()),
			report.Text(row.Risk.Title.In(w.lang)),
			report.Text(status(row.Risk.Status).Label(w.lang)),
			report.Text(row.Phase.Label(w.lang)),
			report.Text(w.assets(row.Risk.Assets)),
			w.party(row.Risk.Owner),
			w.step(m.Likelihood, e.Likelihood),
			w.step(m.Impact, e.Impact),
			level(row.Current, w.lang),
			report.Text(w.options(row.Risk.Treatment.Options)),
			report.Text(w.measures(row.Measures)),
			w.progress(row.Progress),
			level(row.Residual, w.lang),
			w.acceptance(row),
			day(row.AcceptedUntil),
			w.review(row),
			report.Text(w.rowRemarks(row)),
		}})
	}
	return t
}

func (w writer) scales() map[isms.Link]Methodology {
	scales := map[isms.Link]Methodology{}
	for _, m := range w.Methodologies {
		scales[m.Pin()] = m
	}
	return scales
}

// rowID is the target of links to a risk; none for an id of a host that cannot
// be one.
func rowID(row Row) string {
	if !isms.ValidID(row.Risk.ID) {
		return ""
	}
	return "risk-" + row.Risk.ID
}

// status reads an unset status as the draft it is.
func status(s isms.Status) isms.Status {
	if s == "" {
		return isms.Draft
	}
	return s
}

func (w writer) assets(refs []isms.Ref[isms.Asset]) string {
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = w.Name(ref.Link()).In(w.lang)
	}
	return strings.Join(names, "; ")
}

func (w writer) party(l isms.Link) report.Cell {
	if l.IsZero() {
		return report.Text(w.say("none", "geen")).Toned(report.Warn)
	}
	return report.Text(w.Name(l).In(w.lang))
}

func (w writer) step(s Scale, n int) report.Cell {
	if n == 0 {
		return report.Text(notAssessed().In(w.lang)).Toned(report.Unknown)
	}
	return report.Text(s.Step(n, w.lang))
}

// level is the cell of a level; its text says all that its tone does.
func level(v Level, l lang.Lang) report.Cell {
	cell := report.Text(v.Label(l))
	switch {
	case !v.Rated():
		return cell.Toned(report.Unknown)
	case v.Acceptable:
		return cell
	case v.Rank == v.Of:
		return cell.Toned(report.Bad)
	default:
		return cell.Toned(report.Warn)
	}
}

func (w writer) options(options []Option) string {
	words := make([]string, len(options))
	for i, o := range options {
		words[i] = o.Label(w.lang)
	}
	return strings.Join(words, "; ")
}

func (w writer) measures(measures []Measure) string {
	words := make([]string, len(measures))
	for i, m := range measures {
		state := w.say("not known", "onbekend")
		if m.Implementation != "" {
			state = m.Implementation.Label(w.lang)
		}
		words[i] = string(m.Control) + " (" + state + ")"
	}
	return strings.Join(words, "; ")
}

func (w writer) progress(p Progress) report.Cell {
	var words []string
	for _, x := range []struct {
		n      int
		en, nl string
	}{
		{p.Done, "done", "gereed"},
		{p.Open, "open", "open"},
		{p.Overdue, "overdue", "over de termijn"},
		{p.Undated, "without a date", "zonder datum"},
	} {
		if x.n > 0 {
			words = append(words, strconv.Itoa(x.n)+" "+w.say(x.en, x.nl))
		}
	}
	cell := report.Text(strings.Join(words, ", "))
	if p.Overdue > 0 {
		return cell.Toned(report.Bad)
	}
	return cell
}

func acceptanceCell(s AcceptanceState, l lang.Lang) report.Cell {
	cell := report.Text(s.Label(l))
	if s == AcceptanceLapsed || s == AcceptanceOutdated {
		return cell.Toned(report.Bad)
	}
	return cell
}

// acceptance tells why, when a decision is not in force.
func (w writer) acceptance(row Row) report.Cell {
	cell := acceptanceCell(row.Acceptance, w.lang)
	if s := row.Accepting; s.State != "" && s.State != isms.DecisionInForce {
		cell.Text += ": " + w.standing(s)
	}
	return cell
}

// standing is why a decision has its state, with names for links.
func (w writer) standing(s isms.Standing) string {
	names := make([]string, len(s.Missing))
	for i, l := range s.Missing {
		names[i] = w.Name(l).In(w.lang)
	}
	args := maps.Clone(s.Args)
	if args["missing"] != "" {
		args["missing"] = strings.Join(names, ", ")
	}
	return s.Reason.Text(w.lang, args)
}

// rowRemarks are the notes of a row and the reasons to assess it again.
func (w writer) rowRemarks(row Row) string {
	var words []string
	if len(row.Notes) > 0 {
		words = append(words, w.remarks(row.Notes))
	}
	for _, t := range row.Triggers {
		if t.Reason != ReassessInterval { // the next review says so
			words = append(words, w.say("assess again: ", "beoordeel opnieuw: ")+t.Text(w.lang))
		}
	}
	return strings.Join(words, "; ")
}

func (w writer) review(row Row) report.Cell {
	switch {
	case !row.ReviewOverdue:
		return day(row.ReviewDue)
	case row.ReviewDue.IsZero():
		return report.Text(w.say("never reviewed", "nooit beoordeeld")).Toned(report.Bad)
	default:
		return report.Text(row.ReviewDue.String() + w.say(" overdue", " over de termijn")).Toned(report.Bad)
	}
}

func (w writer) remarks(notes []isms.Code) string {
	words := make([]string, len(notes))
	for i, n := range notes {
		words[i] = n.Text(w.lang, nil)
	}
	return strings.Join(words, "; ")
}

func day(d isms.Date) report.Cell { return report.Day(d.String()) }

func yesNo(yes bool, l lang.Lang) string {
	if yes {
		return lang.Text{EN: "yes", NL: "ja"}.In(l)
	}
	return lang.Text{EN: "no", NL: "nee"}.In(l)
}
