package handoff

import "github.com/ismskit/ismskit/isms"

// Codes of problems that [Verify] finds. Problem.Where is the name of the file
// in the pack.
const (
	CodeContainer  isms.Code = "handoff/container"  // not a ZIP file in the form of a pack
	CodeEntry      isms.Code = "handoff/entry"      // a file's place in it is not as it was written
	CodeName       isms.Code = "handoff/name"       // a name that no pack has
	CodeTwice      isms.Code = "handoff/twice"      // a name that stands twice
	CodeOrder      isms.Code = "handoff/order"      // not in the order that was signed
	CodeSignature  isms.Code = "handoff/signature"  // not signed with the key
	CodeManifest   isms.Code = "handoff/manifest"   // not the list that was signed
	CodeAltered    isms.Code = "handoff/altered"    // not the file that was signed
	CodeMissing    isms.Code = "handoff/missing"    // signed, and not there
	CodeExtra      isms.Code = "handoff/extra"      // there, and not signed
	CodeProof      isms.Code = "handoff/proof"      // a record is not proven as the list says
	CodeAttachment isms.Code = "handoff/attachment" // a file is not what the list says of it
)

// Codes of problems of [Write] and [Redact].
const (
	CodePart  isms.Code = "handoff/part"  // a name that is no id, or that two have
	CodeLimit isms.Code = "handoff/limit" // more than a pack can hold
	CodeField isms.Code = "handoff/field" // a field that cannot be allowed
)

// What a pack can hold. Verify refuses more than that, so Write does too.
const (
	maxFiles    = 65_000
	maxBytes    = 1<<32 - 1<<20 // of a ZIP file without its 64-bit form, with room for the directory
	maxManifest = 16 << 20
	maxRecord   = 64 << 20 // of the file of one record
	maxSmall    = 1 << 20  // of a signature, a checkpoint, a proof
)
