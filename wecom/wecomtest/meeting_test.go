package wecomtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// meetings calls the API about meetings; a body begins with a start one hour
// from now.
func meetings(t *testing.T, s *wecomtest.Server) func(path, body string) reply {
	t.Helper()
	tok := accessToken(t, s)
	return func(path, body string) reply {
		t.Helper()
		body = strings.ReplaceAll(body, "SOON", fmt.Sprint(s.Time().Add(time.Hour).Unix()))
		return call(t, s, "POST", "meeting/"+path+"?access_token="+tok, body)
	}
}

const meetingJSON = `"admin_userid":"lisi","title":"面试","meeting_start":SOON,"meeting_duration":3600,"invitees":{"userid":["LISI","zhangsan"]}`

func TestMeetingRefusals(t *testing.T) {
	s := company(t)
	do := meetings(t, s)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"no admin":      {`{"title":"x"}`, 400040},
		"no start":      {`{"admin_userid":"lisi","title":"x","meeting_duration":600}`, 40058},
		"admin":         {`{"admin_userid":"wangwu",` + meetingJSON[22:] + `}`, 400039},
		"stranger":      {`{` + strings.Replace(meetingJSON, "zhangsan", "ghost", 1) + `}`, 400021},
		"long title":    {`{` + strings.Replace(meetingJSON, "面试", strings.Repeat("面", 21), 1) + `}`, 400042},
		"past":          {`{` + strings.Replace(meetingJSON, "SOON", "1000", 1) + `}`, 400034},
		"short":         {`{` + strings.Replace(meetingJSON, "3600", "299", 1) + `}`, 400035},
		"long":          {`{` + strings.Replace(meetingJSON, "3600", "86400", 1) + `}`, 400035},
		"description":   {`{` + meetingJSON + `,"description":"` + strings.Repeat("x", 501) + `"}`, 40058},
		"location":      {`{` + meetingJSON + `,"location":"` + strings.Repeat("x", 129) + `"}`, 400237},
		"guests":        {`{` + meetingJSON + `,"guests":[{"phone_number":"1"}]}`, 400226},
		"calendar":      {`{` + meetingJSON + `,"cal_id":"nope"}`, 400036},
		"password":      {`{` + meetingJSON + `,"settings":{"password":"abc"}}`, 400030},
		"scope":         {`{` + meetingJSON + `,"settings":{"remind_scope":5}}`, 400025},
		"ring":          {`{` + meetingJSON + `,"settings":{"remind_scope":4,"ring_users":{"userid":["wangwu"]}}}`, 400037},
		"hosts":         {`{` + meetingJSON + `,"settings":{"hosts":{"userid":["zhangsan"]}}}`, 400226},
		"mute":          {`{` + meetingJSON + `,"settings":{"enable_enter_mute":3}}`, 400031},
		"repeat":        {`{` + meetingJSON + `,"reminders":{"is_repeat":1,"repeat_type":3}}`, 400026},
		"until":         {`{` + meetingJSON + `,"reminders":{"is_repeat":1,"repeat_until":5}}`, 400032},
		"interval":      {`{` + meetingJSON + `,"reminders":{"is_repeat":1,"repeat_type":0,"repeat_interval":2}}`, 400033},
		"nobody's list": {`{"userid":"ghost"}`, 400040},
	} {
		if got := do("create", c.body); got.code() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.code(), got.text("errmsg"), c.code)
		}
	}
	for path, code := range map[string]int{"update": 90602, "cancel": 90602, "get_info": 90602, "get_user_meetingid": 400038, "create_customer_short_url": 730007} {
		do(path, `{}`).want(code)
	}
	do("get_user_meetingid", `{"userid":"ghost"}`).want(60111)
	do("get_user_meetingid", `{"userid":"lisi","begin_time":1,"end_time":99999999}`).want(40058)
}

