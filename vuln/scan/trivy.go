package scan

import (
	"fmt"
	"io"
	"strings"
)

// isTrivy tells by the keys of the first object whether Trivy wrote it.
func isTrivy(names shape, array bool) bool {
	if array {
		return names.has("target") && (names.has("vulnerabilities") || names.has("type") || names.has("class"))
	}
	return names.has("schemaversion") && (names.has("artifactname") || names.has("artifacttype") || names.has("results")) ||
		names.has("artifactname") && names.has("artifacttype") || names.has("clustername")
}

// trivy reads the JSON of Trivy in its four shapes: an array of results (before
// schema 2), an object with results (schema 2), an object with Kubernetes
// resources that have results, and null for an array without any result.
type trivy struct {
	*jsonDoc

	resource string // Kubernetes "namespace/kind/name"
	shape    struct{ version, artifact, results, cluster, resources bool }
}

// result is the head of the list of vulnerabilities of one target.
type result struct {
	target, class, ecosystem string
	hasTarget                bool
	image                    string
	os                       bool
	emitted                  bool
}

func readTrivy(src io.Reader, s *sink) error {
	t := &trivy{jsonDoc: newJSON(src, s)}
	s.report.Tool.Name = "Trivy"
	c, err := t.Peek()
	if err != nil {
		return err
	}
	if c == '{' {
		if err = t.Object(t.top); err == nil {
			err = t.complete()
		}
	} else {
		err = t.Array(func(int) error { return t.result(true) })
	}
	if err != nil {
		return err
	}
	return t.End()
}

// complete tells an object of Trivy from any other, once it was read.
func (t *trivy) complete() error {
	switch {
	case t.shape.cluster && t.shape.resources:
		return nil
	case !t.shape.version:
		return t.Fault("missing", "want SchemaVersion, or ClusterName with Resources, Vulnerabilities or Findings")
	case !t.shape.artifact && !t.shape.results:
		return t.Fault("missing", "want ArtifactName, ArtifactType or Results")
	}
	return nil
}

func (t *trivy) top(name []byte) error {
	switch string(name) {
	case "schemaversion":
		return t.schema()
	case "trivy":
		return t.Object(func(name []byte) error {
			if string(name) == "version" {
				return t.short(&t.s.report.Tool.Version)
			}
			return t.Skip()
		})
	case "createdat":
		return t.time(&t.s.report.Created)
	case "clustername":
		t.shape.cluster = true
		return t.named()
	case "artifactname":
		t.shape.artifact = true
		return t.named()
	case "artifacttype":
		t.shape.artifact = true
		return t.Skip()
	case "results":
		t.shape.results = true
		return t.Array(func(int) error { return t.result(false) })
	case "resources", "vulnerabilities", "findings", "misconfigurations":
		t.shape.resources = true
		return t.Array(func(int) error { return t.kubernetes() })
	default:
		return t.Skip()
	}
}

func (t *trivy) schema() error {
	n, err := t.Number()
	if err != nil {
		return err
	}
	if n != "2" {
		return t.Fault("version", fmt.Sprintf("SchemaVersion %.20s: want 2", n))
	}
	t.shape.version = true
	return nil
}

func (t *trivy) named() error {
	var name string
	if err := t.short(&name); err != nil {
		return err
	}
	return t.s.target(name)
}

// kubernetes reads a resource with its results.
func (t *trivy) kubernetes() error {
	var namespace, kind, name string
	emitted := false
	err := t.Object(func(key []byte) error {
		var field *string
		switch string(key) {
		case "namespace":
			field = &namespace
		case "kind":
			field = &kind
		case "name":
			field = &name
		case "results":
			emitted = true
			t.resource = namespace + "/" + kind + "/" + name
			if err := t.s.target(t.resource); err != nil {
				return err
			}
			return t.Array(func(int) error { return t.result(false) })
		case "error":
			return t.scanError()
		default:
			return t.Skip()
		}
		if emitted {
			return t.Fault("order", "want this before Results")
		}
		return t.short(field)
	})
	t.resource = ""
	if err == nil && (kind == "" || name == "") {
		err = t.Fault("missing", "a resource without Kind or Name")
	}
	return err
}

func (t *trivy) scanError() error {
	text, err := t.String()
	if err != nil || text == "" {
		return err
	}
	return t.s.skip(strings.TrimSuffix(t.Path(), "/"+t.Key()), WhyScanError)
}

