package risk_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

// rich is a methodology that uses everything.
func rich() risk.Methodology {
	m := risk.ISO27005()
	m.Rev = 2
	m.Properties = []risk.Named{{ID: "traceability", Title: isms.Text{"en": "Traceability", "nl": "Herleidbaarheid"}}}
	m.Bands[4].Escalation = isms.Link{Kind: "role", ID: "board"}
	m.Categories = []risk.Category{{ID: "privacy", Title: isms.Text{"en": "Personal data", "nl": "Persoonsgegevens"}, AcceptUpTo: "very-low"}}
	return m
}

func paragraphs(doc report.Document) string {
	var out []string
	for _, b := range doc.Blocks {
		if p, ok := b.(report.Paragraph); ok {
			out = append(out, string(p))
		}
	}
	return strings.Join(out, "\n")
}

func TestMethodologyReportShowsAll(t *testing.T) {
	doc := rich().Report(lang.NL)
	for id, want := range map[string]string{
		"methodology-impact":               "3 | Ernstig | Tot 5 % van de jaaromzet. | Een claim, of een meldplicht bij een toezichthouder. | Een hoofdproces ligt tot drie dagen stil. | Lokale pers bericht erover; enkele klanten vertrekken. | Iemand heeft een arts nodig.",
		"methodology-matrix":               "3 Waarschijnlijk | Laag | Laag | Midden | Hoog | Hoog",
		"methodology-bands":                "Zeer hoog | Direct handelen; de directie beslist. | nee | 3 maanden | nee | role/board",
		"methodology-categories":           "Persoonsgegevens | Zeer laag | Midden | ",
		"methodology-derivation-1-factors": "Veiligheid van mensen | 1 ... 5 | De stap waarvan het criterium voor deze soort schade past.",
	} {
		rows := table(t, doc, id).Rows
		if !slices.ContainsFunc(rows, func(r report.Row) bool { return cells(r) == want }) {
			t.Errorf("table %s lacks %q", id, want)
			for _, r := range rows {
				t.Log(cells(r))
			}
		}
	}
	for _, want := range []string{"Risicobereidheid: De organisatie", "Aspecten naast vertrouwelijkheid, integriteit en beschikbaarheid: Herleidbaarheid", "Regel: hoogste. Zij geeft de stap van impact."} {
		if got := paragraphs(doc); !strings.Contains(got, want) {
			t.Errorf("no paragraph says %q in\n%s", want, got)
		}
	}
}

// Formulas, tables, quotients and precedence are told to who reads the report.
func TestMethodologyReportExplainsDerivations(t *testing.T) {
	monarc, ebios, owasp, nist := risk.MONARC().Report(lang.EN), risk.EBIOS().Report(lang.NL), risk.OWASP().Report(lang.EN), risk.NIST80030().Report(lang.EN)
	matrix := table(t, monarc, "methodology-matrix")
	if got := cells(matrix.Rows[0]); matrix.Caption != "Matrix: likelihood x impact" || got != "14 T x V = 20 | Low (0) | High (20) | High (40) | High (60) | High (80)" {
		t.Errorf("%s: %s", matrix.Caption, got)
	}
	if got := cells(table(t, monarc, "methodology-bands").Rows[0]); !strings.HasSuffix(got, " | no | 6 months | 9") {
		t.Errorf("bands = %s, want the score from which", got)
	}
	for text, doc := range map[string]report.Document{
		"Stappen: Buiten de zones vanaf 0; Bewakingszone vanaf 0,2; Beheersingszone vanaf 0,9; Gevarenzone vanaf 2,5.": ebios,
		"Rule: average. It gives the step of likelihood. The step is the highest whose value is not above the result.": owasp,
		"It counts only when nothing was scored for: Impact on the business.":                                          owasp,
		"Rule: table. It gives the step of likelihood.":                                                                nist,
	} {
		if got := paragraphs(doc); !strings.Contains(got, text) {
			t.Errorf("no paragraph says %q in\n%s", text, got)
		}
	}
	if got := cells(table(t, ebios, "methodology-derivation-2-factors").Rows[2]); !strings.HasPrefix(got, "Volwassenheid | 1 ... 4 | deelt | ") {
		t.Errorf("factor = %s, want that it divides", got)
	}
	if got := cells(table(t, nist, "methodology-derivation-1-table").Rows[0]); got != "5 | 2 Low | 3 Moderate | 4 High | 5 Very high | 5 Very high" {
		t.Errorf("table G-5 = %s", got)
	}
}

// Every ready-made methodology renders, in both languages, with heat map.
func TestReadyMadeRenders(t *testing.T) {
	for id, m := range readyMade() {
		m.Rev = 1
		for _, l := range []lang.Lang{lang.EN, lang.NL} {
			r := named("fire", "R-1", risk.Evaluation{Methodology: m.Pin(), Likelihood: 2, Impact: 2})
			reg := risk.NewRegister(risk.Inputs{Risks: []risk.Risk{r}, Methodologies: []risk.Methodology{m}}, date("2026-03-01"))
			doc := m.Report(l)
			doc.Blocks = append(doc.Blocks, report.Figure{ID: "map", Caption: "map", SVG: reg.HeatMap(m, risk.Current, l).SVG()})
			var b bytes.Buffer
			if err := report.HTML(&b, doc); err != nil {
				t.Errorf("%s: HTML = %v", id, err)
			}
			if err := report.Markdown(&b, doc); err != nil {
				t.Errorf("%s: Markdown = %v", id, err)
			}
		}
	}
}
