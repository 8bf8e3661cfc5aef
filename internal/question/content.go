package question

import (
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/testcase"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of the content.
const (
	MaxTitle   = 200    // characters
	MaxBody    = 50_000 // characters
	MaxNotes   = 20_000 // characters
	MaxCode    = 20_000 // characters of the code in one language
	MaxSources = 20     // languages of the starter code, and of the solutions
	MaxTags    = 20
	MaxTag     = 50   // characters
	MaxHints   = 20   // and as many follow-ups
	MaxHint    = 2000 // characters
	MaxMinutes = 480
)

// Content is the part of a question that its author writes, and that a version keeps. The
// JSON names are those of the APIs.
type Content struct {
	Title           string     `bun:"title" json:"title"`
	Body            string     `bun:"body" json:"body"` // Markdown
	Difficulty      Difficulty `bun:"difficulty" json:"difficulty"`
	Tags            []string   `bun:"tags" json:"tags"`
	ExpectedMinutes int        `bun:"expected_minutes" json:"expectedMinutes"` // 0: not stated
	StarterCode     []Source   `bun:"starter_code" json:"starterCode"`

	// Never shown to candidates:

	Solutions        []Source       `bun:"solutions" json:"solutions"`
	Hints            []string       `bun:"hints" json:"hints"`          // Markdown, in the order in which they are given
	FollowUps        []string       `bun:"follow_ups" json:"followUps"` // Markdown
	InterviewerNotes string         `bun:"interviewer_notes" json:"interviewerNotes"`
	Tests            testcase.Suite `bun:"tests" json:"tests"` // candidates see those that are not hidden
}

// Source is code in one language: the initial text of the editor, or a reference solution.
type Source struct {
	Language string `json:"language"`
	Code     string `json:"code"`
}

// Clone returns a copy that shares no memory with c.
func (c *Content) Clone() Content {
	clone := *c
	clone.Tags, clone.Hints, clone.FollowUps = slices.Clone(c.Tags), slices.Clone(c.Hints), slices.Clone(c.FollowUps)
	clone.StarterCode, clone.Solutions, clone.Tests = slices.Clone(c.StarterCode), slices.Clone(c.Solutions), c.Tests.Clone()
	return clone
}

// changedFields returns the JSON names of the fields that differ from those of old.
func (c *Content) changedFields(old *Content) []string {
	changed := []string{}
	now, before := reflect.ValueOf(*c), reflect.ValueOf(*old)
	for n := range now.NumField() {
		if !reflect.DeepEqual(now.Field(n).Interface(), before.Field(n).Interface()) {
			changed = append(changed, now.Type().Field(n).Tag.Get("json"))
		}
	}
	return changed
}

// CleanAndCheck cleans the content and returns its errors by field.
func (c *Content) CleanAndCheck() error {
	var e validate.Errors
	e.CheckTitle("title", &c.Title, MaxTitle)
	e.CheckText("body", &c.Body, MaxBody)
	if c.Body == "" {
		e.Add("body", "field.required")
	}
	if c.Difficulty == "" {
		c.Difficulty = Medium
	}
	validate.CheckOneOf(&e, "difficulty", c.Difficulty, Easy, Medium, Hard)
	if c.ExpectedMinutes < 0 {
		e.Add("expectedMinutes", "field.too_small", "Limit", 0)
	}
	if c.ExpectedMinutes > MaxMinutes {
		e.Add("expectedMinutes", "field.too_big", "Limit", MaxMinutes)
	}
	e.CheckText("interviewerNotes", &c.InterviewerNotes, MaxNotes)
	c.Tags = checkTags(&e, c.Tags)
	c.StarterCode = checkSources(&e, "starterCode", c.StarterCode)
	c.Solutions = checkSources(&e, "solutions", c.Solutions)
	c.Hints = checkTexts(&e, "hints", c.Hints)
	c.FollowUps = checkTexts(&e, "followUps", c.FollowUps)
	c.Tests.Check(&e, "tests")
	return e.Err(false)
}

// checkTags removes empty and repeated tags.
func checkTags(e *validate.Errors, tags []string) []string {
	checkCount(e, "tags", len(tags), MaxTags)
	out := []string{}
	for n, tag := range tags {
		e.CheckLine(fmt.Sprintf("tags[%d]", n), &tag, MaxTag)
		if tag != "" && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

func checkCount(e *validate.Errors, path string, n, limit int) {
	if n > limit {
		e.Add(path, "field.too_many", "Limit", limit)
	}
}

// checkTexts removes empty texts.
func checkTexts(e *validate.Errors, path string, texts []string) []string {
	checkCount(e, path, len(texts), MaxHints)
	out := []string{}
	for n, text := range texts {
		e.CheckText(fmt.Sprintf("%s[%d]", path, n), &text, MaxHint)
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

func checkSources(e *validate.Errors, path string, list []Source) []Source {
	checkCount(e, path, len(list), MaxSources)
	seen := map[string]bool{}
	if list == nil {
		list = []Source{}
	}
	for n := range list {
		s := &list[n]
		s.Language = validate.CleanIdentifier(s.Language)
		if at := fmt.Sprintf("%s[%d].language", path, n); s.Language == "" {
			e.Add(at, "field.required")
		} else if seen[s.Language] {
			e.Add(at, "field.twice")
		}
		seen[s.Language] = true
		s.Code = validate.RemoveUnstorable(s.Code) // not trimmed: white space at the ends of code is intended
		if utf8.RuneCountInString(s.Code) > MaxCode {
			e.Add(fmt.Sprintf("%s[%d].code", path, n), "field.too_long", "Limit", MaxCode)
		}
	}
	return list
}
