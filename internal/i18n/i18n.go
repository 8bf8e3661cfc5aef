// Package i18n holds every sentence that the server says to a person, in
// 简体中文 (the default), English and 日本語. A sentence has an id; the front
// end keeps its own.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// DefaultLanguage is the language of whoever has not chosen one.
const DefaultLanguage = "zh-CN"

// Languages are the ones that every text exists in, the default first.
var Languages = []string{DefaultLanguage, "en", "ja"}

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

// T returns the text with the id in the language, the default language for
// one that we do not speak, and the id itself for a text that does not exist,
// so that a person sees at least what it was about.
func T(lang, id string, params map[string]any) string {
	l, ok := localizers()[lang]
	if !ok {
		l = localizers()[DefaultLanguage]
	}
	s, err := l.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: params})
	if err != nil {
		return id
	}
	return s
}

// MatchLanguage chooses among Languages by the value of an Accept-Language header, or
// by a single language tag.
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

// IsSupported says whether lang is one of Languages.
func IsSupported(lang string) bool {
	_, ok := localizers()[lang]
	return ok
}
