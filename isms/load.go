package isms

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/internal/yamljson"
)

// Load puts every entity that the YAML and JSON files below a directory hold:
// all of them or, when anything is wrong, none. Use it in a transaction, with
// the kinds of every package whose entities the files may have:
//
//	err := space.Update(ctx, "first import", func(tx *isms.Tx) error {
//		return isms.Load(tx, os.DirFS("records"), slices.Concat(isms.Kinds(), risk.Kinds())...)
//	})
//
// A file is one entity with its kind and id, or a list of one kind:
//
//	kind: asset
//	items:
//	  - id: crm
//	    title: Customer records
//	    type: software
//
// An entity that the store has is replaced, if its file says no revision or the
// newest; equal content writes nothing. Names that begin with a dot or an
// underscore are passed over, and so are other kinds of file. The error is a
// [ProblemError] that says file, line and what was expected for everything
// found; references are checked when the transaction commits.
func Load(tx *Tx, dir fs.FS, kinds ...AnyKind) error {
	l := loader{tx: tx, kinds: kinds, seen: map[Link]string{}}
	files := 0
	err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case name != "." && (base[0] == '.' || base[0] == '_'):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)):
			return nil
		}
		files++
		data, err := readFile(dir, name)
		if err != nil {
			return err
		}
		return l.file(name, data)
	})
	switch {
	case err != nil:
		return fmt.Errorf("load: %w", err)
	case files == 0:
		return errors.New("load: no .yaml or .json file in the directory")
	case len(l.problems) > 0:
		return &ProblemError{l.problems}
	default:
		return nil
	}
}

// readFile reads no more than a document may have, and one byte.
func readFile(dir fs.FS, name string) ([]byte, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, yamljson.MaxBytes+1))
}

// loader goes through files and collects what is wrong with them.
type loader struct {
	tx       *Tx
	kinds    []AnyKind
	seen     map[Link]string // where an entity was given first
	strict   bool            // a missing revision means a new entity
	only     Link            // the one entity that a file may hold, when not zero
	problems []Problem
}

// loadEntry is one entity in a file.
type loadEntry struct {
	node   yamljson.Node
	schema int
	strict bool
	only   Link
	where  func(path string) string
	found  func(Link) (first string) // notes the entity, and tells where it was before
}

// file puts what one file holds. The error is one of the store; what is wrong
// with the file goes to problems.
func (l *loader) file(name string, data []byte) error {
	doc, err := yamljson.Parse(name, data)
	if err != nil {
		return l.codec(err)
	}
	root := doc.Root()
	nodes := []yamljson.Node{root}
	var header struct {
		Kind   string          `json:"kind"`
		Schema int             `json:"schema"`
		Items  json.RawMessage `json:"items"`
	}
	items, isList := root.Field("items")
	if _, single := root.Field("id"); isList && !single { // one entity may have items of its own
		if err := root.Decode(&header); err != nil {
			return l.codec(err)
		}
		nodes = items.Items()
	} else if err := errors.Join(decodeField(root, "kind", &header.Kind), decodeField(root, "schema", &header.Schema)); err != nil {
		return l.codec(err)
	}
	at := func(n yamljson.Node) func(string) string {
		return func(pointer string) string {
			line, column := doc.Position(n.Path() + pointer)
			return fmt.Sprintf("%s:%d:%d", name, line, column)
		}
	}
	i := slices.IndexFunc(l.kinds, func(k AnyKind) bool { return k.Name() == header.Kind })
	if i < 0 {
		l.report(Problem{Code: CodeKind, Path: "/kind", Where: at(root)("/kind"), Args: map[string]string{"have": header.Kind, "want": l.kindNames()}})
		return nil
	}
	if len(nodes) == 0 {
		l.report(Problem{Code: CodeRequired, Path: "/items", Where: at(root)("/items")})
	}
	for _, node := range nodes {
		where := at(node)
		err := l.kinds[i].load(l.tx, loadEntry{node, header.Schema, l.strict, l.only, where, func(to Link) string {
			first := l.seen[to]
			if first == "" {
				l.seen[to] = where("/id")
			}
			return first
		}})
		if err := l.codec(err); err != nil {
			return err
		}
	}
	return nil
}

// decodeField decodes one member, if it is there.
func decodeField(n yamljson.Node, name string, into any) error {
	field, ok := n.Field(name)
	if !ok {
		return nil
	}
	return field.Decode(into)
}

