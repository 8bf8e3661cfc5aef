package wecom

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
)

// ScheduleService keeps entries in members' calendars (日程). WeCom tells the
// members concerned of every change by itself. The app has to be among those
// that may call, on the admin console's page 协作 → 日程.
// See https://developer.work.weixin.qq.com/document/path/93648
type ScheduleService struct{ client *Client }

// What an attendee answered.
const (
	ResponseStatusNone         = 0
	ResponseStatusTentative    = 1
	ResponseStatusAccepted     = 2
	ResponseStatusAcceptedOnce = 3 // this occurrence only
	ResponseStatusDeclined     = 4
)

// Timestamp is a time that WeCom writes in seconds since 1970. The zero time is
// written as 0.
type Timestamp struct{ time.Time }

// NewTimestamp makes a Time.
func NewTimestamp(t time.Time) Timestamp { return Timestamp{t} }

// MarshalJSON writes seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("0"), nil
	}
	return strconv.AppendInt(nil, t.Unix(), 10), nil
}

// UnmarshalJSON reads seconds, as a number or a text.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	var seconds unixSeconds
	if err := seconds.UnmarshalJSON(data); err != nil {
		return err
	}
	t.Time = seconds.toTime()
	return nil
}

// Schedule is an entry in a calendar. There is no field for people outside the
// company, for a meeting's address or for files: put them into Description or
// Location.
type Schedule struct {
	ScheduleID  string     `json:"schedule_id,omitempty"`
	Admins      []string   `json:"admins,omitempty"`      // at most 3, each among Attendees
	Attendees   []Attendee `json:"attendees,omitempty"`   // at most 1000
	Summary     string     `json:"summary,omitempty"`     // at most 128 characters; 新建事件 when empty
	Description string     `json:"description,omitempty"` // at most 1000 characters
	Location    string     `json:"location,omitempty"`    // at most 128 characters
	StartTime   Timestamp  `json:"start_time"`
	EndTime     Timestamp  `json:"end_time"`
	IsWholeDay  Flag       `json:"is_whole_day,omitempty"`
	CalID       string     `json:"cal_id,omitempty"` // the app's default calendar when empty; cannot be changed
	Reminders   *Reminders `json:"reminders,omitempty"`
	Status      int        `json:"status,omitempty"`   // of Get: 0 normal, 1 cancelled
	Sequence    uint64     `json:"sequence,omitempty"` // of ListByCalendar: grows
}

// Attendee is a member who takes part.
type Attendee struct {
	UserID         string `json:"userid"`
	ResponseStatus int    `json:"response_status,omitempty"` // of Get: ResponseNone and so on
}

// NewAttendees makes a list of attendees.
func NewAttendees(userIDs ...string) []Attendee {
	list := make([]Attendee, len(userIDs))
	for i, id := range userIDs {
		list[i].UserID = id
	}
	return list
}

// How a schedule repeats.
const (
	RepeatDaily    = 0
	RepeatWeekly   = 1
	RepeatMonthly  = 2
	RepeatYearly   = 5
	RepeatWorkdays = 7
)

// Reminders say when attendees are reminded, and how a schedule repeats.
type Reminders struct {
	IsRemind Flag `json:"is_remind"`
	// RemindTimeDiffs are seconds relative to the start: 0, -300, -900, -3600,
	// -86400; for whole days also 32400, -172800, -604800.
	RemindTimeDiffs  []int     `json:"remind_time_diffs,omitempty"`
	IsRepeat         Flag      `json:"is_repeat"`
	RepeatType       int       `json:"repeat_type,omitempty"` // RepeatDaily and so on
	RepeatUntil      Timestamp `json:"repeat_until,omitzero"` // zero means for ever
	IsCustomRepeat   Flag      `json:"is_custom_repeat,omitempty"`
	RepeatInterval   int       `json:"repeat_interval,omitempty"`     // every so many weeks or months
	RepeatDayOfWeek  []int     `json:"repeat_day_of_week,omitempty"`  // 1 Monday to 7 Sunday
	RepeatDayOfMonth []int     `json:"repeat_day_of_month,omitempty"` // 1 to 31
	TimeZone         *int      `json:"timezone,omitempty"`            // hours east of UTC, -12 to 12; 8 when nil
	Exclude          []struct {
		StartTime Timestamp `json:"start_time"`
	} `json:"exclude_time_list,omitempty"` // of Get: occurrences that were changed or cancelled alone
}

// NewReminders gives Reminders that remind once or more before the start, each
// 0, 5 or 15 minutes, an hour or a day.
func NewReminders(before ...time.Duration) *Reminders {
	r := &Reminders{IsRemind: true}
	for _, d := range before {
		r.RemindTimeDiffs = append(r.RemindTimeDiffs, -int(d/time.Second))
	}
	return r
}

// allowedRemindDiffs are what RemindTimeDiffs takes, the last three on whole days only.
var allowedRemindDiffs = []int{0, -300, -900, -3600, -86400, 32400, -172800, -604800}

