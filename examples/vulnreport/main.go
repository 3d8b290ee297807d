// Command vulnreport makes the evidence about the management of technical
// vulnerabilities (A.8.8) of scanners' reports and a few records in YAML: assets,
// and whatever else there is to say.
//
//	go run ./examples/vulnreport
//	go run ./examples/vulnreport -records my/records portal=trivy.json mail@10.0.0.5=scan.nessus
//	go run ./examples/vulnreport -kev known_exploited_vulnerabilities.json -epss epss_scores.csv.gz
//
// Each report is of one asset of the records, or of one host in the report that is
// this asset. Reports may come in any order. Without CISA's catalogue (-kev) and the
// forecasts (-epss) every vulnerability counts as if it were exploited. It writes pack.html and pack.md, and
// prints a summary. Nothing is stored: everything happens in memory.
package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

//go:embed records/*.yaml scans/*.json
var bundled embed.FS

// config is what the command line says.
type config struct {
	records fs.FS
	reports []input
	files   fs.FS  // where the bundled reports are; nil for those of the user
	kev     string // the file of CISA's catalogue; "" when nobody looked in it
	epss    string // the file of forecasts; likewise
	period  isms.Period
	lang    lang.Lang
	out     string
}

// input is a report and the asset that it is of.
type input struct {
	asset isms.Ref[isms.Asset]
	host  string
	file  string
}

func main() {
	c, err := parse(os.Args[1:], os.Stderr)
	if err == nil {
		err = run(context.Background(), c, os.Stdout)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "vulnreport: %v\n", err)
		os.Exit(1)
	}
}

func parse(args []string, usage io.Writer) (config, error) {
	c := config{lang: lang.EN, period: isms.Period{To: isms.Day(2026, time.November, 16)}}
	flags := flag.NewFlagSet("vulnreport", flag.ContinueOnError)
	flags.SetOutput(usage)
	records := flags.String("records", "", "`directory` of YAML records; the bundled ones when empty")
	flags.StringVar(&c.out, "out", "out", "`directory` to write to")
	flags.StringVar(&c.kev, "kev", "", "`file` of CISA's known exploited vulnerabilities, JSON")
	flags.StringVar(&c.epss, "epss", "", "`file` of EPSS forecasts, CSV or CSV in gzip")
	flags.Func("lang", "language of the report: en or nl (default en)", func(s string) (err error) {
		c.lang, err = lang.Parse(s)
		return err
	})
	flags.Func("from", "the first `day` of the period (default three months before its last)", func(s string) (err error) {
		c.period.From, err = isms.ParseDate(s)
		return err
	})
	flags.Func("today", "the last `day` of the period (default "+c.period.To.String()+", the day of the example)", func(s string) (err error) {
		c.period.To, err = isms.ParseDate(s)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if c.period.From.IsZero() {
		c.period.From = c.period.To.AddMonths(-3)
	}
	for _, arg := range flags.Args() {
		in, err := parseInput(arg)
		if err != nil {
			return c, err
		}
		c.reports = append(c.reports, in)
	}
	switch {
	case c.period.To.Before(c.period.From):
		return c, fmt.Errorf("the period ends on %s, before it begins on %s", c.period.To, c.period.From)
	case *records != "":
		c.records = os.DirFS(*records)
	case len(c.reports) > 0:
		return c, errors.New("reports need -records, where their assets are")
	default:
		c.records, c.files = sub("records"), bundled
		c.reports = []input{{"portal", "", "scans/portal-october.json"}, {"portal", "", "scans/portal-november.json"}, {"mail", "", "scans/mail.json"}}
	}
	return c, nil
}

func sub(dir string) fs.FS {
	found, err := fs.Sub(bundled, dir)
	if err != nil {
		panic(err) // the name is a constant
	}
	return found
}

func parseInput(arg string) (input, error) {
	name, file, ok := strings.Cut(arg, "=")
	asset, host, _ := strings.Cut(name, "@")
	if !ok || file == "" || !isms.ValidID(asset) {
		return input{}, fmt.Errorf("argument %q: want ASSET=FILE or ASSET@HOST=FILE", arg)
	}
	return input{isms.Ref[isms.Asset](asset), host, file}, nil
}

// run does it all; nothing is written before everything is rendered.
func run(ctx context.Context, c config, stdout io.Writer) error {
	noon := c.period.To.Time().Add(12 * time.Hour)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return noon }})
	space := store.Space("vulnreport").As(isms.Service("vulnreport"))
	kinds := slices.Concat(isms.Kinds(), risk.Kinds(), vuln.Kinds())
	err := space.Update(ctx, "records", func(tx *isms.Tx) error { return isms.Load(tx, c.records, kinds...) })
	if err != nil {
		return fmt.Errorf("records: %w", err)
	}
	for _, in := range c.reports {
		if err := c.importReport(ctx, space, in, stdout); err != nil {
			return fmt.Errorf("%s: %w", in.file, err)
		}
	}
	var inputs vuln.PackInputs
	err = space.View(ctx, func(tx *isms.Tx) (err error) {
		inputs, err = vuln.ReadPackInputs(tx)
		return err
	})
	if err != nil {
		return err
	}
	if inputs.Feeds, err = c.feeds(ctx); err != nil {
		return err
	}
	pack := vuln.NewPack(inputs, c.period)
	if err := write(c.out, pack.Report(c.lang)); err != nil {
		return err
	}
	summarize(stdout, pack, c)
	return nil
}

