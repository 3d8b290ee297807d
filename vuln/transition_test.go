package vuln_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
)

// causes are what moves a finding: a person decides or accepts, a scan sees it,
// no longer does or verifies that, or an acceptance begins or ends.
const (
	person = "p"
	byScan = "s"
	byTime = "t"
)

// life is all that the state of a finding hangs on.
type life struct {
	decision                 vuln.State
	seen                     int  // 0 never by a tool, 1 seen, 2 gone, 3 gone and verified
	again                    bool // seen again since the decision
	accepted, begins, passed bool
}

func (l life) state() vuln.State {
	by := isms.Link{Kind: "role", ID: "cio"}
	today := date("2026-03-01")
	f := vuln.Finding{Observations: [][]vuln.Observation{
		nil, {{Source: "a"}}, {{Source: "a", Absent: "s-1"}}, {{Source: "a", Absent: "s-1", Verified: "s-1"}},
	}[l.seen]}
	if l.decision != "" {
		f.Decision = vuln.Decision{State: l.decision, By: by, On: date("2026-02-01")}
	}
	if l.again {
		f.Reopened = date("2026-02-20")
	}
	if l.accepted {
		f.Acceptance = vuln.Acceptance{By: by, On: date("2026-02-01"), Until: date("2026-03-31"), Justification: isms.Plain("isolated")}
		switch {
		case l.passed:
			f.Acceptance.Until = date("2026-02-28")
		case l.begins:
			f.Acceptance.On = date("2026-03-02")
		}
	}
	return f.State(today)
}

// steps are the lives one step further, by cause.
func (l life) steps() map[string][]life {
	m := map[string][]life{}
	for _, d := range decisions() {
		if !slices.Contains(l.state().Next(), d) {
			continue
		}
		next := l
		next.decision, next.again = d, false // a decision answers what was seen before it
		m[person] = append(m[person], next)
	}
	next := l
	if s := l.state(); s.Open() || s == vuln.Accepted {
		next.accepted, next.begins, next.passed = true, false, false
		m[person] = append(m[person], next)
	}
	next.accepted = false
	m[person] = append(m[person], next)
	if l.seen > 0 {
		for seen := 1; seen <= 3; seen++ {
			next := l
			next.seen = seen
			if seen == 1 && (l.seen > 1 || l.decision == vuln.Fixed) {
				next.again = true
			}
			m[byScan] = append(m[byScan], next)
		}
	}
	if l.accepted {
		next := l
		if l.begins {
			next.begins = false
		} else {
			next.passed = true
		}
		m[byTime] = append(m[byTime], next)
	}
	return m
}

func decisions() []vuln.State {
	return []vuln.State{"", vuln.Triaged, vuln.InRemediation, vuln.Mitigated, vuln.Fixed, vuln.FalsePositive, vuln.NotAffected}
}

// way is from a state to another.
type way struct{ from, to vuln.State }

// ways walks through every life there is, and notes what leads from where to
// where.
func ways(t *testing.T) map[way]string {
	t.Helper()
	causes := map[way]string{}
	done, todo := map[life]bool{}, []life{{}, {seen: 1}, {seen: 1, accepted: true, begins: true}}
	for len(todo) > 0 {
		l := todo[0]
		todo = todo[1:]
		if done[l] {
			continue
		}
		done[l] = true
		for cause, list := range l.steps() {
			for _, next := range list {
				w := way{l.state(), next.state()}
				if w.from != w.to {
					next.check(t, cause, w)
					causes[w] += cause
				}
			}
			todo = append(todo, list...)
		}
	}
	return causes
}

// The table of testdata/transitions.txt is the whole life of a finding: every
// way from one state to another there is, and by what.
func TestTransitions(t *testing.T) {
	states := []vuln.State{
		vuln.New, vuln.Triaged, vuln.InRemediation, vuln.Mitigated, vuln.Reopened, vuln.NotObserved,
		vuln.Fixed, vuln.FalsePositive, vuln.NotAffected, vuln.Accepted,
	}
	causes := ways(t)
	var b strings.Builder
	b.WriteString("From a row to a column by p a person, s a scan, t time.\n\n" + strings.Repeat(" ", 16))
	for _, to := range states {
		b.WriteString(" " + string(to))
	}
	for _, from := range states {
		b.WriteString("\n" + string(from) + strings.Repeat(" ", 16-len(from)))
		for _, to := range states {
			cell := ""
			for _, cause := range []string{person, byScan, byTime} {
				if strings.Contains(causes[way{from, to}], cause) {
					cell += cause //nolint:perfsprint // three letters at most
				}
			}
			cell = cmp.Or(cell, ".")
			b.WriteString(" " + cell + strings.Repeat(" ", len(to)-len(cell)))
			delete(causes, way{from, to})
		}
	}
	if len(causes) > 0 {
		t.Errorf("ways to states that the table lacks: %v", causes)
	}
	golden.Check(t, "transitions.txt", strings.ReplaceAll(b.String(), " \n", "\n")+"\n")
}

// check tells what must never happen.
func (l life) check(t *testing.T, cause string, w way) {
	t.Helper()
	from, to := w.from, w.to
	there := l.seen == 1
	for what, wrong := range map[string]bool{
		"a scan judges":                              cause == byScan && (to == vuln.FalsePositive || to == vuln.NotAffected || to == vuln.Triaged && from != vuln.Accepted),
		"fixed while a tool sees it":                 to == vuln.Fixed && there,
		"closed because a tool no longer sees it":    cause == byScan && to == vuln.Fixed && l.seen == 2 && l.decision != vuln.Fixed && l.decision != vuln.Mitigated,
		"a verified one is open":                     l.seen == 3 && to.Open(),
		"accepted without an acceptance":             to == vuln.Accepted && (!l.accepted || l.passed || l.begins),
		"seen again, and closed all the same":        l.again && there && !to.Open() && to != vuln.Accepted && to != vuln.FalsePositive && to != vuln.NotAffected,
		"time closes more than an acceptance covers": cause == byTime && !to.Open() && to != vuln.Accepted,
	} {
		if wrong {
			t.Errorf("%s: %s to %s, %+v", what, from, to, l)
		}
	}
}
