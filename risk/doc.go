// Package risk keeps the risks of an organization: the methodology they are
// judged by, the register, their treatment and their acceptance
// (ISO/IEC 27001:2022, 6.1.2, 6.1.3, 8.2 and 8.3).
//
// A [Methodology] is data: two scales of any size, a matrix that gives each
// cell a band, and the band up to which a risk may be retained. An [Evaluation]
// of a [Risk] names the revision of the methodology it was made with, and
// [Methodology.Rate] turns it into a [Level] that carries its band along, so
// that no two places can map it differently. Level numbers name steps of a
// scale; nothing here multiplies or averages them.
//
// A risk is found by assets (threat, vulnerability) or by events (source,
// objective, scenario), and stands in one register either way. Its owner accepts
// what remains, and approves the plan, by an [isms.Decision] about exactly what
// they saw: [Risk.ProposeAcceptance], [Risk.ProposePlan]. Where it is in its life
// ([Phase]) and why it should be assessed again ([Trigger]) are computed of the
// records on a day; what moved between two days is [Register.Since]. Risks and
// opportunities of the management system itself are apart: [Prospect].
//
// What was not assessed, or cannot be rated, ranks as the greatest possible
// risk and says so. It is never acceptable and has a place of its own on the
// heat map.
//
// [NewRegister] and [RegisterReport] are pure functions of plain values and a
// day; [ReadInputs] reads the values from a store.
package risk
