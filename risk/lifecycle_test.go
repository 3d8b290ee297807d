package risk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func TestPhase(t *testing.T) {
	done := func(r *risk.Risk) {
		for i := range r.Treatment.Actions {
			r.Treatment.Actions[i].Done = date("2026-02-01")
		}
	}
	for _, c := range []struct {
		rule   string
		change func(*risk.Risk)
		want   risk.Phase
	}{
		{"found", func(r *risk.Risk) { r.Current = risk.Evaluation{} }, risk.Identified},
		{"half judged", func(r *risk.Risk) { r.Current.Impact = 0 }, risk.Identified},
		{"judged, with a methodology that is not at hand", func(r *risk.Risk) { r.Current.Methodology.Rev = 9 }, risk.Analysed},
		{"rated", func(r *risk.Risk) { r.Treatment = risk.Treatment{} }, risk.Evaluated},
		{"a plan that nobody approved", func(r *risk.Risk) { r.Treatment.Approval = isms.Approval{} }, risk.Planned},
		{"approved tomorrow", func(r *risk.Risk) { r.Treatment.Approval.On = date("2026-03-02") }, risk.Planned},
		{"approved, with open actions", func(*risk.Risk) {}, risk.InTreatment},
		{"actions done, a control of which nobody knows", func(r *risk.Risk) { done(r); r.Treatment.Controls[0] = "A.5.1" }, risk.InTreatment},
		{"carried out, not accepted", func(r *risk.Risk) { done(r); r.Acceptance = risk.Acceptance{} }, risk.InTreatment},
		{"carried out, the acceptance expired", func(r *risk.Risk) { done(r); r.Acceptance.Until = date("2026-02-01") }, risk.InTreatment},
		{"carried out, accepted and with a review to come", done, risk.Monitored},
		{"retained knowingly", func(r *risk.Risk) { r.Treatment = risk.Treatment{Options: []risk.Option{risk.Accept}} }, risk.Monitored},
		{"to be retained", func(r *risk.Risk) {
			r.Treatment, r.Acceptance = risk.Treatment{Options: []risk.Option{risk.Accept}}, risk.Acceptance{}
		}, risk.Planned},
		{"closed", func(r *risk.Risk) { r.Turns = []risk.Turn{turn(risk.Closed, "2026-03-01")} }, risk.Closed},
		{"closed tomorrow", func(r *risk.Risk) { r.Turns = []risk.Turn{turn(risk.Closed, "2026-03-02")} }, risk.InTreatment},
		{"opened again", func(r *risk.Risk) {
			r.Turns = []risk.Turn{turn(risk.Closed, "2026-02-01"), turn(risk.Reopened, "2026-02-02")}
		}, risk.Reopened},
		{"and judged since", func(r *risk.Risk) {
			r.Turns, r.Current.On = []risk.Turn{turn(risk.Closed, "2026-02-01"), turn(risk.Reopened, "2026-02-02")}, date("2026-02-03")
			r.Residual.On = date("2026-01-11")
		}, risk.InTreatment},
		{"and closed again", func(r *risk.Risk) {
			r.Turns = []risk.Turn{turn(risk.Closed, "2026-02-01"), turn(risk.Reopened, "2026-02-02"), turn(risk.Closed, "2026-02-03")}
		}, risk.Closed},
	} {
		r := whole()
		c.change(&r)
		in := risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{matrix5()}, Controls: []isms.Control{
			{Common: isms.Common{ID: "k1"}, Ref: "A.6.3", Implementation: isms.Implemented},
			{Common: isms.Common{ID: "k2"}, Ref: "A.5.14", Implementation: isms.Implemented},
		}}
		if got := risk.NewRegister(in, date("2026-03-01")).Rows[0].Phase; got != c.want {
			t.Errorf("%s: Phase = %s, want %s", c.rule, got, c.want)
		}
	}
	r := whole()
	r.Review, r.Treatment.Actions, r.Treatment.Controls = isms.Review{}, nil, nil
	m := matrix5()
	for i := range m.Bands {
		m.Bands[i].Review = isms.Cadence{}
	}
	in := risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{m}}
	if got := risk.NewRegister(in, date("2026-03-01")).Rows[0].Phase; got != risk.ResidualAccepted {
		t.Errorf("accepted, and no review planned: Phase = %s, want %s", got, risk.ResidualAccepted)
	}
}

