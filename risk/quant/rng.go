package quant

// stream is a sequence of independent uniform 64-bit numbers that are a pure
// function of a key and a counter: any number of it can be had on its own, in
// any order, on any goroutine. Streams of different keys are independent; they
// are not places in one long sequence.
type stream struct {
	first, second uint64 // the key
	counter       uint64
}

// newKey is the key of what draws are for (the id of a scenario) under a seed.
func newKey(seed uint64, purpose string) uint64 {
	h := mix(seed ^ 0x6a09e667f3bcc908)
	for i := range len(purpose) {
		h = mix(h ^ uint64(purpose[i]))
	}
	return mix(h ^ uint64(len(purpose))<<8)
}

// newStream is the stream of a key for a block of years and what is drawn.
func newStream(key uint64, block int, draw uint64) stream {
	h := mix(mix(key^uint64(block)) ^ draw<<56) //nolint:gosec // not negative
	return stream{first: h, second: mix(h ^ 0xbb67ae8584caa73b)}
}

// next is the next number of the stream.
func (s *stream) next() uint64 {
	s.counter++
	return s.at(s.counter)
}

// at is the number at a place of the stream.
func (s *stream) at(counter uint64) uint64 {
	z := s.first + counter*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27 ^ s.second) * 0x94d049bb133111eb
	return z ^ z>>31
}

// mix is a bijection of 64 bits in which every bit depends on every other (the
// finalizer of SplitMix64 in Stafford's variant 13, after a step).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uintBelow is a uniform number from 0 to n-1, n at most 2^32, of 32 random bits.
// No number is more likely than another by more than n/2^32 of its probability.
func uintBelow(random uint32, n int) uint32 {
	return uint32(uint64(random) * uint64(n) >> 32) //nolint:gosec // below n
}
