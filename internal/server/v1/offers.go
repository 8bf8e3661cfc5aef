package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// OfferInput is the body of createOffer.
type OfferInput struct {
	resource.OfferInput

	PositionID      string              `json:"positionId" minLength:"1" maxLength:"64"`
	CandidateID     string              `json:"candidateId" minLength:"1" maxLength:"64"`
	DurationMinutes int                 `json:"durationMinutes" minimum:"10" maximum:"480" example:"60"`
	Interviewers    []MemberRef         `json:"interviewers" minItems:"1" maxItems:"20"`
	Organizer       *MemberRef          `json:"organizer,omitempty" doc:"Member in charge; omitted: the owner of the personal token or the creator of the company token"`
	Room            *resource.RoomInput `json:"room,omitempty" doc:"Omitted: the company's default"`
}

// offerAPI are the operations on offers of times.
type offerAPI struct{ *API }

func (a offerAPI) listOffers(ctx context.Context, in *resource.OffersQuery) (*httpapi.Response[resource.List[resource.Offer]], error) {
	list, next, err := a.Bookings.List(ctx, actorOf(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, func(o *booking.Offer) resource.Offer { return a.toOffer(ctx, o) }), err)
}

// toOffer maps an offer to what the caller may see of it.
func (a offerAPI) toOffer(ctx context.Context, o *booking.Offer) resource.Offer {
	out := resource.NewOffer(o, db.NowOf(a.Now))
	if !callerOf(ctx).HasScope(apitoken.InterviewsRead) {
		out.RequestReason = ""
	}
	return out
}

func (a offerAPI) getOffer(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Offer], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(resource.NewOfferView(lang, db.NowOf(a.Now)))(a.Bookings.Get(ctx, actorOf(ctx), in.ID, lang))
}

func (a offerAPI) createOffer(ctx context.Context, in *httpapi.Request[OfferInput]) (*createdResponse[resource.Offer], error) {
	b := in.Body
	p := b.ToPlan(callerOf(ctx).Profile.Corp.TimeZone)
	p.PositionID, p.CandidateID, p.Duration = b.PositionID, b.CandidateID, resource.Minutes(b.DurationMinutes)
	b.Room.ApplyTo(&p)
	var err error
	if p.Interviewers, err = a.resolveMembers(ctx, "interviewers", b.Interviewers); err != nil {
		return nil, err
	}
	if p.OrganizerID, err = a.resolveOrganizer(ctx, b.Organizer); err != nil {
		return nil, err
	}
	toOffer := func(c booking.Created) resource.Offer {
		out := a.toOffer(ctx, c.Offer)
		out.URL = a.PublicURL + booking.PagePath(c.Token)
		return out
	}
	respond := respondCreated("/offers", func(c *booking.Created) string { return c.ID }, toOffer)
	hook := func(c booking.Created, err error) (*createdResponse[resource.Offer], error) { return respond(&c, err) }
	return respond(a.Bookings.Create(ctx, actorOf(ctx), p, b.ToTimes(), storeResponse(a.API, http.StatusCreated, hook)))
}

func (a offerAPI) withdrawOffer(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Offer], error) {
	respond := httpapi.MapResponse(func(o booking.Offer) resource.Offer { return a.toOffer(ctx, &o) })
	return respond(a.Bookings.Withdraw(ctx, actorOf(ctx), in.ID, storeResponse(a.API, http.StatusOK, respond)))
}
