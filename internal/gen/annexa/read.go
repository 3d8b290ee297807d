package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const firstClause = 5 // of Annex A: the theme "organizational"

// list is one of the fixed lists of package annexa.
type list struct{ column, variable, name, field, typ string }

// lists has the theme first, then the attributes in the order of the columns.
func lists() []list {
	return []list{
		{"theme", "themes", "theme", "Theme", "Theme"},
		{"control_types", "controlTypes", "control type", "Types", "ControlType"},
		{"properties", "properties", "property", "Properties", "Property"},
		{"concepts", "concepts", "concept", "Concepts", "Concept"},
		{"capabilities", "capabilities", "capability", "Capabilities", "Capability"},
		{"domains", "domains", "domain", "Domains", "Domain"},
	}
}

type attribute struct{ list, tag, alias, labelEN, labelNL string }

func (a attribute) word() string { return strings.ToLower(strings.TrimPrefix(a.tag, "#")) }

// constant is the name that annexa/value.go gives the value.
func (a attribute) constant() string {
	var b strings.Builder
	for part := range strings.SplitSeq(a.word(), "_") {
		first, n := utf8.DecodeRuneInString(part)
		b.WriteString(string(unicode.ToUpper(first)) + part[n:])
	}
	return b.String()
}

type control struct {
	id                                     number
	theme                                  attribute
	titleEN, titleNL, summaryEN, summaryNL string
	sets                                   [5][]attribute
	former                                 []number
}

type former struct {
	id            number
	domain, title string
	successors    []number
}

type data struct {
	attributes []attribute
	controls   []control
	formers    []former
}

// sizes is the number of controls in each clause from firstClause on.
func (d *data) sizes() []int {
	var sizes []int
	for _, c := range d.controls {
		if c.id[1] == 1 {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
	}
	return sizes
}

// number is "A.5.1" as {5, 1}, "A.13.2.1" as {13, 2, 1}.
type number []int

func (n number) numbers() string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint([]int(n))), ", "), "[]")
}
func (n number) String() string { return "A." + strings.ReplaceAll(n.numbers(), ", ", ".") }

// reader collects every problem, so that one run shows them all.
type reader struct {
	in       fs.FS
	problems []error
	where    string // file and record, for the problems
}

func (r *reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: "+format, append([]any{r.where}, args...)...))
}

func read(in fs.FS) (*data, error) {
	r := &reader{in: in}
	d := new(data)
	r.attributes(d)
	if len(r.problems) == 0 { // the rest would only repeat what is wrong here
		r.controls(d)
		r.formers(d)
	}
	if len(r.problems) == 0 {
		r.inverse(d)
	}
	return d, errors.Join(r.problems...)
}

// records yields each record of a file after its header; blank is the columns
// that may be empty.
func (r *reader) records(file, header, blank string, each func(map[string]string)) {
	r.where = file
	f, err := r.in.Open(file)
	if err != nil {
		r.problem("%w", err)
		return
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		r.problem("%w", err)
		return
	}
	if len(records) == 0 || strings.Join(records[0], ",") != header {
		r.problem("first line: want %s", header)
		return
	}
	for i, record := range records[1:] {
		r.where = fmt.Sprintf("%s: record %d", file, i+2)
		row := make(map[string]string, len(record))
		for j, text := range record {
			column := records[0][j]
			if column == "id" {
				r.where += ": " + text
			}
			if text == "" && !slices.Contains(strings.Fields(blank), column) {
				r.problem("%s is empty", column)
			}
			if text != strings.TrimSpace(text) {
				r.problem("%s %q: blanks around it", column, text)
			}
			row[column] = text
		}
		each(row)
	}
}

func (r *reader) attributes(d *data) {
	r.records("attributes.csv", "list,tag,alias,label_en,label_nl", "alias", func(row map[string]string) {
		a := attribute{row["list"], row["tag"], row["alias"], row["label_en"], row["label_nl"]}
		if !slices.ContainsFunc(lists(), func(l list) bool { return l.column == a.list }) {
			r.problem("list %q: want theme or a column of controls.csv", a.list)
		}
		if strings.HasPrefix(a.tag, "#") == (a.list == "theme") {
			r.problem("tag %q: want a leading # for an attribute and none for a theme", a.tag)
		}
		for _, other := range d.attributes {
			if other.list == a.list && other.word() == a.word() {
				r.problem("tag %q stands twice", a.tag)
			}
		}
		d.attributes = append(d.attributes, a)
	})
}

