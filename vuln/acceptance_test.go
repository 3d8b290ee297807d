package vuln_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

var (
	cioRole = isms.Link{Kind: "role", ID: "cio"}
	jan     = isms.Link{Kind: "person", ID: "jan"}
)

// outage is a risk of the role cio, and bear the exception of a finding as part
// of it, until 2026-06-30.
func outage() risk.Risk {
	return risk.Risk{Common: isms.Common{ID: "outage", Owner: cioRole}, Title: isms.Plain("Shop is down"), Assets: []isms.Ref[isms.Asset]{"shop"}}
}

// exploited is a catalogue that lists a vulnerability since a day.
func exploited(cve, since string) vuln.Feeds {
	return vuln.Feeds{KEVFeed: intel.KEVFeed{Released: date("2026-03-01").Time()}, KEV: map[string]intel.KEV{cve: {CVE: cve, Added: since}}}
}

func bear(in vuln.Inputs) vuln.Exception {
	rows := vuln.NewRegister(in, date("2026-02-01")).Rows
	return vuln.Exception{
		Common: isms.Common{ID: "old-tls"}, Title: isms.Plain("Old TLS"), Risk: "outage",
		Findings:      vuln.Bear(rows),
		Justification: isms.Plain("the vendor has no patch"), Compensation: isms.Plain("behind the proxy"), Until: date("2026-06-30"),
	}
}

func TestExceptionCheck(t *testing.T) {
	whole := bear(vuln.Inputs{Findings: []vuln.Finding{known(1, "2026-01-10")}})
	if err := isms.Validate(whole); err != nil {
		t.Errorf("Validate(whole) = %v", err)
	}
	for name, spoil := range map[string]func(*vuln.Exception){
		"title":         func(e *vuln.Exception) { e.Title = nil },
		"risk":          func(e *vuln.Exception) { e.Risk = "" },
		"findings":      func(e *vuln.Exception) { e.Findings = nil },
		"justification": func(e *vuln.Exception) { e.Justification = nil },
		"compensation":  func(e *vuln.Exception) { e.Compensation = nil },
		"until":         func(e *vuln.Exception) { e.Until = isms.Date{} },
		"findings/1":    func(e *vuln.Exception) { e.Findings = append(slices.Clone(e.Findings), e.Findings[0]) },
		"controls/0":    func(e *vuln.Exception) { e.Controls = []isms.ControlID{"A.9.99"} },
	} {
		e := whole
		spoil(&e)
		if isms.Validate(e) == nil {
			t.Errorf("without a good %s there is no problem", name)
		}
	}
}

