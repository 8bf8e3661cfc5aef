package wecomtest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// statementScopes are the prefixes of statements that hold for one kind of message only.
var statementScopes = []struct{ prefix, scope string }{
	{"card: text notice: ", "in a text notice card"}, {"card: news notice: ", "in a news notice card"}, {"card: vote: ", "in a vote card"},
	{"card: card_action: ", "in the card_action of a card"}, {"card: ", "in a template card"},
	{"textcard: ", "in a text card"}, {"text: ", "in a text message"}, {"image: ", "in an image message"}, {"video: ", "in a video message"},
	{"news: ", "in a news message"}, {"mpnews: ", "in an mpnews message"}, {"markdown: ", "in a markdown message"},
	{"mini-program notice: ", "in a mini-program notice"}, {"file with safe=1: ", "in a file message with safe=1"},
}

var (
	// violation matches a statement that names an input which is refused.
	violation = regexp.MustCompile(`^(forbidden characters|unknown|invalid|wrong|more than|another|duplicate|missing|no menu|no customers|outside|already|all are|belongs to|transition|members who did not|the member is not|the robot is|the customer has not|media_id of another|ids are encrypted without|no valid|secret of another)\b`)
	// action matches a statement whose subject is the endpoint.
	action = regexp.MustCompile(`^(returns|adds|removes|renames|creates|converts|sends|sets|cancels|recalls|replaces|changes|overwrites|submits|downloads|finds|requires|updates)\b`)
	// refusal matches a statement of what is refused.
	refusal = regexp.MustCompile(`\b(cannot|rejected|not supported|must not)\b`)
	// clause matches a statement that is a sentence already.
	clause = regexp.MustCompile(`\b(is|are|has|have|must|cannot|may|can|requires?|expires?|redirects|returns?|gets?|receive|wins|shows?|yields|ends|have|fails|answers|needs)\b`)
)

// sentence returns the statement of a rule as a sentence of a specification.
func (r conformanceRule) sentence() string {
	text, scope := r.statement, ""
	for _, s := range statementScopes {
		if rest, ok := strings.CutPrefix(text, s.prefix); ok {
			text, scope = rest, s.scope
			break
		}
	}
	if _, ok := endpoints[r.part]; ok {
		text = r.endpointSentence(text)
	}
	if scope != "" {
		text = scope + ", " + text
	}
	first, n := utf8.DecodeRuneInString(text)
	if !strings.HasPrefix(text, r.part) && isOrdinaryWord(text) {
		text = string(unicode.ToUpper(first)) + text[n:]
	}
	return text + "."
}

// endpointSentence returns a sentence with the endpoint as its subject, or with the reply to a violation.
func (r conformanceRule) endpointSentence(text string) string {
	switch {
	case violation.MatchString(text) && r.code != 0:
		return fmt.Sprintf("%s returns %d %s", r.part, r.code, violationPhrase(text))
	case action.MatchString(text):
		return r.part + " " + completeAction(text)
	case r.code != 0 && refusal.MatchString(text):
		return fmt.Sprintf("%s (%s returns %d)", text, r.part, r.code)
	case r.code != 0 && clause.MatchString(text):
		return fmt.Sprintf("%s; otherwise %s returns %d", text, r.part, r.code)
	case r.code != 0:
		return fmt.Sprintf("%s allows %s, and returns %d otherwise", r.part, text, r.code)
	case clause.MatchString(text):
		return text
	case strings.HasPrefix(text, "at most ") || strings.HasPrefix(text, "only ") || strings.HasPrefix(text, "within ") || strings.HasPrefix(text, "valid "):
		return r.part + " is limited: " + text
	}
	return r.part + " accepts " + text
}

// violationPhrase returns a violation with the preposition and the article that it needs.
func violationPhrase(text string) string {
	word, _, more := strings.Cut(text, " ")
	switch {
	case text == "unknown":
		return "for an unknown object"
	case word == "outside":
		return text
	case word == "belongs":
		return "for an object that " + text
	case !strictlyNoun[word] || strings.HasPrefix(text, "forbidden characters"):
		return "when " + text
	case !more:
		return "for " + text
	case strings.ContainsAny(word[:1], "aeiou") && word != "another":
		return "for an " + text
	case word == "another" || word == "members" || word == "no":
		return "for " + text
	}
	return "for a " + text
}

// strictlyNoun has the words with which a violation is a noun phrase without an article.
var strictlyNoun = map[string]bool{
	"unknown": true, "invalid": true, "wrong": true, "duplicate": true, "another": true, "members": true, "no": true,
	"secret": true, "media_id": true, "transition": true,
}

// completeAction adds an object to an action without one.
func completeAction(text string) string {
	if object, ok := map[string]string{
		"sends": "the message", "cancels": "the meeting", "recalls": "the message", "adds": "the object", "removes": "the object",
		"renames": "the object", "changes": "the stored values", "overwrites": "the stored values", "submits": "the approval",
	}[text]; ok {
		return text + " " + object
	}
	return text
}

// isOrdinaryWord reports whether a text begins with a word that is capitalised at the beginning of a
// sentence, and not with the name of a field or an endpoint.
func isOrdinaryWord(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	word = strings.Trim(word, ",:;")
	switch word {
	case "a", "an", "the", "in", "at", "numbers", "members", "departments", "passive", "values", "signature", "verification", "three", "timeout",
		"retry", "options", "third-party", "group", "unknown", "calls", "invalid", "web", "absent", "both", "ids", "tags", "buttons", "selections",
		"coordinates", "administrators", "attendees", "fields", "required", "names", "keys", "mobile", "userids", "only", "no", "one", "all",
		"times", "time", "later", "days", "text", "safe", "title", "description", "non-zero", "account", "each", "template", "resetting":
		return word != "text" && word != "safe" && word != "title" && word != "description"
	}
	return false
}
