package proof_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/proof"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// hostile are names that a file system, a shell, a database or a person would
// take for something else.
func hostile() []string {
	return []string{
		"", ".", "..", "../x", "../../etc/passwd", "/etc/passwd", `..\..\windows`, `C:\x`, "c:x", "x/y", "x/../victim", "./x",
		"x\x00", "\x00", "x\x00.yaml", "x\n", "x\r", " x", "x ", "x\t", strings.Repeat("x", 65), strings.Repeat("x", 300),
		"con", "CON", "CON.txt", "con.txt", "aux", "nul", "com1", "lpt9.x", "prn.yaml", "X", "Victim", "VICTIM", "vIctim",
		"caf\u00e9", "cafe\u0301", "\u202ex", "\uff0e\uff0e/x", "x\u200b", "\xff\xfe", "_log", "_projected.json", ".lock", ".git", "-x", "~", "~root",
		"x.", "x..", "*", "?", "%2e%2e%2f", "%", "'; drop table records; --", `"`, "`id`", "$(id)", "x|y", "x:y", "x@2", "<x>", "ismskit.json/x",
	}
}

// victim is a tenant that nobody else may reach.
const victim = "victim"

// The kinds of hostile names: a kind is a type, so there is one for each.
type upward struct{ isms.Common }

func (upward) EntityKind() string { return "../" + victim }
func (upward) Check(isms.Checker) {}

type device struct{ isms.Common }

func (device) EntityKind() string { return "CON.txt" }
func (device) Check(isms.Checker) {}

type cut struct{ isms.Common }

func (cut) EntityKind() string { return "asset\x00" }
func (cut) Check(isms.Checker) {}

type decomposed struct{ isms.Common }

func (decomposed) EntityKind() string { return "cafe\u0301" }
func (decomposed) Check(isms.Checker) {}

type endless struct{ isms.Common }

func (endless) EntityKind() string { return strings.Repeat("x", 300) }
func (endless) Check(isms.Checker) {}

type shouting struct{ isms.Common }

func (shouting) EntityKind() string { return "ASSET" }
func (shouting) Check(isms.Checker) {}

type nameless struct{ isms.Common }

func (nameless) EntityKind() string { return "" }
func (nameless) Check(isms.Checker) {}

// putKind writes an entity of a kind of its own.
func putKind[T isms.Entity](t *testing.T, space *isms.Space, v T) error {
	t.Helper()
	return space.Update(t.Context(), "because", func(tx *isms.Tx) error { return isms.Kind[T]{}.In(tx).Put(&v) })
}

// place is a store, and what there is of it outside, by name.
type place struct {
	store driver.Store
	files func(*testing.T) map[string]string
}

func places(t *testing.T) map[string]place {
	t.Helper()
	around := t.TempDir() // the store is one directory in it, and the only one
	store, err := dirstore.Open(filepath.Join(around, "store"), nil)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}
	return map[string]place{
		"memstore": {memstore.New(), func(*testing.T) map[string]string { return nil }},
		"dirstore": {store, func(t *testing.T) map[string]string {
			t.Helper()
			return tree(t, around)
		}},
	}
}

// tree is every file and directory below one, with its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			files[name] = "directory"
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// settled is a space with an asset, in a store with a victim, both written.
func settled(t *testing.T, p place) (*isms.Store, *isms.Space) {
	t.Helper()
	s := isms.Open(p.store, &isms.Options{Now: start})
	for _, tenant := range []string{victim, "acme"} {
		crm := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("of " + tenant), Type: isms.AssetSoftware}
		err := s.Space(tenant).As(isms.Person("jan")).Update(t.Context(), "first", func(tx *isms.Tx) error { return isms.Assets(tx).Put(&crm) })
		if err != nil {
			t.Fatalf("Update(%s) = %v, want nil", tenant, err)
		}
	}
	return s, s.Space("acme").As(isms.Person("jan"))
}

