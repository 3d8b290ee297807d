package vuln_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
)

// refused are the codes of the problems for which a store refuses a change, by
// path.
func refused(tb tester, s *isms.Space, id string, change func(*vuln.Finding)) map[string]isms.Code {
	tb.Helper()
	err := s.Update(tb.Context(), "test", func(tx *isms.Tx) error {
		f, err := vuln.Findings(tx).Get(id)
		if err != nil {
			return err
		}
		change(&f)
		return vuln.Findings(tx).Put(&f)
	})
	list := map[string]isms.Code{}
	if problem, is := errors.AsType[*isms.ProblemError](err); is {
		for _, p := range problem.Problems {
			list[p.Path] = p.Code
		}
	} else if err != nil {
		tb.Fatal(err)
	}
	return list
}

// allStates are all the states there are.
func allStates() []vuln.State {
	return []vuln.State{
		vuln.New, vuln.Triaged, vuln.InRemediation, vuln.Mitigated, vuln.Reopened, vuln.NotObserved,
		vuln.Fixed, vuln.FalsePositive, vuln.NotAffected, vuln.Accepted,
	}
}

// From each state somebody may decide what the table says, and a store refuses
// the rest and names what it would take.
func TestStoreRefusesOtherTransitions(t *testing.T) {
	open := []vuln.State{vuln.Triaged, vuln.InRemediation, vuln.Mitigated, vuln.Fixed, vuln.FalsePositive, vuln.NotAffected}
	again := func(s vuln.State) []vuln.State { return []vuln.State{vuln.Triaged, vuln.InRemediation, s} }
	want := map[vuln.State][]vuln.State{
		vuln.New: open, vuln.Triaged: open, vuln.InRemediation: open, vuln.Mitigated: open, vuln.Reopened: open, vuln.NotObserved: open, vuln.Accepted: open,
		vuln.Fixed: again(vuln.Fixed), vuln.FalsePositive: again(vuln.FalsePositive), vuln.NotAffected: again(vuln.NotAffected),
	}
	for _, from := range allStates() {
		if diff := cmp.Diff(want[from], from.Next()); diff != "" {
			t.Errorf("Next(%s) (-want +got)\n%s", from, diff)
		}
	}
	by := func(to vuln.State, on string) vuln.Decision {
		return vuln.Decision{State: to, By: jan, On: date(on), Rationale: isms.Plain("so")}
	}
	for _, from := range []vuln.State{vuln.Triaged, vuln.InRemediation, vuln.Mitigated, vuln.FalsePositive, vuln.NotAffected} {
		for _, to := range decisions() {
			s := space(t)
			id := idIn(t, s, "2026-02-01")
			change(t, s, id, func(f *vuln.Finding) { f.Decision = by(from, "2026-02-02") })
			got := refused(t, s, id, func(f *vuln.Finding) {
				f.Decision = by(to, "2026-02-03")
				if to == "" {
					f.Decision = vuln.Decision{}
				}
			})
			wrong := map[string]isms.Code{}
			if !slices.Contains(append(want[from], from), to) {
				wrong["/decision/state"] = vuln.CodeTransition
			}
			if diff := cmp.Diff(wrong, got); diff != "" {
				t.Errorf("%s to %q (-want +got)\n%s", from, to, diff)
			}
		}
	}
}

// idIn imports one finding.
func idIn(tb tester, s *isms.Space, day string) string {
	tb.Helper()
	first, _ := imported(tb, s, at(day, item("CVE-2026-1001", "a")), day)
	return first.Created[0]
}

