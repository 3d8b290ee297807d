package soa

import (
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Explanation is why one control is included, excluded or undecided, by every
// path that leads there.
type Explanation struct {
	Name     string // of the control, as auditors look for it: "A.8.12"
	Title    isms.Text
	Decision Decision // unset when the statement has no such control
	Reasons  []Reason // that include it
	Against  []Reason // that leave it out
	Facts    []Reason // that speak against leaving it out
}

// Why explains the decision on a control. O(rows).
func (s Statement) Why(id isms.ControlID) Explanation {
	for i := range s.Rows {
		if s.Rows[i].Control == id {
			return s.Rows[i].Why()
		}
	}
	return Explanation{Name: string(id)}
}

// Why explains the row's decision.
func (r Row) Why() Explanation {
	return Explanation{Name: r.Name(), Title: r.Title, Decision: r.Decision, Reasons: r.Reasons, Against: r.Against, Facts: r.Facts}
}

// Text is the explanation in language l: a sentence, and a line for each path
// with the record and revision it comes from.
func (e Explanation) Text(l lang.Lang) string {
	var sentence lang.Text
	switch e.Decision {
	case Included:
		sentence = lang.Text{EN: "{control} is included, because of:", NL: "{control} is van toepassing, vanwege:"}
	case Excluded:
		sentence = lang.Text{EN: "{control} is excluded, because of:", NL: "{control} is uitgesloten, vanwege:"}
	case Undecided:
		sentence = lang.Text{
			EN: "{control} is undecided: no risk treatment, requirement or policy in force names it, and no reason is recorded to include it or to leave it out.",
			NL: "{control} is niet besloten: geen risicobehandeling, geldende eis of geldend beleid noemt de maatregel, en er is geen reden vastgelegd om de maatregel toe te passen of uit te sluiten.",
		}
	default:
		sentence = lang.Text{EN: "{control} is not in this statement.", NL: "{control} staat niet in deze verklaring."}
	}
	lines := []string{sentence.Fill(l, map[string]string{"control": strings.TrimSpace(e.Name + " " + e.Title.In(l))})}
	for _, r := range e.Reasons {
		lines = append(lines, "- "+r.Path(l))
	}
	if len(e.Reasons) > 0 && len(e.Against) > 0 {
		lines = append(lines, lang.Text{EN: "Yet this is recorded too:", NL: "Toch is ook vastgelegd:"}.In(l))
	}
	for _, r := range e.Against {
		lines = append(lines, "- "+r.Path(l))
	}
	if len(e.Facts) > 0 {
		lines = append(lines, lang.Text{EN: "Yet the records show:", NL: "Toch laten de registraties zien:"}.In(l))
	}
	for _, r := range e.Facts {
		lines = append(lines, "- "+r.Path(l))
	}
	return strings.Join(lines, "\n")
}

// String is the explanation in English.
func (e Explanation) String() string { return e.Text(lang.EN) }

// Path is the reason in one line of language l, with what is behind it and the
// record and revision it comes from: "risk treatment: R-014 Laptop stolen
// (mitigate; current risk: high; owner: Ann) [risk/r-014@3]".
func (r Reason) Path(l lang.Lang) string {
	var details []string
	add := func(name lang.Text, value string) {
		if value != "" {
			details = append(details, name.In(l)+value)
		}
	}
	if r.Kind != RecordedFact {
		add(lang.Text{}, r.Source)
	}
	for _, o := range r.Options {
		add(lang.Text{}, o.Label(l))
	}
	if level := r.Level.In(l); level != "" {
		details = append(details, risk.Current.Label(l)+": "+level)
	}
	add(lang.Text{EN: "owner: ", NL: "eigenaar: "}, r.Owner.Name(l))
	behind := make([]string, len(r.Behind))
	for i, e := range r.Behind {
		behind[i] = e.Name(l)
	}
	name := lang.Text{EN: "document: ", NL: "document: "}
	switch r.Kind {
	case RiskTreatment:
		name = lang.Text{EN: "assets: ", NL: "bedrijfsmiddelen: "}
	case RecordedFact:
		name = lang.Text{EN: "records: ", NL: "registraties: "}
	default:
	}
	add(name, strings.Join(behind, ", "))
	s := r.kind(l) + r.what(l)
	if len(details) > 0 {
		s += " (" + strings.Join(details, "; ") + ")"
	}
	if !r.From.Link.IsZero() || r.Kind != RecordedFact {
		s += r.From.mark(l)
	}
	if link := r.From.Link.String(); link != "" {
		s += " [" + link + "]"
	}
	return s
}

// kind is "law or regulation: ", or nothing for a kind that is not ours.
func (r Reason) kind(l lang.Lang) string {
	if label := r.Kind.Label(l); label != "" {
		return label + ": "
	}
	return ""
}

// what is the organization's own reason, or the record it took over: "R-014
// Laptop stolen".
func (r Reason) what(l lang.Lang) string {
	if text := r.Text.In(l); text != "" {
		return text
	}
	name := r.From.Name(l)
	if r.From.Label != "" && r.From.Label != name {
		return r.From.Label + " " + name
	}
	return name
}

// mark says that a record is not, or no longer, approved: " (draft)".
func (e Entry) mark(l lang.Lang) string {
	switch e.Status {
	case isms.Approved:
		return ""
	case isms.Draft, isms.Retired:
		return " (" + e.Status.Label(l) + ")"
	default: // unset reads as draft
		return " (" + isms.Draft.Label(l) + ")"
	}
}
