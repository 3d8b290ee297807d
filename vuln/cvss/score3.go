package cvss

// scores3 follows CVSS v3.0, section 8, and v3.1, section 7.
func scores3(v Vector) Scores {
	edition := int(v.Version() - V30)
	base := base3(uint64(edition), v.lo) //nolint:gosec // 0 or 1
	s := Scores{Base: scoreOf(base), Overall: scoreOf(base)}
	if v.lo&(0o777<<24) != 0 {
		s.Temporal = scoreOf(table[temporal3At+(edition*101+int(base))*laters+later(v.lo>>24)])
		s.Overall = s.Temporal
	}
	if v.lo>>33|v.hi&(1<<versionShift-1) != 0 {
		codes := effective3(v)
		modified := table[modified3At+(edition*96+access3(codes))*84+triple(codes>>15, v.lo>>33)]
		s.Environmental = scoreOf(table[temporal3At+(edition*101+int(modified))*laters+later(v.lo>>24)])
		s.Overall = s.Environmental
	}
	return s
}

// base3 is the base score of 3.0, edition 0, or 3.1, edition 1.
func base3(edition, codes uint64) uint8 {
	return table[base3At+(edition*96+uint64(access3(codes)))*27+uint64(impacts(codes>>15))] //nolint:gosec // not negative
}

// effective3 is the codes of the base metrics, modified where that is defined.
func effective3(v Vector) uint64 {
	const all = 1<<24 - 1
	return override(v.lo&all, (v.lo>>42|v.hi<<6)&all)
}

// access3 is the number of the combination of AV, AC, PR, UI and S.
func access3(codes uint64) int {
	return int(codes&7)*24 + int(codes>>3&7)*12 + int(codes>>6&7)*4 + int(codes>>9&7)*2 + int(codes>>12&7) - 43
}
