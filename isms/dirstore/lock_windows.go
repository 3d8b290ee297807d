package dirstore

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

const canLock = true

// isReadOnly reports whether a medium is write-protected.
func isReadOnly(err error) bool { return errors.Is(err, syscall.Errno(19)) }

// tryLock takes the lock if nobody has it. Closing the file gives it back.
func tryLock(f *os.File) (bool, error) {
	const (
		failImmediately = 1
		exclusive       = 2
		lockViolation   = syscall.Errno(33)
		ioPending       = syscall.Errno(997)
	)
	conn, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	lockFileEx := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	var ok uintptr
	var callErr error
	err = conn.Control(func(fd uintptr) {
		var place syscall.Overlapped
		ok, _, callErr = lockFileEx.Call(fd, exclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&place))) //nolint:gosec // the only way to call the system
	})
	switch {
	case err != nil:
		return false, err
	case ok != 0:
		return true, nil
	case errors.Is(callErr, lockViolation) || errors.Is(callErr, ioPending):
		return false, nil
	default:
		return false, callErr
	}
}
