// Package handoff makes what leaves the organization: a signed evidence pack
// for an auditor, and a Statement of Applicability that a customer may see.
//
// # Evidence pack
//
// [Write] makes one ZIP file that needs no program to read: an index in English
// or Dutch, reports, the files of documents and evidence, and the proofs that
// the records behind the statement are in the log of a checkpoint (see package
// ledger). manifest.json lists every file with its SHA-256, and manifest.note
// signs that list. [Verify] needs the file and the public key, no store and no
// network.
//
// What a pack that verifies proves: its files are those that the holder of the
// key signed, all of them and no other; and each proven record is unaltered
// since the checkpoint was signed. What it does not prove: that a record or a
// file is true, who made it, when, or that nothing was left out before. It
// does not say that the organization conforms to the standard. An older pack of
// the same key verifies too: [Report] says of which day it is.
//
// A file that a record names and that is missing, or is not the one that the
// record names by its hash, is in the index as such; it is never left out.
//
// The ZIP file holds its files as they are, without compression: the same pack
// gives the same bytes, whatever the version of a compressor, and nothing in it
// can unfold into more than it is. Every byte of the file is accounted for, so
// packing it again is a change that shows.
//
// # Redacted statement
//
// [Redact] copies what may be seen, field by field, into a type of its own.
// What nobody thought of is therefore not in it.
package handoff
