package cvss

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms/lang"
)

// maxLenient is the longest text that ParseLenient looks at, in bytes. A
// complete 4.0 vector has 178.
const maxLenient = 1024

// Repair is one kind of deviation that [ParseLenient] mended, at its first
// place.
type Repair struct {
	Kind   RepairKind // what was mended
	Offset int        // byte offset into the text as given
	Metric string     // the metric it concerns, "" when none
}

// RepairKind is a kind of deviation from the specification that leaves no doubt
// what was meant. The zero value is unset.
type RepairKind uint8

// The deviations.
const (
	BlankRemoved   RepairKind = iota + 1 // white space around the vector, a metric or a value
	BracketRemoved                       // (AV:N/...), [..], {..}
	SlashRemoved                         // a leading, doubled or trailing slash
	PrefixMended                         // CVSS:2.0/, CVSS2#, cvss:3.1/, none where one is needed
	CaseMended                           // av:n
	OrderMended                          // 2.0 out of order
	GroupFilled                          // the rest of a 2.0 group set to ND
	RepeatRemoved                        // a metric twice, with the same value
)

// String is the repair as one word of code: "case".
func (k RepairKind) String() string {
	switch k {
	case BlankRemoved:
		return "blank"
	case BracketRemoved:
		return "bracket"
	case SlashRemoved:
		return "slash"
	case PrefixMended:
		return "prefix"
	case CaseMended:
		return "case"
	case OrderMended:
		return "order"
	case GroupFilled:
		return "group"
	case RepeatRemoved:
		return "repeat"
	default:
		return ""
	}
}

// Label is the repair in the words of a reader.
func (k RepairKind) Label() lang.Text {
	switch k {
	case BlankRemoved:
		return lang.Text{EN: "blanks removed", NL: "spaties verwijderd"}
	case BracketRemoved:
		return lang.Text{EN: "brackets removed", NL: "haakjes verwijderd"}
	case SlashRemoved:
		return lang.Text{EN: "superfluous slash removed", NL: "overtollige schuine streep verwijderd"}
	case PrefixMended:
		return lang.Text{EN: "version prefix corrected", NL: "versievoorvoegsel gecorrigeerd"}
	case CaseMended:
		return lang.Text{EN: "upper and lower case corrected", NL: "hoofd- en kleine letters gecorrigeerd"}
	case OrderMended:
		return lang.Text{EN: "metrics put in order", NL: "metrieken op volgorde gezet"}
	case GroupFilled:
		return lang.Text{EN: "incomplete group filled with not defined", NL: "onvolledige groep aangevuld met niet gedefinieerd"}
	case RepeatRemoved:
		return lang.Text{EN: "repeated metric removed", NL: "herhaalde metriek verwijderd"}
	default:
		return lang.Text{EN: "unset", NL: "niet ingevuld"}
	}
}

// ParseLenient reads what [Parse] reads and what scanners and feeds make of it:
// see [RepairKind] for all it mends, each at most once in the result, in the
// order of the kinds. A strict vector needs no repair.
//
// It never guesses the value of a metric. It does not guess a version either: a
// text without a prefix is 2.0 or 4.0 when it has the mandatory metrics of one
// of them; with those of 3.x it is read as 3.1 only if 3.0 would give the same
// scores. Texts of more than 1 KiB are refused. The error is a [*ParseError]
// with the offset in s.
func ParseLenient(s string) (Vector, []Repair, error) {
	if v, err := Parse(s); err == nil {
		return v, nil, nil
	}
	if len(s) > maxLenient {
		return Vector{}, nil, &ParseError{Vector: s, Offset: maxLenient, Reason: TooLong, Want: "at most 1 KiB"}
	}
	m := mender{text: s, end: len(s)}
	m.trim()
	if err := m.prefix(); err != nil {
		return Vector{}, nil, err
	}
	if err := m.split(); err != nil {
		return Vector{}, nil, err
	}
	v, err := m.build()
	if err != nil {
		return Vector{}, nil, err
	}
	slices.SortFunc(m.repairs, func(a, b Repair) int { return int(a.Kind) - int(b.Kind) })
	return v, m.repairs, nil
}

// mender takes one loosely written vector apart: text[start:end] is what is
// left to read.
type mender struct {
	text       string
	start, end int
	version    Version // 0 until known
	three      bool    // the prefix said 3 without an edition
	items      []item
	repairs    []Repair
}

// item is one metric:value of the text.
type item struct {
	name, value     string
	offset, valueAt int
}

func (m *mender) repair(kind RepairKind, offset int, name string) {
	if !slices.ContainsFunc(m.repairs, func(r Repair) bool { return r.Kind == kind }) {
		m.repairs = append(m.repairs, Repair{Kind: kind, Offset: offset, Metric: name})
	}
}

func (m *mender) fault(offset int, name string, reason Reason, want string) *ParseError {
	return &ParseError{Vector: m.text, Offset: offset, Metric: name, Reason: reason, Want: want}
}

// trim drops blanks and brackets around the vector.
func (m *mender) trim() {
	for m.start < m.end {
		first, size := utf8.DecodeRuneInString(m.text[m.start:m.end])
		last, lastSize := utf8.DecodeLastRuneInString(m.text[m.start:m.end])
		switch {
		case unicode.IsSpace(first):
			m.repair(BlankRemoved, m.start, "")
			m.start += size
		case strings.ContainsRune("([{", first):
			m.repair(BracketRemoved, m.start, "")
			m.start += size
		case unicode.IsSpace(last):
			m.end -= lastSize
			m.repair(BlankRemoved, m.end, "")
		case strings.ContainsRune(")]}", last):
			m.end -= lastSize
			m.repair(BracketRemoved, m.end, "")
		default:
			return
		}
	}
}

