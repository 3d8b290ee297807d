package scan_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/vuln/scan"
)

func samples(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil || len(files) < 7 {
		tb.Fatalf("Glob = %q, %v, want 7 samples", files, err)
	}
	return files
}

func reasonOf(t *testing.T, in string, opts *scan.Options) scan.Reason {
	t.Helper()
	report, err := scan.Read(t.Context(), strings.NewReader(in), opts)
	if err == nil {
		return scan.ReasonUnset
	}
	if report != nil {
		t.Errorf("Read(%.60q) = %v beside an error", in, report)
	}
	e, ok := errors.AsType[*scan.Error](err)
	if !ok {
		t.Fatalf("Read(%.60q) = %v, want an *Error", in, err)
	}
	return e.Reason
}

func TestTruncatedSampleIsAnError(t *testing.T) {
	for _, file := range samples(t) {
		data := bytes.TrimSpace(load(t, file))
		for n := range data {
			report, err := scan.Read(t.Context(), bytes.NewReader(data[:n]), nil)
			if _, ok := errors.AsType[*scan.Error](err); !ok {
				t.Fatalf("Read(%s cut at %d) = %v, %v, want an *Error", file, n, report, err)
			}
		}
		whole, err := scan.Read(t.Context(), bytes.NewReader(data), nil)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := scan.Read(t.Context(), iotest.OneByteReader(bytes.NewReader(data)), nil)
		if diff := cmp.Diff(whole, slow); err != nil || diff != "" {
			t.Errorf("Read(%s) byte by byte: %v, (-want +got)\n%s", file, err, diff)
		}
		for _, format := range []scan.Format{scan.FormatTrivy, scan.FormatNessus} {
			got := reasonOf(t, string(data), &scan.Options{Format: format})
			if (got == scan.ReasonUnset) != (format == whole.Format) {
				t.Errorf("Read(%s as %s) = %v", file, format, got)
			}
		}
		if got := reasonOf(t, string(data)+"\n"+string(data), nil); got == scan.ReasonUnset {
			t.Errorf("Read(%s twice) = no error", file)
		}
	}
}

