// Package cvss reads and scores vectors of the Common Vulnerability Scoring
// System: versions 2.0, 3.0, 3.1 and 4.0 behind one comparable [Vector].
//
// Scores are exact by the specifications of FIRST, rounded once per prescribed
// step: half up for 2.0 and 4.0, up for 3.0, and Roundup (appendix A) for 3.1.
// They stand in tables of 100 KiB that were computed from the equations with
// whole numbers; [Vector.Explain] derives a score step by step in fractions, and
// [Bounds] tells what a vector with unknown values may score.
//
// A score or severity that nobody gave is unknown: the zero value, never 0.0
// and never "none".
package cvss
