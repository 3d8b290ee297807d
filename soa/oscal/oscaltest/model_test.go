package oscaltest_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/soa/oscal"
)

// definition is a schema, as far as NIST's use JSON Schema.
type definition struct {
	Ref        string                 `json:"$ref"`
	Type       string                 `json:"type"`
	Properties map[string]*definition `json:"properties"`
	Required   []string               `json:"required"`
	Items      *definition            `json:"items"`
	MinItems   int                    `json:"minItems"`
	Enum       []string               `json:"enum"`
	Pattern    string                 `json:"pattern"`
	Format     string                 `json:"format"`
	AnyOf      []*definition          `json:"anyOf"`
	AllOf      []*definition          `json:"allOf"`
}

// object is what a schema says of an object: alternatives together.
type object struct {
	properties map[string]*definition
	required   []string // by every alternative
	oneOf      []string // by some

	alternatives bool
}

// modelTest compares the model with the schema of one version.
type modelTest struct {
	t           *testing.T
	old         bool // before 1.2
	model       map[string][]string
	definitions map[string]*definition
	seen        map[string]bool
}

// The model that Check goes by says what NIST's schemas say: the same members,
// required or not, lists or not, of the same types.
func TestModel(t *testing.T) {
	text, err := os.ReadFile("../model.txt")
	if err != nil {
		t.Fatal(err)
	}
	model := map[string][]string{}
	for l := range strings.Lines(string(text)) {
		words := strings.Fields(l)
		model[words[0]] = words[1:]
	}
	met := map[string]bool{}
	for _, v := range versions() {
		data, err := os.ReadFile(schemaFile(t, v))
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Definitions map[string]*definition `json:"definitions"`
		}
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		m := modelTest{t: t, old: v == oscal.V113, model: model, definitions: schema.Definitions, seen: map[string]bool{}}
		for kind, at := range map[string]string{
			"catalog": "catalog", "profile": "profile", "system-security-plan": "ssp", "plan-of-action-and-milestones": "poam", "assessment-results": "ar",
		} {
			m.compare(kind, schema.Definitions["oscal-complete-oscal-"+at+":"+kind])
		}
		maps.Copy(met, m.seen)
	}
	for name := range model {
		if !met[name] {
			t.Errorf("the model has %s, which no document has", name)
		}
	}
}

func (m modelTest) resolve(d *definition) *definition {
	for d.Ref != "" {
		d = m.definitions[d.Ref[strings.LastIndexByte(d.Ref, '/')+1:]]
	}
	return d
}

func (m modelTest) object(d *definition) (object, bool) {
	alternatives := []*definition{d}
	if len(d.AnyOf) > 0 && d.AnyOf[0].Properties != nil {
		alternatives = d.AnyOf
	} else if d.Type != "object" {
		return object{}, false
	}
	o := object{properties: map[string]*definition{}, required: alternatives[0].Required}
	for _, a := range alternatives {
		maps.Copy(o.properties, a.Properties)
		o.required = slices.DeleteFunc(slices.Clone(o.required), func(name string) bool { return !slices.Contains(a.Required, name) })
	}
	for _, a := range alternatives {
		for _, name := range a.Required {
			if !slices.Contains(o.required, name) {
				o.oneOf = append(o.oneOf, name)
			}
		}
	}
	return o, true
}

// compare compares an object of the model with a schema.
func (m modelTest) compare(name string, d *definition) {
	if m.seen[name] {
		return
	}
	m.seen[name] = true
	o, isObject := m.object(m.resolve(d))
	if !isObject {
		m.t.Errorf("%s: the schema has no object there", name)
		return
	}
	o.alternatives = len(m.resolve(d).AnyOf) > 0
	have := map[string]bool{}
	for _, word := range m.model[name] {
		member, flag, typ := split(word)
		if flag == '+' && m.old || flag == '-' && !m.old {
			continue
		}
		have[member] = true
		if o.properties[member] == nil {
			m.t.Errorf("%s: the schema has no %s", name, member)
			continue
		}
		m.compareFlag(name, member, flag, o)
		m.compareType(name, member, typ, o.properties[member])
	}
	for member := range o.properties {
		if !have[member] {
			m.t.Errorf("%s: the model has no %s", name, member)
		}
	}
}

// compareFlag compares whether a member must be there.
func (m modelTest) compareFlag(name, member string, flag byte, o object) {
	// The alternatives of 1.2.2 forgot what they require together.
	required := slices.Contains(o.required, member)
	if want := flag == '!' || flag == '~' && m.old; required != want && (!o.alternatives || required) {
		m.t.Errorf("%s: %s required %t, the schema says %t", name, member, want, required)
	}
	if want := flag == '^' && !m.old; slices.Contains(o.oneOf, member) != want {
		m.t.Errorf("%s: %s one of several %t, the schema says otherwise", name, member, want)
	}
}

// split takes a member of the model apart.
func split(word string) (name string, flag byte, typ string) {
	name, typ, _ = strings.Cut(word, ":")
	if flag = name[len(name)-1]; strings.IndexByte("!~^+-", flag) < 0 {
		return name, 0, typ
	}
	return name[:len(name)-1], flag, typ
}

// compareType compares the type of a member of the model with its schema.
func (m modelTest) compareType(name, member, typ string, p *definition) {
	item, list := strings.CutSuffix(typ, "*")
	if array := m.resolve(p); list != (array.Type == "array") || list && array.MinItems != 1 {
		m.t.Errorf("%s: %s a list %t, the schema says otherwise", name, member, list)
		return
	}
	if list {
		p = m.resolve(p).Items
	}
	if _, isObject := m.model[item]; isObject {
		m.compare(item, p)
		return
	}
	got := m.scalar(p)
	if m.old && got == "text" && item == "line" || member == "by-ns" {
		return // 1.1.3 does not say what is on one line; by-ns differs between the two
	}
	if got != item {
		m.t.Errorf("%s: %s is %s, the schema says %s", name, member, item, got)
	}
}

// scalar is the name of a data type.
func (m modelTest) scalar(d *definition) string {
	types := map[string]string{
		"TokenDatatype": "token", "UUIDDatatype": "uuid", "StringDatatype": "string", "URIDatatype": "uri", "URIReferenceDatatype": "uriref",
		"DateTimeWithTimezoneDatatype": "datetime", "DateDatatype": "date", "EmailAddressDatatype": "email", "MarkupLineDatatype": "line",
		"MarkupMultilineDatatype": "text", "BooleanDatatype": "bool", "NonNegativeIntegerDatatype": "nat", "PositiveIntegerDatatype": "pos",
		"Base64Datatype": "base64",
	}
	for d.Ref != "" {
		name := d.Ref[strings.LastIndexByte(d.Ref, '/')+1:]
		if typ, known := types[name]; known {
			return typ
		}
		d = m.definitions[name]
	}
	switch {
	case d.Format == "date-time":
		return "datetime"
	case len(d.AllOf) == 2 && len(d.AllOf[1].Enum) > 0:
		return "enum(" + strings.Join(d.AllOf[1].Enum, "|") + ")"
	case len(d.AllOf) == 2:
		return d.AllOf[1].Format
	case len(d.AnyOf) == 2:
		return m.scalar(d.AnyOf[0])
	}
	for name, typ := range types {
		if known := m.definitions[name]; known != nil && d.Pattern != "" && known.Pattern == d.Pattern {
			return typ
		}
	}
	if d.Type == "string" && d.Pattern == "" {
		return "text"
	}
	return d.Type + " " + d.Pattern
}
