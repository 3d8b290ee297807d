// Package ledger shows whether the records of a tenant are still those that were
// recorded. The revisions of a tenant, in the order of Seq, are the leaves of a
// hash tree (RFC 6962); a signed checkpoint fixes its root, and with it every
// revision so far, in three lines of text.
//
// What it proves: whoever kept a checkpoint where those who can change the store
// could not reach it, can tell later whether each record up to it is unaltered
// since, and in its place. A cut tail, an old backup, a rewritten record, a
// record moved in from elsewhere and a history that went two ways all show. A
// single record can be shown to others, with a short proof, without the rest.
//
// What it does not prove: that a record is true, that the actor named in it made
// it, or that it was made at the time it bears; only that it has not changed
// since a checkpoint was out of reach. Nothing is proven about records after the
// newest such checkpoint. Who holds the key and the store, and never gave a
// checkpoint away, can write a new history and sign it.
//
// Erasure: what a record holds is in the tree as a salted digest. A store that
// can erase (see [driver.Eraser]) drops the contents and the salt and keeps the
// digest, so every proof still holds, and Verify lists the record as erased.
//
// Checkpoints are notes (golang.org/x/mod/sumdb/note, Ed25519) in the form of
// C2SP tlog-checkpoint: origin, number of records, root hash. The origin is the
// name of the key, a slash, and the tenant. Nothing of this is stored: the tree
// is made from the log each time, and checkpoints are the host's to give away.
package ledger
