package core

import (
	"cmp"
	"encoding/json"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// UserIDList is a list of user ids as meetings write it.
type UserIDList struct {
	UserID []string `json:"userid"`
}

// MeetingBody is the request of meeting/create and meeting/update; absent fields are nil.
type MeetingBody struct {
	AdminUserID        string            `json:"admin_userid"`
	Title              *string           `json:"title"`
	Start              *model.Int        `json:"meeting_start"`
	Duration           *model.Int        `json:"meeting_duration"`
	Description        *string           `json:"description"`
	Location           *string           `json:"location"`
	Invitees           *UserIDList       `json:"invitees"`
	CalID              string            `json:"cal_id"`
	Settings           *MeetingSettings  `json:"settings"`
	Reminders          *MeetingReminders `json:"reminders"`
	Guests             json.RawMessage   `json:"guests"` // requires AdvancedMeetings
	SkipDuplicateCheck bool              `json:"skip_duplicate_check"`
}

// MeetingSettings are the settings in requests and, with defaults, in replies.
type MeetingSettings struct {
	Password              string      `json:"password,omitempty"`
	EnableWaitingRoom     *bool       `json:"enable_waiting_room,omitempty"`
	AllowEnterBeforeHost  *bool       `json:"allow_enter_before_host,omitempty"`
	RemindScope           *model.Int  `json:"remind_scope,omitempty"`
	RingUsers             *UserIDList `json:"ring_users,omitempty"`
	EnableEnterMute       *model.Int  `json:"enable_enter_mute,omitempty"`
	EnableScreenWatermark *bool       `json:"enable_screen_watermark,omitempty"`

	Hosts             *UserIDList `json:"hosts,omitempty"` // this and the following fields require AdvancedMeetings
	AllowExternalUser *bool       `json:"allow_external_user,omitempty"`
	AllowUnmuteSelf   *bool       `json:"allow_unmute_self,omitempty"`
	AutoRecordType    string      `json:"auto_record_type,omitempty"`
}

// MeetingReminders are the reminders and the repetition of a meeting.
type MeetingReminders struct {
	IsRepeat       model.Int   `json:"is_repeat"`
	RepeatType     model.Int   `json:"repeat_type"`
	RepeatUntil    model.Int   `json:"repeat_until"`
	RepeatInterval model.Int   `json:"repeat_interval"`
	RemindBefore   []model.Int `json:"remind_before,omitempty"`
}

// OptionalText returns a text, empty when it is absent.
func (*MeetingBody) OptionalText(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

// MergeFrom sets the fields that are present in a request. An empty title and a start or a duration of
// 0 count as absent.
func (b *MeetingBody) MergeFrom(in *MeetingBody) {
	if IsGivenText(in.Title) {
		b.Title = in.Title
	}
	if IsGivenInt(in.Start) {
		b.Start = in.Start
	}
	if IsGivenInt(in.Duration) {
		b.Duration = in.Duration
	}
	b.Description = cmp.Or(in.Description, b.Description)
	b.Location, b.CalID = cmp.Or(in.Location, b.Location), cmp.Or(in.CalID, b.CalID)
	b.Invitees, b.Settings = cmp.Or(in.Invitees, b.Invitees), cmp.Or(in.Settings, b.Settings)
	b.Reminders = cmp.Or(in.Reminders, b.Reminders)
}

// WithDefaults returns the settings with WeCom's defaults for absent fields.
func (t *MeetingSettings) WithDefaults() MeetingSettings {
	var out MeetingSettings
	if t != nil {
		out = *t
	}
	if !IsGivenInt(out.RemindScope) { // documented values are 1 to 4
		out.RemindScope = nil
	}
	yes, no, two, scope := true, false, model.Int(2), model.Int(2)
	out.EnableWaitingRoom, out.AllowEnterBeforeHost = cmp.Or(out.EnableWaitingRoom, &no), cmp.Or(out.AllowEnterBeforeHost, &yes)
	out.RemindScope, out.EnableEnterMute = cmp.Or(out.RemindScope, &scope), cmp.Or(out.EnableEnterMute, &two)
	out.EnableScreenWatermark = cmp.Or(out.EnableScreenWatermark, &no)
	return out
}
