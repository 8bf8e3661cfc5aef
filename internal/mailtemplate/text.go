package mailtemplate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/validate"
)

// Text is the text of a mail in one language. Its lines end with \n.
type Text struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// Values are the values of placeholders.
type Values map[Placeholder]string

var tokens = regexp.MustCompile(`\{\{ *([a-z_]+) *\}\}`)

// Fill returns the text with values. A value is inserted as it is: placeholders in it are
// not replaced.
func (t Text) Fill(values Values) Text {
	return Text{Subject: validate.CleanLine(fillLine(t.Subject, values)), Body: fillBody(t.Body, values)}
}

func fillLine(line string, values Values) string {
	return i18n.JoinValues(tokens.ReplaceAllStringFunc(strings.ReplaceAll(line, string(i18n.ValueMark), ""), func(found string) string {
		return i18n.MarkValue(values[nameIn(found)])
	}))
}

// nameIn returns the name of a token.
func nameIn(found string) Placeholder { return Placeholder(tokens.FindStringSubmatch(found)[1]) }

// fillBody fills each line. A line with a placeholder that has no value is left out, and so
// are the empty lines after it if it was between empty lines.
func fillBody(body string, values Values) string {
	var out []string
	omitted := false
	for line := range strings.SplitSeq(body, "\n") {
		names := tokens.FindAllString(line, -1)
		if slices.ContainsFunc(names, func(found string) bool { return values[nameIn(found)] == "" }) {
			omitted = len(out) == 0 || out[len(out)-1] == ""
			continue
		}
		if omitted && strings.TrimSpace(line) == "" {
			continue
		}
		omitted = false
		out = append(out, fillLine(line, values))
	}
	return strings.Join(out, "\n")
}
