package spreadsheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// scale reads the steps of one scale of the methodology.
type scale struct {
	of     risk.Scale
	own    map[string]int // the mapping's words, in lower case
	values bool           // numbers are values of the scale
}

// method chooses the methodology that scores are of.
func (r *reader) method(in risk.Inputs) {
	where := r.scores()
	found := newest(in.Methodologies, string(r.mapping.Methodology))
	if len(found) != 1 || found[0].Rev == 0 {
		if where != "" {
			r.problem(CodeMethodology, where, isms.Link{}, "have", string(r.mapping.Methodology))
		}
		return
	}
	r.methodology, r.scored = found[0], true
	r.likelihood = scale{r.methodology.Likelihood, lowerKeys(r.mapping.Likelihood), r.mapping.Numbers == Values}
	r.impact = scale{r.methodology.Impact, lowerKeys(r.mapping.Impact), r.mapping.Numbers == Values}
	if where != "" && r.mapping.Numbers == "" && (r.likelihood.ownValues() || r.impact.ownValues()) {
		r.problem(CodeNumbers, where, isms.LinkTo(r.methodology))
	}
}

// scores is the title of the first column of scores; empty when there is none.
func (r *reader) scores() string {
	for _, s := range stages() {
		for _, f := range []Field{likelihood(s), impact(s)} {
			if i, there := r.columns.at[f]; there {
				return r.sheet.Place(r.sheet.Rows[r.columns.header].Number, i)
			}
		}
	}
	return ""
}

// newest is the newest revision of the methodology with an id or, without one,
// of each that is not retired.
func newest(list []risk.Methodology, id string) []risk.Methodology {
	var found []risk.Methodology
	for _, m := range list {
		if id != "" && m.ID != id || id == "" && m.Status == isms.Retired {
			continue
		}
		i := slices.IndexFunc(found, func(x risk.Methodology) bool { return x.ID == m.ID })
		switch {
		case i < 0:
			found = append(found, m)
		case m.Rev > found[i].Rev:
			found[i] = m
		}
	}
	return found
}

func lowerKeys(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for w, n := range m {
		out[strings.ToLower(w)] = n
	}
	return out
}

// ownValues tells whether the values of the scale are other numbers than its
// steps.
func (s scale) ownValues() bool {
	for i, v := range s.of.Values {
		if v != i+1 {
			return true
		}
	}
	return false
}

// step reads a step: by its number, its name in any language, a word of the
// mapping, or a number with a name that agree. 0 is not assessed.
func (s scale) step(text string) (n int, ok bool) {
	if n, ok := s.own[strings.ToLower(text)]; ok {
		return n, n >= 0 && n <= len(s.of.Steps)
	}
	if notStated(text) {
		return 0, true
	}
	number, name := split(text)
	if number == "" {
		n := s.named(name)
		return n, n > 0
	}
	n, ok = s.number(number)
	return n, ok && (name == "" || s.named(name) == n)
}

// split takes a number and a name apart: "4", "4 Likely", "4 - Likely",
// "Likely (4)". Without a whole number all of it is the name.
func split(text string) (number, name string) {
	if number := whole(text); number != "" {
		return number, ""
	}
	if before, last, found := strings.Cut(text, "("); found && strings.HasSuffix(last, ")") {
		if number := whole(strings.TrimSuffix(last, ")")); number != "" {
			return number, strings.TrimSpace(before)
		}
	}
	if first, rest, found := strings.Cut(text, " "); found {
		if number := whole(strings.TrimRight(first, ".:)-=")); number != "" {
			return number, strings.TrimSpace(strings.TrimLeft(rest, "-–:= "))
		}
	}
	return "", text
}

func (s scale) number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, false
	}
	if s.values && len(s.of.Values) > 0 {
		i := slices.Index(s.of.Values, n)
		return i + 1, i >= 0
	}
	return n, n >= 1 && n <= len(s.of.Steps)
}

// named is the step with a name; 0 when there is none, or several.
func (s scale) named(text string) int {
	found := 0
	for i, step := range s.of.Steps {
		if called(step.Title, text) {
			if found > 0 {
				return 0
			}
			found = i + 1
		}
	}
	return found
}

// called tells whether a title is this text in some language. A text with a sign
// before a number is none: fold would make 3 of -3.
func called(t isms.Text, text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(texts(t), func(s string) bool {
		return strings.ToLower(s) == text || fold(s) == fold(text) && !strings.ContainsAny(text, "0123456789")
	})
}

