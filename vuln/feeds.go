package vuln

import "github.com/ismskit/ismskit/vuln/intel"

// Feeds is what is published about vulnerabilities, as package intel reads it,
// by CVE id. No store has it: whoever calls reads it. The zero Feeds knows
// nothing, and nothing is assumed to be well.
type Feeds struct {
	KEVFeed  intel.KEVFeed // the catalogue that was looked in; zero when none was
	KEV      map[string]intel.KEV
	EPSSFeed intel.EPSSFeed
	EPSS     map[string]intel.EPSS
	// SSVC are assessments by anyone, of which the worst counts.
	SSVC map[string][]intel.SSVC
}

// Of is what is published about a finding. Of several CVE ids the worst counts:
// the first listing, the earliest due date, the greatest forecast, which is not
// known when that of one is not. Without a CVE id nobody can have looked it up.
func (s Feeds) Of(f Finding) Intel {
	in := Intel{KEVFeed: s.KEVFeed, EPSSFeed: s.EPSSFeed}
	cves := 0
	for _, id := range append([]string{f.Vulnerability}, f.Aliases...) {
		if assessed := s.SSVC[id]; len(assessed) > 0 {
			in.SSVC = append(in.SSVC, assessed...)
		}
		if !isCVE(id) {
			continue
		}
		cves++
		if entry, found := s.KEV[id]; found {
			in.KEV = worseKEV(in.KEV, entry)
		}
		next, most := s.EPSS[id], in.EPSS.Probability
		if cves == 1 || most.Known && (!next.Probability.Known || next.Probability.Billionths > most.Billionths) {
			in.EPSS = next
		}
	}
	if cves == 0 {
		in.KEVFeed, in.EPSSFeed = intel.KEVFeed{}, intel.EPSSFeed{}
	}
	return in
}

// worseKEV is the entry of the first listing, with the earliest due date of both.
// One of no day has always been there.
func worseKEV(a, b intel.KEV) intel.KEV {
	if a.CVE == "" {
		return b
	}
	first := a
	if dateOf(b.Added).Compare(dateOf(a.Added)) < 0 { // an unset day is before all
		first = b
	}
	if compareDays(dateOf(b.Due), dateOf(a.Due)) < 0 {
		first.Due = b.Due
	} else {
		first.Due = a.Due
	}
	return first
}
