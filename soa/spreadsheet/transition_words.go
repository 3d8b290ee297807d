package spreadsheet

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
)

// decision reads the answer to whether a control applies.
func (in *former) decision(c sheet.Cell) (soa.Decision, bool) {
	word := in.word(c)
	if d, known := parseDecision(word); known {
		return d, true
	}
	switch {
	case slices.Contains(yes(), word), oneOf(word, "applicable", "in scope", "included", "relevant", "van toepassing", "opgenomen"):
		return soa.Included, true
	case slices.Contains(no(), word), oneOf(word, "n/a", "na", "n.a.", "not applicable", "out of scope", "excluded", "not relevant", "nvt", "n.v.t.", "n.v.t", "niet van toepassing", "uitgesloten"):
		return soa.Excluded, true
	default:
		return soa.Undecided, false
	}
}

// degree reads the answer to how far a control is.
func (in *former) degree(c sheet.Cell) (isms.Implementation, bool) {
	word := in.word(c)
	if d, known := parseDegree(word); known {
		return d, true
	}
	switch {
	case slices.Contains(yes(), word), oneOf(word, "fully implemented", "done", "in place", "volledig geïmplementeerd", "ingevoerd", "gereed"):
		return isms.Implemented, true
	case slices.Contains(no(), word), oneOf(word, "not in place", "to do", "niet ingevoerd"):
		return isms.NotImplemented, true
	case oneOf(word, "partial", "partially", "partly", "partially implemented", "gedeeltelijk", "deels", "deels geïmplementeerd", "gedeeltelijk ingevoerd"):
		return isms.Partial, true
	case oneOf(word, "in progress", "planned", "in planning", "in uitvoering", "gepland"):
		return isms.Planned, true
	default:
		return "", false
	}
}

// word is an answer in lower case, or the word of ours that the mapping has
// for it.
func (in *former) word(c sheet.Cell) string {
	word := fold(c.Text)
	for theirs, ours := range in.mapping.Words {
		if fold(theirs) == word {
			return fold(ours)
		}
	}
	return word
}

func oneOf(word string, list ...string) bool { return slices.Contains(list, word) }

func yes() []string { return strings.Fields("yes y ja j true waar x ✓ ✔ 1") }

func no() []string { return strings.Fields("no n nee false onwaar 0") }
