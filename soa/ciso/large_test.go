package ciso_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/soa/ciso"
)

// large is a library with n objects in a list.
func large(list string, n int, object func(i int) string) string {
	var b strings.Builder
	b.WriteString("urn: urn:acme:risk:library:x\nlocale: en\nref_id: x\nname: X\nversion: 1\nobjects:\n" + list + ":\n")
	for i := range n {
		b.WriteString(object(i))
	}
	return b.String()
}

// A file that is made to be slow is read in time that grows with its size: one
// number for all nodes, many objects, many faults on one line. Where the cost is
// the square of it, each of these takes minutes.
func TestHostileSizes(t *testing.T) {
	const n = 10_000
	const nodes = "  framework:\n    urn: urn:acme:risk:framework:x\n    ref_id: x\n    name: X\n    requirement_nodes"
	same := large(nodes, n, func(i int) string {
		return fmt.Sprintf("    - {urn: 'urn:acme:risk:req_node:x:n%d', assessable: true, depth: 1, ref_id: a, name: n}\n", i)
	})
	if lib, omitted, err := ciso.Read("x.yaml", strings.NewReader(same)); err != nil || len(lib.Catalogues) != 0 || len(omitted) < n-1 {
		t.Errorf("%d nodes of one number: %d catalogues, %d omissions, %v", n, len(lib.Catalogues), len(omitted), err)
	}
	controls := large("  reference_controls", n, func(i int) string {
		return fmt.Sprintf("    - {urn: 'urn:acme:risk:function:x:c%d', ref_id: c%d, name: n}\n", i/2, i)
	})
	if lib, _, err := ciso.Read("x.yaml", strings.NewReader(controls)); err != nil || len(lib.Controls) != n/2 {
		t.Errorf("%d controls, each twice: %d, %v, want %d", n, len(lib.Controls), err, n/2)
	}
	faults := `{"urn": "urn:acme:risk:library:x", "locale": "en", "name": "X", "objects": {"reference_controls": [` +
		strings.TrimSuffix(strings.Repeat(`{"name": "n"},`, n), ",") + `]}}`
	_, _, err := ciso.Read("x.json", strings.NewReader(faults))
	if wrong, ok := errors.AsType[*isms.ProblemError](err); !ok || len(wrong.Problems) != 100 {
		t.Errorf("%d faults on one line: %.100v, want 100 problems", n, err)
	}
}
