package soa

import (
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
)

// Catalogue is a set of controls beside Annex A: NEN 7510, BIO, ISO/IEC 27017,
// a customer's list. A host loads it at run time, with texts that it has a
// licence for; nothing of it is stored.
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
