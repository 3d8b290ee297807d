// Package oscaltest holds what package oscal writes against OSCAL's own
// schemas. It is a module of its own, so that its dependencies reach no
// embedder.
package oscaltest
