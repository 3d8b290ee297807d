package dirstore_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
)

// A store goes into git and comes out of it as it was, even where git writes
// other line ends, and opening it changes nothing.
func TestGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	dir := t.TempDir()
	git := func(in string, args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), "git", append([]string{"-C", in, "-c", "user.name=Jan", "-c", "user.email=jan@example.org"}, args...)...)
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	s := open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{"title":"Customers","text":"one\ntwo\n"}`), draft("asset", "old", `{}`), draft("blob", "b", "\x00\r\n"))
	edit(t, dir, crmFile, "kind", "# ours\nkind")
	put(t, s, draft("asset", "old", ""), draft("asset", "crm", `{"title":"Clients","text":"one\ntwo\n"}`))
	want := log(t, open(t, dir, nil))
	git(dir, "init", "--quiet", "--initial-branch=main")
	git(dir, "add", ".")
	git(dir, "commit", "--quiet", "--message=first")
	for _, ends := range []string{"false", "true"} {
		t.Run("core.autocrlf="+ends, func(t *testing.T) {
			clone := filepath.Join(t.TempDir(), "clone")
			git(dir, "clone", "--quiet", "--config", "core.autocrlf="+ends, dir, clone)
			before := tree(t, filepath.Join(clone, "acme"))
			calls := 0
			s := open(t, clone, &dirstore.Options{Adopt: adopter(&calls)})
			if diff := cmp.Diff(want, log(t, s)); diff != "" || calls != 0 {
				t.Errorf("%d edits, want 0; records (-want +got):\n%s", calls, diff)
			}
			put(t, s)
			after := tree(t, filepath.Join(clone, "acme"))
			delete(after, ".lock")
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if status := git(clone, "status", "--porcelain"); status != "" {
				t.Errorf("git status = %s, want nothing", status)
			}
		})
	}
	t.Run("two branches", func(t *testing.T) {
		git(dir, "switch", "--quiet", "--create", "other")
		put(t, open(t, dir, nil), draft("asset", "a", `{}`))
		git(dir, "add", ".")
		git(dir, "commit", "--quiet", "--message=other")
		git(dir, "switch", "--quiet", "main")
		put(t, open(t, dir, nil), draft("asset", "b", `{}`))
		git(dir, "add", ".")
		git(dir, "commit", "--quiet", "--message=main")
		c := exec.CommandContext(t.Context(), "git", "-C", dir, "-c", "user.name=Jan", "-c", "user.email=jan@example.org", "merge", "other")
		if out, err := c.CombinedOutput(); err == nil {
			t.Errorf("git merge = %s, want a conflict", out)
		}
		_, err := dirstore.Open(dir, nil)
		if err == nil {
			err = tryPut(t, open(t, dir, nil))
		}
		wantErr(t, "Update in the middle of a merge", err, dirstore.ErrDamaged)
	})
}
