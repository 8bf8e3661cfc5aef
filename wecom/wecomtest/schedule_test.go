package wecomtest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestCalendars(t *testing.T) {
	s := newFixture(t)
	tok := "?access_token=" + accessToken(t, s)
	post := func(path, body string) reply { t.Helper(); return callAPI(t, s, "POST", "oa/calendar/"+path+tok, body) }
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"colour":       {`{"calendar":{"summary":"面试","color":"blue"}}`, 90473},
		"no name":      {`{"calendar":{"color":"#0000FF"}}`, 40058},
		"admin":        {`{"calendar":{"summary":"面试","color":"#0000FF","admins":["lisi"]}}`, 90492},
		"public range": {`{"calendar":{"summary":"面试","color":"#0000FF","is_corp_calendar":1}}`, 90483},
	} {
		if got := post("add", c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d, want %d", name, got.errcode(), c.code)
		}
	}
	r := post("add", `{"calendar":{"summary":"面试","color":"#0000FF","admins":["lisi"],"shares":[{"userid":"LISI"},{"userid":"ghost"}]}}`).expectCode(0)
	id := r.textField("cal_id")
	if fmt.Sprint(r.fields["fail_result"]) == "<nil>" {
		t.Error("an unknown member among the shares is not reported")
	}
	post("update", `{"calendar":{"cal_id":"`+id+`","summary":"技术面试","color":"#00FF00","is_public":1}}`).expectCode(0)
	list := post("get", `{"cal_id_list":["`+id+`"]}`).expectCode(0).fields["calendar_list"].([]any)
	if c := list[0].(map[string]any); c["summary"] != "技术面试" || c["is_public"] != 0.0 {
		t.Errorf("calendar is %v", c)
	}
	def := post("add", `{"calendar":{"summary":"默认","color":"#0000FF","set_as_default":1}}`).expectCode(0).textField("cal_id")
	post("del", `{"cal_id":"`+def+`"}`).expectCode(90712)
	post("del", `{"cal_id":"`+id+`"}`).expectCode(0)
	post("del", `{"cal_id":"`+id+`"}`).expectCode(90459)
	post("get", `{"cal_id_list":["none"]}`).expectCode(90457)
}

