package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// start runs the program as its command line does.
func start(t *testing.T, args ...string) (stdout string, err error) {
	t.Helper()
	c, err := parse(append([]string{"-records", filepath.Join("..", "quickstart", "records")}, args...), io.Discard)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = run(t.Context(), c, &b)
	return b.String(), err
}

func TestPackOfTheQuickstart(t *testing.T) {
	for l, want := range map[string][]string{
		"en": {"Veldwerk", "all as signed", "0 not\n", "  1  the file that the record names, by its hash", "  1  not the file that the record names", "  2  missing", "Not proven"},
		"nl": {"Veldwerk", "alle zoals ondertekend", "0 niet\n", "  1  het bestand dat de registratie noemt", "  1  niet het bestand dat de registratie noemt", "  2  ontbreekt", "Niet bewezen"},
	} {
		out := t.TempDir()
		stdout, err := start(t, "-out", out, "-lang", l)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(stdout, w) {
				t.Errorf("%s: it does not say %q:\n%s", l, w, stdout)
			}
		}
		page, err := os.ReadFile(filepath.Join(out, "statement-for-customers.html"))
		if err != nil || !bytes.Contains(page, []byte("A.8.34")) || bytes.Contains(page, []byte("R-0")) {
			t.Errorf("%s: the statement for customers, %v, has no A.8.34, or has risks", l, err)
		}
		all := listing(t, filepath.Join(out, "evidence-pack.zip"))
		for _, want := range []string{
			"index.html", "index.csv", "reports/statement-of-applicability.html", "reports/statement-of-applicability.xlsx",
			"reports/risks-and-treatment-plan.html", "reports/evidence.html", "reports/assets.xlsx", "evidence/ev-review-minutes/review-2026-11.txt", "ledger/checkpoint", "manifest.note",
		} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: the pack has no %s:\n%s", l, want, all)
			}
		}
	}
}

// listing is the names of the files of a ZIP file, one a line.
func listing(t *testing.T, name string) string {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	var names strings.Builder
	for _, f := range z.File {
		names.WriteString(f.Name + "\n")
	}
	if err := z.Close(); err != nil {
		t.Error(err)
	}
	return names.String()
}

// What somebody changes in the file, or signs with another key, does not verify.
func TestForgedPack(t *testing.T) {
	out := t.TempDir()
	stdout, err := start(t, "-out", out)
	if err != nil {
		t.Fatal(err)
	}
	_, public, _ := strings.Cut(stdout, "Public key")
	public, _, _ = strings.Cut(strings.TrimSpace(public), "\n")
	key, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(out, "evidence-pack.zip")
	if _, err := verify(t.Context(), name, key); err != nil {
		t.Errorf("verify with the printed key = %v, want nil", err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Replace(data, []byte("14 of 14"), []byte("15 of 15"), 1)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := verify(t.Context(), name, key); err == nil || !strings.Contains(err.Error(), "evidence/ev-restore-log/restore-2026-11.txt") {
		t.Errorf("verify of a changed pack = %v, want it to name the file", err)
	}
	_, other, _, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify(t.Context(), name, other); err == nil || !strings.Contains(err.Error(), "manifest.note") {
		t.Errorf("verify under another key = %v, want it to name the signature", err)
	}
}

func TestRefusesBadArguments(t *testing.T) {
	for _, args := range [][]string{{"-lang", "de"}, {"pack.zip"}, {"-nothing"}, {"-records", "nowhere"}, {"-files", "nowhere"}} {
		if _, err := start(t, append([]string{"-out", t.TempDir()}, args...)...); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
