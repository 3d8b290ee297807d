module github.com/ismskit/ismskit

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/pandatix/go-cvss v0.6.4
	golang.org/x/mod v0.42.0
	gopkg.in/yaml.v3 v3.0.1
	pgregory.net/rapid v1.3.0
)

require (
	github.com/kr/text v0.2.0 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
)
