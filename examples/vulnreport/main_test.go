package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
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

// file writes a file of a feed.
func file(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// What is published is in the report; what nobody looked up is not known.
func TestFeeds(t *testing.T) {
	kev := file(t, "kev.json", `{"catalogVersion": "2026.11.15", "dateReleased": "2026-11-15T12:00:00Z", "count": 1,
		"vulnerabilities": [{"cveID": "CVE-2026-90003", "dateAdded": "2026-11-14", "dueDate": "2026-12-05"}]}`)
	part := file(t, "part.json", strings.Replace(read(t, kev), `"count": 1`, `"count": 2`, 1))
	epss := file(t, "epss.csv", "#model_version:v2025.03.14,score_date:2026-11-15T00:00:00Z\ncve,epss,percentile\nCVE-2026-90003,0.9,0.99\n")
	undated := file(t, "undated.csv", "cve,epss,percentile\nCVE-2026-90003,0.9,0.99\n")
	exploited := regexp.MustCompile(`CVE-2026-90003 .* known to be exploited`)
	for name, c := range map[string]struct {
		args   []string
		listed bool
		want   []string
	}{
		"none": {nil, false, []string{"by CISA**: not consulted: the worst is assumed", "EPSS**: not consulted: the worst is assumed"}},
		"both": {[]string{"-kev", kev, "-epss", epss}, true, []string{"by CISA**: 2026.11.15 2026-11-15\n", "EPSS**: v2025.03.14 2026-11-15\n"}},
		"part": {[]string{"-kev", part}, true, []string{"by CISA**: 2026.11.15 2026-11-15: old, undated or not whole"}},
		"bare": {[]string{"-epss", undated}, false, []string{"EPSS**: ?: old, undated or not whole"}},
		"old":  {[]string{"-kev", kev, "-epss", epss, "-today", "2026-12-16"}, true, []string{"2026-11-15: old", "v2025.03.14 2026-11-15: old"}},
	} {
		dir := t.TempDir()
		if _, err := start(t, append([]string{"-out", dir}, c.args...)...); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := read(t, filepath.Join(dir, "pack.md"))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%.500s", name, want, got)
			}
		}
		if exploited.MatchString(got) != c.listed {
			t.Errorf("%s: shown as exploited = %t, want %t", name, !c.listed, c.listed)
		}
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
		"no catalogue":  {"-kev", "nowhere.json"},
		"other file":    {"-kev", "scans/mail.json"},
		"no forecasts":  {"-epss", "nowhere.csv"},
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
