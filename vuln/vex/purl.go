package vex

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxPURL bounds a package URL, in bytes.
const MaxPURL = 16 << 10

// ErrPURL is what every error of [ParsePURL] is.
var ErrPURL = errors.New("not a package URL")

// PURL is a package URL in its normal form: "pkg:deb/debian/curl@7.50.3-1?arch=i386".
// Parts that it has not are empty. Two that name the same package in the same
// version have the same Type to Version, whatever their spelling.
type PURL struct {
	Type, Namespace, Name, Version string
	Qualifiers                     map[string]string // nil when there are none
	Subpath                        string
}

// ParsePURL reads a package URL and brings it into its normal form, that of its
// type included. The error is ErrPURL and tells which part is wrong.
func ParsePURL(s string) (PURL, error) {
	p, err := parsePURL(s)
	if err != nil {
		return PURL{}, fmt.Errorf("%.80q: %w: %w", s, ErrPURL, err)
	}
	return p, nil
}

func parsePURL(s string) (p PURL, err error) {
	if len(s) > MaxPURL {
		return p, fmt.Errorf("more than %d bytes", MaxPURL)
	}
	if len(s) < 4 || !strings.EqualFold(s[:4], "pkg:") {
		return p, errors.New(`want "pkg:" at the start`)
	}
	rest := s[4:]
	rest, subpath := cutLast(rest, '#')
	rest, qualifiers := cutLast(rest, '?')
	kind, rest, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	if p.Type = strings.ToLower(kind); !word(p.Type, ".+-") {
		return p, fmt.Errorf("type %.40q: want letters and digits, a letter first", kind)
	}
	// An @ before the last slash is of a namespace, as in "pkg:npm/@vue/core".
	if at := strings.LastIndexByte(rest, '@'); at > strings.LastIndexByte(rest, '/') {
		if p.Version, err = decoded(rest[at+1:]); err != nil {
			return p, err
		}
		rest = rest[:at]
	}
	path, err := segments(rest)
	if err != nil {
		return p, err
	}
	if len(path) == 0 {
		return p, errors.New("want a name")
	}
	p.Namespace, p.Name = strings.Join(path[:len(path)-1], "/"), path[len(path)-1]
	if p.Qualifiers, err = parseQualifiers(qualifiers); err != nil {
		return p, err
	}
	path, err = segments(subpath)
	path = slices.DeleteFunc(path, func(s string) bool { return s == "." || s == ".." })
	p.Subpath = strings.Join(path, "/")
	return p.normal(), err
}

func cutLast(s string, sep byte) (before, after string) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// word reports whether s is of lower case letters, digits and others, and
// starts with a letter.
func word(s, others string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return s != "" && s[0] >= 'a' && s[0] <= 'z'
}

// segments are the parts of a path that are not empty.
func segments(path string) ([]string, error) {
	var all []string
	for segment := range strings.SplitSeq(path, "/") {
		s, err := decoded(segment)
		if err != nil {
			return nil, err
		}
		if strings.Contains(s, "/") {
			return nil, fmt.Errorf("%.40q: a slash within a segment", segment)
		}
		if s != "" {
			all = append(all, s)
		}
	}
	return all, nil
}

func decoded(s string) (string, error) {
	plain, err := url.PathUnescape(s)
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(plain) || strings.ContainsRune(plain, 0) {
		return "", fmt.Errorf("%.40q: want UTF-8 text", s)
	}
	return plain, nil
}

func parseQualifiers(s string) (map[string]string, error) {
	var all map[string]string
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		if key = strings.ToLower(key); !word(key, ".-_") {
			return nil, fmt.Errorf("qualifier %.40q: want letters, digits, \".\", \"-\" and \"_\", a letter first", key)
		}
		value, err := decoded(value)
		if err != nil {
			return nil, err
		}
		if _, twice := all[key]; twice {
			return nil, fmt.Errorf("qualifier %.40q: stands there twice", key)
		}
		if all == nil {
			all = map[string]string{}
		}
		all[key] = value
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// normal applies what the type has rules for: which names have no case, and what
// is written in two ways.
func (p PURL) normal() PURL {
	switch p.Type {
	case "alpm", "apk", "bitbucket", "bitnami", "composer", "deb", "github", "gitlab", "golang", "hex",
		"luarocks", "npm", "oci", "otp", "pub", "pypi", "vscode-extension":
		p.Namespace, p.Name = strings.ToLower(p.Namespace), strings.ToLower(p.Name)
	case "rpm", "qpkg":
		p.Namespace = strings.ToLower(p.Namespace)
	case "huggingface":
		p.Version = strings.ToLower(p.Version)
	case "mlflow":
		if strings.Contains(p.Qualifiers["repository_url"], "databricks") {
			p.Name = strings.ToLower(p.Name)
		}
	}
	switch p.Type {
	case "pypi":
		p.Name = strings.NewReplacer("_", "-", ".", "-").Replace(p.Name)
	case "golang":
		if rest, is := strings.CutPrefix(p.Version, "v"); is && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			p.Version = rest
		}
	case "deb", "rpm":
		p.Version = p.withEpoch()
		if delete(p.Qualifiers, "epoch"); len(p.Qualifiers) == 0 {
			p.Qualifiers = nil
		}
	}
	return p
}

// withEpoch is the version with the epoch in it, where it has one; an epoch of 0
// is the same as none.
func (p PURL) withEpoch() string {
	version := p.Version
	if e := p.Qualifiers["epoch"]; e != "" && version != "" && !strings.Contains(version, ":") {
		version = e + ":" + version
	}
	for strings.HasPrefix(version, "0:") {
		version = version[2:]
	}
	return version
}

// String is the package URL, the same for equal ones. The zero value is "".
func (p PURL) String() string {
	if p.Type == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("pkg:" + p.Type + "/")
	if p.Namespace != "" {
		b.WriteString(encoded(p.Namespace, "/") + "/")
	}
	b.WriteString(encoded(p.Name, ""))
	if p.Version != "" {
		b.WriteString("@" + encoded(p.Version, ""))
	}
	separator := "?"
	for _, key := range slices.Sorted(maps.Keys(p.Qualifiers)) {
		b.WriteString(separator + key + "=" + encoded(p.Qualifiers[key], "/"))
		separator = "&"
	}
	if p.Subpath != "" {
		b.WriteString("#" + encoded(p.Subpath, "/"))
	}
	return b.String()
}

func encoded(s, plain string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(".-_~:"+plain, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// Covers reports whether what is said of p is said of q: q is the same package,
// in the version, with every qualifier and at the subpath that p names. What p
// does not name, it says of all; a q of unknown version is not covered by a p
// that has one.
func (p PURL) Covers(q PURL) bool {
	if p.Type != q.Type || p.Namespace != q.Namespace || p.Name != q.Name {
		return false
	}
	if p.Version != "" && p.Version != q.Version || p.Subpath != "" && p.Subpath != q.Subpath {
		return false
	}
	for key, value := range p.Qualifiers {
		if q.Qualifiers[key] != value {
			return false
		}
	}
	return true
}

// key is what covering packages have in common.
func (p PURL) key() string { return p.Type + "/" + p.Namespace + "/" + p.Name }
