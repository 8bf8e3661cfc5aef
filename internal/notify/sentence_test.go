package notify

import "testing"

func TestAsSentence(t *testing.T) {
	for _, c := range []struct{ text, lang, want string }{
		{"能改到上午吗？", "zh-CN", "能改到上午吗？"},
		{"出差", "zh-CN", "出差。"},
		{"出差。", "zh-CN", "出差。"},
		{"出張のため", "ja", "出張のため。"},
		{"I am ill", "en", "I am ill. "},
		{"Is the morning possible? ", "en", "Is the morning possible? "},
	} {
		if got := asSentence(c.text, c.lang); got != c.want {
			t.Errorf("asSentence(%q, %s) = %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}
