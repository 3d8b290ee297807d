package report_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/report"
)

func TestWidePartsScrollByThemselves(t *testing.T) {
	page := html(t, sample("nl"))
	for _, want := range []string{
		`<html lang="nl">`, `<meta charset="utf-8">`, `<meta name="viewport" content="width=device-width, initial-scale=1">`,
		".scroll { margin: 1.25rem 0 2rem; overflow-x: auto; max-width: 100%; }", "display: table-header-group", "size: A4",
		"break-inside: avoid", `scope="col"`, `scope="row"`, `scope="rowgroup"`, "<caption>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page has no %s", want)
		}
	}
	for _, never := range []string{"<script", "<link", "<img", "<iframe", " src=", " style=", "url(", "@import", "generator"} {
		if strings.Contains(page, never) {
			t.Errorf("page has %s", never)
		}
	}
	var parents []string
	found := 0
	for _, token := range tokens(t, page) {
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "table" || e.Name.Local == "svg" {
				found++
				if p := parents[len(parents)-1]; !slices.Contains(strings.Fields(p), "scroll") {
					t.Errorf("<%s> stands in %q, want a scroll container", e.Name.Local, p)
				}
			}
			parents = append(parents, attribute(e, "class"))
		case xml.EndElement:
			parents = parents[:len(parents)-1]
		}
	}
	if found != 5 {
		t.Errorf("page has %d tables and drawings, want 5", found)
	}
}

func TestNotesAreNamed(t *testing.T) {
	for tone, want := range map[report.Tone][2]string{
		report.Neutral: {"Note", "Opmerking"}, report.Good: {"Note", "Opmerking"}, report.Warn: {"Attention", "Let op"},
		report.Bad: {"Action needed", "Actie nodig"}, report.Unknown: {"Not known", "Onbekend"}, 99: {"Not known", "Onbekend"},
	} {
		d := report.Document{Title: "t", Blocks: []report.Block{report.Note{Tone: tone, Text: "x"}}}
		for i, l := range []string{"en", "nl"} {
			if d.Lang = "en"; l == "nl" {
				d.Lang = "nl"
			}
			if got := html(t, d); !strings.Contains(got, `<p class="label">`+want[i]+`</p>`) {
				t.Errorf("note of tone %s in %s: want %s", tone, l, want[i])
			}
			if got := markdown(t, d); !strings.Contains(got, "> **"+want[i]+"**\n") {
				t.Errorf("Markdown note of tone %s in %s: want %s", tone, l, want[i])
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
