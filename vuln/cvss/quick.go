package cvss

import "strings"

// quick reads a vector of 3.x or 4.0 that stands as its specification writes it,
// every metric in its place. ok is false for all others, the faulty ones among
// them: they are the scanner's.
func quick(s string, version Version) (v Vector, ok bool) {
	v = empty(version)
	switch version {
	case V30, V31:
		if v.lo, ok = quickBase3(s); !ok || len(s) == end3 {
			return v, ok
		}
		return quickRest(s, v, quick3[:], v3E, end3)
	case V40:
		if v.lo, ok = quickBase4(s); !ok || len(s) == end4 {
			return v, ok
		}
		return quickRest(s, v, quick4[:], v4E, end4)
	default:
		return Vector{}, false
	}
}

// The base metrics of 3.x and of 4.0, in order, with blanks for their values.
const (
	form3 = "CVSS:3.1/AV:\x00/AC:\x00/PR:\x00/UI:\x00/S:\x00/C:\x00/I:\x00/A:\x00"
	form4 = "CVSS:4.0/AV:\x00/AC:\x00/AT:\x00/PR:\x00/UI:\x00/VC:\x00/VI:\x00/VA:\x00/SC:\x00/SI:\x00/SA:\x00"

	end3, end4 = len(form3), len(form4)
)

// quickBase3 reads the base metrics of 3.x eight bytes at a time, the values
// among them at the bits b0 (the first byte) to b7.
func quickBase3(s string) (codes uint64, ok bool) {
	if len(s) < end3 {
		return 0, false
	}
	v, w, x, y, z := word(s, 9), word(s, 17), word(s, 25), word(s, 33), word(s, 36)
	if v&^(0xff<<b3) != word(form3, 9) || w&^(0xff<<b0|0xff<<b5) != word(form3, 17) || x&^(0xff<<b2|0xff<<b6) != word(form3, 25) ||
		y&^(0xff<<b2|0xff<<b6) != word(form3, 33) || z&^(0xff<<b3|0xff<<b7) != word(form3, 36) {
		return 0, false
	}
	codes = letter(v>>b3)>>asAV&7 | letter(w>>b0)>>asAC&7<<3 | letter(w>>b5)>>asPR&7<<6 | letter(x>>b2)>>asUI3&7<<9 |
		letter(x>>b6)>>asS&7<<12 | letter(y>>b2)>>asImpact&7<<15 | letter(y>>b6)>>asImpact&7<<18 | letter(z>>b7)>>asImpact&7<<21
	const each = 0o11_111_111
	return codes, (codes|codes>>1|codes>>2)&each == each
}

// quickBase4 reads the base metrics of 4.0 likewise.
func quickBase4(s string) (codes uint64, ok bool) {
	if len(s) < end4 {
		return 0, false
	}
	t, u, v, w, x, y, z := word(s, 9), word(s, 17), word(s, 25), word(s, 33), word(s, 41), word(s, 49), word(s, 55)
	if t&^(0xff<<b3) != word(form4, 9) || u&^(0xff<<b0|0xff<<b5) != word(form4, 17) || v&^(0xff<<b2|0xff<<b7) != word(form4, 25) ||
		w&^(0xff<<b4) != word(form4, 33) || x&^(0xff<<b1|0xff<<b6) != word(form4, 41) || y&^(0xff<<b3) != word(form4, 49) ||
		z&^(0xff<<b2|0xff<<b7) != word(form4, 55) {
		return 0, false
	}
	codes = letter(t>>b3)>>asAV&7 | letter(u>>b0)>>asAC&7<<3 | letter(u>>b5)>>asAT&7<<6 | letter(v>>b2)>>asPR&7<<9 | letter(v>>b7)>>asUI4&7<<12 |
		letter(w>>b4)>>asImpact&7<<15 | letter(x>>b1)>>asImpact&7<<18 | letter(x>>b6)>>asImpact&7<<21 |
		letter(y>>b3)>>asSubsequent&7<<24 | letter(z>>b2)>>asSubsequent&7<<27 | letter(z>>b7)>>asSubsequent&7<<30
	const each = 0o11_111_111_111
	return codes, (codes|codes>>1|codes>>2)&each == each
}

const b0, b1, b2, b3, b4, b5, b6, b7 = 0, 8, 16, 24, 32, 40, 48, 56

// word is eight bytes of s from a place on, little end first.
func word(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// letter is the value code of a letter for each kind of base metric, in three
// bits from asAV, asAC and so on; zero where the kind has no such value.
func letter(c uint64) uint64 { return uint64(letters[uint8(c)]) } //nolint:gosec // the lowest byte is meant

// quickMetric recognises an optional metric by the first four bytes of its text.
type quickMetric struct {
	key, mask uint32    // the name and its colon, little end first
	size      uint8     // of the name and its colon
	codes     [32]uint8 // code + 1 of a value of one letter, by its last five bits
}

// quickRest reads the optional metrics, of which any may be left out, from the
// slash at the offset on.
func quickRest(s string, v Vector, metrics []quickMetric, next, offset int) (Vector, bool) {
	for i := next; i < len(metrics); i++ {
		if offset+3 >= len(s) || s[offset] != '/' { // a name, a colon and a value take three bytes at least
			return v, false
		}
		offset++
		start := first4(s, offset)
		for start&metrics[i].mask != metrics[i].key {
			if i++; i == len(metrics) {
				return v, false
			}
		}
		m := &metrics[i]
		from := offset + int(m.size)
		if from >= len(s) {
			return v, false
		}
		offset = from + 1
		code := uint64(m.codes[s[from]&31])
		if s[from]-'A' >= 26 || offset < len(s) && s[offset] != '/' {
			value, _, _ := strings.Cut(s[from:], "/")
			offset = from + len(value)
			code = v.Version().metrics()[i].codePlus1(value)
		}
		if code == 0 {
			return v, false
		}
		v = v.with(i, code-1)
		if offset == len(s) {
			return v, true
		}
	}
	return v, false
}

// first4 is the first four bytes of s from an offset, zero after its end.
func first4(s string, offset int) uint32 {
	if offset+4 <= len(s) {
		s = s[offset : offset+4]
		return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	}
	return uint32(s[offset]) | uint32(s[offset+1])<<8 | uint32(s[offset+2])<<16
}
