package spreadsheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Mapping says how a sheet is to be read, as data. The zero Mapping finds the
// columns by their usual titles and expects days as 2026-03-01.
type Mapping struct {
	// Header is the number of the row with the titles; 0 looks for it in the
	// first rows.
	Header int `json:"header,omitempty"`

	// Columns are the titles of columns, in any case. A field that is not here
	// is looked for under its usual titles; one with an empty title is not read.
	Columns map[Field]string `json:"columns,omitempty"`

	Lang lang.Lang `json:"lang,omitempty"` // of the texts; unset is without a stated language
	Days DayOrder  `json:"days,omitempty"` // of days that are text; unset is 2026-03-01 only

	// Methodology is the id of the one that the scores are of. It need not be
	// given when there is only one.
	Methodology isms.Ref[risk.Methodology] `json:"methodology,omitempty"`

	// Numbers says what a number is when the scales have values of their own.
	Numbers Numbers `json:"numbers,omitempty"`

	// Words of the organization, in any case, beside those that are understood:
	// the titles of steps, and our own words in English and Dutch.
	Likelihood map[string]int         `json:"likelihood,omitempty"` // to steps, from 1; 0 is not assessed
	Impact     map[string]int         `json:"impact,omitempty"`
	Options    map[string]risk.Option `json:"options,omitempty"`
	Statuses   map[string]isms.Status `json:"statuses,omitempty"`
	Owners     map[string]isms.Link   `json:"owners,omitempty"` // to persons and roles
}

// Field is something that a column can hold.
type Field string

// The fields. Likelihood, impact and level are there for each stage of a risk:
// see [Of].
const (
	Label         Field = "label" // the number people use: it tells the risk
	Title         Field = "title"
	Description   Field = "description"
	Threat        Field = "threat"
	Vulnerability Field = "vulnerability"
	Consequence   Field = "consequence"
	Assets        Field = "assets"   // by id, label or title; several with ; or on lines
	Affects       Field = "affects"  // confidentiality, integrity, availability, or as C, I, A or B, I, V
	Owner         Field = "owner"    // a person or role, by id, label, name or title
	Status        Field = "status"   // of the record
	Options       Field = "options"  // of the treatment
	Rationale     Field = "reason"   // of the treatment
	Controls      Field = "controls" // of the treatment: "A.8.12", or the id or label of an own control
	Action        Field = "action"   // one action of the plan
	ActionOwner   Field = "action-owner"
	ActionDue     Field = "action-due"
	ActionDone    Field = "action-done"
	Evaluated     Field = "evaluated" // the day of the evaluations
	Reviewed      Field = "reviewed"  // the day of the last review
)

// Of is the field of a stage: its likelihood, its impact, or "level", of which
// the methodology has the last word.
func Of(stage risk.Stage, what string) Field { return Field(string(stage) + "-" + what) }

const level = "level"

func stages() []risk.Stage { return []risk.Stage{risk.Inherent, risk.Current, risk.Residual} }

func likelihood(s risk.Stage) Field { return Of(s, string(risk.OfLikelihood)) }
func impact(s risk.Stage) Field     { return Of(s, string(risk.OfImpact)) }

// DayOrder is how a day is written as text.
type DayOrder string

// The orders, with any of - / . between the numbers.
const (
	DayMonthYear DayOrder = "dmy"
	MonthDayYear DayOrder = "mdy"
)

// Numbers is what the numbers of a sheet are, for scales with values.
type Numbers string

// The kinds of numbers.
const (
	Steps  Numbers = "steps"
	Values Numbers = "values"
)

// ReadMapping reads a mapping from strict JSON when name ends in ".json", and
// from YAML otherwise. The error is an [isms.ProblemError] with the place of
// everything that is wrong.
func ReadMapping(name string, r io.Reader) (Mapping, error) {
	data, err := io.ReadAll(io.LimitReader(r, yamljson.MaxBytes+1))
	if err != nil {
		return Mapping{}, fmt.Errorf("mapping %s: %w", name, err)
	}
	var m Mapping
	doc, err := yamljson.Parse(name, data)
	if err == nil {
		err = doc.Decode(&m)
	}
	faults, ok := errors.AsType[yamljson.Errors](err)
	if !ok {
		if err != nil {
			return Mapping{}, err
		}
		problems := m.check()
		for i := range problems {
			line, column := doc.Position(problems[i].Path)
			problems[i].Where = fmt.Sprintf("%s:%d:%d", name, line, column)
		}
		return m, failed(problems)
	}
	var problems []isms.Problem
	for _, f := range faults {
		problems = append(problems, isms.Problem{
			Code: isms.Code(f.Code), Path: f.Path, Args: f.Args, Where: f.File + ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column),
		})
	}
	return Mapping{}, failed(problems)
}

func failed(problems []isms.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &isms.ProblemError{Problems: problems}
}

