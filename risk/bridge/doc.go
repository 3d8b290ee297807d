// Package bridge holds a risk matrix against numbers. An organization declares
// once, for one revision of its methodology, what each step of likelihood and
// impact means: Intervals. Compare then tells where the order of the bands and
// the order of the money disagree, and makes the register a portfolio that
// package quant can compute.
//
// The figures are modelled, from intervals that people declared. They change no
// level and accept no risk.
package bridge
