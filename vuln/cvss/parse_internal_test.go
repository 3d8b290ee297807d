package cvss

import (
	"errors"
	"testing"
)

// The second reader has a veto. No text is known that gets by the first reader
// only, so this asks it directly.
func TestSecondReadingRefuses(t *testing.T) {
	for version, text := range map[Version]string{
		V2: "AV:N/AC:L", V30: "CVSS:3.0/AV:N", V31: "CVSS:3.1/AV:N", V40: "CVSS:4.0/AV:N",
	} {
		err := secondReading(version, text)
		if e, ok := errors.AsType[*ParseError](err); !ok || e.Reason != Refused || errors.Unwrap(err) == nil {
			t.Errorf("secondReading(%s, %s) = %v, want refused with the error of go-cvss", version, text, err)
		}
	}
}
