package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func sample(name string) string { return filepath.Join("testdata", name) }

// verify runs the program and returns what it says.
func verify(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, usage bytes.Buffer
	err := run(append([]string{"-key", sample("key.txt")}, args...), &out, &usage)
	return out.String(), err
}

func TestSamples(t *testing.T) {
	limits := "not proven: that a record is true, who made it, or that it was made at that time\n"
	included := "proven: it is in the log of acme.example/isms/acme with 7 records, unchanged since that checkpoint was signed\n"
	for name, want := range map[string]string{
		"risk": "record 3 of acme: risk r-1, revision 1, recorded at 2026-03-01T09:00:00.123456Z\n" + included +
			"by: person:p-17\nreason: quarterly review\n" +
			`contents: {"title":{"en":"Stolen laptop","nl":"Gestolen laptop"}}` + "\n" + limits,
		"deleted": "record 4 of acme: risk r-1, revision 2, recorded at 2026-03-01T09:00:00.123456Z\n" +
			"this revision deletes it\n" + included + "by: person:p-17\nreason: quarterly review\ncontents: \n" + limits,
		"erased": "record 5 of acme: person p-17, revision 1, recorded at 2026-03-01T09:00:00.123456Z\n" + included +
			"its contents were erased, or left out here; what is above is proven all the same\n" + limits,
		"bytes": "record 6 of acme: blob b, revision 1, recorded at 2026-03-01T09:00:00.123456Z\n" + included +
			"by: person:p-17\nreason: quarterly review\n" + `contents: "\xff\x00\"\n"` + "\n" + limits,
	} {
		got, err := verify(t, sample("checkpoint"), sample(name+".proof"), sample(name+".json"))
		if err != nil || got != want {
			t.Errorf("verify %s = %v\n%s\nwant\n%s", name, err, got, want)
		}
	}
	got, err := verify(t, "-consistency", sample("older"), sample("checkpoint"), sample("consistency.proof"))
	want := "proven: the log of acme.example/isms/acme with 7 records begins with all 3 records of the older checkpoint, unchanged\n"
	if err != nil || got != want+limits {
		t.Errorf("verify -consistency = %v\n%s\nwant\n%s", err, got, want+limits)
	}
}

// Both languages say the same, with the same arguments.
func TestLanguages(t *testing.T) {
	got, err := verify(t, "-lang", "nl", sample("checkpoint"), sample("erased.proof"), sample("erased.json"))
	if err != nil || !strings.Contains(got, "gewist") || strings.Contains(got, "%!") {
		t.Errorf("verify -lang nl = %v\n%s", err, got)
	}
	got, err = verify(t, "-lang", "nl", "-consistency", sample("older"), sample("checkpoint"), sample("consistency.proof"))
	if err != nil || !strings.Contains(got, "alle 3 records") || strings.Contains(got, "%!") {
		t.Errorf("verify -lang nl -consistency = %v\n%s", err, got)
	}
	if _, err := verify(t, "-lang", "xx", sample("checkpoint"), sample("risk.proof"), sample("risk.json")); err == nil {
		t.Error("verify -lang xx = nil, want an error")
	}
}

// Every byte of a proof and of the text of a checkpoint matters; one of a record
// does unless the record reads the same.
func TestFlips(t *testing.T) {
	for _, args := range [][]string{
		{sample("checkpoint"), sample("risk.proof"), sample("risk.json")},
		{"-consistency", sample("older"), sample("checkpoint"), sample("consistency.proof")},
	} {
		for i, arg := range args {
			if !strings.HasPrefix(arg, "-") {
				flips(t, args, i)
			}
		}
	}
}

