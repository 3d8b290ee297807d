// Package ident holds the one rule for ids of tenants, kinds and entities.
package ident

import "strings"

// Valid reports whether s can be an id: [a-z0-9][a-z0-9._-]{0,63}, without a dot
// at the end and without a file name that Windows reserves before the first dot.
func Valid(s string) bool {
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
	return !reserved(stem)
}

// reserved tells the device names that Windows opens instead of a file.
func reserved(stem string) bool {
	switch stem {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) &&
		'0' <= stem[3] && stem[3] <= '9'
}
