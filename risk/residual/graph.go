package residual

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Graph declares what the controls of an organization do about its risks: the
// figures of the model, and the rules they are used by. What was not declared
// earns nothing.
type Graph struct {
	isms.Common

	Title    isms.Text `json:"title"`
	Rules    Rules     `json:"rules,omitzero"`
	Controls []Control `json:"controls,omitempty"`
	Effects  []Effect  `json:"effects,omitempty"`
}

// Rules are the assumptions of the organization. Shares are in per mille. The
// zero Rules give nothing away: no credit, and no step off a scale.
type Rules struct {
	// FreshFor is how long a test counts after the last day that its evidence
	// says something about. Unset, only evidence with a day of expiry is fresh.
	FreshFor isms.Cadence `json:"freshFor,omitzero"`

	// What a control that is not proved earns of what it would: while planned
	// or partly implemented, without a usable test, and with a test that is too
	// old. None is above the next.
	Planned  int `json:"planned,omitempty"`
	Untested int `json:"untested,omitempty"`
	Stale    int `json:"stale,omitempty"`

	// LikelihoodSteps and ImpactSteps map shares to the scales of the
	// methodology: one step is taken off when at most the first share remains,
	// two at the second, and so on. They fall strictly.
	LikelihoodSteps []int `json:"likelihoodSteps,omitempty"`
	ImpactSteps     []int `json:"impactSteps,omitempty"`
}

// Control is what the model needs to know of a control, whatever it acts on.
type Control struct {
	ID isms.ControlID `json:"id"`
	// RestsOn are the assets without which the control does not work, such as
	// the service for signing in. What they depend on counts too.
	RestsOn []isms.Ref[isms.Asset] `json:"restsOn,omitempty"`
	Tests   []Test                 `json:"tests,omitempty"` // the newest counts
}

// Test is what one piece of evidence showed about a control: of a sample, or of
// the times that the control was out of order.
type Test struct {
	Evidence isms.Ref[isms.Evidence] `json:"evidence"`

	Passed int `json:"passed,omitempty"` // of the sample
	Of     int `json:"of,omitempty"`     // size of the sample

	Variance Variance `json:"variance,omitzero"`
}

// Variance is how often a control does not work as designed. The chance that it
// does on some day is (1 - PerYear/365)^Days.
type Variance struct {
	PerYear  int `json:"perYear"`            // how often it happens, 0 to 365
	Days     int `json:"days"`               // how long it lasts, 1 to 365
	Strength int `json:"strength,omitempty"` // in the meantime, per mille; at most the design counts
}

// Effect is one thing that one control does about one risk. A control may have
// several effects on a risk, but only one of each function.
type Effect struct {
	Risk     isms.Ref[risk.Risk] `json:"risk"`
	Control  isms.ControlID      `json:"control"`
	Function Function            `json:"function"`
	Layer    string              `json:"layer,omitempty"`    // effects of one layer do the same thing
	Coverage int                 `json:"coverage,omitempty"` // per mille of the assets or paths that it reaches
	Design   int                 `json:"design,omitempty"`   // per mille that it stops there when it works
	Basis    isms.Text           `json:"basis,omitempty"`    // where the figures come from
}

// Function is what a control acts on.
type Function string

// The functions.
const (
	Prevent    Function = "prevent"     // makes the event less likely
	Detect     Function = "detect"      // notices the event, so that somebody can respond
	Respond    Function = "respond"     // limits an event that was noticed
	ReduceLoss Function = "reduce-loss" // limits the loss, noticed or not
)

// Label is the function in language l.
func (f Function) Label(l lang.Lang) string { return lang.Word(l, "control-function", string(f)) }

// Codes of problems of a graph.
const (
	CodeCredits isms.Code = "residual/credits" // less proof earns more
	CodeSteps   isms.Code = "residual/steps"   // the shares of a mapping do not fall
	// CodeEntangled is a risk of which the controls share so many services
	// that the best combination was not found within bounds.
	CodeEntangled isms.Code = "residual/entangled"
)

// maxEntries bounds each list of a graph.
const maxEntries = 100_000

// Graphs is the collection of graphs in a transaction.
func Graphs(tx *isms.Tx) isms.Collection[Graph] { return isms.Kind[Graph]{}.In(tx) }

// Kinds is every kind of this package.
func Kinds() []isms.AnyKind { return []isms.AnyKind{isms.Kind[Graph]{}} }

