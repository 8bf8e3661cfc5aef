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
	if got := T("en", "error.internal", p); !regexp.MustCompile(`request ID: r1$`).MatchString(got) {
		t.Errorf("en: %q", got)
	}
	if got := T("fr", "error.unauthenticated", nil); got != "请先登录。" {
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

// English texts have no plural forms: a number that may be 1 stands beside no plural.
func TestCountedNouns(t *testing.T) {
	counted := regexp.MustCompile(`\{\{\.(?:Count|Seconds|Due|Users|Departments|Tags|Queued|Scheduled)\}\} [a-z]+s\b`)
	for id, text := range texts(t, "en") {
		if found := counted.FindString(text); found != "" {
			t.Errorf("%s: %q", id, found)
		}
	}
}

func TestTSpacesLatinValues(t *testing.T) {
	for _, c := range []struct{ lang, name, want string }{
		{"zh-CN", "陈默", "陈默取消了这场面试。"},
		{"zh-CN", "Emily Carter", "Emily Carter 取消了这场面试。"},
		{"zh-CN", "王 Emily", "王 Emily 取消了这场面试。"},
		{"zh-CN", "陈默（HR）", "陈默（HR）取消了这场面试。"},
		{"ja", "佐藤", "佐藤さんがこの面接をキャンセルしました。"},
		{"ja", "マネージャー", "マネージャーさんがこの面接をキャンセルしました。"},
		{"ja", "Emily", "Emily さんがこの面接をキャンセルしました。"},
		{"en", "陈默", "陈默 cancelled this interview."},
	} {
		if got := T(c.lang, "notify.cancelled.sub", map[string]any{"By": c.name}); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.lang, c.name, got, c.want)
		}
	}
}

func TestTOmitsSecondFullStop(t *testing.T) {
	for _, c := range []struct{ lang, id, name, value, want string }{
		{"zh-CN", "notify.declined.reason", "Reason", "能改到上午吗？", "原因：能改到上午吗？请调整时间或换一位面试官。"},
		{"zh-CN", "notify.declined.reason", "Reason", "出差", "原因：出差。请调整时间或换一位面试官。"},
		{"zh-CN", "notify.declined.reason", "Reason", "出差。", "原因：出差。请调整时间或换一位面试官。"},
		{"ja", "notify.declined.reason", "Reason", "出張のため", "理由：出張のため。日時を変更するか、別の面接官を選んでください。"},
		{"en", "notify.declined.reason", "Reason", "I am ill", "Reason: I am ill. Reschedule it or choose another interviewer."},
		{"en", "notify.declined.reason", "Reason", "Is the morning possible?", "Reason: Is the morning possible? Reschedule it or choose another interviewer."},
		{"zh-CN", "notify.mail.failed", "Error", "Mailbox full.", "邮件暂时没有发出：Mailbox full。系统会自动重试。"},
		{"zh-CN", "doctor.domain.ok", "Domain", "huimian.example", "huimian.example。"},
		{"zh-CN", "notify.cancelled.reason", "Reason", ".env", "取消了这场面试。原因：.env"},
	} {
		if got := T(c.lang, c.id, map[string]any{c.name: c.value, "By": ""}); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.lang, c.value, got, c.want)
		}
	}
}

func TestTKeepsEmptyValues(t *testing.T) {
	want := "这场面试已结束或取消。"
	if got := T("zh-CN", "interview.over_for_candidate", map[string]any{"Contact": ""}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
