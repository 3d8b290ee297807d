package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// device is an entity of a host's own, of which a program and the next version of
// it know the same fields.
type device struct {
	isms.Common

	Colour string `json:"colour,omitempty"`
}

// EntityKind implements [isms.Entity].
func (device) EntityKind() string { return "device" }

// Check implements [isms.Entity].
func (device) Check(isms.Checker) {}

// devices are as a program before the upgrade has them, or as one after it does,
// which finds them by their colour. That raises the schema.
func devices(tx *isms.Tx, upgraded bool) isms.Collection[device] {
	if !upgraded {
		return isms.Kind[device]{}.In(tx)
	}
	return isms.Kind[device]{
		Terms:      func(d device) []driver.Term { return []driver.Term{{Key: "colour", Value: d.Colour}} },
		Migrations: []isms.Migration{func(data json.RawMessage) (json.RawMessage, error) { return data, nil }},
	}.In(tx)
}

// Upgrade fails t unless a term that an upgrade adds hides no older record, now
// and in the past, and unless a program from before the upgrade refuses what it
// does not know and leaves it as it is. open gives a store without records, which
// Upgrade closes.
func Upgrade(t *testing.T, open func(t *testing.T) driver.Store) {
	t.Helper()
	store := open(t)
	if fault := upgradeFault(t.Context(), store); fault != "" {
		t.Error(fault)
	}
	closeStore(t, store)
}

func upgradeFault(ctx context.Context, store driver.Store) string {
	space := isms.Open(store, nil).Space("acme").As(isms.Person("jan"))
	var errs []error
	older := map[string]string{"old-01": "red", "old-02": "blue"}
	for i := range 40 { // enough for every way to look a term up
		errs = append(errs, putDevice(ctx, space, false, fmt.Sprintf("old-%02d", i), []string{"red", "blue"}[i%2]))
	}
	for id, colour := range older {
		errs = append(errs, putDevice(ctx, space, false, id, colour))
	}
	for id, colour := range map[string]string{"new-1": "red", "new-2": "blue", "old-04": "blue", "old-05": "red"} {
		errs = append(errs, putDevice(ctx, space, true, id, colour))
	}
	if err := errors.Join(errs...); err != nil {
		return err.Error()
	}
	var even []string
	for i := 0; i < 40; i += 2 {
		even = append(even, fmt.Sprintf("old-%02d", i))
	}
	now := append([]string{"new-1", "old-00", "old-01", "old-05"}, even[3:]...) // old-02 and old-04 are blue now
	slices.Sort(now)
	for _, c := range []struct {
		when  string
		space *isms.Space
		want  []string
	}{{"before the upgrade", space.AsOfSeq(40), even}, {"now", space, now}} {
		if got, err := redDevices(ctx, c.space); err != nil || !slices.Equal(got, c.want) {
			return fmt.Sprintf("%s: Where(colour red) = %q, %v, want %q", c.when, got, err, c.want)
		}
	}
	before, err := look(ctx, space)
	for _, id := range []string{"new-1", "old-04"} {
		if refused := putDevice(ctx, space, false, id, "green"); !errors.Is(refused, isms.ErrNewer) {
			return fmt.Sprintf("Put of a newer record %s by an older program = %v, want %v", id, refused, isms.ErrNewer)
		}
	}
	if after, e := look(ctx, space); err != nil || e != nil || after != before {
		return fmt.Sprintf("after what was refused: head %d, %v, want %d, nil", after.head, errors.Join(err, e), before.head)
	}
	return ""
}

// putDevice makes or changes a device, as a program of before the upgrade or after.
func putDevice(ctx context.Context, space *isms.Space, upgraded bool, id, colour string) error {
	return space.Update(ctx, "because", func(tx *isms.Tx) error {
		old, err := devices(tx, upgraded).Get(id)
		if err != nil && !errors.Is(err, driver.ErrNotFound) {
			return err
		}
		d := device{Common: isms.Common{ID: id, Rev: old.Rev}, Colour: colour}
		return devices(tx, upgraded).Put(&d)
	})
}

// redDevices finds devices by the term that the upgrade added.
func redDevices(ctx context.Context, space *isms.Space) (ids []string, err error) {
	err = space.View(ctx, func(tx *isms.Tx) error {
		ids = nil
		for d, err := range devices(tx, true).Where(driver.Term{Key: "colour", Value: "red"}) {
			if err != nil {
				return err
			}
			ids = append(ids, d.ID)
		}
		return nil
	})
	return ids, err
}
