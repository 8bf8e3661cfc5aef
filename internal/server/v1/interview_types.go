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

// Interview is one meeting of a candidate with one or more interviewers.
type Interview struct {
	ID                 string             `json:"id"`
	URL                string             `json:"url" doc:"URL of the interview's page, for members" example:"https://interview.example.com/interviews/01920f4a"`
	Title              string             `json:"title" example:"后端工程师 一面"`
	Round              int                `json:"round" doc:"From 1"`
	State              string             `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Position           Ref                `json:"position"`
	Candidate          InterviewCandidate `json:"candidate"`
	StartsAt           time.Time          `json:"startsAt" doc:"In UTC"`
	EndsAt             time.Time          `json:"endsAt"`
	DurationMinutes    int                `json:"durationMinutes"`
	TimeZone           string             `json:"timeZone" doc:"IANA time zone in which the time was chosen" example:"Asia/Shanghai"`
	Room               Room               `json:"room"`
	Interviewers       []Interviewer      `json:"interviewers"`
	Organizer          Person             `json:"organizer" doc:"Member in charge, who is notified of responses and results"`
	Questions          []Ref              `json:"questions"`
	CandidateLinkState string             `json:"candidateLinkState" enum:"none,active,opened,dead"`
	CandidateLink      string             `json:"candidateLink,omitempty" doc:"The candidate's personal URL; only in the response that created it"`
	Result             *Result            `json:"result,omitempty" doc:"Requires the scope results:read; absent until decided"`
	Note               string             `json:"note,omitempty" doc:"For interviewers, never shown to the candidate"`
	CancelReason       string             `json:"cancelReason,omitempty"`
	StartedAt          *time.Time         `json:"startedAt,omitempty"`
	EndedAt            *time.Time         `json:"endedAt,omitempty"`
	CancelledAt        *time.Time         `json:"cancelledAt,omitempty"`
	Version            int                `json:"version" doc:"Incremented by every change; also the ETag"`
	CreatedAt          time.Time          `json:"createdAt"`
	UpdatedAt          time.Time          `json:"updatedAt"`
}

// InterviewCandidate is the candidate as all participants see them; e-mail and
// mobile number require the scope candidates:read and a role that sees contacts.
type InterviewCandidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ResumeURL string `json:"resumeUrl,omitempty"`
	Email     string `json:"email,omitempty"`
	Mobile    string `json:"mobile,omitempty"`
}

// Room is the room of the interview, without join URLs: members join from the
// interview's page, candidates by their link.
type Room struct {
	Kind          string       `json:"kind" enum:"builtin,showmebug,link" doc:"builtin: our own room. showmebug: a ShowMeBug room. link: any URL"`
	URL           string       `json:"url,omitempty" doc:"https URL, for kind link"`
	State         string       `json:"state" enum:"preparing,ready,failed" doc:"failed: the last attempt failed; nextAttemptAt is the time of the next one"`
	Failure       *RoomFailure `json:"failure,omitempty"`
	NextAttemptAt *time.Time   `json:"nextAttemptAt,omitempty"`
}

// RoomFailure is the reason why a room could not be created, and the remedy.
type RoomFailure struct {
	Code    string `json:"code" example:"provider.unavailable"`
	Message string `json:"message" doc:"In the caller's language"`
}

// RoomInput selects the room.
type RoomInput struct {
	Kind string `json:"kind" enum:"builtin,showmebug,link"`
	URL  string `json:"url,omitempty" maxLength:"2000" doc:"https URL, for kind link"`
}

// Interviewer is a member who conducts the interview.
type Interviewer struct {
	UserID         string     `json:"userId"`
	Name           string     `json:"name"`
	Response       string     `json:"response" enum:"pending,accepted,declined" doc:"Response to the invitation; reset to pending when the time changes"`
	ResponseReason string     `json:"responseReason,omitempty"`
	RespondedAt    *time.Time `json:"respondedAt,omitempty"`
	Scorecard      string     `json:"scorecard" enum:"none,draft,submitted"`
	Notified       string     `json:"notified" enum:"waiting,sent,failed" doc:"Whether the invitation reached WeCom"`
}

// Result is the company's decision after the interview.
type Result struct {
	Decision  string    `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment   string    `json:"comment,omitempty"`
	DecidedBy Person    `json:"decidedBy"`
	DecidedAt time.Time `json:"decidedAt"`
}

