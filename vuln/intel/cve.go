package intel

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ismskit/ismskit/internal/jsonstream"
	"github.com/ismskit/ismskit/vuln/scan"
)

type fields = jsonstream.Fields

// CVE is a CVE record.
type CVE struct {
	CVE                          string
	State                        string // "PUBLISHED" or "REJECTED"; unset before publication
	Assigner                     string
	Published, Updated, Rejected time.Time
	Title                        string
	Description                  string        // in English, cut at MaxText bytes; of a rejected record, why
	Ratings                      []scan.Rating // of the CNA, then of others; Source is their short name
	SSVC                         []SSVC
	KEVAdded                     string // civil day of entry in CISA's catalogue, as the record has it
}

// SSVC is an assessment by decision points of Stakeholder-Specific Vulnerability
// Categorization, in the words of the record, lower case. Unset is not assessed.
type SSVC struct {
	Source          string // "CISA-ADP"
	Role            string // "CISA Coordinator"
	Version         string
	At              time.Time
	Exploitation    string // "none", "poc", "active"
	Automatable     string // "no", "yes"
	TechnicalImpact string // "partial", "total"
}

// ReadCVE reads one CVE record of JSON 5, with what the CNA and others, such as
// CISA, put into it.
func ReadCVE(ctx context.Context, r io.Reader) (CVE, error) {
	var v CVE
	err := read(ctx, "cve", r, func(d doc) error {
		var kind, version string
		containers := false
		err := d.Members(fields{
			"datatype":    func() error { return d.short(&kind) },
			"dataversion": func() error { return d.short(&version) },
			"cvemetadata": func() error { return d.metadata(&v) },
			"containers": func() error {
				containers = true
				return d.Members(fields{
					"cna": func() error { return d.container(&v) },
					"adp": func() error { return d.Array(func(int) error { return d.container(&v) }) },
				})
			},
		})
		switch {
		case err != nil:
			return err
		case kind != "CVE_RECORD" || v.CVE == "" || !containers:
			return d.Fault("missing", "want dataType CVE_RECORD, cveMetadata with cveId, and containers")
		case !strings.HasPrefix(version, "5."):
			return d.Fault("version", fmt.Sprintf("dataVersion %.20q: want 5.x", version))
		}
		return nil
	})
	if err != nil {
		return CVE{}, err
	}
	return v, nil
}

func (d doc) metadata(v *CVE) error {
	return d.Members(fields{
		"cveid":             func() error { return d.id(&v.CVE) },
		"state":             func() error { return d.short(&v.State) },
		"assignershortname": func() error { return d.short(&v.Assigner) },
		"datepublished":     func() error { return d.time(&v.Published) },
		"dateupdated":       func() error { return d.time(&v.Updated) },
		"daterejected":      func() error { return d.time(&v.Rejected) },
	})
}

// container reads what one organization says, whose name may come last.
func (d doc) container(v *CVE) error {
	source := ""
	ratings, assessments := len(v.Ratings), len(v.SSVC)
	var title, description string
	err := d.Members(fields{
		"providermetadata": func() error {
			return d.Member("shortname", func() error { return d.short(&source) })
		},
		"title":           func() error { return d.short(&title) },
		"descriptions":    func() error { return d.english("value", &description) },
		"rejectedreasons": func() error { return d.english("value", &description) },
		"metrics":         func() error { return d.Array(func(int) error { return d.cveMetric(v) }) },
	})
	for i := range v.Ratings[min(ratings, len(v.Ratings)):] {
		v.Ratings[ratings+i].Source = source
	}
	for i := range v.SSVC[min(assessments, len(v.SSVC)):] {
		v.SSVC[assessments+i].Source = source
	}
	if v.Title == "" {
		v.Title = title
	}
	if v.Description == "" {
		v.Description = description
	}
	return err
}

func (d doc) cveMetric(v *CVE) error {
	if len(v.Ratings)+len(v.SSVC) >= MaxList {
		return d.Fault("limit", fmt.Sprintf("more than %d ratings and assessments", MaxList))
	}
	rating := func(version string) func() error {
		return func() error {
			r := scan.Rating{Version: version}
			err := d.rating(&r)
			v.Ratings = append(v.Ratings, r)
			return err
		}
	}
	return d.Members(fields{
		"cvssv2_0": rating("2.0"), "cvssv3_0": rating("3.0"), "cvssv3_1": rating("3.1"), "cvssv4_0": rating("4.0"),
		"other": func() error { return d.other(v) },
	})
}

// other reads metrics of a type of its own. The type may stand after the content.
func (d doc) other(v *CVE) error {
	kind, added := "", ""
	var s SSVC
	err := d.Members(fields{
		"type": func() error { return d.short(&kind) },
		"content": func() error {
			if c, err := d.Peek(); err != nil || c != '{' {
				if err != nil {
					return err
				}
				return d.Skip()
			}
			return d.content(&s, &added)
		},
	})
	switch strings.ToLower(kind) {
	case "ssvc":
		v.SSVC = append(v.SSVC, s)
	case "kev":
		v.KEVAdded = added
	}
	return err
}

// content is free by the schema: what has another type than CISA gives it is
// passed over.
func (d doc) content(s *SSVC, added *string) error {
	text := func(to *string) func() error {
		return func() error {
			if c, err := d.Peek(); err != nil || c != '"' {
				if err != nil {
					return err
				}
				return d.Skip()
			}
			return d.short(to)
		}
	}
	var at string
	err := d.Members(fields{
		"timestamp": text(&at),
		"role":      text(&s.Role),
		"version":   text(&s.Version),
		"dateadded": text(added),
		"options": func() error {
			if c, err := d.Peek(); err != nil || c != '[' {
				if err != nil {
					return err
				}
				return d.Skip()
			}
			return d.Array(func(int) error {
				return d.Members(fields{
					"exploitation":     text(&s.Exploitation),
					"automatable":      text(&s.Automatable),
					"technical impact": text(&s.TechnicalImpact),
				})
			})
		},
	})
	for _, word := range []*string{&s.Exploitation, &s.Automatable, &s.TechnicalImpact} {
		*word = strings.ToLower(*word)
	}
	if t, bad := time.Parse(time.RFC3339, at); bad == nil {
		s.At = t.UTC()
	}
	return err
}
