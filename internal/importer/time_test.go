package importer

import (
	"slices"
	"testing"
	"time"
)

func TestParseDateTime(t *testing.T) {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 25, hour, minute, 0, 0, loc) }
	for cell, want := range map[string]timeRange{
		"2026-11-25 14:00":           {from: at(14, 0)},
		"2026-11-25 14:00:00":        {from: at(14, 0)},
		"2026/11/25 9:05":            {from: at(9, 5)},
		"2026.11.25 14:00":           {from: at(14, 0)},
		"2026-11-25T14:00":           {from: at(14, 0)},
		"2026-11-25T14:00+08:00":     {from: at(14, 0)},
		"2026-11-25T06:00:00Z":       {from: at(14, 0)},
		"2026-11-25T15:00:00+09:00":  {from: at(14, 0)},
		"2026年11月25日 14:00":          {from: at(14, 0)},
		"2026年11月25日14时30分":          {from: at(14, 30)},
		"2026年11月25日 下午2点半":          {from: at(14, 30)},
		"2026年11月25日 下午2:30":         {from: at(14, 30)},
		"2026年11月25日(水) 午後2時":        {from: at(14, 0)},
		"2026年11月25日（星期三）14：00":      {from: at(14, 0)},
		"2026-11-25 2:00 PM":         {from: at(14, 0)},
		"2026-11-25 12:15am":         {from: at(0, 15)},
		"25/11/2026 14:00":           {from: at(14, 0)},
		"11/25/2026 14:00":           {from: at(14, 0)},
		"46351.583333333336":         {from: at(14, 0)},
		"2026-11-25 14:00-15:30":     {from: at(14, 0), to: at(15, 30)},
		"2026-11-25 14:00 ~ 15:30":   {from: at(14, 0), to: at(15, 30)},
		"2026-11-25 14:00–15:30":     {from: at(14, 0), to: at(15, 30)},
		"2026年11月25日 14:00から15:30まで": {from: at(14, 0), to: at(15, 30)},
		"２０２６/１１/２５　１４：００":           {from: at(14, 0)},
		"2026-11-25 2-3 PM":          {from: at(14, 0), to: at(15, 0)},
		"2026-11-25 2–3:30pm":        {from: at(14, 0), to: at(15, 30)},
		"2026-11-25 11-1 PM":         {from: at(11, 0), to: at(13, 0)},
		"2026-11-25 10 to 11 a.m.":   {from: at(10, 0), to: at(11, 0)},
		"2026-11-25 10-11点":          {from: at(10, 0), to: at(11, 0)},
		"2026-11-25 10到11点半":         {from: at(10, 0), to: at(11, 30)},
		"2026-11-25 10-11:30":        {from: at(10, 0), to: at(11, 30)},
		"2026-11-25 下午2-3点":          {from: at(14, 0), to: at(15, 0)},
		"2026-11-25 下午两到三点":          {from: at(14, 0), to: at(15, 0)},
		"2026-11-25 十到十一点":           {from: at(10, 0), to: at(11, 0)},
		"2026-11-25 晚上八到九点":          {from: at(20, 0), to: at(21, 0)},
		"2026年11月25日 14〜15時":         {from: at(14, 0), to: at(15, 0)},
		"2026年11月25日 午後2〜3時":         {from: at(14, 0), to: at(15, 0)},
	} {
		got, code := parseDateTime(cell, loc)
		if code != "" || !got.from.Equal(want.from) || !got.to.Equal(want.to) {
			t.Errorf("%q: %v %q, want %v", cell, got, code, want)
		}
	}
	for cell, want := range map[string]string{
		"": badDate, "tomorrow": badDate, "2026-02-30 14:00": badDate, "2026-13-01 14:00": badDate, "11-25 14:00": badDate,
		"3/4/2026 14:00": ambiguousDate, "2026-11-25": badTime, "2026-11-25 25:00": badTime, "2026-11-25 14:60": badTime,
		"2026-11-25 14": badTime, "46351": badTime, "2026-11-25 2-3": badTime, "2026-11-25 10-25点": badTime, "2026-11-25 14:00 or so": badTime, "0.5": badDate, "1e99": badDate, "NaN": badDate, "-3": badDate,
	} {
		if got, code := parseDateTime(cell, loc); code != want {
			t.Errorf("%q: %v %q, want %q", cell, got, code, want)
		}
	}
}

func TestParseDateAndTime(t *testing.T) {
	loc, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 25, hour, minute, 0, 0, loc) }
	for cells, want := range map[[2]string]timeRange{
		{"2026-11-25", "14:00"}:             {from: at(14, 0)},
		{"46351", "0.583333333333333"}:      {from: at(14, 0)},
		{"46351", "14:00"}:                  {from: at(14, 0)},
		{"46351.583333", ""}:                {from: at(14, 0)},
		{"2026/11/25", "14:00-15:00"}:       {from: at(14, 0), to: at(15, 0)},
		{"2026年11月25日", "下午2点"}:             {from: at(14, 0)},
		{"2026-11-25 00:00:00", "14:00:00"}: {from: at(14, 0)},
		{"2026-11-25 14:00", ""}:            {from: at(14, 0)},
		{"11/25/2026 12:00:00 AM", "2 PM"}:  {from: at(14, 0)},
	} {
		got, code := parseDateAndTime(cells[0], cells[1], loc)
		if code != "" || !got.from.Equal(want.from) || !got.to.Equal(want.to) {
			t.Errorf("%q: %v %q, want %v", cells, got, code, want)
		}
	}
	for cells, want := range map[[2]string]string{
		{"", "14:00"}: badDate, {"2026-11-25", "中午"}: badTime, {"2026-11-25", ""}: badTime, {"2026-11-25", "14"}: badTime,
		{"46351", ""}: badTime, {"2026-11-25", "46351"}: badTime, {"46351", "46351"}: badTime,
	} {
		if _, code := parseDateAndTime(cells[0], cells[1], loc); code != want {
			t.Errorf("%q: %q, want %q", cells, code, want)
		}
	}
}

// 2-3点 may be in the afternoon, as 2:00 may.
func TestRangeOfEarlyHours(t *testing.T) {
	got, code := parseDateTime("2026-11-25 2-3点", time.UTC)
	if code != "" || !slices.Equal(got.warnings, []string{earlyTime}) || got.to.Sub(got.from) != time.Hour {
		t.Errorf("%+v, %q", got, code)
	}
}

func TestParseDuration(t *testing.T) {
	for cell, want := range map[string]time.Duration{
		"60": time.Hour, "60.0": time.Hour, "45分钟": 45 * time.Minute, "90 min": 90 * time.Minute, "1h": time.Hour,
		"1.5小时": 90 * time.Minute, "1小时30分钟": 90 * time.Minute, "2時間": 2 * time.Hour, "1:30": 90 * time.Minute,
		"半小时": 30 * time.Minute, "半個小時": 30 * time.Minute, "一小时": time.Hour, "一个半小时": 90 * time.Minute, "1時間半": 90 * time.Minute, "两小时": 2 * time.Hour,
		"四十五分钟": 45 * time.Minute, "1 hr 30 min": 90 * time.Minute, "１時間３０分": 90 * time.Minute,
	} {
		if got, ok := parseDuration(cell); !ok || got != want {
			t.Errorf("%q: %s %v", cell, got, ok)
		}
	}
	for _, cell := range []string{"", "long", "-60", "1:90", "半", "半天", "1e9", "99999999999999999999"} {
		if got, ok := parseDuration(cell); ok {
			t.Errorf("%q: %s", cell, got)
		}
	}
}
