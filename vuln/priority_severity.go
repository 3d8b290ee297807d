package vuln

import (
	"cmp"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/cvss"
)

// reported is what the tools say of a finding, whatever the situation.
type reported struct {
	level   Level
	vectors []stem
	band    cvss.Severity // the greatest of the vectors
	stated  cvss.Score    // the greatest score without a vector that can be read
	effect  [3]int        // see graded
}

// report reads what the tools that still see the finding report, or all when
// none does.
func (e *prioritizer) report(observations []Observation) reported {
	observations = e.p.Scores.apply(observations)
	f := Finding{Observations: observations}
	r := reported{level: e.p.Rate(f)}
	gone := !f.Observed()
	for i := range observations {
		o := &observations[i]
		if o.Absent != "" && !gone {
			continue
		}
		for k := range o.Ratings {
			x := &o.Ratings[k]
			s := e.stem(x.Vector)
			if s.vector.IsZero() {
				r.stated = greater(r.stated, x.Score)
				continue
			}
			r.vectors = append(r.vectors, s)
			r.band = max(r.band, s.band)
			for i := range r.effect {
				r.effect[i] = max(r.effect[i], s.effect[i])
			}
		}
	}
	return r
}

// stem is a vector as somebody wrote it, made ready; the zero stem when it cannot
// be read.
func (r *rules) stem(text string) stem {
	s, known := r.stems[text]
	if !known {
		if v, _, err := cvss.ParseLenient(text); err == nil {
			s = newStem(v)
		}
		r.stems[text] = s
	}
	return s
}

// graded is how bad a finding is in a situation.
type graded struct {
	level             Level
	published, vector cvss.Vector // of the highest score
	// effect is how far confidentiality, integrity and availability are lost:
	// 1 not, 2 in part, 3 wholly; 0 when no vector tells.
	effect [3]int
}

// grade derives the severity: what the tools report, moved by what threat, needs
// and compensating controls change in the CVSS score.
//
// A verdict of the tools that is not the band of its vectors stays what it is as
// far as the derivation goes the other way: it knows what no vector tells. On an
// incomplete basis nothing is lowered.
func (e *prioritizer) grade(r *reported, s *situation, day isms.Date) graded {
	g := graded{level: r.level}
	if len(e.p.Compensating) == 0 || s.basis == incomplete {
		g.effect = r.effect
	}
	var band cvss.Severity
	var score cvss.Score
	for i := range r.vectors {
		stem := &r.vectors[i]
		d := e.derive(stem, s, day)
		band = max(band, d.band)
		if g.vector.IsZero() || d.score.Compare(score) > 0 {
			score, g.published, g.vector = d.score, stem.vector, d.vector
		}
		if len(e.p.Compensating) > 0 {
			for i := range g.effect {
				g.effect[i] = max(g.effect[i], d.effect[i])
			}
		}
	}
	if g.vector.IsZero() {
		return g
	}
	from, to, said := severityOf(r.band), severityOf(band), r.level.Severity
	switch {
	case to > from:
		g.level.Severity = max(said, to)
	case to < from && said <= from && s.basis == complete:
		g.level.Severity = min(said, to)
	}
	g.level.Score = greater(score, r.stated)
	if s.basis == incomplete {
		g.level.Score = greater(g.level.Score, r.level.Score)
	}
	return g
}

// derivation is what a derived vector follows from.
type derivation struct {
	vector       cvss.Vector
	exploitation int
	needs        [3]string
	controls     uint64 // those in place, by number
}

// derived is a vector in a situation.
type derived struct {
	vector cvss.Vector
	score  cvss.Score
	band   cvss.Severity
	effect [3]int
}

// derive is a vector with the metrics that follow from the situation.
func (e *prioritizer) derive(published *stem, s *situation, day isms.Date) derived {
	from := derivation{vector: published.vector, exploitation: s.exploitation}
	for i, need := range s.needs {
		from.needs[i] = requirement(need)
	}
	for i := range e.p.Compensating[:min(len(e.p.Compensating), maxControls)] {
		if e.p.Compensating[i].covers(s, day) {
			from.controls |= 1 << i
		}
	}
	d, known := e.derived[from]
	if !known {
		d = e.rules.derive(published, &from)
		e.derived[from] = d
	}
	return d
}

// maxControls is how many compensating controls a policy may have.
const maxControls = 64

func (r *rules) derive(published *stem, from *derivation) derived {
	v := published.with(threat(published.vector, from.exploitation), from.needs[0], from.needs[1], from.needs[2])
	for i := range r.p.Compensating[:min(len(r.p.Compensating), maxControls)] {
		if from.controls&(1<<i) == 0 {
			continue
		}
		for _, text := range r.p.Compensating[i].Metrics {
			v = weakened(v, text)
		}
	}
	d := derived{vector: v, score: v.Scores().Overall, band: v.Severity()}
	widen(&d.effect, v)
	return d
}

