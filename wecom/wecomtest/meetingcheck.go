package wecomtest

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"unicode/utf8"
)

type userIDList struct {
	UserID []string `json:"userid"`
}

// meetingBody is the request of meeting/create and meeting/update; absent fields are nil.
type meetingBody struct {
	AdminUserID        string            `json:"admin_userid"`
	Title              *string           `json:"title"`
	Start              *Int              `json:"meeting_start"`
	Duration           *Int              `json:"meeting_duration"`
	Description        *string           `json:"description"`
	Location           *string           `json:"location"`
	Invitees           *userIDList       `json:"invitees"`
	CalID              string            `json:"cal_id"`
	Settings           *meetingSettings  `json:"settings"`
	Reminders          *meetingReminders `json:"reminders"`
	Guests             json.RawMessage   `json:"guests"` // requires AdvancedMeetings
	SkipDuplicateCheck bool              `json:"skip_duplicate_check"`
}

// meetingSettings are the settings in requests and, with defaults, in replies.
type meetingSettings struct {
	Password              string      `json:"password,omitempty"`
	EnableWaitingRoom     *bool       `json:"enable_waiting_room,omitempty"`
	AllowEnterBeforeHost  *bool       `json:"allow_enter_before_host,omitempty"`
	RemindScope           *Int        `json:"remind_scope,omitempty"`
	RingUsers             *userIDList `json:"ring_users,omitempty"`
	EnableEnterMute       *Int        `json:"enable_enter_mute,omitempty"`
	EnableScreenWatermark *bool       `json:"enable_screen_watermark,omitempty"`

	Hosts             *userIDList `json:"hosts,omitempty"` // this and the following fields require AdvancedMeetings
	AllowExternalUser *bool       `json:"allow_external_user,omitempty"`
	AllowUnmuteSelf   *bool       `json:"allow_unmute_self,omitempty"`
	AutoRecordType    string      `json:"auto_record_type,omitempty"`
}

type meetingReminders struct {
	IsRepeat       Int   `json:"is_repeat"`
	RepeatType     Int   `json:"repeat_type"`
	RepeatUntil    Int   `json:"repeat_until"`
	RepeatInterval Int   `json:"repeat_interval"`
	RemindBefore   []Int `json:"remind_before,omitempty"`
}

