package yamljson

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Update rewrites a person's YAML file so that it reads as v and touches nothing
// else: comments, blank lines, the order of keys and the way unchanged values are
// written stay. New keys follow the others of their mapping; a removed key or
// list item takes along the comments beside, in and directly above it. List items
// are told apart by their "id". If old already reads as v, the result is old.
//
// The type of v decides how old is read, as in [Node.Decode], so give the type
// that the file is decoded into, or else a json.RawMessage. The result is read
// back and compared with v; if it differs there is an error and no result.
func Update(old []byte, v any) ([]byte, error) {
	_, want, err := canonical(v)
	if err != nil {
		return nil, err
	}
	doc, have, err := reading(old, v)
	if err != nil {
		return nil, err
	}
	if equal(&have.root, &want.root, false) {
		return slices.Clone(old), nil
	}
	r := rewriter{doc: doc, src: doc.src}
	r.value(doc.root.off, &doc.root, &have.root, &want.root, rootIndent)
	out := r.apply()
	if bytes.HasPrefix(old, []byte(bom)) {
		out = append([]byte(bom), out...)
	}
	_, again, err := reading(out, v)
	if err != nil {
		return nil, fmt.Errorf("rewrite YAML: %w: %w", doc.refuse(0, codeReread), err)
	}
	if !equal(&again.root, &want.root, false) {
		return nil, fmt.Errorf("rewrite YAML: %w", doc.refuse(0, codeReread))
	}
	return out, nil
}

// reading is data as YAML, and the JSON of what the type of v makes of it.
func reading(data []byte, v any) (yaml, asJSON *Doc, err error) {
	yaml, err = Parse("", data)
	if err != nil {
		return nil, nil, err
	}
	t := reflect.TypeOf(v)
	if t == nil {
		return nil, nil, &targetError{}
	}
	into := reflect.New(t)
	if err = yaml.Decode(into.Interface()); err != nil {
		return nil, nil, err
	}
	_, asJSON, err = canonical(into.Elem().Interface())
	return yaml, asJSON, err
}

const rootIndent = -2

// rewriter collects the edits that turn one text into another. Its methods take
// an old node of YAML beside the JSON it reads as now and the JSON it shall read
// as. The node stands after the offset at, which is that of the end of a colon or
// dash; indent is the column, from 0, of the key or dash.
type rewriter struct {
	doc   *Doc
	src   string
	edits []edit
}

type edit struct {
	from, to int
	text     string
}

func (r *rewriter) apply() []byte {
	slices.SortStableFunc(r.edits, func(a, b edit) int { return a.from - b.from })
	lineEnd := "\n"
	if i := strings.IndexByte(r.src, '\n'); i > 0 && r.src[i-1] == '\r' {
		lineEnd = "\r\n"
	}
	var b bytes.Buffer
	done := 0
	for _, e := range r.edits {
		b.WriteString(r.src[done:max(done, e.from)])
		b.WriteString(strings.ReplaceAll(e.text, "\n", lineEnd))
		done = max(done, e.to)
	}
	b.WriteString(r.src[done:])
	return b.Bytes()
}

func (r *rewriter) edit(from, to int, text string) {
	r.edits = append(r.edits, edit{from, to, text})
}

func (r *rewriter) value(at int, old, have, want *node, indent int) {
	switch {
	case equal(have, want, false):
	case old.flow || old.kind != have.kind || old.kind != want.kind ||
		len(old.kids) == 0 || len(want.kids) == 0:
		r.replace(at, old, want, indent)
	case old.kind == mapping && r.mapping(old, have, want):
	case old.kind == sequence && r.sequence(at, old, have, want):
	default:
		r.replace(at, old, want, indent)
	}
}

