package mutation

import (
	"regexp"
	"strconv"
	"strings"
)

// line is a line of code. mask is the text with blanks in place of strings and comments,
// of the same length; depth is the number of brackets that are open before it.
type line struct {
	text, mask string
	depth      int
}

// change is a changed line.
type change struct {
	kind  Kind
	after string
}

// operators are the replacements of the operators of all languages.
var operators = map[string]change{
	"<": {Comparison, "<="}, "<=": {Comparison, "<"}, ">": {Comparison, ">="}, ">=": {Comparison, ">"},
	"==": {Comparison, "!="}, "!=": {Comparison, "=="}, "===": {Comparison, "!=="}, "!==": {Comparison, "==="},
	"+": {Arithmetic, "-"}, "-": {Arithmetic, "+"}, "*": {Arithmetic, "+"}, "/": {Arithmetic, "*"}, "//": {Arithmetic, "*"}, "%": {Arithmetic, "*"},
	"+=": {Arithmetic, "-="}, "-=": {Arithmetic, "+="}, "*=": {Arithmetic, "+="}, "++": {Arithmetic, "--"}, "--": {Arithmetic, "++"},
	"&&": {Logic, "||"}, "||": {Logic, "&&"},
}

// words are the replacements of words.
var words = map[string]change{
	"and": {Logic, "or"}, "or": {Logic, "and"},
	"True": {Logic, "False"}, "False": {Logic, "True"}, "true": {Logic, "false"}, "false": {Logic, "true"},
	"min": {Arithmetic, "max"}, "max": {Arithmetic, "min"},
}

var (
	operatorRun = regexp.MustCompile(`[<>=!+\-*/%&|^~?:]+`)
	wordOrFloat = regexp.MustCompile(`\d+\.\d+|[\p{L}\p{N}_$]+`)
	// keyword is at the beginning of what is no assignment and no call.
	keyword = regexp.MustCompile(`^\s*(return|if|elif|else|for|while|do|switch|case|default|try|catch|except|with|throw|raise|yield|assert|break|continue|go|defer|var|let|const|del)\b`)
	integer = regexp.MustCompile(`^(0|[1-9]\d{0,8})$`)
)

// changesOf returns the changes of a line.
func (s *syntax) changesOf(l line) (out []change) {
	for _, at := range operatorRun.FindAllStringIndex(l.mask, -1) {
		if c, ok := operators[l.mask[at[0]:at[1]]]; ok {
			out = append(out, change{c.kind, l.replacePart(at, c.after)})
		}
	}
	for _, at := range wordOrFloat.FindAllStringIndex(l.mask, -1) {
		word := l.mask[at[0]:at[1]]
		if c, ok := words[word]; ok && !s.isForeign(word) {
			out = append(out, change{c.kind, l.replacePart(at, c.after)})
		}
		if n, err := strconv.Atoi(word); err == nil && integer.MatchString(word) {
			out = append(out, change{Constant, l.replacePart(at, strconv.Itoa(n+1))})
		}
	}
	if after, ok := s.negateCondition(l); ok {
		out = append(out, change{Condition, after})
	}
	if s.isStatement(l) {
		indent := l.text[:len(l.text)-len(strings.TrimLeft(l.text, " \t"))]
		out = append(out, change{Statement, strings.TrimRight(indent+s.empty, " \t")})
	}
	return out
}

// replacePart returns the text with a part of it replaced.
func (l line) replacePart(at []int, by string) string { return l.text[:at[0]] + by + l.text[at[1]:] }

// negateCondition returns the line with its condition negated.
func (s *syntax) negateCondition(l line) (string, bool) {
	at := s.condition.FindStringSubmatchIndex(l.mask)
	if at == nil {
		return "", false
	}
	from, length := at[2], closingBracket(l.mask[at[2]:at[3]])
	if s.bracketed == (length == at[3]-from) || strings.ContainsAny(l.mask[from:from+length], ";{") {
		return "", false
	}
	return l.replacePart([]int{from, from + length}, s.not+"("+l.text[from:from+length]+")"), true
}

// closingBracket returns the index of the first bracket that is closed and was not opened,
// else the length of the text.
func closingBracket(text string) int {
	depth := 0
	for n, c := range text {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth < 0 {
				return n
			}
		}
	}
	return len(text)
}

// isStatement reports whether the line is a whole statement that can be removed.
func (s *syntax) isStatement(l line) bool {
	return l.depth == 0 && bracketDepth(l.mask) == 0 && s.statement.MatchString(l.mask) && !keyword.MatchString(l.mask)
}
