package oscal

// These are the parts of OSCAL that are written, in the order of its own
// documentation. Fields whose names end in Line or Prose are Markdown.

type file struct {
	Catalog *catalogFile `json:"catalog,omitempty"`
	Profile *profileFile `json:"profile,omitempty"`
	Plan    *planFile    `json:"system-security-plan,omitempty"`
	Actions *actionsFile `json:"plan-of-action-and-milestones,omitempty"`
	Results *resultsFile `json:"assessment-results,omitempty"`
}

type metadata struct {
	Title       string        `json:"title"`
	Modified    string        `json:"last-modified"`
	Version     string        `json:"version"`
	OSCAL       Version       `json:"oscal-version"`
	Props       []prop        `json:"props,omitempty"`
	Roles       []role        `json:"roles,omitempty"`
	Parties     []party       `json:"parties,omitempty"`
	Responsible []responsible `json:"responsible-parties,omitempty"`
	Remarks     string        `json:"remarks,omitempty"`
}

type prop struct {
	Name    string `json:"name"`
	NS      string `json:"ns,omitempty"`
	Value   string `json:"value"`
	Remarks string `json:"remarks,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel,omitempty"`
	Text string `json:"text,omitempty"`
}

type role struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Props []prop `json:"props,omitempty"`
}

type party struct {
	UUID  string `json:"uuid"`
	Type  string `json:"type"`
	Name  string `json:"name,omitempty"`
	Props []prop `json:"props,omitempty"`
}

type responsible struct {
	Role    string   `json:"role-id"`
	Parties []string `json:"party-uuids,omitempty"`
}

type backMatter struct {
	Resources []resource `json:"resources"`
}

type resource struct {
	UUID        string `json:"uuid"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Props       []prop `json:"props,omitempty"`
}

// A catalogue.

type catalogFile struct {
	UUID     string    `json:"uuid"`
	Metadata metadata  `json:"metadata"`
	Groups   []group   `json:"groups,omitempty"`
	Controls []control `json:"controls,omitempty"`
}

type group struct {
	Title    string    `json:"title"`
	Controls []control `json:"controls,omitempty"`
}

type control struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Props []prop `json:"props,omitempty"`
	Links []link `json:"links,omitempty"`
	Parts []part `json:"parts,omitempty"`
}

type part struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	Prose string `json:"prose,omitempty"`
}

// A profile.

type profileFile struct {
	UUID     string          `json:"uuid"`
	Metadata metadata        `json:"metadata"`
	Imports  []profileImport `json:"imports"`
	Merge    struct {
		AsIs bool `json:"as-is"`
	} `json:"merge"`
}

type profileImport struct {
	Href    string      `json:"href"`
	Include []selection `json:"include-controls"`
}

type selection struct {
	IDs []string `json:"with-ids"`
}

// A system security plan.

type planFile struct {
	UUID            string          `json:"uuid"`
	Metadata        metadata        `json:"metadata"`
	Profile         imported        `json:"import-profile"`
	Characteristics characteristics `json:"system-characteristics"`
	Implementation  implementation  `json:"system-implementation"`
	Controls        implemented     `json:"control-implementation"`
	BackMatter      *backMatter     `json:"back-matter,omitempty"`
}

type imported struct {
	Href string `json:"href"`
}

type characteristics struct {
	IDs         []systemID `json:"system-ids"`
	Name        string     `json:"system-name"`
	Description string     `json:"description"`
	Props       []prop     `json:"props,omitempty"`
	Information struct {
		Types []informationType `json:"information-types"`
	} `json:"system-information"`
	Status   state     `json:"status"`
	Boundary described `json:"authorization-boundary"`
}

type systemID struct {
	ID string `json:"id"`
}

type state struct {
	State   string `json:"state"`
	Remarks string `json:"remarks,omitempty"`
}

type described struct {
	Description string `json:"description"`
}

type informationType struct {
	UUID            string  `json:"uuid"`
	Title           string  `json:"title"`
	Description     string  `json:"description"`
	Confidentiality *impact `json:"confidentiality-impact,omitempty"`
	Integrity       *impact `json:"integrity-impact,omitempty"`
	Availability    *impact `json:"availability-impact,omitempty"`
}

type impact struct {
	Base string `json:"base"`
}

type implementation struct {
	Users      []user      `json:"users"`
	Components []component `json:"components"`
}

type user struct {
	UUID  string   `json:"uuid"`
	Title string   `json:"title"`
	Roles []string `json:"role-ids,omitempty"`
}

type component struct {
	UUID        string        `json:"uuid"`
	Type        string        `json:"type"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Props       []prop        `json:"props,omitempty"`
	Links       []link        `json:"links,omitempty"`
	Status      state         `json:"status"`
	Responsible []responsible `json:"responsible-roles,omitempty"`
}

