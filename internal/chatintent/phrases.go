package chatintent

import (
	"strings"
	"time"
)

// The phrases are written as searchtext.Normalize returns them.

var helpPhrases = map[string]bool{
	"帮助": true, "使用帮助": true, "怎么用": true, "功能": true, "幫助": true, "help": true, "ヘルプ": true, "使い方": true,
}

// scorecardWords are in no person's name.
var scorecardWords = []string{"评价", "評價", "評価", "scorecard"}

// fillerWords are removed everywhere in a text.
var fillerWords = set("what which when are is there any do does i have got my me the on for of in show list please upcoming interview interviews schedule morning afternoon evening")

// fillers surround a phrase without a space. Names may begin or end with some of them.
var fillers = affixes{
	before: []string{"请问", "你好", "您好", "帮我", "查一下", "查询", "查看", "查", "看一下", "看看", "我们", "我", "公司", "的", "私の", "自分の"},
	after: []string{
		"吗", "呢", "的", "面试", "安排", "日程", "有没有", "有哪些", "有什么", "有几场", "几场", "还有", "有", "上午", "下午", "晚上", "早上", "我", "公司", "要",
		"面試", "嗎", "教えてください", "を教えて", "教えて", "はありますか", "ありますか", "は", "を", "の", "面接", "予定", "一覧",
	},
}

// nameAffixes are around the name of a candidate, and in no name.
var nameAffixes = affixes{
	before: []string{"候选人", "候補者", "candidate ", "interviews with ", "interviews of ", "interviews for ", "interview with ", "interview of ", "interview for ", "查一下", "查询"},
	after:  []string{"的面试", "面试", "的面試", "の面接予定", "の面接", "面接", "の予定", "さん", "'s interviews", "'s interview", "’s interviews", "’s interview", " interviews", " interview", "的"},
}

var dayPhrases = map[string]int{
	"今天": 0, "今日": 0, "今晚": 0, "本日": 0, "today": 0, "tonight": 0, "きょう": 0,
	"明天": 1, "明日": 1, "明早": 1, "明晚": 1, "tomorrow": 1, "あした": 1, "あす": 1,
	"后天": 2, "後天": 2, "明後日": 2, "あさって": 2, "day after tomorrow": 2, "day after": 2,
	"大后天": 3, "大後天": 3,
}

// anyWeek is the next week with the weekday.
const anyWeek = -1

// weekPrefixes name the week of a weekday; longer ones are first.
var weekPrefixes = []struct {
	text string
	week int
}{
	{"这个", 0}, {"这", 0}, {"本", 0}, {"今週の", 0}, {"今週", 0}, {"this ", 0},
	{"下个", 1}, {"下", 1}, {"来週の", 1}, {"来週", 1}, {"next ", 1}, {"", anyWeek},
}

var weekPhrases = map[string]int{
	"本周": 0, "这周": 0, "这个周": 0, "本星期": 0, "这星期": 0, "这个星期": 0, "本礼拜": 0, "这礼拜": 0, "这个礼拜": 0, "本週": 0, "這週": 0, "今週": 0, "this week": 0,
	"下周": 1, "下个周": 1, "下星期": 1, "下个星期": 1, "下礼拜": 1, "下个礼拜": 1, "下週": 1, "来週": 1, "next week": 1,
}

var weekdayPhrases = newWeekdayPhrases()

func newWeekdayPhrases() map[string]time.Weekday {
	out := map[string]time.Weekday{"周天": time.Sunday, "星期天": time.Sunday, "礼拜天": time.Sunday}
	chinese, japanese := []rune("日一二三四五六"), []rune("日月火水木金土")
	for day := time.Sunday; day <= time.Saturday; day++ {
		name := strings.ToLower(day.String())
		out[name] = day
		if day != time.Sunday { // Sun is a surname
			out[name[:3]] = day
		}
		for _, prefix := range []string{"周", "週", "星期", "礼拜"} {
			out[prefix+string(chinese[day])] = day
		}
		out[string(japanese[day])+"曜"], out[string(japanese[day])+"曜日"] = day, day
	}
	return out
}

// parseDays returns the days that a phrase names. This week begins today.
func parseDays(phrase string, today time.Weekday) (Days, bool) {
	if from, ok := dayPhrases[phrase]; ok {
		return Days{From: from, Count: 1}, true
	}
	sinceMonday := int(today+6) % 7
	if week, ok := weekPhrases[phrase]; ok {
		if week == 0 {
			return Days{Count: 7 - sinceMonday}, true
		}
		return Days{From: 7 - sinceMonday, Count: 7}, true
	}
	for _, p := range weekPrefixes {
		day, ok := weekdayPhrases[strings.TrimPrefix(phrase, p.text)]
		if !ok || !strings.HasPrefix(phrase, p.text) {
			continue
		}
		if p.week == anyWeek {
			return Days{From: int(day-today+7) % 7, Count: 1}, true
		}
		return Days{From: int(day+6)%7 - sinceMonday + 7*p.week, Count: 1}, true
	}
	return Days{}, false
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		out[word] = true
	}
	return out
}
