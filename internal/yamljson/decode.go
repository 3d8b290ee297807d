package yamljson

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decoder fills Go values from nodes and collects every fault.
type decoder struct {
	doc    *Doc
	base   string // path of the node that at starts from
	at     trail
	errs   Errors
	fields map[reflect.Type]*fields
	skip   []string // keys of top without a field
	top    *node
}

func (d *decoder) fail(n *node, code string, args ...string) {
	if d.full() {
		return
	}
	d.errs = d.errs.with(d.doc.fault(n.off, d.base+d.at.String(), code, args...))
}

func (d *decoder) full() bool { return len(d.errs) == maxErrors }

// want is a fault of type: the text of code says what was expected.
func (d *decoder) want(code string, n *node) {
	d.fail(n, code, "have", excerpt(n))
}

func (d *decoder) enter(s step) { d.at = append(d.at, s) }
func (d *decoder) leave()       { d.at = d.at[:len(d.at)-1] }

func (d *decoder) value(n *node, v reflect.Value) {
	t := v.Type()
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		v.SetBytes(d.doc.raw(n, false))
		return
	case n.null():
		v.SetZero()
		return
	case t.Kind() == reflect.Pointer:
		target := reflect.New(t.Elem())
		d.value(n, target.Elem())
		v.Set(target)
		return
	case t.Implements(reflect.TypeFor[json.Unmarshaler]()) && t.Kind() == reflect.Interface:
		d.want(codeText, n)
		return
	}
	switch into := v.Addr().Interface().(type) {
	case json.Unmarshaler:
		d.unmarshal(n, v, into)
	case encoding.TextUnmarshaler:
		text, ok := d.text(n)
		if !ok {
			return
		}
		if err := into.UnmarshalText([]byte(text)); err != nil {
			d.fail(n, codeValue, "have", excerpt(n), "detail", err.Error())
		}
	default:
		d.kind(n, v)
	}
}

// unmarshal hands JSON to a type that reads JSON.
func (d *decoder) unmarshal(n *node, v reflect.Value, into json.Unmarshaler) {
	if !d.distinct(n) {
		return
	}
	t := v.Type()
	texts := t.Kind() == reflect.String ||
		(t.Kind() == reflect.Map && t.Key().Kind() == reflect.String && t.Elem().Kind() == reflect.String)
	if err := into.UnmarshalJSON(d.doc.raw(n, texts)); err != nil {
		d.fail(n, codeValue, "have", excerpt(n), "detail", err.Error())
	}
}

// distinct refuses keys that differ only in case: what reads the JSON may well be
// encoding/json, which takes them for one and keeps the last.
func (d *decoder) distinct(n *node) bool {
	ok := true
	if n.kind == mapping {
		seen := make(map[string]string, len(n.kids)/2)
		for key, value := range n.entries() {
			d.enter(step{key: key.value, isKey: true})
			folded := fold(key.value)
			if other, double := seen[folded]; double {
				d.fail(key, codeCaseKey, "key", excerptText(key.value), "other", excerptText(other))
				ok = false
			}
			seen[folded] = key.value
			ok = d.distinct(value) && ok
			d.leave()
		}
	} else {
		for i := range n.kids {
			d.enter(step{index: i})
			ok = d.distinct(&n.kids[i]) && ok
			d.leave()
		}
	}
	return ok
}

// text is the text of a scalar for a target that is text.
func (d *decoder) text(n *node) (string, bool) {
	if n.kind != scalar || n.style == literal {
		d.want(codeText, n)
		return "", false
	}
	return n.value, true
}

func (d *decoder) kind(n *node, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if text, ok := d.text(n); ok {
			v.SetString(strings.Clone(text))
		}
	case reflect.Bool:
		text, isLiteral := n.json()
		if n.kind != scalar || !isLiteral || (text != "true" && text != "false") {
			d.want(codeBool, n)
			return
		}
		v.SetBool(text == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		d.integer(n, v)
	case reflect.Float32, reflect.Float64:
		d.float(n, v)
	case reflect.Struct:
		d.structure(n, v)
	case reflect.Map:
		d.mapping(n, v)
	case reflect.Slice, reflect.Array:
		d.list(n, v)
	case reflect.Interface:
		d.any(n, v)
	default:
		d.fail(n, codeValue, "have", excerpt(n), "detail", "no way to read a "+v.Type().String())
	}
}

