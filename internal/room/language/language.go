// Package language has the languages that a room offers: those of the sandbox, and HTML, whose
// pages the browser of each participant shows.
package language

import (
	"regexp"
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

// HTML is the language of pages. They are shown in a preview and are not run by the server.
const HTML = "html"

// RefusalPreview is the code with which a run of a page is refused.
const RefusalPreview = "run.preview"

// defaultLanguage is the language of a new room if the sandbox offers it, and the one for
// syntax highlighting when the sandbox offers none.
const defaultLanguage = "python"

var idPattern = regexp.MustCompile(`^[a-z0-9+#._-]{1,64}$`)

// IsID reports whether a text can be the id of a language.
func IsID(id string) bool { return idPattern.MatchString(id) }

// Offered lists the languages that participants can choose. HTML is offered without a sandbox,
// too.
func Offered(runner sandbox.Runner) []protocol.LanguageView {
	views := []protocol.LanguageView{}
	for _, l := range runner.Languages() {
		views = append(views, protocol.LanguageView{ID: l.ID, Name: l.Name, Version: l.Version, Shell: l.Shell})
	}
	return append(views, protocol.LanguageView{ID: HTML, Name: "HTML/CSS/JS"})
}

// Default returns the language of a new room with the languages of the sandbox.
func Default(runnable []sandbox.Language) string {
	if len(runnable) == 0 || slices.ContainsFunc(runnable, func(l sandbox.Language) bool { return l.ID == defaultLanguage }) {
		return defaultLanguage
	}
	return runnable[0].ID
}

// OfNewAnswer returns the language of a new answer: HTML if the question has a page as its
// starter code, else the current one, unless the starter code is in other languages only.
// HTML is not taken over from the answer before.
func OfNewAnswer(current string, starter map[string]string, runnable []sandbox.Language) string {
	if starter[HTML] != "" {
		return HTML
	}
	if current == HTML {
		current = Default(runnable)
	}
	if len(starter) == 0 || starter[current] != "" {
		return current
	}
	for _, l := range runnable {
		if starter[l.ID] != "" {
			return l.ID
		}
	}
	return current
}