func (*meetingBody) optionalText(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

// mergeFrom sets the fields that are present in a request.
func (b *meetingBody) mergeFrom(in *meetingBody) {
	b.Title, b.Description = cmp.Or(in.Title, b.Title), cmp.Or(in.Description, b.Description)
	b.Location, b.CalID = cmp.Or(in.Location, b.Location), cmp.Or(in.CalID, b.CalID)
	b.Start, b.Duration = cmp.Or(in.Start, b.Start), cmp.Or(in.Duration, b.Duration)
	b.Invitees, b.Settings = cmp.Or(in.Invitees, b.Invitees), cmp.Or(in.Settings, b.Settings)
	b.Reminders = cmp.Or(in.Reminders, b.Reminders)
}

// checkFields checks the fields that are present.
func (b *meetingBody) checkFields(s *Server, r *request) *apiError {
	advanced := r.corp.AdvancedMeetings
	switch {
	case b.Title != nil && !isValidMeetingTitle(*b.Title, advanced):
		return newAPIError(400042)
	case b.Start != nil && int64(*b.Start) <= s.currentTime().Unix():
		return newAPIError(400034)
	case b.Duration != nil && (*b.Duration < 300 || *b.Duration > 86399):
		return newAPIError(400035)
	case utf8.RuneCountInString(b.optionalText(b.Description)) > 500:
		return tooLong("description", 500)
	case utf8.RuneCountInString(b.optionalText(b.Location)) > 128:
		return newAPIError(400237)
	case len(b.Guests) > 0 && !advanced:
		return newAPIError(400226)
	}
	if b.CalID != "" {
		if _, err := r.findCalendar(b.CalID); err != nil {
			return newAPIError(400036)
		}
	}
	if b.Settings != nil {
		if err := b.Settings.checkFields(advanced); err != nil {
			return err
		}
	}
	return b.Reminders.checkFields(b.Start)
}

// isValidMeetingTitle reports whether a title is within WeCom's limits: 255 characters with the
// advanced feature, otherwise 40 bytes or 20 characters.
func isValidMeetingTitle(title string, advanced bool) bool {
	n := utf8.RuneCountInString(title)
	if advanced {
		return n >= 1 && n <= 255
	}
	return n >= 1 && (len(title) <= 40 || n <= 20)
}

var meetingPasswordPattern = regexp.MustCompile(`^[0-9]{4,6}$`)

func (t *meetingSettings) checkFields(advanced bool) *apiError {
	more := t.Hosts != nil || t.AllowExternalUser != nil || t.AllowUnmuteSelf != nil || t.AutoRecordType != ""
	switch {
	case more && !advanced:
		return newAPIError(400226)
	case t.Password != "" && !meetingPasswordPattern.MatchString(t.Password):
		return newAPIError(400030)
	case t.RemindScope != nil && (*t.RemindScope < 1 || *t.RemindScope > 4):
		return newAPIError(400025)
	case t.Hosts != nil && len(t.Hosts.UserID) > 10:
		return newAPIError(400027)
	case t.EnableEnterMute != nil && (*t.EnableEnterMute < 0 || *t.EnableEnterMute > 2):
		return newAPIError(400031)
	case !slices.Contains([]string{"", "none", "local", "cloud"}, t.AutoRecordType):
		return newAPIError(400031)
	}
	return nil
}

func (m *meetingReminders) checkFields(start *Int) *apiError {
	switch {
	case m == nil || m.IsRepeat == 0:
		return nil
	case !slices.Contains([]Int{0, 1, 2, 7}, m.RepeatType):
		return newAPIError(400026)
	case m.RepeatUntil != 0 && start != nil && m.RepeatUntil < *start:
		return newAPIError(400032)
	case m.RepeatInterval < 0, m.RepeatInterval > 2, m.RepeatInterval == 2 && m.RepeatType != 1:
		return newAPIError(400033)
	}
	return nil
}

// resolveInvitees looks up the invitees and checks that ring_users and hosts are among them.
func (m *meetingState) resolveInvitees(r *request) *apiError {
	var list []string
	if m.Invitees != nil {
		list = m.Invitees.UserID
	}
	if m.id != "" {
		list = append([]string{m.AdminUserID}, list...) // the admin cannot be removed
	}
	limit := 100
	if r.corp.AdvancedMeetings {
		limit = 300
	}
	m.invitees = nil
	for _, id := range list {
		x, ok := r.corp.members[foldUserID(id)]
		if !ok || !r.corp.seesMember(r.app, x) {
			return newAPIError(400021)
		}
		if m.findInvitee(id) == "" {
			m.invitees = append(m.invitees, x.UserID)
		}
	}
	if len(m.invitees) > limit {
		return newAPIError(400020)
	}
	if m.Settings == nil {
		return nil
	}
	if !m.allInvited(m.Settings.RingUsers) {
		return newAPIError(400037)
	}
	if !m.allInvited(m.Settings.Hosts) {
		return newAPIError(400029)
	}
	return nil
}

func (m *meetingState) allInvited(list *userIDList) bool {
	return list == nil || !slices.ContainsFunc(list.UserID, func(u string) bool { return m.findInvitee(u) == "" })
}

// withDefaults returns the settings with WeCom's defaults for absent fields.
func (t *meetingSettings) withDefaults() meetingSettings {
	var out meetingSettings
	if t != nil {
		out = *t
	}
	yes, no, two, scope := true, false, Int(2), Int(2)
	out.EnableWaitingRoom, out.AllowEnterBeforeHost = cmp.Or(out.EnableWaitingRoom, &no), cmp.Or(out.AllowEnterBeforeHost, &yes)
	out.RemindScope, out.EnableEnterMute = cmp.Or(out.RemindScope, &scope), cmp.Or(out.EnableEnterMute, &two)
	out.EnableScreenWatermark = cmp.Or(out.EnableScreenWatermark, &no)
	return out
}
