package vex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// MaxMatches bounds the pairs of a statement and a finding that it fits, in one
// [Apply].
const MaxMatches = 1 << 22

// Inputs is what statements are held against, and what [Own] states.
type Inputs struct {
	Findings []vuln.Finding
	// Products are what an asset is to its suppliers and customers: package URLs,
	// and names as a supplier writes them. Statements about a product, or a
	// component in it, fit only findings on assets that have it here.
	Products map[isms.Ref[isms.Asset]][]string
}

// ProductSystem is the System of the external ids of an asset that [ReadInputs]
// takes for its products.
const ProductSystem = "product"

// ReadInputs reads the inputs from a transaction.
func ReadInputs(tx *isms.Tx) (Inputs, error) {
	in := Inputs{Products: map[isms.Ref[isms.Asset]][]string{}}
	var err error
	if in.Findings, err = vuln.Findings(tx).List(); err != nil {
		return Inputs{}, err
	}
	assets, err := isms.Assets(tx).List()
	if err != nil {
		return Inputs{}, err
	}
	for _, a := range assets {
		id := isms.Ref[isms.Asset](a.ID)
		for _, external := range a.External {
			if external.System == ProductSystem {
				in.Products[id] = append(in.Products[id], external.ID)
			}
		}
	}
	return in, nil
}

// Result is what [Apply] found.
type Result struct {
	// Verdicts has one for every statement, in the order of the documents.
	Verdicts []Verdict
	// Proposals are what the applied statements would change, sorted by finding,
	// at most one for each.
	Proposals []Proposal
}

// Proposal is a decision that a statement suggests. By and On of the decision
// are unset, so that it cannot be stored before somebody signs it: see
// vuln.Finding.Decide.
type Proposal struct {
	Finding  string // id
	Verdict  int    // index into Result.Verdicts, of the statement it rests on
	Decision vuln.Decision
	// Contradicts says that a person decided otherwise before.
	Contradicts bool
}

// Apply holds the statements of documents against findings, on a day. The
// proposals, and the verdict on each statement, do not depend on the order of
// anything but Policy.Authors.
//
// A statement fits a finding when it is about the same vulnerability, and all of
// it: a finding of a plugin for three CVE ids is not answered by a statement on
// one. It must name the component by a package URL that covers those of the
// finding, and the product, if it names one, as the asset's products have it.
//
// A statement about ranges of versions fits where one of them has the version of
// the finding. They are ranges of VERS with versions of npm, cargo, golang, hex,
// swift, deb, rpm, or semver for these and for generic packages. Of any other
// nobody can tell: then the statement does not fit, and CodeRange says so.
//
// Of the statements that fit a finding and count, one applies: that of the most
// trusted author, of one author the newest, of one moment the most specific,
// and among equals the most cautious one.
//
// It fails with ErrFormat, on a policy that contradicts itself, and when more
// than MaxMatches pairs fit.
func Apply(in Inputs, docs []Document, policy Policy, today isms.Date) (Result, error) {
	rank, err := policy.rank()
	if err != nil {
		return Result{}, err
	}
	a := applier{places: in.places(), today: today}
	for i, doc := range docs {
		statements, err := doc.statements()
		if err != nil {
			return Result{}, fmt.Errorf("document %d: %w", i, err)
		}
		for _, s := range statements {
			c := claim{Statement: s, doc: doc, subject: parseSubject(s), rank: len(policy.Authors)}
			if r, trusted := rank[doc.Author]; trusted {
				c.rank = r
				c.outcome, c.why = policy.Authors[r].refusal(s, today)
			}
			c.refuse(len(policy.Authors))
			a.claims = append(a.claims, c)
		}
	}
	if err := a.match(); err != nil {
		return Result{}, err
	}
	a.decide()
	return a.result(), nil
}

// claim is a statement at work.
type claim struct {
	Statement
	subject

	doc     Document
	rank    int // of its author
	outcome Outcome
	why     isms.Code
	fits    []int // places
}

// refuse sets why a statement does not count, whatever it fits.
func (c *claim) refuse(untrusted int) {
	why := isms.Code("")
	closing := c.Status == scan.StatusNotAffected || c.Status == scan.StatusFixed
	versioned := c.component.Version != "" || c.product.Version != "" || len(c.Ranges) > 0
	switch {
	case c.Status != scan.StatusAffected && c.Status != scan.StatusUnderInvestigation && !closing:
		why = CodeNoStatus
	case c.rank == untrusted:
		why = CodeUntrusted
	case c.doc.Report.Format == scan.FormatCycloneDX && c.doc.product() == "":
		why = CodeNoProduct
	case c.Status == scan.StatusNotAffected && !justifies(c.Justification):
		why = CodeUnjustified
	case closing && c.isComponent && !versioned && (c.Status == scan.StatusFixed || c.doc.Report.Format != scan.FormatOpenVEX):
		why = CodeNoVersion
	}
	if why != "" {
		c.outcome, c.why = Refused, why
	}
}

// applier decides which claim applies to which place.
type applier struct {
	places []place
	claims []claim
	today  isms.Date
	best   []int // claim of each place; -1 for none
}

// match finds the places that each claim fits.
func (a *applier) match() error {
	index := indexOf(a.places)
	total := 0
	for i := range a.claims {
		c := &a.claims[i]
		var miss isms.Code
		c.fits, miss = index.match(a.places, c)
		if total += len(c.fits); total > MaxMatches {
			return fmt.Errorf("vex: the statements fit findings more than %d times", MaxMatches)
		}
		if len(c.fits) == 0 {
			c.outcome, c.why = NoMatch, miss
		}
	}
	return nil
}

