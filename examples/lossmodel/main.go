// Command lossmodel computes what a portfolio of risk scenarios can cost in a
// year: mean, spread, value at risk, tail, contributions, and the loss
// exceedance curve beside the one that the organization accepts.
//
//	lossmodel [flags] [portfolio.yaml]
//	lossmodel -format svg -o curve.svg portfolio.yaml
//	lossmodel -controls -format csv portfolio.yaml
//
// A portfolio is a file in YAML or JSON, in the form of quant.Portfolio; without
// one it is that of a small organization, portfolio.yaml beside this program.
// Every figure is modelled: it is as good as the estimates in the file. Nothing
// is written unless everything is right. It exits with 1 for a portfolio that
// is not, and with 2 for wrong flags.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk/quant"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes.
const (
	done   = 0
	failed = 1
	misuse = 2
)

// view is what is shown.
type view string

const (
	losses        view = "losses"
	contributions view = "contributions"
	controls      view = "controls"
	sensitivity   view = "sensitivity"
)

// config is what the flags say.
type config struct {
	file    string // "" is the bundled portfolio
	view    view
	format  string // json, csv or svg
	out     string // "" is standard output
	lang    lang.Lang
	options quant.Options
}

// run does it all and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return done
	case err != nil:
		fmt.Fprintf(stderr, "lossmodel: %v; see -h\n", err)
		return misuse
	}
	var b bytes.Buffer
	err = show(ctx, c, &b)
	if err == nil {
		err = write(c.out, b.Bytes(), stdout)
	}
	if err != nil {
		fmt.Fprintf(stderr, "lossmodel: %v\n", err)
		return failed
	}
	return done
}

func parse(args []string, usage io.Writer) (config, error) {
	c := config{view: losses, format: "json", lang: lang.EN}
	c.options.Levels = []float64{0.9, 0.95, 0.99, 0.995, 0.999}
	flags := flag.NewFlagSet("lossmodel", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run tells what is wrong
	help := func() {
		flags.SetOutput(usage)
		fmt.Fprint(usage, "lossmodel [flags] [portfolio.yaml]\n\nWhat a portfolio of risk scenarios can cost in a year: mean, standard deviation,\nvalue at risk (var), mean of the worst years (tail), contributions and the loss\nexceedance curve. Without a file, the portfolio of a small organization.\n\n")
		flags.PrintDefaults()
	}
	flags.Func("format", "`format`: json, csv or svg (default json)", oneOf(&c.format, "json", "csv", "svg"))
	method := "exact"
	flags.Func("method", "`method`: exact or montecarlo (default exact)", oneOf(&method, "exact", "montecarlo"))
	flags.IntVar(&c.options.Years, "years", 1_000_000, "`number` of years to draw, of -method montecarlo")
	flags.Uint64Var(&c.options.Seed, "seed", 1, "`number` that the draws follow from, of -method montecarlo")
	flags.StringVar(&c.out, "o", "", "`file` to write to instead of standard output")
	flags.Func("lang", "`language`: en or nl (default en)", func(s string) (err error) {
		c.lang, err = lang.Parse(s)
		return err
	})
	chosen := map[view]*bool{
		contributions: flags.Bool("contributions", false, "show what each scenario contributes to the mean and to the worst year in a hundred"),
		controls:      flags.Bool("controls", false, "rank the controls by the tail loss that each avoids, with their return"),
		sensitivity:   flags.Bool("sensitivity", false, "show the mean with one estimate at a time at the ends of its 90 % interval"),
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			help()
		}
		return c, err
	}
	if flags.NArg() > 1 {
		return c, fmt.Errorf("%d files: want one portfolio", flags.NArg())
	}
	c.file = flags.Arg(0)
	views := 0
	for v, set := range chosen {
		if *set {
			c.view = v
			views++
		}
	}
	if views > 1 {
		return c, errors.New("want one of -contributions, -controls and -sensitivity")
	}
	c.options.Method = quant.Exact
	if method == "montecarlo" {
		c.options.Method = quant.MonteCarlo
	}
	return c, c.check(flags)
}

func oneOf(into *string, words ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("want one of %q", words)
		}
		*into = s
		return nil
	}
}

// check refuses flags that would have no effect.
func (c config) check(flags *flag.FlagSet) error {
	var err error
	flags.Visit(func(f *flag.Flag) {
		if c.options.Method == quant.Exact && (f.Name == "years" || f.Name == "seed") {
			err = fmt.Errorf("-%s: draws nothing without -method montecarlo", f.Name)
		}
	})
	if c.options.Method == quant.MonteCarlo {
		switch {
		case c.view == controls || c.view == sensitivity:
			err = fmt.Errorf("-%s: computed by -method exact only", c.view)
		case c.options.Years < 1000 || c.options.Years > quant.MaxYears:
			err = fmt.Errorf("-years %d: want 1000 to %d", c.options.Years, quant.MaxYears)
		}
	}
	return err
}

// write puts the output where it belongs: a file as a whole, or not at all.
func write(name string, data []byte, stdout io.Writer) error {
	if name == "" {
		_, err := stdout.Write(data)
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".lossmodel-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
