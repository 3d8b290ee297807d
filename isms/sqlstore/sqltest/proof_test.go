package sqltest_test

import (
	"testing"

	"github.com/ismskit/ismskit/internal/proof"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// opens are the ways to open a new store.
func opens() map[string]func(t *testing.T) driver.Store {
	all := map[string]func(t *testing.T) driver.Store{
		"row security": func(t *testing.T) driver.Store {
			t.Helper()
			schema, owner := securedSchema(t)
			grantAdmin(t, owner)
			return newStore(t, openPostgres(t, "ismskit_app", schema), sqlstore.PostgreSQL, secure)
		},
	}
	for _, b := range backends() {
		all[string(b.dialect)] = func(t *testing.T) driver.Store {
			t.Helper()
			return newStore(t, b.db(t), b.dialect, nil)
		}
	}
	return all
}

// The past is what was recorded when it was now.
func TestAsOf(t *testing.T) {
	for name, open := range opens() {
		t.Run(name, func(t *testing.T) { proof.AsOf(t, soak(1, 3), soak(15, 100), open) })
	}
}

// No tenant can tell from lists, searches, reports, differences, exports, the
// ledger, errors or cursors that there are others.
func TestTenants(t *testing.T) {
	for name, open := range opens() {
		t.Run(name, func(t *testing.T) { proof.Tenants(t, soak(1, 100), soak(40, 200), open) })
	}
}
