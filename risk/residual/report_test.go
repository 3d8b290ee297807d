package residual_test

import (
	"bytes"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
)

func markdown(t *testing.T, r residual.Result, l lang.Lang) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Markdown(&out, r.Report(l)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// sample has a risk of each kind: calculated, evaluated by its owner, not
// assessed.
func sample() residual.Inputs {
	in := whole()
	in.Graph.Effects[0].Design = 700
	in.Graph.Effects = append(in.Graph.Effects,
		effect("training", residual.Prevent, "sign-in", 300), effect("vault", residual.ReduceLoss, "", 250), effect("ha", residual.ReduceLoss, "copies", 300),
		effect("segments", residual.ReduceLoss, "network", 400), effect("old", residual.ReduceLoss, "x", 400), effect("unknown", residual.Prevent, "y", 400))
	for _, id := range []isms.ControlID{"training", "vault", "ha", "segments", "old"} {
		addControl(&in, id)
	}
	restsOn(&in, "vault", "sso")
	in.Controls[6].Implementation, in.Controls[6].Due = isms.Planned, date("2026-05-01")
	in.Controls[7].Implementation = isms.Partial
	in.Evidence = append(in.Evidence, isms.Evidence{Common: isms.Common{ID: "e-2", Label: "E-2"}, Received: date("2024-12-01")})
	in.Graph.Controls[5].Tests[0].Evidence = "e-2"
	for _, id := range []string{"r-2", "r-3"} {
		r := in.Risks[0]
		r.ID, r.Label = id, strings.ToUpper(id)
		in.Risks = append(in.Risks, r)
		e := effect("mfa", residual.Prevent, "", 600)
		e.Risk = isms.Ref[risk.Risk](id)
		in.Graph.Effects = append(in.Graph.Effects, e)
	}
	in.Risks[1].Residual = risk.Evaluation{Methodology: matrix5().Pin(), Likelihood: 2, Impact: 2, By: in.Risks[1].Owner}
	in.Risks[2].Inherent = risk.Evaluation{}
	return in
}

func TestReportGolden(t *testing.T) {
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		res, err := residual.Compute(sample(), today(), nil)
		if err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "report."+string(l)+".md", markdown(t, res, l))
		if res, err = residual.Compute(sample(), today(), &residual.WhatIf{
			On: date("2026-06-01"), Failing: []isms.ControlID{"training"}, Down: []isms.Ref[isms.Asset]{"sso"},
			Slips: map[isms.ControlID]isms.Date{"segments": date("2026-07-01")},
		}); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "whatif."+string(l)+".md", markdown(t, res, l))
	}
}

// The estimate is never printed without its name, nor as anybody's judgement.
func TestEstimatesAreMarked(t *testing.T) {
	res, err := residual.Compute(inputs(effect("a", residual.Prevent, "", 900)), today(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for l, want := range map[lang.Lang]string{lang.EN: "modelled estimate: the risk owner has not recorded", lang.NL: "modelmatige schatting: de risico-eigenaar heeft"} {
		if got := markdown(t, res, l); !strings.Contains(got, want) {
			t.Errorf("the report in %s does not say %q", l, want)
		}
	}
}

// Hostile texts stay texts, and a report of nothing is a report.
func TestReportOfOddInputs(t *testing.T) {
	in := inputs(effect("a", residual.Prevent, "<script>|\u202e", 900))
	in.Risks[0].Title = isms.Plain("<script>alert(1)</script>")
	res, err := residual.Compute(in, today(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []residual.Result{res, {}} {
		var out bytes.Buffer
		if err := report.HTML(&out, r.Report(lang.NL)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "<script") {
			t.Error("a title became markup")
		}
	}
}

// Every text of the catalogue that says how an effect stands or is used comes
// from some case, in both languages and with its arguments.
func TestEveryTextIsFilled(t *testing.T) {
	seen := map[isms.Code]bool{}
	look := func(in residual.Inputs, what *residual.WhatIf) {
		t.Helper()
		for _, f := range compute(t, in, what).Factors {
			seen[f.Standing], seen[f.Use] = true, true
			for _, l := range []lang.Lang{lang.EN, lang.NL} {
				for _, s := range []string{f.StandingText(l), f.UseText(l)} {
					if s == "" || strings.Contains(s, "{") || strings.HasPrefix(s, "residual/") {
						t.Errorf("text in %s: %q", l, s)
					}
				}
			}
		}
	}
	one := func() residual.Inputs { in := sample(); in.Risks = in.Risks[:1]; return in }
	look(one(), nil)
	look(one(), &residual.WhatIf{On: date("2026-06-01"), Failing: []isms.ControlID{"training"}, Down: []isms.Ref[isms.Asset]{"sso"}})
	look(inputs(effect("a", residual.Detect, "", 1)), nil)
	look(inputs(effect("a", residual.Respond, "", 1)), nil)
	look(inputs(effect("a", residual.Prevent, "", 1), effect("a", residual.ReduceLoss, "", 1)), nil)
	untested := inputs(effect("a", residual.Prevent, "", 1000), effect("b", residual.Prevent, "x", 5))
	untested.Graph.Controls[0].Tests = nil
	look(untested, nil)
	measured := inputs(effect("a", residual.Prevent, "", 1000))
	measured.Graph.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Variance: residual.Variance{Days: 1}}
	look(measured, nil)
	for e := range lang.Entries() {
		name, ours := strings.CutPrefix(e.Code, "residual/")
		if ours && !seen[isms.Code(e.Code)] && !slices.Contains([]string{"credits", "steps", "entangled", "estimate", "recorded", "recorded-lower"}, name) {
			t.Errorf("no case has %s", e.Code)
		}
	}
}

// Printed shares are rounded against the organization.
func TestRounding(t *testing.T) {
	in := inputs(effect("a", residual.Prevent, "", 1000))
	in.Graph.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Passed: 2, Of: 3}
	e := compute(t, in, nil)
	if e.Likelihood.Cmp(big.NewRat(1, 3)) != 0 {
		t.Errorf("Likelihood = %s, want 1/3", e.Likelihood.RatString())
	}
	if got, want := e.Calculation(lang.NL)[0], "Waarschijnlijkheid die overblijft: (1 − 66,6 %) = 33,4 %"; got != want {
		t.Errorf("Calculation = %q, want %q", got, want)
	}
}
