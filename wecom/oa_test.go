package wecom

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func nineAM(day int) Timestamp { return NewTimestamp(time.Date(2026, 12, day, 1, 0, 0, 0, time.UTC)) }

func TestCalendarCalls(t *testing.T) {
	team := Calendar{Admins: []string{"a"}, Summary: "面试", Color: "#0000FF", Shares: []CalendarShare{{"a", 0}, {"b", CalendarPermissionFreeBusy}}}
	teamJSON := `"admins":["a"],"summary":"面试","color":"#0000FF","shares":[{"userid":"a"},{"userid":"b","permission":3}]`
	known := team
	known.CalID = "wc1"
	runAPICases(t, []apiCase{
		{"create", func(ctx context.Context, c *Client) (any, error) {
			id, failed, err := c.Calendars.Create(ctx, team)
			return []any{id, failed}, err
		}, "POST oa/calendar/add", `{"calendar":{` + teamJSON + `}}`,
			`{"errcode":0,"cal_id":"wc1","fail_result":{"shares":[{"errcode":60011,"errmsg":"no privilege","userid":"b"}]}}`,
			[]any{"wc1", []CalendarShareFailure{{"b", 60011, "no privilege"}}}},
		{"update", func(ctx context.Context, c *Client) (any, error) { return c.Calendars.Update(ctx, known, true) },
			"POST oa/calendar/update", `{"skip_public_range":1,"calendar":{"cal_id":"wc1",` + teamJSON + `}}`, ok, []CalendarShareFailure(nil)},
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.Calendars.Get(ctx, "wc1", "wc2") },
			"POST oa/calendar/get", `{"cal_id_list":["wc1","wc2"]}`,
			`{"errcode":0,"calendar_list":[{"cal_id":"wc1",` + teamJSON + `},{"cal_id":"wc2","adminis":["z"],"summary":"s","color":"#000000","is_public":1}]}`,
			[]Calendar{known, {CalID: "wc2", Admins: []string{"z"}, Summary: "s", Color: "#000000", IsPublic: true}}},
		{"delete", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Calendars.Delete(ctx, "wc1")) },
			"POST oa/calendar/del", `{"cal_id":"wc1"}`, ok, nil},
	})
}

func TestScheduleCalls(t *testing.T) {
	interview := Schedule{Admins: []string{"a"}, Attendees: NewAttendees("a", "b"), Summary: "面试", StartTime: nineAM(1), EndTime: nineAM(2),
		Reminders: NewReminders(15*time.Minute, time.Hour)}
	interviewJSON := `"admins":["a"],"attendees":[{"userid":"a"},{"userid":"b"}],"summary":"面试","start_time":1796086800,"end_time":1796173200,` +
		`"reminders":{"is_remind":1,"remind_time_diffs":[-900,-3600],"is_repeat":0}`
	read := interview
	read.ScheduleID, read.Status, read.Attendees = "17c7", 1, []Attendee{{"a", ResponseStatusAccepted}, {"b", ResponseStatusDeclined}}
	readJSON := strings.NewReplacer(`{"userid":"a"}`, `{"userid":"a","response_status":2}`, `{"userid":"b"}`, `{"userid":"b","response_status":4}`).Replace(interviewJSON)
	runAPICases(t, []apiCase{
		{"create", func(ctx context.Context, c *Client) (any, error) { return c.Schedules.Create(ctx, &interview) },
			"POST oa/schedule/add", `{"schedule":{` + interviewJSON + `}}`, `{"errcode":0,"schedule_id":"17c7"}`, "17c7"},
		{"update what was read", func(ctx context.Context, c *Client) (any, error) {
			return c.Schedules.Update(ctx, ScheduleUpdate{SkipAttendees: true, Schedule: read})
		}, "POST oa/schedule/update", `{"skip_attendees":1,"schedule":{"schedule_id":"17c7",` + interviewJSON + `}}`, `{"errcode":0,"schedule_id":""}`, "17c7"},
		{"update one occurrence", func(ctx context.Context, c *Client) (any, error) {
			return c.Schedules.Update(ctx, ScheduleUpdate{OccurrenceSelector: OccurrenceSelector{ThisOccurrence, nineAM(1)}, Schedule: read})
		}, "POST oa/schedule/update", `{"op_mode":1,"op_start_time":1796086800,"schedule":{"schedule_id":"17c7",` + interviewJSON + `}}`, `{"errcode":0,"schedule_id":"new"}`, "new"},
		{"cancel", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Schedules.Cancel(ctx, "17c7", OccurrenceSelector{}))
		},
			"POST oa/schedule/del", `{"schedule_id":"17c7"}`, ok, nil},
		{"cancel the later ones", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Schedules.Cancel(ctx, "17c7", OccurrenceSelector{ThisAndFutureOccurrences, nineAM(2)}))
		}, "POST oa/schedule/del", `{"schedule_id":"17c7","op_mode":2,"op_start_time":1796173200}`, ok, nil},
		{"add attendees", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Schedules.AddAttendees(ctx, "17c7", "c", "d"))
		},
			"POST oa/schedule/add_attendees", `{"schedule_id":"17c7","attendees":[{"userid":"c"},{"userid":"d"}]}`, ok, nil},
		{"remove attendees", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Schedules.RemoveAttendees(ctx, "17c7", "c"))
		},
			"POST oa/schedule/del_attendees", `{"schedule_id":"17c7","attendees":[{"userid":"c"}]}`, ok, nil},
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.Schedules.Get(ctx, "17c7") },
			"POST oa/schedule/get", `{"schedule_id_list":["17c7"]}`, `{"errcode":0,"schedule_list":[{"schedule_id":"17c7","status":1,` + readJSON + `}]}`, []Schedule{read}},
		{"list", func(ctx context.Context, c *Client) (any, error) {
			return c.Schedules.ListByCalendar(ctx, "wc1", 500, 0)
		},
			"POST oa/schedule/get_by_calendar", `{"cal_id":"wc1","offset":500}`, `{"errcode":0,"schedule_list":[]}`, []Schedule{}},
	})
}

