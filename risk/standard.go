package risk

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Matrix3 is a ready-made methodology of 3 by 3 steps and 3 bands, to be used
// as it is or changed. Its id is "matrix-3x3"; it is a draft until somebody
// approves it. Only the lowest band may be retained.
func Matrix3() Methodology {
	return Methodology{
		Common:     isms.Common{ID: "matrix-3x3"},
		Title:      text("Risk matrix 3 x 3", "Risicomatrix 3 x 3"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: []Step{seldom(), possible(), often()}},
		Impact:     Scale{Steps: []Step{minor(), moderate(), grave()}},
		Bands:      []Band{low(), medium(), high()},
		Matrix: [][]string{
			{"low", "low", "medium"},
			{"low", "medium", "high"},
			{"medium", "high", "high"},
		},
		AcceptUpTo: "low",
	}
}

// Matrix4 is a ready-made methodology of 4 by 4 steps and 4 bands: an even
// scale has no middle to flee to. Its id is "matrix-4x4"; see [Matrix3].
func Matrix4() Methodology {
	return Methodology{
		Common:     isms.Common{ID: "matrix-4x4"},
		Title:      text("Risk matrix 4 x 4", "Risicomatrix 4 x 4"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: []Step{seldom(), possible(), likely(), certain()}},
		Impact:     Scale{Steps: []Step{minor(), moderate(), major(), severe()}},
		Bands:      []Band{low(), medium(), high(), critical()},
		Matrix: [][]string{
			{"low", "low", "medium", "high"},
			{"low", "medium", "medium", "high"},
			{"low", "medium", "high", "critical"},
			{"medium", "high", "critical", "critical"},
		},
		AcceptUpTo: "low",
	}
}

// Matrix5 is a ready-made methodology of 5 by 5 steps and 4 bands. Its id is
// "matrix-5x5"; see [Matrix3].
func Matrix5() Methodology {
	return Methodology{
		Common:     isms.Common{ID: "matrix-5x5"},
		Title:      text("Risk matrix 5 x 5", "Risicomatrix 5 x 5"),
		Assessment: assessment(),
		Criteria:   acceptance(),
		Likelihood: Scale{Steps: []Step{rare(), unlikely(), possible(), likely(), certain()}},
		Impact:     Scale{Steps: []Step{negligible(), minor(), moderate(), major(), severe()}},
		Bands:      []Band{low(), medium(), high(), critical()},
		Matrix: [][]string{
			{"low", "low", "low", "medium", "medium"},
			{"low", "low", "medium", "medium", "high"},
			{"low", "medium", "medium", "high", "high"},
			{"low", "medium", "high", "high", "critical"},
			{"medium", "medium", "high", "critical", "critical"},
		},
		AcceptUpTo: "low",
	}
}

func text(en, nl string) isms.Text { return isms.Text{lang.EN: en, lang.NL: nl} }

func step(title, criteria isms.Text) Step { return Step{Title: title, Criteria: criteria} }

func assessment() isms.Text {
	return text(
		"Risks are assessed at least once a year, and when something significant changes or is about to: the organization, its systems or suppliers, the threats, or after a serious incident.",
		"Risico's worden ten minste eenmaal per jaar beoordeeld, en wanneer er iets wezenlijks verandert of gaat veranderen: de organisatie, haar systemen of leveranciers, de dreigingen, of na een ernstig incident.")
}

func acceptance() isms.Text {
	return text(
		"A low risk may be retained. Any higher risk is treated, or accepted by its owner in writing with a reason and an end date.",
		"Een laag risico mag worden behouden. Elk hoger risico wordt behandeld, of door de risico-eigenaar schriftelijk geaccepteerd met een reden en een einddatum.")
}

func rare() Step {
	return step(text("Rare", "Zeldzaam"), text(
		"Less than once in ten years; not known to have happened to comparable organizations.",
		"Minder dan eens per tien jaar; niet bekend bij vergelijkbare organisaties."))
}

// seldom is rare and unlikely together, for scales that do not tell them apart.
func seldom() Step {
	return step(text("Unlikely", "Onwaarschijnlijk"), text(
		"Less than once in three years; not known here.",
		"Minder dan eens per drie jaar; hier niet voorgekomen."))
}

