package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

// ask reads in one way or another, and gives of what sort it was.
func ask(out *strings.Builder, tx *isms.Tx, r *rand.Rand) (sort string, err error) {
	id := anyID(r)
	switch r.IntN(10) {
	case 0:
		all, err := dump(tx)
		tell(out, all, err)
	case 1:
		history, err := pick(r, kinds()...).history(tx, id)
		tell(out, history, err)
	case 2:
		v, err := isms.Assets(tx).Get(id)
		tell(out, v, err)
	case 3, 4, 5:
		for v, err := range isms.Incidents(tx).Where(driver.Term{Key: "ref", Value: "asset/" + id}) {
			tell(out, v, err)
		}
		for v, err := range risk.Risks(tx).Where(driver.Term{Key: "ref", Value: pick(r, "asset/"+id, "methodology/m")}) {
			tell(out, v, err)
		}
	default:
		return "report", reports(out, tx, pick(r, lang.EN, lang.NL))
	}
	return "read", nil
}

func tell(out *strings.Builder, v any, err error) {
	data, bad := json.Marshal(v)
	fmt.Fprintf(out, "%s %v %v\n", data, bad, err)
}

// reports writes the risk register, the Statement of Applicability, the register
// of vulnerabilities and the assessment of the clauses.
func reports(out *strings.Builder, tx *isms.Tx, l lang.Lang) error {
	risks, err := risk.ReadInputs(tx)
	if err != nil {
		return err
	}
	statement, err := soa.ReadInputs(tx)
	if err != nil {
		return err
	}
	vulnerabilities, err := vuln.ReadInputs(tx)
	if err != nil {
		return err
	}
	records, err := conformity.ReadInputs(tx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = errors.Join(
		report.CSV(&b, risk.NewRegister(risks, today()).Table(l)),
		report.CSV(&b, soa.Compile(statement, today()).Table(l)),
		report.CSV(&b, vuln.NewRegister(vulnerabilities, today()).Table(l)),
		report.Markdown(&b, conformity.Assess(records, today()).Report(l)),
	)
	out.Write(b.Bytes())
	return err
}

// follow reads what a space tells about its own past: what changed since some
// moment, the feed from there, or all that was ever recorded, as a bundle.
func follow(ctx context.Context, out *strings.Builder, space *isms.Space, r *rand.Rand, n int) (sort string) {
	since := int64(r.IntN(2*n + 40))
	switch r.IntN(3) {
	case 0:
		list, err := isms.Diff(ctx, space.AsOfSeq(since), space)
		tell(out, list, err)
		return "diff"
	case 1:
		for c, err := range space.Changes(ctx, since) {
			tell(out, c, err)
		}
		return "feed"
	default:
		fmt.Fprintln(out, space.Export(ctx, out))
		return "export"
	}
}

// resume reads the feed on from where it was left, up to so many changes.
func (p *party) resume(ctx context.Context, out *strings.Builder, space *isms.Space, most int) {
	for c, err := range space.Changes(ctx, p.cursor) {
		tell(out, c, err)
		if err != nil {
			return
		}
		p.cursor = c.Recorded.Seq
		if most--; most == 0 {
			return
		}
	}
}
