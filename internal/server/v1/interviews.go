package v1

import (
	"context"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

type scheduled struct {
	ETag     string `header:"ETag" doc:"Version in quotation marks"`
	Location string `header:"Location" doc:"Address of the new interview"`
	Body     Interview
}

type interviewsQuery struct {
	Page
	From        time.Time `query:"from" doc:"Ends after this time"`
	To          time.Time `query:"to" doc:"Starts before this time"`
	State       []string  `query:"state,explode" enum:"scheduled,in_progress,ended,cancelled" maxItems:"4"`
	Q           string    `query:"q" maxLength:"100" doc:"Part of the title or of the candidate's name"`
	PositionID  string    `query:"positionId" maxLength:"64"`
	CandidateID string    `query:"candidateId" maxLength:"64"`
	Order       string    `query:"order" enum:"asc,desc" default:"asc" doc:"By start time"`
}

func (a *API) listInterviews(ctx context.Context, in *interviewsQuery) (*httpapi.Response[List[Interview]], error) {
	list, next, err := a.Interviews.List(ctx, actorOf(ctx), interview.Filter{
		Page: in.domain(), From: in.From, To: in.To, Query: in.Q, PositionID: in.PositionID, CandidateID: in.CandidateID,
		States:     httpapi.MapSlice(in.State, func(s string) interview.State { return interview.State(s) }),
		Descending: in.Order == "desc",
	})
	return httpapi.NewResponse(listOf(list, next, a.interviewFor(ctx)), err)
}

func (a *API) getInterview(ctx context.Context, in *ByID) (*versioned[Interview], error) {
	return a.one(ctx)(a.Interviews.Get(ctx, actorOf(ctx), in.ID))
}

func (a *API) scheduleInterview(ctx context.Context, in *httpapi.Request[InterviewInput]) (*scheduled, error) {
	plan, err := a.plan(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	i, token, err := a.Interviews.Schedule(ctx, actorOf(ctx), plan)
	if err != nil {
		return nil, err
	}
	out := a.interviewFor(ctx)(i)
	out.CandidateLink = a.joinURL(token)
	return &scheduled{ETag: etag(i.Version), Location: Prefix + "/interviews/" + i.ID, Body: out}, nil
}

// plan turns what was sent into what the domain takes.
func (a *API) plan(ctx context.Context, b InterviewInput) (interview.Plan, error) {
	if err := oneOfEach(b); err != nil {
		return interview.Plan{}, err
	}
	if err := mayMake(callerOf(ctx), b); err != nil {
		return interview.Plan{}, err
	}
	p := interview.Plan{
		Title: b.Title, PositionID: b.PositionID, CandidateID: b.CandidateID, Round: b.Round,
		StartsAt: b.StartsAt, Duration: minutes(b.DurationMinutes), TimeZone: b.TimeZone,
		QuestionIDs: b.QuestionIDs, Note: b.Note, OverrideWarnings: b.OverrideWarnings,
	}
	if p.TimeZone == "" {
		p.TimeZone = callerOf(ctx).Profile.Corp.TimeZone
	}
	if b.Room != nil {
		p.RoomKind, p.RoomURL = interview.RoomKind(b.Room.Kind), b.Room.URL
	}
	if b.Position != nil {
		made := b.Position.domain()
		p.NewPosition = &made
	}
	if b.Candidate != nil {
		made := b.Candidate.domain()
		p.NewCandidate = &made
	}
	var err error
	if p.Interviewers, err = a.members(ctx, "interviewers", b.Interviewers); err != nil {
		return p, err
	}
	p.OrganizerID, err = a.organizer(ctx, b.Organizer)
	return p, err
}

// mayMake says whether the token may make what comes with the interview.
func mayMake(c *apitoken.Caller, b InterviewInput) error {
	for scope, given := range map[apitoken.Scope]bool{apitoken.PositionsWrite: b.Position != nil, apitoken.CandidatesWrite: b.Candidate != nil} {
		if given && !c.HasScope(scope) {
			return apperr.New(apperr.Forbidden, "access.scope_missing", "Scope", string(scope))
		}
	}
	return nil
}

// oneOfEach checks what is named by id or made together with the interview.
func oneOfEach(b InterviewInput) error {
	var fields []apperr.FieldError
	if (b.PositionID != "") == (b.Position != nil) {
		fields = append(fields, apperr.NewFieldError("positionId", "access.one_of", "Names", "positionId, position"))
	}
	if (b.CandidateID != "") == (b.Candidate != nil) {
		fields = append(fields, apperr.NewFieldError("candidateId", "access.one_of", "Names", "candidateId, candidate"))
	}
	return apperr.InvalidFields(fields)
}

// organizer is who looks after a new interview: whoever is named, or whose
// token it is. A company's token speaks for the one who made it as long as
// they are there.
func (a *API) organizer(ctx context.Context, m *MemberRef) (string, error) {
	if m != nil {
		return a.member(ctx, "organizer", *m)
	}
	c := callerOf(ctx)
	if c.Token.Kind == apitoken.Company && !c.Profile.Active {
		return "", apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("organizer", "access.organizer_missing")})
	}
	return "", nil
}

