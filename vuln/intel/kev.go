package intel

import (
	"context"
	"io"
	"time"
)

// KEV is an entry of CISA's catalogue: the vulnerability is known to be exploited.
type KEV struct {
	CVE             string
	Vendor, Product string
	Name            string
	Description     string // cut at MaxText bytes
	Action          string // that CISA requires of federal agencies; cut likewise
	// Added is the civil day of entry, "2026-03-09", and Due that by which federal
	// agencies must act.
	Added, Due string
	Ransomware bool // known to be used for ransomware; false when that is unknown
	Weaknesses []string
}

// KEVFeed is what the catalogue says of itself. Declared is the number of entries
// by its own count, 0 when it states none: a file with another Count is not the
// whole catalogue.
type KEVFeed struct {
	Version         string
	Released        time.Time
	Declared, Count int
}

// ReadKEV reads the catalogue in JSON. It stops when f fails and returns that
// error as it is; what f was given is worth nothing until ReadKEV has returned
// without an error.
func ReadKEV(ctx context.Context, r io.Reader, f func(KEV) error) (KEVFeed, error) {
	var feed KEVFeed
	err := read(ctx, "kev", r, func(d doc) error {
		entries := false
		err := d.Object(func(name []byte) error {
			switch string(name) {
			case "catalogversion":
				return d.short(&feed.Version)
			case "datereleased":
				return d.time(&feed.Released)
			case "count":
				return d.int(&feed.Declared)
			case "vulnerabilities":
				entries = true
				return d.Array(func(int) error {
					v, err := d.kev()
					if err != nil {
						return err
					}
					feed.Count++
					return yield(ctx, v, f)
				})
			default:
				return d.Skip()
			}
		})
		if err == nil && (feed.Version == "" || !entries) {
			err = d.Fault("missing", "want catalogVersion and vulnerabilities")
		}
		return err
	})
	if err != nil {
		return KEVFeed{}, err
	}
	return feed, nil
}

func (d doc) kev() (KEV, error) {
	var v KEV
	err := d.Object(func(name []byte) error {
		switch string(name) {
		case "cveid":
			return d.id(&v.CVE)
		case "vendorproject":
			return d.short(&v.Vendor)
		case "product":
			return d.short(&v.Product)
		case "vulnerabilityname":
			return d.short(&v.Name)
		case "shortdescription":
			return d.text(&v.Description)
		case "requiredaction":
			return d.text(&v.Action)
		case "dateadded":
			return d.day(&v.Added)
		case "duedate":
			return d.day(&v.Due)
		case "knownransomwarecampaignuse":
			word, err := d.String()
			v.Ransomware = word == "Known"
			return err
		case "cwes":
			return d.texts(&v.Weaknesses)
		default:
			return d.Skip()
		}
	})
	if err == nil && v.CVE == "" {
		err = d.Fault("missing", "an entry without cveID")
	}
	return v, err
}
