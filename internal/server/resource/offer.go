package resource

import (
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Offer is times that are offered to a candidate. The interview is created when the
// candidate books one of them.
type Offer struct {
	ID              string         `json:"id"`
	Title           string         `json:"title"`
	Round           int            `json:"round" doc:"From 1"`
	State           string         `json:"state" enum:"open,booked,withdrawn,expired"`
	Position        Ref            `json:"position"`
	Candidate       OfferCandidate `json:"candidate"`
	DurationMinutes int            `json:"durationMinutes"`
	TimeZone        string         `json:"timeZone" doc:"IANA time zone in which the times were chosen"`
	Interviewers    []Person       `json:"interviewers"`
	Organizer       Person         `json:"organizer" doc:"Member in charge, who is notified of the booking"`
	Slots           []OfferSlot    `json:"slots" maxItems:"10"`
	ExpiresAt       time.Time      `json:"expiresAt" doc:"Deadline of the booking"`
	InterviewID     string         `json:"interviewId,omitempty" doc:"Of a booked offer"`
	RequestReason   string         `json:"requestReason,omitempty" doc:"The candidate asks for another time; absent once new slots are offered"`
	RequestedAt     *time.Time     `json:"requestedAt,omitempty"`
	OpenedAt        *time.Time     `json:"openedAt,omitempty" doc:"When the candidate first opened the page"`
	Mail            string         `json:"mail" enum:"none,queued,sent,failed" doc:"The mail with the candidate's page. none: there is no address or no mail server, and a recruiter passes the link on"`
	MailError       string         `json:"mailError,omitempty" doc:"Why the mail failed; only in the responses about one offer"`
	ReaddressedAt   *time.Time     `json:"readdressedAt,omitempty" doc:"When a change of the candidate's email address has replaced the link. Links from before do not work"`
	URL             string         `json:"url,omitempty" doc:"The candidate's page; only in the response that created the offer"`
	Version         int            `json:"version" doc:"Incremented by every change"`
	CreatedAt       time.Time      `json:"createdAt"`
	UpdatedAt       time.Time      `json:"updatedAt"`
}

// OfferCandidate is the candidate of an offer.
type OfferCandidate struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// OfferSlot is an offered time. Its state is absent in lists and in offers that are booked.
type OfferSlot struct {
	TimeSlot

	State     string                 `json:"state,omitempty" enum:"free,passed,taken,own_interview,unavailable" doc:"Why the candidate cannot book it. taken: an interviewer has another interview. own_interview: the candidate has. unavailable: it no longer fits otherwise"`
	Conflicts []AvailabilityConflict `json:"conflicts,omitempty" doc:"Why the interview does not fit, those that were accepted included"`
}

// OfferInput is the part of the body of createOffer that both APIs have.
type OfferInput struct {
	Title            string        `json:"title" minLength:"1" maxLength:"100" example:"后端工程师 一面"`
	Round            int           `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or omitted: 1"`
	Slots            []time.Time   `json:"slots" minItems:"1" maxItems:"10" doc:"Starts, within 14 days of each other and 60 days from now"`
	ExpiresAt        *time.Time    `json:"expiresAt,omitempty" doc:"At most 30 days from now. Omitted: in 7 days. At the latest, the last slot"`
	TimeZone         string        `json:"timeZone,omitempty" maxLength:"64" doc:"IANA time zone of the interview; omitted: the company's"`
	QuestionIDs      []string      `json:"questionIds,omitempty" maxItems:"50" doc:"Omitted: the questions of the position"`
	Meeting          *MeetingInput `json:"meeting,omitempty" doc:"Omitted: the company's default"`
	Note             string        `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool          `json:"overrideWarnings,omitempty" doc:"Offer slots outside working hours too. A slot at which a participant has an interview is always refused"`
}

// OffersQuery holds the parameters of listOffers.
type OffersQuery struct {
	Page
	State       []string `query:"state,explode" enum:"open,booked,withdrawn,expired" maxItems:"4"`
	CandidateID string   `query:"candidateId" maxLength:"64"`
	Attention   bool     `query:"attention" doc:"Only offers that have expired, or whose candidate asks for another time"`
}

// ToFilter returns the filter of the domain.
func (q OffersQuery) ToFilter() booking.Filter {
	return booking.Filter{
		Page: q.ToDomain(), CandidateID: q.CandidateID, Attention: q.Attention,
		States: httpapi.MapSlice(q.State, func(s string) booking.State { return booking.State(s) }),
	}
}

// ToPlan returns the interview of the offer. timeZone is that of the company, which applies
// when the input names none.
func (in OfferInput) ToPlan(timeZone string) interview.Plan {
	return InterviewInput{
		Title: in.Title, Round: in.Round, TimeZone: in.TimeZone, QuestionIDs: in.QuestionIDs, Meeting: in.Meeting, Note: in.Note,
	}.ToPlan(timeZone)
}

// ToTimes returns the slots and the deadline.
func (in OfferInput) ToTimes() booking.Times {
	t := booking.Times{Slots: in.Slots, OverrideWarnings: in.OverrideWarnings}
	httpapi.SetIfPresent(&t.ExpiresAt, in.ExpiresAt)
	return t
}

// NewOffer maps an offer without the state of its slots, at a time.
func NewOffer(o *booking.Offer, now time.Time) Offer {
	return Offer{
		ID: o.ID, Title: o.Title, Round: o.Round, State: string(o.StateAt(now)),
		Position: Ref{ID: o.PositionID, Title: o.PositionTitle}, Candidate: OfferCandidate{o.CandidateID, o.CandidateName},
		DurationMinutes: o.DurationMinutes, TimeZone: o.TimeZone,
		Interviewers: httpapi.MapSlice(o.People, NewPerson), Organizer: NewPerson(o.Organizer),
		Slots: httpapi.MapSlice(o.Slots, func(s booking.Slot) OfferSlot {
			return OfferSlot{TimeSlot: TimeSlot{StartsAt: s.StartsAt.UTC(), EndsAt: s.StartsAt.Add(o.Duration()).UTC()}}
		}),
		ExpiresAt: o.ExpiresAt, InterviewID: o.InterviewID, RequestReason: o.RequestReason, RequestedAt: o.RequestedAt, OpenedAt: o.OpenedAt,
		Mail: string(o.Mail.MailState()), ReaddressedAt: o.ReaddressedAt,
		Version: o.Version, CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt,
	}
}

// NewOfferView returns the mapping of an offer with the state of its slots to a language.
func NewOfferView(language string, now time.Time) func(booking.View) Offer {
	return func(v booking.View) Offer {
		out := NewOffer(v.Offer, now)
		if r := v.Mail.Failure(); r != nil {
			out.MailError = i18n.T(language, r.Code, r.Params)
		}
		if v.State != booking.Booked {
			out.Slots = NewOfferSlots(v.Slots, newConflict(language))
		}
		return out
	}
}

// NewOfferSlots maps slots with their state; conflict maps the reasons for recruiters, nil
// leaves them out.
func NewOfferSlots(list []booking.SlotView, conflict func(availability.Refusal) AvailabilityConflict) []OfferSlot {
	return httpapi.MapSlice(list, func(s booking.SlotView) OfferSlot {
		out := OfferSlot{TimeSlot: newTimeSlot(s.Interval), State: string(s.Reason)}
		if s.Reason == booking.Free {
			out.State = "free"
		}
		if conflict != nil && len(s.Refusals) > 0 {
			out.Conflicts = httpapi.MapSlice(s.Refusals, conflict)
		}
		return out
	})
}

func newConflict(language string) func(availability.Refusal) AvailabilityConflict {
	return func(f availability.Refusal) AvailabilityConflict {
		return AvailabilityConflict{UserID: f.UserID, Code: f.Reason.Code, Text: i18n.T(language, f.Reason.Code, f.Reason.Params)}
	}
}
