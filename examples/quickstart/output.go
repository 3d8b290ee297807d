package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/register"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/pdca"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// results is everything that the records say on one day.
type results struct {
	statement       soa.Statement
	risks           risk.Register
	vulnerabilities vuln.Register
	assessment      conformity.Assessment
	cycle           pdca.Cycle
	registers       register.Inputs
	today           isms.Date
}

// compute reads one state of the space and computes from it.
func compute(ctx context.Context, space *isms.Space, c config) (r results, err error) {
	err = space.View(ctx, func(tx *isms.Tx) error {
		statement, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		risks, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		vulnerabilities, err := vuln.ReadInputs(tx)
		if err != nil {
			return err
		}
		all, err := conformity.ReadInputs(tx)
		if err != nil {
			return err
		}
		r.statement = soa.Compile(statement, c.today)
		r.risks = risk.NewRegister(risks, c.today)
		r.vulnerabilities = vuln.NewRegister(vulnerabilities, c.today)
		r.assessment = conformity.Assess(all, c.today)
		r.cycle = pdca.State(all, c.today)
		r.today = c.today
		r.registers, err = register.ReadInputs(tx)
		return err
	})
	return r, err
}

// file is one file to write.
type file struct {
	name string
	data []byte
}

// render makes every file in memory.
func (r results) render(l lang.Lang) ([]file, error) {
	var files []file
	var index []report.Cell
	add := func(name string, render func(io.Writer) error) error {
		var b bytes.Buffer
		if err := render(&b); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, file{name, b.Bytes()})
		return nil
	}
	for _, d := range []struct {
		name   string
		doc    report.Document
		table  func(lang.Lang) report.Table // of the CSV, if there is one
		office bool                         // also as Markdown, XLSX and DOCX
	}{
		{"soa", r.statement.Report(l), r.statement.Table, true},
		{"risks", r.risks.Report(l), r.risks.Table, true},
		{"treatment-plan", r.risks.PlanReport(l), nil, true},
		{"assets", register.Assets(r.registers, r.today, l), nil, true},
		{"evidence", register.Evidence(r.registers, r.today, l), nil, true},
		{"vulnerabilities", r.vulnerabilities.Report(l), r.vulnerabilities.Table, false},
		{"conformity", r.assessment.Report(l), r.assessment.Table, false},
		{"pdca", r.cycle.Report(l), nil, false},
	} {
		index = append(index, report.Link(d.doc.Title, d.name+".html"))
		err := add(d.name+".html", func(w io.Writer) error { return report.HTML(w, d.doc) })
		if d.office {
			err = errors.Join(err,
				add(d.name+".md", func(w io.Writer) error { return report.Markdown(w, d.doc) }),
				add(d.name+".xlsx", func(w io.Writer) error { return report.XLSX(w, d.doc) }),
				add(d.name+".docx", func(w io.Writer) error { return report.DOCX(w, d.doc) }))
		}
		if d.table != nil {
			err = errors.Join(err, add(d.name+".csv", func(w io.Writer) error { return report.CSV(w, d.table(l)) }))
		}
		if err != nil {
			return nil, err
		}
	}
	home := report.Document{
		Title:    r.statement.Organization.Name(l),
		Subtitle: lang.Text{EN: "Information security management system", NL: "Managementsysteem voor informatiebeveiliging"}.In(l),
		Lang:     l,
		Meta: []report.Field{
			{Name: lang.Text{EN: "As of", NL: "Peildatum"}.In(l), Value: report.Day(r.statement.AsOf.String())},
			{Name: lang.Text{EN: "Scope", NL: "Toepassingsgebied"}.In(l), Value: report.Text(r.statement.Scope.Name(l))},
		},
		Blocks: []report.Block{
			report.Paragraph(r.statement.Boundary.In(l)),
			report.List{Items: index},
		},
	}
	err := add("index.html", func(w io.Writer) error { return report.HTML(w, home) })
	return files, err
}