// What a scan verified as fixed is taken up again before it is anything else, nor
// can it be accepted; what is open can.
func TestFixedIsNoFalsePositive(t *testing.T) {
	s := space(t)
	id := idIn(t, s, "2026-02-01")
	accept := func(on string) func(*vuln.Finding) {
		return func(f *vuln.Finding) {
			f.Acceptance = vuln.Acceptance{By: cioRole, On: date(on), Until: date("2026-12-31"), Justification: isms.Plain("so")}
		}
	}
	examined(t, s, at("2026-02-08"), "2026-02-08", vuln.Extent{Closes: true})
	for name, x := range map[string]struct {
		change func(*vuln.Finding)
		want   map[string]isms.Code
	}{
		"false positive": {func(f *vuln.Finding) { *f = decided(*f, vuln.FalsePositive, "2026-02-09") }, map[string]isms.Code{"/decision/state": vuln.CodeTransition}},
		"accepted":       {accept("2026-02-09"), map[string]isms.Code{"/acceptance": vuln.CodeTransition}},
		"known later":    {func(f *vuln.Finding) { f.FirstKnown = date("2026-02-02") }, map[string]isms.Code{"/firstKnown": vuln.CodeClock}},
		"elsewhere":      {func(f *vuln.Finding) { f.Location = "else" }, map[string]isms.Code{"/id": vuln.CodeIdentity}},
		"on another":     {func(f *vuln.Finding) { f.Asset = "mail" }, map[string]isms.Code{"/id": vuln.CodeIdentity}},
		"something else": {func(f *vuln.Finding) { f.Vulnerability = "CVE-2026-1" }, map[string]isms.Code{"/id": vuln.CodeIdentity}},
	} {
		if diff := cmp.Diff(x.want, refused(t, s, id, x.change)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	change(t, s, id, func(f *vuln.Finding) { f.FirstKnown = date("2026-01-31") }) // earlier it may be
	imported(t, s, at("2026-02-10", item("CVE-2026-1001", "a")), "2026-02-10")
	change(t, s, id, accept("2026-02-11"))
	change(t, s, id, accept("2026-02-12")) // prolonged while it is accepted
	if f := finding(t, s, id); f.State(date("2026-02-12")) != vuln.Accepted || f.FirstKnown != date("2026-01-31") {
		t.Errorf("reopened and accepted: %s, known %s", f.State(date("2026-02-12")), f.FirstKnown)
	}
	err := s.Update(t.Context(), "test", func(tx *isms.Tx) error {
		f, err := vuln.Findings(tx).Get(id)
		f.FirstKnown = date("2026-02-09")
		return errors.Join(err, vuln.Findings(tx).Put(&f))
	})
	if problem, is := errors.AsType[*isms.ProblemError](err); !is || problem.Problems[0].Args["have"] != "2026-01-31" {
		t.Errorf("known later: %v, want it refused with the day it is known since", err)
	}
}

// A justification is one of the five words, and of what is not affected only.
func TestJustifications(t *testing.T) {
	for name, c := range map[string]struct {
		state vuln.State
		why   vuln.Justification
		want  map[string]isms.Code
	}{
		"none":           {vuln.NotAffected, "", map[string]isms.Code{}},
		"not affected":   {vuln.NotAffected, vuln.CodeNotExecuted, map[string]isms.Code{}},
		"false positive": {vuln.FalsePositive, vuln.ComponentNotPresent, map[string]isms.Code{}},
		"another word":   {vuln.NotAffected, "trust_us", map[string]isms.Code{"/decision/justification": isms.CodeEnum}},
		"of a fix":       {vuln.Fixed, vuln.AlreadyMitigated, map[string]isms.Code{"/decision/justification": vuln.CodeJustification}},
		"of nothing":     {"", vuln.CodeNotPresent, map[string]isms.Code{"/decision/state": isms.CodeRequired}},
	} {
		f := known(1, "2026-02-01")
		if c.state != "" {
			f = decided(f, c.state, "2026-02-02")
		}
		f.Decision.Justification = c.why
		got := map[string]isms.Code{}
		for _, p := range isms.Validate(f) {
			got[p.Path] = p.Code
		}
		if !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for _, j := range []vuln.Justification{vuln.ComponentNotPresent, vuln.CodeNotPresent, vuln.CodeNotExecuted, vuln.CodeNotControlled, vuln.AlreadyMitigated} {
		if nl := j.Label(lang.NL); nl == "" || nl == j.Label(lang.EN) || nl == string(j) {
			t.Errorf("Label(%s) = %q", j, nl)
		}
	}
}
