// Package reporttest reads what package report writes with a program that
// others wrote. It is a module of its own, so that its dependencies reach no
// embedder.
package reporttest
