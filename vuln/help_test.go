package vuln_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Cleanup(f func())
	Context() context.Context
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

func date(s string) isms.Date {
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// space has the assets shop and mail, the person jan and the role cio.
func space(tb tester) *isms.Space {
	tb.Helper()
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }})
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	s := store.Space("acme").As(isms.Person("jan"))
	update(tb, s, func(tx *isms.Tx) error {
		for _, a := range assets() {
			if err := isms.Assets(tx).Put(&a); err != nil {
				return err
			}
		}
		jan := isms.Individual{Common: isms.Common{ID: "jan"}, Name: "Jan de Vries"}
		if err := isms.Persons(tx).Put(&jan); err != nil {
			return err
		}
		cio := isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("CIO")}
		return isms.Roles(tx).Put(&cio)
	})
	return s
}

func assets() []isms.Asset {
	needs := isms.Needs{Confidentiality: isms.Medium, Integrity: isms.Medium, Availability: isms.Medium}
	return []isms.Asset{
		{Common: isms.Common{ID: "shop"}, Title: isms.Text{"en": "Web shop", "nl": "Webwinkel"}, Type: isms.AssetSoftware, Needs: needs},
		{Common: isms.Common{ID: "mail"}, Title: isms.Text{"en": "Mail server", "nl": "Mailserver"}, Type: isms.AssetHardware, Needs: needs},
	}
}

func update(tb tester, s *isms.Space, f func(*isms.Tx) error) {
	tb.Helper()
	if err := s.Update(tb.Context(), "test", f); err != nil {
		tb.Fatal(err)
	}
}

func view(tb tester, s *isms.Space, f func(*isms.Tx) error) {
	tb.Helper()
	if err := s.View(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
}

func head(tb tester, s *isms.Space) (seq int64) {
	tb.Helper()
	view(tb, s, func(tx *isms.Tx) (err error) {
		seq, _, err = tx.Head()
		return err
	})
	return seq
}

// imported imports a report on the asset shop on a day, and returns how many
// records that wrote.
func imported(tb tester, s *isms.Space, r *scan.Report, today string) (result vuln.Result, records int64) {
	tb.Helper()
	before := head(tb, s)
	update(tb, s, func(tx *isms.Tx) (err error) {
		result, err = vuln.Import(tx, "shop", r, date(today), nil)
		return err
	})
	accounted(tb, r, result)
	return result, head(tb, s) - before
}

// accounted checks that each item of the report is accounted for once.
func accounted(tb tester, r *scan.Report, got vuln.Result) {
	tb.Helper()
	sum := len(got.Created) + len(got.Updated) + len(got.Unchanged) + len(got.Reopened) + len(got.Merged) + len(got.Rejected) + len(got.Suppressed) + got.OtherHosts
	if sum != len(r.Items) {
		tb.Errorf("Import accounts for %d of %d items: %+v", sum, len(r.Items), got)
	}
	for _, ids := range [][]string{got.Created, got.Updated, got.Unchanged, got.Reopened, got.Closed, got.NotObserved} {
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			tb.Errorf("Import lists ids out of order or twice: %v", ids)
		}
	}
}

// rowsOf are the rows of the register on a day.
func rowsOf(tb tester, s *isms.Space, day string) (rows []vuln.Row) {
	tb.Helper()
	view(tb, s, func(tx *isms.Tx) error {
		in, err := vuln.ReadInputs(tx)
		rows = vuln.NewRegister(in, date(day)).Rows
		return err
	})
	return rows
}

func findings(tb tester, s *isms.Space) (list []vuln.Finding) {
	tb.Helper()
	view(tb, s, func(tx *isms.Tx) (err error) {
		list, err = vuln.Findings(tx).List()
		return err
	})
	return list
}

func finding(tb tester, s *isms.Space, id string) (f vuln.Finding) {
	tb.Helper()
	view(tb, s, func(tx *isms.Tx) (err error) {
		f, err = vuln.Findings(tx).Get(id)
		return err
	})
	return f
}

// change lets people change a finding.
func change(tb tester, s *isms.Space, id string, f func(*vuln.Finding)) {
	tb.Helper()
	update(tb, s, func(tx *isms.Tx) error {
		x, err := vuln.Findings(tx).Get(id)
		if err != nil {
			return err
		}
		f(&x)
		return vuln.Findings(tx).Put(&x)
	})
}

// item is a vulnerability of an operating system package.
func item(cve, pkg string) scan.Item {
	return scan.Item{
		ID: cve, CVEs: []string{cve}, Title: "Title of " + cve, Ecosystem: "alpine", Package: pkg, Installed: "1.0", FixedIn: "1.1",
		Severity: scan.SeverityHigh, Status: scan.StatusFixed,
		Ratings: []scan.Rating{{Source: "nvd", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", Score: scan.Score{Tenths: 75, Known: true}}},
	}
}

// at is a report of Trivy that was made at noon of a day. Its digest is of its
// content, so that equal reports are the same file.
func at(day string, items ...scan.Item) *scan.Report {
	r := &scan.Report{Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy", Version: "0.50.0"}, Items: items, Targets: []string{"shop:1.0"}}
	if day != "" {
		r.Created = date(day).Time().Add(12 * time.Hour)
	}
	return seal(r)
}

func seal(r *scan.Report) *scan.Report {
	r.SHA256 = [32]byte{}
	r.SHA256 = sha256.Sum256(fmt.Appendf(nil, "%+v", *r))
	return r
}

// idOf is the id of the finding that an item becomes.
func idOf(tb tester, it scan.Item) string {
	tb.Helper()
	result, _ := imported(tb, space(tb), at("2026-02-01", it), "2026-02-01")
	return result.Created[0]
}

// cvssScore reads a score; "" is unknown.
func cvssScore(s string) (score cvss.Score) {
	if err := score.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return score
}

func scores() cmp.Option { return cmp.Comparer(func(a, b cvss.Score) bool { return a == b }) }

func encoded(tb tester, v any) []byte {
	tb.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// rendered is a register as it is written for people, by format.
func rendered(tb tester, r vuln.Register) map[string]string {
	tb.Helper()
	var csv, md, html bytes.Buffer
	doc := r.Report(lang.EN)
	if err := errors.Join(report.CSV(&csv, r.Table(lang.EN)), report.Markdown(&md, doc), report.HTML(&html, doc)); err != nil {
		tb.Fatal(err)
	}
	return map[string]string{"csv": csv.String(), "md": md.String(), "html": html.String()}
}
