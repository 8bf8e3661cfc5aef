// Package testcase has the rules of the test cases of a question: their validation,
// the comparison of the expected with the actual value, the verdict of a case, and
// the harnesses that call a function of the candidate's program.
//
// A program receives the input of one case. Expected values never enter the sandbox:
// Judge compares them with what the program has written.
package testcase

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/validate"
)

// Mode is how a case is given to the program.
type Mode string

const (
	Stdin    Mode = "stdin"    // the input is the standard input, the actual value the standard output
	Function Mode = "function" // the input is the arguments of a function, the actual value its result, both in JSON
)

// Comparison is how the actual value is compared with the expected one.
type Comparison string

const (
	Exact    Comparison = "exact"     // the same text; in mode Function the same JSON value
	Trimmed  Comparison = "trimmed"   // the same lines without white space at their ends and without empty lines at the end; mode Stdin only
	Numeric  Comparison = "numeric"   // numbers may differ by Suite.Tolerance, absolutely or relatively
	Checked  Comparison = "checker"   // Suite.Checker decides
	AnyOrder Comparison = "any_order" // the same lines, or elements of an array, in any order
)

// Limits of a suite.
const (
	MaxCases      = 50
	MaxValueBytes = 64 << 10  // of an input and of an expected value
	MaxSuiteBytes = 512 << 10 // of all inputs and expected values
	MaxName       = 100       // characters
	MinCPUMs      = 1000      // the sandbox itself takes a part of it
	MaxCPUMs      = 20_000
	DefaultCPUMs  = 5000
	MinMemoryMB   = 64
	MaxMemoryMB   = 1024
)

// Suite is the test cases of a question. The zero value has none.
type Suite struct {
	Mode       Mode       `json:"mode"`
	Function   string     `json:"function,omitempty"`  // its name, in mode Function
	Signature  *Signature `json:"signature,omitempty"` // of the function; nil when it is not declared
	Comparison Comparison `json:"comparison"`
	Tolerance  float64    `json:"tolerance,omitempty"` // of Numeric
	Checker    *Checker   `json:"checker,omitempty"`   // of Checked
	Cases      []Case     `json:"cases"`
}

// Case is a test case. Candidates see no more of hidden cases than how many passed.
type Case struct {
	Name     string `json:"name"`
	Hidden   bool   `json:"hidden,omitempty"`
	Input    string `json:"input"`              // in mode Function a JSON array of the arguments
	Expected string `json:"expected"`           // in mode Function a JSON value
	CPUMs    int    `json:"cpuMs,omitempty"`    // CPU time in milliseconds; 0 for DefaultCPUMs
	MemoryMB int    `json:"memoryMb,omitempty"` // in MiB; 0 for the limit of the language
}

// Clone returns a copy that shares no memory with s.
func (s *Suite) Clone() Suite {
	clone := *s
	if s.Checker != nil {
		checker := *s.Checker
		clone.Checker = &checker
	}
	clone.Cases, clone.Signature = slices.Clone(s.Cases), s.Signature.cloneSignature()
	return clone
}

// CountHidden returns the number of hidden cases.
func (s *Suite) CountHidden() (n int) {
	for _, c := range s.Cases {
		if c.Hidden {
			n++
		}
	}
	return n
}

// Languages with a harness. The typed ones need a signature.
var (
	untypedLanguages = []string{"python", "javascript"}
	typedLanguages   = []string{"go", "java", "cpp"}
)

// Languages returns the languages in which the cases can be run, nil for all.
func (s *Suite) Languages() []string {
	switch {
	case s.Mode != Function:
		return nil
	case s.Signature == nil:
		return slices.Clone(untypedLanguages)
	}
	return slices.Concat(untypedLanguages, typedLanguages)
}

// Supports reports whether the cases can be run in the language.
func (s *Suite) Supports(language string) bool {
	return s.Mode != Function || slices.Contains(s.Languages(), language)
}

