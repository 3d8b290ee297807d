package risk_test

import (
	"cmp"
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

func named(id, label string, e risk.Evaluation) risk.Risk {
	return risk.Risk{Common: isms.Common{ID: id, Label: label}, Title: isms.Plain(id), Current: e}
}

func order(reg risk.Register) []string {
	var names []string
	for _, row := range reg.Rows {
		names = append(names, row.Risk.Name())
	}
	return names
}

func TestRegisterOrder(t *testing.T) {
	retired := named("g", "R-0", evaluation(5, 5))
	retired.Status = isms.Retired
	offScale := named("h", "R-4", evaluation(6, 1))
	in := risk.Inputs{Methodologies: []risk.Methodology{matrix5()}, Risks: []risk.Risk{
		named("a", "R-10", evaluation(1, 1)),
		named("b", "R-9", evaluation(1, 2)),
		named("c", "R-3", evaluation(5, 5)),
		named("d", "R-20", risk.Evaluation{}),
		named("e", "R-5", evaluation(4, 0)),
		named("f", "", evaluation(5, 5)),
		retired, offScale,
	}}
	got := order(risk.NewRegister(in, date("2026-03-01")))
	want := []string{"R-4", "R-5", "R-20", "R-3", "f", "R-9", "R-10"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// The order is the same whatever the order of the inputs, and rows of a lower
// level never stand above those of a higher one.
func TestRegisterIsATotalOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethodology(t)
		label := rapid.StringMatching(`R?-?[0-9]{0,3}[a:/]?[0-9]{0,2}`)
		var in risk.Inputs
		in.Methodologies = []risk.Methodology{m}
		for i := range rapid.IntRange(0, 12).Draw(t, "n") {
			in.Risks = append(in.Risks, named(strconv.Itoa(i), label.Draw(t, "label"), risk.Evaluation{
				Methodology: m.Pin(),
				Likelihood:  rapid.IntRange(-1, 8).Draw(t, "likelihood"),
				Impact:      rapid.IntRange(-1, 8).Draw(t, "impact"),
			}))
		}
		first := risk.NewRegister(in, date("2026-03-01"))
		for i := 1; i < len(first.Rows); i++ {
			if first.Rows[i-1].Current.Compare(first.Rows[i].Current) < 0 {
				t.Fatalf("row %d is below row %d in level", i-1, i)
			}
		}
		other := in
		other.Risks = rapid.Permutation(in.Risks).Draw(t, "permutation")
		if diff := gocmp.Diff(ids(first), ids(risk.NewRegister(other, date("2026-03-01")))); diff != "" {
			t.Fatalf("order depends on that of the inputs:\n%s", diff)
		}
		for _, s := range []risk.Stage{risk.Inherent, risk.Current, risk.Residual} {
			if got := counted(first, s); got != len(first.Rows) {
				t.Fatalf("Counts(%s) add up to %d, want %d rows", s, got, len(first.Rows))
			}
			if got := placed(first.HeatMap(m, s, lang.EN)); got != len(first.Rows) {
				t.Fatalf("HeatMap(%s) shows %d, want %d rows", s, got, len(first.Rows))
			}
		}
	})
}

func ids(reg risk.Register) (ids []string) {
	for _, row := range reg.Rows {
		ids = append(ids, row.Risk.ID)
	}
	return ids
}

func counted(reg risk.Register, s risk.Stage) (sum int) {
	for _, c := range reg.Counts(s) {
		sum += c.Risks
	}
	return sum
}

func placed(h report.HeatMap) int {
	n := len(h.Lane.Labels)
	for _, row := range h.Cells {
		for _, c := range row {
			n += len(c.Labels)
		}
	}
	return n
}

