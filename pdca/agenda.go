package pdca

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Item is one thing that is to be done by a day.
type Item struct {
	Due     isms.Date `json:"due"` // the last day that is in time
	What    isms.Code `json:"what"`
	Title   isms.Text `json:"title,omitempty"`
	Subject isms.Link `json:"subject"` // with the revision that was read
	Path    string    `json:"path,omitempty"`

	// Owner is who is to do it, a person or a role; Name is what that one is
	// called. Both are unset when nobody is.
	Owner isms.Link `json:"owner,omitzero"`
	Name  isms.Text `json:"name,omitempty"`
}

// Text is what is to be done, in language l.
func (i Item) Text(l lang.Lang) string { return i.What.Text(l, nil) }

// agenda is everything open with a day, by day.
func (r *records) agenda() []Item {
	a := agenda{names: map[isms.Link]isms.Text{}}
	for i := range r.Persons {
		a.names[isms.Link{Kind: "person", ID: r.Persons[i].ID}] = isms.Plain(r.Persons[i].Name)
	}
	for i := range r.Roles {
		a.names[isms.Link{Kind: "role", ID: r.Roles[i].ID}] = r.Roles[i].Title
	}
	r.reviews(&a)
	r.risks(&a)
	r.running(&a)
	r.checks(&a)
	slices.SortFunc(a.items, func(x, y Item) int {
		return cmp.Or(
			x.Due.Compare(y.Due), strings.Compare(string(x.What), string(y.What)),
			strings.Compare(x.Subject.Kind, y.Subject.Kind), strings.Compare(x.Subject.ID, y.Subject.ID), strings.Compare(x.Path, y.Path),
		)
	})
	return a.items
}

type agenda struct {
	items []Item
	names map[isms.Link]isms.Text
}

// add notes something to be done; without a day it is not of the agenda. The
// owner is that of the record unless another one is given.
func (a *agenda) add(what string, due isms.Date, kind string, c *isms.Common, path string, title isms.Text, owner isms.Link) {
	if due.IsZero() {
		return
	}
	if owner.IsZero() {
		owner = c.Owner
	}
	a.items = append(a.items, Item{
		Due: due, What: isms.Code("pdca/agenda/" + what), Title: title,
		Subject: isms.Link{Kind: kind, ID: c.ID, Rev: c.Rev}, Path: path,
		Owner: owner, Name: a.names[owner.Entity()],
	})
}

// reviews are those of documents, scopes and requirements.
func (r *records) reviews(a *agenda) {
	review := func(kind string, c *isms.Common, title isms.Text) {
		a.add("review", c.Review.Due(), kind, c, "/review", title, isms.Link{})
	}
	for i := range r.Scopes {
		review("scope", &r.Scopes[i].Common, r.Scopes[i].Title)
	}
	for i := range r.Requirements {
		if q := &r.Requirements[i]; q.Binding(r.today) {
			review("requirement", &q.Common, q.Title)
		}
	}
	for i := range r.Documents {
		review("document", &r.Documents[i].Common, r.Documents[i].Title)
	}
}

func (r *records) risks(a *agenda) {
	for i := range r.register.Rows {
		row := &r.register.Rows[i]
		k := row.Risk
		a.add("risk-review", row.ReviewDue, "risk", &k.Common, "/review", k.Title, isms.Link{})
		a.add("acceptance", row.AcceptedUntil, "risk", &k.Common, "/acceptance", k.Title, isms.Link{})
		for j, x := range k.Treatment.Actions {
			if x.Done.IsZero() {
				a.add("treatment-action", x.Due, "risk", &k.Common, dueOf("/treatment/actions", j), x.Title, x.Owner)
			}
		}
	}
}

// running are the plans of controls, evidence that ends, scans and
// vulnerabilities.
func (r *records) running(a *agenda) {
	for i := range r.Controls {
		if c := &r.Controls[i]; r.planned(c) {
			title := c.Title
			if title.IsZero() {
				title = isms.Plain(string(c.Name()))
			}
			a.add("control", c.Due, "control", &c.Common, "/due", title, isms.Link{})
		}
	}
	for i := range r.Evidence {
		e := &r.Evidence[i]
		a.add("evidence", e.Expires, "evidence", &e.Common, "/expires", e.Title, isms.Link{})
	}
	if !r.ruled {
		return
	}
	owners := map[isms.Ref[isms.Asset]]*isms.Asset{}
	for i := range r.Assets {
		owners[isms.Ref[isms.Asset](r.Assets[i].ID)] = &r.Assets[i]
	}
	for _, c := range r.vulns.Coverage {
		asset := owners[c.Asset]
		if c.Scan == nil || asset == nil {
			continue
		}
		a.add("scan", r.nextScan(isms.DateOf(c.Scan.At)), "scan", &c.Scan.Common, "/at", asset.Title, asset.Owner)
	}
	for i := range r.vulns.Rows {
		if row := &r.vulns.Rows[i]; row.Open {
			f := row.Finding
			a.add("vulnerability", row.Deadline, "finding", &f.Common, "", isms.Plain(f.Title()), f.Treatment.Owner)
		}
	}
}

// checks are audits, management reviews, and what came out of them.
func (r *records) checks(a *agenda) {
	for i := range r.Audits {
		if x := &r.Audits[i]; !r.performed(x) {
			a.add("audit", x.Planned.To, "audit", &x.Common, "/planned/to", x.Title, isms.Link{})
		}
	}
	for i := range r.ManagementReviews {
		m := &r.ManagementReviews[i]
		if !m.Held(r.today) {
			a.add("management-review", m.Planned, "management-review", &m.Common, "/planned", m.Title, m.Chair)
		}
		for j, d := range m.Decisions {
			if d.Done.IsZero() {
				a.add("decision", d.Due, "management-review", &m.Common, dueOf("/decisions", j), d.Title, d.Owner)
			}
		}
	}
	if m := r.lastReview(); m != nil {
		a.add("management-review", m.Review.Every.Nth(m.Occurred, 1), "management-review", &m.Common, "/review/every", m.Title, m.Chair)
	}
	for i := range r.Nonconformities {
		n := &r.Nonconformities[i]
		for j, x := range n.Actions {
			if x.Done.IsZero() {
				a.add("corrective-action", x.Due, "nonconformity", &n.Common, dueOf("/actions", j), x.Title, x.Owner)
			}
		}
	}
}

// dueOf is the JSON Pointer of the due date of element i of a list.
func dueOf(list string, i int) string { return list + "/" + strconv.Itoa(i) + "/due" }