func unlikely() Step {
	return step(text("Unlikely", "Onwaarschijnlijk"), text(
		"About once in three to ten years; it happened to comparable organizations.",
		"Ongeveer eens per drie tot tien jaar; kwam voor bij vergelijkbare organisaties."))
}

func possible() Step {
	return step(text("Possible", "Mogelijk"), text(
		"About once in one to three years; it happened here or nearly so.",
		"Ongeveer eens per een tot drie jaar; kwam hier voor of bijna."))
}

func likely() Step {
	return step(text("Likely", "Waarschijnlijk"), text(
		"About once a year; it happened here more than once.",
		"Ongeveer eens per jaar; kwam hier meer dan eens voor."))
}

// often is likely and almost certain together.
func often() Step {
	return step(text("Likely", "Waarschijnlijk"), text(
		"About once a year or more often; it happened here more than once.",
		"Ongeveer eens per jaar of vaker; kwam hier meer dan eens voor."))
}

func certain() Step {
	return step(text("Almost certain", "Vrijwel zeker"), text(
		"Several times a year; it is happening, or nothing stands in its way.",
		"Meerdere keren per jaar; het gebeurt al, of niets houdt het tegen."))
}

func negligible() Step {
	return step(text("Negligible", "Verwaarloosbaar"), text(
		"Nobody outside the team notices; solved within the day's work.",
		"Niemand buiten het team merkt het; opgelost binnen het dagelijkse werk."))
}

func minor() Step {
	return step(text("Minor", "Klein"), text(
		"A nuisance for some customers or colleagues; recovered within a day; cost within the budget of the department.",
		"Hinder voor enkele klanten of collega's; binnen een dag hersteld; kosten binnen het budget van de afdeling."))
}

func moderate() Step {
	return step(text("Moderate", "Matig"), text(
		"A service fails for some days, or confidential data reaches a few who should not have it; complaints; noticeable cost.",
		"Een dienst valt enkele dagen uit, of vertrouwelijke gegevens komen bij enkelen terecht voor wie ze niet bestemd zijn; klachten; merkbare kosten."))
}

func major() Step {
	return step(text("Major", "Groot"), text(
		"Breach of contract or of the law, harm to many people's privacy, or the press reports it; a year's result suffers.",
		"Schending van een contract of van de wet, schade aan de privacy van velen, of berichten in de pers; het jaarresultaat lijdt eronder."))
}

func severe() Step {
	return step(text("Severe", "Ernstig"), text(
		"Lasting harm to people, loss of a licence or of a main customer, or the organization may not survive it.",
		"Blijvende schade aan mensen, verlies van een vergunning of van een belangrijke klant, of het voortbestaan van de organisatie is in gevaar."))
}

// grave is major and severe together.
func grave() Step {
	return step(text("Severe", "Ernstig"), text(
		"Breach of contract or of the law, harm to many people's privacy or to anybody's health, loss of a main customer, or the organization may not survive it.",
		"Schending van een contract of van de wet, schade aan de privacy van velen of aan iemands gezondheid, verlies van een belangrijke klant, of het voortbestaan van de organisatie is in gevaar."))
}

func low() Band {
	return Band{
		ID: "low", Title: text("Low", "Laag"), Review: isms.Cadence{Every: 1, Unit: isms.Years},
		Action: text("May be retained; look at it again in time.", "Mag worden behouden; tijdig opnieuw bezien."),
	}
}

func medium() Band {
	return Band{
		ID: "medium", Title: text("Medium", "Midden"), Review: isms.Cadence{Every: 1, Unit: isms.Years},
		Action: text("Treat it, or have the risk owner accept it in writing.", "Behandelen, of schriftelijk laten accepteren door de risico-eigenaar."),
	}
}

func high() Band {
	return Band{
		ID: "high", Title: text("High", "Hoog"), Review: isms.Cadence{Every: 6, Unit: isms.Months},
		Action: text("Treat it with a dated plan; management follows its progress.", "Behandelen met een plan met data; de directie volgt de voortgang."),
	}
}

func critical() Band {
	return Band{
		ID: "critical", Title: text("Critical", "Kritiek"), Review: isms.Cadence{Every: 3, Unit: isms.Months},
		Action: text("Act at once; top management decides.", "Direct handelen; de directie beslist."),
	}
}
