package cvss

import "strings"

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
	if v, ok := quick(s, version); ok {
		return v, nil
	}
	p := scanner{text: s, version: version, metrics: version.metrics(), vector: empty(version)}
	if err := p.scan(len(version.prefix())); err != nil {
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

// scanner reads the metrics of one strict vector from left to right.
type scanner struct {
	text    string
	version Version
	metrics []metric
	vector  Vector
	seen    uint32 // bit i: metric i was read
	next    int    // the metric that an ordered version continues with

	partial bool   // values may be unknown, mandatory metrics missing
	open    uint32 // bit i: metric i has a value that is not known
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
	if p.partial && value == "?" {
		ok, p.open = true, p.open|1<<i
	}
	if !ok {
		return p.fault(offset+len(name)+1, name, BadValue, wantValues(&p.metrics[i]))
	}
	p.vector = p.vector.with(i, code)
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
	if i == p.next || p.partial {
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
			if p.partial {
				p.open |= 1 << i
				continue
			}
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
