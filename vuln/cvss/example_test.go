package cvss_test

import (
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln/cvss"
)

func Example() {
	v, err := cvss.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := v.Scores()
	fmt.Println(s.Base, s.Temporal, s.Environmental, s.Overall)
	fmt.Println(v.Severity(), v.Severity().Label().In(lang.NL))
	// Output:
	// 9.8 9.3 unknown 9.3
	// critical Kritiek
}

func ExampleParse_error() {
	_, err := cvss.Parse("CVSS:3.1/AV:N/AC:M")
	if e, ok := errors.AsType[*cvss.ParseError](err); ok {
		fmt.Println(e.Metric, e.Offset, e.Reason, e.Want)
	}
	// Output: AC 17 value L, H
}

func ExampleParseLenient() {
	v, repairs, err := cvss.ParseLenient("(AV:N/AC:L/Au:N/C:P/I:P/A:P/E:F)")
	fmt.Println(v, err)
	for _, r := range repairs {
		fmt.Println(r.Kind, r.Kind.Label().EN)
	}
	// Output:
	// AV:N/AC:L/Au:N/C:P/I:P/A:P/E:F/RL:ND/RC:ND <nil>
	// bracket brackets removed
	// group incomplete group filled with not defined
}
