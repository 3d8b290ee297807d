package vuln

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Factor is an input of a priority.
type Factor string

// The factors.
const (
	FactorReported        Factor = "reported" // what the tools say
	FactorConfidentiality Factor = "confidentiality"
	FactorIntegrity       Factor = "integrity"
	FactorAvailability    Factor = "availability"
	FactorExposure        Factor = "exposure"
	FactorExploitation    Factor = "exploitation"
	FactorKEV             Factor = "kev"
	FactorEPSS            Factor = "epss"
	FactorAutomatable     Factor = "automatable"
	FactorTechnical       Factor = "technical-impact"
	FactorCompensating    Factor = "compensating"
	FactorBasis           Factor = "basis" // see Basis
)

// Label is the factor in language l.
func (f Factor) Label(l lang.Lang) string { return lang.Word(l, "factor", string(f)) }

// Input is one line of a trace.
type Input struct {
	Of      Factor
	Value   string // in the words of its source; "" when a compensating control has no control id
	Source  string // "asset/shop", "cisa-kev", "EPSS v2025.03.14 2026-03-09"; "" when nobody told
	Metrics string // that it gave the vector: "CR:H"
	Assumed bool   // nobody knows: the worst is assumed
	// Severity, Deadline and Risk say which answers another value of this one
	// input would change.
	Severity, Deadline, Risk bool
}

// How is what it takes to change an input.
type How string

// The ways, the cheapest first.
const (
	Learn   How = "learn"  // find out what is assumed
	Act     How = "act"    // change the exposure of the asset
	Happens How = "happen" // nothing that the organization does
)

// Label is the way in language l.
func (h How) Label(l lang.Lang) string { return lang.Word(l, "how", string(h)) }

// Change is what another value of one input would do. What is learnt, or brought
// about, is taken to have been so from the start: a deadline that it makes later
// still takes an approval, see [Case]. What happens, happens today.
type Change struct {
	Of  Factor
	To  string
	How How

	// The answers after it. Risk is the id of the band; "" when not rated.
	Severity scan.Severity
	Deadline isms.Date
	Risk     string

	Better bool // one answer is better, and none is worse

	rank int
}

// cheaper orders changes that are better.
func (c Change) cheaper(d Change) bool {
	ways := []How{Learn, Act, Happens}
	return cmp.Or(
		cmp.Compare(slices.Index(ways, c.How), slices.Index(ways, d.How)),
		cmp.Compare(c.rank, d.rank),
		cmp.Compare(rank(c.Severity), rank(d.Severity)),
		compareDays(d.Deadline, c.Deadline),
	) < 0
}

// override sets one input to another value; the zero override none.
type override struct {
	of   Factor
	rank int
}

func (o override) apply(s *situation) {
	switch o.of {
	case FactorConfidentiality:
		s.needs[0] = o.rank
	case FactorIntegrity:
		s.needs[1] = o.rank
	case FactorAvailability:
		s.needs[2] = o.rank
	case FactorExposure:
		s.exposure = o.rank
	case FactorExploitation:
		s.exploitation = o.rank
	case FactorKEV:
		s.kev = o.rank
		if o.rank == yes {
			s.exploitation = exploitActive
		}
	case FactorEPSS:
		s.epss = o.rank
	case FactorAutomatable:
		s.automatable = o.rank
	case FactorTechnical:
		s.technical = o.rank
	case FactorBasis:
		s.basis = o.rank
	case FactorReported, FactorCompensating:
	}
}

// inputs lists what the answers rest on.
func (e *prioritizer) inputs(s *situation, p *Priority) []Input {
	list := make([]Input, 0, 13)
	list = append(list, Input{
		Of: FactorReported, Value: p.Reported.Severity.String(), Source: sources(e.c.Finding.Observations),
		Assumed: p.Reported.Severity == scan.SeverityUnknown, Severity: true,
	})
	asset := isms.LinkTo(e.c.Asset).String()
	for i, of := range [...]Factor{FactorConfidentiality, FactorIntegrity, FactorAvailability} {
		in := Input{Of: of, Value: string(ratings()[worst(s.needs[i], 4)]), Source: asset, Assumed: s.needs[i] == 0}
		if !p.Vector.IsZero() {
			in.Metrics = derivedMetric(p, [...]string{"CR", "IR", "AR"}[i])
		}
		list = append(list, in)
	}
	list = append(list,
		Input{Of: FactorExposure, Value: string(exposures()[worst(s.exposure, 4)]), Source: asset, Assumed: s.exposure == 0},
		Input{
			Of: FactorExploitation, Value: string(exploitations()[worst(s.exploitation, exploitActive)]), Source: s.source,
			Metrics: derivedMetric(p, "E"), Assumed: s.exploitation == 0,
		},
		Input{Of: FactorKEV, Value: listedWords()[worst(s.kev, yes)-1], Source: kevSource(&e.c.Intel), Assumed: s.kev == 0},
		e.forecastInput(s))
	if e.p.Regimes.Deployer != nil || e.p.Regimes.Coordinator != nil || e.p.Regimes.BOD2604 {
		list = append(list, assessed(FactorAutomatable, s.automatable, listedWords(), &e.c.Intel))
	}
	if e.p.Regimes.Coordinator != nil || e.p.Regimes.BOD2604 {
		list = append(list, assessed(FactorTechnical, s.technical, technicalWords(), &e.c.Intel))
	}
	for i := range e.p.Compensating {
		k := &e.p.Compensating[i]
		if !k.covers(s, e.today) {
			continue
		}
		in := Input{Of: FactorCompensating, Value: string(k.Control), Source: isms.LinkTo(*e.p).String()}
		for _, m := range k.Metrics {
			name, value, _ := strings.Cut(m, ":")
			if have, ok := p.Vector.Metric(name); ok && have == value {
				in.Metrics = strings.TrimSpace(in.Metrics + " " + m)
			}
		}
		list = append(list, in)
	}
	return append(list, Input{Of: FactorBasis, Value: basisWords()[s.basis-1]})
}

