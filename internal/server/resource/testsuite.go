package resource

import (
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/testcase"
)

// TestSuite is the test cases of a question. Without cases, the other fields have
// no effect.
type TestSuite struct {
	Mode       string     `json:"mode,omitempty" enum:"stdin,function" doc:"stdin: the input is the standard input, the expected value the standard output. function: the input is a JSON array of arguments, the expected value the JSON result of the function; in Python and JavaScript only. Omitted: stdin"`
	Function   string     `json:"function,omitempty" maxLength:"64" example:"twoSum" doc:"Name of the function, in mode function"`
	Comparison string     `json:"comparison,omitempty" enum:"exact,trimmed,numeric,any_order" doc:"exact: the same text or JSON value. trimmed: the same lines without white space at their ends; not in mode function. numeric: numbers may differ by the tolerance. any_order: the same lines or array elements in any order. Omitted: trimmed, or exact in mode function"`
	Tolerance  float64    `json:"tolerance,omitempty" minimum:"0" maximum:"1" doc:"Absolute or relative difference that the comparison numeric allows"`
	Cases      []TestCase `json:"cases" maxItems:"50" doc:"At most 512 KiB of inputs and expected values"`
}

// TestCase is a test case of a question.
type TestCase struct {
	Name     string `json:"name,omitempty" maxLength:"100"`
	Hidden   bool   `json:"hidden,omitempty" doc:"Candidates see no more than how many hidden cases passed"`
	Input    string `json:"input" maxLength:"65536"`
	Expected string `json:"expected" maxLength:"65536"`
	CPUMs    int    `json:"cpuMs,omitempty" minimum:"0" maximum:"20000" doc:"CPU time in milliseconds, at least 1000. 0: 5000"`
	MemoryMB int    `json:"memoryMb,omitempty" minimum:"0" maximum:"1024" doc:"Memory in MiB of the program and of its compiler, at least 64. 0: the limit of the language"`
}

// NewTestSuite maps the test cases of the domain, the hidden ones included.
func NewTestSuite(s testcase.Suite) TestSuite {
	return TestSuite{
		Mode: string(s.Mode), Function: s.Function, Comparison: string(s.Comparison), Tolerance: s.Tolerance,
		Cases: httpapi.MapSlice(s.Cases, func(c testcase.Case) TestCase { return TestCase(c) }),
	}
}

func (s TestSuite) toDomain() testcase.Suite {
	return testcase.Suite{
		Mode: testcase.Mode(s.Mode), Function: s.Function, Comparison: testcase.Comparison(s.Comparison), Tolerance: s.Tolerance,
		Cases: httpapi.MapSlice(s.Cases, func(c TestCase) testcase.Case { return testcase.Case(c) }),
	}
}
