package handoff_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/register"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

// reports are the five that an auditor asks for, of the records of the
// quickstart, with a text that could run in each.
func reports(t *testing.T, l lang.Lang) map[string]report.Document {
	t.Helper()
	const hostile = "=HYPERLINK(\"https://evil.example\")<script>"
	today := isms.Day(2026, time.November, 16)
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("ann"))
	docs := map[string]report.Document{}
	err := space.Update(t.Context(), "records", func(tx *isms.Tx) error {
		kinds := slices.Concat(isms.Kinds(), risk.Kinds(), soa.Kinds(), vuln.Kinds())
		if err := isms.Load(tx, os.DirFS("../../examples/quickstart/records"), kinds...); err != nil {
			return err
		}
		statement, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		risks, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		registers, err := register.ReadInputs(tx)
		if err != nil {
			return err
		}
		statement.Controls[0].How = isms.Plain(hostile)
		risks.Risks[0].Title = isms.Plain(hostile)
		risks.Risks[0].Treatment.Actions = []risk.Action{{ID: "a", Title: isms.Plain(hostile)}}
		registers.Assets[0].Title = isms.Plain(hostile)
		registers.Evidence[0].Title = isms.Plain(hostile)
		all := risk.NewRegister(risks, today)
		docs["statement"] = soa.Compile(statement, today).Report(l)
		docs["risks"] = all.Report(l)
		docs["plan"] = all.PlanReport(l)
		docs["assets"] = register.Assets(registers, today, l)
		docs["evidence"] = register.Evidence(registers, today, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// Every report is there in every format and language, says whose it is, of when,
// by which clause, and that nobody approved it; and no text of a record runs.
func TestEveryReportInEveryFormat(t *testing.T) {
	for l, names := range map[lang.Lang][]string{
		lang.EN: {"Organization", "Scope", "As of", "State", "Basis", "not approved", "Veldwerk", "2026-11-16", "ISO/IEC 27001:2022"},
		lang.NL: {"Organisatie", "Toepassingsgebied", "Peildatum", "Status", "Grondslag", "niet vastgesteld", "Veldwerk", "2026-11-16", "NEN-EN-ISO/IEC 27001:2023"},
	} {
		for name, d := range reports(t, l) {
			for format, render := range map[string]func(io.Writer, report.Document) error{
				"html": report.HTML, "md": report.Markdown, "xlsx": report.XLSX, "docx": report.DOCX,
			} {
				checkText(t, name+"."+format+" in "+string(l), rendered(t, format, render, d), names)
			}
			checkTables(t, name, l, d)
		}
	}
}

// rendered is what a file says, in one text.
func rendered(t *testing.T, format string, render func(io.Writer, report.Document) error, d report.Document) string {
	t.Helper()
	var out bytes.Buffer
	if err := render(&out, d); err != nil {
		t.Fatalf("%s as %s: %v", d.Title, format, err)
	}
	switch format {
	case "md":
		return strings.NewReplacer(`\<script`, "", `\`, "").Replace(out.String())
	case "xlsx": // a day is a number there
		return strings.ReplaceAll(unzipped(t, out.Bytes()), "<v>46342</v>", "2026-11-16")
	case "docx":
		return unzipped(t, out.Bytes())
	default:
		return out.String()
	}
}

func checkText(t *testing.T, where, text string, names []string) {
	t.Helper()
	for _, want := range append(names, "evil.example") {
		if !strings.Contains(text, want) {
			t.Errorf("%s has no %q", where, want)
		}
	}
	for _, bad := range []string{"<script", "<f>"} {
		if strings.Contains(text, bad) {
			t.Errorf("%s has %s", where, bad)
		}
	}
}

// checkTables renders each table of a document as CSV.
func checkTables(t *testing.T, name string, l lang.Lang, d report.Document) {
	t.Helper()
	var all bytes.Buffer
	for _, b := range d.Blocks {
		if table, ok := b.(report.Table); ok {
			if err := report.CSV(&all, table); err != nil {
				t.Errorf("%s.csv in %s: %v", name, l, err)
			}
		}
	}
	if s := all.String(); !strings.Contains(s, `'=HYPERLINK(""https://evil.example"")`) || strings.Contains(s, `"=`) {
		t.Errorf("%s.csv in %s leaves out a text of a record, or it can run", name, l)
	}
}

// unzipped is the parts of an Office file, one after the other.
func unzipped(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
