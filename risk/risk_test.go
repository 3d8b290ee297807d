package risk_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func TestRiskCheck(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(*risk.Risk)
		path   string
		want   isms.Code // "" for no problem at all
	}{
		{"a whole risk is valid", func(*risk.Risk) {}, "", ""},
		{"a draft may be incomplete", func(r *risk.Risk) {
			*r = risk.Risk{Common: isms.Common{ID: "x"}, Title: isms.Plain("x"), Current: risk.Evaluation{Methodology: matrix5().Pin(), Likelihood: 2}}
		}, "", ""},
		{"approved before it is assessed", func(r *risk.Risk) {
			r.Inherent, r.Current, r.Residual, r.Treatment = risk.Evaluation{}, risk.Evaluation{}, risk.Evaluation{}, risk.Treatment{}
		}, "", ""},
		{"a title is required", func(r *risk.Risk) { r.Title = nil }, "/title", isms.CodeRequired},
		{"approved needs an owner", func(r *risk.Risk) { r.Owner = isms.Link{} }, "/owner", risk.CodeNoOwner},
		{"approved and assessed needs an option", func(r *risk.Risk) { r.Treatment = risk.Treatment{} }, "/treatment/options", risk.CodeNoOption},
		{"mitigation needs a measure", func(r *risk.Risk) { r.Treatment.Controls, r.Treatment.Actions = nil, nil }, "/treatment/options", risk.CodeNoMeasure},
		{"an action is a measure", func(r *risk.Risk) { r.Treatment.Controls = nil }, "", ""},
		{"approved is not half assessed", func(r *risk.Risk) { r.Current.Impact = 0 }, "/current", risk.CodeHalfAssessed},
		{"a step needs a methodology", func(r *risk.Risk) { r.Current.Methodology = isms.Link{} }, "/current/methodology", isms.CodeRequired},
		{"it is a methodology", func(r *risk.Risk) { r.Residual.Methodology = isms.Link{Kind: "asset", ID: "x", Rev: 1} }, "/residual/methodology", risk.CodeNotMethodology},
		{"it is pinned", func(r *risk.Risk) { r.Inherent.Methodology.Rev = 0 }, "/inherent/methodology", risk.CodeUnpinned},
		{"minus one is no step", func(r *risk.Risk) { r.Current.Likelihood = -1 }, "/current/likelihood", risk.CodeOffScale},
		{"no scale is that long", func(r *risk.Risk) { r.Current.Impact = 101 }, "/current/impact", risk.CodeOffScale},
		{"a person or role evaluates", func(r *risk.Risk) { r.Current.By = isms.Link{Kind: "asset", ID: "x"} }, "/current/by", isms.CodeOwnerKind},
		{"an asset is named once", func(r *risk.Risk) { r.Assets = append(r.Assets, "payroll") }, "/assets/1", isms.CodeDuplicate},
		{"an asset is named", func(r *risk.Risk) { r.Assets[0] = "" }, "/assets/0", isms.CodeRequired},
		{"a property has an id", func(r *risk.Risk) { r.Affects[0] = "Privacy!" }, "/affects/0", isms.CodeID},
		{"a category is named once", func(r *risk.Risk) { r.Categories = []string{"privacy", "privacy"} }, "/categories/1", isms.CodeDuplicate},
		{"a property is named once", func(r *risk.Risk) { r.Affects[0] = r.Affects[1] }, "/affects/1", isms.CodeDuplicate},
		{"an option is one of four", func(r *risk.Risk) { r.Treatment.Options[1] = "ignore" }, "/treatment/options/1", isms.CodeEnum},
		{"an option is named", func(r *risk.Risk) { r.Treatment.Options[1] = "" }, "/treatment/options/1", isms.CodeRequired},
		{"an option is named once", func(r *risk.Risk) { r.Treatment.Options[1] = risk.Mitigate }, "/treatment/options/1", isms.CodeDuplicate},
		{"a control id is one", func(r *risk.Risk) { r.Treatment.Controls[0] = "A.9.9" }, "/treatment/controls/0", isms.CodeControl},
		{"an action has an id", func(r *risk.Risk) { r.Treatment.Actions[0].ID = "" }, "/treatment/actions/0/id", isms.CodeID},
		{"an action id stands once", func(r *risk.Risk) { r.Treatment.Actions[1].ID = "a1" }, "/treatment/actions/1/id", isms.CodeDuplicate},
		{"an action has a title", func(r *risk.Risk) { r.Treatment.Actions[0].Title = nil }, "/treatment/actions/0/title", isms.CodeRequired},
		{"a person or role acts", func(r *risk.Risk) { r.Treatment.Actions[0].Owner.Kind = "asset" }, "/treatment/actions/0/owner", isms.CodeOwnerKind},
		{"an approval has a day", func(r *risk.Risk) { r.Treatment.Approval.On = isms.Date{} }, "/treatment/approval/on", isms.CodeRequired},
		{"an approval has an approver", func(r *risk.Risk) { r.Treatment.Approval.By = isms.Link{} }, "/treatment/approval/by", isms.CodeRequired},
		{"a person or role approves", func(r *risk.Risk) { r.Treatment.Approval.By.Kind = "asset" }, "/treatment/approval/by", isms.CodeOwnerKind},
		{"an acceptance has a day", func(r *risk.Risk) { r.Acceptance.On = isms.Date{} }, "/acceptance/on", isms.CodeRequired},
		{"an acceptance is somebody's", func(r *risk.Risk) { r.Acceptance.By = isms.Link{} }, "/acceptance/by", isms.CodeRequired},
		{"a person or role accepts", func(r *risk.Risk) { r.Acceptance.By.Kind = "asset" }, "/acceptance/by", isms.CodeOwnerKind},
		{"an acceptance ends after it began", func(r *risk.Risk) { r.Acceptance.Until = date("2026-01-11") }, "/acceptance/until", isms.CodeDateOrder},
		{"a threat is of the catalogue", func(r *risk.Risk) { r.Threats = []risk.ThreatID{"ransomware", "mitre:T1486", "demons"} }, "/threats/2", risk.CodeThreat},
		{"a threat is named once", func(r *risk.Risk) { r.Threats = []risk.ThreatID{"ransomware", "ransomware"} }, "/threats/1", isms.CodeDuplicate},
		{"a related record is named once", func(r *risk.Risk) {
			r.Related = []isms.Link{{Kind: "finding", ID: "f-1"}, {Kind: "finding", ID: "f-1"}}
		}, "/related/1", isms.CodeDuplicate},
		{"confidence is a rating", func(r *risk.Risk) { r.Current.Confidence = "sure" }, "/current/confidence", isms.CodeEnum},
		{"persons and roles take part", func(r *risk.Risk) { r.Current.Participants = []isms.Link{{Kind: "asset", ID: "x"}} }, "/current/participants/0", isms.CodeOwnerKind},
		{"each takes part once", func(r *risk.Risk) {
			r.Residual.Participants = []isms.Link{{Kind: "role", ID: "x"}, {Kind: "role", ID: "x"}}
		}, "/residual/participants/1", isms.CodeDuplicate},
		{"a cost is not negative", func(r *risk.Risk) { r.Treatment.Actions[1].Cost = risk.Money{Minor: -1, Currency: "EUR"} }, "/treatment/actions/1/cost/minor", isms.CodeRange},
		{"a cost has a limit", func(r *risk.Risk) {
			r.Treatment.Actions[1].Cost = risk.Money{Minor: 1_000_000_000_000_001, Currency: "EUR"}
		}, "/treatment/actions/1/cost/minor", isms.CodeRange},
		{"a cost has a currency", func(r *risk.Risk) { r.Treatment.Actions[1].Cost = risk.Money{Minor: 1} }, "/treatment/actions/1/cost/currency", risk.CodeCurrency},
		{"a currency is a code", func(r *risk.Risk) { r.Treatment.Actions[1].Cost = risk.Money{Minor: 1, Currency: "eur"} }, "/treatment/actions/1/cost/currency", risk.CodeCurrency},
		{"a plan has one currency", func(r *risk.Risk) {
			r.Treatment.Actions[0].Cost, r.Treatment.Actions[2].Cost = risk.Money{Minor: 1, Currency: "EUR"}, risk.Money{Minor: 1, Currency: "USD"}
		}, "/treatment/actions/2/cost/currency", risk.CodeMixed},
		{"what is open is closed first", func(r *risk.Risk) { r.Turns = []risk.Turn{turn(risk.Reopened, "2026-01-01")} }, "/turns/0/to", risk.CodeTransition},
		{"what is closed is opened next", func(r *risk.Risk) {
			r.Turns = []risk.Turn{turn(risk.Closed, "2026-01-01"), turn(risk.Closed, "2026-01-02")}
		}, "/turns/1/to", risk.CodeTransition},
		{"only these two are stated", func(r *risk.Risk) { r.Turns = []risk.Turn{turn(risk.Monitored, "2026-01-01")} }, "/turns/0/to", risk.CodeTransition},
		{"closed, opened and closed", func(r *risk.Risk) {
			r.Turns = []risk.Turn{turn(risk.Closed, "2026-01-01"), turn(risk.Reopened, "2026-01-02"), turn(risk.Closed, "2026-01-02")}
		}, "", ""},
		{"turns follow each other", func(r *risk.Risk) {
			r.Turns = []risk.Turn{turn(risk.Closed, "2026-01-02"), turn(risk.Reopened, "2026-01-01")}
		}, "/turns/1/on", isms.CodeDateOrder},
		{"a turn has a reason", func(r *risk.Risk) { r.Turns = []risk.Turn{{To: risk.Closed, On: date("2026-01-01")}} }, "/turns/0/reason", isms.CodeRequired},
		{"a turn has a day", func(r *risk.Risk) { r.Turns = []risk.Turn{{To: risk.Closed, Reason: isms.Plain("x")}} }, "/turns/0/on", isms.CodeRequired},
		{"the cadence of an acceptance has a unit", func(r *risk.Risk) { r.Acceptance.Every = isms.Cadence{Every: 1} }, "/acceptance/every", isms.CodeRange},
	} {
		r := whole()
		c.change(&r)
		problems := isms.Validate(r)
		switch got := codes(problems); {
		case c.want == "" && len(problems) > 0:
			t.Errorf("%s: Validate = %v, want none", c.rule, got)
		case c.want != "" && got[c.path] != c.want:
			t.Errorf("%s: Validate = %v, want %s at %s", c.rule, got, c.want, c.path)
		}
		for _, p := range problems {
			if en, nl := p.Code.Text(lang.EN, p.Args), p.Code.Text(lang.NL, p.Args); en == string(p.Code) || en == nl || bytes.ContainsRune([]byte(en+nl), '{') {
				t.Errorf("%s: texts %q and %q: want English and Dutch with every argument", p.Code, en, nl)
			}
		}
	}
}