// What the owner of the risk accepted holds until its last day, and no longer
// than what was accepted is what is there.
func TestRulings(t *testing.T) {
	f := known(1, "2026-01-10")
	f.Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Version: "3.1", Score: cvssScore("7.5")}}
	base := vuln.Inputs{Findings: []vuln.Finding{f}, Assets: assets()}
	vote := func(on string) isms.Vote { return isms.Vote{By: "jan", As: cioRole, On: date(on)} }
	for name, c := range map[string]struct {
		change func(in *vuln.PackInputs, e *vuln.Exception, d *isms.Decision)
		today  string
		holds  bool
		why    isms.Code
		state  vuln.State
	}{
		"accepted":             {nil, "2026-03-01", true, "", vuln.Accepted},
		"to the last day":      {nil, "2026-06-30", true, "", vuln.Accepted},
		"and no longer":        {nil, "2026-07-01", false, vuln.CodePastEnd, vuln.New},
		"not before the votes": {nil, "2026-02-01", false, "", vuln.New},
		"nobody was asked": {func(_ *vuln.PackInputs, _ *vuln.Exception, d *isms.Decision) {
			d.Purpose = "risk-acceptance"
		}, "2026-03-01", false, vuln.CodeNoDecision, vuln.New},
		"the owner was not asked": {func(_ *vuln.PackInputs, _ *vuln.Exception, d *isms.Decision) {
			d.Authority.By = []isms.Link{jan}
			d.Approvals[0].As = isms.Link{}
		}, "2026-03-01", false, vuln.CodeNotOwner, vuln.New},
		"the risk has another owner": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Risks[0].Owner = jan
		}, "2026-03-01", false, vuln.CodeNotOwner, vuln.New},
		"a risk without an owner": {func(in *vuln.PackInputs, _ *vuln.Exception, d *isms.Decision) {
			in.Risks[0].Owner = isms.Link{}
			d.Authority = isms.Authority{}
		}, "2026-03-01", false, vuln.CodeNotOwner, vuln.New},
		"there is no such risk": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Risks = nil
		}, "2026-03-01", false, vuln.CodeNoRisk, vuln.New},
		"a second approver adds": {func(_ *vuln.PackInputs, _ *vuln.Exception, d *isms.Decision) {
			d.Authority.By = append(d.Authority.By, isms.Link{Kind: "role", ID: "ciso"})
		}, "2026-03-01", false, "", vuln.New},
		"exploited since": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Feeds = exploited("CVE-2026-1", "2026-02-20")
		}, "2026-03-01", false, vuln.CodeExploited, vuln.New},
		"exploited later": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Feeds = exploited("CVE-2026-1", "2026-03-02")
		}, "2026-03-01", true, "", vuln.Accepted},
		"known to be exploited": {func(in *vuln.PackInputs, e *vuln.Exception, d *isms.Decision) {
			in.Feeds = exploited("CVE-2026-1", "2026-01-20")
			known := base
			known.Feeds = in.Feeds
			*e = bear(known)
			e.Rev = 1
			votes := d.Approvals
			*d = e.Propose("d", outage())
			d.Approvals = votes
		}, "2026-03-01", true, "", vuln.Accepted},
		"another name of it is exploited": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Aliases = []string{"CVE-2026-99"}
			in.Feeds = exploited("CVE-2026-99", "")
		}, "2026-03-01", false, vuln.CodeExploited, vuln.New},
		"its score rose": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Version: "3.1", Score: cvssScore("7.6")}}
		}, "2026-03-01", false, vuln.CodeWorse, vuln.New},
		"its score is gone": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Observations[0].Ratings = nil
		}, "2026-03-01", false, vuln.CodeWorse, vuln.New},
		"its score fell": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Version: "3.1", Score: cvssScore("7.0")}}
		}, "2026-03-01", true, "", vuln.Accepted},
		"its severity rose": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Observations[0].Severity = scan.SeverityCritical
		}, "2026-03-01", false, vuln.CodeWorse, vuln.New},
		"its score rose, though its severity fell": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Observations[0].Severity = scan.SeverityMedium
			in.Findings[0].Observations[0].Ratings = []vuln.Rating{{Source: "nvd", Version: "3.1", Score: cvssScore("9.1")}}
		}, "2026-03-01", false, vuln.CodeWorse, vuln.New},
		"changed after the approval": {func(_ *vuln.PackInputs, e *vuln.Exception, _ *isms.Decision) {
			e.Until = date("2027-06-30")
		}, "2026-03-01", false, "", vuln.New},
		"withdrawn": {func(_ *vuln.PackInputs, _ *vuln.Exception, d *isms.Decision) {
			d.Withdrawn.On = date("2026-02-20")
		}, "2026-03-01", false, "", vuln.New},
		"it was fixed": {func(in *vuln.PackInputs, _ *vuln.Exception, _ *isms.Decision) {
			in.Findings[0].Observations[0].Absent, in.Findings[0].Observations[0].Verified = "s-1", "s-1"
		}, "2026-03-01", true, "", vuln.Fixed},
		"recorded without a decision before": {func(in *vuln.PackInputs, _ *vuln.Exception, d *isms.Decision) {
			in.Findings[0].Acceptance = vuln.Acceptance{By: jan, On: date("2026-01-20"), Until: date("2026-12-31"), Justification: isms.Plain("so")}
			d.Withdrawn.On = date("2026-02-20")
		}, "2026-03-01", false, "", vuln.New},
	} {
		in := vuln.PackInputs{Inputs: base}
		in.Risks = []risk.Risk{outage()}
		in.Findings = []vuln.Finding{f}
		in.Findings[0].Observations = slices.Clone(f.Observations)
		e := bear(base)
		e.Rev = 1
		d := e.Propose("d", outage())
		d.Approvals = []isms.Vote{vote("2026-02-03")}
		if c.change != nil {
			c.change(&in, &e, &d)
		}
		in.Exceptions, in.Decisions = []vuln.Exception{e}, []isms.Decision{d}
		today := date(c.today)
		reg := vuln.NewRegister(in.Inputs, today)
		got := reg.Rulings[0]
		has := c.why == "" && len(got.Why) == 0 || slices.ContainsFunc(got.Why, func(p vuln.Point) bool { return p.Code == c.why })
		if got.Holds != c.holds || !has {
			t.Errorf("%s: holds %t because of %v (%s), want %t and %s", name, got.Holds, got.Why, got.Standing.State, c.holds, c.why)
		}
		if len(reg.Rows) == 0 && c.why == vuln.CodeFindingGone {
			continue
		}
		if state := reg.Rows[0].State; state != c.state {
			t.Errorf("%s: State = %s, want %s", name, state, c.state)
		}
	}
}

