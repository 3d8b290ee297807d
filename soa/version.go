package soa

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// Version is a statement that was frozen, to be approved and kept: what an
// auditor gets, and what a customer was promised. [Statement.Freeze] makes one,
// [Version.ProposeApproval] the decision about it, and [Archive.On] tells what it
// is worth on a day.
//
// It has no undecided rows, so none can be approved. Once somebody approved it,
// nothing in it changes: another statement is another version.
type Version struct {
	isms.Common

	Number  string    `json:"number"`            // what people call it: "3.0"
	AsOf    isms.Date `json:"asOf"`              // of the statement
	Seq     int64     `json:"seq,omitempty"`     // of the statement
	Changes isms.Text `json:"changes,omitempty"` // what is new in it, in words

	// Content is the JSON of the [Statement]. It is opaque to the store: what it
	// names may change and go without it.
	Content json.RawMessage `json:"content"`
}

// ApprovalPurpose is that of the decision to approve a version (6.1.3 d).
const ApprovalPurpose isms.Purpose = "statement-approval"

// Codes of problems of a version.
const (
	CodeUndecided isms.Code = "soa/version-undecided" // a row that nobody decided on
	CodeContent   isms.Code = "soa/version-content"   // not the JSON of a statement, or of another one
	CodeRows      isms.Code = "soa/version-rows"      // a control of Annex A that has no row, or a control that has two
	CodeFrozen    isms.Code = "soa/version-frozen"    // somebody approved it as it was
)

// Freeze makes a version of the statement, to be stored. The error is an
// [isms.ProblemError] that names every row which is not decided.
func (s Statement) Freeze(id, number string) (Version, error) {
	content, err := marshal(s)
	if err != nil {
		return Version{}, fmt.Errorf("statement %s: %w", number, err)
	}
	v := Version{
		Common: isms.Common{ID: id, ISMS: isms.Ref[isms.Scope](s.Scope.Link.ID)},
		Number: number, AsOf: s.AsOf, Seq: s.Seq, Content: content,
	}
	if problems := isms.Validate(v); len(problems) > 0 {
		return Version{}, &isms.ProblemError{Problems: problems}
	}
	return v, nil
}

// Versions is the collection of versions in a transaction.
func Versions(tx *isms.Tx) isms.Collection[Version] { return versionKind().In(tx) }

// Kinds is every kind of this package.
func Kinds() []isms.AnyKind { return []isms.AnyKind{versionKind()} }

func versionKind() isms.Kind[Version] { return isms.Kind[Version]{Within: withinVersion} }

// EntityKind is "statement".
func (Version) EntityKind() string { return "statement" }

// Statement is what was frozen.
func (v Version) Statement() (Statement, error) {
	var s Statement
	if err := json.Unmarshal(v.Content, &s); err != nil {
		return Statement{}, fmt.Errorf("%s: content: %w", isms.LinkTo(v), err)
	}
	return s, nil
}

// ProposeApproval makes the decision by which these persons and roles approve
// the version, exactly as it was read from a store.
func (v Version) ProposeApproval(id string, by ...isms.Link) isms.Decision {
	return isms.Propose(id, ApprovalPurpose, v, isms.Authority{By: by})
}

// Check implements [isms.Entity]. It is as strict for a draft: a version with a
// hole is none.
func (v Version) Check(c isms.Checker) {
	isms.CheckRequired(c.At("number"), v.Number != "")
	isms.CheckRequired(c.At("asOf"), !v.AsOf.IsZero())
	s, err := v.Statement()
	at := c.At("content")
	if err != nil {
		at.Assert(false, CodeContent, "have", err.Error())
		return
	}
	at.At("asOf").Assert(s.AsOf == v.AsOf, CodeContent, "have", s.AsOf.String())
	at.At("seq").Assert(s.Seq == v.Seq, CodeContent, "have", strconv.FormatInt(s.Seq, 10))
	at.At("scope").Assert(s.Scope.Link.ID == string(v.ISMS), CodeContent, "have", s.Scope.Link.String())
	seen := make(map[isms.ControlID]bool, len(s.Rows))
	for i := range s.Rows {
		r := &s.Rows[i]
		at := at.At("rows").Index(i)
		decided := r.Decision == Included && len(r.Reasons) > 0 || r.Decision == Excluded && len(r.Against) > 0 && len(r.Reasons) == 0
		at.At("decision").Assert(decided, CodeUndecided, "have", r.Name())
		at.At("control").Assert(!seen[r.Control], CodeRows, "have", string(r.Control))
		seen[r.Control] = true
	}
	for k := range annexa.All() {
		at.At("rows").Assert(seen[isms.ControlID(k.ID.String())], CodeRows, "have", k.ID.String())
	}
}

// withinVersion refuses to change what somebody approved, whatever became of the
// approval since.
func withinVersion(tx *isms.Tx, v Version, c isms.Checker) error {
	link := isms.LinkTo(v)
	for d, err := range isms.Decisions(tx).Where(driver.Term{Key: "ref", Value: link.String()}) {
		if err != nil {
			return err
		}
		if d.Purpose != ApprovalPurpose || d.Subject.Entity() != link || len(d.Approvals) == 0 {
			continue
		}
		d.Withdrawn = isms.Withdrawal{}
		if d.On(v.AsOf, v).State == isms.DecisionUndone {
			c.Assert(false, CodeFrozen, "have", d.Subject.String(), "decision", isms.LinkTo(d).String())
		}
	}
	return nil
}

// marshal is the compact JSON of v, with nothing escaped for HTML.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
