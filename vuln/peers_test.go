package vuln_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
)

// An accepted finding is closed when it is fixed (DefectDojo #10769), and comes
// back as accepted while the acceptance holds, with its expiry (PR #15500).
func TestAcceptedIsClosedWhenFixed(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	first, _ := imported(t, s, at("2026-02-01", a), "2026-02-01")
	id := first.Created[0]
	acceptance := vuln.Acceptance{By: isms.Link{Kind: "role", ID: "cio"}, On: date("2026-02-02"), Until: date("2026-03-31"), Justification: isms.Plain("isolated")}
	change(t, s, id, func(f *vuln.Finding) { f.Acceptance = acceptance })
	if got := examined(t, s, at("2026-02-08"), "2026-02-08", vuln.Extent{Closes: true}); !slices.Equal(got.Closed, []string{id}) || len(got.NotObserved) != 0 {
		t.Errorf("a scan that closes = %+v, want %s closed", got, id)
	}
	if state := finding(t, s, id).State(date("2026-02-08")); state != vuln.Fixed {
		t.Errorf("accepted, then gone: %s, want fixed", state)
	}
	imported(t, s, at("2026-02-15", a), "2026-02-15")
	f := finding(t, s, id)
	if f.Acceptance.Until != acceptance.Until || f.State(date("2026-03-31")) != vuln.Accepted || f.State(date("2026-04-01")) != vuln.Reopened {
		t.Errorf("back again: %+v, %s on the last day, %s after it", f.Acceptance, f.State(date("2026-03-31")), f.State(date("2026-04-01")))
	}
}

// 1,100 of 1,400 findings are imported, then an error (DefectDojo #10978): an
// import is all of it or nothing.
func TestImportIsOneTransaction(t *testing.T) {
	s := space(t)
	before := head(t, s)
	late := errors.New("the disk is full")
	err := s.Update(t.Context(), "test", func(tx *isms.Tx) error {
		if _, err := vuln.Import(tx, "shop", at("2026-02-01", manyItems()[:1400]...), date("2026-02-01"), nil); err != nil {
			return err
		}
		return late
	})
	if !errors.Is(err, late) || head(t, s) != before || len(findings(t, s)) != 0 {
		t.Errorf("an import that fails at its end = %v, with %d findings", err, len(findings(t, s)))
	}
}
