package isms_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

func named(id string) isms.Common { return isms.Common{ID: id} }

func day(d int) isms.Date { return isms.Day(2026, 3, d) }

// found is "path code" for each problem.
func found(problems []isms.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Path+" "+string(p.Code))
	}
	return out
}

type problemCase struct {
	rule string
	got  []isms.Problem
	want []string
}

func problemCases() []problemCase {
	text := isms.Plain("x")
	bad := isms.Link{Kind: "asset", ID: "a"}
	check := func(rule string, got []isms.Problem, want ...string) problemCase { return problemCase{rule, got, want} }
	return []problemCase{
		check("a whole asset is fine", isms.Validate(isms.Asset{Common: named("a"), Title: text, Type: isms.AssetProcess})),
		check("an id has its form", isms.Validate(isms.Role{Common: named("A b"), Title: text}), "/id isms/id"),
		check("what is required is there", isms.Validate(isms.Asset{Common: named("a")}), "/title isms/required", "/type isms/required"),
		check("words are known", isms.Validate(isms.Asset{Common: isms.Common{ID: "a", Status: "done"}, Title: text, Type: "gadget", Needs: isms.Needs{Integrity: "some"}, Exposure: "all"}),
			"/status isms/enum", "/type isms/enum", "/needs/integrity isms/enum", "/exposure isms/enum"),
		check("an owner is a person or a role", isms.Validate(isms.Role{Common: isms.Common{ID: "r", Owner: bad}, Title: text}), "/owner isms/owner-kind"),
		check("text is UTF-8", isms.Validate(isms.Role{Common: named("r"), Title: isms.Plain("\xff"), Responsibilities: []isms.Text{{"en": "a\xfe"}}}),
			"/title isms/utf8", "/responsibilities/0/en isms/utf8"),
		check("a text has a language", isms.Validate(isms.Role{Common: named("r"), Title: isms.Text{"e n": "x"}}), "/title isms/text-language"),
		check("text fits every form of a record", isms.Validate(isms.Role{Common: named("r"), Title: isms.Plain(strings.Repeat("x", 1<<20+1))}), "/title isms/too-long"),
		check("extensions have no key twice", isms.Validate(isms.Role{Common: isms.Common{ID: "r", Ext: map[string]json.RawMessage{"acme.example/a": []byte(`{"a":1,"a":2}`)}}, Title: text}), "/ext/acme.example~1a isms/ext-key"),
		check("extensions have a namespace and JSON", isms.Validate(isms.Role{Common: isms.Common{ID: "r", Ext: map[string]json.RawMessage{"plain": []byte("1"), "acme.example/a": []byte("{")}}, Title: text}),
			"/ext/acme.example~1a isms/ext-key", "/ext/plain isms/ext-key"),
		check("links have their form", isms.Validate(isms.Asset{Common: named("a"), Title: text, Type: isms.AssetNetwork, DependsOn: []isms.Ref[isms.Asset]{"B!", "", "a"}}),
			"/dependsOn/1 isms/required", "/dependsOn/2 isms/link", "/dependsOn/0 isms/link"),
		check("nothing stands twice", isms.Validate(isms.Role{Common: named("r"), Title: text, Holders: []isms.Ref[isms.Individual]{"p", "p"}}), "/holders/1 isms/duplicate"),
		check("ends follow beginnings", isms.Validate(isms.Individual{Common: named("p"), Name: "P", Joined: day(2), Left: day(1)}), "/left isms/date-order"),
		check("numbers are in range", isms.Validate(isms.Organization{Common: isms.Common{ID: "o", Review: isms.Review{Every: isms.Cadence{Every: -1, Unit: isms.Days}}}, Name: text, Employees: -1}),
			"/review/every isms/range", "/employees isms/range"),
		check("a control is in or out", isms.Validate(isms.Control{Common: named("c"), Ref: "A.5.1", Include: text, Exclude: text}), "/exclude isms/both"),
		check("controls exist", isms.Validate(isms.Requirement{Common: named("q"), Title: text, Type: isms.RequirementLaw, Controls: []isms.ControlID{"A.5.38", "A.5.1", "a.5.1", "nen7510:12.4", ":x", "A.5.1"}}),
			"/controls/5 isms/duplicate", "/controls/0 isms/control-id", "/controls/4 isms/control-id"),
		check("an approved scope says what it leaves out and why", isms.Validate(isms.Scope{Common: isms.Common{ID: "s", Status: isms.Approved}, Title: text, Exclusions: []isms.Exclusion{{What: text}}}),
			"/statement isms/required", "/exclusions/0/why isms/required"),
		check("an approval has a day and a person", isms.Validate(isms.Document{Common: named("d"), Title: text, Type: isms.DocumentPlan, Approval: isms.Approval{On: day(1)}}), "/approval/by isms/required"),
		check("an approved document has a version", isms.Validate(isms.Document{Common: isms.Common{ID: "d", Status: isms.Approved}, Title: text, Type: isms.DocumentPlan}), "/version isms/required"),
		check("evidence covers time forwards", isms.Validate(isms.Evidence{Common: named("e"), Title: text, Type: isms.EvidenceLog, Covers: isms.Period{From: day(2), To: day(1)}, Clauses: []string{""}}),
			"/covers/to isms/date-order", "/clauses/0 isms/required"),
		check("a closed incident has a day", isms.Validate(isms.Incident{Common: isms.Common{ID: "i", Occurred: day(2)}, Title: text, State: isms.IncidentClosed, Notified: []isms.Notification{{At: time.Unix(0, 0)}}}),
			"/closed isms/required", "/notified/0/to isms/required"),
		check("a performed audit has an end; findings have ids", isms.Validate(isms.Audit{
			Common: named("a"), Title: text, Type: isms.AuditInternal, State: isms.AuditReported, Auditors: []isms.Link{bad},
			Findings: []isms.AuditFinding{{ID: "f", Title: text, Grade: isms.Minor}, {ID: "f", Title: text, Grade: "bad"}},
		}), "/performed/to isms/required", "/auditors/0 isms/owner-kind", "/findings/1/id isms/duplicate", "/findings/1/grade isms/enum"),
		check("no action needs a reason; a check needs a checker", isms.Validate(isms.Nonconformity{
			Common: named("n"), Title: text, Need: isms.ActionNotNeeded,
			Actions: []isms.CorrectiveAction{{ID: "a", Title: text, Done: day(3), Effect: isms.Effective, Checked: isms.Approval{By: isms.Link{Kind: "person", ID: "p"}, On: day(2)}}, {ID: "b", Title: text, Effect: isms.Ineffective}},
		}), "/needReason isms/required", "/actions/0/checked/on isms/date-order", "/actions/1/checked isms/required"),
		check("review inputs are those of the standard", isms.Validate(isms.ManagementReview{
			Common: named("m"), Title: text, Inputs: []isms.ReviewInput{{Clause: "9.3.2.h", Summary: text}}, Decisions: []isms.Resolution{{ID: "d"}},
		}), "/inputs/0/clause isms/enum", "/decisions/0/title isms/required"),
	}
}

