// Package debriefs has the operations on debriefs of candidates. Routes are in package server.
package debriefs

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/debrief"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/spreadsheet"
)

// ExportPath is the path of the spreadsheet.
const ExportPath = "/api/candidates/{id}/debrief/export"

// Handlers are the operations.
type Handlers struct {
	Debriefs *debrief.Service
	Logger   *slog.Logger
}

// Debrief is the rounds of a candidate side by side.
type Debrief struct {
	Candidate resource.Ref       `json:"candidate" doc:"title is the name"`
	Rounds    []DebriefRound     `json:"rounds" doc:"That the caller may see, the earliest first, without those that were cancelled; at most the 30 latest"`
	HasMore   bool               `json:"hasMore" doc:"Whether there are earlier rounds"`
	Criteria  []DebriefCriterion `json:"criteria" doc:"Of the rounds with visible scorecards"`
	Average   float64            `json:"average" doc:"Of all visible scores by the weights of their criteria, converted to the scale; 0 without any"`
	Scale     int                `json:"scale" doc:"The largest scale of the criteria that count; 0 without any"`
}

// DebriefRound is an interview of the candidate.
type DebriefRound struct {
	ID           string              `json:"id" doc:"Of the interview"`
	Title        string              `json:"title"`
	Round        int                 `json:"round"`
	State        string              `json:"state" enum:"scheduled,in_progress,ended"`
	Position     resource.Ref        `json:"position"`
	StartsAt     time.Time           `json:"startsAt"`
	StartedAt    *time.Time          `json:"startedAt,omitempty"`
	RoomKind     string              `json:"roomKind"`
	MayReplay    bool                `json:"mayReplay" doc:"Whether the caller may read the records of the room"`
	Interviewers []resource.Person   `json:"interviewers"`
	Template     DebriefTemplate     `json:"template"`
	Scorecards   resource.Scorecards `json:"scorecards"`
	Result       *resource.Result    `json:"result,omitempty" doc:"Absent until decided, and for callers who may not see it"`
}

// DebriefTemplate is a version of a scorecard template.
type DebriefTemplate struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version int    `json:"version"`
}

// DebriefCriterion is a criterion over the rounds.
type DebriefCriterion struct {
	Title   string   `json:"title"`
	Kind    string   `json:"kind" enum:"score,text,choice,checklist"`
	Keys    []string `json:"keys" doc:"The key of the criterion by round; empty: the template of the round has no such criterion, or the scorecards are hidden"`
	Count   int      `json:"count" doc:"Number of scorecards with an entry"`
	Average float64  `json:"average" doc:"Of the scores, converted to the scale; 0 without any"`
	Scale   int      `json:"scale,omitempty" doc:"Of a score: the largest scale among the rounds"`
	IsMixed bool     `json:"isMixed" doc:"Whether the rounds have different scales"`
	Lowest  int      `json:"lowest,omitempty" doc:"The lowest score; absent without any, and if the rounds have different scales"`
	Highest int      `json:"highest,omitempty"`
}

// Get returns the debrief of a candidate.
func (h Handlers) Get(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Debrief], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(func(d debrief.Debrief) Debrief { return newDebrief(lang, &d) })(h.Debriefs.Get(ctx, caller.Actor(ctx), in.ID))
}

// Export returns the debrief of a candidate as a spreadsheet.
func (h Handlers) Export(ctx context.Context, in *httpapi.ByID) (*huma.StreamResponse, error) {
	d, err := h.Debriefs.Export(ctx, caller.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	lang := httpapi.Language(ctx)
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		httpapi.StreamDownload(w, r, h.Logger, "debrief-"+in.ID+".xlsx", spreadsheet.MediaType, func(_ context.Context, w io.Writer) error {
			return d.WriteWorkbook(w, lang)
		})
	}}, nil
}

func newDebrief(lang string, d *debrief.Debrief) Debrief {
	return Debrief{
		Candidate: resource.Ref{ID: d.Candidate.ID, Title: d.Candidate.Name}, HasMore: d.HasMore, Average: d.Average, Scale: d.Scale,
		Rounds:   httpapi.MapSlice(d.Rounds, func(r debrief.Round) DebriefRound { return newRound(lang, &r) }),
		Criteria: httpapi.MapSlice(d.Rows, func(c scorecard.ComparedCriterion) DebriefCriterion { return newCriterion(lang, &c) }),
	}
}

func newRound(lang string, r *debrief.Round) DebriefRound {
	i := r.Interview
	out := DebriefRound{
		ID: i.ID, Title: i.Title, Round: i.Round, State: string(i.State), Position: resource.Ref{ID: i.PositionID, Title: i.Position.Title},
		StartsAt: i.StartsAt, StartedAt: i.StartedAt, RoomKind: string(i.RoomKind), MayReplay: r.ReadsRecords,
		Template:   DebriefTemplate{i.TemplateID, r.Template.Title.In(lang), i.TemplateVersion},
		Scorecards: resource.NewScorecards(lang, *r.Evaluation), Interviewers: []resource.Person{},
	}
	for n := range i.Interviewers {
		out.Interviewers = append(out.Interviewers, resource.NewPerson(i.Interviewers[n].Member))
	}
	if r.ShowsDecision {
		out.Result = resource.NewResult(i)
	}
	return out
}

func newCriterion(lang string, c *scorecard.ComparedCriterion) DebriefCriterion {
	out := DebriefCriterion{
		Title: c.Title.In(lang), Kind: string(c.Kind), Keys: make([]string, len(c.Criteria)), Count: c.Count,
		Average: c.Average, Scale: c.Scale, IsMixed: c.HasDifferentScales(), Lowest: c.Lowest, Highest: c.Highest,
	}
	for n, criterion := range c.Criteria {
		if criterion != nil {
			out.Keys[n] = criterion.Key
		}
	}
	return out
}
