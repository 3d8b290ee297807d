// Package sheet reads tables that people made, CSV and XLSX, as plain texts
// with their places.
//
// [Read] recognises the format by its content. It judges no text and computes
// nothing: a formula counts as the value that was stored beside it, and says
// so. A file that could do or hide something (macros, links to other files,
// embedded objects, a bomb, two entries with one name) is refused with an
// [Error] that has a stable reason; nothing of it is returned then.
//
// The limits hold for whatever the file claims of itself.
package sheet
