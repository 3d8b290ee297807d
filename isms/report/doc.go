// Package report is the document tree of every ismskit report, and its
// renderings: [HTML] for the screen and for paper, [Markdown], [XLSX] and
// [DOCX] for office programs, and [CSV] for one table. Figures are SVG.
//
// A domain package builds one [Document], in one language; every rendering
// reads that same tree, so the screen and the export cannot disagree. The same
// tree gives the same bytes on every machine.
//
// All texts may come from outside: names, findings, justifications. Each
// renderer escapes for its own format; a builder passes plain strings and
// never markup. Control characters and bidirectional overrides are shown as
// U+FFFD, line ends of any kind become one newline, and a tab a space.
package report