// decide finds the claim that applies to each place, and sets the outcome of
// all that fit.
func (a *applier) decide() {
	a.best = slices.Repeat([]int{-1}, len(a.places))
	for i := range a.claims {
		c := &a.claims[i]
		if c.outcome != "" {
			continue
		}
		for _, p := range c.fits {
			if b := a.best[p]; b < 0 || c.before(&a.claims[b]) {
				a.best[p] = i
			}
		}
	}
	for _, b := range a.best {
		if b >= 0 {
			a.claims[b].outcome = Applied
		}
	}
	for i := range a.claims {
		if c := &a.claims[i]; c.outcome == "" {
			c.outcome = Outranked
			_, c.why = a.claims[a.best[c.fits[0]]].compare(c)
		}
	}
}

func (c *claim) before(d *claim) bool {
	n, _ := c.compare(d)
	return n < 0
}

// compare is negative when c goes before d, with why; 0 only when they say the
// same in every respect.
func (c *claim) compare(d *claim) (int, isms.Code) {
	for _, by := range [...]struct {
		n    int
		code isms.Code
	}{
		{cmp.Compare(c.rank, d.rank), CodeLessTrusted},
		{d.Stated.Compare(c.Stated), CodeOlder},
		{d.subject.compare(c.subject), CodeLessSpecific},
		{cmp.Compare(caution(c.Status), caution(d.Status)), CodeLessCautious},
	} {
		if by.n != 0 {
			return by.n, by.code
		}
	}
	return cmp.Or(
		strings.Compare(string(c.Justification), string(d.Justification)), strings.Compare(c.Details, d.Details),
		strings.Compare(c.Component, d.Component), strings.Compare(c.Product, d.Product), slices.Compare(c.IDs, d.IDs),
		slices.Compare(c.Ranges, d.Ranges),
		strings.Compare(string(c.doc.Evidence), string(d.doc.Evidence)),
	), CodeRepeated
}

// caution orders statuses, the most cautious first.
func caution(s scan.Status) int {
	switch s {
	case scan.StatusAffected:
		return 0
	case scan.StatusUnderInvestigation:
		return 1
	case scan.StatusFixed:
		return 2
	default:
		return 3
	}
}

func (a *applier) result() Result {
	var r Result
	for _, c := range a.claims {
		v := Verdict{Statement: c.Statement, Author: c.doc.Author, Outcome: c.outcome, Why: c.why}
		v.Findings = slices.Grow(v.Findings, len(c.fits))
		for _, p := range c.fits {
			v.Findings = append(v.Findings, a.places[p].finding.ID)
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	for p, b := range a.best { // the places are in the order of the findings
		if b < 0 {
			continue
		}
		if proposal, changes := a.propose(&a.claims[b], a.places[p].finding); changes {
			proposal.Verdict = b
			r.Proposals = append(r.Proposals, proposal)
		}
	}
	return r
}

// propose is the decision that a claim suggests for a finding, if it changes
// anything.
func (a *applier) propose(c *claim, f *vuln.Finding) (Proposal, bool) {
	have := f.State(a.today)
	dismissed := have == vuln.NotAffected || have == vuln.FalsePositive
	dealtWith := dismissed || have == vuln.Mitigated || have == vuln.Fixed
	var state vuln.State
	switch {
	case c.Status == scan.StatusNotAffected && !dealtWith:
		state = vuln.NotAffected
	case c.Status == scan.StatusFixed && !dealtWith:
		state = vuln.FalsePositive // the version that the tool saw has the fix
	case c.Status == scan.StatusAffected && (have == vuln.New || have == vuln.Reopened || dismissed):
		state = vuln.Triaged
	case c.Status == scan.StatusUnderInvestigation && dismissed:
		state = vuln.Triaged
	default:
		return Proposal{}, false
	}
	d := vuln.Decision{State: state, Rationale: c.rationale()}
	if state == vuln.NotAffected {
		d.Justification = ownWord(c.Justification)
	}
	if c.doc.Evidence != "" {
		d.Evidence = []isms.Ref[isms.Evidence]{c.doc.Evidence}
	}
	return Proposal{Finding: f.ID, Decision: d, Contradicts: f.Decision.State != "" && have != vuln.Reopened}, true
}

// rationale tells what the statement says, in every language.
func (c *claim) rationale() isms.Text {
	text := isms.Text{}
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		status := lang.Word(l, "vex-status", strings.ReplaceAll(c.Status.String(), "_", "-"))
		if c.Justification != "" {
			status += " (" + c.Justification.Label(l) + ")"
		}
		day := "-"
		if !c.Stated.IsZero() {
			day = isms.DateOf(c.Stated).String()
		}
		line := codeRationale.Text(l, map[string]string{
			"author": c.doc.Author, "day": day, "id": c.IDs[0], "status": status, "where": c.where(l),
		})
		if c.Details != "" {
			line += "\n" + c.Details
		}
		if c.Status == scan.StatusAffected {
			line += c.advice(l)
		}
		text[l] = line
	}
	return text
}

// advice is what can be done, and what is known of attacks, a line each.
func (s Statement) advice(l lang.Lang) string {
	var b strings.Builder
	line := func(kind, text, url string) {
		b.WriteString("\n" + lang.Word(l, "vex-remedy", strings.ReplaceAll(clean(kind), "_", "-")) + ": " + strings.TrimSpace(clean(text)+" "+clean(url)))
	}
	for _, r := range s.Remedies {
		line(r.Kind, r.Text, r.URL)
	}
	if s.Exploit != "" {
		line("exploit_status", s.Exploit, "")
	}
	return b.String()
}
