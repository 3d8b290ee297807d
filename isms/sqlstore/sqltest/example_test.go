package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// A host keeps its ISMS in SQLite, beside tables of its own.
func Example() {
	dir, err := os.MkdirTemp("", "isms")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "isms.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	store, err := sqlstore.New(db, sqlstore.SQLite, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	space := isms.Open(store, nil).Space("acme").As(isms.Person("p-17"))
	cio := isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("Chief information officer")}
	err = space.Update(ctx, "first roles", func(tx *isms.Tx) error { return isms.Roles(tx).Put(&cio) })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, revision %d by %s\n", cio.ID, cio.Rev, cio.Recorded.By)
	// Output: cio, revision 1 by person:p-17
}

// Join commits rows of the host and records together.
func Example_join() {
	dir, err := os.MkdirTemp("", "isms")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "isms.db")+
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	if err := ticketAndRole(db); err != nil {
		fmt.Println(err)
		return
	}
	var tickets, records int
	err = db.QueryRowContext(context.Background(), "SELECT (SELECT count(*) FROM ticket), (SELECT count(*) FROM ismskit_record)").Scan(&tickets, &records)
	fmt.Println(tickets, records, err)
	// Output: 1 1 <nil>
}

func ticketAndRole(db *sql.DB) error {
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, sqlstore.Schema(sqlstore.SQLite)+"CREATE TABLE ticket (title TEXT)"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if _, err := tx.ExecContext(ctx, "INSERT INTO ticket VALUES ('appoint a CIO')"); err != nil {
		return err
	}
	store, err := sqlstore.Join(tx, sqlstore.SQLite, nil)
	if err != nil {
		return err
	}
	space := isms.Open(store, nil).Space("acme").As(isms.Person("p-17"))
	err = space.Update(ctx, "from ticket 1", func(tx *isms.Tx) error {
		return isms.Roles(tx).Put(&isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("CIO")})
	})
	if err != nil {
		return err
	}
	return tx.Commit()
}