// Outcome is the state and the result of an interview.
type Outcome struct {
	InterviewID string  `json:"interviewId"`
	State       string  `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Result      *Result `json:"result,omitempty" doc:"Absent until decided"`
}

// InterviewInput is the body of scheduleInterview. A candidate and a position in it
// are created in the same transaction.
type InterviewInput struct {
	Title            string          `json:"title" minLength:"1" maxLength:"100" example:"后端工程师 一面"`
	PositionID       string          `json:"positionId,omitempty" maxLength:"64" doc:"Exactly one of positionId and position"`
	Position         *PositionInput  `json:"position,omitempty" doc:"A position to create"`
	CandidateID      string          `json:"candidateId,omitempty" maxLength:"64" doc:"Exactly one of candidateId and candidate"`
	Candidate        *CandidateInput `json:"candidate,omitempty" doc:"A candidate to create; without positionId, for the position of the interview"`
	Round            int             `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or omitted: 1"`
	StartsAt         time.Time       `json:"startsAt" doc:"RFC 3339, with any offset" example:"2026-12-01T14:00:00+08:00"`
	DurationMinutes  int             `json:"durationMinutes" minimum:"10" maximum:"480" example:"60"`
	TimeZone         string          `json:"timeZone,omitempty" maxLength:"64" doc:"IANA time zone in which the time is displayed; omitted: the company's" example:"Asia/Shanghai"`
	Interviewers     []MemberRef     `json:"interviewers" minItems:"1" maxItems:"20"`
	Organizer        *MemberRef      `json:"organizer,omitempty" doc:"Member in charge; omitted: the owner of the personal token or the creator of the company token"`
	Room             *RoomInput      `json:"room,omitempty" doc:"Omitted: the company's default"`
	QuestionIDs      []string        `json:"questionIds,omitempty" maxItems:"50" doc:"Omitted: the questions of the position"`
	Note             string          `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool            `json:"overrideWarnings,omitempty" doc:"Schedule despite warnings, such as a double booking"`
}

// InterviewPatch is the body of updateInterview; omitted fields do not change.
type InterviewPatch struct {
	EditedVersion

	Title            *string      `json:"title,omitempty" minLength:"1" maxLength:"100"`
	Round            *int         `json:"round,omitempty" minimum:"1" maximum:"20"`
	StartsAt         *time.Time   `json:"startsAt,omitempty"`
	DurationMinutes  *int         `json:"durationMinutes,omitempty" minimum:"10" maximum:"480"`
	TimeZone         *string      `json:"timeZone,omitempty" maxLength:"64"`
	Interviewers     *[]MemberRef `json:"interviewers,omitempty" minItems:"1" maxItems:"20" doc:"Replaces the whole list; removed interviewers are notified"`
	Room             *RoomInput   `json:"room,omitempty"`
	QuestionIDs      *[]string    `json:"questionIds,omitempty" maxItems:"50"`
	Note             *string      `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool         `json:"overrideWarnings,omitempty"`
}

// CancelInput is the body of cancelInterview.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"For the interviewers; not shown to the candidate"`
}

// CandidateLink is the candidate's personal join URL.
type CandidateLink struct {
	URL string `json:"url" example:"https://interview.example.com/join/…"`
}

// ResultInput is the body of decideInterview.
type ResultInput struct {
	Decision string `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment  string `json:"comment,omitempty" maxLength:"5000"`
}

// interviewMapper turns an interview into what the caller may see of it: what the
// member's role and the token's scopes both allow.
func (a *API) interviewMapper(ctx context.Context) func(*interview.Interview) Interview {
	actor, caller := actorOf(ctx), callerOf(ctx)
	contacts := interview.SeesContacts(actor) && caller.HasScope(apitoken.CandidatesRead)
	return func(i *interview.Interview) Interview {
		out := Interview{
			ID: i.ID, URL: a.PublicURL + "/interviews/" + i.ID, Title: i.Title, Round: i.Round, State: string(i.State),
			Position: Ref{i.PositionID, i.Position.Title}, Version: i.Version,
			StartsAt: i.StartsAt, EndsAt: i.EndsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
			Room: a.toRoom(ctx, actor, i), Interviewers: httpapi.MapSlice(i.Interviewers, toInterviewer),
			Organizer: toPerson(i.Organizer), CandidateLinkState: i.Link.String(), Note: i.Note,
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
			out.Result = toResult(i)
		}
		return out
	}
}

// withhold clears the free text and URLs for tokens without the scope
// interviews:read.
func (i *Interview) withhold() {
	i.Note, i.CancelReason, i.Candidate.ResumeURL, i.Room.URL = "", "", "", ""
	for n := range i.Interviewers {
		i.Interviewers[n].ResponseReason = ""
	}
}

func (a *API) toRoom(ctx context.Context, actor actor.Actor, i *interview.Interview) Room {
	v := a.Interviews.RoomOf(actor, i)
	out := Room{Kind: string(i.RoomKind), URL: i.RoomURL, State: string(v.State), NextAttemptAt: v.NextAttemptAt}
	if v.Failure != nil {
		out.Failure = &RoomFailure{Code: v.Failure.Code, Message: i18n.T(httpapi.Language(ctx), v.Failure.Code, v.Failure.Params)}
	}
	return out
}

func toInterviewer(m interview.Interviewer) Interviewer {
	return Interviewer{
		UserID: m.UserID, Name: m.Member.Name, Response: string(m.Response), ResponseReason: m.ResponseReason,
		RespondedAt: m.RespondedAt, Scorecard: string(m.Scorecard), Notified: string(m.Notified),
	}
}

func toResult(i *interview.Interview) *Result {
	if i.Decision == "" || i.DecidedAt == nil {
		return nil
	}
	return &Result{Decision: string(i.Decision), Comment: i.DecisionComment, DecidedBy: toPerson(i.Decider), DecidedAt: *i.DecidedAt}
}

func toOutcome(i *interview.Interview) Outcome {
	return Outcome{InterviewID: i.ID, State: string(i.State), Result: toResult(i)}
}
