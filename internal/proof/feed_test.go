package proof_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// random finds what differs between two stores that record the same: the salts, and
// the checksums over them.
func random() *regexp.Regexp { return regexp.MustCompile(`"(salt|digest|sha256)":"[^"]*"`) }

// follow reads what a space tells about its own past: what changed since some
// moment, the feed from there, or all that was ever recorded.
func follow(ctx context.Context, out *strings.Builder, space *isms.Space, r *rand.Rand, n int) {
	since := int64(r.IntN(2*n + 40))
	switch r.IntN(3) {
	case 0:
		list, err := isms.Diff(ctx, space.AsOfSeq(since), space)
		tell(out, list, err)
	case 1:
		for c, err := range space.Changes(ctx, since) {
			tell(out, c, err)
		}
	default:
		var b strings.Builder
		err := space.Export(ctx, &b)
		fmt.Fprintln(out, random().ReplaceAllString(b.String(), ""), err)
	}
}
