package wecomtest

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

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

type scheduleState struct {
	Schedule
	app *appState
}

func (e *Schedule) checkFields(r *request) *apiError {
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
		return newAPIError(90464)
	case len(e.Admins) > 3:
		return invalidParam("schedule.admins")
	}
	for _, a := range e.Admins {
		if !slices.ContainsFunc(e.Attendees, func(x Attendee) bool { return foldUserID(x.UserID) == foldUserID(a) }) {
			return newAPIError(90715)
		}
	}
	if e.CalID != "" {
		if _, err := r.findCalendar(e.CalID); err != nil {
			return err
		}
	}
	if e.Reminders != nil {
		return e.Reminders.checkFields(e.IsWholeDay == 1)
	}
	return nil
}

func (m *Reminders) checkFields(wholeDay bool) *apiError {
	before := []Int{0, 300, 900, 3600, 86400}
	if m.IsRemind == 1 && len(m.RemindTimeDiffs) == 0 && !slices.Contains(before, m.RemindBeforeEventSecs) {
		return newAPIError(90471)
	}
	diffs := []Int{0, -300, -900, -3600, -86400}
	if wholeDay {
		diffs = append(diffs, 32400, -172800, -604800)
	}
	for _, d := range m.RemindTimeDiffs {
		if !slices.Contains(diffs, d) {
			return newAPIError(90704)
		}
	}
	switch {
	case m.Timezone != nil && (*m.Timezone < -12 || *m.Timezone > 12):
		return newAPIError(90480)
	case m.IsRepeat == 1 && !slices.Contains([]Int{0, 1, 2, 5, 7}, m.RepeatType):
		return newAPIError(90465)
	case m.IsCustomRepeat == 1 && m.RepeatInterval == 0:
		return newAPIError(90486)
	case m.IsCustomRepeat == 1 && slices.ContainsFunc(m.RepeatDayOfWeek, func(d Int) bool { return d < 1 || d > 7 }):
		return newAPIError(90467)
	case m.IsCustomRepeat == 1 && slices.ContainsFunc(m.RepeatDayOfMonth, func(d Int) bool { return d < 1 || d > 31 }):
		return newAPIError(90487)
	}
	return nil
}

// setAttendees looks up the attendees. Existing attendees keep their response.
func (e *Schedule) setAttendees(r *request, list []Attendee) *apiError {
	var out []Attendee
	for _, a := range list {
		m, ok := r.corp.members[foldUserID(a.UserID)]
		if !ok {
			return newAPIError(60111)
		}
		if !r.corp.seesMember(r.app, m) {
			return newAPIError(60011)
		}
		a = Attendee{UserID: m.UserID}
		if old := e.findAttendee(m.UserID); old != nil {
			a = *old
		}
		if !slices.ContainsFunc(out, func(x Attendee) bool { return x.UserID == a.UserID }) {
			out = append(out, a)
		}
	}
	if len(out) > 1000 {
		return newAPIError(90464)
	}
	e.Attendees = out
	return nil
}

