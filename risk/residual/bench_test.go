package residual_test

import (
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
)

// A thousand risks with six effects each, of a hundred controls that rest on
// ten services.
func BenchmarkCompute(b *testing.B) {
	in := inputs()
	first := in.Risks[0]
	in.Risks = nil
	for i := range 1000 {
		r := first
		r.ID, r.Label = "r-"+strconv.Itoa(i), "R-"+strconv.Itoa(i)
		in.Risks = append(in.Risks, r)
		for j := range 6 {
			k := (i*7 + j*13) % 100
			id := isms.ControlID("k" + strconv.Itoa(k))
			f := [...]residual.Function{residual.Prevent, residual.Prevent, residual.ReduceLoss, residual.Detect, residual.Respond, residual.Prevent}[j]
			in.Graph.Effects = append(in.Graph.Effects, residual.Effect{
				Risk: isms.Ref[risk.Risk](r.ID), Control: id, Function: f, Layer: strconv.Itoa(j % 4), Coverage: 900, Design: 300 + k*5,
			})
		}
	}
	for k := range 100 {
		id := isms.ControlID("k" + strconv.Itoa(k))
		addControl(&in, id)
		restsOn(&in, id, isms.Ref[isms.Asset]("s"+strconv.Itoa(k%10)))
	}
	b.ReportAllocs()
	for b.Loop() {
		res, err := residual.Compute(in, today(), nil)
		if err != nil || len(res.Estimates) != 1000 {
			b.Fatal(len(res.Estimates), err)
		}
	}
}
