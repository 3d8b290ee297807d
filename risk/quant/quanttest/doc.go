// Package quanttest compares package quant and its functions with gonum, an
// independent implementation. It is a module of its own, so that nothing of
// gonum reaches a program that uses quant.
package quanttest
