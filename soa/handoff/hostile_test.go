package handoff_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/soa/handoff"
)

// packed makes a ZIP file with the standard library, as somebody else would.
func packed(tb testing.TB, build func(*zip.Writer)) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	build(w)
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func put(tb testing.TB, w *zip.Writer, h zip.FileHeader, data []byte) {
	tb.Helper()
	f, err := w.CreateHeader(&h)
	if err == nil {
		_, err = f.Write(data)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// A pack that was unpacked and packed again, by another program or with more in
// it, is refused entry by entry, and nothing of such an entry is read.
func TestPackedAgain(t *testing.T) {
	files := unzip(write(t, newAcme(t).small(t)))
	for name, method := range map[string]uint16{"stored": zip.Store, "deflated": zip.Deflate} {
		b := packed(t, func(w *zip.Writer) {
			for _, f := range files {
				put(t, w, zip.FileHeader{Name: f.name, Method: method}, f.data)
			}
		})
		_, err := verify(t, b)
		found := problems(t, err)
		if len(found) < len(files) || found[0] != "entry index.html" {
			t.Errorf("Verify of a pack that was %s again = %v, want each file refused", name, found)
		}
	}
}

// Names that lead elsewhere, links, bombs and what hides beside a ZIP file.
func TestHostileZips(t *testing.T) {
	good := write(t, newAcme(t).small(t))
	files := unzip(good)
	named := func(name string) []byte { return rezip(append(unzip(good), zipped{name, []byte("x")})) }
	cases := map[string]struct {
		b    []byte
		want string
	}{
		"nothing":              {nil, "container"},
		"text":                 {[]byte(strings.Repeat("no ZIP file\n", 10)), "container"},
		"half a pack":          {good[:len(good)/2], "container"},
		"one byte less":        {good[:len(good)-1], "container"},
		"one byte more":        {append(bytes.Clone(good), 0), "container"},
		"something before it":  {append([]byte("MZ"), good...), "container"},
		"a comment":            {comment(good, "see https://example.com"), "container"},
		"two ends":             {append(bytes.Clone(good), good[len(good)-22:]...), "container"},
		"../":                  {named("../../etc/passwd"), "name ../../etc/passwd"},
		"inside ../":           {named("evidence/../../x"), "name evidence/../../x"},
		"from the root":        {named("/etc/passwd"), "name /etc/passwd"},
		"a drive":              {named("c:\\windows\\x"), "name c:\\windows\\x"},
		"a backslash":          {named("evidence\\..\\x"), "name evidence\\..\\x"},
		"a device of Windows":  {named("evidence/nul.txt"), "name evidence/nul.txt"},
		"capitals":             {named("INDEX.HTML"), "name INDEX.HTML"},
		"a directory":          {named("evidence/"), "name evidence/"},
		"no name":              {named(""), "name"},
		"a zero byte":          {named("a\x00b"), "name a\x00b"},
		"not UTF-8":            {named("a\xff"), "name a\uFFFD"},
		"text turned around":   {named("a\u202etxt.exe"), "name a\u202etxt.exe"},
		"a name of 65535":      {named(strings.Repeat("a", 65_535)), "name " + strings.Repeat("a", 65_535)},
		"a name twice":         {named("index.html"), "twice index.html"},
		"another entry's data": {overlapping(files), "entry x/second"},
		"a 4 GiB claim":        {claiming(good), "entry index.html"},
		"a wrong checksum":     {checksum(good), "entry index.html"},
		"65535 files":          {counting(good), "container"},
		"a symbolic link": {packed(t, func(w *zip.Writer) {
			h := zip.FileHeader{Name: "evidence/link"}
			h.SetMode(fs.ModeSymlink | 0o777)
			put(t, w, h, []byte("/etc/passwd"))
		}), "entry evidence/link"},
		"a bomb": {bomb(t), "entry bomb"},
	}
	for name, c := range cases {
		_, err := verify(t, c.b)
		found := problems(t, err)
		ok := false
		for _, f := range found {
			ok = ok || f == c.want
		}
		if !ok {
			t.Errorf("Verify of a ZIP file with %.40s = %.200q, want %.60q", name, found, c.want)
		}
	}
}

func comment(b []byte, s string) []byte {
	b = append(bytes.Clone(b), s...)
	binary.LittleEndian.PutUint16(b[len(b)-len(s)-2:], uint16(len(s)))
	return b
}

// overlapping has a second entry that lies inside the first.
func overlapping(files []zipped) []byte {
	inner := rezip([]zipped{{"x/second", []byte("inner")}})
	inner = inner[:30+len("x/second")+5]
	files = append(files, zipped{"x/first", inner}, zipped{"x/second", []byte("inner")})
	b := rezip(files)
	// the second entry's offset becomes that of the header inside the first
	first := bytes.Index(b, []byte("x/first"))
	line := bytes.LastIndex(b, []byte("x/second")) - 46
	binary.LittleEndian.PutUint32(b[line+42:], uint32(first+len("x/first")))
	return b
}

// claiming says of the first entry that it has 4 GiB.
func claiming(good []byte) []byte {
	b := bytes.Clone(good)
	line := bytes.Index(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[line+20:], 0xfffffff0)
	binary.LittleEndian.PutUint32(b[line+24:], 0xfffffff0)
	binary.LittleEndian.PutUint32(b[18:], 0xfffffff0)
	binary.LittleEndian.PutUint32(b[22:], 0xfffffff0)
	return b
}

// checksum has another checksum of the first entry, in both places.
func checksum(good []byte) []byte {
	b := bytes.Clone(good)
	b[14]++
	b[bytes.Index(b, []byte("PK\x01\x02"))+16]++
	return b
}

// counting says that there are more files than the directory has room for.
func counting(good []byte) []byte {
	b := bytes.Clone(good)
	binary.LittleEndian.PutUint16(b[len(b)-14:], 65_535)
	binary.LittleEndian.PutUint16(b[len(b)-12:], 65_535)
	return b
}

// bomb is an entry of 1 GiB in 1 MiB.
func bomb(tb testing.TB) []byte {
	tb.Helper()
	var compressed bytes.Buffer
	w, err := flate.NewWriter(&compressed, flate.BestSpeed)
	if err == nil {
		_, err = io.CopyN(w, zeros{}, 16<<20)
	}
	if err != nil || w.Close() != nil {
		tb.Fatal(err)
	}
	return packed(tb, func(z *zip.Writer) {
		f, err := z.CreateRaw(&zip.FileHeader{
			Name: "bomb", Method: zip.Deflate, CompressedSize64: uint64(compressed.Len()), UncompressedSize64: 1 << 30,
		})
		if err == nil {
			_, err = f.Write(compressed.Bytes())
		}
		if err != nil {
			tb.Fatal(err)
		}
	})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// huge is a file of any size, of which almost nothing is there.
type huge struct {
	size int64
	end  []byte
}

func (h huge) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if at := h.size - int64(len(h.end)); off+int64(len(p)) > at {
		for i := range p {
			if j := off + int64(i) - at; j >= 0 && j < int64(len(h.end)) {
				p[i] = h.end[j]
			}
		}
	}
	return len(p), nil
}

// What a file claims costs no memory: not four gigabytes of directory, and not a
// list of files without end.
func TestClaimsCostNothing(t *testing.T) {
	_, verifier := key(t, 1)
	for name, claim := range map[string]struct{ files, directory, start uint32 }{
		"a directory of 4 GB": {65_000, 4_000_000_000, 100_000_000},
		"more than there is":  {65_000, 16_000_000, 4_000_000_000},
		"no files":            {0, 12_000_000, 4_000_000_000},
	} {
		end := append([]byte("PK\x05\x06\x00\x00\x00\x00"), 0, 0, 0, 0)
		binary.LittleEndian.PutUint16(end[8:], uint16(claim.files))
		binary.LittleEndian.PutUint16(end[10:], uint16(claim.files))
		end = binary.LittleEndian.AppendUint32(end, claim.directory)
		end = binary.LittleEndian.AppendUint32(end, claim.start)
		end = append(end, 0, 0)
		h := huge{int64(claim.directory) + int64(claim.start) + 22, end}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := handoff.Verify(t.Context(), h, h.size, verifier)
		runtime.ReadMemStats(&after)
		if found := problems(t, err); len(found) == 0 || found[0] != "container" {
			t.Errorf("Verify of %s = %v, want container", name, found)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 32<<20 {
			t.Errorf("Verify of %s took %d bytes of memory, want at most 32 MiB", name, n)
		}
	}
}

// Whatever a file holds, Verify returns, and takes only what is in the form of a
// pack.
func FuzzVerify(f *testing.F) {
	a := newAcme(f)
	good := write(f, a.small(f))
	f.Add(good)
	f.Add(good[len(good)-22:])
	f.Add(rezip(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := verify(t, b); err == nil && !bytes.Equal(b, rezip(unzip(b))) {
			t.Errorf("Verify of %d bytes that are not in the form of a pack = nil", len(b))
		}
	})
}
