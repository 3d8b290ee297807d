package risk_test

import (
	"errors"
	"fmt"
	"log"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

var (
	cio  = isms.Link{Kind: "role", ID: "cio"}
	ciso = isms.Link{Kind: "role", ID: "ciso"}
)

// The owner of a risk accepts what remains of it, as it was shown; when the risk
// is evaluated otherwise, that is over.
func ExampleRisk_ProposeAcceptance() {
	m := risk.Matrix5()
	m.Rev = 1
	owner := isms.Link{Kind: "person", ID: "eva"}
	r := risk.Risk{
		Common:   isms.Common{ID: "laptop", Label: "R-2", Rev: 3, Recorded: isms.Recorded{Seq: 9}, Owner: owner},
		Title:    isms.Plain("Stolen laptop"),
		Residual: risk.Evaluation{Methodology: m.Pin(), Likelihood: 2, Impact: 2},
	}
	d := r.ProposeAcceptance("laptop-2026")
	d.Every = isms.Cadence{Every: 1, Unit: isms.Years}
	d.Approvals = []isms.Vote{{By: "eva", On: isms.Day(2026, 3, 1)}}
	if problems := isms.Validate(d); len(problems) > 0 {
		log.Fatal(problems)
	}
	show := func() {
		in := risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{m}, Decisions: []isms.Decision{d}}
		row := risk.NewRegister(in, isms.Day(2026, 6, 1)).Rows[0]
		fmt.Printf("%s: %s (%s)\n", row.Risk.Name(), row.Acceptance.Label(lang.EN), row.Accepting.Text(lang.EN))
	}
	show()
	r.Label = "R-002"
	show()
	r.Residual.Impact = 4
	show()
	// Output:
	// R-2: accepted (approved, in force since 2026-03-01)
	// R-002: accepted (approved, in force since 2026-03-01)
	// R-002: accepted before the risk changed (risk/laptop@3 has changed since in what matters)
}

// accepted is the state of a risk with decisions about it.
func registered(r risk.Risk, today string, decisions ...isms.Decision) risk.Row {
	in := risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{matrix5()}, Decisions: decisions}
	return risk.NewRegister(in, date(today)).Rows[0]
}

func stored() risk.Risk {
	r := whole()
	r.Rev, r.Recorded.Seq = 4, 40
	r.Acceptance, r.Treatment.Approval = risk.Acceptance{}, isms.Approval{}
	return r
}

func signed(d isms.Decision, votes ...isms.Vote) isms.Decision {
	d.Approvals = votes
	return d
}

func vote(by isms.Ref[isms.Individual], as isms.Link, on string) isms.Vote {
	return isms.Vote{By: by, As: as, On: date(on)}
}

