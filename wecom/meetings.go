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

// MeetingService manages WeCom meetings (会议) that the app creates. The app must
// be listed on the admin console's page 协作 → 会议 as allowed to call the API.
// Fields and calls marked "advanced" require the company to have bought the
// advanced meeting feature.
// See https://developer.work.weixin.qq.com/document/path/99104
type MeetingService struct{ client *Client }

// Values of MeetingSettings.RemindScope: members who are called when a meeting
// starts.
const (
	RemindScopeNone      = 1
	RemindScopeHost      = 2
	RemindScopeAll       = 3
	RemindScopeRingUsers = 4 // the members in RingUsers
)

// Meeting is a scheduled meeting. Without the advanced feature, Title is
// limited to 40 bytes or 20 characters.
type Meeting struct {
	AdminUserID string            `json:"admin_userid,omitempty"` // Create only; added to the invitees
	Title       string            `json:"title"`
	Start       Timestamp         `json:"meeting_start"`
	Duration    int               `json:"meeting_duration"`      // seconds, 300 to 86399
	Description string            `json:"description,omitempty"` // at most 500 characters
	Location    string            `json:"location,omitempty"`    // at most 128 characters
	Invitees    MeetingUsers      `json:"invitees,omitzero"`     // at most 100; more for paying companies
	CalID       string            `json:"cal_id,omitempty"`      // a calendar of the app
	Settings    *MeetingSettings  `json:"settings,omitempty"`
	Reminders   *MeetingReminders `json:"reminders,omitempty"`
	Guests      []MeetingGuest    `json:"guests,omitempty"` // advanced
}

// MeetingUsers is a list of members, wrapped in an object as in WeCom's JSON.
type MeetingUsers struct {
	UserID []string `json:"userid"`
}

// MeetingGuest is a person outside the company, invited by phone number.
// Advanced.
type MeetingGuest struct {
	Area        string `json:"area"` // "86", without a plus sign
	PhoneNumber string `json:"phone_number"`
	GuestName   string `json:"guest_name,omitempty"` // at most 16 characters
}

// MeetingSettings are the options of a meeting. A nil field uses WeCom's
// default.
type MeetingSettings struct {
	Password              string        `json:"password,omitempty"` // 4 to 6 digits
	EnableWaitingRoom     *bool         `json:"enable_waiting_room,omitempty"`
	AllowEnterBeforeHost  *bool         `json:"allow_enter_before_host,omitempty"`
	RemindScope           int           `json:"remind_scope,omitempty"`      // RemindScopeNone, …
	RingUsers             *MeetingUsers `json:"ring_users,omitempty"`        // from the invitees
	EnableEnterMute       *EnterMute    `json:"enable_enter_mute,omitempty"` // 0 off, 1 on, 2 on with more than 6 participants
	EnableScreenWatermark *bool         `json:"enable_screen_watermark,omitempty"`
	Hosts                 *MeetingUsers `json:"hosts,omitempty"` // at most 10, from the invitees; advanced

	// Advanced. AllowExternalUser false excludes candidates.
	AllowExternalUser *bool  `json:"allow_external_user,omitempty"`
	AllowUnmuteSelf   *bool  `json:"allow_unmute_self,omitempty"`
	AutoRecordType    string `json:"auto_record_type,omitempty"` // none, local, cloud
}

// EnterMute controls whether participants join muted: 0 no, 1 yes, 2 with more
// than 6 participants.
type EnterMute int

// UnmarshalJSON also accepts true and false: WeCom's page shows both forms.
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

// MeetingReminders configures reminders and the repeat rule.
type MeetingReminders struct {
	IsRepeat       Flag      `json:"is_repeat"`
	RepeatType     int       `json:"repeat_type,omitempty"`     // RepeatDaily, RepeatWeekly, RepeatMonthly or RepeatWorkdays
	RepeatUntil    Timestamp `json:"repeat_until,omitzero"`     // zero means the longest allowed period
	RepeatInterval int       `json:"repeat_interval,omitempty"` // weeks, at most 2
	RemindBefore   []int     `json:"remind_before,omitempty"`   // seconds: 0, 300, 900, 3600, 86400
}

const (
	minMeetingSeconds = 300
	maxMeetingSeconds = 86399
)

var passwordPattern = regexp.MustCompile(`^[0-9]{4,6}$`)

func (m *Meeting) checkFields(k *fieldChecker) {
	k.CheckRequired("title", m.Title)
	k.CheckRunes("title", m.Title, 255)
	if m.Start.IsZero() {
		k.Reject("meeting_start", "is missing")
	}
	if m.Duration < minMeetingSeconds || m.Duration > maxMeetingSeconds {
		k.Reject("meeting_duration", fmt.Sprintf("must be between %d and %d seconds", minMeetingSeconds, maxMeetingSeconds))
	}
	k.CheckRunes("description", m.Description, 500)
	k.CheckRunes("location", m.Location, 128)
	k.CheckCount("invitees.userid", len(m.Invitees.UserID), 0, 300)
	for i, g := range m.Guests {
		k.CheckRequired(indexedField("guests", i)+".phone_number", g.PhoneNumber)
		k.CheckRunes(indexedField("guests", i)+".guest_name", g.GuestName, 16)
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
		k.Reject("settings.password", "must have 4 to 6 digits")
	}
	if s.RemindScope < 0 || s.RemindScope > RemindScopeRingUsers {
		k.Reject("settings.remind_scope", "must be between 1 and 4")
	}
	if s.Hosts != nil {
		k.CheckCount("settings.hosts.userid", len(s.Hosts.UserID), 0, 10)
	}
}

