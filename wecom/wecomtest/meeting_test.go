package wecomtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// newMeetingCaller returns a function that calls the meeting API. SOON in a body is replaced by the
// Unix time in one hour.
func newMeetingCaller(t *testing.T, s *wecomtest.Server) func(path, body string) reply {
	t.Helper()
	tok := accessToken(t, s)
	return func(path, body string) reply {
		t.Helper()
		body = strings.ReplaceAll(body, "SOON", fmt.Sprint(s.Time().Add(time.Hour).Unix()))
		return callAPI(t, s, "POST", "meeting/"+path+"?access_token="+tok, body)
	}
}

const meetingJSON = `"admin_userid":"lisi","title":"面试","meeting_start":SOON,"meeting_duration":3600,"invitees":{"userid":["LISI","zhangsan"]}`

func TestMeetingErrors(t *testing.T) {
	s := newFixture(t)
	do := newMeetingCaller(t, s)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"no admin":           {`{"title":"x"}`, 400040},
		"no start":           {`{"admin_userid":"lisi","title":"x","meeting_duration":600}`, 40058},
		"admin":              {`{"admin_userid":"wangwu",` + meetingJSON[22:] + `}`, 400039},
		"unknown invitee":    {`{` + strings.Replace(meetingJSON, "zhangsan", "ghost", 1) + `}`, 400021},
		"long title":         {`{` + strings.Replace(meetingJSON, "面试", strings.Repeat("面", 21), 1) + `}`, 400042},
		"start in the past":  {`{` + strings.Replace(meetingJSON, "SOON", "1000", 1) + `}`, 400034},
		"too short":          {`{` + strings.Replace(meetingJSON, "3600", "299", 1) + `}`, 400035},
		"long":               {`{` + strings.Replace(meetingJSON, "3600", "86400", 1) + `}`, 400035},
		"description":        {`{` + meetingJSON + `,"description":"` + strings.Repeat("x", 501) + `"}`, 40058},
		"location":           {`{` + meetingJSON + `,"location":"` + strings.Repeat("x", 129) + `"}`, 400237},
		"guests":             {`{` + meetingJSON + `,"guests":[{"phone_number":"1"}]}`, 400226},
		"calendar":           {`{` + meetingJSON + `,"cal_id":"nope"}`, 400036},
		"password":           {`{` + meetingJSON + `,"settings":{"password":"abc"}}`, 400030},
		"scope":              {`{` + meetingJSON + `,"settings":{"remind_scope":5}}`, 400025},
		"ring":               {`{` + meetingJSON + `,"settings":{"remind_scope":4,"ring_users":{"userid":["wangwu"]}}}`, 400037},
		"hosts":              {`{` + meetingJSON + `,"settings":{"hosts":{"userid":["zhangsan"]}}}`, 400226},
		"mute":               {`{` + meetingJSON + `,"settings":{"enable_enter_mute":3}}`, 400031},
		"repeat":             {`{` + meetingJSON + `,"reminders":{"is_repeat":1,"repeat_type":3}}`, 400026},
		"until":              {`{` + meetingJSON + `,"reminders":{"is_repeat":1,"repeat_until":5}}`, 400032},
		"interval":           {`{` + meetingJSON + `,"reminders":{"is_repeat":1,"repeat_type":0,"repeat_interval":2}}`, 400033},
		"list without admin": {`{"userid":"ghost"}`, 400040},
	} {
		if got := do("create", c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
	for path, code := range map[string]int{"update": 90602, "cancel": 90602, "get_info": 90602, "get_user_meetingid": 400038, "create_customer_short_url": 730007} {
		do(path, `{}`).expectCode(code)
	}
	do("get_user_meetingid", `{"userid":"ghost"}`).expectCode(60111)
	do("get_user_meetingid", `{"userid":"lisi","begin_time":1,"end_time":99999999}`).expectCode(40058)
}

func TestMeetingReadAndUpdate(t *testing.T) {
	s := newFixture(t)
	do := newMeetingCaller(t, s)
	r := do("create", `{`+meetingJSON+`}`).expectCode(0)
	if r.textField("meeting_link") != "" {
		t.Error("a company without the advanced feature got a link at once")
	}
	id := `{"meetingid":"` + r.textField("meetingid") + `"`
	do("create", `{`+meetingJSON+`}`).expectCode(400302)
	do("create", `{`+meetingJSON+`,"skip_duplicate_check":true}`).expectCode(0)
	info := do("get_info", id+`}`).expectCode(0)
	if info.textField("title") != "面试" || info.fields["status"] != 1.0 || len(info.textField("meeting_code")) != 9 ||
		fmt.Sprint(info.fields["attendees"].(map[string]any)["member"]) != "[map[status:2 userid:lisi] map[status:2 userid:ZhangSan]]" {
		t.Errorf("meeting is %v", info.fields)
	}
	do("update", id+`,"meeting_start":SOON}`).expectCode(40058) // without duration
	do("update", id+`,"admin_userid":"zhangsan"}`).expectCode(40058)
	do("update", id+`,"title":"面试二","meeting_start":SOON,"meeting_duration":600,"invitees":{"userid":[]}}`).expectCode(0)
	if m := s.Meetings(corpID, "lisi"); len(m) != 2 || m[0].Duration+m[1].Duration != 70*time.Minute || len(s.Meetings(corpID, "zhangsan")) != 1 {
		t.Errorf("meetings are %+v", m)
	}
	do("cancel", id+`}`).expectCode(0)
	do("cancel", id+`}`).expectCode(400041)
	do("update", id+`}`).expectCode(400221)
	page := do("get_user_meetingid", `{"userid":"lisi","cursor":"0","limit":1}`).expectCode(0)
	if len(page.fields["meetingid_list"].([]any)) != 1 || page.textField("next_cursor") != "1" {
		t.Errorf("first page is %v", page.fields)
	}
	page = do("get_user_meetingid", `{"userid":"lisi","cursor":"1","limit":1}`).expectCode(0)
	if len(page.fields["meetingid_list"].([]any)) != 1 || page.textField("next_cursor") != "" {
		t.Errorf("second page is %v", page.fields)
	}
	resp, err := http.Get(info.textField("meeting_link"))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != 200 {
		t.Errorf("the link returns %d, %v", resp.StatusCode, err)
	}
}

func TestMeetingAttendance(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	s.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", AdvancedMeetings: true})
	do, ctx := newMeetingCaller(t, s), contextWithTimeout(t)
	made := do("create", `{`+meetingJSON+`,"settings":{"hosts":{"userid":["zhangsan"]},"allow_external_user":true}}`).expectCode(0)
	id := made.textField("meetingid")
	if made.textField("meeting_link") == "" || do("create_customer_short_url", `{"meetingid":"`+id+`","customer_data":"7"}`).expectCode(0).errcode() != 0 {
		t.Error("no link in the reply")
	}
	for _, step := range []error{
		s.JoinMeeting(ctx, corpID, "ZHANGSAN", id), func() error { s.Advance(10 * time.Minute); return nil }(),
		s.LeaveMeeting(ctx, corpID, "zhangsan", id), s.JoinMeeting(ctx, corpID, "lisi", id), s.EndMeeting(ctx, corpID, "lisi", id),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	var kinds []string
	for _, got := range r.received {
		kinds = append(kinds, got["ChangeType"])
	}
	if want := "meeting_start join_meeting quit_meeting join_meeting meeting_end"; strings.Join(kinds, " ") != want {
		t.Errorf("events are %v, want %s", kinds, want)
	}
	info := do("get_info", `{"meetingid":"`+id+`"}`).expectCode(0)
	second := info.fields["attendees"].(map[string]any)["member"].([]any)[1].(map[string]any)
	if info.fields["status"] != 3.0 || second["userid"] != "ZhangSan" || second["status"] != 1.0 || second["cumulative_time"].(float64) < 600 {
		t.Errorf("after its end the meeting is %v", info.fields)
	}
	do("cancel", `{"meetingid":"`+id+`"}`).expectCode(400224)
	if s.JoinMeeting(ctx, corpID, "lisi", id) == nil || s.LeaveMeeting(ctx, corpID, "lisi", id) == nil || s.JoinMeeting(ctx, corpID, "wangwu", id) == nil {
		t.Error("an impossible action succeeded")
	}
}

func TestMeetingWithoutAdvancedFeature(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	do, ctx := newMeetingCaller(t, s), contextWithTimeout(t)
	first := do("create", `{`+meetingJSON+`}`).expectCode(0).textField("meetingid")
	second := do("create", `{`+meetingJSON+`,"skip_duplicate_check":true}`).expectCode(0).textField("meetingid")
	if err := s.JoinMeeting(ctx, corpID, "lisi", first); err != nil || len(r.received) != 0 {
		t.Errorf("joining: %v, %d events, want none without the advanced feature", err, len(r.received))
	}
	if err := s.CancelMeeting(ctx, corpID, "zhangsan", second); err == nil {
		t.Error("a member who is not the admin cancelled the meeting")
	}
	if err := s.CancelMeeting(ctx, corpID, "lisi", second); err != nil {
		t.Fatal(err)
	}
	if got := r.lastMessage(t); got["Event"] != "meeting_change" || got["ChangeType"] != "cancel_meeting" || got["MeetingId"] != second {
		t.Errorf("event is %v", got)
	}
	third := do("create", `{`+meetingJSON+`,"skip_duplicate_check":true}`).expectCode(0).textField("meetingid")
	s.Advance(90 * time.Minute)
	if do("get_info", `{"meetingid":"`+third+`"}`).expectCode(0).fields["status"] != 1.0 {
		t.Error("a meeting before its end is not waiting")
	}
	s.Advance(31 * time.Minute)
	tok := accessToken(t, s)
	if callAPI(t, s, "POST", "meeting/get_info?access_token="+tok, `{"meetingid":"`+third+`"}`).expectCode(0).fields["status"] != 5.0 {
		t.Error("a meeting without attendees has not expired")
	}
}
