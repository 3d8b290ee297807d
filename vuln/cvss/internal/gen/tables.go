package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
)

// section is one part of the score tables: consecutive bytes, each a score in
// tenths, in the order in which package cvss computes its index.
type section struct {
	name string
	data []byte
}

// scoreTables writes the sections one after the other to out, and where each
// begins as Go constants to b.
func scoreTables(b *bytes.Buffer, macro *[270]int64, out string) error {
	classes := newClasses4(macro)
	var all []byte
	b.WriteString("\n// Where the parts of the score tables begin.\nconst (\n")
	for _, s := range []section{
		{"base2At", base2Table()},
		{"adjusted2At", adjusted2Table()},
		{"temporal2At", temporal2Table()},
		{"damage2At", damage2Table()},
		{"base3At", base3Table()},
		{"modified3At", modified3Table()},
		{"temporal3At", temporal3Table()},
		{"score4At", classes.scores()},
	} {
		fmt.Fprintf(b, "%s = %d\n", s.name, len(all))
		all = append(all, s.data...)
	}
	fmt.Fprintf(b, ")\n\n// lowest2 is the lowest adjusted score of 2.0 in tenths.\nconst lowest2 = %d\n", lowest2)
	impactIDs(b)
	classes.write(b)
	return os.WriteFile(out, all, 0o600)
}

// The three products of an impact and a requirement come in seven sizes: none,
// then low (partial in 2.0) and high (complete) each with a low, medium and high
// requirement. Their order does not matter, which leaves 84 of 343 triples.
const sizes = 7

// triples lists the 84 triples of sizes, each in falling order.
func triples() [][3]int {
	var out [][3]int
	for i := range sizes {
		for j := range i + 1 {
			for k := range j + 1 {
				out = append(out, [3]int{i, j, k})
			}
		}
	}
	return out
}

// impactIDs writes the number of the triple for each of its 343 orders.
func impactIDs(b *bytes.Buffer) {
	var ids [sizes * sizes * sizes]int
	for id, t := range triples() {
		for _, p := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			ids[(t[p[0]]*sizes+t[p[1]])*sizes+t[p[2]]] = id
		}
	}
	b.WriteString("\n// tripleIDs numbers the 84 different triples of impact sizes.\nvar tripleIDs = [343]uint8{")
	numbers(b, ids[:])
	b.WriteString("}\n")
}

func numbers(b *bytes.Buffer, list []int) {
	for i, n := range list {
		if i%24 == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "%d, ", n)
	}
	b.WriteByte('\n')
}

// product gives the numbers 0 to 1 short of the product of the sizes as digits,
// the last one running fastest.
func product(sizes ...int) [][]int {
	out := [][]int{{}}
	for _, n := range sizes {
		var next [][]int
		for _, head := range out {
			for d := range n {
				next = append(next, append(slices.Clip(head), d))
			}
		}
		out = next
	}
	return out
}
