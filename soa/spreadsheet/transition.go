package spreadsheet

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
)

// Mapping says which columns of a statement of the 2013 edition are what, by
// their titles in any case. Control and Applicable are required.
type Mapping struct {
	Control       string `json:"control"`
	Applicable    string `json:"applicable"`
	Justification string `json:"justification,omitempty"`
	Implemented   string `json:"implemented,omitempty"`

	// Words are further answers that the columns Applicable and Implemented
	// have, and the word of ours for each: "relevant": "included",
	// "loopt": "partial". Those of English and Dutch are known: see [Transition].
	Words map[string]string `json:"words,omitempty"`
}

// Former is what the 2013 statement said about one control.
type Former struct {
	Control        annexa.ID2013       `json:"control"`
	Decision       soa.Decision        `json:"decision"` // undecided when there was no answer that we know
	Justification  string              `json:"justification,omitempty"`
	Implementation isms.Implementation `json:"implementation,omitempty"`
	Where          string              `json:"where"` // "SoA!A12"
}

// Proposal is what follows for one control of 2022.
type Proposal struct {
	Control  annexa.ID    `json:"control"`
	Decision soa.Decision `json:"decision"`
	Why      Why          `json:"why"`
	// From is what the statement said about the controls of 2013 that this one
	// replaces, in natural order; Missing are those of which it said nothing.
	From    []Former        `json:"from,omitempty"`
	Missing []annexa.ID2013 `json:"missing,omitempty"`
	// Implementation is what all of From agree on; unset otherwise.
	Implementation isms.Implementation `json:"implementation,omitempty"`
}

// Why is how a [Proposal] came to its decision.
type Why string

// The ways. All but the first leave a control undecided.
const (
	Carried    Why = "carried"    // every former control has the same answer, and one at least a reason
	NewIn2022  Why = "new"        // there is no former control
	Disagree   Why = "disagree"   // one was included, another left out
	NoReason   Why = "no-reason"  // the answer has no justification
	Incomplete Why = "incomplete" // the statement does not answer for each former control
)

// Label is the way in language l.
func (w Why) Label(l lang.Lang) string { return lang.Word(l, "transition", string(w)) }

// Draft is a first draft of a statement of 2022. It is never more than that:
// the 2013 edition is withdrawn since 31 October 2025, and no answer about an
// old control is one about a new one until somebody decided so.
type Draft struct {
	Source    string          `json:"source"`            // the sheet
	Proposals []Proposal      `json:"proposals"`         // for the 93 controls in natural order
	Missing   []annexa.ID2013 `json:"missing,omitempty"` // of the 114 of 2013
}

// The codes of what a 2013 statement says and a draft does not carry over.
const (
	CodeUnknown2013    isms.Code = "soa-sheet/unknown-2013"    // not a number of 2013
	CodeTwice2013      isms.Code = "soa-sheet/twice-2013"      // a control in several rows
	CodeMissing2013    isms.Code = "soa-sheet/missing-2013"    // a control in none
	CodeAnswer2013     isms.Code = "soa-sheet/answer-2013"     // an answer that we do not know
	CodeFormula2013    isms.Code = "soa-sheet/formula-2013"    // the value of a formula was taken
	CodeColumn2013     isms.Code = "soa-sheet/column-2013"     // a column that is not mapped
	CodeMergedStatus   isms.Code = "soa-sheet/merged-status"   // former controls that are not equally far
	CodeMergedDecision isms.Code = "soa-sheet/merged-decision" // former controls with opposite answers
)

// Transition reads a statement of ISO/IEC 27001:2013 and drafts one of 2022.
//
// A control of 2022 is included when every control of 2013 that it replaces
// was, and left out when every one of them was, each time with the reasons as
// they stood, quoted with their numbers; a control without a reason is quoted as
// such. It stays undecided when they disagree, when none of them has a reason,
// when one of them was not answered, and when it is new. Answers are those of
// English and Dutch such as "yes", "ja", "x", "not applicable", "n.v.t."; what
// else occurs is an omission and no answer.
//
// The error says which column is not there, or that the numbers are those of
// 2022.
func Transition(s sheet.Sheet, m Mapping) (Draft, []isms.Omission, error) {
	in := &former{sheet: s, mapping: m, rows: map[annexa.ID2013][]Former{}}
	if err := in.header(); err != nil {
		return Draft{}, nil, err
	}
	for _, r := range s.Rows {
		if r.Number > in.first {
			in.row(r)
		}
	}
	if len(in.rows) == 0 {
		return Draft{}, nil, in.noNumbers()
	}
	d := Draft{Source: s.Name}
	for f := range annexa.Formers() {
		switch rows := in.rows[f.ID]; {
		case len(rows) == 0:
			d.Missing = append(d.Missing, f.ID)
			in.omit(CodeMissing2013, s.Name, "have", f.ID.String())
		case len(rows) > 1:
			for _, r := range rows {
				in.omit(CodeTwice2013, r.Where, "have", f.ID.String())
			}
			d.Missing = append(d.Missing, f.ID)
			delete(in.rows, f.ID)
		}
	}
	for k := range annexa.All() {
		d.Proposals = append(d.Proposals, in.propose(k))
	}
	return d, in.omissions, nil
}

