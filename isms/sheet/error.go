package sheet

import (
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Error says why a file is not read, and where the fault is.
type Error struct {
	Format Format // unset when it is not known
	Part   string // the entry of an XLSX file: "xl/worksheets/sheet1.xml"
	Place  string // "Risks!C4"; or "line 12" of a CSV file or of Part
	Reason Reason
	Detail string // in English, for a developer; the Reason has a text in each language
}

// Error is the fault in one English line.
func (e *Error) Error() string {
	parts := []string{strings.TrimSpace("sheet " + e.Format.String())}
	for _, s := range []string{e.Part, e.Place, e.Reason.Label().EN, e.Detail} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Text is the fault for a person, in language l.
func (e *Error) Text(l lang.Lang) string {
	if e.Place == "" {
		return e.Reason.Label().In(l)
	}
	return e.Place + ": " + e.Reason.Label().In(l)
}

func fault(reason Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// Reason is the kind of fault that makes a file unusable.
type Reason uint8

// The reasons.
const (
	ReasonUnset        Reason = iota
	ReasonEmpty               // there is nothing in it
	ReasonUnrecognised        // neither CSV nor XLSX
	ReasonXLS                 // the binary format of before 2007
	ReasonXLSB                // the binary format of today
	ReasonODS                 // OpenDocument
	ReasonPassword            // protected by a password
	ReasonMacros              // holds programs
	ReasonExternal            // takes data from elsewhere
	ReasonEmbedded            // holds objects of other programs
	ReasonEntity              // XML that declares or uses entities
	ReasonEntryName           // an entry that would be outside of the archive, or cannot be named
	ReasonTwice               // two entries with one name, in whatever case
	ReasonSheetName           // a sheet with a name that no spreadsheet gives, or that two have
	ReasonBomb                // unpacks to far more than it is
	ReasonLimit               // another limit of this package
	ReasonCharset             // not a known character encoding
	ReasonSeparator           // it does not show what separates the columns
	ReasonTruncated           // the file is not complete
	ReasonDamaged             // the archive contradicts itself
	ReasonSyntax              // not as the format has it
)

// String is the reason as one word, stable.
func (r Reason) String() string {
	return word([]string{
		"", "empty", "unrecognised", "xls", "xlsb", "ods", "password", "macros", "external", "embedded", "entity",
		"entry-name", "twice", "sheet-name", "bomb", "limit", "charset", "separator", "truncated", "damaged", "syntax",
	}, r)
}

// Label is the reason as a person reads it, and what to do about it.
func (r Reason) Label() lang.Text {
	switch r {
	case ReasonEmpty:
		return lang.Text{EN: "the file is empty", NL: "het bestand is leeg"}
	case ReasonUnrecognised:
		return lang.Text{EN: "neither a CSV nor an XLSX file", NL: "geen CSV- of XLSX-bestand"}
	case ReasonXLS:
		return lang.Text{EN: "an old Excel file (.xls): save it as .xlsx", NL: "een oud Excel-bestand (.xls): sla het op als .xlsx"}
	case ReasonXLSB:
		return lang.Text{EN: "a binary Excel file (.xlsb): save it as .xlsx", NL: "een binair Excel-bestand (.xlsb): sla het op als .xlsx"}
	case ReasonODS:
		return lang.Text{EN: "an OpenDocument file: save it as .xlsx or .csv", NL: "een OpenDocument-bestand: sla het op als .xlsx of .csv"}
	case ReasonPassword:
		return lang.Text{EN: "protected by a password: save it without one", NL: "beveiligd met een wachtwoord: sla het zonder wachtwoord op"}
	case ReasonMacros:
		return lang.Text{EN: "the file holds macros: save it as .xlsx without them", NL: "het bestand bevat macro's: sla het zonder macro's op als .xlsx"}
	case ReasonExternal:
		return lang.Text{EN: "the file takes data from elsewhere: break its links and connections", NL: "het bestand haalt gegevens van elders: verbreek de koppelingen en verbindingen"}
	case ReasonEmbedded:
		return lang.Text{EN: "the file holds embedded objects: remove them", NL: "het bestand bevat ingesloten objecten: verwijder ze"}
	case ReasonEntity:
		return lang.Text{EN: "the file declares or uses an XML entity", NL: "het bestand declareert of gebruikt een XML-entiteit"}
	case ReasonEntryName:
		return lang.Text{EN: "an entry of the archive has a forbidden name", NL: "een onderdeel van het archief heeft een verboden naam"}
	case ReasonTwice:
		return lang.Text{EN: "two entries of the archive have the same name", NL: "twee onderdelen van het archief hebben dezelfde naam"}
	case ReasonSheetName:
		return lang.Text{EN: "a sheet has a name that is not allowed, or that another one has", NL: "een werkblad heeft een naam die niet mag, of die een ander ook heeft"}
	case ReasonBomb:
		return lang.Text{EN: "the file unpacks to far more than it is", NL: "het bestand wordt uitgepakt veel te groot"}
	case ReasonLimit:
		return lang.Text{EN: "the file exceeds a limit", NL: "het bestand overschrijdt een grens"}
	case ReasonCharset:
		return lang.Text{EN: "unsupported character encoding: save it as \"CSV UTF-8\"", NL: "niet-ondersteunde tekencodering: sla het op als \"CSV UTF-8\""}
	case ReasonSeparator:
		return lang.Text{EN: "comma, semicolon and tab are equally likely to separate the columns", NL: "komma, puntkomma en tab zijn als scheidingsteken even waarschijnlijk"}
	case ReasonTruncated:
		return lang.Text{EN: "the file is not complete", NL: "het bestand is niet volledig"}
	case ReasonDamaged:
		return lang.Text{EN: "the file is damaged", NL: "het bestand is beschadigd"}
	case ReasonSyntax:
		return lang.Text{EN: "the file is malformed", NL: "het bestand is misvormd"}
	case ReasonUnset:
	}
	return lang.Text{EN: "unknown fault", NL: "onbekende fout"}
}
