package dirstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

const (
	lockName  = ".lock"
	lockEvery = 10 * time.Millisecond // how often a waiting process asks
)

// lock takes the lock of a file among processes. The system gives it back when
// the process ends, however it ends. The file itself stays.
func lock(ctx context.Context, fsys fileSystem, path string, wait bool) (unlock func(), err error) {
	if !canLock {
		return nil, fmt.Errorf("%w: no file locks on this system", driver.ErrReadOnly)
	}
	f, err := fsys.OpenLock(path)
	if err != nil {
		return nil, err
	}
	for {
		locked, err := f.TryLock()
		if locked {
			return func() { _ = f.Close() }, nil
		}
		if err == nil && !wait {
			err = fmt.Errorf("%s: %w", path, ErrLocked)
		}
		if err == nil {
			timer := time.NewTimer(lockEvery)
			select {
			case <-timer.C:
			case <-ctx.Done():
				err = fmt.Errorf("%s: %w: %w", path, ErrLocked, ctx.Err())
			}
			timer.Stop()
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}
