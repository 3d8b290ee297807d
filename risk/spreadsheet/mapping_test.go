package spreadsheet_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/spreadsheet"
	"pgregory.net/rapid"
)

const mapping = `header: 2
columns:
  label: Volgnr.
  title: Wat kan er misgaan
  current-likelihood: Hoe vaak
  current-impact: Hoe erg
  current-level: ""
  owner: Baas
  evaluated: Datum
lang: nl
days: dmy
likelihood: {elke week: 5, ooit: 1, geen idee: 0}
impact: {failliet: 5, vervelend: 2}
options: {niks doen: accept}
statuses: {lopend: approved}
owners: {Piet: person/p-1, IT: role/ciso}
`

// A mapping as a file, in the words of an organization.
func TestReadMapping(t *testing.T) {
	m, err := spreadsheet.ReadMapping("mapping.yaml", strings.NewReader(mapping))
	if err != nil {
		t.Fatal(err)
	}
	in := inputs(t, newSpace(t))
	got := mustRead(t, strings.Join([]string{
		"Onze risico's;;;;;;;;;;",
		"Volgnr.;Wat kan er misgaan;Hoe vaak;Hoe erg;Niveau;Baas;Datum;Behandeling;Status;Beheersmaatregelen",
		"7;Brand;Elke Week;failliet;enorm;piet;31-12-2026;niks doen;lopend;A.7.8",
		"8;Vloed;ooit;vervelend;;IT;1/3/2026;;;",
		"9;Storm;geen idee;3;;;;;;",
	}, "\n"), m, in)
	var lines []string
	for _, r := range got.Risks {
		lines = append(lines, fmt.Sprintf("%s %s %s %v %d %d %s %v %s", r.ID, r.Label, r.Title.In(lang.NL), r.Title["nl"] != "",
			r.Current.Likelihood, r.Current.Impact, r.Current.On, r.Treatment.Options, r.Owner))
	}
	want := []string{
		"7 7 Brand true 5 5 2026-12-31 [accept] person/p-1",
		"8 8 Vloed true 1 2 2026-03-01 [] role/ciso",
		"9 9 Storm true 0 3  [] ",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("risks (-want +got)\n%s", diff)
	}
	if got.Risks[0].Status != isms.Approved {
		t.Errorf("status = %q, want approved", got.Risks[0].Status)
	}
	if diff := cmp.Diff([]string{"unmapped E2: Niveau"}, omissions(got)); diff != "" {
		t.Errorf("omissions (-want +got)\n%s", diff)
	}
}

func TestReadMappingRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"column: {}\n":                         "mapping.yaml:1:1",
		"columns: {boss: Baas}\n":              "boss is not a field",
		"days: ymd\n":                          "unknown word ymd: want one of dmy, mdy",
		"numbers: both\n":                      "want one of steps, values",
		"options: {pray: hope}\n":              "want one of mitigate, accept, transfer, avoid",
		"statuses: {open: opened}\n":           "want one of draft, approved, retired",
		"owners: {IT: asset/it}\n":             "asset/it",
		"likelihood: {ooit: soon}\n":           "mapping.yaml:1:",
		"header: 1\nheader: 2\n":               "mapping.yaml:2:1",
		"columns: {label: &a Nr, title: *a}\n": "mapping.yaml:1:",
	} {
		_, err := spreadsheet.ReadMapping("mapping.yaml", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "mapping.yaml:") {
			t.Errorf("ReadMapping(%q) = %v, want it to say %q and where", text, err, want)
		}
	}
	if _, err := spreadsheet.ReadMapping("mapping.json", strings.NewReader(`{"header": 3}`)); err != nil {
		t.Errorf("ReadMapping of JSON = %v, want nil", err)
	}
}

// A text that a sheet has in one language leaves those in others.
func TestLanguages(t *testing.T) {
	in := inputs(t, newSpace(t))
	in.Risks = []risk.Risk{{
		Common: isms.Common{ID: "r-1", Label: "R-1", Rev: 3}, Title: isms.Text{"en": "Fire", "nl": "Brand"},
		Treatment: risk.Treatment{Actions: []risk.Action{{ID: "x", Title: isms.Text{"en": "Sprinklers", "nl": "Sproeiers"}}}},
	}}
	for _, c := range []struct {
		title string
		l     lang.Lang
		want  isms.Text
	}{
		{"Brand", "", isms.Text{"en": "Fire", "nl": "Brand"}},
		{"Brand", "nl", isms.Text{"en": "Fire", "nl": "Brand"}},
		{"Vuur", "nl", isms.Text{"en": "Fire", "nl": "Vuur"}},
		{"Blaze", "", isms.Plain("Blaze")},
	} {
		got := mustRead(t, "Nr;Risk;Action;Due\nR-1;"+c.title+";Sproeiers;2026-12-31\n", spreadsheet.Mapping{Lang: c.l}, in).Risks[0]
		if diff := cmp.Diff(c.want, got.Title); diff != "" || len(got.Treatment.Actions) != 1 || got.Rev != 3 {
			t.Errorf("title %s in %q: %d actions, revision %d (-want +got)\n%s", c.title, c.l, len(got.Treatment.Actions), got.Rev, diff)
		}
	}
	if in.Risks[0].Title["nl"] != "Brand" || !in.Risks[0].Treatment.Actions[0].Due.IsZero() {
		t.Error("Read changed its inputs")
	}
}

