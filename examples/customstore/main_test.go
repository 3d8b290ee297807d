package main

import (
	"os"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/storetest"
)

func Example() {
	main()
	// Output: asset/crm@2 /needs: nothing -> {"confidentiality":"high"} (person:p-17, rated with the sales team)
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) driver.Store { return newStore() })
}

// The documentation shows this driver as it is compiled and proved here.
func TestDocumentationShowsThisDriver(t *testing.T) {
	source, err := os.ReadFile("store.go")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../docs/writing-a-store.md")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(source), "// store keeps")
	if !strings.Contains(string(doc), "```go\n// store keeps"+body+"```\n") {
		t.Error("docs/writing-a-store.md does not show examples/customstore/store.go from its first type on as it is")
	}
}
