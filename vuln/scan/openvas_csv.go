package scan

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxRow bounds one row of CSV.
const maxRow = 1 << 20

// isOpenVASHeader tells by the first row.
func isOpenVASHeader(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	columns := columnsOf(strings.Split(strings.TrimRight(strings.ReplaceAll(string(line), `"`, ""), "\r"), ","))
	return len(line) < 4096 && columns["ip"] > 0 && columns["nvt oid"] > 0 && columns["severity"] > 0
}

// columnsOf are the numbers of the columns, from 1, by name in lower case.
func columnsOf(row []string) map[string]int {
	columns := map[string]int{}
	for i, name := range row {
		columns[strings.ToLower(strings.TrimSpace(name))] = i + 1
	}
	return columns
}

// rows reads CSV with a limit to each row.
type rows struct {
	csv  *csv.Reader
	src  io.Reader
	left int
	last byte
	err  error // of src
}

// Read counts what a row takes.
func (r *rows) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errRow
	}
	n, err := r.src.Read(p[:min(len(p), r.left)])
	if r.left -= n; n > 0 {
		r.last = p[n-1]
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

var errRow = errors.New("row too long")

func (r *rows) fault(code, detail string) error {
	line, _ := r.csv.FieldPos(0)
	return &Error{Reason: reasonOf(code), Line: line, Offset: r.csv.InputOffset(), Detail: detail}
}

// next is the next row; io.EOF at the end.
func (r *rows) next() ([]string, error) {
	r.left = maxRow
	row, err := r.csv.Read()
	switch {
	case err == nil:
		return row, nil
	case r.err != nil:
		return nil, r.err
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, errRow):
		return nil, &Error{Reason: ReasonLimit, Offset: r.csv.InputOffset(), Detail: fmt.Sprintf("a row of more than %d bytes", maxRow)}
	}
	bad, is := errors.AsType[*csv.ParseError](err)
	if !is {
		return nil, err
	}
	e := &Error{Reason: ReasonSyntax, Line: bad.Line, Offset: r.csv.InputOffset(), Detail: bad.Err.Error()}
	if _, end := r.csv.Read(); errors.Is(end, io.EOF) && (errors.Is(bad.Err, csv.ErrFieldCount) || errors.Is(bad.Err, csv.ErrQuote)) {
		e.Reason = ReasonTruncated // nothing follows the row that is not whole
	}
	return nil, e
}

func readOpenVASCSV(src *bufio.Reader, s *sink) error {
	if head, _ := src.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = src.Discard(3) // there are 3
	}
	r := &rows{src: src, left: maxRow}
	r.csv = csv.NewReader(r)
	r.csv.ReuseRecord = true
	s.fault = r.fault
	s.report.Tool.Name = "OpenVAS"
	header, err := r.next()
	if errors.Is(err, io.EOF) {
		return &Error{Reason: ReasonTruncated, Detail: "want a header"}
	} else if err != nil {
		return err
	}
	columns := columnsOf(header)
	for _, name := range []string{"ip", "port", "severity", "nvt oid"} {
		if columns[name] == 0 {
			return r.fault("missing", "want a column "+name)
		}
	}
	for {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if err := r.row(s, columns, row); err != nil {
			return err
		}
	}
	if r.last != '\n' && r.last != '"' {
		return r.fault("truncated", "want a line end after the last row")
	}
	return nil
}

func (r *rows) row(s *sink, columns map[string]int, row []string) error {
	field := func(name string) string {
		if i := columns[name]; i > 0 {
			return strings.TrimSpace(strings.ToValidUTF8(row[i-1], "\uFFFD"))
		}
		return ""
	}
	for _, name := range []string{"ip", "hostname", "nvt oid", "port protocol"} {
		if len(field(name)) > maxField {
			return r.fault("limit", fmt.Sprintf("column %s has more than %d bytes", name, maxField))
		}
	}
	item := Item{
		Host: strings.Clone(field("ip")), Target: strings.Clone(field("hostname")), Plugin: strings.Clone(field("nvt oid")),
		Protocol: strings.Clone(field("port protocol")), Title: cut(strings.Clone(field("nvt name")), MaxDescription),
		Description: cut(strings.Clone(field("specific result")), MaxDescription),
	}
	if item.Description == "" {
		item.Description = cut(strings.Clone(field("summary")), MaxDescription)
	}
	if port := field("port"); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return r.fault("type", fmt.Sprintf("port %.20q: want a number from 0 to 65535", port))
		}
		item.Port = int(n)
	}
	if err := addCVEs(s, &item, field("cves")); err != nil {
		return err
	}
	at := moment(field("timestamp"), time.RFC3339)
	if report := s.report; !at.IsZero() {
		if report.Started.IsZero() || at.Before(report.Started) {
			report.Started = at
		}
		if at.After(report.Finished) {
			report.Finished = at
		}
	}
	line, _ := r.csv.FieldPos(0)
	return finishOpenVAS(s, item, Rating{Source: "openvas", Score: ParseScore(field("cvss"))}, field("severity"), fmt.Sprintf("line %d", line))
}
