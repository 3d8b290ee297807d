package yamljson_test

import (
	"fmt"

	"github.com/ismskit/ismskit/internal/yamljson"
)

func Example() {
	type Asset struct {
		ID      string `json:"id"`
		Version string `json:"version"`
		Owner   string `json:"owner,omitempty"`
	}
	old := []byte("id: a-1\nversion: 4.10  # as on the box\n")
	doc, err := yamljson.Parse("assets.yaml", old)
	if err != nil {
		fmt.Println(err)
		return
	}
	var a Asset
	if err := doc.Decode(&a); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Version)

	a.Owner = "no"
	text, err := yamljson.Update(old, a)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(text))

	doc, err = yamljson.Parse("assets.yaml", []byte("id: a-2\nvrsion: 7\n"))
	if err == nil {
		err = doc.Decode(&a)
	}
	fmt.Println(err)
	// Output:
	// 4.10
	// id: a-1
	// version: 4.10  # as on the box
	// owner: "no"
	// assets.yaml:2:1: /vrsion: unknown field, did you mean "version"?
}
