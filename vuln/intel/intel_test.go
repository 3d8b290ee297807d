package intel_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

// reader reads a feed into its values and what it says of itself.
type reader func(context.Context, io.Reader) ([]any, error)

// collect makes a reader of a function that hands over one value at a time.
func collect[V, F any](read func(context.Context, io.Reader, func(V) error) (F, error)) reader {
	return func(ctx context.Context, r io.Reader) ([]any, error) {
		all := []any{nil}
		feed, err := read(ctx, r, func(v V) error {
			all = append(all, v)
			return nil
		})
		all[0] = feed
		return all, err
	}
}

func readers() map[string]reader {
	return map[string]reader{
		"epss": collect(intel.ReadEPSS), "kev": collect(intel.ReadKEV), "nvd": collect(intel.ReadNVD),
		"cve": func(ctx context.Context, r io.Reader) ([]any, error) {
			v, err := intel.ReadCVE(ctx, r)
			return []any{v}, err
		},
	}
}

func load(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func samples(tb testing.TB) map[string][]byte {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil || len(files) != 7 {
		tb.Fatalf("Glob = %q, %v, want 7 samples", files, err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		all[filepath.Base(file)] = load(tb, filepath.Base(file))
	}
	return all
}

// feedOf is the feed that a sample is of.
func feedOf(name string) string {
	feed, _, _ := strings.Cut(name, ".")
	feed, _, _ = strings.Cut(feed, "_")
	return feed
}

func rating(source, version, vector string, tenths int) scan.Rating {
	return scan.Rating{Source: source, Version: version, Vector: vector, Score: scan.Score{Tenths: tenths, Known: true}}
}

func part(billionths int) intel.Fraction { return intel.Fraction{Billionths: billionths, Known: true} }

// TestSamples: every field of every sample.
func TestSamples(t *testing.T) {
	const (
		v2   = "AV:N/AC:L/Au:N/C:P/I:P/A:P"
		v31  = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
		v31l = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"
		v4   = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
	)
	epss := []any{
		intel.EPSSFeed{Model: "v2025.03.14", Date: "2026-03-09", Count: 4},
		intel.EPSS{CVE: "CVE-2026-10001", Probability: part(3_830_000), Percentile: part(730_750_000)},
		intel.EPSS{CVE: "CVE-2026-10002", Probability: part(1), Percentile: part(100_000_000)},
		intel.EPSS{CVE: "CVE-2026-10003", Probability: part(1_000_000_000), Percentile: part(1_000_000_000)},
		intel.EPSS{CVE: "CVE-2026-10004", Probability: part(90_000), Percentile: part(500_000_000)},
	}
	want := map[string][]any{
		"epss.csv": epss, "epss.csv.gz": epss,
		"epss_first.csv": {intel.EPSSFeed{Count: 1}, intel.EPSS{CVE: "CVE-2026-10001", Probability: part(651_170_000)}},
		"kev.json": {
			intel.KEVFeed{Version: "2026.03.09", Released: time.Date(2026, 3, 9, 15, 0, 0, 123_000_000, time.UTC), Declared: 2, Count: 2},
			intel.KEV{
				CVE: "CVE-2026-10001", Vendor: "Example", Product: "Server", Name: "Example Server flaw", Description: "Invented.", Action: "Update.",
				Added: "2026-03-01", Due: "2026-03-22", Ransomware: true, Weaknesses: []string{"CWE-20", "CWE-79"},
			},
			intel.KEV{CVE: "CVE-2026-10002", Added: "2026-03-09"},
		},
		"nvd.json": {
			intel.NVDFeed{Start: 40, Total: 42, Count: 2, At: time.Date(2026, 3, 9, 8, 30, 0, 123_000_000, time.UTC)},
			intel.NVD{
				CVE: "CVE-2026-10001", Status: "Analyzed", Source: "cna@example.org", Description: "Invented.",
				Published: time.Date(2026, 2, 1, 10, 15, 7, 430_000_000, time.UTC), Modified: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC),
				Metrics: []intel.Metric{
					{Rating: rating("nvd@example.org", "2.0", v2, 75), Primary: true},
					{Rating: rating("cna@example.org", "4.0", v4, 93)},
					{Rating: rating("cna@example.org", "3.1", v31, 98)},
					{Rating: rating("nvd@example.org", "3.1", v31l, 88), Primary: true},
				},
				Weaknesses: []string{"CWE-20", "CWE-79"}, KEVAdded: "2026-03-01", KEVDue: "2026-03-22",
			},
			intel.NVD{CVE: "CVE-2026-10002", Status: "Awaiting Analysis"},
		},
		"cve.json": {intel.CVE{
			CVE: "CVE-2026-10001", State: "PUBLISHED", Assigner: "example", Title: "Invented flaw", Description: "Invented.",
			Published: time.Date(2026, 2, 1, 10, 15, 7, 430_000_000, time.UTC), Updated: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC),
			Ratings: []scan.Rating{rating("example", "4.0", v4, 93), rating("example", "3.1", v31, 98), rating("CISA-ADP", "2.0", v2, 75)},
			SSVC: []intel.SSVC{{
				Source: "CISA-ADP", Role: "CISA Coordinator", Version: "2.0.3", At: time.Date(2026, 2, 4, 12, 0, 0, 500_000_000, time.UTC),
				Exploitation: "active", Automatable: "yes", TechnicalImpact: "total",
			}},
			KEVAdded: "2026-03-01",
		}},
		"cve_rejected.json": {intel.CVE{CVE: "CVE-2026-10002", State: "REJECTED", Description: "Not a flaw.", Rejected: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}},
	}
	for name, data := range samples(t) {
		read := readers()[feedOf(name)]
		got, err := read(t.Context(), bytes.NewReader(data))
		if diff := cmp.Diff(want[name], got); err != nil || diff != "" {
			t.Errorf("read(%s) = %v (-want +got)\n%s", name, err, diff)
		}
		slow, err := read(t.Context(), iotest.OneByteReader(bytes.NewReader(data)))
		if diff := cmp.Diff(got, slow); err != nil || diff != "" {
			t.Errorf("read(%s) byte by byte = %v (-want +got)\n%s", name, err, diff)
		}
	}
}

