package scan

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

const nessusRoot = "NessusClientData_v2"

// sourceWAS marks the scores of the scanner of web applications, which does not
// say whether they are base scores.
const sourceWAS = "tenable-was"

// nessus reads a .nessus file of version 2, as Nessus, Tenable.io and its scanner
// of web applications (WAS) write it.
type nessus struct {
	*xmlDoc
}

func readNessus(src io.Reader, s *sink) error {
	n := &nessus{newXML(src, s)}
	s.report.Tool.Name = "Nessus"
	root, err := n.Root()
	if err != nil {
		return err
	}
	if string(root) != nessusRoot {
		return n.Fault("missing", "want "+nessusRoot+" as the root element")
	}
	reports := 0
	err = n.Children(func(name []byte) error {
		if string(name) != "Report" {
			return n.Skip()
		}
		reports++
		return n.Children(func(name []byte) error {
			if string(name) != "ReportHost" {
				return n.Skip()
			}
			return n.host()
		})
	})
	if err != nil {
		return err
	}
	if reports == 0 {
		return n.Fault("missing", "no Report element: a policy without results")
	}
	return n.End()
}

func (n *nessus) host() error {
	host, found := n.Attr("name")
	if !found {
		return n.Fault("missing", "a ReportHost without name")
	}
	if err := n.s.target(host); err != nil {
		return err
	}
	return n.Children(func(name []byte) error {
		switch string(name) {
		case "HostProperties":
			return n.properties(host)
		case "ReportItem":
			return n.item(host)
		default:
			return n.Skip()
		}
	})
}

// properties reads when the host was scanned, and whether from within. HOST_START
// has no time zone in classic files, so the one in seconds since 1970 wins.
func (n *nessus) properties(host string) error {
	var start, end time.Time
	err := n.Children(func([]byte) error {
		name, _ := n.Attr("name")
		var to *time.Time
		switch name {
		case "HOST_START", "HOST_START_TIMESTAMP":
			to = &start
		case "HOST_END", "HOST_END_TIMESTAMP":
			to = &end
		case "Credentialed_Scan":
			return n.each(func(text string) error {
				return n.s.login(host, map[string]login{"true": loginDone, "false": loginNot}[text])
			})
		default:
			return n.Skip()
		}
		text, err := n.Text()
		if seconds, bad := strconv.ParseInt(text, 10, 64); bad == nil && strings.HasSuffix(name, "STAMP") {
			*to = time.Unix(seconds, 0).UTC()
		} else if t := moment(text, time.RFC3339); !t.IsZero() && to.IsZero() {
			*to = t
		}
		return err
	})
	report := n.s.report
	if !start.IsZero() && (report.Started.IsZero() || start.Before(report.Started)) {
		report.Started = start
	}
	if end.After(report.Finished) {
		report.Finished = end
	}
	return err
}

// item reads one ReportItem.
func (n *nessus) item(host string) error {
	item := Item{Host: host, Target: host}
	if err := n.attributes(&item); err != nil {
		return err
	}
	n.s.next()
	if item.ID == "" {
		if err := n.s.skip(fmt.Sprintf("line %d", n.Line()), WhyNoID); err != nil {
			return err
		}
		return n.Skip()
	}
	var v2, v3, v4, was2, was3 Rating
	synopsis := ""
	err := n.Children(func(name []byte) error {
		switch string(name) {
		case "plugin_output":
			if item.Plugin == nessusInfo {
				return n.each(func(text string) error { return n.s.information(host, text) })
			}
			return n.Skip()
		case "cve":
			return n.each(func(text string) error { return n.s.id(&item, text) })
		case "synopsis":
			return n.text(&synopsis)
		case "description":
			return n.text(&item.Description)
		case "see_also":
			return n.each(func(text string) error {
				for url := range strings.FieldsSeq(text) {
					addReference(&item, url)
				}
				return nil
			})
		case "vuln_publication_date":
			return n.each(func(text string) error {
				item.Published = moment(text, time.RFC3339, "2006/01/02")
				return nil
			})
		case "cvss_vector":
			return n.short(&v2.Vector)
		case "cvss3_vector":
			return n.short(&v3.Vector)
		case "cvss4_vector":
			return n.short(&v4.Vector)
		case "cvss_base_score":
			return n.score(&v2.Score)
		case "cvss3_base_score":
			return n.score(&v3.Score)
		case "cvss":
			return n.score(&was2.Score)
		case "cvssv3":
			return n.score(&was3.Score)
		case "cvss4_base_score":
			return n.score(&v4.Score)
		default:
			return n.Skip()
		}
	})
	if err != nil {
		return err
	}
	if item.Description == "" {
		item.Description = synopsis
	}
	if err := n.s.ratings(&item, "nessus", v2, v3, v4); err != nil {
		return err
	}
	if err := n.s.ratings(&item, sourceWAS, was2, was3, Rating{}); err != nil {
		return err
	}
	return n.s.emit(item)
}

// attributes reads what stands in the start tag.
func (n *nessus) attributes(item *Item) error {
	item.Plugin, _ = n.Attr("pluginID")
	item.Title, _ = n.Attr("pluginName")
	item.Protocol, _ = n.Attr("protocol")
	item.Service, _ = n.Attr("svc_name")
	if longest := max(len(item.Plugin), len(item.Title), len(item.Protocol), len(item.Service)); longest > maxField {
		return n.Fault("limit", fmt.Sprintf("an attribute of more than %d bytes", maxField))
	}
	if item.Plugin != "" {
		item.ID = "nessus:" + item.Plugin
	}
	text, _ := n.Attr("port")
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return n.Fault("type", fmt.Sprintf("port %.20q: want a number from 0 to 65535", text))
	}
	item.Port = int(port)
	text, found := n.Attr("severity")
	if !found {
		return n.Fault("missing", "a ReportItem without severity")
	}
	switch text {
	case "0":
		item.Severity = SeverityInfo
	case "1":
		item.Severity = SeverityLow
	case "2":
		item.Severity = SeverityMedium
	case "3":
		item.Severity = SeverityHigh
	case "4":
		item.Severity = SeverityCritical
	}
	return nil
}
