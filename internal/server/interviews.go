package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/history"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type interviewHandlers struct {
	interviews *interview.Service
	loops      *loop.Service
	templates  *mailtemplate.Service

	customerService *customerservice.Service
	publicURL       string
}

// Interview is an interview with the caller's permissions. E-mail address and
// mobile number of the candidate are set for recruiters and administrators only.
type Interview struct {
	resource.Interview

	Room        Room                 `json:"room"`
	Loop        *resource.LoopPlace  `json:"loop,omitempty" doc:"Place among the interviews that were planned together; absent in the overview and the work list"`
	Permissions InterviewPermissions `json:"permissions" doc:"What the caller may do now"`
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

	ManageScorecards bool `json:"manageScorecards" doc:"Remind and excuse interviewers whose scorecard is missing, and open the submitted ones"`
	ReadRecords      bool `json:"readRecords" doc:"Replay, code, notes and resume"`
}

// InterviewInput is the body of scheduleInterview.
type InterviewInput struct {
	resource.InterviewInput

	PositionID      string     `json:"positionId" maxLength:"64"`
	CandidateID     string     `json:"candidateId" maxLength:"64"`
	DurationMinutes int        `json:"durationMinutes" doc:"10 to 480"`
	Interviewers    []string   `json:"interviewers" maxItems:"20" doc:"User ids"`
	Room            *RoomInput `json:"room,omitempty" doc:"Omitted: the company's default"`
}

// InterviewPatch is the body of updateInterview; omitted fields do not change.
type InterviewPatch struct {
	resource.InterviewPatch

	DurationMinutes *int       `json:"durationMinutes,omitempty" doc:"10 to 480"`
	Interviewers    *[]string  `json:"interviewers,omitempty" maxItems:"20" doc:"Replaces the whole list; removed interviewers are notified"`
	Room            *RoomInput `json:"room,omitempty"`
}

// ResponseInput is an interviewer's response to an invitation.
type ResponseInput struct {
	Response string `json:"response" enum:"accepted,declined"`
	Reason   string `json:"reason,omitempty" maxLength:"500"`
}

type interviewsQuery struct {
	resource.InterviewsQuery
	Scope string `query:"scope" enum:"mine,all" default:"all" doc:"mine: interviews that the caller organizes, or conducts and has not declined. all: every interview that the caller may see"`
}

func (h interviewHandlers) listInterviews(ctx context.Context, in *interviewsQuery) (*httpapi.Response[resource.List[Interview]], error) {
	a, filter := caller.Actor(ctx), in.ToFilter()
	filter.Mine = in.Scope == "mine"
	return h.respondWithInterviews(ctx, a)(h.interviews.List(ctx, a, filter))
}

func (h interviewHandlers) getInterview(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.Get(ctx, a, in.ID))
}

func (h interviewHandlers) scheduleInterview(ctx context.Context, in *httpapi.Request[InterviewInput]) (*httpapi.Response[Interview], error) {
	a, b := caller.Actor(ctx), in.Body
	p := b.ToPlan(caller.Profile(ctx).Corp.TimeZone)
	p.PositionID, p.CandidateID, p.Interviewers, p.Duration = b.PositionID, b.CandidateID, b.Interviewers, resource.Minutes(b.DurationMinutes)
	b.Room.applyTo(&p)
	i, token, err := h.interviews.Schedule(ctx, a, p)
	if err != nil {
		return nil, err
	}
	out := h.interviewMapper(ctx, a, nil)(i)
	out.CandidateLink = resource.NewCandidateLink(h.publicURL, token).URL
	return httpapi.NewResponse(out, nil)
}

func (h interviewHandlers) updateInterview(ctx context.Context, in *httpapi.RequestByID[InterviewPatch]) (*httpapi.Response[Interview], error) {
	a, b := caller.Actor(ctx), in.Body
	return h.respondWithInterview(ctx, a)(h.interviews.Edit(ctx, a, in.ID, b.Version, func(p *interview.Plan) {
		b.ApplyTo(p)
		httpapi.SetIfPresent(&p.Interviewers, b.Interviewers)
		if b.DurationMinutes != nil {
			p.Duration = resource.Minutes(*b.DurationMinutes)
		}
		b.Room.applyTo(p)
	}))
}

