package vuln

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln/cvss"
)

// Shorter are the days for assets from some criticality and exposure on. Of all
// that apply, [Policy.Days] among them, the shortest term counts: what is more
// critical or easier to reach never has more time, and what is not known ranks
// as the most critical and the most exposed.
type Shorter struct {
	// Criticality is the least that one of the asset's needs is rated, Exposure
	// the least exposure; unset is any.
	Criticality isms.Rating   `json:"criticality,omitempty"`
	Exposure    isms.Exposure `json:"exposure,omitempty"`
	Days        Days          `json:"days"`
}

func (s Shorter) check(c isms.Checker) {
	isms.CheckEnum(c.At("criticality"), s.Criticality, ratings()[1:]...)
	isms.CheckEnum(c.At("exposure"), s.Exposure, exposures()[1:]...)
	s.Days.check(c.At("days"))
}

// ratings and exposures are the words by rank, the unset one first.
func ratings() []isms.Rating {
	return []isms.Rating{"", isms.Low, isms.Medium, isms.High, isms.VeryHigh}
}

func exposures() []isms.Exposure {
	return []isms.Exposure{"", isms.ExposedNowhere, isms.ExposedInternal, isms.ExposedPartners, isms.ExposedInternet}
}

// rankOf is the place of a word; one that is unset or not known is last, the
// greatest.
func rankOf[T comparable](words []T, word T) int {
	if n := slices.Index(words, word); n > 0 {
		return n
	}
	return len(words)
}

// leastRank is the place of a word that is a condition; unset is met by all.
func leastRank[T comparable](words []T, word T) int {
	var unset T
	if word == unset {
		return 0
	}
	return rankOf(words, word)
}

// Regime is who or what gives a finding a deadline.
type Regime string

// The regimes.
const (
	RegimeOwn         Regime = "own"              // Days and Shorter
	RegimeDeployer    Regime = "ssvc-deployer"    // CERT/CC's decision table for those who run systems
	RegimeCoordinator Regime = "cisa-coordinator" // CISA's decision table
	RegimeBOD2604     Regime = "cisa-bod-26-04"   // CISA's remediation timelines
	RegimeKEV         Regime = "cisa-kev"         // the due date in CISA's catalogue
	RegimeTreatment   Regime = "treatment"        // the day that its own treatment is due
)

// Label is the regime in language l.
func (r Regime) Label(l lang.Lang) string { return lang.Word(l, "regime", string(r)) }

// Regimes are the terms of others. Deployer and Coordinator give days for the
// outcomes of the decision tables, which have none of their own: an outcome
// that is left out has no deadline.
type Regimes struct {
	Deployer    map[string]int `json:"deployer,omitempty"`    // "scheduled", "out-of-cycle", "immediate"
	Coordinator map[string]int `json:"coordinator,omitempty"` // "track*", "attend", "act"
	BOD2604     bool           `json:"bod2604,omitempty"`
	KEV         bool           `json:"kev,omitempty"`
}

func (r Regimes) check(c isms.Checker) {
	checkOutcomes(c.At("deployer"), string(RegimeDeployer), r.Deployer)
	checkOutcomes(c.At("coordinator"), string(RegimeCoordinator), r.Coordinator)
}

// checkOutcomes reports days for what is no outcome, and a worse outcome with
// more time or none.
func checkOutcomes(c isms.Checker, regime string, days map[string]int) {
	table, _ := LookupSSVC(strings.TrimPrefix(regime, "ssvc-"))
	outcomes := table.Outcome().Values
	for _, word := range slices.Sorted(maps.Keys(days)) {
		n := days[word]
		at := c.At(word)
		at.Assert(slices.Contains(outcomes, word), isms.CodeEnum, "have", word, "want", strings.Join(outcomes, ", "))
		at.Assert(n >= 0 && n <= maxDays, isms.CodeRange, "have", strconv.Itoa(n), "want", "0 ... 3650")
	}
	shortest, some := 0, false
	for _, word := range outcomes {
		n, ok := days[word]
		isms.CheckRequired(c.At(word), ok || !some)
		c.At(word).Assert(!ok || !some || n <= shortest, CodeDays, "have", strconv.Itoa(shortest), "want", strconv.Itoa(n))
		if ok {
			shortest, some = n, true
		}
	}
}

