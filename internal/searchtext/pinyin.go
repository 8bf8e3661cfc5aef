package searchtext

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Pinyin returns the pinyin of a person's Chinese name and its initials, such as
// "zengguoqiang zgq" for 曾国强. It is empty for a name without Chinese characters.
func Pinyin(name string) string {
	syllables := readNameSyllables(name)
	if syllables == nil {
		syllables = readSyllables(name)
	}
	if len(syllables) == 0 {
		return ""
	}
	return strings.Join(syllables, "") + " " + initials(syllables)
}

// readSyllables returns the usual reading of each Chinese character of s.
func readSyllables(s string) []string { return pinyin.LazyConvert(s, nil) }

// readNameSyllables returns the reading of a name whose surname is not read as
// its characters usually are; nil for all others.
func readNameSyllables(name string) []string {
	han := []rune(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return !unicode.Is(unicode.Han, r) }), ""))
	for length := min(maxSurname, len(han)); length > 0; length-- {
		if reading, ok := surnames[string(han[:length])]; ok {
			return slices.Concat(strings.Fields(reading), readSyllables(string(han[length:])))
		}
	}
	return nil
}

// pinyinForms returns the forms in which syllables are typed: apart, together and
// as initials. The vowel ü is typed as v, u or yu.
func pinyinForms(syllables []string) []string {
	if len(syllables) == 0 {
		return nil
	}
	var forms []string
	for _, vowel := range []string{"v", "u", "yu"} {
		apart := strings.ReplaceAll(strings.Join(syllables, " "), "v", vowel)
		forms = append(forms, apart, strings.ReplaceAll(apart, " ", ""))
	}
	return append(forms, initials(syllables))
}

func initials(syllables []string) string {
	var b strings.Builder
	for _, s := range syllables {
		b.WriteString(s[:1])
	}
	return b.String()
}

// maxSurname is the length of the longest of surnames, in characters.
const maxSurname = 3

// surnames are the surnames, simplified and traditional, that are not read as
// their characters usually are. Source: 现代汉语词典 and 百家姓.
var surnames = map[string]string{
	"乜": "nie", "能": "nai",
	"曾": "zeng", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "區": "ou",
	"朴": "piao", "盖": "ge", "蓋": "ge", "乐": "yue", "樂": "yue", "翟": "zhai", "缪": "miao", "繆": "miao",
	"繁": "po", "种": "chong", "折": "she", "覃": "qin", "召": "shao", "员": "yun", "員": "yun", "秘": "bi",
	"黑": "he", "洗": "xian", "祭": "zhai", "郇": "xun", "六": "lu", "句": "gou", "阚": "kan", "闞": "kan",
	"佴": "nai", "隗": "wei", "角": "jue", "都": "du", "藏": "zang", "卜": "bu", "番": "pan", "么": "yao",
	"乘": "sheng", "术": "zhu", "沓": "ta", "薄": "bo", "蕃": "bo", "粘": "nian", "重": "chong", "校": "jiao",
	"尉": "wei", "贠": "yun", "貟": "yun", "颉": "xie", "頡": "xie", "率": "shuai",
	"万俟": "mo qi", "尉迟": "yu chi", "尉遲": "yu chi", "单于": "chan yu", "單于": "chan yu",
	"澹台": "tan tai", "澹臺": "tan tai", "子车": "zi ju", "子車": "zi ju", "乐正": "yue zheng", "樂正": "yue zheng",
	"库狄": "she di", "吐谷浑": "tu yu hun",
}
