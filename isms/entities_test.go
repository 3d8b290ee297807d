package isms_test

import (
	"errors"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"pgregory.net/rapid"
)

// entityCases are the problems of entities of clauses 4 to 10 on their own.
func entityCases() []problemCase {
	text := isms.Plain("x")
	asset := isms.Link{Kind: "asset", ID: "a"}
	ciso := isms.Link{Kind: "role", ID: "ciso"}
	given := isms.Approval{By: ciso, On: day(1)}
	check := func(rule string, got []isms.Problem, want ...string) problemCase { return problemCase{rule, got, want} }
	return []problemCase{
		check("what does not matter has a reason", isms.Validate(isms.Issue{Common: named("i"), Title: text, About: isms.ClimateChange, Relevance: isms.NotRelevant}), "/reason isms/required"),
		check("an issue has a title and known words", isms.Validate(isms.Issue{Common: named("i"), Side: "up", About: "x", Relevance: "x", Bearing: "x", Leads: []isms.Link{{}}}),
			"/title isms/required", "/side isms/enum", "/about isms/enum", "/relevance isms/enum", "/bearing isms/enum", "/leads/0 isms/required"),
		check("a party has a title", isms.Validate(isms.Party{Common: named("p"), Type: "x", Side: "x"}), "/title isms/required", "/type isms/enum", "/side isms/enum"),
		check("feedback leads somewhere once", isms.Validate(isms.Feedback{Common: named("f"), Leads: []isms.Link{ciso, ciso}}), "/title isms/required", "/leads/1 isms/duplicate"),
		check("what is addressed elsewhere is said where", isms.Validate(isms.Requirement{Common: named("q"), Title: text, Type: isms.RequirementLaw, Addressed: isms.Elsewhere}), "/how isms/required"),
		check("a process does not feed itself", isms.Validate(isms.Process{Common: named("p"), Title: text, Type: "x", Feeds: []isms.Ref[isms.Process]{"p"}}), "/type isms/enum", "/feeds/0 isms/link"),
		check("top management is people", isms.Validate(isms.Commitment{Common: named("m"), Title: text, By: asset, Grounds: []isms.Ground{"x"}}),
			"/type isms/required", "/by isms/owner-kind", "/grounds/0 isms/enum"),
		check("a document is acknowledged, by somebody, some day", isms.Validate(isms.Acknowledgement{Common: named("k"), Document: asset}),
			"/document isms/link", "/person isms/required", "/occurred isms/required"),
		check("work has an id and a title", isms.Validate(isms.Objective{Common: named("o"), Title: text, Work: []isms.Work{{ID: "a", Title: text}, {ID: "a"}}}),
			"/work/1/id isms/duplicate", "/work/1/title isms/required"),
		check("an end has a result", isms.Validate(isms.Objective{Common: named("o"), Title: text, State: isms.ObjectiveMissed}), "/result isms/required"),
		check("a target has a direction and is a number", isms.Validate(isms.Metric{Common: named("m"), Title: text, Target: "1e3"}), "/target isms/number", "/better isms/required"),
		check("a measurement has a metric, a value and a day", isms.Validate(isms.Measurement{Common: named("m"), Value: "01", Replaces: "m"}),
			"/metric isms/required", "/occurred isms/required", "/value isms/number", "/replaces isms/link"),
		check("nobody changes anything without leave", isms.Validate(isms.ChangeRequest{Common: named("c"), Title: text, Type: isms.ChangeSystem, State: isms.ChangeMade}),
			"/decided isms/required", "/done isms/required"),
		check("but what was not intended had none", isms.Validate(isms.ChangeRequest{Common: named("c"), Title: text, Type: isms.ChangeSystem, State: isms.ChangeMade, Unintended: true, Done: day(1)})),
		check("a rejection is decided", isms.Validate(isms.ChangeRequest{Common: named("c"), Title: text, Type: isms.ChangeISMS, State: isms.ChangeRejected}), "/decided isms/required"),
		check("an improvement that is done has a result", isms.Validate(isms.Improvement{Common: named("i"), Title: text, State: isms.ImprovementDone}), "/result isms/required"),
		check("an exception is from something, and ends", isms.Validate(isms.Exception{Common: named("x"), Title: text, Reason: text}), "/until isms/required", " isms/required"),
		check("and not before it began", isms.Validate(isms.Exception{Common: named("x"), Title: text, Reason: text, Controls: []isms.ControlID{"A.8.1"}, Approval: isms.Approval{By: ciso, On: day(9)}, Until: day(8)}), "/until isms/date-order"),
		check("a competence is of a role", isms.Validate(isms.Qualification{Common: named("q"), Person: "p", Title: text, Competence: "c"}), "/role isms/required"),
		check("a role's competences have titles", isms.Validate(isms.Role{Common: named("r"), Title: text, Competences: []isms.Competence{{ID: "a"}}}), "/competences/0/title isms/required"),
		check("a score is a percentage of a test", isms.Validate(isms.Training{Common: named("t"), Title: text, PassMark: 101, Attendance: []isms.Attendance{{Person: "p", Score: 50}, {Person: "p", Tested: true, Score: -1}}}),
			"/passMark isms/range", "/attendance/0/tested isms/required", "/attendance/1/person isms/duplicate", "/attendance/1/score isms/range"),
		check("what was told was told some day", isms.Validate(isms.Communication{Common: named("c"), Title: text, Told: []isms.Told{{}}}), "/told/0/on isms/required"),
		check("services and assurance have ids", isms.Validate(isms.Supplier{Common: named("s"), Title: text, Services: []isms.SuppliedService{{Title: text}}, Assurance: []isms.Assurance{{ID: "a", UserControls: []isms.UserControl{{}}}}}),
			"/services/0/id isms/id", "/assurance/0/type isms/required", "/assurance/0/userControls/0/title isms/required"),
		check("access that was given was approved", isms.Validate(isms.AccessRequest{Common: named("a"), Person: "p", Type: isms.AccessGrant, Rights: text, State: isms.AccessDone}), "/decided isms/required", "/done isms/required"),
		check("but taking it away needs no leave", isms.Validate(isms.AccessRequest{Common: named("a"), Person: "p", Type: isms.AccessRevoke, Rights: text, State: isms.AccessDone, Done: day(1)})),
		check("no more is removed than looked at", isms.Validate(isms.AccessReview{Common: named("a"), Title: text, Looked: 2, Removed: 3}), "/removed isms/range"),
		check("a configuration is of an asset", isms.Validate(isms.Configuration{Common: named("c"), Title: text, Deviations: []isms.Deviation{{}}}), "/asset isms/required", "/deviations/0/what isms/required"),
		check("a sample is of the population, and failures are of the sample", isms.Validate(isms.ControlTest{Common: isms.Common{ID: "t", Occurred: day(1)}, Control: "A.9.9", Population: 10, Sample: 11, Failures: 12}),
			"/control isms/control-id", "/sample isms/range", "/failures isms/range"),
		check("nothing is back later than can be borne", isms.Validate(isms.ImpactAnalysis{Common: named("b"), Process: "p", TolerableHours: 4, RecoveryHours: 5, LossHours: -1}), "/lossHours isms/range", "/recoveryHours isms/range"),
		check("a plan has a title", isms.Validate(isms.ContinuityPlan{Common: named("p"), RecoveryHours: -1}), "/title isms/required", "/recoveryHours isms/range"),
		check("an effect is of an exercise that was held", isms.Validate(isms.Exercise{Common: named("e"), Title: text, Type: isms.ExerciseRestore, Effect: isms.Effective}), "/occurred isms/required"),
		check("a contact is of some type", isms.Validate(isms.Contact{Common: named("c"), Title: text}), "/type isms/required"),
		check("people meet", isms.Validate(isms.Meeting{Common: named("m"), Title: text, Participants: []isms.Link{asset, {}}}), "/participants/0 isms/owner-kind", "/participants/1 isms/required"),
		check("a verdict is somebody's, and an incident is on record", isms.Validate(isms.Event{Common: named("e"), Title: text, Verdict: isms.EventIncident}), "/assessed isms/required", "/incident isms/required"),
		check("a moment is some time, and says what", isms.Validate(isms.Incident{Common: named("i"), Title: text, Timeline: []isms.Moment{{}}, Notified: []isms.Notification{{To: "x", At: time.Unix(0, 0), For: "x"}}}),
			"/timeline/0/at isms/required", "/timeline/0/what isms/required", "/notified/0/for isms/enum"),
		check("who must read a document is people, and it is kept for some time", isms.Validate(isms.Document{Common: named("d"), Title: text, Type: isms.DocumentPolicy, For: []isms.Link{asset}, Retain: isms.Cadence{Every: -1, Unit: isms.Years}}),
			"/for/0 isms/owner-kind", "/retain isms/range"),
		check("and so is evidence", isms.Validate(isms.Evidence{Common: named("e"), Title: text, Type: isms.EvidenceLog, Retain: isms.Cadence{Every: -1, Unit: isms.Years}}), "/retain isms/range"),
		check("a whole event is fine", isms.Validate(isms.Event{Common: named("e"), Title: text, Verdict: isms.EventHarmless, Assessed: given})),
	}
}

