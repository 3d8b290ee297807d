package risk

import (
	"github.com/ismskit/ismskit/isms"
)

// ISO27005 is a ready-made methodology in the style of ISO/IEC 27005:2022,
// annex A: 5 by 5 steps and 5 bands, with criteria for five kinds of harm, of
// which the highest decides. The bands are those of a matrix in wide use under
// that name, read as [likelihood][impact]; public copies differ in orientation
// and in single cells, so compare them with your copy of the standard. Its id
// is "iso-27005". Up to low may be retained, and nothing above medium accepted.
func ISO27005() Methodology {
	bands := []Band{
		called(low(), "very-low", "Very low", "Zeer laag"), low(), medium(), high(),
		called(critical(), "very-high", "Very high", "Zeer hoog"),
	}
	m := Methodology{
		Common:     isms.Common{ID: "iso-27005"},
		Title:      text("Risk matrix in the style of ISO/IEC 27005", "Risicomatrix in de stijl van ISO/IEC 27005"),
		Assessment: assessment(),
		Criteria: text(
			"A low risk may be retained. A medium risk may be accepted by its owner in writing with a reason and an end date. Any higher risk is treated or avoided.",
			"Een laag risico mag worden behouden. Een middelgroot risico mag door de risico-eigenaar schriftelijk worden geaccepteerd met een reden en een einddatum. Elk hoger risico wordt behandeld of vermeden."),
		Likelihood: Scale{Steps: []Step{
			retitled(rare(), "Unlikely", "Onwaarschijnlijk"), retitled(unlikely(), "Rather unlikely", "Vrij onwaarschijnlijk"),
			retitled(possible(), "Likely", "Waarschijnlijk"), retitled(likely(), "Very likely", "Zeer waarschijnlijk"), certain(),
		}},
		Dimensions: harms(),
		Impact: Scale{Steps: []Step{
			harmful("Minor", "Klein", 0), harmful("Significant", "Aanzienlijk", 1), harmful("Serious", "Ernstig", 2),
			harmful("Critical", "Kritiek", 3), harmful("Catastrophic", "Catastrofaal", 4),
		}},
		Bands: bands,
		Matrix: [][]string{
			{"very-low", "very-low", "low", "low", "low"},
			{"very-low", "low", "low", "medium", "medium"},
			{"low", "low", "medium", "high", "high"},
			{"low", "medium", "high", "high", "very-high"},
			{"medium", "high", "high", "very-high", "very-high"},
		},
		Appetite: text(
			"The organization takes risks that it can bear without harm to people or breach of the law.",
			"De organisatie neemt risico's die zij kan dragen zonder schade aan mensen of schending van de wet."),
		AcceptUpTo:   "low",
		TolerateUpTo: "medium",
	}
	harm := Derivation{ID: "harm", Title: text("Gravest kind of harm", "Zwaarste soort schade"), Of: OfImpact, Rule: Highest}
	for _, d := range m.Dimensions {
		harm.Factors = append(harm.Factors, Factor{
			ID: d.ID, Title: d.Title, Low: 1, High: 5,
			Criteria: text("The step whose criterion for this kind of harm fits.", "De stap waarvan het criterium voor deze soort schade past."),
		})
	}
	m.Derivations = []Derivation{harm}
	return m
}

// NIST80030 is a ready-made methodology with the tables of NIST SP 800-30
// revision 1: I-2 gives the level of risk, read as [likelihood][impact], and
// G-5 the likelihood, from that of the event being initiated or occurring and
// that of harm resulting from it. Its id is "nist-sp-800-30".
//
// [Methodology.Lint] finds fault with G-5: in 14 of its 25 cells the two
// together are more likely than one of them alone.
func NIST80030() Methodology {
	likelihood := []Step{
		retitled(rare(), "Very low", "Zeer laag"), retitled(unlikely(), "Low", "Laag"), retitled(possible(), "Moderate", "Matig"),
		retitled(likely(), "High", "Hoog"), retitled(certain(), "Very high", "Zeer hoog"),
	}
	return Methodology{
		Common:     isms.Common{ID: "nist-sp-800-30"},
		Title:      text("NIST SP 800-30", "NIST SP 800-30"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: likelihood},
		Impact: Scale{Steps: []Step{
			retitled(negligible(), "Very low", "Zeer laag"), retitled(minor(), "Low", "Laag"), retitled(moderate(), "Moderate", "Matig"),
			retitled(major(), "High", "Hoog"), retitled(severe(), "Very high", "Zeer hoog"),
		}},
		Bands: []Band{
			called(low(), "very-low", "Very low", "Zeer laag"), low(), called(medium(), "moderate", "Moderate", "Matig"), high(),
			called(critical(), "very-high", "Very high", "Zeer hoog"),
		},
		Matrix: [][]string{
			{"very-low", "very-low", "very-low", "low", "low"},
			{"very-low", "low", "low", "low", "moderate"},
			{"very-low", "low", "moderate", "moderate", "high"},
			{"very-low", "low", "moderate", "high", "very-high"},
			{"very-low", "low", "moderate", "high", "very-high"},
		},
		AcceptUpTo: "low",
		Derivations: []Derivation{{
			ID: "likelihood", Title: text("Overall likelihood (table G-5)", "Totale waarschijnlijkheid (tabel G-5)"),
			Of: OfLikelihood, Rule: Table,
			Factors: []Factor{
				factor("initiation", 1, 5, "Initiation or occurrence", "Begin of optreden",
					"How likely it is that somebody begins it or that it happens: 1 very low to 5 very high.",
					"Hoe waarschijnlijk het is dat iemand het begint of dat het gebeurt: 1 zeer laag tot 5 zeer hoog."),
				factor("adverse-impact", 1, 5, "Harm, once begun", "Schade, eenmaal begonnen",
					"How likely it is that harm follows once it has begun or happened: 1 very low to 5 very high.",
					"Hoe waarschijnlijk het is dat er schade volgt als het is begonnen of gebeurd: 1 zeer laag tot 5 zeer hoog."),
			},
			Table: [][]int{
				{1, 1, 2, 2, 2},
				{1, 2, 2, 3, 3},
				{2, 2, 3, 3, 4},
				{2, 3, 3, 4, 5},
				{2, 3, 4, 5, 5},
			},
		}},
	}
}

