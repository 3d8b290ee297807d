package sqlstore_test

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/sqlstore"
)

// The tests on real databases are in the module sqltest, for the drivers they
// need.

// What New and Join cannot use is an error and no panic.
func TestArguments(t *testing.T) {
	secure := &sqlstore.Options{RowSecurity: true}
	for name, c := range map[string]struct {
		db   *sql.DB
		d    sqlstore.Dialect
		opt  *sqlstore.Options
		want string
	}{
		"no dialect":       {new(sql.DB), "", nil, `dialect "": want "sqlite" or "postgresql"`},
		"unknown dialect":  {new(sql.DB), "mysql", nil, `dialect "mysql"`},
		"no database":      {nil, sqlstore.SQLite, nil, "want a *sql"},
		"SQLite, row sec.": {new(sql.DB), sqlstore.SQLite, secure, "row security"},
	} {
		if _, err := sqlstore.New(c.db, c.d, c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: New = %v, want %s", name, err, c.want)
		}
		if _, err := sqlstore.Join(nil, c.d, c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Join = %v, want %s", name, err, c.want)
		}
	}
}

// The tenant comes first in every key, ids compare bytewise, and nothing is used
// that databases of PostgreSQL's dialect lack.
func TestSchemaIsPortable(t *testing.T) {
	key := regexp.MustCompile(`(?:PRIMARY KEY|ON ismskit_\w+) \(\(?(\w+)`)
	for _, d := range []sqlstore.Dialect{sqlstore.SQLite, sqlstore.PostgreSQL} {
		text := sqlstore.Schema(d)
		keys := key.FindAllStringSubmatch(text, -1)
		if len(keys) != 5 {
			t.Errorf("Schema(%s) has %d keys with a tenant, want 5", d, len(keys))
		}
		for _, k := range keys {
			if k[1] != "tenant" {
				t.Errorf("Schema(%s) has key %q, want the tenant first", d, k[0])
			}
		}
		for _, word := range []string{"SERIAL", "SEQUENCE", "IDENTITY", "AUTOINCREMENT", "JSON", "TIMESTAMP", "REFERENCES", "TRIGGER"} {
			if strings.Contains(text, word) {
				t.Errorf("Schema(%s) uses %s", d, word)
			}
		}
		plain := regexp.MustCompile(`\w+ TEXT NOT NULL`).FindAllString(text, -1)
		if (d == sqlstore.PostgreSQL) != (len(plain) == 0) {
			t.Errorf("Schema(%s) has columns %q of text without bytewise order", d, plain)
		}
	}
	if got := sqlstore.Schema("mysql"); got != "" {
		t.Errorf("Schema(mysql) = %q, want none", got)
	}
}

// Every table with rows of tenants has a policy.
func TestPoliciesCoverEveryTable(t *testing.T) {
	policies := sqlstore.Policies()
	for _, table := range regexp.MustCompile(`CREATE TABLE IF NOT EXISTS (\w+) \(\n\ttenant`).FindAllStringSubmatch(sqlstore.Schema(sqlstore.PostgreSQL), -1) {
		for _, want := range []string{"TABLE " + table[1] + " ENABLE", "TABLE " + table[1] + " FORCE", "CREATE POLICY ismskit_tenant ON " + table[1] + " "} {
			if !strings.Contains(policies, want) {
				t.Errorf("Policies lacks %q", want)
			}
		}
	}
}
