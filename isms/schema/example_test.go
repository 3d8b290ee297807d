package schema_test

import (
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/isms/schema"
)

// What may stand in the member "type" of an asset?
func ExampleOf() {
	data, ok := schema.Of("asset", 1)
	if !ok {
		fmt.Println("no such schema")
		return
	}
	var asset struct {
		ID         string `json:"$id"`
		Properties map[string]struct {
			Enum []string `json:"enum"`
		} `json:"properties"`
		Required []string `json:"required"`
	}
	if err := json.Unmarshal(data, &asset); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(asset.ID)
	fmt.Println(asset.Properties["type"].Enum)
	fmt.Println("required:", asset.Required)
	// Output:
	// urn:ismskit:schema:asset:1
	// [information software hardware network service process people premises]
	// required: [id title type]
}
