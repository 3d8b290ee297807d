package sqlstore

import (
	"context"
	"fmt"
	"strings"
)

// setTenant says whose rows the rest of the transaction may see.
func setTenant(ctx context.Context, q querier, tenant string) error {
	_, err := q.ExecContext(ctx, "SELECT set_config('ismskit.tenant', $1, true)", tenant)
	return err
}

// actAs is setTenant for a part of the host's transaction; undo goes back to
// what was set before.
func actAs(ctx context.Context, q querier, tenant string) (undo func() error, err error) {
	var before string
	if err := one(ctx, q, "SELECT coalesce(current_setting('ismskit.tenant', true), '')", nil, &before); err != nil {
		return nil, err
	}
	undo = func() error { return setTenant(context.WithoutCancel(ctx), q, before) }
	return undo, setTenant(ctx, q, tenant)
}

// checkSecurity checks that row security is on as asked, on every table, and
// that it binds this role.
func (s *store) checkSecurity(ctx context.Context, q querier) error {
	if s.dialect != PostgreSQL {
		return nil
	}
	if s.secure {
		if err := checkRole(ctx, q); err != nil {
			return err
		}
	}
	for _, table := range tables() {
		if err := checkTable(ctx, q, table, s.secure); err != nil {
			return err
		}
	}
	return nil
}

func checkRole(ctx context.Context, q querier) error {
	var roles, super, bypass int
	err := one(ctx, q, "SELECT count(*), count(CASE WHEN rolsuper THEN 1 END), count(CASE WHEN rolbypassrls THEN 1 END) "+
		"FROM pg_roles WHERE rolname IN (current_user, session_user)", nil, &roles, &super, &bypass)
	switch {
	case err != nil:
		return err
	case roles == 0:
		return fmt.Errorf("%w: row security: this role is unknown to pg_roles", ErrSettings)
	case super > 0:
		return fmt.Errorf("%w: row security does not bind a superuser: connect as another role", ErrSettings)
	case bypass > 0:
		return fmt.Errorf("%w: row security does not bind a role with BYPASSRLS: connect as another role", ErrSettings)
	}
	return nil
}

func checkTable(ctx context.Context, q querier, table string, secure bool) error {
	var enabled, forced, owner bool
	err := one(ctx, q, "SELECT relrowsecurity, relforcerowsecurity, pg_has_role(current_user, relowner, 'MEMBER') "+
		"FROM pg_class WHERE oid = to_regclass($1)", []any{table}, &enabled, &forced, &owner)
	switch {
	case err != nil:
		return fmt.Errorf("row security of %s: %w", table, err)
	case !secure && enabled:
		return fmt.Errorf("%w: row security of %s is on: want Options.RowSecurity, or nothing is found", ErrSettings, table)
	case !secure:
		return nil
	case owner:
		return fmt.Errorf("%w: row security of %s: this role is its owner, or may become it: connect as another role", ErrSettings, table)
	case !enabled || !forced:
		return fmt.Errorf("%w: row security of %s is enabled %t, forced %t, want both: run what Policies gives", ErrSettings, table, enabled, forced)
	}
	return checkPolicies(ctx, q, table)
}

// checkPolicies checks that the one policy that lets rows through is ours: those
// of one table add up, so a second would open what the first closes.
func checkPolicies(ctx context.Context, q querier, table string) error {
	var all, ours int
	var using, check string
	err := one(ctx, q, "SELECT count(*), count(CASE WHEN polname = 'ismskit_tenant' AND polcmd = '*' THEN 1 END), "+
		"coalesce(max(pg_get_expr(polqual, polrelid)), ''), coalesce(max(pg_get_expr(polwithcheck, polrelid)), '') "+
		"FROM pg_policy WHERE polrelid = to_regclass($1) AND polpermissive", []any{table}, &all, &ours, &using, &check)
	switch {
	case err != nil:
		return fmt.Errorf("row security of %s: %w", table, err)
	case all != 1 || ours != 1:
		return fmt.Errorf("%w: row security of %s: %d policies that let rows through, of which %d ismskit_tenant, want that one: run what Policies gives",
			ErrSettings, table, all, ours)
	}
	const want = "tenant=current_setting'ismskit.tenant',true"
	for _, have := range []string{using, check} {
		if strings.NewReplacer(" ", "", "(", "", ")", "", "::text", "").Replace(have) != want {
			return fmt.Errorf("%w: row security of %s: policy ismskit_tenant is %q: run what Policies gives", ErrSettings, table, have)
		}
	}
	return nil
}
