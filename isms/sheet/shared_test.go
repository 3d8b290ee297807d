package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/sheet"
)

// A shared text counts in each cell that has it: a file of a few kilobytes would
// otherwise stand for terabytes to whoever reads its cells.
func TestSharedTextsCountWhereTheyStand(t *testing.T) {
	// Of 256 KiB that does not pack so well that it is a bomb.
	var long strings.Builder
	for i := range 256 << 10 / 16 {
		fmt.Fprintf(&long, "%016d", i*7919)
	}
	list := with(t, workbook(strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 255)), "xl/sharedStrings.xml", "zero", long.String())
	if b := mustRead(t, pack(t, list), nil); len(b.Sheets[0].Rows) != 255 {
		t.Errorf("%d rows within the limit, want 255", len(b.Sheets[0].Rows))
	}
	list = with(t, workbook(strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 257)), "xl/sharedStrings.xml", "zero", long.String())
	if _, err := read(t, pack(t, list), nil); reason(err) != sheet.ReasonLimit {
		t.Errorf("Read of 257 cells with 256 KiB each = %v, want limit", err)
	}
}