func TestNaturalOrder(t *testing.T) {
	want := []string{"", "1", "01", "1a", "2", "10", "9999999999999999999999", "R-1", "R-02", "R-2x", "R-10", "R-x"}
	in := risk.Inputs{}
	for i, label := range want {
		in.Risks = append(in.Risks, named("r"+strconv.Itoa(i), cmp.Or(label, "0"), risk.Evaluation{}))
	}
	want[0] = "0"
	slices.Reverse(in.Risks)
	want[1], want[2] = "01", "1" // the same number: bytewise
	if diff := gocmp.Diff(want, order(risk.NewRegister(in, date("2026-03-01")))); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestRegisterRow(t *testing.T) {
	r := whole()
	in := risk.Inputs{
		Risks:         []risk.Risk{r},
		Methodologies: []risk.Methodology{matrix5()},
		Roles:         []isms.Role{{Common: isms.Common{ID: "cio"}, Title: isms.Text{"en": "Chief", "nl": "Hoofd"}}},
		Assets:        []isms.Asset{{Common: isms.Common{ID: "payroll"}, Title: isms.Plain("Payroll")}},
		Controls:      []isms.Control{{Common: isms.Common{ID: "k1"}, Ref: "A.6.3", Implementation: isms.Partial}},
	}
	reg := risk.NewRegister(in, date("2026-03-01"))
	row := reg.Rows[0]
	for stage, want := range map[risk.Stage]string{risk.Inherent: "critical", risk.Current: "critical", risk.Residual: "medium"} {
		if got := row.Level(stage).Band.ID; got != want {
			t.Errorf("Level(%s) = %s, want %s", stage, got, want)
		}
	}
	if want := (risk.Progress{Done: 1, Open: 2, Overdue: 1, Undated: 1}); row.Progress != want {
		t.Errorf("Progress = %+v, want %+v", row.Progress, want)
	}
	measures := []risk.Measure{{Control: "A.5.14"}, {Control: "A.6.3", Implementation: isms.Partial}}
	if diff := gocmp.Diff(measures, row.Measures); diff != "" {
		t.Errorf("Measures (-want +got):\n%s", diff)
	}
	if row.Acceptance != risk.AcceptanceValid || row.AcceptedUntil != date("2027-01-12") {
		t.Errorf("Acceptance = %s until %s, want valid until 2027-01-12", row.Acceptance, row.AcceptedUntil)
	}
	if got := reg.Name(r.Owner).In(lang.NL); got != "Hoofd" {
		t.Errorf("Name(%s) = %s, want Hoofd", r.Owner, got)
	}
	if got := reg.Name(isms.Link{Kind: "person", ID: "p-1"}).String(); got != "person/p-1" {
		t.Errorf("Name of a stranger = %s, want the link", got)
	}
	if got := reg.Name(r.Assets[0].Link()).String(); got != "Payroll" {
		t.Errorf("Name of the asset = %s, want Payroll", got)
	}
}

func TestReviewIsTheEarlierCadence(t *testing.T) {
	years := func(n int) isms.Cadence { return isms.Cadence{Every: n, Unit: isms.Years} }
	for _, c := range []struct {
		rule    string
		e       risk.Evaluation
		review  isms.Review
		due     string
		overdue bool
	}{
		{"critical: 3 months, from the evaluation", evaluation(5, 5), isms.Review{}, "2026-04-10", false},
		{"critical: 3 months, from the last review", evaluation(5, 5), isms.Review{Last: date("2025-11-30")}, "2026-02-28", true},
		{"the band before a longer cadence", evaluation(5, 5), isms.Review{Last: date("2025-11-30"), Every: years(2)}, "2026-02-28", true},
		{"a shorter cadence before the band", evaluation(1, 1), isms.Review{Last: date("2026-02-01"), Every: isms.Cadence{Every: 1, Unit: isms.Weeks}}, "2026-02-08", true},
		{"a cadence, and nobody knows since when", risk.Evaluation{}, isms.Review{Every: years(1)}, "", true},
		{"nothing planned", risk.Evaluation{}, isms.Review{}, "", false},
	} {
		r := named("a", "", c.e)
		r.Review = c.review
		row := risk.NewRegister(risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{matrix5()}}, date("2026-03-01")).Rows[0]
		if row.ReviewDue.String() != c.due || row.ReviewOverdue != c.overdue {
			t.Errorf("%s: due %s, overdue %t, want %s, %t", c.rule, row.ReviewDue, row.ReviewOverdue, c.due, c.overdue)
		}
	}
}

