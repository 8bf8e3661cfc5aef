package validate_test

import (
	"testing"

	"github.com/huimian/huimian/internal/validate"
)

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"\u200b备注\ufeff\n":                   "备注",
		"\u200b \u00a0\u2060":                "",
		"if x:\n    return\u200b 1\n":        "if x:\n    return\u200b 1", // code stays as it is
		"谢谢❤\ufe0f":                          "谢谢❤\ufe0f",
		"英格兰🏴\U000e0067\U000e0062\U000e007f": "英格兰🏴\U000e0067\U000e0062\U000e007f",
	} {
		if got := validate.CleanText(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"\u200b\u200b":                      "",
		"\u3164\u115f\uffa0":                "", // Hangul fillers: letters without a shape
		"\u2800 \u00ad\ufe0f\U000e0041":     "",
		"\u200d\u200c":                      "",
		"\u0301":                            "", // a mark without a letter
		"\u202e张\u2066三\u2069\u202c":        "张三",
		"王\u200b 伟\ufeff":                   "王 伟",
		"José\u00a0\u2003García\u2028\r\n":  "José García",
		"山田\u3000花子":                        "山田 花子",
		"Mül\u00adler\x07":                  "Müller",
		"葛\U000e0100城":                      "葛\U000e0100城",  // a variant of a Japanese name
		"محمد\u200cرضا":                     "محمد\u200cرضا", // Persian, with a non-joiner
		"👩\u200d💻 Ada":                      "👩\u200d💻 Ada",  // one emoji
		"🏴\U000e0067\U000e0062\U000e007f A": "🏴\U000e0067\U000e0062\U000e007f A",
		"张三\u200d":                          "张三",
		"a\x00b\xffc":                       "abc",
	} {
		if got := validate.CleanLine(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestCleanIdentifiers(t *testing.T) {
	invisible := []string{
		"\u200b", "\u200c", "\u200d", "\u200e", "\u202a", "\u202c", "\u202d", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\u00ad", "\u061c",
		"\u180e", "\u034f", "\u3164", "\ufe0f", "\U000e0061", "\ufff9", "\x00", "\x7f", "\u0085", "\u2028", "\u2029",
	}
	for _, sign := range invisible {
		for _, tc := range []struct {
			name  string
			clean func(string) string
			value string
		}{
			{"identifier", validate.CleanIdentifier, "https://example.com/a"},
			{"email", validate.CleanEmail, "a@example.com"},
			{"mobile", validate.CleanMobile, "+8613800000000"},
		} {
			for _, in := range []string{sign + tc.value, tc.value + sign, tc.value[:3] + sign + tc.value[3:], " " + sign + " " + tc.value} {
				if got := tc.clean(in); got != tc.value {
					t.Errorf("%s: %q became %q", tc.name, in, got)
				}
			}
		}
	}
	for in, want := range map[string]string{"ａ＠ｅｘａｍｐｌｅ．ｃｏｍ": "a@example.com", "a@example。com": "a@example.com", "a b@example.com": "a b@example.com"} {
		if got := validate.CleanEmail(in); got != want {
			t.Errorf("e-mail address %q became %q", in, got)
		}
	}
	for in, want := range map[string]string{
		"１３８００００００００":             "13800000000",
		"138\u00a00000\u20090000": "138 0000 0000",
		"138\u20110000–0000":      "138-0000-0000",
		"（010）１２３４ー５６７８":          "(010)1234ー5678", // a long vowel mark is no dash: refused
		"٠١٢٣٤٥":                  "012345",
		"𝟏𝟑𝟖":                     "138",
	} {
		if got := validate.CleanMobile(in); got != want {
			t.Errorf("mobile number %q became %q, want %q", in, got, want)
		}
	}
}

// A hidden character that remains is refused.
func TestChecksRefuseHiddenCharacters(t *testing.T) {
	for _, sign := range []string{"\u00a0", "\u3000", "\u200b", "\u2800", "\u202e", "\ufe0f"} {
		var e validate.Errors
		e.CheckEmail("email", "a"+sign+"b@example.com")
		e.CheckHTTPS("url", "https://example.com/"+sign)
		if len(e.Fields) != 2 {
			t.Errorf("%q: %+v", sign, e.Fields)
		}
	}
}

func TestCleanBlock(t *testing.T) {
	for text, want := range map[string]string{
		"    if x:\n        y()\n\n": "    if x:\n        y()", "\n\n\tfunc f() {\n\t}\n": "\tfunc f() {\n\t}",
		"  \u200b ": "", "a": "a", "\u200b  a": "a", " \r\n  a\x00b": "ab", "  a": "a",
	} {
		if got := validate.CleanBlock(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
