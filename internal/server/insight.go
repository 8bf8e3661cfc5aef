package server

import (
	"context"
	"io"
	"log/slog"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/insight"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type insightHandlers struct {
	interviews interviewHandlers
	figures    insight.Service
	logger     *slog.Logger
}

// insightExportPath is the path of an exported table.
const insightExportPath = "/api/insight/export"

// InsightDurations summarizes durations by nearest rank.
type InsightDurations struct {
	Count         int `json:"count" doc:"Of the durations; without any, the others are 0"`
	MedianMinutes int `json:"medianMinutes"`
	P90Minutes    int `json:"p90Minutes" doc:"Nine tenths are not longer"`
}

// InsightSummary is the figures of a period; docs/insight.md defines them.
type InsightSummary struct {
	Scheduled int              `json:"scheduled" doc:"Interviews that are still to be held"`
	Held      int              `json:"held" doc:"Interviews that have started"`
	Cancelled int              `json:"cancelled"`
	NotHeld   int              `json:"notHeld" doc:"Interviews without a start 30 minutes after the planned end"`
	Lead      InsightDurations `json:"lead" doc:"Of held interviews, from their creation or that of the offer to the planned start"`
	Declined  int              `json:"declined" doc:"Interviewers who declined and did not take part"`
	Delay     InsightDurations `json:"delay" doc:"Of submitted scorecards, from the end of the interview"`
	Due       int              `json:"due" doc:"Scorecards that are submitted, or missing for 24 hours"`
	Late      int              `json:"late" doc:"Those of due that were not submitted within 24 hours of the end"`
}

// InsightWeek is the figures of a week.
type InsightWeek struct {
	From string `json:"from" example:"2026-11-30" doc:"Monday, or the first day of the period"`
	To   string `json:"to" doc:"Sunday, or the last day of the period"`
	InsightSummary
}

// OwnInsight is the figures of one interviewer.
type OwnInsight struct {
	From  string         `json:"from"`
	To    string         `json:"to" doc:"Included"`
	Total InsightSummary `json:"total"`
	Weeks []InsightWeek  `json:"weeks"`
}

// InsightDecided counts decided interviews, without those on hold.
type InsightDecided struct {
	Passed int `json:"passed" doc:"With an offer or a next round as result"`
	Failed int `json:"failed" doc:"With a rejection as result"`
}

// InsightRound is the decided interviews of a round.
type InsightRound struct {
	Round int `json:"round"`
	InsightDecided
}

// InsightPosition is the decided interviews of a position.
type InsightPosition struct {
	Position resource.Ref `json:"position"`
	InsightDecided
}

// InsightInterviewer is the figures of an interviewer; lead and delay are absent.
type InsightInterviewer struct {
	Member    resource.Person `json:"member"`
	Held      int             `json:"held"`
	PerWeek   float64         `json:"perWeek" doc:"Held interviews per week of the period until now"`
	Scheduled int             `json:"scheduled"`
	Declined  int             `json:"declined"`
	Due       int             `json:"due"`
	Late      int             `json:"late"`
}

// Insight is the figures of a company.
type Insight struct {
	OwnInsight
	Rounds       []InsightRound       `json:"rounds"`
	Positions    []InsightPosition    `json:"positions" doc:"At most 100, the most results first"`
	Interviewers []InsightInterviewer `json:"interviewers" doc:"At most 200, the most held interviews first"`
}

// InsightPeriod holds the days of the figures.
type InsightPeriod struct {
	From string `query:"from" maxLength:"10" format:"date" doc:"First day in the company's time zone; omitted: the Monday of the week 11 weeks before the present one"`
	To   string `query:"to" maxLength:"10" format:"date" doc:"Last day, at most 366 days with the first; omitted: the Sunday of the present week"`
}

// InsightQuery holds the parameters of getInsight.
type InsightQuery struct {
	InsightPeriod
	PositionID  string `query:"positionId" maxLength:"64"`
	Interviewer string `query:"interviewer" maxLength:"64" doc:"userid: the interviews in which the member takes part, and the member's invitations and scorecards"`
}

type insightRowsQuery struct {
	resource.Page
	InsightQuery
	Figure string `query:"figure" required:"true" enum:"scheduled,held,cancelled,not_held,lead,passed,failed,declined,evaluated,late"`
	Round  int    `query:"round" minimum:"0" maximum:"20" doc:"0 or omitted: all rounds"`
}

type insightExportQuery struct {
	InsightQuery
	Table string `query:"table" required:"true" enum:"interviews,lead,delay,not_held,rounds,positions,interviewers"`
}

