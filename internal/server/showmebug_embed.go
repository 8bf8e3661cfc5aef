package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

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
	Questions []Ref             `json:"questions"`
}

// EmbeddedEvaluation is the scorecard of the interviewer for whom the URL was
// issued. ShowMeBug has one URL for all interviewers: with several interviewers
// the user is unknown, and each opens the scorecard on our own page.
type EmbeddedEvaluation struct {
	Interview    EmbeddedInterview `json:"interview"`
	Scorecard    *Scorecard        `json:"scorecard,omitempty"`
	CanEvaluate  bool              `json:"canEvaluate" doc:"Whether it can be edited now"`
	ScorecardURL string            `json:"scorecardUrl" doc:"URL of the scorecard on our own page, which requires sign-in"`
}

// embedInput accepts a token of any length: a damaged token is handled as an
// invalid one.
type embedInput struct {
	Token string `path:"token"`
}

type embedDraft struct {
	Token string `path:"token"`
	Body  ScorecardDraft
}

type embedSubmit struct {
	Token string `path:"token"`
	Body  ScorecardSubmit
}

func (s *Server) getEmbeddedResume(ctx context.Context, in *embedInput) (*jsonResponse[EmbeddedResume], error) {
	_, i, err := s.ShowMeBug.OpenPage(ctx, showmebug.ResumePage, in.Token)
	if err != nil {
		return nil, err
	}
	return respond(EmbeddedResume{
		Interview: embeddedInterview(i), ResumeURL: i.Candidate.ResumeURL, Source: i.Candidate.Source, Note: i.Note,
		Questions: mapSlice(i.Questions, func(q interview.Question) Ref { return Ref{q.ID, q.Title} }),
	}, nil)
}

func (s *Server) getEmbeddedEvaluation(ctx context.Context, in *embedInput) (*jsonResponse[EmbeddedEvaluation], error) {
	return s.respondWithEvaluation(ctx, in.Token, func(actor.Actor, string) error { return nil })
}

func (s *Server) saveEmbeddedEvaluation(ctx context.Context, in *embedDraft) (*jsonResponse[EmbeddedEvaluation], error) {
	return s.respondWithEvaluation(ctx, in.Token, func(a actor.Actor, id string) error {
		_, err := s.Interviews.SaveScorecard(ctx, a, id, toDraft(in.Body))
		return err
	})
}

func (s *Server) submitEmbeddedEvaluation(ctx context.Context, in *embedSubmit) (*jsonResponse[EmbeddedEvaluation], error) {
	return s.respondWithEvaluation(ctx, in.Token, func(a actor.Actor, id string) error {
		_, err := s.Interviews.SubmitScorecard(ctx, a, id, in.Body.Version)
		return err
	})
}

// respondWithEvaluation runs do as the interviewer for whom the URL was issued and
// responds with the scorecard.
func (s *Server) respondWithEvaluation(ctx context.Context, token string, do func(actor.Actor, string) error) (*jsonResponse[EmbeddedEvaluation], error) {
	a, i, err := s.ShowMeBug.OpenPage(ctx, showmebug.EvaluationPage, token)
	if err != nil {
		return nil, err
	}
	out := EmbeddedEvaluation{Interview: embeddedInterview(i), ScorecardURL: s.PublicURL + "/interviews/" + i.ID + "/scorecard"}
	if err := do(a, i.ID); err != nil {
		return nil, err
	}
	if a.UserID == "" {
		return respond(out, nil)
	}
	if i, err = s.Interviews.Get(ctx, a, i.ID); err != nil {
		return nil, err
	}
	c, err := s.Interviews.Scorecard(ctx, a, i.ID)
	if err != nil {
		return nil, err
	}
	card := localizeScorecard(languageOf(ctx))(*c)
	out.Scorecard, out.CanEvaluate = &card, interview.PermissionsOf(a, i).Evaluate
	return respond(out, nil)
}

func embeddedInterview(i *interview.Interview) EmbeddedInterview {
	return EmbeddedInterview{
		ID: i.ID, Title: i.Title, Round: i.Round, State: string(i.State), PositionTitle: i.Position.Title,
		CandidateName: i.Candidate.Name, StartsAt: i.StartsAt, EndsAt: i.EndsAt, TimeZone: i.TimeZone,
	}
}

// embedPage serves the front end in a frame; only ShowMeBug's origin may embed it.
// The operations that the page calls verify its token.
func (s *Server) embedPage(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	policy := strings.Replace(h.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors "+s.ShowMeBug.Origin(), 1)
	h.Set("Content-Security-Policy", policy)
	h.Del("X-Frame-Options") // it cannot allow a single origin
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	page := r.Clone(r.Context())
	page.URL.Path = "/" // the dot in a token is not a file extension
	s.static.ServeHTTP(w, page)
}
