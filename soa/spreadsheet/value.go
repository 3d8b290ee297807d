package spreadsheet

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
)

// sameText tells whether a returned text is what was sent: exactly, or as a way
// through CSV leaves it, with joined lines and apostrophes before what could
// run.
func sameText(sent, returned string) bool {
	if bare(visible(returned)) == bare(visible(sent)) {
		return true
	}
	return strings.Contains(lines(sent), "\n") && joined(returned) == joined(sent)
}

// joined is a text with lines as CSV has it, but for blanks around what joins
// them: those do not all survive.
func joined(s string) string {
	parts := strings.Split(strings.ReplaceAll(shown(lines(s)), "\n", ";"), ";")
	for i := range parts {
		parts[i] = strings.TrimSpace(bare(strings.TrimSpace(parts[i])))
	}
	return bare(strings.Join(parts, ";"))
}

// bare is a text without the apostrophes before what could run, however many
// ways through CSV put there.
func bare(s string) string {
	for {
		less := sheet.Unprotect(s)
		if less == s {
			return s
		}
		s = less
	}
}

// visible is a text without what renderings replace or drop: control
// characters, blanks at line ends and around it.
func visible(s string) string {
	list := strings.Split(shown(lines(s)), "\n")
	for i := range list {
		list[i] = strings.TrimRightFunc(list[i], unicode.IsSpace)
	}
	return strings.TrimSpace(strings.Join(list, "\n"))
}

// lines is a text with one kind of line end, and tabs as blanks.
func lines(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return '\n'
		case '\t':
			return ' '
		default:
			return r
		}
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// shown is a text without control characters, and those without a picture.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef) {
			return -1
		}
		return r
	}, s)
}

// parseWord finds the value that a text names: by the word itself or its label
// in either language, in any case.
func parseWord[T interface {
	~string
	Label(lang.Lang) string
}](text string, values []T,
) (T, bool) {
	text = strings.Join(strings.Fields(text), " ")
	for _, v := range values {
		for _, name := range []string{string(v), v.Label(lang.EN), v.Label(lang.NL)} {
			if strings.EqualFold(text, name) {
				return v, true
			}
		}
	}
	var none T
	return none, false
}

func parseDegree(text string) (isms.Implementation, bool) { return parseWord(text, degrees()) }

func parseDecision(text string) (soa.Decision, bool) { return parseWord(text, decisions()) }

// parseDay reads a day: as 2026-03-01, or as people and spreadsheets write it
// when that can only be one, or is the one that was sent.
func parseDay(text string, sent isms.Date) (isms.Date, bool) {
	if d, err := isms.ParseDate(text); err == nil {
		return d, true
	}
	var found []isms.Date
	for _, layout := range []string{"2-1-2006", "2/1/2006", "2.1.2006", "1/2/2006", "1-2-2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			found = append(found, isms.DateOf(t))
		}
	}
	slices.SortFunc(found, isms.Date.Compare)
	found = slices.Compact(found)
	switch {
	case slices.Contains(found, sent) && !sent.IsZero():
		return sent, true
	case len(found) == 1:
		return found[0], true
	default:
		return isms.Date{}, false
	}
}

// parties finds persons and roles by what people call them.
type parties map[string][]isms.Link // by name in lower case

// readParties reads those that are not retired, with their name, label and id.
func readParties(tx *isms.Tx) (parties, error) {
	all := parties{}
	add := func(l isms.Link, names ...string) {
		for _, n := range names {
			n = strings.ToLower(strings.Join(strings.Fields(n), " "))
			if n != "" && !slices.Contains(all[n], l) {
				all[n] = append(all[n], l)
			}
		}
	}
	for p, err := range isms.Persons(tx).All() {
		if err != nil {
			return nil, err
		}
		if p.Status != isms.Retired {
			add(isms.LinkTo(p), p.Name, p.Label, p.ID, isms.LinkTo(p).String())
		}
	}
	for r, err := range isms.Roles(tx).All() {
		if err != nil {
			return nil, err
		}
		if r.Status != isms.Retired {
			add(isms.LinkTo(r), r.Label, r.ID, isms.LinkTo(r).String())
			for _, title := range r.Title {
				add(isms.LinkTo(r), title)
			}
		}
	}
	return all, nil
}

// find reads "IT manager (role/it-manager)", "role/it-manager" or "IT manager".
func (p parties) find(text string) (isms.Link, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if i := strings.LastIndexByte(text, '('); i >= 0 && strings.HasSuffix(text, ")") {
		if found := p[text[i+1:len(text)-1]]; len(found) == 1 {
			return found[0], true
		}
	}
	if found := p[text]; len(found) == 1 {
		return found[0], true
	}
	return isms.Link{}, false
}

// linkIn is the link that an owner's text ends with; zero without one.
func linkIn(text string) isms.Link {
	text = strings.TrimSpace(text)
	if i := strings.LastIndexByte(text, '('); i >= 0 && strings.HasSuffix(text, ")") {
		text = text[i+1 : len(text)-1]
	}
	l, err := isms.ParseLink(text)
	if err != nil {
		return isms.Link{}
	}
	return l.Entity()
}
