package proof

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/ismskit/ismskit/isms/ledger"
)

// seal signs the head of the party's ledger, and proves with it what a third
// party would ask for: that it continues the last one, and that it has a record.
func (p *party) seal(ctx context.Context, out *strings.Builder, r *rand.Rand) {
	seq := int64(r.IntN(60))
	log := ledger.Of(p.store, p.tenant, p.keys.verifier)
	checkpoint, err := log.Checkpoint(ctx, p.keys.signer, p.checkpoint)
	fmt.Fprintf(out, "checkpoint %s %v\n", checkpoint, err)
	if err != nil {
		return
	}
	if p.checkpoint != nil {
		proof, err := log.ProveConsistency(ctx, p.checkpoint, checkpoint)
		fmt.Fprintf(out, "consistency %s %v %v\n", proof, err, ledger.CheckConsistency(p.keys.verifier, p.checkpoint, checkpoint, proof))
	}
	p.checkpoint = checkpoint
	verified, err := log.Verify(ctx, checkpoint)
	tell(out, verified, err)
	proof, record, err := log.ProveInclusion(ctx, checkpoint, seq)
	fmt.Fprintf(out, "inclusion %s %s %v\n", proof, record, err)
	if err == nil {
		rec, err := ledger.CheckInclusion(p.keys.verifier, checkpoint, proof, record)
		tell(out, rec.Data, err)
	}
}