// untouched checks that nothing was written: no file that was not there, and
// none otherwise than it was; and that both tenants are as they were.
func untouched(t *testing.T, p place, s *isms.Store, before map[string]string) {
	t.Helper()
	if diff := cmp.Diff(before, p.files(t)); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
	for _, tenant := range []string{victim, "acme"} {
		head, dump, err := proof.Look(t.Context(), s.Space(tenant))
		if err != nil || head != 1 || !strings.Contains(dump, "of "+tenant) {
			t.Errorf("%s after hostile names: head %d, %v, %s", tenant, head, err, dump)
		}
	}
}

func wantProblem(t *testing.T, call string, err error, code isms.Code) {
	t.Helper()
	bad, ok := errors.AsType[*isms.ProblemError](err)
	if !ok || len(bad.Problems) == 0 {
		t.Errorf("%s = %v, want a ProblemError", call, err)
		return
	}
	for _, p := range bad.Problems {
		if p.Code == code {
			return
		}
	}
	t.Errorf("%s = %v, want code %s", call, err, code)
}

// A hostile id of an entity is refused with a code, and asked for it is not there.
func TestHostileIDs(t *testing.T) {
	for name, p := range places(t) {
		t.Run(name, func(t *testing.T) {
			s, space := settled(t, p)
			before := p.files(t)
			for _, id := range hostile() {
				refuseID(t, space, id)
				err := space.Update(t.Context(), "because", func(tx *isms.Tx) error {
					missID(t, tx, id)
					return isms.Assets(tx).Delete(id, 1)
				})
				if !errors.Is(err, driver.ErrNotFound) {
					t.Errorf("Delete(%q) = %v, want %v", id, err, driver.ErrNotFound)
				}
			}
			untouched(t, p, s, before)
		})
	}
}

// refuseID writes an entity with a hostile id, and one that refers to it.
func refuseID(t *testing.T, space *isms.Space, id string) {
	t.Helper()
	put := func(v isms.Asset) error {
		v.Title, v.Type = isms.Plain("hostile"), isms.AssetSoftware
		return space.Update(t.Context(), "because", func(tx *isms.Tx) error { return isms.Assets(tx).Put(&v) })
	}
	wantProblem(t, short("Put of id", id), put(isms.Asset{Common: isms.Common{ID: id}}), isms.CodeID)
	if id == "" {
		return // refers to nothing
	}
	owner := isms.Link{Kind: "person", ID: id}
	wantProblem(t, short("Put of owner", id), put(isms.Asset{Common: isms.Common{ID: "y", Owner: owner}}), isms.CodeLink)
	on := []isms.Ref[isms.Asset]{isms.Ref[isms.Asset](id)}
	wantProblem(t, short("Put of reference", id), put(isms.Asset{Common: isms.Common{ID: "y"}, DependsOn: on}), isms.CodeLink)
}

// missID reads what cannot be there.
func missID(t *testing.T, tx *isms.Tx, id string) {
	t.Helper()
	if _, err := isms.Assets(tx).Get(id); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("Get(%q) = %v, want %v", id, err, driver.ErrNotFound)
	}
	for v, err := range isms.Assets(tx).History(id) {
		t.Errorf("History(%q) yields %v, %v, want nothing", id, v, err)
	}
	for v, err := range isms.Assets(tx).Where(driver.Term{Key: "ref", Value: id}, driver.Term{Key: id, Value: id}) {
		t.Errorf("Where(%q) yields %v, %v, want nothing", id, v, err)
	}
}

// A hostile tenant is refused before the driver hears of it.
func TestHostileTenants(t *testing.T) {
	for name, p := range places(t) {
		t.Run(name, func(t *testing.T) {
			s, _ := settled(t, p)
			before := p.files(t)
			for _, tenant := range hostile() {
				space := s.Space(tenant).As(isms.Person("jan"))
				ran := func(*isms.Tx) error {
					t.Errorf("Space(%q) runs its function", tenant)
					return nil
				}
				for call, err := range map[string]error{
					"Update":         space.Update(t.Context(), "because", ran),
					"View":           space.View(t.Context(), ran),
					"View of a past": space.AsOfSeq(1).View(t.Context(), ran),
				} {
					if err == nil || !strings.Contains(err.Error(), "tenant") {
						t.Errorf("Space(%q): %s = %v, want an error about the tenant", tenant, call, err)
					}
				}
			}
			untouched(t, p, s, before)
		})
	}
}

