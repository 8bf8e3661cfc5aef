package model

// Values of response_status.
const (
	ResponseNone      = 0
	ResponseTentative = 1
	ResponseAccepted  = 2
	ResponseDeclined  = 4
)

// Schedule is a calendar entry (日程) created by an application.
//
// https://developer.work.weixin.qq.com/document/path/93648
type Schedule struct {
	ScheduleID  string     `json:"schedule_id,omitempty"`
	Admins      []string   `json:"admins"`
	Attendees   []Attendee `json:"attendees"`
	Summary     string     `json:"summary"`
	Description string     `json:"description"`
	Location    string     `json:"location"`
	CalID       string     `json:"cal_id"`
	StartTime   Int        `json:"start_time"` // Unix seconds
	EndTime     Int        `json:"end_time"`
	Status      Int        `json:"status"` // 0 normal, 1 cancelled
	IsWholeDay  Int        `json:"is_whole_day"`
	Reminders   *Reminders `json:"reminders,omitempty"`
	Sequence    int64      `json:"sequence,omitempty"`
}

// Attendee is a member invited to a schedule, with the member's response.
type Attendee struct {
	UserID         string `json:"userid"`
	ResponseStatus int    `json:"response_status"`
}

// Reminders are the reminders and the recurrence rule of a schedule.
type Reminders struct {
	IsRemind              Int   `json:"is_remind"`
	RemindBeforeEventSecs Int   `json:"remind_before_event_secs"`
	RemindTimeDiffs       []Int `json:"remind_time_diffs,omitempty"`
	IsRepeat              Int   `json:"is_repeat"`
	RepeatType            Int   `json:"repeat_type"`
	RepeatUntil           Int   `json:"repeat_until"`
	IsCustomRepeat        Int   `json:"is_custom_repeat"`
	RepeatInterval        Int   `json:"repeat_interval"`
	RepeatDayOfWeek       []Int `json:"repeat_day_of_week,omitempty"`
	RepeatDayOfMonth      []Int `json:"repeat_day_of_month,omitempty"`
	Timezone              *Int  `json:"timezone,omitempty"` // hours; nil means 8
	// Excluded are the start times of occurrences that were changed or removed individually; only
	// in replies.
	Excluded []Exclude `json:"exclude_time_list,omitempty"`
}