// The store lets the owner of the risk accept, and nobody else.
func TestAcceptanceInAStore(t *testing.T) {
	s := space(t)
	imported(t, s, at("2026-01-10", item("CVE-2026-1001", "a")), "2026-01-10")
	var e vuln.Exception
	r := outage()
	update(t, s, func(tx *isms.Tx) error {
		cio, err := isms.Roles(tx).Get("cio")
		if err != nil {
			return err
		}
		cio.Holders = []isms.Ref[isms.Individual]{"jan"}
		in, err := vuln.ReadInputs(tx)
		if err != nil {
			return err
		}
		e = bear(in)
		eva := isms.Individual{Common: isms.Common{ID: "eva"}, Name: "Eva"}
		return errors.Join(isms.Roles(tx).Put(&cio), isms.Persons(tx).Put(&eva), risk.Risks(tx).Put(&r), vuln.Exceptions(tx).Put(&e))
	})
	accept := func(who isms.Ref[isms.Individual], d *isms.Decision) error {
		return s.As(isms.Person(string(who))).Update(t.Context(), "accepted", func(tx *isms.Tx) error {
			d.Approvals = []isms.Vote{{By: who, As: cioRole, On: date("2026-02-03")}}
			return isms.Decisions(tx).Put(d)
		})
	}
	d := e.Propose("d", r)
	if err := accept("eva", &d); err == nil {
		t.Error("somebody who is not the owner accepted")
	}
	if err := accept("jan", &d); err != nil {
		t.Errorf("the owner cannot accept: %v", err)
	}
	view(t, s, func(tx *isms.Tx) error {
		in, err := vuln.ReadPackInputs(tx)
		p := vuln.NewPack(in, period("2026-01-01", "2026-03-01"))
		if p.Register.Rows[0].State != vuln.Accepted || !p.Register.Rulings[0].Holds {
			t.Errorf("accepted by its owner, it is %s; %+v", p.Register.Rows[0].State, p.Register.Rulings[0])
		}
		if a := p.Register.Rows[0].Finding.Acceptance; a.By != cioRole || a.Until != e.Until || a.On != date("2026-02-03") {
			t.Errorf("Acceptance = %+v", a)
		}
		return err
	})
}

// However many findings there are, each asset has one scenario, and one that is
// there is used.
func TestScenarios(t *testing.T) {
	var in vuln.PackInputs
	in.Assets = assets()
	in.Assets[0].Owner = cioRole
	for n := range 30 {
		in.Findings = append(in.Findings, known(n, "2026-01-10"))
	}
	mail := known(99, "2026-01-10")
	mail.Asset = "mail"
	mail.ID = vuln.ID(mail.Asset, mail.Vulnerability, "")
	in.Findings = append(in.Findings, mail, fixed(100, "2026-01-10", "2026-01-20"))
	rows := vuln.NewRegister(in.Inputs, date("2026-02-20")).Rows
	first := vuln.Scenarios(rows, in)
	counts := map[string]int{}
	for _, r := range first {
		counts[string(r.Assets[0])] = len(r.Related)
		if r.Current.Assessed() || r.Status != isms.Draft || isms.Validate(r) != nil {
			t.Errorf("%s is assessed, no draft, or not valid: %v", r.ID, isms.Validate(r))
		}
		if r.Assets[0] == "shop" && r.Owner != cioRole {
			t.Errorf("the owner is %s, want that of the asset", r.Owner)
		}
	}
	if diff := cmp.Diff(map[string]int{"shop": 30, "mail": 1}, counts); diff != "" {
		t.Errorf("findings of scenarios (-want +got)\n%s", diff)
	}
	in.Risks = first
	if again := vuln.Scenarios(rows, in); len(again) != 0 {
		t.Errorf("what is there is proposed again: %d risks", len(again))
	}
	in.Risks = []risk.Risk{outage()}
	in.Risks[0].Related = []isms.Link{isms.LinkTo(in.Findings[0])}
	for _, r := range vuln.Scenarios(rows, in) {
		if r.ID == "outage" && len(r.Related) != 30 || r.ID != "outage" && len(r.Related) != 1 {
			t.Errorf("risk %s relates to %d findings, want outage to have all of the shop", r.ID, len(r.Related))
		}
	}
}

