package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Pack is the evidence about the management of technical vulnerabilities (A.8.8)
// over a period, whose last day it is of: what the records show and what they do
// not. It concludes nothing.
type Pack struct {
	Period     isms.Period
	Register   Register
	Answers    []Answer // to the five questions
	Safeguards []Answer
	Metrics    []Metric
	// Breaches and Scenarios are proposals, for a person to look at and record.
	Breaches  []isms.Nonconformity
	Scenarios []risk.Risk

	names map[isms.Link]isms.Text
}

// NewPack makes the pack; the last day of the period must be set. It takes as
// long as two registers and the answers.
func NewPack(in PackInputs, period isms.Period) Pack {
	today := period.To
	p := Pack{Period: period, names: packNames(in)}
	p.Register = NewRegister(in.Inputs, today)
	in.Findings = asDecided(in.Findings, p.Register.Rows, p.Register.Rulings)
	p.Answers = Answers(in, p.Register)
	p.Metrics = Metrics(in.Inputs, in.Turns, period)
	p.Safeguards = Safeguards(in, today)
	p.Breaches = Breaches(p.Register, in.Nonconformities)
	p.Scenarios = Scenarios(p.Register.Rows, in)
	return p
}

// packNames are the names of what a pack links to, beside those of a register.
func packNames(in PackInputs) map[isms.Link]isms.Text {
	names := namesOf(in.Inputs)
	for _, s := range in.Sources {
		names[isms.LinkTo(s).Entity()] = s.Title
	}
	for _, e := range in.Exceptions {
		names[isms.LinkTo(e).Entity()] = e.Title
	}
	for _, r := range in.Risks {
		names[isms.LinkTo(r).Entity()] = r.Title
	}
	for _, d := range in.Documents {
		names[isms.LinkTo(d).Entity()] = d.Title
	}
	for _, e := range in.Evidence {
		names[isms.LinkTo(e).Entity()] = e.Title
	}
	for _, p := range in.Policies {
		names[isms.LinkTo(p).Entity()] = p.Title
	}
	for n := range in.Findings {
		f := &in.Findings[n]
		names[isms.LinkTo(*f).Entity()] = isms.Plain(f.Vulnerability)
	}
	for _, s := range in.Scans {
		names[isms.LinkTo(s).Entity()] = isms.Plain(s.Source)
	}
	return names
}
