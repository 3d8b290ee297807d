package cvss

// scores2 follows CVSS v2.0, section 3.2. The environmental score is the base
// score again with the requirements, then the temporal equation, then the
// damage. What lies between may be below zero, by at most -lowest2 tenths, and
// is stored above that.
func scores2(v Vector) Scores {
	access := access2(v.lo)
	base := table[base2At+access*27+impacts(v.lo>>9)]
	s := Scores{Base: scoreOf(base), Overall: scoreOf(base)}
	if v.has(temporalGroup) {
		s.Temporal = scoreOf(table[temporal2At+(int(base)-lowest2)*laters+later(v.lo>>18)] - (-lowest2))
		s.Overall = s.Temporal
	}
	if v.has(environmentalGroup) {
		adjusted := table[adjusted2At+access*84+triple(v.lo>>9, v.lo>>33)]
		recomputed := table[temporal2At+int(adjusted)*laters+later(v.lo>>18)]
		cdp, td := int(v.lo>>27&7), max(int(v.lo>>30&7), 1)
		if cdp == 0 {
			cdp = 5 // not defined counts as none
		}
		s.Environmental = scoreOf(table[damage2At+int(recomputed)*20+cdp*4+td-5])
		s.Overall = s.Environmental
	}
	return s
}

// access2 is the number of the combination of AV, AC and Au.
func access2(codes uint64) int {
	return int(codes&7)*9 + int(codes>>3&7)*3 + int(codes>>6&7) - 13
}
