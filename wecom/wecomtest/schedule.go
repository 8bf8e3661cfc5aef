package wecomtest

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// What an attendee has answered to a schedule.
const (
	ResponseNone      = 0
	ResponseTentative = 1
	ResponseAccepted  = 2
	ResponseDeclined  = 4
)

// Schedule is an entry of the members' calendars that an application made.
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

// Attendee is a member with what they have answered.
type Attendee struct {
	UserID         string `json:"userid"`
	ResponseStatus int    `json:"response_status"`
}

// Reminders says when a schedule reminds and how it repeats.
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
	// Excluded are occurrences that were changed or removed one by one; only in
	// answers.
	Excluded []Exclude `json:"exclude_time_list,omitempty"`
}

type scheduleState struct {
	Schedule
	app *appState
}

func (e *Schedule) check(r *request) *apiError {
	switch {
	case utf8.RuneCountInString(e.Summary) > 128:
		return tooLong("schedule.summary", 128)
	case utf8.RuneCountInString(e.Description) > 1000:
		return tooLong("schedule.description", 1000)
	case utf8.RuneCountInString(e.Location) > 128:
		return tooLong("schedule.location", 128)
	case e.StartTime == 0 || e.EndTime == 0 || e.EndTime < e.StartTime:
		return invalidParam("schedule.end_time")
	case len(e.Attendees) > 1000:
		return fail(90464)
	case len(e.Admins) > 3:
		return invalidParam("schedule.admins")
	}
	for _, a := range e.Admins {
		if !slices.ContainsFunc(e.Attendees, func(x Attendee) bool { return fold(x.UserID) == fold(a) }) {
			return fail(90715)
		}
	}
	if e.CalID != "" {
		if _, err := r.calendar(e.CalID); err != nil {
			return err
		}
	}
	if e.Reminders != nil {
		return e.Reminders.check(e.IsWholeDay == 1)
	}
	return nil
}

func (m *Reminders) check(wholeDay bool) *apiError {
	before := []Int{0, 300, 900, 3600, 86400}
	if m.IsRemind == 1 && len(m.RemindTimeDiffs) == 0 && !slices.Contains(before, m.RemindBeforeEventSecs) {
		return fail(90471)
	}
	diffs := []Int{0, -300, -900, -3600, -86400}
	if wholeDay {
		diffs = append(diffs, 32400, -172800, -604800)
	}
	for _, d := range m.RemindTimeDiffs {
		if !slices.Contains(diffs, d) {
			return fail(90704)
		}
	}
	switch {
	case m.Timezone != nil && (*m.Timezone < -12 || *m.Timezone > 12):
		return fail(90480)
	case m.IsRepeat == 1 && !slices.Contains([]Int{0, 1, 2, 5, 7}, m.RepeatType):
		return fail(90465)
	case m.IsCustomRepeat == 1 && m.RepeatInterval == 0:
		return fail(90486)
	case m.IsCustomRepeat == 1 && slices.ContainsFunc(m.RepeatDayOfWeek, func(d Int) bool { return d < 1 || d > 7 }):
		return fail(90467)
	case m.IsCustomRepeat == 1 && slices.ContainsFunc(m.RepeatDayOfMonth, func(d Int) bool { return d < 1 || d > 31 }):
		return fail(90487)
	}
	return nil
}

// attend looks the attendees up; those who were there keep their answer.
func (e *Schedule) attend(r *request, list []Attendee) *apiError {
	var out []Attendee
	for _, a := range list {
		m, ok := r.corp.members[fold(a.UserID)]
		if !ok {
			return fail(60111)
		}
		if !r.corp.sees(r.app, m) {
			return fail(60011)
		}
		a = Attendee{UserID: m.UserID}
		if old := e.attendee(m.UserID); old != nil {
			a = *old
		}
		if !slices.ContainsFunc(out, func(x Attendee) bool { return x.UserID == a.UserID }) {
			out = append(out, a)
		}
	}
	if len(out) > 1000 {
		return fail(90464)
	}
	e.Attendees = out
	return nil
}

func (e *Schedule) attendee(userID string) *Attendee {
	for i := range e.Attendees {
		if fold(e.Attendees[i].UserID) == fold(userID) {
			return &e.Attendees[i]
		}
	}
	return nil
}

type scheduleRequest struct {
	Schedule      Schedule   `json:"schedule"`
	SkipAttendees Int        `json:"skip_attendees"`
	OpMode        Int        `json:"op_mode"`
	OpStartTime   Int        `json:"op_start_time"`
	ScheduleID    string     `json:"schedule_id"`
	Attendees     []Attendee `json:"attendees"`
}

type scheduleIDReply struct {
	ScheduleID string `json:"schedule_id,omitempty"`
}

func (s *Server) addSchedule(r *request) (any, *apiError) {
	var in scheduleRequest
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	e := in.Schedule
	if err := e.check(r); err != nil {
		return nil, err
	}
	if err := e.attend(r, e.Attendees); err != nil {
		return nil, err
	}
	return scheduleIDReply{s.newSchedule(r, e)}, nil
}

func (s *Server) newSchedule(r *request, e Schedule) string {
	s.seq++
	e.ScheduleID, e.Status, e.Sequence = s.randomText(24), 0, s.seq
	if e.Summary == "" {
		e.Summary = "新建事件"
	}
	if e.Reminders != nil {
		e.Reminders.Excluded = nil
	}
	keepNewest(r.corp.schedules, &r.corp.came.schedules, s.limits.Records, e.ScheduleID, &scheduleState{Schedule: e, app: r.app})
	s.note(change{Kind: "schedule", CorpID: r.corp.ID})
	return e.ScheduleID
}