// A kind with a hostile name is refused.
func TestHostileKinds(t *testing.T) {
	for name, p := range places(t) {
		t.Run(name, func(t *testing.T) {
			s, space := settled(t, p)
			before := p.files(t)
			x := isms.Common{ID: "x"}
			for i, err := range []error{
				putKind(t, space, upward{x}), putKind(t, space, device{x}), putKind(t, space, cut{x}), putKind(t, space, decomposed{x}),
				putKind(t, space, endless{x}), putKind(t, space, shouting{x}), putKind(t, space, nameless{x}),
			} {
				if err == nil || !strings.Contains(err.Error(), "kind") {
					t.Errorf("Put of hostile kind %d = %v, want an error about the kind", i, err)
				}
			}
			untouched(t, p, s, before)
		})
	}
}

// What hostile files say is refused like what a program says.
func TestHostileFiles(t *testing.T) {
	for name, p := range places(t) {
		t.Run(name, func(t *testing.T) {
			s, space := settled(t, p)
			before := p.files(t)
			for _, content := range []string{
				"kind: asset\nid: ../../etc/passwd\ntitle: T\ntype: software\n",
				"kind: asset\nid: \"x\\0\"\ntitle: T\ntype: software\n",
				"kind: asset\nid: CON.txt\ntitle: T\ntype: software\n",
				"kind: asset\nid: " + strings.Repeat("x", 300) + "\ntitle: T\ntype: software\n",
				"kind: asset\nid: cafe\u0301\ntitle: T\ntype: software\n",
				"kind: ../victim\nid: x\n",
				"kind: asset\nid: y\ntitle: T\ntype: software\nowner: person/../../x\n",
			} {
				err := space.Update(t.Context(), "because", func(tx *isms.Tx) error {
					return isms.Load(tx, fstest.MapFS{"x.yaml": {Data: []byte(content)}}, isms.Kinds()...)
				})
				if _, ok := errors.AsType[*isms.ProblemError](err); !ok {
					t.Errorf("Load of\n%s= %v, want a ProblemError", content, err)
				}
			}
			untouched(t, p, s, before)
		})
	}
}

// The directory store trusts nobody above it: names that package isms would
// refuse it refuses too. Whatever happens, a store is made of known names alone.
func TestHostileToDriver(t *testing.T) {
	p := places(t)["dirstore"]
	s, _ := settled(t, p)
	before := p.files(t)
	for _, name := range hostile() {
		for call, err := range map[string]error{
			"tenant":      appendOne(t, p.store, name, "asset", "x"),
			"kind":        appendOne(t, p.store, "acme", name, "x"),
			"id":          appendOne(t, p.store, "acme", "asset", name),
			"tenant read": p.store.View(t.Context(), name, driver.Latest, func(driver.Reader) error { return nil }),
		} {
			if err == nil {
				t.Errorf("dirstore takes %q as a %s, want an error", name, call)
			}
		}
	}
	untouched(t, p, s, before)
	known := regexp.MustCompile(`^(\.|store|store/(ismskit\.json|\.git(ignore|attributes)|\.lock|(acme|victim)(/(\.lock|_projected\.json|_log|_log/\d{20}\.jsonl|asset|asset/crm\.yaml))?))$`)
	for name := range maps.Keys(p.files(t)) {
		if !known.MatchString(name) {
			t.Errorf("the store has %q, want only names that it is made of", name)
		}
	}
}

func appendOne(t *testing.T, store driver.Store, tenant, kind, id string) error {
	t.Helper()
	return store.Update(t.Context(), tenant, func(w driver.Writer) error {
		head, _, err := w.Head()
		if err != nil {
			return err
		}
		r := driver.Record{Kind: kind, ID: id, Rev: 1, Seq: head + 1, Tx: head + 1, At: start(), Schema: 1, Data: []byte("{}")}
		r.Digest = driver.Sum(r)
		return w.Append(r)
	})
}

func short(call, name string) string {
	if len(name) > 40 {
		name = name[:40] + "..."
	}
	return call + " " + name
}