func (e *Schedule) findAttendee(userID string) *Attendee {
	for i := range e.Attendees {
		if foldUserID(e.Attendees[i].UserID) == foldUserID(userID) {
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
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	e := in.Schedule
	if err := e.checkFields(r); err != nil {
		return nil, err
	}
	if err := e.setAttendees(r, e.Attendees); err != nil {
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
	insertBounded(r.corp.schedules, &r.corp.insertionOrder.schedules, s.limits.Records, e.ScheduleID, &scheduleState{Schedule: e, app: r.app})
	s.notifyChange(change{Kind: "schedule", CorpID: r.corp.ID})
	return e.ScheduleID
}

// findSchedule returns a schedule of the calling application.
func (r *request) findSchedule(id string) (*scheduleState, *apiError) {
	e, ok := r.corp.schedules[id]
	switch {
	case !ok:
		return nil, newAPIError(90461)
	case e.app.AgentID != r.app.AgentID:
		return nil, newAPIError(90466)
	}
	return e, nil
}

func (s *Server) updateSchedule(r *request) (any, *apiError) {
	var in scheduleRequest
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	e, err := r.findOccurrence(in.Schedule.ScheduleID, &in)
	if err != nil {
		return nil, err
	}
	next := in.Schedule
	if in.SkipAttendees == 1 {
		next.Attendees = e.Attendees
	}
	if err := next.checkFields(r); err != nil {
		return nil, err
	}
	if moved := next.StartTime != e.StartTime; moved && !e.isRepeating() && int64(next.StartTime) < s.currentTime().Unix() {
		return nil, newAPIError(90706)
	}
	wanted := next.Attendees
	next.Attendees = e.Attendees // keeps the responses
	if err := next.setAttendees(r, wanted); err != nil {
		return nil, err
	}
	next.CalID = e.CalID
	if in.OpMode != opModeAll {
		if err := next.checkSplit(&e.Schedule, in.OpMode, in.OpStartTime); err != nil {
			return nil, err
		}
		e.cutOccurrence(in.OpMode, in.OpStartTime)
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
	s.notifyChange(change{Kind: "schedule", CorpID: r.corp.ID})
	return scheduleIDReply{}, nil
}

// findOccurrence returns the schedule of a call with op_mode. A change of the first and all later
// occurrences is a change of all.
func (r *request) findOccurrence(id string, in *scheduleRequest) (*scheduleState, *apiError) {
	e, err := r.findSchedule(id)
	switch {
	case err != nil:
		return nil, err
	case e.Status == 1:
		return nil, newAPIError(90460)
	}
	if err := e.checkOpMode(in.OpMode, in.OpStartTime); err != nil {
		return nil, err
	}
	if in.OpMode == opModeLater && in.OpStartTime == e.StartTime {
		in.OpMode = opModeAll
	}
	return e, nil
}

func (s *Server) addAttendees(r *request) (any, *apiError) {
	return s.changeAttendees(r, func(e *scheduleState, list []Attendee) *apiError {
		return e.setAttendees(r, append(slices.Clone(e.Attendees), list...))
	})
}

func (s *Server) delAttendees(r *request) (any, *apiError) {
	return s.changeAttendees(r, func(e *scheduleState, list []Attendee) *apiError {
		e.Attendees = slices.DeleteFunc(slices.Clone(e.Attendees), func(a Attendee) bool {
			return slices.ContainsFunc(list, func(x Attendee) bool { return foldUserID(x.UserID) == foldUserID(a.UserID) })
		})
		return nil
	})
}

func (s *Server) changeAttendees(r *request, do func(*scheduleState, []Attendee) *apiError) (any, *apiError) {
	var in scheduleRequest
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	e, err := r.findSchedule(in.ScheduleID)
	if err != nil {
		return nil, err
	}
	if len(in.Attendees) == 0 {
		return nil, newAPIError(90713)
	}
	if err := do(e, in.Attendees); err != nil {
		return nil, err
	}
	s.notifyChange(change{Kind: "schedule", CorpID: r.corp.ID})
	return nil, nil
}

// deleteSchedule cancels the schedule, which remains readable.
func (s *Server) deleteSchedule(r *request) (any, *apiError) {
	var in scheduleRequest
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	e, err := r.findOccurrence(in.ScheduleID, &in)
	if err != nil {
		return nil, err
	}
	if in.OpMode == opModeAll {
		e.Status = 1
	} else {
		e.cutOccurrence(in.OpMode, in.OpStartTime)
	}
	s.notifyChange(change{Kind: "schedule", CorpID: r.corp.ID})
	return nil, nil
}

type scheduleListReply struct {
	List []Schedule `json:"schedule_list"`
}

func (s *Server) getSchedules(r *request) (any, *apiError) {
	var in struct {
		List []string `json:"schedule_id_list"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 1000 {
		return nil, newAPIError(90462)
	}
	out := scheduleListReply{[]Schedule{}}
	for _, id := range in.List {
		e, err := r.findSchedule(id)
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
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if in.Limit < 1 || in.Limit > 1000 {
		return nil, newAPIError(90469)
	}
	if _, err := r.findCalendar(in.CalID); err != nil {
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
