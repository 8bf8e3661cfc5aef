package wecomtest

import (
	"slices"
	"time"
)

// How a schedule repeats (repeat_type).
const (
	repeatDaily    = 0
	repeatWeekly   = 1
	repeatMonthly  = 2
	repeatYearly   = 5
	repeatWorkdays = 7
)

// What of a repeating schedule a call changes (op_mode).
//
// https://developer.work.weixin.qq.com/document/path/96204
const (
	opAll   = 0
	opThis  = 1
	opLater = 2
)

// Exclude is an occurrence that was changed or removed by itself.
type Exclude struct {
	StartTime Int `json:"start_time"`
}

func (m *Reminders) zone() *time.Location {
	hours := 8
	if m.Timezone != nil {
		hours = int(*m.Timezone)
	}
	return time.FixedZone("", hours*3600)
}

func (e *Schedule) repeats() bool { return e.Reminders != nil && e.Reminders.IsRepeat == 1 }

// occursAt reports whether an occurrence starts at a moment, in Unix seconds.
func (e *Schedule) occursAt(at Int) bool {
	m := e.Reminders
	if at < e.StartTime || (m.RepeatUntil != 0 && at > m.RepeatUntil) {
		return false
	}
	if slices.ContainsFunc(m.Excluded, func(x Exclude) bool { return x.StartTime == at }) {
		return false
	}
	first, then := time.Unix(int64(e.StartTime), 0).In(m.zone()), time.Unix(int64(at), 0).In(m.zone())
	if first.Format(time.TimeOnly) != then.Format(time.TimeOnly) {
		return false
	}
	return m.falls(first, then)
}

// falls reports whether the rule gives a day.
func (m *Reminders) falls(first, then time.Time) bool {
	every := 1
	if m.IsCustomRepeat == 1 {
		every = int(max(m.RepeatInterval, 1))
	}
	switch m.RepeatType {
	case repeatDaily:
		return days(first, then)%every == 0
	case repeatWeekly:
		return m.onWeekday(first, then) && weeks(first, then)%every == 0
	case repeatMonthly:
		return m.onDay(first, then) && months(first, then)%every == 0
	case repeatYearly:
		return then.Month() == first.Month() && then.Day() == first.Day() && (then.Year()-first.Year())%every == 0
	}
	return then.Weekday() != time.Saturday && then.Weekday() != time.Sunday
}

func (m *Reminders) onWeekday(first, then time.Time) bool {
	if m.IsCustomRepeat == 1 && len(m.RepeatDayOfWeek) > 0 {
		return slices.Contains(m.RepeatDayOfWeek, Int((then.Weekday()+6)%7+1))
	}
	return then.Weekday() == first.Weekday()
}

func (m *Reminders) onDay(first, then time.Time) bool {
	if m.IsCustomRepeat == 1 && len(m.RepeatDayOfMonth) > 0 {
		return slices.Contains(m.RepeatDayOfMonth, Int(then.Day()))
	}
	return then.Day() == first.Day()
}

// day is the number of a date; days without regard to the hour.
func day(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func days(a, b time.Time) int { return day(b) - day(a) }

// weeks counts from Monday to Monday: day 4 of the epoch was the first one.
func weeks(a, b time.Time) int { return (day(b)-4)/7 - (day(a)-4)/7 }

func months(a, b time.Time) int {
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}

// checkMode holds op_mode and op_start_time against the schedule.
func (e *Schedule) checkMode(mode, at Int) *apiError {
	switch {
	case mode == opAll:
		return nil
	case (mode != opThis && mode != opLater) || !e.repeats():
		return fail(90485)
	case !e.occursAt(at):
		return fail(90482)
	}
	return nil
}

// checkSplit holds what takes the place of one or of the later occurrences
// against the rules.
func (e *Schedule) checkSplit(old *Schedule, mode, at Int) *apiError {
	zone := old.Reminders.zone()
	if day(time.Unix(int64(e.StartTime), 0).In(zone)) < day(time.Unix(int64(at), 0).In(zone)) {
		return fail(90488)
	}
	if mode == opThis && e.repeats() {
		return fail(90484)
	}
	return nil
}

// cut takes one occurrence out of the series, or ends it before that one.
func (e *Schedule) cut(mode, at Int) {
	rule := *e.Reminders
	if mode == opThis {
		rule.Excluded = append(slices.Clone(rule.Excluded), Exclude{at})
	} else {
		rule.RepeatUntil = at - 1
	}
	e.Reminders = &rule
}
