package soa_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// anyInputs draws records that name a few controls of every sort, some of them
// malformed, in every status and around today.
func anyInputs() *rapid.Generator[soa.Inputs] {
	return rapid.Custom(func(t *rapid.T) soa.Inputs {
		ids := rapid.SliceOfN(rapid.SampledFrom([]isms.ControlID{"A.5.1", "A.5.9", "A.5.10", "A.5.19", "A.5.34", "A.8.34", "own-2", "own-10", "nen7510:4", "iso:12", "A.9.99", ""}), 0, 4)
		day := rapid.SampledFrom([]isms.Date{{}, today.AddDays(-1), today, today.AddDays(1)})
		reason := rapid.SampledFrom([]isms.Text{nil, nil, plain("because")})
		common := func(id string) isms.Common {
			return isms.Common{
				ID: id, Rev: 1, Occurred: day.Draw(t, "occurred"),
				Status: rapid.SampledFrom([]isms.Status{"", isms.Draft, isms.Approved, isms.Retired}).Draw(t, "status"),
				ISMS:   rapid.SampledFrom([]isms.Ref[isms.Scope]{"", "", "here", "there"}).Draw(t, "isms"),
			}
		}
		count := func(of string) int { return rapid.IntRange(0, 4).Draw(t, of) }
		var in soa.Inputs
		if rapid.Bool().Draw(t, "scoped") {
			in.Scope.ID = "here"
		}
		for i := range count("catalogues") {
			in.Catalogues = append(in.Catalogues, soa.Catalogue{
				ID: rapid.SampledFrom([]string{"nen7510", "iso"}).Draw(t, "catalogue"), Title: plain("C"), Edition: strconv.Itoa(i),
				Controls: []soa.CatalogueControl{{Ref: "4", Group: plain("G"), Title: plain("T")}, {Ref: strconv.Itoa(i), AnnexA: []annexa.ID{annexa.MustParseID("A.5.19")}}},
			})
		}
		for i := range count("assets") {
			in.Assets = append(in.Assets, isms.Asset{
				Common: common(fmt.Sprint("a-", i)), Title: plain("A"), Supplier: rapid.SampledFrom([]string{"", "S"}).Draw(t, "supplier"),
				PersonalData: rapid.Bool().Draw(t, "personal"), Until: day.Draw(t, "until"),
			})
		}
		for i := range count("risks") {
			r := risk.Risk{Common: common(fmt.Sprint("r-", i)), Title: plain("R"), Treatment: risk.Treatment{Controls: ids.Draw(t, "controls")}}
			r.Owner = isms.Link{Kind: "role", ID: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "owner")}
			if rapid.Bool().Draw(t, "acts") {
				r.Treatment.Actions = []risk.Action{{ID: "1", Title: plain("act"), Due: day.Draw(t, "due")}}
				r.Assets = []isms.Ref[isms.Asset]{"a-0", "a-1"}
			}
			in.Risks = append(in.Risks, r)
		}
		for i := range count("requirements") {
			in.Requirements = append(in.Requirements, isms.Requirement{
				Common: common(fmt.Sprint("q-", i)), Controls: ids.Draw(t, "controls"), From: day.Draw(t, "from"), Until: day.Draw(t, "until"),
				Type: rapid.SampledFrom([]isms.RequirementType{isms.RequirementLaw, isms.RequirementContract, "odd", ""}).Draw(t, "type"),
			})
		}
		for i := range count("documents") {
			in.Documents = append(in.Documents, isms.Document{
				Common: common(fmt.Sprint("d-", i)), Controls: ids.Draw(t, "controls"), Published: day.Draw(t, "published"),
				Type: rapid.SampledFrom([]isms.DocumentType{isms.DocumentPolicy, isms.DocumentPlan}).Draw(t, "type"),
			})
		}
		for i := range count("evidence") {
			in.Evidence = append(in.Evidence, isms.Evidence{Common: common(fmt.Sprint("e-", i)), Controls: ids.Draw(t, "controls"), Expires: day.Draw(t, "expires")})
		}
		for i, ref := range ids.Draw(t, "records") {
			in.Controls = append(in.Controls, isms.Control{
				Common: common(fmt.Sprint("own-", i)), Ref: ref, Include: reason.Draw(t, "include"), Exclude: reason.Draw(t, "exclude"),
				Implementation: rapid.SampledFrom([]isms.Implementation{"", isms.Partial, isms.Implemented}).Draw(t, "implementation"),
				Maturity:       isms.Maturity{Current: rapid.IntRange(0, 3).Draw(t, "maturity")},
			})
		}
		return in
	})
}

// oracle works out the decisions from the rules alone, a control at a time.
type oracle struct {
	scope                   string
	named, driven, excluded map[isms.ControlID]bool
}

func (o oracle) name(c isms.Common, drives bool, ids ...isms.ControlID) {
	if c.Status == isms.Retired || o.scope != "" && c.ISMS == "there" {
		return
	}
	for _, id := range ids {
		o.named[id] = true
		o.driven[id] = o.driven[id] || drives
	}
}

