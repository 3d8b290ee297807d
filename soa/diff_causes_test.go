package soa_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// put records one entity, which may be changed further afterwards.
func put[T isms.Entity](o *office, note string, in func(*isms.Tx) isms.Collection[T], v *T) {
	o.Helper()
	o.must(note, func(tx *isms.Tx) error { return in(tx).Put(v) })
}

func (o *office) explained(old, now soa.Statement) soa.Difference {
	o.Helper()
	d, err := soa.Causes(o.Context(), o.space, soa.Diff(old, now))
	if err != nil {
		o.Fatal(err)
	}
	return d
}

// causesOf tells the causes of each cell that people read of.
func causesOf(d soa.Difference) map[string]string {
	all := map[string]string{}
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			var list []string
			for _, x := range c.Causes {
				list = append(list, fmt.Sprintf("%s %s %s", x.Subject, x.Recorded.By, x.Recorded.Note))
			}
			all[r.Name+c.Path] = strings.Join(list, "; ")
		}
	}
	return all
}

// Each cell has the revisions that made it so, with who and why, and no others of
// the same records.
func TestCauses(t *testing.T) {
	o := newOffice(t)
	put(o, "role", isms.Roles, &isms.Role{Common: isms.Common{ID: "it"}, Title: plain("IT")})
	asset := isms.Asset{Common: isms.Common{ID: "laptops"}, Title: plain("Laptops"), Type: isms.AssetHardware}
	put(o, "asset", isms.Assets, &asset)
	r := theft()
	r.Assets = []isms.Ref[isms.Asset]{"laptops"}
	put(o, "found", risk.Risks, &r)
	lock := isms.Control{Common: isms.Common{ID: "c-1"}, Ref: "A.8.1"}
	put(o, "planned", isms.Controls, &lock)
	law := isms.Requirement{Common: isms.Common{ID: "law"}, Title: plain("Law"), Type: isms.RequirementLaw, Controls: []isms.ControlID{"A.5.31"}, Until: today}
	put(o, "law", isms.Requirements, &law)
	old := compileOf(t, o.space)

	r.Description = plain("in the train")
	put(o, "wording", risk.Risks, &r) // shows nowhere
	r.Treatment.Controls = []isms.ControlID{"A.8.1", "A.8.24"}
	put(o, "scope change", risk.Risks, &r)
	r.Owner = isms.Link{Kind: "role", ID: "it"}
	o.space = o.space.As(isms.Person("bob"))
	put(o, "handover", risk.Risks, &r)
	lock.Implementation, lock.How = isms.Implemented, plain("MDM")
	put(o, "done", isms.Controls, &lock)
	lock.Description = plain("words")
	put(o, "described", isms.Controls, &lock) // shows nowhere
	asset.Location = plain("Utrecht")
	put(o, "moved", isms.Assets, &asset) // shows nowhere, but is another revision
	in := readInputs(t, o.space)
	now := soa.Compile(in, today.AddDays(1))

	d := o.explained(old, now)
	want := map[string]string{
		"A.5.31/decision":      "",
		"A.5.31/reasons/0":     "", // the law ended that day
		"A.7.9/decision":       "risk/r-1@3 person:ann scope change",
		"A.7.9/reasons/0":      "risk/r-1@3 person:ann scope change",
		"A.7.9/current":        "risk/r-1@3 person:ann scope change",
		"A.7.9/residual":       "risk/r-1@3 person:ann scope change",
		"A.8.1/reasons/0":      "risk/r-1@4 person:bob handover",
		"A.8.1/implementation": "control/c-1@2 person:bob done",
		"A.8.1/how":            "control/c-1@2 person:bob done",
		"A.8.1/records/0":      "control/c-1@2 person:bob done; control/c-1@3 person:bob described",
		"A.8.24/decision":      "risk/r-1@3 person:ann scope change",
		"A.8.24/reasons/0":     "risk/r-1@3 person:ann scope change",
		"A.8.24/current":       "risk/r-1@3 person:ann scope change",
		"A.8.24/residual":      "risk/r-1@3 person:ann scope change",
	}
	if diff := cmp.Diff(want, causesOf(d)); diff != "" {
		t.Errorf("causes (-want +got):\n%s", diff)
	}
	got, err := d.Apply(old)
	if err != nil || !cmp.Equal(now, got) {
		t.Errorf("Apply with causes: %v (-want +got):\n%s", err, cmp.Diff(now, got))
	}
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		golden.Check(t, "diff."+string(l)+".md", render(t, report.Markdown, d.Report(l)))
	}
	// Without what was before, a revision may have changed anything.
	all, err := soa.Diff(old, now).Explain(o.space.Changes(t.Context(), old.Seq))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := causesOf(all)["A.7.9/decision"], "risk/r-1@2 person:ann wording; risk/r-1@3 person:ann scope change"; got != want {
		t.Errorf("causes of A.7.9 from the log alone = %q, want %q", got, want)
	}
	// Versions differ like days do.
	if again := soa.Diff(now, old); len(again.Rows) != len(d.Rows) {
		t.Errorf("Diff(now, old) has %d rows, want %d", len(again.Rows), len(d.Rows))
	}
	back := o.explained(now, old)
	if diff := cmp.Diff(causesOf(d)["A.8.1/how"], causesOf(back)["A.8.1/how"]); diff != "" {
		t.Errorf("causes looking back (-want +got):\n%s", diff)
	}
}

