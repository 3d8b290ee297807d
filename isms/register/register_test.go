package register_test

import (
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/register"
	"github.com/ismskit/ismskit/isms/report"
)

func day(s string) isms.Date {
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func both(en, nl string) isms.Text { return isms.Text{lang.EN: en, lang.NL: nl} }

func sample() register.Inputs {
	asset := func(id, label string, title isms.Text, t isms.AssetType, n isms.Needs, on ...isms.Ref[isms.Asset]) isms.Asset {
		return isms.Asset{
			Common: isms.Common{ID: id, Label: label, Status: isms.Approved, Owner: isms.Link{Kind: "role", ID: "cio"}},
			Title:  title, Type: t, Classification: "internal", Exposure: isms.ExposedInternal, Needs: n, DependsOn: on,
		}
	}
	needs := func(c, i, a isms.Rating) isms.Needs {
		return isms.Needs{Confidentiality: c, Integrity: i, Availability: a}
	}
	payroll := asset("payroll", "A-10", both("Payroll", "Salarisadministratie"), isms.AssetInformation, needs(isms.VeryHigh, isms.High, isms.Medium), "database")
	payroll.PersonalData = true
	website := asset("website", "A-2", both("Website", "Website"), isms.AssetService, needs(isms.Low, isms.Medium, isms.High), "server")
	website.Exposure, website.Supplier = isms.ExposedInternet, "Duinroos Cloud"
	database := asset("database", "A-3", both("Database", "Database"), isms.AssetSoftware, needs(isms.High, "", isms.High), "server")
	server := asset("server", "A-4", both("Server", "Server"), isms.AssetHardware, needs(isms.Low, isms.Low, isms.High), "gone", "old")
	server.Owner, server.Classification, server.Exposure = isms.Link{}, "", ""
	server.Review = isms.Review{Last: day("2025-01-15"), Every: isms.Cadence{Every: 1, Unit: isms.Years}}
	old := asset("old", "A-5", both("Old server", "Oude server"), isms.AssetHardware, needs(isms.VeryHigh, isms.VeryHigh, isms.VeryHigh), "website")
	old.From, old.Until = day("2019-05-01"), day("2025-12-31")

	evidence := func(id, label string, title isms.Text, t isms.EvidenceType, received, expires string) isms.Evidence {
		e := isms.Evidence{Common: isms.Common{ID: id, Label: label, Owner: isms.Link{Kind: "person", ID: "jan"}}, Title: title, Type: t, Hash: "sha256:" + strings.Repeat("ab", 32)}
		if received != "" {
			e.Received = day(received)
		}
		if expires != "" {
			e.Expires = day(expires)
		}
		return e
	}
	restore := evidence("restore", "E-2", both("Restore test", "Hersteltest"), isms.EvidenceTest, "2026-02-01", "2026-12-31")
	restore.Covers = isms.Period{From: day("2026-01-01"), To: day("2026-01-31")}
	restore.About = []isms.Link{{Kind: "asset", ID: "database"}, {Kind: "risk", ID: "r-014"}, {Kind: "incident", ID: "unnamed"}}
	restore.Controls = []isms.ControlID{"A.8.13", "A.5.30"}
	restore.Location = "https://files.example.org/restore.pdf"
	training := evidence("training", "E-10", both("Training list", "Presentielijst"), isms.EvidenceTraining, "2025-01-10", "2026-01-10")
	training.Clauses = []string{"7.2 d", "7.2.d", "10.1"}
	minutes := evidence("minutes", "E-1", both("Minutes", "Notulen"), isms.EvidenceMinutes, "2026-03-20", "")
	minutes.Clauses, minutes.Owner, minutes.Hash = []string{"7.2.d"}, isms.Link{}, ""
	minutes.Location = "javascript:alert(1)"
	later := evidence("later", "E-3", both("Report of next month", "Rapport van volgende maand"), isms.EvidenceConfirmation, "2026-04-20", "2027-01-01")
	later.Controls = []isms.ControlID{"A.5.30"}

	other := asset("elsewhere", "A-6", both("Of another system", "Van een ander systeem"), isms.AssetProcess, isms.Needs{})
	other.ISMS = "factory"
	return register.Inputs{
		Organization: isms.Organization{Name: isms.Plain("Voorbeeld & Zonen B.V.")},
		Scope:        isms.Scope{Common: isms.Common{ID: "head"}, Title: both("Head office", "Hoofdkantoor")},
		Assets:       []isms.Asset{payroll, website, database, server, old, other},
		Evidence:     []isms.Evidence{training, restore, later, minutes},
		Persons:      []isms.Individual{{Common: isms.Common{ID: "jan"}, Name: "Jan de Vries"}},
		Roles:        []isms.Role{{Common: isms.Common{ID: "cio"}, Title: both("Head of IT", "Hoofd ICT")}},
		Names:        map[isms.Link]isms.Text{{Kind: "risk", ID: "r-014"}: both("Loss of data", "Verlies van gegevens")},
	}
}

var today = day("2026-03-31")

func TestGolden(t *testing.T) {
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		for name, d := range map[string]report.Document{"assets": register.Assets(sample(), today, l), "evidence": register.Evidence(sample(), today, l)} {
			var out strings.Builder
			if err := report.Markdown(&out, d); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, name+"."+string(l)+".md", out.String())
			for format, f := range map[string]func(io.Writer, report.Document) error{"HTML": report.HTML, "XLSX": report.XLSX, "DOCX": report.DOCX} {
				if err := f(io.Discard, d); err != nil {
					t.Errorf("%s as %s: %v", name, format, err)
				}
			}
		}
	}
}

