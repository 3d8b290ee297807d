package soa

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Archive is the versions of a statement, with the decisions about them.
type Archive struct {
	Versions  []Version
	Decisions []isms.Decision   // those about versions count
	Persons   []isms.Individual // give the names of who approved
}

// ReadArchive reads the archive from a transaction: of the present, or of a
// moment in the past.
func ReadArchive(tx *isms.Tx) (Archive, error) {
	var a Archive
	var err error
	if a.Versions, err = Versions(tx).List(); err != nil {
		return Archive{}, err
	}
	if a.Decisions, err = isms.Decisions(tx).List(); err != nil {
		return Archive{}, err
	}
	if a.Persons, err = isms.Persons(tx).List(); err != nil {
		return Archive{}, err
	}
	return a, nil
}

// VersionState is what a version is worth on one day.
type VersionState string

// The states of a version. Only an approved one is in force.
const (
	VersionDraft      VersionState = "draft"    // nobody was asked to approve it
	VersionProposed   VersionState = "proposed" // not all who must approve did
	VersionApproved   VersionState = "approved"
	VersionExpired    VersionState = "expired"    // the approval was for a time
	VersionSuperseded VersionState = "superseded" // another one took effect later
	VersionWithdrawn  VersionState = "withdrawn"
)

// Label is the state in language l.
func (s VersionState) Label(l lang.Lang) string { return lang.Word(l, "version", string(s)) }

// Issue is a version and what it is worth on one day.
type Issue struct {
	Version *Version
	State   VersionState

	// Decision is the one that counts, nil when there is none, and Standing what
	// it is worth: Standing.Since is when the version took effect.
	Decision *isms.Decision
	Standing isms.Standing

	ApprovedBy []Entry  // who approved by that day
	Superseded *Version // the version that took its place first, when it is superseded
}

// On tells what each version is worth on a day, the newest first. A version that
// took effect supersedes those of the same management system that did before,
// and they stay so when it is withdrawn: another decision is needed to bring one
// back. O(versions * (versions + decisions)).
func (a Archive) On(day isms.Date) []Issue {
	list := make([]Issue, len(a.Versions))
	for i := range a.Versions {
		list[i] = a.issue(&a.Versions[i], day)
	}
	slices.SortStableFunc(list, func(x, y Issue) int { return y.compare(x) })
	for i := range list {
		x := &list[i]
		if x.State != VersionApproved && x.State != VersionExpired {
			continue
		}
		by := -1
		for j, y := range list {
			if !y.Standing.Since.IsZero() && sameSystem(x.Version, y.Version) && y.after(*x) && (by < 0 || list[by].after(y)) {
				by = j
			}
		}
		if by >= 0 {
			x.State, x.Superseded = VersionSuperseded, list[by].Version
		}
	}
	return list
}

// InForce is the version in force on a day, of one management system; an unset
// scope is any. It is false when there is none.
func (a Archive) InForce(day isms.Date, scope isms.Ref[isms.Scope]) (Issue, bool) {
	for _, x := range a.On(day) {
		if x.State == VersionApproved && (scope == "" || x.Version.ISMS == "" || x.Version.ISMS == scope) {
			return x, true
		}
	}
	return Issue{}, false
}

func sameSystem(a, b *Version) bool { return a.ISMS == b.ISMS || a.ISMS == "" || b.ISMS == "" }

// issue is what a version is worth by itself.
func (a Archive) issue(v *Version, day isms.Date) Issue {
	best := Issue{Version: v, State: VersionDraft}
	if v.Status == isms.Retired {
		best.State = VersionWithdrawn
	}
	for i := range a.Decisions {
		d := &a.Decisions[i]
		if d.Purpose != ApprovalPurpose || d.Subject.Entity() != isms.LinkTo(*v) {
			continue
		}
		next := Issue{Version: v, Decision: d, Standing: d.On(day, *v)}
		switch next.Standing.State {
		case isms.DecisionInForce:
			next.State = VersionApproved
		case isms.DecisionExpired:
			next.State = VersionExpired
		case isms.DecisionWithdrawn:
			next.State = VersionWithdrawn
		case isms.DecisionUndone: // it is not what was approved
			next.State, next.Standing.Since = VersionDraft, isms.Date{}
		default:
			next.State = VersionProposed
		}
		if best.Decision == nil || next.before(best) {
			best = next
		}
	}
	if best.Decision != nil {
		for _, vote := range best.Decision.Approvals {
			if !vote.On.After(day) {
				best.ApprovedBy = append(best.ApprovedBy, a.person(vote.By))
			}
		}
	}
	return best
}

// before reports whether the decision of x counts rather than that of y: the one
// that took effect last, else one in force, else the first by id.
func (x Issue) before(y Issue) bool {
	order := func(i Issue) int {
		if i.State == VersionApproved {
			return 0
		}
		return 1
	}
	return cmp.Or(
		y.Standing.Since.Compare(x.Standing.Since),
		cmp.Compare(order(x), order(y)),
		strings.Compare(x.Decision.ID, y.Decision.ID),
	) < 0
}

