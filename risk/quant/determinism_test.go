package quant_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The functions and constants of package math whose results IEEE 754 settles.
const exactMath = " Sqrt Frexp Ldexp Floor Ceil Trunc Round Abs Copysign Float64bits Float64frombits IsNaN IsInf Inf NaN MaxInt MaxInt32 MaxInt64 MaxUint32 MaxUint64 MaxFloat64 SmallestNonzeroFloat64 Pi Ln2 Sqrt2 "

// Same input, same bits on every processor: no product of floats may be fused
// with a sum, so each is converted at once; nothing of package math that is
// computed differently elsewhere; no complex products.
func TestSameBitsEverywhere(t *testing.T) {
	for _, dir := range []string{".", "../../internal/fp"} {
		for _, fault := range unsettled(t, dir, nil) {
			t.Error(fault)
		}
	}
}

// The check finds what it is for.
func TestSameBitsCheckFinds(t *testing.T) {
	for _, body := range []string{
		"return a*b + c", "t := a*b; return t + c", "c += a*b; return c", "a *= b; return a", "return a*b",
		"return math.Exp(a)", "return math.FMA(a, b, c)", "return real(complex(a, b)*complex(b, c))", "return real(complex(a, b)/complex(b, c))",
		"x := [1]float64{a*b}; return x[0]", "return g(a*b)",
	} {
		src := "package p\nimport \"math\"\nfunc g(x float64) float64 { return math.Abs(x) }\nfunc f(a, b, c float64) float64 { " + body + " }\n"
		if len(unsettled(t, "", map[string]string{"p.go": src})) == 0 {
			t.Errorf("%q passes, want a fault", body)
		}
	}
	for _, body := range []string{
		"return float64(a*b) + c", "return float64(a*b*c)", "return a*b/c", "if a*b > c { return a }; return b", "return float64(-(a*b)) + math.Sqrt(c)", "n := 3; n *= 2; return float64(n)", "const k = 2.0*3; return k",
	} {
		src := "package p\nimport \"math\"\nfunc g(x float64) float64 { return math.Abs(x) }\nfunc f(a, b, c float64) float64 { " + body + " }\n"
		for _, fault := range unsettled(t, "", map[string]string{"p.go": src}) {
			t.Errorf("%q: %s, want no fault", body, fault)
		}
	}
}

// unsettled lists the faults in the sources of a directory, or in those given.
func unsettled(t *testing.T, dir string, sources map[string]string) []string {
	t.Helper()
	if sources == nil {
		sources = map[string]string{}
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources[name] = string(text)
		}
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for name, text := range sources {
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-f", "{{.Export}}", path)
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		return os.Open(strings.TrimSpace(string(out)))
	})}
	if _, err := config.Check("p", fset, files, info); err != nil {
		t.Fatal(err)
	}
	var faults []string
	for _, file := range files {
		w := walker{info: info, report: func(n ast.Node, what string) {
			faults = append(faults, fset.Position(n.Pos()).String()+": "+what)
		}}
		w.file(file)
	}
	return faults
}

type walker struct {
	info   *types.Info
	report func(ast.Node, string)
	above  []ast.Node
}

func (w *walker) file(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			w.above = w.above[:len(w.above)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.BinaryExpr:
			w.binary(n)
		case *ast.AssignStmt:
			if (n.Tok == token.MUL_ASSIGN && w.is(n.Lhs[0], types.IsFloat)) || ((n.Tok == token.MUL_ASSIGN || n.Tok == token.QUO_ASSIGN) && w.is(n.Lhs[0], types.IsComplex)) {
				w.report(n, "write x = float64(x*y)")
			}
		case *ast.SelectorExpr:
			if o := w.info.Uses[n.Sel]; o != nil && o.Pkg() != nil && o.Pkg().Path() == "math" && !strings.Contains(exactMath, " "+n.Sel.Name+" ") {
				w.report(n, "math."+n.Sel.Name+" is not the same everywhere")
			}
		}
		w.above = append(w.above, n)
		return true
	})
}

// is reports whether an expression is computed, at run time, in numbers of a kind.
func (w *walker) is(e ast.Expr, kind types.BasicInfo) bool {
	tv := w.info.Types[e]
	if tv.Value != nil || tv.Type == nil {
		return false
	}
	basic, ok := tv.Type.Underlying().(*types.Basic)
	return ok && basic.Info()&kind != 0
}

func (w *walker) binary(n *ast.BinaryExpr) {
	if (n.Op == token.MUL || n.Op == token.QUO) && w.is(n, types.IsComplex) {
		w.report(n, "complex products may be fused: use pairs")
	}
	if n.Op != token.MUL || !w.is(n, types.IsFloat) {
		return
	}
	// What happens to the product: the first node above that is not a
	// parenthesis or a sign.
	for _, up := range slices.Backward(w.above) {
		switch up := up.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
			continue
		case *ast.BinaryExpr:
			if slices.Contains([]token.Token{token.MUL, token.QUO, token.LSS, token.GTR, token.LEQ, token.GEQ, token.EQL, token.NEQ}, up.Op) {
				return
			}
		case *ast.CallExpr:
			if tv := w.info.Types[up.Fun]; tv.IsType() {
				if basic, ok := tv.Type.Underlying().(*types.Basic); ok && basic.Info()&(types.IsFloat|types.IsInteger) != 0 {
					return
				}
			}
		}
		break
	}
	w.report(n, "a product that is not converted may be fused: write float64(a*b)")
}
