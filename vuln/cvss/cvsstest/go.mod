module github.com/ismskit/ismskit/vuln/cvss/cvsstest

go 1.26.0

replace github.com/ismskit/ismskit => ../../..

require (
	github.com/ismskit/ismskit v0.0.0
	github.com/pandatix/go-cvss v0.6.4
)

require github.com/facebookincubator/nvdtools v0.1.5
