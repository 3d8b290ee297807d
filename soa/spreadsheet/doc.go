// Package spreadsheet exchanges the Statement of Applicability with people who
// work in spreadsheets.
//
// [Document] is a sheet to send away: to be filled in, and returned as XLSX or
// CSV. [Read] understands it again after rows were sorted, moved, deleted or
// added and columns moved or renamed; [Returned.Compare] shows what somebody
// changed since the revisions it was made from, and [Returned.Apply] records it
// in one transaction, or nothing at all while anything conflicts.
//
// [Transition] turns a statement of the 2013 edition into a draft of one of
// 2022.
package spreadsheet
