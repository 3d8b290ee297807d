package soa_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// asset is an asset of a type with a supplier.
func asset(t isms.AssetType, supplier string) isms.Asset {
	return isms.Asset{Common: approved("a", ""), Title: plain("A"), Type: t, Supplier: supplier}
}

// leavesOutAll has a reason to leave out every control of Annex A.
func leavesOutAll() []isms.Control {
	var list []isms.Control
	for k := range annexa.All() {
		c := control("c-"+strings.ToLower(k.ID.String()), isms.ControlID(k.ID.String()))
		c.Exclude = plain("not here")
		list = append(list, c)
	}
	return list
}

// Facts in scope speak against leaving a control out. They decide nothing, and a
// finding tells.
func TestFactsAgainstExclusions(t *testing.T) { //nolint:gocognit // a table and its loop
	personal := asset(isms.AssetInformation, "")
	personal.PersonalData = true
	tests := []struct {
		name string
		in   soa.Inputs
		want string
	}{
		{"nothing on record", soa.Inputs{}, ""},
		{"a supplier", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetInformation, "Acme")}}, "A.5.19 A.5.20 A.5.21 A.5.22"},
		{"a bought service", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetService, "Acme")}}, "A.5.19 A.5.20 A.5.21 A.5.22 A.5.23"},
		{"a supplier of other things on record", soa.Inputs{Suppliers: []isms.Supplier{{Common: approved("s", ""), Title: plain("S")}}}, "A.5.19 A.5.20 A.5.21 A.5.22"},
		{"a supplier of cloud services on record", soa.Inputs{Suppliers: []isms.Supplier{{Common: approved("s", ""), Title: plain("S"), Services: []isms.SuppliedService{{ID: "x", Type: isms.ServiceCloud}}}}}, "A.5.19 A.5.20 A.5.21 A.5.22 A.5.23"},
		{"an asset of a supplier on record", soa.Inputs{Assets: []isms.Asset{{Common: approved("a", ""), Title: plain("A"), Type: isms.AssetSoftware, Provider: "s"}}}, "A.5.19 A.5.20 A.5.21 A.5.22"},
		{"a supplier that is gone", soa.Inputs{Suppliers: []isms.Supplier{{Common: approved("s", ""), Title: plain("S"), Until: today.AddDays(-1)}}}, ""},
		{"a service without supplier is offered", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetService, "")}}, ""},
		{"an incident", soa.Inputs{Incidents: []isms.Incident{{Common: approved("i", ""), Title: plain("I"), Detected: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}}, "A.5.24 A.5.25 A.5.26 A.5.27 A.5.28 A.6.8"},
		{"personal data", soa.Inputs{Assets: []isms.Asset{personal}}, "A.5.34"},
		{"somebody works here", soa.Inputs{Persons: []isms.Individual{{Common: approved("p", ""), Name: "Ann"}}}, "A.6.1 A.6.2 A.6.3 A.6.4 A.6.5 A.6.6 A.6.8"},
		{"a head count", soa.Inputs{Organization: isms.Organization{Common: approved("o", ""), Name: plain("O"), Employees: 3}}, "A.6.1 A.6.2 A.6.3 A.6.4 A.6.5 A.6.6 A.6.8"},
		{"people as an asset", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetPeople, "")}}, "A.6.1 A.6.2 A.6.3 A.6.4 A.6.5 A.6.6 A.6.8"},
		{"somebody who left", soa.Inputs{Persons: []isms.Individual{{Common: approved("p", ""), Name: "Ann", Left: today.AddDays(-1)}}}, ""},
		{"premises", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetPremises, "")}}, "A.7.1 A.7.2 A.7.3 A.7.4 A.7.5 A.7.6 A.7.7"},
		{"a site", soa.Inputs{Organization: isms.Organization{Common: approved("o", ""), Sites: []isms.Site{{Name: plain("HQ")}}}}, "A.7.1 A.7.2 A.7.3 A.7.4 A.7.5 A.7.6 A.7.7"},
		{"hardware", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetHardware, "")}}, "A.7.8 A.7.13 A.7.14"},
		{"a network", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetNetwork, "")}}, "A.8.20"},
		{"own software", soa.Inputs{Assets: []isms.Asset{asset(isms.AssetSoftware, "")}}, "A.8.25 A.8.26 A.8.27 A.8.28 A.8.29 A.8.31"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.in.Controls = leavesOutAll()
			s := soa.Compile(test.in, today)
			var got []string
			for _, r := range s.Rows {
				if checkFacts(t, r); r.Contradicted() {
					got = append(got, r.Name())
				}
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("contradicted = %s, want %s", got, test.want)
			}
			i := slices.IndexFunc(s.Findings, func(f isms.Finding) bool { return f.Rule == soa.RuleFacts })
			if i < 0 {
				if test.want != "" {
					t.Errorf("no finding, want one about %s", test.want)
				}
				return
			}
			f := s.Findings[i]
			if last := f.Facts[len(f.Facts)-1]; f.Verdict != isms.NeedsJudgement || last.Subject.IsZero() || strings.ReplaceAll(f.Args["have"], ",", "") != test.want {
				t.Errorf("finding = %s about %s, last fact %v, want needs judgement about %s with the record", f.Verdict, f.Args["have"], last, test.want)
			}
		})
	}
}

