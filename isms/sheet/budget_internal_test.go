package sheet

import "testing"

// The limits of a whole file add up over its cells.
func TestBudget(t *testing.T) {
	b := &budget{cells: 2, text: 5}
	for i, want := range []bool{true, true, false} {
		if err := b.take(1, 1); (err == nil) != want {
			t.Errorf("take %d = %v, want it to succeed: %v", i, err, want)
		}
	}
	b = &budget{cells: 9, text: 5}
	if err := b.take(1, 5); err != nil {
		t.Errorf("take of all text = %v, want no error", err)
	}
	if err := b.take(1, 1); err == nil {
		t.Error("take of more text = no error")
	}
}
