package yamljson

import (
	"strconv"
	"strings"
)

// Error is one fault of a document.
type Error struct {
	File         string // as given to Parse
	Line, Column int    // from 1; 0 when unknown
	Path         string // JSON Pointer; "" for the whole document
	Code         string // stable, "codec/unknown-field": a text of isms/lang
	Args         map[string]string
}

// Error reads like `assets.yaml:12:5: /items/3/ownr: unknown field, did you mean "owner"?`.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
	}
	if e.Line > 0 {
		b.WriteString(itoa(e.Line) + ":")
		if e.Column > 0 {
			b.WriteString(itoa(e.Column) + ":")
		}
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	pairs := make([]string, 0, 2*len(e.Args))
	for name, value := range e.Args {
		pairs = append(pairs, "{"+name+"}", value)
	}
	b.WriteString(strings.NewReplacer(pairs...).Replace(english(e.Code)))
	return b.String()
}

// Errors are the faults of one document in the order they were found: at most
// 100, the last of which then says that there are more.
type Errors []*Error

// Error has one fault a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the single faults.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

const maxErrors = 100

// with appends a fault, as far as there is room.
func (e Errors) with(one *Error) Errors {
	switch {
	case len(e) >= maxErrors:
		return e
	case len(e) == maxErrors-1:
		one.Code, one.Args = codeMore, map[string]string{"max": itoa(maxErrors - 1)}
	}
	return append(e, one)
}

// err is nil when there is no fault.
func (e Errors) err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

func (d *Doc) fault(off int, path, code string, args ...string) *Error {
	e := &Error{File: d.name, Path: path, Code: code, Args: make(map[string]string, len(args)/2)}
	e.Line, e.Column = d.position(off)
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

func (d *Doc) refuse(off int, code string, args ...string) error {
	return Errors{d.fault(off, "", code, args...)}
}

// The codes. They are never renamed or reused.
const (
	codeAlias        = "codec/alias"
	codeAnchor       = "codec/anchor"
	codeBase64       = "codec/want-base64"
	codeBool         = "codec/want-boolean"
	codeCaseKey      = "codec/case-key"
	codeChar         = "codec/character"
	codeDuplicateKey = "codec/duplicate-key"
	codeEmpty        = "codec/empty"
	codeInteger      = "codec/want-integer"
	codeKey          = "codec/key"
	codeLength       = "codec/want-length"
	codeList         = "codec/want-list"
	codeLongScalar   = "codec/long-value"
	codeMapping      = "codec/want-mapping"
	codeMergeKey     = "codec/merge-key"
	codeMore         = "codec/more"
	codeNumber       = "codec/want-number"
	codeRange        = "codec/range"
	codeReread       = "codec/reread"
	codeSecond       = "codec/second-document"
	codeSurrogate    = "codec/surrogate"
	codeSyntax       = "codec/syntax"
	codeTag          = "codec/tag"
	codeText         = "codec/want-text"
	codeTooDeep      = "codec/too-deep"
	codeTooLarge     = "codec/too-large"
	codeTooMany      = "codec/too-many"
	codeUTF8         = "codec/utf8"
	codeUnknown      = "codec/unknown-field"
	codeUnknownNear  = "codec/unknown-field-near"
	codeValue        = "codec/value"
)

// english has the texts of the catalogue isms/lang again, so that this package
// needs nothing of ismskit; a test compares the two.
func english(code string) string {
	switch code {
	case codeAlias:
		return "alias *{name}: aliases are not allowed, write the value out"
	case codeAnchor:
		return "anchor &{name}: anchors are not allowed"
	case codeBase64:
		return "want bytes in base64, have {have}"
	case codeBool:
		return "want true or false, have {have}"
	case codeCaseKey:
		return `key "{key}" differs only in case from "{other}"`
	case codeChar:
		return `character {char} reads differently in different programs, write "\u{hex}" in double quotes`
	case codeDuplicateKey:
		return `key "{key}" stands twice, first on line {line}`
	case codeEmpty:
		return "empty, want one document"
	case codeInteger:
		return "want a whole number in decimal digits without leading zeros, have {have}"
	case codeKey:
		return "key {have}: want text"
	case codeLength:
		return "want {want} items, have {have}"
	case codeList:
		return "want a list, have {have}"
	case codeLongScalar:
		return "value of {have} bytes, at most {max}"
	case codeMapping:
		return "want a mapping of keys to values, have {have}"
	case codeMergeKey:
		return "merge key <<: not allowed, write the keys out"
	case codeMore:
		return "more faults follow, the first {max} are listed"
	case codeNumber:
		return "want a decimal number, have {have}"
	case codeRange:
		return "number {have}: want {min} to {max}"
	case codeReread:
		return "what would be written reads back differently, so nothing is replaced"
	case codeSecond:
		return "more text after the document, want one document"
	case codeSurrogate:
		return "escape {have} is half a character"
	case codeSyntax:
		return "syntax: {detail}"
	case codeTag:
		return "tag {tag}: tags are not allowed, the field decides the type"
	case codeText:
		return "want text, have {have}"
	case codeTooDeep:
		return "nested deeper than {max} levels"
	case codeTooLarge:
		return "document of {have} bytes, at most {max}"
	case codeTooMany:
		return "document may hold {have} values, at most {max}"
	case codeUTF8:
		return "not valid UTF-8"
	case codeUnknown:
		return "unknown field"
	case codeUnknownNear:
		return `unknown field, did you mean "{near}"?`
	case codeValue:
		return "{have}: {detail}"
	default:
		return code
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
