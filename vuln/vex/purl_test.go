package vex_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/vuln/vex"
	"pgregory.net/rapid"
)

func TestParsePURL(t *testing.T) {
	for in, want := range map[string]string{
		// The parts, and how they are written.
		"pkg:generic/openssl":                   "pkg:generic/openssl",
		"PKG://Generic//a//b/openssl@1.1.10g":   "pkg:generic/a/b/openssl@1.1.10g",
		"pkg:generic/a?b=&C=x%26y&a=1#./x/../y": "pkg:generic/a?a=1&c=x%26y#x/y",
		"pkg:generic/a@1+2":                     "pkg:generic/a@1%2B2",
		"pkg:generic/%C3%A9@%C3%A9?k=a/b:c#%20": "pkg:generic/%C3%A9@%C3%A9?k=a/b:c#%20",
		// Namespaces with an @, as npm has them, encoded or not.
		"pkg:npm/@Vue/core":       "pkg:npm/%40vue/core",
		"pkg:npm/%40vue/core@3.0": "pkg:npm/%40vue/core@3.0",
		// Types with rules of their own.
		"pkg:golang/github.com/BurntSushi/toml@v1.2.3":     "pkg:golang/github.com/burntsushi/toml@1.2.3",
		"pkg:golang/x/y@vendored":                          "pkg:golang/x/y@vendored",
		"pkg:PyPI/Django_package.x@1.0":                    "pkg:pypi/django-package-x@1.0",
		"pkg:deb/Debian/CURL@0:7.1?arch=i386":              "pkg:deb/debian/curl@7.1?arch=i386",
		"pkg:rpm/RedHat/Openssl@3.0.7-1?epoch=1&arch=src":  "pkg:rpm/redhat/Openssl@1:3.0.7-1?arch=src",
		"pkg:rpm/redhat/openssl@3.0.7-1?epoch=0":           "pkg:rpm/redhat/openssl@3.0.7-1",
		"pkg:maven/Org.Apache/Commons@1":                   "pkg:maven/Org.Apache/Commons@1",
		"pkg:huggingface/a/B@ABCD":                         "pkg:huggingface/a/B@abcd",
		"pkg:mlflow/A@1?repository_url=x.databricks.com":   "pkg:mlflow/a@1?repository_url=x.databricks.com",
		"pkg:mlflow/A@1?repository_url=https://x.azure.eu": "pkg:mlflow/A@1?repository_url=https://x.azure.eu",
		"pkg:oci/App@sha256%3Aab?tag=v1":                   "pkg:oci/app@sha256:ab?tag=v1",
	} {
		p, err := vex.ParsePURL(in)
		if got := p.String(); got != want || err != nil {
			t.Errorf("ParsePURL(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
	if got := (vex.PURL{}).String(); got != "" {
		t.Errorf("String of the zero value = %q, want empty", got)
	}
}

func TestParsePURLRefuses(t *testing.T) {
	for _, in := range []string{
		"", "pkg", "lodash@4", "pkg:", "pkg:npm", "pkg:npm/", "pkg:lodash@4", "pkg:maven/@1.3.4", "pkg:n&g?inx/nginx@0.8.9",
		"pkg:3nginx/nginx", "pkg:nginx:a/nginx", "pkg%3Amaven/a/b", "pkg:npm/a?in%20production=true", "pkg:npm/a?1=x",
		"pkg:npm/a?arch=x&ARCH=y", "pkg:npm/%zz", "pkg:npm/a@%zz", "pkg:npm/a?x=%zz", "pkg:npm/a#%zz", "pkg:npm/%FF", "pkg:npm/a%2Fb",
		"pkg:npm/a%00", "pkg:npm/" + strings.Repeat("a", vex.MaxPURL),
	} {
		p, err := vex.ParsePURL(in)
		if !errors.Is(err, vex.ErrPURL) || p.String() != "" {
			t.Errorf("ParsePURL(%.60q) = %v, %v, want ErrPURL", in, p, err)
		} else if len(err.Error()) > 300 {
			t.Errorf("ParsePURL(%.60q): an error of %d bytes", in, len(err.Error()))
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		rule, p, q string
		want       bool
	}{
		{"the same", "pkg:npm/a@1", "pkg:npm/a@1", true},
		{"another version", "pkg:npm/a@1", "pkg:npm/a@1.0", false},
		{"any version", "pkg:npm/a", "pkg:npm/a@1", true},
		{"an unknown version is no version", "pkg:npm/a@1", "pkg:npm/a", false},
		{"another name", "pkg:npm/a@1", "pkg:npm/ab@1", false},
		{"another namespace", "pkg:maven/x/a@1", "pkg:maven/y/a@1", false},
		{"another type", "pkg:npm/a@1", "pkg:pypi/a@1", false},
		{"qualifiers that it does not name", "pkg:deb/debian/a@1", "pkg:deb/debian/a@1?arch=amd64", true},
		{"its qualifiers", "pkg:deb/debian/a@1?arch=amd64", "pkg:deb/debian/a@1?arch=amd64&distro=debian-12", true},
		{"another architecture", "pkg:deb/debian/a@1?arch=amd64", "pkg:deb/debian/a@1?arch=i386", false},
		{"an unknown architecture", "pkg:deb/debian/a@1?arch=amd64", "pkg:deb/debian/a@1", false},
		{"a range of versions is not read", "pkg:npm/a?vers=vers:npm/%3C2", "pkg:npm/a@1", false},
		{"its subpath", "pkg:golang/a/b@1#cmd/x", "pkg:golang/a/b@1#cmd/x", true},
		{"another subpath", "pkg:golang/a/b@1#cmd/x", "pkg:golang/a/b@1", false},
		{"the epoch is part of the version", "pkg:rpm/x/a@1:2", "pkg:rpm/x/a@2?epoch=1", true},
		{"another epoch", "pkg:rpm/x/a@2", "pkg:rpm/x/a@2?epoch=1", false},
		{"nothing covers nothing", "", "pkg:npm/a", false},
	} {
		p, _ := vex.ParsePURL(c.p) // "" is the zero value
		if got := p.Covers(purl(t, c.q)); got != c.want {
			t.Errorf("%s: Covers(%s, %s) = %t, want %t", c.rule, c.p, c.q, got, c.want)
		}
	}
}

func purl(tb testing.TB, s string) vex.PURL {
	tb.Helper()
	p, err := vex.ParsePURL(s)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// What is written is read as what it was, and covers itself.
func TestPURLRoundTrip(t *testing.T) {
	part := rapid.StringMatching(`[a-zA-Z0-9._~:@?#%&=+ é-]{1,8}`)
	rapid.Check(t, func(t *rapid.T) {
		escape := func(s string) string {
			return strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", "@", "%40", "&", "%26").Replace(s)
		}
		s := "pkg:" + rapid.SampledFrom([]string{"npm", "golang", "rpm", "deb", "pypi", "generic"}).Draw(t, "type")
		s += "/" + escape(part.Draw(t, "namespace")) + "/" + escape(part.Draw(t, "name")) + "@" + escape(part.Draw(t, "version"))
		s += "?arch=" + escape(part.Draw(t, "arch")) + "&epoch=1#" + escape(part.Draw(t, "subpath"))
		p, err := vex.ParsePURL(s)
		if err != nil {
			t.Fatalf("ParsePURL(%q): %v", s, err)
		}
		again, err := vex.ParsePURL(p.String())
		if err != nil || !again.Covers(p) || !p.Covers(again) {
			t.Fatalf("ParsePURL(%q) = %v, %v, want %v", p.String(), again, err, p)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%s (-want +got)\n%s", s, diff)
		}
	})
}

func FuzzParsePURL(f *testing.F) {
	for _, s := range []string{"pkg:npm/@a/b@1?c=d#e", "pkg:rpm/a@1?epoch=0:", "pkg:deb/a@0:0:1", "pkg:golang/a@vv1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := vex.ParsePURL(s)
		if err != nil {
			return
		}
		again, err := vex.ParsePURL(p.String())
		if diff := cmp.Diff(p, again); err != nil || diff != "" {
			t.Errorf("ParsePURL(%q) of %q: %v (-want +got)\n%s", p.String(), s, err, diff)
		}
	})
}
