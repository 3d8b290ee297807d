// Package spreadsheet reads a risk register that somebody kept in a spreadsheet.
//
// [Read] turns one sheet, read by package sheet, into risks. A [Mapping] says
// which column is what; it is data, and for columns with a usual title in
// English or Dutch it needs to say nothing. What cannot be judged is never
// guessed: a score that is not on the scale, a risk that stands twice or an
// unclear day are problems, with the cell they are in, and then nothing is
// imported. A missing score is not assessed, which ranks as the greatest
// possible risk.
//
// What has no place in a risk is listed as an [isms.Omission]: columns that are
// not mapped, owners and assets that nobody knows, and levels that say something
// else than the methodology does. Levels are not imported: they follow from
// likelihood and impact.
//
// A row is the risk with the same label, so a file can be read again: an
// unchanged file records nothing, and what a sheet does not say stays as it is.
package spreadsheet