func (d *decoder) integer(n *node, v reflect.Value) {
	text, isLiteral := n.json()
	if n.kind != scalar || !isLiteral || !isNumber(text) || strings.ContainsAny(text, ".eE") {
		d.want(codeInteger, n)
		return
	}
	bits := v.Type().Bits()
	if v.CanInt() {
		i, err := strconv.ParseInt(text, 10, bits)
		if err != nil {
			least := int64(math.MinInt64) >> (64 - bits)
			d.fail(n, codeRange, "have", excerpt(n), "min", strconv.FormatInt(least, 10), "max", strconv.FormatInt(-(least+1), 10))
			return
		}
		v.SetInt(i)
		return
	}
	u, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		d.fail(n, codeRange, "have", excerpt(n), "min", "0", "max", strconv.FormatUint(math.MaxUint64>>(64-bits), 10))
		return
	}
	v.SetUint(u)
}

func (d *decoder) float(n *node, v reflect.Value) {
	text, isLiteral := n.json()
	if n.kind != scalar || !isLiteral || !isNumber(text) {
		d.want(codeNumber, n)
		return
	}
	f, err := strconv.ParseFloat(text, v.Type().Bits())
	if err != nil { // only range is left
		most := math.MaxFloat64
		if v.Kind() == reflect.Float32 {
			most = math.MaxFloat32
		}
		d.fail(n, codeRange, "have", excerpt(n), "min", fmt.Sprint(-most), "max", fmt.Sprint(most))
		return
	}
	v.SetFloat(f)
}

func (d *decoder) structure(n *node, v reflect.Value) {
	if n.kind != mapping {
		d.want(codeMapping, n)
		return
	}
	known := d.fieldsOf(v.Type())
	for key, value := range n.entries() {
		if d.full() {
			return
		}
		d.enter(step{key: key.value, isKey: true})
		if index, ok := known.index[key.value]; ok {
			d.value(value, fieldByIndex(v, index))
		} else if n != d.top || !slices.Contains(d.skip, key.value) {
			d.unknown(n, key, known)
		}
		d.leave()
	}
}

// fieldByIndex is v.FieldByIndex that allocates embedded pointers.
func fieldByIndex(v reflect.Value, index []int) reflect.Value {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

func (d *decoder) unknown(n, key *node, known *fields) {
	folded := fold(key.value)
	for other := range n.entries() {
		if other != key && fold(other.value) == folded {
			d.fail(key, codeCaseKey, "key", excerptText(key.value), "other", excerptText(other.value))
			return
		}
	}
	if near := known.near(key.value); near != "" {
		d.fail(key, codeUnknownNear, "near", near)
		return
	}
	d.fail(key, codeUnknown)
}

func (d *decoder) mapping(n *node, v reflect.Value) {
	if n.kind != mapping {
		d.want(codeMapping, n)
		return
	}
	t := v.Type()
	v.Set(reflect.MakeMapWithSize(t, len(n.kids)/2))
	for k, e := range n.entries() {
		d.enter(step{key: k.value, isKey: true})
		key := reflect.New(t.Key()).Elem()
		text := node{kind: scalar, style: quoted, off: k.off, value: k.value}
		if key.CanInt() || key.CanUint() {
			text.style = plain
		}
		value := reflect.New(t.Elem()).Elem()
		before := len(d.errs)
		d.value(&text, key)
		d.value(e, value)
		if len(d.errs) == before {
			v.SetMapIndex(key, value)
		}
		d.leave()
	}
}

func (d *decoder) list(n *node, v reflect.Value) {
	t := v.Type()
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		text, ok := d.text(n)
		if !ok {
			return
		}
		data, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			d.want(codeBase64, n)
			return
		}
		v.SetBytes(data)
		return
	}
	switch {
	case n.kind != sequence:
		d.want(codeList, n)
		return
	case t.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(t, len(n.kids), len(n.kids)))
	case len(n.kids) != t.Len():
		d.fail(n, codeLength, "want", itoa(t.Len()), "have", itoa(len(n.kids)))
		return
	}
	for i := range n.kids {
		d.enter(step{index: i})
		d.value(&n.kids[i], v.Index(i))
		d.leave()
	}
}

// any fills an empty interface the way encoding/json does with UseNumber.
func (d *decoder) any(n *node, v reflect.Value) {
	if v.NumMethod() > 0 {
		d.fail(n, codeValue, "have", excerpt(n), "detail", "no way to read a "+v.Type().String())
		return
	}
	v.Set(reflect.ValueOf(plainValue(n)))
}

func plainValue(n *node) any {
	switch n.kind {
	case mapping:
		m := make(map[string]any, len(n.kids)/2)
		for key, value := range n.entries() {
			m[strings.Clone(key.value)] = plainValue(value)
		}
		return m
	case sequence:
		list := make([]any, len(n.kids))
		for i := range n.kids {
			list[i] = plainValue(&n.kids[i])
		}
		return list
	case scalar:
	}
	text, isLiteral := n.json()
	switch {
	case !isLiteral:
		return strings.Clone(text)
	case text == "null":
		return nil
	case text == "true", text == "false":
		return text == "true"
	default:
		return json.Number(strings.Clone(text))
	}
}
