package server

import (
	"context"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/interview"
)

// Interview is one conversation of a candidate with one or more interviewers.
type Interview struct {
	ID                 string               `json:"id"`
	Title              string               `json:"title"`
	Round              int                  `json:"round" doc:"1 for the first"`
	State              string               `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Position           Ref                  `json:"position"`
	Candidate          InterviewCandidate   `json:"candidate"`
	StartsAt           time.Time            `json:"startsAt"`
	EndsAt             time.Time            `json:"endsAt"`
	DurationMinutes    int                  `json:"durationMinutes"`
	TimeZone           string               `json:"timeZone" doc:"IANA name that the time was chosen in"`
	Room               Room                 `json:"room"`
	Interviewers       []Interviewer        `json:"interviewers"`
	Organizer          Person               `json:"organizer"`
	Questions          []Ref                `json:"questions"`
	CandidateLinkState string               `json:"candidateLinkState" enum:"none,active,opened,dead"`
	CandidateLink      string               `json:"candidateLink,omitempty" doc:"The candidate's personal address; only in the answer that made it"`
	Result             *Result              `json:"result,omitempty"`
	Note               string               `json:"note,omitempty" doc:"For interviewers, never shown to the candidate"`
	CancelReason       string               `json:"cancelReason,omitempty"`
	StartedAt          *time.Time           `json:"startedAt,omitempty"`
	EndedAt            *time.Time           `json:"endedAt,omitempty"`
	Version            int                  `json:"version" doc:"Grows with every change"`
	Permissions        InterviewPermissions `json:"permissions" doc:"What the one who asks may do now"`
}

// InterviewCandidate is what everybody on an interview may know of the
// candidate; e-mail and mobile number are for recruiters and administrators.
type InterviewCandidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ResumeURL string `json:"resumeUrl,omitempty"`
	Email     string `json:"email,omitempty"`
	Mobile    string `json:"mobile,omitempty"`
}

// Interviewer is a member who asks the questions.
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

// InterviewPermissions says what the one who asks may do now.
type InterviewPermissions struct {
	Edit     bool `json:"edit"`
	Cancel   bool `json:"cancel"`
	Respond  bool `json:"respond"`
	Enter    bool `json:"enter" doc:"Enter the room"`
	Start    bool `json:"start"`
	End      bool `json:"end"`
	Link     bool `json:"link" doc:"Make a new link for the candidate"`
	Evaluate bool `json:"evaluate" doc:"Write a scorecard"`
	Decide   bool `json:"decide"`
}

// Result is what the company decided after the interview.
type Result struct {
	Decision  string    `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment   string    `json:"comment,omitempty"`
	DecidedBy Person    `json:"decidedBy"`
	DecidedAt time.Time `json:"decidedAt"`
}

// InterviewInput schedules an interview.
type InterviewInput struct {
	Title            string     `json:"title" maxLength:"100"`
	PositionID       string     `json:"positionId" maxLength:"64"`
	CandidateID      string     `json:"candidateId" maxLength:"64"`
	Round            int        `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or none: 1"`
	StartsAt         time.Time  `json:"startsAt"`
	DurationMinutes  int        `json:"durationMinutes" doc:"10 to 480"`
	TimeZone         string     `json:"timeZone,omitempty" maxLength:"64" doc:"IANA name; none: the company's"`
	Interviewers     []string   `json:"interviewers" maxItems:"20" doc:"User ids"`
	Room             *RoomInput `json:"room,omitempty" doc:"None: the company's default"`
	QuestionIDs      []string   `json:"questionIds,omitempty" maxItems:"50" doc:"None: those of the position"`
	Note             string     `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool       `json:"overrideWarnings,omitempty" doc:"Go on although somebody is booked twice"`
}

// InterviewPatch changes the parts of an interview that are sent.
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

// CancelInput says why an interview does not happen.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// ResponseInput is an interviewer's answer to an invitation.
type ResponseInput struct {
	Response string `json:"response" enum:"accepted,declined"`
	Reason   string `json:"reason,omitempty" maxLength:"500"`
}

// CandidateLink is the candidate's personal address.
type CandidateLink struct {
	URL string `json:"url"`
}

// ResultInput is the decision after an interview.
type ResultInput struct {
	Decision string `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment  string `json:"comment,omitempty" maxLength:"5000"`
}

type interviewsQuery struct {
	Page
	From        time.Time `query:"from" doc:"Ends after this time"`
	To          time.Time `query:"to" doc:"Starts before this time"`
	State       []string  `query:"state,explode" enum:"scheduled,in_progress,ended,cancelled" maxItems:"4"`
	Scope       string    `query:"scope" enum:"mine,all" default:"all" doc:"mine: those that I organise or ask in. all: every one that I may see"`
	Q           string    `query:"q" maxLength:"100" doc:"Part of the title or of the candidate's name"`
	PositionID  string    `query:"positionId" maxLength:"64"`
	CandidateID string    `query:"candidateId" maxLength:"64"`
	Order       string    `query:"order" enum:"asc,desc" default:"asc" doc:"By start time"`
}

func (s *Server) listInterviews(ctx context.Context, in *interviewsQuery) (*reply[List[Interview]], error) {
	a := actorOf(ctx)
	list, next, err := s.Interviews.List(ctx, a, interview.Filter{
		Page: in.domain(), From: in.From, To: in.To, Mine: in.Scope == "mine",
		States: each(in.State, func(s string) interview.State { return interview.State(s) }),
		Query:  in.Q, PositionID: in.PositionID, CandidateID: in.CandidateID, Descending: in.Order == "desc",
	})
	return answer(listOf(list, next, s.interviewFor(ctx, a)), err)
}

