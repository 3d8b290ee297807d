package cvss

import "fmt"

// Version is an edition of CVSS. The zero value is unset.
type Version uint8

// The versions, oldest first.
const (
	V2  Version = iota + 1 // CVSS v2.0 (2007)
	V30                    // CVSS v3.0 (2015)
	V31                    // CVSS v3.1 (2019)
	V40                    // CVSS v4.0 (2023)
)

// String is the number of the version: "2.0", "3.0", "3.1" or "4.0"; "" when
// unset.
func (v Version) String() string {
	switch v {
	case V2:
		return "2.0"
	case V30:
		return "3.0"
	case V31:
		return "3.1"
	case V40:
		return "4.0"
	default:
		return ""
	}
}

// MarshalText writes the number of the version, nothing when unset.
func (v Version) MarshalText() ([]byte, error) {
	if v > V40 {
		return nil, fmt.Errorf("cvss version %d: unknown", uint8(v))
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads "2.0", "3.0", "3.1" or "4.0"; empty text is unset.
func (v *Version) UnmarshalText(text []byte) error {
	for known := Version(0); known <= V40; known++ {
		if string(text) == known.String() {
			*v = known
			return nil
		}
	}
	return fmt.Errorf("cvss version %.40q: want 2.0, 3.0, 3.1 or 4.0", text)
}

// Severity rates a score by the bands of the version. FIRST defines them for
// 3.0, 3.1 and 4.0: none 0.0, low to 3.9, medium to 6.9, high to 8.9, critical
// from 9.0 (CVSS v3.1, 5; v4.0, 6). Version 2.0 has no bands of its own; the
// usual ones are those of the NVD: low to 3.9 (0.0 included), medium to 6.9,
// high from 7.0. An unknown score, or an unset version, is [Unknown].
func (v Version) Severity(s Score) Severity {
	tenths, known := s.Tenths()
	switch {
	case !known, v == 0, v > V40:
		return Unknown
	case tenths == 0 && v != V2:
		return None
	case tenths < 40:
		return Low
	case tenths < 70:
		return Medium
	case tenths < 90, v == V2:
		return High
	default:
		return Critical
	}
}

// prefix is what a vector of the version begins with.
func (v Version) prefix() string {
	switch v {
	case V30:
		return "CVSS:3.0/"
	case V31:
		return "CVSS:3.1/"
	case V40:
		return "CVSS:4.0/"
	case V2:
	}
	return ""
}

// ordered reports whether the metrics must stand in the order of the
// specification: in 2.0 (section 2.4). 4.0 (section 7) asks for it too; see [Parse].
func (v Version) ordered() bool { return v == V2 }

// metrics lists the metrics in canonical order.
func (v Version) metrics() []metric {
	switch v {
	case V2:
		return metrics2[:]
	case V30, V31:
		return metrics3[:]
	case V40:
		return metrics4[:]
	default:
		return nil
	}
}

// group is a metric group of the specifications. Version 4.0 calls the
// temporal group threat.
type group uint8

const (
	baseGroup group = iota
	temporalGroup
	environmentalGroup
	supplementalGroup
)

// metric is one row of tables/metrics.csv. Values and weights are indexed by
// the code a [Vector] stores: 0 is not defined, then from the most severe on;
// an empty value is a code the metric does not have.
type metric struct {
	name    string
	group   group
	values  [8]string
	weights [8]int64 // thousandths for 2.0, hundredths for 3.x, none for 4.0
}

// codePlus1 is the code of a value plus 1; 0 when the metric has no such value.
func (m *metric) codePlus1(value string) uint64 {
	code, ok := m.code(value)
	if !ok {
		return 0
	}
	return code + 1
}

// code finds the code of a value; ok is false when the metric has no such value.
func (m *metric) code(value string) (code uint64, ok bool) {
	for i, v := range m.values {
		if v == value && v != "" {
			return uint64(i), true
		}
	}
	return 0, false
}
