package spreadsheet

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/risk"
)

// Imported is what a sheet comes to.
type Imported struct {
	// Risks are all risks of the sheet, in its order, as they would be recorded:
	// a known one with what the sheet does not say left as it was.
	Risks []risk.Risk

	// Omissions are what was not taken over, or only nearly, by place.
	Omissions []isms.Omission
}

// Apply records the risks in a transaction. One that is as it was gets no new
// revision; one that somebody changed since in was read is a
// [isms.ConflictError], and then nothing is recorded.
func (i Imported) Apply(tx *isms.Tx) error {
	for n := range i.Risks {
		if err := risk.Risks(tx).Put(&i.Risks[n]); err != nil {
			return err
		}
	}
	return nil
}

// Read reads the risks of a sheet. What is there already is in: the risks, of
// which those with the label of a row are changed by it; the methodology, as
// stored, that scores are steps of; and the persons, roles, assets and controls
// that cells name. See [risk.ReadInputs].
//
// The error is a [isms.ProblemError] with the cell of everything that is wrong;
// the Imported then has no risks. A risk that is new gets an id from its label,
// such as "r-014", or from a digest of it, when another risk has that id and a
// label of its own; without a label, from a digest of its title. O(cells).
func Read(s sheet.Sheet, m Mapping, in risk.Inputs) (Imported, error) {
	if problems := m.check(); len(problems) > 0 {
		return Imported{}, failed(problems)
	}
	r := &reader{sheet: s, mapping: m, known: newKnown(in, m)}
	c, ok := r.find()
	if !ok {
		return Imported{}, failed(r.problems)
	}
	r.columns = c
	r.account(c)
	r.method(in)
	var risks []risk.Risk
	rows := map[string]string{} // the place of each risk, by id
	for _, row := range s.Rows[c.header+1:] {
		if !r.says(row) {
			continue
		}
		r.row = row
		x, ok := r.risk()
		if !ok {
			continue
		}
		if first, twice := rows[x.ID]; twice {
			r.problem(CodeTwice, r.place(Label), isms.LinkTo(x), "other", first)
			continue
		}
		rows[x.ID] = r.place(Label)
		for _, p := range isms.Validate(x) {
			p.Where = r.place(fieldOf(p.Path))
			r.problems = append(r.problems, p)
		}
		risks = append(risks, x)
	}
	out := Imported{Omissions: r.omissions}
	if len(r.problems) > 0 {
		return out, failed(r.problems)
	}
	out.Risks = risks
	return out, nil
}

// reader reads one sheet.
type reader struct {
	sheet       sheet.Sheet
	mapping     Mapping
	known       known
	columns     columns
	methodology risk.Methodology
	likelihood  scale
	impact      scale
	scored      bool // there is a methodology for the scores
	noScores    bool // said that the methodology gives no scores

	row       sheet.Row
	problems  []isms.Problem
	omissions []isms.Omission
}

func (r *reader) problem(code isms.Code, where string, subject isms.Link, args ...string) {
	r.problems = append(r.problems, isms.Problem{Code: code, Where: where, Subject: subject, Args: pairs(args)})
}

