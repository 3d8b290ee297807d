package isms

import (
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Omission is something that an import or export left out, or carried over only
// nearly, because the other side has no place for it. What is not listed came
// through unchanged.
type Omission struct {
	Code    Code              `json:"code"`
	Subject Link              `json:"subject,omitzero"` // the record, on our side
	Path    string            `json:"path,omitempty"`   // JSON Pointer into the record
	Where   string            `json:"where,omitempty"`  // in the file: "risks.xlsx, Sheet1!C4", "#/controls/12"
	Args    map[string]string `json:"args,omitempty"`
}

// Text is the omission in language l, with where it is.
func (o Omission) Text(l lang.Lang) string {
	parts := make([]string, 0, 4)
	for _, s := range []string{o.Where, o.Subject.String(), o.Path, o.Code.Text(l, o.Args)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}
