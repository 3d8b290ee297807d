package vuln_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
)

func TestState(t *testing.T) {
	by := isms.Link{Kind: "role", ID: "cio"}
	decided := func(s vuln.State) vuln.Decision { return vuln.Decision{State: s, By: by, On: date("2026-02-01")} }
	seen, gone := []vuln.Observation{{Source: "a"}}, []vuln.Observation{{Source: "a", Absent: "s-1"}}
	verified := []vuln.Observation{{Source: "a", Absent: "s-1", Verified: "s-2"}}
	until := func(day string) vuln.Acceptance {
		return vuln.Acceptance{By: by, On: date("2026-02-01"), Until: date(day), Justification: isms.Plain("isolated")}
	}
	nobody := until("2026-12-31")
	nobody.By = isms.Link{}
	reopened := date("2026-02-20")
	for name, c := range map[string]struct {
		finding vuln.Finding
		want    vuln.State
	}{
		"found":                        {vuln.Finding{Observations: seen}, vuln.New},
		"without a tool":               {vuln.Finding{}, vuln.New},
		"seen by one of two":           {vuln.Finding{Observations: append(gone, seen...)}, vuln.New},
		"seen no longer":               {vuln.Finding{Observations: gone}, vuln.NotObserved},
		"triaged":                      {vuln.Finding{Observations: seen, Decision: decided(vuln.Triaged)}, vuln.Triaged},
		"in remediation":               {vuln.Finding{Observations: seen, Decision: decided(vuln.InRemediation)}, vuln.InRemediation},
		"in remediation, and gone":     {vuln.Finding{Observations: gone, Decision: decided(vuln.InRemediation)}, vuln.NotObserved},
		"fixed, to be verified":        {vuln.Finding{Observations: seen, Decision: decided(vuln.Fixed)}, vuln.Mitigated},
		"fixed, says whoever found it": {vuln.Finding{Decision: decided(vuln.Fixed)}, vuln.Fixed},
		"mitigated, and gone":          {vuln.Finding{Observations: gone, Decision: decided(vuln.Mitigated)}, vuln.Fixed},
		"mitigated, no tool saw it":    {vuln.Finding{Decision: decided(vuln.Mitigated)}, vuln.Mitigated},
		"verified by one of two":       {vuln.Finding{Observations: append(slices.Clone(verified), gone...)}, vuln.NotObserved},
		"verified":                     {vuln.Finding{Observations: verified}, vuln.Fixed},
		"verified, and accepted":       {vuln.Finding{Observations: verified, Acceptance: until("2026-03-01")}, vuln.Fixed},
		"verified false positive":      {vuln.Finding{Observations: verified, Decision: decided(vuln.FalsePositive)}, vuln.FalsePositive},
		"back, nobody decided":         {vuln.Finding{Observations: seen, Reopened: reopened}, vuln.Reopened},
		"back, then triaged":           {vuln.Finding{Observations: seen, Reopened: date("2026-02-01"), Decision: decided(vuln.Triaged)}, vuln.Triaged},
		"mitigated, and back":          {vuln.Finding{Observations: seen, Reopened: reopened, Decision: decided(vuln.Mitigated)}, vuln.Reopened},
		"fixed, and gone":              {vuln.Finding{Observations: gone, Decision: decided(vuln.Fixed)}, vuln.Fixed},
		"fixed, and back":              {vuln.Finding{Observations: seen, Decision: decided(vuln.Fixed), Reopened: reopened}, vuln.Reopened},
		"fixed, back, and gone":        {vuln.Finding{Observations: gone, Decision: decided(vuln.Fixed), Reopened: reopened}, vuln.NotObserved},
		"false positive, and back":     {vuln.Finding{Observations: seen, Decision: decided(vuln.FalsePositive), Reopened: reopened}, vuln.FalsePositive},
		"not affected, and gone":       {vuln.Finding{Observations: gone, Decision: decided(vuln.NotAffected)}, vuln.NotAffected},
		"mitigated":                    {vuln.Finding{Observations: seen, Decision: decided(vuln.Mitigated)}, vuln.Mitigated},
		"accepted to the last day":     {vuln.Finding{Observations: seen, Acceptance: until("2026-03-01")}, vuln.Accepted},
		"accepted until yesterday":     {vuln.Finding{Observations: seen, Acceptance: until("2026-02-28")}, vuln.New},
		"accepted, and gone":           {vuln.Finding{Observations: gone, Acceptance: until("2026-03-01")}, vuln.Accepted},
		"accepted, then triaged":       {vuln.Finding{Observations: seen, Acceptance: until("2026-02-28"), Decision: decided(vuln.Triaged)}, vuln.Triaged},
		"accepted by nobody":           {vuln.Finding{Observations: seen, Acceptance: nobody}, vuln.New},
		"fixed while it was accepted":  {vuln.Finding{Observations: seen, Acceptance: until("2026-03-01"), Decision: decided(vuln.Fixed)}, vuln.Accepted},
		"an acceptance that begins later": {vuln.Finding{Observations: seen, Acceptance: func() vuln.Acceptance {
			a := until("2026-12-31")
			a.On = date("2026-03-02")
			return a
		}()}, vuln.New},
	} {
		if got := c.finding.State(date("2026-03-01")); got != c.want {
			t.Errorf("%s: State = %s, want %s", name, got, c.want)
		}
	}
}

func TestWordsHaveLabels(t *testing.T) {
	for _, s := range []vuln.State{
		vuln.New, vuln.Triaged, vuln.InRemediation, vuln.Reopened, vuln.NotObserved,
		vuln.Mitigated, vuln.Fixed, vuln.FalsePositive, vuln.NotAffected, vuln.Accepted,
	} {
		if en, nl := s.Label(lang.EN), s.Label(lang.NL); en == "" || nl == string(s) || nl == en && s != vuln.Mitigated {
			t.Errorf("Label(%s) = %q, %q", s, en, nl)
		}
	}
	for _, k := range []vuln.TreatmentKind{vuln.Patch, vuln.Configure, vuln.Isolate, vuln.SwitchOff, vuln.Replace, vuln.Accept, vuln.Transfer, vuln.Monitor} {
		if nl := k.Label(lang.NL); nl == string(k) || nl == k.Label(lang.EN) {
			t.Errorf("Label(%s) = %q", k, nl)
		}
	}
	for _, l := range []interface{ Label(l lang.Lang) string }{
		vuln.PenetrationTest, vuln.Retest, vuln.Unauthenticated, vuln.Authenticated,
		vuln.ChangeSoftware, vuln.ChangeTopology, vuln.ChangeConfiguration,
	} {
		if nl := l.Label(lang.NL); nl == "" || nl == l.Label(lang.EN) {
			t.Errorf("Label(%v) = %q", l, nl)
		}
	}
	for _, code := range []isms.Code{
		vuln.CodeIdentity, vuln.CodeRationale, vuln.CodeDays, vuln.CodeNeverScanned, vuln.CodeUndated, vuln.CodeOld, vuln.CodeIncomplete,
		vuln.CodeTransition, vuln.CodeClock, vuln.CodeJustification, vuln.CodeSilent, vuln.CodeClaim,
		vuln.CodeSeen, vuln.CodeLimited, vuln.CodeChanged, vuln.CodeFuture,
		vuln.CodeSamePlace, vuln.CodeSameAlias, vuln.CodeNoID, vuln.CodeNotUTF8, vuln.CodeOlder,
	} {
		if code.Text(lang.NL, nil) == string(code) || code.Text(lang.NL, nil) == code.Text(lang.EN, nil) {
			t.Errorf("%s has no text in both languages", code)
		}
	}
}
