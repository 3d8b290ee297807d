package dirstore

import "github.com/ismskit/ismskit/isms/driver"

// What a test needs to put a file system of its own below a store.
type (
	FileSystem = fileSystem
	File       = file
	LockFile   = lockFile
)

func OpenOn(fsys FileSystem, opt *Options) (driver.Store, error) { return openOn(fsys, opt) }
