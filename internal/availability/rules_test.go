package availability

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// shanghai parses a time such as "03-09 14:00" of 2026.
func shanghai(t *testing.T, text string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+text, mustLoad(t, "Asia/Shanghai"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// hourAt returns the hour from a time of newPanel's company.
func hourAt(t *testing.T, text string) Interval {
	t.Helper()
	start := shanghai(t, text)
	return Interval{start, start.Add(time.Hour)}
}

func blocksAt(t *testing.T, starts ...string) []Block {
	t.Helper()
	out := []Block{}
	for _, text := range starts {
		out = append(out, Block{hourAt(t, text), "i" + text, "一面"})
	}
	return out
}

// newTestPanel returns a panel of one interviewer with the defaults of a Chinese
// company.
func newTestPanel(t *testing.T, change func(*Panel, *Person)) *Panel {
	t.Helper()
	days := Holidays(ChineseHolidays, "zh-CN")
	lin := &Person{UserID: "lin", Name: "林一", Location: mustLoad(t, "Asia/Shanghai"), Hours: defaultHours()}
	p := &Panel{People: []*Person{lin}, Days: newCalendar(days), Location: lin.Location}
	if change != nil {
		change(p, lin)
	}
	return p
}

func describe(list []Refusal) string {
	out := []string{}
	for _, r := range list {
		text := r.UserID + " " + strings.TrimPrefix(r.Reason.Code, "availability.")
		if name, ok := r.Reason.Params["Holiday"].(string); ok {
			text += " " + name
		}
		if span, ok := r.Reason.Params["Time"].(string); ok {
			text += " " + span
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestReasons(t *testing.T) {
	for name, c := range map[string]struct {
		at     string
		change func(*Panel, *Person)
		want   string
	}{
		"free":                          {at: "03-09 14:00"},
		"the last hour":                 {at: "03-09 17:00"},
		"after work":                    {at: "03-09 17:15", want: "lin outside_hours"},
		"on a Saturday":                 {at: "03-07 14:00", want: "lin outside_hours"},
		"on a make-up workday":          {at: "02-14 14:00"},
		"on the holiday beside it":      {at: "02-15 14:00", want: "lin holiday 春节"},
		"on a holiday on a workday":     {at: "02-16 14:00", want: "lin holiday 春节"},
		"own zone":                      {at: "03-09 14:00", change: func(_ *Panel, p *Person) { p.Location = mustLoad(t, "Europe/Berlin") }, want: "lin outside_hours"},
		"own zone, in the morning":      {at: "03-09 16:00", change: func(_ *Panel, p *Person) { p.Location = mustLoad(t, "Europe/Berlin") }},
		"away":                          {at: "03-09 14:00", change: func(_ *Panel, p *Person) { p.Away = []DateRange{{"2026-03-07", "2026-03-09"}} }, want: "lin away"},
		"the day after the last away":   {at: "03-10 09:00", change: func(_ *Panel, p *Person) { p.Away = []DateRange{{"2026-03-07", "2026-03-09"}} }},
		"over midnight":                 {at: "03-09 23:30", change: func(_ *Panel, p *Person) { p.Hours = parseHours(t, "1 22:00-06:00") }},
		"over midnight without a shift": {at: "03-09 23:30", want: "lin outside_hours"},
		"into a holiday":                {at: "04-30 23:30", want: "lin holiday 劳动节"},
		"busy":                          {at: "03-09 14:00", change: func(_ *Panel, p *Person) { p.Blocks = blocksAt(t, "03-09 13:15", "03-09 14:30") }, want: "lin busy 13:15–14:15"},
		"between two interviews":        {at: "03-09 14:00", change: func(_ *Panel, p *Person) { p.Blocks = blocksAt(t, "03-09 13:00", "03-09 15:00") }},
		"without the buffer": {at: "03-09 14:00", change: func(panel *Panel, p *Person) {
			panel.Buffer, p.Blocks = 15*time.Minute, blocksAt(t, "03-09 15:10")
		}, want: "lin buffer 15:10–16:10"},
		"with the buffer": {at: "03-09 14:00", change: func(panel *Panel, p *Person) {
			panel.Buffer, p.Blocks = 15*time.Minute, blocksAt(t, "03-09 12:45", "03-09 15:15")
		}},
		"at the daily limit": {at: "03-09 14:00", change: func(_ *Panel, p *Person) {
			p.DailyLimit, p.Blocks = 2, blocksAt(t, "03-08 23:30", "03-09 00:00", "03-09 23:00", "03-10 00:00")
		}, want: "lin daily_limit"},
		"below the daily limit": {at: "03-09 14:00", change: func(_ *Panel, p *Person) {
			p.DailyLimit, p.Blocks = 2, blocksAt(t, "03-08 23:30", "03-09 09:00", "03-10 00:00")
		}},
		"at the weekly limit": {at: "03-11 14:00", change: func(_ *Panel, p *Person) {
			p.WeeklyLimit, p.Blocks = 2, blocksAt(t, "03-08 23:59", "03-09 00:00", "03-10 23:00", "03-16 00:00")
		}, want: "lin weekly_limit"},
		"below the weekly limit": {at: "03-11 14:00", change: func(_ *Panel, p *Person) {
			p.WeeklyLimit, p.Blocks = 2, blocksAt(t, "03-08 23:59", "03-15 23:00", "03-16 00:00", "03-16 09:00")
		}},
		"a week over the end of the year": {at: "12-31 14:00", change: func(_ *Panel, p *Person) {
			p.WeeklyLimit, p.Blocks = 1, []Block{{Interval: Interval{shanghai(t, "12-31 09:00").AddDate(0, 0, 2), shanghai(t, "12-31 10:00").AddDate(0, 0, 2)}}}
		}, want: "lin weekly_limit"},
		"the days of the limit are those of the own zone": {at: "03-10 06:00", change: func(_ *Panel, p *Person) {
			p.Location, p.Hours = mustLoad(t, "America/New_York"), parseHours(t, "1 09:00-24:00")
			p.DailyLimit, p.Blocks = 1, blocksAt(t, "03-09 23:00")
		}, want: "lin daily_limit"},
		"the candidate is busy": {at: "03-09 14:00", change: func(panel *Panel, _ *Person) { panel.Candidate = blocksAt(t, "03-09 14:30") }, want: " candidate_busy 14:30–15:30"},
		"the interviewer is in another interview of the candidate": {at: "03-09 14:00", change: func(panel *Panel, p *Person) {
			panel.Candidate = blocksAt(t, "03-09 14:30")
			p.Blocks = panel.Candidate
		}, want: "lin busy 14:30–15:30;  candidate_busy 14:30–15:30"},
		"every reason": {at: "02-16 14:00", change: func(_ *Panel, p *Person) {
			p.DailyLimit, p.WeeklyLimit, p.Blocks = 1, 1, blocksAt(t, "02-16 14:00")
		}, want: "lin holiday 春节; lin busy 14:00–15:00; lin daily_limit; lin weekly_limit"},
	} {
		got := newTestPanel(t, c.change).Check(hourAt(t, c.at))
		if describe(got) != c.want {
			t.Errorf("%s: %q, want %q", name, describe(got), c.want)
		}
		for _, r := range got {
			if r.UserID != "" && r.Reason.Params["Name"] != "林一" {
				t.Errorf("%s: params %v without the name", name, r.Reason.Params)
			}
		}
	}
}

func TestFindSlots(t *testing.T) {
	mei := func(p *Panel, hours string, blocks ...string) {
		p.People = append(p.People, &Person{UserID: "mei", Location: p.Location, Hours: parseHours(t, hours), Blocks: blocksAt(t, blocks...)})
	}
	for name, c := range map[string]struct {
		from, to string
		change   func(*Panel, *Person)
		want     []string
	}{
		"from the next quarter, four spread over each day": {from: "03-09 09:05", to: "03-11 00:00",
			want: []string{"03-09 09:15-10:15", "03-09 11:15-12:15", "03-09 13:15-14:15", "03-09 16:15-17:15", "03-10 09:00-10:00", "03-10 11:00-12:00", "03-10 14:00-15:00", "03-10 17:00-18:00"}},
		"over a weekend": {from: "03-06 16:40", to: "03-09 11:00",
			want: []string{"03-06 16:45-17:45", "03-09 09:00-10:00", "03-09 10:00-11:00"}},
		"around a holiday": {from: "02-13 17:30", to: "02-24 10:30",
			want: []string{"02-14 09:00-10:00", "02-14 11:00-12:00", "02-14 14:00-15:00", "02-14 17:00-18:00", "02-24 09:00-10:00"}},
		"common to two": {from: "03-09 00:00", to: "03-10 00:00",
			change: func(p *Panel, lin *Person) {
				lin.Blocks = blocksAt(t, "03-09 14:30")
				mei(p, "1 13:00-20:00", "03-09 16:00")
			}, want: []string{"03-09 13:00-14:00", "03-09 17:00-18:00"}},
		"with a buffer": {from: "03-09 00:00", to: "03-10 00:00",
			change: func(p *Panel, lin *Person) {
				p.Buffer, lin.Blocks = 10*time.Minute, blocksAt(t, "03-09 10:15", "03-09 12:30")
				lin.Hours = parseHours(t, "1 09:00-15:00")
			}, want: []string{"03-09 09:00-10:00", "03-09 13:45-14:45"}},
		"at the daily limit": {from: "03-09 00:00", to: "03-10 10:00",
			change: func(_ *Panel, lin *Person) { lin.DailyLimit, lin.Blocks = 1, blocksAt(t, "03-09 09:00") }, want: []string{"03-10 09:00-10:00"}},
		"beside the candidate's": {from: "03-09 00:00", to: "03-09 12:00",
			change: func(p *Panel, _ *Person) { p.Candidate = blocksAt(t, "03-09 09:30") }, want: []string{"03-09 10:30-11:30"}},
		"without common hours": {from: "03-09 00:00", to: "03-15 00:00",
			change: func(p *Panel, _ *Person) { mei(p, "6 09:00-18:00") }, want: []string{}},
		"away": {from: "03-09 00:00", to: "03-11 10:00",
			change: func(_ *Panel, lin *Person) { lin.Away = []DateRange{{"2026-03-09", "2026-03-10"}} }, want: []string{"03-11 09:00-10:00"}},
	} {
		p := newTestPanel(t, c.change)
		got := p.FindSlots(Interval{shanghai(t, c.from), shanghai(t, c.to)}, time.Hour, 20)
		if !slices.Equal(spans(got, p.Location), c.want) {
			t.Errorf("%s: %q, want %q", name, spans(got, p.Location), c.want)
		}
		for _, slot := range got {
			if refusals := p.Check(slot); len(refusals) > 0 {
				t.Errorf("%s: the slot %v is refused: %s", name, slot, describe(refusals))
			}
		}
	}
	if got := newTestPanel(t, nil).FindSlots(Interval{shanghai(t, "03-09 00:00"), shanghai(t, "03-20 00:00")}, time.Hour, 3); len(got) != 3 {
		t.Errorf("%d slots, want the limit of 3", len(got))
	}
}

func TestDaysWithin(t *testing.T) {
	p := newTestPanel(t, nil)
	got := p.daysWithin(Interval{shanghai(t, "02-14 12:00"), shanghai(t, "02-16 00:00")})
	if len(got) != 2 || got[0].Kind != Workday || got[1].Name != "春节" {
		t.Errorf("days %v", got)
	}
}
