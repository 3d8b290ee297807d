package scan

import (
	"fmt"
	"strings"
)

// login is what a scanner says of logging in to a host.
type login uint8

const (
	loginDone login = 1 << iota
	loginNot
)

// login adds what the scanner says of a host.
func (s *sink) login(host string, said login) error {
	if host == "" || said == 0 {
		return nil
	}
	if s.logins == nil {
		s.logins = map[string]login{}
	}
	if len(s.logins) == MaxTargets && s.logins[host] == 0 {
		return s.fault("limit", fmt.Sprintf("more than %d hosts", MaxTargets))
	}
	s.logins[host] |= said
	return nil
}

// loggedIn is what it says of each host. Where it says both, as when one way in
// worked and another failed, it says neither.
func (s *sink) loggedIn() map[string]bool {
	var all map[string]bool
	for host, said := range s.logins {
		if said == loginDone|loginNot {
			continue
		}
		if all == nil {
			all = map[string]bool{}
		}
		all[host] = said == loginDone
	}
	return all
}

// feed keeps the version of the checks; a report of several is of none.
func (s *sink) feed(version string) {
	switch {
	case version == "" || s.feeds:
	case s.report.Feed == "" || s.report.Feed == version:
		s.report.Feed = version
	default:
		s.report.Feed, s.feeds = "", true
	}
}

// nessusInfo is the plugin that tells about the scan itself.
const nessusInfo = "19506"

// information reads what Nessus tells about its scan of a host, a line each:
// "Credentialed checks : yes, as 'audit' via ssh".
func (s *sink) information(host, text string) error {
	said := login(0)
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "Plugin feed version":
			s.feed(cut(value, maxID))
		case "Credentialed checks":
			word, _, _ := strings.Cut(strings.ToLower(value), " ")
			switch strings.TrimRight(word, ",") {
			case "yes":
				said |= loginDone
			case "no":
				said |= loginNot
			default: // "partial"
				said |= loginDone | loginNot
			}
		}
	}
	return s.login(host, said)
}

// openVASLogin tells a result that is about logging in, by its name; SNMP lets
// nobody look within a system.
func openVASLogin(item Item) login {
	way, is := strings.CutSuffix(item.Title, " For Authenticated Checks")
	switch {
	case !is || !strings.HasPrefix(item.Plugin, "1.3.6.1.4.1.25623.") || strings.HasPrefix(way, "SNMP "):
		return 0
	case strings.HasSuffix(way, " Login Successful"):
		return loginDone
	case strings.HasSuffix(way, " Login Failed"):
		return loginNot
	}
	return 0
}

// openVASDetail tells a detail of a host that is about logging in, such as
// "Auth-SSH-Success".
func openVASDetail(name string) login {
	way, is := strings.CutPrefix(name, "Auth-")
	switch {
	case !is || strings.HasPrefix(way, "SNMP-"):
		return 0
	case strings.HasSuffix(way, "-Success"):
		return loginDone
	case strings.HasSuffix(way, "-Failure"):
		return loginNot
	}
	return 0
}
