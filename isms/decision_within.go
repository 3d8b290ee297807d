package isms

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

// withinDecision checks what a decision says against the records of the moment:
// that it approves what is there, and that who approves may.
func withinDecision(tx *Tx, d Decision, c Checker) error {
	before, err := tx.decided(d.ID)
	if err != nil {
		return err
	}
	seen := len(before.Approvals)
	if seen > 0 || !before.Withdrawn.On.IsZero() {
		if !d.checkKept(c, before) {
			return nil
		}
	}
	if len(d.Approvals) == seen && seen > 0 {
		return nil
	}
	pinned, found, err := tx.revision(d.Subject)
	if err != nil || !found { // it dangles, and isms says so
		return err
	}
	leave := immaterial(d.Cosmetic)
	if hashJSON(pinned.Data, leave) != d.Hash {
		c.At("hash").Assert(false, CodeHash, "have", d.Hash)
		return nil
	}
	return d.checkVotes(tx, c.At("approvals"), seen, leave)
}

// decided is the decision as it was before this transaction.
func (tx *Tx) decided(id string) (Decision, error) {
	stored, found, err := tx.stored(Link{Kind: Decision{}.EntityKind(), ID: id})
	if err != nil || !found || stored.Deleted || driver.Erased(stored) {
		return Decision{}, err
	}
	return decisionKind().decode(stored)
}

// revision is the record that a link with a revision names, one that this
// transaction makes among them.
func (tx *Tx) revision(l Link) (r driver.Record, found bool, err error) {
	r, alive, err := tx.current(l.Entity())
	if err != nil || alive && r.Rev == l.Rev {
		return r, alive, err
	}
	for r, err := range tx.reader.History(l.Kind, l.ID) {
		if err != nil {
			return r, false, err
		}
		if r.Rev == l.Rev {
			return r, !r.Deleted && !driver.Erased(r), nil
		}
	}
	return driver.Record{}, false, nil
}

// checkKept reports what changed in a decision that was approved or withdrawn.
func (d Decision) checkKept(c Checker, before Decision) bool {
	kept := true
	keep := func(member string, same bool) {
		c.At(member).Assert(same, CodeDecided, "have", LinkTo(d).String())
		kept = kept && same
	}
	keep("purpose", d.Purpose == before.Purpose)
	keep("subject", d.Subject == before.Subject)
	keep("hash", d.Hash == before.Hash)
	keep("cosmetic", slices.Equal(d.Cosmetic, before.Cosmetic))
	keep("authority", d.Authority.FourEyes == before.Authority.FourEyes && d.Authority.AtLeast == before.Authority.AtLeast &&
		slices.Equal(d.Authority.By, before.Authority.By))
	keep("rationale", reflect.DeepEqual(d.Rationale, before.Rationale))
	keep("every", d.Every == before.Every)
	keep("until", d.Until == before.Until)
	n := len(before.Approvals)
	same := func(a, b Vote) bool { return reflect.DeepEqual(a, b) }
	keep("approvals", slices.EqualFunc(before.Approvals, d.Approvals[:min(n, len(d.Approvals))], same))
	if !before.Withdrawn.On.IsZero() {
		keep("withdrawn", reflect.DeepEqual(d.Withdrawn, before.Withdrawn))
		keep("approvals", len(d.Approvals) <= n)
	}
	return kept
}

// checkVotes checks the approvals from number seen on, which this transaction
// adds.
func (d Decision) checkVotes(tx *Tx, c Checker, seen int, leave *paths) error {
	if len(d.Approvals) == seen {
		return nil
	}
	now, alive, err := tx.current(d.Subject.Entity())
	if err != nil {
		return err
	}
	same := alive && hashJSON(now.Data, leave) == d.Hash
	authors, err := d.authors(tx, leave)
	if err != nil {
		return err
	}
	for i, v := range d.Approvals[seen:] {
		at := c.Index(seen + i)
		at.Assert(same, CodeUnseen, "have", d.Subject.String(), "want", itoa(int(now.Rev)))
		if d.Authority.FourEyes {
			for _, who := range authors {
				at.At("by").Assert(who != "" && who != string(v.By), CodeFourEyes, "have", v.By.Link().String(), "subject", d.Subject.String())
			}
		}
		at.Assert(v.Evidence != "" || tx.actor.inPerson(v.By), CodeNotInPerson, "have", v.By.Link().String(), "actor", tx.actor.String())
		if err := v.checkHolder(tx, at.At("as")); err != nil {
			return err
		}
	}
	return nil
}

