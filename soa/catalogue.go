package soa

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
)

// Catalogue is a set of controls beside Annex A: NEN 7510, BIO, ISO/IEC 27017,
// a customer's list. A host loads it at run time, with texts that it has a
// licence for; nothing of it is stored. [ReadCatalogue] reads one from a file.
type Catalogue struct {
	ID       string             `json:"id"` // what stands before the colon of an [isms.ControlID]: "nen7510"
	Title    isms.Text          `json:"title"`
	Edition  string             `json:"edition,omitempty"`
	Source   string             `json:"source,omitempty"`  // who publishes it, and where
	Licence  string             `json:"licence,omitempty"` // under which its texts are used here
	Controls []CatalogueControl `json:"controls"`
}

// CatalogueControl is one control of a [Catalogue].
type CatalogueControl struct {
	Ref    string      `json:"ref"` // what stands after the colon: "12.4.1"
	Group  isms.Text   `json:"group,omitempty"`
	Title  isms.Text   `json:"title"`
	Text   isms.Text   `json:"text,omitempty"`
	AnnexA []annexa.ID `json:"annexA,omitempty"` // controls of Annex A with the same subject
}

// Codes of problems of a catalogue.
const (
	CodeRef          isms.Code = "soa/catalogue-ref"     // cannot stand in a control id
	CodeManyControls isms.Code = "soa/catalogue-many"    // more than a catalogue may have
	CodeColumn       isms.Code = "soa/catalogue-column"  // of a CSV file
	CodeRecord       isms.Code = "soa/catalogue-record"  // a line of a CSV file that cannot be read
	CodeAnnexA       isms.Code = "soa/catalogue-annex-a" // not a control of Annex A
)

// MaxCatalogueControls is how many controls a catalogue may have.
const MaxCatalogueControls = 20_000

// Validate lists every problem of the catalogue: an id or a ref that cannot be
// part of an [isms.ControlID], refs that stand twice, missing titles, controls
// of Annex A that are unset or stand twice, and text that is not UTF-8.
func (c Catalogue) Validate() []isms.Problem {
	problems := isms.Validate(checkedCatalogue{isms.Common{ID: c.ID}, c.Title, c.Edition, c.Source, c.Licence, c.Controls})
	for i := range problems {
		problems[i].Subject = isms.Link{} // it is no record
	}
	return problems
}

// checkedCatalogue lets a catalogue be checked like what is stored.
type checkedCatalogue struct {
	isms.Common

	Title    isms.Text          `json:"title"`
	Edition  string             `json:"edition,omitempty"`
	Source   string             `json:"source,omitempty"`
	Licence  string             `json:"licence,omitempty"`
	Controls []CatalogueControl `json:"controls"`
}

// EntityKind implements [isms.Entity]; it shows nowhere.
func (checkedCatalogue) EntityKind() string { return "catalogue" }

// Check implements [isms.Entity].
func (c checkedCatalogue) Check(k isms.Checker) {
	isms.CheckRequired(k.At("title"), !c.Title.IsZero())
	isms.CheckRequired(k.At("controls"), len(c.Controls) > 0)
	if n := len(c.Controls); n > MaxCatalogueControls {
		k.At("controls").Assert(false, CodeManyControls, "have", strconv.Itoa(n), "want", strconv.Itoa(MaxCatalogueControls))
		return
	}
	seen := make(map[string]bool, len(c.Controls))
	for i, control := range c.Controls {
		at := k.At("controls").Index(i)
		at.At("ref").Assert(validRef(control.Ref), CodeRef, "have", strconv.Quote(control.Ref))
		at.At("ref").Assert(!seen[control.Ref], isms.CodeDuplicate, "have", control.Ref)
		seen[control.Ref] = true
		isms.CheckRequired(at.At("title"), !control.Title.IsZero())
		related := make(map[annexa.ID]bool, len(control.AnnexA))
		for j, id := range control.AnnexA {
			isms.CheckRequired(at.At("annexA").Index(j), id != annexa.ID{})
			at.At("annexA").Index(j).Assert(!related[id], isms.CodeDuplicate, "have", id.String())
			related[id] = true
		}
	}
}

// validRef reports whether s can stand after the colon of a control id: 1 to 64
// bytes that print, without blanks around them.
func validRef(s string) bool {
	return s != "" && len(s) <= 64 && s == strings.TrimSpace(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
