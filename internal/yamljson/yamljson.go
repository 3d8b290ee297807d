// Package yamljson is the one codec of ismskit. JSON is canonical; YAML is a
// view of it for people.
//
// Reading is strict: the field that is filled decides the type, every fault is
// reported with its position, and a target is filled wholly or not at all.
// Writing is careful: whatever is not plainly safe is quoted, and everything
// written is read back and compared before it is returned.
package yamljson

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"
)

// Limits of a document, for reading and writing. Beyond them is an [Error].
const (
	MaxBytes       = 64 << 20 // of a document
	MaxDepth       = 100      // mappings and lists within each other
	MaxScalarBytes = 1 << 20  // of a key or a value
	// MaxMarks bounds the memory that reading takes: it limits the characters of
	// a YAML document that can begin a node (line ends and any of ",:-?[{").
	MaxMarks = 16 << 20
)

// Doc is one document that was read. It is safe for concurrent use.
type Doc struct {
	name  string
	src   string // without a byte order mark
	json  bool
	root  node
	once  sync.Once
	lines []int // offset of each line
}

// Parse reads one document: strict JSON when name ends in ".json", YAML
// otherwise. The name is only for errors. Its error is [Errors].
//
// It refuses what readers of YAML disagree about or what hides content: a second
// document, aliases, anchors, merge keys, tags, keys that stand twice or are not
// text, raw NEL, LS and PS characters, and anything beyond the limits.
func Parse(name string, data []byte) (*Doc, error) {
	return parse(name, data, strings.HasSuffix(strings.ToLower(name), ".json"))
}

func parse(name string, data []byte, isJSON bool) (*Doc, error) {
	d := &Doc{name: name, json: isJSON}
	if len(data) > MaxBytes {
		return nil, d.refuse(0, codeTooLarge, "have", itoa(len(data)), "max", itoa(MaxBytes))
	}
	d.src = string(bytes.TrimPrefix(data, []byte(bom)))
	if !utf8.ValidString(d.src) {
		return nil, d.refuse(validPrefix(d.src), codeUTF8)
	}
	var err error
	if isJSON {
		err = d.parseJSON()
	} else {
		err = d.parseYAML()
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

const bom = "\xef\xbb\xbf"

func validPrefix(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd") {
			return i
		}
	}
	return len(s)
}

// Root is the value of the whole document.
func (d *Doc) Root() Node {
	return Node{doc: d, n: &d.root}
}

// Decode fills the value that into points to from the whole document.
// See [Node.Decode].
func (d *Doc) Decode(into any) error {
	return d.Root().Decode(into)
}

// Position is the line and column, both from 1, of the value that a JSON Pointer
// names, or of the nearest value around it that exists.
func (d *Doc) Position(pointer string) (line, column int) {
	n := &d.root
	at := n.off
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		key, next := n.step(unescape(part))
		if next == nil {
			break
		}
		n, at = next, next.off
		if key != nil {
			at = key.off
		}
	}
	return d.position(at)
}

// position turns an offset into a line and a column of characters.
func (d *Doc) position(off int) (line, column int) {
	d.once.Do(d.index)
	lo, hi := 0, len(d.lines)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; d.lines[mid] <= off {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + 1, utf8.RuneCountInString(d.src[d.lines[lo]:off]) + 1
}

// index finds the lines: they end in LF, CR or both.
func (d *Doc) index() {
	d.lines = append(d.lines, 0)
	for i := range len(d.src) {
		switch {
		case d.src[i] == '\n':
			d.lines = append(d.lines, i+1)
		case d.src[i] == '\r' && (i+1 == len(d.src) || d.src[i+1] != '\n'):
			d.lines = append(d.lines, i+1)
		}
	}
}

// offset turns a line and column, both from 1, into an offset.
func (d *Doc) offset(line, column int) int {
	d.once.Do(d.index)
	if line < 1 || line > len(d.lines) {
		return len(d.src)
	}
	at := d.lines[line-1]
	for ; column > 1 && at < len(d.src); column-- {
		if d.src[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRuneInString(d.src[at:])
		at += size
	}
	return at
}
