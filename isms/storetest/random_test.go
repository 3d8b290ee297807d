package storetest_test

import (
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/storetest"
)

func TestNaiveRandom(t *testing.T) {
	storetest.RunRandom(t, 600, func(*testing.T) driver.Store { return newNaive("") })
}
