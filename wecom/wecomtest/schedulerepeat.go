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
	opModeAll   = 0
	opModeThis  = 1
	opModeLater = 2
)

// Exclude is an occurrence that was changed or removed by itself.
type Exclude struct {
	StartTime Int `json:"start_time"`
}

func (m *Reminders) timeZone() *time.Location {
	hours := 8
	if m.Timezone != nil {
		hours = int(*m.Timezone)
	}
	return time.FixedZone("", hours*3600)
}

func (e *Schedule) isRepeating() bool { return e.Reminders != nil && e.Reminders.IsRepeat == 1 }

// occursAt reports whether an occurrence starts at a moment, in Unix seconds.
func (e *Schedule) occursAt(at Int) bool {
	m := e.Reminders
	if at < e.StartTime || (m.RepeatUntil != 0 && at > m.RepeatUntil) {
		return false
	}
	if slices.ContainsFunc(m.Excluded, func(x Exclude) bool { return x.StartTime == at }) {
		return false
	}
	first, then := time.Unix(int64(e.StartTime), 0).In(m.timeZone()), time.Unix(int64(at), 0).In(m.timeZone())
	if first.Format(time.TimeOnly) != then.Format(time.TimeOnly) {
		return false
	}
	return m.matchesRule(first, then)
}

// matchesRule reports whether the rule gives a day.
func (m *Reminders) matchesRule(first, then time.Time) bool {
	every := 1
	if m.IsCustomRepeat == 1 {
		every = int(max(m.RepeatInterval, 1))
	}
	switch m.RepeatType {
	case repeatDaily:
		return daysBetween(first, then)%every == 0
	case repeatWeekly:
		return m.matchesWeekday(first, then) && weeksBetween(first, then)%every == 0
	case repeatMonthly:
		return m.matchesMonthDay(first, then) && monthsBetween(first, then)%every == 0
	case repeatYearly:
		return then.Month() == first.Month() && then.Day() == first.Day() && (then.Year()-first.Year())%every == 0
	}
	return then.Weekday() != time.Saturday && then.Weekday() != time.Sunday
}

func (m *Reminders) matchesWeekday(first, then time.Time) bool {
	if m.IsCustomRepeat == 1 && len(m.RepeatDayOfWeek) > 0 {
		return slices.Contains(m.RepeatDayOfWeek, Int((then.Weekday()+6)%7+1))
	}
	return then.Weekday() == first.Weekday()
}

func (m *Reminders) matchesMonthDay(first, then time.Time) bool {
	if m.IsCustomRepeat == 1 && len(m.RepeatDayOfMonth) > 0 {
		return slices.Contains(m.RepeatDayOfMonth, Int(then.Day()))
	}
	return then.Day() == first.Day()
}

// dayNumber is the number of a date; days without regard to the hour.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func daysBetween(a, b time.Time) int { return dayNumber(b) - dayNumber(a) }

// weeksBetween counts from Monday to Monday: day 4 of the epoch was the first one.
func weeksBetween(a, b time.Time) int { return (dayNumber(b)-4)/7 - (dayNumber(a)-4)/7 }

func monthsBetween(a, b time.Time) int {
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}

// checkOpMode holds op_mode and op_start_time against the schedule.
func (e *Schedule) checkOpMode(mode, at Int) *apiError {
	switch {
	case mode == opModeAll:
		return nil
	case (mode != opModeThis && mode != opModeLater) || !e.isRepeating():
		return newAPIError(90485)
	case !e.occursAt(at):
		return newAPIError(90482)
	}
	return nil
}

// checkSplit holds what takes the place of one or of the later occurrences
// against the rules.
func (e *Schedule) checkSplit(old *Schedule, mode, at Int) *apiError {
	zone := old.Reminders.timeZone()
	if dayNumber(time.Unix(int64(e.StartTime), 0).In(zone)) < dayNumber(time.Unix(int64(at), 0).In(zone)) {
		return newAPIError(90488)
	}
	if mode == opModeThis && e.isRepeating() {
		return newAPIError(90484)
	}
	return nil
}

// cutOccurrence takes one occurrence out of the series, or ends it before that one.
func (e *Schedule) cutOccurrence(mode, at Int) {
	rule := *e.Reminders
	if mode == opModeThis {
		rule.Excluded = append(slices.Clone(rule.Excluded), Exclude{at})
	} else {
		rule.RepeatUntil = at - 1
	}
	e.Reminders = &rule
}
