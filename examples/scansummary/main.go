// Command scansummary counts what the reports of vulnerability scanners, VEX
// documents and feeds such as EPSS and KEV say, before anything is merged, scored
// or left out. It prints one JSON object a line:
//
//	scansummary FILE...
//
// A file that cannot be read as a whole has an error instead of counts, and makes
// the command exit with 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

func main() {
	failed, err := run(context.Background(), os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintf(os.Stderr, "scansummary: %v\n", err)
	}
	if failed || err != nil {
		os.Exit(1)
	}
}

// run writes a line for each file; failed tells whether one has an error.
func run(ctx context.Context, files []string, out io.Writer) (failed bool, err error) {
	if len(files) == 0 {
		return true, errors.New("want one or more files")
	}
	lines := json.NewEncoder(out)
	for _, file := range files {
		line := read(ctx, file)
		failed = failed || line.Error != ""
		if err := lines.Encode(line); err != nil {
			return true, err
		}
	}
	return failed, nil
}

// line is what is printed of a file. An entry of a report counts once, with the
// severity of its first item.
type line struct {
	File     string `json:"file"`
	Format   string `json:"format"`
	Findings int    `json:"findings"`
	CVEs     int    `json:"distinct_cves"`
	MaxCVSS  string `json:"max_cvss"`
	Critical int    `json:"critical"`
	High     int    `json:"high"`
	Medium   int    `json:"medium"`
	Low      int    `json:"low"`
	Info     int    `json:"info"`
	None     int    `json:"none"`
	Unknown  int    `json:"unknown"`
	Error    string `json:"error"`

	cves map[string]bool
	max  scan.Score
}

// read tries the formats of scanners, which are recognised by their content, and
// then the feeds.
func read(ctx context.Context, file string) line {
	fresh := line{File: file}
	l := fresh
	err := l.scan(ctx, file)
	why, ok := errors.AsType[*scan.Error](err)
	if ok {
		fresh.Format = why.Format.String()
	}
	if ok && (why.Reason == scan.ReasonUnrecognised || why.Reason == scan.ReasonCompressed) {
		for _, feed := range feeds() {
			try := fresh
			if bad := try.feed(ctx, file, feed); bad == nil || !other(bad) {
				l, err = try, bad
				fresh.Format = feed.name
				break
			}
		}
	}
	if err != nil {
		fresh.Error = err.Error()
		return fresh
	}
	l.CVEs, l.MaxCVSS = len(l.cves), l.max.String()
	return l
}

// other tells whether an error says no more than that a file is not of the feed.
func other(err error) bool {
	why, ok := errors.AsType[*intel.Error](err)
	return ok && slices.Contains([]scan.Reason{
		scan.ReasonUnrecognised, scan.ReasonMissing, scan.ReasonSyntax, scan.ReasonTruncated, scan.ReasonCharset,
	}, why.Reason)
}

func (l *line) scan(ctx context.Context, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	opts := &scan.Options{}
	if filepath.Ext(file) == ".jsonl" {
		opts.Format = scan.FormatNuclei // the one with lines: an empty file is a scan without findings
	}
	entry := 0
	report, err := scan.Each(ctx, in, opts, func(item scan.Item) error {
		if item.Entry != entry {
			l.count(item.Severity)
		}
		entry = item.Entry
		for _, cve := range item.CVEs {
			l.cve(cve)
		}
		for _, rating := range item.Ratings {
			// Scores that do not say to be base scores are not compared with those
			// that do: of the web scanner of Tenable, and of Grype before 0.8.
			if rating.Source != "tenable-was" && rating.Source != "grype-0.7" {
				l.score(rating.Score)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.Format, l.Findings = report.Format.String(), report.Entries
	return nil
}

type reader struct {
	name string
	read func(context.Context, io.Reader, *line) error
}

func feeds() []reader {
	return []reader{
		{"epss", func(ctx context.Context, in io.Reader, l *line) error {
			_, err := intel.ReadEPSS(ctx, in, func(v intel.EPSS) error { l.Findings++; l.cve(v.CVE); return nil })
			return err
		}},
		{"kev", func(ctx context.Context, in io.Reader, l *line) error {
			_, err := intel.ReadKEV(ctx, in, func(v intel.KEV) error { l.rated(v.CVE, nil, scan.Rating{}); return nil })
			return err
		}},
		{"nvd", func(ctx context.Context, in io.Reader, l *line) error {
			_, err := intel.ReadNVD(ctx, in, func(v intel.NVD) error {
				var all []scan.Rating
				for _, m := range v.Metrics {
					all = append(all, m.Rating)
				}
				chosen, _ := v.Rating()
				l.rated(v.CVE, all, chosen)
				return nil
			})
			return err
		}},
		{"cve5", func(ctx context.Context, in io.Reader, l *line) error {
			v, err := intel.ReadCVE(ctx, in)
			worst := scan.Rating{}
			for _, r := range v.Ratings {
				if r.Score.Tenths >= worst.Score.Tenths {
					worst = r
				}
			}
			l.rated(v.CVE, v.Ratings, worst)
			return err
		}},
	}
}

func (l *line) feed(ctx context.Context, file string, feed reader) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	l.Format = feed.name
	return feed.read(ctx, in, l)
}

// rated counts a vulnerability by the band of one of its ratings.
func (l *line) rated(cve string, all []scan.Rating, chosen scan.Rating) {
	l.Findings++
	l.cve(cve)
	for _, r := range all {
		l.score(r.Score)
	}
	var severity scan.Severity
	if score, err := cvss.ParseScore(chosen.Score.String()); err == nil {
		_ = severity.UnmarshalText([]byte(score.Severity().String())) // the words are the same
	}
	l.count(severity)
}

func (l *line) cve(cve string) {
	if l.cves == nil {
		l.cves = map[string]bool{}
	}
	l.cves[cve] = true
}

func (l *line) score(s scan.Score) {
	if s.Known && (!l.max.Known || s.Tenths > l.max.Tenths) {
		l.max = s
	}
}

func (l *line) count(s scan.Severity) {
	*map[scan.Severity]*int{
		scan.SeverityCritical: &l.Critical, scan.SeverityHigh: &l.High, scan.SeverityMedium: &l.Medium, scan.SeverityLow: &l.Low,
		scan.SeverityInfo: &l.Info, scan.SeverityNone: &l.None, scan.SeverityUnknown: &l.Unknown,
	}[s]++
}
