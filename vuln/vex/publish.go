package vex

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Publication is what a document of statements says of itself.
type Publication struct {
	// ID names the document through all its releases: an IRI in OpenVEX, a
	// "urn:uuid:..." in CycloneDX, the tracking id in CSAF.
	ID     string
	Author string // the organization
	// Namespace is a URL that the organization is known by; CSAF needs it.
	Namespace string
	Title     string // CSAF needs it
	Lang      lang.Lang
	// Releases are the moments of the document's releases, the first up to this
	// one: their number is its version.
	Releases []time.Time
}

// ErrStatement says that a statement cannot be published.
var ErrStatement = errors.New("not a statement to publish")

// check refuses what no format can say, or nobody could rely on.
func (p Publication) check(statements []Statement) error {
	switch {
	case p.ID == "" || p.Author == "":
		return errors.New("vex: want an id and an author of the document")
	case len(p.Releases) == 0 || p.Releases[0].IsZero():
		return errors.New("vex: want the moment of the release")
	case !slices.IsSortedFunc(p.Releases, time.Time.Compare):
		return errors.New("vex: want the releases in order")
	case len(statements) == 0:
		return errors.New("vex: want at least one statement")
	}
	taken := map[ownKey]int{}
	for i, s := range statements {
		if err := s.check(); err != nil {
			return fmt.Errorf("vex: statement %d: %w: %w", i, ErrStatement, err)
		}
		if first, twice := taken[keyOf(s)]; twice {
			return fmt.Errorf("vex: statement %d: %w: statement %d is about the same", i, ErrStatement, first)
		}
		taken[keyOf(s)] = i
	}
	return nil
}

func (s Statement) check() error {
	switch {
	case len(s.IDs) == 0 || slices.Contains(s.IDs, ""):
		return errors.New("want an id of the vulnerability")
	case s.Component == "":
		return errors.New("want a component, or the product as one")
	case len(s.Ranges) > 0:
		return errors.New("want a statement for each version, not for a range")
	case s.Justification != "" && (s.Status != scan.StatusNotAffected || !common(s.Justification)):
		return fmt.Errorf("justification %.40q: want one of the five constants, of what is not affected", s.Justification)
	}
	switch s.Status {
	case scan.StatusNotAffected:
		if s.Justification == "" && s.Details == "" {
			return errors.New("not affected: want a justification or a text")
		}
	case scan.StatusAffected:
		if s.Details == "" {
			return errors.New("affected: want a text that says what to do")
		}
	case scan.StatusFixed, scan.StatusUnderInvestigation:
	default:
		return fmt.Errorf("status %q: want affected, not_affected, fixed or under_investigation", s.Status)
	}
	return nil
}

func (p Publication) first() string { return moment(p.Releases[0]) }
func (p Publication) last() string  { return moment(p.Releases[len(p.Releases)-1]) }

// sorted are the statements in the order that documents have them.
func sorted(statements []Statement) []Statement {
	all := slices.Clone(statements)
	sortStatements(all)
	return all
}

func write(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}

// matches reports whether s has a form that a schema wants.
func matches(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }
