// Command quickstart shows ismskit the whole way through: the records of an
// organization of 45 people and a scanner's report go in; its Statement of
// Applicability, risk register, vulnerabilities, findings and the state of its
// cycle come out as reports.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -lang nl -scan report.json -asset customer-api
//
// Everything happens in memory; the only thing written is the output directory.
package main

import (
	"cmp"
	"context"
	"embed"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

//go:embed records/*.yaml scan.json
var bundled embed.FS

// config is what the flags say.
type config struct {
	records string // a directory of records instead of the bundled ones
	scan    string // a scanner's report instead of the bundled one
	asset   isms.Ref[isms.Asset]
	out     string
	lang    lang.Lang
	today   isms.Date
}

func main() {
	c, err := parse(os.Args[1:], os.Stderr)
	if err == nil {
		err = run(context.Background(), c, os.Stdout)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "quickstart: %v\n", err)
		os.Exit(1)
	}
}

func parse(args []string, usage io.Writer) (config, error) {
	c := config{lang: lang.EN, today: isms.Day(2026, time.November, 16)}
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.StringVar(&c.records, "records", "", "`directory` of YAML records; the bundled organization when empty")
	flags.StringVar(&c.scan, "scan", "", "scanner report `file`, Trivy JSON or Nessus XML; the bundled one when empty")
	asset := flags.String("asset", "customer-api", "`id` of the asset that was scanned")
	flags.StringVar(&c.out, "out", "out", "`directory` to write to")
	flags.Func("lang", "language of the reports: en or nl (default en)", func(s string) (err error) {
		c.lang, err = lang.Parse(s)
		return err
	})
	flags.Func("today", "the `day` to report on (default "+c.today.String()+", the day of the example)", func(s string) (err error) {
		c.today, err = isms.ParseDate(s)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q: every choice is a flag, see -help", flags.Arg(0))
	}
	c.asset = isms.Ref[isms.Asset](*asset)
	return c, nil
}

// run does it all; nothing is written before everything is rendered.
func run(ctx context.Context, c config, stdout io.Writer) error {
	scanned, err := readScan(ctx, c.scan)
	if err != nil {
		return err
	}
	space, err := load(ctx, c)
	if err != nil {
		return err
	}
	imported, err := importScan(ctx, space, c, scanned)
	if err != nil {
		return err
	}
	r, err := compute(ctx, space, c)
	if err != nil {
		return err
	}
	files, err := r.render(c.lang)
	if err != nil {
		return err
	}
	if err := write(c.out, files); err != nil {
		return err
	}
	r.summarize(stdout, c, scanned, imported)
	return nil
}

// load puts the records into a store in memory, in one transaction.
func load(ctx context.Context, c config) (*isms.Space, error) {
	records, err := fs.Sub(bundled, "records")
	if err != nil {
		return nil, err
	}
	if c.records != "" {
		records = os.DirFS(c.records)
	}
	noon := c.today.Time().Add(12 * time.Hour)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return noon }})
	space := store.Space("quickstart").As(isms.Service("quickstart"))
	kinds := slices.Concat(isms.Kinds(), risk.Kinds(), soa.Kinds(), vuln.Kinds())
	err = space.Update(ctx, "records as of "+c.today.String(), func(tx *isms.Tx) error {
		return isms.Load(tx, records, kinds...)
	})
	if err != nil {
		return nil, fmt.Errorf("records in %s: %w", cmp.Or(c.records, "the program"), err)
	}
	return space, nil
}

func readScan(ctx context.Context, name string) (*scan.Report, error) {
	var f fs.File
	var err error
	if name == "" {
		f, err = bundled.Open("scan.json")
	} else {
		f, err = os.Open(name)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := scan.Read(ctx, f, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmp.Or(name, "scan.json"), err)
	}
	return r, nil
}

// importScan records the report on the asset. A report of several hosts is of
// several assets: each host that is not the named one becomes an asset that was
// found by the scan, and shows up as one that nobody owns yet.
func importScan(ctx context.Context, space *isms.Space, c config, r *scan.Report) ([]vuln.Result, error) {
	var results []vuln.Result
	err := space.Update(ctx, "import of a scanner report", func(tx *isms.Tx) error {
		results = nil // the store may have to run this again
		hosts := hostsOf(r)
		for i, host := range hosts {
			asset := c.asset
			if len(hosts) > 1 {
				found := isms.Asset{
					Common: isms.Common{ID: fmt.Sprintf("%s-host-%d", c.asset, i+1), Occurred: c.today},
					Title:  isms.Text{"en": "Host " + host + ", found by a scan", "nl": "Host " + host + ", gevonden door een scan"},
					Type:   isms.AssetHardware,
				}
				if err := isms.Assets(tx).Put(&found); err != nil {
					return err
				}
				asset = isms.Ref[isms.Asset](found.ID)
			}
			result, err := vuln.Import(tx, asset, r, c.today, &vuln.ImportOptions{Host: host})
			if err != nil {
				return err
			}
			results = append(results, result)
		}
		return nil
	})
	return results, err
}

// hostsOf lists the hosts of a report in the order they come in; just "" when
// it names none.
func hostsOf(r *scan.Report) []string {
	var hosts []string
	for _, item := range r.Items {
		if !slices.Contains(hosts, item.Host) {
			hosts = append(hosts, item.Host)
		}
	}
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	return hosts
}