type implemented struct {
	Description  string        `json:"description"`
	Requirements []requirement `json:"implemented-requirements"`
}

type requirement struct {
	UUID        string        `json:"uuid"`
	Control     string        `json:"control-id"`
	Props       []prop        `json:"props,omitempty"`
	Links       []link        `json:"links,omitempty"`
	Responsible []responsible `json:"responsible-roles,omitempty"`
	Components  []byComponent `json:"by-components,omitempty"`
}

type byComponent struct {
	Component   string `json:"component-uuid"`
	UUID        string `json:"uuid"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
	Status      *state `json:"implementation-status,omitempty"`
}

// A plan of action and milestones, and assessment results.

type actionsFile struct {
	UUID         string        `json:"uuid"`
	Metadata     metadata      `json:"metadata"`
	Plan         imported      `json:"import-ssp"`
	System       systemID      `json:"system-id"`
	Observations []observation `json:"observations,omitempty"`
	Risks        []riskEntry   `json:"risks,omitempty"`
	Items        []actionItem  `json:"poam-items"`
	BackMatter   *backMatter   `json:"back-matter,omitempty"`
}

type actionItem struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Props        []prop        `json:"props,omitempty"`
	Observations []observedRef `json:"related-observations,omitempty"`
	Risks        []riskRef     `json:"related-risks,omitempty"`
}

type observedRef struct {
	UUID string `json:"observation-uuid"`
}

type riskRef struct {
	UUID string `json:"risk-uuid"`
}

type observation struct {
	UUID        string     `json:"uuid"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description"`
	Props       []prop     `json:"props,omitempty"`
	Methods     []string   `json:"methods"`
	Types       []string   `json:"types,omitempty"`
	Evidence    []evidence `json:"relevant-evidence,omitempty"`
	Collected   string     `json:"collected"`
}

type evidence struct {
	Href        string `json:"href"`
	Description string `json:"description"`
}

type riskEntry struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Statement    string        `json:"statement"`
	Props        []prop        `json:"props,omitempty"`
	Status       string        `json:"status"`
	Deadline     string        `json:"deadline,omitempty"`
	Remediations []remediation `json:"remediations,omitempty"`
	Observations []observedRef `json:"related-observations,omitempty"`
}

type remediation struct {
	UUID        string `json:"uuid"`
	Lifecycle   string `json:"lifecycle"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
	Tasks       []task `json:"tasks,omitempty"`
}

type task struct {
	UUID        string        `json:"uuid"`
	Type        string        `json:"type"`
	Title       string        `json:"title"`
	Props       []prop        `json:"props,omitempty"`
	Timing      *timing       `json:"timing,omitempty"`
	Responsible []responsible `json:"responsible-roles,omitempty"`
}

type timing struct {
	OnDate struct {
		Date string `json:"date"`
	} `json:"on-date"`
}

type resultsFile struct {
	UUID        string            `json:"uuid"`
	Metadata    metadata          `json:"metadata"`
	Plan        imported          `json:"import-ap"`
	Definitions *localDefinitions `json:"local-definitions,omitempty"`
	Results     []result          `json:"results"`
	BackMatter  *backMatter       `json:"back-matter,omitempty"`
}

type localDefinitions struct {
	Objectives []objective `json:"objectives-and-methods,omitempty"`
}

type objective struct {
	Control string `json:"control-id"`
	Parts   []part `json:"parts"`
}

type result struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Start        string        `json:"start"`
	End          string        `json:"end,omitempty"`
	Props        []prop        `json:"props,omitempty"`
	Reviewed     reviewed      `json:"reviewed-controls"`
	Observations []observation `json:"observations,omitempty"`
	Risks        []riskEntry   `json:"risks,omitempty"`
	Findings     []finding     `json:"findings,omitempty"`
	Remarks      string        `json:"remarks,omitempty"`
}

type reviewed struct {
	Selections []struct {
		Include []reviewedControl `json:"include-controls"`
	} `json:"control-selections"`
}

type reviewedControl struct {
	ID string `json:"control-id"`
}

type finding struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Props        []prop        `json:"props,omitempty"`
	Target       target        `json:"target"`
	Observations []observedRef `json:"related-observations,omitempty"`
	Risks        []riskRef     `json:"related-risks,omitempty"`
}

type target struct {
	Type   string `json:"type"`
	ID     string `json:"target-id"`
	Status struct {
		State  string `json:"state"`
		Reason string `json:"reason,omitempty"`
	} `json:"status"`
}
