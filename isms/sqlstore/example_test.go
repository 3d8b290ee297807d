package sqlstore_test

import (
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms/sqlstore"
)

// A host that runs migrations itself takes the statements from Schema.
func ExampleSchema() {
	for line := range strings.Lines(sqlstore.Schema(sqlstore.PostgreSQL)) {
		if _, table, found := strings.Cut(line, "CREATE TABLE IF NOT EXISTS "); found {
			fmt.Println(strings.TrimSuffix(table, " (\n"))
		}
	}
	// Output:
	// ismskit_schema
	// ismskit_head
	// ismskit_record
	// ismskit_entity
	// ismskit_term
}
