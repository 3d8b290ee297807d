package sqltest_test

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

var secure = &sqlstore.Options{RowSecurity: true}

// securedSchema is a schema with the tables and policies, which the roles that
// are not its owner may use.
func securedSchema(t *testing.T) (schema string, owner *sql.DB) {
	t.Helper()
	schema = newSchema(t)
	owner = openPostgres(t, "ismskit", schema)
	script(t, owner, sqlstore.Schema(sqlstore.PostgreSQL))
	script(t, owner, sqlstore.Policies())
	const roles = " TO ismskit_app, ismskit_bypass"
	mustExec(t, owner, "GRANT USAGE ON SCHEMA "+schema+roles)
	mustExec(t, owner, "GRANT SELECT ON ismskit_schema"+roles)
	mustExec(t, owner, "GRANT SELECT, INSERT ON ismskit_record, ismskit_term"+roles)
	mustExec(t, owner, "GRANT SELECT, INSERT, UPDATE ON ismskit_head, ismskit_entity"+roles)
	return schema, owner
}

// The whole contract holds with row security on, for a role with no right more
// than it needs.
func TestStoreWithRowSecurity(t *testing.T) {
	schema := reused(t, func() string {
		schema, owner := securedSchema(t)
		grantAdmin(t, owner)
		return schema
	})
	storetest.Run(t, func(t *testing.T) driver.Store {
		t.Helper()
		return newStore(t, openPostgres(t, "ismskit_app", schema(t)), sqlstore.PostgreSQL, secure)
	})
}

// Whatever row security does not bind is refused, by New and by Join.
func TestRowSecurityRefuses(t *testing.T) {
	for name, c := range map[string]struct{ role, change, want string }{
		"superuser":     {"postgres", "", "superuser"},
		"bypass":        {"ismskit_bypass", "", "BYPASSRLS"},
		"owner":         {"ismskit", "", "owner"},
		"missing":       {"ismskit_app", "DROP POLICY ismskit_tenant ON ismskit_term", "0 policies"},
		"not enabled":   {"ismskit_app", "ALTER TABLE ismskit_record DISABLE ROW LEVEL SECURITY", "enabled false"},
		"not forced":    {"ismskit_app", "ALTER TABLE ismskit_head NO FORCE ROW LEVEL SECURITY", "forced false"},
		"second policy": {"ismskit_app", "CREATE POLICY open ON ismskit_entity USING (true)", "2 policies"},
		"other policy":  {"ismskit_app", "ALTER POLICY ismskit_tenant ON ismskit_record USING (true)", "is \"true\""},
		"other check":   {"ismskit_app", "ALTER POLICY ismskit_tenant ON ismskit_record WITH CHECK (true)", "is \"true\""},
		"other command": {"ismskit_app", "DROP POLICY ismskit_tenant ON ismskit_term; CREATE POLICY ismskit_tenant ON ismskit_term FOR SELECT USING (tenant = current_setting('ismskit.tenant', true))", "of which 0"},
	} {
		t.Run(name, func(t *testing.T) {
			schema, owner := securedSchema(t)
			for s := range strings.SplitSeq(c.change, "; ") {
				if s != "" {
					mustExec(t, owner, s)
				}
			}
			db := openPostgres(t, c.role, schema)
			_, err := sqlstore.New(db, sqlstore.PostgreSQL, secure)
			if !errors.Is(err, sqlstore.ErrSettings) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New = %v, want %v with %q", err, sqlstore.ErrSettings, c.want)
			}
			tx := begin(t, db)
			defer func() { _ = tx.Rollback() }()
			if _, err := sqlstore.Join(tx, sqlstore.PostgreSQL, secure); !errors.Is(err, sqlstore.ErrSettings) {
				t.Errorf("Join = %v, want %v", err, sqlstore.ErrSettings)
			}
		})
	}
	t.Run("option forgotten", func(t *testing.T) {
		schema, _ := securedSchema(t)
		_, err := sqlstore.New(openPostgres(t, "ismskit_app", schema), sqlstore.PostgreSQL, nil)
		if !errors.Is(err, sqlstore.ErrSettings) {
			t.Errorf("New without RowSecurity = %v, want %v: it would find nothing", err, sqlstore.ErrSettings)
		}
	})
	t.Run("no tables", func(t *testing.T) {
		schema := newSchema(t)
		_, err := sqlstore.New(openPostgres(t, "ismskit", schema), sqlstore.PostgreSQL, secure)
		if !errors.Is(err, sqlstore.ErrSettings) {
			t.Errorf("New without tables = %v, want %v", err, sqlstore.ErrSettings)
		}
	})
}

// unfiltered takes the tenant out of every condition of this library's own.
type unfiltered struct {
	sqldriver.Connector

	filters *int
}

var filter = regexp.MustCompile(`(\w+\.)?tenant = (\$\d+)`)

func (u unfiltered) Connect(ctx context.Context) (sqldriver.Conn, error) {
	c, err := u.Connector.Connect(ctx)
	return unfilteredConn{c, u.filters}, err
}

type unfilteredConn struct {
	sqldriver.Conn

	filters *int
}

func (c unfilteredConn) strip(query string) string {
	*c.filters += len(filter.FindAllString(query, -1))
	return filter.ReplaceAllString(query, "$2::text IS NOT NULL")
}