// BSI2003 is a ready-made methodology with the example matrix of BSI standard
// 200-3: 4 by 4 steps and 4 bands, here read as [likelihood][impact] (BSI
// prints impact in the rows). Its id is "bsi-200-3".
func BSI2003() Methodology {
	return Methodology{
		Common:     isms.Common{ID: "bsi-200-3"},
		Title:      text("BSI standard 200-3", "BSI-standaard 200-3"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: []Step{
			step(text("Rare", "Zelden"), text("At most once in five years.", "Hooguit eens per vijf jaar.")),
			step(text("Medium", "Gemiddeld"), text("Between once in five years and once a year.", "Tussen eens per vijf jaar en eens per jaar.")),
			step(text("Frequent", "Vaak"), text("Between once a year and once a month.", "Tussen eens per jaar en eens per maand.")),
			step(text("Very frequent", "Zeer vaak"), text("Several times a month.", "Meerdere keren per maand.")),
		}},
		Impact: Scale{Steps: []Step{
			step(text("Negligible", "Verwaarloosbaar"), text("Hardly any harm; it can be ignored.", "Nauwelijks schade; te verwaarlozen.")),
			step(text("Limited", "Beperkt"), text("Harm within bounds that can be overseen.", "Schade die beperkt en te overzien is.")),
			step(text("Considerable", "Aanzienlijk"), text("The harm can be considerable.", "De schade kan aanzienlijk zijn.")),
			step(text("Threatening existence", "Bedreigt het voortbestaan"), text("The harm can be a disaster that the organization does not survive.", "De schade kan rampzalig zijn en het voortbestaan bedreigen.")),
		}},
		Bands: []Band{low(), medium(), high(), called(critical(), "very-high", "Very high", "Zeer hoog")},
		Matrix: [][]string{
			{"low", "low", "medium", "medium"},
			{"low", "low", "medium", "high"},
			{"low", "medium", "high", "very-high"},
			{"low", "high", "very-high", "very-high"},
		},
		AcceptUpTo: "low",
	}
}

