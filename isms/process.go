package isms

import "github.com/ismskit/ismskit/isms/lang"

// Process is work that repeats, with what goes in and what comes out: of the
// management system itself (4.4) or of the business it protects (8.1).
type Process struct {
	Common

	Title     Text            `json:"title"`
	Type      ProcessType     `json:"type,omitempty"`
	Purpose   Text            `json:"purpose,omitempty"`
	Inputs    []Text          `json:"inputs,omitempty"`
	Outputs   []Text          `json:"outputs,omitempty"`
	Feeds     []Ref[Process]  `json:"feeds,omitempty"`    // which processes use its outputs: the interaction (4.4)
	Criteria  Text            `json:"criteria,omitempty"` // by which it is controlled (8.1)
	Provider  Ref[Supplier]   `json:"provider,omitempty"` // who carries it out, when it is provided externally (8.1)
	Control   Text            `json:"control,omitempty"`  // how an external provider is controlled
	Documents []Ref[Document] `json:"documents,omitempty"`
	Assets    []Ref[Asset]    `json:"assets,omitempty"`
}

// ProcessType is what a process is part of.
type ProcessType string

// The types of process.
const (
	ProcessISMS     ProcessType = "isms"
	ProcessBusiness ProcessType = "business"
)

// Label is the type in language l.
func (t ProcessType) Label(l lang.Lang) string { return lang.Word(l, "process", string(t)) }

// Processes is the collection of processes in a transaction.
func Processes(tx *Tx) Collection[Process] { return Kind[Process]{}.In(tx) }

// EntityKind is "process".
func (Process) EntityKind() string { return "process" }

// Check implements [Entity].
func (p Process) Check(c Checker) {
	CheckRequired(c.At("title"), !p.Title.IsZero())
	CheckEnum(c.At("type"), p.Type, ProcessISMS, ProcessBusiness)
	CheckWords(c.At("feeds"), p.Feeds)
	CheckWords(c.At("documents"), p.Documents)
	CheckWords(c.At("assets"), p.Assets)
	for i, f := range p.Feeds {
		c.At("feeds").Index(i).Assert(string(f) != p.ID, CodeLink, "have", string(f))
	}
}

// Work is a piece of work that somebody took on.
type Work struct {
	ID    string `json:"id"` // within its record
	Title Text   `json:"title"`
	Means Text   `json:"means,omitempty"` // what it takes (6.2 i)
	Owner Link   `json:"owner,omitzero"`  // a person or a role
	Due   Date   `json:"due,omitzero"`
	Done  Date   `json:"done,omitzero"`
}

// Overdue reports whether the work should have been done before today.
func (w Work) Overdue(today Date) bool { return w.Done.IsZero() && w.Due.Before(today) }

func checkWork(c Checker, list []Work) {
	checkIDs(c, list, func(w Work) string { return w.ID })
	for i, w := range list {
		CheckRequired(c.Index(i).At("title"), !w.Title.IsZero())
		CheckParty(c.Index(i).At("owner"), w.Owner)
	}
}
