package isms

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
)

// Code names a kind of problem or a rule: "risk/no-owner". Codes are stable:
// programs branch on them, hosts translate them.
type Code string

// Text is what the code says in language l, with its arguments filled in; the
// code itself when it is not one of ours.
func (c Code) Text(l lang.Lang, args map[string]string) string {
	if entry, ok := lang.Lookup(string(c)); ok {
		return entry.Text.Fill(l, args)
	}
	return string(c)
}

// Problem is one reason why a value cannot be stored. It blocks the write.
type Problem struct {
	Code    Code              `json:"code"`
	Subject Link              `json:"subject,omitzero"` // the entity
	Path    string            `json:"path,omitempty"`   // JSON Pointer into the entity
	Args    map[string]string `json:"args,omitempty"`
	Where   string            `json:"where,omitempty"` // "risks.yaml:12:5" when it came from a file
}

// Text is the problem in language l, with where it is.
func (p Problem) Text(l lang.Lang) string {
	parts := make([]string, 0, 4)
	for _, s := range []string{p.Where, p.Subject.String(), p.Path, p.Code.Text(l, p.Args)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// ProblemError is a refused write, with every problem that was found.
type ProblemError struct {
	Problems []Problem
}

// Error lists the problems in English, one a line.
func (e *ProblemError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Text(lang.EN)
	}
	return strings.Join(lines, "\n")
}

// The errors of package isms that callers tell apart with [errors.Is]. Those of
// package driver come through unchanged: driver.ErrNotFound,
// driver.ErrConflict, driver.ErrReadOnly and driver.ErrClosed.
var (
	// ErrEnded says that a transaction was used after its function returned.
	ErrEnded = errors.New("transaction has ended")
	// ErrNewer says that a record or file was written by a newer program.
	ErrNewer = errors.New("written by a newer version")
	// ErrDamaged says that a bundle is not as [Space.Export] wrote it.
	ErrDamaged = errors.New("damaged")
	// ErrErased says that what a revision held has been erased.
	ErrErased = errors.New("erased")
)

// ConflictError says that somebody else changed the entity since it was read.
// It is driver.ErrConflict.
type ConflictError struct {
	Subject    Link
	Have, Want int64 // the revision the caller changed, and the one it is now
}

// Error names the entity and both revisions.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: %v: have revision %d, it is now %d", e.Subject, driver.ErrConflict, e.Have, e.Want)
}

// Unwrap makes it driver.ErrConflict.
func (e *ConflictError) Unwrap() error { return driver.ErrConflict }

// Checker collects the problems of one value. Each At and Index goes one step
// deeper into it:
//
//	c.At("title").Assert(!r.Title.IsZero(), CodeRequired)
type Checker struct {
	sink *[]Problem
	path string // a JSON Pointer to where the steps begin
	// The last steps are written out when there is a problem, or too many of them:
	// checks of values without a problem come by the million.
	steps [3]step
	n     int8 // of steps
}

// step leads from a value to a part of it.
type step struct {
	member string
	index  int // -1 for a member
}

// appendPointer adds a step to a JSON Pointer.
func appendPointer(pointer string, s step) string {
	if s.index >= 0 {
		return pointer + "/" + strconv.Itoa(s.index)
	}
	return pointer + "/" + escapePointer(s.member)
}

// At is the checker for a member.
func (c Checker) At(member string) Checker { return c.down(step{member, -1}) }

// escapePointer writes a member as a part of a JSON Pointer (RFC 6901, 3).
func escapePointer(member string) string {
	if !strings.ContainsAny(member, "~/") {
		return member
	}
	return strings.ReplaceAll(strings.ReplaceAll(member, "~", "~0"), "/", "~1")
}

// Index is the checker for an element of a list.
func (c Checker) Index(i int) Checker { return c.down(step{"", i}) }

func (c Checker) down(s step) Checker {
	if int(c.n) == len(c.steps) {
		c.path, c.n = c.pointer(), 0
	}
	c.steps[c.n] = s
	c.n++
	return c
}

// pointer is the JSON Pointer to here.
func (c Checker) pointer() string {
	at := c.path
	for _, s := range c.steps[:c.n] {
		at = appendPointer(at, s)
	}
	return at
}

// Assert reports a problem here unless ok. The arguments are pairs of a name
// and a value for the text of the code.
func (c Checker) Assert(ok bool, code Code, args ...string) {
	if ok {
		return
	}
	p := Problem{Code: code, Path: c.pointer()}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[i]] = args[i+1]
	}
	*c.sink = append(*c.sink, p)
}

// Codes of problems that any entity can have.
const (
	CodeID        Code = "isms/id"
	CodeRequired  Code = "isms/required"
	CodeEnum      Code = "isms/enum"
	CodeTextLang  Code = "isms/text-language"
	CodeUTF8      Code = "isms/utf8"
	CodeTooLong   Code = "isms/too-long"
	CodeExtKey    Code = "isms/ext-key"
	CodeOwnerKind Code = "isms/owner-kind"
	CodeLink      Code = "isms/link"
	CodeDateOrder Code = "isms/date-order"
	CodeDuplicate Code = "isms/duplicate"
	CodeRange     Code = "isms/range"
	CodeDangling  Code = "ref/dangling"
	CodeInUse     Code = "ref/in-use"
	CodeRevision  Code = "ref/revision"
	CodeTwice     Code = "load/twice"
	CodeStale     Code = "load/stale"
	CodeKind      Code = "load/kind"
	CodePlace     Code = "load/place"
	CodeSchema    Code = "load/schema"
)
