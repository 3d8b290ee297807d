package storetest

import (
	"bytes"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

func verbatimChecks() []check {
	return []check{
		{"verbatim data", checkData},
		{"verbatim texts", checkTexts},
		{"verbatim time", checkTime},
		{"verbatim numbers", checkNumbers},
		{"verbatim digest", checkDigest},
	}
}

// checkData: Data is kept byte for byte, whatever it looks like.
func checkData(e *env) {
	var all []byte
	for b := range 256 {
		all = append(all, byte(b))
	}
	drafts := []driver.Record{
		draft("data", "json-spaced", "{ \"b\" : 1.0, \"a\":\t[1 , 2],\n \"b\": 1e2 }\n"),
		draft("data", "json-escaped", `{"a":"\u003c\u00e9<é","n":12345678901234567890.10}`),
		draft("data", "every-byte", string(all)),
		draft("data", "zero-byte", "\x00"),
		draft("data", "not-utf-8", "\xff\xfe\xc3("),
		draft("data", "white", " \r\n\t "),
		draft("data", "large", strings.Repeat("0123456789abcdef", 1<<14)),
		draft("data", "empty", ""),
	}
	drafts = append(drafts, driver.Record{Kind: "data", ID: "nil", Schema: 1})
	e.commit(acme, drafts...)
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("latest", r, e.logs[acme]) })
}

// checkTexts: By, Note and Terms are kept as they are, and a term is found by
// its exact bytes.
func checkTexts(e *env) {
	for i, text := range []string{
		"two\nlines\r\nand a tab\t", " blanks around ", `quotes ' " \ and % _ * ? ; --`, "Ä ß é e\u0301 ＡＢＣ \u202e 漢 \U0001f512",
		"UPPER and lower", "nul \x00 inside", "not UTF-8: \xff\xc3(", strings.Repeat("long ", 500),
	} {
		id := "t" + string(rune('0'+i))
		term := driver.Term{Key: "key " + text, Value: text}
		r := draft("text", id, "data", term)
		r.By, r.Note = "by "+text, text
		e.commit(acme, r)
		e.view(acme, driver.Latest, func(r driver.Reader) {
			e.sameGet("latest", r, e.logs[acme], "text", id)
			e.sameScan("latest", r, e.logs[acme], driver.Query{Kind: "text", Terms: []driver.Term{term}})
		})
	}
	many := make([]driver.Term, 0, 60)
	for i := range cap(many) {
		many = append(many, driver.Term{Key: "k" + string(rune('A'+i)), Value: ""})
	}
	e.commit(acme, draft("text", "many-terms", "data", many...))
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("latest", r, e.logs[acme]) })
}

// checkTime: At is kept to the microsecond and in UTC.
func checkTime(e *env) {
	for _, at := range []time.Time{
		time.Date(1970, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(2026, 3, 29, 1, 30, 0, 999999000, time.UTC), // does not exist on clocks in Amsterdam
		time.Date(2026, 10, 25, 1, 0, 0, 10000, time.UTC),     // the second time that it is 2 there
		time.Date(2026, 10, 25, 1, 0, 0, 10000, time.UTC),     // the same moment again
		time.Date(2400, 2, 29, 23, 59, 59, 500000000, time.UTC),
	} {
		records := e.logs[acme].next(draft("time", "x", "data"))
		records[0].At = at
		if err := e.update(acme, func(w driver.Writer) error { return w.Append(records...) }); err != nil {
			e.Fatalf("Update with a record at %s = %v, want nil", short(at), err)
		}
		e.logs[acme] = append(e.logs[acme], records...)
		e.view(acme, driver.Latest, func(r driver.Reader) { e.same("latest", r, e.logs[acme]) })
	}
}

// checkNumbers: Schema and Tx are the caller's to choose.
func checkNumbers(e *env) {
	for i, schema := range []int{0, 1, 7, 1 << 30} {
		r := draft("number", "n"+string(rune('0'+i)), "data")
		r.Schema = schema
		e.commit(acme, r, draft("number", "other", "data"), draft("number", "third", "data"))
	}
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("latest", r, e.logs[acme]) })
}

// checkDigest: Salt and Digest are kept, so that Sum of what is read is Digest;
// and they are kept when they are not what Sum gives.
func checkDigest(e *env) {
	e.commit(acme, draft("a", "x", "{ }", driver.Term{Key: "k", Value: "v"}), tombstone("a", "y"))
	e.view(acme, driver.Latest, func(r driver.Reader) {
		for rec, err := range r.Log(0) {
			if err != nil || !bytes.Equal(driver.Sum(rec), rec.Digest) {
				e.Errorf("Sum(%s/%s) = %x, %v; want its Digest %x", rec.Kind, rec.ID, driver.Sum(rec), err, rec.Digest)
			}
		}
	})
	records := e.logs[acme].next(draft("a", "z", "data"), draft("a", "zz", "data"))
	records[0].Salt, records[0].Digest = nil, []byte("of another program")
	records[1].Salt, records[1].Digest = []byte{0, 255, 0}, nil
	if err := e.update(acme, func(w driver.Writer) error { return w.Append(records...) }); err != nil {
		e.Fatalf("Update with a Digest of the caller's own = %v, want nil", err)
	}
	e.logs[acme] = append(e.logs[acme], records...)
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("latest", r, e.logs[acme]) })
}
