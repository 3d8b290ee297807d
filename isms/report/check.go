package report

import (
	"errors"
	"fmt"
)

// check finds what a builder did wrong, before a byte is written.
// Texts are never refused: they come from outside.
func (d Document) check() error {
	if d.Title == "" {
		return errors.New("document: no title")
	}
	seen := ids{}
	for i, b := range d.Blocks {
		var err error
		switch b := b.(type) {
		case Heading:
			if b.Level < 0 || b.Level > 3 {
				err = fmt.Errorf("level %d: want 1 to 3", b.Level)
			} else {
				err = seen.add(b.ID)
			}
		case Paragraph, List, Note:
		case Table:
			err = b.check(seen)
		case Figure:
			err = b.check(seen)
		default:
			err = errors.New("want a block of this package, by value")
		}
		if err != nil {
			return fmt.Errorf("document %q: block %d (%T): %w", d.Title, i, b, err)
		}
	}
	return nil
}

func (f Figure) check(seen ids) error {
	if err := seen.add(f.ID); err != nil {
		return err
	}
	if f.SVG.err == nil && (f.SVG.width <= 0 || f.SVG.height <= 0) {
		return fmt.Errorf("figure %q: a drawing of %d by %d", f.Caption, f.SVG.width, f.SVG.height)
	}
	return f.SVG.err
}

func (t Table) check(seen ids) error {
	if err := seen.add(t.ID); err != nil {
		return err
	}
	if len(t.Columns) == 0 {
		return fmt.Errorf("table %q: no columns", t.Caption)
	}
	groups, shown := 0, 0
	for _, c := range t.Columns {
		if c.Group {
			groups++
		} else if !c.Hidden {
			shown++
		}
	}
	if groups > 1 || groups == len(t.Columns) {
		return fmt.Errorf("table %q: %d of %d columns are groups: want at most one, beside others", t.Caption, groups, len(t.Columns))
	}
	if shown == 0 {
		return fmt.Errorf("table %q: every column is hidden", t.Caption)
	}
	for i, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			return fmt.Errorf("table %q: row %d: %d cells, want %d", t.Caption, i, len(r.Cells), len(t.Columns))
		}
		if err := seen.add(r.ID); err != nil {
			return fmt.Errorf("table %q: row %d: %w", t.Caption, i, err)
		}
	}
	return nil
}

// ids are the link targets of a document so far.
type ids map[string]bool

func (s ids) add(id string) error {
	if id == "" {
		return nil
	}
	for i := range len(id) {
		c := id[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && c != '.' && c != '_' && c != '-' {
			return fmt.Errorf("id %q: want letters, digits, dot, underscore, hyphen", id)
		}
	}
	if s[id] {
		return fmt.Errorf("id %q: used twice", id)
	}
	s[id] = true
	return nil
}
