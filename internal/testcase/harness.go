package testcase

import (
	"crypto/rand"
	_ "embed" // the harnesses
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed harness/harness.py
var pythonHarness string

//go:embed harness/harness.js
var javaScriptHarness string

// Call is a program that is run for one case.
type Call struct {
	Source, Stdin string
	Marker        string // before the result on the standard output; "" in mode Stdin
}

// NewCall returns the program for a case: the source with the input on its standard
// input, or the harness of the language with the source in it, which calls the
// function. The marker is new for each call.
func (s *Suite) NewCall(language, source string, c Case) (Call, error) {
	if s.Mode != Function {
		return Call{Source: source, Stdin: c.Input}, nil
	}
	program, err := s.wrapSource(language, source)
	if err != nil {
		return Call{}, err
	}
	marker := "result-" + rand.Text() + " "
	return Call{Source: program, Stdin: marker + "\n" + c.Input, Marker: marker}, nil
}

// wrapSource returns the source in the harness of the language.
func (s *Suite) wrapSource(language, source string) (string, error) {
	switch {
	case !s.Supports(language):
		return "", fmt.Errorf("function %s cannot be called in the language %q", s.Function, language)
	case slices.Contains(typedLanguages, language):
		return s.typedHarness(language, source), nil
	}
	text, err := json.Marshal(source) // a string literal of both languages
	if err != nil {
		return "", fmt.Errorf("encoding a source: %w", err)
	}
	harness := map[string]string{"python": pythonHarness, "javascript": javaScriptHarness}[language]
	return strings.NewReplacer("__FUNCTION__", s.Function, "__SOURCE__", string(text)).Replace(harness), nil
}
