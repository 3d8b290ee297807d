// Package residual models the risk that controls leave (ISO/IEC 27001:2022,
// 6.1.3 e and f), from what the controls act on, what they cover, how strong
// they are by design, and what tests showed.
//
// A [Graph] declares the figures as data. [Compute] is a pure function of it,
// of the records it leans on, and of a day. Its result is a modelled estimate
// and says so, until the risk owner records an evaluation; it never changes a
// record. The rules are few:
//
//   - A control earns coverage times design times the part of its test that
//     passed. Without a test that is fresh it earns nothing, or the fraction
//     that [Rules] declares; likewise when it is only planned.
//   - Controls in one layer stand for each other: the best counts. Layers
//     multiply what remains.
//   - Whatever two controls rest on counts once. Of the combinations in which
//     no layer and no service counts twice, the one that leaves least stands.
//   - Detection earns only together with response, and response only with
//     detection: a loss shrinks by the product of both. (FAIR Controls Analytics
//     Model, FAIR Institute: response depends on detection.)
//   - Steps of a scale are taken off by declared shares, never by rounding.
//
// So adding or strengthening a control never raises the modelled risk: first
// its level, then the share that remains. Nothing is averaged, and a control
// acts on the risks that its effects name and on no other. All arithmetic is
// exact.
package residual
