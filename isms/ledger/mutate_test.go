package ledger_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
)

// mutation is a way to falsify a log; other is the log of another tenant with
// the same ids. It may give the log back as it was.
type mutation func(r *rand.Rand, log, other []driver.Record) []driver.Record

func mutations() map[string]mutation {
	at := func(r *rand.Rand, log []driver.Record) int { return r.IntN(len(log)) }
	return map[string]mutation{
		"flip": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i := at(r, log)
			log[i] = flip(r, log[i])
			return log
		},
		"flip, new digest": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i := at(r, log)
			log[i] = flip(r, log[i])
			log[i].Digest = driver.Sum(log[i])
			return log
		},
		"delete": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i := at(r, log)
			return slices.Delete(log, i, i+1)
		},
		"delete, numbered anew": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i := at(r, log)
			return numbered(slices.Delete(log, i, i+1))
		},
		"swap": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i, j := at(r, log), at(r, log)
			log[i], log[j] = log[j], log[i]
			return log
		},
		"swap, numbered anew": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i, j := at(r, log), at(r, log)
			log[i], log[j] = log[j], log[i]
			return numbered(log)
		},
		"insert": func(r *rand.Rand, log, other []driver.Record) []driver.Record {
			return slices.Insert(log, at(r, log), other[at(r, other)])
		},
		"insert, numbered anew": func(r *rand.Rand, log, other []driver.Record) []driver.Record {
			return numbered(slices.Insert(log, at(r, log), other[at(r, other)]))
		},
		"repeat, numbered anew": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i := at(r, log)
			return numbered(slices.Insert(log, i/2, log[i]))
		},
		"splice a record": func(r *rand.Rand, log, other []driver.Record) []driver.Record {
			i := at(r, log)
			log[i] = other[i]
			return log
		},
		"splice a tail": func(r *rand.Rand, log, other []driver.Record) []driver.Record {
			i := at(r, log)
			return append(log[:i], other[i:]...)
		},
		"cut, and go on otherwise": func(r *rand.Rand, log, _ []driver.Record) []driver.Record {
			i := at(r, log)
			return append(log[:i], history(r, len(log)+5)[i:]...)
		},
		"contents of another record": func(r *rand.Rand, log, other []driver.Record) []driver.Record {
			i, from := at(r, log), other[at(r, other)]
			log[i].Salt, log[i].By, log[i].Note, log[i].Terms, log[i].Data = from.Salt, from.By, from.Note, from.Terms, from.Data
			return log
		},
	}
}

func numbered(log []driver.Record) []driver.Record {
	for i := range log {
		log[i].Seq = int64(i) + 1
	}
	return log
}

// flip changes one bit of one field, or the least there is where it has none.
func flip(r *rand.Rand, rec driver.Record) driver.Record {
	v := reflect.ValueOf(&rec).Elem()
	flipField(r, v.Field(r.IntN(v.NumField())))
	return rec
}

func flipField(r *rand.Rand, f reflect.Value) {
	switch old := f.Interface().(type) {
	case string:
		f.SetString(string(flipBytes(r, []byte(old))))
	case []byte:
		f.SetBytes(flipBytes(r, old))
	case bool:
		f.SetBool(!old)
	case int64:
		f.SetInt(old ^ 1<<r.IntN(63))
	case int:
		f.SetInt(int64(old ^ 1<<r.IntN(31)))
	case time.Time:
		f.Set(reflect.ValueOf(old.Add(1 << r.IntN(50))))
	case []driver.Term:
		terms := slices.Clone(old)
		switch i := r.IntN(len(terms) + 1); {
		case i == len(terms):
			terms = append(terms, driver.Term{})
		case r.IntN(3) == 0:
			terms = slices.Delete(terms, i, i+1)
		case r.IntN(2) == 0: // the same bytes, but for where the key ends
			terms[i] = driver.Term{Key: terms[i].Key + terms[i].Value[:1], Value: terms[i].Value[1:]}
		default:
			flipField(r, reflect.ValueOf(&terms[i]).Elem().Field(r.IntN(2)))
		}
		f.Set(reflect.ValueOf(terms))
	default:
		panic(fmt.Sprintf("flip of a %T", old))
	}
}

