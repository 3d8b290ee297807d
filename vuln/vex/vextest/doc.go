// Package vextest holds the documents that package vex writes against the
// schemas of their formats. It is a module of its own, so that an embedder of
// ismskit never downloads a schema validator.
package vextest
