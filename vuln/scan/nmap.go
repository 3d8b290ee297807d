package scan

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

const nmapRoot = "nmaprun"

// nmap reads the XML of Nmap. An entry is an open port; its first item is the
// port itself, which is information, and each CVE id in the output of a script is
// one more: what scripts such as vulners report has no rating that can be relied
// upon, so its severity is unknown.
type nmap struct {
	*xmlDoc
}

func readNmap(src io.Reader, s *sink) error {
	n := &nmap{newXML(src, s)}
	report := s.report
	report.Tool.Name = "Nmap"
	root, err := n.Root()
	if err != nil {
		return err
	}
	if string(root) != nmapRoot {
		return n.Fault("missing", "want "+nmapRoot+" as the root element")
	}
	if err := n.attr("version", &report.Tool.Version); err != nil {
		return err
	}
	n.seconds("start", &report.Started)
	finished := false
	err = n.children(elements{
		"host": n.host,
		"runstats": func() error {
			return n.list("finished", func() error {
				finished = true
				n.seconds("time", &report.Finished)
				if exit, has := n.Attr("exit"); has && exit != "success" {
					if err := s.skip(fmt.Sprintf("line %d", n.Line()), WhyScanError); err != nil {
						return err
					}
				}
				return n.Skip()
			})
		},
	})
	if err != nil {
		return err
	}
	if !finished { // interrupted, but well-formed
		if err := s.skip(fmt.Sprintf("line %d", n.Line()), WhyScanError); err != nil {
			return err
		}
	}
	return n.End()
}

// seconds reads an attribute in seconds since 1970.
func (n *nmap) seconds(name string, to *time.Time) {
	text, _ := n.Attr(name)
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		*to = time.Unix(seconds, 0).UTC()
	}
}

func (n *nmap) host() error {
	host, name := "", ""
	return n.children(elements{
		"address": func() error {
			if kind, _ := n.Attr("addrtype"); kind != "mac" && host == "" {
				if err := n.attr("addr", &host); err != nil {
					return err
				}
			}
			return n.Skip()
		},
		"hostnames": func() error {
			return n.list("hostname", func() error {
				if name == "" {
					if err := n.attr("name", &name); err != nil {
						return err
					}
				}
				return n.Skip()
			})
		},
		"ports": func() error {
			if host == "" {
				return n.Fault("missing", "a host without address")
			}
			if err := n.s.target(host); err != nil {
				return err
			}
			return n.list("port", func() error { return n.port(host, name) })
		},
	})
}

// script is what a script says of a port.
type script struct {
	id   string
	cves []string
}

func (n *nmap) port(host, name string) error {
	item := Item{Host: host, Target: name, ID: "nmap:open-port", Plugin: "open-port", Severity: SeverityInfo}
	if item.Target == "" {
		item.Target = host
	}
	if err := n.attr("protocol", &item.Protocol); err != nil {
		return err
	}
	text, _ := n.Attr("portid")
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return n.Fault("type", fmt.Sprintf("portid %.20q: want a number from 0 to 65535", text))
	}
	item.Port = int(port)
	open := false
	var scripts []script
	err = n.children(elements{
		"state": func() error {
			state, _ := n.Attr("state")
			open = state == "open"
			return n.Skip()
		},
		"service": func() error {
			if err := n.attr("name", &item.Service); err != nil {
				return err
			}
			product, _ := n.Attr("product")
			version, _ := n.Attr("version")
			item.Title = cut(strings.TrimSpace(product+" "+version), MaxDescription)
			return n.Skip()
		},
		"script": func() error {
			var sc script
			if err := n.attr("id", &sc.id); err != nil {
				return err
			}
			output, _ := n.Attr("output")
			sc.cves = cvesIn(sc.id + "\n" + output)
			if len(scripts) == MaxRatings {
				return n.Fault("limit", fmt.Sprintf("more than %d scripts of one port", MaxRatings))
			}
			scripts = append(scripts, sc)
			return n.Skip()
		},
	})
	if err != nil || !open {
		return err
	}
	return n.yield(item, scripts)
}

func (n *nmap) yield(item Item, scripts []script) error {
	n.s.next()
	if err := n.s.emit(item); err != nil {
		return err
	}
	for _, sc := range scripts {
		for _, cve := range sc.cves {
			found := item
			found.ID, found.CVEs, found.Plugin = cve, []string{cve}, sc.id
			found.Severity = SeverityUnknown
			if err := n.s.emit(found); err != nil {
				return err
			}
		}
	}
	return nil
}