// A finding of an exception belongs to the risk that its owner accepts.
func TestScenarioOfAnException(t *testing.T) {
	var in vuln.PackInputs
	in.Findings = []vuln.Finding{known(1, "2026-01-10"), known(2, "2026-01-10")}
	in.Risks, in.Exceptions = []risk.Risk{outage()}, []vuln.Exception{bear(vuln.Inputs{Findings: in.Findings[:1]})}
	list := vuln.Scenarios(vuln.NewRegister(in.Inputs, date("2026-02-20")).Rows, in)
	if len(list) != 2 || list[0].ID != "outage" || !slices.Equal(list[0].Related, []isms.Link{{Kind: "finding", ID: in.Findings[0].ID}}) || len(list[1].Related) != 1 {
		t.Errorf("Scenarios = %+v, want outage with the first finding, and a new risk with the other", list)
	}
}

func TestBreaches(t *testing.T) {
	critical := func(f vuln.Finding) vuln.Finding {
		f.Observations[0].Severity = scan.SeverityCritical // 7 days
		return f
	}
	accepted := critical(known(5, "2026-01-01"))
	accepted.Acceptance = vuln.Acceptance{By: cioRole, On: date("2026-01-02"), Until: date("2026-12-31"), Justification: isms.Plain("so")}
	unknown := known(6, "2026-01-01")
	unknown.Observations[0].Severity = scan.SeverityUnknown
	in := vuln.Inputs{Assets: assets(), Findings: []vuln.Finding{
		critical(known(1, "2026-01-01")), critical(known(2, "2026-02-20")), known(3, "2025-01-01"),
		critical(fixed(4, "2026-01-01", "2026-01-09")), accepted, unknown, critical(fixed(7, "2026-01-01", "2026-01-08")),
	}}
	r := vuln.NewRegister(in, date("2026-02-21"))
	proposed := vuln.Breaches(r, nil)
	var got []string
	for _, n := range proposed {
		if err := isms.Validate(n); err != nil || n.Occurred != date("2026-01-09") {
			t.Errorf("%s of %s: %v", n.ID, n.Occurred, err)
		}
		got = append(got, n.Title.In(lang.EN))
	}
	slices.Sort(got)
	want := []string{
		"CVE-2026-1 on Web shop was not dealt with by 2026-01-08",
		"CVE-2026-4 on Web shop was not dealt with by 2026-01-08",
		"CVE-2026-6 on Web shop was not dealt with by 2026-01-08",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Breaches (-want +got)\n%s", diff)
	}
	if again := vuln.Breaches(r, proposed); len(again) != 0 {
		t.Errorf("%d of them are proposed again", len(again))
	}
}

// A finding under two names is one: what is decided about it under the one ends
// what was recorded without a decision under the other.
func TestRulingsUnderOtherNames(t *testing.T) {
	f, other := known(1, "2026-01-10"), known(2, "2026-01-10")
	raw := vuln.Acceptance{By: jan, On: date("2026-01-20"), Until: date("2026-12-31"), Justification: isms.Plain("so")}
	in := vuln.Inputs{
		Findings: []vuln.Finding{f, other}, Assets: assets(), Risks: []risk.Risk{outage()},
		Aliases: []vuln.Alias{vuln.NewAlias(f.Vulnerability, other.Vulnerability, "nvd", date("2026-01-01"))},
	}
	in.Findings[0].Acceptance, in.Findings[1].Acceptance = raw, raw
	e := bear(in)
	e.Rev = 1
	d := e.Propose("d", outage())
	d.Approvals = []isms.Vote{{By: "jan", As: cioRole, On: date("2026-02-03")}}
	d.Withdrawn.On = date("2026-02-20")
	in.Exceptions, in.Decisions = []vuln.Exception{e}, []isms.Decision{d}
	rows := vuln.NewRegister(in, date("2026-03-01")).Rows
	if len(rows) != 1 || len(rows[0].Members) != 2 {
		t.Fatalf("%d rows, want one of two findings", len(rows))
	}
	if rows[0].State != vuln.New {
		t.Errorf("State = %s, want new: the decision was withdrawn", rows[0].State)
	}
}
