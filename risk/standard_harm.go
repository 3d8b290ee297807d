package risk

import "github.com/ismskit/ismskit/isms"

// harms are the dimensions of impact of a ready-made methodology.
func harms() []Named {
	return []Named{
		{ID: "financial", Title: text("Financial", "Financieel")},
		{ID: "legal", Title: text("Legal", "Juridisch")},
		{ID: "operational", Title: text("Operational", "Operationeel")},
		{ID: "reputation", Title: text("Reputation", "Reputatie")},
		{ID: "safety", Title: text("Safety of people", "Veiligheid van mensen")},
	}
}

// harmful is step n of an impact scale of five, from 0, with a criterion for
// each kind of harm.
func harmful(en, nl string, n int) Step {
	return Step{Title: text(en, nl), Dimensions: map[string]isms.Text{
		"financial": [...]isms.Text{
			text("Less than 0.1 % of a year's turnover.", "Minder dan 0,1 % van de jaaromzet."),
			text("Up to 1 % of a year's turnover.", "Tot 1 % van de jaaromzet."),
			text("Up to 5 % of a year's turnover.", "Tot 5 % van de jaaromzet."),
			text("Up to 20 % of a year's turnover.", "Tot 20 % van de jaaromzet."),
			text("More than 20 % of a year's turnover, or more than the reserves.", "Meer dan 20 % van de jaaromzet, of meer dan de reserves."),
		}[n],
		"legal": [...]isms.Text{
			text("No law or contract is touched.", "Geen wet of contract wordt geraakt."),
			text("A duty is breached and the breach mended without a claim.", "Een verplichting wordt geschonden en dat wordt zonder claim hersteld."),
			text("A claim, or a duty to notify an authority.", "Een claim, of een meldplicht bij een toezichthouder."),
			text("A fine or a lawsuit; an authority intervenes.", "Een boete of rechtszaak; een toezichthouder grijpt in."),
			text("A licence is lost, or managers are prosecuted.", "Een vergunning vervalt, of bestuurders worden vervolgd."),
		}[n],
		"operational": [...]isms.Text{
			text("Solved within the day's work.", "Opgelost binnen het dagelijkse werk."),
			text("One process stands still for up to a day.", "Eén werkproces ligt tot een dag stil."),
			text("A main process stands still for up to three days.", "Een hoofdproces ligt tot drie dagen stil."),
			text("Main processes stand still for more than three days.", "Hoofdprocessen liggen langer dan drie dagen stil."),
			text("The organization cannot deliver for weeks.", "De organisatie kan weken niet leveren."),
		}[n],
		"reputation": [...]isms.Text{
			text("Nobody outside the organization notices.", "Niemand buiten de organisatie merkt het."),
			text("Some customers complain.", "Enkele klanten klagen."),
			text("Local press reports it; some customers leave.", "Lokale pers bericht erover; enkele klanten vertrekken."),
			text("National press reports it; a main customer leaves.", "Landelijke pers bericht erover; een belangrijke klant vertrekt."),
			text("Customers and partners lose their trust for good.", "Klanten en partners verliezen blijvend het vertrouwen."),
		}[n],
		"safety": [...]isms.Text{
			text("Nobody is harmed.", "Niemand ondervindt schade."),
			text("Discomfort that passes.", "Ongemak dat overgaat."),
			text("Somebody needs a doctor.", "Iemand heeft een arts nodig."),
			text("Somebody is seriously injured.", "Iemand raakt ernstig gewond."),
			text("Somebody dies or stays disabled.", "Iemand overlijdt of blijft invalide."),
		}[n],
	}}
}
