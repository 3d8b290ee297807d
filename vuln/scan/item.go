package scan

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Item is one finding as the scanner reported it. Fields that the scanner did
// not report are unset.
type Item struct {
	// ID names the vulnerability in the scanner's own terms: "CVE-2021-44228",
	// "GHSA-...", "TEMP-...", or the plugin as "nessus:19506".
	ID string
	// CVEs are all CVE ids of the item, ID included, in upper case and in order.
	CVEs []string
	// Aliases are its other ids, without ID and CVEs.
	Aliases []string

	Title, Description string // cut at MaxDescription bytes

	// Target is the scanner's name of what it looked at, as reported; with an
	// image it has the tag, so it is no part of an identity.
	Target string
	Host   string // name or address; the caller knows which asset it is

	Ecosystem string // of the package: "alpine", "node-pkg"
	Package   string
	Path      string // of the package or its lock file, without a leading slash
	PURL      string // package URL, which has the version in it
	Installed string // version
	FixedIn   string // versions, as reported
	Resource  string // Kubernetes "namespace/kind/name"
	Image     string // container image without tag and digest, of a Kubernetes resource

	Plugin   string // check of a network scanner
	Port     int    // 0 is the host itself
	Protocol string // "tcp"
	Service  string // "www", as guessed by the scanner

	Severity   Severity
	Ratings    []Rating // as reported, in order; several sources may disagree
	Status     Status
	References []string
	// Published and Modified are about the vulnerability, in UTC; zero when not
	// reported or not readable.
	Published, Modified time.Time
}

// Rating is a CVSS score or vector as some source reports it. Nothing is
// computed: the two may disagree.
type Rating struct {
	Source  string // "nvd", "redhat", "ghsa"; "nessus"
	Version string // "2.0", "3.0", "3.1", "4.0"; "" when not stated
	Vector  string // verbatim
	Score   Score
}

// Score is a CVSS score. The zero value is unknown.
type Score struct {
	Tenths int // 0 to 100: 98 is 9.8
	Known  bool
}

// String is the score with one decimal, or "" when unknown.
func (s Score) String() string {
	if !s.Known {
		return ""
	}
	return strconv.Itoa(s.Tenths/10) + "." + strconv.Itoa(s.Tenths%10)
}

// Location is where the item is within its asset, as one line of text that later
// scans repeat: "type=alpine;package=busybox".
//
// It has only what stays when a package is updated, an image is tagged anew, a
// vulnerability is rated again or the scanner is replaced by a newer one: no
// version, tag, layer, severity or text. The host is the asset's business. Two
// items of one report with equal ID and Location are one finding seen twice,
// such as two versions of a package in one lock file.
func (i Item) Location() string {
	var b strings.Builder
	part := func(name, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		b.WriteString(name + "=")
		for _, c := range []byte(value) {
			if c == '%' || c == ';' || c < ' ' {
				const hex = "0123456789abcdef"
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
				continue
			}
			b.WriteByte(c)
		}
	}
	part("resource", i.Resource)
	part("image", i.Image)
	part("type", i.Ecosystem)
	part("package", i.Package)
	part("path", unversioned(i.Path, i.Installed))
	if i.Plugin != "" {
		part("plugin", i.Plugin)
		part("port", strconv.Itoa(i.Port))
		part("protocol", strings.ToLower(i.Protocol))
	}
	return b.String()
}

// unversioned is a path with "*" in the place of the version of the package, as
// in "lib/commons-text-1.9.jar" or "lodash@4.17.20/package.json": an update
// moves the file, and the finding with it.
func unversioned(path, version string) string {
	if version == "" {
		return path
	}
	var b strings.Builder
	rest := path
	for {
		before, after, found := strings.Cut(rest, version)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		starts := before != "" && strings.IndexByte("-_@/", before[len(before)-1]) >= 0
		ends := after == "" || strings.IndexByte(".-_@/", after[0]) >= 0
		if starts && ends {
			b.WriteByte('*')
		} else {
			b.WriteString(version)
		}
		rest = after
	}
}

// cveID is s as a CVE id in upper case, if it is one.
func cveID(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	year, number, _ := strings.Cut(strings.TrimPrefix(s, "CVE-"), "-")
	if !strings.HasPrefix(s, "CVE-") || len(year) != 4 || len(number) < 4 || len(number) > 19 {
		return "", false
	}
	return s, strings.Trim(year+number, "0123456789") == ""
}

// cut shortens s to at most limit bytes, at the end of a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.Clone(s[:limit])
}

// score reads "7.5", "10" or "9.800000190734863"; what is not a number from 0 to
// 10 is unknown.
func score(s string) Score {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= 10) {
		return Score{}
	}
	return Score{Tenths: int(v*10 + 0.5), Known: true}
}

// cvssVersion is what the vector itself says, which wins from the field that it
// was found in.
func cvssVersion(vector, field string) string {
	if rest, found := strings.CutPrefix(vector, "CVSS:"); found {
		version, _, _ := strings.Cut(rest, "/")
		switch version {
		case "2.0", "3.0", "3.1", "4.0":
			return version
		}
		return ""
	}
	return field
}

// moment reads s in the first layout that fits, as UTC; zero when none does.
func moment(s string, layouts ...string) time.Time {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
