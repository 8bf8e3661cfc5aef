package wecom

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
)

// ScheduleService manages schedules (日程), the entries of calendars. WeCom
// notifies the attendees of every change. The app must be listed on the admin
// console's page 协作 → 日程 as allowed to call the API.
// See https://developer.work.weixin.qq.com/document/path/93648
type ScheduleService struct{ client *Client }

// Responses of an attendee.
const (
	ResponseStatusNone         = 0
	ResponseStatusTentative    = 1
	ResponseStatusAccepted     = 2
	ResponseStatusAcceptedOnce = 3 // this occurrence only
	ResponseStatusDeclined     = 4
)

// Timestamp is a time that WeCom encodes in seconds since 1970. The zero time
// is encoded as 0.
type Timestamp struct{ time.Time }

// NewTimestamp converts a time.Time.
func NewTimestamp(t time.Time) Timestamp { return Timestamp{t} }

// MarshalJSON writes seconds since 1970.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("0"), nil
	}
	return strconv.AppendInt(nil, t.Unix(), 10), nil
}

// UnmarshalJSON reads seconds since 1970, as a number or a string.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	var seconds unixSeconds
	if err := seconds.UnmarshalJSON(data); err != nil {
		return err
	}
	t.Time = seconds.toTime()
	return nil
}

// Schedule is an entry of a calendar. It has no fields for external attendees,
// for a meeting URL or for files: put them into Description or Location.
type Schedule struct {
	ScheduleID  string     `json:"schedule_id,omitempty"`
	Admins      []string   `json:"admins,omitempty"`      // at most 3, each in Attendees
	Attendees   []Attendee `json:"attendees,omitempty"`   // at most 1000
	Summary     string     `json:"summary,omitempty"`     // at most 128 characters; 新建事件 when empty
	Description string     `json:"description,omitempty"` // at most 1000 characters
	Location    string     `json:"location,omitempty"`    // at most 128 characters
	StartTime   Timestamp  `json:"start_time"`
	EndTime     Timestamp  `json:"end_time"`
	IsWholeDay  Flag       `json:"is_whole_day,omitempty"`
	CalID       string     `json:"cal_id,omitempty"` // the app's default calendar when empty; cannot be changed
	Reminders   *Reminders `json:"reminders,omitempty"`
	Status      int        `json:"status,omitempty"`   // Get only: 0 normal, 1 cancelled
	Sequence    uint64     `json:"sequence,omitempty"` // ListByCalendar only: an increasing number
}

// Attendee is a member who is invited to a schedule.
type Attendee struct {
	UserID         string `json:"userid"`
	ResponseStatus int    `json:"response_status,omitempty"` // Get only: ResponseStatusNone, …
}

// NewAttendees converts a list of userids.
func NewAttendees(userIDs ...string) []Attendee {
	list := make([]Attendee, len(userIDs))
	for i, id := range userIDs {
		list[i].UserID = id
	}
	return list
}

// Values of Reminders.RepeatType.
const (
	RepeatDaily    = 0
	RepeatWeekly   = 1
	RepeatMonthly  = 2
	RepeatYearly   = 5
	RepeatWorkdays = 7
)

// Reminders configures reminders and the repeat rule of a schedule.
type Reminders struct {
	IsRemind Flag `json:"is_remind"`
	// RemindTimeDiffs are seconds relative to the start: 0, -300, -900, -3600,
	// -86400; for whole-day schedules also 32400, -172800, -604800.
	RemindTimeDiffs  []int     `json:"remind_time_diffs,omitempty"`
	IsRepeat         Flag      `json:"is_repeat"`
	RepeatType       int       `json:"repeat_type,omitempty"` // RepeatDaily, …
	RepeatUntil      Timestamp `json:"repeat_until,omitzero"` // zero means no end
	IsCustomRepeat   Flag      `json:"is_custom_repeat,omitempty"`
	RepeatInterval   int       `json:"repeat_interval,omitempty"`     // in weeks or months
	RepeatDayOfWeek  []int     `json:"repeat_day_of_week,omitempty"`  // 1 Monday to 7 Sunday
	RepeatDayOfMonth []int     `json:"repeat_day_of_month,omitempty"` // 1 to 31
	TimeZone         *int      `json:"timezone,omitempty"`            // hours east of UTC, -12 to 12; 8 when nil
	Exclude          []struct {
		StartTime Timestamp `json:"start_time"`
	} `json:"exclude_time_list,omitempty"` // Get only: occurrences that were changed or cancelled separately
}