// EBIOS is a ready-made methodology in the style of EBIOS Risk Manager: 4 by 4
// steps and 3 bands, here read as [likelihood][impact] (EBIOS prints gravity in
// the rows), and two ratings on the way there: how pertinent a pair of risk origin and target objective is, and how
// great a threat a stakeholder poses, dependency times penetration divided by
// maturity times trust. The limits of its zones (0.2, 0.9 and 2.5) are a common
// choice, to be made one's own. Its id is "ebios-rm".
func EBIOS() Methodology {
	return Methodology{
		Common:     isms.Common{ID: "ebios-rm"},
		Title:      text("EBIOS Risk Manager", "EBIOS Risk Manager"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: []Step{
			step(text("Unlikely", "Onwaarschijnlijk"), text("The risk origin has little chance to reach its objective by any path.", "De risicobron heeft langs geen enkele weg veel kans het doel te bereiken.")),
			step(text("Likely", "Waarschijnlijk"), text("It can reach its objective by some path.", "De risicobron kan het doel langs een bepaalde weg bereiken.")),
			step(text("Very likely", "Zeer waarschijnlijk"), text("It will probably reach its objective by some path.", "De risicobron zal het doel vermoedelijk langs een bepaalde weg bereiken.")),
			step(text("Nearly certain", "Vrijwel zeker"), text("It will certainly reach its objective, or has done so here before.", "De risicobron bereikt het doel zeker, of deed dat hier al eerder.")),
		}},
		Impact: Scale{Steps: []Step{
			step(text("Minor", "Klein"), text("No effect on work or on the safety of people and property.", "Geen gevolgen voor het werk of voor de veiligheid van mensen en goederen.")),
			step(text("Significant", "Aanzienlijk"), text("Work suffers; people and property are safe.", "Het werk lijdt eronder; mensen en goederen zijn veilig.")),
			step(text("Serious", "Ernstig"), text("Work suffers badly; people or property may be harmed.", "Het werk lijdt er sterk onder; mensen of goederen kunnen schade lijden.")),
			step(text("Critical", "Kritiek"), text("Work cannot go on; people or property may be harmed badly.", "Het werk kan niet doorgaan; mensen of goederen kunnen ernstige schade lijden.")),
		}},
		Bands: []Band{low(), medium(), high()},
		Matrix: [][]string{
			{"low", "low", "medium", "medium"},
			{"low", "low", "medium", "high"},
			{"low", "medium", "high", "high"},
			{"medium", "medium", "high", "high"},
		},
		AcceptUpTo: "low",
		Derivations: []Derivation{{
			ID: "pertinence", Title: text("Pertinence of risk origin and target objective", "Relevantie van risicobron en doel"), Rule: Table,
			Scale: Scale{Steps: []Step{
				step(text("Irrelevant", "Niet relevant"), text("Leave it out.", "Buiten beschouwing laten.")),
				step(text("Partly relevant", "Deels relevant"), text("Leave it out unless there is a reason.", "Buiten beschouwing laten, tenzij er een reden is.")),
				step(text("Fairly relevant", "Vrij relevant"), text("Take it along.", "Meenemen.")),
				step(text("Highly relevant", "Zeer relevant"), text("Take it along first.", "Als eerste meenemen.")),
			}},
			Factors: []Factor{
				factor("motivation", 1, 4, "Motivation", "Drijfveer", "1 very low, 2 low, 3 significant, 4 strong.", "1 zeer laag, 2 laag, 3 aanzienlijk, 4 sterk."),
				factor("resources", 1, 4, "Resources", "Middelen", "1 limited, 2 significant, 3 important, 4 unlimited.", "1 beperkt, 2 aanzienlijk, 3 groot, 4 onbeperkt."),
			},
			Table: [][]int{{1, 1, 2, 2}, {1, 2, 3, 3}, {2, 3, 3, 4}, {2, 3, 4, 4}},
		}, {
			ID: "stakeholder-threat", Title: text("Threat level of a stakeholder", "Dreigingsniveau van een belanghebbende"), Rule: Product, Per: 10,
			Scale: Scale{Values: []int{0, 2, 9, 25}, Steps: []Step{
				step(text("Outside the zones", "Buiten de zones"), text("Below 0.2: no attention needed.", "Onder 0,2: geen aandacht nodig.")),
				step(text("Watch zone", "Bewakingszone"), text("From 0.2: keep an eye on it.", "Vanaf 0,2: in de gaten houden.")),
				step(text("Control zone", "Beheersingszone"), text("From 0.9: reduce it.", "Vanaf 0,9: verlagen.")),
				step(text("Danger zone", "Gevarenzone"), text("From 2.5: may not stay so.", "Vanaf 2,5: mag zo niet blijven.")),
			}},
			Factors: []Factor{
				factor("dependency", 1, 4, "Dependency", "Afhankelijkheid", "How much we need this party: 1 not to 4 it is indispensable.", "Hoezeer deze partij nodig is: 1 niet tot 4 onmisbaar."),
				factor("penetration", 1, 4, "Penetration", "Toegang", "How far its access reaches: 1 none or little to 4 privileged access to many systems.", "Hoe ver de toegang reikt: 1 geen of weinig tot 4 bevoorrechte toegang tot veel systemen."),
				dividing(factor("maturity", 1, 4, "Maturity", "Volwassenheid", "Of its security: 1 hardly any rules to 4 managed throughout.", "Van de beveiliging: 1 nauwelijks regels tot 4 geheel beheerst.")),
				dividing(factor("trust", 1, 4, "Trust", "Vertrouwen", "In its intentions: 1 not known to 4 fully aligned with ours.", "In de bedoelingen: 1 niet bekend tot 4 geheel gelijk aan de onze.")),
			},
		}},
	}
}

func factor(id string, low, high int, en, nl, criteriaEN, criteriaNL string) Factor {
	return Factor{ID: id, Title: text(en, nl), Criteria: text(criteriaEN, criteriaNL), Low: low, High: high}
}

func dividing(f Factor) Factor {
	f.Divides = true
	return f
}

// called is a band under another name.
func called(b Band, id, en, nl string) Band {
	b.ID, b.Title = id, text(en, nl)
	return b
}

// retitled is a step under another name.
func retitled(s Step, en, nl string) Step {
	s.Title = text(en, nl)
	return s
}
