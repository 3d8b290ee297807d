package reporttest_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/report"
)

// need finds a program, or skips: in continuous integration it must be there.
func need(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not here: install %s", name, pkg)
		}
		t.Skipf("%s is not here: install %s to run this test", name, pkg)
	}
	return path
}

// printed is the text of the pages that LibreOffice prints of each document.
func printed(t *testing.T, files map[string][]byte) map[string]string {
	t.Helper()
	soffice := need(t, "soffice", "libreoffice-calc and libreoffice-writer")
	pdftotext := need(t, "pdftotext", "poppler-utils")
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.CommandContext(t.Context(), soffice, args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	texts := map[string]string{}
	for name := range files {
		out, err := exec.CommandContext(t.Context(), pdftotext, "-layout", filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".pdf"), "-").Output()
		if err != nil {
			t.Fatalf("%s was not printed: %v", name, err)
		}
		texts[name] = string(out)
	}
	return texts
}

func render(t *testing.T, f func(io.Writer, report.Document) error, d report.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestLibreOffice opens what we write in a program that others wrote: the
// texts are there as they are, and none was run.
func TestLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("starting an office program takes seconds")
	}
	d := document()
	texts := printed(t, map[string][]byte{"sheet.xlsx": render(t, report.XLSX, d), "text.docx": render(t, report.DOCX, d)})
	for name, text := range texts {
		if !strings.Contains(text, "Pagina 1 van") || !strings.Contains(text, "Peildatum: 2026-03-31") {
			t.Errorf("%s has no page numbers, or no document control", name)
		}
		for _, never := range []string{"#NAME?", "#REF!", "#VALUE!", "Err:5"} {
			if strings.Contains(text, never) {
				t.Errorf("%s prints %s: something ran", name, never)
			}
		}
		for _, s := range append([]string{"=1+1 & Zonen"}, hostile...) {
			if !strings.Contains(unbroken(text), unbroken(s)) {
				t.Errorf("%s does not print %q", name, s)
			}
		}
	}
}

// unbroken is a text without blanks, since lines break anywhere on a page, and
// without what no page shows.
func unbroken(s string) string { return strings.Join(strings.Fields(strings.Map(shown, s)), "") }

// shown drops what no page shows.
func shown(r rune) rune {
	switch r {
	case '\u00a0', '\ufeff', '\u200b', '\ufffd', '😀':
		return -1
	}
	return r
}