// NewReminders returns Reminders at these durations before the start: 0, 5 or
// 15 minutes, an hour or a day.
func NewReminders(before ...time.Duration) *Reminders {
	r := &Reminders{IsRemind: true}
	for _, d := range before {
		r.RemindTimeDiffs = append(r.RemindTimeDiffs, -int(d/time.Second))
	}
	return r
}

// allowedRemindDiffs are the valid RemindTimeDiffs, the last three for
// whole-day schedules only.
var allowedRemindDiffs = []int{0, -300, -900, -3600, -86400, 32400, -172800, -604800}

func (s *Schedule) checkFields(k *fieldChecker) {
	k.CheckCount("schedule.admins", len(s.Admins), 0, 3)
	k.CheckCount("schedule.attendees", len(s.Attendees), 0, 1000)
	k.CheckRunes("schedule.summary", s.Summary, 128)
	k.CheckRunes("schedule.description", s.Description, 1000)
	k.CheckRunes("schedule.location", s.Location, 128)
	if s.StartTime.IsZero() || s.EndTime.IsZero() {
		k.Reject("schedule.start_time", "and end_time are required")
	}
	if s.EndTime.Before(s.StartTime.Time) {
		k.Reject("schedule.end_time", "is before start_time")
	}
	for _, admin := range s.Admins {
		if !slices.ContainsFunc(s.Attendees, func(a Attendee) bool { return a.UserID == admin }) {
			k.Reject("schedule.admins", "must be among the attendees")
		}
	}
	if s.Reminders != nil {
		s.Reminders.checkFields(k, bool(s.IsWholeDay))
	}
}

func (r *Reminders) checkFields(k *fieldChecker, wholeDay bool) {
	allowed := allowedRemindDiffs[:5]
	if wholeDay {
		allowed = allowedRemindDiffs
	}
	for _, diff := range r.RemindTimeDiffs {
		if !slices.Contains(allowed, diff) {
			k.Reject("schedule.reminders.remind_time_diffs", "contains an unsupported time")
		}
	}
	if !slices.Contains([]int{RepeatDaily, RepeatWeekly, RepeatMonthly, RepeatYearly, RepeatWorkdays}, r.RepeatType) {
		k.Reject("schedule.reminders.repeat_type", "is not supported")
	}
	if r.TimeZone != nil && (*r.TimeZone < -12 || *r.TimeZone > 12) {
		k.Reject("schedule.reminders.timezone", "must be between -12 and 12")
	}
	if r.IsCustomRepeat && r.RepeatInterval == 0 {
		k.Reject("schedule.reminders.repeat_interval", "is missing")
	}
}

// requestCopy returns a copy without the fields that only responses have.
func (s *Schedule) requestCopy() Schedule {
	request := *s
	request.Status, request.Sequence = 0, 0
	request.Attendees = slices.Clone(request.Attendees)
	for i := range request.Attendees {
		request.Attendees[i].ResponseStatus = 0
	}
	if request.Reminders != nil {
		r := *request.Reminders
		r.Exclude = nil
		request.Reminders = &r
	}
	return request
}

type scheduleID struct {
	ID string `json:"schedule_id"`
}

// Create creates a schedule and returns its id. An app can create 20,000 a day.
// See https://developer.work.weixin.qq.com/document/path/93648
func (s *ScheduleService) Create(ctx context.Context, schedule *Schedule) (string, error) {
	var k fieldChecker
	if schedule.checkFields(&k); k.firstError() != nil {
		return "", k.firstError()
	}
	body := struct {
		Schedule Schedule `json:"schedule"`
	}{schedule.requestCopy()}
	var reply struct {
		envelope
		scheduleID
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/oa/schedule/add", body), &reply); err != nil {
		return "", err
	}
	return reply.ID, nil
}

// Values of OccurrenceSelector.Mode.
const (
	AllOccurrences           = 0
	ThisOccurrence           = 1
	ThisAndFutureOccurrences = 2
)

// OccurrenceSelector selects the occurrences of a repeating schedule that a
// change applies to. The zero value selects all.
type OccurrenceSelector struct {
	Mode  int       `json:"op_mode,omitempty"`      // AllOccurrences, ThisOccurrence or ThisAndFutureOccurrences
	Start Timestamp `json:"op_start_time,omitzero"` // exact start of the occurrence
}