func flipBytes(r *rand.Rand, old []byte) []byte {
	b := slices.Clone(old)
	if len(b) == 0 {
		return []byte{'x'}
	}
	b[r.IntN(len(b))] ^= 1 << r.IntN(8)
	return b
}

// Ten thousand falsified logs, and each of them shows. A usual run has a tenth.
func TestMutationsAreDetected(t *testing.T) {
	logs, want := 2, 1000
	if os.Getenv("ISMSKIT_SOAK") != "" {
		logs, want = 20, 10_000
	}
	const each = 40 // of each of the 13 mutations
	done := 0
	for seed := range logs {
		r := random(uint64(seed))
		original, other := history(r, 30+r.IntN(40)), history(r, 80)
		cp := mustSign(t, logOf(t, original), nil)
		for name, mutate := range mutations() {
			for i := range each {
				changed := mutate(r, slices.Clone(original), other)
				if reflect.DeepEqual(changed, original) {
					continue // a swap of a record with itself
				}
				done++
				report, err := logOf(t, changed).Verify(t.Context(), cp)
				if !errors.Is(err, ledger.ErrAltered) && !errors.Is(err, ledger.ErrTruncated) {
					t.Fatalf("log %d, %s, try %d: Verify = %+v, %v, want %v or %v (-original +changed):\n%s", seed, name, i,
						report, err, ledger.ErrAltered, ledger.ErrTruncated, cmp.Diff(original, changed))
				}
			}
		}
	}
	if done < want {
		t.Errorf("%d mutations, want at least %d", done, want)
	}
}

// Truncation shows at every length, and so does what was put back from an old
// backup and then went on.
func TestTruncationAtEveryLength(t *testing.T) {
	original := history(random(1), 200)
	cp := mustSign(t, logOf(t, original), nil)
	otherwise := history(random(2), 300)
	for n := range original {
		if _, err := logOf(t, original[:n]).Verify(t.Context(), cp); !errors.Is(err, ledger.ErrTruncated) {
			t.Fatalf("Verify of %d of 200 records = %v, want %v", n, err, ledger.ErrTruncated)
		}
		went := append(slices.Clone(original[:n]), otherwise[n:]...)
		if _, err := logOf(t, went).Verify(t.Context(), cp); !errors.Is(err, ledger.ErrAltered) {
			t.Fatalf("Verify of %d of 200 records and others = %v, want %v", n, err, ledger.ErrAltered)
		}
	}
}

// A record missing after the checkpoint shows as well, unless it is the last.
func TestHoleAfterTheCheckpoint(t *testing.T) {
	log := history(random(1), 30)
	cp := mustSign(t, logOf(t, log[:10]), nil)
	report, err := logOf(t, slices.Delete(log, 19, 20)).Verify(t.Context(), cp)
	if !errors.Is(err, ledger.ErrAltered) || report.Head != 19 {
		t.Errorf("Verify without record 20 = %+v, %v, want %v after 19 records", report, err, ledger.ErrAltered)
	}
}

// What a record holds is found without a checkpoint's help, and by its Seq.
func TestAlteredContentsAreNamed(t *testing.T) {
	log := history(random(1), 50)
	cp := mustSign(t, logOf(t, log[:30]), nil)
	log[11].Data = []byte(`{"title":"harmless"}`)
	log[11].Deleted = false
	log[40].Note = "another reason"
	report, err := logOf(t, log).Verify(t.Context(), cp)
	if !errors.Is(err, ledger.ErrAltered) {
		t.Errorf("Verify = %v, want %v", err, ledger.ErrAltered)
	}
	if want := (ledger.Report{Size: 30, Head: 50, Altered: []int64{12, 41}}); !cmp.Equal(report, want) {
		t.Errorf("Verify (-want +got):\n%s", cmp.Diff(want, report))
	}
	signer, _ := key(t, keyName, 1)
	if _, err := logOf(t, log).Checkpoint(t.Context(), signer, nil); !errors.Is(err, ledger.ErrAltered) {
		t.Errorf("Checkpoint of altered records = %v, want %v", err, ledger.ErrAltered)
	}
}