func TestEntities(t *testing.T) {
	for _, c := range entityCases() {
		t.Run(c.rule, func(t *testing.T) {
			if diff := cmp.Diff(c.want, found(c.got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// moves puts a value in one state and then in another, and returns the words of
// those that the store allows after a refusal.
func moves[T isms.Entity, S ~string](t *testing.T, in func(*isms.Tx) isms.Collection[T], of func(S) T, from, to S) (allowed string, refused bool) {
	t.Helper()
	s := newSpace()
	ciso, ann := role("ciso"), isms.Individual{Common: named("ann"), Name: "Ann"}
	put(t, s, isms.Roles, &ciso)
	put(t, s, isms.Persons, &ann)
	first := of(from)
	put(t, s, in, &first)
	next := of(to)
	reflect.ValueOf(&next).Elem().FieldByName("Common").FieldByName("Rev").SetInt(1)
	err := s.Update(t.Context(), "", func(tx *isms.Tx) error { return in(tx).Put(&next) })
	if err == nil {
		return "", false
	}
	bad, ok := errors.AsType[*isms.ProblemError](err)
	if !ok || len(bad.Problems) != 1 || bad.Problems[0].Code != isms.CodeTransition || bad.Problems[0].Path != "/state" || bad.Problems[0].Subject.IsZero() {
		t.Fatalf("from %q to %q: error = %v, want one problem with the state", from, to, err)
	}
	return bad.Problems[0].Args["want"], true
}

// lifecycle tries every pair of states, and none, against the table.
func lifecycle[T isms.Entity, S interface { //nolint:gocognit // two loops over a table
	~string
	Next() []S
	Label(lang.Lang) string
}](t *testing.T, in func(*isms.Tx) isms.Collection[T], of func(S) T, states ...S) {
	t.Helper()
	t.Run(of(states[0]).EntityKind(), func(t *testing.T) {
		for _, from := range append([]S{""}, states...) {
			for _, to := range append([]S{""}, states...) {
				want := from == "" || from == to || slices.Contains(from.Next(), to)
				allowed, refused := moves(t, in, of, from, to)
				if refused == want {
					t.Errorf("from %q to %q: refused = %t, want %t", from, to, refused, !want)
				}
				for _, next := range from.Next() {
					if refused && !slices.Contains(splitWords(allowed), string(next)) {
						t.Errorf("from %q to %q: the problem allows %q, want %q named", from, to, allowed, next)
					}
				}
			}
			if from != "" && (from.Label(lang.EN) == string(from) && from.Label(lang.NL) == string(from)) {
				t.Errorf("state %q has no label", from)
			}
		}
	})
}

func splitWords(s string) (words []string) {
	for s != "" {
		i := 0
		for i < len(s) && s[i] != ',' {
			i++
		}
		words = append(words, s[:i])
		s = s[min(len(s), i+2):]
	}
	return words
}

// Every change of state outside its table is refused, with a problem that names
// those that are allowed.
func TestLifecycles(t *testing.T) {
	text := isms.Plain("x")
	given := isms.Approval{By: isms.Link{Kind: "role", ID: "ciso"}, On: day(1)}
	lifecycle(t, isms.Objectives, func(s isms.ObjectiveState) isms.Objective {
		return isms.Objective{Common: named("o"), Title: text, State: s, Result: text}
	}, isms.ObjectivePlanned, isms.ObjectivePursued, isms.ObjectiveReached, isms.ObjectiveMissed, isms.ObjectiveGivenUp)
	lifecycle(t, isms.ChangeRequests, func(s isms.ChangeState) isms.ChangeRequest {
		return isms.ChangeRequest{Common: named("o"), Title: text, Type: isms.ChangeISMS, State: s, Decided: given, Done: day(2), Result: text}
	}, isms.ChangeProposed, isms.ChangeApproved, isms.ChangeRejected, isms.ChangeMade, isms.ChangeTakenBack, isms.ChangeLookedBack)
	lifecycle(t, isms.Improvements, func(s isms.ImprovementState) isms.Improvement {
		return isms.Improvement{Common: named("o"), Title: text, State: s, Result: text}
	}, isms.ImprovementProposed, isms.ImprovementTaken, isms.ImprovementDone, isms.ImprovementDropped)
	lifecycle(t, isms.AccessRequests, func(s isms.AccessState) isms.AccessRequest {
		return isms.AccessRequest{Common: named("o"), Person: "ann", Type: isms.AccessGrant, Rights: text, State: s, Decided: given, Done: day(2)}
	}, isms.AccessRequested, isms.AccessApproved, isms.AccessRefused, isms.AccessDone)
	lifecycle(t, isms.Incidents, func(s isms.IncidentState) isms.Incident {
		return isms.Incident{Common: named("o"), Title: text, State: s, Closed: day(2)}
	}, isms.IncidentReported, isms.IncidentContained, isms.IncidentResolved, isms.IncidentClosed)
	lifecycle(t, isms.Audits, func(s isms.AuditState) isms.Audit {
		return isms.Audit{Common: named("o"), Title: text, Type: isms.AuditInternal, State: s, Performed: isms.Period{To: day(2)}}
	}, isms.AuditPlanned, isms.AuditPerformed, isms.AuditReported)
}

// What is recorded for good is not changed; what may be added may be.
func TestKept(t *testing.T) {
	s := newSpace()
	ann := isms.Individual{Common: named("ann"), Name: "Ann"}
	policy := isms.Document{Common: named("p"), Title: isms.Plain("x"), Type: isms.DocumentPolicy}
	put(t, s, isms.Persons, &ann)
	put(t, s, isms.Documents, &policy)
	read := isms.Acknowledgement{Common: isms.Common{ID: "k", Occurred: day(1)}, Document: isms.Link{Kind: "document", ID: "p", Rev: 1}, Person: "ann"}
	put(t, s, isms.Acknowledgements, &read)
	uptime := isms.Metric{Common: named("m"), Title: isms.Plain("x")}
	put(t, s, isms.Metrics, &uptime)
	value := isms.Measurement{Common: isms.Common{ID: "v", Occurred: day(1)}, Metric: "m", Value: "98.5"}
	put(t, s, isms.Measurements, &value)

	changed := read
	changed.Occurred, changed.Version = day(2), "2"
	err := s.Update(t.Context(), "", func(tx *isms.Tx) error { return isms.Acknowledgements(tx).Put(&changed) })
	if diff := cmp.Diff([]string{"/version isms/kept", "/occurred isms/kept"}, found(problemsOf(t, err))); diff != "" {
		t.Errorf("an acknowledgement changed (-want +got)\n%s", diff)
	}
	other := value
	other.Value = "99"
	err = s.Update(t.Context(), "", func(tx *isms.Tx) error { return isms.Measurements(tx).Put(&other) })
	if diff := cmp.Diff([]string{"/value isms/kept"}, found(problemsOf(t, err))); diff != "" {
		t.Errorf("a measurement changed (-want +got)\n%s", diff)
	}
	value.Note = isms.Plain("the meter was new")
	put(t, s, isms.Measurements, &value)
}

func TestClocks(t *testing.T) {
	knew := time.Date(2026, 1, 30, 23, 30, 0, 0, time.UTC)
	at := func(hours int) time.Time { return knew.Add(time.Duration(hours) * time.Hour) }
	told := func(n isms.Notice, hours int) isms.Notification {
		return isms.Notification{To: "authority", At: at(hours), For: n}
	}
	for _, c := range []struct {
		rule     string
		incident isms.Incident
		want     []isms.Clock
		late     []bool // 100 hours after
	}{
		{"nothing is due of an incident like others", isms.Incident{Detected: knew}, nil, nil},
		{
			"personal data: 72 hours",
			isms.Incident{Detected: knew, PersonalData: true, Notified: []isms.Notification{told(isms.NoticeGDPR, 73), told(isms.NoticeGDPR, 72)}},
			[]isms.Clock{{isms.NoticeGDPR, at(72), at(72)}},
			[]bool{false},
		},
		{
			"an hour too late stays late",
			isms.Incident{Detected: knew, PersonalData: true, Notified: []isms.Notification{told(isms.NoticeGDPR, 73)}},
			[]isms.Clock{{isms.NoticeGDPR, at(72), at(73)}},
			[]bool{true},
		},
		{"somebody judged that nobody needs to be told", isms.Incident{Detected: knew, PersonalData: true, NoNotice: isms.Plain("the disk was encrypted")}, nil, nil},
		{"nobody knows when it began: late", isms.Incident{PersonalData: true}, []isms.Clock{{For: isms.NoticeGDPR}}, []bool{true}},
		{
			"significant: 24 and 72 hours, and a month from the notification",
			isms.Incident{Detected: knew, Significance: isms.Significant, Notified: []isms.Notification{told(isms.NoticeNIS2Early, 20), told(isms.NoticeNIS2, 24)}},
			[]isms.Clock{{isms.NoticeNIS2Early, at(24), at(20)}, {isms.NoticeNIS2, at(72), at(24)}, {isms.NoticeNIS2Final, time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC), time.Time{}}},
			[]bool{false, false, false},
		},
		{
			"a notification that was not given leaves its term",
			isms.Incident{Detected: knew, Significance: isms.Significant},
			[]isms.Clock{{isms.NoticeNIS2Early, at(24), time.Time{}}, {isms.NoticeNIS2, at(72), time.Time{}}, {isms.NoticeNIS2Final, time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC), time.Time{}}},
			[]bool{true, true, false},
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := c.incident.Clocks()
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Clocks() (-want +got)\n%s", diff)
			}
			for i, k := range got {
				if late := k.Late(at(100)); i < len(c.late) && late != c.late[i] {
					t.Errorf("%s is late = %t, want %t", k.For, late, c.late[i])
				}
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	for _, bad := range []isms.Number{"", "-", ".5", "5.", "01", "-01", "1e3", "+1", "1,5", " 1", "0x1", "--1", "1.2.3", "1234567890123456789012345678901"} {
		if _, known := bad.Compare("0"); known {
			t.Errorf("Compare(%q, 0) is known, want not", bad)
		}
	}
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got, known := isms.Number(a).Compare(isms.Number(b)); !known || got != x.Cmp(y) {
			t.Fatalf("Compare(%s, %s) = %d, %t, want %d", a, b, got, known, x.Cmp(y))
		}
	})
	m := isms.Metric{Better: isms.Lower, Target: "3", Limit: "5"}
	for value, want := range map[isms.Number][4]bool{"2": {true, true, true, true}, "3.0": {true, true, true, true}, "4": {false, true, true, true}, "5.01": {false, true, false, true}, "": {}} {
		var got [4]bool
		got[0], got[1] = m.Meets(value)
		got[2], got[3] = m.Within(value)
		if got != want {
			t.Errorf("lower than 3, at most 5: %q = %v, want %v", value, got, want)
		}
	}
}

func TestValidOnADay(t *testing.T) {
	s := isms.Supplier{Assurance: []isms.Assurance{
		{Type: isms.AssuranceReport, Covers: isms.Period{From: day(1), To: day(10)}},
		{Type: isms.AssuranceCertificate, Received: day(12), Expires: day(20)},
	}}
	x := isms.Exception{Approval: isms.Approval{By: isms.Link{Kind: "role", ID: "ciso"}, On: day(11)}, Until: day(19)}
	q := isms.Qualification{From: day(11), Expires: day(20)}
	for d, want := range map[int][3]bool{10: {true, false, false}, 11: {false, true, true}, 12: {true, true, true}, 19: {true, true, true}, 20: {true, false, true}, 21: {false, false, false}} {
		if got := [3]bool{s.Assured(day(d)), x.InForce(day(d)), q.Valid(day(d))}; got != want {
			t.Errorf("day %d: assured, in force, valid = %v, want %v", d, got, want)
		}
	}
	q.Effect = isms.Ineffective
	if q.Valid(day(12)) {
		t.Error("what did not work is valid")
	}
	training := isms.Training{PassMark: 70}
	if passed, known := training.Passed(isms.Attendance{Score: 90}); passed || known {
		t.Errorf("Passed without a test = %t, %t, want not known", passed, known)
	}
	if passed, known := training.Passed(isms.Attendance{Tested: true, Score: 70}); !passed || !known {
		t.Errorf("Passed(70 of 70) = %t, %t, want true, true", passed, known)
	}
}
