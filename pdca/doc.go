// Package pdca shows the cycle of a management system as its records have it:
// for each activity of plan, do, check and act (ISO/IEC 27001:2022, clauses 4
// to 10) how far it is, why, and what is due next.
//
// [State] is a pure function of the same [conformity.Inputs] that the rules of
// package conformity read, and a day. Nobody types a state: an activity is
// overdue because a recorded day has passed, and up to date because nothing
// recorded is open or late. That says nothing about what was never recorded,
// nor about how well anything was done.
package pdca
