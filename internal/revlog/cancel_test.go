package revlog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/internal/revlog"
	"github.com/ismskit/ismskit/isms/driver"
)

// limited is a context that ends after so many looks at it.
type limited struct {
	context.Context //nolint:containedctx // it is one

	looks int
}

func (l *limited) Err() error {
	if l.looks--; l.looks < 0 {
		return context.Canceled
	}
	return nil
}

// An Append of many ends soon after its context, not when it is done.
func TestAppendEndsWithContext(t *testing.T) {
	const n = 5000
	all := make([]driver.Record, n)
	for i := range all {
		all[i] = driver.Record{Kind: "k", ID: fmt.Sprintf("x-%d", i), Rev: 1, Seq: int64(i) + 1, Schema: 1}
	}
	log := revlog.New()
	w, err := log.Begin(&limited{t.Context(), 5})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(all...); !errors.Is(err, context.Canceled) {
		t.Errorf("Append = %v, want %v", err, context.Canceled)
	}
	if got := len(w.Appended()); got > n/2 {
		t.Errorf("Append added %d of %d records after its context ended, want few", got, n)
	}
	w.Rollback()
	if w, err = log.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer w.Rollback()
	if err := w.Append(all...); err != nil || len(w.Appended()) != n {
		t.Errorf("Append after a rollback = %v, %d records, want nil, %d", err, len(w.Appended()), n)
	}
}
