package annexa

import (
	"iter"
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
)

// Framework is a set of requirements or outcomes that Annex A is mapped to.
type Framework string

// The frameworks.
const (
	NISTCSF2       Framework = "nist-csf-2.0"
	NIS2Regulation Framework = "nis2-2024-2690" // Annex to Implementing Regulation (EU) 2024/2690
	NIS2Directive  Framework = "nis2-21-2"      // Directive (EU) 2022/2555, article 21(2)
)

// CrossMap says which points of a framework intersect which controls and
// clauses. They share a subject and nothing more follows: a control never
// equals a point, and having it fulfils none.
type CrossMap struct {
	Framework Framework
	Title     lang.Text
	Source    lang.Text // who mapped, and whose transcription this is
	Licence   lang.Text // of the map, with what was changed
	// Derived reports that nobody published this map: it was put together from
	// another one, as Source says.
	Derived bool

	first, end uint16 // of its points
}

// CrossMaps yields the map to each framework.
func CrossMaps() iter.Seq[CrossMap] { return slices.Values(crossMaps[:]) }

// CrossMap is the map to the framework; false when there is none.
func (f Framework) CrossMap() (CrossMap, bool) {
	for _, m := range crossMaps {
		if m.Framework == f {
			return m, true
		}
	}
	return CrossMap{}, false
}

// Point is one requirement or outcome of a [Framework], by its number there:
// "PR.DS-11", "4.2.2.b", "21(2)(c)". Its text is not here.
type Point struct {
	Ref string

	clauses  []uint8
	controls []ID
}

// pointEnd is a point of the table: what is its own begins where that of the
// one before it ends.
type pointEnd struct {
	ref               string
	clauses, controls uint16
}

// Points yields the points that intersect anything, in the order of the
// framework. A point that is missing has no counterpart in the source.
func (m CrossMap) Points() iter.Seq[Point] {
	return func(yield func(Point) bool) {
		for i := m.first; i < m.end; i++ {
			var before pointEnd
			if i > 0 {
				before = points[i-1]
			}
			p := points[i]
			if !yield(Point{p.ref, pointClauses[before.clauses:p.clauses], pointControls[before.controls:p.controls]}) {
				return
			}
		}
	}
}

// Controls yields the controls that intersect the point, in natural order.
func (p Point) Controls() iter.Seq[ID] { return slices.Values(p.controls) }

// Clauses yields the clauses of ISO/IEC 27001:2022 that do, in natural order:
// "6.1.3", "10.2".
func (p Point) Clauses() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, i := range p.clauses {
			if !yield(clauses[i]) {
				return
			}
		}
	}
}

// Points yields the points of a framework that intersect the control, in the
// order of the framework. It looks at each entry of the map.
func (c Control) Points(f Framework) iter.Seq[Point] {
	return func(yield func(Point) bool) {
		m, _ := f.CrossMap()
		for p := range m.Points() {
			if slices.Contains(p.controls, c.ID) && !yield(p) {
				return
			}
		}
	}
}