// Calendar is when the organization works.
type Calendar struct {
	Weekend  []string    `json:"weekend,omitempty"`  // "saturday", "sunday"
	Holidays []isms.Date `json:"holidays,omitempty"` // in their order
	// Working says that the terms of the policy count working days. Otherwise
	// they count every day, and one that ends on a day off ends on the last
	// working day before it.
	Working bool `json:"working,omitempty"`
}

func (k Calendar) check(c isms.Checker) {
	words := make([]string, 7)
	for n := range words {
		words[n] = weekday(time.Weekday(n))
	}
	for i, word := range k.Weekend {
		isms.CheckEnum(c.At("weekend").Index(i), word, words...)
		isms.CheckRequired(c.At("weekend").Index(i), word != "")
	}
	isms.CheckWords(c.At("weekend"), k.Weekend)
	c.At("weekend").Assert(len(k.Weekend) < len(words), isms.CodeRange, "have", strconv.Itoa(len(k.Weekend)), "want", "0 ... 6")
	for i, d := range k.Holidays {
		at := c.At("holidays").Index(i)
		isms.CheckRequired(at, !d.IsZero())
		if i > 0 && !d.IsZero() {
			before := k.Holidays[i-1]
			at.Assert(before.Before(d), isms.CodeDateOrder, "earlier", before.String(), "later", d.String())
		}
	}
}

func weekday(d time.Weekday) string { return strings.ToLower(d.String()) }

// Compensating is a control that makes vulnerabilities of some assets harder to
// exploit or less harmful, as modified base metrics of CVSS. It never makes a
// score higher, and counts only on the days that it is in place.
type Compensating struct {
	// Assets are those it protects. Isolated are all that no network reaches.
	// Exactly one of the two is given.
	Assets   []isms.Ref[isms.Asset] `json:"assets,omitempty"`
	Isolated bool                   `json:"isolated,omitempty"`
	Metrics  []string               `json:"metrics"` // "MAV:A", "MPR:H"; a version without a metric is left as it is
	Control  isms.ControlID         `json:"control,omitempty"`
	Reason   isms.Text              `json:"reason"`
	From     isms.Date              `json:"from"`
	Until    isms.Date              `json:"until,omitzero"` // the last day; unset while in place
}

// CodeMetric is the code of a metric that is no modified base metric of CVSS 3.1
// or 4.0.
const CodeMetric isms.Code = "vuln/metric"

func (k *Compensating) check(c isms.Checker) {
	isms.CheckRequired(c.At("assets"), len(k.Assets) > 0 != k.Isolated)
	isms.CheckWords(c.At("assets"), k.Assets)
	isms.CheckRequired(c.At("metrics"), len(k.Metrics) > 0)
	for i, m := range k.Metrics {
		c.At("metrics").Index(i).Assert(modified(m), CodeMetric, "have", m)
	}
	isms.CheckRequired(c.At("reason"), !k.Reason.IsZero())
	isms.CheckRequired(c.At("from"), !k.From.IsZero())
	isms.CheckOrder(c.At("until"), k.From, k.Until)
}

// modified reports whether a text is a modified base metric with a value.
func modified(metric string) bool {
	if !strings.HasPrefix(metric, "M") || strings.HasSuffix(metric, ":X") {
		return false
	}
	for _, base := range []string{
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
	} {
		if _, err := cvss.Parse(base + metric); err == nil {
			return true
		}
	}
	return false
}

// covers reports whether the control is in place for an asset on a day.
func (k *Compensating) covers(s *situation, day isms.Date) bool {
	if day.Before(k.From) || day.After(k.Until) {
		return false
	}
	if k.Isolated {
		return s.exposure == isolated
	}
	return slices.Contains(k.Assets, s.asset)
}
