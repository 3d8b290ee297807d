package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/intel"
)

// Intel is what is published about one vulnerability, as package intel reads
// it. What was looked up and not found differs from what was never looked up:
// the zero Intel knows nothing, and nothing is assumed to be well.
type Intel struct {
	// KEVFeed is the catalogue of known exploited vulnerabilities that was
	// looked in; zero when none was. KEV is zero for what is not listed. What a
	// part of the catalogue lacks is not known.
	KEVFeed intel.KEVFeed
	KEV     intel.KEV
	// EPSSFeed is where the forecast is from. EPSS is zero when there is none.
	EPSSFeed intel.EPSSFeed
	EPSS     intel.EPSS
	// SSVC are assessments by anyone: CISA's, or those of the organization's own
	// analysts. Of each decision point the worst counts.
	SSVC []intel.SSVC
}

// maxIntelAge is how many days intelligence says something about today: EPSS
// forecasts the next 30 days. What is listed as exploited stays so.
const maxIntelAge = 30

// The values of a fact by rank; 0 is not known.
const (
	no, yes = 1, 2

	exploitActive = 3

	isolated = 1

	complete, incomplete = 1, 2 // basis
)

// situation is what is known of a finding and its asset on some day. Every
// rank is 0 when it is not known, and then reads as the greatest.
type situation struct {
	asset isms.Ref[isms.Asset]

	needs        [3]int // confidentiality, integrity, availability: 1 ... 4
	exposure     int    // 1 ... 4
	exploitation int
	kev          int
	automatable  int
	technical    int // 1 partial, 2 total
	basis        int // complete or incomplete
	epss         int // probability in billionths; -1 not known

	due    isms.Date // that KEV gives
	source string    // of the exploitation
}

// published is an Intel with its days read.
type published struct {
	*Intel

	added, due, released, made isms.Date
	at                         []isms.Date // of each assessment; unset when not dated
}

func newPublished(in *Intel) published {
	p := published{Intel: in, added: dateOf(in.KEV.Added), due: dateOf(in.KEV.Due), made: dateOf(in.EPSSFeed.Date)}
	if !in.KEVFeed.Released.IsZero() {
		p.released = isms.DateOf(in.KEVFeed.Released.UTC())
	}
	p.at = make([]isms.Date, len(in.SSVC))
	for i, a := range in.SSVC {
		if !a.At.IsZero() {
			p.at[i] = isms.DateOf(a.At.UTC())
		}
	}
	return p
}

// dateOf is a day of a feed, unset when it is none.
func dateOf(s string) isms.Date {
	if s == "" {
		return isms.Date{}
	}
	d, _ := isms.ParseDate(s)
	return d
}

// situated is what is known on a day of what today's intelligence says: what
// became known later is left out.
func (in *published) situated(a *isms.Asset, day, today isms.Date) situation {
	s := situation{
		asset:    isms.Ref[isms.Asset](a.ID),
		needs:    [3]int{ratingRank(a.Needs.Confidentiality), ratingRank(a.Needs.Integrity), ratingRank(a.Needs.Availability)},
		exposure: rankOf(exposures(), a.Exposure) % len(exposures()),
		epss:     in.forecast(today),
	}
	s.kev, s.due = in.listed(day, today)
	in.assess(&s, day)
	switch {
	case s.kev == yes:
		s.exploitation, s.source = exploitActive, "cisa-kev"
	case s.kev == 0 && s.exploitation < exploitActive:
		s.exploitation, s.source = 0, "" // a known exploit may be in the catalogue
	}
	return s
}

func ratingRank(r isms.Rating) int { return rankOf(ratings(), r) % len(ratings()) }

// listed tells whether the catalogue has it on a day, and its due date.
func (in *published) listed(day, today isms.Date) (kev int, due isms.Date) {
	switch {
	case in.KEV.CVE != "" && !in.added.After(day): // of no known day: ever since
		return yes, in.due
	case in.released.IsZero() || in.released.DaysUntil(today) > maxIntelAge || in.KEVFeed.Declared > 0 && in.KEVFeed.Declared != in.KEVFeed.Count:
		return 0, due
	default:
		return no, due
	}
}

// forecast is the probability of exploitation that holds today, -1 when there is
// none.
func (in *published) forecast(today isms.Date) int {
	if !in.EPSS.Probability.Known || in.made.IsZero() || in.made.DaysUntil(today) > maxIntelAge {
		return -1
	}
	return in.EPSS.Probability.Billionths
}

// assess takes the worst of the assessments up to a day; when there is none yet,
// the first ones.
func (in *published) assess(s *situation, day isms.Date) {
	until := isms.Date{}
	for _, at := range in.at {
		if at.IsZero() || !at.After(day) {
			until = day
			break
		}
		if until.IsZero() || at.Before(until) {
			until = at
		}
	}
	for i, a := range in.SSVC {
		if in.at[i].After(until) {
			continue
		}
		if n := wordRank(a.Exploitation, "none", "poc", "active"); n > s.exploitation {
			s.exploitation, s.source = n, a.Source
		}
		s.automatable = max(s.automatable, wordRank(a.Automatable, "no", "yes"))
		s.technical = max(s.technical, wordRank(a.TechnicalImpact, "partial", "total"))
	}
}

// wordRank is the place of a word from 1; 0 for another one, which is not known.
func wordRank(word string, words ...string) int {
	for i, w := range words {
		if w == word {
			return i + 1
		}
	}
	return 0
}

// worst is a rank, or the greatest when it is not known.
func worst(rank, greatest int) int {
	if rank == 0 {
		return greatest
	}
	return rank
}

// criticality is the greatest of the needs; not known when one of them may be
// greater than those that are.
func (s *situation) criticality() int {
	greatest := 0
	for _, n := range s.needs {
		greatest = max(greatest, worst(n, len(ratings())))
	}
	return greatest % len(ratings())
}
