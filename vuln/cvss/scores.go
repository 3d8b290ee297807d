package cvss

// Scores are the scores of a vector. Those it does not have are unknown.
type Scores struct {
	// Base is the score of the base metrics alone.
	Base Score
	// Temporal adds the temporal metrics, called threat in 4.0. It is unknown
	// unless one of them is defined.
	Temporal Score
	// Environmental adds the temporal and environmental metrics. It is unknown
	// unless an environmental metric is defined.
	Environmental Score
	// Overall is the most specific of these that is known.
	Overall Score
}

// Scores computes the scores of the vector; all unknown for the zero value. It
// takes constant time and does not allocate.
func (v Vector) Scores() Scores {
	var s Scores
	switch v.Version() {
	case V2:
		s = scores2(v)
	case V30, V31:
		s = scores3(v)
	case V40:
		s = scores4(v)
	default:
		return Scores{}
	}
	s.Overall = s.Base
	if v.has(temporalGroup) {
		s.Overall = s.Temporal
	} else {
		s.Temporal = Score{}
	}
	if v.has(environmentalGroup) {
		s.Overall = s.Environmental
	} else {
		s.Environmental = Score{}
	}
	return s
}
