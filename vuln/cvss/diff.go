package cvss

// Change is a metric that differs between two vectors.
type Change struct {
	Metric   string // "AV"
	From, To string // values; "X" ("ND" in 2.0) is not defined
}

// Diff lists the metrics that differ from one vector to another, in the order of
// the specification. ok is false when they are of different versions, the zero
// value among them: their metrics do not compare.
func Diff(from, to Vector) (changes []Change, ok bool) {
	if from.Version() != to.Version() || from.IsZero() {
		return nil, false
	}
	metrics := from.Version().metrics()
	for i := range metrics {
		if a, b := from.code(i), to.code(i); a != b {
			changes = append(changes, Change{metrics[i].name, metrics[i].values[a], metrics[i].values[b]})
		}
	}
	return changes, true
}