// column is a column of a table, by the first cell of its rows.
func column(t *testing.T, d report.Document, id, title string) map[string]string {
	t.Helper()
	for _, b := range d.Blocks {
		table, ok := b.(report.Table)
		if !ok || table.ID != id {
			continue
		}
		for i, c := range table.Columns {
			if c.Title == title {
				cells := map[string]string{}
				for _, r := range table.Rows {
					cells[r.Cells[0].Text] = r.Cells[i].Text
				}
				return cells
			}
		}
	}
	t.Fatalf("no column %q in a table %q", title, id)
	return nil
}

func TestNeedsAreInherited(t *testing.T) {
	d := register.Assets(sample(), today, lang.EN)
	for title, want := range map[string]map[string]string{
		"Confidentiality": {
			"A-2":  "low", // the old server is not in use and passes nothing on
			"A-3":  "very high, inherited from Payroll\nown: high",
			"A-4":  "very high, inherited from Payroll\nown: low", // through the database
			"A-5":  "very high",
			"A-10": "very high",
		},
		"Integrity": {
			"A-2":  "medium",
			"A-3":  "not assessed\ninherited: high from Payroll",
			"A-4":  "low\ninherited: not assessed, from Database", // ranks above the high of payroll
			"A-5":  "very high",
			"A-10": "high",
		},
		"Availability": {"A-2": "high", "A-3": "high", "A-4": "high", "A-5": "very high", "A-10": "medium"},
	} {
		if diff := cmp.Diff(want, column(t, d, "assets", title)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", title, diff)
		}
	}
	if got := column(t, d, "assets", "Rests on")["A-4"]; got != "asset/gone (not on record)\nOld server (not in use)" {
		t.Errorf("the server rests on %q", got)
	}
	if got := column(t, d, "assets", "Owner")["A-4"]; got != "none" {
		t.Errorf("owner of the server = %q, want none", got)
	}
}

// What nobody assessed is never shown as little, and never as nothing.
func TestUnassessedNeeds(t *testing.T) {
	in := register.Inputs{Assets: []isms.Asset{
		{Common: isms.Common{ID: "alone"}, Title: isms.Plain("Alone")},
		{Common: isms.Common{ID: "above"}, Title: isms.Plain("Above"), DependsOn: []isms.Ref[isms.Asset]{"alone"}},
	}}
	for _, title := range []string{"Confidentiality", "Integrity", "Availability"} {
		got := column(t, register.Assets(in, today, lang.EN), "assets", title)
		if want := map[string]string{"alone": "not assessed", "above": "not assessed"}; !maps.Equal(got, want) {
			t.Errorf("%s = %q, want %q", title, got, want)
		}
	}
}

// Assets that rest on each other all need what the neediest of them needs.
func TestCyclesOfDependencies(t *testing.T) {
	var in register.Inputs
	const n = 5000
	for i := range n {
		in.Assets = append(in.Assets, isms.Asset{
			Common: isms.Common{ID: fmt.Sprint("a", i)}, Title: isms.Plain(fmt.Sprint("Asset ", i)), Type: isms.AssetProcess,
			Needs:     isms.Needs{Confidentiality: isms.Low, Integrity: isms.Low, Availability: isms.Low},
			DependsOn: []isms.Ref[isms.Asset]{isms.Ref[isms.Asset](fmt.Sprint("a", (i+1)%n)), "a0"},
		})
	}
	in.Assets[7].Needs.Integrity = isms.High
	got := column(t, register.Assets(in, today, lang.EN), "assets", "Integrity")
	for i := range n {
		want := "high, inherited from Asset 7\nown: low"
		if i == 7 {
			want = "high"
		}
		if id := fmt.Sprint("a", i); got[id] != want {
			t.Fatalf("integrity of %s = %q, want %q", id, got[id], want)
		}
	}
}