func (s *Schedule) checkFields(k *fieldChecker) {
	k.checkCount("schedule.admins", len(s.Admins), 0, 3)
	k.checkCount("schedule.attendees", len(s.Attendees), 0, 1000)
	k.checkRunes("schedule.summary", s.Summary, 128)
	k.checkRunes("schedule.description", s.Description, 1000)
	k.checkRunes("schedule.location", s.Location, 128)
	if s.StartTime.IsZero() || s.EndTime.IsZero() {
		k.addError("schedule.start_time", "and end_time are both needed")
	}
	if s.EndTime.Before(s.StartTime.Time) {
		k.addError("schedule.end_time", "is before start_time")
	}
	for _, admin := range s.Admins {
		if !slices.ContainsFunc(s.Attendees, func(a Attendee) bool { return a.UserID == admin }) {
			k.addError("schedule.admins", "must be among the attendees")
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
			k.addError("schedule.reminders.remind_time_diffs", "has a time that WeCom does not offer")
		}
	}
	if !slices.Contains([]int{RepeatDaily, RepeatWeekly, RepeatMonthly, RepeatYearly, RepeatWorkdays}, r.RepeatType) {
		k.addError("schedule.reminders.repeat_type", "is not offered")
	}
	if r.TimeZone != nil && (*r.TimeZone < -12 || *r.TimeZone > 12) {
		k.addError("schedule.reminders.timezone", "must be between -12 and 12")
	}
	if r.IsCustomRepeat && r.RepeatInterval == 0 {
		k.addError("schedule.reminders.repeat_interval", "is missing")
	}
}

// requestCopy leaves out what only answers carry.
func (s *Schedule) requestCopy() Schedule {
	w := *s
	w.Status, w.Sequence = 0, 0
	w.Attendees = slices.Clone(w.Attendees)
	for i := range w.Attendees {
		w.Attendees[i].ResponseStatus = 0
	}
	if w.Reminders != nil {
		r := *w.Reminders
		r.Exclude = nil
		w.Reminders = &r
	}
	return w
}

type scheduleID struct {
	ID string `json:"schedule_id"`
}

// Create makes an entry and returns its id. An app may make 20,000 a day.
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

// Which occurrences of a repeating schedule are meant.
const (
	AllOccurrences           = 0
	ThisOccurrence           = 1
	ThisAndFutureOccurrences = 2
)

// OccurrenceSelector says which occurrences of a repeating schedule a change is for.
// The zero value means all.
type OccurrenceSelector struct {
	Mode  int       `json:"op_mode,omitempty"`      // AllOccurrences and so on
	Start Timestamp `json:"op_start_time,omitzero"` // exact start of the occurrence
}

// ScheduleUpdate overwrites a schedule: read, change, write back.
type ScheduleUpdate struct {
	SkipAttendees Flag `json:"skip_attendees,omitempty"` // leave out the attendees
	OccurrenceSelector
	Schedule Schedule `json:"schedule"`
}

// Update overwrites an entry. When it changes some occurrences of a repeating
// one, WeCom splits these off; the id of the new entry is then returned, and
// otherwise the old one. A start cannot be moved into the past (90706), and an
// entry with a meeting room keeps its times until the room is cancelled
// (90700).
// See https://developer.work.weixin.qq.com/document/path/97720
func (s *ScheduleService) Update(ctx context.Context, u ScheduleUpdate) (string, error) {
	var k fieldChecker
	k.checkRequired("schedule.schedule_id", u.Schedule.ScheduleID)
	if u.Schedule.checkFields(&k); k.firstError() != nil {
		return "", k.firstError()
	}
	u.Schedule = u.Schedule.requestCopy()
	op := s.client.postCall("/cgi-bin/oa/schedule/update", u)
	op.idempotent = u.Mode == AllOccurrences // overwriting all twice is the same as once
	var reply struct {
		envelope
		scheduleID
	}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return cmp.Or(reply.ID, u.Schedule.ScheduleID), nil
}

// Cancel calls an entry off. It can still be read, with Status 1.
// See https://developer.work.weixin.qq.com/document/path/97725
func (s *ScheduleService) Cancel(ctx context.Context, id string, which OccurrenceSelector) error {
	body := struct {
		scheduleID
		OccurrenceSelector
	}{scheduleID{id}, which}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/oa/schedule/del", body), &struct{ envelope }{})
}

// AddAttendees adds members to an entry, which then has at most 1,000.
// See https://developer.work.weixin.qq.com/document/path/97721
func (s *ScheduleService) AddAttendees(ctx context.Context, id string, userIDs ...string) error {
	return s.changeAttendees(ctx, "/cgi-bin/oa/schedule/add_attendees", id, userIDs)
}

// RemoveAttendees takes members out of an entry.
// See https://developer.work.weixin.qq.com/document/path/97722
func (s *ScheduleService) RemoveAttendees(ctx context.Context, id string, userIDs ...string) error {
	return s.changeAttendees(ctx, "/cgi-bin/oa/schedule/del_attendees", id, userIDs)
}

func (s *ScheduleService) changeAttendees(ctx context.Context, path, id string, userIDs []string) error {
	var k fieldChecker
	k.checkRequired("schedule_id", id)
	if k.checkCount("attendees", len(userIDs), 1, 1000); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		scheduleID
		Attendees []Attendee `json:"attendees"`
	}{scheduleID{id}, NewAttendees(userIDs...)}
	op := s.client.postCall(path, body)
	op.idempotent = true // the same twice is the same as once
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// Get reads entries of the app, at most 1,000, also cancelled ones. This is
// the way to learn what attendees answered: the event respond_schedule does
// not tell.
// See https://developer.work.weixin.qq.com/document/path/97724
func (s *ScheduleService) Get(ctx context.Context, ids ...string) ([]Schedule, error) {
	var k fieldChecker
	if k.checkCount("schedule_id_list", len(ids), 1, 1000); k.firstError() != nil {
		return nil, k.firstError()
	}
	return s.readSchedules(ctx, "/cgi-bin/oa/schedule/get", struct {
		IDs []string `json:"schedule_id_list"`
	}{ids})
}

// ListByCalendar reads the entries of a calendar of the app, also cancelled
// ones, beginning at offset; limit is at most 1,000, 500 when 0. It is through
// when none is returned; the same offset may be asked later for new ones.
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
