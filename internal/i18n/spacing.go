package i18n

import (
	"strings"
	"unicode"
)

// valueMark encloses the string parameters while a text is rendered. It is a
// private-use character.
const valueMark = '\uE000'

// markValues encloses the string parameters in valueMark. Empty strings stay empty,
// because texts test them with {{if}}.
func markValues(params map[string]any) map[string]any {
	marked := make(map[string]any, len(params))
	for name, value := range params {
		if s, ok := value.(string); ok && s != "" {
			value = string(valueMark) + s + string(valueMark)
		}
		marked[name] = value
	}
	return marked
}

// spaceValues removes each valueMark, and replaces it with a space between a Chinese or
// Japanese character and a Latin letter or digit.
func spaceValues(s string) string {
	if !strings.ContainsRune(s, valueMark) {
		return s
	}
	var b strings.Builder
	var last rune
	marked := false
	for _, r := range s {
		if r == valueMark {
			marked = true
			continue
		}
		if marked && (isCJK(last) && isLatin(r) || isLatin(last) && isCJK(r)) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last, marked = r, false
	}
	return b.String()
}

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func isLatin(r rune) bool {
	return unicode.Is(unicode.Latin, r) || unicode.IsDigit(r)
}
