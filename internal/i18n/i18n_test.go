package i18n

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"
)

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := locales.ReadFile("locales/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	return m
}

var param = regexp.MustCompile(`\{\{\.\w+\}\}`)

// Every text exists in every language, with the same values in it.
func TestLanguagesAreComplete(t *testing.T) {
	want := texts(t, DefaultLanguage)
	for _, lang := range Languages[1:] {
		got := texts(t, lang)
		for _, id := range slices.Sorted(maps.Keys(want)) {
			if got[id] == "" {
				t.Errorf("%s: %q is missing", lang, id)
				continue
			}
			if a, b := params(want[id]), params(got[id]); !slices.Equal(a, b) {
				t.Errorf("%s: %q uses %v, %s uses %v", lang, id, b, DefaultLanguage, a)
			}
		}
		for id := range got {
			if want[id] == "" {
				t.Errorf("%s: %q is not in %s", lang, id, DefaultLanguage)
			}
		}
	}
}

func params(s string) []string {
	return slices.Compact(slices.Sorted(slices.Values(param.FindAllString(s, -1))))
}

func TestT(t *testing.T) {
	p := map[string]any{"RequestID": "r1"}
	if got := T("en", "fault.internal", p); !regexp.MustCompile(`number r1 `).MatchString(got) {
		t.Errorf("en: %q", got)
	}
	if got := T("fr", "fault.unauthenticated", nil); got != "请先登录。" {
		t.Errorf("a language we do not speak: %q", got)
	}
	if got := T("en", "no.such", nil); got != "no.such" {
		t.Errorf("a text that does not exist: %q", got)
	}
}

func TestMatchLanguage(t *testing.T) {
	for accept, want := range map[string]string{
		"": "zh-CN", "zh": "zh-CN", "zh-TW,zh;q=0.9": "zh-CN", "en-GB,en;q=0.8": "en",
		"ja": "ja", "fr-FR": "zh-CN", "fr,ja;q=0.5": "ja", "%%%": "zh-CN",
	} {
		if got := MatchLanguage(accept); got != want {
			t.Errorf("Match(%q) = %q, want %q", accept, got, want)
		}
	}
}
