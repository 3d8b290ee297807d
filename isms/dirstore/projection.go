package dirstore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/driver"
)

const yamlSuffix = ".yaml"

// envelope is the JSON that the file of a record shows: kind, schema, id and
// rev, then the fields of Data. It is no JSON when Data is no JSON object, and
// has a key twice when Data has one of the four; the codec refuses both.
func envelope(r driver.Record) (v json.RawMessage, ok bool) {
	if r.Deleted || len(r.Data) < len("{}") || r.Data[0] != '{' {
		return nil, false
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"kind":%q,"schema":%d,"id":%q,"rev":%d`, r.Kind, r.Schema, r.ID, r.Rev)
	if fields := bytes.TrimSpace(r.Data[1:]); fields[0] != '}' {
		b.WriteByte(',')
	}
	b.Write(r.Data[1:])
	return b.Bytes(), json.Valid(b.Bytes())
}

// render is the file of a record: that of its last revision, old, with as little
// changed as can be, or a new one. ok is false when it has no file.
func render(r driver.Record, old []byte) (file []byte, ok bool) {
	v, ok := envelope(r)
	if !ok {
		return nil, false
	}
	fresh, err := yamljson.Marshal(v)
	if err != nil {
		return nil, false
	}
	if old != nil {
		if file, err := yamljson.Update(old, v); err == nil {
			return file, true
		}
	}
	return fresh, true
}

// shows reports whether a record has a file at all.
func shows(r driver.Record) bool {
	_, ok := render(r, nil)
	return ok
}

// stated is what a file says.
type stated struct {
	fields map[string]any
	rev    int64
}

// parseFile reads the file of k; the error says where in it and what.
func parseFile(path string, k key, data []byte) (stated, error) {
	doc, err := yamljson.Parse(path, data)
	if err != nil {
		return stated{}, err
	}
	var s stated
	var content any
	if err := doc.Decode(&content); err != nil {
		return stated{}, err
	}
	fields, isMapping := content.(map[string]any)
	if !isMapping {
		return stated{}, fmt.Errorf("want kind, id and the fields of one %s", k.kind)
	}
	s.fields = fields
	for _, want := range [][2]string{{"kind", k.kind}, {"id", k.id}} {
		field, there := doc.Root().Field(want[0])
		var have string
		if there {
			if err := field.Decode(&have); err != nil {
				return stated{}, err
			}
		}
		if have != want[1] {
			return stated{}, fmt.Errorf("%s is %q, want %q as its place says", want[0], have, want[1])
		}
	}
	if rev, there := doc.Root().Field("rev"); there {
		if err := rev.Decode(&s.rev); err != nil {
			return stated{}, err
		}
	}
	if s.rev < 0 {
		return stated{}, fmt.Errorf("rev is %d, want the current revision, or none for a new one", s.rev)
	}
	return s, nil
}

// is reports whether a file has the content of r, in whatever order.
func (s stated) is(r driver.Record) bool {
	v, ok := envelope(r)
	if !ok {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(v))
	d.UseNumber()
	var want map[string]any
	return d.Decode(&want) == nil && reflect.DeepEqual(s.fields, want)
}
