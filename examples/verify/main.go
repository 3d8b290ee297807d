// Command verify checks, on a machine without the records and without ismskit,
// what the ledger of an ismskit store proves: that a record was in the log when
// a checkpoint was signed and has not changed since, or that a newer checkpoint
// continues an older one.
//
//	verify -key key.txt checkpoint record.proof record.json
//	verify -key key.txt -consistency older newer consistency.proof
//
// The key is the public key that you were given, not one that came with the
// proof; the checkpoint is the one that you kept. It exits with 1 when something
// is not proven. It is short so that you can read all of it before you trust it,
// or write your own: docs/ledger.md has the formats.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "verify: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, out, usage io.Writer) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(usage)
	keyFile := flags.String("key", "", "`file` with the public key, name+hash+key (required)")
	consistency := flags.Bool("consistency", false, "check that a newer checkpoint continues an older one")
	language := flags.String("lang", "en", "`language` of the answer: en or nl")
	if err := flags.Parse(args); err != nil {
		return err
	}
	words, known := texts()[*language]
	if !known {
		return fmt.Errorf("language %q: want en or nl", *language)
	}
	names := append([]string{*keyFile}, flags.Args()...)
	if len(names) != 4 || *keyFile == "" {
		return errors.New("want -key and three files: checkpoint record.proof record.json, or -consistency older newer consistency.proof")
	}
	var files [4][]byte
	for i, name := range names {
		var err error
		if files[i], err = os.ReadFile(name); err != nil {
			return err
		}
	}
	key, err := note.NewVerifier(strings.TrimSpace(string(files[0])))
	if err != nil {
		return fmt.Errorf("%s: %w", *keyFile, err)
	}
	check := words.inclusion
	if *consistency {
		check = words.consistency
	}
	answer, err := check(key, files[1], files[2], files[3])
	if err != nil {
		return fmt.Errorf("%s: %w", words.not, err)
	}
	_, err = io.WriteString(out, answer)
	return err
}

// words is what the program says in one language.
type words struct{ record, deletion, included, contents, erased, consistent, limits, not string }

func texts() map[string]words {
	return map[string]words{
		"en": {
			record:     "record %d of %s: %s %s, revision %d, recorded at %s\n",
			deletion:   "this revision deletes it\n",
			included:   "proven: it is in the log of %s with %d records, unchanged since that checkpoint was signed\n",
			contents:   "by: %s\nreason: %s\ncontents: %s\n",
			erased:     "its contents were erased, or left out here; what is above is proven all the same\n",
			consistent: "proven: the log of %s with %d records begins with all %d records of the older checkpoint, unchanged\n",
			limits:     "not proven: that a record is true, who made it, or that it was made at that time\n",
			not:        "not proven",
		},
		"nl": {
			record:     "record %d van %s: %s %s, revisie %d, vastgelegd op %s\n",
			deletion:   "deze revisie verwijdert het\n",
			included:   "bewezen: het staat in het logboek van %s met %d records, ongewijzigd sinds dat controlepunt is ondertekend\n",
			contents:   "door: %s\nreden: %s\ninhoud: %s\n",
			erased:     "de inhoud is gewist, of hier weggelaten; wat hierboven staat is toch bewezen\n",
			consistent: "bewezen: het logboek van %s met %d records begint met alle %d records van het oudere controlepunt, ongewijzigd\n",
			limits:     "niet bewezen: dat een record waar is, wie het maakte, of dat het op dat moment is gemaakt\n",
			not:        "niet bewezen",
		},
	}
}

func (w words) inclusion(key note.Verifier, signed, proof, file []byte) (string, error) {
	r, err := readRecord(file)
	if err != nil {
		return "", fmt.Errorf("record: %w", err)
	}
	cp, err := openCheckpoint(key, signed)
	if err != nil {
		return "", err
	}
	if want := key.Name() + "/" + r.Tenant; cp.origin != want {
		return "", fmt.Errorf("the checkpoint is of %s, and the record of %s", cp.origin, want)
	}
	index, hashes, err := readLines("c2sp.org/tlog-proof@v1\nindex ", string(proof))
	if err != nil {
		return "", err
	}
	if index != r.Seq-1 {
		return "", fmt.Errorf("the proof is of record %d, and this is record %d", index+1, r.Seq)
	}
	if err := tlog.CheckRecord(hashes, cp.size, cp.root, index, tlog.RecordHash(r.leaf())); err != nil {
		return "", err
	}
	whole := bytes.Equal(r.sum(), r.Digest)
	if !whole && len(r.Salt)+len(r.By)+len(r.Note)+len(r.Terms)+len(r.Data) > 0 {
		return "", errors.New("what the record holds does not match its digest")
	}
	answer := fmt.Sprintf(w.record, r.Seq, plain(r.Tenant), plain(r.Kind), plain(r.ID), r.Rev, r.At.UTC().Format(time.RFC3339Nano))
	if r.Deleted {
		answer += w.deletion
	}
	answer += fmt.Sprintf(w.included, plain(cp.origin), cp.size)
	if whole {
		answer += fmt.Sprintf(w.contents, plain(string(r.By)), plain(string(r.Note)), plain(string(r.Data)))
	} else {
		answer += w.erased
	}
	return answer + w.limits, nil
}

