package yamljson

import (
	"reflect"
	"slices"
	"strings"
)

// fields are the fields of a struct as encoding/json sees them.
type fields struct {
	index map[string][]int
	names []string // in the order of the struct
}

type candidate struct {
	name   string
	index  []int
	tagged bool
}

func (d *decoder) fieldsOf(t reflect.Type) *fields {
	if known, ok := d.fields[t]; ok {
		return known
	}
	f := &fields{index: map[string][]int{}}
	best := map[string][]candidate{}
	for _, c := range collect(t, nil, nil) {
		if _, ok := best[c.name]; !ok {
			f.names = append(f.names, c.name)
		}
		best[c.name] = append(best[c.name], c)
	}
	for name, all := range best {
		if index := dominant(all); index != nil {
			f.index[name] = index
		}
	}
	d.fields[t] = f
	return f
}

// collect lists the fields of t and of the structs embedded in it.
func collect(t reflect.Type, prefix []int, within []reflect.Type) []candidate {
	if slices.Contains(within, t) {
		return nil
	}
	var all []candidate
	for f := range t.Fields() {
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		index := append(append([]int(nil), prefix...), f.Index...)
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			if f.IsExported() || f.Type.Kind() != reflect.Pointer {
				all = append(all, collect(inner, index, append(within, t))...)
			}
		case !f.IsExported():
		case name != "":
			all = append(all, candidate{name, index, true})
		default:
			all = append(all, candidate{f.Name, index, false})
		}
	}
	return all
}

// dominant picks among fields of one name: the least deep, then the tagged one;
// two equal ones hide each other.
func dominant(all []candidate) []int {
	best, ties := all[0], 1
	for _, c := range all[1:] {
		switch {
		case len(c.index) > len(best.index):
		case len(c.index) < len(best.index), c.tagged && !best.tagged:
			best, ties = c, 1
		case c.tagged == best.tagged:
			ties++
		}
	}
	if ties > 1 {
		return nil
	}
	return best.index
}

// near is the field that a name is most probably meant for, or "".
func (f *fields) near(name string) string {
	best, least := "", max(1, len(name)/3)+1
	if len(name) > 64 {
		return ""
	}
	for _, field := range f.names {
		if f.index[field] == nil {
			continue
		}
		if distance := edits(fold(name), fold(field)); distance < least {
			best, least = field, distance
		}
	}
	return best
}

// edits is the number of letters to insert, delete, replace or swap with their
// neighbour to make b of a.
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
