//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package dirstore

import (
	"errors"
	"os"
	"syscall"
)

const canLock = true

// isReadOnly reports whether a file system is mounted read-only.
func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// tryLock takes the lock if nobody has it. Closing the file gives it back.
func tryLock(f *os.File) (bool, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	var flockErr error
	err = conn.Control(func(fd uintptr) {
		flockErr = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB)
	})
	if errors.Is(flockErr, syscall.EWOULDBLOCK) || errors.Is(flockErr, syscall.EINTR) {
		return false, nil
	}
	return err == nil && flockErr == nil, errors.Join(err, flockErr)
}
