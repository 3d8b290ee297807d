package report

import "github.com/ismskit/ismskit/isms/lang"

// noteTitle is the heading of a note: its own, or the word for its tone.
func noteTitle(n Note, l lang.Lang) string {
	if n.Title != "" {
		return n.Title
	}
	switch n.Tone {
	case Neutral, Good: // a word of ours never says that all is well
		return lang.Text{EN: "Note", NL: "Opmerking"}.In(l)
	case Warn:
		return lang.Text{EN: "Attention", NL: "Let op"}.In(l)
	case Bad:
		return lang.Text{EN: "Action needed", NL: "Actie nodig"}.In(l)
	case Unknown:
	}
	return lang.Text{EN: "Not known", NL: "Onbekend"}.In(l)
}

// nothing stands where a table or list has no entries.
func nothing(l lang.Lang) string {
	return lang.Text{EN: "No entries.", NL: "Geen gegevens."}.In(l)
}

func contents(l lang.Lang) string {
	return lang.Text{EN: "Contents", NL: "Inhoud"}.In(l)
}
