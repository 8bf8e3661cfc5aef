package importer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The characters of names and of the notes beside them. A wrong reading has about one
// of them in fifteen characters, a right one more than every second.
const (
	frequentSimplified = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤" +
		"伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志文云海波辉斌宇浩鹏飞雪梅玲燕春晓小大中子欣怡佳思雨梓涵轩晨俊博雅婷琳慧颖佩琪欧阳一二三四五六七八九十" +
		"的是在有不了人和面试职位工程师经理开发产品设计数据前端后高级实习生北京上海广州深圳杭州公司部年月日时分"
	frequentTraditional = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許韓鄧馮曹彭曾蕭田董潘袁蔡蔣余于杜葉程魏蘇呂丁任盧姚沈鍾姜崔譚陸范汪廖石金賈夏方鄒熊白孟秦邱江尹薛段雷侯龍史陶黎賀顧毛郝龔邵萬錢嚴武戴莫孔向湯賴洪游詹施柯翁" +
		"偉芳娜秀敏靜麗強磊軍洋勇艷傑娟濤明超霞平剛桂英華玉蘭紅建國志文雲海波輝斌宇浩鵬飛雪梅玲燕春曉小大中子欣怡佳思雨涵軒晨俊博雅婷琳慧穎佩淑惠美雯君宏家豪冠廷歐陽一二三四五六七八九十" +
		"的是在有不了人和面試職位工程師經理開發產品設計數據前端後級實習生台北香港新竹公司部年月日時分"
	frequentJapanese = "田中村山本木小川藤佐井石野林大高橋原上松島谷口西東南北森清水池阿部加伊渡辺斎齋鈴吉岡坂長内金今宮岩福永河平市安三久保沢澤前後菊千葉青新丸横関増秋浅近服土屋武熊荒浜杉工黒竹古尾和星片桑望月奥" +
		"太郎一二三次介助也之夫男雄子美恵奈香菜花里沙織愛結衣咲希優真由紀彩翔健誠直樹隆洋正義明弘浩博和哉悠斗蓮颯陽智裕拓達典幸俊英賢貴志学" +
		"氏名面接職種担当者年月日時分株式会社部課長人事開発設計営業経験希望"
	frequentKorean = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구나민진지엄원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용수영호준상재경희미숙자순철동광승태혜아린빈율윤서연하은채예가라리사시" +
		"의는을를에로과와면접직무개발엔지니어담당회년월일시분"
)

// maxWeighed limits the characters beside ASCII whose frequency is counted.
const maxWeighed = 20_000

// evidence is what speaks for a reading.
type evidence struct {
	share     float64 // of common characters among those that are not ASCII
	frequent  float64 // likewise, of frequent ones
	hits      int     // number of frequent characters
	plausible float64 // share of plausible characters
}

// weighText returns the evidence for a text in the encoding.
func (e textEncoding) weighText(text string) (v evidence) {
	plausible, all := countPlausible(text)
	v.plausible = float64(plausible) / float64(max(all, 1))
	if e.isCommon == nil {
		return v
	}
	encoder, common, all := e.encoding.NewEncoder(), 0, 0
	for _, c := range text {
		if c < utf8.RuneSelf {
			continue
		}
		if all++; all > maxWeighed {
			break
		}
		if b, err := encoder.Bytes([]byte(string(c))); err == nil && e.isCommon(b) {
			common++
		}
		if strings.ContainsRune(e.frequent, c) || unicode.In(c, unicode.Hiragana, unicode.Katakana) && c < 0xff00 {
			v.hits++
		}
	}
	v.share, v.frequent = float64(common)/float64(max(all, 1)), float64(v.hits)/float64(max(all, 1))
	return v
}

// An encoding is certain if minHits of its characters, and minFrequent of all, are
// frequent, and less than a third as many in every other encoding.
const (
	minHits     = 4
	minFrequent = 0.4
	commonShare = 0.8
	rareShare   = 0.6 // above, a text is more likely one of several bytes per character
)

// isCertain reports whether the first of the readings is the right one.
func isCertain(readings []reading) bool {
	best := readings[0]
	if best.single || best.hits < minHits || best.frequent < minFrequent || best.share < commonShare || best.plausible < rareShare {
		return false
	}
	for _, r := range readings[1:] {
		if r.frequent > best.frequent/3 || r.single && r.plausible > commonShare {
			return false
		}
	}
	return true
}

// sortRank sorts readings: those with frequent characters are first, then those of common
// ones, then encodings of one byte by their plausibility.
func (r reading) sortRank() float64 {
	switch {
	case r.encoding == "utf-8":
		return 0.9
	case r.encoding == "macintosh" && !strings.Contains(r.text, "\n"): // lines end in CR, as on a Macintosh
		return rareShare
	case r.single:
		return rareShare / 2 * (1 + r.plausible)
	case r.plausible < rareShare:
		return rareShare / 2 * r.plausible
	case r.frequent >= minFrequent:
		return 1 + r.frequent
	}
	return r.share
}

// countPlausible counts the characters beside ASCII, and those of them that fit to the
// ones beside them: letters of one script and of consistent case, symbols away from
// letters. 腔 in "Fran腔is" and ¤ in "H¤l" do not.
func countPlausible(text string) (plausible, all int) {
	word, seen := []rune{}, 0
	flush := func() {
		for n := range word {
			if word[n] >= utf8.RuneSelf {
				all++
				if isPlausibleAt(word, n) {
					plausible++
				}
			}
		}
		word = word[:0]
	}
	for _, c := range text {
		if c < utf8.RuneSelf && !unicode.IsLetter(c) {
			flush()
			continue
		}
		if word = append(word, c); c >= utf8.RuneSelf {
			if seen++; seen > maxWeighed {
				break
			}
		}
	}
	flush()
	return plausible, all
}

// isPlausibleAt reports whether a character beside ASCII fits into its word.
func isPlausibleAt(word []rune, n int) bool {
	c, before, after := word[n], rune(0), rune(0)
	if n > 0 {
		before = word[n-1]
	}
	if n+1 < len(word) {
		after = word[n+1]
	}
	if !unicode.IsLetter(c) {
		wide := c >= 0x3000 && c < 0x3040 || c >= 0xff00 // punctuation of Chinese and Japanese
		return before*after != 0 && strings.ContainsRune("\u00a0’‘·•–—´", c) || wide && (scriptOf(before) == han || scriptOf(after) == han)
	}
	script := scriptOf(c)
	for _, other := range []rune{before, after} {
		if unicode.IsLetter(other) && scriptOf(other) != script {
			return false
		}
	}
	if script == han {
		return true
	}
	if before == 0 && after == 0 {
		return false
	}
	switch {
	case unicode.IsUpper(c):
		return !unicode.IsLower(before) && (!unicode.IsLetter(before) || !unicode.IsLower(after))
	case c != 'ß' && unicode.IsLower(c):
		return !unicode.IsUpper(after)
	}
	return true
}

// han is the script of Chinese characters, kana and Hangul, which are mixed.
const han = "Han"

// scriptOf returns the script of a letter, as far as the encodings have it.
func scriptOf(c rune) string {
	switch {
	case unicode.Is(unicode.Latin, c):
		return "Latin"
	case unicode.Is(unicode.Cyrillic, c):
		return "Cyrillic"
	case unicode.Is(unicode.Greek, c):
		return "Greek"
	case unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo), c == 'ー':
		return han
	}
	return ""
}