func TestMeetingIsKept(t *testing.T) {
	s := company(t)
	do := meetings(t, s)
	r := do("create", `{`+meetingJSON+`}`).want(0)
	if r.text("meeting_link") != "" {
		t.Error("a company without the advanced feature got a link at once")
	}
	id := `{"meetingid":"` + r.text("meetingid") + `"`
	do("create", `{`+meetingJSON+`}`).want(400302)
	do("create", `{`+meetingJSON+`,"skip_duplicate_check":true}`).want(0)
	info := do("get_info", id+`}`).want(0)
	if info.text("title") != "面试" || info.fields["status"] != 1.0 || len(info.text("meeting_code")) != 9 ||
		fmt.Sprint(info.fields["attendees"].(map[string]any)["member"]) != "[map[status:2 userid:lisi] map[status:2 userid:ZhangSan]]" {
		t.Errorf("meeting is %v", info.fields)
	}
	do("update", id+`,"meeting_start":SOON}`).want(40058) // the duration is missing
	do("update", id+`,"admin_userid":"zhangsan"}`).want(40058)
	do("update", id+`,"title":"面试二","meeting_start":SOON,"meeting_duration":600,"invitees":{"userid":[]}}`).want(0)
	if m := s.Meetings(corpID, "lisi"); len(m) != 2 || m[0].Duration+m[1].Duration != 70*time.Minute || len(s.Meetings(corpID, "zhangsan")) != 1 {
		t.Errorf("meetings are %+v", m)
	}
	do("cancel", id+`}`).want(0)
	do("cancel", id+`}`).want(400041)
	do("update", id+`}`).want(400221)
	page := do("get_user_meetingid", `{"userid":"lisi","cursor":"0","limit":1}`).want(0)
	if len(page.fields["meetingid_list"].([]any)) != 1 || page.text("next_cursor") != "1" {
		t.Errorf("first page is %v", page.fields)
	}
	page = do("get_user_meetingid", `{"userid":"lisi","cursor":"1","limit":1}`).want(0)
	if len(page.fields["meetingid_list"].([]any)) != 1 || page.text("next_cursor") != "" {
		t.Errorf("second page is %v", page.fields)
	}
	resp, err := http.Get(info.text("meeting_link"))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != 200 {
		t.Errorf("the link answers %d, %v", resp.StatusCode, err)
	}
}

func TestMeetingTakesPlace(t *testing.T) {
	s, r := company(t), receive(t)
	withCallback(s, r.URL)
	s.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", AdvancedMeetings: true})
	do, ctx := meetings(t, s), within(t)
	made := do("create", `{`+meetingJSON+`,"settings":{"hosts":{"userid":["zhangsan"]},"allow_external_user":true}}`).want(0)
	id := made.text("meetingid")
	if made.text("meeting_link") == "" || do("create_customer_short_url", `{"meetingid":"`+id+`","customer_data":"7"}`).want(0).code() != 0 {
		t.Error("no link in the answer")
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
	for _, got := range r.got {
		kinds = append(kinds, got["ChangeType"])
	}
	if want := "meeting_start join_meeting quit_meeting join_meeting meeting_end"; strings.Join(kinds, " ") != want {
		t.Errorf("events are %v, want %s", kinds, want)
	}
	info := do("get_info", `{"meetingid":"`+id+`"}`).want(0)
	second := info.fields["attendees"].(map[string]any)["member"].([]any)[1].(map[string]any)
	if info.fields["status"] != 3.0 || second["userid"] != "ZhangSan" || second["status"] != 1.0 || second["cumulative_time"].(float64) < 600 {
		t.Errorf("after its end the meeting is %v", info.fields)
	}
	do("cancel", `{"meetingid":"`+id+`"}`).want(400224)
	if s.JoinMeeting(ctx, corpID, "lisi", id) == nil || s.LeaveMeeting(ctx, corpID, "lisi", id) == nil || s.JoinMeeting(ctx, corpID, "wangwu", id) == nil {
		t.Error("an impossible deed was done")
	}
}

func TestMeetingOfOrdinaryCompany(t *testing.T) {
	s, r := company(t), receive(t)
	withCallback(s, r.URL)
	do, ctx := meetings(t, s), within(t)
	first := do("create", `{`+meetingJSON+`}`).want(0).text("meetingid")
	second := do("create", `{`+meetingJSON+`,"skip_duplicate_check":true}`).want(0).text("meetingid")
	if err := s.JoinMeeting(ctx, corpID, "lisi", first); err != nil || len(r.got) != 0 {
		t.Errorf("joining: %v, %d events, want none without the advanced feature", err, len(r.got))
	}
	if err := s.CancelMeeting(ctx, corpID, "zhangsan", second); err == nil {
		t.Error("one who is not the admin called the meeting off")
	}
	if err := s.CancelMeeting(ctx, corpID, "lisi", second); err != nil {
		t.Fatal(err)
	}
	if got := r.last(t); got["Event"] != "meeting_change" || got["ChangeType"] != "cancel_meeting" || got["MeetingId"] != second {
		t.Errorf("event is %v", got)
	}
	third := do("create", `{`+meetingJSON+`,"skip_duplicate_check":true}`).want(0).text("meetingid")
	s.Advance(90 * time.Minute)
	if do("get_info", `{"meetingid":"`+third+`"}`).want(0).fields["status"] != 1.0 {
		t.Error("a meeting whose time has not passed is not waiting")
	}
	s.Advance(31 * time.Minute)
	tok := accessToken(t, s)
	if call(t, s, "POST", "meeting/get_info?access_token="+tok, `{"meetingid":"`+third+`"}`).want(0).fields["status"] != 5.0 {
		t.Error("a meeting to which nobody came has not expired")
	}
}