// result reads one target; legacy says that it stands in an array by itself.
func (t *trivy) result(legacy bool) error {
	var res result
	err := t.Object(func(name []byte) error {
		switch string(name) {
		case "target":
			res.hasTarget = true
			return t.head(&res, &res.target)
		case "class":
			return t.head(&res, &res.class)
		case "type":
			return t.head(&res, &res.ecosystem)
		case "vulnerabilities":
			return t.vulnerabilities(&res)
		case "misconfigurations":
			return t.misconfigurations()
		case "secrets":
			return t.count(OtherSecrets)
		case "licenses":
			return t.count(OtherLicences)
		case "experimentalmodifiedfindings", "modifiedfindings":
			return t.count(OtherSuppressed)
		default:
			return t.Skip()
		}
	})
	if err != nil {
		return err
	}
	if !res.hasTarget {
		return t.Fault("missing", "a result without Target")
	}
	if legacy {
		return t.s.target(res.target)
	}
	return nil
}

// head reads a field that the locations of the result's items depend on.
func (t *trivy) head(res *result, field *string) error {
	if res.emitted {
		return t.Fault("order", "want this before Vulnerabilities")
	}
	return t.short(field)
}

func (t *trivy) misconfigurations() error {
	return t.Array(func(int) error {
		status := ""
		err := t.Object(func(name []byte) error {
			if string(name) == "status" {
				return t.short(&status)
			}
			return t.Skip()
		})
		kind := OtherMisconfigurations
		if status == "PASS" || status == "EXCEPTION" {
			kind = OtherChecksPassed
		}
		t.s.other(kind, 1)
		return err
	})
}

// place tells OS packages from others and names their image. Trivy before schema
// 2 has no Class, but "image:tag (alpine 3.11.6)" as Target of OS packages.
func (res *result) place() {
	mark := " ("
	if res.ecosystem != "" {
		mark += res.ecosystem + " "
	}
	image, release, found := strings.Cut(res.target, mark)
	found = found && strings.HasSuffix(release, ")")
	res.os = res.class == "os-pkgs" || res.class == "" && found
	if !res.os {
		return
	}
	if found && res.ecosystem == "" {
		res.ecosystem, _, _ = strings.Cut(release, " ")
	}
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	res.image = image
}

func (t *trivy) vulnerabilities(res *result) error {
	return t.Array(func(int) error {
		if !res.emitted {
			if !res.hasTarget {
				return t.Fault("order", "want Target before Vulnerabilities")
			}
			res.place()
			res.emitted = true
		}
		item := Item{Target: res.target, Ecosystem: res.ecosystem, Resource: t.resource}
		if t.resource != "" {
			item.Image = res.image
		}
		if err := t.Object(func(name []byte) error { return t.field(&item, name) }); err != nil {
			return err
		}
		if item.Path == "" && !res.os {
			item.Path = res.target
		}
		item.Path = relative(item.Path)
		return t.entry(item)
	})
}

// field reads one member of a vulnerability.
func (t *trivy) field(item *Item, name []byte) error {
	switch string(name) {
	case "vulnerabilityid":
		return t.id(item)
	case "vendorids":
		return t.aliases(item)
	case "pkgname":
		return t.short(&item.Package)
	case "pkgpath":
		return t.short(&item.Path)
	case "pkgidentifier":
		return t.Object(func(name []byte) error {
			if string(name) == "purl" {
				return t.short(&item.PURL)
			}
			return t.Skip()
		})
	case "installedversion":
		return t.short(&item.Installed)
	case "fixedversion":
		return t.short(&item.FixedIn)
	case "status":
		return t.status(item)
	case "severity":
		word, err := t.String()
		item.Severity = severityOf(word)
		return err
	case "title":
		return t.text(&item.Title)
	case "description":
		return t.text(&item.Description)
	case "cvss":
		return t.cvss(item)
	case "references":
		return t.references(item)
	case "publisheddate":
		return t.time(&item.Published)
	case "lastmodifieddate":
		return t.time(&item.Modified)
	default:
		return t.Skip()
	}
}

func (t *trivy) status(item *Item) error {
	word, err := t.String()
	if err != nil || word == "" {
		return err
	}
	status, known := parse[Status](statusWords(), strings.ToLower(word))
	if !known {
		status = StatusUnknown
	}
	item.Status = status
	return nil
}

// cvss reads the scores of each source.
func (t *trivy) cvss(item *Item) error {
	return t.Object(func([]byte) error {
		var v2, v3, v4 Rating
		source := t.Key()
		err := t.Object(func(name []byte) error {
			switch string(name) {
			case "v2vector":
				return t.short(&v2.Vector)
			case "v3vector":
				return t.short(&v3.Vector)
			case "v40vector":
				return t.short(&v4.Vector)
			case "v2score":
				return t.score(&v2.Score)
			case "v3score":
				return t.score(&v3.Score)
			case "v40score":
				return t.score(&v4.Score)
			default:
				return t.Skip()
			}
		})
		if err != nil {
			return err
		}
		return t.s.ratings(item, source, v2, v3, v4)
	})
}
