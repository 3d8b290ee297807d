package vex

import (
	"cmp"
	"strings"
)

// order compares two versions; ok is false when one is none of the scheme, or
// nobody can tell.
type order func(a, b string) (n int, ok bool)

// comparison is how a scheme of versions orders those of a type of packages; nil
// when it is not known here, or not that of the type.
func comparison(scheme, kind string) order {
	switch scheme {
	case "deb":
		if kind == "deb" {
			return compareDebian
		}
	case "rpm":
		if kind == "rpm" {
			return compareRPM
		}
	case kind, "semver":
		switch kind {
		case "npm", "cargo", "hex", "swift", "generic":
			if scheme != "generic" {
				return compareSemantic
			}
		case "golang":
			return func(a, b string) (int, bool) {
				return compareSemantic(strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v"))
			}
		}
	}
	return nil
}

// compareSemantic orders versions of Semantic Versioning 2.0.0.
func compareSemantic(a, b string) (int, bool) {
	x, preX, okX := semantic(a)
	y, preY, okY := semantic(b)
	if !okX || !okY {
		return 0, false
	}
	for i := range x {
		if n := compareNumbers(x[i], y[i]); n != 0 {
			return n, true
		}
	}
	return comparePre(preX, preY), true
}

// semantic are the three numbers of a version, and the identifiers of its
// pre-release.
func semantic(s string) (numbers [3]string, pre []string, ok bool) {
	s, build, has := strings.Cut(s, "+")
	if has && !identifiers(strings.Split(build, "."), true) {
		return numbers, nil, false
	}
	core, rest, has := strings.Cut(s, "-")
	if has {
		if pre = strings.Split(rest, "."); !identifiers(pre, false) {
			return numbers, nil, false
		}
	}
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		return numbers, nil, false
	}
	copy(numbers[:], parts)
	for _, n := range parts {
		if !isNumber(n) || len(n) > 1 && n[0] == '0' {
			return numbers, nil, false
		}
	}
	return numbers, pre, true
}

// identifiers reports whether all are of letters, digits and hyphens; a number
// has no zero in front unless zeros is set.
func identifiers(all []string, zeros bool) bool {
	for _, s := range all {
		for _, c := range []byte(s) {
			if !isDigit(c) && !isLetter(c) && c != '-' {
				return false
			}
		}
		if s == "" || !zeros && len(s) > 1 && s[0] == '0' && isNumber(s) {
			return false
		}
	}
	return true
}

// comparePre orders pre-releases: none is the greatest, numbers before words.
func comparePre(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return cmp.Compare(len(b), len(a))
	}
	for i := range min(len(a), len(b)) {
		n := strings.Compare(a[i], b[i])
		switch numA, numB := isNumber(a[i]), isNumber(b[i]); {
		case numA && numB:
			n = compareNumbers(a[i], b[i])
		case numA:
			n = -1
		case numB:
			n = 1
		}
		if n != 0 {
			return n
		}
	}
	return cmp.Compare(len(a), len(b))
}

// compareDebian orders versions of Debian packages (deb-version(7)).
func compareDebian(a, b string) (int, bool) {
	x, okX := debian(a)
	y, okY := debian(b)
	if !okX || !okY {
		return 0, false
	}
	for i := range x {
		if n := compareDebianPart(x[i], y[i]); n != 0 {
			return n, true
		}
	}
	return 0, true
}

// debian are epoch, upstream version and revision.
func debian(s string) (parts [3]string, ok bool) {
	epoch, rest, has := strings.Cut(s, ":")
	if !has {
		epoch, rest = "0", s
	}
	upstream, revision := cutLast(rest, '-')
	for _, c := range []byte(upstream + revision) {
		if !isDigit(c) && !isLetter(c) && strings.IndexByte(".+~-:", c) < 0 {
			return parts, false
		}
	}
	return [3]string{epoch, upstream, revision}, isNumber(epoch) && upstream != "" && isDigit(upstream[0])
}

func compareDebianPart(a, b string) int {
	weight := func(s string) int {
		switch {
		case s == "" || isDigit(s[0]):
			return 0
		case s[0] == '~':
			return -1
		case isLetter(s[0]):
			return int(s[0])
		default:
			return int(s[0]) + 256
		}
	}
	for a != "" || b != "" {
		for a != "" && !isDigit(a[0]) || b != "" && !isDigit(b[0]) {
			if n := cmp.Compare(weight(a), weight(b)); n != 0 {
				return n
			}
			a, b = a[min(1, len(a)):], b[min(1, len(b)):]
		}
		var x, y string
		x, a = digits(a)
		y, b = digits(b)
		if n := compareNumbers(x, y); n != 0 {
			return n
		}
	}
	return 0
}

// compareRPM orders versions of RPM packages. Where only one of two has a
// release, they are of one version and nobody can tell.
func compareRPM(a, b string) (int, bool) {
	x, okX := rpm(a)
	y, okY := rpm(b)
	if !okX || !okY {
		return 0, false
	}
	for i := range x {
		if i == 2 && (x[i] == "") != (y[i] == "") {
			return 0, false
		}
		if n := compareRPMPart(x[i], y[i]); n != 0 {
			return n, true
		}
	}
	return 0, true
}

// rpm are epoch, version and release.
func rpm(s string) (parts [3]string, ok bool) {
	epoch, rest, has := strings.Cut(s, ":")
	if !has {
		epoch, rest = "0", s
	}
	version, release, _ := strings.Cut(rest, "-")
	for _, c := range []byte(version + release) {
		if !isDigit(c) && !isLetter(c) && strings.IndexByte("._+~^", c) < 0 {
			return parts, false
		}
	}
	return [3]string{epoch, version, release}, isNumber(epoch) && version != ""
}

func compareRPMPart(a, b string) int {
	for {
		a, b = strings.TrimLeft(a, "._+"), strings.TrimLeft(b, "._+") // rpm lets nothing else in
		startsA, startsB := a+"\x00", b+"\x00"
		switch {
		case startsA[0] == '~' || startsB[0] == '~':
			if startsA[0] != startsB[0] {
				return boolean(startsB[0] == '~') - boolean(startsA[0] == '~')
			}
			a, b = a[1:], b[1:]
			continue
		case startsA[0] == '^' && startsB[0] == '^':
			a, b = a[1:], b[1:]
			continue
		case a == "" || b == "":
			return cmp.Compare(len(a), len(b))
		}
		var x, y string
		if isDigit(a[0]) != isDigit(b[0]) { // a number is newer than a word, and than a caret
			return boolean(isDigit(a[0])) - boolean(isDigit(b[0]))
		}
		if isDigit(a[0]) {
			x, a = digits(a)
			y, b = digits(b)
			if n := compareNumbers(x, y); n != 0 {
				return n
			}
			continue
		}
		x, a = letters(a) // none before a caret
		y, b = letters(b)
		if n := strings.Compare(x, y); n != 0 {
			return n
		}
	}
}

// compareNumbers orders numbers of any length; "" is 0.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func digits(s string) (first, rest string) {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

func letters(s string) (first, rest string) {
	n := 0
	for n < len(s) && isLetter(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

func isNumber(s string) bool {
	_, rest := digits(s)
	return s != "" && rest == ""
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