func (e *prioritizer) forecastInput(s *situation) Input {
	in := Input{Of: FactorEPSS, Value: "1", Assumed: true}
	if s.epss >= 0 {
		feed := &e.c.Intel.EPSSFeed
		in.Value, in.Assumed = e.c.Intel.EPSS.Probability.String(), false
		in.Source = strings.TrimSpace("EPSS " + feed.Model + " " + feed.Date)
	}
	return in
}

func listedWords() []string    { return []string{"no", "yes"} }
func basisWords() []string     { return []string{"complete", "incomplete"} }
func technicalWords() []string { return []string{"partial", "total"} }

// derivedMetric is a metric of the derived vector; "" when it is not defined.
func derivedMetric(p *Priority, name string) string {
	value, ok := p.Vector.Metric(name)
	if !ok || value == "X" || value == "ND" {
		return ""
	}
	return name + ":" + value
}

func sources(observations []Observation) string {
	if len(observations) == 1 {
		return observations[0].Source
	}
	names := make([]string, len(observations))
	for i, o := range observations {
		names[i] = o.Source
	}
	return strings.Join(names, ", ")
}

func kevSource(in *Intel) string {
	if in.KEVFeed.Released.IsZero() && in.KEV.CVE == "" {
		return ""
	}
	return strings.TrimSpace("cisa-kev " + in.KEVFeed.Version)
}

// assessed is the input of a decision point of SSVC with two values.
func assessed(of Factor, have int, words []string, in *Intel) Input {
	if have == 0 {
		return Input{Of: of, Value: words[1], Assumed: true}
	}
	return Input{Of: of, Value: words[have-1], Source: assessors(in)}
}

func assessors(in *Intel) string {
	var names []string
	for _, a := range in.SSVC {
		if !slices.Contains(names, a.Source) {
			names = append(names, a.Source)
		}
	}
	return strings.Join(names, ", ")
}

// changes tries every other value of each input by itself, and marks in the trace
// what it decides.
func (e *prioritizer) changes(s *situation, p *Priority) (list []Change) {
	var others []other
	for i := range p.Trace {
		in := &p.Trace[i]
		others = e.others(others[:0], in.Of, s)
		for _, o := range others {
			if in.Assumed {
				o.how = Learn
			}
			c, otherwise := e.change(override{in.Of, o.rank}, o.to, o.how, p)
			severity, deadline, level := c.Severity != p.Severity.Severity, c.Deadline != p.Deadline.Day, c.rank != riskRank(p.Risk)
			in.Severity, in.Risk = in.Severity || severity, in.Risk || level
			in.Deadline = in.Deadline || otherwise != p.Deadline.Day
			if severity || deadline || level {
				list = append(list, c)
			}
		}
	}
	return list
}

// other is another value that an input may have.
type other struct {
	rank int
	to   string
	how  How
}

// others appends the other values of an input.
func (e *prioritizer) others(list []other, of Factor, s *situation) []other {
	words := func(have int, words []string) []other {
		for n, word := range words {
			if n+1 != have {
				list = append(list, other{n + 1, word, Happens})
			}
		}
		return list
	}
	switch of {
	case FactorConfidentiality, FactorIntegrity, FactorAvailability:
		return words(s.needs[needOf(of)], plain(ratings()[1:]))
	case FactorExposure:
		list = words(s.exposure, plain(exposures()[1:]))
		for i := range list {
			if list[i].rank < s.exposure {
				list[i].how = Act
			}
		}
	case FactorExploitation:
		return words(s.exploitation, plain(exploitations()[1:]))
	case FactorKEV:
		return words(s.kev, listedWords())
	case FactorAutomatable:
		return words(s.automatable, listedWords())
	case FactorTechnical:
		return words(s.technical, technicalWords())
	case FactorBasis:
		if list = words(s.basis, basisWords()); s.basis == incomplete {
			list[0].how = Learn // what it rests on tells more
		}
	case FactorEPSS:
		for _, n := range e.thresholds() {
			list = append(list, other{n * 1_000_000, intel.Fraction{Billionths: n * 1_000_000, Known: true}.String(), Happens})
		}
	case FactorReported, FactorCompensating:
	}
	return list
}

