package yamljson

import "strings"

// This file finds where things stand in the text of a YAML document: yaml.v3
// says where a value begins, never where it ends.

func (r *rewriter) lineStart(off int) int {
	return strings.LastIndexAny(r.src[:off], "\r\n") + 1
}

// lineEnd is the offset of the line end at or after off.
func (r *rewriter) lineEnd(off int) int {
	if i := strings.IndexAny(r.src[off:], "\r\n"); i >= 0 {
		return off + i
	}
	return len(r.src)
}

// nextLine is the offset of the line after that of off.
func (r *rewriter) nextLine(off int) int {
	end := r.lineEnd(off)
	switch {
	case strings.HasPrefix(r.src[end:], "\r\n"):
		return end + 2
	case end < len(r.src):
		return end + 1
	default:
		return end
	}
}

func (r *rewriter) column(off int) int { return off - r.lineStart(off) }

func (r *rewriter) firstOnLine(off int) bool {
	return strings.TrimSpace(r.src[r.lineStart(off):off]) == ""
}

// head is the start of the comment lines directly above the line at start, as
// far as they begin after floor.
func (r *rewriter) head(start, floor int) int {
	for start > 0 {
		above := r.lineStart(start - 1)
		if start >= 2 && r.src[start-2:start] == "\r\n" {
			above = r.lineStart(start - 2)
		}
		if above <= floor || !strings.HasPrefix(strings.TrimSpace(r.src[above:start]), "#") {
			return start
		}
		start = above
	}
	return start
}

// skip is the offset of the first character at or after off that is neither
// blank nor in a comment.
func (r *rewriter) skip(off int) int {
	for off < len(r.src) {
		switch r.src[off] {
		case ' ', '\t', '\r', '\n':
			off++
		case '#':
			off = r.lineEnd(off)
		default:
			return off
		}
	}
	return off
}

// end is the offset after the last character of a node. The indent is that of
// the key or dash it belongs to.
func (r *rewriter) end(n *node, indent int) int {
	switch {
	case n.kind == scalar && n.style == plain:
		return r.plainEnd(n)
	case n.kind == scalar && n.style == quoted:
		return r.quotedEnd(n)
	case n.kind == scalar:
		return r.blockEnd(n, indent)
	case n.flow:
		return r.flowEnd(n)
	}
	indent = r.column(n.off)
	end := n.off
	if len(n.kids) > 0 {
		end = r.end(&n.kids[len(n.kids)-1], indent)
	}
	return end
}

// plainEnd follows the text of the value: where it has a blank or line end, the
// source may have any run of them.
func (r *rewriter) plainEnd(n *node) int {
	off := n.off
	for i := 0; i < len(n.value) && off < len(r.src); {
		if !isBlank(n.value[i]) {
			i, off = i+1, off+1
			continue
		}
		for i < len(n.value) && isBlank(n.value[i]) {
			i++
		}
		for off < len(r.src) && isBlank(r.src[off]) {
			off++
		}
	}
	return off
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (r *rewriter) quotedEnd(n *node) int {
	quote := r.src[n.off]
	for off := n.off + 1; off < len(r.src); off++ {
		switch {
		case quote == '"' && r.src[off] == '\\':
			off++
		case r.src[off] != quote:
		case quote == '\'' && strings.HasPrefix(r.src[off+1:], "'"):
			off++
		default:
			return off + 1
		}
	}
	return len(r.src)
}

// blockEnd goes on while lines are blank or indented as the first line is.
func (r *rewriter) blockEnd(n *node, indent int) int {
	end := r.lineEnd(n.off)
	header, _, _ := strings.Cut(r.src[n.off:end], "#")
	content := -1
	if i := strings.IndexAny(header, "123456789"); i >= 0 {
		content = max(indent, 0) + int(header[i]-'0')
	}
	keep := strings.Contains(header, "+")
	for off := r.nextLine(end); off < len(r.src); off = r.nextLine(off) {
		line := r.src[off:r.lineEnd(off)]
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if spaces == len(line) {
			if keep {
				end = off + len(line)
			}
			continue
		}
		if content < 0 {
			content = max(spaces, indent+1)
		}
		if spaces < content {
			break
		}
		end = off + len(line)
	}
	return end
}

func (r *rewriter) flowEnd(n *node) int {
	bracket := r.src[n.off] == '[' || r.src[n.off] == '{'
	off := n.off + 1
	if len(n.kids) > 0 {
		off = r.end(&n.kids[len(n.kids)-1], 0)
	}
	if !bracket { // a pair in a list, without brackets of its own
		return off
	}
	for {
		off = r.skip(off)
		if off == len(r.src) {
			return off
		}
		off++
		if c := r.src[off-1]; c == ']' || c == '}' {
			return off
		}
	}
}

// comments are the comments between the offset from and the end of the node.
func (r *rewriter) comments(from int, n *node, indent int) []string {
	var found []string
	var visit func(n *node, indent int)
	gap := func(to int) {
		for off := from; off < to; off++ {
			if r.src[off] == '#' {
				end := r.lineEnd(off)
				found = append(found, r.src[off:end])
				off = end
			}
		}
	}
	visit = func(n *node, indent int) {
		if n.kind == scalar {
			gap(n.off)
			from = max(from, r.end(n, indent))
			if n.style == block {
				if _, comment, ok := strings.Cut(r.src[n.off:r.lineEnd(n.off)], "#"); ok {
					found = append(found, "#"+comment)
				}
			}
			return
		}
		if !n.flow {
			indent = r.column(n.off)
		}
		for i := range n.kids {
			visit(&n.kids[i], indent)
		}
		gap(r.end(n, indent))
	}
	visit(n, indent)
	return found
}
