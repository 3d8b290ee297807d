package oscal

import (
	_ "embed" // the model
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

// model is the members of each object by name.
type model map[string]map[string]member

type member struct {
	typ  string // of an item, when it is a list
	list bool
	flag byte // 0 for none
}

func loadModel() model {
	m := make(model, 160)
	for object := range strings.Lines(modelText) {
		words := strings.Fields(object)
		members := make(map[string]member, len(words))
		for _, w := range words[1:] {
			name, typ, _ := strings.Cut(w, ":")
			var f member
			if last := name[len(name)-1]; strings.IndexByte("!~^+-", last) >= 0 {
				f.flag, name = last, name[:len(name)-1]
			}
			f.typ, f.list = strings.CutSuffix(typ, "*")
			members[name] = f
		}
		m[words[0]] = members
	}
	return m
}

// required reports whether a version wants the member.
func (f member) required(v Version) bool { return f.flag == '!' || f.flag == '~' && v.before12() }

// known reports whether a version has the member.
func (f member) known(v Version) bool {
	return f.flag != '+' && f.flag != '-' || (f.flag == '-') == v.before12()
}
