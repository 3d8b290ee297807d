package cvss

// scores4 scores the vector once for every group that is defined (CVSS v4.0, 8).
func scores4(v Vector) Scores {
	base := scoreOf(score4(v.lo, worst4(0)))
	s := Scores{Base: base, Overall: base}
	if v.has(temporalGroup) {
		s.Temporal = scoreOf(score4(v.lo, worst4(v.lo>>33&7)))
		s.Overall = s.Temporal
	}
	if v.has(environmentalGroup) {
		s.Environmental = scoreOf(score4(effective4(v), worst4(v.lo>>33)))
		s.Overall = s.Environmental
	}
	return s
}

// effective4 is the codes of the base metrics, modified where that is defined.
func effective4(v Vector) uint64 {
	const all = 1<<33 - 1
	return override(v.lo&all, (v.lo>>45&7|v.hi<<3)&all)
}

// worst4 is the codes of E, CR, IR and AR; not defined counts as the worst.
func worst4(codes uint64) uint64 {
	return codes | ^(codes|codes>>1|codes>>2)&0o1111
}

// score4 is the score of base metrics with the codes of E, CR, IR and AR (CVSS
// v4.0, 8.2). Each equivalence set of metrics adds its part to the place in the
// table.
func score4(codes, later uint64) uint8 {
	return table[score4At+accessAt4(codes)+complexityAt4(codes)+impactAt4(codes, later)+subsequentAt4(codes)+uint32(later&7)-1]
}

func accessAt4(codes uint64) uint32 { return access4[codes&7*9+codes>>9&7*3+codes>>12&7-13] }

func complexityAt4(codes uint64) uint32 { return complexity4[codes>>3&7*2+codes>>6&7-3] }

func impactAt4(codes, later uint64) uint32 {
	impact := (codes>>15&7*3+codes>>18&7)*3 + codes>>21&7
	requirement := (later>>3&7*3+later>>6&7)*3 + later>>9&7
	return impact4[impact*27+requirement-364]
}

func subsequentAt4(codes uint64) uint32 {
	return subsequent4[codes>>24&7*16+codes>>27&7*4+codes>>30&7-37]
}