func TestMeetingCalls(t *testing.T) {
	yes, mute := true, EnterMute(1)
	meeting := Meeting{AdminUserID: "a", Title: "面试", Start: nineAM(1), Duration: 3600, Invitees: MeetingUsers{[]string{"b"}},
		Settings: &MeetingSettings{Password: "1234", EnableWaitingRoom: &yes, RemindScope: RemindScopeNone}}
	rest := `"title":"面试","meeting_start":1796086800,"meeting_duration":3600,"settings":{"password":"1234","enable_waiting_room":true,"remind_scope":1}`
	read := &MeetingInfo{Meeting: Meeting{AdminUserID: "a", Title: "面试", Start: nineAM(1), Duration: 3600, Settings: &MeetingSettings{EnableEnterMute: &mute}},
		Status: MeetingInProgress, Code: "123456789", Link: "https://meeting.example/dm/x"}
	read.Attendees.Members = []MeetingMember{{UserID: "b", Status: 1, FirstJoinTime: nineAM(1), TotalJoinCount: 1, CumulativeTime: 60}}
	runAPICases(t, []apiCase{
		{"create", func(ctx context.Context, c *Client) (any, error) { return c.Meetings.Create(ctx, &meeting) },
			"POST meeting/create", `{"admin_userid":"a",` + rest + `,"invitees":{"userid":["a","b"]}}`,
			`{"errcode":0,"meetingid":"hy1","excess_users":["b"]}`, &CreateMeetingResult{MeetingID: "hy1", ExcessUsers: []string{"b"}}},
		{"update", func(ctx context.Context, c *Client) (any, error) { return c.Meetings.Update(ctx, "hy1", &meeting) },
			"POST meeting/update", `{"meetingid":"hy1",` + rest + `,"invitees":{"userid":["b"]}}`, ok, []string(nil)},
		{"cancel", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Meetings.Cancel(ctx, "hy1")) },
			"POST meeting/cancel", `{"meetingid":"hy1"}`, ok, nil},
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.Meetings.Get(ctx, "hy1") },
			"POST meeting/get_info", `{"meetingid":"hy1"}`,
			`{"errcode":0,"admin_userid":"a","title":"面试","meeting_start":1796086800,"meeting_duration":3600,"status":2,"meeting_code":"123456789",` +
				`"meeting_link":"https://meeting.example/dm/x","settings":{"enable_enter_mute":true},` +
				`"attendees":{"member":[{"userid":"b","status":1,"first_join_time":1796086800,"total_join_count":1,"cumulative_time":60}]}}`, read},
		{"list", func(ctx context.Context, c *Client) (any, error) {
			ids, next, err := c.Meetings.ListByUser(ctx, "a", "", nineAM(1).Time, time.Time{})
			return []any{ids, next}, err
		}, "POST meeting/get_user_meetingid", `{"userid":"a","cursor":"0","begin_time":1796086800,"limit":100}`,
			`{"errcode":0,"next_cursor":"5","meetingid_list":["hy1"]}`, []any{[]string{"hy1"}, "5"}},
		{"personal link", func(ctx context.Context, c *Client) (any, error) {
			return c.Meetings.CreateCustomerShortURL(ctx, "hy1", "candidate-7")
		},
			"POST meeting/create_customer_short_url", `{"meetingid":"hy1","customer_data":"candidate-7"}`,
			`{"errcode":0,"meeting_short_url_customer_data":{"customer_data":"candidate-7","meeting_short_url":"https://x.example/1"}}`, "https://x.example/1"},
	})
}

