package oscaltest_test

import (
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	_ "github.com/ismskit/ismskit/soa/oscal"
)

func TestCompiler(t *testing.T) {
	if jsonschema.NewCompiler() == nil {
		t.Error("NewCompiler() = nil, want a compiler")
	}
}
