package scan

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// isNuclei tells by the keys of the first object.
func isNuclei(names shape) bool {
	return (names.has("template-id") || names.has("templateid")) && names.has("info")
}

// nuclei reads the output of Nuclei: an array, objects one a line, or objects
// one after the other. No object at all is what it writes when nothing was found.
type nuclei struct {
	*jsonDoc
}

func readNuclei(src io.Reader, s *sink) error {
	n := &nuclei{newJSON(src, s)}
	s.report.Tool.Name = "Nuclei"
	for i := 0; ; i++ {
		more, err := n.More()
		if err != nil || !more {
			return err
		}
		c, err := n.Peek()
		switch {
		case err != nil:
			return err
		case c == '[' && i == 0:
			if err := n.Array(func(int) error { return n.finding() }); err != nil {
				return err
			}
			return n.End()
		case c != '{':
			return n.Fault("type", "want an object for each result")
		}
		if err := n.finding(); err != nil {
			return err
		}
	}
}

func (n *nuclei) finding() error {
	var item Item
	var template, matcher, matched, host string
	var at time.Time
	var info bool
	err := n.Object(func(name []byte) error {
		switch string(name) {
		case "template-id", "templateid":
			return n.short(&template)
		case "matcher-name", "matcher_name", "extractor-name", "extractor_name":
			if matcher != "" {
				return n.Skip()
			}
			return n.short(&matcher)
		case "info":
			info = true
			return n.Object(func(name []byte) error { return n.info(&item, name) })
		case "host":
			return n.short(&host)
		case "matched-at", "matched":
			return n.short(&matched)
		case "timestamp":
			return n.time(&at)
		default:
			return n.Skip()
		}
	})
	if err != nil {
		return err
	}
	if template == "" || !info {
		return n.Fault("missing", "a result without template-id or info")
	}
	n.place(&item, host, matched)
	if item.Plugin = template; matcher != "" {
		item.Plugin += ":" + matcher
	}
	for _, cve := range cvesIn(template) {
		if err := n.s.id(&item, cve); err != nil {
			return err
		}
	}
	report := n.s.report
	if !at.IsZero() && (report.Started.IsZero() || at.Before(report.Started)) {
		report.Started = at
	}
	if at.After(report.Finished) {
		report.Finished = at
	}
	if err := n.s.target(item.Target); err != nil {
		return err
	}
	if err := n.s.name(&item, "nuclei:"+template); err != nil {
		return err
	}
	return n.entry(item)
}

// place splits where a template matched: an URL, or host and port. A query is
// what the template sent, which is no part of the place.
func (n *nuclei) place(item *Item, host, matched string) {
	item.Target = host
	if matched == "" {
		matched = host
	}
	bare := matched
	if !strings.Contains(matched, "://") {
		matched = "//" + matched
	}
	u, err := url.Parse(matched)
	if err != nil || u.Host == "" {
		item.Host, item.Path = host, bare
		return
	}
	item.Host, item.Path = u.Hostname(), relative(u.Path)
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	switch {
	case err == nil:
		item.Port = int(port)
	case u.Scheme == "http":
		item.Port = 80
	case u.Scheme == "https":
		item.Port = 443
	}
	item.Service = u.Scheme
	if item.Port > 0 {
		item.Protocol = "tcp"
	}
}

func (n *nuclei) info(item *Item, name []byte) error {
	switch string(name) {
	case "name":
		return n.text(&item.Title)
	case "description":
		return n.text(&item.Description)
	case "severity":
		return n.severity(&item.Severity)
	case "reference":
		return n.oneOrMore(func() error { return n.reference(item) })
	case "classification":
		rating := Rating{Source: "nuclei"}
		err := n.Members(fields{
			"cve-id":       func() error { return n.oneOrMore(func() error { return n.alias(item) }) },
			"cvss-metrics": func() error { return n.short(&rating.Vector) },
			"cvss-score": func() error {
				number, err := n.scalar()
				rating.Score = ParseScore(number)
				return err
			},
		})
		if err != nil {
			return err
		}
		return n.s.rating(item, rating, "")
	default:
		return n.Skip()
	}
}

// oneOrMore reads a text, or an array of them.
func (n *nuclei) oneOrMore(read func() error) error {
	c, err := n.Peek()
	if err != nil {
		return err
	}
	if c == '[' {
		return n.Array(func(int) error { return read() })
	}
	if c != '"' && c != 'n' {
		return n.Fault("type", fmt.Sprintf("want a string or an array, have %q", rune(c)))
	}
	return read()
}
