package scan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// word is the word of an enum's value.
func word[T ~uint8](words []string, v T) string {
	if int(v) < len(words) {
		return words[v]
	}
	return strconv.Itoa(int(v))
}

// parse is the value of a word of an enum.
func parse[T ~uint8](words []string, s string) (T, bool) {
	i := slices.Index(words, s)
	return T(max(i, 0)), i >= 0
}

// decode is UnmarshalText of an enum.
func decode[T ~uint8](v *T, words []string, what string, text []byte) error {
	got, known := parse[T](words, string(text))
	if !known {
		return fmt.Errorf("%s %.40q: want one of %q", what, text, words[1:])
	}
	*v = got
	return nil
}

// Format is a file format that this package reads.
type Format uint8

// The formats.
const (
	FormatUnset      Format = iota
	FormatTrivy             // JSON of Trivy: schema 2, the array before it, and Kubernetes reports
	FormatNessus            // .nessus version 2 (XML), also as written for web applications
	FormatGrype             // JSON
	FormatSARIF             // SARIF 2.1.0
	FormatCycloneDX         // JSON and XML, also the XML with the extension of before 1.4
	FormatOpenVEX           // from v0.0.1 on; its items are statements
	FormatCSAF              // CSAF 2.0; its items are statements
	FormatOSV               // one record of the OSV schema; its items are statements
	FormatOSVScanner        // JSON
	FormatNuclei            // JSON, and JSON Lines
	FormatOpenVAS           // Greenbone: XML and CSV
	FormatNmap              // XML; its items are open ports, and what scripts report of them
)

func formatWords() []string {
	return []string{
		"", "trivy", "nessus", "grype", "sarif", "cyclonedx", "openvex", "csaf", "osv", "osv_scanner", "nuclei", "openvas", "nmap",
	}
}

// String is the format's name in lower case; unset is "".
func (f Format) String() string { return word(formatWords(), f) }

// MarshalText is String.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads a name as String writes it.
func (f *Format) UnmarshalText(text []byte) error { return decode(f, formatWords(), "format", text) }

// Severity is how bad the scanner calls an item. The zero value is unknown: the
// scanner did not say, or used a word that has no certain meaning. SARIF,
// CycloneDX and CSAF may give a score where others have a word: then it is the
// band of the highest score in CVSS 3.
type Severity uint8

