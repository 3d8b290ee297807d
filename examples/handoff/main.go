// Command handoff makes a signed evidence pack of an organization's records for
// an auditor, verifies it as the auditor would, and writes a Statement of
// Applicability that customers may see.
//
//	go run ./examples/handoff
//	go run ./examples/handoff -records my/records -files my/evidence -out out -lang nl
//
// It makes a fresh key each time. A program of your own keeps its secret half
// where the records are not, and gives the public half to the auditor by another
// way than the pack.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/register"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/handoff"
	"github.com/ismskit/ismskit/vuln"
	"golang.org/x/mod/sumdb/note"
)

//go:embed records.yaml files
var bundled embed.FS

// config is what the flags say.
type config struct {
	records, files, out string
	lang                lang.Lang
	today               isms.Date
}

func main() {
	c, err := parse(os.Args[1:], os.Stderr)
	if err == nil {
		err = run(context.Background(), c, os.Stdout)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "handoff: %v\n", err)
		os.Exit(1)
	}
}

func parse(args []string, usage io.Writer) (config, error) {
	c := config{lang: lang.EN, today: isms.Day(2026, time.November, 16)}
	flags := flag.NewFlagSet("handoff", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.StringVar(&c.records, "records", filepath.Join("examples", "quickstart", "records"), "`directory` of YAML records")
	flags.StringVar(&c.files, "files", "", "`directory` of the files that evidence names; the bundled ones when empty")
	flags.StringVar(&c.out, "out", "out", "`directory` to write to")
	flags.Func("lang", "language of the pack: en or nl (default en)", func(s string) (err error) {
		c.lang, err = lang.Parse(s)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q: every choice is a flag, see -help", flags.Arg(0))
	}
	return c, nil
}

func run(ctx context.Context, c config, stdout io.Writer) error {
	signer, key, public, err := newKey()
	if err != nil {
		return err
	}
	store := memstore.New()
	space, err := load(ctx, store, c)
	if err != nil {
		return err
	}
	files, closeFiles, err := c.evidence()
	if err != nil {
		return err
	}
	defer closeFiles()
	statement, pack, err := gather(ctx, space, c)
	if err != nil {
		return err
	}
	pack.Files = files
	log := ledger.Of(store, tenant, key)
	if pack.Checkpoint, err = log.Checkpoint(ctx, signer, nil); err != nil {
		return err
	}
	if pack.Proofs, err = handoff.Prove(ctx, space, log, pack.Checkpoint, handoff.RestsOn(statement)); err != nil {
		return err
	}
	if err := os.MkdirAll(c.out, 0o755); err != nil {
		return err
	}
	name := filepath.Join(c.out, "evidence-pack.zip")
	err = create(name, func(w io.Writer) error { return handoff.Write(ctx, w, pack, signer) })
	if err != nil {
		return err
	}
	extract, err := handoff.Redact(statement, handoff.Redaction{Allow: []handoff.Field{handoff.FieldScope}})
	if err != nil {
		return err
	}
	forCustomers := filepath.Join(c.out, "statement-for-customers.html")
	err = create(forCustomers, func(w io.Writer) error { return report.HTML(w, extract.Report(c.lang)) })
	if err != nil {
		return err
	}
	verified, err := verify(ctx, name, key)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	show(stdout, c, name, forCustomers, public, verified)
	return nil
}

const tenant = "quickstart"

// newKey makes a key: the signer is secret, the verifier is for everybody.
func newKey() (note.Signer, note.Verifier, string, error) {
	secret, public, err := note.GenerateKey(rand.Reader, "quickstart.example/isms")
	if err != nil {
		return nil, nil, "", err
	}
	signer, err1 := note.NewSigner(secret)
	key, err2 := note.NewVerifier(public)
	return signer, key, public, errors.Join(err1, err2)
}

// load puts the records into a store, in one transaction.
func load(ctx context.Context, store driver.Store, c config) (*isms.Space, error) {
	noon := c.today.Time().Add(12 * time.Hour)
	space := isms.Open(store, &isms.Options{Now: func() time.Time { return noon }}).Space(tenant).As(isms.Service("handoff"))
	kinds := slices.Concat(isms.Kinds(), risk.Kinds(), soa.Kinds(), vuln.Kinds())
	err := space.Update(ctx, "records as of "+c.today.String(), func(tx *isms.Tx) error {
		err := isms.Load(tx, os.DirFS(c.records), kinds...)
		if err != nil || c.files != "" {
			return err
		}
		return isms.Load(tx, bundled, kinds...) // records.yaml
	})
	if err != nil {
		return nil, fmt.Errorf("records in %s: %w", c.records, err)
	}
	return space, nil
}

// evidence is where the files are: never outside the directory, whatever a
// record names.
func (c config) evidence() (fs.FS, func(), error) {
	if c.files == "" {
		files, err := fs.Sub(bundled, "files")
		return files, func() {}, err
	}
	root, err := os.OpenRoot(c.files)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), func() { _ = root.Close() }, nil
}

// gather reads one state of the space and makes the reports of it.
func gather(ctx context.Context, space *isms.Space, c config) (statement soa.Statement, pack handoff.Pack, err error) {
	err = space.View(ctx, func(tx *isms.Tx) error {
		in, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		risks, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		records, err := register.ReadInputs(tx)
		if err != nil {
			return err
		}
		statement = soa.Compile(in, c.today)
		pack = handoff.Pack{
			Lang: c.lang, Organization: statement.Organization.Name(c.lang), Made: c.today,
			Parts: []handoff.Part{
				{Name: "statement-of-applicability", Document: statement.Report(c.lang)},
				{Name: "risks-and-treatment-plan", Document: risk.NewRegister(risks, c.today).Report(c.lang)},
				{Name: "assets", Document: register.Assets(records, c.today, c.lang)},
				{Name: "evidence", Document: register.Evidence(records, c.today, c.lang)},
			},
			Documents: in.Documents, Evidence: in.Evidence,
		}
		return nil
	})
	return statement, pack, err
}

// verify is what the auditor does: with the file and the public key alone.
func verify(ctx context.Context, name string, key note.Verifier) (handoff.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return handoff.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return handoff.Report{}, err
	}
	return handoff.Verify(ctx, f, info.Size(), key)
}

