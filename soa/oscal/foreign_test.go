package oscal_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
)

func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// told are omissions, one a line.
func told(omissions []isms.Omission) string {
	var lines strings.Builder
	for _, o := range omissions {
		fmt.Fprintln(&lines, o.Code, o.Text(lang.EN))
	}
	return lines.String()
}

// A catalogue of another system: enhancements and nested groups, items of a
// statement with their labels, and everything else among the omissions.
func TestForeignCatalog(t *testing.T) {
	if _, _, err := oscal.ReadCatalog(open(t, "foreign-catalog.json"), nil); !errors.Is(err, oscal.ErrNoCatalogue) {
		t.Errorf("without an id: %v, want %v", err, oscal.ErrNoCatalogue)
	}
	c, omissions, err := oscal.ReadCatalog(open(t, "foreign-catalog.json"), &oscal.ReadOptions{Catalogue: "house"})
	if err != nil {
		t.Fatal(err)
	}
	text := isms.Plain
	want := soa.Catalogue{ID: "house", Title: text("House rules"), Controls: []soa.CatalogueControl{
		{Ref: "hr-2", Title: text("Doors are locked"), Text: text("Always *all* of them.")},
		{Ref: "hr-3", Group: text("Keys"), Title: text("Keys are counted")},
		{
			Ref: "hr-1", Group: text("Visitors"), Title: text("Visitors sign"),
			Text: text("Whoever visits:\na. signs in;\nb. signs out after {{ insert: param, hr_prm }}."),
		},
		{Ref: "hr-1.1", Group: text("Visitors"), Title: text("A badge too")},
	}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("catalogue (-want +got)\n%s", diff)
	}
	if problems := c.Validate(); len(problems) > 0 {
		t.Errorf("Validate() = %v", problems)
	}
	golden.Check(t, "foreign-catalog.txt", told(omissions))
}

// A plan of another system: nothing is taken for granted.
func TestForeignPlan(t *testing.T) {
	opt := &oscal.ReadOptions{
		Catalogue: "nist80053",
		Roles:     []isms.Role{{Common: isms.Common{ID: "itm"}, Title: isms.Plain("IT manager")}},
		Persons:   []isms.Individual{{Common: isms.Common{ID: "p-1"}, Name: "Ann"}},
	}
	drafts, omissions, err := oscal.ReadPlan(open(t, "foreign-plan.json"), opt)
	if err != nil {
		t.Fatal(err)
	}
	control := func(id, ref string, change func(*isms.Control)) isms.Control {
		k := isms.Control{Common: isms.Common{ID: id}, Ref: isms.ControlID(ref)}
		change(&k)
		return k
	}
	want := []isms.Control{
		control("nist80053-ac-1", "nist80053:ac-1", func(k *isms.Control) {
			k.Owner, k.Implementation, k.How = isms.Link{Kind: "role", ID: "itm"}, isms.Implemented, isms.Plain("Written down.")
		}),
		control("nist80053-ac-2", "nist80053:ac-2", func(k *isms.Control) {
			k.Owner, k.How = isms.Link{Kind: "person", ID: "p-1"}, isms.Plain("Here *so*.\n\nThere so.")
		}),
		control("nist80053-ac-3", "nist80053:ac-3", func(k *isms.Control) { k.Exclude = isms.Plain("There are no wires.") }),
		control("nist80053-ac-4", "nist80053:ac-4", func(k *isms.Control) { k.How = isms.Plain("Otherwise.") }),
		control("nist80053-a.5.1", "nist80053:A.5.1", func(*isms.Control) {}),
	}
	if diff := cmp.Diff(want, drafts.Controls, cmp.Comparer(isms.Date.Equal)); diff != "" {
		t.Errorf("controls (-want +got)\n%s", diff)
	}
	for _, k := range drafts.Controls {
		if problems := isms.Validate(k); len(problems) > 0 {
			t.Errorf("%s: %v", k.ID, problems)
		}
	}
	golden.Check(t, "foreign-plan.txt", told(omissions))

	// Without the id of the catalogue only the numbers of Annex A are known.
	drafts, omissions, err = oscal.ReadPlan(open(t, "foreign-plan.json"), nil)
	if err != nil || len(drafts.Controls) != 1 || drafts.Controls[0].Ref != "A.5.1" || drafts.Controls[0].ID != "a.5.1" {
		t.Errorf("controls = %v, %v, want A.5.1", drafts.Controls, err)
	}
	unknown := 0
	for _, o := range omissions {
		if o.Code == oscal.CodeControl {
			unknown++
		}
	}
	if unknown != 4 {
		t.Errorf("%d controls of an unknown catalogue, want 4", unknown)
	}
}