// TestNotAReport: readers that return nothing and no error, for example 0 of 381
// findings of a CycloneDX library, are the worst.
func TestNotAReport(t *testing.T) {
	trivy := &scan.Options{Format: scan.FormatTrivy}
	nessus := &scan.Options{Format: scan.FormatNessus}
	vulnerability := func(s string) string {
		return `{"SchemaVersion":2,"ArtifactName":"x","Results":[{"Target":"t","Class":"lang-pkgs","Type":"npm","Vulnerabilities":[` + s + `]}]}`
	}
	item := func(s string) string {
		return `<NessusClientData_v2><Report name="r"><ReportHost name="h">` + s + `</ReportHost></Report></NessusClientData_v2>`
	}
	for _, c := range []struct {
		in   string
		opts *scan.Options
		want scan.Reason
	}{
		{"", nil, scan.ReasonEmpty},
		{" \n\t ", nil, scan.ReasonEmpty},
		{"\xef\xbb\xbf", nil, scan.ReasonEmpty},
		{"", trivy, scan.ReasonEmpty},
		{strings.Repeat(" ", 1<<17), nil, scan.ReasonUnrecognised},
		{strings.Repeat(" ", 1<<17), trivy, scan.ReasonTruncated},
		{"{}", nil, scan.ReasonUnrecognised},
		{"{}", trivy, scan.ReasonMissing},
		{"[]", nil, scan.ReasonUnrecognised},
		{"[]", trivy, scan.ReasonUnset}, // the caller says that it is Trivy's
		{"[{}]", nil, scan.ReasonUnrecognised},
		{"[{}]", trivy, scan.ReasonMissing},
		{"[1]", trivy, scan.ReasonType},
		{"null", nil, scan.ReasonUnset},
		{"null{}", nil, scan.ReasonUnrecognised},
		{"null{}", trivy, scan.ReasonTrailing},
		{"nullx", nil, scan.ReasonUnrecognised},
		{"true", trivy, scan.ReasonType},
		{"<!DOCTYPE html><html></html>", nil, scan.ReasonUnrecognised},
		{"<html>", nil, scan.ReasonUnrecognised},
		{"Error: scan failed", nil, scan.ReasonUnrecognised},
		{"Error: scan failed", trivy, scan.ReasonSyntax},
		{"\x1f\x8b\x08\x00", nil, scan.ReasonCompressed},
		{"PK\x03\x04", trivy, scan.ReasonCompressed},
		{"\xff\xfe{\x00}\x00", nil, scan.ReasonCharset},
		{`{"SchemaVersion":3,"Results":[]}`, nil, scan.ReasonVersion},
		{`{"SchemaVersion":"2","Results":[]}`, nil, scan.ReasonType},
		{`{"SchemaVersion":null,"Results":[]}`, nil, scan.ReasonVersion},
		{`{"SchemaVersion":2,"Metadata":{}}`, trivy, scan.ReasonMissing},
		{`{"ArtifactName":"x","ArtifactType":"y"}`, nil, scan.ReasonMissing},
		{`{"SchemaVersion":2,"ArtifactName":"x"}`, nil, scan.ReasonUnset},
		{`{"ClusterName":"x"}`, nil, scan.ReasonMissing},
		{`{"ClusterName":"x","Findings":[]}`, nil, scan.ReasonUnset},
		{`{"ClusterName":"x","Findings":[{"Results":[]}]}`, nil, scan.ReasonMissing},
		{`{"SchemaVersion":2,"Results":[{"Vulnerabilities":[]}]}`, nil, scan.ReasonMissing},
		{`{"SchemaVersion":2,"Results":{}}`, nil, scan.ReasonType},
		{`{"SchemaVersion":2,"Results":[]} {}`, nil, scan.ReasonTrailing},
		{vulnerability(`{"VulnerabilityID":"CVE-2026-1","Severity":"HIGH","SEVERITY":"low"}`), nil, scan.ReasonDuplicateKey},
		{vulnerability(`{"VulnerabilityID":"CVE-2026-1","Severity":4}`), nil, scan.ReasonType},
		{vulnerability(`{"VulnerabilityID":7}`), nil, scan.ReasonType},
		{vulnerability(`{"CVSS":{"nvd":{"V3Score":"9.8"}}}`), nil, scan.ReasonType},
		{vulnerability(`"CVE-2026-1"`), nil, scan.ReasonType},
		{vulnerability(`{"PkgPath":"` + strings.Repeat("x", 1<<14+1) + `"}`), nil, scan.ReasonLimit},
		{vulnerability(`{"VendorIDs":["` + strings.Repeat("x", 257) + `"]}`), nil, scan.ReasonLimit},
		{vulnerability(`{"Title":` + strings.Repeat("[", 101)), nil, scan.ReasonType},
		{vulnerability(`{"Unknown":` + strings.Repeat("[", 101)), nil, scan.ReasonLimit},
		{vulnerability(`{"Title":"` + strings.Repeat("x", 1<<20+1) + `"}`), nil, scan.ReasonLimit},
		{vulnerability(`{"Title":"` + strings.Repeat("x", 1<<20) + `"}`), nil, scan.ReasonUnset},
		{`{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{}],"Target":"t"}]}`, nil, scan.ReasonOrder},
		{`{"SchemaVersion":2,"Results":[{"Target":"t","Vulnerabilities":[{}],"Type":"npm"}]}`, nil, scan.ReasonOrder},
		{`{"ClusterName":"x","Resources":[{"Kind":"Pod","Name":"p","Results":[],"Namespace":"n"}]}`, nil, scan.ReasonOrder},
		{`<NessusClientData/>`, nil, scan.ReasonVersion},
		{`<NessusClientData_v2><Policy/></NessusClientData_v2>`, nil, scan.ReasonMissing},
		{`<NessusClientData_v2><Report/></NessusClientData_v2>`, nil, scan.ReasonUnset},
		{`<NessusClientData_v2><Report/></NessusClientData_v2><a/>`, nil, scan.ReasonTrailing},
		{`<NessusClientData_v2><Report></NessusClientData_v2>`, nil, scan.ReasonSyntax},
		{`<report/>`, nil, scan.ReasonUnrecognised},
		{`<report/>`, nessus, scan.ReasonMissing},
		{`{}`, nessus, scan.ReasonSyntax},
		{`<!DOCTYPE x [<!ENTITY a "b">]><NessusClientData_v2><Report>&a;</Report></NessusClientData_v2>`, nil, scan.ReasonEntity},
		{`<?xml version="1.0" encoding="UTF-7"?><NessusClientData_v2/>`, nil, scan.ReasonCharset},
		{item(`<ReportItem port="0" severity="1" pluginID="1"><cve>&x;</cve></ReportItem>`), nil, scan.ReasonEntity},
		{item(`<ReportItem port="80/tcp" severity="1" pluginID="1"/>`), nil, scan.ReasonType},
		{item(`<ReportItem port="0" pluginID="1"/>`), nil, scan.ReasonMissing},
		{item(strings.Repeat("<a>", 101)), nil, scan.ReasonLimit},
		{item(`<ReportItem port="0" severity="1" pluginID="1"><cvss_vector>` + strings.Repeat("x", 1<<14+1) + `</cvss_vector></ReportItem>`), nil, scan.ReasonLimit},
		{strings.Replace(item(""), ` name="h"`, "", 1), nil, scan.ReasonMissing},
	} {
		if got := reasonOf(t, c.in, c.opts); got != c.want {
			_, err := scan.Read(t.Context(), strings.NewReader(c.in), c.opts)
			t.Errorf("Read(%.90q) = %q, want %q: %v", c.in, got, c.want, err)
		}
	}
}

