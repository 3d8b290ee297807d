package residual

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Whether an effect counts in an estimate and, if not, why.
const (
	CodeCounts      isms.Code = "residual/counts"
	CodeNothing     isms.Code = "residual/nothing"      // it earns nothing by itself
	CodeSameLayer   isms.Code = "residual/same-layer"   // another one of the layer counts
	CodeSameControl isms.Code = "residual/same-control" // the control counts in another function
	CodeShared      isms.Code = "residual/shared"       // another one that rests on the same asset counts
	CodeNoResponse  isms.Code = "residual/no-response"  // of detection
	CodeNoDetection isms.Code = "residual/no-detection" // of response
)

// explain says of every factor whether it counts and, if not, why.
func (l *lookup) explain(e *Estimate, best choice, candidates []candidate) {
	one := big.NewRat(1, 1)
	for i := range e.Factors {
		e.Factors[i].Use = CodeNothing
	}
	var picked []candidate
	for _, k := range candidates {
		if slices.Contains(best.picked, k.factor) {
			picked = append(picked, k)
		}
	}
	for _, k := range candidates {
		f := &e.Factors[k.factor]
		switch {
		case f.Effect.Function == Detect && best.remains[slotRespond].Cmp(one) == 0:
			f.Use = CodeNoResponse
		case f.Effect.Function == Respond && best.remains[slotDetect].Cmp(one) == 0:
			f.Use = CodeNoDetection
		case slices.Contains(best.picked, k.factor):
			f.Use = CodeCounts
		default:
			l.obstacle(e, f, k, picked)
		}
	}
}

// obstacle finds what counts instead of a factor.
func (l *lookup) obstacle(e *Estimate, f *Factor, k candidate, picked []candidate) {
	for _, p := range picked {
		if o := e.Factors[p.factor].Effect; o.Function == f.Effect.Function && o.Layer == f.Effect.Layer {
			f.Use, f.args["other"] = CodeSameLayer, string(o.Control)
			return
		}
	}
	for _, p := range picked {
		if k.slot+p.slot == slotDetect+slotRespond && k.slot != p.slot {
			continue // these go together
		}
		for _, t := range k.things {
			if !slices.Contains(p.things, t) {
				continue
			}
			o := e.Factors[p.factor].Effect
			f.args["other"], f.args["function"] = string(o.Control), string(o.Function)
			if asset, ok := strings.CutPrefix(t, "asset/"); ok {
				f.Use, f.asset = CodeShared, l.title(asset)
			} else {
				f.Use = CodeSameControl
			}
			return
		}
	}
}

// StandingText says in language l why the effect earns what it earns.
func (f Factor) StandingText(l lang.Lang) string { return f.text(f.Standing, l) }

// UseText says in language l whether the effect counts and, if not, why.
func (f Factor) UseText(l lang.Lang) string { return f.text(f.Use, l) }

func (f Factor) text(c isms.Code, l lang.Lang) string {
	args := maps.Clone(f.args)
	if c == CodePlanned && args["due"] == "" {
		args["due"] = lang.Text{EN: "an unknown day", NL: "een onbekende dag"}.In(l)
	}
	args["asset"] = f.asset.In(l)
	args["function"] = Function(args["function"]).Label(l)
	for _, name := range []string{"credit", "strength"} {
		if n, err := strconv.Atoi(args[name]); err == nil {
			args[name] = percent(share(n), false, l)
		}
	}
	return c.Text(l, args)
}

// Calculation says in language l, with numbers, how the shares that remain came
// about, one line for each. The numbers are rounded against the organization to
// a tenth of a per cent; nothing was calculated with the rounded ones.
func (e Estimate) Calculation(l lang.Lang) []string {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	noticed, limited := e.together(Detect), e.together(Respond)
	loss := e.product(l, ReduceLoss)
	if noticed.Sign() > 0 {
		loss = append(loss, "(1 − "+percent(noticed, false, l)+" × "+percent(limited, false, l)+")")
	}
	lines := []string{
		equation(say("Likelihood that remains", "Waarschijnlijkheid die overblijft"), e.product(l, Prevent), e.Likelihood, l),
	}
	if noticed.Sign() > 0 {
		lines = append(lines,
			equation(say("Not noticed", "Niet opgemerkt"), e.product(l, Detect), new(big.Rat).Sub(big.NewRat(1, 1), noticed), l),
			equation(say("Not limited by response", "Niet beperkt door reactie"), e.product(l, Respond), new(big.Rat).Sub(big.NewRat(1, 1), limited), l))
	}
	return append(lines, equation(say("Loss that remains", "Schade die overblijft"), loss, e.Loss, l))
}

func equation(what string, factors []string, result *big.Rat, l lang.Lang) string {
	if len(factors) == 0 {
		return what + ": " + percent(result, true, l)
	}
	return what + ": " + strings.Join(factors, " × ") + " = " + percent(result, true, l)
}

// product is the factors of a function as they are multiplied.
func (e Estimate) product(l lang.Lang, function Function) []string {
	var list []string
	for _, f := range e.Factors {
		if f.Use == CodeCounts && f.Effect.Function == function {
			list = append(list, "(1 − "+percent(f.Earns, false, l)+")")
		}
	}
	return list
}

// together is what the effects of a function that count stop together.
func (e Estimate) together(function Function) *big.Rat {
	one := big.NewRat(1, 1)
	left := big.NewRat(1, 1)
	for _, f := range e.Factors {
		if f.Use == CodeCounts && f.Effect.Function == function {
			left.Mul(left, new(big.Rat).Sub(one, f.Earns))
		}
	}
	return left.Sub(one, left)
}

// percent is a share in per cent with one decimal, rounded up or down.
func percent(r *big.Rat, up bool, l lang.Lang) string {
	n := tenths(r, up)
	return strconv.FormatInt(n/10, 10) + lang.Text{EN: ".", NL: ","}.In(l) + strconv.FormatInt(n%10, 10) + " %"
}

// tenths is a share in tenths of a per cent.
func tenths(r *big.Rat, up bool) int64 {
	n := new(big.Int).Mul(r.Num(), big.NewInt(1000))
	rest := new(big.Int)
	n.QuoRem(n, r.Denom(), rest)
	if up && rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return n.Int64()
}