// TestTruncated cuts every sample at every byte; a CSV that ends with a line is
// whole, and shorter.
func TestTruncated(t *testing.T) {
	for name, data := range samples(t) {
		data = bytes.TrimSpace(data)
		read := readers()[feedOf(name)]
		for n := range data {
			got, err := read(t.Context(), bytes.NewReader(data[:n]))
			if err == nil && strings.HasSuffix(name, ".csv") && n > 0 && data[n-1] == '\n' {
				continue
			}
			if e, ok := errors.AsType[*intel.Error](err); !ok || e.Feed != feedOf(name) {
				t.Fatalf("read(%s cut at %d) = %v, %v, want an *Error", name, n, got, err)
			}
		}
	}
}

// TestOtherFilesAreRefused: no sample is of two feeds, and nothing else is of
// any.
func TestOtherFilesAreRefused(t *testing.T) {
	others := samples(t)
	for _, text := range []string{"", " ", "{}", "[]", "null", "a,b\n", "<html/>", "\x1f\x8b", "\x1f\x8b\x08", `{"vulnerabilities":[]}`, "PK\x03\x04", "\xff\xfe{\x00"} {
		others["text "+text] = []byte(text)
	}
	for feed, read := range readers() {
		for name, data := range others {
			if feedOf(name) == feed {
				continue
			}
			got, err := read(t.Context(), bytes.NewReader(data))
			if _, ok := errors.AsType[*intel.Error](err); !ok {
				t.Errorf("read %s(%q) = %v, %v, want an *Error", feed, name, got, err)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	epss := func(rows string) string {
		return "#model_version:v1,score_date:2026-03-09\ncve,epss,percentile\n" + rows
	}
	kev := func(members string) string { return `{"catalogVersion":"1","vulnerabilities":[{` + members + `}]}` }
	nvd := func(members string) string {
		return `{"format":"NVD_CVE","version":"2.0","vulnerabilities":[{"cve":{` + members + `}}]}`
	}
	cve := func(members string) string {
		return `{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-0001"},"containers":{"cna":{` + members + `}}}`
	}
	for _, c := range []struct {
		feed, in string
		want     scan.Reason
	}{
		{"epss", "", scan.ReasonEmpty},
		{"epss", epss(""), scan.ReasonUnset},
		{"epss", epss("CVE-2026-0001,0.1,0.2"), scan.ReasonTruncated},
		{"epss", epss("CVE-2026-0001,0.1\n"), scan.ReasonSyntax},
		{"epss", epss("\n"), scan.ReasonSyntax},
		{"epss", "#model_version:v1\n", scan.ReasonTruncated},
		{"epss", epss("CVE-2026-0001,0.1,0.2,0.3\n"), scan.ReasonType},
		{"epss", epss("GHSA-1,0.1,0.2\n"), scan.ReasonType},
		{"epss", epss("CVE-2026-0001,,0.2\n"), scan.ReasonType},
		{"epss", epss("CVE-2026-0001,1.1,0.2\n"), scan.ReasonType},
		{"epss", epss("CVE-2026-0001,-0.1,0.2\n"), scan.ReasonType},
		{"epss", epss("CVE-2026-0001,NaN,0.2\n"), scan.ReasonType},
		{"epss", epss("CVE-2026-0001,1e400,0.2\n"), scan.ReasonType},
		{"epss", epss("CVE-2026-0001,0.1,\n"), scan.ReasonType},
		{"epss", epss(strings.Repeat("x", 5000) + "\n"), scan.ReasonLimit},
		{"epss", "#score_date:2026-03-09\ncve,epss\n", scan.ReasonUnrecognised},
		{"epss", "#model_version:v1,score_date:yesterday\ncve,epss\n", scan.ReasonType},
		{"epss", "#model_version:v1\nepss,cve\n", scan.ReasonUnrecognised},
		{"epss", "\xef\xbb\xbf#model_version:v1\ncve,epss\r\n", scan.ReasonUnset},
		{"kev", kev(`"cveID":"CVE-2026-0001"`), scan.ReasonUnset},
		{"kev", kev(`"cveID":"x"`), scan.ReasonType},
		{"kev", kev(``), scan.ReasonMissing},
		{"kev", kev(`"cveID":"CVE-2026-0001","dueDate":"soon"`), scan.ReasonType},
		{"kev", kev(`"cveID":"CVE-2026-0001","dueDate":"2026-02-30"`), scan.ReasonType},
		{"kev", kev(`"cveID":"CVE-2026-0001","dueDate":"2026-03-09","DUEDATE":"2030-01-01"`), scan.ReasonDuplicateKey},
		{"kev", `{"catalogVersion":"1","vulnerabilities":[]}{}`, scan.ReasonTrailing},
		{"kev", `{"catalogVersion":"1"}`, scan.ReasonMissing},
		{"kev", `{"catalogVersion":"1","count":1.5,"vulnerabilities":[]}`, scan.ReasonType},
		{"nvd", nvd(`"id":"CVE-2026-0001"`), scan.ReasonUnset},
		{"nvd", nvd(``), scan.ReasonMissing},
		{"nvd", nvd(`"id":"CVE-2026-0001","published":"today"`), scan.ReasonType},
		{"nvd", nvd(`"id":"CVE-2026-0001","metrics":{"cvssMetricV31":[{"cvssData":{"baseScore":"9.8"}}]}`), scan.ReasonType},
		{"nvd", nvd(`"id":"CVE-2026-0001","metrics":{"cvssMetricV31":[{}` + strings.Repeat(",{}", intel.MaxList) + `]}`), scan.ReasonLimit},
		{"nvd", nvd(`"id":"CVE-2026-0001","vulnStatus":"` + strings.Repeat("x", 5000) + `"`), scan.ReasonLimit},
		{"nvd", nvd(`"configurations":` + strings.Repeat("[", 101)), scan.ReasonLimit},
		{"nvd", strings.Replace(nvd(`"id":"CVE-2026-0001"`), `"2.0"`, `"1.0"`, 1), scan.ReasonVersion},
		{"cve", cve(``), scan.ReasonUnset},
		{"cve", strings.Replace(cve(``), "5.1", "4.0", 1), scan.ReasonVersion},
		{"cve", strings.Replace(cve(``), "CVE-2026-0001", "", 1), scan.ReasonType},
		{"cve", cve(`"metrics":[{"cvssV3_1":{"baseScore":true}}]`), scan.ReasonType},
		{"cve", cve(`"metrics":[{"other":{"type":"ssvc","content":{"options":[{"Exploitation":"active","exploitation":"none"}]}}}]`), scan.ReasonDuplicateKey},
		{"cve", cve(`"metrics":[{"other":{"type":"ssvc","content":{"options":"none","role":[1]}}}]`), scan.ReasonUnset},
	} {
		_, err := readers()[c.feed](t.Context(), strings.NewReader(c.in))
		got := scan.ReasonUnset
		if e, ok := errors.AsType[*intel.Error](err); ok {
			got = e.Reason
		} else if err != nil {
			t.Errorf("read %s(%.90q) = %v, want an *Error", c.feed, c.in, err)
		}
		if got != c.want {
			t.Errorf("read %s(%.90q) = %q, want %q: %v", c.feed, c.in, got, c.want, err)
		}
	}
}

func TestErrorSaysWhere(t *testing.T) {
	_, err := intel.ReadKEV(t.Context(), strings.NewReader("{\"catalogVersion\":\"1\",\"vulnerabilities\":[\n{\"cveID\":7}]}"), func(intel.KEV) error { return nil })
	const want = `intel kev: line 2, offset 51: /vulnerabilities/0/cveID: a value has the wrong type: want a string, have a number`
	if err == nil || err.Error() != want {
		t.Errorf("ReadKEV = %v, want %s", err, want)
	}
	_, err = intel.ReadEPSS(t.Context(), strings.NewReader("#model_version:v1\ncve,epss\nCVE-2026-0001,2\n"), func(intel.EPSS) error { return nil })
	const line = `intel epss: line 3, offset 43: a value has the wrong type: epss "2": want a number from 0 to 1`
	if err == nil || err.Error() != line {
		t.Errorf("ReadEPSS = %v, want %s", err, line)
	}
}

// TestStops: the caller's error and that of the source come back as they are.
func TestStops(t *testing.T) {
	own := &intel.Error{Detail: "the caller's own"}
	_, err := intel.ReadEPSS(t.Context(), bytes.NewReader(load(t, "epss.csv")), func(intel.EPSS) error { return own })
	if err != error(own) || own.Feed != "" { //nolint:errorlint // the very same error
		t.Errorf("ReadEPSS = %v, want the caller's error untouched", err)
	}
	broken := errors.New("broken pipe")
	for name, data := range samples(t) {
		for n := range data {
			in := io.MultiReader(bytes.NewReader(data[:n]), iotest.ErrReader(broken))
			if _, err := readers()[feedOf(name)](t.Context(), in); !errors.Is(err, broken) {
				t.Fatalf("read(%s, failure at %d) = %v, want %v", name, n, err, broken)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := readers()[feedOf(name)](ctx, bytes.NewReader(data)); !errors.Is(err, context.Canceled) {
			t.Errorf("read(%s, canceled) = %v, want %v", name, err, context.Canceled)
		}
	}
}

// TestIDs: a year, and 4 to 19 digits.
func TestIDs(t *testing.T) {
	for id, want := range map[string]bool{
		"CVE-2026-1000": true, "CVE-1999-0001": true, "CVE-2026-1234567890123456789": true,
		"CVE-2026-12345678901234567890": false, "CVE-2026-100": false, "CVE-2026-100a": false, "CVE-2026-100:": false, "CVE-2026-100-1": false,
		"CVE-202-10001": false, "CVE-20261-0001": false, "CVE-2026_1000": false, "cve-2026-1000": false, "XCVE-2026-1000": false, "CVE-2026-": false, "": false,
	} {
		_, err := intel.ReadEPSS(t.Context(), strings.NewReader("cve,epss\n"+id+",0.5\n"), func(intel.EPSS) error { return nil })
		if (err == nil) != want {
			t.Errorf("ReadEPSS(%q) = %v, want it read: %t", id, err, want)
		}
	}
}

// TestFraction: decimal numbers are read exactly.
func TestFraction(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "0.0": "0", "1": "1", "1.00000": "1", "0.97565": "0.97565", "0.00042": "0.00042", "0.100": "0.1", "9e-05": "0.00009", "1.5E-4": "0.00015",
		"0.0000000004": "0", "0.0000000005": "0.000000001", "0.9999999999": "1", "1e-30": "0", "00.5": "0.5",
		"0.123456789123456789": "0.123456789",
	} {
		var got intel.EPSS
		_, err := intel.ReadEPSS(t.Context(), strings.NewReader("cve,epss\nCVE-2026-0001,"+in+"\n"), func(v intel.EPSS) error { got = v; return nil })
		if err != nil || got.Probability.String() != want {
			t.Errorf("%s reads as %s, %v, want %s", in, got.Probability, err, want)
		}
	}
	if got := (intel.Fraction{}).String(); got != "" {
		t.Errorf("unknown prints %q, want nothing", got)
	}
}

// TestRating: which of several ratings of NVD counts.
func TestRating(t *testing.T) {
	metric := func(version string, primary bool) intel.Metric {
		return intel.Metric{Rating: scan.Rating{Version: version}, Primary: primary}
	}
	for _, c := range []struct {
		metrics []intel.Metric
		want    string
	}{
		{nil, ""},
		{[]intel.Metric{metric("2.0", true), metric("4.0", false)}, "2.0"},
		{[]intel.Metric{metric("3.0", true), metric("3.1", true), metric("2.0", true)}, "3.1"},
		{[]intel.Metric{metric("3.0", false), metric("3.1", false)}, "3.1"},
	} {
		got, known := intel.NVD{Metrics: c.metrics}.Rating()
		if got.Version != c.want || known != (c.want != "") {
			t.Errorf("Rating() of %v = %v, %v, want %s", c.metrics, got, known, c.want)
		}
	}
}

// endless reads a text over and over.
type endless struct {
	text string
	at   int
	left int
}

func (r *endless) Read(p []byte) (int, error) {
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

// TestBomb: what decompresses without end is refused by what it decompresses to,
// in little memory; with ISMSKIT_SOAK=1 also by its size alone.
func TestBomb(t *testing.T) {
	for name, c := range map[string]struct {
		feed, begin, more string
		size              int
		want              scan.Reason
	}{
		"one line":    {"epss", "#", "x", 4 << 20, scan.ReasonLimit},
		"one text":    {"kev", `{"catalogVersion":"`, "x", 4 << 20, scan.ReasonLimit},
		"one list":    {"kev", `{"catalogVersion":"1","vulnerabilities":[{"cwes":["x"`, `,"x"`, 4 << 20, scan.ReasonLimit},
		"deep":        {"nvd", `{"x":`, "[", 4 << 20, scan.ReasonLimit},
		"white space": {"cve", `{`, "  ", intel.MaxSize + 1, scan.ReasonLimit},
	} {
		if c.size > 1<<30 && os.Getenv("ISMSKIT_SOAK") != "1" {
			continue
		}
		var bomb bytes.Buffer
		z, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(z, io.MultiReader(strings.NewReader(c.begin), &endless{text: c.more, left: c.size / len(c.more)})); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err = readers()[c.feed](t.Context(), &bomb)
		runtime.ReadMemStats(&after)
		e, ok := errors.AsType[*intel.Error](err)
		if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); !ok || e.Reason != c.want || used > 16<<20 {
			t.Errorf("%s: read %s = %v in %d KiB, want %v", name, c.feed, err, used>>10, c.want)
		}
	}
}

// TestBrokenCompression: a changed byte of a gzip file is an error.
func TestBrokenCompression(t *testing.T) {
	data := load(t, "epss.csv.gz")
	whole, err := readers()["epss"](t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x40
		got, err := readers()["epss"](t.Context(), bytes.NewReader(bad))
		if _, ok := errors.AsType[*intel.Error](err); err != nil && !ok || err == nil && !cmp.Equal(got, whole) {
			t.Errorf("read(byte %d changed) = %v, %v, want an *Error or the same", i, got, err)
		}
	}
}

// fuzz: no input makes a reader panic, and none reads differently in pieces.
func fuzz(f *testing.F, feed string) {
	f.Helper()
	for _, data := range samples(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, err := readers()[feed](t.Context(), bytes.NewReader(in))
		if _, ok := errors.AsType[*intel.Error](err); err != nil && !ok {
			t.Fatalf("read(%q) = %v, want an *Error", in, err)
		}
		pieces, slowErr := readers()[feed](t.Context(), iotest.HalfReader(bytes.NewReader(in)))
		if fmt.Sprint(whole) != fmt.Sprint(pieces) || (err == nil) != (slowErr == nil) {
			t.Fatalf("read(%q) = %v, %v at once, %v, %v in pieces", in, whole, err, pieces, slowErr)
		}
	})
}

func FuzzEPSS(f *testing.F) { fuzz(f, "epss") }
func FuzzKEV(f *testing.F)  { fuzz(f, "kev") }
func FuzzNVD(f *testing.F)  { fuzz(f, "nvd") }
func FuzzCVE(f *testing.F)  { fuzz(f, "cve") }
