package v1

import (
	"context"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Interview is an interview with the URL of its page. E-mail address and mobile
// number of the candidate require the scope candidates:read and a role that sees
// contacts, the result requires the scope results:read.
type Interview struct {
	resource.Interview

	URL  string        `json:"url" doc:"URL of the interview's page, for members" example:"https://interview.example.com/interviews/01920f4a"`
	Room resource.Room `json:"room"`
}

// Outcome is the state and the result of an interview.
type Outcome struct {
	InterviewID string           `json:"interviewId"`
	State       string           `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Result      *resource.Result `json:"result,omitempty" doc:"Absent until decided"`
}

// InterviewInput is the body of scheduleInterview. A candidate and a position in it
// are created in the same transaction.
type InterviewInput struct {
	resource.InterviewInput

	PositionID      string                   `json:"positionId,omitempty" maxLength:"64" doc:"Exactly one of positionId and position"`
	Position        *resource.PositionInput  `json:"position,omitempty" doc:"A position to create"`
	CandidateID     string                   `json:"candidateId,omitempty" maxLength:"64" doc:"Exactly one of candidateId and candidate"`
	Candidate       *resource.CandidateInput `json:"candidate,omitempty" doc:"A candidate to create; without positionId, for the position of the interview"`
	DurationMinutes int                      `json:"durationMinutes" minimum:"10" maximum:"480" example:"60"`
	Interviewers    []MemberRef              `json:"interviewers" minItems:"1" maxItems:"20"`
	Organizer       *MemberRef               `json:"organizer,omitempty" doc:"Member in charge; omitted: the owner of the personal token or the creator of the company token"`
	Room            *resource.RoomInput      `json:"room,omitempty" doc:"Omitted: the company's default"`
}

// InterviewPatch is the body of updateInterview; omitted fields do not change.
type InterviewPatch struct {
	resource.InterviewPatch

	DurationMinutes *int                `json:"durationMinutes,omitempty" minimum:"10" maximum:"480"`
	Interviewers    *[]MemberRef        `json:"interviewers,omitempty" minItems:"1" maxItems:"20" doc:"Replaces the whole list; removed interviewers are notified"`
	Room            *resource.RoomInput `json:"room,omitempty"`
}

// interviewMapper maps an interview to what the caller may see of it: what the
// member's role and the token's scopes both allow.
func (a *API) interviewMapper(ctx context.Context) func(*interview.Interview) Interview {
	by, caller := actorOf(ctx), callerOf(ctx)
	contacts := by.May(actor.ReadContacts) && caller.HasScope(apitoken.CandidatesRead)
	return func(i *interview.Interview) Interview {
		out := Interview{
			Interview: resource.NewInterview(i, resource.Visibility{
				Contacts: contacts, Result: caller.HasScope(apitoken.ResultsRead) && interview.MayViewResult(by, i),
				Resume: i.May(by, actor.ReadRecords),
			}),
			URL:  a.PublicURL + "/interviews/" + i.ID,
			Room: resource.NewRoom(httpapi.Language(ctx), i, a.Interviews.Rooms().NewView(by, i)),
		}
		if !caller.HasScope(apitoken.InterviewsRead) {
			out.redactUnreadable()
		}
		return out
	}
}

// redactUnreadable clears the free text and URLs for tokens without the scope
// interviews:read.
func (i *Interview) redactUnreadable() {
	i.Note, i.CancelReason, i.Candidate.ResumeURL, i.Room.URL = "", "", "", ""
	for n := range i.Interviewers {
		i.Interviewers[n].ResponseReason = ""
	}
}

func toOutcome(i *interview.Interview) Outcome {
	return Outcome{InterviewID: i.ID, State: string(i.State), Result: resource.NewResult(i)}
}
