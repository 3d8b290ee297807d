package main

import (
	"os"
	"strings"
	"testing"
)

// The README shows this program, and the program is at most 25 lines.
func TestReadme(t *testing.T) {
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(program), "\n") // the comment
	if !strings.Contains(string(readme), "```go\n"+code+"```") {
		t.Error("the README does not show main.go")
	}
	if n := strings.Count(code, "\n"); n > 25 {
		t.Errorf("the program has %d lines, want at most 25", n)
	}
}
