package office

import (
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Values of repeat_type.
const (
	repeatDaily    = 0
	repeatWeekly   = 1
	repeatMonthly  = 2
	repeatYearly   = 5
	repeatWorkdays = 7
)

// Values of op_mode: the occurrences that a call changes.
//
// https://developer.work.weixin.qq.com/document/path/96204
const (
	opModeAll   = 0
	opModeThis  = 1
	opModeLater = 2
)

func reminderTimeZone(m *model.Reminders) *time.Location {
	hours := 8
	if m.Timezone != nil {
		hours = int(*m.Timezone)
	}
	return time.FixedZone("", hours*3600)
}

// IsRepeating reports whether the schedule has occurrences after the first.
func IsRepeating(e *model.Schedule) bool { return e.Reminders != nil && e.Reminders.IsRepeat == 1 }

// OccursAt reports whether an occurrence starts at the given Unix time.
func OccursAt(e *model.Schedule, at model.Int) bool {
	m := e.Reminders
	if at < e.StartTime || (m.RepeatUntil != 0 && at > m.RepeatUntil) {
		return false
	}
	if slices.ContainsFunc(m.Excluded, func(x model.Exclude) bool { return x.StartTime == at }) {
		return false
	}
	first, then := time.Unix(int64(e.StartTime), 0).In(reminderTimeZone(m)), time.Unix(int64(at), 0).In(reminderTimeZone(m))
	if first.Format(time.TimeOnly) != then.Format(time.TimeOnly) {
		return false
	}
	return matchesRule(m, first, then)
}

// matchesRule reports whether the recurrence rule includes the date of then.
func matchesRule(m *model.Reminders, first, then time.Time) bool {
	every := 1
	if m.IsCustomRepeat == 1 {
		every = int(max(m.RepeatInterval, 1))
	}
	switch m.RepeatType {
	case repeatDaily:
		return daysBetween(first, then)%every == 0
	case repeatWeekly:
		return matchesWeekday(m, first, then) && weeksBetween(first, then)%every == 0
	case repeatMonthly:
		return matchesMonthDay(m, first, then) && monthsBetween(first, then)%every == 0
	case repeatYearly:
		return then.Month() == first.Month() && then.Day() == first.Day() && (then.Year()-first.Year())%every == 0
	}
	return then.Weekday() != time.Saturday && then.Weekday() != time.Sunday
}

func matchesWeekday(m *model.Reminders, first, then time.Time) bool {
	if m.IsCustomRepeat == 1 && len(m.RepeatDayOfWeek) > 0 {
		return slices.Contains(m.RepeatDayOfWeek, model.Int((then.Weekday()+6)%7+1))
	}
	return then.Weekday() == first.Weekday()
}

func matchesMonthDay(m *model.Reminders, first, then time.Time) bool {
	if m.IsCustomRepeat == 1 && len(m.RepeatDayOfMonth) > 0 {
		return slices.Contains(m.RepeatDayOfMonth, model.Int(then.Day()))
	}
	return then.Day() == first.Day()
}

// dayNumber returns the number of days from the epoch to the date of t.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func daysBetween(a, b time.Time) int { return dayNumber(b) - dayNumber(a) }

// weeksBetween counts weeks that begin on Monday; day 4 of the epoch was a Monday.
func weeksBetween(a, b time.Time) int { return (dayNumber(b)-4)/7 - (dayNumber(a)-4)/7 }

func monthsBetween(a, b time.Time) int {
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}

// checkOpMode checks op_mode and op_start_time against the schedule.
func checkOpMode(e *model.Schedule, mode, at model.Int) *core.APIError {
	switch {
	case mode == opModeAll:
		return nil
	case (mode != opModeThis && mode != opModeLater) || !IsRepeating(e):
		return core.NewAPIError(90485)
	case !OccursAt(e, at):
		return core.NewAPIError(90482)
	}
	return nil
}

// checkSplit checks the schedule that replaces one occurrence or the later ones.
func checkSplit(e *model.Schedule, old *model.Schedule, mode, at model.Int) *core.APIError {
	zone := reminderTimeZone(old.Reminders)
	if dayNumber(time.Unix(int64(e.StartTime), 0).In(zone)) < dayNumber(time.Unix(int64(at), 0).In(zone)) {
		return core.NewAPIError(90488)
	}
	if mode == opModeThis && IsRepeating(e) {
		return core.NewAPIError(90484)
	}
	return nil
}

// cutOccurrence excludes one occurrence from the series, or ends the series before it.
func cutOccurrence(e *model.Schedule, mode, at model.Int) {
	rule := *e.Reminders
	if mode == opModeThis {
		rule.Excluded = append(slices.Clone(rule.Excluded), model.Exclude{StartTime: at})
	} else {
		rule.RepeatUntil = at - 1
	}
	e.Reminders = &rule
}
