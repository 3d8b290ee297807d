package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Scenarios are the risks that the register of risks lacks for the rows: one for
// each asset, whatever number of findings, and never one for each. They are the
// open and accepted ones. A finding of an exception belongs to the risk of that;
// else a risk that relates to a finding of an asset is its scenario. Such a risk
// is among the result, with the findings added, when it lacks some.
// A new one is a draft, owned by the owner of the asset and not assessed, so that
// it ranks as the greatest until somebody does. Nothing is stored. Sorted by id.
func Scenarios(rows []Row, in PackInputs) []risk.Risk {
	borne, scenarios := borneBy(in), scenariosOf(rows, in.Risks)
	assets := make(map[isms.Ref[isms.Asset]]isms.Asset, len(in.Assets))
	for _, a := range in.Assets {
		assets[isms.Ref[isms.Asset](a.ID)] = a
	}
	related := map[string][]isms.Link{} // by id of the risk
	risks := map[string]risk.Risk{}
	for _, row := range rows {
		if !row.Open && row.State != Accepted {
			continue
		}
		asset, link := row.Finding.Asset, isms.LinkTo(*row.Finding).Entity()
		r, found := borne[link]
		if !found {
			r, found = scenarios[asset]
		}
		if !found {
			r = scenarioOf(assets[asset], asset)
		}
		risks[r.ID], related[r.ID] = r, append(related[r.ID], link)
	}
	var list []risk.Risk
	for id, r := range risks {
		if all := relate(r.Related, related[id]); len(all) > len(r.Related) {
			r.Related = all
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b risk.Risk) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// scenariosOf is the first risk by id that relates to a finding of each asset.
func scenariosOf(rows []Row, risks []risk.Risk) map[isms.Ref[isms.Asset]]risk.Risk {
	assetOf := map[isms.Link]isms.Ref[isms.Asset]{}
	for _, row := range rows {
		for _, id := range row.Members {
			assetOf[isms.Link{Kind: Finding{}.EntityKind(), ID: id}] = row.Finding.Asset
		}
	}
	scenarios := map[isms.Ref[isms.Asset]]risk.Risk{}
	for _, r := range risks {
		for _, l := range r.Related {
			asset, known := assetOf[l.Entity()]
			if first, taken := scenarios[asset]; known && r.Status != isms.Retired && (!taken || r.ID < first.ID) {
				scenarios[asset] = r
			}
		}
	}
	return scenarios
}

// borneBy is the risk of each finding of an exception; of several the first by id
// of the exceptions.
func borneBy(in PackInputs) map[isms.Link]risk.Risk {
	risks := map[isms.Ref[risk.Risk]]risk.Risk{}
	for _, r := range in.Risks {
		risks[isms.Ref[risk.Risk](r.ID)] = r
	}
	exceptions := slices.SortedFunc(slices.Values(in.Exceptions), func(a, b Exception) int { return strings.Compare(b.ID, a.ID) })
	borne := map[isms.Link]risk.Risk{}
	for _, e := range exceptions {
		if r, found := risks[e.Risk]; found && e.Status != isms.Retired {
			for _, b := range e.Findings {
				borne[b.Finding.Link()] = r
			}
		}
	}
	return borne
}

// relate is the links of a risk with those it lacks, sorted.
func relate(have, links []isms.Link) []isms.Link {
	list := slices.Clone(have)
	had := make(map[isms.Link]bool, len(have))
	for _, l := range have {
		had[l.Entity()] = true
	}
	for _, l := range links {
		if !had[l] {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list[len(have):], func(a, b isms.Link) int { return strings.Compare(a.String(), b.String()) })
	return list
}

func scenarioOf(a isms.Asset, asset isms.Ref[isms.Asset]) risk.Risk {
	return risk.Risk{
		Common: isms.Common{ID: "r-" + digest("vulnerabilities", string(asset)), Status: isms.Draft, Owner: a.Owner},
		Title: isms.Text{
			"en": "Known vulnerabilities of " + titleOf(a, asset, "en") + " are exploited",
			"nl": "Bekende kwetsbaarheden van " + titleOf(a, asset, "nl") + " worden misbruikt",
		},
		Assets: []isms.Ref[isms.Asset]{asset},
	}
}

func titleOf(a isms.Asset, asset isms.Ref[isms.Asset], l lang.Lang) string {
	return cmp.Or(a.Title.In(l), string(asset))
}

// Breaches are the nonconformities to propose: one for each critical finding, or
// one whose severity nobody knows, that was neither fixed nor accepted by its
// deadline, whether or not it is by now, nor whether it is rated lower by now. One
// that has a nonconformity has it as its source. Nothing is stored. Sorted by id.
func Breaches(r Register, known []isms.Nonconformity) []isms.Nonconformity {
	raised := map[isms.Link]bool{}
	for _, n := range known {
		raised[n.Source.Entity()] = true
	}
	var list []isms.Nonconformity
	for _, row := range r.Rows {
		source := isms.LinkTo(*row.Finding).Entity()
		if !row.Breached || row.State == FalsePositive || row.State == NotAffected || raised[source] || !r.grave(row) {
			continue
		}
		list = append(list, breach(r, row, source))
	}
	slices.SortFunc(list, func(a, b isms.Nonconformity) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// grave reports whether a row is critical, for all that is known, or was when its
// deadline was set.
func (r Register) grave(row Row) bool {
	severity := func(s scan.Severity) bool { return s == scan.SeverityCritical || s == scan.SeverityUnknown }
	if severity(row.Level.Severity) {
		return true
	}
	return slices.ContainsFunc(r.Priority(row).Deadline.Terms, func(t Term) bool {
		return t.Regime == RegimeOwn && (t.Outcome == scan.SeverityCritical.String() || t.Outcome == scan.SeverityUnknown.String())
	})
}

func breach(r Register, row Row, source isms.Link) isms.Nonconformity {
	f, asset := row.Finding, r.Name(row.Finding.Asset.Link())
	return isms.Nonconformity{
		Common: isms.Common{ID: "nc-" + strings.TrimPrefix(f.ID, "f-"), Status: isms.Draft, Occurred: row.Deadline.AddDays(1)},
		Title: isms.Text{
			"en": f.Vulnerability + " on " + asset.In("en") + " was not dealt with by " + row.Deadline.String(),
			"nl": f.Vulnerability + " op " + asset.In("nl") + " is niet uiterlijk op " + row.Deadline.String() + " afgehandeld",
		},
		Source: source, Controls: []isms.ControlID{"A.8.8"},
	}
}
