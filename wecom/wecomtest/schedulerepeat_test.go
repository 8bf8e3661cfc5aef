package wecomtest_test

import (
	"fmt"
	"testing"
	"time"
)

// addWeeklySchedule adds a weekly schedule that starts on a Monday at 10:00 in China.
func addWeeklySchedule(t *testing.T, do func(path, body string) reply, reminders string) (id string, start int64) {
	t.Helper()
	monday := time.Date(2030, 1, 7, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	start = monday.Unix()
	id = do("add", fmt.Sprintf(`{"schedule":{"summary":"周会","start_time":%d,"end_time":%d,"attendees":[{"userid":"lisi"}],"reminders":{"is_repeat":1,%s}}}`,
		start, start+3600, reminders)).expectCode(0).textField("schedule_id")
	return id, start
}

func TestCutSingleOccurrence(t *testing.T) {
	s := newFixture(t)
	do := func(path, body string) reply { t.Helper(); return postAsApp(t, s, "oa/schedule/"+path, body) }
	id, start := addWeeklySchedule(t, do, `"repeat_type":1`)
	week := int64(7 * 86400)
	body := func(mode int, op, at int64, extra string) string {
		return fmt.Sprintf(`{"op_mode":%d,"op_start_time":%d,"schedule":{"schedule_id":%q,"summary":"改期","start_time":%d,"end_time":%d,"attendees":[{"userid":"lisi"}]%s}}`,
			mode, op, id, at, at+3600, extra)
	}
	do("update", body(3, start, start, "")).expectCode(90485)
	do("update", body(1, start+week+60, start+week, "")).expectCode(90482)
	do("update", body(1, start+week, start, "")).expectCode(90488)
	do("update", body(1, start+week, start+week, `,"reminders":{"is_repeat":1}`)).expectCode(90484)
	single := do("update", body(1, start+week, start+week+7200, "")).expectCode(0).textField("schedule_id")
	if single == "" || single == id {
		t.Fatalf("the occurrence got the schedule id %q", single)
	}
	do("update", body(1, start+week, start+week, "")).expectCode(90482) // already excluded from the series
	do("update", fmt.Sprintf(`{"op_mode":1,"op_start_time":%d,"schedule":{"schedule_id":%q,"start_time":%d,"end_time":%d}}`, start, single, start, start+1)).expectCode(90485)
	list := do("get", fmt.Sprintf(`{"schedule_id_list":[%q,%q]}`, id, single)).expectCode(0).fields["schedule_list"].([]any)
	rule := list[0].(map[string]any)["reminders"].(map[string]any)
	if fmt.Sprint(rule["exclude_time_list"]) != fmt.Sprintf("[map[start_time:%v]]", float64(start+week)) {
		t.Errorf("the series excludes %v", rule["exclude_time_list"])
	}
	if one := list[1].(map[string]any); one["summary"] != "改期" || one["start_time"] != float64(start+week+7200) {
		t.Errorf("the single schedule is %v", one)
	}
}

func TestSplitLaterOccurrences(t *testing.T) {
	s := newFixture(t)
	do := func(path, body string) reply { t.Helper(); return postAsApp(t, s, "oa/schedule/"+path, body) }
	id, start := addWeeklySchedule(t, do, `"repeat_type":0`)
	at := start + 3*86400
	next := do("update", fmt.Sprintf(`{"op_mode":2,"op_start_time":%d,"schedule":{"schedule_id":%q,"start_time":%d,"end_time":%d,"reminders":{"is_repeat":1,"repeat_type":0}}}`,
		at, id, at+1800, at+3600)).expectCode(0).textField("schedule_id")
	del := func(mode int, id string, op int64) reply {
		t.Helper()
		return do("del", fmt.Sprintf(`{"schedule_id":%q,"op_mode":%d,"op_start_time":%d}`, id, mode, op))
	}
	del(1, id, at).expectCode(90482) // no longer part of the old series
	del(1, id, at-86400).expectCode(0)
	del(2, next, at+1800+86400).expectCode(0)
	del(1, next, at+1800+86400).expectCode(90482)
	status := func(id string) any {
		list := do("get", fmt.Sprintf(`{"schedule_id_list":[%q]}`, id)).expectCode(0).fields["schedule_list"].([]any)
		return list[0].(map[string]any)["status"]
	}
	if status(id) != 0.0 {
		t.Error("cutting an occurrence cancelled the series")
	}
	del(2, id, start).expectCode(0) // from the first occurrence on: the whole series
	if status(id) != 1.0 {
		t.Error("the series is not cancelled")
	}
}

func TestOccurrences(t *testing.T) {
	s := newFixture(t)
	do := func(path, body string) reply { t.Helper(); return postAsApp(t, s, "oa/schedule/"+path, body) }
	for name, c := range map[string]struct {
		rule string
		yes  []int64 // in days after the first occurrence, Monday, 7 January 2030
		no   []int64
	}{
		"daily":            {`"repeat_type":0`, []int64{1, 2}, nil},
		"every second day": {`"repeat_type":0,"is_custom_repeat":1,"repeat_interval":2`, []int64{2}, []int64{1}},
		"weekly":           {`"repeat_type":1`, []int64{7}, []int64{1}},
		"weekdays":         {`"repeat_type":1,"is_custom_repeat":1,"repeat_interval":2,"repeat_day_of_week":[1,3]`, []int64{2, 14}, []int64{7, 9}},
		"monthly":          {`"repeat_type":2`, []int64{31}, []int64{30}},
		"days of a month":  {`"repeat_type":2,"is_custom_repeat":1,"repeat_interval":1,"repeat_day_of_month":[9]`, []int64{2}, []int64{31}},
		"yearly":           {`"repeat_type":5`, []int64{365}, []int64{31}},
		"working days":     {`"repeat_type":7`, []int64{4, 7}, []int64{5, 6}},
		"until":            {`"repeat_type":0,"repeat_until":1894161600`, []int64{1}, []int64{12}},
		"another zone":     {`"repeat_type":0,"timezone":-5`, []int64{1}, nil},
	} {
		for _, days := range c.yes {
			id, start := addWeeklySchedule(t, do, c.rule)
			if got := do("del", fmt.Sprintf(`{"schedule_id":%q,"op_mode":1,"op_start_time":%d}`, id, start+days*86400)); got.errcode() != 0 {
				t.Errorf("%s: not after %d days: %d", name, days, got.errcode())
			}
		}
		for _, days := range c.no {
			id, start := addWeeklySchedule(t, do, c.rule)
			if got := do("del", fmt.Sprintf(`{"schedule_id":%q,"op_mode":1,"op_start_time":%d}`, id, start+days*86400)); got.errcode() != 90482 {
				t.Errorf("%s: also after %d days: %d", name, days, got.errcode())
			}
		}
	}
	do("add", `{"schedule":{"start_time":1,"end_time":2,"reminders":{"is_repeat":1,"is_custom_repeat":1,"repeat_interval":1,"repeat_day_of_week":[8]}}}`).expectCode(90467)
	do("add", `{"schedule":{"start_time":1,"end_time":2,"reminders":{"is_repeat":1,"is_custom_repeat":1,"repeat_interval":1,"repeat_day_of_month":[32]}}}`).expectCode(90487)
}
