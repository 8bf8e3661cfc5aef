package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/server/static"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

// embedHandlers serve the pages that ShowMeBug shows in frames.
type embedHandlers struct {
	showmebug  *showmebug.Service
	interviews *interview.Service
	static     *static.Files
	publicURL  string
}

// EmbeddedInterview is the interview as shown in ShowMeBug's frames.
type EmbeddedInterview struct {
	ID            string    `json:"id"`
	Title         string    `json:"title"`
	Round         int       `json:"round"`
	State         string    `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	PositionTitle string    `json:"positionTitle"`
	CandidateName string    `json:"candidateName"`
	StartsAt      time.Time `json:"startsAt"`
	EndsAt        time.Time `json:"endsAt"`
	TimeZone      string    `json:"timeZone"`
}

// EmbeddedResume is the candidate as interviewers see them.
type EmbeddedResume struct {
	Interview EmbeddedInterview `json:"interview"`
	ResumeURL string            `json:"resumeUrl,omitempty"`
	Source    string            `json:"source,omitempty"`
	Note      string            `json:"note,omitempty" doc:"For interviewers"`
	Questions []resource.Ref    `json:"questions"`
}

// EmbeddedEvaluation is the scorecard of the interviewer to which the URL belongs.
// ShowMeBug has one URL for all interviewers: with several interviewers the user
// is unknown, and each opens the scorecard on our own page.
type EmbeddedEvaluation struct {
	Interview    EmbeddedInterview   `json:"interview"`
	Scorecard    *resource.Scorecard `json:"scorecard,omitempty"`
	CanEvaluate  bool                `json:"canEvaluate" doc:"Whether a draft can be saved now"`
	ScorecardURL string              `json:"scorecardUrl" doc:"URL of the scorecard on our own page, which requires sign-in and submits it"`
}

// embedInput accepts a token of any length: a damaged token is handled as an
// invalid one.
type embedInput struct {
	Token string `path:"token"`
}

type embedDraft struct {
	Token string `path:"token"`
	Body  resource.ScorecardDraft
}

func (h embedHandlers) getEmbeddedResume(ctx context.Context, in *embedInput) (*httpapi.Response[EmbeddedResume], error) {
	_, i, err := h.showmebug.OpenPage(ctx, showmebug.ResumePage, in.Token)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(EmbeddedResume{
		Interview: embeddedInterview(i), ResumeURL: i.Candidate.ResumeURL, Source: i.Candidate.Source, Note: i.Note,
		Questions: resource.NewQuestionRefs(i.Questions),
	}, nil)
}

func (h embedHandlers) getEmbeddedEvaluation(ctx context.Context, in *embedInput) (*httpapi.Response[EmbeddedEvaluation], error) {
	return h.respondWithEvaluation(ctx, in.Token, func(actor.Actor, string) error { return nil })
}

// saveEmbeddedEvaluation saves a draft. Submission requires sign-in: the holder of the
// URL may be another participant of ShowMeBug's room.
func (h embedHandlers) saveEmbeddedEvaluation(ctx context.Context, in *embedDraft) (*httpapi.Response[EmbeddedEvaluation], error) {
	return h.respondWithEvaluation(ctx, in.Token, func(a actor.Actor, id string) error {
		_, err := h.interviews.SaveScorecard(ctx, a, id, in.Body.ToDomain(), showmebug.AuditEmbeddedDraft(a))
		return err
	})
}

// respondWithEvaluation runs do as the interviewer to which the URL belongs and
// responds with the scorecard.
func (h embedHandlers) respondWithEvaluation(ctx context.Context, token string, do func(actor.Actor, string) error) (*httpapi.Response[EmbeddedEvaluation], error) {
	a, i, err := h.showmebug.OpenPage(ctx, showmebug.EvaluationPage, token)
	if err != nil {
		return nil, err
	}
	out := EmbeddedEvaluation{Interview: embeddedInterview(i), ScorecardURL: h.publicURL + "/interviews/" + i.ID + "/scorecard"}
	if err := do(a, i.ID); err != nil {
		return nil, err
	}
	if a.UserID == "" {
		return httpapi.NewResponse(out, nil)
	}
	if i, err = h.interviews.Get(ctx, a, i.ID); err != nil {
		return nil, err
	}
	c, err := h.interviews.Scorecard(ctx, a, i.ID)
	if err != nil {
		return nil, err
	}
	card := resource.NewScorecard(httpapi.Language(ctx), *c)
	out.Scorecard, out.CanEvaluate = &card, h.interviews.PermissionsOf(a, i).Evaluate
	return httpapi.NewResponse(out, nil)
}

func embeddedInterview(i *interview.Interview) EmbeddedInterview {
	return EmbeddedInterview{
		ID: i.ID, Title: i.Title, Round: i.Round, State: string(i.State), PositionTitle: i.Position.Title,
		CandidateName: i.Candidate.Name, StartsAt: i.StartsAt, EndsAt: i.EndsAt, TimeZone: i.TimeZone,
	}
}

// embedPage serves the front end in a frame; only ShowMeBug's origin may embed it.
// The operations that the page calls verify its token.
func (h embedHandlers) embedPage(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	policy := strings.Replace(header.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors "+h.showmebug.Origin(), 1)
	header.Set("Content-Security-Policy", policy)
	header.Del("X-Frame-Options") // it cannot allow a single origin
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	page := r.Clone(r.Context())
	page.URL.Path = "/" // the dot in a token is not a file extension
	h.static.ServeHTTP(w, page)
}
