package spreadsheet

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

// column is one column of the sheet. Its key is the JSON name of the member of
// [isms.Control] that it edits, or a word of its own.
type column struct {
	key   string
	title lang.Text
	width int
	kind  report.Kind

	// Of a member that people edit: its value as one canonical text, and how to
	// set it. A text is that of language l.
	value  func(k isms.Control, l lang.Lang) string
	assign func(k *isms.Control, l lang.Lang, value string)
	text   func(k *isms.Control) *isms.Text // of a text
}

const (
	keyNumber         = "number"
	keyTitle          = "title"
	keyDrivers        = "drivers"
	keyApplicable     = "applicable"
	keyInclude        = "include"
	keyExclude        = "exclude"
	keyImplementation = "implementation"
	keySince          = "since"
	keyDue            = "due"
	keyOwner          = "owner"
)

// columns are the columns of the sheet in the order that it has them.
func columns() []column {
	return []column{
		{key: keyNumber, title: lang.Text{EN: "Control", NL: "Nummer"}},
		{key: keyTitle, title: lang.Text{EN: "Title", NL: "Beheersmaatregel"}, width: 28},
		{key: keyDrivers, title: lang.Text{EN: "Follows from", NL: "Volgt uit"}, width: 24},
		{key: keyApplicable, title: lang.Text{EN: "Applicable", NL: "Van toepassing"}, width: 14},
		textColumn(keyInclude, lang.Text{EN: "Own reason to include", NL: "Eigen reden om toe te passen"}, func(k *isms.Control) *isms.Text { return &k.Include }),
		textColumn(keyExclude, lang.Text{EN: "Reason to leave out", NL: "Reden van uitsluiting"}, func(k *isms.Control) *isms.Text { return &k.Exclude }),
		{
			key: keyImplementation, title: lang.Text{EN: "Implementation", NL: "Implementatie"}, width: 16,
			value:  func(k isms.Control, _ lang.Lang) string { return string(k.Implementation) },
			assign: func(k *isms.Control, _ lang.Lang, v string) { k.Implementation = isms.Implementation(v) },
		},
		dayColumn(keySince, lang.Text{EN: "Implemented since", NL: "Geïmplementeerd sinds"}, func(k *isms.Control) *isms.Date { return &k.Since }),
		textColumn("how", lang.Text{EN: "How it is implemented", NL: "Wijze van implementatie"}, func(k *isms.Control) *isms.Text { return &k.How }),
		textColumn("plan", lang.Text{EN: "Plan", NL: "Plan"}, func(k *isms.Control) *isms.Text { return &k.Plan }),
		dayColumn(keyDue, lang.Text{EN: "Plan due", NL: "Plan gereed"}, func(k *isms.Control) *isms.Date { return &k.Due }),
		{
			key: keyOwner, title: lang.Text{EN: "Owner", NL: "Eigenaar"}, width: 18,
			value: func(k isms.Control, _ lang.Lang) string { return k.Owner.Entity().String() },
			assign: func(k *isms.Control, _ lang.Lang, v string) {
				k.Owner, _ = isms.ParseLink(v) // as it was found, or empty
			},
		},
	}
}

func textColumn(key string, title lang.Text, of func(*isms.Control) *isms.Text) column {
	return column{
		key: key, title: title, width: 28, text: of,
		value:  func(k isms.Control, l lang.Lang) string { return of(&k).In(l) },
		assign: func(k *isms.Control, l lang.Lang, v string) { setText(of(k), l, v) },
	}
}

// setText gives the text that a reader of language l sees another value.
// Without a value it goes in every language.
func setText(t *isms.Text, l lang.Lang, v string) {
	if v == "" {
		*t = nil
		return
	}
	changed := isms.Text{textKey(*t, l): v}
	for other, s := range *t {
		if _, set := changed[other]; !set {
			changed[other] = s
		}
	}
	*t = changed
}

// textKey is the language under which a change in a sheet of language l goes: a
// text without a language stays one.
func textKey(t isms.Text, l lang.Lang) lang.Lang {
	if t[l] == "" && (t[""] != "" || t.IsZero()) {
		return ""
	}
	return l
}

// inOthers tells whether a text has a value beside the one that a change in
// language l replaces.
func inOthers(t isms.Text, l lang.Lang) bool {
	for other, s := range t {
		if s != "" && other != textKey(t, l) {
			return true
		}
	}
	return false
}

func dayColumn(key string, title lang.Text, of func(*isms.Control) *isms.Date) column {
	return column{
		key: key, title: title, kind: report.KindDate, width: 12,
		value: func(k isms.Control, _ lang.Lang) string { return of(&k).String() },
		assign: func(k *isms.Control, _ lang.Lang, v string) {
			*of(k), _ = isms.ParseDate(v) // as it was found, or empty
		},
	}
}

// columnOf is the column with a key.
func columnOf(key string) column {
	for _, c := range columns() {
		if c.key == key {
			return c
		}
	}
	return column{}
}

// mark begins the title of the hidden column by which a sheet is known as one
// of ours. After it come the version, the language, the management system and
// the keys of the columns in the order that they had.
const mark = "ismskit soa 1 "

// layout is what that title says.
type layout struct {
	lang  lang.Lang
	scope isms.Ref[isms.Scope]
	keys  []string
}

func (l layout) String() string {
	scope := string(l.scope)
	if scope == "" {
		scope = "-"
	}
	return mark + string(l.lang) + " " + scope + " " + strings.Join(l.keys, ",")
}

func parseLayout(s string) (layout, bool) {
	rest, found := strings.CutPrefix(strings.TrimSpace(s), mark)
	parts := strings.Fields(rest)
	if !found || len(parts) != 3 {
		return layout{}, false
	}
	l := layout{lang: lang.Lang(parts[0]), keys: strings.Split(parts[2], ",")}
	if parts[1] != "-" {
		l.scope = isms.Ref[isms.Scope](parts[1])
	}
	return l, true
}

const (
	titleRecord = "ismskit record"
	titleSent   = "ismskit sent"
)

// sent is what the sheet said of a row when it went away: the decision, whether
// a record demands the control, and what its cells for reading held.
type sent struct {
	decision soa.Decision
	driven   bool
	digest   string
}

func (s sent) String() string {
	driven := "free"
	if s.driven {
		driven = "driven"
	}
	return string(s.decision) + " " + driven + " " + s.digest
}

func parseSent(s string) (sent, bool) {
	parts := strings.Fields(s)
	if len(parts) != 3 {
		return sent{}, false
	}
	return sent{soa.Decision(parts[0]), parts[1] == "driven", parts[2]}, true
}

// digest is of letters and digits only, so that no way through a spreadsheet
// changes it.
func digest(texts ...string) string {
	h := sha256.New()
	for _, s := range texts {
		_, _ = h.Write([]byte(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)))
		_, _ = h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