// EntityKind is "control-graph".
func (Graph) EntityKind() string { return "control-graph" }

// Check implements [isms.Entity].
func (g Graph) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !g.Title.IsZero())
	g.Rules.check(c.At("rules"))
	checkRange(c.At("controls"), len(g.Controls), 0, maxEntries)
	checkRange(c.At("effects"), len(g.Effects), 0, maxEntries)
	ids := make([]isms.ControlID, len(g.Controls))
	for i, k := range g.Controls {
		ids[i] = k.ID
		at := c.At("controls").Index(i)
		isms.CheckWords(at.At("restsOn"), k.RestsOn)
		for j, t := range k.Tests {
			t.check(at.At("tests").Index(j))
		}
	}
	isms.CheckControls(c.At("controls"), ids)
	type key struct {
		risk     isms.Ref[risk.Risk]
		control  isms.ControlID
		function Function
	}
	seen := map[key]bool{}
	for i, e := range g.Effects {
		at := c.At("effects").Index(i)
		k := key{e.Risk, e.Control, e.Function}
		at.Assert(!seen[k], isms.CodeDuplicate, "have", string(e.Control)+" "+string(e.Function))
		seen[k] = true
		e.check(at)
	}
}

func (r Rules) check(c isms.Checker) {
	if !r.FreshFor.IsZero() {
		ok := r.FreshFor.Every >= 1 && r.FreshFor.Every <= 10000 && r.FreshFor.Unit >= isms.Days && r.FreshFor.Unit <= isms.Years
		c.At("freshFor").Assert(ok, isms.CodeRange, "have", r.FreshFor.String(), "want", "1 day ... 10000 years")
	}
	checkRange(c.At("planned"), r.Planned, 0, 1000)
	checkRange(c.At("untested"), r.Untested, 0, 1000)
	checkRange(c.At("stale"), r.Stale, 0, 1000)
	c.Assert(r.Planned <= r.Untested && r.Untested <= r.Stale, CodeCredits)
	checkSteps(c.At("likelihoodSteps"), r.LikelihoodSteps)
	checkSteps(c.At("impactSteps"), r.ImpactSteps)
}

func checkSteps(c isms.Checker, shares []int) {
	for i, s := range shares {
		checkRange(c.Index(i), s, 0, 999)
		c.Index(i).Assert(i == 0 || s < shares[i-1], CodeSteps)
	}
}

func (t Test) check(c isms.Checker) {
	isms.CheckRequired(c.At("evidence"), t.Evidence != "")
	if t.Variance != (Variance{}) {
		c.Assert(t.Of == 0 && t.Passed == 0, isms.CodeBoth, "one", "of", "other", "variance")
		checkRange(c.At("variance").At("perYear"), t.Variance.PerYear, 0, 365)
		checkRange(c.At("variance").At("days"), t.Variance.Days, 1, 365)
		checkRange(c.At("variance").At("strength"), t.Variance.Strength, 0, 1000)
		return
	}
	checkRange(c.At("of"), t.Of, 1, 1_000_000_000)
	checkRange(c.At("passed"), t.Passed, 0, max(t.Of, 0))
}

func (e Effect) check(c isms.Checker) {
	isms.CheckRequired(c.At("risk"), e.Risk != "")
	isms.CheckRequired(c.At("control"), e.Control != "")
	c.At("control").Assert(e.Control == "" || validControl(e.Control), isms.CodeControl, "have", string(e.Control))
	isms.CheckRequired(c.At("function"), e.Function != "")
	isms.CheckEnum(c.At("function"), e.Function, Prevent, Detect, Respond, ReduceLoss)
	checkRange(c.At("coverage"), e.Coverage, 0, 1000)
	checkRange(c.At("design"), e.Design, 0, 1000)
}

// validControl is what [isms.CheckControls] accepts, for one that is no list.
func validControl(id isms.ControlID) bool {
	if _, ref, other := strings.Cut(string(id), ":"); other {
		return strings.TrimSpace(ref) != ""
	}
	if strings.HasPrefix(string(id), "A.") {
		parsed, err := annexa.ParseID(string(id))
		return err == nil && parsed.String() == string(id)
	}
	return isms.ValidID(string(id))
}

func checkRange(c isms.Checker, n, least, most int) {
	c.Assert(n >= least && n <= most, isms.CodeRange, "have", strconv.Itoa(n), "want", strconv.Itoa(least)+" ... "+strconv.Itoa(most))
}
