package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// head is what a checkpoint says: its log, how many records, and their root.
type head struct {
	origin string
	size   int64
	root   tlog.Hash
}

// origin names the log of a tenant: the name of its key and the tenant. So one
// key serves many tenants, and no checkpoint of one passes for another's.
func origin(key, tenant string) string { return key + "/" + tenant }

// text is the text of a note in the form of C2SP tlog-checkpoint.
func (h head) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", h.origin, h.size, h.root)
}

func (h head) String() string { return fmt.Sprintf("checkpoint of %s at record %d", h.origin, h.size) }

// openCheckpoint reads a signed checkpoint. Signatures of others, such as
// witnesses, may stand beside that of v; extension lines are signed but say
// nothing to us.
func openCheckpoint(signed []byte, v note.Verifier) (head, error) {
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return head{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	h, err := parseHead(n.Text)
	if err != nil {
		return head{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if tenant, ok := strings.CutPrefix(h.origin, origin(v.Name(), "")); !ok || tenant == "" {
		return head{}, fmt.Errorf("%w: origin %q: want %s", ErrCheckpoint, h.origin, origin(v.Name(), "<tenant>"))
	}
	return h, nil
}

// openOf is openCheckpoint for the log of one tenant.
func openOf(signed []byte, v note.Verifier, tenant string) (head, error) {
	h, err := openCheckpoint(signed, v)
	if want := origin(v.Name(), tenant); err == nil && h.origin != want {
		return head{}, fmt.Errorf("%w: it is of another log: %s, want %s", ErrCheckpoint, h.origin, want)
	}
	return h, err
}

func parseHead(text string) (head, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return head{}, fmt.Errorf("%d lines of text: want origin, size and root hash", len(lines))
	}
	for i, line := range lines {
		if line == "" {
			return head{}, fmt.Errorf("line %d is empty", i+1)
		}
	}
	size, err := parseNumber(lines[1])
	if err != nil {
		return head{}, fmt.Errorf("size: %w", err)
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return head{}, fmt.Errorf("root: %w", err)
	}
	return head{lines[0], size, root}, nil
}

// parseNumber reads a decimal number in the one way to write it.
func parseNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("%q: want a number such as 42", s)
	}
	return n, nil
}

// parseHash reads a hash in the one way to write it.
func parseHash(s string) (tlog.Hash, error) {
	h, err := tlog.ParseHash(s)
	if err == nil && h.String() != s {
		err = errors.New("not the usual form")
	}
	if err != nil {
		return h, fmt.Errorf("%q: want a hash of 32 bytes in base64: %w", s, err)
	}
	return h, nil
}
