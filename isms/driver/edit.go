package driver

// Edit is what somebody changed, behind the store's back, in a file that a
// store keeps for people.
type Edit struct {
	Kind, ID string // as the place of the file says
	Path     string // of the file, for messages
	Deleted  bool   // the file is gone
	Content  []byte // of the file
}

// Adopt turns edits into new revisions: it appends them all to w, or gives an
// error that says what is wrong with which file. When it returns nil every edit
// is in the records, so that the store may rewrite the files to match. Package
// isms makes one, since it knows the types.
type Adopt func(w Writer, edits []Edit) error
