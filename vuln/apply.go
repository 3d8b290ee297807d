package vuln

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// apply applies the scan to all findings of the asset.
func (i *importer) apply(tx *isms.Tx, known []Finding) error {
	seen := make(map[string]*sighting, len(i.sightings))
	for _, s := range i.sightings {
		seen[s.id] = s
	}
	for n := range known {
		f := &known[n]
		s := seen[f.ID]
		delete(seen, f.ID)
		if err := i.update(tx, f, s); err != nil {
			return err
		}
	}
	for _, s := range i.sightings { // in their order, so that a store records them alike each time
		if seen[s.id] == nil {
			continue
		}
		f := i.create(s)
		if err := Findings(tx).Put(&f); err != nil {
			return err
		}
		i.result.Created = append(i.result.Created, f.ID)
	}
	return nil
}

func (i *importer) readTimeline(tx *isms.Tx) error {
	var scans []Scan
	for s, err := range Scans(tx).Where(assetTerm(i.asset)) {
		if err != nil {
			return err
		}
		if s.Source == i.scan.Source {
			scans = append(scans, s)
		}
	}
	i.place = newTimeline(scans, i.scan)
	return nil
}

// create is the finding of a sighting that is new.
func (i *importer) create(s *sighting) Finding {
	f := Finding{
		Asset: i.asset, Vulnerability: s.vulnerability, Location: s.location, Aliases: s.aliases, FirstKnown: i.day,
	}
	f.ID = s.id
	f.Observations = []Observation{s.observation}
	f.Observations[0].Absent = i.place.next
	return f
}

// update applies the scan to a finding that is known, with s its sighting or
// nil, and puts it if that changed it.
func (i *importer) update(tx *isms.Tx, f *Finding, s *sighting) error {
	before := *f
	f.Observations = slices.Clone(f.Observations)
	if s != nil {
		f.Aliases = union(f.Aliases, s.names(), f.Vulnerability)
		if i.day.Before(f.FirstKnown) {
			f.FirstKnown = i.day
		}
	}
	lost := i.observe(f, s)
	reopened := s != nil && i.reopens(before, *f)
	if reopened {
		f.Reopened = i.day
	}
	changed := !before.equal(*f)
	if changed {
		if err := Findings(tx).Put(f); err != nil {
			return err
		}
	}
	list := &i.result.Unchanged
	switch {
	case lost:
		list = &i.result.NotObserved
	case s == nil:
		return nil
	case reopened:
		list = &i.result.Reopened
	case changed:
		list = &i.result.Updated
	}
	*list = append(*list, f.ID)
	return nil
}

// observe brings up the observation of the scan's tool, and reports whether the
// tool sees the finding no longer.
func (i *importer) observe(f *Finding, s *sighting) (lost bool) {
	n, found := slices.BinarySearchFunc(f.Observations, i.scan.Source, func(o Observation, source string) int {
		return strings.Compare(o.Source, source)
	})
	switch {
	case s == nil && !found:
	case s == nil:
		o := &f.Observations[n]
		switch {
		case !i.scan.Complete():
		case o.Absent == "" && !i.place.older:
			o.Absent = i.result.Scan
			return true
		case o.Absent != "" && o.Absent == i.place.next:
			o.Absent = i.result.Scan // it was already missing a scan earlier
		}
	case !found:
		o := s.observation
		o.Absent = i.place.next
		f.Observations = slices.Insert(f.Observations, n, o)
	case !i.place.older || f.Observations[n].Absent != "" && i.place.sawLast(f.Observations[n].Absent):
		o := s.observation
		o.Absent = i.place.next
		f.Observations[n] = o
	}
	return false
}

// reopens reports whether a sighting turned a finding that was gone into one
// that is there. One that was fixed on the day of the scan may have been seen
// before that; it is reopened all the same.
func (i *importer) reopens(before, after Finding) bool {
	switch before.State(i.today) {
	case NotObserved:
		return after.State(i.today) != NotObserved
	case Fixed:
		return !i.place.older && !i.day.Before(before.Decision.On)
	case New, Triaged, InRemediation, Reopened, Mitigated, FalsePositive, NotAffected, Accepted:
	}
	return false
}

func (i *importer) finish() {
	r := &i.result
	for _, list := range [][]string{r.Created, r.Updated, r.Unchanged, r.Reopened, r.NotObserved} {
		slices.Sort(list)
	}
}

// equal compares what an import may change.
func (f Finding) equal(g Finding) bool {
	return f.FirstKnown == g.FirstKnown && f.Reopened == g.Reopened && slices.Equal(f.Aliases, g.Aliases) &&
		slices.EqualFunc(f.Observations, g.Observations, func(a, b Observation) bool {
			return a.Source == b.Source && a.Title == b.Title && a.Severity == b.Severity && slices.Equal(a.Ratings, b.Ratings) &&
				a.Installed == b.Installed && a.FixedIn == b.FixedIn && a.PURL == b.PURL && a.Status == b.Status && a.Absent == b.Absent
		})
}

// timeline is where a scan stands among those of the same asset and tool.
type timeline struct {
	older bool           // some other scan is newer
	next  isms.Ref[Scan] // the first complete scan after it, if any
	seen  map[isms.Ref[Scan]]bool
}

// newTimeline puts s among the others.
func newTimeline(others []Scan, s Scan) timeline {
	slices.SortStableFunc(others, compareScans)
	t := timeline{seen: map[isms.Ref[Scan]]bool{}}
	for _, o := range others {
		if compareScans(o, s) <= 0 {
			t.seen[isms.Ref[Scan](o.ID)] = true
			continue
		}
		t.older = true
		if t.next == "" && o.Complete() {
			t.next = isms.Ref[Scan](o.ID)
		}
	}
	return t
}

// sawLast reports whether this scan was the last to see a finding that the scan
// absent no longer saw: it is later, or the one directly before.
func (t timeline) sawLast(absent isms.Ref[Scan]) bool { return t.seen[absent] || absent == t.next }