// Whatever the scores are, they come through as they were, are refused, or are
// not assessed; reading twice gives the same, and the inputs stay.
func TestScoresProperty(t *testing.T) {
	in := inputs(t, newSpace(t))
	m := in.Methodologies[0]
	rapid.Check(t, func(rt *rapid.T) {
		score := rapid.OneOf(
			rapid.Map(rapid.IntRange(-2, 7), strconv.Itoa),
			rapid.StringMatching(`[0-9]{1,2}[.,][0-9]{1,3}`),
			rapid.SampledFrom([]string{"", "?", "n/a", "high", "Likely", "4 Likely", "5-1"}),
			rapid.StringMatching(`[ -~]{0,6}`),
		)
		l, i := score.Draw(rt, "likelihood"), score.Draw(rt, "impact")
		s := sheet.Sheet{Rows: []sheet.Row{
			{Number: 1, Cells: []sheet.Cell{{Text: "Nr"}, {Text: "Risk"}, {Text: "Likelihood"}, {Text: "Impact"}}},
			{Number: 2, Cells: []sheet.Cell{{Text: "R-1"}, {Text: "a"}, {Text: l}, {Text: i}}},
		}}
		got, err := spreadsheet.Read(s, spreadsheet.Mapping{}, in)
		again, err2 := spreadsheet.Read(s, spreadsheet.Mapping{}, in)
		if diff := cmp.Diff(got, again, cmp.Comparer(isms.Date.Equal)); diff != "" || fmt.Sprint(err) != fmt.Sprint(err2) {
			rt.Fatalf("a second reading differs:\n%s", diff)
		}
		if err != nil {
			return
		}
		e := got.Risks[0].Current
		for _, x := range []struct {
			text string
			n    int
			of   risk.Scale
		}{{l, e.Likelihood, m.Likelihood}, {i, e.Impact, m.Impact}} {
			if x.n < 0 || x.n > len(x.of.Steps) {
				rt.Fatalf("%q became %d, which is off the scale", x.text, x.n)
			}
			digits := strings.ContainsAny(x.text, "0123456789")
			if digits && !strings.Contains(x.text, strconv.Itoa(x.n)) || x.n == 0 && digits {
				rt.Fatalf("%q became %d", x.text, x.n)
			}
		}
	})
}

// Whatever a sheet holds, Read returns, with risks or with problems.
func FuzzRead(f *testing.F) {
	in := inputs(f, newSpace(f))
	m, err := spreadsheet.ReadMapping("mapping.yaml", strings.NewReader(mapping))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Nr;Risk;Likelihood;Impact;Owner\nR-1;Fire;2;5;AJ\n;Flood;3;unknown;\n")
	f.Add("x\nVolgnr.;Wat kan er misgaan;Hoe vaak;Hoe erg;Baas;Datum\n7;Brand;ooit;3;IT;1-1-2026\n")
	f.Add("Risk\n=1\n")
	f.Fuzz(func(t *testing.T, csv string) {
		book, err := sheet.Read(context.Background(), bytes.NewReader([]byte(csv)), int64(len(csv)), nil)
		if err != nil {
			return
		}
		for _, s := range book.Sheets {
			for _, m := range []spreadsheet.Mapping{{}, m} {
				got, err := spreadsheet.Read(s, m, in)
				checkRead(t, got, err)
			}
		}
	})
}

// checkRead reports what comes of a sheet when it is neither risks nor problems.
func checkRead(t *testing.T, got spreadsheet.Imported, err error) {
	t.Helper()
	if (err != nil) != (len(problems(t, err)) > 0) || err != nil && got.Risks != nil {
		t.Errorf("Read = %d risks, %v", len(got.Risks), err)
	}
	for _, r := range got.Risks {
		if p := isms.Validate(r); len(p) > 0 {
			t.Errorf("risk %s is not valid: %v", r.ID, p)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	in := inputs(b, newSpace(b))
	var csv strings.Builder
	csv.WriteString("Nr;Risk;Description;Owner;Likelihood;Impact;Residual likelihood;Residual impact;Treatment;Controls;Action;Due\n")
	for i := range 1000 {
		fmt.Fprintf(&csv, "R-%04d;Risk %d;a longer text about what may happen;AJ;%d;%d;1;2;mitigate;A.7.9, A.8.1;Do something;2026-12-31\n", i, i, i%5+1, i%4+1)
	}
	s := table(b, csv.String())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := spreadsheet.Read(s, spreadsheet.Mapping{}, in); err != nil {
			b.Fatal(err)
		}
	}
}

// A day that there is not is a problem, in whatever order it is written.
func TestNoSuchDay(t *testing.T) {
	in := inputs(t, newSpace(t))
	for order, day := range map[spreadsheet.DayOrder]string{
		"": "31-12-2026", spreadsheet.DayMonthYear: "31-02-2026", spreadsheet.MonthDayYear: "31/12/2026",
	} {
		_, err := spreadsheet.Read(table(t, "Nr;Risk;Last review\nR-1;a;"+day+"\n"), spreadsheet.Mapping{Days: order}, in)
		if diff := cmp.Diff([]string{"day C2: " + day}, problems(t, err)); diff != "" {
			t.Errorf("%s as %q (-want +got)\n%s", day, order, diff)
		}
	}
}