// ScheduleUpdate overwrites a schedule, so start from the result of Get.
type ScheduleUpdate struct {
	SkipAttendees Flag `json:"skip_attendees,omitempty"` // leave the attendees unchanged
	OccurrenceSelector
	Schedule Schedule `json:"schedule"`
}

// Update overwrites a schedule and returns its id. When it changes some
// occurrences of a repeating schedule, WeCom moves them to a new schedule,
// whose id is then returned. The start cannot be moved into the past (90706),
// and a schedule with a meeting room keeps its times until the room is
// cancelled (90700).
// See https://developer.work.weixin.qq.com/document/path/97720
func (s *ScheduleService) Update(ctx context.Context, u ScheduleUpdate) (string, error) {
	var k fieldChecker
	k.CheckRequired("schedule.schedule_id", u.Schedule.ScheduleID)
	if u.Schedule.checkFields(&k); k.firstError() != nil {
		return "", k.firstError()
	}
	u.Schedule = u.Schedule.requestCopy()
	op := s.client.postCall("/cgi-bin/oa/schedule/update", u)
	op.idempotent = u.Mode == AllOccurrences // overwriting all occurrences is idempotent
	var reply struct {
		envelope
		scheduleID
	}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return cmp.Or(reply.ID, u.Schedule.ScheduleID), nil
}

// Cancel cancels a schedule. Get still returns it, with Status 1.
// See https://developer.work.weixin.qq.com/document/path/97725
func (s *ScheduleService) Cancel(ctx context.Context, id string, occurrences OccurrenceSelector) error {
	body := struct {
		scheduleID
		OccurrenceSelector
	}{scheduleID{id}, occurrences}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/oa/schedule/del", body), &struct{ envelope }{})
}

// AddAttendees adds members to a schedule, up to 1,000 in total.
// See https://developer.work.weixin.qq.com/document/path/97721
func (s *ScheduleService) AddAttendees(ctx context.Context, id string, userIDs ...string) error {
	return s.changeAttendees(ctx, "/cgi-bin/oa/schedule/add_attendees", id, userIDs)
}

// RemoveAttendees removes members from a schedule.
// See https://developer.work.weixin.qq.com/document/path/97722
func (s *ScheduleService) RemoveAttendees(ctx context.Context, id string, userIDs ...string) error {
	return s.changeAttendees(ctx, "/cgi-bin/oa/schedule/del_attendees", id, userIDs)
}

func (s *ScheduleService) changeAttendees(ctx context.Context, path, id string, userIDs []string) error {
	var k fieldChecker
	k.CheckRequired("schedule_id", id)
	if k.CheckCount("attendees", len(userIDs), 1, 1000); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		scheduleID
		Attendees []Attendee `json:"attendees"`
	}{scheduleID{id}, NewAttendees(userIDs...)}
	op := s.client.postCall(path, body)
	op.idempotent = true // repeating it has no further effect
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// Get returns schedules of the app, at most 1,000, including cancelled ones. It
// is the only source of the attendees' responses: the event respond_schedule
// does not contain them.
// See https://developer.work.weixin.qq.com/document/path/97724
func (s *ScheduleService) Get(ctx context.Context, ids ...string) ([]Schedule, error) {
	var k fieldChecker
	if k.CheckCount("schedule_id_list", len(ids), 1, 1000); k.firstError() != nil {
		return nil, k.firstError()
	}
	return s.readSchedules(ctx, "/cgi-bin/oa/schedule/get", struct {
		IDs []string `json:"schedule_id_list"`
	}{ids})
}

// ListByCalendar returns the schedules of a calendar of the app, including
// cancelled ones, starting at offset; limit is at most 1,000, 500 when 0. An
// empty result marks the end; a later call with the same offset returns new
// entries.
// See https://developer.work.weixin.qq.com/document/path/97723
func (s *ScheduleService) ListByCalendar(ctx context.Context, calID string, offset, limit int) ([]Schedule, error) {
	return s.readSchedules(ctx, "/cgi-bin/oa/schedule/get_by_calendar", struct {
		CalID  string `json:"cal_id"`
		Offset int    `json:"offset"`
		Limit  int    `json:"limit,omitempty"`
	}{calID, offset, limit})
}

func (s *ScheduleService) readSchedules(ctx context.Context, path string, body any) ([]Schedule, error) {
	var reply struct {
		envelope
		Schedules []Schedule `json:"schedule_list"`
	}
	op := s.client.postCall(path, body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.Schedules, nil
}
