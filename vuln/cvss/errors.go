package cvss

import (
	"fmt"

	"github.com/ismskit/ismskit/isms/lang"
)

// ParseError says where a text stops being a vector and what was expected
// there. Find it with errors.AsType.
type ParseError struct {
	Vector string // the text as given
	Offset int    // byte offset into Vector of the metric or value at fault
	Metric string // the metric at fault, "" when the fault is not in one
	Reason Reason // what kind of fault it is
	Want   string // what was expected: metrics, values or a form
}

// Error reads, for example:
// cvss vector "AV:N/AC:X": offset 8: metric AC: unknown value: want L, M, H.
// Long vectors are cut.
func (e *ParseError) Error() string {
	text := fmt.Sprintf("cvss vector %.240q: offset %d: ", e.Vector, e.Offset)
	if e.Metric != "" {
		text += fmt.Sprintf("metric %.20q: ", e.Metric)
	}
	return text + e.Reason.Label().EN + ": want " + e.Want
}

// Reason is a kind of fault in a vector. The zero value is unset.
type Reason uint8

// The faults.
const (
	BadPrefix     Reason = iota + 1 // no version has this prefix, or the version cannot be told
	BadSyntax                       // not metric:value
	UnknownMetric                   // the version has no such metric
	BadValue                        // the metric has no such value
	BadOrder                        // out of the order of the specification
	Repeated                        // the metric stands twice
	Missing                         // a metric that must be there is not
	TooLong                         // longer than ParseLenient reads
)

// String is the reason as one word of code: "order".
func (r Reason) String() string {
	switch r {
	case BadPrefix:
		return "prefix"
	case BadSyntax:
		return "syntax"
	case UnknownMetric:
		return "metric"
	case BadValue:
		return "value"
	case BadOrder:
		return "order"
	case Repeated:
		return "repeated"
	case Missing:
		return "missing"
	case TooLong:
		return "length"
	default:
		return ""
	}
}

// Label is the reason in the words of a reader.
func (r Reason) Label() lang.Text {
	switch r {
	case BadPrefix:
		return lang.Text{EN: "unknown prefix", NL: "onbekend voorvoegsel"}
	case BadSyntax:
		return lang.Text{EN: "malformed metric", NL: "metriek in onjuiste vorm"}
	case UnknownMetric:
		return lang.Text{EN: "unknown metric", NL: "onbekende metriek"}
	case BadValue:
		return lang.Text{EN: "unknown value", NL: "onbekende waarde"}
	case BadOrder:
		return lang.Text{EN: "out of order", NL: "niet in de juiste volgorde"}
	case Repeated:
		return lang.Text{EN: "repeated metric", NL: "metriek komt meer dan eens voor"}
	case Missing:
		return lang.Text{EN: "missing metric", NL: "metriek ontbreekt"}
	case TooLong:
		return lang.Text{EN: "too long", NL: "te lang"}
	default:
		return lang.Text{EN: "unset", NL: "niet ingevuld"}
	}
}