func TestScheduleRules(t *testing.T) {
	s := newFixture(t)
	tok := "?access_token=" + accessToken(t, s)
	start := s.Time().Add(time.Hour).Unix()
	for name, c := range map[string]struct {
		rest string
		code int
	}{
		"end before start": {fmt.Sprintf(`"start_time":%d,"end_time":%d`, start, start-1), 40058},
		"unknown invitee":  {`"attendees":[{"userid":"ghost"}]`, 60111},
		"admin":            {`"admins":["lisi"]`, 90715},
		"calendar":         {`"cal_id":"none"`, 90457},
		"remind":           {`"reminders":{"is_remind":1,"remind_before_event_secs":7}`, 90471},
		"diffs":            {`"reminders":{"is_remind":1,"remind_time_diffs":[300]}`, 90704},
		"repeat":           {`"reminders":{"is_repeat":1,"repeat_type":3}`, 90465},
		"custom":           {`"reminders":{"is_repeat":1,"is_custom_repeat":1,"repeat_type":1}`, 90486},
		"zone":             {`"reminders":{"timezone":13}`, 90480},
	} {
		body := fmt.Sprintf(`{"schedule":{"start_time":%d,"end_time":%d,%s}}`, start, start+60, c.rest)
		if got := callAPI(t, s, "POST", "oa/schedule/add"+tok, body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
}

func TestScheduleLife(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	tok := "?access_token=" + accessToken(t, s)
	post := func(path, body string) reply { t.Helper(); return callAPI(t, s, "POST", "oa/schedule/"+path+tok, body) }
	cal := callAPI(t, s, "POST", "oa/calendar/add"+tok, `{"calendar":{"summary":"面试","color":"#0000FF"}}`).textField("cal_id")
	start := s.Time().Add(time.Hour).Unix()
	id := post("add", fmt.Sprintf(`{"schedule":{"summary":"二面","start_time":%d,"end_time":%d,"cal_id":%q,"attendees":[{"userid":"LISI"}]}}`, start, start+3600, cal)).expectCode(0).textField("schedule_id")

	if err := s.Calendar(corpID, "lisi").Respond(contextWithTimeout(t), id, wecomtest.ResponseAccepted); err != nil {
		t.Fatal(err)
	}
	if got := r.lastMessage(t); got["Event"] != "respond_schedule" || got["ScheduleId"] != id || got["CalId"] != cal || got["FromUserName"] != "lisi" {
		t.Errorf("event is %v", got)
	}
	for _, bad := range []error{
		s.Calendar(corpID, "zhangsan").Respond(contextWithTimeout(t), id, wecomtest.ResponseAccepted),
		s.Calendar(corpID, "lisi").Respond(contextWithTimeout(t), "none", wecomtest.ResponseAccepted),
		s.Calendar(corpID, "lisi").Respond(contextWithTimeout(t), id, 9),
	} {
		if bad == nil {
			t.Error("an invalid response was accepted")
		}
	}
	post("update", fmt.Sprintf(`{"schedule":{"schedule_id":%q,"summary":"三面","start_time":%d,"end_time":%d,"attendees":[{"userid":"lisi"},{"userid":"zhangsan"}]}}`, id, start, start+60)).expectCode(0)
	post("update", fmt.Sprintf(`{"schedule":{"schedule_id":%q,"start_time":%d,"end_time":%d}}`, id, start-7200, start)).expectCode(90706)
	post("del", fmt.Sprintf(`{"schedule_id":%q,"op_mode":1}`, id)).expectCode(90485)
	var got struct {
		List []wecomtest.Schedule `json:"schedule_list"`
	}
	data, err := json.Marshal(post("get", `{"schedule_id_list":["`+id+`"]}`).expectCode(0).fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	e := got.List[0]
	if e.Summary != "三面" || e.CalID != cal || len(e.Attendees) != 2 || e.Attendees[0].ResponseStatus != wecomtest.ResponseAccepted {
		t.Errorf("schedule is %+v", e)
	}
	post("del_attendees", `{"schedule_id":"`+id+`","attendees":[{"userid":"lisi"}]}`).expectCode(0)
	post("add_attendees", `{"schedule_id":"`+id+`","attendees":[]}`).expectCode(90713)
	if len(s.Calendar(corpID, "lisi").Schedules()) != 0 || len(s.Calendar(corpID, "zhangsan").Schedules()) != 1 {
		t.Error("the calendars of the members do not follow the attendees")
	}
	if err := s.Calendar(corpID, "zhangsan").Move(contextWithTimeout(t), id, time.Unix(start, 0), time.Unix(start+900, 0)); err == nil {
		t.Error("a member who is no admin moved the schedule")
	}
	post("update", fmt.Sprintf(`{"schedule":{"schedule_id":%q,"start_time":%d,"end_time":%d,"attendees":[{"userid":"zhangsan"}],"admins":["zhangsan"]}}`, id, start, start+60)).expectCode(0)
	if err := s.Calendar(corpID, "zhangsan").Move(contextWithTimeout(t), id, time.Unix(start+900, 0), time.Unix(start+1800, 0)); err != nil {
		t.Fatal(err)
	}
	if got, moved := r.lastMessage(t), s.Calendar(corpID, "zhangsan").Schedules()[0]; got["Event"] != "modify_schedule" || int64(moved.StartTime) != start+900 {
		t.Errorf("event is %v, the schedule starts at %d", got, moved.StartTime)
	}
	post("del", `{"schedule_id":"`+id+`"}`).expectCode(0)
	post("del", `{"schedule_id":"`+id+`"}`).expectCode(90460)
	if list := post("get_by_calendar", `{"cal_id":"`+cal+`"}`).expectCode(0).fields["schedule_list"].([]any); len(list) != 1 || list[0].(map[string]any)["status"] != 1.0 {
		t.Errorf("the calendar holds %v", list)
	}
	if err := s.Calendar(corpID, "zhangsan").Respond(contextWithTimeout(t), id, wecomtest.ResponseDeclined); err == nil {
		t.Error("a response to a cancelled schedule succeeded")
	}
}
