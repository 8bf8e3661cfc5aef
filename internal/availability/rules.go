package availability

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/apperr"
)

// Block is a time at which a person has an interview.
type Block struct {
	Interval

	InterviewID string
	Title       string
}

// Person is an interviewer with what decides about their time. Blocks are sorted by
// start, and cover the weeks in which an interview may be planned.
type Person struct {
	UserID      string
	Name        string
	Location    *time.Location
	Hours       Hours
	Away        []DateRange
	DailyLimit  int // interviews; 0 is no limit
	WeeklyLimit int // from Monday to Sunday
	Blocks      []Block
}

// Panel is the people of an interview that is being planned, and the rules of their
// company.
type Panel struct {
	People    []*Person
	Candidate []Block // other interviews of the candidate
	Days      Calendar
	Buffer    time.Duration // between two interviews of an interviewer
	Location  *time.Location
}

// Refusal is a reason why an interview does not fit.
type Refusal struct {
	UserID string // "" for the candidate
	Reason apperr.Reason
}

// Text ids of the reasons.
const (
	ReasonAway          = "availability.away"
	ReasonHoliday       = "availability.holiday"
	ReasonOutsideHours  = "availability.outside_hours"
	ReasonBusy          = "availability.busy"
	ReasonBuffer        = "availability.buffer"
	ReasonDailyLimit    = "availability.daily_limit"
	ReasonWeeklyLimit   = "availability.weekly_limit"
	ReasonCandidateBusy = "availability.candidate_busy"
)

// Working returns the working time of a person within a period, without days away.
func (p *Panel) Working(person *Person, within Interval) []Interval {
	away := []Interval{}
	for _, r := range person.Away {
		away = append(away, r.intervalIn(person.Location))
	}
	return subtractIntervals(person.Hours.intervalsWithin(within, person.Location, p.Days), mergeIntervals(away))
}

// Check returns why an interview at a time does not fit, in the order of People; none
// if it does.
func (p *Panel) Check(slot Interval) []Refusal {
	out := []Refusal{}
	for _, person := range p.People {
		reasons := p.checkTime(person, slot)
		for _, r := range append(reasons, p.checkLoad(person, slot)...) {
			r.Params["Name"] = person.Name
			out = append(out, Refusal{person.UserID, r})
		}
	}
	if b := findBlock(p.Candidate, slot); b != nil {
		out = append(out, Refusal{Reason: p.newBlockReason(ReasonCandidateBusy, b)})
	}
	return out
}

// checkTime returns the reason why a time is not a working time of a person.
func (p *Panel) checkTime(person *Person, slot Interval) []apperr.Reason {
	isAway := func(r DateRange) bool { return r.intervalIn(person.Location).Overlaps(slot) }
	if slices.ContainsFunc(person.Away, isAway) {
		return []apperr.Reason{newReason(ReasonAway)}
	}
	around := slot.extendBy(24 * time.Hour)
	if containsInterval(person.Hours.intervalsWithin(around, person.Location, p.Days), slot) {
		return nil
	}
	last := DateOf(slot.End.Add(-time.Second).In(person.Location))
	for d := DateOf(slot.Start.In(person.Location)); d <= last; d = d.Next() {
		if day := p.Days[d]; day.Kind == DayOff {
			return []apperr.Reason{newReason(ReasonHoliday, "Holiday", day.Name)}
		}
	}
	return []apperr.Reason{newReason(ReasonOutsideHours)}
}

// checkLoad returns the reasons that lie in other interviews of a person.
func (p *Panel) checkLoad(person *Person, slot Interval) []apperr.Reason {
	out := []apperr.Reason{}
	if b := findBlock(person.Blocks, slot); b != nil {
		out = append(out, p.newBlockReason(ReasonBusy, b))
	} else if b := findBlock(person.Blocks, slot.extendBy(p.Buffer)); b != nil {
		out = append(out, p.newBlockReason(ReasonBuffer, b, "Minutes", int(p.Buffer.Minutes())))
	}
	day := DateOf(slot.Start.In(person.Location))
	if person.DailyLimit > 0 && person.countFrom(day, 1) >= person.DailyLimit {
		out = append(out, newReason(ReasonDailyLimit, "Limit", person.DailyLimit))
	}
	if person.WeeklyLimit > 0 && person.countFrom(day.StartOfWeek(), 7) >= person.WeeklyLimit {
		out = append(out, newReason(ReasonWeeklyLimit, "Limit", person.WeeklyLimit))
	}
	return out
}

