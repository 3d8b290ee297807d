// Package vuln keeps the technical vulnerabilities of assets: findings with an
// identity that scanners cannot change, the scans that saw them, how bad they
// are, and by when they are to be dealt with (ISO/IEC 27001:2022, A.8.8).
//
// A [Finding] is one vulnerability at one location of one asset, and [ID] makes
// its id of these three alone: a new score, title or version never closes a
// finding, nor restarts its clock. [Import] takes a report of package scan into
// a transaction. It writes what tools saw and nothing of what people decided:
// a [Decision], a [Treatment], an [Acceptance].
//
// A scan is valid only at its moment: see [Scan.Validity]. What a later scan no
// longer sees is fixed when that scan covers it, as deep as what found it, and
// somebody answers for that: see [Extent]. Otherwise it is "not observed" and
// stays open until somebody decides. What has no severity ranks as the greatest
// possible, and so does an asset that was never scanned.
//
// What tools call by several ids is kept under each, and counts once: see
// [Unite].
//
// [NewRegister] is a pure function of plain values and a day; [ReadInputs]
// reads the values from a store. The severity, the deadline and the risk of its
// rows are those of [Prioritize]: there is no other figure.
package vuln
