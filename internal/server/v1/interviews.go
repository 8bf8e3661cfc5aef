package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type scheduledResponse struct {
	ETag     string `header:"ETag" doc:"Version in quotation marks"`
	Location string `header:"Location" doc:"URL path of the new interview"`
	Body     Interview
}

func (a *API) listInterviews(ctx context.Context, in *resource.InterviewsQuery) (*httpapi.Response[resource.List[Interview]], error) {
	list, next, err := a.Interviews.List(ctx, actorOf(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, a.interviewMapper(ctx)), err)
}

func (a *API) getInterview(ctx context.Context, in *httpapi.ByID) (*versionedResponse[Interview], error) {
	return a.respondWithInterview(ctx)(a.Interviews.Get(ctx, actorOf(ctx), in.ID))
}

func (a *API) scheduleInterview(ctx context.Context, in *httpapi.Request[InterviewInput]) (*scheduledResponse, error) {
	plan, err := a.buildPlan(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	respond := a.respondScheduled(ctx)
	i, token, err := a.Interviews.Schedule(ctx, actorOf(ctx), plan, storeResponse(a, http.StatusCreated, respond))
	return respond(interview.Created{Interview: i, Token: token}, hideDuplicates(ctx, err))
}

// respondScheduled responds with a new interview, the candidate's link included.
func (a *API) respondScheduled(ctx context.Context) func(interview.Created, error) (*scheduledResponse, error) {
	return func(created interview.Created, err error) (*scheduledResponse, error) {
		if err != nil {
			return nil, err
		}
		out := a.interviewMapper(ctx)(created.Interview)
		out.CandidateLink = resource.NewCandidateLink(a.PublicURL, created.Token).URL
		return &scheduledResponse{ETag: formatETag(created.Version), Location: Prefix + "/interviews/" + created.ID, Body: out}, nil
	}
}

// buildPlan converts the request to a plan of the domain.
func (a *API) buildPlan(ctx context.Context, b InterviewInput) (interview.Plan, error) {
	if err := oneOfEach(b); err != nil {
		return interview.Plan{}, err
	}
	if err := mayMake(callerOf(ctx), b); err != nil {
		return interview.Plan{}, err
	}
	p := b.ToPlan(callerOf(ctx).Profile.Corp.TimeZone)
	p.PositionID, p.CandidateID, p.Duration = b.PositionID, b.CandidateID, resource.Minutes(b.DurationMinutes)
	b.Room.ApplyTo(&p)
	if b.Position != nil {
		made := b.Position.ToDomain()
		p.NewPosition = &made
	}
	if b.Candidate != nil {
		made := b.Candidate.ToDomain()
		p.NewCandidate = &made
	}
	var err error
	if p.Interviewers, err = a.resolveMembers(ctx, "interviewers", b.Interviewers); err != nil {
		return p, err
	}
	p.OrganizerID, err = a.resolveOrganizer(ctx, b.Organizer)
	return p, err
}

// mayMake checks the scopes for the position and candidate to create.
func mayMake(c *apitoken.Caller, b InterviewInput) error {
	for scope, given := range map[apitoken.Scope]bool{apitoken.PositionsWrite: b.Position != nil, apitoken.CandidatesWrite: b.Candidate != nil} {
		if given && !c.HasScope(scope) {
			return apperr.New(apperr.Forbidden, "api.scope_missing", "Scope", string(scope))
		}
	}
	return nil
}

// oneOfEach checks that position and candidate are each given exactly once: by id
// or as an object to create.
func oneOfEach(b InterviewInput) error {
	var fields []apperr.FieldError
	if (b.PositionID != "") == (b.Position != nil) {
		fields = append(fields, apperr.NewFieldError("positionId", "api.one_of", "Names", "positionId, position"))
	}
	if (b.CandidateID != "") == (b.Candidate != nil) {
		fields = append(fields, apperr.NewFieldError("candidateId", "api.one_of", "Names", "candidateId, candidate"))
	}
	return apperr.InvalidFields(fields)
}

// resolveOrganizer returns the user id of the named organizer, or "" for the
// token's owner. A company token whose creator has left requires an organizer.
func (a *API) resolveOrganizer(ctx context.Context, m *MemberRef) (string, error) {
	if m != nil {
		return a.resolveMember(ctx, "organizer", *m)
	}
	c := callerOf(ctx)
	if c.Token.Kind == apitoken.Company && !c.Profile.Active {
		return "", apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("organizer", "api.organizer_missing")})
	}
	return "", nil
}

func (a *API) updateInterview(ctx context.Context, in *editRequest[InterviewPatch]) (*versionedResponse[Interview], error) {
	b := in.Body
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	var interviewers *[]string
	if b.Interviewers != nil {
		ids, err := a.resolveMembers(ctx, "interviewers", *b.Interviewers)
		if err != nil {
			return nil, err
		}
		interviewers = &ids
	}
	i, err := a.Interviews.Edit(ctx, actorOf(ctx), in.ID, version, func(p *interview.Plan) {
		b.ApplyTo(p)
		httpapi.SetIfPresent(&p.Interviewers, interviewers)
		if b.DurationMinutes != nil {
			p.Duration = resource.Minutes(*b.DurationMinutes)
		}
		b.Room.ApplyTo(p)
	})
	return respondToEdit(ctx, a, in, interviewVersion, a.interviewValueMapper(ctx))(i, err)
}

func (a *API) cancelInterview(ctx context.Context, in *httpapi.RequestByID[resource.CancelInput]) (*versionedResponse[Interview], error) {
	respond := a.respondWithInterview(ctx)
	return respond(a.Interviews.Cancel(ctx, actorOf(ctx), in.ID, in.Body.Reason, storeResponse(a, http.StatusOK, respond)))
}

func (a *API) createCandidateLink(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.CandidateLink], error) {
	respond := func(token string, err error) (*httpapi.Response[resource.CandidateLink], error) {
		if err != nil {
			return nil, err
		}
		return httpapi.NewResponse(resource.NewCandidateLink(a.PublicURL, token), nil)
	}
	return respond(a.Interviews.NewCandidateLink(ctx, actorOf(ctx), in.ID, storeResponse(a, http.StatusCreated, respond)))
}

func (a *API) getResult(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Outcome], error) {
	actor := actorOf(ctx)
	i, err := a.Interviews.Get(ctx, actor, in.ID)
	if err == nil && !interview.MayViewResult(actor, i) {
		err = apperr.NewForbidden()
	}
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(toOutcome(i), nil)
}

func (a *API) decideInterview(ctx context.Context, in *httpapi.RequestByID[resource.ResultInput]) (*httpapi.Response[Outcome], error) {
	i, err := a.Interviews.Decide(ctx, actorOf(ctx), in.ID, interview.Decision(in.Body.Decision), in.Body.Comment)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(toOutcome(i), nil)
}

func interviewVersion(i *interview.Interview) int { return i.Version }

// respondWithInterview responds with the interview as the caller may see it.
func (a *API) respondWithInterview(ctx context.Context) func(*interview.Interview, error) (*versionedResponse[Interview], error) {
	return respond(interviewVersion, a.interviewValueMapper(ctx))
}

// interviewValueMapper is like interviewMapper for a value.
func (a *API) interviewValueMapper(ctx context.Context) func(interview.Interview) Interview {
	toInterview := a.interviewMapper(ctx)
	return func(i interview.Interview) Interview { return toInterview(&i) }
}
