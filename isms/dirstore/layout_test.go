package dirstore_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

const log1 = "acme/_log/00000000000000000001.jsonl"

// The layout is for ever: what this test says was written once must be read.
func TestLayout(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, &dirstore.Options{LogOnly: []string{"finding"}})
	crm := draft("asset", "crm", `{"title":"Customers & <co>","tags":["a","b"],"owner":"person/p-1"}`)
	crm.Terms = []driver.Term{{Key: "ref", Value: "person/p-1"}}
	put(t, s, crm, draft("finding", "f-1", `{"n":1}`))
	put(t, s, draft("asset", "crm", ""), draft("blob", "b", "a\x00\xff"))
	want := map[string]string{
		"ismskit.json":         "{\"format\":1}\n",
		".gitattributes":       "*.jsonl -text\n",
		".gitignore":           ".lock\n.*.tmp\n",
		".lock":                "",
		"acme/.lock":           "",
		"acme/_projected.json": "{\n  \"asset\": 3,\n  \"blob\": 4\n}\n",
		log1: `{"first":1,"last":2,"at":"2026-03-01T12:02:00Z","by":"person:jan","note":"a note"}
{"seq":1,"kind":"asset","id":"crm","rev":1,"schema":1,"terms":[["ref","person/p-1"]],"salt":"Zml4ZWQgc2FsdA==","digest":"/O7ieizSM+7ZTj29g2PSqIrJH1zBlnPnZDM76JKGJTM=","data":{"title":"Customers & <co>","tags":["a","b"],"owner":"person/p-1"}}
{"seq":2,"kind":"finding","id":"f-1","rev":1,"schema":1,"salt":"Zml4ZWQgc2FsdA==","digest":"H5dhhXXVPn/MHoNN0s8edLxKRnZcyX8dXqRlSiWFGh0=","data":{"n":1}}
{"sha256":"838ca128c08fb610d68e0862402d44350758a73a58533b51dd3a6f279222fe68"}
`,
		"acme/_log/00000000000000000003.jsonl": `{"first":3,"last":4,"at":"2026-03-01T12:04:00Z","by":"person:jan","note":"a note"}
{"seq":3,"kind":"asset","id":"crm","rev":2,"schema":1,"deleted":true,"salt":"Zml4ZWQgc2FsdA==","digest":"2ths/zNMrBVoiPomNvLptzDvqyrqXqY4ZLuXJsgQVX0="}
{"seq":4,"kind":"blob","id":"b","rev":1,"schema":1,"salt":"Zml4ZWQgc2FsdA==","digest":"+aGQK6SRvH4gl33zr1GHBJ5XLYEzLHgLaq3+q/ZMRM8=","base64":"YQD/"}
{"sha256":"2a9b367e918e467859ab053371becbee1b089ac92d64276c210ceec49eda65e5"}
`,
	}
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestProjectionLayout(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{"title":"Customers & <co>","version":"4.10","text":"one\ntwo\n","tags":["a","b"],"size":1.50,"more":{"z":1,"a":null}}`))
	want := `kind: asset
schema: 1
id: crm
rev: 1
title: Customers & <co>
version: "4.10"
text: |
  one
  two
tags:
  - a
  - b
size: 1.50
more:
  z: 1
  a: null
`
	if diff := cmp.Diff(want, read(t, dir, "acme/asset/crm.yaml")); diff != "" {
		t.Errorf("acme/asset/crm.yaml (-want +got):\n%s", diff)
	}
	put(t, s, draft("asset", "crm", ""))
	if exists(t, dir, "acme/asset/crm.yaml") {
		t.Error("acme/asset/crm.yaml is there after the deletion")
	}
}

// Git shows a change only where something changed.
func TestSameContentSameBytes(t *testing.T) {
	var trees []map[string]string
	for range 2 {
		dir := t.TempDir()
		s := open(t, dir, nil)
		put(t, s, draft("risk", "r", `{"a":1,"b":{"y":1,"x":2}}`), draft("asset", "crm", `{}`), draft("asset", "a", `{}`))
		put(t, s, draft("asset", "crm", `{"b":1}`))
		open(t, dir, nil)
		put(t, open(t, dir, nil))
		trees = append(trees, tree(t, dir))
	}
	if diff := cmp.Diff(trees[0], trees[1]); diff != "" {
		t.Errorf("two stores of the same records (-first +second):\n%s", diff)
	}
}

// What is not UTF-8 or not as the header says survives, byte for byte.
func TestVerbatim(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	var records []driver.Record
	for i, data := range []string{
		`{"a":1}`, `{"a": 1}`, ` {"a":1}`, "{\"a\":\"\u2028<&>\"}", `{"a":"\u003c","A":1.0}`, "{\"a\":\"\xff\"}", `{"a":1,"a":2}`, `null`, `"x"`, `[1]`, "\x00", "a\nb",
		`{"kind":"x"}`, `{"id":"x","rev":9}`, `{`, `{}`, "{\n\"a\":1}", `{"a":1} `,
	} {
		r := draft("blob", fmt.Sprintf("b-%d", i), data)
		r.Terms = []driver.Term{{Key: "k\xff", Value: "\x00"}, {Key: "z", Value: "<&>\u2028\ufffd"}}
		records = append(records, r)
	}
	put(t, s, records...)
	var want []driver.Record
	err := s.Update(t.Context(), "acme", func(w driver.Writer) error {
		head, at, err := w.Head()
		if err != nil {
			return err
		}
		one := driver.Record{Kind: "odd", ID: "a", Rev: 1, Seq: head + 1, Tx: 77, At: at.Add(1), By: "\xff", Note: "", Digest: []byte("other")}
		two := driver.Record{Kind: "odd", ID: "b", Rev: 1, Seq: head + 2, Tx: head + 2, At: at.Add(3), By: "b", Note: "c\x00"}
		want = []driver.Record{one, two}
		return w.Append(one, two)
	})
	if err != nil {
		t.Fatalf("Update = %v, want nil", err)
	}
	for name, content := range tree(t, dir) {
		if !utf8.ValidString(content) {
			t.Errorf("%s is not UTF-8", name)
		}
	}
	got := log(t, open(t, dir, nil))
	if diff := cmp.Diff(log(t, s), got); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, got[len(got)-2:]); diff != "" {
		t.Errorf("odd records (-want +got):\n%s", diff)
	}
	for i, r := range records {
		if string(got[i].Data) != string(r.Data) {
			t.Errorf("Data = %q, want %q", got[i].Data, r.Data)
		}
	}
}

// A file may hold several transactions.
func TestSegments(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	for i := range 4 {
		put(t, s, draft("asset", "crm", fmt.Sprintf(`{"n":%d}`, i)), draft("asset", fmt.Sprint("a", i), `{}`))
	}
	want := log(t, s)
	var segment strings.Builder
	for _, first := range []int{1, 3, 5} {
		name := fmt.Sprintf("acme/_log/%020d.jsonl", first)
		segment.WriteString(read(t, dir, name))
		remove(t, dir, name)
	}
	write(t, dir, log1, segment.String())
	s = open(t, dir, nil)
	if diff := cmp.Diff(want, log(t, s)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	put(t, s, draft("asset", "new", `{}`))
	if !exists(t, dir, "acme/_log/00000000000000000009.jsonl") {
		t.Errorf("the next file is not 9: %v", strings.Join(fileNames(t, dir), " "))
	}
}

func fileNames(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	for name := range tree(t, dir) {
		names = append(names, name)
	}
	return names
}
