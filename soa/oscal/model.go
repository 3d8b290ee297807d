package oscal

import (
	_ "embed" // the model
	"slices"
	"strings"
)

// modelText is the structure of OSCAL's documents as far as it is handled here,
// for both versions: a line for each object, with its members. A member is its
// name, flags, and type, with "*" for a list that is not empty. The flags are
// "!" for one that must be there, "~" for one that must be before 1.2, "^" for
// exactly one of these since 1.2, "+" for new in 1.2 and "-" for gone since.
// What it says agrees with NIST's schemas: package oscaltest proves it.
//
//go:embed model.txt
var modelText string

// model is the objects by name.
type model map[string]object

type object struct {
	members        map[string]member
	needed, choice []string // that some version wants; of which one is wanted: in order
}

type member struct {
	typ  string // of an item, when it is a list
	list bool
	flag byte // 0 for none
}

func loadModel() model {
	m := make(model, 160)
	for line := range strings.Lines(modelText) {
		words := strings.Fields(line)
		o := object{members: make(map[string]member, len(words))}
		for _, w := range words[1:] {
			name, typ, _ := strings.Cut(w, ":")
			var f member
			if last := name[len(name)-1]; strings.IndexByte("!~^+-", last) >= 0 {
				f.flag, name = last, name[:len(name)-1]
			}
			f.typ, f.list = strings.CutSuffix(typ, "*")
			o.members[name] = f
			switch f.flag {
			case '!', '~':
				o.needed = append(o.needed, name)
			case '^':
				o.choice = append(o.choice, name)
			}
		}
		slices.Sort(o.needed)
		slices.Sort(o.choice)
		m[words[0]] = o
	}
	return m
}

// required reports whether a version wants the member.
func (f member) required(v Version) bool { return f.flag == '!' || f.flag == '~' && v.before12() }

// known reports whether a version has the member.
func (f member) known(v Version) bool {
	return f.flag != '+' && f.flag != '-' || (f.flag == '-') == v.before12()
}
