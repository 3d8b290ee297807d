// Package cvsstest times package cvss beside the libraries of others: a module
// of its own, so that nobody who imports cvss gets them too.
package cvsstest
