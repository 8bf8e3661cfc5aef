package office

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

func checkSchedule(e *model.Schedule, r *core.Request) *core.APIError {
	switch {
	case utf8.RuneCountInString(e.Summary) > 128:
		return core.TooLong("schedule.summary", 128)
	case utf8.RuneCountInString(e.Description) > 1000:
		return core.TooLong("schedule.description", 1000)
	case utf8.RuneCountInString(e.Location) > 128:
		return core.TooLong("schedule.location", 128)
	case e.StartTime == 0 || e.EndTime == 0 || e.EndTime < e.StartTime:
		return core.InvalidParam("schedule.end_time")
	case len(e.Attendees) > 1000:
		return core.NewAPIError(90464)
	case len(e.Admins) > 3:
		return core.InvalidParam("schedule.admins")
	}
	for _, a := range e.Admins {
		if !slices.ContainsFunc(e.Attendees, func(x model.Attendee) bool { return core.FoldUserID(x.UserID) == core.FoldUserID(a) }) {
			return core.NewAPIError(90715)
		}
	}
	if e.CalID != "" {
		if _, err := findCalendar(r, e.CalID); err != nil {
			return err
		}
	}
	if e.Reminders != nil {
		return checkReminders(e.Reminders, e.IsWholeDay == 1)
	}
	return nil
}

func checkReminders(m *model.Reminders, wholeDay bool) *core.APIError {
	before := []model.Int{0, 300, 900, 3600, 86400}
	if m.IsRemind == 1 && len(m.RemindTimeDiffs) == 0 && !slices.Contains(before, m.RemindBeforeEventSecs) {
		return core.NewAPIError(90471)
	}
	diffs := []model.Int{0, -300, -900, -3600, -86400}
	if wholeDay {
		diffs = append(diffs, 32400, -172800, -604800)
	}
	for _, d := range m.RemindTimeDiffs {
		if !slices.Contains(diffs, d) {
			return core.NewAPIError(90704)
		}
	}
	switch {
	case m.Timezone != nil && (*m.Timezone < -12 || *m.Timezone > 12):
		return core.NewAPIError(90480)
	case m.IsRepeat == 1 && !slices.Contains([]model.Int{0, 1, 2, 5, 7}, m.RepeatType):
		return core.NewAPIError(90465)
	case m.IsCustomRepeat == 1 && m.RepeatInterval == 0:
		return core.NewAPIError(90486)
	case m.IsCustomRepeat == 1 && slices.ContainsFunc(m.RepeatDayOfWeek, func(d model.Int) bool { return d < 1 || d > 7 }):
		return core.NewAPIError(90467)
	case m.IsCustomRepeat == 1 && slices.ContainsFunc(m.RepeatDayOfMonth, func(d model.Int) bool { return d < 1 || d > 31 }):
		return core.NewAPIError(90487)
	}
	return nil
}

// setScheduleAttendees looks up the attendees. Existing attendees keep their response.
func setScheduleAttendees(e *model.Schedule, r *core.Request, list []model.Attendee) *core.APIError {
	var out []model.Attendee
	for _, a := range list {
		m, ok := r.Corp.Members[core.FoldUserID(a.UserID)]
		if !ok {
			return core.NewAPIError(60111)
		}
		if !r.Corp.SeesMember(r.App, m) {
			return core.NewAPIError(60011)
		}
		a = model.Attendee{UserID: m.UserID}
		if old := FindAttendee(e, m.UserID); old != nil {
			a = *old
		}
		if !slices.ContainsFunc(out, func(x model.Attendee) bool { return x.UserID == a.UserID }) {
			out = append(out, a)
		}
	}
	if len(out) > 1000 {
		return core.NewAPIError(90464)
	}
	e.Attendees = out
	return nil
}

