package vuln

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

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
	i.line = newTimeline(scans, i.scan)
	return nil
}

// readAhead is how many findings are read from the store at a time.
const readAhead = 512

// apply brings up every finding that some scan of the timeline saw and of which
// this one tells something new.
func (i *importer) apply(tx *isms.Tx) error {
	i.findings = seenKind().In(tx)
	next := 0 // of the sightings, which are in the order of the ids
	saw := make([]bool, readAhead*len(i.line.scans))
	for part := range slices.Chunk(i.line.ids(), readAhead) {
		var all []told
		for n, id := range part {
			t := told{id: id, saw: saw[n*len(i.line.scans):][:len(i.line.scans)]}
			i.line.look(id, t.saw)
			if t.saw[i.line.self] {
				t.sighting = i.sightings[next]
				next++
			}
			if t.sighting != nil || i.line.news(t.saw) {
				all = append(all, t)
			}
		}
		if err := i.applyPart(all); err != nil {
			return err
		}
	}
	return nil
}

// told is a finding of which the scan tells something.
type told struct {
	id       string // without "f-"
	saw      []bool // which scans did
	sighting *sighting
}

func (i *importer) applyPart(all []told) error {
	ids := make([]string, len(all))
	for n, t := range all {
		ids[n] = "f-" + t.id
	}
	if err := i.findings.Prefetch(ids...); err != nil {
		return err
	}
	i.others = i.others[:0]
	for n, t := range all {
		var err error
		if t.sighting != nil {
			err = i.sighted(t.sighting, t.saw)
			t.sighting.observation = nil // its memory is wanted
		} else {
			err = i.missed(ids[n], t.saw)
		}
		if err != nil {
			return err
		}
	}
	return i.lookUp()
}

// known reads the finding with an id, if there is one.
func (i *importer) known(id string) (f Finding, known bool, err error) {
	f, err = i.findings.Get(id)
	if errors.Is(err, driver.ErrNotFound) || errors.Is(err, isms.ErrErased) {
		return Finding{}, false, nil
	}
	return f, err == nil, err
}

// sighted applies the scan to a finding that it saw.
func (i *importer) sighted(s *sighting, saw []bool) error {
	before, known, err := i.known(s.id)
	if err != nil {
		return err
	}
	f := &i.finding
	if *f = before; !known {
		*f = Finding{Asset: i.asset, Vulnerability: s.vulnerability, Location: s.location}
		f.ID = s.id
	}
	f.Observations = slices.Clone(f.Observations)
	f.Aliases = union(f.Aliases, s.aliases, f.Vulnerability)
	s.known = f.Aliases
	n, found := f.observation(i.scan.Source)
	if !found {
		f.Observations = slices.Insert(f.Observations, n, *s.observation)
	}
	o := &f.Observations[n]
	o.Names = addNames(o.Names, s.aliases, i.scan.day())
	r := i.line.follow(saw, f, -1)
	if r.last == i.line.self {
		s.observation.Names = o.Names
		*o = *s.observation
	}
	i.track(f, o, r, saw)
	switch {
	case !known:
		i.result.Created = append(i.result.Created, f.ID)
		i.nameOthers(s)
	case before.State(i.today) != Reopened && f.State(i.today) == Reopened && !i.line.older():
		i.result.Reopened = append(i.result.Reopened, f.ID)
	case before.equal(*f):
		i.result.Unchanged = append(i.result.Unchanged, f.ID)
		return nil
	default:
		i.result.Updated = append(i.result.Updated, f.ID)
	}
	return i.findings.Put(f)
}

// missed applies the scan to a finding that it did not see.
func (i *importer) missed(id string, saw []bool) error {
	f, known, err := i.known(id)
	if !known || err != nil {
		return err
	}
	n, found := f.observation(i.scan.Source)
	r := i.line.follow(saw, &f, -1)
	if !found || r.last < 0 {
		return nil
	}
	before := f
	f.Observations = slices.Clone(f.Observations)
	o := &f.Observations[n]
	lost := o.Absent == ""
	i.track(&f, o, r, saw)
	if before.equal(f) {
		return nil
	}
	switch {
	case before.State(i.today) != Fixed && f.State(i.today) == Fixed:
		i.result.Closed = append(i.result.Closed, f.ID)
	case lost && o.Absent != "" && !i.line.older():
		i.result.NotObserved = append(i.result.NotObserved, f.ID)
	}
	if lost && o.Absent != "" {
		i.lost = append(i.lost, &f)
	}
	return i.findings.Put(&f)
}

// track writes what all scans tell of a finding.
func (i *importer) track(f *Finding, o *Observation, r track, saw []bool) {
	if first := i.line.day(r.first); f.FirstKnown.IsZero() || first.Before(f.FirstKnown) {
		f.FirstKnown = first
	}
	o.Absent, o.Verified, o.Returned = i.line.ref(r.absent), i.line.ref(r.verified), i.line.day(r.returned)
	if f.Decision.State == Fixed { // of what is mitigated a tool may go on seeing the cause
		if again := i.line.day(i.line.firstAfter(saw, f.Decision.On)); again.After(o.Returned) || o.Returned.IsZero() {
			o.Returned = again
		}
	}
	f.Reopened = isms.Date{}
	for _, o := range f.Observations {
		if f.Reopened.IsZero() || o.Returned.After(f.Reopened) {
			f.Reopened = o.Returned
		}
	}
}

// nameOthers notes what a new finding would be known by under its other names.
func (i *importer) nameOthers(s *sighting) {
	other := func(name string) { i.others = append(i.others, ID(i.asset, name, s.location)) }
	for _, name := range s.aliases {
		other(name)
	}
	for _, a := range i.statements {
		switch s.vulnerability {
		case a.A:
			other(a.B)
		case a.B:
			other(a.A)
		}
	}
}

