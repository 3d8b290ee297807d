package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Schema is the statements that make the tables of this version, or bring those
// of an older one up to it, for a host that runs migrations itself. They may run
// again without harm. On PostgreSQL the tables go to the first schema of the
// search path. A role that shall use them needs SELECT, INSERT and UPDATE on the
// tables ismskit_head and ismskit_entity, SELECT and INSERT on ismskit_record
// and ismskit_term, and SELECT on ismskit_schema. To erase it needs UPDATE on
// ismskit_record and DELETE on ismskit_term as well, and to drop a tenant DELETE
// on all four. It is "" for an unknown dialect.
func Schema(d Dialect) string {
	var all []string
	for n, step := range migrations(d) {
		all = append(all, step...)
		all = append(all, stamp(n+1))
	}
	return script(all)
}

// Policies is the statements that make PostgreSQL keep the tenants apart by
// itself: run by the owner of the tables, after [Schema] and again after each
// upgrade. From then on a transaction sees and writes the rows of the one tenant
// that its setting ismskit.tenant names. See Options.RowSecurity.
func Policies() string {
	var all []string
	for _, table := range tables() {
		all = append(all,
			"ALTER TABLE "+table+" ENABLE ROW LEVEL SECURITY",
			"ALTER TABLE "+table+" FORCE ROW LEVEL SECURITY",
			"DROP POLICY IF EXISTS ismskit_tenant ON "+table,
			"CREATE POLICY ismskit_tenant ON "+table+" USING (tenant = current_setting('ismskit.tenant', true))"+
				" WITH CHECK (tenant = current_setting('ismskit.tenant', true))")
	}
	return script(all)
}

// tables are those with rows of tenants.
func tables() []string {
	return []string{"ismskit_head", "ismskit_record", "ismskit_entity", "ismskit_term"}
}

func script(statements []string) string {
	var b strings.Builder
	for _, s := range statements {
		b.WriteString(s + ";\n")
	}
	return b.String()
}

// migrations are the steps from each version of the tables to the next. A step
// does no harm where it was done before.
func migrations(d Dialect) [][]string {
	var types *strings.Replacer
	switch d {
	case SQLite:
		types = strings.NewReplacer("ID", "TEXT", "NUMBER", "INTEGER", "BYTES", "BLOB", "ROWS", " STRICT", "INDEXED", " STRICT, WITHOUT ROWID")
	case PostgreSQL:
		types = strings.NewReplacer("ID", `TEXT COLLATE "C"`, "NUMBER", "BIGINT", "BYTES", "BYTEA", "ROWS", "", "INDEXED", "")
	default:
		return nil
	}
	steps := [][]string{firstTables()}
	for _, step := range steps {
		for i, s := range step {
			step[i] = types.Replace(s)
		}
	}
	return steps
}

func firstTables() []string {
	return []string{
		`CREATE TABLE IF NOT EXISTS ismskit_schema (
	one NUMBER NOT NULL PRIMARY KEY CHECK (one = 1),
	version NUMBER NOT NULL
)ROWS`,
		`CREATE TABLE IF NOT EXISTS ismskit_head (
	tenant ID NOT NULL,
	seq NUMBER NOT NULL, -- of the newest record
	at NUMBER NOT NULL,
	PRIMARY KEY (tenant)
)ROWS`,
		`CREATE TABLE IF NOT EXISTS ismskit_record (
	tenant ID NOT NULL,
	seq NUMBER NOT NULL,
	kind ID NOT NULL,
	id ID NOT NULL,
	rev NUMBER NOT NULL,
	tx NUMBER NOT NULL,
	at NUMBER NOT NULL,
	schema NUMBER NOT NULL,
	deleted NUMBER NOT NULL,
	made_by BYTES NOT NULL,
	note BYTES NOT NULL,
	terms BYTES NOT NULL,
	data BYTES NOT NULL,
	salt BYTES NOT NULL,
	digest BYTES NOT NULL,
	PRIMARY KEY (tenant, seq)
)ROWS`,
		`CREATE TABLE IF NOT EXISTS ismskit_entity (
	tenant ID NOT NULL,
	kind ID NOT NULL,
	id ID NOT NULL,
	until NUMBER NOT NULL, -- the seq of the next revision, 2^63-1 while there is none
	seq NUMBER NOT NULL,
	rev NUMBER NOT NULL,
	schema NUMBER NOT NULL,
	deleted NUMBER NOT NULL,
	PRIMARY KEY (tenant, kind, id, until)
)INDEXED`,
		// An expression keeps PostgreSQL from using this index, which is lower than
		// the primary key, for what that finds at once: before it has statistics,
		// it takes both for as good.
		`CREATE INDEX IF NOT EXISTS ismskit_entity_schema ON ismskit_entity ((tenant || ''), kind, schema, until)`,
		`CREATE TABLE IF NOT EXISTS ismskit_term (
	tenant ID NOT NULL,
	term BYTES NOT NULL, -- a hash of key and value
	kind ID NOT NULL,
	id ID NOT NULL,
	seq NUMBER NOT NULL,
	PRIMARY KEY (tenant, term, kind, id, seq)
)INDEXED`,
	}
}

// stamp records that the tables have a version.
func stamp(version int) string {
	v := strconv.Itoa(version)
	return "INSERT INTO ismskit_schema (one, version) VALUES (1, " + v + ") ON CONFLICT (one) DO UPDATE SET version = " + v +
		" WHERE ismskit_schema.version < " + v
}

// version reads which version the tables have, 0 when there are none.
func (s *store) version(ctx context.Context, q querier) (int, error) {
	exists := "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'ismskit_schema'"
	if s.dialect == PostgreSQL {
		exists = "SELECT count(to_regclass('ismskit_schema'))"
	}
	var n int
	if err := one(ctx, q, exists, nil, &n); err != nil || n == 0 {
		return 0, err
	}
	err := one(ctx, q, "SELECT version FROM ismskit_schema", nil, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// current is the version of the tables that this program knows.
func current() int { return len(migrations(SQLite)) }

func checkVersion(have int) error {
	switch want := current(); {
	case have > want:
		return fmt.Errorf("tables of version %d: %w: it knows version %d", have, ErrNewer, want)
	case have < want:
		return fmt.Errorf("%w: tables of version %d, want %d: run what Schema gives as a role that may make tables", ErrSettings, have, want)
	}
	return nil
}

// migrate brings the tables up to this version. Of programs that start at once
// one does it; the others find it done.
func (s *store) migrate(ctx context.Context) error {
	var have int
	read := func(ctx context.Context, q querier) (err error) {
		have, err = s.version(ctx, q)
		return err
	}
	for attempt := 1; ; attempt++ {
		if err := s.free(ctx)(read); err != nil {
			return err
		}
		if have >= current() || s.secure {
			return checkVersion(have)
		}
		before := have
		err := s.upgrade(ctx)
		if err == nil {
			continue
		}
		if e := s.free(ctx)(read); e != nil {
			return errors.Join(err, e)
		}
		if have == before && !retryable(err) || attempt == maxAttempts {
			return fmt.Errorf("make tables: %w: or let a role that may run what Schema gives", err)
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// upgrade runs the steps in one transaction; those that were done before do no
// harm.
func (s *store) upgrade(ctx context.Context) error {
	t, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer t.end(ctx)
	for n, step := range migrations(s.dialect) {
		for _, statement := range append(step, stamp(n+1)) {
			if _, err := t.conn.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
	}
	return t.commit(ctx)
}