// flips runs the program with each byte of one of its files changed.
func flips(t *testing.T, args []string, i int) {
	t.Helper()
	want, err := verify(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(args[i])
	if err != nil {
		t.Fatal(err)
	}
	name := args[i]
	args = slices.Clone(args)
	args[i] = filepath.Join(t.TempDir(), "flipped")
	for at := range b {
		flipped := slices.Clone(b)
		flipped[at] ^= 1 << (at % 8)
		if err := os.WriteFile(args[i], flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		// The last letter of a signature, salt or digest has bits to spare.
		if got, err := verify(t, args...); err == nil && (got != want || !spare(b, at)) {
			t.Errorf("verify %q with byte %d of %s flipped, from %q = nil, want an error; it said\n%s", args, at, name, b[at], got)
		}
	}
}

// spare reports whether b[i] is the last letter of base64 before its padding.
func spare(b []byte, i int) bool { return i+1 < len(b) && b[i+1] == '=' }

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	read := func(name string) string {
		b, err := os.ReadFile(sample(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	signer, vkey := key(t)
	sign := func(text string) string {
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	if vkey+"\n" != read("key.txt") {
		t.Fatalf("key.txt = %q, want %q", read("key.txt"), vkey)
	}
	cp, proof, rec := sample("checkpoint"), sample("risk.proof"), sample("risk.json")
	risk := read("risk.json")
	lines := strings.Split(read("checkpoint"), "\n")
	nothing := sha256.Sum256(nil)
	empty := sign("acme.example/isms/acme\n0\n" + tlog.Hash(nothing).String() + "\n")
	for name, args := range map[string][]string{
		"no file":           {cp, proof},
		"a missing file":    {cp, proof, filepath.Join(dir, "none")},
		"another record":    {cp, proof, sample("erased.json")},
		"another proof":     {cp, sample("erased.proof"), rec},
		"older checkpoint":  {sample("older"), sample("bytes.proof"), sample("bytes.json")},
		"data twice":        {cp, proof, write("twice", strings.Replace(risk, `  "data"`, "  \"data\": \"{}\",\n  \"data\"", 1))},
		"DATA as well":      {cp, proof, write("case", strings.Replace(risk, `  "data"`, "  \"DATA\": \"{}\",\n  \"data\"", 1))},
		"an unknown member": {cp, proof, write("more", strings.Replace(risk, `  "data"`, "  \"x\": 1,\n  \"data\"", 1))},
		"another format":    {cp, proof, write("format", strings.Replace(risk, "record 1", "record 2", 1))},
		"half erased":       {cp, proof, write("half", strings.Replace(risk, "quarterly review", "", 1))},
		"another tenant":    {cp, proof, write("tenant", strings.Replace(risk, "acme", "globex", 1))},
		"another origin":    {write("origin", sign("elsewhere/acme\n"+lines[1]+"\n"+lines[2]+"\n")), proof, rec},
		"a zero before":     {cp, write("zeros", strings.Replace(read("risk.proof"), "index 2", "index 02", 1)), rec},
		"another base64":    {cp, write("base64", strings.Replace(read("risk.proof"), "D8E0=", "D8E1=", 1)), rec},
		"another old size":  {"-consistency", sample("older"), cp, write("four", strings.Replace(read("consistency.proof"), "old 3", "old 4", 1))},
		"no JSON":           {cp, proof, write("json", "{")},
		"nothing":           {write("1", ""), write("2", ""), write("3", "")},
		"two lines":         {write("short", sign(lines[0]+"\n7\n")), proof, rec},
		"two logs":          {"-consistency", sample("older"), write("log", sign("acme.example/isms/globex\n"+lines[1]+"\n"+lines[2]+"\n")), sample("consistency.proof")},
		"the wrong way":     {"-consistency", cp, sample("older"), sample("consistency.proof")},
		"a size of nothing": {"-consistency", write("zero", sign(lines[0]+"\n0\n"+lines[2]+"\n")), cp, write("old0", "old 0\n")},
	} {
		if out, err := verify(t, args...); err == nil || out != "" {
			t.Errorf("verify of %s = %v, said %q, want an error", name, err, out)
		}
	}
	if _, err := verify(t, "-consistency", write("empty", empty), cp, write("old 0", "old 0\n")); err != nil {
		t.Errorf("verify of a log that was empty = %v, want nil", err)
	}
	if _, err := verify(t, write("extended", sign(strings.Join(lines[:3], "\n")+"\nmore\n")), proof, rec); err != nil {
		t.Errorf("verify with a line more in the checkpoint = %v, want nil", err)
	}
}

// What a record says cannot command a terminal.
func TestPlain(t *testing.T) {
	for s, want := range map[string]string{"Zoë, p-17": "Zoë, p-17", "\x1b[2Jgone": `"\x1b[2Jgone"`, "\u202ereversed": `"\u202ereversed"`, "\xff": `"\xff"`} {
		if got := plain(s); got != want {
			t.Errorf("plain(%q) = %s, want %s", s, got, want)
		}
	}
}

// key is the key of the samples.
func key(t *testing.T) (note.Signer, string) {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	vkey, err := note.NewEd25519VerifierKey("acme.example/isms", private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, private.Seed()...))
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+acme.example/isms+%s+%s", strings.Split(vkey, "+")[1], secret))
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

// It stands alone, and is short.
func TestStandsAlone(t *testing.T) {
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(program, []byte("\n")); n > 300 {
		t.Errorf("the program has %d lines, want at most 300", n)
	}
	deps, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.FieldsSeq(string(deps)) {
		first, _, _ := strings.Cut(dep, "/")
		own := dep == "github.com/ismskit/ismskit/examples/verify"
		if strings.Contains(first, ".") && !strings.HasPrefix(dep, "golang.org/x/mod/") && !own {
			t.Errorf("the program depends on %s, want the standard library and golang.org/x/mod", dep)
		}
	}
}

// The samples are those that package ledger makes.
func TestSamplesAreThoseOfTheLedger(t *testing.T) {
	files, err := filepath.Glob("../../isms/ledger/testdata/v1/*")
	if err != nil || len(files) < 11 {
		t.Fatalf("%d golden files, %v, want at least 11", len(files), err)
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(sample(filepath.Base(file)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s, %v", sample(filepath.Base(file)), file, err)
		}
	}
}
