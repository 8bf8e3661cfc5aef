package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

// MeetingService keeps WeCom meetings (会议) that the app makes. The app has to
// be among those that may call, on the admin console's page 协作 → 会议. What a
// field or a call marked "advanced" asks for, the company has to have bought.
// See https://developer.work.weixin.qq.com/document/path/99104
type MeetingService struct{ client *Client }

// Whom WeCom rings when a meeting begins.
const (
	RemindScopeNone      = 1
	RemindScopeHost      = 2
	RemindScopeAll       = 3
	RemindScopeRingUsers = 4 // those in RingUsers
)

// Meeting is a planned meeting. A company without the advanced feature has
// titles of at most 40 bytes or 20 characters.
type Meeting struct {
	AdminUserID string            `json:"admin_userid,omitempty"` // of Create; added to the invitees
	Title       string            `json:"title"`
	Start       Timestamp         `json:"meeting_start"`
	Duration    int               `json:"meeting_duration"`      // seconds, 300 to 86399
	Description string            `json:"description,omitempty"` // at most 500 characters
	Location    string            `json:"location,omitempty"`    // at most 128 characters
	Invitees    MeetingUsers      `json:"invitees,omitzero"`     // at most 100, more for companies that pay
	CalID       string            `json:"cal_id,omitempty"`      // a calendar of the app
	Settings    *MeetingSettings  `json:"settings,omitempty"`
	Reminders   *MeetingReminders `json:"reminders,omitempty"`
	Guests      []MeetingGuest    `json:"guests,omitempty"` // advanced
}

// MeetingUsers are members, in an object of their own as WeCom has them.
type MeetingUsers struct {
	UserID []string `json:"userid"`
}

// MeetingGuest is somebody outside the company, by phone. Advanced.
type MeetingGuest struct {
	Area        string `json:"area"` // "86", without plus
	PhoneNumber string `json:"phone_number"`
	GuestName   string `json:"guest_name,omitempty"` // at most 16 characters
}

// MeetingSettings say how a meeting is held. Nil leaves a setting to WeCom.
type MeetingSettings struct {
	Password              string        `json:"password,omitempty"` // 4 to 6 digits
	EnableWaitingRoom     *bool         `json:"enable_waiting_room,omitempty"`
	AllowEnterBeforeHost  *bool         `json:"allow_enter_before_host,omitempty"`
	RemindScope           int           `json:"remind_scope,omitempty"`      // RingNobody and so on
	RingUsers             *MeetingUsers `json:"ring_users,omitempty"`        // among the invitees
	EnableEnterMute       *EnterMute    `json:"enable_enter_mute,omitempty"` // 0 off, 1 on, 2 on above 6 persons
	EnableScreenWatermark *bool         `json:"enable_screen_watermark,omitempty"`
	Hosts                 *MeetingUsers `json:"hosts,omitempty"` // at most 10, among the invitees; advanced

	// Advanced. AllowExternalUser false keeps candidates out.
	AllowExternalUser *bool  `json:"allow_external_user,omitempty"`
	AllowUnmuteSelf   *bool  `json:"allow_unmute_self,omitempty"`
	AutoRecordType    string `json:"auto_record_type,omitempty"` // none, local, cloud
}

// EnterMute says whether members are muted when they come in: 0 no, 1 yes, 2
// when there are more than 6.
type EnterMute int

// UnmarshalJSON takes true and false too: WeCom's page shows both.
func (e *EnterMute) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true":
		*e = 1
	case "false", "null":
		*e = 0
	default:
		return json.Unmarshal(data, (*int)(e))
	}
	return nil
}

// MeetingReminders say when members are reminded, and how a meeting repeats.
type MeetingReminders struct {
	IsRepeat       Flag      `json:"is_repeat"`
	RepeatType     int       `json:"repeat_type,omitempty"`     // RepeatDaily, Weekly, Monthly, WorkingDays
	RepeatUntil    Timestamp `json:"repeat_until,omitzero"`     // the longest allowed when zero
	RepeatInterval int       `json:"repeat_interval,omitempty"` // weeks, at most 2
	RemindBefore   []int     `json:"remind_before,omitempty"`   // seconds: 0, 300, 900, 3600, 86400
}

const (
	minMeetingSeconds = 300
	maxMeetingSeconds = 86399
)

var passwordPattern = regexp.MustCompile(`^[0-9]{4,6}$`)

