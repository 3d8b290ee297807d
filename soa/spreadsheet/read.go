package spreadsheet

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
)

// ErrNotOurs says that a book has no sheet that [Document] made, or that its
// hidden columns are gone.
var ErrNotOurs = errors.New("not a statement that was sent to be filled in")

// The codes of problems with a returned sheet. Each is at a cell or a row.
const (
	CodeFormula    isms.Code = "soa-sheet/formula"    // a formula, or the error that one gave
	CodeTwice      isms.Code = "soa-sheet/twice"      // two rows, columns or sheets for one thing
	CodeControl    isms.Code = "soa-sheet/control"    // a row for a control or record that is not there
	CodeNoTitle    isms.Code = "soa-sheet/no-title"   // a new row without one
	CodeWord       isms.Code = "soa-sheet/word"       // not one of the choices
	CodeDay        isms.Code = "soa-sheet/day"        // not a day, or one of two
	CodeOwner      isms.Code = "soa-sheet/owner"      // nobody, or several
	CodeApplicable isms.Code = "soa-sheet/applicable" // the reasons do not give the answer
)

// The codes of what is left out of a returned sheet.
const (
	CodeReadOnly  isms.Code = "soa-sheet/read-only" // a change of what is only for reading
	CodeColumn    isms.Code = "soa-sheet/column"    // a column that is not one of the sheet
	CodeNoColumn  isms.Code = "soa-sheet/no-column" // a column of the sheet that did not come back
	CodeLanguages isms.Code = "soa-sheet/languages" // a text that also has other languages
	CodeFlattened isms.Code = "soa-sheet/flattened" // a text that CSV joined, beside a change in it
	CodeHidden    isms.Code = "soa-sheet/hidden"    // the sheet is hidden
)

// Returned is a sheet that came back.
type Returned struct {
	Lang lang.Lang // that it was made in

	// Problems are what [Returned.Apply] refuses it for, as far as the sheet
	// alone shows; Omissions are what of it is not read.
	Problems  []isms.Problem
	Omissions []isms.Omission

	format sheet.Format
	scope  isms.Ref[isms.Scope]
	rows   []row
}

// row is one row that came back.
type row struct {
	control isms.ControlID // unset for a new own control
	record  isms.Link      // with the revision it was made from; zero when there was none
	sent    sent           // zero for a new row
	cells   map[string]sheet.Cell
	place   func(key string) string
}

// Read finds the sheet in what came back, by its hidden columns. The error is
// [ErrNotOurs] when there is none. Columns are known by their titles in either
// language, and a renamed one by its place; rows by their hidden ids.
func Read(b *sheet.Book) (Returned, error) {
	var found *reader
	for i := range b.Sheets {
		in := findSheet(&b.Sheets[i])
		switch {
		case in == nil:
		case found != nil:
			found.problem(CodeTwice, in.sheet.Name, "have", in.sheet.Name)
		default:
			found = in
		}
	}
	if found == nil {
		return Returned{}, fmt.Errorf("%s: %w", b.Format, ErrNotOurs)
	}
	if found.sheet.Hidden {
		found.omit(CodeHidden, found.sheet.Name)
	}
	found.out.format = b.Format
	found.columns()
	seen := map[isms.ControlID]string{}
	for _, r := range found.sheet.Rows {
		if r.Number > found.header.Number {
			found.row(r, seen)
		}
	}
	return found.out, nil
}

// reader reads one sheet.
type reader struct {
	sheet  *sheet.Sheet
	header sheet.Row
	layout layout
	at     map[string]int // the column of a key
	out    Returned
}

// Keys of the hidden columns.
const (
	keyControl = "ismskit"
	keyRecord  = titleRecord
	keySent    = titleSent
)

// findSheet looks for the hidden column of ours in the first rows of a sheet.
func findSheet(s *sheet.Sheet) *reader {
	const rows = 100
	for _, r := range s.Rows[:min(rows, len(s.Rows))] {
		for _, c := range r.Cells {
			if lay, ok := parseLayout(c.Text); ok {
				return &reader{
					sheet: s, header: r, layout: lay, at: map[string]int{},
					out: Returned{Lang: lay.lang, scope: lay.scope},
				}
			}
		}
	}
	return nil
}

func (in *reader) problem(code isms.Code, where string, args ...string) {
	in.out.Problems = append(in.out.Problems, isms.Problem{Code: code, Where: where, Args: pairs(args)})
}

func (in *reader) omit(code isms.Code, where string, args ...string) {
	in.out.Omissions = append(in.out.Omissions, isms.Omission{Code: code, Where: where, Args: pairs(args)})
}