// schedule finds a schedule of the calling application.
func (r *request) schedule(id string) (*scheduleState, *apiError) {
	e, ok := r.corp.schedules[id]
	switch {
	case !ok:
		return nil, fail(90461)
	case e.app.AgentID != r.app.AgentID:
		return nil, fail(90466)
	}
	return e, nil
}

func (s *Server) updateSchedule(r *request) (any, *apiError) {
	var in scheduleRequest
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	e, err := r.occurrence(in.Schedule.ScheduleID, &in)
	if err != nil {
		return nil, err
	}
	next := in.Schedule
	if in.SkipAttendees == 1 {
		next.Attendees = e.Attendees
	}
	if err := next.check(r); err != nil {
		return nil, err
	}
	if moved := next.StartTime != e.StartTime; moved && !e.repeats() && int64(next.StartTime) < s.now().Unix() {
		return nil, fail(90706)
	}
	wanted := next.Attendees
	next.Attendees = e.Attendees // so that answers stay
	if err := next.attend(r, wanted); err != nil {
		return nil, err
	}
	next.CalID = e.CalID
	if in.OpMode != opAll {
		if err := next.checkSplit(&e.Schedule, in.OpMode, in.OpStartTime); err != nil {
			return nil, err
		}
		e.cut(in.OpMode, in.OpStartTime)
		return scheduleIDReply{s.newSchedule(r, next)}, nil
	}
	s.seq++
	next.Sequence = s.seq
	if next.Reminders != nil {
		next.Reminders.Excluded = nil
		if e.Reminders != nil {
			next.Reminders.Excluded = e.Reminders.Excluded
		}
	}
	e.Schedule = next
	s.note(change{Kind: "schedule", CorpID: r.corp.ID})
	return scheduleIDReply{}, nil
}

// occurrence finds what a call with an op_mode is about. From the first
// occurrence on is all of them.
func (r *request) occurrence(id string, in *scheduleRequest) (*scheduleState, *apiError) {
	e, err := r.schedule(id)
	switch {
	case err != nil:
		return nil, err
	case e.Status == 1:
		return nil, fail(90460)
	}
	if err := e.checkMode(in.OpMode, in.OpStartTime); err != nil {
		return nil, err
	}
	if in.OpMode == opLater && in.OpStartTime == e.StartTime {
		in.OpMode = opAll
	}
	return e, nil
}

func (s *Server) addAttendees(r *request) (any, *apiError) {
	return s.changeAttendees(r, func(e *scheduleState, list []Attendee) *apiError {
		return e.attend(r, append(slices.Clone(e.Attendees), list...))
	})
}

func (s *Server) delAttendees(r *request) (any, *apiError) {
	return s.changeAttendees(r, func(e *scheduleState, list []Attendee) *apiError {
		e.Attendees = slices.DeleteFunc(slices.Clone(e.Attendees), func(a Attendee) bool {
			return slices.ContainsFunc(list, func(x Attendee) bool { return fold(x.UserID) == fold(a.UserID) })
		})
		return nil
	})
}

func (s *Server) changeAttendees(r *request, do func(*scheduleState, []Attendee) *apiError) (any, *apiError) {
	var in scheduleRequest
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	e, err := r.schedule(in.ScheduleID)
	if err != nil {
		return nil, err
	}
	if len(in.Attendees) == 0 {
		return nil, fail(90713)
	}
	if err := do(e, in.Attendees); err != nil {
		return nil, err
	}
	s.note(change{Kind: "schedule", CorpID: r.corp.ID})
	return nil, nil
}

// deleteSchedule cancels: the schedule stays readable.
func (s *Server) deleteSchedule(r *request) (any, *apiError) {
	var in scheduleRequest
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	e, err := r.occurrence(in.ScheduleID, &in)
	if err != nil {
		return nil, err
	}
	if in.OpMode == opAll {
		e.Status = 1
	} else {
		e.cut(in.OpMode, in.OpStartTime)
	}
	s.note(change{Kind: "schedule", CorpID: r.corp.ID})
	return nil, nil
}

type scheduleListReply struct {
	List []Schedule `json:"schedule_list"`
}

func (s *Server) getSchedules(r *request) (any, *apiError) {
	var in struct {
		List []string `json:"schedule_id_list"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 1000 {
		return nil, fail(90462)
	}
	out := scheduleListReply{[]Schedule{}}
	for _, id := range in.List {
		e, err := r.schedule(id)
		if err != nil {
			return nil, err
		}
		shown := e.Schedule
		shown.Sequence = 0
		shown.Attendees = slices.Clone(e.Attendees)
		out.List = append(out.List, shown)
	}
	return out, nil
}

func (s *Server) listSchedules(r *request) (any, *apiError) {
	in := struct {
		CalID  string `json:"cal_id"`
		Offset Int    `json:"offset"`
		Limit  Int    `json:"limit"`
	}{Limit: 500}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if in.Limit < 1 || in.Limit > 1000 {
		return nil, fail(90469)
	}
	if _, err := r.calendar(in.CalID); err != nil {
		return nil, err
	}
	list := []Schedule{}
	for _, e := range r.corp.schedules {
		if e.CalID == in.CalID {
			list = append(list, e.Schedule)
		}
	}
	slices.SortFunc(list, func(a, b Schedule) int { return cmp.Compare(a.Sequence, b.Sequence) })
	start := min(max(int(in.Offset), 0), len(list))
	return scheduleListReply{list[start:min(start+int(in.Limit), len(list))]}, nil
}
