package timetext

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

func TestTimeRange(t *testing.T) {
	start := time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
	for _, c := range []struct{ lang, zone, recipientZone, want string }{
		{"zh-CN", "Asia/Shanghai", "Asia/Shanghai", "11月24日 周二 14:00–15:00"},
		{"en", "Asia/Shanghai", "Asia/Shanghai", "Tue Nov 24, 14:00–15:00"},
		{"ja", "Asia/Shanghai", "Asia/Shanghai", "11月24日（火）14:00–15:00"},
		{"zh-CN", "Asia/Shanghai", "", "11月24日 周二 14:00–15:00 北京时间（UTC+8）"},
		{"en", "Asia/Shanghai", "Asia/Tokyo", "Tue Nov 24, 14:00–15:00 China time (UTC+8)"},
		{"ja", "Asia/Tokyo", "Asia/Shanghai", "11月24日（火）15:00–16:00 日本時間（UTC+9）"},
		{"en", "America/Los_Angeles", "Asia/Shanghai", "Mon Nov 23, 22:00–23:00 Pacific time (UTC-8)"},
		{"zh-CN", "America/Los_Angeles", "Asia/Shanghai", "11月23日 周一 22:00–23:00 美国太平洋时间（UTC-8）"},
		{"zh-CN", "Asia/Kathmandu", "", "11月24日 周二 11:45–12:45 Kathmandu 时间（UTC+5:45）"},
		{"en", "America/St_Johns", "", "Tue Nov 24, 02:30–03:30 St Johns time (UTC-3:30)"},
		{"en", "UTC", "", "Tue Nov 24, 06:00–07:00 UTC"},
	} {
		i := &interview.Interview{TimeZone: c.zone, StartsAt: start, EndsAt: start.Add(time.Hour)}
		if got := FormatRange(c.lang, i, c.recipientZone); got != c.want {
			t.Errorf("%s, %s, recipient %q: %q, want %q", c.lang, c.zone, c.recipientZone, got, c.want)
		}
	}
}
