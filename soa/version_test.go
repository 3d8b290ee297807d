package soa_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// decided is inputs in which every control of Annex A is left out with a reason,
// but for those of the risk.
func decided(r risk.Risk) soa.Inputs {
	in := soa.Inputs{Risks: []risk.Risk{r}}
	for k := range annexa.All() {
		ref := isms.ControlID(k.ID.String())
		if !slices.Contains(r.Treatment.Controls, ref) {
			c := control("c-"+strings.ToLower(k.ID.String()), ref)
			c.Rev, c.Exclude = 0, plain("not here")
			in.Controls = append(in.Controls, c)
		}
	}
	return in
}

// office is a store with persons, and what is done in it.
type office struct {
	*testing.T

	clock time.Time
	space *isms.Space
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, clock: time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)}
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return o.clock }})
	t.Cleanup(func() { store.Close() })
	o.space = store.Space("bakery").As(isms.Person("ann"))
	o.must("people", func(tx *isms.Tx) error {
		for _, name := range []string{"ann", "bob"} {
			if err := isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: name}, Name: name}); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func (o *office) update(note string, f func(tx *isms.Tx) error) error {
	return o.space.Update(o.Context(), note, f)
}

func (o *office) must(note string, f func(tx *isms.Tx) error) {
	o.Helper()
	if err := o.update(note, f); err != nil {
		o.Fatal(err)
	}
}

