package oscal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Version is a version of OSCAL.
type Version string

// The versions that are written. Read are all of 1.1 and 1.2, and of 1.0, which
// is told as an omission.
const (
	V113 Version = "1.1.3"
	V122 Version = "1.2.2"
)

func (v Version) before12() bool { return !strings.HasPrefix(string(v), "1.2.") }

// The kinds of documents, by the name of their root.
const (
	kindCatalog = "catalog"
	kindProfile = "profile"
	kindPlan    = "system-security-plan"
	kindActions = "plan-of-action-and-milestones"
	kindResults = "assessment-results"
)

// document is a document that is read.
type document struct {
	kind    string
	version Version
	node    *node // below the root
}

// identify finds out what document a root is of.
func identify(root *node) (document, error) {
	kinds := []string{kindCatalog, kindProfile, kindPlan, kindActions, kindResults}
	var d document
	for i, name := range root.keys {
		switch {
		case name == "$schema":
			root.items[i].used = true
		case d.node == nil && slices.Contains(kinds, name):
			d.kind, d.node = name, root.items[i]
		default:
			return document{}, fmt.Errorf("oscal: %w: %q; want one of %s", ErrKind, name, strings.Join(kinds, ", "))
		}
	}
	if d.node == nil {
		return document{}, fmt.Errorf("oscal: %w: an object without members", ErrFormat)
	}
	d.version = Version(d.node.at("metadata").at("oscal-version").peek())
	minor, patch, _ := strings.Cut(strings.TrimPrefix(string(d.version), "1."), ".")
	if n, err := strconv.Atoi(patch); err != nil || n < 0 || !strings.HasPrefix(string(d.version), "1.") || len(minor) != 1 || minor > "2" {
		return document{}, fmt.Errorf("oscal: %w: %q; want 1.0, 1.1 or 1.2", ErrVersion, d.version)
	}
	return d, nil
}
