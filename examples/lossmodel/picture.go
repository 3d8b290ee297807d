package main

import (
	"cmp"

	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk/quant"
)

// picture is what the SVG shows.
func (m model) picture(v view) report.SVG {
	money := " (" + m.Currency + ")"
	switch v {
	case contributions:
		b := report.Bars{
			Title:  m.titled(m.say("What each scenario contributes to the worst year in a hundred", "Wat elk scenario bijdraagt aan het slechtste jaar op de honderd")),
			XTitle: m.say("Part of the 99 % tail, modelled", "Deel van de 99%-staart, modelmatig") + money, Total: m.say("Together", "Samen"), Lang: m.lang,
		}
		for _, x := range m.result.Contributions {
			b.Bars = append(b.Bars, report.Bar{Name: m.scenario(x.Scenario), Value: x.Tail})
		}
		return b.SVG()
	case controls:
		b := report.Bars{
			Title:  m.titled(m.say("What each control avoids in the worst year in a hundred", "Wat elke beheersmaatregel vermijdt in het slechtste jaar op de honderd")),
			XTitle: m.say("Avoided of the 99 % tail, modelled", "Vermeden van de 99%-staart, modelmatig") + money, Lang: m.lang,
		}
		for _, k := range m.worth {
			b.Bars = append(b.Bars, report.Bar{Name: m.control(k), Value: k.TailAvoided})
		}
		return b.SVG()
	case sensitivity:
		t := report.Tornado{
			Title:  m.titled(m.say("Mean loss a year with one estimate at a time at the ends of its 90 % interval", "Gemiddeld verlies per jaar met telkens één schatting op de grenzen van haar 90%-interval")),
			XTitle: m.say("Mean loss a year, modelled", "Gemiddeld verlies per jaar, modelmatig") + money, Lang: m.lang,
			Base: m.result.Mean, BaseName: m.say("as estimated", "zoals geschat"),
			LowName: m.say("at its 5 % point", "op het 5%-punt"), HighName: m.say("at its 95 % point", "op het 95%-punt"),
		}
		for _, s := range m.swings {
			t.Bars = append(t.Bars, report.TornadoBar{Name: s.name, Low: s.AtP05, High: s.AtP95})
		}
		return t.SVG()
	default:
		return m.curve().SVG()
	}
}

func (m model) titled(s string) string {
	if m.Title == "" {
		return s
	}
	return m.Title + ": " + s
}

func (m model) curve() report.LossCurve {
	c := report.LossCurve{
		Title:  cmp.Or(m.Title, m.say("Loss in a year", "Verlies in een jaar")),
		XTitle: m.say("Loss in a year", "Verlies in een jaar") + " (" + m.Currency + ")",
		YTitle: m.say("Chance of a greater loss, modelled", "Kans op een groter verlies, modelmatig"),
		Lang:   m.lang,
		Tolerance: report.Curve{
			Name: m.say("accepted", "aanvaard"),
		},
	}
	modelled := report.Curve{Name: m.say("modelled, with the controls in force", "modelmatig, met de werkende beheersmaatregelen")}
	if m.result.Method == quant.MonteCarlo {
		modelled.Band = m.say("95 % confidence", "95% betrouwbaarheid")
	}
	for _, p := range m.result.Curve {
		point := report.CurvePoint{Loss: p.Loss, Chance: p.Probability}
		if p.Low != nil && p.High != nil {
			point.Low, point.High = *p.Low, *p.High
		}
		modelled.Points = append(modelled.Points, point)
	}
	for _, t := range m.Tolerance {
		c.Tolerance.Points = append(c.Tolerance.Points, report.CurvePoint{Loss: t.Loss, Chance: t.Probability})
	}
	c.Curves = []report.Curve{modelled}
	return c
}