func readInputs(t *testing.T, space *isms.Space) soa.Inputs {
	t.Helper()
	var in soa.Inputs
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		in, err = soa.ReadInputs(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// A record that is gone is the cause of what went with it.
func TestCauseIsADeletion(t *testing.T) {
	o := newOffice(t)
	r := theft()
	put(o, "found", risk.Risks, &r)
	old := compileOf(t, o.space)
	o.must("no laptops left", func(tx *isms.Tx) error { return risk.Risks(tx).Delete(r.ID, r.Rev) })
	d := o.explained(old, compileOf(t, o.space))
	if got, want := causesOf(d)["A.7.9/decision"], "risk/r-1@2 person:ann no laptops left"; got != want {
		t.Errorf("cause = %q, want %q", got, want)
	}
	if text := d.Rows[0].Cells[0].Causes[0].Text(lang.NL); text != "2026-03-31 person:ann: no laptops left (verwijderd) [risk/r-1@2]" {
		t.Errorf("Text = %q", text)
	}
}

// A fact that speaks against an exclusion changed because of the records that
// show it, be they many, and of no other fact's.
func TestCausesOfFacts(t *testing.T) {
	o := newOffice(t)
	put(o, "suppliers are out", isms.Controls, &isms.Control{Common: isms.Common{ID: "c-1"}, Ref: "A.5.19", Exclude: plain("none")})
	put(o, "software is out", isms.Controls, &isms.Control{Common: isms.Common{ID: "c-2"}, Ref: "A.8.25", Exclude: plain("none")})
	supplier := func(id string) *isms.Supplier {
		return &isms.Supplier{Common: isms.Common{ID: id}, Title: plain(id)}
	}
	software := func(id string) *isms.Asset {
		return &isms.Asset{Common: isms.Common{ID: id}, Title: plain(id), Type: isms.AssetSoftware}
	}
	put(o, "first", isms.Suppliers, supplier("s-01"))
	put(o, "first", isms.Assets, software("a-01"))
	few := compileOf(t, o.space)
	put(o, "second", isms.Suppliers, supplier("s-02"))
	put(o, "second", isms.Assets, software("a-02"))
	some := compileOf(t, o.space)
	got := causesOf(o.explained(few, some))
	want := map[string]string{
		"A.5.19/facts/0": "supplier/s-02@1 person:ann second",
		"A.8.25/facts/0": "asset/a-02@1 person:ann second",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("causes (-want +got):\n%s", diff)
	}
	for i := 3; i <= 12; i++ {
		put(o, "more", isms.Suppliers, supplier(fmt.Sprintf("s-%02d", i)))
	}
	many := compileOf(t, o.space)
	put(o, "one more", isms.Suppliers, supplier("s-13")) // counted, not named
	got = causesOf(o.explained(many, compileOf(t, o.space)))
	if diff := cmp.Diff(map[string]string{"A.5.19/facts/0": "supplier/s-13@1 person:ann one more"}, got); diff != "" {
		t.Errorf("causes of many (-want +got):\n%s", diff)
	}
}

// A policy that gets its day of publication drives what it only described.
func TestCauseIsAPublication(t *testing.T) {
	o := newOffice(t)
	d := isms.Document{
		Common: isms.Common{ID: "d", Status: isms.Approved}, Title: plain("P"), Type: isms.DocumentPolicy, Version: "1",
		Published: today.AddDays(9), Controls: []isms.ControlID{"A.5.1"},
	}
	put(o, "announced", isms.Documents, &d)
	old := compileOf(t, o.space)
	d.Published = today
	put(o, "sooner", isms.Documents, &d)
	cause := "document/d@2 person:ann sooner"
	want := map[string]string{"A.5.1/decision": cause, "A.5.1/reasons/0": cause, "A.5.1/documents/0": cause}
	if diff := cmp.Diff(want, causesOf(o.explained(old, compileOf(t, o.space)))); diff != "" {
		t.Errorf("causes (-want +got):\n%s", diff)
	}
}

// On one day, everything that differs has a cause: whatever was edited, at random,
// between any two moments.
func TestEveryChangeHasACause(t *testing.T) { //nolint:gocognit // one walk and what must hold between any two steps
	for seed := range uint64(12) {
		o := newOffice(t)
		r := rand.New(rand.NewPCG(seed, 0))
		w := newWriter(o, r)
		for range 40 {
			w.edit()
		}
		head := compileOf(t, o.space).Seq
		for range 12 {
			a, b := r.Int64N(head)+1, r.Int64N(head)+1
			old, now := compileOf(t, o.space.AsOfSeq(min(a, b))), compileOf(t, o.space.AsOfSeq(max(a, b)))
			d := o.explained(old, now)
			cells := slices.DeleteFunc(slices.Clone(d.Cells), func(c soa.Cell) bool {
				return c.Path == "/seq" || strings.HasPrefix(c.Path, "/findings")
			})
			for _, row := range d.Rows {
				cells = append(cells, row.Cells...)
			}
			outside := func(c soa.Cause) bool { return c.Recorded.Seq <= old.Seq || c.Recorded.Seq > now.Seq }
			for _, c := range cells {
				if len(c.Causes) == 0 || slices.ContainsFunc(c.Causes, outside) {
					t.Errorf("seed %d, %d to %d: %s: %s -> %s has causes %v", seed, old.Seq, now.Seq, c.Path, c.Old, c.New, c.Causes)
				}
			}
			all, err := soa.Diff(old, now).Explain(o.space.Changes(t.Context(), 0)) // the whole log tells the same
			if diff := cmp.Diff(causesOf(d), causesOf(all)); err != nil || diff != "" {
				t.Errorf("seed %d, %d to %d: %v, causes (-read +log):\n%s", seed, old.Seq, now.Seq, err, diff)
			}
		}
	}
}

// writer edits records at random.
type writer struct {
	*office

	r          *rand.Rand
	risks      map[string]*risk.Risk
	controls   map[string]*isms.Control
	documents  map[string]*isms.Document
	assets     map[string]*isms.Asset
	suppliers  map[string]*isms.Supplier
	evidence   map[string]*isms.Evidence
	incidents  map[string]*isms.Incident
	role       isms.Role
	scope      isms.Scope
	methods    risk.Methodology
	titleCount int
}

func newWriter(o *office, r *rand.Rand) *writer {
	w := &writer{
		office: o, r: r,
		risks: map[string]*risk.Risk{}, controls: map[string]*isms.Control{}, documents: map[string]*isms.Document{},
		assets: map[string]*isms.Asset{}, suppliers: map[string]*isms.Supplier{}, evidence: map[string]*isms.Evidence{}, incidents: map[string]*isms.Incident{},
		role: isms.Role{Common: isms.Common{ID: "it"}, Title: plain("IT")}, scope: isms.Scope{Common: isms.Common{ID: "s"}, Title: plain("S")},
		methods: risk.Matrix3(),
	}
	put(o, "role", isms.Roles, &w.role)
	put(o, "methodology", risk.Methodologies, &w.methods)
	return w
}

func (w *writer) text() isms.Text {
	w.titleCount++
	return plain(fmt.Sprint("t", w.titleCount))
}

func (w *writer) ids() []isms.ControlID {
	all := []isms.ControlID{"A.5.1", "A.5.19", "A.5.34", "A.8.1"}
	w.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:w.r.IntN(len(all))]
}

func (w *writer) status() isms.Status {
	return []isms.Status{isms.Draft, isms.Draft, isms.Retired}[w.r.IntN(3)]
}

// one is a record with one of a few ids, perhaps a new one.
func one[T any](w *writer, list map[string]*T, prefix string, fresh func(id string) *T) *T {
	id := fmt.Sprint(prefix, "-", w.r.IntN(3))
	if list[id] == nil {
		list[id] = fresh(id)
	}
	return list[id]
}

func (w *writer) edit() {
	w.Helper()
	switch w.r.IntN(9) {
	case 0, 1, 2:
		v := one(w, w.risks, "r", func(id string) *risk.Risk { return &risk.Risk{Common: isms.Common{ID: id}, Title: w.text()} })
		switch w.r.IntN(6) {
		case 0:
			v.Title, v.Label = w.text(), "R"+v.ID
		case 1:
			v.Status = w.status()
			if v.Status == isms.Retired {
				v.Owner = isms.Link{Kind: "role", ID: "it"}
			}
		case 2:
			v.Treatment.Actions = []risk.Action{{ID: "a", Title: w.text(), Owner: isms.Link{Kind: "role", ID: "it"}}}
		case 3:
			v.Current = risk.Evaluation{Methodology: w.methods.Pin(), Likelihood: w.r.IntN(3) + 1, Impact: w.r.IntN(3) + 1}
		case 4:
			v.Residual = risk.Evaluation{Methodology: w.methods.Pin(), Likelihood: w.r.IntN(3) + 1, Impact: w.r.IntN(3) + 1}
		default:
			v.Treatment.Controls = w.ids()
		}
		put(w.office, "risk", risk.Risks, v)
	case 3, 4:
		v := one(w, w.controls, "c", func(id string) *isms.Control {
			return &isms.Control{Common: isms.Common{ID: id}, Ref: []isms.ControlID{"A.5.1", "A.5.19", "A.8.1"}[w.r.IntN(3)]}
		})
		v.Include, v.Exclude = nil, nil
		if w.r.IntN(2) == 0 {
			v.Exclude = w.text()
		}
		v.Status, v.Owner = w.status(), isms.Link{Kind: "role", ID: "it"}
		v.Maturity.Current, v.How = w.r.IntN(3), w.text()
		v.Implementation = []isms.Implementation{isms.Implemented, isms.Partial}[w.r.IntN(2)]
		put(w.office, "control", isms.Controls, v)
	case 5:
		v := one(w, w.documents, "d", func(id string) *isms.Document {
			return &isms.Document{Common: isms.Common{ID: id}, Title: w.text(), Type: isms.DocumentPolicy, Version: "1"}
		})
		v.Status, v.Controls, v.Version = isms.Approved, w.ids(), strconv.Itoa(w.r.IntN(3))
		put(w.office, "document", isms.Documents, v)
	case 6:
		v := one(w, w.evidence, "e", func(id string) *isms.Evidence {
			return &isms.Evidence{Common: isms.Common{ID: id}, Title: w.text(), Type: isms.EvidenceLog}
		})
		v.Controls, v.Expires = w.ids(), today.AddDays(w.r.IntN(3)-1)
		put(w.office, "evidence", isms.EvidenceRecords, v)
	case 7:
		if w.r.IntN(2) == 0 {
			v := one(w, w.suppliers, "s", func(id string) *isms.Supplier { return &isms.Supplier{Common: isms.Common{ID: id}} })
			v.Title, v.Status = w.text(), w.status()
			put(w.office, "supplier", isms.Suppliers, v)
			return
		}
		v := one(w, w.assets, "a", func(id string) *isms.Asset {
			return &isms.Asset{Common: isms.Common{ID: id}, Title: w.text(), Type: isms.AssetSoftware}
		})
		v.Supplier = []string{"", "Acme"}[w.r.IntN(2)]
		put(w.office, "asset", isms.Assets, v)
	default:
		w.role.Title, w.scope.Title = w.text(), w.text()
		put(w.office, "role", isms.Roles, &w.role)
		if w.r.IntN(2) == 0 {
			put(w.office, "scope", isms.Scopes, &w.scope)
		}
	}
}
