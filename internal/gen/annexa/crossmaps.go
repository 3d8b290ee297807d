package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// framework is one map of Annex A to another set of requirements.
type framework struct {
	word, from             string
	title, source, licence [2]string // English and Dutch

	points []point
}

// point is one requirement or outcome of a framework, and what it intersects.
type point struct {
	ref      string
	clauses  []string
	controls []number
}

// generateMaps is the Go file for the cross maps in a directory.
func generateMaps(in fs.FS) ([]byte, error) {
	d, err := read(in)
	if err != nil {
		return nil, err
	}
	r := &reader{in: in}
	frameworks := r.frameworks()
	if len(r.problems) == 0 {
		r.crossMaps(frameworks, d)
	}
	if len(r.problems) == 0 {
		r.derived(frameworks)
	}
	if err := errors.Join(r.problems...); err != nil {
		return nil, err
	}
	return writeMaps(frameworks)
}

func (r *reader) frameworks() []framework {
	var list []framework
	r.records("frameworks.csv", "framework,title_en,title_nl,source_en,source_nl,licence_en,licence_nl,derived_from", "derived_from", func(row map[string]string) {
		text := func(column string) [2]string { return [2]string{row[column+"_en"], row[column+"_nl"]} }
		f := framework{word: row["framework"], from: row["derived_from"], title: text("title"), source: text("source"), licence: text("licence")}
		if indexFramework(list, f.word) >= 0 {
			r.problem("framework %q stands twice", f.word)
		}
		if f.from != "" && indexFramework(list, f.from) < 0 {
			r.problem("derived_from %q: want a framework above", f.from)
		}
		list = append(list, f)
	})
	return list
}

func indexFramework(list []framework, word string) int {
	return slices.IndexFunc(list, func(f framework) bool { return f.word == word })
}

// crossMaps reads the points, of one framework after the other.
func (r *reader) crossMaps(list []framework, d *data) {
	last := 0
	r.records("crossmaps.csv", "framework,ref,clauses,controls", "clauses controls", func(row map[string]string) {
		i := indexFramework(list, row["framework"])
		if i < 0 || list[i].from != "" || i < last {
			r.problem("framework %q: want one of frameworks.csv that is not derived, in that order", row["framework"])
			return
		}
		last = i
		p := point{ref: row["ref"], clauses: r.clauses(row["clauses"])}
		if row["controls"] != "" {
			p.controls = r.numbers("controls", row["controls"], 2, len(d.controls))
		}
		for _, id := range p.controls {
			if !slices.ContainsFunc(d.controls, func(c control) bool { return slices.Equal(c.id, id) }) {
				r.problem("controls: %v is not in controls.csv", id)
			}
		}
		if len(p.clauses)+len(p.controls) == 0 {
			r.problem("%s: neither clauses nor controls", p.ref)
		}
		list[i].add(r, p)
	})
}

func (f *framework) add(r *reader, p point) {
	if slices.ContainsFunc(f.points, func(o point) bool { return o.ref == p.ref }) {
		r.problem("%s stands twice", p.ref)
	}
	f.points = append(f.points, p)
}

// clauses reads a list such as "4.1 6.1.3", in natural order.
func (r *reader) clauses(s string) []string {
	list := strings.Fields(s)
	for i, c := range list {
		n := clauseNumber(c)
		if n == nil || n[0] < 4 || n[0] > 10 {
			r.problem("clauses %q: want 4.1 to 10.2", c)
		}
		if i > 0 && slices.Compare(clauseNumber(list[i-1]), n) >= 0 {
			r.problem("clauses: %s is out of order", c)
		}
	}
	return list
}

func clauseNumber(s string) number {
	var n number
	for part := range strings.SplitSeq(s, ".") {
		i, err := strconv.Atoi(part)
		if err != nil || i < 1 || strconv.Itoa(i) != part {
			return nil
		}
		n = append(n, i)
	}
	return n
}

