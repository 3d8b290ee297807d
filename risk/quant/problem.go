package quant

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// Codes of problems with a portfolio. Each comes with the JSON Pointer of the
// number it is about.
const (
	CodeNotFinite      isms.Code = "quant/not-finite"      // NaN or an infinity
	CodeNegative       isms.Code = "quant/negative"        // a loss or rate below zero
	CodeNotPositive    isms.Code = "quant/not-positive"    // zero where something above it is needed
	CodeProbability    isms.Code = "quant/probability"     // outside 0..1
	CodeOrder          isms.Code = "quant/order"           // two numbers the wrong way round
	CodeTooLarge       isms.Code = "quant/too-large"       // beyond what is computed
	CodeRange          isms.Code = "quant/range"           // outside what is computed accurately
	CodeOneKind        isms.Code = "quant/one-kind"        // none or several where exactly one is needed
	CodeEmpty          isms.Code = "quant/empty"           // a list without elements
	CodeNoMass         isms.Code = "quant/no-mass"         // truncated to where nothing happens
	CodeTooDeep        isms.Code = "quant/too-deep"        // estimates within estimates
	CodeOverspecific   isms.Code = "quant/over-specified"  // stated, and what it would be derived from too
	CodeMissing        isms.Code = "quant/missing"         // neither stated nor derivable
	CodeInfiniteSpread isms.Code = "quant/infinite-spread" // no variance exists
)

// checker collects problems, each at its place.
type checker struct {
	path     string
	problems *[]isms.Problem
}

func (c checker) at(member string) checker {
	c.path += "/" + member
	return c
}

func (c checker) index(i int) checker {
	c.path += "/" + strconv.Itoa(i)
	return c
}

// assert reports a problem here unless ok; the arguments are pairs of a name
// and a value for the text of the code.
func (c checker) assert(ok bool, code isms.Code, args ...string) bool {
	if ok {
		return true
	}
	p := isms.Problem{Code: code, Path: c.path}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[i]] = args[i+1]
	}
	*c.problems = append(*c.problems, p)
	return false
}