func TestNotes(t *testing.T) {
	newer := matrix5()
	newer.Rev = 2
	later := evaluation(5, 5)
	later.On = date("2026-02-01")
	for _, c := range []struct {
		rule              string
		current, residual risk.Evaluation
		methodologies     []risk.Methodology
		want              []isms.Code
	}{
		{"nothing odd", evaluation(5, 5), evaluation(1, 1), []risk.Methodology{matrix5()}, nil},
		{"treatment makes it worse", evaluation(1, 1), evaluation(5, 5), []risk.Methodology{matrix5()}, []isms.Code{risk.NoteResidualAbove}},
		{"what is not assessed is no comparison", evaluation(1, 1), risk.Evaluation{}, []risk.Methodology{matrix5()}, nil},
		{"the current risk rose since", later, evaluation(1, 1), []risk.Methodology{matrix5()}, []isms.Code{risk.NoteResidualOlder}},
		{"the current risk came down to it", later, evaluation(5, 5), []risk.Methodology{matrix5()}, nil},
		{"the methodology changed since", evaluation(5, 5), evaluation(1, 1), []risk.Methodology{newer, matrix5()}, []isms.Code{risk.NoteOlderMethodology}},
	} {
		r := named("a", "", c.current)
		r.Residual = c.residual
		row := risk.NewRegister(risk.Inputs{Risks: []risk.Risk{r}, Methodologies: c.methodologies}, date("2026-03-01")).Rows[0]
		if !slices.Equal(row.Notes, c.want) {
			t.Errorf("%s: Notes = %v, want %v", c.rule, row.Notes, c.want)
		}
		for _, n := range row.Notes {
			if n.Text(lang.EN, nil) == string(n) {
				t.Errorf("note %s has no text", n)
			}
		}
	}
}

// A risk keeps the band it had under the revision it was judged with, whatever
// the methodology says now, and each map shows its own (OpenRisk shipped four
// mappings to bands at once).
func TestRevisionsDoNotMix(t *testing.T) {
	newer := matrix5()
	newer.Rev = 2
	newer.Matrix[0][0] = "medium"
	newer.Matrix[0][1], newer.Matrix[0][2] = "medium", "medium"
	newer.Matrix[1][0], newer.Matrix[2][0], newer.Matrix[3][0] = "medium", "medium", "medium"
	newer.Matrix[1][1] = "medium"
	e := evaluation(1, 1)
	e.Methodology.Rev = 2
	in := risk.Inputs{
		Risks:         []risk.Risk{named("old", "", evaluation(1, 1)), named("new", "", e), named("none", "", risk.Evaluation{})},
		Methodologies: []risk.Methodology{newer, matrix5()},
	}
	reg := risk.NewRegister(in, date("2026-03-01"))
	if got := order(reg); !slices.Equal(got, []string{"none", "new", "old"}) {
		t.Errorf("order = %v, want none, new, old", got)
	}
	if len(reg.Methodologies) != 2 || reg.Methodologies[0].Rev != 1 {
		t.Fatalf("Methodologies = %d, first revision %d, want 2 by revision", len(reg.Methodologies), reg.Methodologies[0].Rev)
	}
	for i, want := range []string{"old", "new"} {
		h := reg.HeatMap(reg.Methodologies[i], risk.Current, lang.EN)
		if got := h.Cells[0][0].Labels; !slices.Equal(got, []string{want}) {
			t.Errorf("revision %d: cell (1, 1) = %v, want %s", i+1, got, want)
		}
		if !slices.Equal(h.Lane.Labels, []string{"none"}) {
			t.Errorf("revision %d: lane = %v, want none", i+1, h.Lane.Labels)
		}
	}
	var bands []string
	for _, c := range reg.Counts(risk.Current) {
		if c.Risks > 0 {
			bands = append(bands, c.Methodology.String()+" "+c.Band.ID)
		}
	}
	if want := []string{" ", "methodology/matrix-5x5@1 low", "methodology/matrix-5x5@2 medium"}; !slices.Equal(bands, want) {
		t.Errorf("Counts = %q, want %q", bands, want)
	}
}