// A turn that was recorded stays; the next is added to it.
func TestTurnsOnlyGrow(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	r := named("r", "", evaluation(1, 1))
	r.Turns = []risk.Turn{turn(risk.Closed, "2026-02-01")}
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	for rule, turns := range map[string][]risk.Turn{
		"dropped": nil,
		"redated": {turn(risk.Closed, "2026-02-02")},
		"swapped": {turn(risk.Closed, "2026-01-01"), turn(risk.Reopened, "2026-02-01")},
	} {
		changed := r
		changed.Turns = turns
		if got := codes(put(t, space, &changed)); got["/turns"] != risk.CodeRewritten {
			t.Errorf("%s: problems = %v, want %s", rule, got, risk.CodeRewritten)
		}
	}
	r.Turns = append(r.Turns, turn(risk.Reopened, "2026-02-02"))
	if p := put(t, space, &r); p != nil {
		t.Errorf("one more turn: %v, want no problem", p)
	}
}

func TestTriggers(t *testing.T) {
	at := func(day string, seq int64) isms.Recorded {
		when, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return isms.Recorded{At: when.Add(9 * time.Hour), Seq: seq}
	}
	finding, incident := isms.Link{Kind: "finding", ID: "f-1"}, isms.Link{Kind: "incident", ID: "i-1"}
	for _, c := range []struct {
		rule   string
		change func(r *risk.Risk, in *risk.Inputs)
		want   []risk.Trigger
	}{
		{"nothing happened", func(*risk.Risk, *risk.Inputs) {}, nil},
		{"the interval is over", func(r *risk.Risk, _ *risk.Inputs) {
			r.Review = isms.Review{Last: date("2026-01-10"), Every: isms.Cadence{Every: 1, Unit: isms.Months}}
		}, []risk.Trigger{{Reason: risk.ReassessInterval, On: date("2026-02-10")}}},
		{"nobody knows when it was judged", func(r *risk.Risk, _ *risk.Inputs) { r.Current.On = isms.Date{} }, []risk.Trigger{{Reason: risk.ReassessUndated}}},
		{"it was never judged", func(r *risk.Risk, _ *risk.Inputs) { r.Current = risk.Evaluation{} }, nil},
		{"it is closed", func(r *risk.Risk, in *risk.Inputs) {
			r.Turns = []risk.Turn{turn(risk.Closed, "2026-02-01")}
			in.Assets[0].Rev, in.Assets[0].Recorded = 2, at("2026-02-01", 30)
		}, nil},
		{"an asset changed", func(_ *risk.Risk, in *risk.Inputs) { in.Assets[0].Rev, in.Assets[0].Recorded = 2, at("2026-02-01", 30) }, []risk.Trigger{{risk.ReassessAsset, isms.Link{Kind: "asset", ID: "payroll"}, date("2026-02-01")}}},
		{"an asset was written down for the first time", func(_ *risk.Risk, in *risk.Inputs) { in.Assets[0].Rev, in.Assets[0].Recorded = 1, at("2026-02-01", 30) }, nil},
		{"on the same day, before the risk was written", func(_ *risk.Risk, in *risk.Inputs) { in.Assets[0].Rev, in.Assets[0].Recorded = 2, at("2026-01-10", 19) }, nil},
		{"on the same day, after it", func(_ *risk.Risk, in *risk.Inputs) { in.Assets[0].Rev, in.Assets[0].Recorded = 2, at("2026-01-10", 21) }, []risk.Trigger{{risk.ReassessAsset, isms.Link{Kind: "asset", ID: "payroll"}, date("2026-01-10")}}},
		{"a control changed", func(_ *risk.Risk, in *risk.Inputs) {
			in.Controls[0].Rev, in.Controls[0].Recorded = 2, at("2026-02-01", 30)
		}, []risk.Trigger{{risk.ReassessControl, isms.Link{Kind: "control", ID: "k1"}, date("2026-02-01")}}},
		{"another control did", func(_ *risk.Risk, in *risk.Inputs) {
			in.Controls[1].Rev, in.Controls[1].Recorded = 2, at("2026-02-01", 30)
		}, nil},
		{"an incident with the asset", func(_ *risk.Risk, in *risk.Inputs) {
			in.Events = []risk.Event{{Subject: incident, On: date("2026-02-01"), Assets: []isms.Ref[isms.Asset]{"payroll"}}}
		}, []risk.Trigger{{risk.ReassessEvent, incident, date("2026-02-01")}}},
		{"before it was judged", func(_ *risk.Risk, in *risk.Inputs) {
			in.Events = []risk.Event{{Subject: incident, On: date("2026-01-10"), Assets: []isms.Ref[isms.Asset]{"payroll"}}}
		}, nil},
		{"with another asset", func(_ *risk.Risk, in *risk.Inputs) {
			in.Events = []risk.Event{{Subject: incident, On: date("2026-02-01"), Assets: []isms.Ref[isms.Asset]{"crm"}}}
		}, nil},
		{"a finding that the risk names, and an incident that names the risk, each once", func(r *risk.Risk, in *risk.Inputs) {
			r.Related = []isms.Link{finding}
			in.Events = []risk.Event{
				{Subject: finding, On: date("2026-02-01"), Assets: []isms.Ref[isms.Asset]{"payroll"}},
				{Subject: incident, On: date("2026-02-02"), Risks: []isms.Link{{Kind: "risk", ID: "phishing", Rev: 2}}},
			}
		}, []risk.Trigger{{risk.ReassessEvent, finding, date("2026-02-01")}, {risk.ReassessEvent, incident, date("2026-02-02")}}},
	} {
		r := whole()
		r.Recorded = at("2026-01-10", 20)
		in := risk.Inputs{
			Methodologies: []risk.Methodology{matrix5()},
			Assets:        []isms.Asset{{Common: isms.Common{ID: "payroll"}}},
			Controls:      []isms.Control{{Common: isms.Common{ID: "k1"}, Ref: "A.6.3"}, {Common: isms.Common{ID: "k2"}, Ref: "A.8.1"}},
		}
		c.change(&r, &in)
		in.Risks = []risk.Risk{r}
		row := risk.NewRegister(in, date("2026-03-01")).Rows[0]
		if diff := cmp.Diff(c.want, row.Triggers, cmpopts.EquateComparable(isms.Date{})); diff != "" {
			t.Errorf("%s: Triggers (-want +got)\n%s", c.rule, diff)
		}
		for _, trigger := range row.Triggers {
			if en, nl := trigger.Text(lang.EN), trigger.Text(lang.NL); en == nl || strings.ContainsAny(en+nl, "{}") {
				t.Errorf("%s reads %q and %q", trigger.Reason, en, nl)
			}
		}
	}
}

