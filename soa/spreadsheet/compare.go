package spreadsheet

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
)

// Change is one cell that somebody changed.
type Change struct {
	Control isms.ControlID `json:"control"`         // the id of the new record, for a new own control
	Record  isms.Link      `json:"record,omitzero"` // that the sheet was made from; zero when there was none
	Field   string         `json:"field"`           // of isms.Control, by its JSON name
	Was     string         `json:"was,omitempty"`   // in the sheet's language; words and links as they are stored
	Now     string         `json:"now,omitempty"`
	Where   string         `json:"where"` // "Controls!F12"

	// Of a conflict: what the record says meanwhile, and whether it was deleted
	// or retired.
	Meanwhile string `json:"meanwhile,omitempty"`
	Gone      bool   `json:"gone,omitempty"`
}

// Outcome is what a returned sheet comes to.
type Outcome struct {
	Changes   []Change        // against the revisions that the sheet was made from
	Conflicts []Change        // changed meanwhile to something else
	Problems  []isms.Problem  // with their cells
	Omissions []isms.Omission // what is not read, or only nearly

	records []isms.Control // to be written
}

// ConflictError says that records were changed since the sheet was made, in the
// same cells. It is driver.ErrConflict.
type ConflictError struct{ Conflicts []Change }

// Error names the cells.
func (e *ConflictError) Error() string {
	lines := make([]string, len(e.Conflicts))
	for i, c := range e.Conflicts {
		lines[i] = fmt.Sprintf("%s: %s, %s: changed meanwhile to %q", c.Where, c.Control, c.Field, c.Meanwhile)
		if c.Gone {
			lines[i] = fmt.Sprintf("%s: %s, %s: the record is deleted or retired", c.Where, c.Control, c.Field)
		}
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes it driver.ErrConflict.
func (e *ConflictError) Unwrap() error { return driver.ErrConflict }

// Apply records the changes in the transaction: all of them, or none and an
// *[isms.ProblemError] or a *[ConflictError]. The outcome comes with it in
// either case. A field that somebody else changed since the sheet was made is a
// conflict only when the sheet changes it to something else. A sheet that was
// applied before writes nothing.
func (r Returned) Apply(tx *isms.Tx) (Outcome, error) {
	o, err := r.Compare(tx)
	switch {
	case err != nil:
		return Outcome{}, err
	case len(o.Problems) > 0:
		return o, &isms.ProblemError{Problems: o.Problems}
	case len(o.Conflicts) > 0:
		return o, &ConflictError{o.Conflicts}
	}
	for i := range o.records {
		if err := isms.Controls(tx).Put(&o.records[i]); err != nil {
			return o, err
		}
	}
	return o, nil
}

// Compare finds what somebody changed in the sheet since it was made, and what
// of it cannot be recorded now. It writes nothing. Its cost is that of reading
// the controls, and the history of those that changed since.
func (r Returned) Compare(tx *isms.Tx) (Outcome, error) {
	c := &comparison{
		Returned: r, tx: tx,
		now: map[isms.ControlID]isms.Control{}, ids: map[string]bool{}, labels: map[string]string{},
	}
	c.out.Problems = append(c.out.Problems, r.Problems...)
	c.out.Omissions = append(c.out.Omissions, r.Omissions...)
	for k, err := range isms.Controls(tx).All() {
		if err != nil {
			return Outcome{}, err
		}
		c.ids[k.ID] = true
		c.scoped = c.scoped || k.ISMS != ""
		if k.Status == isms.Retired || r.scope != "" && k.ISMS != "" && k.ISMS != r.scope {
			continue
		}
		if _, known := c.now[k.Name()]; !known {
			c.now[k.Name()] = k
		}
		if k.Ref == "" && k.Label != "" {
			c.labels[k.Label] = k.ID
		}
	}
	for i := range r.rows {
		if err := c.row(&r.rows[i]); err != nil {
			return Outcome{}, err
		}
	}
	return c.out, nil
}

// comparison is one run of Compare.
type comparison struct {
	Returned

	tx      *isms.Tx
	now     map[isms.ControlID]isms.Control // the record of each control
	ids     map[string]bool                 // of every record
	labels  map[string]string               // of own controls: their ids
	scoped  bool                            // some record says of which management system it is
	parties parties                         // nil until somebody is looked for
	out     Outcome
}

// versions is a row's record as it was when the sheet was made, and as it is.
type versions struct {
	base, now isms.Control
	gone      bool // deleted or retired since
}

func (c *comparison) problem(code isms.Code, r *row, key string, args ...string) {
	c.out.Problems = append(c.out.Problems, isms.Problem{Code: code, Where: r.place(key), Args: pairs(args)})
}

func (c *comparison) row(r *row) error {
	v, ok, err := c.versions(r)
	if err != nil || !ok {
		return err
	}
	changed := v.now
	before := len(c.out.Problems)
	edits := 0
	for _, col := range columns() {
		if _, returned := r.cells[col.key]; !returned || col.value == nil {
			continue
		}
		now, ok, err := c.parse(r, col, v.base)
		if err != nil {
			return err
		}
		if ok && c.field(r, col, v, now) {
			col.assign(&changed, c.Lang, now)
			edits++
		}
	}
	c.applicable(r, v)
	if edits == 0 && (v.now.Rev > 0 || r.control != "") || len(c.out.Problems) > before || v.gone {
		return nil
	}
	for _, p := range isms.Validate(changed) {
		p.Where = r.place(strings.TrimPrefix(p.Path, "/"))
		c.out.Problems = append(c.out.Problems, p)
	}
	c.out.records = append(c.out.records, changed)
	return nil
}

// versions finds the record that a row is about; false when there is none that
// it can be.
func (c *comparison) versions(r *row) (v versions, ok bool, err error) {
	switch {
	case r.control == "":
		return c.newOwn(r), true, nil
	case r.record.IsZero():
		v, ok = c.withoutRecord(r)
	default:
		v, ok, err = c.withRecord(r)
	}
	if err == nil && !ok {
		c.problem(CodeControl, r, keyControl, "have", strings.TrimSpace(string(r.control)+" "+r.record.String()))
	}
	return v, ok, err
}

// withoutRecord is for a control that had no record. It may have one now.
func (c *comparison) withoutRecord(r *row) (versions, bool) {
	v := versions{base: isms.Control{Ref: r.control}, now: c.now[r.control]}
	if v.now.ID != "" {
		return v, true
	}
	id := recordID(r.control)
	for n := 2; c.ids[id]; n++ { // a retired record, or another control's
		id = recordID(r.control) + "-" + strconv.Itoa(n)
	}
	v.now = isms.Control{Common: isms.Common{ID: id}, Ref: r.control}
	if c.scoped {
		v.now.ISMS = c.scope
	}
	return v, r.control.Link().IsZero() // an own control is its record
}

func (c *comparison) withRecord(r *row) (v versions, ok bool, err error) {
	now, err := isms.Controls(c.tx).Get(r.record.ID)
	switch {
	case errors.Is(err, driver.ErrNotFound):
		v.gone = true
	case err != nil:
		return v, false, err
	default:
		v.now, v.gone = now, now.Status == isms.Retired
	}
	if v.base = v.now; v.now.Rev != r.record.Rev {
		if v.base, err = c.revision(r.record); err != nil {
			return v, false, err
		}
	}
	return v, v.base.Rev == r.record.Rev && v.base.Name() == r.control, nil
}

// revision is the record as it was; the zero one when there was no such
// revision.
func (c *comparison) revision(l isms.Link) (isms.Control, error) {
	for rev, err := range isms.Controls(c.tx).History(l.ID) {
		if err != nil {
			return isms.Control{}, err
		}
		if rev.Value.Rev == l.Rev && !rev.Deleted && !rev.Erased {
			return rev.Value, nil
		}
	}
	return isms.Control{}, nil
}

// newOwn is the record of a row that somebody added. It may be there already,
// from the same sheet.
func (c *comparison) newOwn(r *row) versions {
	number, title := r.text(keyNumber), r.text(keyTitle)
	id := ownID(number, title)
	if other, taken := c.labels[number]; taken && number != "" && other != id {
		c.problem(CodeTwice, r, keyNumber, "have", number)
	}
	if now, known := c.now[isms.ControlID(id)]; known {
		return versions{base: isms.Control{}, now: now}
	}
	v := versions{now: isms.Control{Common: isms.Common{ID: id, Label: number}, Title: isms.Plain(title)}}
	if c.scoped {
		v.now.ISMS = c.scope
	}
	c.out.Changes = append(c.out.Changes, Change{
		Control: isms.ControlID(id), Field: keyTitle, Now: title, Where: r.place(keyTitle),
	})
	return v
}

// parse is the canonical value of a cell; false when it is as it was sent, or
// cannot be read.
func (c *comparison) parse(r *row, col column, base isms.Control) (now string, ok bool, err error) {
	text, was := r.text(col.key), col.value(base, c.Lang)
	if text == "" {
		return "", visible(was) != "", nil
	}
	switch col.key {
	case keyImplementation:
		v, known := parseDegree(text)
		if !known {
			c.problem(CodeWord, r, col.key, "have", text, "want", strings.Join(choices(col.key, c.Lang), ", "))
		}
		return string(v), known && string(v) != was, nil
	case keyOwner:
		return c.parseOwner(r, text, was)
	case keySince, keyDue:
		sent, _ := isms.ParseDate(was)
		d, known := parseDay(text, sent)
		if !known || r.cells[col.key].Kind == sheet.KindNumber {
			c.problem(CodeDay, r, col.key, "have", text)
			return "", false, nil
		}
		return d.String(), d.String() != was, nil
	}
	if sameText(was, text) {
		return "", false, nil
	}
	if c.format == sheet.FormatCSV && strings.Contains(was, "\n") {
		c.omit(CodeFlattened, r, col.key)
	}
	if inOthers(*col.text(&base), c.Lang) {
		c.omit(CodeLanguages, r, col.key)
	}
	return text, true, nil
}

func (c *comparison) omit(code isms.Code, r *row, key string) {
	c.out.Omissions = append(c.out.Omissions, isms.Omission{Code: code, Subject: r.record, Path: "/" + key, Where: r.place(key)})
}

func (c *comparison) parseOwner(r *row, text, was string) (string, bool, error) {
	if l := linkIn(text); !l.IsZero() && l.String() == was {
		return "", false, nil
	}
	if c.parties == nil {
		var err error
		if c.parties, err = readParties(c.tx); err != nil {
			return "", false, err
		}
	}
	l, known := c.parties.find(text)
	if !known {
		c.problem(CodeOwner, r, keyOwner, "have", text)
	}
	return l.String(), known && l.String() != was, nil
}

// field compares a changed cell with the record of today; true when it is to be
// written.
func (c *comparison) field(r *row, col column, v versions, now string) bool {
	was, meanwhile := col.value(v.base, c.Lang), col.value(v.now, c.Lang)
	ch := Change{Control: v.now.Name(), Record: r.record, Field: col.key, Was: was, Now: now, Where: r.place(col.key)}
	if v.gone {
		ch.Control, ch.Gone = r.control, true
		c.out.Conflicts = append(c.out.Conflicts, ch)
		return false
	}
	if meanwhile == now {
		return false // somebody else, or this sheet before
	}
	c.out.Changes = append(c.out.Changes, ch)
	if meanwhile != was {
		ch.Meanwhile = meanwhile
		c.out.Conflicts = append(c.out.Conflicts, ch)
		return false
	}
	return true
}

// applicable checks an answer that somebody changed against the reasons beside
// it: the answer follows from them, and is not stored. None is undecided, and
// says nothing in a row that was added.
func (c *comparison) applicable(r *row, v versions) {
	_, returned := r.cells[keyApplicable]
	text := r.text(keyApplicable)
	if !returned || text == "" && r.sent == (sent{}) {
		return
	}
	text = cmp.Or(text, soa.Undecided.Label(c.Lang))
	answer, known := parseDecision(text)
	if !known {
		c.problem(CodeWord, r, keyApplicable, "have", text, "want", strings.Join(choices(keyApplicable, c.Lang), ", "))
		return
	}
	if answer == r.sent.decision {
		return
	}
	has := func(key string) bool {
		if _, returned := r.cells[key]; returned {
			return r.text(key) != ""
		}
		col := columnOf(key)
		return col.value(v.now, c.Lang) != ""
	}
	include, exclude := has(keyInclude), has(keyExclude)
	var ok bool
	switch answer {
	case soa.Included:
		ok = (include || r.sent.driven) && !exclude
	case soa.Excluded:
		ok = exclude && !include && !r.sent.driven
	case soa.Undecided:
		ok = !include && !exclude && !r.sent.driven
	}
	if !ok {
		c.problem(CodeApplicable, r, keyApplicable, "have", text)
	}
}