func (c unfilteredConn) ExecContext(ctx context.Context, query string, args []sqldriver.NamedValue) (sqldriver.Result, error) {
	return c.Conn.(sqldriver.ExecerContext).ExecContext(ctx, c.strip(query), args)
}

func (c unfilteredConn) QueryContext(ctx context.Context, query string, args []sqldriver.NamedValue) (sqldriver.Rows, error) {
	return c.Conn.(sqldriver.QueryerContext).QueryContext(ctx, c.strip(query), args)
}

func openUnfiltered(t *testing.T, role, schema string) (db *sql.DB, filters *int) {
	t.Helper()
	config, err := pgx.ParseConfig(postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	config.User = role
	config.RuntimeParams["search_path"] = schema
	filters = new(int)
	db = sql.OpenDB(unfiltered{stdlib.GetConnector(*config), filters})
	t.Cleanup(func() { _ = db.Close() })
	return db, filters
}

// foreign counts what a tenant reads, by every way, that is not its own.
func foreign(t *testing.T, s driver.Store, tenant string) (own, others int) {
	t.Helper()
	check := func(r driver.Record) {
		if r.Note == "of "+tenant {
			own++
		} else {
			others++
		}
	}
	err := s.View(t.Context(), tenant, driver.Latest, func(r driver.Reader) error {
		all := []func(func(driver.Record, error) bool){
			r.Scan(driver.Query{}), r.Scan(driver.Query{Kind: "a"}), r.Scan(driver.Query{Terms: []driver.Term{red}}),
			r.Scan(driver.Query{Kind: "a", Terms: []driver.Term{red}, SinceSchema: 9}), r.History("a", "x"), r.Log(0),
		}
		for _, seq := range all {
			for rec, err := range seq {
				if err != nil {
					return err
				}
				check(rec)
			}
		}
		rec, err := r.Get("a", "x")
		check(rec)
		return err
	})
	if err != nil {
		t.Logf("View(%s) = %v", tenant, err) // as without a filter it may well be
	}
	return own, others
}

// With the filters of this library taken out, row security alone keeps the
// tenants apart; without it, others are read.
func TestRowSecurityWithoutOurFilter(t *testing.T) {
	tenants := []string{"acme", "b", "umbrella"}
	fill := func(t *testing.T, s driver.Store, tenants ...string) {
		t.Helper()
		for round := range int64(3) {
			for _, tenant := range tenants {
				err := s.Update(t.Context(), tenant, func(w driver.Writer) error {
					x := record("a", "x", 2*round+1, round+1, "data", red)
					y := record("b", tenant, 2*round+2, round+1, "data", red)
					x.Note, y.Note = "of "+tenant, "of "+tenant
					return w.Append(x, y)
				})
				if err != nil {
					t.Fatalf("Update(%s) = %v, want nil", tenant, err)
				}
			}
		}
	}
	t.Run("with policies", func(t *testing.T) {
		schema, _ := securedSchema(t)
		db, filters := openUnfiltered(t, "ismskit_app", schema)
		s := newStore(t, db, sqlstore.PostgreSQL, secure)
		fill(t, s, tenants...)
		for _, tenant := range tenants {
			if own, others := foreign(t, s, tenant); own == 0 || others != 0 {
				t.Errorf("tenant %s reads %d rows of its own and %d of others, want some and 0", tenant, own, others)
			}
		}
		if *filters < 50 {
			t.Errorf("%d filters taken out, want 50 at least", *filters)
		}
	})
	t.Run("without", func(t *testing.T) {
		schema := newSchema(t)
		fill(t, newStore(t, openPostgres(t, "ismskit", schema), sqlstore.PostgreSQL, nil), "acme")
		db, _ := openUnfiltered(t, "ismskit", schema)
		s := newStore(t, db, sqlstore.PostgreSQL, nil)
		if _, others := foreign(t, s, "umbrella"); others == 0 {
			t.Error("without filters and policies 0 rows of others, want some, or this test proves nothing")
		}
	})
}

// Join under row security sees its tenant and sets the transaction back.
func TestJoinWithRowSecurity(t *testing.T) {
	schema, _ := securedSchema(t)
	db := openPostgres(t, "ismskit_app", schema)
	tx := begin(t, db)
	defer func() { _ = tx.Rollback() }()
	s, err := sqlstore.Join(tx, sqlstore.PostgreSQL, secure)
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []string{"acme", "b"} {
		err := s.Update(t.Context(), tenant, func(w driver.Writer) error {
			if n, head := read(t, s, "umbrella", "a", "x"); n != 0 || head != 0 {
				t.Errorf("umbrella: counter %d, head %d, want 0, 0", n, head)
			}
			return put(w, "a", "x")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var left string
	if err := tx.QueryRowContext(t.Context(), "SELECT current_setting('ismskit.tenant')").Scan(&left); err != nil || left != "" {
		t.Errorf("ismskit.tenant after Update = %q, %v, want none", left, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	stored := newStore(t, db, sqlstore.PostgreSQL, secure)
	if n, head := read(t, stored, "acme", "a", "x"); n != 1 || head != 1 {
		t.Errorf("after the commit: counter %d, head %d, want 1, 1", n, head)
	}
}
