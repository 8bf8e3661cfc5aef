package chatintent_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/chatintent"
)

func days(from, count int) chatintent.Intent {
	return chatintent.Intent{Kind: chatintent.OnDays, Days: chatintent.Days{From: from, Count: count}}
}

func candidate(name string) chatintent.Intent {
	return chatintent.Intent{Kind: chatintent.Candidate, Name: name}
}

var (
	help       = chatintent.Intent{Kind: chatintent.Help}
	scorecards = chatintent.Intent{Kind: chatintent.Scorecards}
	other      = chatintent.Intent{}
)

// All texts are sent on a Wednesday.
func TestParse(t *testing.T) {
	for text, want := range map[string]chatintent.Intent{
		"今天": days(0, 1), "今天有面试吗？": days(0, 1), "请问今天有没有面试安排": days(0, 1), "我今天的面试": days(0, 1), "今日": days(0, 1),
		"明天": days(1, 1), "明天的面试": days(1, 1), "明天下午有面试吗": days(1, 1), "查明天": days(1, 1), "明天 interviews": days(1, 1),
		"后天": days(2, 1), "大后天": days(3, 1),
		"周三": days(0, 1), "周四的面试": days(1, 1), "星期二": days(6, 1), "礼拜天": days(4, 1), "周日": days(4, 1),
		"这周五": days(2, 1), "本周一": days(-2, 1), "下周一": days(5, 1), "下个星期三": days(7, 1),
		"本周": days(0, 5), "这周的面试": days(0, 5), "下周": days(5, 7), "这礼拜": days(0, 5), "下个礼拜的面试": days(5, 7), "今天还有面试吗": days(0, 1),

		"today": days(0, 1), "today's interviews": days(0, 1), "Tomorrow’s schedule?": days(1, 1), "this week's interviews": days(0, 5), "Friday's interviews": days(2, 1), "Tomorrow?": days(1, 1), "What interviews do I have tomorrow": days(1, 1), "What's on today?": days(0, 1), "the day after tomorrow": days(2, 1),
		"Thursday": days(1, 1), "tomorrow afternoon": days(1, 1), "my interviews on friday": days(2, 1), "next Monday": days(5, 1), "this week": days(0, 5), "next week": days(5, 7), "fri": days(2, 1),

		"明日": days(1, 1), "明日の面接": days(1, 1), "本日の面接予定を教えてください": days(0, 1), "明後日": days(2, 1), "木曜": days(1, 1), "金曜日の予定は？": days(2, 1),
		"来週の月曜日": days(5, 1), "今週": days(0, 5), "来週の面接": days(5, 7), "今日の面接一覧": days(0, 1), "Ｔｏｄａｙ": days(0, 1),

		"评价": scorecards, "我还有哪些评价没写": scorecards, "scorecards": scorecards, "My Scorecard": scorecards, "評価": scorecards, "未提出の評価は？": scorecards,
		"帮助": help, "HELP!": help, "ヘルプ": help, "使い方": help,

		"周一鸣": candidate("周一鸣"), "赵一鸣的面试": candidate("赵一鸣"), "查良镛": candidate("查良镛"), "张大有": candidate("张大有"), "候选人：陈晨": candidate("陈晨"),
		"Sun": candidate("sun"), "Sun Wei": candidate("sun wei"), "interviews with Emily Carter": candidate("emily carter"), "Emily Carter's interviews": candidate("emily carter"), "Emily Carter’s interviews": candidate("emily carter"),
		"佐藤さんの面接": candidate("佐藤"), "zhaoyiming": candidate("zhaoyiming"), "明日香": candidate("明日香"),

		"": other, "？": other, "面试": other, "我的面试": other, "a": other, "1": other, "🙂": other, "my interviews": other,
		strings.Repeat("长", 41): other, strings.Repeat("今天", 40): other, "\xff\xfe": other,
	} {
		if got := chatintent.Parse(text, time.Wednesday); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestParseOnEachDay(t *testing.T) {
	for today := time.Sunday; today <= time.Saturday; today++ {
		for text, want := range map[string]int{"周一": (8 - int(today)) % 7, "下周一": (7-int(today))%7 + 1} {
			if got := chatintent.Parse(text, today); got != days(want, 1) {
				t.Errorf("%q on %s: %+v, want day %d", text, today, got, want)
			}
		}
		if got := chatintent.Parse("this week", today).Days; got.From != 0 || (int(today)+got.Count)%7 != 1 {
			t.Errorf("this week on %s: %+v", today, got)
		}
	}
}

func TestOfMenu(t *testing.T) {
	for key, want := range map[string]chatintent.Intent{chatintent.MenuToday: days(0, 1), chatintent.MenuScorecards: scorecards} {
		if got, ok := chatintent.OfMenu(key); !ok || got != want {
			t.Errorf("%s: %+v, %v", key, got, ok)
		}
	}
	if _, ok := chatintent.OfMenu("other"); ok {
		t.Error("an unknown key is known")
	}
}

// Parse terminates on every text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"今天的的的面试", "候选人候选人", "'s interview's interview", "this this week", "下下周一"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for today := time.Sunday; today <= time.Saturday; today++ {
			i := chatintent.Parse(text, today)
			if (i.Kind == chatintent.OnDays) != (i.Days.Count > 0) || (i.Kind == chatintent.Candidate) != (i.Name != "") {
				t.Errorf("%q: %+v", text, i)
			}
		}
	})
}
