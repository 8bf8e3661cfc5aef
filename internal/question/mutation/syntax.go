package mutation

import (
	"regexp"
	"slices"
	"strings"
)

// syntax is what the changes require of a language. The expressions match masked lines.
type syntax struct {
	comments  []delimiters
	texts     []delimiters
	foreign   []string       // words of other languages, which are names in this one
	skip      *regexp.Regexp // lines that are not changed
	condition *regexp.Regexp // the first group is the condition, or begins with it
	bracketed bool           // the condition ends at the bracket that encloses it
	statement *regexp.Regexp // a statement that can be removed
	not       string
	empty     string // in place of a removed statement
}

// delimiters are around a comment or a string. An end of "\n" is not a part of it.
type delimiters struct {
	start, end string
	escapes    bool // a backslash precedes a character of the string
	multiline  bool
}

var (
	lineComment  = delimiters{start: "//", end: "\n", multiline: true}
	blockComment = delimiters{start: "/*", end: "*/", multiline: true}
	doubleQuoted = delimiters{start: `"`, end: `"`, escapes: true}
	singleQuoted = delimiters{start: "'", end: "'", escapes: true}
	// An assignment, or a call, of which no part is on another line.
	cStatement = regexp.MustCompile(`^\s*[A-Za-z_][\w.\[\]()>\s-]*(=[^=].*|[+\-*/%|&^]=.*|\+\+|--|\(.*\))\s*;\s*$`)
	cCondition = regexp.MustCompile(`\bif\s*\((.*)$`)
	cSkip      = regexp.MustCompile(`^\s*(#|import\b|package\b|using\b|export\b|@)`)
)

var syntaxes = map[string]*syntax{
	"python": {
		comments: []delimiters{{start: "#", end: "\n", multiline: true}},
		texts: []delimiters{
			{start: `"""`, end: `"""`, escapes: true, multiline: true}, {start: "'''", end: "'''", escapes: true, multiline: true}, doubleQuoted, singleQuoted,
		},
		foreign:   []string{"true", "false"},
		skip:      regexp.MustCompile(`^\s*(import|from|def|class|@|global|nonlocal)\b`),
		condition: regexp.MustCompile(`^\s*(?:if|elif)\s+(.+):\s*$`),
		statement: regexp.MustCompile(`^\s*[A-Za-z_][\w.\[\], ]*(\s[+\-*/%|&^]?=[^=].*|\(.*\))\s*$`),
		not:       "not ", empty: "pass",
	},
	"go": {
		comments: []delimiters{lineComment, blockComment},
		texts:    []delimiters{{start: "`", end: "`", multiline: true}, doubleQuoted, singleQuoted},
		foreign:  []string{"and", "or", "True", "False"},
		skip:     regexp.MustCompile(`^\s*(import|package|func|type|\))`), condition: regexp.MustCompile(`\bif\s+(.+)\s\{\s*$`),
		statement: regexp.MustCompile(`^\s*[A-Za-z_][\w.\[\], ]*(\s[+\-*/%|&^]?=[^=].*|\+\+|--|\(.*\))\s*$`),
		not:       "!",
	},
	"javascript": newCSyntax(delimiters{start: "`", end: "`", escapes: true, multiline: true}),
	"typescript": newCSyntax(delimiters{start: "`", end: "`", escapes: true, multiline: true}),
	"java":       newCSyntax(), "c": newCSyntax(), "cpp": newCSyntax(),
}

// newCSyntax returns the syntax of a language that resembles C, with more kinds of strings.
func newCSyntax(texts ...delimiters) *syntax {
	return &syntax{
		comments: []delimiters{lineComment, blockComment}, texts: append(texts, doubleQuoted, singleQuoted),
		foreign: []string{"and", "or", "True", "False"},
		skip:    cSkip, condition: cCondition, bracketed: true, statement: cStatement, not: "!",
	}
}

func (s *syntax) isForeign(word string) bool { return slices.Contains(s.foreign, word) }

// maskTexts returns the code with blanks in place of comments and strings. Line breaks and the
// length in bytes remain.
func (s *syntax) maskTexts(code string) string {
	out := []byte(code)
	for n := 0; n < len(code); {
		d := s.delimitersAt(code[n:])
		if d == nil {
			n++
			continue
		}
		end := n + d.findEnd(code[n:])
		for ; n < end; n++ {
			if out[n] != '\n' {
				out[n] = ' '
			}
		}
	}
	return string(out)
}

func (s *syntax) delimitersAt(code string) *delimiters {
	for _, list := range [][]delimiters{s.comments, s.texts} {
		for n := range list {
			if strings.HasPrefix(code, list[n].start) {
				return &list[n]
			}
		}
	}
	return nil
}

// findEnd returns the end of the comment or string at the beginning of the code.
// One without an end extends to the end of its line, or of the code.
func (d *delimiters) findEnd(code string) int {
	for n := len(d.start); n < len(code); n++ {
		switch {
		case d.escapes && code[n] == '\\':
			n++
		case strings.HasPrefix(code[n:], d.end):
			if d.end == "\n" {
				return n
			}
			return n + len(d.end)
		case code[n] == '\n' && !d.multiline:
			return n
		}
	}
	return len(code)
}
