package intel

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ismskit/ismskit/vuln/scan"
)

// NVD is a vulnerability as the National Vulnerability Database has it.
type NVD struct {
	CVE                 string
	Status              string // "Analyzed", "Awaiting Analysis", "Rejected", ...
	Source              string
	Published, Modified time.Time
	Description         string // in English, cut at MaxText bytes
	Metrics             []Metric
	Weaknesses          []string
	// KEVAdded and KEVDue are the civil days of CISA's catalogue; unset when the
	// vulnerability is not in it.
	KEVAdded, KEVDue string
}

// Metric is a CVSS rating by one source.
type Metric struct {
	scan.Rating

	Primary bool // by NVD's choice; the others are secondary
}

// Rating is the first primary rating by the newest version of CVSS, or the first
// of any type when none is primary; false without any.
func (v NVD) Rating() (scan.Rating, bool) {
	for _, primary := range []bool{true, false} {
		for _, version := range []string{"4.0", "3.1", "3.0", "2.0"} {
			i := slices.IndexFunc(v.Metrics, func(m Metric) bool { return m.Version == version && (m.Primary || !primary) })
			if i >= 0 {
				return v.Metrics[i].Rating, true
			}
		}
	}
	return scan.Rating{}, false
}

// NVDFeed is what a page of the API says of itself: it holds Count of Total
// records, from number Start on.
type NVDFeed struct {
	Start, Total, Count int
	At                  time.Time
}

// ReadNVD reads an answer of the NVD CVE API 2.0, or a data feed of the same
// form. It stops when f fails and returns that error as it is; what f was given is
// worth nothing until ReadNVD has returned without an error.
func ReadNVD(ctx context.Context, r io.Reader, f func(NVD) error) (NVDFeed, error) {
	var feed NVDFeed
	err := read(ctx, "nvd", r, func(d doc) error {
		var format, version string
		entries := false
		err := d.Object(func(name []byte) error {
			switch string(name) {
			case "format":
				return d.short(&format)
			case "version":
				return d.short(&version)
			case "startindex":
				return d.int(&feed.Start)
			case "totalresults":
				return d.int(&feed.Total)
			case "timestamp":
				return d.time(&feed.At)
			case "vulnerabilities":
				entries = true
				return d.Array(func(int) error {
					v, err := d.nvd()
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
		switch {
		case err != nil:
			return err
		case format != "NVD_CVE" || !entries:
			return d.Fault("missing", "want format NVD_CVE, and vulnerabilities")
		case version != "2.0":
			return d.Fault("version", fmt.Sprintf("version %.20q: want 2.0", version))
		}
		return nil
	})
	if err != nil {
		return NVDFeed{}, err
	}
	return feed, nil
}

func (d doc) nvd() (NVD, error) {
	var v NVD
	err := d.Member("cve", func() error {
		return d.Object(func(name []byte) error { return d.nvdField(&v, name) })
	})
	if err == nil && v.CVE == "" {
		err = d.Fault("missing", "a record without cve and its id")
	}
	return v, err
}

func (d doc) nvdField(v *NVD, name []byte) error {
	switch string(name) {
	case "id":
		return d.id(&v.CVE)
	case "sourceidentifier":
		return d.short(&v.Source)
	case "vulnstatus":
		return d.short(&v.Status)
	case "published":
		return d.time(&v.Published)
	case "lastmodified":
		return d.time(&v.Modified)
	case "cisaexploitadd":
		return d.day(&v.KEVAdded)
	case "cisaactiondue":
		return d.day(&v.KEVDue)
	case "descriptions":
		return d.english("value", &v.Description)
	case "weaknesses":
		return d.Array(func(int) error {
			return d.Member("description", func() error {
				return d.Array(func(int) error {
					return d.Member("value", func() error {
						s := ""
						err := d.short(&s)
						if !slices.Contains(v.Weaknesses, s) && len(v.Weaknesses) < MaxList {
							v.Weaknesses = append(v.Weaknesses, s)
						}
						return err
					})
				})
			})
		})
	case "metrics":
		return d.Object(func(name []byte) error {
			versions := map[string]string{"cvssmetricv40": "4.0", "cvssmetricv31": "3.1", "cvssmetricv30": "3.0", "cvssmetricv2": "2.0"}
			version, is := versions[string(name)]
			if !is {
				return d.Skip()
			}
			return d.Array(func(int) error { return d.metric(v, version) })
		})
	default:
		return d.Skip()
	}
}

// metric reads a rating; the field that it stands in says the version of CVSS.
func (d doc) metric(v *NVD, version string) error {
	m := Metric{Rating: scan.Rating{Version: version}}
	err := d.Members(fields{
		"source": func() error { return d.short(&m.Source) },
		"type": func() error {
			kind, err := d.String()
			m.Primary = kind == "Primary"
			return err
		},
		"cvssdata": func() error { return d.rating(&m.Rating) },
	})
	if err != nil {
		return err
	}
	if len(v.Metrics) == MaxList {
		return d.Fault("limit", fmt.Sprintf("more than %d ratings", MaxList))
	}
	v.Metrics = append(v.Metrics, m)
	return nil
}

// rating reads CVSS data as its JSON schema has them.
func (d doc) rating(r *scan.Rating) error {
	return d.Members(fields{
		"vectorstring": func() error { return d.short(&r.Vector) },
		"basescore": func() error {
			number, err := d.Number()
			r.Score = scan.ParseScore(number)
			return err
		},
	})
}

// english reads the text in English of a list of texts by language.
func (d doc) english(name string, to *string) error {
	return d.Array(func(int) error {
		var lang, value string
		err := d.Members(fields{
			"lang": func() error { return d.short(&lang) },
			name:   func() error { return d.text(&value) },
		})
		if *to == "" && (lang == "en" || len(lang) > 2 && lang[:3] == "en-") {
			*to = value
		}
		return err
	})
}
