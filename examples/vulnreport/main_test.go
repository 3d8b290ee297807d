package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// start runs the program as its command line does.
func start(t *testing.T, args ...string) (stdout string, err error) {
	t.Helper()
	c, err := parse(args, io.Discard)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = run(t.Context(), c, &b)
	return b.String(), err
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWritesThePack(t *testing.T) {
	for l, want := range map[string][]string{
		"en": {"portal-november.json: 0 new, 2 known, 1 not observed any more, 0 rejected", "Assets whose basis is incomplete: 2 / 3", "Proposed nonconformities: 1"},
		"nl": {"portal-november.json: 0 nieuw, 2 bekend, 1 niet meer waargenomen, 0 afgewezen", "Bedrijfsmiddelen met een onvolledige grondslag: 2 / 3"},
	} {
		dir := t.TempDir()
		stdout, err := start(t, "-lang", l, "-out", dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			if !strings.Contains(stdout, line) {
				t.Errorf("%s: no line %q in\n%s", l, line, stdout)
			}
		}
		html := read(t, filepath.Join(dir, "pack.html"))
		if !strings.Contains(html, `lang="`+l+`"`) || strings.Contains(html, "0001-01-01") {
			t.Errorf("%s: the page has another language, or an unset day", l)
		}
		again := t.TempDir()
		if _, err := start(t, "-lang", l, "-out", again); err != nil || read(t, filepath.Join(again, "pack.html")) != html {
			t.Errorf("%s: a second run gives other bytes, or %v", l, err)
		}
	}
}

// Scanners' reports of the user, in any order, and with hosts.
func TestOwnRecords(t *testing.T) {
	stdout, err := start(t, "-records", "records", "-out", t.TempDir(),
		"portal=scans/portal-november.json", "portal=scans/portal-october.json", "mail=scans/mail.json")
	if err != nil || !strings.Contains(stdout, "portal-october.json: 1 new, 2 known, 0 not observed any more, 0 rejected") {
		t.Errorf("%v in\n%s", err, stdout)
	}
}

func TestRefusesBadArguments(t *testing.T) {
	for name, args := range map[string][]string{
		"language":      {"-lang", "de"},
		"day":           {"-today", "tomorrow"},
		"period":        {"-from", "2026-12-01"},
		"no asset":      {"-records", "records", "scans/mail.json"},
		"no records":    {"mail=scans/mail.json"},
		"unknown asset": {"-records", "records", "printer=scans/mail.json"},
		"unknown host":  {"-records", "records", "mail@10.0.0.5=scans/mail.json"},
		"no report":     {"-records", "records", "mail=records/assets.yaml"},
		"no file":       {"-records", "records", "mail=nothing.json"},
		"no directory":  {"-records", "nowhere"},
	} {
		out := filepath.Join(t.TempDir(), "out")
		if _, err := start(t, append([]string{"-out", out}, args...)...); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
}
