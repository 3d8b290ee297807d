package risk

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Prospect is a risk to, or an opportunity for, the management system itself:
// that it reaches what it is for (6.1.1). It is not a risk to information, which
// is a [Risk], has no level, and is in no register of risks.
type Prospect struct {
	isms.Common

	Title       isms.Text   `json:"title" isms:"cosmetic"`
	Effect      Effect      `json:"effect"`
	Description isms.Text   `json:"description,omitempty"`
	From        []isms.Link `json:"from,omitempty"` // what it follows from: requirements (4.2), documents on the context (4.1)
	Actions     []Action    `json:"actions,omitempty"`

	// How tells how the actions are made part of the processes, and how their
	// effectiveness is evaluated (6.1.1 e). Outcome is what came of it.
	How     isms.Text `json:"how,omitempty"`
	Outcome isms.Text `json:"outcome,omitempty" isms:"cosmetic"`
}

// Effect is whether a prospect threatens or helps.
type Effect string

// The effects.
const (
	Threatens Effect = "risk"
	Helps     Effect = "opportunity"
)

// Label is the effect in language l.
func (e Effect) Label(l lang.Lang) string { return lang.Word(l, "effect", string(e)) }

// Prospects is the collection of prospects in a transaction.
func Prospects(tx *isms.Tx) isms.Collection[Prospect] { return isms.Kind[Prospect]{}.In(tx) }

// EntityKind is "prospect".
func (Prospect) EntityKind() string { return "prospect" }

// Check implements [isms.Entity]. An approved prospect has an owner.
func (p Prospect) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !p.Title.IsZero())
	isms.CheckRequired(c.At("effect"), p.Effect != "")
	isms.CheckEnum(c.At("effect"), p.Effect, Threatens, Helps)
	for i, l := range p.From {
		isms.CheckRequired(c.At("from").Index(i), !l.IsZero())
	}
	checkActions(c.At("actions"), p.Actions)
	c.At("owner").Assert(p.Status != isms.Approved || !p.Owner.IsZero(), CodeNoOwner)
}

// ProspectReport is the risks and opportunities of the management system as a
// document in language l, in the order given, without those retired. The names
// of owners are those of reg.
func ProspectReport(list []Prospect, reg Register, l lang.Lang) report.Document {
	w := writer{reg, l}
	t := report.Table{
		ID: "prospects",
		Columns: []report.Column{
			{Title: w.say("No.", "Nr.")},
			{Title: w.say("Effect", "Soort")},
			{Title: w.say("What", "Wat"), Width: 24},
			{Title: w.say("Owner", "Eigenaar")},
			{Title: w.say("Actions", "Acties")},
			{Title: w.say("How evaluated", "Hoe beoordeeld"), Width: 24},
			{Title: w.say("Outcome", "Uitkomst"), Width: 24},
		},
	}
	for _, p := range list {
		if p.Status == isms.Retired {
			continue
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(name(&p.Common)), report.Text(p.Effect.Label(l)), report.Text(p.Title.In(l)), w.party(p.Owner),
			w.progress(Treatment{Actions: p.Actions}.Progress(reg.AsOf)), report.Text(p.How.In(l)), report.Text(p.Outcome.In(l)),
		}})
	}
	return report.Document{
		Title: w.say("Risks and opportunities of the management system", "Risico's en kansen van het managementsysteem"),
		Lang:  l,
		Meta:  []report.Field{{Name: w.say("As of", "Peildatum"), Value: day(reg.AsOf)}},
		Blocks: []report.Block{
			report.Paragraph(w.say(
				"They concern whether the management system reaches what it is for (6.1.1). Risks to information are in the risk register.",
				"Het gaat erom of het managementsysteem bereikt waarvoor het dient (6.1.1). Informatiebeveiligingsrisico's staan in het risicoregister.")),
			t,
		},
	}
}
