package sqltest_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/sqlstore"
	"github.com/ismskit/ismskit/isms/storetest"
	"golang.org/x/mod/sumdb/note"
)

// Random operations agree with a model, and tenants do not feel each other.
func TestRandom(t *testing.T) {
	const steps = 100
	for _, b := range backends() {
		t.Run(string(b.dialect), func(t *testing.T) {
			if b.dialect == sqlstore.PostgreSQL {
				postgres(t)
			}
			storetest.RunRandom(t, steps, func(t *testing.T) driver.Store {
				t.Helper()
				return newStore(t, b.db(t), b.dialect, nil)
			})
		})
	}
}

// A tenant with its history goes from memory into a database and out again byte
// for byte, and the checkpoint that was signed over it in memory holds there.
func TestBundleAndCheckpoint(t *testing.T) {
	private, public, err := note.GenerateKey(rand.Reader, "ledger.example")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	memory := memstore.New()
	history(t, isms.Open(memory, nil).Space("acme").As(isms.Person("jan")))
	checkpoint, err := ledger.Of(memory, "acme", verifier).Checkpoint(t.Context(), signer, nil)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := isms.Open(memory, nil).Space("acme").Export(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		store := newStore(t, db, b.dialect, nil)
		space := isms.Open(store, nil).Space("acme").As(isms.Person("eva"))
		if err := space.Import(t.Context(), bytes.NewReader(want.Bytes())); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := space.Export(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("the bundle of the database = %s, want %s", got.Bytes(), want.Bytes())
		}
		checkLedger(t, db, space, ledger.Of(store, "acme", verifier), checkpoint)
	})
}

// checkLedger checks what a ledger says of a history as it was signed, with
// something erased from it, and with something altered.
func checkLedger(t *testing.T, db *sql.DB, space *isms.Space, log ledger.Log, checkpoint []byte) {
	t.Helper()
	report, err := log.Verify(t.Context(), checkpoint)
	if err != nil || report.Size != 43 {
		t.Errorf("Verify = %+v, %v, want 43 records", report, err)
	}
	if err := space.Erase(t.Context(), isms.Link{Kind: "role", ID: "r-1"}); err != nil {
		t.Fatal(err)
	}
	report, err = log.Verify(t.Context(), checkpoint)
	if err != nil || len(report.Erased) != 3 || len(report.Altered) != 0 {
		t.Errorf("Verify after Erase of three revisions = %+v, %v, want them erased", report, err)
	}
	// Written in place, behind the store's back.
	mustExec(t, db, "UPDATE ismskit_record SET data = (SELECT data FROM ismskit_record WHERE seq = 8) WHERE seq = 7")
	if report, err := log.Verify(t.Context(), checkpoint); !errors.Is(err, ledger.ErrAltered) {
		t.Errorf("Verify after an update in place = %+v, %v, want %v", report, err, ledger.ErrAltered)
	}
}

// history records 43 revisions of 21 roles in 22 transactions.
func history(t *testing.T, space *isms.Space) {
	t.Helper()
	var roles []isms.Role
	for n := range 21 {
		roles = append(roles, isms.Role{
			Common: isms.Common{ID: fmt.Sprintf("r-%d", n), Tags: []string{"été", "a\x01b"}},
			Title:  isms.Text{"en": "Role", "nl": "Rol ü"},
		})
	}
	for n := range 21 {
		err := space.Update(t.Context(), fmt.Sprintf("step %d", n), func(tx *isms.Tx) error {
			if n > 0 {
				roles[n-1].Title = isms.Plain(fmt.Sprint("changed ", n))
				if err := isms.Roles(tx).Put(&roles[n-1]); err != nil {
					return err
				}
			}
			return isms.Roles(tx).Put(&roles[n])
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := space.Update(t.Context(), "the end", func(tx *isms.Tx) error {
		return errors.Join(isms.Roles(tx).Delete("r-0", roles[0].Rev), isms.Roles(tx).Delete("r-1", roles[1].Rev))
	})
	if err != nil {
		t.Fatal(err)
	}
}
