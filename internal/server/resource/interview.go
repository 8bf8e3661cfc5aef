package resource

import (
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Interview is one meeting of a candidate with one or more interviewers. Each API
// adds the room, of which they return different parts.
type Interview struct {
	ID                 string              `json:"id"`
	Title              string              `json:"title" example:"后端工程师 一面"`
	Round              int                 `json:"round" doc:"From 1"`
	State              string              `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Position           Ref                 `json:"position"`
	Candidate          InterviewCandidate  `json:"candidate"`
	ExternalID         string              `json:"externalId,omitempty" doc:"The interview's id in another system" example:"application-4711-round-1"`
	StartsAt           time.Time           `json:"startsAt" doc:"In UTC"`
	EndsAt             time.Time           `json:"endsAt"`
	DurationMinutes    int                 `json:"durationMinutes"`
	TimeZone           string              `json:"timeZone" doc:"IANA time zone in which the time was chosen" example:"Asia/Shanghai"`
	Interviewers       []Interviewer       `json:"interviewers"`
	Organizer          Person              `json:"organizer" doc:"Member in charge, who is notified of responses and results"`
	Questions          []InterviewQuestion `json:"questions"`
	ScorecardTemplate  TemplateVersionRef  `json:"scorecardTemplate" doc:"The version that scorecards are written by"`
	Meeting            Meeting             `json:"meeting"`
	CandidateLinkState string              `json:"candidateLinkState" enum:"none,active,opened,expired"`
	CandidateLink      string              `json:"candidateLink,omitempty" doc:"The candidate's personal URL; only in the response that created it"`
	Result             *Result             `json:"result,omitempty" doc:"Absent until decided"`
	Note               string              `json:"note,omitempty" doc:"For interviewers, never shown to the candidate"`
	CancelReason       string              `json:"cancelReason,omitempty"`
	StartedAt          *time.Time          `json:"startedAt,omitempty"`
	EndedAt            *time.Time          `json:"endedAt,omitempty"`
	CancelledAt        *time.Time          `json:"cancelledAt,omitempty"`
	Version            int                 `json:"version" doc:"Incremented by every change"`
	CreatedAt          time.Time           `json:"createdAt"`
	UpdatedAt          time.Time           `json:"updatedAt"`
}

// InterviewCandidate is the candidate as all participants see them; e-mail and
// mobile number are set for callers who may see contacts only.
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
	Response       string     `json:"response" enum:"pending,accepted,declined" doc:"Response to the invitation; reset to pending when the time changes"`
	ResponseReason string     `json:"responseReason,omitempty"`
	RespondedAt    *time.Time `json:"respondedAt,omitempty"`
	Scorecard      string     `json:"scorecard" enum:"none,draft,submitted"`
	ExcusedAt      *time.Time `json:"excusedAt,omitempty" doc:"When a recruiter excused the interviewer from the scorecard, which can still be submitted; absent while it is expected"`
	Notified       string     `json:"notified" enum:"waiting,sent,failed" doc:"Whether the invitation reached WeCom"`
}

// Result is the company's decision after the interview.
type Result struct {
	Decision  string    `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment   string    `json:"comment,omitempty"`
	DecidedBy Person    `json:"decidedBy"`
	DecidedAt time.Time `json:"decidedAt"`
}

// InterviewInput is the part of the body of scheduleInterview that both APIs have.
type InterviewInput struct {
	Title            string        `json:"title" minLength:"1" maxLength:"100" example:"后端工程师 一面"`
	Round            int           `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or omitted: 1"`
	StartsAt         time.Time     `json:"startsAt" doc:"RFC 3339, with any offset" example:"2026-12-01T14:00:00+08:00"`
	TimeZone         string        `json:"timeZone,omitempty" maxLength:"64" doc:"IANA time zone in which the time is displayed; omitted: the company's" example:"Asia/Shanghai"`
	QuestionIDs      []string      `json:"questionIds,omitempty" maxItems:"50" doc:"Omitted: the questions of the position"`
	Meeting          *MeetingInput `json:"meeting,omitempty" doc:"Omitted: the company's default"`
	ExternalID       string        `json:"externalId,omitempty" maxLength:"128" doc:"The interview's id in another system, unique in the company. A second creation is rejected with 409, and errors[].id is the id of the stored interview" example:"application-4711-round-1"`
	Note             string        `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool          `json:"overrideWarnings,omitempty" doc:"Schedule despite warnings, such as a double booking"`
}

// InterviewPatch is the part of the body of updateInterview that both APIs have;
// omitted fields do not change.
type InterviewPatch struct {
	EditedVersion

	Title            *string       `json:"title,omitempty" minLength:"1" maxLength:"100"`
	Round            *int          `json:"round,omitempty" minimum:"1" maximum:"20"`
	StartsAt         *time.Time    `json:"startsAt,omitempty"`
	TimeZone         *string       `json:"timeZone,omitempty" maxLength:"64"`
	QuestionIDs      *[]string     `json:"questionIds,omitempty" maxItems:"50"`
	Meeting          *MeetingInput `json:"meeting,omitempty"`
	ExternalID       *string       `json:"externalId,omitempty" maxLength:"128"`
	Note             *string       `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool          `json:"overrideWarnings,omitempty"`
}

// CancelInput is the body of cancelInterview.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"For the interviewers; not shown to the candidate"`
}

// CandidateLink is the candidate's personal join URL.
type CandidateLink struct {
	URL string `json:"url" example:"https://interview.example.com/join#…"`
}

// ShownCandidateLink is the candidate's link with a text that a recruiter can send.
type ShownCandidateLink struct {
	CandidateLink

	Invitation string `json:"invitation" doc:"Time, link and meeting, in the candidate's language"`
}

