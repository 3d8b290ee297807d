package soa_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

func render[T any](t *testing.T, f func(io.Writer, T) error, v T) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func csvOf(t *testing.T, s soa.Statement, l lang.Lang) string {
	t.Helper()
	return render(t, report.CSV, s.Table(l))
}

var today = isms.Day(2026, 3, 31)

func plain(s string) isms.Text { return isms.Plain(s) }

func both(en, nl string) isms.Text { return isms.Text{lang.EN: en, lang.NL: nl} }

// approved is the Common of an approved record in its second revision.
func approved(id, label string) isms.Common {
	return isms.Common{ID: id, Rev: 2, Label: label, Status: isms.Approved}
}

// row is the one row of a control.
func row(t *testing.T, s soa.Statement, id isms.ControlID) soa.Row {
	t.Helper()
	var found []soa.Row
	for _, r := range s.Rows {
		if r.Control == id {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("rows for %s = %d, want 1", id, len(found))
	}
	return found[0]
}

// treats is an approved risk whose treatment lists controls.
func treats(id string, controls ...isms.ControlID) risk.Risk {
	return risk.Risk{Common: approved(id, ""), Title: plain("Risk " + id), Treatment: risk.Treatment{Controls: controls}}
}

// bakery is a small organization with something of everything.
func bakery() soa.Inputs {
	m := risk.Methodology{
		Common: approved("matrix", ""), Title: plain("Matrix"),
		Likelihood: risk.Scale{Steps: []risk.Step{{Title: plain("unlikely")}, {Title: plain("likely")}}},
		Impact:     risk.Scale{Steps: []risk.Step{{Title: plain("small")}, {Title: plain("large")}}},
		Bands:      []risk.Band{{ID: "low", Title: both("low", "laag")}, {ID: "high", Title: both("high", "hoog")}},
		Matrix:     [][]string{{"low", "low"}, {"low", "high"}},
	}
	level := risk.Evaluation{Methodology: m.Pin(), Likelihood: 2, Impact: 2, On: isms.Day(2026, 2, 1)}
	owner := isms.Link{Kind: "role", ID: "it-manager"}
	draft := treats("r-10", "A.8.12", "A.5.9")
	draft.Status, draft.Label = isms.Draft, "R-10"
	return soa.Inputs{
		Organization: isms.Organization{Common: approved("bakery", ""), Name: plain("Bakery Jansen")},
		Scope: isms.Scope{
			Common: approved("hq", ""), Title: both("Web shop and head office", "Webwinkel en hoofdkantoor"),
			Statement: both("Sale of bread online.", "Verkoop van brood via internet."),
		},
		Methodologies: []risk.Methodology{m},
		Roles:         []isms.Role{{Common: approved("it-manager", ""), Title: both("IT manager", "IT-manager")}},
		Persons:       []isms.Individual{{Common: approved("p-1", ""), Name: "Ann"}},
		Assets:        []isms.Asset{{Common: approved("laptops", ""), Title: both("Laptops", "Laptops")}},
		Risks: []risk.Risk{
			draft,
			{
				Common: isms.Common{ID: "r-2", Rev: 3, Label: "R-2", Status: isms.Approved, Owner: owner},
				Title:  both("Laptop stolen", "Laptop gestolen"), Assets: []isms.Ref[isms.Asset]{"laptops"}, Current: level,
				Treatment: risk.Treatment{Options: []risk.Option{risk.Mitigate}, Controls: []isms.ControlID{"A.8.12", "A.8.24", "own-disk"}},
			},
		},
		Requirements: []isms.Requirement{
			{Common: approved("gdpr-32", ""), Title: both("Security of processing", "Beveiliging van de verwerking"), Type: isms.RequirementLaw, Source: "GDPR, article 32", Controls: []isms.ControlID{"A.5.34", "A.8.12"}},
			{Common: approved("contract-7", "C-7"), Title: plain("Hosting agreement"), Type: isms.RequirementContract, Controls: []isms.ControlID{"A.5.20"}, Document: "agreement"},
			{Common: approved("old-law", ""), Title: plain("Repealed act"), Type: isms.RequirementLaw, Controls: []isms.ControlID{"A.5.33"}, Until: isms.Day(2025, 12, 31)},
		},
		Documents: []isms.Document{
			{Common: approved("crypto", "P-3"), Title: both("Encryption policy", "Versleutelingsbeleid"), Type: isms.DocumentPolicy, Version: "1.2", Controls: []isms.ControlID{"A.8.24"}},
			{Common: approved("agreement", ""), Title: plain("Agreement 2024-118"), Type: isms.DocumentAgreement, Version: "1"},
			{Common: isms.Common{ID: "backup", Rev: 1, Status: isms.Draft}, Title: plain("Backup procedure"), Type: isms.DocumentProcedure, Controls: []isms.ControlID{"A.8.13"}},
		},
		Evidence: []isms.Evidence{
			{Common: approved("ev-1", ""), Title: plain("Disk encryption report"), Type: isms.EvidenceMeasurement, Controls: []isms.ControlID{"A.8.24"}},
			{Common: approved("ev-2", ""), Title: plain("Restore test 2024"), Type: isms.EvidenceTest, Expires: isms.Day(2025, 6, 30), Controls: []isms.ControlID{"A.8.13"}},
		},
		Controls: []isms.Control{
			{Common: isms.Common{ID: "c-a-8-24", Rev: 4, Status: isms.Approved, Owner: owner, Review: isms.Review{Last: isms.Day(2026, 1, 15), Every: isms.Cadence{Every: 1, Unit: isms.Years}}}, Ref: "A.8.24", Implementation: isms.Implemented, Since: isms.Day(2025, 5, 1), How: both("All disks are encrypted.", "Alle schijven zijn versleuteld."), Evidence: []isms.Ref[isms.Evidence]{"ev-1"}},
			{Common: approved("c-a-8-12", ""), Ref: "A.8.12", Implementation: isms.Partial, Plan: both("Block USB storage.", "USB-opslag blokkeren."), Due: isms.Day(2026, 9, 1), How: both("Mail is filtered.", "Mail wordt gefilterd.")},
			{Common: approved("c-a-8-13", ""), Ref: "A.8.13", Include: both("good practice of ours", "onze eigen goede gewoonte"), Implementation: isms.Planned, Due: isms.Day(2026, 6, 1)},
			{Common: approved("c-a-8-30", ""), Ref: "A.8.30", Exclude: both("no development is outsourced", "er wordt geen ontwikkeling uitbesteed")},
			{Common: approved("c-a-5-20", ""), Ref: "A.5.20", Exclude: both("no suppliers", "geen leveranciers"), Implementation: isms.NotImplemented},
			{Common: approved("c-nen", ""), Ref: "nen7510:12.4.1", Title: plain("Log access to patient records"), Exclude: both("no patient records", "geen patiëntgegevens")},
			{Common: approved("own-10", "OC-10"), Title: plain("Flour dust detector")},
			{Common: approved("own-disk", "OC-2"), Title: both("Lock for laptops", "Laptopslot"), Implementation: isms.NotImplemented},
		},
	}
}
