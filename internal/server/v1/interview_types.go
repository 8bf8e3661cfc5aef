package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Interview is one conversation of a candidate with one or more interviewers.
type Interview struct {
	ID                 string             `json:"id"`
	URL                string             `json:"url" doc:"Its page, for colleagues" example:"https://interview.example.com/interviews/01920f4a"`
	Title              string             `json:"title" example:"后端工程师 一面"`
	Round              int                `json:"round" doc:"1 for the first"`
	State              string             `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Position           Ref                `json:"position"`
	Candidate          InterviewCandidate `json:"candidate"`
	StartsAt           time.Time          `json:"startsAt" doc:"In UTC"`
	EndsAt             time.Time          `json:"endsAt"`
	DurationMinutes    int                `json:"durationMinutes"`
	TimeZone           string             `json:"timeZone" doc:"IANA name that the time was chosen in" example:"Asia/Shanghai"`
	Room               Room               `json:"room"`
	Interviewers       []Interviewer      `json:"interviewers"`
	Organizer          Person             `json:"organizer" doc:"Who looks after it and is told of answers and results"`
	Questions          []Ref              `json:"questions"`
	CandidateLinkState string             `json:"candidateLinkState" enum:"none,active,opened,dead"`
	CandidateLink      string             `json:"candidateLink,omitempty" doc:"The candidate's personal address: only in the answer that made it"`
	Result             *Result            `json:"result,omitempty" doc:"With the scope results:read, once decided"`
	Note               string             `json:"note,omitempty" doc:"For interviewers, never shown to the candidate"`
	CancelReason       string             `json:"cancelReason,omitempty"`
	StartedAt          *time.Time         `json:"startedAt,omitempty"`
	EndedAt            *time.Time         `json:"endedAt,omitempty"`
	CancelledAt        *time.Time         `json:"cancelledAt,omitempty"`
	Version            int                `json:"version" doc:"Grows with every change; also the ETag"`
	CreatedAt          time.Time          `json:"createdAt"`
	UpdatedAt          time.Time          `json:"updatedAt"`
}

// InterviewCandidate is the candidate as everybody on the interview knows
// them; e-mail and mobile number need candidates:read and the role for it.
type InterviewCandidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ResumeURL string `json:"resumeUrl,omitempty"`
	Email     string `json:"email,omitempty"`
	Mobile    string `json:"mobile,omitempty"`
}

// Room is where the interview happens. The ways in are not in it: everybody's
// is the interview's page, or the candidate's link.
type Room struct {
	Kind          string       `json:"kind" enum:"builtin,showmebug,link" doc:"Our own room, one in ShowMeBug, or behind any link"`
	URL           string       `json:"url,omitempty" doc:"https address, for kind link"`
	State         string       `json:"state" enum:"preparing,ready,failed" doc:"failed: the last attempt came to nothing; nextAttemptAt says when the next one is"`
	Failure       *RoomFailure `json:"failure,omitempty"`
	NextAttemptAt *time.Time   `json:"nextAttemptAt,omitempty"`
}

// RoomFailure says why there is no room, and what to do.
type RoomFailure struct {
	Code    string `json:"code" example:"provider.unavailable"`
	Message string `json:"message" doc:"In the reader's language"`
}

// RoomInput chooses where the interview happens.
type RoomInput struct {
	Kind string `json:"kind" enum:"builtin,showmebug,link"`
	URL  string `json:"url,omitempty" maxLength:"2000" doc:"https address, for kind link"`
}

// Interviewer is a member who asks the questions.
type Interviewer struct {
	UserID         string     `json:"userId"`
	Name           string     `json:"name"`
	Response       string     `json:"response" enum:"pending,accepted,declined" doc:"Answer to the invitation; asked anew when the time changes"`
	ResponseReason string     `json:"responseReason,omitempty"`
	RespondedAt    *time.Time `json:"respondedAt,omitempty"`
	Scorecard      string     `json:"scorecard" enum:"none,draft,submitted"`
	Notified       string     `json:"notified" enum:"waiting,sent,failed" doc:"Whether the invitation reached WeCom"`
}

// Result is what the company decided after the interview.
type Result struct {
	Decision  string    `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment   string    `json:"comment,omitempty"`
	DecidedBy Person    `json:"decidedBy"`
	DecidedAt time.Time `json:"decidedAt"`
}

