package searchtext_test

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/searchtext"
)

func matches(text, query string) bool {
	for _, term := range searchtext.Terms(query) {
		if strings.Contains(text, term) {
			return true
		}
	}
	return false
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"Élodie  Martin":      "elodie martin",
		"E\u0301lodie":        "elodie",
		"Øyvind Berg":         "oyvind berg",
		"Łukasz Żak":          "lukasz zak",
		"Иван ПЕТРОВ":         "иван петров",
		"Straße":              "strasse",
		"İstanbul Işık":       "istanbul isik",
		"Ｌｉｎ　Ｙｕｅ":             "lin yue",
		"ｶﾞ が か":              "ガがか",
		"O’Brien":             "o'brien",
		"a\u200bb\u00a0c\x00": "ab c",
		"\xff":                "",
		"한국":                  "한국",
		"ﬁle ①":               "file 1",
	} {
		if got := searchtext.Normalize(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if got := searchtext.Normalize(want); got != want {
			t.Errorf("%q is not stable: %q", want, got)
		}
	}
}

func TestPersonSurnames(t *testing.T) {
	for name, want := range map[string]string{
		"曾国强": "zengguoqiang zgq", "单雄信": "shanxiongxin sxx", "解珍": "xiezhen xz", "仇英": "qiuying qy",
		"查良镛": "zhaliangyong zly", "区寄": "ouji oj", "尉迟恭": "yuchigong ycg", "张三": "zhangsan zs",
		"單雄信": "shanxiongxin sxx", "王单": "wangdan wd", "长孙无忌": "zhangsunwuji zswj", "Ada": "", "": "",
	} {
		if got := searchtext.Pinyin(name); got != want {
			t.Errorf("pinyin of %s is %q, want %q", name, got, want)
		}
	}
	for name, queries := range map[string][]string{
		"曾国强":    {"zeng", "ZengGuoQiang", "zeng guo qiang", "zgq", "ceng", "国强", "guoqiang"},
		"吕秀才":    {"lv", "lu", "lü", "lyu", "lvxiucai"},
		"Amy 陈默": {"amy", "chenmo", "cm", "amy 陈"},
	} {
		text := searchtext.Build(searchtext.Person(name))
		for _, q := range queries {
			if !matches(text, q) {
				t.Errorf("%q does not find %s in %q", q, name, text)
			}
		}
	}
}

func TestTerms(t *testing.T) {
	text := searchtext.Build(searchtext.Person("林悦"), searchtext.Exact("Lin.Yue@Example.com"), searchtext.Number("+86 138-0013-8000"))
	for _, q := range []string{"13800138000", "138 0013", "+86138", "+8613800138000", "(138)0013-8000", "１３８００", "008613800138000", "lin.yue@EXAMPLE"} {
		if !matches(text, q) {
			t.Errorf("%q is not found in %q", q, text)
		}
	}
	for _, q := range []string{"悦 lin", "yuelinyue", "0-0", "8000lin", "139-0013", "%", "_", `\`} {
		if matches(text, q) {
			t.Errorf("%q is found in %q", q, text)
		}
	}
	for _, q := range []string{"", " \u200b\t"} {
		if terms := searchtext.Terms(q); terms != nil {
			t.Errorf("%q is searched as %q", q, terms)
		}
	}
}

// Names are written with variants of a character, and numbers with the country code.
func TestVariants(t *testing.T) {
	for name, search := range map[string]string{
		"髙橋": "高橋", "山﨑": "山崎", "濵田": "浜田", "渡邉": "渡辺", "渡邊": "渡邉", "齋藤": "斎藤", "𠮷野": "吉野",
		"贠强": "yunqiang", "颉明": "xieming", "Amy·Chen": "amy・chen",
	} {
		if text := searchtext.Build(searchtext.Person(name)); !matches(text, search) {
			t.Errorf("%q is not found by %q: %q", name, search, text)
		}
	}
	for _, search := range []string{"8613800138000", "86 138-0013-8000", "+86138"} {
		if text := searchtext.Build(searchtext.Number("13800138000")); !matches(text, search) {
			t.Errorf("the number is not found by %q", search)
		}
	}
}

func TestLines(t *testing.T) {
	text := searchtext.Lines([]string{"R&D", `泛型<T>`, `"quoted" \ `})
	for tag, want := range map[string]bool{"r&d": true, "泛型<t>": true, `"QUOTED" \`: true, "R": false, "D\n泛型": false, "": false} {
		if got := strings.Contains(text, searchtext.Line(tag)); got != want {
			t.Errorf("tag %q is found: %t", tag, got)
		}
	}
}

// Signs that a text does not show, and spaces within names, do not matter.
func TestHiddenSignsAndSpaces(t *testing.T) {
	for name, search := range map[string]string{
		"葛\U000e0100城": "葛城", "辻\ufe00村": "辻村", "한\u3164글": "한글", "한\uffa0글": "한글", "王\u3000伟": "王伟", "王伟": "王 伟",
		"山田 太郎": "山田太郎", "ヤマダ タロー ジロウ": "ヤマダタロージロウ", "김 민수": "김민수", "Go 工程师": "go 工程师", "乜明": "nieming", "能明": "naiming",
		"阿卜杜·热合曼": "阿卜杜热合曼", "阿卜杜热合曼": "阿卜杜•热合曼", "阿卜杜·买买提": "阿卜杜 买买提", "マイケル・ジャクソン": "マイケルジャクソン",
	} {
		text := searchtext.Build(searchtext.Person(name))
		if !matches(text, search) {
			t.Errorf("%q is not found by %q: %q", name, search, text)
		}
	}
}