// mapping edits the entries of a block mapping. It reports false, without any
// edit, if the mapping is better replaced.
func (r *rewriter) mapping(old, have, want *node) bool {
	indent := r.column(old.kids[0].off)
	last := -1 // the last entry that stays
	for i := 0; i < len(old.kids); i += 2 {
		key := &old.kids[i]
		if r.explicit(key) {
			return false
		}
		if !gone(key, have, want) {
			last = i
		}
	}
	if last < 0 {
		return false
	}
	floor := old.off
	for i := 0; i < len(old.kids); i += 2 {
		key, value := &old.kids[i], &old.kids[i+1]
		_, had := have.step(key.value)
		_, wanted := want.step(key.value)
		at := r.skip(r.end(key, indent)) + 1
		switch {
		case gone(key, have, want):
			r.removeEntry(old, i, floor, indent)
		case wanted != nil && had != nil:
			r.value(at, value, had, wanted, indent)
		case wanted != nil:
			r.replace(at, value, wanted, indent)
		}
		floor = r.end(value, indent)
	}
	var e emitter
	next := "\n" + strings.Repeat(" ", indent)
	for key, value := range want.entries() {
		if _, there := old.step(key.value); there == nil {
			e.b.WriteString(next + keyText(key.value, next))
			e.child(value, indent)
		}
	}
	after := r.lineEnd(r.end(&old.kids[last+1], indent))
	r.edit(after, after, e.b.String())
	return true
}

// gone reports whether an entry must go: a key that v does not have may stay if
// it means nothing, such as an empty list.
func gone(key, have, want *node) bool {
	_, had := have.step(key.value)
	_, wanted := want.step(key.value)
	return had != nil && wanted == nil
}

// explicit reports whether a key stands after a question mark.
func (r *rewriter) explicit(key *node) bool {
	before := strings.TrimRight(r.src[r.lineStart(key.off):key.off], " \t")
	return strings.HasSuffix(before, "?")
}

func (r *rewriter) removeEntry(old *node, i, floor, indent int) {
	key := &old.kids[i]
	end := r.end(&old.kids[i+1], indent)
	switch {
	case r.firstOnLine(key.off):
		from := r.lineStart(key.off)
		if i > 0 { // what stands above the first key is about the whole
			from = r.head(from, floor)
		}
		r.edit(from, r.nextLine(end), "")
	case i+2 < len(old.kids) && strings.TrimSpace(r.src[end:old.kids[i+2].off]) == "":
		r.edit(key.off, old.kids[i+2].off, "") // the next key moves behind the dash
	default:
		dash := len(strings.TrimRight(r.src[:key.off], " \t"))
		r.edit(dash, r.lineEnd(end), "")
	}
}

// sequence edits the items of a block sequence, like mapping.
func (r *rewriter) sequence(at int, old, have, want *node) bool {
	if len(have.kids) != len(old.kids) {
		return false
	}
	source := align(have.kids, want.kids)
	indent := r.column(old.off)
	first, onLine := firstKept(source), r.firstOnLine(old.off)
	if first < 0 || (!onLine && source[0] != 0) {
		return false
	}
	type place struct{ head, dash, end int } // of each old item
	places := make([]place, len(old.kids))
	floor := at
	for i := range old.kids {
		p := &places[i]
		p.dash = old.off
		if i > 0 {
			p.dash = r.skip(floor)
		}
		p.head = r.head(r.lineStart(p.dash), floor)
		p.end = r.end(&old.kids[i], indent)
		floor = p.end
	}
	stays := make([]bool, len(old.kids))
	var before emitter // items before the first that stays
	pad := strings.Repeat(" ", indent)
	after := -1 // where the next new item goes
	for j := range want.kids {
		i := source[j]
		if i >= 0 {
			stays[i] = true
			r.value(places[i].dash+1, &old.kids[i], &have.kids[i], &want.kids[j], indent)
			after = r.lineEnd(places[i].end)
			continue
		}
		if after < 0 {
			before.b.WriteString(pad + "-")
			before.item(&want.kids[j], indent)
			before.b.WriteString("\n")
			continue
		}
		var e emitter
		e.b.WriteString("\n" + pad + "-")
		e.item(&want.kids[j], indent)
		r.edit(after, after, e.b.String())
	}
	if before.b.Len() > 0 {
		r.edit(places[first].head, places[first].head, before.b.String())
	}
	for i, p := range places {
		if !stays[i] {
			r.edit(p.head, r.nextLine(p.end), "")
		}
	}
	return true
}

func firstKept(source []int) int {
	for _, i := range source {
		if i >= 0 {
			return i
		}
	}
	return -1
}

