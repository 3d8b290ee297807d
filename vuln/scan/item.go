package scan

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Item is one finding, or one statement about a vulnerability, at one place.
// Fields that the scanner did not report are unset.
type Item struct {
	// Entry is the number of the report's own entry that the item is of, from 1.
	// An entry that names several packages, products or CVEs is several items
	// with the same Entry, in a row.
	Entry int

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
	Resource  string // Kubernetes "namespace/kind/name", or the function or class in a file
	Image     string // container image without tag and digest, of a Kubernetes resource

	// Ranges are the versions that a statement is about, where it does not say one:
	// "vers:npm/>=1.0.0|<1.2.3", or what the supplier writes instead. It is about all
	// versions that are in any of them.
	Ranges []string
	// Product is, where a statement is about a package as part of a product, the
	// package URL or name of that product.
	Product string

	Line        int    // of the file Path, for people; 0 when not reported
	Fingerprint string // of the place in the file, as the scanner makes it to survive moved lines

	Plugin   string // check of a network scanner
	Port     int    // 0 is the host itself
	Protocol string // "tcp"
	Service  string // "www", as guessed by the scanner

	Severity Severity
	Ratings  []Rating // as reported, in order; several sources may disagree
	Status   Status
	// Suppressed is set when the report itself takes the item back: a suppressed
	// result, or a record that was withdrawn.
	Suppressed bool
	// Justification is why a product is not affected, in the word of the format;
	// Statement says in prose what the supplier has to say, cut like Title; Stated
	// is when, in UTC.
	Justification, Statement string
	Stated                   time.Time
	// Remedies are what the supplier says can be done about it, and Exploit what it
	// says of attacks, cut like Title. Only CSAF has them.
	Remedies []Remedy
	Exploit  string

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

// Remedy is one thing that can be done, or that there is nothing, in the words of
// the supplier.
type Remedy struct {
	Kind      string // in the word of the format: "vendor_fix", "no_fix_planned"
	Text, URL string
	From      time.Time // since when it is there, in UTC
}

// Score is a CVSS score. The zero value is unknown.
type Score struct {
	Tenths int // 0 to 100: 98 is 9.8
	Known  bool
}

// size is about what the item takes in memory.
func (i Item) size() int {
	n := 1024 + len(i.Title) + len(i.Description) + len(i.Statement) + len(i.Path) + len(i.Fingerprint) + len(i.PURL) + len(i.Resource) + len(i.Exploit)
	for _, list := range [][]string{i.CVEs, i.Aliases, i.References, i.Ranges} {
		for _, s := range list {
			n += 16 + len(s)
		}
	}
	for _, rating := range i.Ratings {
		n += 64 + len(rating.Source) + len(rating.Vector)
	}
	return n
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
// version, tag, layer, line, severity or text. The host is the asset's business.
// Two items of one report with equal ID and Location are one finding seen twice,
// such as two versions of a package in one lock file. By format it is
//
//   - Trivy, Grype, OSV-Scanner: type, package and the path of the package or its
//     lock file, none for packages of the system; Trivy of a cluster also resource
//     and image
//   - CycloneDX: type and package of the component by its package URL, else group
//     and name, never its bom-ref; a reference that the file does not resolve as
//     it is
//   - SARIF: path, function or class, and the fingerprint of the place if there is
//     one; without, results of one rule in one file and function are one finding
//   - Nessus, OpenVAS: plugin, port and protocol
//   - Nuclei: template and matcher, port and path without the query
//   - Nmap: port and protocol, with the script for what a script found
//   - OpenVEX, CSAF: the package and the product that it is part of; a product
//     without a package URL is known by its name, which may have its version in it
//   - OSV: ecosystem and package
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
	part("product", i.Product)
	part("resource", i.Resource)
	part("image", i.Image)
	part("type", i.Ecosystem)
	part("package", i.Package)
	part("path", unversioned(i.Path, i.Installed))
	part("fingerprint", i.Fingerprint)
	if i.Plugin != "" {
		part("plugin", i.Plugin)
		if i.Port != 0 || i.Protocol != "" {
			part("port", strconv.Itoa(i.Port))
		}
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

// relative is a path without a leading "./" or slash.
func relative(path string) string {
	return strings.TrimLeft(strings.TrimPrefix(path, "./"), "/")
}

// cvesIn are the CVE ids that stand in a text, in upper case, each once.
func cvesIn(text string) []string {
	var all []string
	text = strings.ToUpper(text)
	for {
		at := strings.Index(text, "CVE-")
		if at < 0 {
			return all
		}
		text = text[at:]
		end := len("CVE-")
		for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '-' && end == len("CVE-2026")) {
			end++
		}
		if cve, is := cveID(text[:end]); is && !slices.Contains(all, cve) && len(all) < MaxIDs {
			all = append(all, cve)
		}
		text = text[len("CVE-"):]
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

// ParseScore reads "7.5", "10" or "9.800000190734863"; what is not a number from 0 to
// 10 is unknown.
func ParseScore(s string) Score {
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

// digest is short for what is too long to keep.
func digest(texts ...string) string {
	h := sha256.New()
	for _, text := range texts {
		h.Write(binary.AppendUvarint(nil, uint64(len(text))))
		h.Write([]byte(text))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