func (a *API) updateInterview(ctx context.Context, in *edit[InterviewPatch]) (*versioned[Interview], error) {
	b := in.Body
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	var interviewers *[]string
	if b.Interviewers != nil {
		ids, err := a.members(ctx, "interviewers", *b.Interviewers)
		if err != nil {
			return nil, err
		}
		interviewers = &ids
	}
	i, err := a.Interviews.Edit(ctx, actorOf(ctx), in.ID, version, func(p *interview.Plan) {
		httpapi.SetIfPresent(&p.Interviewers, interviewers)
		b.edit(p)
	})
	return respondToEdit(ctx, a, in, interviewVersion, a.interviewValueFor(ctx))(i, err)
}

func (b InterviewPatch) edit(p *interview.Plan) {
	httpapi.SetIfPresent(&p.Title, b.Title)
	httpapi.SetIfPresent(&p.Round, b.Round)
	httpapi.SetIfPresent(&p.StartsAt, b.StartsAt)
	httpapi.SetIfPresent(&p.TimeZone, b.TimeZone)
	httpapi.SetIfPresent(&p.QuestionIDs, b.QuestionIDs)
	httpapi.SetIfPresent(&p.Note, b.Note)
	if b.DurationMinutes != nil {
		p.Duration = minutes(*b.DurationMinutes)
	}
	if b.Room != nil {
		p.RoomKind, p.RoomURL = interview.RoomKind(b.Room.Kind), b.Room.URL
	}
	p.OverrideWarnings = b.OverrideWarnings
}

func (a *API) cancelInterview(ctx context.Context, in *sendTo[CancelInput]) (*versioned[Interview], error) {
	return a.one(ctx)(a.Interviews.Cancel(ctx, actorOf(ctx), in.ID, in.Body.Reason))
}

func (a *API) createCandidateLink(ctx context.Context, in *ByID) (*httpapi.Response[CandidateLink], error) {
	token, err := a.Interviews.NewCandidateLink(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(CandidateLink{URL: a.joinURL(token)}, nil)
}

func (a *API) getResult(ctx context.Context, in *ByID) (*httpapi.Response[Outcome], error) {
	actor := actorOf(ctx)
	i, err := a.Interviews.Get(ctx, actor, in.ID)
	if err == nil && !interview.SeesResult(actor, i) {
		err = apperr.New(apperr.Forbidden, "fault.forbidden")
	}
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(outcome(i), nil)
}

func (a *API) decideInterview(ctx context.Context, in *sendTo[ResultInput]) (*httpapi.Response[Outcome], error) {
	i, err := a.Interviews.Decide(ctx, actorOf(ctx), in.ID, interview.Decision(in.Body.Decision), in.Body.Comment)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(outcome(i), nil)
}

func (a *API) joinURL(token string) string { return a.PublicURL + "/join/" + url.PathEscape(token) }

// minutes keeps a number that is far too large from turning negative.
func minutes(n int) time.Duration { return time.Duration(min(max(n, -1), 1_000_000)) * time.Minute }

func interviewVersion(i *interview.Interview) int { return i.Version }

// one makes a response of one interview as the caller may see it.
func (a *API) one(ctx context.Context) func(*interview.Interview, error) (*versioned[Interview], error) {
	return respond(interviewVersion, a.interviewValueFor(ctx))
}

// interviewValueFor is interviewFor for a value.
func (a *API) interviewValueFor(ctx context.Context) func(interview.Interview) Interview {
	toWire := a.interviewFor(ctx)
	return func(i interview.Interview) Interview { return toWire(&i) }
}
