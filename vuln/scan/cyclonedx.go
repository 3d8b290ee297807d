package scan

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// bom is what the readers of CycloneDX in JSON and in XML share. An item is one
// vulnerability in one of the components that it affects; a vulnerability that
// names none is an item too.
//
// The CVE ids of an item are its own id; what the format calls references, the
// same vulnerability in other databases, are aliases.
type bom struct {
	s          *sink
	components map[string]component // by bom-ref
	seen       bool                 // the components were read
	waiting    []flaw
}

// component is what the vulnerabilities of a BOM refer to.
type component struct{ kind, group, name, version, purl string }

// flaw is a vulnerability with the references of what it affects.
type flaw struct {
	item    Item
	affects []affect
}

type affect struct {
	ref string
	// Versions, and ranges of them, by what is said of them.
	affected, unaffected []string
}

func (a *affect) size() int {
	n := 64 + len(a.ref)
	for _, list := range [][]string{a.affected, a.unaffected} {
		for _, version := range list {
			n += 16 + len(version)
		}
	}
	return n
}

// readCycloneDX reads either form.
func readCycloneDX(src io.Reader, s *sink) error {
	head := make([]byte, 4096)
	n, err := io.ReadFull(src, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	src = io.MultiReader(bytes.NewReader(head), src)
	b := &bom{s: s, components: map[string]component{}}
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<")) {
		return readCycloneDXXML(src, b)
	}
	return readCycloneDXJSON(src, b)
}

// version refuses what is not of the first generation of the format.
func (b *bom) version(spec string) error {
	if !strings.HasPrefix(spec, "1.") {
		return b.s.fault("version", fmt.Sprintf("version %.20q: want 1.x", spec))
	}
	return nil
}

// tool keeps the first tool.
func (b *bom) tool(tool Tool) {
	if b.s.report.Tool.Name == "" {
		b.s.report.Tool = tool
	}
}

// add keeps a component for the vulnerabilities that refer to it.
func (b *bom) add(ref string, c component) error {
	if ref == "" {
		return nil
	}
	b.components[ref] = c
	return b.s.hold(64 + len(ref) + len(c.kind) + len(c.group) + len(c.name) + len(c.version) + len(c.purl))
}

// into sets the package of an item.
func (c component) into(item *Item) {
	if !setPURL(item, c.purl) {
		item.Package = c.name
		if c.group != "" {
			item.Package = c.group + "/" + c.name
		}
	}
	item.Installed = cmp.Or(c.version, item.Installed)
}

// flaw yields a vulnerability, or keeps it until the components are read.
func (b *bom) flaw(f flaw) error {
	if !b.seen {
		for _, a := range f.affects {
			if _, known := b.components[a.ref]; !known && !setPURL(&Item{}, fragment(a.ref)) {
				b.waiting = append(b.waiting, f)
				n := f.item.size()
				for _, a := range f.affects {
					n += a.size()
				}
				return b.s.hold(n)
			}
		}
	}
	return b.yield(f)
}

func (b *bom) end() error {
	for _, f := range b.waiting {
		if err := b.yield(f); err != nil {
			return err
		}
	}
	return nil
}

func (b *bom) yield(f flaw) error {
	b.s.next()
	if f.item.Severity == SeverityUnknown {
		f.item.Severity = bandOf(f.item.highest())
	}
	if f.item.ID == "" {
		return b.s.skip(fmt.Sprintf("vulnerability %d", b.s.entries), WhyNoID)
	}
	for _, a := range f.affects {
		item := f.item
		b.place(&item, a)
		if err := b.s.emit(item); err != nil {
			return err
		}
	}
	if len(f.affects) == 0 {
		return b.s.emit(f.item)
	}
	return nil
}

// place sets the component of an item. A reference that the file does not
// resolve is the name of the package, if it is no package URL.
func (b *bom) place(item *Item, a affect) {
	ref := a.ref
	c, known := b.components[ref]
	if !known {
		ref = fragment(ref)
		c, known = b.components[ref]
	}
	switch {
	case known:
		c.into(item)
	case !setPURL(item, ref):
		item.Package = ref
	}
	said := a.affected
	if len(said) == 0 && item.Status == StatusUnset && len(a.unaffected) > 0 {
		said, item.Status = a.unaffected, StatusNotAffected
	}
	if len(a.affected) == 1 && !isRange(said[0]) {
		item.Installed = cmp.Or(said[0], item.Installed)
	}
	var named Item
	setPURL(&named, item.PURL)
	if len(said) > 1 || len(said) == 1 && (isRange(said[0]) || item.PURL != "" && said[0] != named.Installed) {
		item.Ranges = said
	}
}

func isRange(version string) bool { return strings.HasPrefix(version, "vers:") }

// fragment is the reference within the other BOM of a BOM-Link.
func fragment(ref string) string {
	_, within, is := strings.Cut(ref, "#")
	switch {
	case !is || !strings.HasPrefix(ref, "urn:cdx:"):
		return ref
	case strings.HasPrefix(within, "pkg:"):
		return within // not encoded a second time, as most writers leave it
	}
	return unescaped(within)
}

// state is the answer of an analysis.
func state(word string) Status {
	switch word {
	case "":
		return StatusUnset
	case "resolved", "resolved_with_pedigree":
		return StatusFixed
	case "exploitable":
		return StatusAffected
	case "in_triage":
		return StatusUnderInvestigation
	case "false_positive", "not_affected":
		return StatusNotAffected
	}
	return StatusUnknown
}

// rating is one rating of a vulnerability: its word counts whatever the method,
// score and vector when the method is CVSS.
func (b *bom) rating(item *Item, rating Rating, method, word string) error {
	item.Severity = max(item.Severity, severityOf(word))
	version, is := strings.CutPrefix(strings.ToUpper(method), "CVSSV")
	if !is && !strings.HasPrefix(rating.Vector, "CVSS:") {
		return nil
	}
	switch strings.ReplaceAll(version, ".", "") {
	case "2", "20":
		version = "2.0"
	case "3", "30":
		version = "3.0"
	case "31":
		version = "3.1"
	case "4", "40":
		version = "4.0"
	default:
		version = ""
	}
	return b.s.rating(item, rating, version)
}

// versions files a version or a range of a component by what is said of it.
func (b *bom) versions(a *affect, version, status string) error {
	list := &a.affected
	if status == "unaffected" {
		list = &a.unaffected
	}
	if len(*list) == MaxIDs {
		return b.s.fault("limit", fmt.Sprintf("more than %d versions of one component", MaxIDs))
	}
	if version != "" && !slices.Contains(*list, version) {
		*list = append(*list, version)
	}
	return b.s.hold(len(version))
}

// about keeps what the document says it is about.
func (b *bom) about(c component) error {
	b.s.report.Product = c.purl
	return b.s.target(c.name)
}