func pairs(args []string) map[string]string {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// columns finds out which column is which.
func (in *reader) columns() {
	other := map[int]string{}
	for i, c := range in.header.Cells {
		key := in.keyOf(c.Text)
		_, twice := in.at[key]
		switch {
		case c == (sheet.Cell{}):
		case key == "":
			other[i] = c.Text
		case twice:
			in.problem(CodeTwice, in.sheet.Place(in.header.Number, i), "have", c.Text)
		default:
			in.at[key] = i
		}
	}
	// A renamed column is the one in its place, as long as nothing was moved.
	still := in.at[keyControl] == len(in.layout.keys)
	for i, key := range in.layout.keys {
		still = still && (in.at[key] == i || !hasKey(in.at, key))
	}
	for i, key := range in.layout.keys {
		if hasKey(in.at, key) {
			continue
		}
		if other[i] != "" && still {
			in.at[key] = i
			delete(other, i)
			continue
		}
		c := columnOf(key)
		in.omit(CodeNoColumn, in.sheet.Name, "have", c.title.In(in.layout.lang))
	}
	for i := range in.header.Cells {
		if title := other[i]; title != "" {
			in.omit(CodeColumn, in.sheet.Place(in.header.Number, i), "have", title)
		}
	}
	for _, key := range []string{keyRecord, keySent} {
		if !hasKey(in.at, key) {
			in.problem(CodeControl, in.sheet.Place(in.header.Number, 0), "have", key)
		}
	}
}

func hasKey(m map[string]int, key string) bool {
	_, ok := m[key]
	return ok
}

// keyOf is the key of a column by its title, "" when it has none of ours.
func (in *reader) keyOf(title string) string {
	if _, ok := parseLayout(title); ok {
		return keyControl
	}
	title = strings.Join(strings.Fields(title), " ")
	for _, c := range columns() {
		if strings.EqualFold(title, c.title.EN) || strings.EqualFold(title, c.title.NL) {
			return c.key
		}
	}
	if title == keyRecord || title == keySent {
		return title
	}
	return ""
}

// row reads one row. What it is about is in its hidden cells; one without is
// new, and named by its number when that is a control of a catalogue.
func (in *reader) row(r sheet.Row, seen map[isms.ControlID]string) {
	out := row{cells: map[string]sheet.Cell{}, place: func(key string) string {
		return in.sheet.Place(r.Number, in.at[key])
	}}
	filled := false
	for key, i := range in.at {
		c := r.Cell(i)
		filled = filled || strings.TrimSpace(c.Text) != "" || c.Formula
		out.cells[key] = c
	}
	if !filled {
		return
	}
	live := false
	for _, key := range append(slices.Clone(in.layout.keys), keyControl, keyRecord, keySent) {
		if c := out.cells[key]; c.Formula || c.Kind == sheet.KindError {
			in.problem(CodeFormula, out.place(key), "have", c.Text)
			live = true
		}
	}
	if live {
		return
	}
	out.control = isms.ControlID(out.text(keyControl))
	if out.control == "" {
		in.newRow(&out)
	} else if !in.known(&out) {
		in.problem(CodeControl, out.place(keyControl), "have", out.text(keyControl))
		return
	}
	where := in.sheet.Place(r.Number, 0)
	name := out.control
	if name == "" {
		name = isms.ControlID("\x00" + ownID(out.text(keyNumber), out.text(keyTitle)))
		if out.text(keyTitle) == "" {
			in.problem(CodeNoTitle, out.place(keyTitle))
			return
		}
	}
	if first, twice := seen[name]; twice {
		in.problem(CodeTwice, where, "have", strings.TrimSpace(string(out.control)+" "+out.text(keyTitle)), "first", first)
		return
	}
	seen[name] = where
	in.out.rows = append(in.out.rows, out)
}

// text is a cell of the row without blanks around it.
func (r *row) text(key string) string { return strings.TrimSpace(r.cells[key].Text) }

// known reads the hidden cells of a row; false when they cannot be ours.
func (in *reader) known(r *row) bool {
	if s := r.text(keyRecord); s != "" {
		l, err := isms.ParseLink(s)
		if err != nil || l.Rev == 0 || l.Kind != (isms.Control{}).EntityKind() {
			return false
		}
		r.record = l
	}
	was, ok := parseSent(r.text(keySent))
	if !ok || !validControl(r.control) {
		return false
	}
	r.sent = was
	if hasKey(in.at, keyNumber) && hasKey(in.at, keyTitle) && hasKey(in.at, keyDrivers) {
		have := digest(r.cells[keyNumber].Text, r.cells[keyTitle].Text, r.cells[keyDrivers].Text)
		if have != was.digest {
			in.omit(CodeReadOnly, r.place(keyNumber), "have", string(r.control))
		}
	}
	return true
}

// newRow reads a row that somebody added.
func (in *reader) newRow(r *row) {
	number := r.text(keyNumber)
	if id, err := annexa.ParseID(number); err == nil && strings.HasPrefix(strings.ToUpper(number), "A.") {
		r.control = isms.ControlID(id.String())
	} else if strings.Contains(number, ":") && validControl(isms.ControlID(number)) {
		r.control = isms.ControlID(number)
	}
}

// validControl tells whether a control can have this id.
func validControl(id isms.ControlID) bool {
	if !id.Link().IsZero() {
		return isms.ValidID(string(id))
	}
	return len(isms.Validate(isms.Control{Common: isms.Common{ID: "x"}, Ref: id})) == 0
}

// ownID is the id of a new own control. It follows from what was returned, so
// that the same sheet does not add it twice.
func ownID(number, title string) string {
	h := sha256.Sum256([]byte(strconv.Itoa(len(number)) + " " + number + " " + title))
	return "own-" + strings.ToLower(base32.StdEncoding.EncodeToString(h[:10]))
}

// recordID is the id of the first record of a control of a catalogue:
// "a.5.1", "nen7510-12.4.1".
func recordID(ref isms.ControlID) string {
	id := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(string(ref)))
	if isms.ValidID(id) {
		return id
	}
	return "c" + strings.TrimPrefix(ownID("", string(ref)), "own")
}
