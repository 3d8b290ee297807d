package storetest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

func tenantChecks() []check {
	return []check{
		{"tenant reads", checkTenantReads},
		{"tenant writes", checkTenantWrites},
		{"tenant never written", checkTenantNew},
		{"tenant names", checkTenantNames},
	}
}

// checkTenantReads: a tenant reads its own records alone, whatever another has
// under the same ids.
func checkTenantReads(e *env) {
	tenants := []string{"a", "b", "a-b"}
	for _, tenant := range tenants {
		commitStory(e, tenant)
	}
	e.commit("b", draft("a", "only-b", "b", driver.Term{Key: "colour", Value: "red"}), draft("only-b", "x", "b"))
	for _, tenant := range tenants {
		e.view(tenant, driver.Latest, func(r driver.Reader) {
			want := e.logs[tenant]
			when := "tenant " + tenant
			e.same(when, r, want)
			e.sameGet(when, r, want, "a", "only-b")
			e.sameHistory(when, r, want, "a", "only-b")
			for _, q := range []driver.Query{
				{Kind: "only-b"},
				{Kind: "a"},
				{Kind: "a", After: "x"},
				{After: "a/x"},
				{SinceSchema: 2},
				{Terms: []driver.Term{{Key: "colour", Value: "red"}}},
			} {
				e.sameScan(when, r, want, q)
			}
		})
		e.view(tenant, 2, func(r driver.Reader) { e.same("tenant "+tenant+" at 2", r, e.logs[tenant].at(2)) })
		err := e.update(tenant, func(w driver.Writer) error {
			e.same("writer of tenant "+tenant, w, e.logs[tenant])
			return nil
		})
		if err != nil {
			e.Errorf("Update(%q) that reads = %v, want nil", tenant, err)
		}
	}
}

// checkTenantWrites: each tenant counts its own Rev and Seq: another's neither
// cause a conflict nor hide one, and a rollback stays within its tenant.
func checkTenantWrites(e *env) {
	for round := range 3 {
		for _, tenant := range []string{"a", "b"} {
			e.commit(tenant, draft("a", "x", fmt.Sprint(tenant, round)), draft("a", tenant, "own"))
		}
		e.commit("b", draft("a", "x", "ahead"))
	}
	ahead := e.logs["b"].next(draft("a", "x", "what b may write"))
	err := e.update("a", func(w driver.Writer) error { return w.Append(ahead...) })
	e.wantErr("Update of tenant a with the Rev and Seq of tenant b", err, driver.ErrConflict)
	errOwn := errors.New("the caller's own")
	err = e.update("a", func(w driver.Writer) error {
		return errors.Join(w.Append(e.logs["a"].next(tombstone("a", "x"))...), errOwn)
	})
	e.wantErr("Update of tenant a whose function gives an error", err, errOwn)
	for _, tenant := range []string{"b", "a"} {
		e.unchanged("a conflict and an error of tenant a, tenant "+tenant, tenant)
	}
}

// checkTenantNew: a tenant that was never written reads as empty, without an
// error.
func checkTenantNew(e *env) {
	commitStory(e, acme)
	for _, seq := range []int64{driver.Latest, 3, 0} {
		e.view("new", seq, func(r driver.Reader) {
			e.same("a tenant that was never written", r, nil)
			e.sameGet("a tenant that was never written", r, nil, "a", "x")
			e.sameHistory("a tenant that was never written", r, nil, "a", "x")
		})
	}
	errOwn := errors.New("the caller's own")
	err := e.update("lost", func(w driver.Writer) error {
		e.same("a tenant that was never written", w, nil)
		return errors.Join(w.Append(logbook{}.next(draft("a", "x", "lost"))...), errOwn)
	})
	e.wantErr("Update whose function gives an error", err, errOwn)
	e.unchanged("a first transaction that was lost", "lost")
}

// checkTenantNames: names that a file system, a pattern or a quick join of
// texts would confuse stay apart.
func checkTenantNames(e *env) {
	names := []string{
		"a", "a-a", "a.a", "a_a", "aa", "a1", "1", "01", "0", "a..b", "a.yaml", "a-", "a_", "a--", "0x1f", "null", "true", "default",
		"select", "drop-table", "public", "tenant", "index", "head", "commit.log", "x.tmp", "1e3", strings.Repeat("a", 63), strings.Repeat("a", 64),
	}
	for _, tenant := range names {
		e.commit(tenant, draft(tenant, tenant, "of "+tenant), draft("a", "a-a", "of "+tenant), draft("a-a", "a", "of "+tenant))
	}
	for _, tenant := range names {
		e.view(tenant, driver.Latest, func(r driver.Reader) { e.same("tenant "+tenant, r, e.logs[tenant]) })
	}
}
