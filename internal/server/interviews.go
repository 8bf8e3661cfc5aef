package server

import (
	"context"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/interview"
)

// Interview is one meeting of a candidate with one or more interviewers.
type Interview struct {
	ID                 string               `json:"id"`
	Title              string               `json:"title"`
	Round              int                  `json:"round" doc:"From 1"`
	State              string               `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Position           Ref                  `json:"position"`
	Candidate          InterviewCandidate   `json:"candidate"`
	StartsAt           time.Time            `json:"startsAt"`
	EndsAt             time.Time            `json:"endsAt"`
	DurationMinutes    int                  `json:"durationMinutes"`
	TimeZone           string               `json:"timeZone" doc:"IANA time zone in which the time was chosen"`
	Room               Room                 `json:"room"`
	Interviewers       []Interviewer        `json:"interviewers"`
	Organizer          Person               `json:"organizer"`
	Questions          []Ref                `json:"questions"`
	CandidateLinkState string               `json:"candidateLinkState" enum:"none,active,opened,dead"`
	CandidateLink      string               `json:"candidateLink,omitempty" doc:"The candidate's personal URL; only in the response that created it"`
	Result             *Result              `json:"result,omitempty"`
	Note               string               `json:"note,omitempty" doc:"For interviewers, never shown to the candidate"`
	CancelReason       string               `json:"cancelReason,omitempty"`
	StartedAt          *time.Time           `json:"startedAt,omitempty"`
	EndedAt            *time.Time           `json:"endedAt,omitempty"`
	Version            int                  `json:"version" doc:"Incremented by every change"`
	Permissions        InterviewPermissions `json:"permissions" doc:"What the caller may do now"`
}

// InterviewCandidate is the candidate as all participants see them; e-mail and
// mobile number are set for recruiters and administrators only.
type InterviewCandidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ResumeURL string `json:"resumeUrl,omitempty"`
	Email     string `json:"email,omitempty"`
	Mobile    string `json:"mobile,omitempty"`
}

// Interviewer is a member who conducts the interview.
type Interviewer struct {
	UserID         string     `json:"userId"`
	Name           string     `json:"name"`
	Avatar         string     `json:"avatar,omitempty"`
	Response       string     `json:"response" enum:"pending,accepted,declined"`
	ResponseReason string     `json:"responseReason,omitempty"`
	RespondedAt    *time.Time `json:"respondedAt,omitempty"`
	Scorecard      string     `json:"scorecard" enum:"none,draft,submitted"`
	Notified       string     `json:"notified" enum:"waiting,sent,failed" doc:"Whether the invitation reached WeCom"`
}

// InterviewPermissions are the caller's permissions at this moment.
type InterviewPermissions struct {
	Edit     bool `json:"edit"`
	Cancel   bool `json:"cancel"`
	Respond  bool `json:"respond"`
	Enter    bool `json:"enter" doc:"Enter the room"`
	Start    bool `json:"start"`
	End      bool `json:"end"`
	Link     bool `json:"link" doc:"Create a new candidate link"`
	Evaluate bool `json:"evaluate" doc:"Write a scorecard"`
	Decide   bool `json:"decide"`
}

// Result is the company's decision after the interview.
type Result struct {
	Decision  string    `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment   string    `json:"comment,omitempty"`
	DecidedBy Person    `json:"decidedBy"`
	DecidedAt time.Time `json:"decidedAt"`
}

// InterviewInput is the body of scheduleInterview.
type InterviewInput struct {
	Title            string     `json:"title" maxLength:"100"`
	PositionID       string     `json:"positionId" maxLength:"64"`
	CandidateID      string     `json:"candidateId" maxLength:"64"`
	Round            int        `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or omitted: 1"`
	StartsAt         time.Time  `json:"startsAt"`
	DurationMinutes  int        `json:"durationMinutes" doc:"10 to 480"`
	TimeZone         string     `json:"timeZone,omitempty" maxLength:"64" doc:"IANA time zone; omitted: the company's"`
	Interviewers     []string   `json:"interviewers" maxItems:"20" doc:"User ids"`
	Room             *RoomInput `json:"room,omitempty" doc:"Omitted: the company's default"`
	QuestionIDs      []string   `json:"questionIds,omitempty" maxItems:"50" doc:"Omitted: the questions of the position"`
	Note             string     `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool       `json:"overrideWarnings,omitempty" doc:"Schedule despite warnings, such as a double booking"`
}

// InterviewPatch is the body of updateInterview; omitted fields do not change.
type InterviewPatch struct {
	EditedVersion

	Title            *string    `json:"title,omitempty" maxLength:"100"`
	Round            *int       `json:"round,omitempty" minimum:"1" maximum:"20"`
	StartsAt         *time.Time `json:"startsAt,omitempty"`
	DurationMinutes  *int       `json:"durationMinutes,omitempty"`
	TimeZone         *string    `json:"timeZone,omitempty" maxLength:"64"`
	Interviewers     *[]string  `json:"interviewers,omitempty" maxItems:"20"`
	Room             *RoomInput `json:"room,omitempty"`
	QuestionIDs      *[]string  `json:"questionIds,omitempty" maxItems:"50"`
	Note             *string    `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool       `json:"overrideWarnings,omitempty"`
}

