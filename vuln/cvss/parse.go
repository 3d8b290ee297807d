package cvss

import (
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

// Parse reads a vector as its specification writes it. Versions 3.0, 3.1 and
// 4.0 need their prefix, 2.0 has none. The metrics of 2.0 stand in the order of
// the specification, the others in any order, each at most once: 4.0 fixes an
// order too, but published vectors break it, and it changes no score;
// [Vector.String] restores it. Version 2.0 has its temporal and environmental
// groups whole or not at all. Whatever else occurs in the wild is for
// [ParseLenient].
//
// The error is a [*ParseError]. Parse stops at the first fault; it takes time
// linear in s and memory that does not grow with s.
func Parse(s string) (Vector, error) {
	version := prefixed(s)
	if version == 0 {
		return Vector{}, &ParseError{Vector: s, Reason: BadPrefix, Want: prefixes}
	}
	p := scanner{text: s, version: version, metrics: version.metrics(), vector: empty(version)}
	if err := p.scan(len(version.prefix())); err != nil {
		return Vector{}, err
	}
	text := s
	if p.shuffled && version == V40 {
		text = p.vector.String() // go-cvss insists on the order
	}
	if err := secondReading(version, text); err != nil {
		return Vector{}, err
	}
	return p.vector, nil
}

// MustParse is [Parse] for constants and tests; it panics on an error.
func MustParse(s string) Vector {
	v, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return v
}

const prefixes = "CVSS:3.0/, CVSS:3.1/, CVSS:4.0/, or none for 2.0"

// prefixed is the version that the start of s announces; none means 2.0, an
// unknown prefix unset.
func prefixed(s string) Version {
	if !strings.HasPrefix(s, "CVSS:") {
		return V2
	}
	for version := V30; version <= V40; version++ {
		if strings.HasPrefix(s, version.prefix()) {
			return version
		}
	}
	return 0
}

// secondReading asks go-cvss: a vector is accepted only when two readers that
// were written apart accept it.
func secondReading(version Version, s string) error {
	var err error
	switch version {
	case V2:
		_, err = gocvss20.ParseVector(s)
	case V30:
		_, err = gocvss30.ParseVector(s)
	case V31:
		_, err = gocvss31.ParseVector(s)
	case V40:
		_, err = gocvss40.ParseVector(s)
	}
	if err != nil {
		return &ParseError{Vector: s, Reason: Refused, Want: "a vector that go-cvss accepts too", err: err}
	}
	return nil
}

// scanner reads the metrics of one strict vector from left to right.
type scanner struct {
	text    string
	version Version
	metrics []metric
	vector  Vector
	seen    uint32 // bit i: metric i was read
	next    int    // the metric that an ordered version continues with

	shuffled bool // some metric came before one that it should follow
}

func (p *scanner) scan(offset int) error {
	for {
		field := p.text[offset:]
		slash := strings.IndexByte(field, '/')
		if slash >= 0 {
			field = field[:slash]
		}
		if err := p.field(field, offset); err != nil {
			return err
		}
		if slash < 0 {
			return p.end()
		}
		offset += slash + 1
	}
}

// field reads one metric:value.
func (p *scanner) field(field string, offset int) error {
	name, value, found := strings.Cut(field, ":")
	if !found {
		return p.fault(offset, "", BadSyntax, "metric:value")
	}
	i := p.find(name)
	if i < 0 {
		return p.fault(offset, name, UnknownMetric, p.expected())
	}
	if p.seen&(1<<i) != 0 {
		return p.fault(offset, name, Repeated, "each metric once")
	}
	if p.version.ordered() && !p.follows(i) {
		return p.fault(offset, name, BadOrder, p.expected())
	}
	code, ok := p.metrics[i].code(value)
	if !ok {
		return p.fault(offset+len(name)+1, name, BadValue, wantValues(&p.metrics[i]))
	}
	p.vector = p.vector.with(i, code)
	p.shuffled = p.shuffled || i < p.next
	p.seen |= 1 << i
	p.next = i + 1
	return nil
}

// find is the position of the metric with that name, -1 when there is none.
// Well-formed vectors go on where they are, so the search starts there.
func (p *scanner) find(name string) int {
	for i := p.next; i < len(p.metrics); i++ {
		if p.metrics[i].name == name {
			return i
		}
	}
	for i := range p.next {
		if p.metrics[i].name == name {
			return i
		}
	}
	return -1
}

// follows reports whether metric i may come next in a version with an order.
// Optional groups may be skipped whole.
func (p *scanner) follows(i int) bool {
	if i < p.next {
		return false
	}
	if i == p.next {
		return true
	}
	if p.metrics[p.next].group == baseGroup {
		return false
	}
	return p.next == v2E && i == v2CDP
}

// end checks that nothing mandatory is missing.
func (p *scanner) end() error {
	for i := range p.metrics {
		m := &p.metrics[i]
		mandatory := m.group == baseGroup || p.version == V2 && p.seenGroup(m.group)
		if mandatory && p.seen&(1<<i) == 0 {
			return p.fault(len(p.text), m.name, Missing, m.name+":"+wantValues(m))
		}
	}
	return nil
}

func (p *scanner) seenGroup(g group) bool {
	for i := range p.metrics {
		if p.metrics[i].group == g && p.seen&(1<<i) != 0 {
			return true
		}
	}
	return false
}

func (p *scanner) fault(offset int, name string, reason Reason, want string) *ParseError {
	return &ParseError{Vector: p.text, Offset: offset, Metric: name, Reason: reason, Want: want}
}

// expected lists the metrics that may come next, for an error.
func (p *scanner) expected() string {
	var names []string
	for i := range p.metrics {
		if p.seen&(1<<i) == 0 && (!p.version.ordered() || p.follows(i)) {
			names = append(names, p.metrics[i].name)
		}
	}
	if len(names) == 0 {
		return "no further metric"
	}
	return strings.Join(names, ", ")
}

// wantValues lists the values of a metric, for an error.
func wantValues(m *metric) string {
	var values []string
	for _, v := range m.values {
		if v != "" {
			values = append(values, v)
		}
	}
	return strings.Join(values, ", ")
}