// write puts the files into the directory, each by way of a temporary one.
func write(dir string, files []file) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(dir, f.name)
		if err := os.WriteFile(name+".tmp", f.data, 0o644); err != nil {
			return err
		}
		if err := os.Rename(name+".tmp", name); err != nil {
			return err
		}
	}
	return nil
}

// summarize prints at most 30 lines.
func (r results) summarize(w io.Writer, c config, scanned *scan.Report, imported []vuln.Result) {
	say := func(en, nl, format string, args ...any) {
		fmt.Fprintf(w, "%-26s "+format+"\n", append([]any{lang.Text{EN: en, NL: nl}.In(c.lang)}, args...)...)
	}
	t := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(c.lang) }
	fmt.Fprintf(w, "%s, %s %s\n", r.statement.Organization.Name(c.lang), t("as of", "per"), c.today)

	say("Scan", "Scan", "%s, %d %s", scanned.Format, len(scanned.Items), t("report items", "meldingen"))
	say("", "", "%s", severities(scanned, c.lang))
	created, merged, rejected := 0, 0, 0
	for _, i := range imported {
		created, merged, rejected = created+len(i.Created), merged+len(i.Merged), rejected+len(i.Rejected)
	}
	say("Findings recorded", "Vastgelegde bevindingen", "%d %s, %d %s, %d %s", created, t("new", "nieuw"),
		merged, t("the same as another", "gelijk aan een andere"), rejected, t("rejected", "afgewezen"))

	all, _ := r.statement.Totals()
	say("Statement of Applicability", "Verklaring (VvT)", "%d %s: %d %s, %d %s, %d %s", all.Controls, t("controls", "beheersmaatregelen"),
		all.Included, soa.Included.Label(c.lang), all.Excluded, soa.Excluded.Label(c.lang), all.Undecided, soa.Undecided.Label(c.lang))
	say("", "", "%d %s, %d %s, %d %s", all.Implemented, t("implemented", "geïmplementeerd"),
		all.NotImplemented, t("not (fully)", "niet (volledig)"), all.NotStated, t("not stated", "niet vermeld"))

	say("Risks", "Risico's", "%d", len(r.risks.Rows))
	for _, n := range r.risks.Counts(risk.Current) {
		title := n.Band.Title.In(c.lang)
		if title == "" {
			title = risk.Level{}.Label(c.lang)
		}
		if n.Risks > 0 {
			say("", "", "%3d  %s", n.Risks, title)
		}
	}

	open, overdue := 0, 0
	for _, n := range r.vulnerabilities.Counts() {
		open, overdue = open+n.Open, overdue+n.Overdue
	}
	unsure := 0
	for _, a := range r.vulnerabilities.Coverage {
		if len(a.Reasons) > 0 {
			unsure++
		}
	}
	say("Vulnerabilities", "Kwetsbaarheden", "%d %s, %d %s", open, t("open", "open"), overdue, t("past their deadline", "over hun termijn"))
	say("Assets not known today", "Niet actueel bekend", "%d %s", unsure, t("never scanned, or not recently: rank as the greatest risk", "nooit of niet recent gescand: gelden als het grootste risico"))

	say("Rules of clauses 4 to 10", "Regels van hoofdstuk 4-10", "%d %s", len(r.assessment.Findings), t("findings in the records", "bevindingen in de registraties"))
	for _, v := range []isms.Verdict{isms.Gap, isms.Advice, isms.NeedsJudgement, isms.NotEvaluable, isms.NotTriggered, isms.NoGap} {
		n := r.assessment.Count(v)
		if n > 0 {
			say("", "", "%3d  %s", n, v.Label(c.lang))
		}
	}
	fmt.Fprintf(w, "\n%s %s\n", t("Start reading at", "Begin met lezen bij"), filepath.Join(c.out, "index.html"))
}

// severities counts the items of a report by the scanner's word.
func severities(r *scan.Report, l lang.Lang) string {
	counts := map[scan.Severity]int{}
	for _, i := range r.Items {
		counts[i.Severity]++
	}
	var b bytes.Buffer
	for _, s := range slices.Sorted(maps.Keys(counts)) {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d %s", counts[s], s.Label().In(l))
	}
	return b.String()
}