func (l *loader) kindNames() string {
	var names []string
	for _, k := range l.kinds {
		names = append(names, k.Name())
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (l *loader) report(p ...Problem) { l.problems = append(l.problems, p...) }

// codec takes the problems out of an error, and gives back any other error.
func (l *loader) codec(err error) error {
	if bad, ok := errors.AsType[yamljson.Errors](err); ok {
		for _, e := range bad {
			where := e.File
			if e.Line > 0 {
				where = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
			}
			l.report(Problem{Code: Code(e.Code), Path: e.Path, Args: e.Args, Where: where})
		}
		return nil
	}
	if bad, ok := errors.AsType[*ProblemError](err); ok {
		l.report(bad.Problems...)
		return nil
	}
	return err
}

// load puts one entity of a file. The error may be of the codec, a
// ProblemError, or one of the store.
func (k Kind[T]) load(tx *Tx, e loadEntry) error {
	var v T
	to := Link{Kind: k.Name()}
	refuse := func(code Code, pointer string, args map[string]string) error {
		return &ProblemError{[]Problem{{Code: code, Subject: to, Path: pointer, Args: args, Where: e.where(pointer)}}}
	}
	if err := decodeField(e.node, "id", &to.ID); err != nil {
		return err
	}
	if !ValidID(to.ID) {
		return refuse(CodeID, "/id", map[string]string{"have": to.ID})
	}
	if !e.only.IsZero() && to != e.only {
		return refuse(CodePlace, "/id", map[string]string{"have": to.String(), "want": e.only.String()})
	}
	if first := e.found(to); first != "" {
		return refuse(CodeTwice, "/id", map[string]string{"have": to.String(), "first": first})
	}
	if e.schema > k.Schema() || e.schema < 0 {
		return refuse(CodeSchema, "/schema", map[string]string{"have": strconv.Itoa(e.schema), "want": strconv.Itoa(k.Schema())})
	}
	if err := k.decodeNode(e, &v); err != nil {
		return err
	}
	common := commonOf(&v)
	stored, found, err := tx.stored(to)
	if err != nil {
		return err
	}
	live := found && !stored.Deleted
	switch {
	case common.Rev == 0 && live && !e.strict:
		common.Rev = stored.Rev
	case common.Rev != stored.Rev && (common.Rev != 0 || live):
		return refuse(CodeStale, "/rev", map[string]string{"have": strconv.FormatInt(common.Rev, 10), "want": strconv.FormatInt(stored.Rev, 10)})
	}
	err = k.In(tx).put(&v, e.where)
	if bad, ok := errors.AsType[*ProblemError](err); ok {
		for i := range bad.Problems {
			bad.Problems[i].Where = e.where(bad.Problems[i].Path)
		}
	}
	return err
}

// decodeNode makes a value of a file's entity, of this schema or an older one.
func (k Kind[T]) decodeNode(e loadEntry, v *T) error {
	if e.schema == 0 || e.schema == k.Schema() {
		return e.node.Decode(v, "kind", "schema")
	}
	return k.loadOlder(e, v)
}

// loadOlder brings an entity of an older schema up before it is decoded.
func (k Kind[T]) loadOlder(e loadEntry, v *T) error {
	var fields map[string]json.RawMessage
	if err := e.node.Decode(&fields); err != nil {
		return err
	}
	var envelope struct {
		ID  string `json:"id"`
		Rev int64  `json:"rev"`
	}
	if err := errors.Join(decodeField(e.node, "id", &envelope.ID), decodeField(e.node, "rev", &envelope.Rev)); err != nil {
		return err
	}
	maps.DeleteFunc(fields, func(key string, _ json.RawMessage) bool {
		return slices.Contains([]string{"kind", "schema", "id", "rev"}, key)
	})
	data, err := yamljson.MarshalJSON(fields)
	if err != nil {
		return err
	}
	for i, migrate := range k.Migrations[e.schema-1:] {
		if data, err = migrate(data); err != nil {
			return fmt.Errorf("%s: migrate from schema %d: %w", e.where(""), e.schema+i, err)
		}
	}
	if err := yamljson.UnmarshalJSON(e.where(""), data, v); err != nil {
		return err
	}
	common := commonOf(v)
	common.ID, common.Rev = envelope.ID, envelope.Rev
	return nil
}
