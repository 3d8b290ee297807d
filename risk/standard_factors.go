package risk

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// OWASP is a ready-made methodology with the OWASP Risk Rating Methodology:
// likelihood is the average of eight factors and impact that of four, each from
// 0 to 9. An average below 3 is low, below 6 medium, else high. Business factors
// decide the impact as soon as one of them is scored, technical ones else; the
// two are never averaged together. A factor without a score is not assessed, and
// neither is the scale. Its id is "owasp-risk-rating".
func OWASP() Methodology {
	steps := func() []Step {
		return []Step{
			step(text("Low", "Laag"), text("The factors average below 3.", "De factoren zijn gemiddeld lager dan 3.")),
			step(text("Medium", "Midden"), text("The factors average 3 or more, below 6.", "De factoren zijn gemiddeld 3 of meer, lager dan 6.")),
			step(text("High", "Hoog"), text("The factors average 6 or more.", "De factoren zijn gemiddeld 6 of meer.")),
		}
	}
	average := func(id string, of Axis, title isms.Text, factors ...Factor) Derivation {
		return Derivation{ID: id, Title: title, Of: of, Rule: Sum, Divisor: len(factors), Factors: factors}
	}
	return Methodology{
		Common:     isms.Common{ID: "owasp-risk-rating"},
		Title:      text("OWASP Risk Rating", "OWASP Risk Rating"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: steps(), Values: []int{0, 3, 6}},
		Impact:     Scale{Steps: steps(), Values: []int{0, 3, 6}},
		Bands:      []Band{called(low(), "note", "Note", "Notitie"), low(), medium(), high(), critical()},
		Matrix: [][]string{
			{"note", "low", "medium"},
			{"low", "medium", "high"},
			{"medium", "high", "critical"},
		},
		AcceptUpTo: "low",
		Derivations: []Derivation{
			average("likelihood", OfLikelihood, text("Threat agents and vulnerability", "Dreigers en kwetsbaarheid"),
				factor("skill", 0, 9, "Skill", "Vaardigheid", "Of the threat agents: 1 none, 3 some, 5 advanced user, 6 programmer, 9 professional attacker.", "Van de dreigers: 1 geen, 3 enige, 5 gevorderde gebruiker, 6 ontwikkelaar, 9 beroepsaanvaller."),
				factor("motive", 0, 9, "Motive", "Motief", "What they gain: 1 little or nothing, 4 perhaps something, 9 much.", "Wat zij winnen: 1 weinig of niets, 4 misschien iets, 9 veel."),
				factor("opportunity", 0, 9, "Opportunity", "Gelegenheid", "What it takes: 0 full access or costly means, 4 special access, 7 some access, 9 none.", "Wat ervoor nodig is: 0 volledige toegang of kostbare middelen, 4 bijzondere toegang, 7 enige toegang, 9 niets."),
				factor("size", 0, 9, "Size of the group", "Grootte van de groep", "Who they are: 2 developers or administrators, 4 internal users, 5 partners, 6 users with an account, 9 anybody on the internet.", "Wie zij zijn: 2 ontwikkelaars of beheerders, 4 interne gebruikers, 5 partners, 6 gebruikers met een account, 9 iedereen op internet."),
				factor("discovery", 0, 9, "Ease of discovery", "Vindbaarheid", "Of the vulnerability: 1 nearly impossible, 3 difficult, 7 easy, 9 by automated tools.", "Van de kwetsbaarheid: 1 vrijwel onmogelijk, 3 moeilijk, 7 makkelijk, 9 met automatische hulpmiddelen."),
				factor("exploit", 0, 9, "Ease of exploit", "Misbruikbaarheid", "1 in theory, 3 difficult, 5 easy, 9 by automated tools.", "1 in theorie, 3 moeilijk, 5 makkelijk, 9 met automatische hulpmiddelen."),
				factor("awareness", 0, 9, "Awareness", "Bekendheid", "Among the threat agents: 1 unknown, 4 hidden, 6 obvious, 9 public.", "Bij de dreigers: 1 onbekend, 4 verborgen, 6 voor de hand liggend, 9 openbaar."),
				factor("detection", 0, 9, "Detection of misuse", "Ontdekking van misbruik", "1 detected by the application, 3 logged and reviewed, 8 logged, 9 not logged.", "1 ontdekt door de applicatie, 3 gelogd en bekeken, 8 gelogd, 9 niet gelogd.")),
			average("business", OfImpact, text("Impact on the business", "Impact op de organisatie"),
				factor("financial", 0, 9, "Financial damage", "Financiële schade", "1 less than the repair costs, 3 small effect on the year's profit, 7 large effect, 9 bankruptcy.", "1 minder dan het herstel kost, 3 klein effect op de jaarwinst, 7 groot effect, 9 faillissement."),
				factor("reputation", 0, 9, "Damage to reputation", "Reputatieschade", "1 minimal, 4 large customers leave, 5 goodwill is lost, 9 the brand is damaged.", "1 minimaal, 4 grote klanten vertrekken, 5 goodwill gaat verloren, 9 het merk is beschadigd."),
				factor("violation", 0, 9, "Breach of rules", "Schending van regels", "2 minor, 5 clear, 7 in the news.", "2 klein, 5 duidelijk, 7 in het nieuws."),
				factor("privacy", 0, 9, "Privacy", "Privacy", "Whose data is disclosed: 3 one person's, 5 hundreds, 7 thousands, 9 millions.", "Van wie gegevens worden onthuld: 3 van één persoon, 5 honderden, 7 duizenden, 9 miljoenen.")),
			average("technical", OfImpact, text("Technical impact", "Technische impact"),
				factor("confidentiality", 0, 9, "Loss of confidentiality", "Verlies van vertrouwelijkheid", "2 little data that is not sensitive, 6 little sensitive or much other data, 7 much sensitive data, 9 all data.", "2 weinig niet-gevoelige gegevens, 6 weinig gevoelige of veel andere gegevens, 7 veel gevoelige gegevens, 9 alle gegevens."),
				factor("integrity", 0, 9, "Loss of integrity", "Verlies van integriteit", "1 little data, slightly wrong, 3 little, badly wrong, 5 much, slightly wrong, 7 much, badly wrong, 9 all data worthless.", "1 weinig gegevens, iets fout, 3 weinig, ernstig fout, 5 veel, iets fout, 7 veel, ernstig fout, 9 alle gegevens waardeloos."),
				factor("availability", 0, 9, "Loss of availability", "Verlies van beschikbaarheid", "1 little of secondary services, 5 little of primary or much of secondary services, 7 much of primary services, 9 all services.", "1 weinig van bijzaken, 5 weinig van hoofdzaken of veel van bijzaken, 7 veel van hoofdzaken, 9 alle diensten."),
				factor("accountability", 0, 9, "Loss of accountability", "Verlies van herleidbaarheid", "Of the actions of the threat agents: 1 fully traceable, 7 perhaps traceable, 9 anonymous.", "Van handelingen van de dreigers: 1 geheel herleidbaar, 7 misschien herleidbaar, 9 anoniem.")),
		},
	}
}

