package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// part is an entity with terms and a reference.
type part struct {
	isms.Common

	Title  string         `json:"title,omitempty"`
	Colour string         `json:"colour,omitempty"`
	Of     isms.Ref[part] `json:"of,omitempty"`
}

// EntityKind implements [isms.Entity].
func (part) EntityKind() string { return "part" }

// Check implements [isms.Entity].
func (p part) Check(c isms.Checker) { isms.CheckEnum(c.At("colour"), p.Colour, "blue", "red") }

func parts(tx *isms.Tx) isms.Collection[part] {
	return isms.Kind[part]{Terms: func(p part) []driver.Term {
		return []driver.Term{{Key: "colour", Value: p.Colour}}
	}}.In(tx)
}

// checkTypedTenancy: nothing that package isms tells a tenant over this driver
// depends on others.
func checkTypedTenancy(t tester, steps int, open func() driver.Store) {
	t.Helper()
	noninterference(t, steps, open, playTyped)
}

// playTyped is the player of package isms. Its clock stands at a minute for each
// operation.
func playTyped(ctx context.Context, store driver.Store, tenant string, r *rand.Rand, n int, write bool) string {
	now := func() time.Time { return typedStart().Add(time.Duration(n) * time.Minute) }
	space := isms.Open(twice{store}, &isms.Options{Now: now}).Space(tenant).As(isms.Person("p-17"))
	var told transcript
	if !write {
		switch r.IntN(4) {
		case 0:
			space = space.AsOf(typedStart().Add(time.Duration(r.IntN(n+1)) * time.Minute))
		case 1:
			space = space.AsOfSeq(int64(r.IntN(2*n + 1)))
		}
		do := r.IntN(5)
		err := space.View(ctx, func(tx *isms.Tx) error {
			readTyped(tx, r, do, &told)
			return nil
		})
		told.line("view", do, err)
		return told.String()
	}
	seed := r.IntN(1 << 30)
	var put []*part
	err := space.Update(ctx, "operation "+strconv.Itoa(n), func(tx *isms.Tx) error {
		told.Reset()
		put = put[:0]
		again := dice(seed) // the same at each run of the transaction
		var errs []error
		for range 1 + again.IntN(3) {
			v, err := changeTyped(tx, again)
			told.line("change", err)
			put, errs = append(put, v), append(errs, err)
		}
		if again.IntN(8) == 0 {
			return errors.New("the caller's own")
		}
		if again.IntN(2) == 0 {
			return errors.Join(errs...)
		}
		return nil // in spite of what was refused
	})
	told.line("update", err, errors.Is(err, driver.ErrConflict), errors.Is(err, driver.ErrNotFound))
	if bad, ok := errors.AsType[*isms.ProblemError](err); ok {
		told.json(bad.Problems, nil)
	}
	for _, v := range put {
		told.json(v, nil)
	}
	return told.String()
}

// changeTyped puts or deletes something, rightly or not.
func changeTyped(tx *isms.Tx, r *rand.Rand) (*part, error) {
	id := pick(r, randomIDs())
	v, err := parts(tx).Get(id)
	if err != nil {
		v = part{Common: isms.Common{ID: id}}
	}
	v.Title = strconv.Itoa(r.IntN(100))
	v.Colour = pick(r, []string{"blue", "red", "red", "", "green"})
	if r.IntN(3) == 0 {
		v.Of = isms.Ref[part](pick(r, append(randomIDs(), "never", "../b")))
	}
	switch r.IntN(6) {
	case 0:
		return &v, parts(tx).Delete(id, v.Rev)
	case 1:
		v.Rev += int64(r.IntN(3)) - 1
	}
	return &v, parts(tx).Put(&v)
}

// readTyped reads in one of five ways.
func readTyped(tx *isms.Tx, r *rand.Rand, do int, told *transcript) {
	seq, at, err := tx.Head()
	told.line("head", seq, at, err)
	id := pick(r, append(randomIDs(), "never", "../b"))
	switch do {
	case 0:
		v, err := parts(tx).Get(id)
		told.json(v, err)
	case 1:
		for rev, err := range parts(tx).History(id) {
			told.json(rev, err)
		}
	case 2:
		told.json(parts(tx).List())
	case 3:
		told.parts(parts(tx).Where(driver.Term{Key: "colour", Value: pick(r, []string{"blue", "red", ""})}))
	default:
		told.parts(parts(tx).Where(driver.Term{Key: "ref", Value: "part/" + id}))
	}
}

func (t *transcript) parts(loop iter.Seq2[part, error]) {
	for v, err := range loop {
		t.json(v, err)
	}
}

func (t *transcript) json(v any, err error) {
	data, bad := json.Marshal(v)
	fmt.Fprintf(t, "%s %v %v\n", data, bad, err)
}