// Outcome is what has come out of an interview so far.
type Outcome struct {
	InterviewID string  `json:"interviewId"`
	State       string  `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Result      *Result `json:"result,omitempty" doc:"Absent until it was decided"`
}

// InterviewInput schedules an interview, and makes its candidate and position
// when they come with it: all of it or, when anything is refused, none.
type InterviewInput struct {
	Title            string          `json:"title" minLength:"1" maxLength:"100" example:"后端工程师 一面"`
	PositionID       string          `json:"positionId,omitempty" maxLength:"64" doc:"Either this or position"`
	Position         *PositionInput  `json:"position,omitempty" doc:"A position to make"`
	CandidateID      string          `json:"candidateId,omitempty" maxLength:"64" doc:"Either this or candidate"`
	Candidate        *CandidateInput `json:"candidate,omitempty" doc:"A candidate to make; without positionId they stand for the position of the interview"`
	Round            int             `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or none: 1"`
	StartsAt         time.Time       `json:"startsAt" doc:"RFC 3339, with any offset" example:"2026-12-01T14:00:00+08:00"`
	DurationMinutes  int             `json:"durationMinutes" minimum:"10" maximum:"480" example:"60"`
	TimeZone         string          `json:"timeZone,omitempty" maxLength:"64" doc:"IANA name for people to read the time in; none: the company's" example:"Asia/Shanghai"`
	Interviewers     []MemberRef     `json:"interviewers" minItems:"1" maxItems:"20"`
	Organizer        *MemberRef      `json:"organizer,omitempty" doc:"Who looks after it; none: whose token it is, or who made the company's token"`
	Room             *RoomInput      `json:"room,omitempty" doc:"None: the company's default"`
	QuestionIDs      []string        `json:"questionIds,omitempty" maxItems:"50" doc:"None: those of the position"`
	Note             string          `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool            `json:"overrideWarnings,omitempty" doc:"Go on although somebody is booked twice"`
}

// InterviewPatch changes the parts of an interview that are sent.
type InterviewPatch struct {
	EditedVersion

	Title            *string      `json:"title,omitempty" minLength:"1" maxLength:"100"`
	Round            *int         `json:"round,omitempty" minimum:"1" maximum:"20"`
	StartsAt         *time.Time   `json:"startsAt,omitempty"`
	DurationMinutes  *int         `json:"durationMinutes,omitempty" minimum:"10" maximum:"480"`
	TimeZone         *string      `json:"timeZone,omitempty" maxLength:"64"`
	Interviewers     *[]MemberRef `json:"interviewers,omitempty" minItems:"1" maxItems:"20" doc:"All of them: whoever is left out is told that they are not needed"`
	Room             *RoomInput   `json:"room,omitempty"`
	QuestionIDs      *[]string    `json:"questionIds,omitempty" maxItems:"50"`
	Note             *string      `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool         `json:"overrideWarnings,omitempty"`
}

// CancelInput says why an interview does not happen.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"For the interviewers; the candidate does not read it"`
}

// CandidateLink is the candidate's personal address.
type CandidateLink struct {
	URL string `json:"url" example:"https://interview.example.com/join/…"`
}

// ResultInput is the decision after an interview.
type ResultInput struct {
	Decision string `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment  string `json:"comment,omitempty" maxLength:"5000"`
}

// interviewFor turns an interview into what the caller may see of it: what the
// member's role and the token's scopes both allow.
func (a *API) interviewFor(ctx context.Context) func(*interview.Interview) Interview {
	actor, caller := actorOf(ctx), callerOf(ctx)
	contacts := interview.SeesContacts(actor) && caller.HasScope(apitoken.CandidatesRead)
	return func(i *interview.Interview) Interview {
		out := Interview{
			ID: i.ID, URL: a.PublicURL + "/interviews/" + i.ID, Title: i.Title, Round: i.Round, State: string(i.State),
			Position: Ref{i.PositionID, i.Position.Title}, Version: i.Version,
			StartsAt: i.StartsAt, EndsAt: i.EndsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
			Room: a.room(ctx, actor, i), Interviewers: httpapi.MapSlice(i.Interviewers, interviewer),
			Organizer: person(i.Organizer), CandidateLinkState: i.Link.String(), Note: i.Note,
			Questions:    httpapi.MapSlice(i.Questions, func(q interview.Question) Ref { return Ref{q.ID, q.Title} }),
			CancelReason: i.CancelReason, StartedAt: i.StartedAt, EndedAt: i.EndedAt, CancelledAt: i.CancelledAt,
			Candidate: InterviewCandidate{ID: i.CandidateID, Name: i.Candidate.Name, ResumeURL: i.Candidate.ResumeURL},
			CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
		}
		if contacts {
			out.Candidate.Email, out.Candidate.Mobile = i.Candidate.Email, i.Candidate.Mobile
		}
		if !caller.HasScope(apitoken.InterviewsRead) {
			out.withhold()
		}
		if caller.HasScope(apitoken.ResultsRead) && interview.SeesResult(actor, i) {
			out.Result = result(i)
		}
		return out
	}
}

// withhold takes out what people wrote for colleagues: who may only write sees
// that the interview is there, and what it is about.
func (i *Interview) withhold() {
	i.Note, i.CancelReason, i.Candidate.ResumeURL, i.Room.URL = "", "", "", ""
	for n := range i.Interviewers {
		i.Interviewers[n].ResponseReason = ""
	}
}

func (a *API) room(ctx context.Context, actor actor.Actor, i *interview.Interview) Room {
	v := a.Interviews.RoomOf(actor, i)
	out := Room{Kind: string(i.RoomKind), URL: i.RoomURL, State: string(v.State), NextAttemptAt: v.NextAttemptAt}
	if v.Failure != nil {
		out.Failure = &RoomFailure{Code: v.Failure.Code, Message: i18n.T(httpapi.Language(ctx), v.Failure.Code, v.Failure.Params)}
	}
	return out
}

func interviewer(m interview.Interviewer) Interviewer {
	return Interviewer{
		UserID: m.UserID, Name: m.Member.Name, Response: string(m.Response), ResponseReason: m.ResponseReason,
		RespondedAt: m.RespondedAt, Scorecard: string(m.Scorecard), Notified: string(m.Notified),
	}
}

func result(i *interview.Interview) *Result {
	if i.Decision == "" || i.DecidedAt == nil {
		return nil
	}
	return &Result{Decision: string(i.Decision), Comment: i.DecisionComment, DecidedBy: person(i.Decider), DecidedAt: *i.DecidedAt}
}

func outcome(i *interview.Interview) Outcome {
	return Outcome{InterviewID: i.ID, State: string(i.State), Result: result(i)}
}
