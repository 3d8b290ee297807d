package report

import (
	"slices"
	"strconv"
	"strings"
)

// choices is what a drop-down offers, as a formula, and whether that is
// everything that may stand there. What would run once it is picked is never
// offered, nor is a choice of several lines.
func (b *book) choices(list []string) (formula string, strict bool) {
	var offered []string
	plain, strict := true, true
	for _, s := range list {
		s = clean(s)
		switch {
		case strings.TrimSpace(s) == "" || slices.Contains(offered, s):
		case strings.Contains(s, "\n") || neutral(s) != s || len(s) > maxText:
			strict = false
		default:
			plain = plain && !strings.ContainsAny(s, `,"`) && strings.TrimSpace(s) == s
			offered = append(offered, s)
		}
	}
	if len(offered) == 0 {
		return "", false
	}
	if joined := strings.Join(offered, ","); plain && units(joined) <= 255 {
		return `"` + joined + `"`, strict
	}
	column := columnName(len(b.lists))
	b.lists = append(b.lists, offered)
	return quoteSheet(b.listName) + "!$" + column + "$1:$" + column + "$" + strconv.Itoa(len(offered)), strict
}

// listSheet writes the hidden sheet of long lists.
func (b *book) listSheet() {
	n := len(b.names) - 1
	b.openSheet(n)
	b.tag(`<sheetView workbookViewId="0"/></sheetViews><sheetData>`)
	longest := 0
	for _, list := range b.lists {
		longest = max(longest, len(list))
	}
	for row := range longest {
		b.openRow(row+1, lineHeight)
		for column, list := range b.lists {
			if row < len(list) {
				b.cell(column, row+1, Text(list[row]), look{role: roleText})
			}
		}
		b.tag(`</row>`)
	}
	b.tag(`</sheetData>`)
	b.closeSheet(n)
}

func (b *book) dropDowns(t *tablePlan) {
	count := 0
	for _, c := range t.columns {
		if c.list != "" {
			count++
		}
	}
	if count == 0 {
		return
	}
	b.tag(`<dataValidations count="`)
	b.number(count)
	b.tag(`">`)
	for i, c := range t.columns {
		if c.list == "" {
			continue
		}
		b.tag(`<dataValidation type="list" allowBlank="1"`)
		if c.strict {
			b.tag(` showErrorMessage="1"`)
		}
		b.tag(` sqref="`)
		b.below(i)
		b.tag(`"><formula1>`)
		b.content(c.list)
		b.tag(`</formula1></dataValidation>`)
	}
	b.tag(`</dataValidations>`)
}

// below is the whole column under its title, for rows that people add.
func (b *book) below(column int) {
	b.ref(column, 2)
	b.tag(":")
	b.ref(column, maxRows)
}

// choiceTones are the tones of the choices of column i that have one and the
// same tone in every row, and not the neutral one.
func choiceTones(t Table, i int) map[string]Tone {
	if len(t.Columns[i].Choices) == 0 {
		return nil
	}
	tones, mixed := map[string]Tone{}, map[string]bool{}
	for _, r := range t.Rows {
		c := r.Cells[i]
		if have, seen := tones[c.Text]; seen && have != c.Tone {
			mixed[c.Text] = true
		}
		tones[c.Text] = c.Tone
	}
	follow := map[string]Tone{}
	for _, s := range t.Columns[i].Choices {
		if tone := tones[s]; tone != Neutral && tone <= Unknown && !mixed[s] && units(s) <= 255 && !strings.Contains(s, "\n") && clean(s) == s {
			follow[s] = tone
		}
	}
	return follow
}

func (b *book) toneRules(t *tablePlan) {
	priority := 0
	for i, c := range t.columns {
		if len(c.tones) == 0 {
			continue
		}
		b.tag(`<conditionalFormatting sqref="`)
		b.below(i)
		b.tag(`">`)
		for n, s := range t.Columns[i].Choices {
			tone, is := c.tones[s]
			if !is || slices.Contains(t.Columns[i].Choices[:n], s) {
				continue
			}
			priority++
			b.tag(`<cfRule type="cellIs" dxfId="`)
			b.number(int(tone) - 1)
			b.tag(`" priority="`)
			b.number(priority)
			b.tag(`" operator="equal"><formula>"`)
			b.content(strings.ReplaceAll(s, `"`, `""`))
			b.tag(`"</formula></cfRule>`)
		}
		b.tag(`</conditionalFormatting>`)
	}
}