func TestErrorSaysWhere(t *testing.T) {
	_, err := scan.Read(t.Context(), strings.NewReader("{\"SchemaVersion\":2,\"Results\":[\n{\"Target\":\"t\",\"Vulnerabilities\":[{\"Severity\":\"HIGH\",\n\"SEVERITY\":\"low\"}]}]}"), nil)
	want := &scan.Error{
		Format: scan.FormatTrivy, Offset: 95, Line: 3, Path: "/Results/0/Vulnerabilities/0/SEVERITY",
		Reason: scan.ReasonDuplicateKey, Detail: `key "SEVERITY" occurs twice`,
	}
	got, ok := errors.AsType[*scan.Error](err)
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("Read = %v (-want +got)\n%s", err, diff)
	}
	const text = `scan trivy: line 3, offset 95: /Results/0/Vulnerabilities/0/SEVERITY: a key occurs twice: key "SEVERITY" occurs twice`
	if err.Error() != text {
		t.Errorf("Error() = %s, want %s", err, text)
	}
}

func TestStops(t *testing.T) {
	in := string(load(t, filepath.Join("testdata", "trivy_legacy.json")))
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err := scan.Each(ctx, strings.NewReader(in), nil, func(scan.Item) error {
		calls++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("Each(canceled after 1) = %v after %d, want %v", err, calls, context.Canceled)
	}
	own := &scan.Error{Detail: "the caller's own"}
	if _, err := scan.Each(t.Context(), strings.NewReader(in), nil, func(scan.Item) error { return own }); err != error(own) || own.Format != scan.FormatUnset { //nolint:errorlint // the very same error
		t.Errorf("Each = %v, want the caller's error untouched", err)
	}
	broken := errors.New("broken pipe")
	for n := range len(in) {
		if _, err := scan.Read(t.Context(), io.MultiReader(strings.NewReader(in[:n]), iotest.ErrReader(broken)), nil); !errors.Is(err, broken) {
			t.Fatalf("Read(failure at %d) = %v, want %v", n, err, broken)
		}
	}
}

// TestMemoryIsBounded streams reports far larger than the memory that Each may
// use. The promise is 64 MiB for 1 GiB; the test is stricter, so that it can fail
// on the smaller input of a normal run.
func TestMemoryIsBounded(t *testing.T) {
	const limit = 16 << 20
	size := int64(48 << 20)
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		size = 1 << 30
	}
	long := strings.Repeat("0123456789abcdef", 64)
	for name, parts := range map[string][3]string{
		"trivy": {
			`{"SchemaVersion":2,"Results":[{"Target":"t","Type":"npm","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-0001"}`,
			`,{"VulnerabilityID":"CVE-2026-0002","PkgName":"p","Description":"` + long + `"}`, `]}]}`,
		},
		"nessus": {
			`<NessusClientData_v2><Report name="r"><ReportHost name="h">`,
			`<ReportItem port="1" severity="1" pluginID="2"><description>` + long + `</description></ReportItem>`, `</ReportHost></Report></NessusClientData_v2>`,
		},
	} {
		repeats := size / int64(len(parts[1]))
		readers := []io.Reader{strings.NewReader(parts[0]), &repeated{text: parts[1], left: repeats}, strings.NewReader(parts[2])}
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		items, most := int64(0), int64(0)
		_, err := scan.Each(t.Context(), io.MultiReader(readers...), nil, func(scan.Item) error {
			if items++; items%4096 == 0 {
				runtime.ReadMemStats(&now)
				most = max(most, int64(now.HeapAlloc)-int64(before.HeapAlloc))
			}
			return nil
		})
		if err != nil || items < repeats || most > limit {
			t.Errorf("Each(%s, %d MiB) = %d items, %v, %d MiB of memory, want %d items in at most %d MiB", name, size>>20, items, err, most>>20, repeats, limit>>20)
		}
	}
}

// repeated reads a text over and over.
type repeated struct {
	text string
	at   int
	left int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at = 0
		r.left--
	}
	return n, nil
}

// FuzzRead: no input makes a reader panic, and none reads differently in pieces.
func FuzzRead(f *testing.F) {
	for _, file := range samples(f) {
		f.Add(load(f, file))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, err := scan.Read(t.Context(), bytes.NewReader(in), nil)
		if _, ok := errors.AsType[*scan.Error](err); err != nil && !ok {
			t.Fatalf("Read(%q) = %v, want an *Error", in, err)
		}
		pieces, slowErr := scan.Read(t.Context(), iotest.HalfReader(bytes.NewReader(in)), nil)
		if diff := cmp.Diff(whole, pieces); diff != "" || (err == nil) != (slowErr == nil) {
			t.Fatalf("Read(%q) in pieces: %v, want %v (-want +got)\n%s", in, slowErr, err, diff)
		}
		if err != nil {
			return
		}
		for _, item := range whole.Items {
			if item.ID == "" {
				t.Fatalf("Read(%q): an item without ID", in)
			}
		}
	})
}
