package scan

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

// isOpenVASRoot tells a report of Greenbone from other XML named report: reports
// have an id, and answers to a request for them a name of their own.
func isOpenVASRoot(r *xmlstream.Reader, root string) bool {
	_, id := r.Attr("id")
	return root == "get_reports_response" || root == "report" && id
}

// openVAS reads a report of OpenVAS, also known as Greenbone, in XML. An item is
// a result; a result that somebody marked as a false positive is suppressed.
type openVAS struct {
	*xmlDoc

	results bool
}

// readOpenVAS reads either form.
func readOpenVAS(src io.Reader, s *sink) error {
	b := bufio.NewReader(src)
	head, _ := b.Peek(512) // a failure to read comes again
	if !bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<")) {
		return readOpenVASCSV(b, s)
	}
	o := &openVAS{xmlDoc: newXML(b, s)}
	s.report.Tool.Name = "OpenVAS"
	root, err := o.Root()
	if err != nil {
		return err
	}
	if !isOpenVASRoot(o.Reader, string(root)) {
		return o.Fault("missing", "want report or get_reports_response as the root element")
	}
	if err := o.report(); err != nil {
		return err
	}
	if !o.results {
		return o.Fault("missing", "want results in the report")
	}
	return o.End()
}

// report reads a report, which stands within another one.
func (o *openVAS) report() error {
	report := o.s.report
	return o.children(elements{
		"report":        o.report,
		"creation_time": func() error { return o.time(&report.Created) },
		"scan_start":    func() error { return o.time(&report.Started) },
		"scan_end":      func() error { return o.time(&report.Finished) },
		"scan_run_status": func() error {
			return o.each(func(status string) error {
				if status != "Done" && status != "" {
					return o.skipped()
				}
				return nil
			})
		},
		"host": o.host,
		"results": func() error {
			o.results = true
			return o.list("result", o.result)
		},
		"errors": func() error {
			return o.list("error", func() error {
				if err := o.skipped(); err != nil {
					return err
				}
				return o.Skip()
			})
		},
	})
}

// host reads how the scanner got into a host.
func (o *openVAS) host() error {
	ip, said := "", login(0)
	err := o.children(elements{
		"ip": func() error { return o.short(&ip) },
		"detail": func() error {
			return o.list("name", func() error {
				return o.each(func(name string) error {
					said |= openVASDetail(name)
					return nil
				})
			})
		},
	})
	if err != nil {
		return err
	}
	return o.s.login(ip, said)
}

func (o *openVAS) skipped() error {
	return o.s.skip(fmt.Sprintf("line %d", o.Line()), WhyScanError)
}

func (o *openVAS) result() error {
	var item Item
	var port, threat string
	rating := Rating{Source: "openvas"}
	line := o.Line()
	err := o.children(elements{
		"host": func() error {
			text, err := o.TextOr("hostname", func() error { return o.short(&item.Target) })
			item.Host = strings.TrimSpace(text)
			return err
		},
		"port":        func() error { return o.short(&port) },
		"nvt":         func() error { return o.nvt(&item, &rating) },
		"threat":      func() error { return o.short(&threat) },
		"severity":    func() error { return o.score(&rating.Score) },
		"description": func() error { return o.text(&item.Description) },
	})
	if err != nil {
		return err
	}
	number, protocol, _ := strings.Cut(port, "/")
	item.Protocol = protocol
	if n, err := strconv.ParseUint(number, 10, 16); err == nil {
		item.Port = int(n)
	} else { // "general/tcp" is the host itself, which the CSV says with an empty port
		item.Service, item.Protocol = number, ""
	}
	return finishOpenVAS(o.s, item, rating, threat, fmt.Sprintf("line %d", line))
}

func (o *openVAS) nvt(item *Item, rating *Rating) error {
	if err := o.attr("oid", &item.Plugin); err != nil {
		return err
	}
	old, newer := "", ""
	err := o.children(elements{
		"name": func() error { return o.text(&item.Title) },
		"cve":  func() error { return o.each(func(text string) error { return o.cves(item, text) }) },
		"tags": func() error {
			return o.each(func(text string) error {
				for tag := range strings.SplitSeq(text, "|") {
					if vector, is := strings.CutPrefix(tag, "cvss_base_vector="); is {
						old = cut(strings.TrimSpace(vector), maxField)
					}
				}
				return nil
			})
		},
		"severities": func() error {
			return o.list("severity", func() error {
				return o.list("value", func() error { return o.short(&newer) })
			})
		},
		"refs": func() error {
			return o.list("ref", func() error {
				kind, _ := o.Attr("type")
				id, _ := o.Attr("id")
				var err error
				switch {
				case strings.EqualFold(kind, "cve"):
					err = o.cves(item, id)
				case strings.EqualFold(kind, "url"):
					addReference(item, id)
				}
				if err != nil {
					return err
				}
				return o.Skip()
			})
		},
	})
	rating.Vector = cmp.Or(newer, old)
	return err
}

func (o *openVAS) cves(item *Item, text string) error { return addCVEs(o.s, item, text) }

func addCVEs(s *sink, item *Item, text string) error {
	for _, cve := range cvesIn(text) {
		if err := s.id(item, cve); err != nil {
			return err
		}
	}
	return nil
}

// finishOpenVAS names and rates a result of either form.
func finishOpenVAS(s *sink, item Item, rating Rating, threat, where string) error {
	s.next()
	if item.Plugin == "" || item.Plugin == "0" {
		return s.skip(where, WhyNoID)
	}
	if item.Target == "" {
		item.Target = item.Host
	}
	if err := s.target(item.Host); err != nil {
		return err
	}
	if err := s.login(item.Host, openVASLogin(item)); err != nil {
		return err
	}
	if err := s.name(&item, "openvas:"+item.Plugin); err != nil {
		return err
	}
	switch strings.ToLower(threat) {
	case "log":
		item.Severity = SeverityInfo
	case "false positive":
		item.Suppressed = true
	default:
		item.Severity = severityOf(threat)
	}
	if err := s.rating(&item, rating, "2.0"); err != nil {
		return err
	}
	last := len(item.Ratings) - 1
	if last >= 0 && rating.Vector == "" {
		item.Ratings[last].Version = "" // a score by itself may be of any
	}
	return s.emit(item)
}
