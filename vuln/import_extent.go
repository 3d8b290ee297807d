package vuln

import (
	"encoding/hex"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/scan"
)

// stated reports whether a report is what somebody states, and no scan.
func stated(r *scan.Report) bool {
	switch r.Format {
	case scan.FormatOpenVEX, scan.FormatCSAF, scan.FormatOSV:
		return true
	case scan.FormatCycloneDX:
		return len(r.Items) > 0 && !slices.ContainsFunc(r.Items, func(item scan.Item) bool { return item.Status == scan.StatusUnset })
	default:
		return false
	}
}

// settleExtent completes what the caller states by what the scanner says, and
// refuses to claim more.
func (i *importer) settleExtent() error {
	e, said := &i.opts.Extent, i.loggedIn()
	if i.report.Format == scan.FormatCycloneDX && len(i.report.Items) == 0 && !e.Closes {
		e.Partial = true
	}
	subject := isms.Link{Kind: Scan{}.EntityKind(), ID: scanID(i.asset, hex.EncodeToString(i.report.SHA256[:]))}
	var problems []isms.Problem
	claim := func(path, have, want string) {
		problems = append(problems, isms.Problem{Code: CodeClaim, Subject: subject, Path: path, Args: map[string]string{"have": have, "want": want}})
	}
	if e.Credentials == "" && e.Kind == "" {
		e.Credentials = said
	}
	if said != "" && e.Credentials.depth() > said.depth() {
		claim("/extent/credentials", string(e.Credentials), string(said))
	}
	feed := clean(i.report.Feed)
	if e.Feed == "" {
		e.Feed = feed
	}
	if n, ok := compareFeeds(e.Feed, feed); feed != "" && (n > 0 || !ok) {
		claim("/extent/feed", e.Feed, feed)
	}
	if len(problems) > 0 {
		return &isms.ProblemError{Problems: problems}
	}
	return nil
}

// loggedIn is what the scanner says of the host, or of all that it scanned: it
// logged in only where it says so of each, and not where it says so of one.
func (i *importer) loggedIn() Credentials {
	said := Credentials("")
	for name, did := range i.report.LoggedIn {
		switch {
		case i.opts.Host != "" && name != i.opts.Host:
		case !did:
			return Unauthenticated
		default:
			said = Authenticated
		}
	}
	for _, name := range i.report.Targets {
		if _, told := i.report.LoggedIn[name]; i.opts.Host == "" && !told {
			return ""
		}
	}
	return said
}
