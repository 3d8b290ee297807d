package dirstore_test

import (
	"io/fs"
	"testing"

	"github.com/ismskit/ismskit/isms/dirstore"
)

// late is a file system on which another process begins the store just after
// this one looked for the marker.
type late struct {
	dirstore.FileSystem

	looks int // for the marker
}

func (l *late) Open(name string) (dirstore.File, error) {
	if name == "ismskit.json" {
		if l.looks++; l.looks == 1 {
			return nil, fs.ErrNotExist
		}
	}
	return l.FileSystem.Open(name)
}

// Records without a marker are damage, unless the marker came in between.
func TestBegunByAnotherProcess(t *testing.T) {
	l := newDisk().life(nil, nil)
	put(t, openOn(t, l, nil), draft("asset", "a", `{"x":1}`))
	s, err := dirstore.OpenOn(&late{FileSystem: l.fs()}, nil)
	if err != nil {
		t.Fatalf("Open of a store that another process has just begun = %v, want nil", err)
	}
	put(t, s, draft("asset", "b", `{"x":2}`))
}
