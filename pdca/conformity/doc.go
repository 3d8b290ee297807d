// Package conformity holds rules over the records of a management system:
// what clauses 4 to 10 of ISO/IEC 27001:2022 and the organization's own
// decisions make visible in records, and what is missing there or late.
//
// [Assess] is a pure function of [Inputs] and a day. Each [Rule] names its
// basis; only a clause of the standard or a decision of the organization
// itself yields a gap, and guidance or practice yields advice. A rule that read
// nothing says "not triggered" or "not evaluable", never that there is no gap.
//
// The verdicts are about records. No verdict, count or text here says how well
// an organization meets the standard: there is no score, no percentage and no
// overall verdict.
package conformity
