package isms

import (
	"slices"
	"strings"
)

// ValidID reports whether s can be the id of a tenant, a kind or an entity:
// [a-z0-9][a-z0-9._-]{0,63}, without a dot at the end and without a file name
// that Windows reserves before the first dot. Ids are compared bytewise. They
// end up in file names, URLs and logs, so they never hold personal data.
func ValidID(s string) bool {
	if s == "" || len(s) > 64 || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !letter && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	stem, _, _ := strings.Cut(s, ".")
	return !reservedStem(stem)
}

// reservedStem tells the device names that Windows opens instead of a file.
func reservedStem(stem string) bool {
	if slices.Contains([]string{"con", "prn", "aux", "nul"}, stem) {
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) &&
		'0' <= stem[3] && stem[3] <= '9'
}
