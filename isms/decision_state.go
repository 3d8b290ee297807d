package isms

import (
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
)

// DecisionState is what a decision is worth on one day.
type DecisionState string

// The states of a decision. Only one in force counts.
const (
	DecisionProposed   DecisionState = "proposed"   // nobody approved yet
	DecisionIncomplete DecisionState = "incomplete" // some did
	DecisionInForce    DecisionState = "in-force"
	DecisionExpired    DecisionState = "expired"
	DecisionUndone     DecisionState = "undone" // the subject is no longer what was approved
	DecisionWithdrawn  DecisionState = "withdrawn"
)

// Label is the state in language l.
func (s DecisionState) Label(l lang.Lang) string { return lang.Word(l, "decision-state", string(s)) }

// Standing is the state of a decision on a day, and why.
type Standing struct {
	State   DecisionState
	Since   Date   // when it took effect; unset when it never did
	Until   Date   // the last day that it holds; unset without an end
	Missing []Link // who must still approve

	Reason Code // why, with Args: see Text
	Args   map[string]string
}

// Text says in language l why the decision has this state.
func (s Standing) Text(l lang.Lang) string { return s.Reason.Text(l, s.Args) }

// Why a decision has its state.
const (
	ReasonProposed   Code = "decision/proposed"
	ReasonIncomplete Code = "decision/incomplete"
	ReasonInForce    Code = "decision/in-force"
	ReasonExpired    Code = "decision/expired"
	ReasonChanged    Code = "decision/changed"
	ReasonGone       Code = "decision/gone"       // there is no subject any more
	ReasonLeavesOut  Code = "decision/leaves-out" // the hash does not cover all that is material
	ReasonWithdrawn  Code = "decision/withdrawn"
)

// On is the standing of the decision on a day. Subject is the record as it is
// then, nil when it is gone; its last review counts for the expiry. Approvals of
// a later day count for nothing yet. Linear in the size of the subject.
func (d Decision) On(day Date, subject Entity) Standing {
	return new(Examiner).On(d, day, subject)
}

// Examiner tells the standings of many decisions. It looks only once at each type
// of subject. The zero Examiner is ready; it belongs to one goroutine.
type Examiner struct {
	types map[subjectType]covered
}

type subjectType struct {
	t       reflect.Type
	purpose Purpose
}

// covered is what a type declares as cosmetic.
type covered struct {
	cosmetic []string
	leave    *paths
}

// On is [Decision.On].
func (x *Examiner) On(d Decision, day Date, subject Entity) Standing {
	s := Standing{Missing: d.missing(d.Approvals, day)}
	s.Since = d.effective(day)
	if !s.Since.IsZero() {
		s.Until = d.expires(s.Since, subject)
	}
	set := func(state DecisionState, reason Code, args ...string) Standing {
		s.State, s.Reason, s.Args = state, reason, map[string]string{"subject": d.Subject.String()}
		for i := 0; i+1 < len(args); i += 2 {
			s.Args[args[i]] = args[i+1]
		}
		return s
	}
	approvals := d.counted(day)
	switch reason, path := x.stale(d, subject); {
	case !d.Withdrawn.On.IsZero() && !d.Withdrawn.On.After(day):
		return set(DecisionWithdrawn, ReasonWithdrawn, "on", d.Withdrawn.On.String(), "by", d.Withdrawn.By.Link().String())
	case reason != "":
		return set(DecisionUndone, reason, "path", path)
	case approvals == 0:
		return set(DecisionProposed, ReasonProposed)
	case s.Since.IsZero():
		return set(DecisionIncomplete, ReasonIncomplete, "have", itoa(approvals), "want", itoa(d.Authority.persons()), "missing", joinLinks(s.Missing))
	case s.Until.Before(day):
		return set(DecisionExpired, ReasonExpired, "until", s.Until.String())
	default:
		return set(DecisionInForce, ReasonInForce, "since", s.Since.String())
	}
}

// persons is how many persons must approve.
func (a Authority) persons() int { return max(1, a.AtLeast, len(a.By)) }

// counted is how many approved up to a day.
func (d Decision) counted(day Date) int {
	n := 0
	for _, v := range d.Approvals {
		if !v.On.IsZero() && !v.On.After(day) {
			n++
		}
	}
	return n
}

// missing are those of the authority for whom nobody approved up to a day.
func (d Decision) missing(votes []Vote, day Date) []Link {
	var missing []Link
	for _, l := range d.Authority.By {
		if !slices.ContainsFunc(votes, func(v Vote) bool { return v.as() == l && !v.On.IsZero() && !v.On.After(day) }) {
			missing = append(missing, l)
		}
	}
	return missing
}

// effective is the first day, up to the given one, on which the authority was
// complete; unset when it is not.
func (d Decision) effective(day Date) Date {
	votes := slices.Clone(d.Approvals)
	slices.SortStableFunc(votes, func(a, b Vote) int { return a.On.Compare(b.On) })
	for _, v := range votes {
		if v.On.IsZero() || v.On.After(day) {
			continue
		}
		if d.counted(v.On) >= d.Authority.persons() && len(d.missing(votes, v.On)) == 0 {
			return v.On
		}
	}
	return Date{}
}

// expires is the last day of a decision that took effect on a day.
func (d Decision) expires(since Date, subject Entity) Date {
	if c := commonIn(subject); c != nil && c.Review.Last.After(since) {
		since = c.Review.Last
	}
	end := d.Every.Nth(since, 1)
	if end.IsZero() || d.Until.Before(end) {
		return d.Until
	}
	return end
}

// stale tells why the subject is not what the decision is about, with the member
// that the hash leaves out; "" when it is.
func (x *Examiner) stale(d Decision, subject Entity) (reason Code, path string) {
	c := commonIn(subject)
	if c == nil || c.ID != d.Subject.ID || subject.EntityKind() != d.Subject.Kind {
		return ReasonGone, ""
	}
	t := subjectType{reflect.TypeOf(subject), d.Purpose}
	declared, known := x.types[t]
	if !known {
		if x.types == nil {
			x.types = map[subjectType]covered{}
		}
		declared.cosmetic = cosmetic(subject, d.Purpose)
		declared.leave = immaterial(declared.cosmetic)
		x.types[t] = declared
	}
	leave := declared.leave
	if !slices.Equal(d.Cosmetic, declared.cosmetic) {
		for _, path := range d.Cosmetic {
			if !slices.Contains(declared.cosmetic, path) {
				return ReasonLeavesOut, path
			}
		}
		leave = immaterial(d.Cosmetic)
	}
	if data, err := marshal(subject); err != nil || hashJSON(data, leave) != d.Hash {
		return ReasonChanged, ""
	}
	return "", ""
}
