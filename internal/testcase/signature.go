package testcase

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/validate"
)

// Limits of a signature.
const (
	MaxParameters = 10
	maxListDepth  = 3
)

// Type is the type of a parameter or of a result: an element type with "[]" for each
// dimension of a list, as in "int[][]".
type Type string

// Element types.
const (
	Bool   Type = "bool"
	Int    Type = "int"    // 32 bits in Java and C++
	Long   Type = "long"   // 64 bits
	Float  Type = "float"  // double precision
	String Type = "string" // Unicode
)

var elementTypes = []Type{Bool, Int, Long, Float, String}

// Types returns all types.
func Types() []Type {
	var list []Type
	for depth := range maxListDepth + 1 {
		for _, element := range elementTypes {
			list = append(list, element+Type(strings.Repeat("[]", depth)))
		}
	}
	return list
}

// elementType returns the element type and the number of dimensions.
func (t Type) elementType() (element Type, depth int) {
	name := strings.TrimRight(string(t), "[]")
	return Type(name), (len(t) - len(name)) / 2
}

// isList reports whether the type is a list.
func (t Type) isList() bool { return strings.HasSuffix(string(t), "[]") }

// itemType returns the type of the items of a list.
func (t Type) itemType() Type { return t[:len(t)-2] }

// Signature is the types of a function, which the harnesses of typed languages need.
type Signature struct {
	Parameters []Parameter `json:"parameters"`
	Result     Type        `json:"result"`
}

// Parameter is a parameter of a function.
type Parameter struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// cloneSignature returns a copy that shares no memory with s.
func (s *Signature) cloneSignature() *Signature {
	if s == nil {
		return nil
	}
	return &Signature{Parameters: slices.Clone(s.Parameters), Result: s.Result}
}

// reservedWords are words that one of the languages of functions reserves, or that its
// harness or starter code needs.
var reservedWords = strings.Fields(`
abstract alignas alignof and and_eq arguments as asm assert async auto await bitand bitor bool boolean break byte case
catch chan char class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit
continue debugger decltype def default defer del delete do double dynamic_cast elif else enum eval except explicit
export extends extern fallthrough False false final finally float float64 for friend from func function global go goto
if implements import in init inline instanceof int int64 interface is lambda let long main map mutable namespace
native new nil None nonlocal not not_eq null nullptr operator or or_eq package pass private protected public raise
range register reinterpret_cast return select self short signed sizeof Solution static static_assert static_cast std
strictfp string struct super switch synchronized template this thread_local throw throws transient True true try type
typedef typeid typename typeof undefined union unsigned using var vector virtual void volatile wchar_t while with xor
xor_eq yield`)

func isReserved(name string) bool {
	return slices.Contains(reservedWords, name) || strings.HasPrefix(strings.ToLower(name), "huimian")
}

// checkTypes checks and cleans the signature.
func (s *Signature) checkTypes(e *validate.Errors, path string) {
	if s.Parameters == nil {
		s.Parameters = []Parameter{}
	}
	if len(s.Parameters) > MaxParameters {
		e.Add(path+".parameters", "field.too_many", "Limit", MaxParameters)
		return
	}
	types, seen := Types(), map[string]bool{}
	for n := range s.Parameters {
		p, at := &s.Parameters[n], fmt.Sprintf("%s.parameters[%d]", path, n)
		p.Name = strings.TrimSpace(p.Name)
		switch {
		case p.Name == "":
			e.Add(at+".name", "field.required")
		case !functionName.MatchString(p.Name):
			e.Add(at+".name", "field.not_identifier")
		case p.Name == "_" || isReserved(p.Name):
			e.Add(at+".name", "field.reserved_word")
		case seen[p.Name]:
			e.Add(at+".name", "field.twice")
		}
		seen[p.Name] = true
		validate.CheckOneOf(e, at+".type", p.Type, types...)
	}
	validate.CheckOneOf(e, path+".result", s.Result, types...)
}

// isKnown reports whether there is a signature, of known types.
func (s *Signature) isKnown() bool {
	if s == nil {
		return false
	}
	types := Types()
	return slices.Contains(types, s.Result) && !slices.ContainsFunc(s.Parameters, func(p Parameter) bool { return !slices.Contains(types, p.Type) })
}

// checkCase checks the arguments and the expected result of a case.
func (s *Signature) checkCase(e *validate.Errors, path string, c *Case) {
	arguments, err := decodeJSON(c.Input)
	values, isArray := arguments.([]any)
	if err == nil && isArray {
		switch {
		case len(values) != len(s.Parameters):
			e.Add(path+".input", "field.argument_count", "Count", len(s.Parameters))
		default:
			for n, p := range s.Parameters {
				if !p.Type.acceptsValue(values[n]) {
					e.Add(path+".input", "field.argument_type", "Name", p.Name, "Type", string(p.Type))
					break
				}
			}
		}
	}
	if expected, err := decodeJSON(c.Expected); err == nil && !s.Result.acceptsValue(expected) {
		e.Add(path+".expected", "field.value_type", "Type", string(s.Result))
	}
}

// acceptsValue reports whether a decoded JSON value is one of the type.
func (t Type) acceptsValue(value any) bool {
	switch v := value.(type) {
	case []any:
		return t.isList() && !slices.ContainsFunc(v, func(item any) bool { return !t.itemType().acceptsValue(item) })
	case bool:
		return t == Bool
	case string:
		return t == String
	case json.Number:
		return t.acceptsNumber(v)
	}
	return false
}

func (t Type) acceptsNumber(n json.Number) bool {
	switch t {
	case Int, Long:
		i, err := strconv.ParseInt(string(n), 10, 64)
		return err == nil && (t == Long || i >= math.MinInt32 && i <= math.MaxInt32)
	case Float:
		_, err := n.Float64()
		return err == nil
	}
	return false
}