// Accepted risks never go stale in silence (Probo #1726), and an expiry counts
// from the last review (CISO Assistant #4838).
func TestAcceptanceIsADecision(t *testing.T) {
	year := isms.Cadence{Every: 1, Unit: isms.Years}
	for _, c := range []struct {
		rule   string
		others []isms.Link
		votes  []isms.Vote
		change func(r *risk.Risk, d *isms.Decision)
		today  string
		want   risk.AcceptanceState
		until  string
	}{
		{"the owner accepted", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, nil, "2026-03-01", risk.AcceptanceValid, ""},
		{"not yet", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, nil, "2026-01-31", risk.NotAccepted, ""},
		{"nobody did", nil, nil, nil, "2026-03-01", risk.NotAccepted, ""},
		{"a second person does not replace the owner", []isms.Link{ciso}, []isms.Vote{vote("kim", ciso, "2026-02-01")}, nil, "2026-03-01", risk.NotAccepted, ""},
		{"the owner alone is not enough where another must", []isms.Link{ciso}, []isms.Vote{vote("eva", cio, "2026-02-01")}, nil, "2026-03-01", risk.NotAccepted, ""},
		{"both did", []isms.Link{ciso}, []isms.Vote{vote("eva", cio, "2026-02-01"), vote("kim", ciso, "2026-02-02")}, nil, "2026-03-01", risk.AcceptanceValid, ""},
		{"an authority without the owner is none", nil, []isms.Vote{vote("kim", ciso, "2026-02-01")}, func(_ *risk.Risk, d *isms.Decision) {
			d.Authority.By = []isms.Link{ciso}
		}, "2026-03-01", risk.NotAccepted, ""},
		{"it expires", nil, []isms.Vote{vote("eva", cio, "2025-01-31")}, func(r *risk.Risk, d *isms.Decision) { r.Review.Last, d.Every = isms.Date{}, year }, "2026-02-01", risk.AcceptanceLapsed, "2026-01-31"},
		{"counted from the last review", nil, []isms.Vote{vote("eva", cio, "2025-01-31")}, func(r *risk.Risk, d *isms.Decision) { r.Review.Last, d.Every = date("2025-12-01"), year }, "2026-02-01", risk.AcceptanceValid, "2026-12-01"},
		{"the residual risk was judged again", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Residual.Likelihood = 3 }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"with another methodology", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Residual.Methodology.Rev = 2 }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"the current risk was", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Current.Likelihood = 4 }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"a control was dropped", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Treatment.Controls = r.Treatment.Controls[:1] }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"the risk got another owner", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Owner = ciso }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"the scenario was rewritten", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Description = isms.Plain("another") }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"what is cosmetic changed", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) {
			r.Title, r.Tags, r.Review.Last, r.Rev = isms.Plain("Phish"), []string{"x"}, date("2026-02-20"), 9
			r.Residual.On, r.Treatment.Actions[1].Done = date("2026-02-20"), date("2026-02-20")
			r.Related = []isms.Link{{Kind: "finding", ID: "f-1"}}
			r.Treatment.Actions[1].Due, r.Treatment.Actions[1].Cost = date("2026-06-01"), risk.Money{Minor: 1, Currency: "EUR"}
		}, "2026-03-01", risk.AcceptanceValid, ""},
		{"a measure was swapped", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(r *risk.Risk, _ *isms.Decision) { r.Treatment.Actions[1].Title = isms.Plain("hope") }, "2026-03-01", risk.AcceptanceOutdated, ""},
		{"it was withdrawn", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(_ *risk.Risk, d *isms.Decision) { d.Withdrawn.On = date("2026-02-10") }, "2026-03-01", risk.NotAccepted, ""},
		{"it is for another purpose", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(_ *risk.Risk, d *isms.Decision) { d.Purpose = risk.PlanPurpose }, "2026-03-01", risk.NotAccepted, ""},
		{"it is about another risk", nil, []isms.Vote{vote("eva", cio, "2026-02-01")}, func(_ *risk.Risk, d *isms.Decision) { d.Subject.ID = "other" }, "2026-03-01", risk.NotAccepted, ""},
		{"without a decision, what was recorded before counts", nil, nil, func(r *risk.Risk, _ *isms.Decision) {
			r.Acceptance = risk.Acceptance{By: cio, On: date("2026-02-01"), Until: date("2026-12-31")}
		}, "2026-03-01", risk.AcceptanceValid, "2026-12-31"},
		{"once there was one, it does not", nil, []isms.Vote{vote("eva", cio, "2026-02-02")}, func(r *risk.Risk, d *isms.Decision) {
			r.Acceptance, d.Withdrawn.On = risk.Acceptance{By: cio, On: date("2026-02-01")}, date("2026-02-10")
		}, "2026-03-01", risk.NotAccepted, ""},
	} {
		r := stored()
		d := signed(r.ProposeAcceptance("d", c.others...), c.votes...)
		if c.change != nil {
			c.change(&r, &d)
		}
		row := registered(r, c.today, d)
		if row.Acceptance != c.want || row.AcceptedUntil.String() != c.until {
			t.Errorf("%s: %s until %s (%s), want %s until %s", c.rule, row.Acceptance, row.AcceptedUntil, row.Accepting.Reason, c.want, c.until)
		}
	}
}

// The plan is more than what remains: a later date or a higher cost asks for
// another approval of it, not for another acceptance.
func TestPlanIsADecision(t *testing.T) {
	for rule, c := range map[string]struct {
		change func(*risk.Risk)
		want   bool
	}{
		"as approved":   {func(*risk.Risk) {}, true},
		"progress":      {func(r *risk.Risk) { r.Treatment.Actions[1].Done = date("2026-02-20") }, true},
		"a later date":  {func(r *risk.Risk) { r.Treatment.Actions[1].Due = date("2026-06-01") }, false},
		"a higher cost": {func(r *risk.Risk) { r.Treatment.Actions[1].Cost = risk.Money{Minor: 1, Currency: "EUR"} }, false},
		"another actor": {func(r *risk.Risk) { r.Treatment.Actions[2].Owner = ciso }, false},
		"an option":     {func(r *risk.Risk) { r.Treatment.Options = []risk.Option{risk.Mitigate} }, false},
		"expectations":  {func(r *risk.Risk) { r.Residual.Impact = 1 }, false},
	} {
		r := stored()
		d := signed(r.ProposePlan("p"), vote("eva", cio, "2026-02-01"))
		c.change(&r)
		if row := registered(r, "2026-03-01", d); row.PlanApproved != c.want {
			t.Errorf("%s: PlanApproved = %t (%s), want %t", rule, row.PlanApproved, row.Approving.Reason, c.want)
		}
	}
}

