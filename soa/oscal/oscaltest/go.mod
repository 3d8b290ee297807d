module github.com/ismskit/ismskit/soa/oscal/oscaltest

go 1.26.0

replace github.com/ismskit/ismskit => ../../..

require (
	github.com/ismskit/ismskit v0.0.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
)

require (
	golang.org/x/text v0.14.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
