// Package soa compiles the Statement of Applicability (ISO/IEC 27001:2022,
// 6.1.3 d) from the records that make controls necessary.
//
// Nobody types the statement: [Compile] is a pure function of the records and a
// day. A control is included if and only if something drives it: a risk
// treatment, a requirement that binds, a policy in force, or a recorded reason
// of the organization's own. It is excluded when nothing does and a reason to
// leave it out is recorded, and undecided otherwise. Every decision keeps the
// paths that led to it, to the revision of each record; [Statement.Why] tells
// them, and the facts on record that speak against an exclusion. A [Catalogue]
// adds the controls of NEN 7510, BIO2 or a host's own.
//
// A [Version] is a statement that was frozen and approved: it never changes, and
// an [Archive] tells which one was in force on a day. [Diff] lists what differs
// between two statements, of versions or of days, and [Causes] the revisions,
// persons and notes behind each cell.
//
// One builder, [Statement.Report], serves every rendering, and its rows are
// those of [Statement.Table]. Nothing here concludes that an organization
// conforms to the standard: [Statement.Findings] are what the records show.
package soa
