package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk/quant"
)

//go:embed portfolio.yaml
var bundled []byte

// read reads a portfolio. Every problem has the line and column it is about.
func read(file string, l lang.Lang) (quant.Portfolio, error) {
	var p quant.Portfolio
	name, data := "portfolio.yaml", bundled
	if file != "" {
		var err error
		if data, err = load(file); err != nil {
			return p, err
		}
		name = file
	}
	doc, err := yamljson.Parse(name, data)
	if err == nil {
		err = doc.Decode(&p)
	}
	if err != nil {
		return p, translated(err, l)
	}
	problems := p.Check()
	if len(p.Scenarios) == 0 { // no loss at all would be a figure too
		problems = append(problems, isms.Problem{Code: quant.CodeEmpty, Path: "/scenarios"})
	}
	lines := make([]string, len(problems))
	for i, problem := range problems {
		line, column := doc.Position(problem.Path)
		problem.Where = fmt.Sprintf("%s:%d:%d", name, line, column)
		lines[i] = problem.Text(l)
	}
	return p, shortened(lines, l)
}

// load reads no more than the codec takes.
func load(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, yamljson.MaxBytes+1))
}

// translated is an error of the codec in language l.
func translated(err error, l lang.Lang) error {
	faults, ok := errors.AsType[yamljson.Errors](err)
	if !ok {
		return err
	}
	lines := make([]string, len(faults))
	for i, f := range faults {
		where := fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
		if f.Line == 0 {
			where = f.File
		}
		lines[i] = isms.Problem{Code: isms.Code(f.Code), Where: where, Path: f.Path, Args: f.Args}.Text(l)
	}
	return shortened(lines, l)
}

// maxLines is how many problems a person reads at a time.
const maxLines = 20

// shortened is an error with one problem a line; nil without problems.
func shortened(lines []string, l lang.Lang) error {
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - maxLines; more > 0 {
		lines = append(lines[:maxLines:maxLines], lang.Text{EN: fmt.Sprintf("and %d more", more), NL: fmt.Sprintf("en nog %d", more)}.In(l))
	}
	return errors.New(strings.Join(lines, "\n"))
}
