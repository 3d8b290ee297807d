package quant

// Tree derives a scenario from the factors of Open FAIR. At each node either
// the node itself is estimated or what it is derived from, never both.
type Tree struct {
	// LossEventFrequency is events a year. It is derived from
	// ThreatEventFrequency and Vulnerability.
	LossEventFrequency *Estimate `json:"lossEventFrequency,omitempty"`
	// ThreatEventFrequency is attempts a year. It is derived from
	// ContactFrequency and ProbabilityOfAction.
	ThreatEventFrequency *Estimate `json:"threatEventFrequency,omitempty"`
	// ContactFrequency is contacts of the threat with the asset a year.
	ContactFrequency *Estimate `json:"contactFrequency,omitempty"`
	// ProbabilityOfAction is the probability that a contact becomes an attempt.
	ProbabilityOfAction *Estimate `json:"probabilityOfAction,omitempty"`
	// Vulnerability (susceptibility) is the probability that an attempt becomes a
	// loss. It is derived from ThreatCapability and ResistanceStrength.
	Vulnerability *Estimate `json:"vulnerability,omitempty"`
	// ThreatCapability and ResistanceStrength are on one scale of the
	// organization's own: an attempt succeeds where capability exceeds strength.
	ThreatCapability   *Estimate `json:"threatCapability,omitempty"`
	ResistanceStrength *Estimate `json:"resistanceStrength,omitempty"`

	// LossMagnitude is the loss of one event. It is derived from PrimaryLoss and
	// Secondary.
	LossMagnitude *Estimate `json:"lossMagnitude,omitempty"`
	// PrimaryLoss is the loss that every event brings.
	PrimaryLoss *Estimate `json:"primaryLoss,omitempty"`
	// Secondary is what others do about it: each applies to an event, or not,
	// independently of the others.
	Secondary []Secondary `json:"secondary,omitempty"`
}

// Secondary is a loss that some of the events bring.
type Secondary struct {
	Title string `json:"title,omitempty"`
	// Frequency is the probability that a loss event brings this loss.
	Frequency Estimate `json:"frequency"`
	// Magnitude is the loss when it does.
	Magnitude Estimate `json:"magnitude"`
}

// check reports a tree in which a node is stated twice over or not at all.
func (t Tree) check(c checker) {
	t.checkFrequency(c)
	c.nodeOr("lossMagnitude", t.LossMagnitude, nonNegative,
		t.PrimaryLoss != nil || len(t.Secondary) > 0, func() {
			c.node("primaryLoss", t.PrimaryLoss, nonNegative)
		})
	for i, s := range t.Secondary {
		at := c.at("secondary").index(i)
		s.Frequency.check(at.at("frequency"), probability, 0)
		s.Magnitude.check(at.at("magnitude"), nonNegative, 0)
	}
}

func (t Tree) checkFrequency(c checker) {
	contact := t.ContactFrequency != nil || t.ProbabilityOfAction != nil
	contest := t.ThreatCapability != nil || t.ResistanceStrength != nil
	below := t.ThreatEventFrequency != nil || t.Vulnerability != nil || contact || contest
	c.nodeOr("lossEventFrequency", t.LossEventFrequency, nonNegative, below, func() {
		c.nodeOr("threatEventFrequency", t.ThreatEventFrequency, nonNegative, contact, func() {
			c.node("contactFrequency", t.ContactFrequency, nonNegative)
			c.node("probabilityOfAction", t.ProbabilityOfAction, probability)
		})
		c.nodeOr("vulnerability", t.Vulnerability, probability, contest, func() {
			c.node("threatCapability", t.ThreatCapability, anyNumber)
			c.node("resistanceStrength", t.ResistanceStrength, anyNumber)
		})
	})
}

// node reports a node that is missing or wrong.
func (c checker) node(name string, e *Estimate, use use) {
	at := c.at(name)
	if !at.assert(e != nil, CodeMissing) || !e.check(at, use, 0) || use != nonNegative {
		return
	}
	if name == "contactFrequency" || name == "threatEventFrequency" || name == "lossEventFrequency" {
		at.assert(finite(e.distribution().variance()), CodeInfiniteSpread)
	}
}

// nodeOr checks a node, or what it is derived from, and refuses both.
func (c checker) nodeOr(name string, e *Estimate, use use, below bool, derive func()) {
	switch {
	case e == nil && below:
		derive()
	case c.at(name).assert(!below, CodeOverspecific):
		c.node(name, e, use)
	}
}
