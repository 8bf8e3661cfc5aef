package i18n

import (
	"strings"
	"unicode"
)

// ValueMark encloses the string parameters while a text is rendered. It is a
// private-use character.
const ValueMark = '\uE000'

// markValues encloses the string parameters in ValueMark. Empty strings stay empty,
// because texts test them with {{if}}.
func markValues(params map[string]any) map[string]any {
	marked := make(map[string]any, len(params))
	for name, value := range params {
		if s, ok := value.(string); ok && s != "" {
			value = string(ValueMark) + s + string(ValueMark)
		}
		marked[name] = value
	}
	return marked
}

// joinValues removes each ValueMark, and replaces it with a space between a Chinese or
// Japanese character and a Latin letter or digit. A full stop after a value that ends
// with a punctuation mark of its own, such as the reason that a member has entered, is
// omitted.
func joinValues(s string) string {
	if !strings.ContainsRune(s, ValueMark) {
		return s
	}
	var out []rune
	var last rune
	marked, inside := false, false
	for _, r := range s {
		if r == ValueMark {
			marked, inside = true, !inside
			continue
		}
		switch {
		case marked && !inside && last == '.' && r == '。':
			out = out[:len(out)-1]
		case marked && !inside && isFullStop(r) && strings.ContainsRune(sentenceEnds, last):
			marked = false
			continue
		case marked && (isCJK(last) && isLatin(r) || isLatin(last) && isCJK(r)):
			out = append(out, ' ')
		}
		out = append(out, r)
		last, marked = r, false
	}
	return string(out)
}

// sentenceEnds are the punctuation marks after which no full stop follows.
const sentenceEnds = "。．.！!？?…～~"

func isFullStop(r rune) bool { return r == '。' || r == '.' }

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func isLatin(r rune) bool {
	return unicode.Is(unicode.Latin, r) || unicode.IsDigit(r)
}
