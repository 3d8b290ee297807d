package isms

import (
	"reflect"
	"slices"
	"strings"
)

// commonIn finds the Common of an entity, by value or by pointer; nil when there
// is none.
func commonIn(e Entity) *Common {
	if e == nil {
		return nil
	}
	v := reflect.ValueOf(e)
	if v.Kind() != reflect.Pointer {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	}
	if holder, ok := reflect.TypeAssert[interface{ common() *Common }](v); ok && !v.IsNil() {
		return holder.common()
	}
	return nil
}

// cosmetic lists the members of a type that its fields declare as cosmetic, for
// all decisions or for those with a purpose, as JSON Pointers in which * stands
// for an element or a key, sorted.
func cosmetic(e Entity, p Purpose) []string {
	var found []string
	appendCosmetic(&found, "", p, reflect.TypeOf(e), nil)
	slices.Sort(found)
	return found
}

func appendCosmetic(found *[]string, path string, p Purpose, t reflect.Type, above []reflect.Type) {
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		appendCosmetic(found, path+"/*", p, t.Elem(), above)
		return
	case reflect.Pointer:
		t = t.Elem()
	default:
	}
	if t.Kind() != reflect.Struct || opaque(t) || slices.Contains(above, t) {
		return
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			appendCosmetic(found, path, p, f.Type, append(above, t))
			continue
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			name = f.Name
		}
		tag, of, only := strings.Cut(f.Tag.Get("isms"), "=")
		if at := path + "/" + escapePointer(name); tag == "cosmetic" && (!only || of == string(p)) {
			*found = append(*found, at)
		} else {
			appendCosmetic(found, at, p, f.Type, append(above, t))
		}
	}
}

// paths is a tree of JSON Pointers.
type paths struct {
	below map[string]*paths
	ends  bool
}

func pathsOf(pointers []string) *paths {
	root := &paths{below: map[string]*paths{}}
	for _, p := range pointers {
		at := root
		for step := range strings.SplitSeq(strings.TrimPrefix(p, "/"), "/") {
			step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
			if at.below[step] == nil {
				at.below[step] = &paths{below: map[string]*paths{}}
			}
			at = at.below[step]
		}
		at.ends = true
	}
	return root
}

// next is what is below a member or an element; nil when nothing is.
func (p *paths) next(step string) *paths {
	if p == nil {
		return nil
	}
	if below := p.below[step]; below != nil {
		return below
	}
	return p.below["*"]
}

// covers reports whether a pointer is at or below one of the paths.
func (p *paths) covers(pointer string) bool {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		p = p.next(strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~"))
		if p == nil {
			return false
		}
		if p.ends {
			return true
		}
	}
	return false
}
