// Package oscal exchanges controls, statements and findings with other systems
// in NIST's Open Security Controls Assessment Language.
package oscal