func TestValidate(t *testing.T) {
	for _, c := range problemCases() {
		t.Run(c.rule, func(t *testing.T) {
			if diff := cmp.Diff(c.want, found(c.got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, p := range c.got {
				for _, l := range []lang.Lang{lang.EN, lang.NL} {
					if text := p.Code.Text(l, p.Args); text == string(p.Code) || strings.Contains(text, "{") {
						t.Errorf("%s in %s reads %q", p.Code, l, text)
					}
				}
			}
		})
	}
}

// Every code of this package is produced by a test, and no test makes one up.
func TestEveryCodeIsProduced(t *testing.T) {
	produced := map[string]bool{}
	produced[string(isms.CodeTransition)], produced[string(isms.CodeKept)] = true, true // see TestLifecycles, TestKept
	for _, c := range slices.Concat(problemCases(), entityCases()) {
		for _, p := range c.got {
			produced[string(p.Code)] = true
		}
	}
	for _, c := range storeCases(t) {
		for _, p := range c.got {
			produced[string(p.Code)] = true
		}
	}
	for e := range lang.Entries() {
		group, _, _ := strings.Cut(e.Code, "/")
		if slices.Contains([]string{"isms", "ref", "load"}, group) && !produced[e.Code] {
			t.Errorf("no case produces %s", e.Code)
		}
		delete(produced, e.Code)
	}
	for code := range produced {
		t.Errorf("%s is not in the catalogue", code)
	}
}

func TestValidateNamesItsSubject(t *testing.T) {
	problems := isms.Validate(isms.Role{Common: named("cio")})
	if len(problems) != 1 || problems[0].Subject != (isms.Link{Kind: "role", ID: "cio"}) {
		t.Fatalf("Validate = %v, want one problem of role/cio", problems)
	}
	if got, want := problems[0].Text(lang.EN), "role/cio: /title: a value is required here"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
}
