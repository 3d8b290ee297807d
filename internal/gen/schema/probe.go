package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
)

// prober finds out what the checks of a kind refuse, by trying: each value goes
// to a store that keeps nothing, and comes back with its problems.
type prober struct {
	kind   isms.AnyKind
	entity reflect.Type
	space  *isms.Space
	err    error // the first
}

func newProber(k isms.AnyKind) (*prober, error) {
	entity, err := entityOf(k)
	if err != nil {
		return nil, err
	}
	return &prober{kind: k, entity: entity, space: isms.Open(memstore.New(), nil).Space("probe").As(isms.Service("schema"))}, nil
}

func (p *prober) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// place is a member of an entity: how to get there, and its JSON Pointer. There
// are no probes below a map, whose values cannot be set.
type place struct {
	steps   []int // fields, -1 for the one element of a list
	pointer string
	probes  bool
}

func (at place) step(i int, pointer string) place {
	return place{append(slices.Clone(at.steps), i), pointer, at.probes}
}
func (at place) embedded(i int) place            { return at.step(i, at.pointer) }
func (at place) member(i int, name string) place { return at.step(i, at.pointer+"/"+name) }
func (at place) element() place                  { return at.step(-1, at.pointer+"/0") }

// reach is the value at a place. Lists on the way get their one element.
func (at place) reach(v reflect.Value) reflect.Value {
	for _, i := range at.steps {
		if i >= 0 {
			v = v.Field(i)
			continue
		}
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		v = v.Index(0)
	}
	return v
}

// errProbe undoes a transaction.
var errProbe = errors.New("probe")

// problems tells what is wrong with an entity at a place. It starts filled or
// empty, and set changes the value at the place.
func (p *prober) problems(at place, filled bool, set func(reflect.Value)) []isms.Problem {
	v := reflect.New(p.entity)
	if filled {
		fill(v.Elem())
		v.Elem().FieldByName("Common").FieldByName("Rev").SetInt(0)
	}
	set(at.reach(v.Elem()))
	var found []isms.Problem
	err := p.space.Update(context.Background(), "", func(tx *isms.Tx) error {
		collection := reflect.ValueOf(p.kind).MethodByName("In").Call([]reflect.Value{reflect.ValueOf(tx)})[0]
		result := collection.MethodByName("Put").Call([]reflect.Value{v})[0].Interface()
		if err, ok := result.(error); ok {
			bad, ok := errors.AsType[*isms.ProblemError](err)
			if !ok {
				return err
			}
			found = bad.Problems
		}
		return errProbe
	})
	if !errors.Is(err, errProbe) {
		p.fail("%s: probe: %w", at.pointer, err)
	}
	return slices.DeleteFunc(found, func(x isms.Problem) bool { return x.Path != at.pointer })
}

// refuses is the problem of a code that a value at a place gives, in a full
// entity or in one that is empty else; nil when there is none.
func (p *prober) refuses(at place, value reflect.Value, code isms.Code) *isms.Problem {
	if !at.probes {
		return nil
	}
	for _, filled := range []bool{true, false} {
		for _, x := range p.problems(at, filled, func(v reflect.Value) { v.Set(value) }) {
			if x.Code == code {
				return &x
			}
		}
	}
	return nil
}

// required reports whether a member that is unset is a problem whatever else is
// set: in a full entity and in an empty one.
func (p *prober) required(at place) bool {
	if !at.probes {
		return false
	}
	zero := func(v reflect.Value) { v.SetZero() }
	inFull := p.problems(at, true, zero)
	return slices.ContainsFunc(p.problems(at, false, zero), func(x isms.Problem) bool {
		return slices.ContainsFunc(inFull, func(y isms.Problem) bool { return x.Code == y.Code })
	})
}

// fill gives every member a value, lists one element.
func fill(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *isms.Date:
		*x = isms.Day(2026, 3, 1)
		return
	case *isms.Cadence:
		*x = isms.Cadence{Every: 3, Unit: isms.Months}
		return
	case *isms.Link:
		*x = isms.Link{Kind: "role", ID: "ciso"}
		return
	case *isms.Actor:
		*x = isms.Person("jan")
		return
	case *isms.Text:
		*x = isms.Plain("text")
		return
	case *time.Time:
		*x = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
		return
	case *json.RawMessage:
		*x = json.RawMessage(`{}`)
		return
	case interface{ UnmarshalText(b []byte) error }:
		for text := range strings.FieldsSeq("high 9.8 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H A.5.1 trivy 3.1 fixed") {
			if x.UnmarshalText([]byte(text)) == nil {
				return
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("word")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	default: // maps stay empty
	}
}