func plain[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return list
}

func needOf(f Factor) int {
	return slices.Index([]Factor{FactorConfidentiality, FactorIntegrity, FactorAvailability}, f)
}

// thresholds are the probabilities at which a row begins to apply, and 0.
func (e *prioritizer) thresholds() []int {
	list := []int{0}
	for _, r := range e.p.Tables.Likelihood {
		if !slices.Contains(list, r.EPSSPerMille) {
			list = append(list, r.EPSSPerMille)
		}
	}
	slices.Sort(list)
	return list
}

// change is what another value of one input does, with the deadline that would
// be if it had been so from the start.
func (e *prioritizer) change(o override, to string, how How, p *Priority) (c Change, otherwise isms.Date) {
	s, g := e.with(&e.present, o)
	level, _ := e.rate(&s, g.effect)
	c = Change{Of: o.of, To: to, How: how, Severity: g.level.Severity, Risk: level.Band.ID, rank: riskRank(level)}
	c.Deadline, otherwise = p.Deadline.Day, p.Deadline.Day
	if o.of != FactorEPSS { // which no deadline depends on
		otherwise = e.dayWith(o)
		if how == Happens {
			c.Deadline = soonest(c.Deadline, e.dayOf(&s, g.level.Severity, e.present.from))
		} else {
			c.Deadline = otherwise
		}
	}
	compared := [...]int{
		cmp.Compare(rank(c.Severity), rank(p.Severity.Severity)),
		compareDays(p.Deadline.Day, c.Deadline),
		cmp.Compare(c.rank, riskRank(p.Risk)),
	}
	c.Better = slices.Max(compared[:]) <= 0 && slices.Min(compared[:]) < 0
	return c, otherwise
}

// riskRank is the rank of a level, what is not rated above all.
func riskRank(l risk.Level) int {
	if !l.Rated() {
		return 1 << 30
	}
	return l.Rank
}

// String is the input in one line of English, for logs.
func (in Input) String() string { return in.Text(lang.EN) }

// Text is the input in one line in language l: the factor, its value, where it
// is from, what it gave the vector, and what it decides.
func (in Input) Text(l lang.Lang) string {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	var b strings.Builder
	b.WriteString(in.Of.Label(l) + ": " + in.value(l))
	var notes []string
	if in.Assumed {
		notes = append(notes, say("assumed, nobody knows", "aangenomen, niemand weet het"))
	}
	if in.Source != "" {
		notes = append(notes, in.Source)
	}
	if in.Metrics != "" {
		notes = append(notes, in.Metrics)
	}
	for _, x := range []struct {
		decides bool
		word    string
	}{
		{in.Severity, say("decides the severity", "bepaalt de ernst")},
		{in.Deadline, say("decides the deadline", "bepaalt de termijn")},
		{in.Risk, say("decides the risk", "bepaalt het risico")},
	} {
		if x.decides {
			notes = append(notes, x.word)
		}
	}
	if len(notes) > 0 {
		b.WriteString(" (" + strings.Join(notes, "; ") + ")")
	}
	return b.String()
}

// value is the value as a person reads it.
func (in Input) value(l lang.Lang) string { return factorValue(in.Of, in.Value, l) }

func factorValue(of Factor, value string, l lang.Lang) string {
	switch of {
	case FactorReported:
		var s scan.Severity
		if s.UnmarshalText([]byte(value)) == nil {
			return s.Label().In(l)
		}
	case FactorConfidentiality, FactorIntegrity, FactorAvailability:
		return isms.Rating(value).Label(l)
	case FactorExposure:
		return isms.Exposure(value).Label(l)
	case FactorExploitation:
		return Exploitation(value).Label(l)
	case FactorKEV, FactorAutomatable:
		if value == "yes" {
			return lang.Text{EN: "yes", NL: "ja"}.In(l)
		}
		return lang.Text{EN: "no", NL: "nee"}.In(l)
	case FactorTechnical:
		return lang.Word(l, "technical-impact", value)
	case FactorBasis:
		return lang.Word(l, "grounds", value)
	case FactorEPSS:
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			return strings.Replace(strconv.FormatFloat(f*100, 'f', -1, 64), ".", lang.Text{EN: ".", NL: ","}.In(l), 1) + " %"
		}
	case FactorCompensating:
	}
	return value
}

// Text is the change in one line in language l.
func (c Change) Text(l lang.Lang) string {
	return lang.Text{
		EN: "{factor} {value}: severity {severity}, deadline {deadline}, risk {risk} ({how})",
		NL: "{factor} {value}: ernst {severity}, termijn {deadline}, risico {risk} ({how})",
	}.Fill(l, map[string]string{
		"factor": c.Of.Label(l), "value": factorValue(c.Of, c.To, l), "severity": c.Severity.Label().In(l),
		"deadline": cmp.Or(c.Deadline.String(), "-"), "risk": cmp.Or(c.Risk, "-"), "how": c.How.Label(l),
	})
}
