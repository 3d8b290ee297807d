package conformity

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the assessment as a document in language l: what it cannot say, how
// many findings have each verdict, and the findings by clause.
func (a Assessment) Report(l lang.Lang) report.Document {
	doc := report.Document{
		Title:    lang.Text{EN: "What the records show", NL: "Wat de registraties laten zien"}.In(l),
		Subtitle: a.Organization.In(l),
		Lang:     l,
		Meta:     a.meta(l),
	}
	doc.Blocks = append(doc.Blocks, limits(l),
		report.Heading{ID: "summary", Text: lang.Text{EN: "Summary", NL: "Samenvatting"}.In(l)}, a.summary(l))
	rules := rulesByCode()
	byClause := map[string][]isms.Finding{}
	for _, f := range a.Findings {
		main := mainClause(rules[f.Rule].Clause)
		byClause[main] = append(byClause[main], f)
	}
	for _, c := range clauses() {
		found := byClause[c.number]
		if len(found) == 0 {
			continue
		}
		doc.Blocks = append(doc.Blocks, report.Heading{ID: "clause-" + c.number, Text: strings.TrimSpace(c.number + " " + c.title.In(l))})
		doc.Blocks = append(doc.Blocks, a.clauseTable(l, found, rules))
	}
	return doc
}

// Table is every finding as one table in language l, for [report.CSV].
func (a Assessment) Table(l lang.Lang) report.Table {
	t := report.Table{
		ID:      "findings",
		Caption: lang.Text{EN: "Findings", NL: "Bevindingen"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Clause", NL: "Clausule"}.In(l)},
			{Title: lang.Text{EN: "Rule", NL: "Regel"}.In(l)},
			{Title: lang.Text{EN: "Subject", NL: "Onderwerp"}.In(l)},
			{Title: verdictTitle(l)},
			{Title: foundTitle(l)},
			{Title: lang.Text{EN: "Force", NL: "Kracht"}.In(l)},
			{Title: basisTitle(l)},
			{Title: factsTitle(l)},
			{Title: repairTitle(l)},
		},
	}
	rules := rulesByCode()
	for _, f := range a.Findings {
		r := rules[f.Rule]
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(r.Clause),
			report.Text(string(f.Rule)),
			report.Text(r.Title(l)),
			verdict(f, l),
			report.Text(f.Text(l)),
			report.Text(f.Basis.Kind.Label(l)),
			report.Text(basis(f.Basis, l)),
			report.Text(a.factLines(f, l, len(f.Facts))),
			report.Text(repair(f, r, l)),
		}})
	}
	return t
}

func (a Assessment) meta(l lang.Lang) []report.Field {
	var meta []report.Field
	add := func(name lang.Text, value report.Cell) {
		if value.Text != "" {
			meta = append(meta, report.Field{Name: name.In(l), Value: value})
		}
	}
	add(lang.Text{EN: "Organization", NL: "Organisatie"}, report.Text(a.Organization.In(l)))
	add(lang.Text{EN: "Scope", NL: "Toepassingsgebied"}, report.Text(a.Scope.In(l)))
	add(lang.Text{EN: "As of", NL: "Peildatum"}, report.Day(a.Today.String()))
	add(lang.Text{EN: "Clauses of", NL: "Clausules van"}, report.Text(lang.Text{
		EN: standard,
		NL: "NEN-EN-ISO/IEC 27001:2023 (" + standard + ")",
	}.In(l)))
	add(lang.Text{EN: "State", NL: "Status"}, report.Text(lang.Text{
		EN: "computed from the records, judged by nobody",
		NL: "berekend uit de registraties, door niemand beoordeeld",
	}.In(l)))
	return meta
}

// limits is what the report cannot say.
func limits(l lang.Lang) report.Note {
	return report.Note{
		Title: lang.Text{EN: "What this report cannot say", NL: "Wat dit rapport niet kan zeggen"}.In(l),
		Text: lang.Text{
			EN: "It reads records, not the organization. \"No gap found in the records\" says that these rules missed nothing in what is recorded; whether it is true, sufficient and effective, only people can judge. What no rule reads is not mentioned. Counts are numbers of findings, and measure nothing.",
			NL: "Het leest registraties, niet de organisatie. \"Geen tekortkoming gevonden in de registraties\" zegt dat deze regels niets misten in wat is vastgelegd; of dat waar, genoeg en doeltreffend is, kunnen alleen mensen beoordelen. Wat geen regel leest, staat er niet in. Aantallen tellen bevindingen en meten niets.",
		}.In(l),
	}
}

// verdicts are the verdicts in the order of the summary.
func verdicts() []isms.Verdict {
	return []isms.Verdict{isms.Gap, isms.NeedsJudgement, isms.NotEvaluable, isms.Advice, isms.NoGap, isms.NotTriggered}
}

func (a Assessment) summary(l lang.Lang) report.Table {
	t := report.Table{
		ID:      "counts",
		Caption: lang.Text{EN: "Findings by verdict", NL: "Bevindingen naar uitkomst"}.In(l),
		Columns: []report.Column{
			{Title: verdictTitle(l)},
			{Title: lang.Text{EN: "Findings", NL: "Bevindingen"}.In(l), Kind: report.KindNumber},
			{Title: lang.Text{EN: "Of rules", NL: "Van regels"}.In(l), Kind: report.KindNumber},
		},
	}
	for _, v := range verdicts() {
		rules := map[isms.Code]bool{}
		for _, f := range a.Findings {
			if f.Verdict == v {
				rules[f.Rule] = true
			}
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(v.Label(l)).Toned(tone(v)), report.Int(a.Count(v)), report.Int(len(rules)),
		}})
	}
	return t
}

