package isms

// Organization is who runs the management system (ISO/IEC 27001:2022, 4.1).
type Organization struct {
	Common

	Name      Text   `json:"name"`
	LegalName string `json:"legalName,omitempty"`
	Sector    Text   `json:"sector,omitempty"`
	Employees int    `json:"employees,omitempty"` // head count; 0 when not stated
	Sites     []Site `json:"sites,omitempty"`
}

// Site is a place where the organization works.
type Site struct {
	Name    Text   `json:"name"`
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
}

// Organizations is the collection of organizations in a transaction.
func Organizations(tx *Tx) Collection[Organization] { return Kind[Organization]{}.In(tx) }

// EntityKind is "organization".
func (Organization) EntityKind() string { return "organization" }

// Check implements [Entity].
func (o Organization) Check(c Checker) {
	CheckRequired(c.At("name"), !o.Name.IsZero())
	c.At("employees").Assert(o.Employees >= 0, CodeRange, "have", itoa(o.Employees), "want", "0 ...")
	for i, s := range o.Sites {
		CheckRequired(c.At("sites").Index(i).At("name"), !s.Name.IsZero())
	}
}

// Scope is where one management system starts and ends (4.3).
type Scope struct {
	Common

	Title      Text        `json:"title"`
	Statement  Text        `json:"statement,omitempty"` // the sentence that goes on a certificate
	Exclusions []Exclusion `json:"exclusions,omitempty"`
	Interfaces []Interface `json:"interfaces,omitempty"`
	Approval   Approval    `json:"approval,omitzero"`
}

// Exclusion is what a scope leaves out, and why.
type Exclusion struct {
	What Text `json:"what"`
	Why  Text `json:"why,omitempty"`
}

// Interface is what the management system shares with, or leaves to, somebody
// outside its scope (4.3 c).
type Interface struct {
	With Text `json:"with"`
	What Text `json:"what,omitempty"`
}

// Approval is who approved something, and on which day.
type Approval struct {
	By Link `json:"by,omitzero"` // a person or a role
	On Date `json:"on,omitzero"`
}

// Given reports whether both the approver and the day are known.
func (a Approval) Given() bool { return !a.By.IsZero() && !a.On.IsZero() }

// Check reports an approval of which the person or the day is missing.
func (a Approval) Check(c Checker) {
	CheckParty(c.At("by"), a.By)
	c.At("on").Assert(a.By.IsZero() || !a.On.IsZero(), CodeRequired)
	c.At("by").Assert(a.On.IsZero() || !a.By.IsZero(), CodeRequired)
}

// Scopes is the collection of scopes in a transaction.
func Scopes(tx *Tx) Collection[Scope] { return Kind[Scope]{}.In(tx) }

// EntityKind is "scope".
func (Scope) EntityKind() string { return "scope" }

// Check implements [Entity].
func (s Scope) Check(c Checker) {
	CheckRequired(c.At("title"), !s.Title.IsZero())
	if s.Status == Approved {
		CheckRequired(c.At("statement"), !s.Statement.IsZero())
	}
	for i, x := range s.Exclusions {
		at := c.At("exclusions").Index(i)
		CheckRequired(at.At("what"), !x.What.IsZero())
		if s.Status == Approved {
			CheckRequired(at.At("why"), !x.Why.IsZero())
		}
	}
	for i, x := range s.Interfaces {
		CheckRequired(c.At("interfaces").Index(i).At("with"), !x.With.IsZero())
	}
	s.Approval.Check(c.At("approval"))
}