func (h interviewHandlers) cancelInterview(ctx context.Context, in *httpapi.RequestByID[resource.CancelInput]) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.Cancel(ctx, a, in.ID, in.Body.Reason))
}

func (h interviewHandlers) respondToInterview(ctx context.Context, in *httpapi.RequestByID[ResponseInput]) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.Respond(ctx, a, in.ID, interview.ResponseInput{
		Response: interview.Response(in.Body.Response), Reason: in.Body.Reason,
	}))
}

func (h interviewHandlers) startInterview(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.Start(ctx, a, in.ID))
}

func (h interviewHandlers) endInterview(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.End(ctx, a, in.ID))
}

func (h interviewHandlers) createCandidateLink(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.CandidateLink], error) {
	token, err := h.interviews.NewCandidateLink(ctx, caller.Actor(ctx), in.ID)
	return httpapi.NewResponse(resource.NewCandidateLink(h.publicURL, token), err)
}

// showCandidateLink returns the link that was created last, with a text to send.
func (h interviewHandlers) showCandidateLink(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.ShownCandidateLink], error) {
	token, i, err := h.interviews.Links().Show(ctx, caller.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	link := resource.NewCandidateLink(h.publicURL, token)
	text, err := h.templates.Find(ctx, i.CorpID, mailtemplate.Invite, notify.CandidateLanguage(i))
	if err != nil {
		return nil, err
	}
	weChat, err := h.customerService.LinkFor(ctx, i)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(resource.ShownCandidateLink{
		CandidateLink: link, Invitation: notify.InvitationText(text, i, caller.Profile(ctx).Corp.Name, link.URL, weChat),
	}, nil)
}

func (h interviewHandlers) decideInterview(ctx context.Context, in *httpapi.RequestByID[resource.ResultInput]) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.Decide(ctx, a, in.ID, interview.Decision(in.Body.Decision), in.Body.Comment))
}

// retryRoom retries the creation of the room immediately.
func (h interviewHandlers) retryRoom(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Interview], error) {
	a := caller.Actor(ctx)
	return h.respondWithInterview(ctx, a)(h.interviews.Rooms().Retry(ctx, a, in.ID))
}

// Overview is the content of the home page: what needs the caller's attention.
type Overview struct {
	Today            []Interview `json:"today" doc:"Today's interviews in the company's time zone"`
	AwaitingResponse []Interview `json:"awaitingResponse" doc:"Interviews whose invitation the caller has not answered"`
	ScorecardsDue    []Interview `json:"scorecardsDue" doc:"Interviews without the caller's submitted scorecard"`
	FailedMessages   int         `json:"failedMessages" doc:"For recruiters: messages that failed"`
	QueuedMessages   int         `json:"queuedMessages" doc:"For recruiters: messages waiting to be sent"`
}

func (h interviewHandlers) getOverview(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[Overview], error) {
	a := caller.Actor(ctx)
	o, err := worklist.NewOverview(ctx, h.interviews, a, companyLocation(ctx))
	if err != nil {
		return nil, err
	}
	toInterview := h.interviewMapper(ctx, a, nil)
	return httpapi.NewResponse(Overview{
		Today: httpapi.MapSlice(o.Today, toInterview), AwaitingResponse: httpapi.MapSlice(o.AwaitingResponse, toInterview),
		ScorecardsDue:  httpapi.MapSlice(o.ScorecardsDue, toInterview),
		FailedMessages: o.FailedMessages, QueuedMessages: o.QueuedMessages,
	}, nil)
}

// companyLocation returns the time zone of the caller's company.
func companyLocation(ctx context.Context) *time.Location {
	return availability.Location(caller.Profile(ctx).Corp.TimeZone)
}