// align finds for each new item the old item it continues, or -1. Items go by
// id, or else by content; what is left between two such pairs goes by place,
// unless it has ids. The old items found ascend.
func align(old, want []node) []int {
	source := make([]int, len(want))
	byName := map[string][]int{}
	for i := range old {
		name, _ := identity(&old[i])
		byName[name] = append(byName[name], i)
	}
	next, gap := 0, 0 // the first old item, and the first new one, not yet dealt with
	fill := func(oldEnd, wantEnd int) {
		for j := gap; j < wantEnd; j++ {
			source[j] = -1
			if _, named := identity(&want[j]); named || next >= oldEnd {
				continue
			}
			if _, named := identity(&old[next]); !named {
				source[j] = next
				next++
			}
		}
	}
	for j := range want {
		name, _ := identity(&want[j])
		places := byName[name]
		for len(places) > 0 && places[0] < next {
			places = places[1:]
		}
		byName[name] = places
		if len(places) == 0 {
			continue
		}
		i := places[0]
		fill(i, j)
		source[j], next, gap = i, i+1, j+1
	}
	fill(len(old), len(want))
	return source
}

func identity(n *node) (name string, named bool) {
	if _, id := n.step("id"); id != nil && n.kind == mapping && id.style == quoted {
		return "id " + id.value, true
	}
	return "is " + string(appendJSON(nil, n, false)), false
}

// replace writes want where old stands and keeps the comments within.
func (r *rewriter) replace(at int, old, want *node, indent int) {
	end, line := r.end(old, indent), r.lineEnd(at)
	if indent == rootIndent {
		r.replaceRoot(old, want, end)
		return
	}
	oneLine := line >= end
	text, ok := inlineText(want, indent+2, old.flow && oneLine)
	multiline := strings.Contains(text, "\n")
	if oneLine && ok && !multiline {
		if old.off == end { // nothing stood there
			r.edit(at, at, " "+text)
		} else {
			r.edit(old.off, end, text)
		}
		return
	}
	first, rest := r.commentsOf(at, old, indent)
	var e emitter
	switch {
	case multiline: // a comment has no place on the first line of a block
		e.b.WriteString(" " + text)
		if first != "" {
			rest = slices.Insert(rest, 0, first)
		}
	case ok:
		e.b.WriteString(strings.TrimRight(" "+text+" "+first, " "))
	default:
		if first != "" {
			e.b.WriteString(" " + first)
		}
		e.b.WriteString("\n" + strings.Repeat(" ", indent+2))
		e.lines(want, indent+2)
	}
	for _, comment := range rest {
		e.b.WriteString("\n" + strings.Repeat(" ", indent) + comment)
	}
	r.edit(at, r.lineEnd(end), e.b.String())
}

// commentsOf are the comments of a value after the offset at: the one beside its
// first line, and the others.
func (r *rewriter) commentsOf(at int, old *node, indent int) (first string, rest []string) {
	from, line, end := at, r.lineEnd(at), r.end(old, indent)
	if old.off > line {
		first, from = strings.TrimSpace(r.src[at:line]), line
	}
	rest = r.comments(from, old, indent)
	switch tail := strings.TrimSpace(r.src[end:r.lineEnd(end)]); {
	case first == "":
		first = tail
	case tail != "":
		rest = append(rest, tail)
	}
	return first, rest
}

func (r *rewriter) replaceRoot(old, want *node, end int) {
	parts := []string{strings.TrimSuffix(document(want), "\n")}
	parts = append(parts, r.comments(old.off, old, -1)...)
	if tail := strings.TrimSpace(r.src[end:r.lineEnd(end)]); tail != "" {
		parts = append(parts, tail)
	}
	r.edit(old.off, r.lineEnd(end), strings.Join(parts, "\n"))
}

// inlineText is a node that can begin on the line of its key.
func inlineText(n *node, indent int, flow bool) (string, bool) {
	switch {
	case n.kind == scalar || len(n.kids) == 0:
		return inline(n, indent), true
	case flow:
		return flowText(n)
	default:
		return "", false
	}
}

// flowText is a list or mapping of scalars in brackets, on one line.
func flowText(n *node) (string, bool) {
	parts := make([]string, 0, len(n.kids))
	for i := range n.kids {
		if n.kids[i].kind != scalar {
			return "", false
		}
		text := n.kids[i].value
		if n.kids[i].style != literal && (!plainSafe(text) || strings.ContainsAny(text, ",[]{}:?")) {
			text = doubleQuoted(text)
		}
		parts = append(parts, text)
	}
	if n.kind == sequence {
		return "[" + strings.Join(parts, ", ") + "]", true
	}
	entries := make([]string, 0, len(parts)/2)
	for i := 0; i < len(parts); i += 2 {
		entries = append(entries, parts[i]+": "+parts[i+1])
	}
	return "{" + strings.Join(entries, ", ") + "}", true
}
