// Package quant computes the yearly loss of a portfolio of risk scenarios: how
// often each happens, what one event costs, and what all of them together can
// cost in a year.
//
// What is known of a number is an [Estimate]; how often something happens is a
// [Frequency]. A [Tree] derives both from the factors of Open FAIR. Money is in
// units of one currency that the portfolio names (ISO 4217), years are the unit
// of time. Every figure here is modelled: it is as good as its estimates.
//
// The same input gives the same bits on every platform.
package quant