func (p InsightPeriod) toDomain(ctx context.Context) insight.Query {
	return insight.Query{From: p.From, To: p.To, Location: companyLocation(ctx)}
}

func (q InsightQuery) toDomain(ctx context.Context) insight.Query {
	out := q.InsightPeriod.toDomain(ctx)
	out.PositionID, out.Interviewer = q.PositionID, q.Interviewer
	return out
}

func (h insightHandlers) getInsight(ctx context.Context, in *InsightQuery) (*httpapi.Response[Insight], error) {
	return httpapi.MapResponse(newInsight)(h.figures.Read(ctx, caller.Actor(ctx), in.toDomain(ctx)))
}

func (h insightHandlers) getOwnInsight(ctx context.Context, in *InsightPeriod) (*httpapi.Response[OwnInsight], error) {
	return httpapi.MapResponse(newOwnInsight)(h.figures.ReadOwn(ctx, caller.Actor(ctx), in.toDomain(ctx)))
}

func (h insightHandlers) listRows(ctx context.Context, in *insightRowsQuery) (*httpapi.Response[resource.List[Interview]], error) {
	a := caller.Actor(ctx)
	return h.interviews.respondWithInterviews(ctx, a)(h.figures.Rows(ctx, a, insight.RowsQuery{
		Query: in.toDomain(ctx), Page: in.ToDomain(), Figure: insight.Figure(in.Figure), Round: in.Round,
	}))
}

func (h insightHandlers) exportTable(ctx context.Context, in *insightExportQuery) (*huma.StreamResponse, error) {
	report, err := h.figures.Export(ctx, caller.Actor(ctx), in.toDomain(ctx), insight.Table(in.Table))
	if err != nil {
		return nil, err
	}
	lang := httpapi.Language(ctx)
	heading := func(column string) string { return i18n.T(lang, "insight.column."+column, nil) }
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		httpapi.StreamDownload(w, r, h.logger, "insight-"+in.Table+".csv", "text/csv; charset=utf-8", func(_ context.Context, w io.Writer) error {
			return report.WriteCSV(w, insight.Table(in.Table), heading)
		})
	}}, nil
}

// InsightAgreement is how far the interviewers of the interviews of a period agree.
type InsightAgreement struct {
	Criteria []resource.CriterionAgreement `json:"criteria" doc:"Of the scorecard templates of these interviews, those with scores"`
}

func (h insightHandlers) getAgreement(ctx context.Context, in *InsightQuery) (*httpapi.Response[InsightAgreement], error) {
	lang := httpapi.Language(ctx)
	list, err := h.figures.Agreement(ctx, caller.Actor(ctx), in.toDomain(ctx))
	return httpapi.NewResponse(InsightAgreement{httpapi.MapSlice(list, func(c insight.CriterionAgreement) resource.CriterionAgreement {
		return resource.NewCriterionAgreement(lang, c.TemplateID, c.Template, c.Criterion, c.Result)
	})}, err)
}

func newInsight(r insight.Report) Insight {
	return Insight{
		OwnInsight: newOwnInsight(r.Own),
		Rounds: httpapi.MapSlice(r.Rounds, func(d insight.RoundDecided) InsightRound {
			return InsightRound{d.Round, InsightDecided(d.Decided)}
		}),
		Positions: httpapi.MapSlice(r.Positions, func(d insight.PositionDecided) InsightPosition {
			return InsightPosition{resource.Ref{ID: d.ID, Title: d.Title}, InsightDecided(d.Decided)}
		}),
		Interviewers: httpapi.MapSlice(r.Interviewers, func(l insight.Load) InsightInterviewer {
			return InsightInterviewer{resource.NewPerson(l.Member), l.Held, math.Round(l.PerWeek*10) / 10, l.Scheduled, l.Declined, l.Due, l.Late}
		}),
	}
}

func newOwnInsight(o insight.Own) OwnInsight {
	return OwnInsight{o.From, o.To, newInsightSummary(o.Total), httpapi.MapSlice(o.Weeks, func(w insight.Week) InsightWeek {
		return InsightWeek{w.From, w.To, newInsightSummary(w.Summary)}
	})}
}

func newInsightSummary(s insight.Summary) InsightSummary {
	durations := func(d insight.Durations) InsightDurations {
		return InsightDurations{d.Count, minutesOf(d.Median), minutesOf(d.P90)}
	}
	return InsightSummary{s.Scheduled, s.Held, s.Cancelled, s.NotHeld, durations(s.Lead), s.Declined, durations(s.Delay), s.Due, s.Late}
}

func minutesOf(d time.Duration) int { return int(d.Round(time.Minute).Minutes()) }
