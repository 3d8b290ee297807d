package cvss

// The severity distances and depths of 4.0 are counted in value codes: the
// codes of a metric run from the most severe value in steps of one, so that a
// distance is a difference of sums of codes.
const (
	none4      = 4 // the code of SC:N, SI:N, SA:N; S, H, L stand before it
	safety4    = 1 // the code of MSI:S and MSA:S
	subHigh4   = 2 // the code of SC:H, SI:H, SA:H
	high4      = 1 // the code of VC:H, VI:H, VA:H and of CR:H, IR:H, AR:H
	physical4  = 4 // the code of AV:P
	vulnNone4  = 3 // the code of VC:N, VI:N, VA:N
	mostSevere = 1 // the first code of every metric with a distance
)

// scores4 scores the vector once for every group that is defined.
func scores4(v Vector) Scores {
	threat := v.without(environmentalGroup)
	base := threat.without(temporalGroup)
	s := Scores{Base: scoreOf(score4(base))}
	s.Temporal = s.Base
	if threat != base {
		s.Temporal = scoreOf(score4(threat))
	}
	s.Environmental = s.Temporal
	if v != threat {
		s.Environmental = scoreOf(score4(v))
	}
	return s
}

// equivalence is the place of a vector in one equivalence class (CVSS v4.0,
// 8.2): its level, and how far below the most severe vectors of that level it
// lies. All most severe vectors of a level have the same sum of codes, so it
// does not matter against which of them distance is measured.
type equivalence struct{ level, distance int }

// score4 is the score in tenths (CVSS v4.0, 8.2): that of the macro vector less
// the mean, over the classes with a lower level, of the drop to that level times
// the proportion of the distance. Exact: 840 is a multiple of every depth.
func score4(v Vector) int64 {
	for i := v4AV; i <= v4SA; i++ {
		v = v.modified(i, i+v4MAV)
	}
	for _, i := range [...]int{v4E, v4CR, v4IR, v4AR} {
		if v.code(i) == 0 {
			v = v.with(i, mostSevere) // not defined counts as the worst
		}
	}
	eq := classes4(v)
	if eq[impactClass].level == 4 && eq[subsequentClass].level == 2 && noImpact4(v) {
		return 0
	}
	own := macro4(eq)
	var drops, lower int64
	for class, depth := range [...][5]int64{
		accessClass:     {1, 4, 5},
		complexityClass: {1, 2},
		impactClass:     {7, 6, 8, 8, 10},
		subsequentClass: {6, 5, 4},
		exploitClass:    {1, 1, 1},
	} {
		next, ok := nextLower4(eq, class)
		if !ok {
			continue
		}
		lower++
		drops += (own - next) * int64(eq[class].distance) * (840 / depth[eq[class].level])
	}
	if lower == 0 {
		return own
	}
	return halfUp(own*840*lower-drops, 840*lower)
}

// The equivalence classes. EQ3 and EQ6 depend on each other and are one class,
// whose levels are 00, 01, 10, 11, 21 (20 cannot occur).
const (
	accessClass     = iota // EQ1: AV, PR, UI
	complexityClass        // EQ2: AC, AT
	impactClass            // EQ3 with EQ6: VC, VI, VA, CR, IR, AR
	subsequentClass        // EQ4: SC, SI, SA
	exploitClass           // EQ5: E
	classes
)

// classes4 places an effective vector in each class (CVSS v4.0, tables 24-29).
func classes4(v Vector) [classes]equivalence {
	av, pr, ui := v.code(v4AV), v.code(v4PR), v.code(v4UI)
	access := equivalence{distance: av + pr + ui}
	switch {
	case access.distance == 3*mostSevere:
		access.level, access.distance = 0, 0
	case av != physical4 && (av == mostSevere || pr == mostSevere || ui == mostSevere):
		access.level, access.distance = 1, access.distance-4
	default:
		access.level, access.distance = 2, access.distance-6
	}

	complexity := equivalence{distance: v.code(v4AC) + v.code(v4AT) - 2}
	if complexity.distance > 0 {
		complexity.level, complexity.distance = 1, complexity.distance-1
	}

	sc, si, sa := v.code(v4SC), v.code(v4SI), v.code(v4SA)
	subsequent := equivalence{distance: sc + si + sa}
	switch {
	case si == safety4 || sa == safety4:
		subsequent.level, subsequent.distance = 0, subsequent.distance-4
	case sc == subHigh4 || si == subHigh4 || sa == subHigh4:
		subsequent.level, subsequent.distance = 1, subsequent.distance-6
	default:
		subsequent.level, subsequent.distance = 2, subsequent.distance-9
	}

	return [classes]equivalence{
		accessClass:     access,
		complexityClass: complexity,
		impactClass:     impact4(v),
		subsequentClass: subsequent,
		exploitClass:    {level: v.code(v4E) - 1},
	}
}

// impact4 is the class of EQ3 and EQ6.
func impact4(v Vector) equivalence {
	vc, vi, va := v.code(v4VC), v.code(v4VI), v.code(v4VA)
	cr, ir, ar := v.code(v4CR), v.code(v4IR), v.code(v4AR)
	sum := vc + vi + va + cr + ir + ar
	required := vc == high4 && cr == high4 || vi == high4 && ir == high4 || va == high4 && ar == high4
	switch {
	case vc == high4 && vi == high4 && required:
		return equivalence{level: 0, distance: sum - 6}
	case vc == high4 && vi == high4:
		return equivalence{level: 1, distance: sum - 9}
	case required:
		return equivalence{level: 2, distance: sum - 7}
	case vc == high4 || vi == high4 || va == high4:
		return equivalence{level: 3, distance: sum - 9}
	default:
		return equivalence{level: 4, distance: sum - 9}
	}
}

// noImpact4 reports whether an effective vector has no impact at all.
func noImpact4(v Vector) bool {
	return v.code(v4VC) == vulnNone4 && v.code(v4VI) == vulnNone4 && v.code(v4VA) == vulnNone4 &&
		v.code(v4SC) == none4 && v.code(v4SI) == none4 && v.code(v4SA) == none4
}

// nextLower4 is the score of the macro vector one level down in a class; ok is
// false when there is none. Of the two below 00 in EQ3 and EQ6 the higher counts.
func nextLower4(eq [classes]equivalence, class int) (tenths int64, ok bool) {
	level := &eq[class].level
	if *level == [classes]int{2, 1, 4, 2, 2}[class] {
		return 0, false
	}
	if class != impactClass {
		*level++
		return macro4(eq), true
	}
	switch *level {
	case 0:
		*level = 1
		left := macro4(eq)
		*level = 2
		return max(left, macro4(eq)), true
	case 1:
		*level = 3
	default:
		*level++
	}
	return macro4(eq), true
}

// macro4 is the score of the macro vector of these levels, in tenths.
func macro4(eq [classes]equivalence) int64 {
	i := eq[accessClass].level*2 + eq[complexityClass].level
	i = i*5 + eq[impactClass].level
	i = i*3 + eq[subsequentClass].level
	return int64(macroTenths[i*3+eq[exploitClass].level])
}