func (r *MeetingReminders) checkFields(k *fieldChecker) {
	if !slices.Contains([]int{RepeatDaily, RepeatWeekly, RepeatMonthly, RepeatWorkdays}, r.RepeatType) {
		k.Reject("reminders.repeat_type", "is not supported")
	}
	for _, before := range r.RemindBefore {
		if !slices.Contains([]int{0, 300, 900, 3600, 86400}, before) {
			k.Reject("reminders.remind_before", "contains an unsupported time")
		}
	}
}

// TruncateMeetingTitle shortens a title to the limit for companies without the
// advanced feature: 40 bytes, or 20 characters if they are multi-byte.
func TruncateMeetingTitle(title string) string {
	if len(title) <= 40 || utf8.RuneCountInString(title) <= 20 {
		return title
	}
	if short := TruncateBytes(title, 40); utf8.RuneCountInString(short) > 20 {
		return short
	}
	return TruncateRunes(title, 20)
}

// CreateMeetingResult is a created meeting.
type CreateMeetingResult struct {
	MeetingID   string   `json:"meetingid"`
	ExcessUsers []string `json:"excess_users"` // invited, but without a meeting account
	Code        string   `json:"meeting_code"` // advanced; otherwise use Get
	Link        string   `json:"meeting_link"` // advanced; otherwise use Get
}

// Create schedules a meeting. WeCom notifies the members. When the result lacks
// code and link, use Get. WeCom rejects an identical meeting within minutes
// (400301, 400302).
// See https://developer.work.weixin.qq.com/document/path/99104
func (s *MeetingService) Create(ctx context.Context, m *Meeting) (*CreateMeetingResult, error) {
	var k fieldChecker
	k.CheckRequired("admin_userid", m.AdminUserID)
	if m.checkFields(&k); k.firstError() != nil {
		return nil, k.firstError()
	}
	request := *m
	if !slices.Contains(request.Invitees.UserID, request.AdminUserID) { // otherwise WeCom returns 400039
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

// Update updates a meeting that has not started, and returns the members
// without a meeting account. The admin cannot be changed.
// See https://developer.work.weixin.qq.com/document/path/99047
func (s *MeetingService) Update(ctx context.Context, meetingID string, m *Meeting) (excess []string, err error) {
	var k fieldChecker
	k.CheckRequired("meetingid", meetingID)
	if m.checkFields(&k); k.firstError() != nil {
		return nil, k.firstError()
	}
	body := struct {
		MeetingID string `json:"meetingid"`
		Meeting
	}{meetingID, *m}
	body.AdminUserID = ""
	op := s.client.postCall("/cgi-bin/meeting/update", body)
	op.idempotent = true // overwriting is idempotent
	var reply struct {
		envelope
		ExcessUsers []string `json:"excess_users"`
	}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.ExcessUsers, nil
}

// Cancel cancels a meeting that has not started. A second Cancel returns
// 400041.
// See https://developer.work.weixin.qq.com/document/path/99048
func (s *MeetingService) Cancel(ctx context.Context, meetingID string) error {
	body := meetingRef{meetingID}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/meeting/cancel", body), &struct{ envelope }{})
}

type meetingRef struct {
	ID string `json:"meetingid"`
}

// States of a meeting.
const (
	MeetingNotStarted = 1
	MeetingInProgress = 2
	MeetingEnded      = 3
	MeetingCancelled  = 4
	MeetingExpired    = 5
)

// MeetingInfo is a meeting with its state and participants.
type MeetingInfo struct {
	Meeting
	MainDepartment int64  `json:"main_department"`
	Status         int    `json:"status"` // MeetingNotStarted, …
	Code           string `json:"meeting_code"`
	Link           string `json:"meeting_link"`
	Attendees      struct {
		Members []MeetingMember `json:"member"`
		// Externals are members of other companies. Participants who join
		// through WeChat are in neither list.
		Externals []MeetingMember `json:"tmp_external_user"`
	} `json:"attendees"`
}

// MeetingMember is an invited or actual participant.
type MeetingMember struct {
	UserID            string    `json:"userid"`
	TmpExternalUserID string    `json:"tmp_external_userid"` // differs between meetings
	Status            int       `json:"status"`              // 1 joined, 2 did not join
	FirstJoinTime     Timestamp `json:"first_join_time"`
	LastQuitTime      Timestamp `json:"last_quit_time"`
	TotalJoinCount    int       `json:"total_join_count"`
	CumulativeTime    int       `json:"cumulative_time"` // seconds
}

// Get returns a meeting of the app with its code and link.
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

// ListByUser returns the ids of the app's meetings of a member, 100 a page.
// cursor is "" for the first page; next is "" after the last one. from and to
// are at most 180 days apart; future meetings are listed regardless of to.
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

// CreateCustomerShortURL creates a meeting link for one person outside the
// company. customerData, at most 256 bytes, is returned in the lists of
// participants and of the waiting room. Advanced.
// See https://developer.work.weixin.qq.com/document/path/98818
func (s *MeetingService) CreateCustomerShortURL(ctx context.Context, meetingID, customerData string) (string, error) {
	var k fieldChecker
	k.CheckRequired("meetingid", meetingID)
	k.CheckRequired("customer_data", customerData)
	if k.CheckBytes("customer_data", customerData, 256); k.firstError() != nil {
		return "", k.firstError()
	}
	body := struct {
		meetingRef
		Data string `json:"customer_data"`
	}{meetingRef{meetingID}, customerData}
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
