package isms

import "github.com/ismskit/ismskit/internal/ident"

// ValidID reports whether s can be the id of a tenant, a kind or an entity:
// [a-z0-9][a-z0-9._-]{0,63}, without a dot at the end and without a file name
// that Windows reserves before the first dot. Ids are compared bytewise. They
// end up in file names, URLs and logs, so they never hold personal data.
func ValidID(s string) bool { return ident.Valid(s) }
