package oscal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

const (
	ownFile     = "own-controls.json"
	profileName = "profile.json"
	planName    = "system-security-plan.json"
)

// Included are the controls that a statement includes, in its order.
func Included(s soa.Statement) []isms.ControlID {
	var ids []isms.ControlID
	for i := range s.Rows {
		if s.Rows[i].Decision == soa.Included {
			ids = append(ids, s.Rows[i].Control)
		}
	}
	return ids
}

// WriteProfile writes a selection of controls, from the catalogues that they
// are of. It is ErrNothing when there are none.
func WriteProfile(w io.Writer, controls []isms.ControlID, p Publication) ([]isms.Omission, error) {
	b, err := newBuilder(p)
	if err != nil {
		return nil, err
	}
	b.meta.Title = b.say(lang.Text{EN: "Controls that apply", NL: "Beheersmaatregelen die van toepassing zijn"})
	out := profileFile{Metadata: b.meta}
	out.Merge.AsIs = true
	for i, id := range controls {
		href := catalogOf(id)
		if id == "" {
			b.omit(CodeNoPlace, spot{}.index(i), "have", string(id))
			continue
		}
		if n := len(out.Imports); n == 0 || out.Imports[n-1].Href != href {
			out.Imports = append(out.Imports, profileImport{Href: href, Include: []selection{{}}})
		}
		ids := &out.Imports[len(out.Imports)-1].Include[0].IDs
		*ids = append(*ids, token(string(id)))
	}
	if len(out.Imports) == 0 {
		return nil, fmt.Errorf("oscal: profile: %w: no control is selected", ErrNothing)
	}
	return b.write(w, file{Profile: &out})
}

// catalogOf is the file with the catalogue of a control.
func catalogOf(id isms.ControlID) string {
	if catalogue, _, other := strings.Cut(string(id), ":"); other {
		return "catalog-" + token(catalogue) + ".json"
	}
	if isAnnexA(id) {
		return annexFile
	}
	return ownFile
}

// ReadProfile reads the controls that a profile selects by id. What it selects
// by a pattern, or as the whole of a catalogue, is an omission.
func ReadProfile(r io.Reader, opt *ReadOptions) ([]isms.ControlID, []isms.Omission, error) {
	in, err := newReader(r, kindProfile, opt)
	if err != nil {
		return nil, nil, err
	}
	var ids []isms.ControlID
	for _, from := range in.at("imports").list() {
		ids = append(ids, in.selected(from)...)
	}
	return ids, in.finish(), nil
}

// selected are the controls of one import.
func (in *reader) selected(from *node) []isms.ControlID {
	if all := from.at("include-all"); all != nil {
		all.used = true
		in.omit(CodeWhole, all, "have", from.at("href").peek())
	}
	excluded := map[string]bool{}
	for _, n := range withIDs(from.at("exclude-controls")) {
		excluded[n.take()] = true
	}
	var ids []isms.ControlID
	for _, n := range withIDs(from.at("include-controls")) {
		if id, known := in.control(n); known && !excluded[n.text] {
			ids = append(ids, id)
		}
	}
	href := from.at("href")
	if in.ours && slices.ContainsFunc(ids, func(id isms.ControlID) bool { return catalogOf(id) == href.peek() }) {
		href.used = true // the ids say it
	}
	return ids
}

// withIDs are the ids of all selections.
func withIDs(selections *node) []*node {
	var ids []*node
	for _, s := range selections.list() {
		ids = append(ids, s.at("with-ids").list()...)
	}
	return ids
}
