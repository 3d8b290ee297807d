// Package isms models the management system of ISO/IEC 27001:2022: its records
// (organization, scope, requirements, assets, documents, evidence, incidents,
// audits, nonconformities, management reviews), and where they are kept.
//
// It has two layers. The lower one is plain values: every entity is a struct
// that embeds [Common], and [Validate] tells what is wrong with it. A program
// with tables of its own needs no more than that. The upper one stores values
// with their whole history: a [Store] over any [driver.Store], a [Space] for
// one tenant, a [Tx] and a typed [Collection] for each kind.
//
// What software may say: a [Problem] is a record that cannot be stored; a
// [Finding] is what the records show about a duty, with its basis and the facts
// used. Nothing here concludes that an organization conforms to the standard.
package isms