// countFrom returns the number of interviews that begin within some days.
func (p *Person) countFrom(first Date, days int) int {
	within := Interval{first.StartIn(p.Location), first.AddDays(days).StartIn(p.Location)}
	begin, _ := slices.BinarySearchFunc(p.Blocks, within.Start, compareStart)
	end, _ := slices.BinarySearchFunc(p.Blocks, within.End, compareStart)
	return end - begin
}

func compareStart(b Block, t time.Time) int { return b.Start.Compare(t) }

// findBlock returns the first block that overlaps with a time; nil for none.
func findBlock(list []Block, slot Interval) *Block {
	n := slices.IndexFunc(list, func(b Block) bool { return b.Overlaps(slot) })
	if n < 0 {
		return nil
	}
	return &list[n]
}

// newReason returns a reason whose params are alternating names and values.
func newReason(code string, params ...any) apperr.Reason {
	out := apperr.Reason{Code: code, Params: map[string]any{}}
	for n := 0; n+1 < len(params); n += 2 {
		name, _ := params[n].(string)
		out.Params[name] = params[n+1]
	}
	return out
}

func (p *Panel) newBlockReason(code string, b *Block, params ...any) apperr.Reason {
	start, end := b.Start.In(p.Location), b.End.In(p.Location)
	return newReason(code, append(params, "Title", b.Title, "Time", start.Format("15:04")+"–"+end.Format("15:04"))...)
}

const (
	slotStep    = 15 * time.Minute
	slotsPerDay = 4
)

// FindSlots returns the next times at which an interview fits, at most count of them
// and four per day of the company, which are spread over the day. They begin at a quarter
// of an hour and do not overlap.
func (p *Panel) FindSlots(within Interval, duration time.Duration, count int) []Interval {
	out, day := []Interval{}, []Interval{}
	for _, free := range p.freeTime(within) {
		for t := roundUp(free.Start); !t.Add(duration).After(free.End) && len(out) < count; {
			slot := Interval{t, t.Add(duration)}
			if len(day) > 0 && p.dateAt(day[0]) != p.dateAt(slot) {
				out, day = append(out, spreadSlots(day)...), day[:0]
			}
			if len(p.Check(slot)) > 0 {
				t = t.Add(slotStep)
				continue
			}
			day, t = append(day, slot), roundUp(slot.End)
		}
	}
	out = append(out, spreadSlots(day)...)
	return out[:min(len(out), count)]
}

// dateAt returns the company's date at the start of a slot.
func (p *Panel) dateAt(slot Interval) Date { return DateOf(slot.Start.In(p.Location)) }

// spreadSlots returns at most slotsPerDay slots of a day: the first, the last and those
// between them at equal distances.
func spreadSlots(day []Interval) []Interval {
	if len(day) <= slotsPerDay {
		return day
	}
	out := make([]Interval, slotsPerDay)
	for n := range out {
		out[n] = day[n*(len(day)-1)/(slotsPerDay-1)]
	}
	return out
}

// freeTime returns the times at which everyone works and has no interview; limits are
// not considered.
func (p *Panel) freeTime(within Interval) []Interval {
	free := []Interval{within}
	for _, person := range p.People {
		free = intersectIntervals(free, p.Working(person, within))
		free = subtractIntervals(free, busyTime(person.Blocks, p.Buffer))
	}
	return subtractIntervals(free, busyTime(p.Candidate, 0))
}

// busyTime returns the merged times of blocks with the buffer around them.
func busyTime(list []Block, buffer time.Duration) []Interval {
	out := make([]Interval, len(list))
	for n, b := range list {
		out[n] = b.extendBy(buffer)
	}
	return mergeIntervals(out)
}

// roundUp returns the next quarter of an hour. The offset of every time zone in use is a
// multiple of it.
func roundUp(t time.Time) time.Time {
	rounded := t.Truncate(slotStep)
	if rounded.Before(t) {
		return rounded.Add(slotStep)
	}
	return rounded
}
