package spreadsheet

import "github.com/ismskit/ismskit/isms"

// Codes of problems. Problem.Where is the cell.
const (
	CodeNoHeader    isms.Code = "risksheet/no-header"   // no row has the titles
	CodeField       isms.Code = "risksheet/field"       // the mapping names none
	CodeNoColumn    isms.Code = "risksheet/no-column"   // the mapping names one that is not there
	CodeTwoColumns  isms.Code = "risksheet/two-columns" // for one field
	CodeMethodology isms.Code = "risksheet/methodology" // the scores are of none at hand
	CodeNumbers     isms.Code = "risksheet/numbers"     // steps or values of the scale?
	CodeOffScale    isms.Code = "risksheet/off-scale"
	CodeNoName      isms.Code = "risksheet/no-name" // neither label nor title
	CodeTwice       isms.Code = "risksheet/twice"   // of one risk
	CodeDay         isms.Code = "risksheet/day"
	CodeError       isms.Code = "risksheet/error"     // a formula failed
	CodeAmbiguous   isms.Code = "risksheet/ambiguous" // the name of several records
)

// Codes of omissions. Omission.Where is the cell, or that of the title.
const (
	OmitColumn  isms.Code = "risksheet/unmapped"    // a column is not mapped
	OmitEmpty   isms.Code = "risksheet/empty"       // a mapped column has no values
	OmitOwner   isms.Code = "risksheet/owner"       // nobody known
	OmitAsset   isms.Code = "risksheet/asset"       // not known
	OmitControl isms.Code = "risksheet/control"     // not known
	OmitWord    isms.Code = "risksheet/word"        // not one of ours
	OmitLevel   isms.Code = "risksheet/level"       // not that of the methodology
	OmitBare    isms.Code = "risksheet/bare-level"  // without likelihood and impact
	OmitScore   isms.Code = "risksheet/score"       // the methodology gives no scores
	OmitFormula isms.Code = "risksheet/formula"     // taken as it was when the file was saved
	OmitLang    isms.Code = "risksheet/language"    // the text replaces those in other languages
	OmitOldRate isms.Code = "risksheet/older-scale" // kept as rated with an older revision of the methodology
)