var functionName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// Check checks and cleans the suite. path is that of the suite in the input.
func (s *Suite) Check(e *validate.Errors, path string) {
	if len(s.Cases) == 0 {
		*s = Suite{Mode: Stdin, Comparison: Trimmed, Cases: []Case{}}
		return
	}
	s.Mode, s.Comparison = cmp.Or(s.Mode, Stdin), cmp.Or(s.Comparison, defaultComparison(s.Mode))
	validate.CheckOneOf(e, path+".mode", s.Mode, Stdin, Function)
	s.checkComparison(e, path)
	s.CheckFunction(e, path+".")
	if len(s.Cases) > MaxCases {
		e.Add(path+".cases", "field.too_many", "Limit", MaxCases)
		return
	}
	size := 0
	for n := range s.Cases {
		s.checkCase(e, fmt.Sprintf("%s.cases[%d]", path, n), &s.Cases[n])
		size += len(s.Cases[n].Input) + len(s.Cases[n].Expected)
	}
	if size > MaxSuiteBytes {
		e.Add(path+".cases", "field.too_large", "Limit", MaxSuiteBytes>>10)
	}
}

func defaultComparison(m Mode) Comparison {
	if m == Function {
		return Exact
	}
	return Trimmed
}

func (s *Suite) checkComparison(e *validate.Errors, path string) {
	known := []Comparison{Exact, Numeric, AnyOrder, Checked}
	if s.Mode != Function {
		known = append(known, Trimmed)
	}
	validate.CheckOneOf(e, path+".comparison", s.Comparison, known...)
	switch {
	case s.Comparison != Checked:
		s.Checker = nil
	case s.Checker == nil:
		e.Add(path+".checker", "field.required")
	default:
		s.Checker.checkCode(e, path+".checker")
	}
	switch {
	case s.Comparison != Numeric:
		s.Tolerance = 0
	case !(s.Tolerance >= 0): // NaN too
		e.Add(path+".tolerance", "field.too_small", "Limit", 0)
	case s.Tolerance > 1:
		e.Add(path+".tolerance", "field.too_big", "Limit", 1)
	}
}

// CheckFunction checks and cleans the function and its signature. prefix is in front of
// the names of the fields.
func (s *Suite) CheckFunction(e *validate.Errors, prefix string) {
	if s.Mode != Function {
		s.Function, s.Signature = "", nil
		return
	}
	s.Function = strings.TrimSpace(s.Function)
	switch {
	case s.Function == "":
		e.Add(prefix+"function", "field.required")
	case !functionName.MatchString(s.Function):
		e.Add(prefix+"function", "field.not_identifier")
	case s.Signature != nil && isReserved(s.Function):
		e.Add(prefix+"function", "field.reserved_word")
	}
	if s.Signature != nil {
		s.Signature.checkTypes(e, prefix+"signature")
	}
}

func (s *Suite) checkCase(e *validate.Errors, path string, c *Case) {
	e.CheckLine(path+".name", &c.Name, MaxName)
	checkValue(e, path+".input", &c.Input)
	checkValue(e, path+".expected", &c.Expected)
	checkLimit(e, path+".cpuMs", c.CPUMs, MinCPUMs, MaxCPUMs)
	checkLimit(e, path+".memoryMb", c.MemoryMB, MinMemoryMB, MaxMemoryMB)
	if s.Mode != Function {
		return
	}
	var arguments []any
	if json.Unmarshal([]byte(c.Input), &arguments) != nil || arguments == nil {
		e.Add(path+".input", "field.not_json_array")
	}
	if !json.Valid([]byte(c.Expected)) {
		e.Add(path+".expected", "field.not_json")
	}
	if s.Signature.isKnown() {
		s.Signature.checkCase(e, path, c)
	}
}

// checkValue keeps white space, which a program may depend on.
func checkValue(e *validate.Errors, path string, value *string) {
	*value = validate.RemoveUnstorable(*value)
	if len(*value) > MaxValueBytes {
		e.Add(path, "field.too_large", "Limit", MaxValueBytes>>10)
	}
}

// checkLimit checks a limit of which 0 is the default.
func checkLimit(e *validate.Errors, path string, value, least, most int) {
	switch {
	case value == 0:
	case value < least:
		e.Add(path, "field.too_small", "Limit", least)
	case value > most:
		e.Add(path, "field.too_big", "Limit", most)
	}
}

// Excerpt returns the beginning of a text, at most limit bytes of whole characters,
// and whether it was cut.
func Excerpt(text string, limit int) (string, bool) {
	if len(text) <= limit {
		return text, false
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit], true
}
