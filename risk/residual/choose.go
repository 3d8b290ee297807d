package residual

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// candidate is an effect that earns something, and may count.
type candidate struct {
	factor   int // index of its Factor
	slot     int // by function: see slots
	strength *big.Rat
	things   []string // what it rests on: the control itself, and assets
	shared   uint64   // those of them that other candidates rest on too
}

// The slots of what remains, by function.
const (
	slotPrevent = iota
	slotReduce
	slotDetect
	slotRespond
	slots
)

func slotOf(f Function) int {
	switch f {
	case Prevent:
		return slotPrevent
	case Detect:
		return slotDetect
	case Respond:
		return slotRespond
	case ReduceLoss:
	}
	return slotReduce
}

// choice is a combination of candidates in which no layer and no shared thing
// counts twice. Detection and response are one exception: they earn only
// together, so resting on one thing does not make them count twice.
type choice struct {
	remains [slots]*big.Rat
	used    [slots]uint64 // shared things, by slot; of prevent and reduce in one
	picked  []int         // factors
}

// fits reports whether a candidate shares nothing with the choice, to which
// candidates come in the order of the slots.
func (c choice) fits(k candidate) bool {
	return (c.used[slotPrevent]|c.used[k.slot])&k.shared == 0
}

func (c choice) with(k candidate) choice {
	left := new(big.Rat).Sub(big.NewRat(1, 1), k.strength)
	c.remains[k.slot] = left.Mul(left, c.remains[k.slot])
	slot := k.slot
	if slot == slotReduce {
		slot = slotPrevent
	}
	c.used[slot] |= k.shared
	c.picked = append(slices.Clone(c.picked), k.factor)
	return c
}

// beats reports whether a choice leaves no more than another in any function
// and leaves open all that the other does, of the things that matter yet.
func (c choice) beats(o choice, matter uint64) bool {
	for s := range slots {
		if c.used[s]&^o.used[s]&matter != 0 || c.remains[s].Cmp(o.remains[s]) > 0 {
			return false
		}
	}
	return true
}

// likelihood and loss are the shares that remain.
func (c choice) likelihood() *big.Rat { return c.remains[slotPrevent] }

func (c choice) loss() *big.Rat {
	one := big.NewRat(1, 1)
	noticed := new(big.Rat).Sub(one, c.remains[slotDetect])
	limited := new(big.Rat).Sub(one, c.remains[slotRespond])
	limited.Mul(limited, noticed)
	limited.Sub(one, limited)
	return limited.Mul(limited, c.remains[slotReduce])
}

// maxChoices bounds the combinations that are kept at a time.
const maxChoices = 2000

// choices lists the combinations of which none leaves less than another
// whatever is done with it. It keeps the first of equals; the order of the
// candidates decides. False when there are too many.
func choices(candidates []candidate, layer func(candidate) string) ([]choice, bool) {
	if !shareBits(candidates) {
		return nil, false
	}
	groups := slices.Clone(candidates)
	slices.SortStableFunc(groups, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.slot, b.slot), strings.Compare(layer(a), layer(b)), b.strength.Cmp(a.strength))
	})
	one := big.NewRat(1, 1)
	list := []choice{{remains: [slots]*big.Rat{one, one, one, one}}}
	for len(groups) > 0 {
		n := 1
		for n < len(groups) && groups[n].slot == groups[0].slot && layer(groups[n]) == layer(groups[0]) {
			n++
		}
		group := groups[:n]
		groups = groups[n:]
		var matter uint64
		for _, k := range groups {
			matter |= k.shared
		}
		var next []choice
		for _, c := range list {
			for _, k := range group {
				if c.fits(k) {
					next = keep(next, c.with(k), matter)
				}
			}
			next = keep(next, c, matter)
		}
		if list = next; len(list) > maxChoices {
			return nil, false
		}
	}
	return list, true
}

// keep adds a choice unless another beats it, and drops those that it beats.
func keep(list []choice, c choice, matter uint64) []choice {
	for _, o := range list {
		if o.beats(c, matter) {
			return list
		}
	}
	list = slices.DeleteFunc(list, func(o choice) bool { return c.beats(o, matter) })
	return append(list, c)
}

// shareBits gives each thing that several candidates rest on a bit, one for
// all things with the same candidates. False when there are more than 64.
func shareBits(candidates []candidate) bool {
	holders := map[string][]int{}
	var things []string
	for i, k := range candidates {
		for _, t := range k.things {
			if holders[t] == nil {
				things = append(things, t)
			}
			holders[t] = append(holders[t], i)
		}
	}
	var known [][]int
	for _, t := range things {
		who := holders[t]
		if len(who) < 2 || slices.ContainsFunc(known, func(k []int) bool { return slices.Equal(k, who) }) {
			continue
		}
		if len(known) == 64 {
			return false
		}
		for _, i := range who {
			candidates[i].shared |= 1 << len(known)
		}
		known = append(known, who)
	}
	return true
}
