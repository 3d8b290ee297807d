package dirstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

const (
	markerName = "ismskit.json"
	format     = 1
)

// readMarker tells whether this is a store, of a format that we know.
func readMarker(fsys fileSystem) (marked bool, err error) {
	data, err := readFile(fsys, markerName)
	if errors.Is(err, fs.ErrNotExist) {
		refused := refuseUnmarked(fsys)
		if refused == nil {
			return false, nil
		}
		// Another process may have begun the store between the two looks: it
		// writes the marker before any record, so now it is there to be read.
		if data, err = readFile(fsys, markerName); errors.Is(err, fs.ErrNotExist) {
			return false, refused
		}
	}
	if err != nil {
		return false, err
	}
	var marker struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &marker); err != nil {
		return false, fmt.Errorf("%s: %w: %w", markerName, ErrDamaged, err)
	}
	switch {
	case marker.Format > format:
		return false, fmt.Errorf("%s: format %d: %w, which knows %d", markerName, marker.Format, ErrNewer, format)
	case marker.Format < 1:
		return false, fmt.Errorf(`%s: %w: want {"format":%d}`, markerName, ErrDamaged, format)
	}
	return true, nil
}

// refuseUnmarked refuses a directory that has records but does not say of what
// format they are.
func refuseUnmarked(fsys fileSystem) error {
	entries, err := list(fsys, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if _, err := fsys.Lstat(e.Name() + "/" + logDir); err == nil {
			return fmt.Errorf("%s: %w: it is missing, and there are records in %s", markerName, ErrDamaged, e.Name())
		}
	}
	return nil
}

// mark makes the directory a store, if it is none yet.
func (s *store) mark(ctx context.Context) error {
	s.mu.Lock()
	marked := s.marked
	s.mu.Unlock()
	if marked {
		return nil
	}
	unlock, err := lock(ctx, s.fsys, lockName, true)
	if err != nil {
		return err
	}
	defer unlock()
	marked, err = readMarker(s.fsys)
	if err != nil {
		return err
	}
	if !marked {
		if err := writeMarker(s.fsys); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.marked = true
	s.mu.Unlock()
	return nil
}

func writeMarker(fsys fileSystem) error {
	// Git shall neither translate line ends of the log nor keep what is of one
	// machine. What is there already is somebody's own.
	for _, f := range [][2]string{
		{".gitattributes", "*.jsonl -text\n"},
		{".gitignore", lockName + "\n.*.tmp\n"},
	} {
		if _, err := fsys.Lstat(f[0]); errors.Is(err, fs.ErrNotExist) {
			if err := replace(fsys, ".", f[0], []byte(f[1])); err != nil {
				return err
			}
		}
	}
	// No store without them, whatever becomes of it.
	if err := fsys.SyncDir("."); err != nil {
		return err
	}
	if err := replace(fsys, ".", markerName, fmt.Appendf(nil, "{\"format\":%d}\n", format)); err != nil {
		return err
	}
	return fsys.SyncDir(".")
}