func (a Assessment) clauseTable(l lang.Lang, found []isms.Finding, rules map[isms.Code]Rule) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Findings", NL: "Bevindingen"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Subject", NL: "Onderwerp"}.In(l), Group: true},
			{Title: verdictTitle(l)},
			{Title: foundTitle(l), Width: 32},
			{Title: basisTitle(l), Width: 16},
			{Title: factsTitle(l), Width: 24},
			{Title: repairTitle(l), Width: 24},
		},
	}
	for _, f := range found {
		r := rules[f.Rule]
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(strings.TrimSpace(r.Clause + " " + r.Title(l))),
			verdict(f, l),
			report.Text(f.Text(l)),
			report.Text(f.Basis.Kind.Label(l) + ":\n" + basis(f.Basis, l)),
			report.Text(a.factLines(f, l, maxFacts)),
			report.Text(repair(f, r, l)),
		}})
	}
	return t
}

func verdictTitle(l lang.Lang) string { return lang.Text{EN: "Verdict", NL: "Uitkomst"}.In(l) }
func foundTitle(l lang.Lang) string   { return lang.Text{EN: "Found", NL: "Gevonden"}.In(l) }
func basisTitle(l lang.Lang) string   { return lang.Text{EN: "Basis", NL: "Grondslag"}.In(l) }
func factsTitle(l lang.Lang) string {
	return lang.Text{EN: "Records read", NL: "Gelezen registraties"}.In(l)
}

func repairTitle(l lang.Lang) string {
	return lang.Text{EN: "Least to do", NL: "Minste wat nodig is"}.In(l)
}

func verdict(f isms.Finding, l lang.Lang) report.Cell {
	return report.Text(f.Verdict.Label(l)).Toned(tone(f.Verdict))
}

// tone never shows the absence of a gap as good: nobody looked beyond the
// records.
func tone(v isms.Verdict) report.Tone {
	switch v {
	case isms.Gap:
		return report.Bad
	case isms.Advice, isms.NeedsJudgement:
		return report.Warn
	case isms.NotEvaluable:
		return report.Unknown
	case isms.NoGap, isms.NotTriggered:
	}
	return report.Neutral
}

// basis is where a finding comes from; an own rule by the label of its source.
func basis(b isms.Basis, l lang.Lang) string {
	if b.Kind == isms.OwnRule {
		b.Source = lang.Word(l, "own-rule", b.Source)
	}
	return b.String()
}

// repair is what there is to do, when there is something.
func repair(f isms.Finding, r Rule, l lang.Lang) string {
	if r.Code == "" || f.Verdict == isms.NoGap || f.Verdict == isms.NotTriggered {
		return ""
	}
	return r.Repair(l)
}

// factLines are the first facts of a finding, one a line, and how many more.
func (a Assessment) factLines(f isms.Finding, l lang.Lang, most int) string {
	var lines []string
	for _, fact := range f.Facts[:min(len(f.Facts), most)] {
		lines = append(lines, a.factLine(fact, l))
	}
	if more := len(f.Facts) - most; more > 0 {
		lines = append(lines, lang.Text{EN: "and {n} more", NL: "en nog {n}"}.Fill(l, map[string]string{"n": strconv.Itoa(more)}))
	}
	return strings.Join(lines, "\n")
}

func (a Assessment) factLine(fact isms.Fact, l lang.Lang) string {
	s := cmp.Or(a.Names[fact.Subject].In(l), fact.Subject.Entity().String())
	if link := fact.Subject.String(); link != "" {
		s += " [" + link + fact.Path + "]"
	}
	switch {
	case fact.Value == "":
		return s
	case s == "":
		return fact.Value
	default:
		return s + ": " + fact.Value
	}
}

func rulesByCode() map[isms.Code]Rule {
	rules := map[isms.Code]Rule{}
	for _, r := range Rules() {
		rules[r.Code] = r
	}
	return rules
}

func mainClause(ref string) string {
	number, _, _ := strings.Cut(ref, ".")
	return number
}

type chapter struct {
	number string
	title  lang.Text
}

// clauses are the chapters of the report. The last one takes findings of rules
// that this version does not know, from an assessment of another.
func clauses() []chapter {
	return []chapter{
		{"4", lang.Text{EN: "Context of the organization", NL: "Context van de organisatie"}},
		{"5", lang.Text{EN: "Leadership", NL: "Leiderschap"}},
		{"6", lang.Text{EN: "Planning", NL: "Planning"}},
		{"7", lang.Text{EN: "Support", NL: "Ondersteuning"}},
		{"8", lang.Text{EN: "Operation", NL: "Uitvoering"}},
		{"9", lang.Text{EN: "Performance evaluation", NL: "Evaluatie van de prestaties"}},
		{"10", lang.Text{EN: "Improvement", NL: "Verbetering"}},
		{"", lang.Text{EN: "Other rules", NL: "Andere regels"}},
	}
}
