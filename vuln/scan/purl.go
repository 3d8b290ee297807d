package scan

import (
	"net/url"
	"strings"
)

// setPURL fills a package from its package URL: "pkg:maven/g/a@1.0?type=jar" is
// package g/a of type maven, version 1.0. It tells whether it is one.
func setPURL(item *Item, purl string) bool {
	rest, is := strings.CutPrefix(purl, "pkg:")
	if !is {
		return false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	kind, name, found := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	version := ""
	if at := strings.LastIndexByte(name, '@'); at > 0 {
		name, version = name[:at], name[at+1:]
	}
	name = strings.Trim(unescaped(name), "/")
	if !found || kind == "" || name == "" {
		return false
	}
	item.PURL = purl
	item.Ecosystem = strings.ToLower(kind)
	item.Package = name
	item.Installed = unescaped(version)
	return true
}

// unescaped is s with its %XX read, unless that is no text.
func unescaped(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil || strings.ToValidUTF8(plain, "") != plain {
		return s
	}
	return plain
}