// An incident in the store is a reason to look at the risks of its assets again.
func TestIncidentsAreEvents(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	r := named("r", "", evaluation(1, 1))
	r.Assets = []isms.Ref[isms.Asset]{"payroll"}
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	incidents := []isms.Incident{
		{Common: isms.Common{ID: "a", Occurred: date("2026-01-10")}, Title: isms.Plain("x"), Assets: r.Assets},
		{Common: isms.Common{ID: "b", Occurred: date("2026-02-10")}, Title: isms.Plain("x"), Assets: r.Assets},
		{Common: isms.Common{ID: "c"}, Title: isms.Plain("x"), Detected: time.Date(2026, 2, 11, 0, 0, 0, 0, time.UTC), Assets: r.Assets},
		{Common: isms.Common{ID: "d"}, Title: isms.Plain("x"), Related: []isms.Link{isms.LinkTo(r)}}, // recorded on 1 March
	}
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error {
		for i := range incidents {
			if err := isms.Incidents(tx).Put(&incidents[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var in risk.Inputs
	if err := space.View(t.Context(), func(tx *isms.Tx) error { in, err = risk.ReadInputs(tx); return err }); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range risk.NewRegister(in, date("2026-03-01")).Rows[0].Triggers {
		got = append(got, string(x.Reason)+" "+x.Subject.String()+" "+x.On.String())
	}
	want := []string{
		"risk/reassess-event incident/b 2026-02-10", "risk/reassess-event incident/c 2026-02-11", "risk/reassess-event incident/d 2026-03-01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Triggers = %v, want %v", got, want)
	}
}

// Evaluations are append-only: what a risk was judged to be before stays, with
// who recorded it and why.
func TestJudgements(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	r := named("r", "", evaluation(5, 5))
	r.Current.Confidence, r.Current.Participants = isms.Low, []isms.Link{cio}
	note := func(why string) {
		if err := space.Update(t.Context(), why, func(tx *isms.Tx) error { return risk.Risks(tx).Put(&r) }); err != nil {
			t.Fatal(err)
		}
	}
	note("workshop")
	r.Tags = []string{"x"}
	note("tagged")
	r.Current, r.Residual = evaluation(3, 5), evaluation(1, 5)
	note("after the test")
	r.Residual = risk.Evaluation{}
	note("taken back")
	err := space.View(t.Context(), func(tx *isms.Tx) error {
		list, err := risk.Judgements(risk.Risks(tx).History("r"))
		var got []string
		for _, j := range list {
			got = append(got, strings.Join([]string{string(j.Stage), matrix5().Rate(j.Evaluation).Band.ID, j.Recorded.By.String(), j.Recorded.Note}, " "))
		}
		want := []string{"current critical person:jan workshop", "current high person:jan after the test", "residual medium person:jan after the test", "residual  person:jan taken back"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Judgements (-want +got)\n%s", diff)
		}
		if list[0].Evaluation.Confidence != isms.Low || list[0].Rev != 1 || list[2].Rev != 3 {
			t.Errorf("Judgements = %+v, want the confidence and revisions 1 and 3", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
