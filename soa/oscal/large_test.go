package oscal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// A plan in which each requirement has an owner of its own is read in time that
// grows with its size. Where the cost is the square of it, this takes minutes.
func TestManyOwners(t *testing.T) {
	const n = 5_000
	var file bytes.Buffer
	if _, err := oscal.WritePlan(&file, sample.Draw("small", 1, 2, sample.Plain()).Plan(), sample.Publication("", "")); err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	var doc map[string]object
	if err := json.Unmarshal(file.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	plan := doc["system-security-plan"]
	roles, parties, requirements := make([]any, n), make([]any, n), make([]any, n)
	persons := make([]isms.Individual, n)
	for i := range n {
		name, role, uuid := fmt.Sprint("P", i), fmt.Sprint("r", i), fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
		roles[i] = object{"id": role, "title": "Owner"}
		parties[i] = object{"uuid": uuid, "type": "person", "name": name}
		persons[i] = isms.Individual{Common: isms.Common{ID: fmt.Sprint("p", i)}, Name: name}
		requirements[i] = object{
			"uuid": fmt.Sprintf("00000000-0000-4000-9000-%012d", i), "control-id": fmt.Sprint("ac-", i),
			"responsible-roles": []any{object{"role-id": role, "party-uuids": []any{uuid}}},
		}
	}
	meta := plan["metadata"].(object)
	delete(meta, "props") // it is not ours
	delete(meta, "responsible-parties")
	meta["roles"], meta["parties"] = roles, parties
	plan["control-implementation"].(object)["implemented-requirements"] = requirements
	system := plan["system-implementation"].(object)
	system["components"] = system["components"].([]any)[:1]
	system["users"] = []any{object{"uuid": "00000000-0000-4000-a000-000000000000"}}
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := oscal.ReadPlan(bytes.NewReader(data), &oscal.ReadOptions{Catalogue: "x", Persons: persons})
	if err != nil || len(got.Controls) != n {
		t.Fatalf("%d drafts, %v, want %d", len(got.Controls), err, n)
	}
	for i, k := range got.Controls {
		if want := isms.LinkTo(persons[i]); k.Owner != want {
			t.Fatalf("draft %d is owned by %s, want %s", i, k.Owner, want)
		}
	}
}