// What was never assessed cannot be accepted.
func TestNothingToAccept(t *testing.T) {
	r := stored()
	r.Current, r.Residual = risk.Evaluation{}, risk.Evaluation{}
	row := registered(r, "2026-03-01", signed(r.ProposeAcceptance("d"), vote("eva", cio, "2026-02-01")))
	if row.Acceptance != risk.NotAccepted {
		t.Errorf("Acceptance of what is not assessed = %s, want none", row.Acceptance)
	}
}

// The methodology says who else must consent, and what may never be accepted.
func TestAcceptanceKeepsToTheMethodology(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(m *risk.Methodology, r *risk.Risk)
		others []isms.Link
		want   risk.AcceptanceState
		note   isms.Code
	}{
		{"the band asks for the owner alone", func(*risk.Methodology, *risk.Risk) {}, nil, risk.AcceptanceValid, ""},
		{"the band escalates", func(m *risk.Methodology, _ *risk.Risk) { m.Bands[1].Escalation = ciso }, nil, risk.NotAccepted, risk.NoteNoEscalation},
		{"and they consented", func(m *risk.Methodology, _ *risk.Risk) { m.Bands[1].Escalation = ciso }, []isms.Link{ciso}, risk.AcceptanceValid, ""},
		{"another band does", func(m *risk.Methodology, _ *risk.Risk) { m.Bands[2].Escalation = ciso }, nil, risk.AcceptanceValid, ""},
		{"the category escalates", func(m *risk.Methodology, r *risk.Risk) {
			m.Categories, r.Categories = []risk.Category{{ID: "privacy", Escalation: ciso}}, []string{"privacy"}
		}, nil, risk.NotAccepted, risk.NoteNoEscalation},
		{"it is above the tolerance", func(m *risk.Methodology, _ *risk.Risk) { m.TolerateUpTo = "low" }, nil, risk.NotAccepted, risk.NoteIntolerable},
		{"so it is without a decision", func(m *risk.Methodology, r *risk.Risk) {
			m.TolerateUpTo, r.Acceptance = "low", risk.Acceptance{By: cio, On: date("2026-02-01")}
		}, nil, risk.NotAccepted, risk.NoteIntolerable},
		{"its methodology is not at hand", func(m *risk.Methodology, _ *risk.Risk) { m.Rev = 9 }, nil, risk.NotAccepted, ""},
	} {
		r, m := stored(), matrix5()
		c.change(&m, &r)
		d := signed(r.ProposeAcceptance("d", c.others...), vote("eva", cio, "2026-02-01"))
		if len(c.others) > 0 {
			d.Approvals = append(d.Approvals, vote("kim", ciso, "2026-02-01"))
		}
		in := risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{m}, Decisions: []isms.Decision{d}}
		if !r.Acceptance.On.IsZero() {
			in.Decisions = nil
		}
		row := risk.NewRegister(in, date("2026-03-01")).Rows[0]
		if row.Acceptance != c.want || slices.Contains(row.Notes, c.note) != (c.note != "") {
			t.Errorf("%s: %s with notes %v, want %s with %q", c.rule, row.Acceptance, row.Notes, c.want, c.note)
		}
	}
}

// Of several decisions the one in force counts, else the last that took effect.
func TestWhichDecisionCounts(t *testing.T) {
	r := stored()
	old := r
	old.Residual.Likelihood = 1
	undone := signed(old.ProposeAcceptance("a"), vote("eva", cio, "2026-02-05"))
	valid := signed(r.ProposeAcceptance("b"), vote("eva", cio, "2026-02-01"))
	lapsed := valid
	lapsed.ID, lapsed.Until = "c", date("2026-02-10")
	pending := r.ProposeAcceptance("d")
	for _, c := range []struct {
		decisions []isms.Decision
		want      risk.AcceptanceState
	}{
		{[]isms.Decision{undone, valid, lapsed, pending}, risk.AcceptanceValid},
		{[]isms.Decision{pending, lapsed, valid, undone}, risk.AcceptanceValid},
		{[]isms.Decision{lapsed, undone, pending}, risk.AcceptanceOutdated},
		{[]isms.Decision{pending, lapsed}, risk.AcceptanceLapsed},
	} {
		if got := registered(r, "2026-03-01", c.decisions...).Acceptance; got != c.want {
			t.Errorf("of %d decisions, %s first: %s, want %s", len(c.decisions), c.decisions[0].ID, got, c.want)
		}
	}
}

