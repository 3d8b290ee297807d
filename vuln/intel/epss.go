package intel

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/vuln/scan"
)

// EPSS is the forecast for one vulnerability.
type EPSS struct {
	CVE         string
	Probability Fraction // of exploitation in the next 30 days
	Percentile  Fraction // share of all vulnerabilities that score as low or lower; unset before version 2
}

// EPSSFeed is what a file of EPSS says of itself.
type EPSSFeed struct {
	// Model is the version of the model, "v2025.03.14": forecasts of two models
	// are not comparable. Unset in the files of before 2022.
	Model string
	Date  string // civil day of the forecasts, "2026-03-09"; unset when not stated
	Count int    // of forecasts
}

// Fraction is a number from 0 to 1. The zero value is unknown.
type Fraction struct {
	Billionths int // 0 to 1,000,000,000: EPSS publishes 5 to 9 decimals
	Known      bool
}

// String is the fraction as a decimal number without trailing zeros: "0.0042";
// unknown is "".
func (f Fraction) String() string {
	switch {
	case !f.Known:
		return ""
	case f.Billionths >= 1e9:
		return "1"
	case f.Billionths <= 0:
		return "0"
	}
	return "0." + strings.TrimRight(fmt.Sprintf("%09d", f.Billionths), "0")
}

// parseFraction reads a decimal number exactly, rounding half up beyond nine
// decimals.
func parseFraction(s []byte) (Fraction, bool) {
	if n, plain := parsePlain(s); plain {
		return Fraction{n, true}, true
	}
	return parseAny(string(s))
}

// parsePlain reads what nearly all numbers are: "0." with up to nine decimals.
func parsePlain(s []byte) (billionths int, plain bool) {
	if len(s) < 3 || len(s) > 11 || s[0] != '0' || s[1] != '.' {
		return 0, false
	}
	for _, c := range s[2:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		billionths = 10*billionths + int(c-'0')
	}
	for range 11 - len(s) {
		billionths *= 10
	}
	return billionths, true
}

func parseAny(s string) (Fraction, bool) {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(s), "e")
	shift := 9
	if scientific {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < -32 || n > 0 {
			return Fraction{}, false
		}
		shift += n
	}
	whole, decimals, _ := strings.Cut(mantissa, ".")
	all := whole + decimals
	if whole == "" || len(all) > 32 || strings.Trim(all, "0123456789") != "" {
		return Fraction{}, false
	}
	keep := len(whole) + shift // digits of all before the ninth decimal ends
	all += strings.Repeat("0", max(0, keep+1-len(all)))
	if keep < 0 {
		return Fraction{0, true}, true
	}
	n, err := strconv.Atoi("0" + all[:keep])
	if err == nil && all[keep] >= '5' {
		n++
	}
	if err != nil || n > 1e9 {
		return Fraction{}, false
	}
	return Fraction{n, true}, true
}

func isCorrupt(err error) bool {
	_, is := errors.AsType[flate.CorruptInputError](err)
	return is
}

// ReadEPSS reads a file of daily EPSS forecasts, CSV or CSV in gzip. It stops when
// f fails and returns that error as it is; what f was given is worth nothing
// until ReadEPSS has returned without an error.
func ReadEPSS(ctx context.Context, r io.Reader, f func(EPSS) error) (EPSSFeed, error) {
	src, err := open(ctx, r)
	var feed EPSSFeed
	if err == nil {
		feed, err = readEPSS(ctx, src, f)
	}
	if err != nil {
		return EPSSFeed{}, located("epss", err)
	}
	return feed, nil
}