// record stores the controls and risks of inputs.
func (o *office) record(note string, in *soa.Inputs) {
	o.Helper()
	o.must(note, func(tx *isms.Tx) error {
		for i := range in.Risks {
			if err := risk.Risks(tx).Put(&in.Risks[i]); err != nil {
				return err
			}
		}
		for i := range in.Controls {
			if err := isms.Controls(tx).Put(&in.Controls[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *office) freeze(id, number string) soa.Version {
	o.Helper()
	v, err := compileOf(o, o.space).Freeze(id, number)
	if err != nil {
		o.Fatal(err)
	}
	o.must("freeze "+number, func(tx *isms.Tx) error { return soa.Versions(tx).Put(&v) })
	return v
}

func (o *office) approve(d *isms.Decision, on isms.Date) error {
	return o.update("approve", func(tx *isms.Tx) error {
		d.Approvals = append(slices.Clone(d.Approvals), isms.Vote{By: "ann", On: on})
		return isms.Decisions(tx).Put(d)
	})
}

func (o *office) archive() soa.Archive {
	o.Helper()
	var a soa.Archive
	err := o.space.View(o.Context(), func(tx *isms.Tx) (err error) {
		a, err = soa.ReadArchive(tx)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return a
}

func problemCodes(err error) []isms.Code {
	var codes []isms.Code
	if e, ok := errors.AsType[*isms.ProblemError](err); ok {
		for _, p := range e.Problems {
			codes = append(codes, p.Code)
		}
	}
	return codes
}

func theft() risk.Risk {
	return risk.Risk{Common: isms.Common{ID: "r-1"}, Title: plain("Theft"), Treatment: risk.Treatment{Controls: []isms.ControlID{"A.7.9", "A.8.1"}}}
}

// Rows that nobody decided on block a version, each by name.
func TestUndecidedRowsBlock(t *testing.T) {
	in := decided(theft())
	in.Controls = in.Controls[2:]
	_, err := soa.Compile(in, today).Freeze("v1", "1.0")
	if diff := cmp.Diff([]isms.Code{soa.CodeUndecided, soa.CodeUndecided}, problemCodes(err)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if err == nil || !strings.Contains(err.Error(), "A.5.1 ") || !strings.Contains(err.Error(), "A.5.2 ") {
		t.Errorf("Freeze = %v, want A.5.1 and A.5.2 named", err)
	}
	// Neither can a version be made up that has them.
	s := soa.Compile(decided(theft()), today)
	v, err := s.Freeze("v1", "1.0")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *soa.Statement){
		"undecided":               func(s *soa.Statement) { s.Rows[3].Decision = soa.Undecided },
		"included for no reason":  func(s *soa.Statement) { s.Rows[3].Decision = soa.Included },
		"excluded though driven":  func(s *soa.Statement) { s.Rows[59].Decision = soa.Excluded },
		"a row less":              func(s *soa.Statement) { s.Rows = s.Rows[1:] },
		"a row twice":             func(s *soa.Statement) { s.Rows = append(s.Rows, s.Rows[0]) },
		"of another day":          func(s *soa.Statement) { s.AsOf = today.AddDays(1) },
		"of another management":   func(s *soa.Statement) { s.Scope.Link = isms.Link{Kind: "scope", ID: "x"} },
		"of another place in log": func(s *soa.Statement) { s.Seq = 9 },
	} {
		other := s
		other.Rows = slices.Clone(s.Rows)
		change(&other)
		forged := v
		if forged.Content, err = json.Marshal(other); err != nil {
			t.Fatal(err)
		}
		if len(isms.Validate(forged)) == 0 {
			t.Errorf("version with content %s has no problem", name)
		}
	}
	v.Content = json.RawMessage(`[]`)
	if len(isms.Validate(v)) == 0 {
		t.Error("version with a list as content has no problem")
	}
}

// Probo built a snapshot of the statement and deleted it again: here a version
// lives. From draft to withdrawn, what a version is worth on each day, and which one was
// in force.
func TestLifeOfVersions(t *testing.T) {
	o := newOffice(t)
	in := decided(theft())
	o.record("start", &in)
	one := o.freeze("v1", "1.0")
	stateOf := func(day isms.Date) map[string]soa.VersionState {
		states := map[string]soa.VersionState{}
		for _, x := range o.archive().On(day) {
			states[x.Version.Number] = x.State
		}
		return states
	}
	check := func(what string, day isms.Date, inForce string, want map[string]soa.VersionState) {
		t.Helper()
		if diff := cmp.Diff(want, stateOf(day)); diff != "" {
			t.Errorf("%s: states on %s (-want +got):\n%s", what, day, diff)
		}
		got := "none"
		if x, found := o.archive().InForce(day, ""); found {
			got = x.Version.Number
		}
		if got != inForce {
			t.Errorf("%s: in force on %s = %s, want %s", what, day, got, inForce)
		}
	}
	check("frozen", today, "none", map[string]soa.VersionState{"1.0": soa.VersionDraft})
	d1 := one.ProposeApproval("d1", isms.Link{Kind: "person", ID: "ann"})
	o.must("propose", func(tx *isms.Tx) error { return isms.Decisions(tx).Put(&d1) })
	check("asked", today, "none", map[string]soa.VersionState{"1.0": soa.VersionProposed})
	if err := o.approve(&d1, today); err != nil {
		t.Fatal(err)
	}
	check("approved", today, "1.0", map[string]soa.VersionState{"1.0": soa.VersionApproved})
	check("approved", today.AddDays(-1), "none", map[string]soa.VersionState{"1.0": soa.VersionProposed})
	frozen, err := one.Statement()
	if err != nil {
		t.Fatal(err)
	}

	// The records go on; the version stays as it was.
	o.clock = o.clock.AddDate(0, 2, 0)
	in.Risks[0].Treatment.Controls = []isms.ControlID{"A.7.9"}
	leave := control("c-a.8.1", "A.8.1")
	leave.Rev, leave.Exclude = 0, plain("no devices any more")
	in.Controls = append(in.Controls, leave)
	o.record("no devices", &in)
	two := o.freeze("v2", "2.0")
	d2 := two.ProposeApproval("d2", isms.Link{Kind: "person", ID: "ann"})
	may := isms.DateOf(o.clock)
	if err := o.approve(&d2, may); err != nil {
		t.Fatal(err)
	}
	check("superseded", may, "2.0", map[string]soa.VersionState{"1.0": soa.VersionSuperseded, "2.0": soa.VersionApproved})
	check("the day before", may.AddDays(-1), "1.0", map[string]soa.VersionState{"1.0": soa.VersionApproved, "2.0": soa.VersionProposed})
	then, found := o.archive().InForce(may.AddDays(-1), "")
	if !found {
		t.Fatal("no version in force the day before")
	}
	kept, err := then.Version.Statement()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(frozen, kept); diff != "" {
		t.Errorf("statement in force then (-frozen +kept):\n%s", diff)
	}
	next, err := two.Statement()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := causesOf(o.explained(frozen, next))["A.8.1/decision"], "risk/r-1@2 person:ann no devices; control/c-a.8.1@1 person:ann no devices"; got != want {
		t.Errorf("causes between the versions = %q, want %q", got, want)
	}
	past := compileOf(t, o.space.AsOfSeq(one.Seq))
	if diff := cmp.Diff(frozen, past); diff != "" {
		t.Errorf("statement compiled of that moment (-frozen +compiled):\n%s", diff)
	}

	o.must("withdraw", func(tx *isms.Tx) error {
		d2.Withdrawn = isms.Withdrawal{On: may.AddDays(2), By: "ann", Reason: plain("wrong scope")}
		return isms.Decisions(tx).Put(&d2)
	})
	check("withdrawn", may.AddDays(1), "2.0", map[string]soa.VersionState{"1.0": soa.VersionSuperseded, "2.0": soa.VersionApproved})
	check("withdrawn", may.AddDays(2), "none", map[string]soa.VersionState{"1.0": soa.VersionSuperseded, "2.0": soa.VersionWithdrawn})
	again := one.ProposeApproval("d3")
	again.Until = may.AddDays(9)
	if err := o.approve(&again, may.AddDays(3)); err != nil {
		t.Fatal(err)
	}
	check("brought back", may.AddDays(3), "1.0", map[string]soa.VersionState{"1.0": soa.VersionApproved, "2.0": soa.VersionWithdrawn})
	check("expired", may.AddDays(10), "none", map[string]soa.VersionState{"1.0": soa.VersionExpired, "2.0": soa.VersionWithdrawn})
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		golden.Check(t, "versions."+string(l)+".md", render(t, report.Markdown, o.archive().Report(may.AddDays(3), l)))
	}
}

// Two management systems: the version of one does not supersede that of the other.
func TestVersionsOfTwoSystems(t *testing.T) {
	version := func(id string, of isms.Ref[isms.Scope]) soa.Version {
		return soa.Version{Common: isms.Common{ID: id, ISMS: of}, Number: id, AsOf: today, Content: json.RawMessage(`{}`)}
	}
	a := soa.Archive{Versions: []soa.Version{version("a", "nl"), version("b", "be"), version("c", "nl")}}
	for i, v := range a.Versions {
		d := v.ProposeApproval("d-" + v.ID)
		d.Approvals = []isms.Vote{{By: "ann", On: today.AddDays(i)}}
		a.Decisions = append(a.Decisions, d)
	}
	for scope, want := range map[isms.Ref[isms.Scope]]string{"nl": "c", "be": "b"} {
		if x, found := a.InForce(today.AddDays(5), scope); !found || x.Version.Number != want {
			t.Errorf("InForce(%s) = %v, %v, want %s", scope, x.Version, found, want)
		}
	}
	if x := a.On(today.AddDays(5)); x[2].State != soa.VersionSuperseded || x[2].Superseded.Number != "c" {
		t.Errorf("oldest = %+v, want superseded by c", x[2])
	}
}

// Comp AI #3366, #3367: concurrent approve and edit publish content that nobody
// saw. #3471: regenerate overwrites the published version.
func TestPeerApproveAndEdit(t *testing.T) {
	o := newOffice(t)
	in := decided(theft())
	o.record("start", &in)
	v := o.freeze("v1", "1.0")
	d := v.ProposeApproval("d1", isms.Link{Kind: "person", ID: "ann"})
	o.must("propose", func(tx *isms.Tx) error { return isms.Decisions(tx).Put(&d) })
	regenerate := func(v soa.Version) error {
		in.Risks[0].Title = plain("Theft, again")
		o.record("retitle", &in)
		next, err := compileOf(t, o.space).Freeze(v.ID, v.Number)
		if err != nil {
			t.Fatal(err)
		}
		next.Rev = v.Rev
		return o.update("regenerate", func(tx *isms.Tx) error { return soa.Versions(tx).Put(&next) })
	}

	// Edited after it was seen: the approval is refused.
	if err := regenerate(v); err != nil {
		t.Fatalf("regenerate a proposed version: %v", err)
	}
	if err := o.approve(&d, today); !slices.Contains(problemCodes(err), isms.CodeUnseen) {
		t.Fatalf("approve what was not seen = %v, want %s", err, isms.CodeUnseen)
	}

	// Approved as it is: an edit is refused, and so is one in the same
	// transaction, and a deletion. What does not matter may change.
	o.read(&v)
	d2 := v.ProposeApproval("d2", isms.Link{Kind: "person", ID: "ann"})
	err := o.update("approve and edit at once", func(tx *isms.Tx) error {
		edited, vote := v, d2
		edited.Changes = plain("unseen")
		vote.Approvals = []isms.Vote{{By: "ann", On: today}}
		return errors.Join(soa.Versions(tx).Put(&edited), isms.Decisions(tx).Put(&vote))
	})
	if err == nil {
		t.Error("approve and edit in one transaction was accepted")
	}
	if err := o.approve(&d2, today); err != nil {
		t.Fatal(err)
	}
	if err := regenerate(v); !slices.Contains(problemCodes(err), soa.CodeFrozen) {
		t.Errorf("regenerate an approved version = %v, want %s", err, soa.CodeFrozen)
	}
	err = o.update("delete", func(tx *isms.Tx) error { return soa.Versions(tx).Delete(v.ID, v.Rev) })
	if !slices.Contains(problemCodes(err), isms.CodeInUse) {
		t.Errorf("delete an approved version = %v, want %s", err, isms.CodeInUse)
	}
	o.must("withdraw", func(tx *isms.Tx) error {
		d2.Withdrawn = isms.Withdrawal{On: today, By: "ann", Reason: plain("mistake")}
		return isms.Decisions(tx).Put(&d2)
	})
	if err := regenerate(v); !slices.Contains(problemCodes(err), soa.CodeFrozen) {
		t.Errorf("regenerate a version whose approval was withdrawn = %v, want %s", err, soa.CodeFrozen)
	}
	o.must("tag", func(tx *isms.Tx) error {
		v.Tags = []string{"audit"}
		return soa.Versions(tx).Put(&v)
	})
}

// The same at the same time: whoever comes first, what is in force is what its
// approver saw.
func TestPeerApproveWhileEditing(t *testing.T) {
	o := newOffice(t)
	in := decided(theft())
	o.record("start", &in)
	approved := 0
	for i := range 10 {
		v := o.freeze(fmt.Sprint("v", i), strconv.Itoa(i))
		d := v.ProposeApproval(fmt.Sprint("d", i))
		var wait sync.WaitGroup
		wait.Go(func() {
			if o.approve(&d, today) == nil {
				approved++
			}
		})
		wait.Go(func() {
			edited := v
			edited.Changes = plain("unseen")
			_ = o.update("edit", func(tx *isms.Tx) error { return soa.Versions(tx).Put(&edited) })
		})
		wait.Wait()
	}
	inForce := 0
	for _, x := range o.archive().On(today) {
		if x.State != soa.VersionApproved && x.State != soa.VersionSuperseded {
			continue
		}
		inForce++
		if x.Standing.State != isms.DecisionInForce || !x.Version.Changes.IsZero() {
			t.Errorf("version %s is %s with %q, which nobody saw", x.Version.Number, x.State, x.Version.Changes)
		}
	}
	if inForce != approved {
		t.Errorf("%d versions took effect, want the %d that were approved", inForce, approved)
	}
}

func (o *office) read(v *soa.Version) {
	o.Helper()
	err := o.space.View(o.Context(), func(tx *isms.Tx) (err error) {
		*v, err = soa.Versions(tx).Get(v.ID)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
}

// What a version names may go: its content is kept, not referred to.
func TestVersionHoldsNothingBack(t *testing.T) {
	o := newOffice(t)
	in := decided(theft())
	o.record("start", &in)
	v := o.freeze("v1", "1.0")
	o.must("delete", func(tx *isms.Tx) error { return risk.Risks(tx).Delete("r-1", in.Risks[0].Rev) })
	o.read(&v)
	s, err := v.Statement()
	if err != nil || s.Why("A.7.9").Decision != soa.Included {
		t.Errorf("frozen A.7.9 = %v, %v, want included", s.Why("A.7.9").Decision, err)
	}
	if compileOf(t, o.space).Why("A.7.9").Decision != soa.Undecided {
		t.Error("A.7.9 without its risk is not undecided")
	}
	err = o.space.View(t.Context(), func(tx *isms.Tx) error {
		_, err := soa.Versions(tx).Get("none")
		return err
	})
	if !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("Get(none) = %v, want ErrNotFound", err)
	}
}

// A statement that was frozen by an older program is still read: the file is
// never changed.
func TestFrozenStatementIsReadForEver(t *testing.T) {
	s := soa.Compile(bakery(), today)
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "statement.v1.json", append(data, '\n'))
	var back soa.Statement
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("statement from JSON (-want +got):\n%s", diff)
	}
}

// The report of a version says what it is worth, and by whom it was approved.
func TestVersionReport(t *testing.T) {
	o := newOffice(t)
	in := decided(theft())
	o.record("start", &in)
	v := o.freeze("v1", "1.0")
	d := v.ProposeApproval("d1")
	if err := o.approve(&d, today); err != nil {
		t.Fatal(err)
	}
	x, _ := o.archive().InForce(today, "")
	for l, want := range map[lang.Lang][]string{
		lang.EN: {"**Version**: 1.0", "**State**: approved", "**Approved by**: ann", "**In force since**: 2026-03-31"},
		lang.NL: {"**Versie**: 1.0", "**Status**: vastgesteld", "**Vastgesteld door**: ann"},
	} {
		doc, err := x.Report(l)
		if err != nil {
			t.Fatal(err)
		}
		page := render(t, report.Markdown, doc)
		for _, s := range want {
			if !strings.Contains(page, s) {
				t.Errorf("report(%s) misses %q in\n%s", l, s, page[:600])
			}
		}
		if strings.Contains(page, "not approved") || strings.Contains(page, "niet vastgesteld") {
			t.Errorf("report(%s) of an approved version says that it was not", l)
		}
	}
}
