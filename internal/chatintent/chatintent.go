// Package chatintent recognizes what a message of a member to the application is about: a
// day, scorecards, help or a candidate's name, in Chinese, English and Japanese. It reads
// nothing but the text.
package chatintent

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/searchtext"
)

// Kind is the subject of a message.
type Kind string

const (
	Other      Kind = ""
	Help       Kind = "help"
	OnDays     Kind = "days"       // the interviews of Intent.Days
	Scorecards Kind = "scorecards" // those that the sender has not submitted
	Candidate  Kind = "candidate"  // the interviews of candidates with Intent.Name
)

// Days are consecutive days.
type Days struct {
	From  int // from today, 0 is today
	Count int
}

// Intent is a recognized message.
type Intent struct {
	Kind Kind
	Days Days
	Name string // part of a name, not normalized
}

// Limits of what is parsed. A longer text is Other.
const (
	MaxText     = 200 // bytes
	minNameSize = 2   // characters
	maxNameSize = 40
)

// Keys of the menu's buttons that send an event.
const (
	MenuToday      = "today"
	MenuScorecards = "scorecards"
)

// OfMenu returns the intent of a menu button, and whether the key is known.
func OfMenu(key string) (Intent, bool) {
	switch key {
	case MenuToday:
		return Intent{Kind: OnDays, Days: Days{Count: 1}}, true
	case MenuScorecards:
		return Intent{Kind: Scorecards}, true
	default:
		return Intent{}, false
	}
}

// Parse returns the intent of a text that is sent on a day of the week. A text that
// contains more than a known phrase and fillers is a name: 周一鸣 is a person, 周一 a
// Monday.
func Parse(text string, today time.Weekday) Intent {
	if len(text) > MaxText {
		return Intent{}
	}
	normalized := searchtext.Normalize(text)
	phrase := trimFillers(normalized)
	if helpPhrases[phrase] {
		return Intent{Kind: Help}
	}
	for _, word := range scorecardWords {
		if strings.Contains(normalized, word) {
			return Intent{Kind: Scorecards}
		}
	}
	if days, ok := parseDays(phrase, today); ok {
		return Intent{Kind: OnDays, Days: days}
	}
	if phrase == "" {
		return Intent{}
	}
	name := trimAround(searchtext.Fold(text), nameAffixes)
	if n := utf8.RuneCountInString(name); n < minNameSize || n > maxNameSize {
		return Intent{}
	}
	return Intent{Kind: Candidate, Name: name}
}

// trimFillers removes the words that a question has around its subject. Those of English
// are removed everywhere, and the 's of its other words.
func trimFillers(s string) string {
	var words []string
	for word := range strings.FieldsSeq(s) {
		if word = strings.TrimSuffix(trimPunctuation(word), "'s"); word != "" && !fillerWords[word] {
			words = append(words, word)
		}
	}
	return trimAround(strings.Join(words, " "), fillers)
}

// affixes are texts at the beginning and the end. A longer one precedes those that it
// contains.
type affixes struct{ before, after []string }

// trimAround removes affixes and punctuation until there are none.
func trimAround(s string, a affixes) string {
	for {
		short := trimPunctuation(s)
		for _, prefix := range a.before {
			short = strings.TrimPrefix(short, prefix)
		}
		for _, suffix := range a.after {
			short = strings.TrimSuffix(short, suffix)
		}
		if short == s {
			return s
		}
		s = short
	}
}

func trimPunctuation(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}
