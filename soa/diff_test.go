package soa_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

// anyStatement draws a statement: compiled, and then perhaps with rows taken out,
// moved or written over, as no compiler would.
func anyStatement() *rapid.Generator[soa.Statement] {
	return rapid.Custom(func(t *rapid.T) soa.Statement {
		in := anyInputs().Draw(t, "in")
		in.Seq = rapid.Int64Range(0, 9).Draw(t, "seq")
		in.Organization.Name = isms.Plain(rapid.StringMatching("[a-z<&]{0,3}").Draw(t, "organization"))
		s := soa.Compile(in, today.AddDays(rapid.IntRange(-1, 1).Draw(t, "day")))
		place := func(name string) int { return rapid.IntRange(0, len(s.Rows)-1).Draw(t, name) }
		for range rapid.IntRange(0, 3).Draw(t, "removed") {
			i := place("row")
			s.Rows = slices.Delete(s.Rows, i, i+1)
		}
		if rapid.Bool().Draw(t, "moved") {
			i, j := place("from"), place("to")
			s.Rows[i], s.Rows[j] = s.Rows[j], s.Rows[i]
		}
		r := &s.Rows[place("row")]
		r.How = isms.Text{lang.NL: rapid.StringMatching(`[a-z<"\\]{0,3}`).Draw(t, "how")}
		r.Due = today.AddDays(rapid.IntRange(0, 1).Draw(t, "due"))
		if len(r.Reasons) > 1 && rapid.Bool().Draw(t, "reversed") {
			slices.Reverse(r.Reasons)
		}
		if len(r.Reasons) > 0 && rapid.Bool().Draw(t, "twice") {
			r.Reasons = append(r.Reasons, r.Reasons[0])
		}
		return s
	})
}

// Applying the difference to the old statement gives the new one, exactly, also
// after the difference went through JSON, and no other statement is taken for the
// old one.
func TestApplyDiff(t *testing.T) { //nolint:gocognit // what must hold of any two statements
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyStatement().Draw(t, "a"), anyStatement().Draw(t, "b")
		d := soa.Diff(a, b)
		got, err := d.Apply(a)
		if err != nil {
			t.Fatalf("Apply: %v", err)
		}
		if !reflect.DeepEqual(b, got) {
			t.Fatalf("Diff(a, b).Apply(a) (-b +got):\n%s", cmp.Diff(b, got))
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back soa.Difference
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if got, err = back.Apply(a); err != nil || !reflect.DeepEqual(b, got) {
			t.Fatalf("Apply of the difference from JSON: %v (-b +got):\n%s", err, cmp.Diff(b, got))
		}
		if same := soa.Diff(b, b); len(same.Cells)+len(same.Rows) > 0 {
			t.Fatalf("Diff(b, b) = %+v, want nothing", same)
		}
		if !reflect.DeepEqual(a, b) && len(d.Cells)+len(d.Rows) == 0 {
			t.Fatal("Diff of two statements = nothing")
		}
		got, err = d.Apply(b)
		if err == nil && !reflect.DeepEqual(got, b) || err != nil && !errors.Is(err, soa.ErrOtherStatement) {
			t.Fatalf("Apply to the new statement = %v, %v, want ErrOtherStatement", got, err)
		}
	})
}

// A difference holds no more than what differs.
func TestDiffIsSmall(t *testing.T) {
	in := bakery()
	old := soa.Compile(in, today)
	in.Controls[1].Implementation = isms.Implemented // A.8.12
	in.Risks[1].Treatment.Controls = append(in.Risks[1].Treatment.Controls, "A.5.9")
	in.Controls = append(in.Controls, isms.Control{Common: approved("own-2", "OC-3"), Title: plain("Cat")})
	in.Controls = slices.DeleteFunc(in.Controls, func(k isms.Control) bool { return k.ID == "own-10" })
	var got []string
	for _, r := range soa.Diff(old, soa.Compile(in, today)).Rows {
		for _, c := range r.Cells {
			if r.What == soa.Changed {
				got = append(got, fmt.Sprintf("%s %s %s", r.Name, c.Path, c.What()))
			}
		}
		if r.What != soa.Changed {
			got = append(got, fmt.Sprintf("%s %s at %d", r.Name, r.What, r.At))
		}
	}
	want := []string{
		"A.5.9 /reasons/0 added",
		"A.8.12 /implementation changed",
		"OC-3 added at 95",
		"OC-10 removed at 95",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

// A list in another order is another list.
func TestDiffOfOrder(t *testing.T) {
	in := bakery()
	a := soa.Compile(in, today)
	b := soa.Compile(in, today)
	r := &b.Rows[slices.IndexFunc(b.Rows, func(r soa.Row) bool { return r.Control == "A.8.12" })]
	slices.Reverse(r.Reasons)
	b.Rows[3], b.Rows[5] = b.Rows[5], b.Rows[3]
	got, err := soa.Diff(a, b).Apply(a)
	if diff := cmp.Diff(b, got); err != nil || diff != "" {
		t.Errorf("Apply: %v (-want +got):\n%s", err, diff)
	}
}

// A difference is refused by any statement that is not as the difference has it.
func TestApplyToAnotherStatement(t *testing.T) {
	at := func(s *soa.Statement, id isms.ControlID) int {
		return slices.IndexFunc(s.Rows, func(r soa.Row) bool { return r.Control == id })
	}
	in := bakery()
	old := soa.Compile(in, today)
	in.Controls[1].Implementation = isms.Implemented // A.8.12
	in.Risks = in.Risks[1:]
	in.Controls = append(in.Controls, isms.Control{Common: approved("own-2", "OC-3"), Title: plain("Cat")})
	in.Controls = slices.DeleteFunc(in.Controls, func(k isms.Control) bool { return k.ID == "own-10" })
	d := soa.Diff(old, soa.Compile(in, today))
	for name, change := range map[string]func(s *soa.Statement){
		"another value":       func(s *soa.Statement) { s.Rows[at(s, "A.8.12")].Implementation = isms.Planned },
		"another reason":      func(s *soa.Statement) { s.Rows[at(s, "A.8.12")].Reasons = nil },
		"no such row":         func(s *soa.Statement) { s.Rows = slices.Delete(s.Rows, at(s, "own-10"), at(s, "own-10")+1) },
		"the row is there":    func(s *soa.Statement) { s.Rows = append(s.Rows, soa.Row{Control: "own-2"}) },
		"rows too few for it": func(s *soa.Statement) { s.Rows = slices.Delete(s.Rows, 0, 4) },
	} {
		s := soa.Compile(bakery(), today)
		change(&s)
		if got, err := d.Apply(s); !errors.Is(err, soa.ErrOtherStatement) {
			t.Errorf("Apply to a statement with %s = %d rows, %v, want ErrOtherStatement", name, len(got.Rows), err)
		}
	}
	for _, path := range []string{"/nothing", "/reasons/x", "", "/reasons/0/0"} {
		bad := soa.Difference{Rows: []soa.RowChange{{Control: "A.5.1", What: soa.Changed, Cells: []soa.Cell{{Path: path, New: json.RawMessage(`{}`)}}}}}
		if _, err := bad.Apply(old); err == nil {
			t.Errorf("Apply of a cell at %q = no error", path)
		}
	}
}