// check lists what is wrong with a mapping by itself.
func (m Mapping) check() []isms.Problem {
	var problems []isms.Problem
	bad := func(code isms.Code, path string, args map[string]string) {
		problems = append(problems, isms.Problem{Code: code, Path: path, Args: args})
	}
	usual := usualTitles()
	for f := range m.Columns {
		if _, known := usual[f]; !known {
			bad(CodeField, "/columns/"+string(f), map[string]string{"have": string(f)})
		}
	}
	word := func(path, have string, want ...string) {
		if !slices.Contains(want, have) {
			bad(isms.CodeEnum, path, map[string]string{"have": have, "want": strings.Join(want[1:], ", ")})
		}
	}
	word("/days", string(m.Days), "", string(DayMonthYear), string(MonthDayYear))
	word("/numbers", string(m.Numbers), "", string(Steps), string(Values))
	for w, o := range m.Options {
		word("/options/"+w, string(o), "", string(risk.Mitigate), string(risk.Accept), string(risk.Transfer), string(risk.Avoid))
	}
	for w, s := range m.Statuses {
		word("/statuses/"+w, string(s), "", string(isms.Draft), string(isms.Approved), string(isms.Retired))
	}
	for w, l := range m.Owners {
		if l.Kind != "person" && l.Kind != "role" {
			bad(isms.CodeOwnerKind, "/owners/"+w, map[string]string{"have": l.String()})
		}
	}
	slices.SortFunc(problems, func(a, b isms.Problem) int { return strings.Compare(a.Path, b.Path) })
	return problems
}

// usualTitles are titles under which people keep a field, folded.
func usualTitles() map[Field][]string {
	titles := map[Field][]string{
		Label:         {"number", "nr", "no", "id", "risk id", "risk no", "ref", "nummer", "risiconummer", "risico id", "risiconr"},
		Title:         {"risk", "title", "name", "risk title", "risk name", "risico", "titel", "naam"},
		Description:   {"description", "scenario", "risk description", "omschrijving", "beschrijving", "toelichting"},
		Threat:        {"threat", "dreiging", "bedreiging"},
		Vulnerability: {"vulnerability", "kwetsbaarheid", "weakness"},
		Consequence:   {"consequence", "consequences", "gevolg", "gevolgen"},
		Assets:        {"asset", "assets", "bedrijfsmiddel", "bedrijfsmiddelen"},
		Affects:       {"cia", "biv", "affects", "raakt"},
		Owner:         {"owner", "risk owner", "eigenaar", "risico eigenaar", "risicoeigenaar"},
		Status:        {"status", "record status"},
		Options:       {"treatment", "treatment option", "option", "strategy", "response", "behandeling", "behandeloptie", "optie", "strategie"},
		Rationale:     {"rationale", "treatment rationale", "onderbouwing"},
		Controls:      {"controls", "control", "annex a", "beheersmaatregelen", "beheersmaatregel", "maatregelen"},
		Action:        {"action", "planned action", "actie"},
		ActionOwner:   {"action owner", "actiehouder", "actie eigenaar"},
		ActionDue:     {"due", "due date", "deadline", "gereed", "gereed op", "einddatum"},
		ActionDone:    {"done", "done on", "completed", "afgerond", "afgerond op"},
		Evaluated:     {"evaluated", "assessed on", "assessment date", "beoordeeld op", "datum beoordeling"},
		Reviewed:      {"last review", "reviewed", "review date", "laatste beoordeling", "laatste herbeoordeling"},
	}
	what := map[string][]string{
		string(risk.OfLikelihood): {"likelihood", "probability", "chance", "waarschijnlijkheid", "kans"},
		string(risk.OfImpact):     {"impact", "severity", "effect"},
		level:                     {"level", "score", "risk level", "risk score", "rating", "niveau", "risiconiveau", "risicoscore"},
	}
	stage := map[risk.Stage][]string{
		risk.Inherent: {"inherent", "gross", "initial", "bruto", "inherente", "inherent risk", "inherent risico", "bruto risico"},
		risk.Current:  {"current", "huidige", "huidig", "current risk", "huidig risico"},
		risk.Residual: {"residual", "net", "target", "rest", "netto", "resterende", "residual risk", "restrisico", "netto risico"},
	}
	for s, names := range stage {
		for w, words := range what {
			var list []string
			for _, name := range names {
				if w == level && strings.Contains(name, "ris") {
					list = append(list, name) // "residual risk" is its level
				}
				for _, word := range words {
					list = append(list, name+" "+word, word+" "+name)
				}
			}
			if s == risk.Current { // what people mean when they do not say
				list = append(list, words...)
			}
			titles[Of(s, w)] = list
		}
	}
	return titles
}

// fold makes texts equal that people take for the same: in any case, and with
// anything but letters and digits read as one blank.
func fold(s string) string {
	var out strings.Builder
	blank := false
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			blank = out.Len() > 0
			continue
		}
		if blank {
			out.WriteByte(' ')
			blank = false
		}
		out.WriteRune(r)
	}
	return out.String()
}