func (m *Meeting) checkFields(k *fieldChecker) {
	k.checkRequired("title", m.Title)
	k.checkRunes("title", m.Title, 255)
	if m.Start.IsZero() {
		k.addError("meeting_start", "is missing")
	}
	if m.Duration < minMeetingSeconds || m.Duration > maxMeetingSeconds {
		k.addError("meeting_duration", fmt.Sprintf("must be between %d and %d seconds", minMeetingSeconds, maxMeetingSeconds))
	}
	k.checkRunes("description", m.Description, 500)
	k.checkRunes("location", m.Location, 128)
	k.checkCount("invitees.userid", len(m.Invitees.UserID), 0, 300)
	for i, g := range m.Guests {
		k.checkRequired(indexedField("guests", i)+".phone_number", g.PhoneNumber)
		k.checkRunes(indexedField("guests", i)+".guest_name", g.GuestName, 16)
	}
	if m.Settings != nil {
		m.Settings.checkFields(k)
	}
	if m.Reminders != nil {
		m.Reminders.checkFields(k)
	}
}

func (s *MeetingSettings) checkFields(k *fieldChecker) {
	if s.Password != "" && !passwordPattern.MatchString(s.Password) {
		k.addError("settings.password", "must have 4 to 6 digits")
	}
	if s.RemindScope < 0 || s.RemindScope > RemindScopeRingUsers {
		k.addError("settings.remind_scope", "must be between 1 and 4")
	}
	if s.Hosts != nil {
		k.checkCount("settings.hosts.userid", len(s.Hosts.UserID), 0, 10)
	}
}

func (r *MeetingReminders) checkFields(k *fieldChecker) {
	if !slices.Contains([]int{RepeatDaily, RepeatWeekly, RepeatMonthly, RepeatWorkdays}, r.RepeatType) {
		k.addError("reminders.repeat_type", "is not offered")
	}
	for _, before := range r.RemindBefore {
		if !slices.Contains([]int{0, 300, 900, 3600, 86400}, before) {
			k.addError("reminders.remind_before", "has a time that WeCom does not offer")
		}
	}
}

// TruncateMeetingTitle shortens a title to what a company without the advanced feature
// may have: 40 bytes, or 20 characters when they are more than one byte each.
func TruncateMeetingTitle(title string) string {
	if len(title) <= 40 || utf8.RuneCountInString(title) <= 20 {
		return title
	}
	if short := TruncateBytes(title, 40); utf8.RuneCountInString(short) > 20 {
		return short
	}
	return TruncateRunes(title, 20)
}

// CreateMeetingResult is a meeting that was made.
type CreateMeetingResult struct {
	MeetingID   string   `json:"meetingid"`
	ExcessUsers []string `json:"excess_users"` // invited, but without an account for meetings
	Code        string   `json:"meeting_code"` // advanced; else ask Get
	Link        string   `json:"meeting_link"` // advanced; else ask Get
}

// Create plans a meeting. WeCom tells the members by itself. Ask Get for code
// and link unless they are in the answer. WeCom refuses the same meeting again
// within minutes (400301, 400302).
// See https://developer.work.weixin.qq.com/document/path/99104
func (s *MeetingService) Create(ctx context.Context, m *Meeting) (*CreateMeetingResult, error) {
	var k fieldChecker
	k.checkRequired("admin_userid", m.AdminUserID)
	if m.checkFields(&k); k.firstError() != nil {
		return nil, k.firstError()
	}
	request := *m
	if !slices.Contains(request.Invitees.UserID, request.AdminUserID) { // or WeCom answers 400039
		request.Invitees.UserID = append([]string{request.AdminUserID}, request.Invitees.UserID...)
	}
	var reply struct {
		envelope
		CreateMeetingResult
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/meeting/create", request), &reply); err != nil {
		return nil, err
	}
	return &reply.CreateMeetingResult, nil
}

// Update changes a meeting that has not begun, and returns members without an
// account for meetings. The admin cannot be changed.
// See https://developer.work.weixin.qq.com/document/path/99047
func (s *MeetingService) Update(ctx context.Context, meetingID string, m *Meeting) (excess []string, err error) {
	var k fieldChecker
	k.checkRequired("meetingid", meetingID)
	if m.checkFields(&k); k.firstError() != nil {
		return nil, k.firstError()
	}
	body := struct {
		MeetingID string `json:"meetingid"`
		Meeting
	}{meetingID, *m}
	body.AdminUserID = ""
	op := s.client.postCall("/cgi-bin/meeting/update", body)
	op.idempotent = true // overwriting twice is the same as once
	var reply struct {
		envelope
		ExcessUsers []string `json:"excess_users"`
	}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.ExcessUsers, nil
}