func TestWordsAreBilingual(t *testing.T) {
	type labelled interface{ Label(lang.Lang) string }
	for _, w := range []labelled{
		risk.Confidentiality, risk.Integrity, risk.Availability,
		risk.Inherent, risk.Current, risk.Residual,
		risk.Mitigate, risk.Accept, risk.Transfer, risk.Avoid,
		risk.Identified, risk.Analysed, risk.Evaluated, risk.Planned, risk.InTreatment, risk.ResidualAccepted, risk.Monitored, risk.Closed, risk.Reopened,
		risk.Deliberate, risk.Accidental, risk.Environmental, risk.Organizing, risk.Threatens, risk.Helps,
		risk.AcceptancePurpose, risk.PlanPurpose,
		risk.NotAccepted, risk.AcceptanceValid, risk.AcceptanceLapsed, risk.AcceptanceOutdated,
	} {
		if en, nl := w.Label(lang.EN), w.Label(lang.NL); nl == "" || en == nl {
			t.Errorf("Label(%v) = %q and %q, want English and Dutch", w, en, nl)
		}
	}
}

func TestOptionTerms(t *testing.T) {
	for term, want := range map[string]risk.Option{
		"mitigate": risk.Mitigate, "Modify": risk.Mitigate, "accept": risk.Accept, "RETAIN": risk.Accept,
		"transfer": risk.Transfer, "share": risk.Transfer, "avoid": risk.Avoid,
	} {
		if got, err := risk.ParseOption(term); got != want || err != nil {
			t.Errorf("ParseOption(%q) = %q, %v, want %q", term, got, err, want)
		}
	}
	if got, err := risk.ParseOption("ignore"); err == nil {
		t.Errorf("ParseOption(ignore) = %q, want an error", got)
	}
	for o, want := range map[risk.Option]string{risk.Mitigate: "modify", risk.Accept: "retain", risk.Transfer: "share", risk.Avoid: "avoid"} {
		if got := o.Term(lang.EN); got != want {
			t.Errorf("%s.Term(en) = %q, want %q", o, got, want)
		}
	}
}