func (r *reader) omit(code isms.Code, where string, subject isms.Link, args ...string) {
	r.omissions = append(r.omissions, isms.Omission{Code: code, Where: where, Subject: subject, Args: pairs(args)})
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

// says tells whether a row has anything in a column that is read.
func (r *reader) says(row sheet.Row) bool {
	for _, i := range r.columns.at {
		if strings.TrimSpace(row.Cell(i).Text) != "" {
			return true
		}
	}
	return false
}

// place is the cell of a field in the row, or the first cell of the row.
func (r *reader) place(f Field) string { return r.sheet.Place(r.row.Number, r.columns.at[f]) }

// text is the cell of a field: empty when it is, or when there is no column.
func (r *reader) text(f Field) string {
	i, there := r.columns.at[f]
	if !there {
		return ""
	}
	cell := r.row.Cell(i)
	if cell.Kind == sheet.KindError {
		r.problem(CodeError, r.place(f), isms.Link{}, "have", cell.Text)
		return ""
	}
	text := strings.TrimSpace(cell.Text)
	if cell.Formula && text != "" && !strings.HasSuffix(string(f), "-"+level) {
		r.omit(OmitFormula, r.place(f), isms.Link{}, "have", text)
	}
	return text
}

// risk reads the row; false when it is not known which risk it is.
func (r *reader) risk() (risk.Risk, bool) {
	label, title := r.text(Label), r.text(Title)
	if label == "" && title == "" {
		r.problem(CodeNoName, r.sheet.Place(r.row.Number, 0), isms.Link{})
		return risk.Risk{}, false
	}
	x, several := r.known.risk(label, title)
	if len(several) > 0 {
		r.one(Label, label, several, isms.Link{})
		return risk.Risk{}, false
	}
	if x.Label == "" { // or else it is this one, or the row has the id
		x.Label = label
	}
	r.into(Title, title, &x.Title)
	r.into(Description, r.text(Description), &x.Description)
	r.into(Threat, r.text(Threat), &x.Threat)
	r.into(Vulnerability, r.text(Vulnerability), &x.Vulnerability)
	r.into(Consequence, r.text(Consequence), &x.Consequence)
	r.into(Rationale, r.text(Rationale), &x.Treatment.Rationale)
	r.status(&x)
	r.owner(&x)
	r.assets(&x)
	r.affects(&x)
	r.treatment(&x)
	r.evaluations(&x)
	if day, ok := r.day(Reviewed); ok {
		x.Review.Last = day
	}
	return x, true
}

// into puts what a cell says into a text, and lists the languages that are lost
// by it.
func (r *reader) into(f Field, s string, to *isms.Text) {
	if s == "" {
		return
	}
	next := merged(*to, s, r.mapping.Lang)
	var lost []string
	for l := range *to {
		if _, kept := next[l]; !kept && l != "" {
			lost = append(lost, string(l))
		}
	}
	if len(lost) > 0 {
		slices.Sort(lost)
		r.omit(OmitLang, r.place(f), isms.Link{}, "have", strings.Join(lost, ", "))
	}
	*to = next
}

// merged is a text with what a sheet says in a language: nothing new when the
// text says so already, in whatever language.
func merged(old isms.Text, s string, l lang.Lang) isms.Text {
	for k, have := range old {
		if have == s && (l == "" || k == l) {
			return old
		}
	}
	if l == "" {
		return isms.Plain(s)
	}
	out := isms.Text{l: s}
	for k, have := range old {
		if k != l && k != "" {
			out[k] = have
		}
	}
	return out
}

// fieldOf is the field that a path into a risk was read from.
func fieldOf(path string) Field {
	for _, x := range []struct {
		prefix string
		field  Field
	}{
		{"/title", Title},
		{"/owner", Owner},
		{"/assets", Assets},
		{"/affects", Affects},
		{"/status", Status},
		{"/treatment/options", Options},
		{"/treatment/controls", Controls},
		{"/treatment/actions", Action},
		{"/inherent", likelihood(risk.Inherent)},
		{"/current", likelihood(risk.Current)},
		{"/residual", likelihood(risk.Residual)},
	} {
		if strings.HasPrefix(path, x.prefix) {
			return x.field
		}
	}
	return Label
}

// newID is the id of a risk that was never recorded: its label as an id, or a
// digest where that cannot be one.
func newID(label, title string) string {
	id := strings.ReplaceAll(fold(label), " ", "-")
	if isms.ValidID(id) {
		return id
	}
	return digestID(label, title)
}

// digestID is an id made of the label or, when there is none, the title.
func digestID(label, title string) string {
	sum := sha256.Sum256([]byte(cmp.Or(label, title)))
	return "risk-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:20]))
}

// words splits a cell with several of something.
func words(s string, separators string) []string {
	list := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) })
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}
