// Package register makes the registers of assets and of evidence: documents in
// one language, with document control, for every rendering of package report.
//
// Both are pure functions of plain values and a day; [ReadInputs] reads the
// values from a transaction, of the present or of any moment in the past.
package register