func expected(in soa.Inputs) map[isms.ControlID]soa.Decision {
	o := oracle{in.Scope.ID, map[isms.ControlID]bool{}, map[isms.ControlID]bool{}, map[isms.ControlID]bool{}}
	tomorrow := today.AddDays(1)
	for k := range annexa.All() {
		o.name(isms.Common{}, false, isms.ControlID(k.ID.String()))
	}
	for _, c := range in.Catalogues {
		for _, k := range c.Controls {
			o.name(isms.Common{}, false, isms.ControlID(c.ID+":"+k.Ref))
		}
	}
	for _, r := range in.Risks {
		o.name(r.Common, true, r.Treatment.Controls...)
	}
	for _, r := range in.Requirements {
		if r.From != tomorrow && r.Until != today.AddDays(-1) {
			o.name(r.Common, true, r.Controls...)
		}
	}
	for _, d := range in.Documents {
		o.name(d.Common, d.Type == isms.DocumentPolicy && d.Status == isms.Approved && d.Published != tomorrow && d.Occurred != tomorrow, d.Controls...)
	}
	for _, e := range in.Evidence {
		o.name(e.Common, false, e.Controls...)
	}
	for _, k := range in.Controls {
		o.name(k.Common, k.Include != nil, k.Name())
		if k.Exclude != nil && k.Status != isms.Retired && (o.scope == "" || k.ISMS != "there") {
			o.excluded[k.Name()] = true
		}
	}
	delete(o.named, "")
	want := map[isms.ControlID]soa.Decision{}
	for id := range o.named {
		switch {
		case o.driven[id]:
			want[id] = soa.Included
		case o.excluded[id]:
			want[id] = soa.Excluded
		default:
			want[id] = soa.Undecided
		}
	}
	return want
}

// Included if and only if a path or a reasoned inclusion exists; and exactly
// one row for each control of Annex A and each other one that occurs.
func TestIncludedIffDriven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInputs().Draw(t, "in")
		s := soa.Compile(in, today)
		got, annex := map[isms.ControlID]soa.Decision{}, 0
		for _, r := range s.Rows {
			if r.Theme != 0 {
				annex++
			}
			got[r.Control] = r.Decision
			if (r.Decision == soa.Included) != (len(r.Reasons) > 0) || r.Decision == soa.Excluded && len(r.Against) == 0 {
				t.Fatalf("%s is %s with reasons %v, against %v", r.Control, r.Decision, r.Reasons, r.Against)
			}
		}
		if len(got) != len(s.Rows) || s.Rows[0].Control != "A.5.1" || s.Rows[92].Control != "A.8.34" {
			t.Fatalf("%d rows for %d controls, want one each and those of Annex A first", len(s.Rows), len(got))
		}
		if diff := cmp.Diff(expected(in), got); diff != "" {
			t.Fatalf("decisions (-want +got):\n%s", diff)
		}
		if annex != 93 {
			t.Fatalf("rows of Annex A = %d, want 93", annex)
		}
		if all, _ := s.Totals(); all.Controls != len(s.Rows) || all.Included+all.Excluded+all.Undecided != all.Controls || all.Implemented+all.NotImplemented+all.NotStated != all.Included {
			t.Fatalf("totals %+v do not match %d rows", all, len(s.Rows))
		}
	})
}

// Without its last driver a control is undecided, never silently excluded: only
// a recorded reason excludes.
func TestLastDriverGone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInputs().Draw(t, "in")
		before := soa.Compile(in, today)
		in.Risks, in.Requirements, in.Documents = nil, nil, nil
		in.Controls = slices.Clone(in.Controls)
		for i := range in.Controls {
			in.Controls[i].Include = nil
		}
		after := soa.Compile(in, today)
		for _, r := range before.Rows {
			got, want := after.Why(r.Control).Decision, soa.Undecided
			if len(r.Against) > 0 {
				want = soa.Excluded
			}
			if got == "" { // nothing names the control any more
				if r.Theme != 0 {
					t.Fatalf("%s has no row without its drivers", r.Control)
				}
				continue
			}
			if got != want {
				t.Fatalf("%s without drivers = %s, want %s", r.Control, got, want)
			}
		}
	})
}

// The order of the records changes nothing, to the byte.
func TestOrderOfInputsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInputs().Draw(t, "in")
		seed := rapid.Uint64().Draw(t, "seed")
		want := soa.Compile(in, today)
		mixed := shuffled(in, seed)
		got := soa.Compile(mixed, today)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("statement of the same records in another order (-want +got):\n%s", diff)
		}
	})
	for seed := range uint64(5) {
		want := csvOf(t, soa.Compile(bakery(), today), lang.EN)
		if got := csvOf(t, soa.Compile(shuffled(bakery(), seed), today), lang.EN); got != want {
			t.Errorf("CSV of the same records in another order (-want +got):\n%s", cmp.Diff(want, got))
		}
	}
}

// shuffled is the inputs with every list, and every list of controls, in
// another order.
func shuffled(in soa.Inputs, seed uint64) soa.Inputs {
	r := rand.New(rand.NewPCG(seed, 1))
	in.Risks, in.Requirements = mix(r, in.Risks), mix(r, in.Requirements)
	in.Documents, in.Evidence, in.Controls = mix(r, in.Documents), mix(r, in.Evidence), mix(r, in.Controls)
	in.Catalogues, in.Incidents = mix(r, in.Catalogues), mix(r, in.Incidents)
	in.Roles, in.Assets, in.Persons = mix(r, in.Roles), mix(r, in.Assets), mix(r, in.Persons)
	for i := range in.Risks {
		in.Risks[i].Treatment.Controls = mix(r, in.Risks[i].Treatment.Controls)
	}
	return in
}

func mix[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}