// weakened is a vector with a modified base metric, unless its version has no
// such metric or that would raise its score.
func weakened(v cvss.Vector, text string) cvss.Vector {
	name, value, _ := strings.Cut(text, ":")
	if _, ok := v.Metric(name); !ok {
		return v
	}
	w := modify(v, name, value)
	if w.Scores().Overall.Compare(v.Scores().Overall) > 0 {
		return v
	}
	return w
}

// requirement is the security requirement for a need. One that was not assessed
// is the greatest: "not defined" would rank it as medium in 2.0 to 3.1.
func requirement(need int) string {
	switch need {
	case 1:
		return "L"
	case 2:
		return "M"
	default:
		return "H"
	}
}

// threat is the exploit metric E for what is known of exploitation, or the one
// that the source gave when that is worse. "Not defined" is the greatest.
func threat(v cvss.Vector, exploitation int) string {
	order := []string{"U", "P", "F", "H"}
	switch v.Version() {
	case cvss.V2:
		order[1] = "POC"
	case cvss.V40:
		order = []string{"U", "P", "A"}
	case cvss.V30, cvss.V31:
	}
	if exploitation == 0 {
		return ""
	}
	rank := exploitation
	if exploitation == exploitActive {
		rank = len(order)
	}
	have, _ := v.Metric("E")
	return order[max(rank, wordRank(have, order...))-1]
}

// stem is a published vector, ready to get metrics that follow from a situation.
type stem struct {
	vector cvss.Vector
	text   string // without them; not for 2.0
	score  cvss.Score
	band   cvss.Severity
	effect [3]int
}

func newStem(v cvss.Vector) stem {
	s := stem{vector: v, score: v.Scores().Overall, band: v.Severity()}
	if v.Version() != cvss.V2 {
		s.text = without(v, "E", "CR", "IR", "AR")
	}
	widen(&s.effect, v)
	return s
}

// without is the text of a vector without some metrics, with a slash behind it.
func without(v cvss.Vector, names ...string) string {
	text := v.String()
	b := make([]byte, 0, 256)
	for token := range strings.SplitSeq(text, "/") {
		name, _, _ := strings.Cut(token, ":")
		if wordRank(name, names...) == 0 {
			b = append(append(b, token...), '/')
		}
	}
	return string(b)
}

// with is the vector with an exploit metric, not defined when it is "", and
// requirements.
func (p stem) with(e, cr, ir, ar string) cvss.Vector {
	b := make([]byte, 0, 256)
	if p.vector.Version() == cvss.V2 { // its groups are written whole
		for _, name := range [...]string{"AV", "AC", "Au", "C", "I", "A"} {
			b = append2(b, p.vector, name)
		}
		b = append(append(b, "E:"...), cmp.Or(e, "ND")+"/"...)
		for _, name := range [...]string{"RL", "RC", "CDP", "TD"} {
			b = append2(b, p.vector, name)
		}
	} else {
		b = append(b, p.text...)
		if e != "" {
			b = append(append(append(b, "E:"...), e...), '/')
		}
	}
	b = append(append(b, "CR:"...), cr...)
	b = append(append(b, "/IR:"...), ir...)
	b = append(append(b, "/AR:"...), ar...)
	if v, err := cvss.Parse(string(b)); err == nil {
		return v
	}
	return p.vector // of no version, which no text gives
}

func append2(b []byte, v cvss.Vector, name string) []byte {
	value, _ := v.Metric(name)
	return append(append(append(append(b, name...), ':'), value...), '/')
}

// modify is a vector of 3.0 to 4.0 with a metric set.
func modify(v cvss.Vector, name, value string) cvss.Vector {
	w, err := cvss.Parse(without(v, name) + name + ":" + value)
	if err != nil {
		return v
	}
	return w
}

// widen takes the effects of one more vector: those on subsequent systems too.
func widen(effect *[3]int, v cvss.Vector) {
	for i, p := range [...]string{"C", "I", "A"} {
		for _, base := range [...]string{p, "V" + p, "S" + p} {
			value, ok := v.Metric(base)
			if m, modified := v.Metric("M" + base); modified && m != "X" {
				value = m
			}
			if !ok {
				continue
			}
			switch value {
			case "N":
				effect[i] = max(effect[i], 1)
			case "L", "P":
				effect[i] = max(effect[i], 2)
			default: // H, C, and S for safety
				effect[i] = max(effect[i], 3)
			}
		}
	}
}
