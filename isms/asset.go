package isms

import "github.com/ismskit/ismskit/isms/lang"

// Asset is something of value that the management system protects: information,
// and what holds, carries or handles it (A.5.9).
type Asset struct {
	Common

	Title          Text          `json:"title"`
	Type           AssetType     `json:"type"`
	Description    Text          `json:"description,omitempty"`
	Classification string        `json:"classification,omitempty"` // in the organization's own scheme (A.5.12)
	Needs          Needs         `json:"needs,omitzero"`
	Exposure       Exposure      `json:"exposure,omitempty"`
	PersonalData   bool          `json:"personalData,omitempty"`
	Location       Text          `json:"location,omitempty"`
	Supplier       string        `json:"supplier,omitempty"`
	Provider       Ref[Supplier] `json:"provider,omitempty"` // the supplier, when it is on record
	DependsOn      []Ref[Asset]  `json:"dependsOn,omitempty"`
	From           Date          `json:"from,omitzero"`  // in use from
	Until          Date          `json:"until,omitzero"` // the last day; unset while in use
}

// AssetType is what sort of thing an asset is.
type AssetType string

// The types of asset.
const (
	AssetInformation AssetType = "information"
	AssetSoftware    AssetType = "software"
	AssetHardware    AssetType = "hardware"
	AssetNetwork     AssetType = "network"
	AssetService     AssetType = "service" // bought or offered
	AssetProcess     AssetType = "process"
	AssetPeople      AssetType = "people"
	AssetPremises    AssetType = "premises"
)

// Label is the type in language l.
func (t AssetType) Label(l lang.Lang) string { return lang.Word(l, "asset", string(t)) }

// Rating is how much something matters; unset is not assessed, which is never
// read as low.
type Rating string

// The ratings.
const (
	Low      Rating = "low"
	Medium   Rating = "medium"
	High     Rating = "high"
	VeryHigh Rating = "very-high"
)

// Label is the rating in language l.
func (r Rating) Label(l lang.Lang) string { return lang.Word(l, "rating", string(r)) }

// Rank orders ratings: 1 for low up to 4 for very high, and 5 for not assessed,
// which ranks as the greatest.
func (r Rating) Rank() int {
	switch r {
	case Low:
		return 1
	case Medium:
		return 2
	case High:
		return 3
	case VeryHigh:
		return 4
	default:
		return 5
	}
}

// Needs is how much confidentiality, integrity and availability an asset needs
// (BIV-classificatie in Dutch).
type Needs struct {
	Confidentiality Rating `json:"confidentiality,omitempty"`
	Integrity       Rating `json:"integrity,omitempty"`
	Availability    Rating `json:"availability,omitempty"`
}

func (n Needs) check(c Checker) {
	checkRating(c.At("confidentiality"), n.Confidentiality)
	checkRating(c.At("integrity"), n.Integrity)
	checkRating(c.At("availability"), n.Availability)
}

func checkRating(c Checker, r Rating) { CheckEnum(c, r, Low, Medium, High, VeryHigh) }

// Exposure is from where an asset can be reached; unset is not known, which is
// never read as isolated.
type Exposure string

// The exposures.
const (
	ExposedInternet Exposure = "internet"
	ExposedPartners Exposure = "partners" // a network shared with others
	ExposedInternal Exposure = "internal"
	ExposedNowhere  Exposure = "isolated"
)

// Label is the exposure in language l.
func (e Exposure) Label(l lang.Lang) string { return lang.Word(l, "exposure", string(e)) }

// Assets is the collection of assets in a transaction.
func Assets(tx *Tx) Collection[Asset] { return widened[Asset]().In(tx) }

// EntityKind is "asset".
func (Asset) EntityKind() string { return "asset" }

// InUse reports whether the asset is in use on a day.
func (a Asset) InUse(day Date) bool {
	return a.Status != Retired && !day.Before(a.From) && !day.After(a.Until)
}

// Check implements [Entity].
func (a Asset) Check(c Checker) {
	CheckRequired(c.At("title"), !a.Title.IsZero())
	CheckRequired(c.At("type"), a.Type != "")
	CheckEnum(c.At("type"), a.Type, AssetInformation, AssetSoftware, AssetHardware, AssetNetwork, AssetService, AssetProcess, AssetPeople, AssetPremises)
	a.Needs.check(c.At("needs"))
	CheckEnum(c.At("exposure"), a.Exposure, ExposedInternet, ExposedPartners, ExposedInternal, ExposedNowhere)
	CheckOrder(c.At("until"), a.From, a.Until)
	CheckWords(c.At("dependsOn"), a.DependsOn)
	for i, d := range a.DependsOn {
		c.At("dependsOn").Index(i).Assert(string(d) != a.ID, CodeLink, "have", string(d))
	}
}