// The severities. None is the scanner's own verdict, not the lack of one.
const (
	SeverityUnknown Severity = iota
	SeverityNone
	SeverityInfo
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

func severityWords() []string {
	return []string{"unknown", "none", "info", "low", "medium", "high", "critical"}
}

// String is the severity as one word.
func (s Severity) String() string { return word(severityWords(), s) }

// severityOf is the severity that a scanner's word stands for, in any case.
func severityOf(word string) Severity {
	switch word = strings.ToLower(strings.TrimSpace(word)); word {
	case "moderate":
		return SeverityMedium
	case "informational":
		return SeverityInfo
	}
	severity, _ := parse[Severity](severityWords(), word)
	return severity
}

// bandOf is the severity of a score by the bands of CVSS 3 and 4.
func bandOf(s Score) Severity {
	switch {
	case !s.Known:
		return SeverityUnknown
	case s.Tenths == 0:
		return SeverityNone
	case s.Tenths < 40:
		return SeverityLow
	case s.Tenths < 70:
		return SeverityMedium
	case s.Tenths < 90:
		return SeverityHigh
	}
	return SeverityCritical
}

// MarshalText is String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a word as String writes it.
func (s *Severity) UnmarshalText(text []byte) error {
	return decode(s, severityWords(), "severity", text)
}

// Label is the severity as a person reads it.
func (s Severity) Label() lang.Text {
	switch s {
	case SeverityNone:
		return lang.Text{EN: "none", NL: "geen"}
	case SeverityInfo:
		return lang.Text{EN: "informational", NL: "informatief"} //nolint:misspell // Dutch
	case SeverityLow:
		return lang.Text{EN: "low", NL: "laag"}
	case SeverityMedium:
		return lang.Text{EN: "medium", NL: "middel"}
	case SeverityHigh:
		return lang.Text{EN: "high", NL: "hoog"}
	case SeverityCritical:
		return lang.Text{EN: "critical", NL: "kritiek"}
	case SeverityUnknown:
	}
	return lang.Text{EN: "unknown", NL: "onbekend"}
}

// Status is what the scanner knows of the vendor's answer to a vulnerability.
// The zero value means that the scanner reported none.
type Status uint8

// The statuses. Unknown is reported as such, or a word of a newer scanner.
const (
	StatusUnset Status = iota
	StatusUnknown
	StatusNotAffected
	StatusAffected
	StatusFixed // a fixed version exists
	StatusUnderInvestigation
	StatusWillNotFix
	StatusFixDeferred
	StatusEndOfLife
)

func statusWords() []string {
	return []string{
		"", "unknown", "not_affected", "affected", "fixed", "under_investigation", "will_not_fix",
		"fix_deferred", "end_of_life",
	}
}

// String is the status as one word; unset is "".
func (s Status) String() string { return word(statusWords(), s) }

// MarshalText is String.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a word as String writes it.
func (s *Status) UnmarshalText(text []byte) error { return decode(s, statusWords(), "status", text) }

// Label is the status as a person reads it.
func (s Status) Label() lang.Text {
	switch s {
	case StatusUnset:
		return lang.Text{EN: "not reported", NL: "niet gemeld"}
	case StatusNotAffected:
		return lang.Text{EN: "not affected", NL: "niet getroffen"}
	case StatusAffected:
		return lang.Text{EN: "affected", NL: "getroffen"}
	case StatusFixed:
		return lang.Text{EN: "fix available", NL: "oplossing beschikbaar"}
	case StatusUnderInvestigation:
		return lang.Text{EN: "under investigation", NL: "in onderzoek"}
	case StatusWillNotFix:
		return lang.Text{EN: "will not be fixed", NL: "wordt niet opgelost"}
	case StatusFixDeferred:
		return lang.Text{EN: "fix deferred", NL: "oplossing uitgesteld"}
	case StatusEndOfLife:
		return lang.Text{EN: "end of life", NL: "einde levensduur"}
	case StatusUnknown:
	}
	return lang.Text{EN: "unknown", NL: "onbekend"}
}

// Why is why a place in a report yielded no item.
type Why uint8

// The reasons to skip.
const (
	WhyUnset      Why = iota
	WhyNoID           // nothing names the vulnerability, so it cannot be tracked
	WhyScanError      // the scanner says that it could not scan this part
	WhyOldVersion     // the format has a version that was not made for this reader, and was read nevertheless
)

func whyWords() []string { return []string{"", "no-id", "scan-error", "old-version"} }

// String is the reason as one word, stable.
func (w Why) String() string { return word(whyWords(), w) }

// MarshalText is String.
func (w Why) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads a word as String writes it.
func (w *Why) UnmarshalText(text []byte) error { return decode(w, whyWords(), "reason", text) }

// Label is the reason as a person reads it.
func (w Why) Label() lang.Text {
	switch w {
	case WhyNoID:
		return lang.Text{EN: "the vulnerability has no identifier", NL: "de kwetsbaarheid heeft geen kenmerk"}
	case WhyScanError:
		return lang.Text{EN: "the scanner could not scan this part", NL: "de scanner kon dit onderdeel niet onderzoeken"}
	case WhyOldVersion:
		return lang.Text{EN: "another version of the format, read as far as understood", NL: "een andere versie van het formaat, gelezen voor zover begrepen"}
	case WhyUnset:
	}
	return lang.Text{EN: "unknown", NL: "onbekend"}
}

// Other is a kind of scan result that is not a vulnerability.
type Other uint8

// The kinds that are counted in Report.Other.
const (
	OtherUnset             Other = iota
	OtherMisconfigurations       // that failed
	OtherChecksPassed            // configuration checks that passed or were excepted
	OtherSecrets
	OtherLicences
	OtherSuppressed // findings that an ignore file or a VEX document took out
)

func otherWords() []string {
	return []string{"", "misconfigurations", "checks-passed", "secrets", "licences", "suppressed"}
}

// String is the kind as one word.
func (o Other) String() string { return word(otherWords(), o) }

// MarshalText is String.
func (o Other) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads a word as String writes it.
func (o *Other) UnmarshalText(text []byte) error { return decode(o, otherWords(), "kind", text) }

// Label is the kind as a person reads it.
func (o Other) Label() lang.Text {
	switch o {
	case OtherMisconfigurations:
		return lang.Text{EN: "misconfigurations", NL: "configuratiefouten"}
	case OtherChecksPassed:
		return lang.Text{EN: "configuration checks passed", NL: "geslaagde configuratiecontroles"}
	case OtherSecrets:
		return lang.Text{EN: "exposed secrets", NL: "blootgestelde geheimen"}
	case OtherLicences:
		return lang.Text{EN: "licences", NL: "licenties"}
	case OtherSuppressed:
		return lang.Text{EN: "suppressed findings", NL: "onderdrukte bevindingen"}
	case OtherUnset:
	}
	return lang.Text{EN: "unknown", NL: "onbekend"}
}