// feeds reads what is published about vulnerabilities from the files that are
// given.
func (c config) feeds(ctx context.Context) (vuln.Feeds, error) {
	feeds := vuln.Feeds{KEV: map[string]intel.KEV{}, EPSS: map[string]intel.EPSS{}}
	err := withFile(c.kev, func(r io.Reader) (err error) {
		feeds.KEVFeed, err = intel.ReadKEV(ctx, r, func(v intel.KEV) error { feeds.KEV[v.CVE] = v; return nil })
		return err
	})
	if err != nil {
		return vuln.Feeds{}, err
	}
	err = withFile(c.epss, func(r io.Reader) (err error) {
		feeds.EPSSFeed, err = intel.ReadEPSS(ctx, r, func(v intel.EPSS) error { feeds.EPSS[v.CVE] = v; return nil })
		return err
	})
	return feeds, err
}

// withFile reads a file of the user; without a name there is none.
func withFile(name string, read func(io.Reader) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// open opens a file of the user, or a bundled one.
func (c config) open(name string) (fs.File, error) {
	if c.files != nil {
		return c.files.Open(name)
	}
	return os.Open(name)
}

func (c config) importReport(ctx context.Context, space *isms.Space, in input, stdout io.Writer) error {
	f, err := c.open(in.file)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := scan.Read(ctx, f, nil)
	if err != nil {
		return err
	}
	var result vuln.Result
	err = space.Update(ctx, "import of "+filepath.Base(in.file), func(tx *isms.Tx) (err error) {
		result, err = vuln.Import(tx, in.asset, r, c.period.To, &vuln.ImportOptions{Host: in.host})
		return err
	})
	if err != nil {
		return err
	}
	say := lang.Text{EN: "{file}: {new} new, {same} known, {gone} not observed any more, {bad} rejected", NL: "{file}: {new} nieuw, {same} bekend, {gone} niet meer waargenomen, {bad} afgewezen"}
	fmt.Fprintln(stdout, say.Fill(c.lang, map[string]string{
		"file": filepath.Base(in.file), "new": strconv.Itoa(len(result.Created)), "same": strconv.Itoa(len(result.Updated) + len(result.Unchanged) + len(result.Reopened)),
		"gone": strconv.Itoa(len(result.NotObserved)), "bad": strconv.Itoa(len(result.Rejected)),
	}))
	return nil
}

// write renders the document twice and puts the files into the directory, each by
// way of a temporary one.
func write(dir string, doc report.Document) error {
	var html, md bytes.Buffer
	if err := errors.Join(report.HTML(&html, doc), report.Markdown(&md, doc)); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range map[string][]byte{"pack.html": html.Bytes(), "pack.md": md.Bytes()} {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name+".tmp", data, 0o644); err != nil {
			return err
		}
		if err := os.Rename(name+".tmp", name); err != nil {
			return err
		}
	}
	return nil
}

// summarize prints what is found and missing for each question.
func summarize(w io.Writer, p vuln.Pack, c config) {
	for _, a := range slices.Concat(p.Answers, p.Safeguards) {
		words := lang.Text{EN: "{hits} on record, {holes} missing or late", NL: "{hits} vastgelegd, {holes} ontbreekt of te laat"}
		fmt.Fprintf(w, "%s\n    %s\n", a.Question.Text(c.lang, nil), words.Fill(c.lang, map[string]string{
			"hits": strconv.Itoa(len(a.Hits)), "holes": strconv.Itoa(len(a.Holes)),
		}))
	}
	incomplete := 0
	for _, asset := range p.Register.Coverage {
		if !asset.Basis.Complete() {
			incomplete++
		}
	}
	fmt.Fprintf(w, "%s: %d / %d\n", lang.Text{EN: "Assets whose basis is incomplete", NL: "Bedrijfsmiddelen met een onvolledige grondslag"}.In(c.lang), incomplete, len(p.Register.Coverage))
	fmt.Fprintf(w, "%s: %d\n", lang.Text{EN: "Proposed nonconformities", NL: "Voorgestelde afwijkingen"}.In(c.lang), len(p.Breaches))
	fmt.Fprintf(w, "\n%s\n", filepath.Join(c.out, "pack.html"))
}
