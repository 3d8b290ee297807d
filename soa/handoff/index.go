package handoff

import (
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// pages are the index of a pack, for people and as one table.
type pages struct {
	page  report.Document
	table report.Table
}

// indexing makes the index, in the language of the pack.
type indexing struct {
	Pack

	files    []file
	attached []attachment
	proven   []Proof
	unproven []isms.Link
	key      string
}

func (p Pack) index(files []file, attached []attachment, proven []Proof, unproven []isms.Link, key string) pages {
	x := indexing{p, files, attached, proven, unproven, key}
	doc := report.Document{
		Title:    x.say("Evidence pack", "Bewijspakket"),
		Subtitle: p.Organization,
		Lang:     p.Lang,
		Meta:     x.control(),
	}
	doc.Blocks = append(doc.Blocks, x.meaning()...)
	doc.Blocks = append(doc.Blocks,
		report.Heading{ID: "reports", Text: x.say("Reports", "Rapporten")}, x.reports(),
		report.Heading{ID: "files", Text: x.say("Documents and evidence", "Documenten en bewijs")})
	if n := x.count(FileDiffers) + x.count(FileMissing); n > 0 {
		doc.Blocks = append(doc.Blocks, report.Note{Tone: report.Bad, Text: x.say(
			fmt.Sprintf("%d files are missing, or are not those that their records name.", n),
			fmt.Sprintf("%d bestanden ontbreken, of zijn niet die welke hun registratie noemt.", n))})
	}
	doc.Blocks = append(doc.Blocks, x.attachments(),
		report.Heading{ID: "records", Text: x.say("Records", "Registraties")})
	if n := len(unproven); n > 0 {
		doc.Blocks = append(doc.Blocks, report.Note{Tone: report.Warn, Text: x.say(
			fmt.Sprintf("%d records are not proven: they are not among those of the checkpoint.", n),
			fmt.Sprintf("%d registraties zijn niet bewezen: ze staan niet onder het controlepunt.", n))})
	}
	doc.Blocks = append(doc.Blocks, x.records())
	return pages{doc, x.table()}
}

func (x indexing) say(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(x.Lang) }

func (x indexing) count(s FileState) (n int) {
	for _, a := range x.attached {
		if a.State == s {
			n++
		}
	}
	return n
}

func (x indexing) control() []report.Field {
	fields := []report.Field{
		{Name: x.say("Made on", "Gemaakt op"), Value: report.Day(x.Made.String())},
		{Name: x.say("Signed with the key", "Ondertekend met de sleutel"), Value: report.Text(x.key)},
	}
	if lines := strings.SplitN(string(x.Checkpoint), "\n", 4); len(lines) == 4 {
		fields = append(fields,
			report.Field{Name: x.say("Checkpoint of", "Controlepunt van"), Value: report.Text(lines[0])},
			report.Field{Name: x.say("Records under it", "Registraties eronder"), Value: report.Text(lines[1])},
			report.Field{Name: x.say("Their root hash", "Hun wortelhash"), Value: report.Link(lines[2], checkpoint)})
	}
	return fields
}

// meaning says what the pack proves and what not.
func (x indexing) meaning() []report.Block {
	item := func(en, nl string) report.Cell { return report.Text(x.say(en, nl)) }
	return []report.Block{
		report.Heading{ID: "meaning", Text: x.say("What this pack proves, and what not", "Wat dit pakket bewijst, en wat niet")},
		report.Paragraph(x.say(
			"Verified with the public key of the organization, it proves:",
			"Gecontroleerd met de openbare sleutel van de organisatie bewijst het:")),
		report.List{Items: []report.Cell{
			item("its files are those that were signed, all of them and no other;",
				"de bestanden zijn die welke zijn ondertekend, allemaal en geen andere;"),
			item("each record listed as proven is unaltered since the checkpoint was signed, and has its place in the log.",
				"elke registratie die als bewezen is vermeld, is ongewijzigd sinds het controlepunt is ondertekend, en heeft haar plaats in het logboek."),
		}},
		report.Paragraph(x.say("It does not prove:", "Het bewijst niet:")),
		report.List{Items: []report.Cell{
			item("that a record or a file is true, who made it, or when;",
				"dat een registratie of bestand waar is, wie het maakte, of wanneer;"),
			item("that nothing was left out, or changed before the checkpoint was signed;",
				"dat er niets is weggelaten, of gewijzigd voordat het controlepunt is ondertekend;"),
			item("that there is no newer pack;", "dat er geen nieuwer pakket is;"),
			item("that the organization conforms to a standard. That is for people to judge.",
				"dat de organisatie aan een norm voldoet. Dat oordeel is aan mensen."),
		}},
		report.Paragraph(x.say(
			"Use a public key that you were given in another way than with this pack, and the ZIP file as you received it: one that was packed again does not verify.",
			"Gebruik een openbare sleutel die u op een andere manier dan met dit pakket hebt gekregen, en het ZIP-bestand zoals u het ontving: een opnieuw ingepakt bestand doorstaat de controle niet.")),
	}
}

func (x indexing) reports() report.Table {
	t := report.Table{
		Caption: x.say("Reports in this pack", "Rapporten in dit pakket"),
		Columns: []report.Column{
			{Title: x.say("What", "Wat"), Width: 40},
			{Title: x.say("File", "Bestand")},
			{Title: x.say("Bytes", "Bytes"), Kind: report.KindNumber},
		},
	}
	for _, f := range x.files {
		if f.title != "" {
			t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(f.title), report.Link(f.name, f.name), report.Int(int(f.size))}})
		}
	}
	return t
}