// CancelInput is the body of cancelInterview.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// ResponseInput is an interviewer's response to an invitation.
type ResponseInput struct {
	Response string `json:"response" enum:"accepted,declined"`
	Reason   string `json:"reason,omitempty" maxLength:"500"`
}

// CandidateLink is the candidate's personal join URL.
type CandidateLink struct {
	URL string `json:"url"`
}

// ResultInput is the body of decideInterview.
type ResultInput struct {
	Decision string `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment  string `json:"comment,omitempty" maxLength:"5000"`
}

type interviewsQuery struct {
	Page
	From        time.Time `query:"from" doc:"Ends after this time"`
	To          time.Time `query:"to" doc:"Starts before this time"`
	State       []string  `query:"state,explode" enum:"scheduled,in_progress,ended,cancelled" maxItems:"4"`
	Scope       string    `query:"scope" enum:"mine,all" default:"all" doc:"mine: interviews that the caller organizes or conducts. all: every interview that the caller may see"`
	Q           string    `query:"q" maxLength:"100" doc:"Part of the title or of the candidate's name"`
	PositionID  string    `query:"positionId" maxLength:"64"`
	CandidateID string    `query:"candidateId" maxLength:"64"`
	Order       string    `query:"order" enum:"asc,desc" default:"asc" doc:"By start time"`
}

func (s *Server) listInterviews(ctx context.Context, in *interviewsQuery) (*jsonResponse[List[Interview]], error) {
	a := actorOf(ctx)
	list, next, err := s.Interviews.List(ctx, a, interview.Filter{
		Page: in.toDomain(), From: in.From, To: in.To, Mine: in.Scope == "mine",
		States: mapSlice(in.State, func(s string) interview.State { return interview.State(s) }),
		Query:  in.Q, PositionID: in.PositionID, CandidateID: in.CandidateID, Descending: in.Order == "desc",
	})
	return respond(toList(list, next, s.interviewMapper(ctx, a)), err)
}

func (s *Server) getInterview(ctx context.Context, in *ByID) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.Get(ctx, a, in.ID))
}

func (s *Server) scheduleInterview(ctx context.Context, in *jsonRequest[InterviewInput]) (*jsonResponse[Interview], error) {
	a, b := actorOf(ctx), in.Body
	zone := b.TimeZone
	if zone == "" {
		zone = profileOf(ctx).Corp.TimeZone
	}
	p := interview.Plan{
		Title: b.Title, PositionID: b.PositionID, CandidateID: b.CandidateID, Round: b.Round,
		StartsAt: b.StartsAt, Duration: toDuration(b.DurationMinutes), TimeZone: zone, Interviewers: b.Interviewers,
		QuestionIDs: b.QuestionIDs, Note: b.Note, OverrideWarnings: b.OverrideWarnings,
	}
	b.Room.applyTo(&p)
	i, token, err := s.Interviews.Schedule(ctx, a, p)
	if err != nil {
		return nil, err
	}
	out := s.interviewMapper(ctx, a)(i)
	out.CandidateLink = s.joinURL(token)
	return respond(out, nil)
}

func (s *Server) updateInterview(ctx context.Context, in *jsonRequestByID[InterviewPatch]) (*jsonResponse[Interview], error) {
	a, b := actorOf(ctx), in.Body
	return s.respondWithInterview(ctx, a)(s.Interviews.Edit(ctx, a, in.ID, b.Version, func(p *interview.Plan) {
		setIfPresent(&p.Title, b.Title)
		setIfPresent(&p.Round, b.Round)
		setIfPresent(&p.StartsAt, b.StartsAt)
		setIfPresent(&p.TimeZone, b.TimeZone)
		setIfPresent(&p.Interviewers, b.Interviewers)
		setIfPresent(&p.QuestionIDs, b.QuestionIDs)
		setIfPresent(&p.Note, b.Note)
		if b.DurationMinutes != nil {
			p.Duration = toDuration(*b.DurationMinutes)
		}
		b.Room.applyTo(p)
		p.OverrideWarnings = b.OverrideWarnings
	}))
}

func (s *Server) cancelInterview(ctx context.Context, in *jsonRequestByID[CancelInput]) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.Cancel(ctx, a, in.ID, in.Body.Reason))
}

func (s *Server) respondToInterview(ctx context.Context, in *jsonRequestByID[ResponseInput]) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.Respond(ctx, a, in.ID, interview.ResponseInput{
		Response: interview.Response(in.Body.Response), Reason: in.Body.Reason,
	}))
}

func (s *Server) startInterview(ctx context.Context, in *ByID) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.Start(ctx, a, in.ID))
}

func (s *Server) endInterview(ctx context.Context, in *ByID) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.End(ctx, a, in.ID))
}

func (s *Server) createCandidateLink(ctx context.Context, in *ByID) (*jsonResponse[CandidateLink], error) {
	token, err := s.Interviews.NewCandidateLink(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return respond(CandidateLink{URL: s.joinURL(token)}, nil)
}

func (s *Server) decideInterview(ctx context.Context, in *jsonRequestByID[ResultInput]) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.Decide(ctx, a, in.ID, interview.Decision(in.Body.Decision), in.Body.Comment))
}

func (s *Server) joinURL(token string) string { return s.PublicURL + "/join/" + url.PathEscape(token) }

// toDuration converts minutes, clamped so that a huge number does not overflow.
func toDuration(n int) time.Duration { return time.Duration(min(max(n, -1), 1_000_000)) * time.Minute }

// respondWithInterview responds with one interview as the actor may see it.
func (s *Server) respondWithInterview(ctx context.Context, a actor.Actor) func(*interview.Interview, error) (*jsonResponse[Interview], error) {
	toWire := s.interviewMapper(ctx, a)
	return respondWith(func(i interview.Interview) Interview { return toWire(&i) })
}

// interviewMapper maps an interview to the fields that the actor may see.
func (s *Server) interviewMapper(ctx context.Context, a actor.Actor) func(*interview.Interview) Interview {
	return func(i *interview.Interview) Interview {
		out := Interview{
			ID: i.ID, Title: i.Title, Round: i.Round, State: string(i.State), Version: i.Version,
			Position: Ref{i.PositionID, i.Position.Title},
			StartsAt: i.StartsAt, EndsAt: i.EndsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
			Room: s.toRoom(ctx, a, i), Interviewers: mapSlice(i.Interviewers, toInterviewer),
			Organizer: toPerson(i.Organizer), CandidateLinkState: i.Link.String(), Note: i.Note,
			Questions:    mapSlice(i.Questions, func(q interview.Question) Ref { return Ref{q.ID, q.Title} }),
			CancelReason: i.CancelReason, StartedAt: i.StartedAt, EndedAt: i.EndedAt,
			Permissions: InterviewPermissions(interview.PermissionsOf(a, i)),
			Candidate:   InterviewCandidate{ID: i.CandidateID, Name: i.Candidate.Name, ResumeURL: i.Candidate.ResumeURL},
		}
		if interview.SeesContacts(a) {
			out.Candidate.Email, out.Candidate.Mobile = i.Candidate.Email, i.Candidate.Mobile
		}
		if i.Decision != "" && interview.SeesResult(a, i) {
			out.Result = &Result{string(i.Decision), i.DecisionComment, toPerson(i.Decider), *i.DecidedAt}
		}
		return out
	}
}

func toInterviewer(m interview.Interviewer) Interviewer {
	return Interviewer{
		UserID: m.UserID, Name: m.Member.Name, Avatar: m.Member.Avatar,
		Response: string(m.Response), ResponseReason: m.ResponseReason, RespondedAt: m.RespondedAt,
		Scorecard: string(m.Scorecard), Notified: string(m.Notified),
	}
}
