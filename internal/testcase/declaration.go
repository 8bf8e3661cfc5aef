package testcase

import (
	"fmt"
	"slices"
	"strings"
)

// typeNames are the names of the element types in the typed languages.
var typeNames = map[string]map[Type]string{
	"go":   {Bool: "bool", Int: "int", Long: "int64", Float: "float64", String: "string"},
	"java": {Bool: "boolean", Int: "int", Long: "long", Float: "double", String: "String"},
	"cpp":  {Bool: "bool", Int: "int", Long: "long long", Float: "double", String: "string"}, //nolint:dupword // the type of C++
	// Type hints, which Python does not check.
	"python":     {Bool: "bool", Int: "int", Long: "int", Float: "float", String: "str"},
	"javascript": {Bool: "boolean", Int: "number", Long: "number", Float: "number", String: "string"},
}

// nameIn returns the name of the type in a language.
func (t Type) nameIn(language string) string {
	element, depth := t.elementType()
	name := typeNames[language][element]
	switch language {
	case "go":
		return strings.Repeat("[]", depth) + name
	case "cpp":
		return strings.Repeat("vector<", depth) + name + strings.Repeat(">", depth)
	case "python":
		return strings.Repeat("list[", depth) + name + strings.Repeat("]", depth)
	}
	return name + strings.Repeat("[]", depth)
}

// declarationIn returns the head of the function in a language.
func (s *Suite) declarationIn(language string) string {
	var parameters []string
	for _, p := range s.Signature.Parameters {
		t := p.Type.nameIn(language)
		switch language {
		case "go":
			t = p.Name + " " + t
		case "python":
			t = p.Name + ": " + t
		case "cpp":
			if p.Type.isList() || p.Type == String {
				t += "&"
			}
			t += " " + p.Name
		case "java":
			t += " " + p.Name
		default:
			t = p.Name
		}
		parameters = append(parameters, t)
	}
	result, list := s.Signature.Result.nameIn(language), strings.Join(parameters, ", ")
	switch language {
	case "go":
		return fmt.Sprintf("func %s(%s) %s", s.Function, list, result)
	case "python":
		return fmt.Sprintf("def %s(%s) -> %s", s.Function, list, result)
	case "java":
		return fmt.Sprintf("public %s %s(%s)", result, s.Function, list)
	case "cpp":
		return fmt.Sprintf("%s %s(%s)", result, s.Function, list)
	}
	return fmt.Sprintf("function %s(%s)", s.Function, list)
}

// StarterCode is the code of a function without a body in one language.
type StarterCode struct{ Language, Code string }

// StarterCode returns code that can be compiled for each language of functions, none
// without a signature.
func (s *Suite) StarterCode() []StarterCode {
	if s.Mode != Function || s.Signature == nil {
		return nil
	}
	var list []StarterCode
	for _, language := range slices.Concat(untypedLanguages, typedLanguages) {
		list = append(list, StarterCode{Language: language, Code: s.starterCode(language)})
	}
	return list
}

func (s *Suite) starterCode(language string) string {
	head, zero := s.declarationIn(language), s.Signature.Result.zeroIn(language)
	switch language {
	case "python":
		return head + ":\n    pass\n"
	case "go":
		return fmt.Sprintf("package main\n\n%s {\n\treturn %s\n}\n", head, zero)
	case "java":
		return fmt.Sprintf("class Solution {\n    %s {\n        return %s;\n    }\n}\n", head, zero)
	case "cpp":
		return fmt.Sprintf("#include <string>\n#include <vector>\nusing namespace std;\n\n%s {\n    return %s;\n}\n", head, zero)
	}
	var doc strings.Builder
	for _, p := range s.Signature.Parameters {
		fmt.Fprintf(&doc, " * @param {%s} %s\n", p.Type.nameIn(language), p.Name)
	}
	return fmt.Sprintf("/**\n%s * @returns {%s}\n */\n%s {\n}\n", doc.String(), s.Signature.Result.nameIn(language), head)
}

// zeroIn returns the literal of a value in a typed language.
func (t Type) zeroIn(language string) string {
	switch {
	case t.isList() && language == "go":
		return "nil"
	case t.isList() && language == "java":
		return "null"
	case t.isList():
		return "{}"
	case t == Bool:
		return "false"
	case t == String:
		return `""`
	}
	return "0"
}
