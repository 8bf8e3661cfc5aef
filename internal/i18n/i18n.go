// Package i18n contains the texts of the server in 简体中文 (the default), English
// and 日本語, by text id. The front end has its own texts.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// DefaultLanguage is used when no language is chosen.
const DefaultLanguage = "zh-CN"

// Languages are the supported languages, the default first. Every text exists
// in each.
var Languages = []string{DefaultLanguage, "en", "ja"}

// FieldNames are the names of the languages in the forms of texts in each language.
var FieldNames = map[string]string{DefaultLanguage: "zh", "en": "en", "ja": "ja"}

//go:embed locales/*.json
var locales embed.FS

var matcher = sync.OnceValue(func() language.Matcher {
	return language.NewMatcher([]language.Tag{
		language.MustParse("zh-CN"), language.English, language.Japanese,
	})
})

var localizers = sync.OnceValue(func() map[string]*i18n.Localizer {
	bundle := i18n.NewBundle(language.MustParse(DefaultLanguage))
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	out := make(map[string]*i18n.Localizer, len(Languages))
	for _, lang := range Languages {
		if _, err := bundle.LoadMessageFileFS(locales, "locales/"+lang+".json"); err != nil {
			panic(fmt.Sprintf("text: the embedded texts of %s: %v", lang, err))
		}
		out[lang] = i18n.NewLocalizer(bundle, lang, DefaultLanguage)
	}
	return out
})

// T returns the text with the id, rendered with params. It falls back to the
// default language for an unsupported language, and to the id for an unknown
// text. Chinese and Japanese texts contain no space next to a string parameter:
// one is inserted if the value is Latin. A full stop after a value that is a sentence
// is omitted.
func T(lang, id string, params map[string]any) string {
	l, ok := localizers()[lang]
	if !ok {
		l = localizers()[DefaultLanguage]
	}
	s, err := l.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: markValues(params)})
	if err != nil {
		return id
	}
	return joinValues(s)
}

// MatchLanguage returns the supported language that matches the value of an
// Accept-Language header or a single language tag best.
func MatchLanguage(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return DefaultLanguage
	}
	_, i, confidence := matcher().Match(tags...)
	if confidence == language.No {
		return DefaultLanguage
	}
	return Languages[i]
}

// IsSupported reports whether lang is one of Languages.
func IsSupported(lang string) bool {
	_, ok := localizers()[lang]
	return ok
}
