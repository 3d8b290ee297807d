package storetest

import (
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
)

// RandomNames lists the checks of [RunRandom].
func RandomNames() []string {
	var all []string
	for _, c := range randomChecks() {
		all = append(all, c.name)
	}
	return all
}

// RandomFailures is [Failures] for [RunRandom].
func RandomFailures(t *testing.T, name string, steps int, open func() driver.Store) []string {
	t.Helper()
	for _, c := range randomChecks() {
		if c.name == name {
			return watch(t, func(to tester) { c.f(to, steps, open) })
		}
	}
	t.Fatalf("no check %q", name)
	return nil
}