// Cancel calls off a meeting that has not begun. Doing it twice is refused
// with 400041.
// See https://developer.work.weixin.qq.com/document/path/99048
func (s *MeetingService) Cancel(ctx context.Context, meetingID string) error {
	body := meetingRef{meetingID}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/meeting/cancel", body), &struct{ envelope }{})
}

type meetingRef struct {
	ID string `json:"meetingid"`
}

// The states of a meeting.
const (
	MeetingNotStarted = 1
	MeetingInProgress = 2
	MeetingEnded      = 3
	MeetingCancelled  = 4
	MeetingExpired    = 5
)

// MeetingInfo is a meeting with what became of it.
type MeetingInfo struct {
	Meeting
	MainDepartment int64  `json:"main_department"`
	Status         int    `json:"status"` // MeetingWaiting and so on
	Code           string `json:"meeting_code"`
	Link           string `json:"meeting_link"`
	Attendees      struct {
		Members []MeetingMember `json:"member"`
		// Externals are people of other companies. Those who join through
		// WeChat are in neither list.
		Externals []MeetingMember `json:"tmp_external_user"`
	} `json:"attendees"`
}

// MeetingMember is one who was invited or took part.
type MeetingMember struct {
	UserID            string    `json:"userid"`
	TmpExternalUserID string    `json:"tmp_external_userid"` // differs from meeting to meeting
	Status            int       `json:"status"`              // 1 joined, 2 did not
	FirstJoinTime     Timestamp `json:"first_join_time"`
	LastQuitTime      Timestamp `json:"last_quit_time"`
	TotalJoinCount    int       `json:"total_join_count"`
	CumulativeTime    int       `json:"cumulative_time"` // seconds
}

// Get reads a meeting of the app, with its code and link.
// See https://developer.work.weixin.qq.com/document/path/99049
func (s *MeetingService) Get(ctx context.Context, meetingID string) (*MeetingInfo, error) {
	var reply struct {
		envelope
		MeetingInfo
	}
	op := s.client.postCall("/cgi-bin/meeting/get_info", meetingRef{meetingID})
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.MeetingInfo, nil
}

// ListByUser reads the ids of the app's meetings of a member, 100 at a time.
// cursor is "" at first; next is "" at the end. from and to are at most 180
// days apart; meetings to come are listed whatever to is.
// See https://developer.work.weixin.qq.com/document/path/99050
func (s *MeetingService) ListByUser(ctx context.Context, userID, cursor string, from, to time.Time) (ids []string, next string, err error) {
	body := struct {
		UserID string    `json:"userid"`
		Cursor string    `json:"cursor"`
		Begin  Timestamp `json:"begin_time,omitzero"`
		End    Timestamp `json:"end_time,omitzero"`
		Limit  int       `json:"limit"`
	}{userID, cmp.Or(cursor, "0"), NewTimestamp(from), NewTimestamp(to), 100}
	var reply struct {
		envelope
		Next string   `json:"next_cursor"`
		IDs  []string `json:"meetingid_list"`
	}
	op := s.client.postCall("/cgi-bin/meeting/get_user_meetingid", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, "", err
	}
	return reply.IDs, reply.Next, nil
}

// CreateCustomerShortURL makes a link of a meeting for one person outside. data, at most
// 256 bytes, comes back in the lists of who is there and who waits. Advanced.
// See https://developer.work.weixin.qq.com/document/path/98818
func (s *MeetingService) CreateCustomerShortURL(ctx context.Context, meetingID, data string) (string, error) {
	var k fieldChecker
	k.checkRequired("meetingid", meetingID)
	k.checkRequired("customer_data", data)
	if k.checkBytes("customer_data", data, 256); k.firstError() != nil {
		return "", k.firstError()
	}
	body := struct {
		meetingRef
		Data string `json:"customer_data"`
	}{meetingRef{meetingID}, data}
	var reply struct {
		envelope
		Link struct {
			URL string `json:"meeting_short_url"`
		} `json:"meeting_short_url_customer_data"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/meeting/create_customer_short_url", body), &reply); err != nil {
		return "", err
	}
	return reply.Link.URL, nil
}