// respondWithInterview responds with one interview as the actor may see it.
func (h interviewHandlers) respondWithInterview(ctx context.Context, a actor.Actor) func(*interview.Interview, error) (*httpapi.Response[Interview], error) {
	return func(i *interview.Interview, err error) (*httpapi.Response[Interview], error) {
		var places map[string]loop.Place
		if i != nil {
			var failed error
			if places, failed = h.findPlaces(ctx, i); failed != nil {
				return nil, failed
			}
		}
		toInterview := h.interviewMapper(ctx, a, places)
		return httpapi.MapResponse(func(i interview.Interview) Interview { return toInterview(&i) })(i, err)
	}
}

// respondWithInterviews responds with a page of interviews as the actor may see them.
func (h interviewHandlers) respondWithInterviews(ctx context.Context, a actor.Actor) func([]*interview.Interview, string, error) (*httpapi.Response[resource.List[Interview]], error) {
	return func(list []*interview.Interview, next string, err error) (*httpapi.Response[resource.List[Interview]], error) {
		if err != nil {
			return nil, err
		}
		places, err := h.findPlaces(ctx, list...)
		return httpapi.NewResponse(resource.NewList(list, next, h.interviewMapper(ctx, a, places)), err)
	}
}

// interviewMapper maps an interview to the fields that the actor may see, with its place in a
// loop, if places has it.
func (h interviewHandlers) interviewMapper(ctx context.Context, a actor.Actor, places map[string]loop.Place) func(*interview.Interview) Interview {
	return func(i *interview.Interview) Interview {
		return Interview{
			Interview: resource.NewInterview(i, resource.Visibility{
				Contacts: a.May(actor.ReadContacts), Result: interview.MayViewResult(a, i), Resume: i.May(a, actor.ReadRecords),
			}),
			Room:        toRoom(httpapi.Language(ctx), i, h.interviews.Rooms().NewView(a, i)),
			Loop:        resource.NewLoopPlace(places, i.ID),
			Permissions: InterviewPermissions(h.interviews.PermissionsOf(a, i)),
		}
	}
}

// HistoryEntry is what happened to an interview.
type HistoryEntry struct {
	At       time.Time         `json:"at"`
	By       *resource.Person  `json:"by,omitempty" doc:"Absent for what happened by itself"`
	Action   string            `json:"action" example:"interview.edit"`
	Reason   string            `json:"reason,omitempty" doc:"Of a decline or a cancellation"`
	Changed  []string          `json:"changed,omitempty" doc:"Of an edit: title, time, room, meeting, interviewers, other"`
	From     *time.Time        `json:"from,omitempty" doc:"Start before a move"`
	To       *time.Time        `json:"to,omitempty" doc:"Start after a move"`
	Added    []resource.Person `json:"added,omitempty" doc:"Interviewers"`
	Removed  []resource.Person `json:"removed,omitempty" doc:"Interviewers"`
	Of       *resource.Person  `json:"of,omitempty" doc:"Whose scorecard was excused, required or reminded of"`
	Decision string            `json:"decision,omitempty" enum:"hire,no_hire,hold,next_round"`
	Question string            `json:"question,omitempty" doc:"Title of an added question"`
}

// History is what happened to an interview, newest first.
type History struct {
	Items []HistoryEntry `json:"items"`
}

func (h interviewHandlers) getHistory(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[History], error) {
	list, err := history.List(ctx, h.interviews, caller.Actor(ctx), in.ID)
	return httpapi.NewResponse(History{httpapi.MapSlice(list, newHistoryEntry)}, err)
}

func newHistoryEntry(e history.Entry) HistoryEntry {
	person := func(m member.Member) *resource.Person {
		if m.UserID == "" {
			return nil
		}
		p := resource.NewPerson(m)
		return &p
	}
	return HistoryEntry{
		At: e.At, By: person(e.By), Action: e.Action, Reason: e.Reason, Changed: e.Changed, From: e.From, To: e.To,
		Added: httpapi.MapSlice(e.Added, resource.NewPerson), Removed: httpapi.MapSlice(e.Removed, resource.NewPerson),
		Of: person(e.Of), Decision: string(e.Decision), Question: e.Question,
	}
}