// after reports whether x took effect after y. Of one day, that of the later
// statement did.
func (x Issue) after(y Issue) bool {
	return cmp.Or(x.Standing.Since.Compare(y.Standing.Since), compareVersions(x.Version, y.Version)) > 0
}

// compare puts what never took effect last, then orders by when it did.
func (x Issue) compare(y Issue) int {
	rank := func(i Issue) int {
		if i.Standing.Since.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(x), rank(y)), x.Standing.Since.Compare(y.Standing.Since), compareVersions(x.Version, y.Version))
}

func compareVersions(v, w *Version) int {
	return cmp.Or(
		v.AsOf.Compare(w.AsOf), cmp.Compare(v.Seq, w.Seq),
		natural.Compare(v.Number, w.Number), strings.Compare(v.ID, w.ID),
	)
}

func (a Archive) person(ref isms.Ref[isms.Individual]) Entry {
	for i := range a.Persons {
		if p := &a.Persons[i]; p.ID == string(ref) {
			return entry(p.EntityKind(), p.Common, isms.Plain(p.Name))
		}
	}
	return Entry{Link: ref.Link()}
}

// Report is the version as a document in language l: the statement as it was
// frozen, and what it is worth.
func (x Issue) Report(l lang.Lang) (report.Document, error) {
	s, err := x.Version.Statement()
	if err != nil {
		return report.Document{}, err
	}
	doc := s.Report(l)
	doc.Meta = doc.Meta[:len(doc.Meta)-1] // that it was not approved
	for _, f := range x.control(l) {
		if f.Value.Text != "" {
			doc.Meta = append(doc.Meta, f)
		}
	}
	return doc, nil
}

func (x Issue) control(l lang.Lang) []report.Field {
	state := report.Text(x.State.Label(l))
	if x.State != VersionApproved {
		state = state.Toned(report.Warn)
	}
	fields := []report.Field{
		{Name: lang.Text{EN: "Version", NL: "Versie"}.In(l), Value: report.Text(x.Version.Number)},
		{Name: lang.Text{EN: "What is new", NL: "Wat is nieuw"}.In(l), Value: report.Text(x.Version.Changes.In(l))},
		{Name: lang.Text{EN: "State", NL: "Status"}.In(l), Value: state},
		{Name: lang.Text{EN: "In force since", NL: "Van kracht sinds"}.In(l), Value: report.Day(x.Standing.Since.String())},
		{Name: lang.Text{EN: "Approved by", NL: "Vastgesteld door"}.In(l), Value: report.Text(names(x.ApprovedBy, l))},
	}
	if x.Superseded != nil {
		fields = append(fields, report.Field{
			Name: lang.Text{EN: "Superseded by", NL: "Vervangen door"}.In(l), Value: report.Text(x.Superseded.Number),
		})
	}
	return fields
}

// Report is the list of versions on a day as a document in language l.
func (a Archive) Report(day isms.Date, l lang.Lang) report.Document {
	t := report.Table{
		ID:      "versions",
		Caption: lang.Text{EN: "Versions", NL: "Versies"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Version", NL: "Versie"}.In(l)},
			{Title: lang.Text{EN: "As of", NL: "Peildatum"}.In(l), Kind: report.KindDate},
			{Title: lang.Text{EN: "State", NL: "Status"}.In(l)},
			{Title: lang.Text{EN: "In force since", NL: "Van kracht sinds"}.In(l), Kind: report.KindDate},
			{Title: lang.Text{EN: "Approved by", NL: "Vastgesteld door"}.In(l)},
			{Title: lang.Text{EN: "Superseded by", NL: "Vervangen door"}.In(l)},
			{Title: lang.Text{EN: "What is new", NL: "Wat is nieuw"}.In(l), Width: 28},
		},
	}
	for _, x := range a.On(day) {
		tone, by := report.Warn, ""
		switch x.State {
		case VersionApproved:
			tone = report.Good
		case VersionSuperseded:
			tone, by = report.Neutral, x.Superseded.Number
		default:
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(x.Version.Number), report.Day(x.Version.AsOf.String()), report.Text(x.State.Label(l)).Toned(tone),
			report.Day(x.Standing.Since.String()), report.Text(names(x.ApprovedBy, l)), report.Text(by), report.Text(x.Version.Changes.In(l)),
		}})
	}
	doc := report.Document{
		Title: lang.Text{EN: "Versions of the Statement of Applicability", NL: "Versies van de Verklaring van Toepasselijkheid"}.In(l),
		Lang:  l,
		Meta:  []report.Field{{Name: lang.Text{EN: "As of", NL: "Peildatum"}.In(l), Value: report.Day(day.String())}},
	}
	if len(t.Rows) == 0 {
		doc.Blocks = []report.Block{report.Paragraph(lang.Text{EN: "There is no version yet.", NL: "Er is nog geen versie."}.In(l))}
		return doc
	}
	doc.Blocks = []report.Block{t}
	return doc
}
