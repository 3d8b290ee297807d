package risk_test

import (
	"math"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func TestThreats(t *testing.T) {
	seen := map[string]bool{}
	for _, threat := range risk.Threats() {
		en, nl := threat.ID.Label(lang.EN), threat.ID.Label(lang.NL)
		if !isms.ValidID(string(threat.ID)) || en == "" || nl == "" || en == nl || en == string(threat.ID) || seen[string(threat.ID)] || seen[en] || seen[nl] {
			t.Errorf("threat %+v: want an id, and texts of its own", threat)
		}
		if threat.Origin.Label(lang.EN) == string(threat.Origin) && threat.Origin.Label(lang.NL) == string(threat.Origin) {
			t.Errorf("threat %s has origin %q", threat.ID, threat.Origin)
		}
		seen[string(threat.ID)], seen[en], seen[nl] = true, true, true
		if got, ok := risk.LookupThreat(threat.ID); !ok || got != threat {
			t.Errorf("LookupThreat(%s) = %v, %t", threat.ID, got, ok)
		}
	}
	// what every register of today should at least consider
	for _, id := range []risk.ThreatID{"ransomware", "remote-access-trojan", "phishing", "ddos", "state-actor", "criminal-actor", "insider", "weak-process"} {
		if _, ok := risk.LookupThreat(id); !ok {
			t.Errorf("the catalogue lacks %s", id)
		}
	}
	if _, ok := risk.LookupThreat("demons"); ok {
		t.Error("LookupThreat(demons) finds one")
	}
	if got := risk.ThreatID("mitre:T1486").Label(lang.NL); got != "mitre:T1486" {
		t.Errorf("Label of another catalogue = %q, want its id", got)
	}
}

// Risks by assets and by events stand in one register, and the report shows how
// each was found.
func TestBothWaysOfIdentification(t *testing.T) {
	byAsset := named("a", "R-1", risk.Evaluation{})
	byAsset.Assets, byAsset.Threats = []isms.Ref[isms.Asset]{"payroll"}, []risk.ThreatID{"phishing", "mitre:T1566"}
	byAsset.Vulnerability = isms.Plain("no second check")
	byEvent := named("b", "R-2", risk.Evaluation{})
	byEvent.Source, byEvent.Objective = isms.Plain("a gang"), isms.Plain("ransom")
	byEvent.Description, byEvent.Consequence = isms.Plain("the backups go first"), isms.Plain("two weeks without systems")
	byEvent.Affects, byEvent.Related = []risk.Property{risk.Availability}, []isms.Link{{Kind: "incident", ID: "i-1"}}
	reg := risk.NewRegister(risk.Inputs{Risks: []risk.Risk{byEvent, byAsset}}, date("2026-03-01"))
	rows := table(t, reg.Report(lang.NL), "identified").Rows
	for i, want := range []string{
		"R-1 | asset/payroll | Phishing en spam: berichten die mensen verleiden toegang of geld te geven; mitre:T1566 | no second check |  |  |  |  |  | ",
		"R-2 |  |  |  | a gang | ransom | the backups go first | two weeks without systems | beschikbaarheid | incident/i-1",
	} {
		if got := cells(rows[i]); got != want {
			t.Errorf("row %d = %s, want %s", i, got, want)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		m    risk.Money
		want string
	}{
		{risk.Money{}, ""},
		{risk.Money{Minor: 125000, Currency: "EUR"}, "EUR 1250.00"},
		{risk.Money{Minor: 0, Currency: "EUR"}, "EUR 0.00"},
		{risk.Money{Minor: 7, Currency: "EUR"}, "EUR 0.07"},
		{risk.Money{Minor: 1250, Currency: "JPY"}, "JPY 1250"},
		{risk.Money{Minor: 1250, Currency: "KWD"}, "KWD 1.250"},
		{risk.Money{Minor: 1, Currency: "CLF"}, "CLF 0.0001"},
		{risk.Money{Minor: -5, Currency: "EUR"}, "EUR -0.05"},
		{risk.Money{Minor: math.MinInt64, Currency: "EUR"}, "EUR -92233720368547758.08"},
	} {
		if got := c.m.String(); got != c.want {
			t.Errorf("%+v.String() = %q, want %q", c.m, got, c.want)
		}
	}
}

// Costs add up by currency, and nothing is converted: not in a plan, which has
// one, nor over plans.
func TestCosts(t *testing.T) {
	euros, dollars := whole(), whole()
	euros.Treatment.Actions[0].Cost = risk.Money{Minor: 100, Currency: "EUR"}
	euros.Treatment.Actions[2].Cost = risk.Money{Minor: 250, Currency: "EUR"}
	dollars.ID, dollars.Label = "other", "R-11"
	dollars.Treatment.Actions[1].Cost = risk.Money{Minor: 500, Currency: "USD"}
	reg := risk.NewRegister(risk.Inputs{Risks: []risk.Risk{euros, dollars}, Methodologies: []risk.Methodology{matrix5()}}, date("2026-03-01"))
	if got := reg.Rows[0].Cost; len(got) != 1 || got[0] != (risk.Money{Minor: 350, Currency: "EUR"}) {
		t.Errorf("Cost = %v, want EUR 3.50", got)
	}
	rows := table(t, reg.Report(lang.NL), "actions").Rows
	for i, want := range []string{"Totaal |  |  |  |  | EUR 3.50 |  |  | ", "Totaal |  |  |  |  | USD 5.00 |  |  | "} {
		if got := cells(rows[len(rows)-2+i]); got != want {
			t.Errorf("total = %s, want %s", got, want)
		}
	}
	huge := risk.Treatment{Actions: []risk.Action{{Cost: risk.Money{Minor: math.MaxInt64, Currency: "EUR"}}, {Cost: risk.Money{Minor: 1, Currency: "EUR"}}}}
	if got := huge.Cost()[0].Minor; got != math.MaxInt64 {
		t.Errorf("a total beyond all numbers = %d, want the greatest one", got)
	}
}

func TestProspect(t *testing.T) {
	whole := risk.Prospect{
		Common: isms.Common{ID: "p", Label: "K-1", Status: isms.Approved, Owner: cio}, Title: isms.Plain("New customers ask for a certificate"),
		Effect: risk.Helps, Actions: []risk.Action{{ID: "a", Title: isms.Plain("Certify"), Due: date("2026-02-01")}}, How: isms.Plain("tenders won"),
	}
	for _, c := range []struct {
		rule   string
		change func(*risk.Prospect)
		path   string
		want   isms.Code
	}{
		{"whole", func(*risk.Prospect) {}, "", ""},
		{"it has a title", func(p *risk.Prospect) { p.Title = nil }, "/title", isms.CodeRequired},
		{"it has an effect", func(p *risk.Prospect) { p.Effect = "" }, "/effect", isms.CodeRequired},
		{"a risk or an opportunity", func(p *risk.Prospect) { p.Effect = "luck" }, "/effect", isms.CodeEnum},
		{"approved, it has an owner", func(p *risk.Prospect) { p.Owner = isms.Link{} }, "/owner", risk.CodeNoOwner},
		{"actions are checked", func(p *risk.Prospect) { p.Actions[0].ID = "" }, "/actions/0/id", isms.CodeID},
		{"it follows from something", func(p *risk.Prospect) { p.From = []isms.Link{{}} }, "/from/0", isms.CodeRequired},
	} {
		p := whole
		p.Actions = []risk.Action{whole.Actions[0]}
		c.change(&p)
		if got := codes(isms.Validate(p)); got[c.path] != c.want || c.want == "" && len(got) > 0 {
			t.Errorf("%s: Validate = %v, want %s at %s", c.rule, got, c.want, c.path)
		}
	}
	retired := whole
	retired.Status = isms.Retired
	doc := risk.ProspectReport([]risk.Prospect{whole, retired}, risk.Register{AsOf: date("2026-03-01")}, lang.NL)
	rows := table(t, doc, "prospects").Rows
	if len(rows) != 1 || cells(rows[0]) != "K-1 | kans | New customers ask for a certificate | role/cio | 1 open, 1 over de termijn | tenders won | " {
		t.Errorf("rows = %v, want one of K-1", rows)
	}
	if !strings.Contains(doc.Title, "kansen") {
		t.Errorf("title = %q, want Dutch", doc.Title)
	}
}
