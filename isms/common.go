package isms

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/lang"
)

// Entity is a value that can be stored: a struct that embeds [Common].
type Entity interface {
	// EntityKind is the name of the kind, the same for every value: "asset".
	EntityKind() string
	// Check reports what is wrong with this value on its own. What every entity
	// has is checked beside it; see [Validate].
	Check(Checker)
}

// Common is what every entity has. Embed it. The tag `isms:"cosmetic"` is on
// fields of which a change does not undo a [Decision] about the entity.
type Common struct {
	ID       string   `json:"id,omitempty"`
	Rev      int64    `json:"rev,omitempty"`     // 0 for a new one; set by the store, and travels with the value
	Recorded Recorded `json:"recorded,omitzero"` // of this revision; set by the store

	Label    string       `json:"label,omitempty" isms:"cosmetic"`  // the number people use: "R-014"
	ISMS     Ref[Scope]   `json:"isms,omitempty"`                   // which management system, when a tenant runs several
	Status   Status       `json:"status,omitempty" isms:"cosmetic"` // of the record; unset reads as draft
	Owner    Link         `json:"owner,omitzero"`                   // a person or a role
	Occurred Date         `json:"occurred,omitzero"`                // when it happened or came into force, apart from when it was recorded
	Review   Review       `json:"review,omitzero" isms:"cosmetic"`
	Tags     []string     `json:"tags,omitempty" isms:"cosmetic"`
	External []ExternalID `json:"external,omitempty" isms:"cosmetic"`

	// Ext is for vendors: keys in a namespace of theirs ("acme.example/score"),
	// values that we keep and never read.
	Ext map[string]json.RawMessage `json:"ext,omitempty"`
}

// Recorded tells when and by whom a revision was written down. It says nothing
// about when the thing itself happened: see Common.Occurred.
type Recorded struct {
	At   time.Time `json:"at"`
	By   Actor     `json:"by"`
	Note string    `json:"note,omitempty"` // of the transaction
	Seq  int64     `json:"seq"`            // place in the tenant's log
}

// Status is how far the record itself is; checks are stricter for an approved
// record than for a draft.
type Status string

// The record statuses.
const (
	Draft    Status = "draft"
	Approved Status = "approved"
	Retired  Status = "retired" // kept for the history, no longer in force
)

// InForce reports whether the record counts today: neither retired nor a draft.
func (s Status) InForce() bool { return s == Approved }

// Label is the status in language l.
func (s Status) Label(l lang.Lang) string { return lang.Word(l, "status", string(s)) }

// Review is when a record was last looked at, and how often it is due.
type Review struct {
	Last  Date    `json:"last,omitzero"`
	Every Cadence `json:"every,omitzero"`
}

// Due is the day of the next review, unset when there is none.
func (r Review) Due() Date { return r.Every.Nth(r.Last, 1) }

// Overdue reports whether the review should have been before today. A cadence
// without a last review is overdue: nobody can say that it was done.
func (r Review) Overdue(today Date) bool {
	if r.Every.IsZero() {
		return false
	}
	return r.Last.IsZero() || r.Due().Before(today)
}

// ExternalID is what another system calls the same thing.
type ExternalID struct {
	System string `json:"system"`
	ID     string `json:"id"`
	URL    string `json:"url,omitempty"`
}

func (c *Common) common() *Common { return c }

// LinkTo is the link to an entity, without a revision.
func LinkTo[T Entity](v T) Link {
	return Link{Kind: v.EntityKind(), ID: commonOf(&v).ID}
}

// commonOf finds the Common of the value at p; nil when it embeds none.
func commonOf[T Entity](p *T) *Common {
	if e, ok := any(p).(interface{ common() *Common }); ok {
		return e.common()
	}
	return nil
}

// Validate lists every problem of a value on its own: its Common, its Check,
// text that is not UTF-8, and references that cannot be one. Whether the
// references lead anywhere only a store can tell.
func Validate[T Entity](v T) []Problem {
	_, problems := examine(&v, plans{})
	return problems
}

// examine is Validate of the value at v, and the references it came across.
func examine[T Entity](v *T, p plans) (refs []refAt, problems []Problem) {
	c := Checker{sink: &problems}
	if common := commonOf(v); common == nil {
		c.Assert(false, CodeRequired, "what", "Common")
	} else {
		common.check(c)
	}
	(*v).Check(c)
	refs = p.inspect(c, reflect.ValueOf(v).Elem())
	for _, ref := range refs {
		if !ValidID(ref.to.Kind) || !ValidID(ref.to.ID) || ref.to.Rev < 0 {
			Checker{path: ref.path, sink: &problems}.Assert(false, CodeLink, "have", ref.to.String())
		}
	}
	for i := range problems {
		problems[i].Subject = LinkTo(*v)
	}
	return refs, problems
}

func (c *Common) check(k Checker) {
	k.At("id").Assert(ValidID(c.ID), CodeID, "have", c.ID)
	CheckEnum(k.At("status"), c.Status, Draft, Approved, Retired)
	CheckParty(k.At("owner"), c.Owner)
	checkCadence(k.At("review").At("every"), c.Review.Every)
	for i, x := range c.External {
		at := k.At("external").Index(i)
		CheckRequired(at.At("system"), x.System != "")
		CheckRequired(at.At("id"), x.ID != "")
	}
	CheckWords(k.At("tags"), c.Tags)
	if len(c.Ext) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(c.Ext)) {
		namespace, name, found := strings.Cut(key, "/")
		k.At("ext").At(key).Assert(found && namespace != "" && name != "" && validExt(c.Ext[key]), CodeExtKey, "have", key)
	}
}

// validExt accepts JSON that every form of a record can carry: no key twice,
// and within the limits of a document.
func validExt(raw json.RawMessage) bool {
	_, err := yamljson.Parse("ext.json", raw)
	return err == nil
}

func checkCadence(k Checker, c Cadence) {
	k.Assert(c.IsZero() || c.Every >= 1 && c.Every <= 10000 && c.Unit >= Days && c.Unit <= Years, CodeRange, "have", c.String(), "want", "1 day ... 10000 years")
}

// CheckRequired reports a missing value here unless present.
func CheckRequired(c Checker, present bool) { c.Assert(present, CodeRequired) }

// CheckEnum reports a word that is not one of the allowed; unset is fine.
func CheckEnum[T ~string](c Checker, v T, allowed ...T) {
	if v == "" || slices.Contains(allowed, v) {
		return
	}
	words := make([]string, len(allowed))
	for i, w := range allowed {
		words[i] = string(w)
	}
	c.Assert(false, CodeEnum, "have", string(v), "want", strings.Join(words, ", "))
}

// CheckWords reports empty and doubled words: of references, clauses, tags.
func CheckWords[T ~string](c Checker, words []T) {
	seen := map[T]bool{}
	for i, w := range words {
		CheckRequired(c.Index(i), w != "")
		c.Index(i).Assert(!seen[w], CodeDuplicate, "have", string(w))
		seen[w] = true
	}
}

// CheckParty reports a link that leads neither to a person nor to a role; none
// is fine.
func CheckParty(c Checker, l Link) {
	c.Assert(l.IsZero() || l.Kind == "person" || l.Kind == "role", CodeOwnerKind, "have", l.String())
}

// CheckOrder reports a day that is before the one it follows from.
func CheckOrder(c Checker, earlier, later Date) {
	if later.Before(earlier) {
		c.Assert(false, CodeDateOrder, "earlier", earlier.String(), "later", later.String())
	}
}