func (w words) consistency(key note.Verifier, older, newer, proof []byte) (string, error) {
	from, errOlder := openCheckpoint(key, older)
	to, errNewer := openCheckpoint(key, newer)
	if err := errors.Join(errOlder, errNewer); err != nil {
		return "", err
	}
	size, hashes, err := readLines("old ", string(proof))
	empty, _ := tlog.TreeHash(0, nil)
	switch {
	case err != nil:
	case from.origin != to.origin || from.size != size:
		err = fmt.Errorf("from %s, record %d, to %s, by a proof from record %d", from.origin, from.size, to.origin, size)
	case size == 0 && len(hashes) == 0 && from.root == empty: // anything continues an empty log
	default:
		err = tlog.CheckTree(hashes, to.size, to.root, size, from.root)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(w.consistent, plain(to.origin), to.size, from.size) + w.limits, nil
}

// checkpoint is the text of a C2SP tlog-checkpoint.
type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

func openCheckpoint(key note.Verifier, signed []byte) (c checkpoint, err error) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return c, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.SplitAfterN(n.Text+"\n\n", "\n", 4) // what follows the third line says nothing to us
	size, hashes, err := readLines(lines[0], strings.Join(lines[:3], ""))
	if err != nil || len(hashes) != 1 {
		return c, errors.New("checkpoint: want origin, size and root hash")
	}
	return checkpoint{strings.TrimSuffix(lines[0], "\n"), size, hashes[0]}, nil
}

// readLines reads a number and hashes, one a line, each in the one way to write it.
func readLines(begin, from string) (n int64, hashes []tlog.Hash, err error) {
	rest, right := strings.CutPrefix(from, begin)
	lines := strings.Split(rest, "\n")
	last := len(lines) - 1
	n, err = strconv.ParseInt(lines[0], 10, 64)
	if !right || err != nil || n < 0 || strconv.FormatInt(n, 10) != lines[0] || last < 1 || last > 130 || lines[last] != "" {
		return 0, nil, fmt.Errorf("want %q, a number, and hashes, one a line", begin)
	}
	for _, line := range lines[1:last] {
		h, err := tlog.ParseHash(line)
		if err != nil || h.String() != line {
			return 0, nil, fmt.Errorf("%q: want 32 bytes in base64", line)
		}
		hashes = append(hashes, h)
	}
	return n, hashes, nil
}

// plain is text that a terminal can show without being told what to do.
func plain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(s)
	}
	return s
}

// record is the file of one record.
type record struct {
	Format, Tenant, Kind, ID string
	Seq, Tx, Rev, Schema     int64
	At                       time.Time
	Deleted                  bool
	Digest, Salt             []byte
	By, Note, Data           text
	Terms                    [][2]text
}

func readRecord(b []byte) (r record, err error) {
	err = strictly(b, &r, "format", "tenant", "seq", "tx", "kind", "id", "rev", "at", "schema", "deleted", "digest", "salt",
		"by", "note", "terms", "data")
	if err == nil && r.Format != "ismskit record 1" {
		err = fmt.Errorf("format %q is not known", r.Format)
	}
	return r, err
}

// strictly reads a JSON object with these members, in this spelling and each once.
func strictly(b []byte, to any, names ...string) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("want a JSON object")
	}
	for d.More() {
		name, err := d.Token()
		i := slices.IndexFunc(names, func(s string) bool { return s == name })
		if err != nil || i < 0 || d.Decode(new(json.RawMessage)) != nil {
			return fmt.Errorf("member %v is unknown, there twice, or no JSON", name)
		}
		names = slices.Delete(names, i, i+1)
	}
	return json.Unmarshal(b, to)
}

// text is a JSON string, or {"base64": ...} for bytes that are not text.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	var raw struct{ Base64 []byte }
	err := strictly(b, &raw, "base64")
	*t = text(raw.Base64)
	return err
}

// encode appends numbers as eight bytes, big-endian, and text after its length.
func encode(b []byte, parts ...any) []byte {
	for _, p := range parts {
		switch p := p.(type) {
		case int64:
			b = binary.BigEndian.AppendUint64(b, uint64(p))
		case string:
			b = append(encode(b, int64(len(p))), p...)
		}
	}
	return b
}

// leaf is the entry of the record in the log.
func (r record) leaf() []byte {
	b := encode([]byte("ismskit leaf 1\n"), r.Tenant, r.Kind, r.ID, string(r.Digest),
		r.Seq, r.Tx, r.Rev, r.Schema, r.At.Unix(), int64(r.At.Nanosecond()))
	if r.Deleted {
		return append(b, 1)
	}
	return append(b, 0)
}

// sum is the digest of what the record holds.
func (r record) sum() []byte {
	b := encode(nil, string(r.Salt), string(r.By), string(r.Note), int64(len(r.Terms)))
	for _, t := range r.Terms {
		b = encode(b, string(t[0]), string(t[1]))
	}
	sum := sha256.Sum256(encode(b, string(r.Data)))
	return sum[:]
}