// MONARC is a ready-made methodology with the product of MONARC: impact times
// threat times vulnerability, the impact being the highest of those on
// confidentiality, integrity and availability. Likelihood has a step for each
// product of threat (0 to 4) and vulnerability (0 to 5). A score up to 4 is low,
// up to 8 medium, else high; these are MONARC's own defaults. A property that
// the threat does not affect scores 0; what was not assessed has no score, and
// nothing is calculated with it. Its id is "monarc".
func MONARC() Methodology {
	m := Methodology{
		Common:     isms.Common{ID: "monarc"},
		Title:      text("MONARC: impact x threat x vulnerability", "MONARC: impact x dreiging x kwetsbaarheid"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Impact: Scale{Values: []int{0, 1, 2, 3, 4}, Steps: []Step{
			step(text("None", "Geen"), text("There is no harm.", "Er is geen schade.")), minor(), moderate(), major(), severe(),
		}},
		Bands:      []Band{low(), medium(), high()},
		Formula:    Formula{Product: 1},
		AcceptUpTo: "low",
		Derivations: []Derivation{{
			ID: "likelihood", Title: text("Threat x vulnerability", "Dreiging x kwetsbaarheid"), Of: OfLikelihood, Rule: Product,
			Factors: []Factor{
				factor("threat", 0, 4, "Threat", "Dreiging", "How likely the threat is: 0 impossible to 4 it happens often.", "Hoe waarschijnlijk de dreiging is: 0 onmogelijk tot 4 gebeurt vaak."),
				factor("vulnerability", 0, 5, "Vulnerability", "Kwetsbaarheid", "How weak the controls are: 0 not vulnerable to 5 no control works.", "Hoe zwak de beheersmaatregelen zijn: 0 niet kwetsbaar tot 5 geen enkele werkt."),
			},
		}, {
			ID: "impact", Title: text("Highest impact", "Hoogste impact"), Of: OfImpact, Rule: Highest,
			Factors: []Factor{
				factor("confidentiality", 0, 4, "Confidentiality", "Vertrouwelijkheid", "Impact of its loss: 0 none to 4 severe.", "Impact van het verlies: 0 geen tot 4 ernstig."),
				factor("integrity", 0, 4, "Integrity", "Integriteit", "Impact of its loss: 0 none to 4 severe.", "Impact van het verlies: 0 geen tot 4 ernstig."),
				factor("availability", 0, 4, "Availability", "Beschikbaarheid", "Impact of its loss: 0 none to 4 severe.", "Impact van het verlies: 0 geen tot 4 ernstig."),
			},
		}},
	}
	m.Bands[1].From, m.Bands[2].From = 5, 9
	for _, v := range []int{0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20} {
		n := strconv.Itoa(v)
		m.Likelihood.Values = append(m.Likelihood.Values, v)
		m.Likelihood.Steps = append(m.Likelihood.Steps, step(text("T x V = "+n, "D x K = "+n), text(
			"Threat times vulnerability is "+n+".", "Dreiging maal kwetsbaarheid is "+n+".")))
	}
	return m
}
