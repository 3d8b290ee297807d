// Package oscal exchanges controls, statements and findings with other systems
// in NIST's Open Security Controls Assessment Language, as JSON, versions 1.1.3
// and 1.2.2.
//
// It writes a catalogue ([WriteCatalog]), a profile, which is a selection of
// controls ([WriteProfile]), a Statement of Applicability as a system security
// plan ([WritePlan]), open actions as a plan of action and milestones
// ([WriteActions]) and what audits and rules found as assessment results
// ([WriteResults]); it reads the first three. OSCAL speaks one language in a
// document and knows neither revisions nor reasons, so every function returns
// what it left out or carried over only nearly. A document is checked before a
// byte of it is written, and before anything is taken from it: see [Check].
//
// Every uuid is version 5 of RFC 9562: the namespace is that of
// Publication.System within the one of this package, and the name is what the
// thing is and its id here. So a thing keeps its uuid through all documents and
// editions. Only that of the document itself follows from its content.
//
// What OSCAL has no member for stands in properties with the namespace [NS]:
// texts in their remarks, where they may have several lines. Control ids become
// tokens: "A.5.1" and "backup-vault" stay, "nen7510:12.4.1" is
// "nen7510__12.4.1", and other characters are "_" and two hexadecimal digits a
// byte. Texts are plain here and Markdown there, so they are escaped.
package oscal