// The golden files are schema 1 as it was first stored. They never change: a
// new form is a new schema, with a migration from these.
func TestGoldenSchema1(t *testing.T) {
	golden(t, "testdata/risk.1.json", whole())
	golden(t, "testdata/methodology.1.json", risk.Matrix5())
	for _, k := range risk.Kinds() {
		if want := map[string]int{"risk": 2, "methodology": 2}[k.Name()]; k.Schema() != max(want, 1) {
			t.Errorf("schema of %s is %d: add its golden file", k.Name(), k.Schema())
		}
	}
}

func golden[T isms.Entity](t *testing.T, file string, v T) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
	var back T
	if err := json.Unmarshal(want, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v, back, cmpopts.EquateEmpty(), cmp.Comparer(isms.Date.Equal)); diff != "" {
		t.Errorf("%s read back (-want +got):\n%s", file, diff)
	}
}

// A day, a step, an option or a stage that was not set is not written, so it is
// never read as 0 or 0001-01-01.
func TestUnsetIsNotWritten(t *testing.T) {
	b, err := json.Marshal(risk.Risk{Common: isms.Common{ID: "x"}, Title: isms.Plain("x")})
	if want := `{"id":"x","title":"x"}`; err != nil || string(b) != want {
		t.Errorf("Marshal = %s, %v, want %s", b, err, want)
	}
}