// derived makes the points that are chapters of another framework: all that the
// points of these chapters intersect.
func (r *reader) derived(list []framework) {
	r.records("derived.csv", "framework,ref,chapters", "", func(row map[string]string) {
		i := indexFramework(list, row["framework"])
		if i < 0 || list[i].from == "" {
			r.problem("framework %q: want a derived one of frameworks.csv", row["framework"])
			return
		}
		from := list[indexFramework(list, list[i].from)]
		p := point{ref: row["ref"]}
		for chapter := range strings.SplitSeq(row["chapters"], " ") {
			found := false
			for _, o := range from.points {
				if o.ref == chapter || strings.HasPrefix(o.ref, chapter+".") {
					found = true
					p.clauses = append(p.clauses, o.clauses...)
					p.controls = append(p.controls, o.controls...)
				}
			}
			if !found {
				r.problem("chapter %q: %s has none", chapter, from.word)
			}
		}
		slices.SortFunc(p.clauses, func(a, b string) int { return slices.Compare(clauseNumber(a), clauseNumber(b)) })
		slices.SortFunc(p.controls, slices.Compare)
		p.clauses = slices.Compact(p.clauses)
		p.controls = slices.CompactFunc(p.controls, slices.Equal)
		list[i].add(r, p)
	})
}

// writeMaps writes all points into one array: each says only where its clauses
// and controls end, for they begin where those of the one before it do.
func writeMaps(list []framework) ([]byte, error) {
	var clauses []string
	for _, f := range list {
		for _, p := range f.points {
			clauses = append(clauses, p.clauses...)
		}
	}
	slices.SortFunc(clauses, func(a, b string) int { return slices.Compare(clauseNumber(a), clauseNumber(b)) })
	clauses = slices.Compact(clauses)

	var maps, points, pointClauses, pointControls bytes.Buffer
	n, atClause, atControl := 0, 0, 0
	for _, f := range list {
		first := n
		for _, p := range f.points {
			for _, c := range p.clauses {
				fmt.Fprintf(&pointClauses, "%d, ", slices.Index(clauses, c))
			}
			for _, id := range p.controls {
				fmt.Fprintf(&pointControls, "{%s}, ", id.numbers())
			}
			n, atClause, atControl = n+1, atClause+len(p.clauses), atControl+len(p.controls)
			fmt.Fprintf(&points, "{%q, %d, %d},\n", p.ref, atClause, atControl)
		}
		pointClauses.WriteString("\n")
		pointControls.WriteString("\n")
		fmt.Fprintf(&maps, "{Framework: %q,\n", f.word)
		for i, text := range [][2]string{f.title, f.source, f.licence} {
			fmt.Fprintf(&maps, "%s: lang.Text{EN: %q, NL: %q},\n", []string{"Title", "Source", "Licence"}[i], text[0], text[1])
		}
		fmt.Fprintf(&maps, "Derived: %t, first: %d, end: %d},\n", f.from != "", first, n)
	}
	var b bytes.Buffer
	b.WriteString("// Code generated by internal/gen/annexa; DO NOT EDIT.\n\npackage annexa\n\nimport \"github.com/ismskit/ismskit/isms/lang\"\n\n")
	fmt.Fprintf(&b, "var crossMaps = [...]CrossMap{\n%s}\n\n", maps.Bytes())
	fmt.Fprintf(&b, "var points = [...]pointEnd{\n%s}\n\n", points.Bytes())
	fmt.Fprintf(&b, "var pointClauses = [...]uint8{\n%s}\n\n", pointClauses.Bytes())
	fmt.Fprintf(&b, "var pointControls = [...]ID{\n%s}\n\n", pointControls.Bytes())
	fmt.Fprintf(&b, "var clauses = [...]string{%s}\n", strings.Trim(fmt.Sprintf("%#v", clauses), "[]string{}"))
	return format.Source(b.Bytes())
}
