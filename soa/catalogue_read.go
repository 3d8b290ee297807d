package soa

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// ReadCatalogue reads a catalogue from strict JSON when name ends in ".json",
// and from YAML otherwise:
//
//	id: bakery
//	title: {en: Rules of the guild, nl: Regels van het gilde}
//	controls:
//	  - ref: "1.2"
//	    title: Flour is counted
//	    annexA: [A.5.9]
//
// Nothing is guessed: unknown and double keys, numbers that are not those of
// Annex A, and whatever [Catalogue.Validate] reports are refused. The error is
// an [isms.ProblemError] with file, line and column of everything that is
// wrong, and then there is no catalogue. The name is for errors; it may be a
// path. What is read is bounded to 64 MiB and [MaxCatalogueControls].
func ReadCatalogue(name string, r io.Reader) (Catalogue, error) {
	data, err := io.ReadAll(io.LimitReader(r, yamljson.MaxBytes+1))
	if err != nil {
		return Catalogue{}, fmt.Errorf("catalogue %s: %w", name, err)
	}
	doc, err := yamljson.Parse(name, data)
	if err != nil {
		return Catalogue{}, codecProblems(err)
	}
	var c Catalogue
	if err := doc.Decode(&c); err != nil {
		return Catalogue{}, codecProblems(err)
	}
	problems := c.Validate()
	if len(problems) == 0 {
		return c, nil
	}
	for i := range problems {
		line, column := doc.Position(problems[i].Path)
		problems[i].Where = fmt.Sprintf("%s:%d:%d", name, line, column)
	}
	return Catalogue{}, &isms.ProblemError{Problems: problems}
}

// codecProblems makes problems of the faults of a document.
func codecProblems(err error) error {
	faults, ok := errors.AsType[yamljson.Errors](err)
	if !ok {
		return err
	}
	var problems []isms.Problem
	for _, f := range faults {
		where := f.File
		if f.Line > 0 {
			where = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
		}
		problems = append(problems, isms.Problem{Code: isms.Code(f.Code), Path: f.Path, Args: f.Args, Where: where})
	}
	return &isms.ProblemError{Problems: problems}
}

// ReadCatalogueControls reads the controls of a catalogue from CSV in UTF-8,
// with commas or semicolons. The first line names the columns, in any order:
// ref, title, text and group, each but ref also per language (title_en,
// title_nl), and annexa, with numbers of Annex A between blanks. Other columns
// are refused: what they hold would be lost. Such a file has no place for what
// the catalogue itself is called; the caller says it:
//
//	controls, err := soa.ReadCatalogueControls("guild.csv", f)
//	c := soa.Catalogue{ID: "guild", Title: isms.Plain("Rules of the guild"), Controls: controls}
//
// The error is an [isms.ProblemError] that lists what is wrong, by line, as
// [ReadCatalogue] would.
func ReadCatalogueControls(name string, r io.Reader) ([]CatalogueControl, error) {
	data, err := io.ReadAll(io.LimitReader(r, yamljson.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", name, err)
	}
	t := &catalogueTable{name: name, refs: map[string]bool{}}
	if len(data) > yamljson.MaxBytes {
		t.problem(1, "", "codec/too-large", "have", strconv.Itoa(len(data)), "max", strconv.Itoa(yamljson.MaxBytes))
		return nil, t.err()
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	lines := csv.NewReader(strings.NewReader(text))
	if strings.Count(first, ";") > strings.Count(first, ",") {
		lines.Comma = ';'
	}
	t.lines = lines
	t.read()
	return t.controls, t.err()
}

// catalogueTable reads controls from the lines of a table.
type catalogueTable struct {
	name     string
	lines    *csv.Reader
	columns  []string
	refs     map[string]bool
	controls []CatalogueControl
	problems []isms.Problem
}

func (t *catalogueTable) err() error {
	if len(t.problems) == 0 {
		return nil
	}
	t.controls = nil
	return &isms.ProblemError{Problems: t.problems}
}

func (t *catalogueTable) problem(line int, path string, code isms.Code, args ...string) {
	p := isms.Problem{Code: code, Path: path, Where: t.name + ":" + strconv.Itoa(line), Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	t.problems = append(t.problems, p)
}

// maxTableProblems is how many problems of a table are listed.
const maxTableProblems = 100

func (t *catalogueTable) read() {
	for len(t.problems) < maxTableProblems {
		record, err := t.lines.Read()
		if errors.Is(err, io.EOF) {
			if t.columns == nil {
				t.problem(1, "", "codec/empty")
			}
			return
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			t.problem(bad.Line, "", CodeRecord, "detail", bad.Err.Error())
			return // nobody knows where the next line begins
		}
		line, _ := t.lines.FieldPos(0)
		switch {
		case t.columns == nil:
			if t.columns = record; !t.header(line) {
				return
			}
		case len(t.controls) == MaxCatalogueControls:
			t.problem(line, "", CodeManyControls, "have", ">"+strconv.Itoa(len(t.controls)), "want", strconv.Itoa(MaxCatalogueControls))
			return
		default:
			t.control(line, record)
		}
	}
}

// header checks the names of the columns.
func (t *catalogueTable) header(line int) bool {
	seen := map[string]bool{}
	for i, c := range t.columns {
		c = strings.ToLower(strings.TrimSpace(c))
		t.columns[i] = c
		base, l, perLang := strings.Cut(c, "_")
		known := slices.Contains([]string{"title", "text", "group"}, base) || !perLang && slices.Contains([]string{"ref", "annexa"}, base)
		if !known || perLang && l == "" {
			t.problem(line, "", CodeColumn, "have", c)
		}
		if seen[c] {
			t.problem(line, "", isms.CodeDuplicate, "have", c)
		}
		seen[c] = true
	}
	if !seen["ref"] {
		t.problem(line, "", CodeColumn, "have", strings.Join(t.columns, ", "))
	}
	return len(t.problems) == 0
}

// control reads one line. What a catalogue asks of its controls is checked here
// too, since only here the line is known.
func (t *catalogueTable) control(line int, record []string) {
	var c CatalogueControl
	at := "/controls/" + strconv.Itoa(len(t.controls))
	for i, cell := range record {
		base, l, _ := strings.Cut(t.columns[i], "_")
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		set := func(text *isms.Text) {
			if *text == nil {
				*text = isms.Text{}
			}
			(*text)[lang.Lang(l)] = cell
		}
		switch base {
		case "ref":
			c.Ref = cell
		case "title":
			set(&c.Title)
		case "text":
			set(&c.Text)
		case "group":
			set(&c.Group)
		case "annexa":
			for number := range strings.FieldsSeq(cell) {
				id, err := annexa.ParseID(number)
				if err != nil {
					t.problem(line, at+"/annexA", CodeAnnexA, "have", number)
					continue
				}
				c.AnnexA = append(c.AnnexA, id)
			}
		}
	}
	if t.refs[c.Ref] {
		t.problem(line, at+"/ref", isms.CodeDuplicate, "have", c.Ref)
	}
	t.refs[c.Ref] = true
	alone := Catalogue{ID: "x", Title: isms.Plain("x"), Controls: []CatalogueControl{c}}
	for _, p := range alone.Validate() {
		p.Path = strings.Replace(p.Path, "/controls/0", at, 1)
		p.Where = t.name + ":" + strconv.Itoa(line)
		t.problems = append(t.problems, p)
	}
	t.controls = append(t.controls, c)
}
