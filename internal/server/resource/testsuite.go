package resource

import (
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/testcase"
)

// TestSuite is the test cases of a question. Without cases, the other fields have
// no effect.
type TestSuite struct {
	Mode       string     `json:"mode,omitempty" enum:"stdin,function" doc:"stdin: the input is the standard input, the expected value the standard output. function: the input is a JSON array of arguments, the expected value the JSON result of the function. Omitted: stdin"`
	Function   string     `json:"function,omitempty" maxLength:"64" example:"twoSum" doc:"Name of the function, in mode function"`
	Signature  *Signature `json:"signature,omitempty" doc:"Types of the function. Omitted: the function can be called in Python and JavaScript only; with it in Go, Java and C++, too"`
	Comparison string     `json:"comparison,omitempty" enum:"exact,trimmed,numeric,any_order,checker" doc:"exact: the same text or JSON value. trimmed: the same lines without white space at their ends; not in mode function. numeric: numbers may differ by the tolerance. any_order: the same lines or array elements in any order. checker: a program decides. Omitted: trimmed, or exact in mode function"`
	Tolerance  float64    `json:"tolerance,omitempty" minimum:"0" maximum:"1" doc:"Absolute or relative difference that the comparison numeric allows"`
	Checker    *Checker   `json:"checker,omitempty" doc:"Required with the comparison checker"`
	Cases      []TestCase `json:"cases" maxItems:"50" doc:"At most 512 KiB of inputs and expected values"`
}

// Signature is the types of a function.
type Signature struct {
	Parameters []Parameter `json:"parameters" maxItems:"10"`
	Result     string      `json:"result" example:"int[]" doc:"A type, as of a parameter"`
}

// Parameter is a parameter of a function.
type Parameter struct {
	Name string `json:"name" maxLength:"64" example:"nums"`
	Type string `json:"type" example:"int[]" doc:"bool, int (32 bits), long (64 bits), float or string, with [] for each dimension of a list, at most three"`
}

// Checker is a program that decides whether an actual value is right.
type Checker struct {
	Language string `json:"language" maxLength:"32" example:"python"`
	Code     string `json:"code" maxLength:"20000" doc:"Reads a JSON object with input or arguments, expected and actual from the standard input. Writes accepted or rejected in the first line, and a message in the others"`
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
	out := TestSuite{
		Mode: string(s.Mode), Function: s.Function, Comparison: string(s.Comparison), Tolerance: s.Tolerance, Checker: (*Checker)(s.Checker),
		Cases: httpapi.MapSlice(s.Cases, func(c testcase.Case) TestCase { return TestCase(c) }),
	}
	if s.Signature != nil {
		out.Signature = &Signature{Result: string(s.Signature.Result), Parameters: httpapi.MapSlice(s.Signature.Parameters, func(p testcase.Parameter) Parameter {
			return Parameter{Name: p.Name, Type: string(p.Type)}
		})}
	}
	return out
}

func (s TestSuite) toDomain() testcase.Suite {
	return testcase.Suite{
		Mode: testcase.Mode(s.Mode), Function: s.Function, Signature: s.Signature.toDomain(), Comparison: testcase.Comparison(s.Comparison), Tolerance: s.Tolerance,
		Checker: (*testcase.Checker)(s.Checker),
		Cases:   httpapi.MapSlice(s.Cases, func(c TestCase) testcase.Case { return testcase.Case(c) }),
	}
}

func (s *Signature) toDomain() *testcase.Signature {
	if s == nil {
		return nil
	}
	return &testcase.Signature{Result: testcase.Type(s.Result), Parameters: httpapi.MapSlice(s.Parameters, func(p Parameter) testcase.Parameter {
		return testcase.Parameter{Name: p.Name, Type: testcase.Type(p.Type)}
	})}
}

// StarterCodeInput is a function of which starter code is generated.
type StarterCodeInput struct {
	Function  string    `json:"function" maxLength:"64" example:"twoSum"`
	Signature Signature `json:"signature"`
}

// ToDomain returns a suite without test cases.
func (in StarterCodeInput) ToDomain() testcase.Suite {
	return testcase.Suite{Mode: testcase.Function, Function: in.Function, Signature: in.Signature.toDomain()}
}

// GeneratedStarterCode is the starter code of a function in each language.
type GeneratedStarterCode struct {
	StarterCode []StarterCode `json:"starterCode"`
}

// NewGeneratedStarterCode maps the starter code of a suite.
func NewGeneratedStarterCode(list []testcase.StarterCode) GeneratedStarterCode {
	return GeneratedStarterCode{StarterCode: httpapi.MapSlice(list, func(c testcase.StarterCode) StarterCode { return StarterCode(c) })}
}
