package register

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Assets is the asset register in language l (A.5.9, A.5.12): what asks for
// attention, and a row for each asset in the order of the numbers. An asset
// needs at least the confidentiality, integrity and availability of everything
// that rests on it; what it inherits that way is marked, with where it comes
// from. Retired assets and those no longer in use are shown as such, and pass
// nothing on.
func Assets(in Inputs, today isms.Date, l lang.Lang) report.Document {
	w := newWriter(in, today, l)
	assets := slices.DeleteFunc(slices.Clone(in.Assets), func(a isms.Asset) bool { return !w.counts(a.Common) })
	slices.SortStableFunc(assets, func(a, b isms.Asset) int {
		return natural.Compare(number(a.Common)+"\x00"+a.ID, number(b.Common)+"\x00"+b.ID)
	})
	return report.Document{
		Title:    w.say("Asset register", "Register van bedrijfsmiddelen"),
		Subtitle: in.Organization.Name.In(l),
		Lang:     l,
		Meta: w.control(lang.Text{
			EN: "ISO/IEC 27001:2022, A.5.9 and A.5.12",
			NL: "NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), A.5.9 en A.5.12",
		}, len(assets)),
		Blocks: []report.Block{
			report.Heading{ID: "summary", Text: w.say("Summary", "Samenvatting")},
			w.assetAttention(assets),
			report.Heading{ID: "register", Text: w.say("Register", "Register")},
			report.Paragraph(w.say(
				"An asset needs at least what everything that rests on it needs. What it inherits that way, and is greater than its own rating, is marked as inherited.",
				"Een bedrijfsmiddel heeft ten minste nodig wat alles nodig heeft dat erop steunt. Wat het zo overneemt en hoger is dan de eigen waardering, is gemarkeerd als overgenomen.")),
			w.assetTable(assets),
		},
	}
}

func (w writer) assetAttention(assets []isms.Asset) report.Table {
	var owner, class, needs, review, missing int
	known := map[string]bool{}
	for _, a := range assets {
		known[a.ID] = a.InUse(w.today)
	}
	for _, a := range assets {
		if !a.InUse(w.today) {
			continue
		}
		if a.Owner.IsZero() {
			owner++
		}
		if a.Classification == "" {
			class++
		}
		if a.Needs.Confidentiality == "" || a.Needs.Integrity == "" || a.Needs.Availability == "" {
			needs++
		}
		if a.Review.Overdue(w.today) {
			review++
		}
		if slices.ContainsFunc(a.DependsOn, func(r isms.Ref[isms.Asset]) bool { return !known[string(r)] }) {
			missing++
		}
	}
	return w.attention([]line{
		{"In use, without an owner", "In gebruik, zonder eigenaar", owner},
		{"In use, without a classification", "In gebruik, zonder classificatie", class},
		{"In use, with a need that is not assessed", "In gebruik, met een niet-beoordeelde behoefte", needs},
		{"In use, with an overdue review", "In gebruik, met een herbeoordeling over de termijn", review},
		{"In use, resting on something that is not in use or not on record", "In gebruik, steunend op iets dat niet in gebruik of niet geregistreerd is", missing},
	})
}

func (w writer) assetTable(assets []isms.Asset) report.Table {
	t := report.Table{
		ID:      "assets",
		Caption: w.say("Assets", "Bedrijfsmiddelen"),
		Columns: []report.Column{
			{Title: w.say("No.", "Nr.")},
			{Title: w.say("Asset", "Bedrijfsmiddel"), Width: 20},
			{Title: w.say("Type", "Soort")},
			{Title: w.say("Owner", "Eigenaar")},
			{Title: w.say("Classification", "Classificatie")},
			{Title: w.say("Confidentiality", "Vertrouwelijkheid"), Width: 12},
			{Title: w.say("Integrity", "Integriteit"), Width: 12},
			{Title: w.say("Availability", "Beschikbaarheid"), Width: 12},
			{Title: w.say("Rests on", "Steunt op"), Width: 16},
			{Title: w.say("Personal data", "Persoonsgegevens")},
			{Title: w.say("Exposure", "Bereikbaarheid")},
			{Title: w.say("Location and supplier", "Locatie en leverancier"), Width: 12},
			{Title: w.say("In use", "In gebruik")},
			{Title: w.say("Next review", "Volgende beoordeling"), Kind: report.KindDate},
		},
	}
	c := w.inherit(assets, func(n isms.Needs) isms.Rating { return n.Confidentiality })
	i := w.inherit(assets, func(n isms.Needs) isms.Rating { return n.Integrity })
	v := w.inherit(assets, func(n isms.Needs) isms.Rating { return n.Availability })
	inUse := map[string]bool{}
	for _, a := range assets {
		inUse[a.ID] = a.InUse(w.today)
	}
	for _, a := range assets {
		t.Rows = append(t.Rows, report.Row{ID: rowID("asset", a.Common), Cells: []report.Cell{
			report.Text(number(a.Common)),
			report.Text(a.Title.In(w.lang)),
			report.Text(a.Type.Label(w.lang)),
			w.owner(a.Owner),
			w.classification(a),
			w.need(a.Needs.Confidentiality, c[a.ID]),
			w.need(a.Needs.Integrity, i[a.ID]),
			w.need(a.Needs.Availability, v[a.ID]),
			w.restsOn(a, inUse),
			w.personal(a),
			w.exposure(a),
			w.where(a),
			w.use(a),
			w.review(a.Review),
		}})
	}
	return t
}

func (w writer) classification(a isms.Asset) report.Cell {
	if a.Classification == "" {
		return report.Text(w.say("not classified", "niet geclassificeerd")).Toned(report.Unknown)
	}
	return report.Text(a.Classification)
}

func (w writer) restsOn(a isms.Asset, inUse map[string]bool) report.Cell {
	lines := make([]string, len(a.DependsOn))
	tone := report.Neutral
	for n, ref := range a.DependsOn {
		lines[n] = w.name(ref.Link())
		switch used, known := inUse[string(ref)]; {
		case !known:
			lines[n] += w.say(" (not on record)", " (niet geregistreerd)")
			tone = report.Warn
		case !used:
			lines[n] += w.say(" (not in use)", " (niet in gebruik)")
			tone = report.Warn
		}
	}
	return report.Text(strings.Join(lines, "\n")).Toned(tone)
}

func (w writer) personal(a isms.Asset) report.Cell {
	if a.PersonalData {
		return report.Text(w.say("yes", "ja"))
	}
	return report.Text(w.say("not recorded", "niet vastgelegd"))
}

func (w writer) exposure(a isms.Asset) report.Cell {
	if a.Exposure == "" {
		return report.Text(w.say("not known", "onbekend")).Toned(report.Unknown)
	}
	return report.Text(a.Exposure.Label(w.lang))
}

func (w writer) where(a isms.Asset) report.Cell {
	lines := []string{a.Location.In(w.lang), a.Supplier}
	return report.Text(strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n"))
}

// use says whether the asset is in use and, when the record is not approved,
// what it is: a draft, or retired.
func (w writer) use(a isms.Asset) report.Cell {
	lines := []string{w.say("yes", "ja")}
	if !a.InUse(w.today) {
		lines[0] = w.say("no", "nee")
	}
	if span := w.period(a.From, a.Until); span != "" {
		lines[0] += ", " + span
	}
	if a.Status != isms.Approved {
		lines = append(lines, cmp.Or(a.Status, isms.Draft).Label(w.lang)) // unset reads as draft
	}
	return report.Text(strings.Join(lines, "\n"))
}