// checkFacts checks that facts change no decision, and name what they rest on.
func checkFacts(t *testing.T, r soa.Row) {
	t.Helper()
	if r.Decision != soa.Excluded || r.Contradicted() != (len(r.Facts) > 0) {
		t.Errorf("%s = %s, contradicted %v by %v, want excluded", r.Control, r.Decision, r.Contradicted(), r.Facts)
	}
	for _, f := range r.Facts {
		en, nl := f.Text.In(lang.EN), f.Text.In(lang.NL)
		if f.Kind != soa.RecordedFact || len(f.Behind) == 0 || f.Behind[0].Link.Rev == 0 || en == nl || strings.Contains(nl, "{") {
			t.Errorf("fact about %s = %+v, want the record it rests on, in both languages", r.Control, f)
		}
	}
}

// Only what counts today in this management system speaks.
func TestFactsThatDoNotCount(t *testing.T) {
	for name, change := range map[string]func(a *isms.Asset){
		"retired":                      func(a *isms.Asset) { a.Status = isms.Retired },
		"of another management system": func(a *isms.Asset) { a.ISMS = "be" },
		"no longer in use":             func(a *isms.Asset) { a.Until = today.AddDays(-1) },
		"not in use yet":               func(a *isms.Asset) { a.From = today.AddDays(1) },
	} {
		a := asset(isms.AssetService, "Acme")
		change(&a)
		later := isms.Incident{Common: approved("i", ""), Title: plain("I"), Detected: today.AddDays(1).Time()}
		s := soa.Compile(soa.Inputs{
			Scope: isms.Scope{Common: approved("nl", "")}, Controls: leavesOutAll(), Assets: []isms.Asset{a}, Incidents: []isms.Incident{later},
		}, today)
		for _, r := range s.Rows {
			if r.Contradicted() {
				t.Errorf("asset %s contradicts the exclusion of %s", name, r.Control)
			}
		}
	}
}

// Why and the table show both sides of an exclusion; a fact is not repeated where
// the control is included.
func TestWhyOfADoubtfulExclusion(t *testing.T) {
	k := control("c", "A.5.19")
	k.Exclude = both("no suppliers", "geen leveranciers")
	hosting := asset(isms.AssetService, "Acme")
	in := soa.Inputs{Controls: []isms.Control{k}, Assets: []isms.Asset{hosting}}
	s := soa.Compile(in, today)
	want := strings.Join([]string{
		"A.5.19 Information security in supplier relationships is excluded, because of:",
		"- reason to leave it out: no suppliers [control/c@2]",
		"Yet the records show:",
		"- the records show: records name suppliers: 1 (records: A)",
	}, "\n")
	if diff := cmp.Diff(want, s.Why("A.5.19").String()); diff != "" {
		t.Errorf("Why (-want +got):\n%s", diff)
	}
	if got, want := cell(t, s, "A.5.19", 4), "no suppliers\nContradiction, the records show: records name suppliers: 1"; got != want {
		t.Errorf("justification = %q, want %q", got, want)
	}
	in.Risks = []risk.Risk{treats("r", "A.5.19")}
	s = soa.Compile(in, today)
	if got, want := cell(t, s, "A.5.19", 4), "risk treatment\nContradiction, recorded as left out: no suppliers"; got != want {
		t.Errorf("justification of an included control = %q, want %q", got, want)
	}
}

// A control of a catalogue is held against the facts about the controls of
// Annex A with its subject.
func TestFactsAboutOtherCatalogues(t *testing.T) {
	k := control("c", "guild:7")
	k.Exclude = plain("none")
	s := soa.Compile(soa.Inputs{
		Controls: []isms.Control{k}, Assets: []isms.Asset{asset(isms.AssetHardware, "")},
		Catalogues: []soa.Catalogue{{ID: "guild", Title: plain("Guild"), Controls: []soa.CatalogueControl{{Ref: "7", Title: plain("Ovens"), AnnexA: []annexa.ID{annexa.MustParseID("A.7.13")}}}}},
	}, today)
	if r := row(t, s, "guild:7"); len(r.Facts) != 1 || r.Facts[0].Source != "hardware" {
		t.Errorf("facts about guild:7 = %v, want hardware", r.Facts)
	}
}