// ResultInput is the body of decideInterview.
type ResultInput struct {
	Decision string `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment  string `json:"comment,omitempty" maxLength:"5000"`
}

// InterviewsQuery holds the parameters of listInterviews.
type InterviewsQuery struct {
	Page
	From        time.Time `query:"from" doc:"Ends after this time"`
	To          time.Time `query:"to" doc:"Starts before this time"`
	State       []string  `query:"state,explode" enum:"scheduled,in_progress,ended,cancelled" maxItems:"4"`
	Q           string    `query:"q" maxLength:"100" doc:"Part of the title or of the candidate's name"`
	PositionID  string    `query:"positionId" maxLength:"64"`
	CandidateID string    `query:"candidateId" maxLength:"64"`
	ExternalID  string    `query:"externalId" maxLength:"128" doc:"The interview with this id in another system"`
	Order       string    `query:"order" enum:"asc,desc" default:"asc" doc:"By start time"`
}

// ToFilter returns the filter of the domain.
func (q InterviewsQuery) ToFilter() interview.Filter {
	return interview.Filter{
		Page: q.ToDomain(), From: q.From, To: q.To, Query: q.Q, PositionID: q.PositionID, CandidateID: q.CandidateID, ExternalID: q.ExternalID,
		States:     httpapi.MapSlice(q.State, func(s string) interview.State { return interview.State(s) }),
		Descending: q.Order == "desc",
	}
}

// Visibility is what a caller may see of an interview besides its common fields.
type Visibility struct {
	Contacts bool // the candidate's e-mail address and mobile number
	Result   bool
	Resume   bool // the URL of the résumé
}

// NewInterview maps an interview of the domain to what the caller may see.
func NewInterview(i *interview.Interview, visible Visibility) Interview {
	out := Interview{
		ID: i.ID, Title: i.Title, Round: i.Round, State: string(i.State), Version: i.Version, ExternalID: i.ExternalID,
		Position: Ref{ID: i.PositionID, Title: i.Position.Title},
		StartsAt: i.StartsAt, EndsAt: i.EndsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
		Interviewers: httpapi.MapSlice(i.Interviewers, newInterviewer), Questions: newInterviewQuestions(i), ScorecardTemplate: TemplateVersionRef{i.TemplateID, i.TemplateVersion},
		Organizer: NewPerson(i.Organizer), CandidateLinkState: i.Link.String(), Note: i.Note, Meeting: NewMeeting(i.Meeting),
		CancelReason: i.CancelReason, StartedAt: i.StartedAt, EndedAt: i.EndedAt, CancelledAt: i.CancelledAt,
		Candidate: InterviewCandidate{ID: i.CandidateID, Name: i.Candidate.Name},
		CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
	}
	if visible.Contacts {
		out.Candidate.Email, out.Candidate.Mobile = i.Candidate.Email, i.Candidate.Mobile
	}
	if visible.Resume {
		out.Candidate.ResumeURL = i.Candidate.ResumeURL
	}
	if visible.Result {
		out.Result = NewResult(i)
	}
	return out
}

func newInterviewer(m interview.Interviewer) Interviewer {
	return Interviewer{
		UserID: m.UserID, Name: m.Member.Name, Avatar: m.Member.Avatar,
		Response: string(m.Response), ResponseReason: m.ResponseReason, RespondedAt: m.RespondedAt,
		Scorecard: string(m.Scorecard), ExcusedAt: m.ExcusedAt, Notified: string(m.Notified),
	}
}

// NewResult maps the result of an interview; it is nil until decided.
func NewResult(i *interview.Interview) *Result {
	if i.Decision == "" || i.DecidedAt == nil {
		return nil
	}
	return &Result{Decision: string(i.Decision), Comment: i.DecisionComment, DecidedBy: NewPerson(i.Decider), DecidedAt: *i.DecidedAt}
}

// NewCandidateLink returns the join URL for the token of a candidate link.
func NewCandidateLink(publicURL, token string) CandidateLink {
	return CandidateLink{URL: publicURL + interview.CandidateLinkPath(token)}
}

// ToPlan returns the plan of an interview. timeZone is that of the company, which
// applies when the input names none.
func (in InterviewInput) ToPlan(timeZone string) interview.Plan {
	if in.TimeZone != "" {
		timeZone = in.TimeZone
	}
	p := interview.Plan{
		Title: in.Title, Round: in.Round, StartsAt: in.StartsAt, TimeZone: timeZone,
		QuestionIDs: in.QuestionIDs, ExternalID: in.ExternalID, Note: in.Note, OverrideWarnings: in.OverrideWarnings,
	}
	in.Meeting.applyTo(&p)
	return p
}

// ApplyTo sets the fields that the patch contains.
func (p InterviewPatch) ApplyTo(plan *interview.Plan) {
	httpapi.SetIfPresent(&plan.Title, p.Title)
	httpapi.SetIfPresent(&plan.Round, p.Round)
	httpapi.SetIfPresent(&plan.StartsAt, p.StartsAt)
	httpapi.SetIfPresent(&plan.TimeZone, p.TimeZone)
	httpapi.SetIfPresent(&plan.QuestionIDs, p.QuestionIDs)
	httpapi.SetIfPresent(&plan.ExternalID, p.ExternalID)
	httpapi.SetIfPresent(&plan.Note, p.Note)
	p.Meeting.applyTo(plan)
	plan.OverrideWarnings = p.OverrideWarnings
}

// Minutes returns a duration in minutes, clamped so that a huge number does not
// overflow.
func Minutes(n int) time.Duration { return time.Duration(min(max(n, -1), 1_000_000)) * time.Minute }
