module github.com/ismskit/ismskit

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/pandatix/go-cvss v0.6.4
	gopkg.in/yaml.v3 v3.0.1
	pgregory.net/rapid v1.3.0
)
