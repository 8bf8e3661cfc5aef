package testcase

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxDifference is the number of bytes of each side of a Difference.
const maxDifference = 200

// Difference is the first difference of two values. Expected and Actual are the
// beginnings of the lines or of the JSON values that differ, "" for one that is
// missing.
type Difference struct {
	Line     int    `json:"line,omitempty"` // of the text, from 1; 0 for JSON values
	Path     string `json:"path,omitempty"` // of the JSON value: "$[0].x"
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
}

func newDifference(line int, path, expected, actual string) *Difference {
	d := &Difference{Line: line}
	d.Path, _ = Excerpt(path, maxDifference)
	d.Expected, _ = Excerpt(expected, maxDifference)
	d.Actual, _ = Excerpt(actual, maxDifference)
	return d
}

// Compare returns the first difference of two values, nil when they are equal.
func (s *Suite) Compare(expected, actual string) *Difference {
	if s.Mode == Function {
		return s.compareJSON(expected, actual)
	}
	return s.compareText(expected, actual)
}

func (s *Suite) compareText(expected, actual string) *Difference {
	want, got := strings.Split(expected, "\n"), strings.Split(actual, "\n")
	if s.Comparison != Exact {
		want, got = trimLines(want), trimLines(got)
	}
	isEqual := func(a, b string) bool { return a == b }
	switch s.Comparison {
	case AnyOrder:
		want, got = removeCommon(want, got)
	case Numeric:
		isEqual = func(a, b string) bool { return slices.EqualFunc(strings.Fields(a), strings.Fields(b), s.isCloseText) }
	}
	for n := range max(len(want), len(got)) {
		a, b := elementAt(want, n), elementAt(got, n)
		if n >= len(want) || n >= len(got) || !isEqual(a, b) {
			line := n + 1
			if s.Comparison == AnyOrder {
				line = 0 // the order has no meaning
			}
			return newDifference(line, "", a, b)
		}
	}
	return nil
}

func elementAt(list []string, n int) string {
	if n < len(list) {
		return list[n]
	}
	return ""
}

// trimLines removes white space at the ends of lines, and empty lines at the end.
func trimLines(lines []string) []string {
	out := make([]string, len(lines))
	end := 0
	for n, line := range lines {
		if out[n] = strings.TrimRight(line, " \t\r\v\f"); out[n] != "" {
			end = n + 1
		}
	}
	return out[:end]
}

// removeCommon returns what each list has and the other lacks, sorted.
func removeCommon(a, b []string) (onlyA, onlyB []string) {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0], b[0]) {
		case 0:
			a, b = a[1:], b[1:]
		case -1:
			onlyA, a = append(onlyA, a[0]), a[1:]
		default:
			onlyB, b = append(onlyB, b[0]), b[1:]
		}
	}
	return append(onlyA, a...), append(onlyB, b...)
}

func (s *Suite) isCloseText(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return a == b || errX == nil && errY == nil && s.isClose(x, y)
}

// isClose reports whether two numbers differ by at most the tolerance, absolutely or
// relatively to the expected one. Infinities equal themselves, NaN equals nothing.
func (s *Suite) isClose(expected, actual float64) bool {
	difference := math.Abs(expected - actual)
	return expected == actual || !math.IsInf(difference, 0) && difference <= s.Tolerance*max(1, math.Abs(expected))
}

func (s *Suite) compareJSON(expected, actual string) *Difference {
	want, err := decodeJSON(expected)
	if err != nil { // impossible: Check has decoded it
		return newDifference(0, "$", expected, actual)
	}
	got, err := decodeJSON(actual)
	if err != nil {
		return newDifference(0, "$", expected, actual)
	}
	if s.Comparison == AnyOrder {
		return compareElements(want, got)
	}
	return s.compareValues("$", want, got)
}

// errMoreValues is returned for a text with more than one JSON value.
var errMoreValues = errors.New("a text has more than one JSON value")

// decodeJSON decodes one JSON value and keeps the digits of numbers.
func decodeJSON(text string) (value any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("decoding a JSON value: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errMoreValues
	}
	return value, nil
}

// compareElements compares the elements of two arrays in any order, and other values
// as they are.
func compareElements(want, got any) *Difference {
	a, isArray := want.([]any)
	b, alsoArray := got.([]any)
	if !isArray || !alsoArray {
		return (&Suite{}).compareValues("$", want, got)
	}
	missing, unexpected := removeCommon(canonicalTexts(a), canonicalTexts(b))
	if len(missing)+len(unexpected) == 0 {
		return nil
	}
	return newDifference(0, "$[*]", elementAt(missing, 0), elementAt(unexpected, 0))
}

func canonicalTexts(values []any) []string {
	out := make([]string, len(values))
	for n, v := range values {
		out[n] = canonicalText(v)
	}
	return out
}

// canonicalText returns the same text for equal JSON values.
func canonicalText(value any) string {
	b, err := json.Marshal(canonicalValue(value))
	if err != nil { // impossible: the value was decoded from JSON
		return fmt.Sprint(value)
	}
	return string(b)
}

func canonicalValue(value any) any {
	switch v := value.(type) {
	case json.Number:
		return canonicalNumber(v)
	case []any:
		out := make([]any, len(v))
		for n := range v {
			out[n] = canonicalValue(v[n])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = canonicalValue(v[k])
		}
		return out
	}
	return value
}

// canonicalNumber returns the same number for 1, 1.0 and 1e0. An integer keeps all
// its digits.
func canonicalNumber(n json.Number) json.Number {
	if text := string(n); !strings.ContainsAny(text, ".eE") {
		if text == "-0" {
			return "0"
		}
		return n
	}
	f, err := n.Float64()
	switch {
	case err != nil: // out of range
		return n
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return json.Number(strconv.FormatInt(int64(f), 10))
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

// compareValues returns the first difference of two decoded values.
func (s *Suite) compareValues(path string, want, got any) *Difference {
	switch a := want.(type) {
	case json.Number:
		if b, ok := got.(json.Number); ok && s.isEqualNumber(a, b) {
			return nil
		}
	case []any:
		if b, ok := got.([]any); ok {
			return s.compareArrays(path, a, b)
		}
	case map[string]any:
		if b, ok := got.(map[string]any); ok {
			return s.compareObjects(path, a, b)
		}
	default: // string, bool, nil
		if want == got {
			return nil
		}
	}
	return newDifference(0, path, canonicalText(want), canonicalText(got))
}

func (s *Suite) isEqualNumber(a, b json.Number) bool {
	if canonicalNumber(a) == canonicalNumber(b) {
		return true
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return s.Comparison == Numeric && errX == nil && errY == nil && s.isClose(x, y)
}

func (s *Suite) compareArrays(path string, want, got []any) *Difference {
	for n := range max(len(want), len(got)) {
		at := fmt.Sprintf("%s[%d]", path, n)
		switch {
		case n >= len(want):
			return newDifference(0, at, "", canonicalText(got[n]))
		case n >= len(got):
			return newDifference(0, at, canonicalText(want[n]), "")
		}
		if d := s.compareValues(at, want[n], got[n]); d != nil {
			return d
		}
	}
	return nil
}

func (s *Suite) compareObjects(path string, want, got map[string]any) *Difference {
	var keys []string
	for key := range want {
		keys = append(keys, key)
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		a, inWant := want[key]
		b, inGot := got[key]
		at := path + "." + key
		switch {
		case !inWant:
			return newDifference(0, at, "", canonicalText(b))
		case !inGot:
			return newDifference(0, at, canonicalText(a), "")
		}
		if d := s.compareValues(at, a, b); d != nil {
			return d
		}
	}
	return nil
}
