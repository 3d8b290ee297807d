package report

import (
	"slices"
	"strconv"
	"strings"
)

// look is how a cell is drawn. Equal looks share one number in the file.
type look struct {
	role   role
	tone   Tone
	format string // of a number or a day; a text has none
	right  bool
	wrap   bool // titles and headings run over the next cell otherwise
	link   bool
}

// role is what a cell is on its sheet.
type role uint8

const (
	roleText role = iota
	roleTitle
	roleSubtitle
	roleHeading1
	roleHeading2
	roleHeading3
	roleLabel
	roleValue
	roleMark
	roleMuted
	roleNote
	roleNoteLabel
	roleHead // of a table
	roleRowHead
	roleCell
)

// size is the height of the font, in points.
func (r role) size() int {
	switch r {
	case roleTitle:
		return 20
	case roleSubtitle, roleHeading2:
		return 13
	case roleHeading1:
		return 15
	default:
		return 11
	}
}

// headingRole is the role of a heading of a level, of which 0 reads as 1.
func headingRole(level int) role {
	switch level {
	case 2:
		return roleHeading2
	case 3:
		return roleHeading3
	default:
		return roleHeading1
	}
}

func (r role) bold() bool {
	switch r {
	case roleTitle, roleHeading1, roleHeading2, roleHeading3, roleLabel, roleNoteLabel, roleHead, roleRowHead:
		return true
	default:
		return false
	}
}

func (b *book) look(k look) int {
	n, known := b.looks[k]
	if !known {
		n = len(b.order) + 1 // 0 is the plain cell
		b.looks[k] = n
		b.order = append(b.order, k)
	}
	return n
}

// badge is the colours of a tone, as in style.css; no fill for neutral.
func (t Tone) badge() (ink, fill string) {
	switch t {
	case Neutral:
		return Ink, ""
	case Good:
		return "#0d4f3f", "#dff1ea"
	case Warn:
		return "#664000", "#fdeecb"
	case Bad:
		return "#851c28", "#fbe3e2"
	case Unknown:
	}
	return "#424a55", "#eceff3"
}

// argb is a colour of ours, "#rrggbb", as this format writes it.
func argb(colour string) string { return "FF" + strings.ToUpper(colour[1:]) }

const accent = "#14496b"

// styles writes the looks that the sheets used, in the order of their use.
func (b *book) styles() {
	s := sheet{
		fonts:   []string{font(look{})},
		fills:   []string{`<fill><patternFill patternType="none"/></fill>`, `<fill><patternFill patternType="gray125"/></fill>`}, // the format wants both
		borders: []string{`<border><left/><right/><top/><bottom/><diagonal/></border>`},
	}
	for _, k := range b.order {
		s.add(k)
	}
	b.part("xl/styles.xml")
	b.tag(`<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)
	b.group("numFmts", s.formats)
	b.group("fonts", s.fonts)
	b.group("fills", s.fills)
	b.group("borders", s.borders)
	b.tag(`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`)
	b.group("cellXfs", append([]string{`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`}, s.xfs...))
	b.tag(`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>`)
	var tones []string
	for _, t := range []Tone{Good, Warn, Bad, Unknown} {
		ink, fill := t.badge()
		tones = append(tones, `<dxf><font><color rgb="`+argb(ink)+`"/></font><fill><patternFill patternType="solid"><fgColor rgb="`+argb(fill)+`"/><bgColor rgb="`+argb(fill)+`"/></patternFill></fill></dxf>`)
	}
	b.group("dxfs", tones)
	b.tag(`</styleSheet>`)
}

// group writes a counted list of elements made of constants here.
func (b *book) group(name literal, list []string) {
	if len(list) == 0 {
		return
	}
	b.tag("<" + name + ` count="`)
	b.number(len(list))
	b.tag(`">`)
	for _, x := range list {
		b.tag(literal(x)) // no text of a document comes here
	}
	b.tag("</" + name + ">")
}

// sheet collects the parts of looks, each once.
type sheet struct{ formats, fonts, fills, borders, xfs []string }

func index(list *[]string, x string) int {
	i := slices.Index(*list, x)
	if i < 0 {
		i = len(*list)
		*list = append(*list, x)
	}
	return i
}

func (s *sheet) add(k look) {
	format := 0
	if k.format != "" {
		const first = 164 // lower ones are the programs' own
		used := slices.IndexFunc(s.formats, func(x string) bool { return strings.HasSuffix(x, `formatCode="`+k.format+`"/>`) })
		if used < 0 {
			used = len(s.formats)
			s.formats = append(s.formats, `<numFmt numFmtId="`+strconv.Itoa(first+used)+`" formatCode="`+k.format+`"/>`)
		}
		format = first + used
	}
	xf := `<xf numFmtId="` + strconv.Itoa(format) + `" fontId="` + strconv.Itoa(index(&s.fonts, font(k))) +
		`" fillId="` + strconv.Itoa(index(&s.fills, fill(k))) + `" borderId="` + strconv.Itoa(index(&s.borders, border(k))) + `" xfId="0"`
	if k.format == "" {
		xf += ` quotePrefix="1"`
	}
	s.xfs = append(s.xfs, xf+` applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">`+alignment(k)+`</xf>`)
}

func font(k look) string {
	ink, _ := k.tone.badge()
	var f strings.Builder
	f.WriteString("<font>")
	if k.role.bold() {
		f.WriteString("<b/>")
	}
	if k.tone == Unknown {
		f.WriteString("<i/>")
	}
	switch {
	case k.role == roleHead:
		ink = Paper
	case k.role == roleMuted || k.role == roleSubtitle || k.role == roleMark || k.role == roleHeading3:
		ink = Muted
	case k.link:
		ink = accent
	}
	if k.link {
		f.WriteString("<u/>")
	}
	f.WriteString(`<sz val="` + strconv.Itoa(k.role.size()) + `"/><color rgb="` + argb(ink) + `"/><name val="Calibri"/><family val="2"/></font>`)
	return f.String()
}

func fill(k look) string {
	_, colour := k.tone.badge()
	switch {
	case k.role == roleHead:
		colour = accent
	case colour == "" && (k.role == roleNote || k.role == roleNoteLabel):
		colour = "#f5f7f9"
	}
	if colour == "" {
		return `<fill><patternFill patternType="none"/></fill>`
	}
	return `<fill><patternFill patternType="solid"><fgColor rgb="` + argb(colour) + `"/><bgColor indexed="64"/></patternFill></fill>`
}

func border(k look) string {
	if k.role != roleHead && k.role != roleRowHead && k.role != roleCell {
		return `<border><left/><right/><top/><bottom/><diagonal/></border>`
	}
	side := ` style="thin"><color rgb="FFD9DFE5"/></`
	return `<border><left` + side + `left><right` + side + `right><top` + side + `top><bottom` + side + `bottom><diagonal/></border>`
}

func alignment(k look) string {
	a := `<alignment`
	switch {
	case k.right:
		a += ` horizontal="right"`
	case k.role == roleCell && k.format != "" && !strings.HasPrefix(k.format, "yyyy"):
	default:
		a += ` horizontal="left"`
	}
	a += ` vertical="top"`
	if k.wrap || k.role != roleTitle && k.role != roleSubtitle && (k.role < roleHeading1 || k.role > roleHeading3) {
		a += ` wrapText="1"`
	}
	return a + `/>`
}
