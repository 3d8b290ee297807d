// Package storetest proves that a [driver.Store] keeps the contract of package
// driver: each clause is a check of its own, named by what it proves. A driver
// runs it in a test of its own:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) driver.Store { return memstore.New() })
//	}
//
// A store whose records outlive it runs [RunReopen] as well.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// Run proves the contract, one subtest a check. Each calls open for a store of
// its own, which is writable and without records, and closes it. Then it plays a
// few random operations; for more see [RunRandom]. What a store may offer besides,
// [driver.Batch], [driver.Admin] and [driver.Eraser], is proved of one that does.
//
// Nearly every transaction is run twice, the first time to be rolled back, as
// by a store that tries again after a serialisation failure. Ids of tenants,
// kinds and entities keep to what isms.ValidID allows. A nil and an empty slice
// count as the same.
func Run(t *testing.T, open func(t *testing.T) driver.Store) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			run(t, c, open(t), full())
		})
	}
	t.Run("random", func(t *testing.T) { RunRandom(t, fewSteps, open) })
}

// fewSteps are for every run of the tests of a host.
const fewSteps = 60

// RunReopen proves that what a store acknowledged is still there when it was
// closed and opened again. Each call of open opens the same data, which has no
// records at first.
func RunReopen(t *testing.T, open func(t *testing.T) driver.Store) {
	t.Helper()
	checkReopen(newEnv(t, open(t), full()), func() driver.Store { return open(t) })
}

// tester is what the checks need of a [testing.T]. That they need no more lets
// the tests of this package watch them fail.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
}

// scale is how much work the larger checks do.
type scale struct {
	many    int           // records in one transaction
	writers int           // at once
	rounds  int           // of each writer
	limit   time.Duration // for one call of the store
}

func full() scale { return scale{many: 5000, writers: 16, rounds: 20, limit: time.Minute} }

// check proves one clause.
type check struct {
	name string
	f    func(*env)
}

func checks() []check {
	var all []check
	for _, group := range [][]check{
		readChecks(), batchChecks(), verbatimChecks(), queryChecks(), viewChecks(), nestChecks(), writeChecks(),
		rollbackChecks(), tenantChecks(), concurrentChecks(), adminChecks(), lifeChecks(), typedChecks(),
	} {
		all = append(all, group...)
	}
	return all
}

func run(t tester, c check, store driver.Store, size scale) {
	t.Helper()
	defer func() {
		if err := store.Close(); err != nil && !errors.Is(err, driver.ErrClosed) {
			t.Errorf("Close() = %v, want nil", err)
		}
	}()
	c.f(newEnv(t, store, size))
}
