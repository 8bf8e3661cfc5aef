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

// meetingBody is what meeting/create and meeting/update take; what is absent is
// nil.
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
	Guests             json.RawMessage   `json:"guests"` // advanced
	SkipDuplicateCheck bool              `json:"skip_duplicate_check"`
}

// meetingSettings are settings in requests and, with the defaults, in answers.
type meetingSettings struct {
	Password              string      `json:"password,omitempty"`
	EnableWaitingRoom     *bool       `json:"enable_waiting_room,omitempty"`
	AllowEnterBeforeHost  *bool       `json:"allow_enter_before_host,omitempty"`
	RemindScope           *Int        `json:"remind_scope,omitempty"`
	RingUsers             *userIDList `json:"ring_users,omitempty"`
	EnableEnterMute       *Int        `json:"enable_enter_mute,omitempty"`
	EnableScreenWatermark *bool       `json:"enable_screen_watermark,omitempty"`

	Hosts             *userIDList `json:"hosts,omitempty"` // this and the rest are advanced
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

func (*meetingBody) text(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

// merge takes over what a request names.
func (b *meetingBody) merge(in *meetingBody) {
	b.Title, b.Description = cmp.Or(in.Title, b.Title), cmp.Or(in.Description, b.Description)
	b.Location, b.CalID = cmp.Or(in.Location, b.Location), cmp.Or(in.CalID, b.CalID)
	b.Start, b.Duration = cmp.Or(in.Start, b.Start), cmp.Or(in.Duration, b.Duration)
	b.Invitees, b.Settings = cmp.Or(in.Invitees, b.Invitees), cmp.Or(in.Settings, b.Settings)
	b.Reminders = cmp.Or(in.Reminders, b.Reminders)
}

// check holds what is there against the rules.
func (b *meetingBody) check(s *Server, r *request) *apiError {
	advanced := r.corp.AdvancedMeetings
	switch {
	case b.Title != nil && !titleFits(*b.Title, advanced):
		return fail(400042)
	case b.Start != nil && int64(*b.Start) <= s.now().Unix():
		return fail(400034)
	case b.Duration != nil && (*b.Duration < 300 || *b.Duration > 86399):
		return fail(400035)
	case utf8.RuneCountInString(b.text(b.Description)) > 500:
		return tooLong("description", 500)
	case utf8.RuneCountInString(b.text(b.Location)) > 128:
		return fail(400237)
	case len(b.Guests) > 0 && !advanced:
		return fail(400226)
	}
	if b.CalID != "" {
		if _, err := r.calendar(b.CalID); err != nil {
			return fail(400036)
		}
	}
	if b.Settings != nil {
		if err := b.Settings.check(advanced); err != nil {
			return err
		}
	}
	return b.Reminders.check(b.Start)
}

// titleFits: without the advanced feature a title has 40 bytes or 20
// characters, else 255 characters.
func titleFits(title string, advanced bool) bool {
	n := utf8.RuneCountInString(title)
	if advanced {
		return n >= 1 && n <= 255
	}
	return n >= 1 && (len(title) <= 40 || n <= 20)
}

var meetingPassword = regexp.MustCompile(`^[0-9]{4,6}$`)

func (t *meetingSettings) check(advanced bool) *apiError {
	more := t.Hosts != nil || t.AllowExternalUser != nil || t.AllowUnmuteSelf != nil || t.AutoRecordType != ""
	switch {
	case more && !advanced:
		return fail(400226)
	case t.Password != "" && !meetingPassword.MatchString(t.Password):
		return fail(400030)
	case t.RemindScope != nil && (*t.RemindScope < 1 || *t.RemindScope > 4):
		return fail(400025)
	case t.Hosts != nil && len(t.Hosts.UserID) > 10:
		return fail(400027)
	case t.EnableEnterMute != nil && (*t.EnableEnterMute < 0 || *t.EnableEnterMute > 2):
		return fail(400031)
	case !slices.Contains([]string{"", "none", "local", "cloud"}, t.AutoRecordType):
		return fail(400031)
	}
	return nil
}

func (m *meetingReminders) check(start *Int) *apiError {
	switch {
	case m == nil || m.IsRepeat == 0:
		return nil
	case !slices.Contains([]Int{0, 1, 2, 7}, m.RepeatType):
		return fail(400026)
	case m.RepeatUntil != 0 && start != nil && m.RepeatUntil < *start:
		return fail(400032)
	case m.RepeatInterval < 0, m.RepeatInterval > 2, m.RepeatInterval == 2 && m.RepeatType != 1:
		return fail(400033)
	}
	return nil
}

// invite looks the invitees up, and those of the settings among them.
func (m *meetingState) invite(r *request) *apiError {
	var list []string
	if m.Invitees != nil {
		list = m.Invitees.UserID
	}
	if m.id != "" {
		list = append([]string{m.AdminUserID}, list...) // the admin cannot be sent away
	}
	limit := 100
	if r.corp.AdvancedMeetings {
		limit = 300
	}
	m.invitees = nil
	for _, id := range list {
		x, ok := r.corp.members[fold(id)]
		if !ok || !r.corp.sees(r.app, x) {
			return fail(400021)
		}
		if m.invitee(id) == "" {
			m.invitees = append(m.invitees, x.UserID)
		}
	}
	if len(m.invitees) > limit {
		return fail(400020)
	}
	if m.Settings == nil {
		return nil
	}
	if !m.among(m.Settings.RingUsers) {
		return fail(400037)
	}
	if !m.among(m.Settings.Hosts) {
		return fail(400029)
	}
	return nil
}

func (m *meetingState) among(list *userIDList) bool {
	return list == nil || !slices.ContainsFunc(list.UserID, func(u string) bool { return m.invitee(u) == "" })
}

// filled are the settings with WeCom's defaults for what was not said.
func (t *meetingSettings) filled() meetingSettings {
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
