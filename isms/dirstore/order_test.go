package dirstore_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// openOn is a store of a life.
func openOn(tb testing.TB, l *life, opt *dirstore.Options) driver.Store {
	tb.Helper()
	s, err := dirstore.OpenOn(l.fs(), opt)
	if err != nil {
		tb.Fatalf("Open = %v, want nil", err)
	}
	return s
}

// written is the operations that write one file.
func written(dir, name string) string {
	temp := dir + "/." + name + ".tmp"
	if dir == "." {
		temp = "." + name + ".tmp"
	}
	return "create " + temp + "\nwrite " + temp + "\nsync " + temp + "\nrename " + temp + "\n"
}

// Nothing is built on what may not last: content is flushed before its name, the
// log before the files, the files before the mark that says they are there.
func TestOrderOfOperations(t *testing.T) {
	l := newDisk().life(nil, nil)
	s := openOn(t, l, nil)
	for _, c := range []struct{ name, id, data, want string }{
		{
			"the first transaction of a store", "crm", `{"n":1}`,
			written(".", ".gitattributes") + written(".", ".gitignore") + "flush .\n" +
				written(".", "ismskit.json") + "flush .\n" +
				"mkdir acme\nflush .\nmkdir acme/_log\nflush acme\n" +
				written("acme/_log", "00000000000000000001.jsonl") + "flush acme/_log\n" +
				"mkdir acme/asset\nflush acme\n" +
				written("acme/asset", "crm.yaml") + "flush acme/asset\n" + written("acme", "_projected.json"),
		},
		{
			"a change", "crm", `{"n":2}`,
			written("acme/_log", "00000000000000000002.jsonl") + "flush acme/_log\n" +
				written("acme/asset", "crm.yaml") + "flush acme/asset\n" + written("acme", "_projected.json"),
		},
		{
			"a deletion", "crm", "",
			written("acme/_log", "00000000000000000003.jsonl") + "flush acme/_log\n" +
				"remove acme/asset/crm.yaml\nflush acme/asset\n" + written("acme", "_projected.json"),
		},
	} {
		l.ops = nil
		put(t, s, draft("asset", c.id, c.data))
		if diff := cmp.Diff(c.want, strings.Join(l.ops, "\n")+"\n"); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	l.ops = nil
	put(t, s)
	log(t, s)
	if len(l.ops) > 0 {
		t.Errorf("an Update of nothing and a View did %v, want nothing", l.ops)
	}
}

// A program that takes over flushes first what a stopped one may not have.
func TestTakingOverFlushes(t *testing.T) {
	d := newDisk()
	put(t, openOn(t, d.life(nil, nil), nil), draft("asset", "crm", `{"n":1}`))
	l := d.life(nil, nil)
	put(t, openOn(t, l, nil), draft("asset", "crm", `{"n":2}`))
	want := "flush .\nflush acme\nflush acme/_log\n" + written("acme/_log", "00000000000000000002.jsonl") + "flush acme/_log\n" +
		"flush acme\n" + written("acme/asset", "crm.yaml") + "flush acme/asset\n" + written("acme", "_projected.json")
	if diff := cmp.Diff(want, strings.Join(l.ops, "\n")+"\n"); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// A commit whose directory cannot be flushed is there, and says what it is not.
func TestNotDurable(t *testing.T) {
	broken := false
	l := newDisk().life(func(n int) outcome {
		if broken && n == 4 { // after create, write, sync and rename
			return refused
		}
		return done
	}, syscall.EIO)
	s := openOn(t, l, nil)
	put(t, s, draft("asset", "crm", `{}`))
	l.ops, broken = nil, true
	err := tryPut(t, s, draft("asset", "hr", `{}`))
	wantErr(t, "Update", err, dirstore.ErrNotDurable)
	wantErr(t, "Update", err, syscall.EIO)
	wantLog(t, s, "asset/crm {}", "asset/hr {}")
	if files := l.tree(); files["acme/asset/hr.yaml"] != "" {
		t.Error("there is a file of a transaction that may not last")
	}
	put(t, s)
	if files := l.tree(); files["acme/asset/hr.yaml"] == "" {
		t.Error("there is no file of the transaction that lasts now")
	}
}