// FindAttendee returns an attendee, nil when there is none.
func FindAttendee(e *model.Schedule, userID string) *model.Attendee {
	for i := range e.Attendees {
		if core.FoldUserID(e.Attendees[i].UserID) == core.FoldUserID(userID) {
			return &e.Attendees[i]
		}
	}
	return nil
}

type scheduleRequest struct {
	Schedule      model.Schedule   `json:"schedule"`
	SkipAttendees model.Int        `json:"skip_attendees"`
	OpMode        model.Int        `json:"op_mode"`
	OpStartTime   model.Int        `json:"op_start_time"`
	ScheduleID    string           `json:"schedule_id"`
	Attendees     []model.Attendee `json:"attendees"`
}

type scheduleIDReply struct {
	ScheduleID string `json:"schedule_id,omitempty"`
}

func (s *Service) addSchedule(r *core.Request) (any, *core.APIError) {
	var in scheduleRequest
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	e := in.Schedule
	if err := checkSchedule(&e, r); err != nil {
		return nil, err
	}
	if err := setScheduleAttendees(&e, r, e.Attendees); err != nil {
		return nil, err
	}
	return scheduleIDReply{s.newSchedule(r, e)}, nil
}

func (s *Service) newSchedule(r *core.Request, e model.Schedule) string {
	s.Seq++
	e.ScheduleID, e.Status, e.Sequence = s.RandomText(24), 0, s.Seq
	if e.Summary == "" {
		e.Summary = "新建事件"
	}
	if e.Reminders != nil {
		e.Reminders.Excluded = nil
	}
	bounded.Insert(r.Corp.Schedules, &r.Corp.InsertionOrder.Schedules, s.Limits.Records, e.ScheduleID, &core.ScheduleState{Schedule: e, App: r.App})
	s.NotifyChange(core.Change{Kind: "schedule", CorpID: r.Corp.ID})
	return e.ScheduleID
}

// findSchedule returns a schedule of the calling application.
func findSchedule(r *core.Request, id string) (*core.ScheduleState, *core.APIError) {
	e, ok := r.Corp.Schedules[id]
	switch {
	case !ok:
		return nil, core.NewAPIError(90461)
	case e.App.AgentID != r.App.AgentID:
		return nil, core.NewAPIError(90466)
	}
	return e, nil
}

func (s *Service) updateSchedule(r *core.Request) (any, *core.APIError) {
	var in scheduleRequest
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	e, err := findOccurrence(r, in.Schedule.ScheduleID, &in)
	if err != nil {
		return nil, err
	}
	next := in.Schedule
	if in.SkipAttendees == 1 {
		next.Attendees = e.Attendees
	}
	if err := checkSchedule(&next, r); err != nil {
		return nil, err
	}
	if moved := next.StartTime != e.StartTime; moved && !IsRepeating(&e.Schedule) && int64(next.StartTime) < s.CurrentTime().Unix() {
		return nil, core.NewAPIError(90706)
	}
	wanted := next.Attendees
	next.Attendees = e.Attendees // keeps the responses
	if err := setScheduleAttendees(&next, r, wanted); err != nil {
		return nil, err
	}
	next.CalID = e.CalID
	if in.OpMode != opModeAll {
		if err := checkSplit(&next, &e.Schedule, in.OpMode, in.OpStartTime); err != nil {
			return nil, err
		}
		cutOccurrence(&e.Schedule, in.OpMode, in.OpStartTime)
		return scheduleIDReply{s.newSchedule(r, next)}, nil
	}
	s.Seq++
	next.Sequence = s.Seq
	if next.Reminders != nil {
		next.Reminders.Excluded = nil
		if e.Reminders != nil {
			next.Reminders.Excluded = e.Reminders.Excluded
		}
	}
	e.Schedule = next
	s.NotifyChange(core.Change{Kind: "schedule", CorpID: r.Corp.ID})
	return scheduleIDReply{}, nil
}

