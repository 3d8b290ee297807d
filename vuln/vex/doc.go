// Package vex takes in what suppliers say of vulnerabilities in their products
// (OpenVEX, CycloneDX, CSAF), and writes what the organization says of its own
// (ISO/IEC 27001:2022, A.8.8).
//
// [Apply] holds the statements of documents that package scan has read against
// findings. Every statement gets a [Verdict]: applied, no match, outranked,
// expired or refused, and why. It never matches by the vulnerability alone: the
// product, and the component of it, must be those of the finding, by their
// package URLs. What it returns are proposals: a finding changes when a person
// takes one over as a decision, and never closes by itself.
//
// [Own] makes statements of the decisions on findings in the organization's own
// products; [WriteOpenVEX], [WriteCycloneDX] and [WriteCSAF] write them, equal
// bytes for equal statements.
package vex
