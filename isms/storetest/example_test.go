package storetest_test

import (
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

// testStore is what a driver has as its TestStore; memstore stands for yours.
func testStore(t *testing.T) {
	t.Helper()
	storetest.Run(t, func(*testing.T) driver.Store { return memstore.New() })
}

// A driver has one test that calls Run. Each check is a subtest, so that
// "go test -run TestStore/rollback" runs those on rollback.
func Example() {
	test := testing.InternalTest{Name: "TestStore", F: testStore}
	fmt.Println("go test -run", test.Name)
	// Output: go test -run TestStore
}
