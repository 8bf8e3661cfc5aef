package testcase

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of a checker.
const (
	MaxCheckerCode    = 20_000 // characters
	MaxCheckerMessage = 1000   // bytes
	maxCheckerInput   = 1 << 20
	checkerCPU        = 5 * time.Second
	checkerWall       = 6 * checkerCPU
	checkerMemory     = 512 << 20
	checkerOutput     = 16 << 10
)

// Checker is a program that decides whether a value is right. It reads a JSON object
// from the standard input and writes "accepted" or "rejected" in the first line, and a
// message in the others. It runs in a sandbox of its own, after the candidate's program.
type Checker struct {
	Language string `json:"language"`
	Code     string `json:"code"`
}

// checkCode checks and cleans the checker.
func (c *Checker) checkCode(e *validate.Errors, path string) {
	if c.Language = validate.CleanIdentifier(c.Language); c.Language == "" {
		e.Add(path+".language", "field.required")
	}
	c.Code = validate.RemoveUnstorable(c.Code)
	switch {
	case strings.TrimSpace(c.Code) == "":
		e.Add(path+".code", "field.required")
	case utf8.RuneCountInString(c.Code) > MaxCheckerCode:
		e.Add(path+".code", "field.too_long", "Limit", MaxCheckerCode)
	}
}

// checkerInput is what a checker reads. The values are JSON in mode Function, and
// strings in mode Stdin.
type checkerInput struct {
	Input     *string         `json:"input,omitempty"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
	Expected  json.RawMessage `json:"expected"`
	Actual    json.RawMessage `json:"actual"`
}

// NewCheck returns the program that checks an actual value of a case.
func (s *Suite) NewCheck(c Case, actual string) (sandbox.Program, error) {
	in := checkerInput{Arguments: json.RawMessage(c.Input), Expected: json.RawMessage(c.Expected), Actual: json.RawMessage(actual)}
	if s.Mode != Function {
		in = checkerInput{Input: &c.Input, Expected: quoteJSON(c.Expected), Actual: quoteJSON(actual)}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(in); err != nil {
		return sandbox.Program{}, fmt.Errorf("encoding the input of a checker: %w", err)
	}
	return sandbox.Program{
		Language: s.Checker.Language, Source: s.Checker.Code, Stdin: text.String(),
		Limits: sandbox.Limits{CPU: checkerCPU, Wall: checkerWall, MemoryBytes: checkerMemory, OutputBytes: checkerOutput},
	}, nil
}

func quoteJSON(text string) json.RawMessage {
	quoted, err := json.Marshal(text)
	if err != nil { // impossible: strings can be encoded
		return json.RawMessage(`""`)
	}
	return quoted
}

// IsCheckable reports whether a checker can read the input.
func IsCheckable(p sandbox.Program) bool { return len(p.Stdin) <= maxCheckerInput }

// ApplyCheck sets the verdict of a value that a checker has read. A checker without a
// verdict leaves it at CheckerFailed.
func (o *Outcome) ApplyCheck(status sandbox.Status, stdout string) {
	if status != sandbox.StatusOK {
		return
	}
	verdict, message, _ := strings.Cut(stdout, "\n")
	switch strings.TrimSpace(verdict) {
	case "accepted":
		o.Verdict = Passed
	case "rejected":
		o.Verdict = Failed
	default:
		return
	}
	o.Message, _ = Excerpt(strings.TrimSpace(message), MaxCheckerMessage)
}
