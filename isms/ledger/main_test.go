package ledger_test

import (
	"testing"

	"github.com/ismskit/ismskit/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }
