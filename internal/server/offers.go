package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type offerHandlers struct {
	bookings  *booking.Service
	accounts  *account.Service
	publicURL string
	now       func() time.Time
}

// OfferInput is the body of createOffer.
type OfferInput struct {
	resource.OfferInput

	PositionID      string     `json:"positionId" maxLength:"64"`
	CandidateID     string     `json:"candidateId" maxLength:"64"`
	DurationMinutes int        `json:"durationMinutes" doc:"10 to 480"`
	Interviewers    []string   `json:"interviewers" maxItems:"20" doc:"User ids"`
	Room            *RoomInput `json:"room,omitempty" doc:"Omitted: the company's default. Individual URLs of interviewers are entered after the booking"`
}

// OfferTimesInput is the body of setOfferTimes.
type OfferTimesInput struct {
	Slots            []time.Time `json:"slots,omitempty" maxItems:"10" doc:"Replaces all slots; omitted: only the deadline changes"`
	ExpiresAt        *time.Time  `json:"expiresAt,omitempty" doc:"Omitted: in 7 days. At the latest, the last slot"`
	OverrideWarnings bool        `json:"overrideWarnings,omitempty"`
	Version          int         `json:"version,omitempty" minimum:"0" doc:"Version that was edited; omitted: any version"`
}

// OfferLink is the URL of the candidate's page of an offer.
type OfferLink struct {
	URL string `json:"url" example:"https://interview.example.com/book#…"`
}

// BookingPage is an offer as the candidate sees it.
type BookingPage struct {
	Title           string               `json:"title"`
	Company         string               `json:"company"`
	PositionTitle   string               `json:"positionTitle"`
	CandidateName   string               `json:"candidateName"`
	DurationMinutes int                  `json:"durationMinutes"`
	TimeZone        string               `json:"timeZone" doc:"IANA time zone of the company's times"`
	State           string               `json:"state" enum:"open,booked,withdrawn,expired"`
	ExpiresAt       time.Time            `json:"expiresAt"`
	Contact         Contact              `json:"contact"`
	Slots           []resource.OfferSlot `json:"slots"`
	Requested       bool                 `json:"requested" doc:"The candidate has asked for another time"`
	Booked          *BookedInterview     `json:"booked,omitempty"`
}

// BookedInterview is the interview of a booked offer, as it is now.
type BookedInterview struct {
	StartsAt time.Time `json:"startsAt"`
	EndsAt   time.Time `json:"endsAt"`
	State    string    `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	JoinURL  string    `json:"joinUrl,omitempty" doc:"Path of the interview's page; absent if it cannot be displayed again"`
}

// bookingInput has the token in its body, since proxies log paths.
type bookingInput struct {
	Body struct {
		Token string `json:"token" doc:"The fragment of the link"`
	}
}

type bookSlotInput struct {
	Body struct {
		Token    string    `json:"token" doc:"The fragment of the link"`
		StartsAt time.Time `json:"startsAt" doc:"Start of the slot"`
	}
}

type requestTimeInput struct {
	Body struct {
		Token  string `json:"token" doc:"The fragment of the link"`
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (h offerHandlers) listOffers(ctx context.Context, in *resource.OffersQuery) (*httpapi.Response[resource.List[resource.Offer]], error) {
	list, next, err := h.bookings.List(ctx, caller.Actor(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, h.toOffer), err)
}

func (h offerHandlers) toOffer(o *booking.Offer) resource.Offer { return resource.NewOffer(o, h.now()) }

func (h offerHandlers) createOffer(ctx context.Context, in *httpapi.Request[OfferInput]) (*httpapi.Response[resource.Offer], error) {
	b := in.Body
	p := b.ToPlan(caller.Profile(ctx).Corp.TimeZone)
	p.PositionID, p.CandidateID, p.Interviewers, p.Duration = b.PositionID, b.CandidateID, b.Interviewers, resource.Minutes(b.DurationMinutes)
	b.Room.applyTo(&p)
	o, err := h.bookings.Create(ctx, caller.Actor(ctx), p, b.ToTimes())
	if err != nil {
		return nil, err
	}
	out := h.toOffer(o.Offer)
	out.URL = h.publicURL + booking.PagePath(o.Token)
	return httpapi.NewResponse(out, nil)
}

// respondWithView responds with an offer and the state of its slots.
func (h offerHandlers) respondWithView(ctx context.Context) func(*booking.View, error) (*httpapi.Response[resource.Offer], error) {
	return httpapi.MapResponse(resource.NewOfferView(httpapi.Language(ctx), h.now()))
}

func (h offerHandlers) getOffer(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Offer], error) {
	return h.respondWithView(ctx)(h.bookings.Get(ctx, caller.Actor(ctx), in.ID, httpapi.Language(ctx)))
}

func (h offerHandlers) setOfferTimes(ctx context.Context, in *httpapi.RequestByID[OfferTimesInput]) (*httpapi.Response[resource.Offer], error) {
	b := in.Body
	times := booking.Times{Slots: b.Slots, OverrideWarnings: b.OverrideWarnings}
	httpapi.SetIfPresent(&times.ExpiresAt, b.ExpiresAt)
	return h.respondWithView(ctx)(h.bookings.Reoffer(ctx, caller.Actor(ctx), in.ID, b.Version, times, httpapi.Language(ctx)))
}

func (h offerHandlers) withdrawOffer(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Offer], error) {
	return httpapi.MapResponse(func(o booking.Offer) resource.Offer { return h.toOffer(&o) })(h.bookings.Withdraw(ctx, caller.Actor(ctx), in.ID))
}

func (h offerHandlers) showOfferLink(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[OfferLink], error) {
	token, err := h.bookings.ShowToken(ctx, caller.Actor(ctx), in.ID)
	return httpapi.NewResponse(OfferLink{h.publicURL + booking.PagePath(token)}, err)
}

func (h offerHandlers) getBooking(ctx context.Context, in *bookingInput) (*httpapi.Response[BookingPage], error) {
	return h.respondWithPage(ctx)(h.bookings.Lookup(ctx, in.Body.Token))
}

func (h offerHandlers) bookSlot(ctx context.Context, in *bookSlotInput) (*httpapi.Response[BookingPage], error) {
	return h.respondWithPage(ctx)(h.bookings.Book(ctx, in.Body.Token, in.Body.StartsAt))
}

func (h offerHandlers) requestOtherTime(ctx context.Context, in *requestTimeInput) (*httpapi.Response[BookingPage], error) {
	return h.respondWithPage(ctx)(h.bookings.RequestOtherTime(ctx, in.Body.Token, in.Body.Reason))
}

// respondWithPage responds with an offer as the candidate may see it: without the reasons of
// slots, which name other interviews.
func (h offerHandlers) respondWithPage(ctx context.Context) func(*booking.View, error) (*httpapi.Response[BookingPage], error) {
	return func(v *booking.View, err error) (*httpapi.Response[BookingPage], error) {
		if err != nil {
			return nil, err
		}
		corp, err := h.accounts.FindCorp(ctx, v.CorpID)
		if err != nil {
			return nil, err
		}
		out := BookingPage{
			Title: candidateTitle(ctx, v.PositionTitle), Company: corp.Name, PositionTitle: v.PositionTitle, CandidateName: v.CandidateName,
			DurationMinutes: v.DurationMinutes, TimeZone: v.TimeZone, State: string(v.StateNow), ExpiresAt: v.ExpiresAt,
			Contact: Contact{Name: v.Organizer.Name}, Slots: []resource.OfferSlot{}, Requested: v.RequestedAt != nil,
		}
		if v.StateNow == booking.Open {
			out.Slots = resource.NewOfferSlots(v.Slots, nil)
		}
		if i := v.Interview; i != nil {
			out.Booked = &BookedInterview{StartsAt: i.StartsAt, EndsAt: i.EndsAt, State: string(i.State)}
			if v.JoinToken != "" {
				out.Booked.JoinURL = interview.CandidateLinkPath(v.JoinToken)
			}
		}
		return httpapi.NewResponse(out, nil)
	}
}
