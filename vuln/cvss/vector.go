package cvss

// Vector is a CVSS vector of any version: 16 bytes, comparable with ==, free
// to copy. Two vectors are equal exactly when they have the same version and
// the same metric values; an optional metric written as not defined (X, ND) is
// the same as one left out. The zero value is unset.
type Vector struct {
	// lo holds the codes of metrics 0 to 15 in three bits each, hi those of
	// metrics 16 to 31 and, in its top byte, the version.
	lo, hi uint64
}

const versionShift = 56

// IsZero reports whether the vector is unset.
func (v Vector) IsZero() bool { return v == Vector{} }

// Version is the version the vector was written in; unset for the zero value.
func (v Vector) Version() Version { return Version(v.hi >> versionShift) }

// Metric is the value of the metric with that name, as the specification
// abbreviates both: Metric("AV") = "N". An optional metric that is not defined
// has the value "X" ("ND" in 2.0). ok is false when the version has no such
// metric.
func (v Vector) Metric(name string) (value string, ok bool) {
	metrics := v.Version().metrics()
	for i := range metrics {
		if metrics[i].name == name {
			return metrics[i].values[v.code(i)], true
		}
	}
	return "", false
}

// Nomenclature names the metric groups that a 4.0 score rests on: "CVSS-B",
// "CVSS-BT", "CVSS-BE" or "CVSS-BTE" (CVSS v4.0, 1.3). Other versions do not
// have it: "".
func (v Vector) Nomenclature() string {
	if v.Version() != V40 {
		return ""
	}
	threat, environmental := v.has(temporalGroup), v.has(environmentalGroup)
	switch {
	case threat && environmental:
		return "CVSS-BTE"
	case threat:
		return "CVSS-BT"
	case environmental:
		return "CVSS-BE"
	default:
		return "CVSS-B"
	}
}

// Severity rates the overall score by the bands of the vector's version; see
// [Version.Severity].
func (v Vector) Severity() Severity { return v.Version().Severity(v.Scores().Overall) }

// String is the canonical text: the metrics in the order of the specification,
// without those that are not defined. A group of 2.0 is written whole or not at
// all. The zero value is "".
func (v Vector) String() string { return string(v.append(nil)) }

// MarshalText writes the canonical text, nothing for the zero value.
func (v Vector) MarshalText() ([]byte, error) { return v.append(nil), nil }

// UnmarshalText reads a vector as strictly as [Parse]; empty text is the zero
// value.
func (v *Vector) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*v = Vector{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}

func (v Vector) append(b []byte) []byte {
	version := v.Version()
	metrics := version.metrics()
	if metrics == nil {
		return []byte{}
	}
	if b == nil {
		b = make([]byte, 0, 192) // the longest has 178
	}
	b = append(b, version.prefix()...)
	for i := range metrics {
		m, code := &metrics[i], v.code(i)
		if code == 0 && (version != V2 || !v.has(m.group)) {
			continue
		}
		if i > 0 {
			b = append(b, '/')
		}
		b = append(b, m.name...)
		b = append(b, ':')
		b = append(b, m.values[code]...)
	}
	return b
}

// code is the value code of metric i; 0 is not defined.
func (v Vector) code(i int) int {
	if i < 16 {
		return int(v.lo >> (3 * i) & 7)
	}
	return int(v.hi >> (3 * (i - 16)) & 7)
}

// with is v with metric i, undefined so far, set to a code.
func (v Vector) with(i int, code uint64) Vector {
	if i < 16 {
		v.lo |= code << (3 * i)
	} else {
		v.hi |= code << (3 * (i - 16))
	}
	return v
}

// has reports whether any metric of the group is defined.
func (v Vector) has(g group) bool {
	m := &groupMasks[v.hi>>versionShift&7][g]
	return v.lo&m.lo|v.hi&m.hi != 0
}

// empty is the vector of a version with no metric set.
func empty(version Version) Vector { return Vector{hi: uint64(version) << versionShift} }