func (r *reader) controls(d *data) {
	const header = "id,theme,title_en,title_nl,summary_en,summary_nl,control_types,properties,concepts,capabilities,domains,iso2013"
	clause, next := firstClause, 1
	r.records("controls.csv", header, "", func(row map[string]string) {
		c := control{titleEN: row["title_en"], titleNL: row["title_nl"], summaryEN: row["summary_en"], summaryNL: row["summary_nl"]}
		c.id = r.number(row["id"], 2)
		if slices.Equal(c.id, number{clause + 1, 1}) {
			clause, next = clause+1, 1
		}
		if !slices.Equal(c.id, number{clause, next}) {
			r.problem("out of order: want A.%d.%d", clause, next)
		}
		next++
		if theme := r.values(d, "theme", row["theme"]); len(theme) == 1 {
			c.theme = theme[0]
			if i := slices.Index(d.attributes, c.theme); i != clause-firstClause {
				r.problem("theme %q does not belong to clause %d", row["theme"], clause)
			}
		}
		for i, l := range lists()[1:] {
			c.sets[i] = r.values(d, l.column, row[l.column])
		}
		if row["iso2013"] != "new" {
			c.former = r.numbers("iso2013", row["iso2013"], 3, 4)
		}
		d.controls = append(d.controls, c)
	})
	if themes := slices.DeleteFunc(slices.Clone(d.attributes), func(a attribute) bool { return a.list != "theme" }); clause-firstClause+1 != len(themes) {
		r.problem("ends in clause %d: want %d themes", clause, len(themes))
	}
}

func (r *reader) formers(d *data) {
	var last number
	r.records("controls2013.csv", "id,domain,title_en,iso2022", "", func(row map[string]string) {
		f := former{id: r.number(row["id"], 3), domain: row["domain"], title: row["title_en"]}
		if slices.Compare(f.id, last) <= 0 {
			r.problem("out of order: want more than %v", last)
		}
		last = f.id
		if !strings.HasPrefix(row["id"], f.domain+".") {
			r.problem("domain %q is not where the id begins", f.domain)
		}
		f.successors = r.numbers("iso2022", row["iso2022"], 2, 2)
		d.formers = append(d.formers, f)
	})
}

// inverse compares the two directions of the mapping.
func (r *reader) inverse(d *data) {
	pairs := func(yield func(from string)) {
		for _, c := range d.controls {
			for _, old := range c.former {
				yield(old.String() + " -> " + c.id.String())
			}
		}
	}
	there := make(map[string]bool)
	pairs(func(pair string) { there[pair] = true })
	r.where = "controls2013.csv"
	for _, f := range d.formers {
		for _, id := range f.successors {
			pair := f.id.String() + " -> " + id.String()
			if !there[pair] {
				r.problem("%s: controls.csv does not say so", pair)
			}
			delete(there, pair)
		}
	}
	r.where = "controls.csv"
	pairs(func(pair string) {
		if there[pair] {
			r.problem("%s: controls2013.csv does not say so", pair)
		}
	})
}

// number reads "A.5.1" with so many parts.
func (r *reader) number(s string, parts int) number {
	var n number
	for part := range strings.SplitSeq(strings.TrimPrefix(s, "A."), ".") {
		i, err := strconv.Atoi(part)
		if err != nil || i < 1 || i > 99 {
			n = nil
			break
		}
		n = append(n, i)
	}
	if len(n) != parts || n.String() != s {
		r.problem("number %q: want %s", s, []string{"A.5.1", "A.5.1.1"}[parts-2])
		return make(number, parts)
	}
	return n
}

// numbers reads a list of at most so many numbers in natural order.
func (r *reader) numbers(column, s string, parts, most int) []number {
	var list []number
	for text := range strings.SplitSeq(s, " ") {
		n := r.number(text, parts)
		if len(list) > 0 && slices.Compare(list[len(list)-1], n) >= 0 {
			r.problem("%s: %s is out of order", column, text)
		}
		list = append(list, n)
	}
	if len(list) > most {
		r.problem("%s has %d numbers: want at most %d", column, len(list), most)
	}
	return list
}

// values reads the words of one list, which stand in the order of the list.
func (r *reader) values(d *data, column, s string) []attribute {
	var found []attribute
	last := -1
	for word := range strings.SplitSeq(s, " ") {
		i := slices.IndexFunc(d.attributes, func(a attribute) bool { return a.list == column && a.word() == word })
		switch {
		case i < 0:
			r.problem("%s %q: not in attributes.csv", column, word)
			continue
		case i <= last:
			r.problem("%s: %q is out of order", column, word)
		}
		last = i
		found = append(found, d.attributes[i])
	}
	return found
}
