package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type availabilityHandlers struct{ availability *availability.Service }

// Shift is a working time of a day of the week.
type Shift struct {
	Weekday int    `json:"weekday" minimum:"1" maximum:"7" doc:"1 is Monday"`
	Start   string `json:"start" maxLength:"5" example:"09:00"`
	End     string `json:"end" maxLength:"5" doc:"At most 24:00; a time that is not after the start is on the next day" example:"18:00"`
}

// CompanyAvailabilityInput is the body of setCompanyAvailability.
type CompanyAvailabilityInput struct {
	Hours         []Shift                `json:"hours" maxItems:"21" doc:"At most three per day of the week"`
	Holidays      string                 `json:"holidays" enum:"cn,none" doc:"Public holidays and make-up workdays of mainland China, or none"`
	Days          []resource.CalendarDay `json:"days" maxItems:"200" doc:"The company's own days, which replace those of the list"`
	BufferMinutes int                    `json:"bufferMinutes" minimum:"0" maximum:"240"`
	DailyLimit    int                    `json:"dailyLimit" minimum:"0" maximum:"24" doc:"Interviews of one interviewer; 0 is no limit"`
	WeeklyLimit   int                    `json:"weeklyLimit" minimum:"0" maximum:"100" doc:"From Monday to Sunday; 0 is no limit"`
	Version       int                    `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// CompanyAvailability is the company's working time.
type CompanyAvailability struct {
	CompanyAvailabilityInput

	ListedDays []resource.CalendarDay `json:"listedDays" doc:"Days of the list of public holidays, without the company's own"`
}

// DaysAway is an absence of a member.
type DaysAway struct {
	FirstDay string `json:"firstDay" maxLength:"10" example:"2026-12-24"`
	LastDay  string `json:"lastDay" maxLength:"10" doc:"Included" example:"2026-12-31"`
}

// MemberAvailabilityInput is the body of setMemberAvailability.
type MemberAvailabilityInput struct {
	TimeZone    string     `json:"timeZone" maxLength:"64" doc:"IANA name; empty is the company's"`
	OwnHours    bool       `json:"ownHours" doc:"The hours of this body apply, not the company's"`
	Hours       []Shift    `json:"hours" maxItems:"21"`
	DailyLimit  *int       `json:"dailyLimit,omitempty" minimum:"0" maximum:"24" doc:"Absent is the company's; 0 is no limit"`
	WeeklyLimit *int       `json:"weeklyLimit,omitempty" minimum:"0" maximum:"100" doc:"Absent is the company's; 0 is no limit"`
	Away        []DaysAway `json:"away" maxItems:"50"`
	Version     int        `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// MemberAvailability is the working time of a member.
type MemberAvailability struct {
	MemberAvailabilityInput

	UserID string `json:"userId"`
}

type memberAvailabilityPath struct {
	UserID string `path:"userId" maxLength:"64"`
}

type memberAvailabilityRequest struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   MemberAvailabilityInput
}

func (h availabilityHandlers) findAvailability(ctx context.Context, in *resource.AvailabilityQuery) (*httpapi.Response[resource.Availability], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(resource.NewAvailability(lang))(h.availability.Find(ctx, caller.Actor(ctx), in.ToDomain(lang)))
}

func (h availabilityHandlers) getCompanyAvailability(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[CompanyAvailability], error) {
	return respondWithCompany(ctx)(h.availability.Company(ctx, caller.Actor(ctx)))
}

func (h availabilityHandlers) setCompanyAvailability(ctx context.Context, in *httpapi.Request[CompanyAvailabilityInput]) (*httpapi.Response[CompanyAvailability], error) {
	return respondWithCompany(ctx)(h.availability.UpdateCompany(ctx, caller.Actor(ctx), in.Body.Version, func(c *availability.Company) {
		c.Hours, c.Holidays = toHours(in.Body.Hours), availability.HolidayList(in.Body.Holidays)
		c.BufferMinutes, c.DailyLimit, c.WeeklyLimit = in.Body.BufferMinutes, in.Body.DailyLimit, in.Body.WeeklyLimit
		c.Days = httpapi.MapSlice(in.Body.Days, func(d resource.CalendarDay) availability.Day {
			return availability.Day{Date: availability.Date(d.Date), Kind: availability.DayKind(d.Kind), Name: d.Name}
		})
	}))
}

func respondWithCompany(ctx context.Context) func(*availability.Company, error) (*httpapi.Response[CompanyAvailability], error) {
	return httpapi.MapResponse(func(c availability.Company) CompanyAvailability {
		return CompanyAvailability{
			CompanyAvailabilityInput: CompanyAvailabilityInput{
				Hours: httpapi.MapSlice(c.Hours, newShift), Holidays: string(c.Holidays), Days: resource.NewCalendarDays(c.Days),
				BufferMinutes: c.BufferMinutes, DailyLimit: c.DailyLimit, WeeklyLimit: c.WeeklyLimit, Version: c.Version,
			},
			ListedDays: resource.NewCalendarDays(availability.Holidays(c.Holidays, httpapi.Language(ctx))),
		}
	})
}

func (h availabilityHandlers) getMemberAvailability(ctx context.Context, in *memberAvailabilityPath) (*httpapi.Response[MemberAvailability], error) {
	return httpapi.MapResponse(newMemberAvailability)(h.availability.Member(ctx, caller.Actor(ctx), in.UserID))
}

func (h availabilityHandlers) setMemberAvailability(ctx context.Context, in *memberAvailabilityRequest) (*httpapi.Response[MemberAvailability], error) {
	return httpapi.MapResponse(newMemberAvailability)(h.availability.UpdateMember(ctx, caller.Actor(ctx), in.UserID, in.Body.Version, func(m *availability.Member) {
		m.TimeZone, m.OwnHours, m.Hours = in.Body.TimeZone, in.Body.OwnHours, toHours(in.Body.Hours)
		m.DailyLimit, m.WeeklyLimit = in.Body.DailyLimit, in.Body.WeeklyLimit
		m.Away = httpapi.MapSlice(in.Body.Away, func(r DaysAway) availability.DateRange {
			return availability.DateRange{From: availability.Date(r.FirstDay), To: availability.Date(r.LastDay)}
		})
	}))
}

func newMemberAvailability(m availability.Member) MemberAvailability {
	return MemberAvailability{
		MemberAvailabilityInput: MemberAvailabilityInput{
			TimeZone: m.TimeZone, OwnHours: m.OwnHours, Hours: httpapi.MapSlice(m.Hours, newShift),
			DailyLimit: m.DailyLimit, WeeklyLimit: m.WeeklyLimit, Version: m.Version,
			Away: httpapi.MapSlice(m.Away, func(r availability.DateRange) DaysAway {
				return DaysAway{FirstDay: string(r.From), LastDay: string(r.To)}
			}),
		},
		UserID: m.UserID,
	}
}

func newShift(s availability.Shift) Shift {
	return Shift{Weekday: (int(s.Day)+6)%7 + 1, Start: s.From.String(), End: s.To.String()}
}

func toHours(list []Shift) availability.Hours {
	return httpapi.MapSlice(list, func(s Shift) availability.Shift {
		return availability.Shift{
			Day: time.Weekday(s.Weekday % 7), From: availability.ClockOfForm(s.Start), To: availability.ClockOfForm(s.End),
		}
	})
}
