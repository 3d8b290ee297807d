package oscal

import (
	"crypto/sha1" //nolint:gosec // RFC 9562 makes a version 5 uuid with it; nothing rests on its strength
	"encoding/hex"
	"strconv"
	"strings"
)

// NS is the namespace of the properties that only this package knows.
const NS = "https://github.com/ismskit/ismskit/oscal"

// uuid is a universally unique identifier (RFC 9562).
type uuid [16]byte

// urls is the namespace of names that are URLs (RFC 9562, 6.6).
func urls() uuid {
	return uuid{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
}

// namespace is that of a system: everything in it is named below.
func namespace(system string) uuid { return urls().v5(NS).v5(system) }

// v5 is the uuid of a name in the namespace u (RFC 9562, 5.5).
func (u uuid) v5(name string) uuid {
	sum := sha1.Sum(append(u[:], name...)) //nolint:gosec // as above
	var made uuid
	copy(made[:], sum[:])
	made[6] = made[6]&0x0f | 0x50
	made[8] = made[8]&0x3f | 0x80
	return made
}

// of is the uuid of a thing with a name in several parts: each part after its
// length, so that no two names read the same.
func (u uuid) of(parts ...string) string {
	var name strings.Builder
	for _, p := range parts {
		name.WriteString(strconv.Itoa(len(p)) + ":" + p)
	}
	return u.v5(name.String()).String()
}

// String is the usual form, in lower case.
func (u uuid) String() string {
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