func (s *Server) getInterview(ctx context.Context, in *ByID) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.Get(ctx, a, in.ID))
}

func (s *Server) scheduleInterview(ctx context.Context, in *send[InterviewInput]) (*reply[Interview], error) {
	a, b := actorOf(ctx), in.Body
	zone := b.TimeZone
	if zone == "" {
		zone = profileOf(ctx).Corp.TimeZone
	}
	p := interview.Plan{
		Title: b.Title, PositionID: b.PositionID, CandidateID: b.CandidateID, Round: b.Round,
		StartsAt: b.StartsAt, Duration: minutes(b.DurationMinutes), TimeZone: zone, Interviewers: b.Interviewers,
		QuestionIDs: b.QuestionIDs, Note: b.Note, OverrideWarnings: b.OverrideWarnings,
	}
	b.Room.choose(&p)
	i, token, err := s.Interviews.Schedule(ctx, a, p)
	if err != nil {
		return nil, err
	}
	out := s.interviewFor(ctx, a)(i)
	out.CandidateLink = s.joinURL(token)
	return answer(out, nil)
}

func (s *Server) updateInterview(ctx context.Context, in *sendTo[InterviewPatch]) (*reply[Interview], error) {
	a, b := actorOf(ctx), in.Body
	return s.reInterview(ctx, a)(s.Interviews.Edit(ctx, a, in.ID, b.Version, func(p *interview.Plan) {
		set(&p.Title, b.Title)
		set(&p.Round, b.Round)
		set(&p.StartsAt, b.StartsAt)
		set(&p.TimeZone, b.TimeZone)
		set(&p.Interviewers, b.Interviewers)
		set(&p.QuestionIDs, b.QuestionIDs)
		set(&p.Note, b.Note)
		if b.DurationMinutes != nil {
			p.Duration = minutes(*b.DurationMinutes)
		}
		b.Room.choose(p)
		p.OverrideWarnings = b.OverrideWarnings
	}))
}

func (s *Server) cancelInterview(ctx context.Context, in *sendTo[CancelInput]) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.Cancel(ctx, a, in.ID, in.Body.Reason))
}

func (s *Server) respondToInterview(ctx context.Context, in *sendTo[ResponseInput]) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.Respond(ctx, a, in.ID, interview.ResponseInput{
		Response: interview.Response(in.Body.Response), Reason: in.Body.Reason,
	}))
}

func (s *Server) startInterview(ctx context.Context, in *ByID) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.Start(ctx, a, in.ID))
}

func (s *Server) endInterview(ctx context.Context, in *ByID) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.End(ctx, a, in.ID))
}

func (s *Server) createCandidateLink(ctx context.Context, in *ByID) (*reply[CandidateLink], error) {
	token, err := s.Interviews.NewCandidateLink(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return answer(CandidateLink{URL: s.joinURL(token)}, nil)
}

func (s *Server) decideInterview(ctx context.Context, in *sendTo[ResultInput]) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.Decide(ctx, a, in.ID, interview.Decision(in.Body.Decision), in.Body.Comment))
}

func (s *Server) joinURL(token string) string { return s.PublicURL + "/join/" + url.PathEscape(token) }

// minutes keeps a number that is far too large from turning negative.
func minutes(n int) time.Duration { return time.Duration(min(max(n, -1), 1_000_000)) * time.Minute }

// reInterview responds with one interview as the actor may see it.
func (s *Server) reInterview(ctx context.Context, a actor.Actor) func(*interview.Interview, error) (*reply[Interview], error) {
	toWire := s.interviewFor(ctx, a)
	return one(func(i interview.Interview) Interview { return toWire(&i) })
}

// interviewFor turns an interview into what the actor may see of it.
func (s *Server) interviewFor(ctx context.Context, a actor.Actor) func(*interview.Interview) Interview {
	return func(i *interview.Interview) Interview {
		out := Interview{
			ID: i.ID, Title: i.Title, Round: i.Round, State: string(i.State), Version: i.Version,
			Position: Ref{i.PositionID, i.Position.Title},
			StartsAt: i.StartsAt, EndsAt: i.EndsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
			Room: s.roomFor(ctx, a, i), Interviewers: each(i.Interviewers, interviewer),
			Organizer: person(i.Organizer), CandidateLinkState: i.Link.String(), Note: i.Note,
			Questions:    each(i.Questions, func(q interview.Question) Ref { return Ref{q.ID, q.Title} }),
			CancelReason: i.CancelReason, StartedAt: i.StartedAt, EndedAt: i.EndedAt,
			Permissions: InterviewPermissions(interview.PermissionsOf(a, i)),
			Candidate:   InterviewCandidate{ID: i.CandidateID, Name: i.Candidate.Name, ResumeURL: i.Candidate.ResumeURL},
		}
		if interview.SeesContacts(a) {
			out.Candidate.Email, out.Candidate.Mobile = i.Candidate.Email, i.Candidate.Mobile
		}
		if i.Decision != "" && interview.SeesResult(a, i) {
			out.Result = &Result{string(i.Decision), i.DecisionComment, person(i.Decider), *i.DecidedAt}
		}
		return out
	}
}

func interviewer(m interview.Interviewer) Interviewer {
	return Interviewer{
		UserID: m.UserID, Name: m.Member.Name, Avatar: m.Member.Avatar,
		Response: string(m.Response), ResponseReason: m.ResponseReason, RespondedAt: m.RespondedAt,
		Scorecard: string(m.Scorecard), Notified: string(m.Notified),
	}
}
