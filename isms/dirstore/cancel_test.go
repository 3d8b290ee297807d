package dirstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// A context that ends while a large transaction is written takes it back, and
// one that ends while a log is read stops the reading.
func TestCancel(t *testing.T) {
	n := soak(5000, 100_000)
	dir := t.TempDir()
	opt := &dirstore.Options{LogOnly: []string{"finding"}}
	s := open(t, dir, opt)
	drafts := make([]driver.Record, n)
	for i := range drafts {
		drafts[i] = draft("finding", fmt.Sprintf("f-%06d", i), fmt.Sprintf(`{"size":%d}`, i))
	}
	var worst time.Duration
	var cut time.Time
	for _, after := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond} {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Update(ctx, "acme", func(w driver.Writer) error {
			if err := appendDrafts(w, "person:jan", "", drafts...); err != nil {
				return err
			}
			time.AfterFunc(after, cancel) // when the function is over, or nearly
			cut = time.Now().Add(after)
			return nil
		})
		worst = max(worst, time.Since(cut))
		if err != nil {
			wantErr(t, "Update", err, context.Canceled)
			wantLog(t, s)
			wantLog(t, open(t, dir, opt))
		}
		cancel()
		if err == nil {
			break // it was faster
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Update(ctx, "acme", func(driver.Writer) error { return nil })
	wantErr(t, "Update", err, context.Canceled)
	t.Logf("%d records: an Update ended %v after its context at most", n, worst)
}
