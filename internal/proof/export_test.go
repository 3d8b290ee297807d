package proof

import (
	"context"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// AsOfFault is the fault that [AsOf] fails with, "" for none.
func AsOfFault(ctx context.Context, store driver.Store, seed, commits int) string {
	fault, _ := asOfFault(ctx, store, seed, commits)
	return fault
}

// TenantsFault is the fault that [Tenants] fails with, "" for none.
func TenantsFault(ctx context.Context, alone, among driver.Store, seed, steps int) string {
	fault, _ := interference(ctx, alone, among, seed, steps)
	return fault
}

// UpgradeFault is the fault that [Upgrade] fails with, "" for none.
func UpgradeFault(ctx context.Context, store driver.Store) string { return upgradeFault(ctx, store) }

// Told is how many bytes of each sort a tenant is told.
func Told(ctx context.Context, alone, among driver.Store, seed, steps int) map[string]int {
	_, n := interference(ctx, alone, among, seed, steps)
	return n
}

// Look is the head and all that a space shows.
func Look(ctx context.Context, space *isms.Space) (head int64, dump string, err error) {
	m, err := look(ctx, space)
	return m.head, m.dump, err
}
