package vuln_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// The same file imported twice closes 33 of 34 findings (DefectDojo #11470), or
// 46 of 78 (#8100).
func TestSameFileWritesNothing(t *testing.T) {
	s := space(t)
	r := at("2026-02-01", item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b"), item("CVE-2026-1002", "b"))
	first, records := imported(t, s, r, "2026-02-02")
	if len(first.Created) != 2 || len(first.Merged) != 1 || records != 3 {
		t.Fatalf("the first import = %+v in %d records, want 2 created and 1 merged in 3", first, records)
	}
	before := findings(t, s)
	again, records := imported(t, s, r, "2026-05-01")
	if records != 0 || !again.Repeated || len(again.Unchanged) != 2 {
		t.Errorf("the same file again = %+v in %d records, want 2 unchanged in 0", again, records)
	}
	if diff := cmp.Diff(before, findings(t, s), cmpopts.EquateComparable(isms.Date{}), scores()); diff != "" {
		t.Errorf("the same file again changed findings (-before +after)\n%s", diff)
	}
}

// "Last seen" does not cost a record of each finding.
func TestEqualFindingsWriteOneRecord(t *testing.T) {
	s := space(t)
	items := []scan.Item{item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b"), item("CVE-2026-1003", "c")}
	imported(t, s, at("2026-02-01", items...), "2026-02-02")
	slices.Reverse(items)
	slices.Reverse(items[0].Ratings)
	got, records := imported(t, s, at("2026-02-08", items...), "2026-02-09")
	if records != 1 || len(got.Unchanged) != 3 {
		t.Errorf("a newer scan with equal findings = %+v in %d records, want 3 unchanged in 1", got, records)
	}
	view(t, s, func(tx *isms.Tx) error {
		in, err := vuln.ReadInputs(tx)
		for _, row := range vuln.NewRegister(in, date("2026-02-10")).Rows {
			if row.LastSeen != date("2026-02-08") {
				t.Errorf("%s was last seen on %s, want 2026-02-08", row.Finding.Vulnerability, row.LastSeen)
			}
		}
		return err
	})
}

// A rescored or retitled CVE closes and reopens, and loses its clock
// (DefectDojo: severity or description in the hash code).
func TestRescoredKeepsIdentityAndClock(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	first, _ := imported(t, s, at("2026-02-01", a), "2026-02-02")
	a.Severity, a.Title, a.Installed, a.FixedIn = scan.SeverityCritical, "Worse", "1.0-r1", "1.2"
	a.Ratings[0].Score.Tenths = 98
	got, records := imported(t, s, at("2026-03-01", a), "2026-03-02")
	if diff := cmp.Diff(first.Created, got.Updated); diff != "" || records != 2 {
		t.Errorf("a rescored finding: %d records, updated (-want +got)\n%s", records, diff)
	}
	f := finding(t, s, first.Created[0])
	if f.FirstKnown != date("2026-02-01") || f.Observations[0].Severity != scan.SeverityCritical {
		t.Errorf("a rescored finding is first known %s and %s, want 2026-02-01 and critical", f.FirstKnown, f.Observations[0].Severity)
	}
	if got, want := deadlineOf(f), date("2026-02-08"); got != want {
		t.Errorf("Deadline of a rescored finding = %s, want %s", got, want)
	}
}

// Still vulnerable hosts are marked mitigated (DefectDojo #7403); findings are
// only added, never removed (Dependency-Track ADR-013).
func TestAbsentIsNotFixed(t *testing.T) {
	s := space(t)
	a, b := item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b")
	first, _ := imported(t, s, at("2026-02-01", a, b), "2026-02-01")
	got, _ := imported(t, s, at("2026-02-08", a), "2026-02-08")
	if len(got.NotObserved) != 1 || len(got.Unchanged) != 1 {
		t.Fatalf("a scan without one finding = %+v, want it not observed", got)
	}
	gone := finding(t, s, got.NotObserved[0])
	if state := gone.State(date("2026-02-08")); gone.Vulnerability != b.ID || state != vuln.NotObserved || !state.Open() {
		t.Errorf("%s is %s, want %s not observed, and open", gone.Vulnerability, state, b.ID)
	}
	got, _ = imported(t, s, at("2026-02-15", a), "2026-02-15")
	if len(got.NotObserved) != 0 {
		t.Errorf("NotObserved = %v a second time", got.NotObserved)
	}
	got, _ = imported(t, s, at("2026-02-22", a, b), "2026-02-23")
	if len(got.Reopened) != 1 || !slices.Contains(first.Created, got.Reopened[0]) {
		t.Fatalf("seen again = %+v, want it reopened", got)
	}
	back := finding(t, s, got.Reopened[0])
	if back.Reopened != date("2026-02-22") || back.FirstKnown != date("2026-02-01") || back.State(date("2026-02-23")) != vuln.Reopened {
		t.Errorf("seen again: reopened %s, first known %s, state %s", back.Reopened, back.FirstKnown, back.State(date("2026-02-23")))
	}
}

// What the scanner could not scan is not found to be missing.
func TestIncompleteScanMissesNothing(t *testing.T) {
	s := space(t)
	imported(t, s, at("2026-02-01", item("CVE-2026-1001", "a")), "2026-02-01")
	r := at("2026-02-08")
	r.Skipped = []scan.Skip{{Where: "/Resources/3", Why: scan.WhyScanError}}
	got, _ := imported(t, s, seal(r), "2026-02-08")
	if len(got.NotObserved) != 0 || !slices.Contains(got.Notes, vuln.CodeIncomplete) {
		t.Errorf("an incomplete scan = %+v, want nothing missing and a note", got)
	}
}

// Breached findings vanish from "open" (DefectDojo #7170).
func TestBreachedStaysVisible(t *testing.T) {
	s := space(t)
	imported(t, s, at("2026-01-01", item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b")), "2026-01-01")
	imported(t, s, at("2026-02-15", item("CVE-2026-1001", "a")), "2026-02-15")
	view(t, s, func(tx *isms.Tx) error {
		in, err := vuln.ReadInputs(tx)
		r := vuln.NewRegister(in, date("2026-03-01"))
		for _, row := range r.Rows {
			if !row.Open || !row.Overdue {
				t.Errorf("%s is open %t and overdue %t, want both", row.Finding.Vulnerability, row.Open, row.Overdue)
			}
		}
		if len(r.Rows) != 2 {
			t.Errorf("%d rows, want 2", len(r.Rows))
		}
		return err
	})
}

// Accepted findings are no longer updated although present (DefectDojo #8797),
// not closed when fixed (#10769), and lose their expiry (PR #15500).
func TestPeopleDecideAndToolsObserve(t *testing.T) {
	by := isms.Link{Kind: "role", ID: "cio"}
	decisions := map[vuln.State]func(*vuln.Finding){
		vuln.Accepted: func(f *vuln.Finding) {
			f.Acceptance = vuln.Acceptance{By: by, On: date("2026-02-02"), Until: date("2026-12-31"), Justification: isms.Plain("isolated")}
		},
	}
	for _, state := range []vuln.State{vuln.FalsePositive, vuln.NotAffected} {
		decisions[state] = func(f *vuln.Finding) {
			*f = f.Decide(vuln.Decision{State: state, By: by, On: date("2026-02-02"), Rationale: isms.Plain("because")})
		}
	}
	for want, decide := range decisions {
		s := space(t)
		a := item("CVE-2026-1001", "a")
		first, _ := imported(t, s, at("2026-02-01", a), "2026-02-01")
		id := first.Created[0]
		change(t, s, id, decide)
		decided := finding(t, s, id)
		a.Severity = scan.SeverityCritical
		for _, step := range []struct {
			name string
			r    *scan.Report
			list func(vuln.Result) []string
		}{
			{"worse", at("2026-02-08", a), func(r vuln.Result) []string { return r.Updated }},
			{"absent", at("2026-02-15"), func(r vuln.Result) []string { return r.NotObserved }},
			{"back", at("2026-02-22", a), func(r vuln.Result) []string { return r.Updated }},
		} {
			got, _ := imported(t, s, step.r, "2026-02-22")
			if !slices.Equal(step.list(got), []string{id}) {
				t.Errorf("%s, %s: %+v", want, step.name, got)
			}
			f := finding(t, s, id)
			if f.State(date("2026-02-22")) != want || f.Observations[0].Severity != scan.SeverityCritical || f.Observed() != (step.name != "absent") {
				t.Errorf("%s, %s: state %s, severity %s, observed %t", want, step.name, f.State(date("2026-02-22")), f.Observations[0].Severity, f.Observed())
			}
			if diff := cmp.Diff(decided.Decision, f.Decision, cmpopts.EquateComparable(isms.Date{})); diff != "" {
				t.Errorf("%s, %s: decision (-want +got)\n%s", want, step.name, diff)
			}
			if diff := cmp.Diff(decided.Acceptance, f.Acceptance, cmpopts.EquateComparable(isms.Date{})); diff != "" {
				t.Errorf("%s, %s: acceptance (-want +got)\n%s", want, step.name, diff)
			}
		}
		if f := finding(t, s, id); want == vuln.Accepted && f.State(date("2027-01-01")) != vuln.Reopened {
			t.Errorf("an acceptance that ended leaves %s, want reopened: it came back", f.State(date("2027-01-01")))
		}
	}
}

// Somebody says that it is fixed: a scan has to verify that. One that was made
// before says nothing, one that sees it later disproves it.
func TestFixedIsVerifiedByAScan(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	first, _ := imported(t, s, at("2026-02-01", a), "2026-02-01")
	id := first.Created[0]
	fix := func(day string) {
		change(t, s, id, func(f *vuln.Finding) {
			*f = f.Decide(vuln.Decision{State: vuln.Fixed, By: isms.Link{Kind: "person", ID: "jan"}, On: date(day)})
		})
	}
	fix("2026-02-10")
	for _, step := range []struct {
		scanned string
		seen    []scan.Item
		want    vuln.State
		list    func(vuln.Result) []string
	}{
		{"2026-02-08", []scan.Item{a}, vuln.Mitigated, func(r vuln.Result) []string { return r.Unchanged }}, // made before, imported after
		{"2026-02-10", []scan.Item{a}, vuln.Mitigated, func(r vuln.Result) []string { return r.Unchanged }}, // nobody knows which was first
		{"2026-02-11", nil, vuln.Fixed, func(r vuln.Result) []string { return r.Closed }},
		{"2026-02-12", []scan.Item{a}, vuln.Reopened, func(r vuln.Result) []string { return r.Reopened }},
		{"2026-02-13", []scan.Item{a}, vuln.Reopened, func(r vuln.Result) []string { return r.Unchanged }},
		{"2026-02-14", nil, vuln.NotObserved, func(r vuln.Result) []string { return r.NotObserved }},
		{"2026-02-15", []scan.Item{a}, vuln.Reopened, func(r vuln.Result) []string { return r.Reopened }},
	} {
		got, _ := imported(t, s, at(step.scanned, step.seen...), "2026-02-20")
		if state := finding(t, s, id).State(date("2026-02-20")); state != step.want || !slices.Equal(step.list(got), []string{id}) {
			t.Errorf("fixed, then scanned on %s: %s, want %s (%+v)", step.scanned, state, step.want, got)
		}
	}
	fix("2026-02-16")
	if state := finding(t, s, id).State(date("2026-02-20")); state != vuln.Mitigated {
		t.Errorf("fixed again: %s, want mitigated until a scan verifies it", state)
	}
	got, _ := imported(t, s, at("2026-02-17", a), "2026-02-21")
	if state := finding(t, s, id).State(date("2026-02-21")); state != vuln.Reopened || len(got.Reopened) != 1 {
		t.Errorf("fixed, then seen: %s, want reopened (%+v)", state, got)
	}
}

// GHSA and CVE are counted twice (Dependency-Track #1994, #1642, #2181).
func TestNamesOfOneVulnerability(t *testing.T) {
	ghsa := item("CVE-2026-1001", "a")
	ghsa.ID, ghsa.CVEs, ghsa.Aliases = "GHSA-aaaa-bbbb-cccc", nil, nil
	cve := item("CVE-2026-1001", "a")
	cve.Aliases = []string{"GHSA-aaaa-bbbb-cccc", "RHSA-2026:1"}
	other := item("CVE-2026-1002", "a")
	other.Aliases = []string{"RHSA-2026:1"}
	advisory := ghsa
	advisory.ID = "RHSA-2026:1"

	s := space(t)
	got, _ := imported(t, s, at("2026-02-01", ghsa, cve, other), "2026-02-01")
	if len(got.Created) != 2 || len(got.Merged) != 1 || got.Merged[0].Why != vuln.CodeSameAlias || got.Merged[0].Item != 0 || len(rowsOf(t, s, "2026-02-01")) != 2 {
		t.Errorf("both names in one report = %+v, want the GHSA id merged into the CVE", got)
	}
	got, _ = imported(t, space(t), at("2026-02-01", cve, other, advisory), "2026-02-01")
	if len(got.Created) != 3 {
		t.Errorf("an advisory of two CVE ids = %+v, want 3 findings", got)
	}

	s = space(t)
	first, _ := imported(t, s, at("2026-02-01", ghsa), "2026-02-01")
	for n, it := range []scan.Item{cve, item("CVE-2026-1001", "a"), ghsa} {
		day := date("2026-02-08").AddDays(n).String()
		got, _ = imported(t, s, at(day, it, other), day)
		rows := rowsOf(t, s, day)
		if len(got.NotObserved)+len(got.Closed) > 0 || len(rows) != 2 || len(got.Created) > 0 && got.Created[0] == vuln.ID("shop", "CVE-2026-1001", it.Location()) {
			t.Errorf("another name on %s = %+v in %d rows, want the same vulnerability", day, got, len(rows))
		}
		for _, row := range rows {
			if f := row.Finding; f.Vulnerability == "CVE-2026-1001" && (f.FirstKnown != date("2026-02-01") || !row.Observed || row.LastSeen.String() != day || !slices.Contains(row.Members, first.Created[0])) {
				t.Errorf("on %s %s is first known %s, last seen %s, members %v", day, f.Vulnerability, f.FirstKnown, row.LastSeen, row.Members)
			}
		}
	}
}

// One item of a network scanner with several CVE ids is one finding, also when
// the plugin covers another CVE id later.
func TestPluginIsOneFinding(t *testing.T) {
	s := space(t)
	plugin := scan.Item{ID: "nessus:900001", Plugin: "900001", Port: 443, Protocol: "tcp", Host: "mail.example.org", CVEs: []string{"CVE-2026-1001"}, Severity: scan.SeverityHigh}
	report := func(day string, items ...scan.Item) *scan.Report {
		r := at(day, items...)
		r.Format, r.Tool, r.Targets = scan.FormatNessus, scan.Tool{Name: "Nessus"}, []string{plugin.Host}
		return seal(r)
	}
	first, _ := imported(t, s, report("2026-02-01", plugin), "2026-02-01")
	plugin.CVEs = []string{"CVE-2026-1001", "CVE-2026-1002"}
	got, _ := imported(t, s, report("2026-02-08", plugin), "2026-02-08")
	if !slices.Equal(got.Updated, first.Created) {
		t.Errorf("a plugin with one more CVE id = %+v, want %v updated", got, first.Created)
	}
	if f := finding(t, s, first.Created[0]); f.Vulnerability != plugin.ID || !slices.Equal(f.Aliases, plugin.CVEs) {
		t.Errorf("the finding is %s with %v", f.Vulnerability, f.Aliases)
	}
	// Another tool sees nothing: that says nothing about this one.
	got, _ = imported(t, s, at("2026-02-15"), "2026-02-15")
	if len(got.NotObserved) != 0 {
		t.Errorf("an empty report of another tool = %+v", got)
	}
}

// Hosts are assets: two of them on one asset would merge what they share.
func TestHostsAreApart(t *testing.T) {
	s := space(t)
	a := scan.Item{ID: "nessus:1", Plugin: "1", Host: "a.example.org", Severity: scan.SeverityLow}
	b := a
	b.Host = "b.example.org"
	r := at("2026-02-01", a, b)
	try := func(asset isms.Ref[isms.Asset], opts *vuln.ImportOptions) (result vuln.Result, err error) {
		err = s.Update(t.Context(), "test", func(tx *isms.Tx) error {
			result, err = vuln.Import(tx, asset, r, date("2026-02-01"), opts)
			return err
		})
		return result, err
	}
	if _, err := try("shop", nil); !errors.Is(err, vuln.ErrSeveralHosts) {
		t.Errorf("Import of two hosts = %v, want ErrSeveralHosts", err)
	}
	for asset, host := range map[isms.Ref[isms.Asset]]string{"shop": a.Host, "mail": b.Host} {
		got, err := try(asset, &vuln.ImportOptions{Host: host})
		if err != nil || len(got.Created) != 1 || got.OtherHosts != 1 {
			t.Errorf("Import of %s = %+v, %v, want 1 created and 1 elsewhere", host, got, err)
		}
		accounted(t, r, got)
	}
	if _, err := try("shop", &vuln.ImportOptions{Host: "c.example.org"}); err == nil {
		t.Error("Import of a host that is not in the report succeeds")
	}
	if _, err := try("shop", &vuln.ImportOptions{Host: b.Host}); err == nil {
		t.Error("Import of a second host of the file on one asset succeeds")
	}
	// What a host without findings is called by, only the targets tell.
	r = at("2026-02-08", b)
	r.Format, r.Targets = scan.FormatNessus, []string{a.Host, b.Host}
	if _, err := try("shop", nil); !errors.Is(err, vuln.ErrSeveralHosts) {
		t.Errorf("Import of two hosts, one of them clean = %v, want ErrSeveralHosts", err)
	}
	if got, err := try("shop", &vuln.ImportOptions{Host: a.Host}); err != nil || len(got.Created) != 0 || got.OtherHosts != 1 {
		t.Errorf("Import of the clean host = %+v, %v, want nothing created and 1 elsewhere", got, err)
	}
}

// 1,100 of 1,400 findings are imported, then an error (DefectDojo #10978).
func TestRejectedItemsAreListedAndTheRestIsImported(t *testing.T) {
	s := space(t)
	bad, nameless := item("CVE-2026-1001", "a\xff"), item("", "b")
	nameless.CVEs = nil
	dirty := item("CVE-2026-1002", "c")
	dirty.Title, dirty.Installed = "caf\xe9 "+strings.Repeat("é", 400), "1\xff"
	r := at("2026-02-01", bad, nameless, dirty)
	r.SHA256 = [32]byte{1}
	got, _ := imported(t, s, r, "2026-02-01")
	want := []vuln.Rejection{{Item: 0, Why: vuln.CodeNotUTF8}, {Item: 1, Why: vuln.CodeNoID}}
	if diff := cmp.Diff(want, got.Rejected); diff != "" || len(got.Created) != 1 {
		t.Errorf("created %v, rejected (-want +got)\n%s", got.Created, diff)
	}
}

func TestImportRefuses(t *testing.T) {
	s := space(t)
	good := at("2026-02-01", item("CVE-2026-1001", "a"))
	unread := at("2026-02-01")
	unread.SHA256 = [32]byte{}
	for name, c := range map[string]struct {
		asset isms.Ref[isms.Asset]
		r     *scan.Report
		today isms.Date
		want  error
	}{
		"an asset that is not there": {"bkimminich/juice-shop:v10", good, date("2026-02-01"), driver.ErrNotFound},
		"no asset":                   {"", good, date("2026-02-01"), driver.ErrNotFound},
		"no digest":                  {"shop", unread, date("2026-02-01"), vuln.ErrNoDigest},
		"no day":                     {"shop", good, isms.Date{}, nil},
	} {
		before := head(t, s)
		err := s.Update(t.Context(), "test", func(tx *isms.Tx) error {
			_, err := vuln.Import(tx, c.asset, c.r, c.today, nil)
			return err
		})
		_, problem := errors.AsType[*isms.ProblemError](err)
		if err == nil || problem || c.want != nil && !errors.Is(err, c.want) || head(t, s) != before {
			t.Errorf("%s: Import = %v, want %v and nothing written", name, err, c.want)
		}
	}
}

// Nobody knows when these were made, or they cannot have been made then.
func TestTimeOfScan(t *testing.T) {
	for name, c := range map[string]struct {
		created time.Time
		told    time.Time
		day     string // of the scan; "" is unknown
		known   string // first day of its finding
	}{
		"before the import":  {date("2026-02-01").Time(), time.Time{}, "2026-02-01", "2026-02-01"},
		"tomorrow elsewhere": {date("2026-02-11").Time().Add(time.Hour), time.Time{}, "2026-02-11", "2026-02-10"},
		"unknown":            {time.Time{}, time.Time{}, "", "2026-02-10"},
		"told":               {time.Time{}, date("2026-02-03").Time(), "2026-02-03", "2026-02-03"},
		"stated, told too":   {date("2026-02-01").Time(), date("2026-02-03").Time(), "2026-02-01", "2026-02-01"},
		"a clock at 1970":    {time.Unix(60, 0), time.Time{}, "", "2026-02-10"},
		"a clock ahead":      {date("2030-01-01").Time(), time.Time{}, "", "2026-02-10"},
		"beyond every clock": {time.Unix(1<<50, 0), time.Time{}, "", "2026-02-10"},
		"ahead, but told":    {date("2030-01-01").Time(), date("2026-02-03").Time(), "2026-02-03", "2026-02-03"},
		"in another zone":    {time.Date(2026, 2, 1, 23, 0, 0, 0, time.FixedZone("", -7200)), time.Time{}, "2026-02-02", "2026-02-02"},
	} {
		s := space(t)
		r := at("", item("CVE-2026-1001", "a"))
		r.Created = c.created
		var stored vuln.Scan
		var got vuln.Result
		update(t, s, func(tx *isms.Tx) (err error) {
			if got, err = vuln.Import(tx, "shop", r, date("2026-02-10"), &vuln.ImportOptions{At: c.told}); err != nil {
				return err
			}
			stored, err = vuln.Scans(tx).Get(string(got.Scan))
			return err
		})
		if stored.Occurred.String() != c.day || slices.Contains(got.Notes, vuln.CodeUndated) != (c.day == "") {
			t.Errorf("%s: scanned on %s with notes %v, want %q", name, stored.Occurred, got.Notes, c.day)
		}
		if stored.Told != (c.day == "2026-02-03") {
			t.Errorf("%s: Told = %t", name, stored.Told)
		}
		if f := finding(t, s, got.Created[0]); f.FirstKnown != date(c.known) {
			t.Errorf("%s: first known %s, want %s", name, f.FirstKnown, c.known)
		}
	}
}

// Whatever the order in which scans are imported, and of items in them, the
// findings are the same in the end. Each file again writes nothing, and an older
// one reports nothing as reopened or missing.
func TestOrderOfImportsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reports := someReports(t)
		n := len(reports)
		inOrder, shuffled := space(t), space(t)
		for _, r := range reports {
			imported(t, inOrder, r, "2026-02-20")
		}
		newest := -1
		for _, k := range rapid.Permutation(upTo(n)).Draw(t, "order") {
			got, _ := imported(t, shuffled, reports[k], "2026-02-20")
			older := k < newest
			newest = max(newest, k)
			if older && len(got.Reopened)+len(got.NotObserved) > 0 || older != slices.Contains(got.Notes, vuln.CodeOlder) {
				t.Errorf("scan %d after %d = %+v", k, newest, got)
			}
			if _, records := imported(t, shuffled, reports[k], "2026-02-21"); records != 0 {
				t.Errorf("scan %d again wrote %d records", k, records)
			}
		}
		stored := cmpopts.IgnoreFields(vuln.Finding{}, "Rev", "Recorded")
		if diff := cmp.Diff(findings(t, inOrder), findings(t, shuffled), stored, cmpopts.EquateComparable(isms.Date{}), scores()); diff != "" {
			t.Errorf("findings (-in order +shuffled)\n%s", diff)
		}
	})
}

// someReports are reports of successive days with some of four findings each.
func someReports(t *rapid.T) []*scan.Report {
	var reports []*scan.Report
	for day := range rapid.IntRange(1, 5).Draw(t, "scans") {
		var items []scan.Item
		for k := range 4 {
			if rapid.Bool().Draw(t, "seen") {
				it := item("CVE-2026-100"+strconv.Itoa(k), "a")
				it.Severity = scan.Severity(rapid.IntRange(0, 6).Draw(t, "severity"))
				items = append(items, it)
			}
		}
		reports = append(reports, at(date("2026-02-01").AddDays(day).String(), items...))
	}
	return reports
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// Two versions of a package in one lock file are one finding; which one comes
// first does not matter, and the greater severity counts.
func TestDuplicatesMergeInAnyOrder(t *testing.T) {
	a, b, c := item("CVE-2026-1001", "a"), item("CVE-2026-1001", "a"), item("CVE-2026-1001", "a")
	a.Severity, a.Installed, a.Title, a.Aliases = scan.SeverityUnknown, "2.0", "", []string{"GHSA-1"}
	b.Severity, b.Installed, b.Title, b.Status = scan.SeverityLow, "1.0", "B", scan.StatusAffected
	c.Severity, c.Ratings, c.PURL = scan.SeverityCritical, nil, "pkg:apk/a@1"
	rapid.Check(t, func(t *rapid.T) {
		s := space(t)
		items := rapid.Permutation([]scan.Item{a, b, c}).Draw(t, "items")
		got, _ := imported(t, s, at("2026-02-01", items...), "2026-02-01")
		if len(got.Merged) != 2 || got.Merged[0].Item != 1 || got.Merged[0].Into != got.Created[0] || got.Merged[0].Why != vuln.CodeSamePlace {
			t.Errorf("Merged = %+v, want items 1 and 2 into %v", got.Merged, got.Created)
		}
		want := vuln.Observation{
			Source: "trivy", Title: "B", Severity: scan.SeverityCritical, Installed: "1.0, 2.0", FixedIn: "1.1", PURL: "pkg:apk/a@1",
			Status: scan.StatusUnknown, Names: []vuln.Named{{ID: "GHSA-1", On: date("2026-02-01")}}, Ratings: finding(t, s, got.Created[0]).Observations[0].Ratings[:1],
		}
		f := findings(t, s)[0]
		if diff := cmp.Diff(want, f.Observations[0], scores(), cmpopts.EquateComparable(isms.Date{})); diff != "" || !slices.Equal(f.Aliases, []string{"GHSA-1"}) {
			t.Errorf("aliases %v, observation (-want +got)\n%s", f.Aliases, diff)
		}
	})
}
