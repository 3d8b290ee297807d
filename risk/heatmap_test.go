package risk_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

// Arrows join what the methodology of the map rates at both ends, and moves.
func TestMovementMap(t *testing.T) {
	m, other := risk.Matrix3(), risk.Matrix3()
	m.Rev, other.Rev = 2, 1
	at := func(m risk.Methodology, likelihood, impact int) risk.Evaluation {
		return risk.Evaluation{Methodology: m.Pin(), Likelihood: likelihood, Impact: impact}
	}
	risks := []risk.Risk{
		{Common: isms.Common{ID: "a", Label: "R-1"}, Inherent: at(m, 3, 3), Current: at(m, 2, 3), Residual: at(m, 1, 2)},
		{Common: isms.Common{ID: "b", Label: "R-2"}, Inherent: at(m, 2, 2), Current: at(m, 2, 2), Residual: at(m, 2, 1)},
		{Common: isms.Common{ID: "c", Label: "R-3"}, Inherent: at(m, 3, 1), Current: at(m, 3, 1)},
		{Common: isms.Common{ID: "d", Label: "R-4"}, Inherent: at(other, 3, 3), Current: at(m, 1, 1), Residual: at(m, 1, 4)},
		{Common: isms.Common{ID: "e", Label: "R-5"}, Inherent: at(m, 3, 3), Residual: at(m, 1, 1)},
	}
	in := risk.Inputs{Risks: risks, Methodologies: []risk.Methodology{other, m}}
	r := risk.NewRegister(in, isms.Day(2026, time.March, 1))
	first := report.Movement{Name: "from inherent risk to current risk", Moves: []report.Move{{From: [2]int{2, 2}, To: [2]int{2, 1}, Label: "R-1"}}}
	then := report.Movement{Name: "from current risk to residual risk", Dashed: true, Moves: []report.Move{
		{From: [2]int{2, 1}, To: [2]int{1, 0}, Label: "R-1"}, {From: [2]int{1, 1}, To: [2]int{0, 1}, Label: "R-2"},
	}}
	h := r.MovementMap(m, lang.EN)
	if diff := cmp.Diff([]report.Movement{first, then}, h.Movements); diff != "" {
		t.Errorf("MovementMap.Movements differ (-want +got):\n%s", diff)
	}
	if n := placed(h); n != 1 || h.Lane.Labels[0] != "R-5" {
		t.Errorf("MovementMap has %d labels, in the lane %v, want empty cells and R-5 in the lane", n, h.Lane.Labels)
	}
	if still := risk.NewRegister(risk.Inputs{Risks: risks[2:3], Methodologies: in.Methodologies}, r.AsOf).MovementMap(m, lang.EN); still.Movements != nil {
		t.Errorf("MovementMap of a risk that stays = %v, want no movement", still.Movements)
	}
	if got := r.MovementMap(m, lang.NL).Movements[1].Name; got != "van huidig risico naar restrisico" {
		t.Errorf("MovementMap(nl) names a movement %q", got)
	}
	doc := report.Document{Title: "map", Blocks: []report.Block{report.Figure{SVG: h.SVG()}}}
	if err := report.HTML(t.Output(), doc); err != nil {
		t.Errorf("HTML = %v, want a drawing", err)
	}
}