// From the store: only the owner's role accepts, and a change afterwards undoes
// it, with who did what.
func TestAcceptanceInAStore(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	people(t, space)
	r := whole()
	r.Acceptance, r.Treatment.Approval = risk.Acceptance{}, isms.Approval{}
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	accept := func(who isms.Ref[isms.Individual], decisions ...*isms.Decision) error {
		return space.As(isms.Person(string(who))).Update(t.Context(), "accept", func(tx *isms.Tx) error {
			for _, d := range decisions {
				d.Approvals = []isms.Vote{vote(who, cio, "2026-02-01")}
				if err := isms.Decisions(tx).Put(d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	residual, plan := r.ProposeAcceptance("accept-1"), r.ProposePlan("plan-1")
	var problem *isms.ProblemError
	if err := accept("jan", &residual); !errors.As(err, &problem) || problem.Problems[0].Code != isms.CodeNotEntitled {
		t.Fatalf("accepted by somebody else: %v, want %s", err, isms.CodeNotEntitled)
	}
	if err := accept("eva", &residual, &plan); err != nil {
		t.Fatal(err)
	}
	check := func(want risk.AcceptanceState, approved bool, undoing string) {
		t.Helper()
		row, paths := registeredIn(t, space, residual)
		if row.Acceptance != want || row.PlanApproved != approved || paths != undoing {
			t.Errorf("Acceptance = %s, plan approved %t, undone by %q, want %s, %t, %q", row.Acceptance, row.PlanApproved, paths, want, approved, undoing)
		}
	}
	check(risk.AcceptanceValid, true, "")
	r.Treatment.Actions[1].Done, r.Residual.On = date("2026-02-10"), date("2026-02-10")
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	check(risk.AcceptanceValid, true, "")
	r.Residual.Likelihood = 4
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	check(risk.AcceptanceOutdated, false, "/residual/likelihood by person:jan")
}

// people lets eva hold the role that owns the risk.
func people(t *testing.T, space *isms.Space) {
	t.Helper()
	err := space.Update(t.Context(), "people", func(tx *isms.Tx) error {
		role, err := isms.Roles(tx).Get("cio")
		if err != nil {
			return err
		}
		role.Holders = []isms.Ref[isms.Individual]{"eva"}
		return errors.Join(
			isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "eva"}, Name: "Eva"}),
			isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "jan"}, Name: "Jan"}),
			isms.Roles(tx).Put(&role))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// registeredIn is the first row of the register of a space, and what undoes a
// decision.
func registeredIn(t *testing.T, space *isms.Space, d isms.Decision) (row risk.Row, undoing string) {
	t.Helper()
	err := space.View(t.Context(), func(tx *isms.Tx) error {
		in, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		row = risk.NewRegister(in, date("2026-03-01")).Rows[0]
		changes, err := d.Undoing(tx)
		var paths []string
		for _, c := range changes {
			paths = append(paths, c.Path+" by "+c.Recorded.By.String())
		}
		undoing = strings.Join(paths, ", ")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return row, undoing
}

func TestReportTellsWhy(t *testing.T) {
	r := stored()
	waiting := r.ProposeAcceptance("d", ciso)
	waiting.Approvals = []isms.Vote{vote("kim", ciso, "2026-02-01")}
	in := risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{matrix5()}, Decisions: []isms.Decision{waiting}, Roles: []isms.Role{{Common: isms.Common{ID: "cio"}, Title: isms.Text{"en": "Chief", "nl": "Hoofd"}}}}
	for l, want := range map[lang.Lang]string{
		lang.EN: "not accepted: approved by 1 of 2; still to approve: Chief",
		lang.NL: "niet geaccepteerd: goedgekeurd door 1 van 2; nog goed te keuren door: Hoofd",
	} {
		rows := table(t, risk.NewRegister(in, date("2026-03-01")).Report(l), "risks").Rows
		if got := cells(rows[0]); !strings.Contains(got, want) {
			t.Errorf("row = %s, want %q in it", got, want)
		}
	}
	plan := signed(r.ProposePlan("p"), vote("eva", cio, "2026-02-01"))
	in.Decisions = []isms.Decision{plan}
	row := table(t, risk.NewRegister(in, date("2026-03-01")).Report(lang.EN), "actions").Rows[0]
	if got := cells(row); !strings.HasSuffix(got, "| Chief | 2026-02-01") {
		t.Errorf("plan = %s, want it approved by the owner on 2026-02-01", got)
	}
	in.Decisions[0].Until = date("2026-02-10")
	row = table(t, risk.NewRegister(in, date("2026-03-01")).Report(lang.EN), "actions").Rows[0]
	if got := cells(row); !strings.HasSuffix(got, "| not approved: it held until 2026-02-10 | ") {
		t.Errorf("plan = %s, want it not approved", got)
	}
}
