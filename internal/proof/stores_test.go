package proof_test

import (
	"os"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// count is the full one for a soak.
func count(reduced, full int) int {
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		return full
	}
	return reduced
}

func openMem(*testing.T) driver.Store { return memstore.New() }

func openDir(t *testing.T) driver.Store {
	t.Helper()
	s, err := dirstore.Open(t.TempDir(), nil)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}
	return s
}

func start() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
