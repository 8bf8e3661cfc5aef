package resource

import (
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// AvailabilityQuery holds the parameters of findAvailability.
type AvailabilityQuery struct {
	Interviewer     []string  `query:"interviewer,explode" required:"true" minItems:"1" maxItems:"20" doc:"userids of the interviewers"`
	From            time.Time `query:"from" required:"true" doc:"Begin of the range"`
	Days            int       `query:"days" minimum:"1" maximum:"14" default:"14" doc:"Length of the range, in days of 24 hours"`
	DurationMinutes int       `query:"durationMinutes" minimum:"15" maximum:"480" default:"60"`
	At              time.Time `query:"at" doc:"A start within the range: the response lists why the interview does not fit there"`
	CandidateID     string    `query:"candidateId" maxLength:"64" doc:"The candidate, whose other interviews are considered too"`
	InterviewID     string    `query:"interviewId" maxLength:"64" doc:"The interview that is being changed: its present time is free"`
}

// ToDomain returns the query of the domain.
func (q AvailabilityQuery) ToDomain(language string) availability.Query {
	return availability.Query{
		Interviewers: q.Interviewer, Within: availability.Interval{Start: q.From, End: q.From.Add(time.Duration(q.Days) * 24 * time.Hour)},
		Duration: Minutes(q.DurationMinutes), At: q.At, CandidateID: q.CandidateID, Exclude: q.InterviewID, Language: language,
	}
}

// Availability is when interviewers are free.
type Availability struct {
	TimeZone      string                    `json:"timeZone" doc:"IANA name of the company's time zone"`
	BufferMinutes int                       `json:"bufferMinutes" doc:"Free time between two interviews of an interviewer"`
	Interviewers  []InterviewerAvailability `json:"interviewers"`
	Days          []CalendarDay             `json:"days" doc:"Public holidays, make-up workdays and the company's own days within the range"`
	Slots         []TimeSlot                `json:"slots" maxItems:"12" doc:"The next times at which all of them are free, at most four per day"`
	Conflicts     []AvailabilityConflict    `json:"conflicts" doc:"Why the interview does not fit at the time of the parameter at"`
}

// InterviewerAvailability is the time of one interviewer.
type InterviewerAvailability struct {
	Person

	TimeZone string     `json:"timeZone" doc:"IANA name of the time zone of the working hours"`
	Work     []TimeSlot `json:"work" doc:"Working time without days away"`
	Busy     []BusyTime `json:"busy" doc:"Interviews that are not cancelled, and that the interviewer has not declined"`
}

// TimeSlot is a period of time.
type TimeSlot struct {
	StartsAt time.Time `json:"startsAt"`
	EndsAt   time.Time `json:"endsAt"`
}

// BusyTime is an interview of an interviewer.
type BusyTime struct {
	TimeSlot

	InterviewID string `json:"interviewId"`
	Title       string `json:"title"`
}

// CalendarDay is a day that differs from its day of the week.
type CalendarDay struct {
	Date string `json:"date" maxLength:"10" example:"2026-02-15"`
	Kind string `json:"kind" enum:"off,workday"`
	Name string `json:"name" maxLength:"50"`
}

// AvailabilityConflict is a reason why an interview does not fit.
type AvailabilityConflict struct {
	UserID string `json:"userId,omitempty" doc:"The interviewer; absent for the candidate"`
	Code   string `json:"code" enum:"availability.away,availability.holiday,availability.outside_hours,availability.busy,availability.buffer,availability.daily_limit,availability.weekly_limit,availability.candidate_busy"`
	Text   string `json:"text" doc:"In the caller's language"`
}

// NewAvailability returns the mapping of a result to a language.
func NewAvailability(language string) func(availability.Result) Availability {
	return func(r availability.Result) Availability {
		return Availability{
			TimeZone: r.Location.String(), BufferMinutes: int(r.Buffer.Minutes()),
			Interviewers: httpapi.MapSlice(r.Schedules, newInterviewerAvailability),
			Days:         NewCalendarDays(r.Days), Slots: httpapi.MapSlice(r.Slots, newTimeSlot),
			Conflicts: httpapi.MapSlice(r.Refusals, newConflict(language)),
		}
	}
}

func newInterviewerAvailability(s availability.Schedule) InterviewerAvailability {
	return InterviewerAvailability{
		Person: NewPerson(s.Member), TimeZone: s.Location.String(), Work: httpapi.MapSlice(s.Work, newTimeSlot),
		Busy: httpapi.MapSlice(s.Busy, func(b availability.Block) BusyTime {
			return BusyTime{TimeSlot: newTimeSlot(b.Interval), InterviewID: b.InterviewID, Title: b.Title}
		}),
	}
}

func newTimeSlot(i availability.Interval) TimeSlot {
	return TimeSlot{StartsAt: i.Start.UTC(), EndsAt: i.End.UTC()}
}

// NewCalendarDays maps days of the domain.
func NewCalendarDays(list []availability.Day) []CalendarDay {
	return httpapi.MapSlice(list, func(d availability.Day) CalendarDay {
		return CalendarDay{Date: string(d.Date), Kind: string(d.Kind), Name: d.Name}
	})
}