// create writes a file by way of a temporary one, so that there is never half.
func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name + ".tmp")
	if err != nil {
		return err
	}
	if err := cmp.Or(write(f), f.Sync()); err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return errors.Join(f.Close(), os.Rename(f.Name(), name))
}

func show(w io.Writer, c config, name, forCustomers, public string, r handoff.Report) {
	say := func(en, nl, format string, args ...any) {
		fmt.Fprintf(w, "%-22s "+format+"\n", append([]any{lang.Text{EN: en, NL: nl}.In(c.lang)}, args...)...)
	}
	t := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(c.lang) }
	say("Pack", "Pakket", "%s", name)
	say("Public key", "Openbare sleutel", "%s", public)
	say("Verified", "Gecontroleerd", "%s, %s: %d %s", r.Organization, r.Made, r.Files, t("files, all as signed", "bestanden, alle zoals ondertekend"))
	say("Records", "Registraties", "%d %s, %d %s", len(r.Proven), t("proven to be in the log", "bewezen in het logboek"), len(r.Unproven), t("not", "niet"))
	counts := map[handoff.FileState]int{}
	for _, a := range r.Attached {
		counts[a.State]++
	}
	for _, s := range []handoff.FileState{
		handoff.FileMatches, handoff.FileUncompared, handoff.FileDiffers, handoff.FileMissing, handoff.FileElsewhere,
	} {
		if counts[s] > 0 {
			say("", "", "%3d  %s", counts[s], s.Label(c.lang))
		}
	}
	say("Not proven", "Niet bewezen", "%s", t("that any of it is true, or conforms to a standard", "dat iets ervan waar is, of aan een norm voldoet"))
	say("For customers", "Voor klanten", "%s", forCustomers)
}