func TestEvidenceThatCanBeReliedOn(t *testing.T) {
	d := register.Evidence(sample(), today, lang.EN)
	want := map[string]string{"E-1": "yes, no last day recorded", "E-2": "yes", "E-3": "no, not received yet", "E-10": "no, expired"}
	if diff := cmp.Diff(want, column(t, d, "evidence", "Can be relied on")); diff != "" {
		t.Errorf("reliable (-want +got):\n%s", diff)
	}
	want = map[string]string{"7.2.d": "1", "10.1": "0", "A.5.30": "1", "A.8.13": "1"}
	if diff := cmp.Diff(want, column(t, d, "by-control", "Usable")); diff != "" {
		t.Errorf("usable (-want +got):\n%s", diff)
	}
	if got := column(t, d, "evidence", "About")["E-2"]; got != "Database\nLoss of data\nincident/unnamed" {
		t.Errorf("the restore test is about %q", got)
	}
	last := register.Evidence(sample(), day("2026-12-31"), lang.EN)
	if got := column(t, last, "evidence", "Can be relied on")["E-2"]; got != "yes" {
		t.Errorf("on its last day the restore test can be relied on: %q, want yes", got)
	}
}

// Totals of the table of what asks for attention, in the order of its lines.
func TestAttention(t *testing.T) {
	for name, c := range map[string]struct {
		doc  report.Document
		want []string
	}{
		"assets":   {register.Assets(sample(), today, lang.EN), []string{"1", "1", "1", "1", "1"}},
		"evidence": {register.Evidence(sample(), today, lang.EN), []string{"1", "1", "1", "1", "0"}},
	} {
		var got []string
		for _, r := range c.doc.Blocks[1].(report.Table).Rows {
			got = append(got, r.Cells[1].Text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The registers of a store are those of its values, of any moment.
func TestReadInputs(t *testing.T) {
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
	err := space.Update(t.Context(), "first", func(tx *isms.Tx) error {
		for _, put := range []func() error{
			func() error {
				return isms.Organizations(tx).Put(&isms.Organization{Common: isms.Common{ID: "acme"}, Name: isms.Plain("Acme")})
			},
			func() error {
				return isms.Assets(tx).Put(&isms.Asset{Common: isms.Common{ID: "payroll", Owner: isms.Link{Kind: "role", ID: "cio"}}, Title: isms.Plain("Payroll"), Type: isms.AssetInformation})
			},
			func() error {
				return isms.Roles(tx).Put(&isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("Head of IT")})
			},
			func() error {
				return isms.Documents(tx).Put(&isms.Document{Common: isms.Common{ID: "policy"}, Title: isms.Plain("Policy"), Type: isms.DocumentPolicy})
			},
			func() error {
				return isms.EvidenceRecords(tx).Put(&isms.Evidence{Common: isms.Common{ID: "e"}, Title: isms.Plain("Minutes"), Type: isms.EvidenceMinutes, About: []isms.Link{{Kind: "document", ID: "policy"}}})
			},
		} {
			if err := put(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var in register.Inputs
	if err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		in, err = register.ReadInputs(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	d := register.Assets(in, today, lang.EN)
	if got := column(t, d, "assets", "Owner")["payroll"]; got != "Head of IT" || d.Subtitle != "Acme" {
		t.Errorf("owner = %q of %q, want Head of IT of Acme", got, d.Subtitle)
	}
	if got := column(t, register.Evidence(in, today, lang.EN), "evidence", "About")["e"]; got != "Policy" {
		t.Errorf("the minutes are about %q, want Policy", got)
	}
}

func TestDocumentControl(t *testing.T) {
	for l, want := range map[lang.Lang]string{
		lang.EN: "Organization: Voorbeeld & Zonen B.V.; Scope: Head office; As of: 2026-03-31; Records: 5; State: made from the records, not approved; Basis: ISO/IEC 27001:2022, A.5.9 and A.5.12",
		lang.NL: "Organisatie: Voorbeeld & Zonen B.V.; Toepassingsgebied: Hoofdkantoor; Peildatum: 2026-03-31; Registraties: 5; Status: samengesteld uit de registraties, niet vastgesteld; Grondslag: NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), A.5.9 en A.5.12",
	} {
		var got []string
		for _, f := range register.Assets(sample(), today, l).Meta {
			got = append(got, f.Name+": "+f.Value.Text)
		}
		if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("document control in %s (-want +got):\n%s", l, diff)
		}
	}
}