// prefix takes CVSS:3.1/ and its variants (any case, CVSS2#, CVSSv3.1/) off.
func (m *mender) prefix() error {
	rest := m.text[m.start:m.end]
	if len(rest) < 4 || !strings.EqualFold(rest[:4], "CVSS") {
		return nil
	}
	cut := strings.IndexAny(rest, "/#")
	if cut < 0 {
		return m.fault(m.start, "", BadPrefix, prefixes)
	}
	switch strings.TrimLeft(strings.ToLower(strings.TrimSpace(rest[4:cut])), ":v ") {
	case "2", "2.0":
		m.version = V2
	case "3":
		m.three = true
	case "3.0":
		m.version = V30
	case "3.1":
		m.version = V31
	case "4", "4.0":
		m.version = V40
	default:
		return m.fault(m.start, "", BadPrefix, prefixes)
	}
	if m.version == V2 || rest[:cut+1] != m.version.prefix() {
		m.repair(PrefixMended, m.start, "")
	}
	m.start += cut + 1
	return nil
}

// split cuts the rest at its slashes into items.
func (m *mender) split() error {
	offset := m.start
	for field := range strings.SplitSeq(m.text[m.start:m.end], "/") {
		at := offset
		offset += len(field) + 1
		bare, at := m.bare(field, at)
		if bare == "" {
			m.repair(SlashRemoved, min(at, len(m.text)-1), "")
			continue
		}
		name, value, found := strings.Cut(bare, ":")
		if !found {
			return m.fault(at, "", BadSyntax, "metric:value")
		}
		valueAt := at + len(name) + 1
		name, at = m.bare(name, at)
		value, valueAt = m.bare(value, valueAt)
		m.items = append(m.items, item{name: name, value: value, offset: at, valueAt: valueAt})
	}
	return nil
}

// bare drops the blanks around a part of the text.
func (m *mender) bare(part string, offset int) (string, int) {
	left := strings.TrimLeftFunc(part, unicode.IsSpace)
	bare := strings.TrimRightFunc(left, unicode.IsSpace)
	switch {
	case len(left) < len(part):
		m.repair(BlankRemoved, offset, "")
	case len(bare) < len(left):
		m.repair(BlankRemoved, offset+len(bare), "")
	}
	return bare, offset + len(part) - len(left)
}

// build makes the vector of the items.
func (m *mender) build() (Vector, error) {
	if m.version != 0 {
		return m.as(m.version)
	}
	if !m.three {
		for _, version := range []Version{V40, V2} {
			if m.complete(version) {
				if version != V2 {
					m.repair(PrefixMended, m.start, "")
				}
				return m.as(version)
			}
		}
	}
	if !m.complete(V31) {
		if m.three {
			return m.as(V31)
		}
		return m.as(V2) // nothing else says more about what is wrong
	}
	m.repair(PrefixMended, m.start, "")
	v, err := m.as(V31)
	if err != nil {
		return Vector{}, err
	}
	older, err := m.as(V30)
	if err != nil {
		return Vector{}, err
	}
	if v.Scores() != older.Scores() {
		return Vector{}, m.fault(m.start, "", BadPrefix, "CVSS:3.0/ or CVSS:3.1/: their scores differ")
	}
	return v, nil
}

// complete reports whether all base metrics of the version are there.
func (m *mender) complete(version Version) bool {
	metrics := version.metrics()
	for i := range metrics {
		named := func(it item) bool { return strings.EqualFold(it.name, metrics[i].name) }
		if metrics[i].group == baseGroup && !slices.ContainsFunc(m.items, named) {
			return false
		}
	}
	return true
}

// as reads the items as metrics of one version.
func (m *mender) as(version Version) (Vector, error) {
	v, metrics := empty(version), version.metrics()
	seen, last := uint32(0), -1
	for _, it := range m.items {
		i, code, err := m.match(metrics, it)
		if err != nil {
			return Vector{}, err
		}
		switch {
		case seen&(1<<i) == 0:
			v = v.with(i, code)
		case v.code(i) == int(code): //nolint:gosec // a code below 8
			m.repair(RepeatRemoved, it.offset, metrics[i].name)
		default:
			return Vector{}, m.fault(it.offset, metrics[i].name, Repeated, "each metric once")
		}
		if i < last && version.ordered() {
			m.repair(OrderMended, it.offset, metrics[i].name)
		}
		seen |= 1 << i
		last = max(last, i)
	}
	p := scanner{text: m.text, version: version, metrics: metrics, seen: seen}
	for i := range metrics {
		switch {
		case seen&(1<<i) != 0:
		case metrics[i].group == baseGroup:
			return Vector{}, m.fault(m.end, metrics[i].name, Missing, metrics[i].name+":"+wantValues(&metrics[i]))
		case version == V2 && p.seenGroup(metrics[i].group):
			m.repair(GroupFilled, m.end, metrics[i].name)
		}
	}
	return v, nil
}

// match finds the metric and value of an item, in any case.
func (m *mender) match(metrics []metric, it item) (i int, code uint64, err error) {
	i = slices.IndexFunc(metrics, func(known metric) bool { return strings.EqualFold(known.name, it.name) })
	if i < 0 {
		names := make([]string, len(metrics))
		for i := range metrics {
			names[i] = metrics[i].name
		}
		return 0, 0, m.fault(it.offset, it.name, UnknownMetric, strings.Join(names, ", "))
	}
	known := &metrics[i]
	for c, value := range known.values {
		if value == "" || !strings.EqualFold(value, it.value) {
			continue
		}
		if value != it.value || known.name != it.name {
			m.repair(CaseMended, it.offset, known.name)
		}
		return i, uint64(c), nil
	}
	return 0, 0, m.fault(it.valueAt, known.name, BadValue, wantValues(known))
}