func readEPSS(ctx context.Context, src io.Reader, f func(EPSS) error) (EPSSFeed, error) {
	l := &lines{r: bufio.NewReaderSize(src, maxField)}
	var feed EPSSFeed
	head, err := l.r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return feed, err
	}
	if !bytes.HasPrefix(head, []byte("#")) && !bytes.HasPrefix(head, []byte("cve,")) && !bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		return feed, l.fault(scan.ReasonUnrecognised, "want model_version in the first line, or the columns cve and epss")
	}
	line, err := l.must()
	if err != nil {
		return feed, err
	}
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	if comment, is := bytes.CutPrefix(line, []byte("#")); is {
		if err := feed.comment(string(comment), l); err != nil {
			return feed, err
		}
		if line, err = l.must(); err != nil {
			return feed, err
		}
	}
	columns := strings.Split(string(line), ",")
	cve, epss, percentile := slices.Index(columns, "cve"), slices.Index(columns, "epss"), slices.Index(columns, "percentile")
	if cve != 0 || epss != 1 || len(columns) > 8 {
		return feed, l.fault(scan.ReasonUnrecognised, "want the columns cve and epss")
	}
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return feed, nil
		} else if err != nil {
			return feed, err
		}
		v, err := l.forecast(line, len(columns), percentile)
		if err != nil {
			return feed, err
		}
		feed.Count++
		if err := yield(ctx, v, f); err != nil {
			return feed, err
		}
	}
}

// comment reads "model_version:v2025.03.14,score_date:2026-03-09T00:00:00+0000".
func (feed *EPSSFeed) comment(text string, l *lines) error {
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, ":")
		switch name {
		case "model_version":
			feed.Model = value
		case "score_date":
			day := value[:min(len(value), len(time.DateOnly))]
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				return l.fault(scan.ReasonType, fmt.Sprintf("score_date %.40q: want a day such as 2026-03-09", value))
			}
			feed.Date = day
		}
	}
	if feed.Model == "" {
		return l.fault(scan.ReasonUnrecognised, "want model_version in the first line")
	}
	return nil
}

// lines reads lines that each end in a line feed.
type lines struct {
	r      *bufio.Reader
	offset int64
	line   int
}

func (l *lines) fault(reason scan.Reason, detail string) error {
	return &Error{Reason: reason, Line: max(l.line, 1), Offset: l.offset, Detail: detail}
}

// next is the next line without its end; io.EOF at the end of the input.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	switch {
	case err == nil:
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, l.fault(scan.ReasonLimit, fmt.Sprintf("a line of more than %d bytes", maxField))
	case errors.Is(err, io.EOF) && len(line) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		return nil, l.fault(scan.ReasonTruncated, "want a line end")
	default:
		return nil, err
	}
	l.line++
	l.offset += int64(len(line))
	return bytes.TrimRight(line, "\r\n"), nil
}

// must is the next line, which must be there.
func (l *lines) must() ([]byte, error) {
	line, err := l.next()
	if errors.Is(err, io.EOF) {
		err = l.fault(scan.ReasonTruncated, "want a header")
	}
	return line, err
}

func (l *lines) forecast(line []byte, columns, percentile int) (EPSS, error) {
	var cells [8][]byte
	for i := range columns - 1 {
		cell, rest, more := bytes.Cut(line, []byte(","))
		if !more {
			return EPSS{}, l.fault(scan.ReasonSyntax, fmt.Sprintf("want %d columns", columns))
		}
		cells[i], line = cell, rest
	}
	cells[columns-1] = line
	v := EPSS{CVE: string(cells[0])}
	if !isCVE(v.CVE) {
		return v, l.fault(scan.ReasonType, fmt.Sprintf("%.40q: want a CVE id", v.CVE))
	}
	var known bool
	if v.Probability, known = parseFraction(cells[1]); !known {
		return v, l.fault(scan.ReasonType, fmt.Sprintf("epss %.40q: want a number from 0 to 1", cells[1]))
	}
	if percentile > 0 {
		if v.Percentile, known = parseFraction(cells[percentile]); !known {
			return v, l.fault(scan.ReasonType, fmt.Sprintf("percentile %.40q: want a number from 0 to 1", cells[percentile]))
		}
	}
	return v, nil
}
