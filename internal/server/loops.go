package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type loopHandlers struct{ loops *loop.Service }

// LoopInput is the body of createLoop.
type LoopInput struct {
	Key              string                 `json:"key" minLength:"1" maxLength:"64" doc:"Chosen by the caller. A repeated request with the key returns the loop that the first has created"`
	PositionID       string                 `json:"positionId" maxLength:"64"`
	CandidateID      string                 `json:"candidateId" maxLength:"64"`
	TimeZone         string                 `json:"timeZone,omitempty" maxLength:"64" doc:"IANA time zone in which the times are displayed; omitted: the company's"`
	Rounds           []LoopRoundInput       `json:"rounds" minItems:"2" maxItems:"6"`
	Room             *RoomInput             `json:"room,omitempty" doc:"Of each round. Omitted: the company's default"`
	Meeting          *resource.MeetingInput `json:"meeting,omitempty" doc:"Of each round. Omitted: the company's default"`
	Note             string                 `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool                   `json:"overrideWarnings,omitempty"`
}

// LoopRoundInput is a round of the body of createLoop.
type LoopRoundInput struct {
	Title           string    `json:"title" minLength:"1" maxLength:"100" example:"后端工程师 一面"`
	Round           int       `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or omitted: 1"`
	StartsAt        time.Time `json:"startsAt"`
	DurationMinutes int       `json:"durationMinutes" doc:"10 to 480"`
	Interviewers    []string  `json:"interviewers" maxItems:"20" doc:"User ids"`
	QuestionIDs     []string  `json:"questionIds,omitempty" maxItems:"50" doc:"Omitted: the questions of the position"`
}

// LoopMoveInput is the body of moveLoop.
type LoopMoveInput struct {
	StartsAt         time.Time `json:"startsAt" doc:"New start of the first round that has not started; the others move by the same time"`
	OverrideWarnings bool      `json:"overrideWarnings,omitempty"`
	Version          int       `json:"version,omitempty" minimum:"0" doc:"Version that was edited; omitted: any version"`
}

// LoopCancelInput is the body of cancelLoop.
type LoopCancelInput struct {
	resource.CancelInput

	Version int `json:"version,omitempty" minimum:"0" doc:"Version that was edited; omitted: any version"`
}

func (in LoopInput) toPlan(timeZone string) loop.Plan {
	p := loop.Plan{Key: in.Key, PositionID: in.PositionID, CandidateID: in.CandidateID, OverrideWarnings: in.OverrideWarnings}
	for _, r := range in.Rounds {
		round := resource.InterviewInput{
			Title: r.Title, Round: r.Round, StartsAt: r.StartsAt, TimeZone: in.TimeZone, QuestionIDs: r.QuestionIDs, Meeting: in.Meeting, Note: in.Note,
		}.ToPlan(timeZone)
		round.Interviewers, round.Duration = r.Interviewers, resource.Minutes(r.DurationMinutes)
		in.Room.applyTo(&round)
		p.Rounds = append(p.Rounds, round)
	}
	return p
}

func (h loopHandlers) proposeLoop(ctx context.Context, in *httpapi.Request[resource.LoopQuery]) (*httpapi.Response[resource.LoopProposals], error) {
	lang := httpapi.Language(ctx)
	list, err := h.loops.Propose(ctx, caller.Actor(ctx), in.Body.ToDomain(lang))
	return httpapi.NewResponse(resource.NewLoopProposals(lang, list), err)
}

func (h loopHandlers) createLoop(ctx context.Context, in *httpapi.Request[LoopInput]) (*httpapi.Response[resource.Loop], error) {
	return httpapi.MapResponse(resource.NewLoop)(h.loops.Create(ctx, caller.Actor(ctx), in.Body.toPlan(caller.Profile(ctx).Corp.TimeZone)))
}

func (h loopHandlers) getLoop(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Loop], error) {
	return httpapi.MapResponse(resource.NewLoop)(h.loops.Get(ctx, caller.Actor(ctx), in.ID))
}

func (h loopHandlers) moveLoop(ctx context.Context, in *httpapi.RequestByID[LoopMoveInput]) (*httpapi.Response[resource.Loop], error) {
	b := in.Body
	return httpapi.MapResponse(resource.NewLoop)(h.loops.Move(ctx, caller.Actor(ctx), in.ID, b.Version, b.StartsAt, b.OverrideWarnings))
}

func (h loopHandlers) cancelLoop(ctx context.Context, in *httpapi.RequestByID[LoopCancelInput]) (*httpapi.Response[resource.Loop], error) {
	return httpapi.MapResponse(resource.NewLoop)(h.loops.CancelRest(ctx, caller.Actor(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

// findPlaces returns the places of interviews in their loops.
func (h interviewHandlers) findPlaces(ctx context.Context, list ...*interview.Interview) (map[string]loop.Place, error) {
	ids := make([]string, len(list))
	for n, i := range list {
		ids[n] = i.ID
	}
	return h.loops.FindPlaces(ctx, caller.Actor(ctx).CorpID, ids)
}