// lookUp finds whether new findings are known under others of their names.
func (i *importer) lookUp() error {
	for part := range slices.Chunk(i.others, readAhead) {
		if err := i.findings.Prefetch(part...); err != nil {
			return err
		}
		for _, id := range part {
			f, known, err := i.known(id)
			if err != nil {
				return err
			}
			if known {
				i.partners = append(i.partners, &f)
			}
		}
	}
	return nil
}

// observation is where the one of a source is, or would be.
func (f Finding) observation(source string) (n int, found bool) {
	return slices.BinarySearchFunc(f.Observations, source, func(o Observation, source string) int { return strings.Compare(o.Source, source) })
}

// addNames adds the ids of a scan of a day.
func addNames(list []Named, ids []string, day isms.Date) []Named {
	for _, id := range ids {
		n, found := slices.BinarySearchFunc(list, id, func(x Named, id string) int { return strings.Compare(x.ID, id) })
		switch {
		case !found:
			list = slices.Insert(slices.Clone(list), n, Named{id, day})
		case day.Before(list[n].On):
			list = slices.Clone(list)
			list[n].On = day
		}
	}
	return list
}

// finish counts what is known under several names once, and sorts.
func (i *importer) finish() {
	i.fold()
	for _, s := range i.sightings {
		for _, n := range s.items[1:] {
			i.result.Merged = append(i.result.Merged, Merge{n, s.id, CodeSamePlace})
		}
	}
	slices.SortFunc(i.result.Merged, func(a, b Merge) int { return cmp.Compare(a.Item, b.Item) })
	r := &i.result
	for _, list := range [][]string{r.Created, r.Updated, r.Unchanged, r.Reopened, r.Closed, r.NotObserved} {
		slices.Sort(list)
	}
}

// fold takes the names of one vulnerability together: of those in the report
// one counts, and the others are merged into it; it is not new when it is known
// by another name, and not lost while another name of it is seen.
func (i *importer) fold() {
	names := make([]name, 0, len(i.sightings)+len(i.lost)+len(i.partners))
	for _, s := range i.sightings {
		names = append(names, name{place{s.vulnerability, s.location}, i.asset, union(s.aliases, s.known, s.vulnerability)})
	}
	index := map[string]bool{}
	for _, s := range i.sightings {
		index[s.id] = true
	}
	for _, f := range slices.Concat(i.lost, i.partners) {
		if !index[f.ID] {
			index[f.ID] = true
			names = append(names, name{place{f.Vulnerability, f.Location}, f.Asset, f.Aliases})
		}
	}
	lead := cluster(names, i.statements, i.today)
	groups := map[int][]int{}
	for n, at := range lead {
		if at != n {
			groups[at] = append(groups[at], n)
		}
	}
	if len(groups) == 0 {
		return
	}
	f := folding{len(i.sightings), map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, id := range i.result.Created {
		f.created[id] = true
	}
	for at, others := range groups {
		i.foldGroup(&f, names, append([]int{at}, others...))
	}
	r := &i.result
	for _, list := range []*[]string{&r.NotObserved, &r.Closed} {
		*list = slices.DeleteFunc(*list, func(id string) bool { return f.quiet[id] })
	}
	for _, list := range []*[]string{&r.Created, &r.Updated, &r.Unchanged, &r.Reopened} {
		*list = slices.DeleteFunc(*list, func(id string) bool { return f.merged[id] })
	}
	r.Created = slices.DeleteFunc(r.Created, func(id string) bool {
		if f.renamed[id] {
			r.Updated = append(r.Updated, id)
		}
		return f.renamed[id]
	})
}

// folding is what becomes of ids in the lists of a result.
type folding struct {
	sightings int // how many of the names are of the report
	created   map[string]bool
	merged    map[string]bool // another name of the same counts
	renamed   map[string]bool // known under another name: not new
	quiet     map[string]bool // seen under another name: not lost
}

// foldGroup folds the names of one vulnerability, of which the first leads.
func (i *importer) foldGroup(f *folding, names []name, group []int) {
	var seen []*sighting
	known := false
	for _, n := range group {
		if n < f.sightings {
			seen = append(seen, i.sightings[n])
			known = known || !f.created[i.sightings[n].id]
			continue
		}
		known = true
	}
	if len(seen) == 0 {
		return
	}
	for _, n := range group {
		f.quiet[ID(names[n].asset, names[n].vulnerability, names[n].location)] = true
	}
	for _, s := range seen[1:] {
		f.merged[s.id] = true
		i.result.Merged = append(i.result.Merged, Merge{s.items[0], seen[0].id, CodeSameAlias})
	}
	f.renamed[seen[0].id] = known && f.created[seen[0].id]
}

// equal compares what an import may change.
func (f Finding) equal(g Finding) bool {
	return f.FirstKnown == g.FirstKnown && f.Reopened == g.Reopened && slices.Equal(f.Aliases, g.Aliases) &&
		slices.EqualFunc(f.Observations, g.Observations, func(a, b Observation) bool {
			return a.Source == b.Source && a.Title == b.Title && a.Severity == b.Severity && slices.Equal(a.Ratings, b.Ratings) &&
				a.Installed == b.Installed && a.FixedIn == b.FixedIn && a.PURL == b.PURL && a.Status == b.Status &&
				a.Absent == b.Absent && a.Verified == b.Verified && a.Returned == b.Returned && slices.Equal(a.Names, b.Names)
		})
}
