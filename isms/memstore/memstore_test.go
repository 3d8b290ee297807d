package memstore_test

import (
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) driver.Store { return memstore.New() })
}
