package availability

import (
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/validate"
)

// Shift is a working time of a day of the week. A shift that does not end after it
// begins ends on the next day.
type Shift struct {
	Day  time.Weekday `json:"day"` // 0 is Sunday
	From Clock        `json:"from"`
	To   Clock        `json:"to"`
}

// Hours are the working hours of a week.
type Hours []Shift

// maxShifts limits the shifts of one day.
const maxShifts = 3

const minutesOfWeek = 7 * int(EndOfDay)

// defaultHours returns hours from Monday to Friday.
func defaultHours() Hours {
	out := Hours{}
	for day := time.Monday; day <= time.Friday; day++ {
		out = append(out, Shift{day, 9 * 60, 18 * 60})
	}
	return out
}

// lengthMinutes returns the duration of a shift in minutes.
func (s Shift) lengthMinutes() int {
	if s.To > s.From {
		return int(s.To - s.From)
	}
	return int(s.To + EndOfDay - s.From)
}

// startMinute returns the beginning of the shift in minutes from the begin of Sunday.
func (s Shift) startMinute() int { return int(s.Day)*int(EndOfDay) + int(s.From) }

// overlapsWith reports whether two shifts of a week have a time in common. The week is a
// circle: a shift of Saturday may end on Sunday.
func (s Shift) overlapsWith(o Shift) bool {
	gap := (o.startMinute() - s.startMinute() + minutesOfWeek) % minutesOfWeek
	return gap < s.lengthMinutes() || gap+o.lengthMinutes() > minutesOfWeek
}

// checkShifts adds the errors of the hours under path.
func (h Hours) checkShifts(c *validate.Errors, path string) {
	count := map[time.Weekday]int{}
	for n, s := range h {
		at := fmt.Sprintf("%s[%d]", path, n)
		count[s.Day]++
		switch {
		case s.Day < time.Sunday || s.Day > time.Saturday, s.From < 0, s.From >= EndOfDay, s.To < 0, s.To > EndOfDay, s.From == s.To:
			c.Add(at, "field.invalid")
		case count[s.Day] == maxShifts+1:
			c.Add(at, "field.too_many", "Limit", maxShifts)
		case count[s.Day] > maxShifts: // reported with the first
		case slices.ContainsFunc(h[:n], s.overlapsWith):
			c.Add(at, "availability.overlapping_hours")
		}
	}
}

// onDay returns the shifts of a day of the week.
func (h Hours) onDay(day time.Weekday) Hours {
	return slices.DeleteFunc(slices.Clone(h), func(s Shift) bool { return s.Day != day })
}

// onWorkday returns the shifts of a workday: on a day of the week without hours, such
// as a make-up workday on a Saturday, they are those of the last day that has any.
func (h Hours) onWorkday(day time.Weekday) Hours {
	for back := range 7 {
		if found := h.onDay((day + 7 - time.Weekday(back)) % 7); len(found) > 0 {
			return found
		}
	}
	return nil
}

// shiftsOn returns the shifts that begin on a date.
func (h Hours) shiftsOn(d Date, days Calendar) Hours {
	day, ok := days[d]
	switch {
	case ok && day.Kind == DayOff:
		return nil
	case ok:
		return h.onWorkday(d.dayOfWeek())
	}
	return h.onDay(d.dayOfWeek())
}

// intervalsWithin returns the working time within a period.
func (h Hours) intervalsWithin(within Interval, loc *time.Location, days Calendar) []Interval {
	list := []Interval{}
	last := DateOf(within.End.In(loc))
	for d := DateOf(within.Start.In(loc)).AddDays(-1); d <= last; d = d.Next() {
		for _, s := range h.shiftsOn(d, days) {
			end := d
			if s.To <= s.From {
				end = d.Next()
			}
			list = append(list, Interval{d.ClockIn(s.From, loc), end.ClockIn(s.To, loc)}.clipTo(within))
		}
	}
	return mergeIntervals(list)
}