// inPerson reports whether the actor is a person, or a program with fixed rules
// that the person uses. What an agent judges is not the person's approval.
func (a Actor) inPerson(who Ref[Individual]) bool {
	return a.Kind == "person" && a.ID == string(who) || a.Kind == "service" && a.For == string(who)
}

// checkHolder reports a vote for a role, or for a person, that is somebody else's.
func (v Vote) checkHolder(tx *Tx, c Checker) error {
	role := Role{}
	if v.as().Kind == role.EntityKind() {
		var alive bool
		r, alive, err := tx.current(v.As.Entity())
		if err != nil || !alive { // it dangles, and isms says so
			return err
		}
		if role, err = widened[Role]().decode(r); err != nil {
			return err
		}
	}
	holds := v.as() == v.By.Link() || slices.Contains(role.Holders, v.By) || slices.Contains(role.Deputies, v.By)
	c.Assert(holds, CodeNotEntitled, "have", v.By.Link().String(), "want", v.as().String())
	return nil
}

// authors are the persons who wrote what the decision is about: any revision, up
// to the one it pins, with this material content. It holds "" when one of them
// cannot be told, or the last before it were erased.
func (d Decision) authors(tx *Tx, leave *paths) ([]string, error) {
	var authors []string
	erased := false
	add := func(r driver.Record, by Actor) {
		switch {
		case r.Rev > d.Subject.Rev:
		case driver.Erased(r):
			erased = true
		case !r.Deleted && hashJSON(r.Data, leave) == d.Hash:
			authors = append(authors, by.persons()...)
		default:
			erased = false // whatever it was, it became something else
		}
	}
	for r, err := range tx.reader.History(d.Subject.Kind, d.Subject.ID) {
		if err != nil {
			return nil, err
		}
		recorded, err := recordedOf(r)
		if err != nil {
			return nil, err
		}
		add(r, recorded.By)
	}
	if own := tx.pending[d.Subject.Entity()]; own != nil {
		add(own.record, tx.actor)
	}
	if erased {
		authors = append(authors, "")
	}
	return authors, nil
}

// persons is the person behind an actor: none behind a program of its own, ""
// where nobody knows who it was.
func (a Actor) persons() []string {
	switch {
	case a.For != "":
		return []string{a.For}
	case a.Kind == "person":
		return []string{a.ID}
	case a.IsZero() || a.Kind == "file":
		return []string{""}
	default:
		return nil
	}
}

// Undoing lists what differs, in what matters, between what the decision is
// about and the subject as tx sees it: which revision made it so, when, by whom
// and why. A decision whose subject is as it was has none. Changes that tx itself
// makes are not among them.
func (d Decision) Undoing(tx *Tx) ([]Difference, error) {
	if tx.ended {
		return nil, ErrEnded
	}
	start := int64(-1)
	for r, err := range tx.reader.History(d.Subject.Kind, d.Subject.ID) {
		if err != nil {
			return nil, err
		}
		if r.Rev == d.Subject.Rev {
			start = r.Seq
		}
	}
	if start < 0 {
		return nil, fmt.Errorf("%s: %w", d.Subject, driver.ErrNotFound)
	}
	found, err := appendDiff(nil, tx.reader, start, d.Subject.Entity())
	if err != nil {
		return nil, err
	}
	leave := pathsOf(d.Cosmetic)
	return slices.DeleteFunc(found, func(x Difference) bool { return x.Path != "" && leave.covers(x.Path) }), nil
}