// whole is the digits of a whole number such as 4, 4.0 or 4,00; "" for anything
// else, 1,000 included, which is read as one in some places and as a thousand in
// others.
func whole(s string) string {
	digits, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if digits == "" || strings.Trim(digits, "0123456789") != "" || strings.Trim(fraction, "0") != "" || len(fraction) > 2 {
		return ""
	}
	return digits
}

// notStated tells the ways of saying that there is no score.
func notStated(s string) bool {
	switch fold(s) {
	case "", "n a", "na", "n v t", "nvt", "tbd", "unknown", "not assessed", "not rated", "onbekend", "niet beoordeeld", "nog niet beoordeeld", "niet bekend", "ntb", "n t b":
		return !strings.ContainsAny(s, "0123456789")
	}
	return false
}

func (r *reader) evaluations(x *risk.Risk) {
	on, dated := r.day(Evaluated)
	for _, stage := range stages() {
		e := map[risk.Stage]*risk.Evaluation{risk.Inherent: &x.Inherent, risk.Current: &x.Current, risk.Residual: &x.Residual}[stage]
		r.evaluation(stage, e, *x)
		if dated && (e.Likelihood != 0 || e.Impact != 0) {
			e.On = on
		}
		r.level(stage, *e, *x)
	}
}

// evaluation reads the scores of a stage. A blank cell says nothing; that there
// is no score is said by a word such as "unknown".
func (r *reader) evaluation(stage risk.Stage, e *risk.Evaluation, x risk.Risk) {
	l, saysL := r.score(likelihood(stage), r.likelihood, x)
	i, saysI := r.score(impact(stage), r.impact, x)
	if !r.scored || !saysL && !saysI {
		return
	}
	next := *e
	if saysL {
		next.Likelihood = l
	}
	if saysI {
		next.Impact = i
	}
	if next.Likelihood == e.Likelihood && next.Impact == e.Impact && (e.Methodology.IsZero() || e.Methodology.Entity() == r.methodology.Pin().Entity()) {
		if !e.Methodology.IsZero() && e.Methodology != r.methodology.Pin() {
			r.omit(OmitOldRate, r.place(likelihood(stage)), isms.LinkTo(x), "have", e.Methodology.String())
		}
		return // the same judgement, of the revision it was made with
	}
	*e = risk.Evaluation{Likelihood: next.Likelihood, Impact: next.Impact} // a new judgement: day, person and reasons were of the old
	if next.Likelihood != 0 || next.Impact != 0 {
		e.Methodology = r.methodology.Pin()
	}
}

// score reads one cell; says is false when it is blank.
func (r *reader) score(f Field, s scale, x risk.Risk) (n int, says bool) {
	text := r.text(f)
	if text == "" || !r.scored {
		return 0, false
	}
	n, ok := s.step(text)
	if !ok {
		r.problem(CodeOffScale, r.place(f), isms.LinkTo(x), "have", text, "want", s.want())
		return 0, false
	}
	return n, true
}

// want are the steps and names of the scale, for a message.
func (s scale) want() string {
	steps := make([]string, len(s.of.Steps))
	for i, step := range s.of.Steps {
		n := i + 1
		if s.values && i < len(s.of.Values) {
			n = s.of.Values[i]
		}
		steps[i] = strings.TrimSpace(strconv.Itoa(n) + " " + step.Title.In(lang.EN))
	}
	return strings.Join(steps, ", ")
}

// level compares what a sheet says the level is with what the methodology says.
func (r *reader) level(stage risk.Stage, e risk.Evaluation, x risk.Risk) {
	f := Of(stage, level)
	text := r.text(f)
	if text == "" || notStated(text) && !e.Assessed() {
		return
	}
	if !e.Assessed() {
		r.omit(OmitBare, r.place(f), isms.LinkTo(x), "have", text)
		return
	}
	if e.Methodology != r.methodology.Pin() {
		return // rated with an older revision, which was said
	}
	rated := r.methodology.Rate(e, x.Categories...)
	number, name := split(text)
	if number != "" && r.methodology.Formula.IsZero() {
		if !r.noScores {
			r.noScores = true
			r.omit(OmitScore, r.place(f), isms.LinkTo(x), "have", text)
		}
		number = ""
	}
	same := (number == "" || number == strconv.Itoa(rated.Score)) &&
		(name == "" || called(rated.Band.Title, name) || strings.EqualFold(name, rated.Band.ID))
	if !same {
		want := rated.Label(lang.EN)
		if rated.Score != 0 {
			want = strconv.Itoa(rated.Score) + " " + want
		}
		r.omit(OmitLevel, r.place(f), isms.LinkTo(x), "have", text, "want", want)
	}
}