func (x indexing) attachments() report.Table {
	t := report.Table{
		Caption: x.say("Files that the records name", "Bestanden die de registraties noemen"),
		Columns: []report.Column{
			{Title: x.say("Number", "Nummer")},
			{Title: x.say("Title", "Titel"), Width: 25},
			{Title: x.say("Record", "Registratie")},
			{Title: x.say("Place in the record", "Vindplaats volgens de registratie"), Width: 20},
			{Title: x.say("State", "Stand"), Width: 20},
			{Title: x.say("File", "Bestand")},
		},
	}
	for _, a := range x.attached {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(a.label), report.Text(a.title.In(x.Lang)), report.Text(a.Record.String()), report.Text(a.location),
			report.Text(a.State.Label(x.Lang)).Toned(a.State.tone()), report.Link(a.File, a.File),
		}})
	}
	return t
}

func (s FileState) tone() report.Tone {
	switch s {
	case FileMatches:
		return report.Good
	case FileDiffers, FileMissing:
		return report.Bad
	case FileUncompared:
		return report.Unknown
	case FileElsewhere:
	}
	return report.Neutral
}

func (x indexing) records() report.Table {
	t := report.Table{
		Caption: x.say("Records and their proofs", "Registraties en hun bewijs"),
		Columns: []report.Column{
			{Title: x.say("Record", "Registratie")},
			{Title: x.say("Place in the log", "Plaats in het logboek"), Kind: report.KindNumber},
			{Title: x.say("Contents", "Inhoud")},
			{Title: x.say("Proof", "Bewijs")},
		},
	}
	for _, p := range x.proven {
		record, proof := proofNames(p.Seq)
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(p.Record.String()), report.Int(int(p.Seq)), report.Link(record, record), report.Link(proof, proof),
		}})
	}
	for _, l := range x.unproven {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(l.String()), {}, {}, report.Text(x.say("not proven", "niet bewezen")).Toned(report.Warn),
		}})
	}
	return t
}

// table is the whole index as one table: a line for each file, and for each that
// is missing.
func (x indexing) table() report.Table {
	t := report.Table{Columns: []report.Column{
		{Title: x.say("File", "Bestand")},
		{Title: x.say("What", "Wat")},
		{Title: x.say("Record", "Registratie")},
		{Title: x.say("State", "Stand")},
		{Title: x.say("Bytes", "Bytes"), Kind: report.KindNumber},
		{Title: "SHA-256"},
	}}
	what := map[string][3]string{checkpoint: {x.say("checkpoint", "controlepunt")}}
	for _, a := range x.attached {
		what[a.File] = [3]string{a.title.In(x.Lang), a.Record.String(), a.State.Label(x.Lang)}
	}
	for _, p := range x.proven {
		record, proof := proofNames(p.Seq)
		what[record] = [3]string{x.say("record", "registratie"), p.Record.String()}
		what[proof] = [3]string{x.say("proof", "bewijs"), p.Record.String()}
	}
	line := func(name string, is [3]string, size, sum report.Cell) {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(name), report.Text(is[0]), report.Text(is[1]), report.Text(is[2]), size, sum,
		}})
	}
	for _, f := range x.files {
		is := what[f.name]
		if f.title != "" {
			is[0] = f.title
		}
		line(f.name, is, report.Int(int(f.size)), report.Text(f.hex()))
	}
	for _, a := range x.attached {
		if a.File == "" {
			line("", [3]string{a.title.In(x.Lang), a.Record.String(), a.State.Label(x.Lang)}, report.Cell{}, report.Cell{})
		}
	}
	for _, l := range x.unproven {
		line("", [3]string{x.say("record", "registratie"), l.String(), x.say("not proven", "niet bewezen")}, report.Cell{}, report.Cell{})
	}
	return t
}