func TestInvalidSchedules(t *testing.T) {
	good := Schedule{StartTime: nineAM(1), EndTime: nineAM(2)}
	hours := 13
	for name, change := range map[string]func(*Schedule){
		"no start":            func(s *Schedule) { s.StartTime = Timestamp{} },
		"ends before":         func(s *Schedule) { s.EndTime = NewTimestamp(s.StartTime.Add(-time.Second)) },
		"long summary":        func(s *Schedule) { s.Summary = repeatText(129, "面") },
		"long description":    func(s *Schedule) { s.Description = repeatText(1001, "x") },
		"long location":       func(s *Schedule) { s.Location = repeatText(129, "x") },
		"four admins":         func(s *Schedule) { s.Admins = make([]string, 4) },
		"admin not there":     func(s *Schedule) { s.Admins = []string{"a"} },
		"1001 attendees":      func(s *Schedule) { s.Attendees = make([]Attendee, 1001) },
		"odd reminder":        func(s *Schedule) { s.Reminders = NewReminders(10 * time.Minute) },
		"whole-day reminder":  func(s *Schedule) { s.Reminders = &Reminders{RemindTimeDiffs: []int{32400}} },
		"odd repetition":      func(s *Schedule) { s.Reminders = &Reminders{IsRepeat: true, RepeatType: 3} },
		"odd time zone":       func(s *Schedule) { s.Reminders = &Reminders{TimeZone: &hours} },
		"custom, no interval": func(s *Schedule) { s.Reminders = &Reminders{IsRepeat: true, IsCustomRepeat: true} },
	} {
		s := good
		change(&s)
		if _, err := newTestClient(t, nil).Schedules.Create(t.Context(), &s); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := good
	whole.IsWholeDay, whole.Reminders = true, &Reminders{RemindTimeDiffs: []int{32400}}
	var k fieldChecker
	if whole.checkFields(&k); k.firstError() != nil {
		t.Error(k.firstError())
	}
}

func TestInvalidMeetings(t *testing.T) {
	good := Meeting{AdminUserID: "a", Title: "t", Start: nineAM(1), Duration: 3600}
	for name, change := range map[string]func(*Meeting){
		"no admin":       func(m *Meeting) { m.AdminUserID = "" },
		"no title":       func(m *Meeting) { m.Title = " " },
		"no start":       func(m *Meeting) { m.Start = Timestamp{} },
		"too short":      func(m *Meeting) { m.Duration = 299 },
		"too long":       func(m *Meeting) { m.Duration = 86400 },
		"password":       func(m *Meeting) { m.Settings = &MeetingSettings{Password: "12345a"} },
		"ring":           func(m *Meeting) { m.Settings = &MeetingSettings{RemindScope: 5} },
		"eleven hosts":   func(m *Meeting) { m.Settings = &MeetingSettings{Hosts: &MeetingUsers{make([]string, 11)}} },
		"odd reminder":   func(m *Meeting) { m.Reminders = &MeetingReminders{RemindBefore: []int{60}} },
		"odd repetition": func(m *Meeting) { m.Reminders = &MeetingReminders{RepeatType: RepeatYearly} },
		"301 invitees":   func(m *Meeting) { m.Invitees.UserID = make([]string, 301) },
		"guest":          func(m *Meeting) { m.Guests = []MeetingGuest{{Area: "86"}} },
	} {
		m := good
		change(&m)
		if _, err := newTestClient(t, nil).Meetings.Create(t.Context(), &m); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInvalidCalendars(t *testing.T) {
	for name, calendar := range map[string]Calendar{
		"no name":         {Color: "#000000"},
		"colour":          {Summary: "s", Color: "red"},
		"four admins":     {Summary: "s", Color: "#000000", Admins: make([]string, 4)},
		"company's alone": {Summary: "s", IsCorpCalendar: true},
	} {
		if _, _, err := newTestClient(t, nil).Calendars.Create(t.Context(), calendar); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTruncateMeetingTitle(t *testing.T) {
	for in, want := range map[string]string{
		"后端工程师":                        "后端工程师",
		repeatText(21, "面"):            repeatText(20, "面"),
		repeatText(41, "x"):            repeatText(40, "x"),
		repeatText(30, "x") + "面试面试面试": repeatText(30, "x") + "面试面",
	} {
		if got := TruncateMeetingTitle(in); got != want {
			t.Errorf("%q was shortened to %q", in, got)
		}
	}
}

func TestTimestampJSON(t *testing.T) {
	for in, want := range map[string]int64{`1700000000`: 1700000000, `"1700000000"`: 1700000000} {
		var at Timestamp
		if err := json.Unmarshal([]byte(in), &at); err != nil || at.Unix() != want {
			t.Errorf("%s became %v, %v", in, at, err)
		}
	}
	for _, in := range []string{`0`, `""`, `null`} {
		var at Timestamp
		if err := json.Unmarshal([]byte(in), &at); err != nil || !at.IsZero() {
			t.Errorf("%s became %v, %v", in, at, err)
		}
	}
	var at Timestamp
	if json.Unmarshal([]byte(`"soon"`), &at) == nil {
		t.Error("Timestamp accepts \"soon\"")
	}
	if data, err := json.Marshal([]Timestamp{{}, NewTimestamp(time.Unix(5, 0))}); err != nil || string(data) != "[0,5]" {
		t.Errorf("times are %s, %v", data, err)
	}
}
