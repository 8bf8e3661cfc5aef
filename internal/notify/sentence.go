package notify

import (
	"strings"
	"unicode/utf8"
)

// asSentence returns a text that another sentence can follow: it ends with the
// full stop of the language, unless it ends with a punctuation mark of its own,
// and in English with a space.
func asSentence(text, lang string) string {
	text = strings.TrimSpace(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	ends := strings.ContainsRune("。．.！!？?…～~", last)
	switch {
	case lang == "en" && ends:
		return text + " "
	case lang == "en":
		return text + ". "
	case ends:
		return text
	}
	return text + "。"
}
