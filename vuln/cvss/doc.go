// Package cvss reads and scores vectors of the Common Vulnerability Scoring
// System: versions 2.0, 3.0, 3.1 and 4.0 behind one comparable [Vector].
//
// Scores are exact. They are computed with integers from the definitions of
// FIRST and rounded once per prescribed step: half up for 2.0 and 4.0, up for
// 3.0, and Roundup (appendix A) for 3.1. [github.com/pandatix/go-cvss] is the
// second reader of every vector that [Parse] accepts; its scores are not used,
// because binary fractions put some ties 0.1 too low.
//
// A score or severity that nobody gave is unknown: the zero value, never 0.0
// and never "none".
package cvss

//go:generate go run ./internal/gen