// former reads the sheet.
type former struct {
	sheet     sheet.Sheet
	mapping   Mapping
	first     int            // the row with the titles
	at        map[string]int // the column of a title in lower case
	rows      map[annexa.ID2013][]Former
	numbers22 int // that are of 2022
	omissions []isms.Omission
}

func (in *former) omit(code isms.Code, where string, args ...string) {
	in.omissions = append(in.omissions, isms.Omission{Code: code, Where: where, Args: pairs(args)})
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// header finds the first row that has every title of the mapping.
func (in *former) header() error {
	var want []string
	for _, title := range []string{in.mapping.Control, in.mapping.Applicable, in.mapping.Justification, in.mapping.Implemented} {
		if title = fold(title); title != "" && !slices.Contains(want, title) {
			want = append(want, title)
		}
	}
	if fold(in.mapping.Control) == "" || fold(in.mapping.Applicable) == "" {
		return fmt.Errorf("sheet %q: the mapping names no column for the control or for whether it applies", in.sheet.Name)
	}
	nearest := want
	for _, r := range in.sheet.Rows {
		lacks, err := in.titles(r, want)
		if err != nil {
			return err
		}
		if len(lacks) == 0 {
			in.first = r.Number
			in.unmapped(r, want)
			return nil
		}
		if len(lacks) < len(nearest) {
			nearest = lacks
		}
	}
	return fmt.Errorf("sheet %q: no row has the columns %q: the nearest lacks %q", in.sheet.Name, want, nearest)
}

// titles reads a row as the one with the titles, and says which it lacks.
func (in *former) titles(r sheet.Row, want []string) (lacks []string, err error) {
	in.at = map[string]int{}
	for i, c := range r.Cells {
		title := fold(c.Text)
		if hasKey(in.at, title) && slices.Contains(want, title) {
			return nil, fmt.Errorf("sheet %q: %s: two columns %q", in.sheet.Name, in.sheet.Place(r.Number, i), c.Text)
		}
		in.at[title] = i
	}
	for _, title := range want {
		if !hasKey(in.at, title) {
			lacks = append(lacks, title)
		}
	}
	return lacks, nil
}

func (in *former) unmapped(r sheet.Row, want []string) {
	for i, c := range r.Cells {
		if title := fold(c.Text); title != "" && !slices.Contains(want, title) {
			in.omit(CodeColumn2013, in.sheet.Place(r.Number, i), "have", c.Text)
		}
	}
}

// cell is the cell of a column of the mapping, with its place.
func (in *former) cell(r sheet.Row, title string) (sheet.Cell, string) {
	i, ok := in.at[fold(title)]
	if !ok || title == "" {
		return sheet.Cell{}, ""
	}
	c := r.Cell(i)
	where := in.sheet.Place(r.Number, i)
	if c.Formula {
		in.omit(CodeFormula2013, where, "have", c.Text)
	}
	if c.Kind == sheet.KindError {
		c = sheet.Cell{}
	}
	return c, where
}

// row reads one row. Rows without a number and the headings of chapters say
// nothing about a control.
func (in *former) row(r sheet.Row) {
	c, where := in.cell(r, in.mapping.Control)
	answer, place := in.cell(r, in.mapping.Applicable)
	number, parts := leadingNumber(c.Text)
	id, err := annexa.ParseID2013(number)
	switch {
	case err == nil:
	case strings.TrimSpace(answer.Text) == "" && parts < 3 && c.Kind != sheet.KindDay:
		return
	default:
		if _, err := annexa.ParseID(number); err == nil {
			in.numbers22++
		}
		in.omit(CodeUnknown2013, cmp.Or(where, place), "have", c.Text)
		return
	}
	f := Former{Control: id, Decision: soa.Undecided, Where: where}
	if d, known := in.decision(answer); known {
		f.Decision = d
	} else if strings.TrimSpace(answer.Text) != "" {
		in.omit(CodeAnswer2013, place, "have", answer.Text)
	}
	reason, _ := in.cell(r, in.mapping.Justification)
	f.Justification = strings.TrimSpace(reason.Text)
	status, place := in.cell(r, in.mapping.Implemented)
	if degree, known := in.degree(status); known {
		f.Implementation = degree
	} else if strings.TrimSpace(status.Text) != "" && f.Decision != soa.Excluded {
		in.omit(CodeAnswer2013, place, "have", status.Text)
	}
	in.rows[id] = append(in.rows[id], f)
}

// leadingNumber is the number that a text begins with, "A.5.1.1" of "A.5.1.1
// Policies", and of how many parts it is.
func leadingNumber(s string) (number string, parts int) {
	s = strings.TrimSpace(s)
	if len(s) > 0 && (s[0] == 'A' || s[0] == 'a') {
		s = strings.TrimLeft(s[1:], ". \u00a0")
	}
	end := 0
	for end < len(s) && (s[end] == '.' || '0' <= s[end] && s[end] <= '9') {
		end++
	}
	s = strings.TrimRight(s[:end], ".")
	if s == "" {
		return "", 0
	}
	return s, strings.Count(s, ".") + 1
}

// noNumbers tells why a sheet has no control of 2013.
func (in *former) noNumbers() error {
	if in.numbers22 > 0 {
		return fmt.Errorf("sheet %q: its %d numbers are of the 2022 edition: want A.5.1.1 to A.18.2.3", in.sheet.Name, in.numbers22)
	}
	return fmt.Errorf("sheet %q: no control of 2013 in column %q: want A.5.1.1 to A.18.2.3", in.sheet.Name, in.mapping.Control)
}

// propose decides about one control of 2022.
func (in *former) propose(k annexa.Control) Proposal {
	p := Proposal{Control: k.ID, Decision: soa.Undecided}
	if k.Former.Len() == 0 {
		p.Why = NewIn2022
		return p
	}
	reasons := 0
	answers := map[soa.Decision]bool{}
	degrees := map[isms.Implementation]bool{}
	for id := range k.Former.All() {
		rows := in.rows[id]
		if len(rows) == 0 {
			p.Missing = append(p.Missing, id)
			continue
		}
		f := rows[0]
		p.From = append(p.From, f)
		answers[f.Decision] = true
		if f.Decision != soa.Excluded {
			degrees[f.Implementation] = true
		}
		if f.Justification != "" {
			reasons++
		}
	}
	switch {
	case answers[soa.Included] && answers[soa.Excluded]:
		p.Why = Disagree
		in.omit(CodeMergedDecision, in.sheet.Name, "have", k.ID.String(), "from", k.Former.String())
	case len(p.Missing) > 0 || answers[soa.Undecided]:
		p.Why = Incomplete
	case reasons == 0:
		p.Why = NoReason
	default:
		p.Why, p.Decision = Carried, p.From[0].Decision
	}
	switch {
	case len(p.Missing) > 0 || p.Why == Disagree || len(degrees) == 0:
	case len(degrees) == 1:
		p.Implementation = p.From[0].Implementation
	default:
		in.omit(CodeMergedStatus, in.sheet.Name, "have", k.ID.String(), "from", k.Former.String())
	}
	return p
}

// Merged yields the proposals for controls that replace several of 2013: 24.
func (d Draft) Merged() iter.Seq[Proposal] {
	return d.where(func(k annexa.Control) bool { return k.Former.Len() > 1 })
}

// New yields the proposals for controls that replace none: 11.
func (d Draft) New() iter.Seq[Proposal] {
	return d.where(func(k annexa.Control) bool { return k.Former.Len() == 0 })
}

func (d Draft) where(f func(annexa.Control) bool) iter.Seq[Proposal] {
	return func(yield func(Proposal) bool) {
		for _, p := range d.Proposals {
			if k, ok := annexa.Lookup(p.Control); ok && f(k) && !yield(p) {
				return
			}
		}
	}
}

// Controls are draft records of the proposals that say something: the decision
// with the reasons as they stood in 2013. Of an undecided one, they are its
// description, so that it stays undecided. New controls have none.
func (d Draft) Controls() []isms.Control {
	var list []isms.Control
	for _, p := range d.Proposals {
		if len(p.From) == 0 {
			continue
		}
		ref := isms.ControlID(p.Control.String())
		k := isms.Control{
			Common: isms.Common{ID: recordID(ref), Status: isms.Draft}, Ref: ref,
			Implementation: p.Implementation,
		}
		text := isms.Text{lang.EN: p.quote(lang.EN), lang.NL: p.quote(lang.NL)}
		switch p.Decision {
		case soa.Included:
			k.Include = text
		case soa.Excluded:
			k.Exclude = text
		case soa.Undecided:
			k.Description = text
		}
		list = append(list, k)
	}
	return list
}

// quote is what the statement of 2013 said, with the numbers, a line for each
// reason. Equal reasons stand once.
func (p Proposal) quote(l lang.Lang) string {
	lines := []string{Edition2013().In(l) + ":"}
	var reasons []string
	numbers := map[string][]string{}
	for _, f := range p.From {
		reason := f.Decision.Label(l) + ": "
		if f.Justification == "" {
			reason += lang.Text{EN: "no reason given", NL: "geen reden opgegeven"}.In(l)
		} else {
			reason += lang.Text{EN: "“" + f.Justification + "”", NL: "‘" + f.Justification + "’"}.In(l)
		}
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
		numbers[reason] = append(numbers[reason], f.Control.String())
	}
	for _, reason := range reasons {
		lines = append(lines, strings.Join(numbers[reason], ", ")+", "+reason)
	}
	return strings.Join(lines, "\n")
}

// Edition2013 is what every text that comes from a statement of 2013 is
// labelled with.
func Edition2013() lang.Text {
	return lang.Text{
		EN: "ISO/IEC 27001:2013, withdrawn since 31 October 2025",
		NL: "ISO/IEC 27001:2013, ingetrokken sinds 31 oktober 2025",
	}
}
