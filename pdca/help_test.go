package pdca_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

func render[T any](t *testing.T, f func(io.Writer, T) error, v T) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	today     = isms.Day(2026, 6, 30)
	yesterday = today.AddDays(-1)
	tomorrow  = today.AddDays(1)
)

func plain(s string) isms.Text { return isms.Plain(s) }

func both(en, nl string) isms.Text { return isms.Text{lang.EN: en, lang.NL: nl} }

func common(id string) isms.Common { return isms.Common{ID: id, Rev: 3, Status: isms.Approved} }

func role(id string) isms.Link { return isms.Link{Kind: "role", ID: id} }

func given(by string) isms.Approval { return isms.Approval{By: role(by), On: yesterday} }

// every is a review of every year, last on a day.
func every(last isms.Date) isms.Review {
	return isms.Review{Last: last, Every: isms.Cadence{Every: 1, Unit: isms.Years}}
}

func document(id string, clauses ...string) isms.Document {
	return isms.Document{Common: common(id), Title: plain(id), Type: isms.DocumentPolicy, Version: "1", Approval: given("ceo"), Clauses: clauses}
}

func methodology() risk.Methodology {
	m := risk.Matrix3()
	m.Rev = 1
	return m
}

func assessed(id string, likelihood, impact int) risk.Risk {
	return risk.Risk{Common: common(id), Title: plain(id), Current: risk.Evaluation{
		Methodology: methodology().Pin(), Likelihood: likelihood, Impact: impact, On: yesterday,
	}}
}

func treated(id string) risk.Risk {
	r := assessed(id, 3, 3)
	r.Treatment = risk.Treatment{Options: []risk.Option{risk.Mitigate}, Approval: given("ceo")}
	r.Acceptance = risk.Acceptance{By: role("ceo"), On: yesterday, Until: tomorrow}
	return r
}

func risks(list ...risk.Risk) conformity.Inputs {
	return conformity.Inputs{Risks: list, Methodologies: []risk.Methodology{methodology()}}
}

func policy() []vuln.Policy {
	p := vuln.ReadyPolicy()
	p.Status = isms.Approved
	return []vuln.Policy{p}
}

func scanned(day isms.Date) conformity.Inputs {
	return conformity.Inputs{
		Policies: policy(),
		Assets:   []isms.Asset{{Common: common("shop"), Title: plain("Shop"), Type: isms.AssetSoftware}},
		Scans:    []vuln.Scan{{Common: common("s-1"), Asset: "shop", Source: "trivy", At: day.Time()}},
	}
}

func found(first isms.Date) conformity.Inputs {
	in := scanned(yesterday)
	in.Vulnerabilities = []vuln.Finding{{Common: common("f-1"), Asset: "shop", Vulnerability: "CVE-2026-0001", FirstKnown: first}}
	return in
}
