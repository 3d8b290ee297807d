module github.com/ismskit/ismskit/risk/quant/quanttest

go 1.26.0

replace github.com/ismskit/ismskit => ../../..

require (
	github.com/ismskit/ismskit v0.0.0
	gonum.org/v1/gonum v0.17.0
)

require gopkg.in/yaml.v3 v3.0.1 // indirect