// findOccurrence returns the schedule of a call with op_mode. A change of the first and all later
// occurrences is a change of all.
func findOccurrence(r *core.Request, id string, in *scheduleRequest) (*core.ScheduleState, *core.APIError) {
	e, err := findSchedule(r, id)
	switch {
	case err != nil:
		return nil, err
	case e.Status == 1:
		return nil, core.NewAPIError(90460)
	}
	if err := checkOpMode(&e.Schedule, in.OpMode, in.OpStartTime); err != nil {
		return nil, err
	}
	if in.OpMode == opModeLater && in.OpStartTime == e.StartTime {
		in.OpMode = opModeAll
	}
	return e, nil
}

func (s *Service) addAttendees(r *core.Request) (any, *core.APIError) {
	return s.changeAttendees(r, func(e *core.ScheduleState, list []model.Attendee) *core.APIError {
		return setScheduleAttendees(&e.Schedule, r, append(slices.Clone(e.Attendees), list...))
	})
}

func (s *Service) delAttendees(r *core.Request) (any, *core.APIError) {
	return s.changeAttendees(r, func(e *core.ScheduleState, list []model.Attendee) *core.APIError {
		e.Attendees = slices.DeleteFunc(slices.Clone(e.Attendees), func(a model.Attendee) bool {
			return slices.ContainsFunc(list, func(x model.Attendee) bool { return core.FoldUserID(x.UserID) == core.FoldUserID(a.UserID) })
		})
		return nil
	})
}

func (s *Service) changeAttendees(r *core.Request, do func(*core.ScheduleState, []model.Attendee) *core.APIError) (any, *core.APIError) {
	var in scheduleRequest
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	e, err := findSchedule(r, in.ScheduleID)
	if err != nil {
		return nil, err
	}
	if len(in.Attendees) == 0 {
		return nil, core.NewAPIError(90713)
	}
	if err := do(e, in.Attendees); err != nil {
		return nil, err
	}
	s.NotifyChange(core.Change{Kind: "schedule", CorpID: r.Corp.ID})
	return nil, nil
}

// deleteSchedule cancels the schedule, which remains readable.
func (s *Service) deleteSchedule(r *core.Request) (any, *core.APIError) {
	var in scheduleRequest
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	e, err := findOccurrence(r, in.ScheduleID, &in)
	if err != nil {
		return nil, err
	}
	if in.OpMode == opModeAll {
		e.Status = 1
	} else {
		cutOccurrence(&e.Schedule, in.OpMode, in.OpStartTime)
	}
	s.NotifyChange(core.Change{Kind: "schedule", CorpID: r.Corp.ID})
	return nil, nil
}

type scheduleListReply struct {
	List []model.Schedule `json:"schedule_list"`
}

func (s *Service) getSchedules(r *core.Request) (any, *core.APIError) {
	var in struct {
		List []string `json:"schedule_id_list"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 1000 {
		return nil, core.NewAPIError(90462)
	}
	out := scheduleListReply{[]model.Schedule{}}
	for _, id := range in.List {
		e, err := findSchedule(r, id)
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

func (s *Service) listSchedules(r *core.Request) (any, *core.APIError) {
	var in struct {
		CalID  string    `json:"cal_id"`
		Offset model.Int `json:"offset"`
		Limit  model.Int `json:"limit"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	limit := int(cmp.Or(in.Limit, 500))
	if limit < 1 || limit > 1000 {
		return nil, core.NewAPIError(90469)
	}
	if _, err := findCalendar(r, in.CalID); err != nil {
		return nil, err
	}
	list := []model.Schedule{}
	for _, e := range r.Corp.Schedules {
		if e.CalID == in.CalID {
			list = append(list, e.Schedule)
		}
	}
	slices.SortFunc(list, func(a, b model.Schedule) int { return cmp.Compare(a.Sequence, b.Sequence) })
	start := min(max(int(in.Offset), 0), len(list))
	return scheduleListReply{list[start:min(start+limit, len(list))]}, nil
}
