package quant_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"testing"

	"github.com/ismskit/ismskit/risk/quant"
)

// resultChecksum is over the bits of results of both methods. It is the same on
// every platform, for GOAMD64=v1 and v3, and for any GOMAXPROCS. It changes
// only with the code that computes, which is a change of what users see.
const resultChecksum = "e5b75dce9d211e1a3025b501229ccbfe30d50cb240adf6233fd57fdd82b9b293"

func TestChecksum(t *testing.T) {
	p := motley()
	options := &quant.Options{Grid: 1 << 13, Years: 9_000, Seed: 3}
	m, err := quant.Prepare(t.Context(), p, options)
	if err != nil {
		t.Fatal(err)
	}
	ranked, err := m.Rank(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sampled := *options
	sampled.Method = quant.MonteCarlo
	h := sha256.New()
	numbers := 0
	var add func(v reflect.Value)
	add = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Float64:
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v.Float())))
			numbers++
		case reflect.Struct:
			for _, field := range v.Fields() {
				add(field)
			}
		case reflect.Slice:
			for i := range v.Len() {
				add(v.Index(i))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				add(v.Elem())
			}
		default: // texts, counts and flags
		}
	}
	for _, v := range []any{solve(t, p, options), solve(t, bare(reference(t)), options), solve(t, p, &sampled), solve(t, reference(t), &sampled), ranked} {
		add(reflect.ValueOf(v))
	}
	if numbers < 5000 {
		t.Fatalf("%d numbers, want thousands: is every figure still covered?", numbers)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != resultChecksum {
		t.Errorf("checksum of %d numbers = %s, want %s", numbers, got, resultChecksum)
	}
}
