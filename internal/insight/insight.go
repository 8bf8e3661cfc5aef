// Package insight computes the figures of a company's interviews in a period: how many were
// held, how long they took to schedule and to evaluate, how many candidates passed, and the load
// of interviewers. It reads what other features have stored and changes nothing.
package insight

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
)

// Limits of a report.
const (
	MaxDays             = 366
	defaultMaxInterview = 100_000 // that one request reads
	maxInterviewers     = 200     // with the most interviews
	maxPositions        = 100     // with the most decisions
)

// Service computes the figures.
type Service struct {
	Interviews    *interview.Service
	MaxInterviews int // that one request reads; 0 is the default
}

// Durations summarizes durations by nearest rank: the smallest one that is not exceeded by half
// or nine tenths of them.
type Durations struct {
	Count       int
	Median, P90 time.Duration
}

// Summary is the figures of a period. Interviews belong to the day of their planned start.
type Summary struct {
	Scheduled int // the interviews that are still to be held
	Held      int // those that have started
	Cancelled int
	NotHeld   int // those without a start worklist.NotHeldAfter after the planned end

	Lead Durations // of held interviews, from their creation or that of the offer to the planned start

	Declined int       // the participations whose interviewers declined and did not take part
	Delay    Durations // of submitted scorecards, from the end of the interview
	Due      int       // the scorecards that are submitted or overdue
	Late     int       // those of Due that were not submitted worklist.OverdueAfter after the end
}

// Week is the days of a week, from Monday to Sunday, within the period.
type Week struct {
	From, To string // dates, both included
	Summary
}

// Decided counts the decided interviews: passed are those with an offer or a next round as
// decision, failed those with a rejection. Those on hold are in neither.
type Decided struct{ Passed, Failed int }

// RoundDecided is the decided interviews of a round.
type RoundDecided struct {
	Round int
	Decided
}

// PositionDecided is the decided interviews of a position.
type PositionDecided struct {
	ID, Title string
	Decided
}

// Load is the figures of an interviewer.
type Load struct {
	Member  member.Member
	PerWeek float64 // held interviews; less than a week counts as one
	Summary
}

// Own is the figures of one interviewer.
type Own struct {
	From, To string // dates, both included
	Total    Summary
	Weeks    []Week
}

// Report is the figures of a company.
type Report struct {
	Own
	Rounds       []RoundDecided
	Positions    []PositionDecided // the most decisions first
	Interviewers []Load            // the most held interviews first
}

// Read returns the figures of the interviews that a query selects. It requires a recruiter.
func (s *Service) Read(ctx context.Context, a actor.Actor, q Query) (*Report, error) {
	if err := a.Require(actor.ReadInsight); err != nil {
		return nil, err
	}
	var err error
	if q.Interviewer, err = s.Interviews.Members.StoredUserID(ctx, a.CorpID, q.Interviewer); err != nil {
		return nil, err
	}
	return s.readReport(ctx, a, q)
}

// exportAction is the action of an export in the audit log.
const exportAction = "insight.export"

// Export returns the figures for a file with a table, and writes the export to the audit log.
// It requires a recruiter.
func (s *Service) Export(ctx context.Context, a actor.Actor, q Query, t Table) (*Report, error) {
	r, err := s.Read(ctx, a, q)
	if err != nil {
		return nil, err
	}
	data := audit.Data{"table": string(t), "from": r.From, "to": r.To}
	if q.PositionID != "" {
		data["position"] = q.PositionID
	}
	if q.Interviewer != "" {
		data["interviewer"] = q.Interviewer
	}
	return r, s.Interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, db.NowOf(s.Interviews.Now), a, exportAction, "", data)
	})
}

// ReadOwn returns the actor's own figures.
func (s *Service) ReadOwn(ctx context.Context, a actor.Actor, q Query) (*Own, error) {
	q.Interviewer = a.UserID
	r, err := s.readReport(ctx, a, q)
	if err != nil {
		return nil, err
	}
	return &r.Own, nil
}

func (s *Service) readReport(ctx context.Context, a actor.Actor, q Query) (*Report, error) {
	now := db.NowOf(s.Interviews.Now)
	p, err := q.checkPeriod(now)
	if err != nil {
		return nil, err
	}
	t := newTally(p, q.Interviewer, now)
	query := s.newQuery(a.CorpID, p, q).OrderExpr("i.starts_at, i.id")
	if err := s.readRecords(ctx, query, func(r *record) bool { t.addRecord(r); return true }); err != nil {
		return nil, err
	}
	report := t.newReport()
	if err := s.fillNames(ctx, a.CorpID, report); err != nil {
		return nil, err
	}
	return report, nil
}

func (s *Service) fillNames(ctx context.Context, corpID string, r *Report) error {
	userIDs := make([]string, len(r.Interviewers))
	for n, l := range r.Interviewers {
		userIDs[n] = l.Member.UserID
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, userIDs)
	if err != nil {
		return err
	}
	for n := range r.Interviewers {
		r.Interviewers[n].Member = people(userIDs[n])
	}
	ids := make([]string, len(r.Positions))
	for n, p := range r.Positions {
		ids[n] = p.ID
	}
	found, err := position.ReadByIDs(ctx, s.Interviews.DB.DB, corpID, ids)
	titles := make(map[string]string, len(found))
	for _, p := range found {
		titles[p.ID] = p.Title
	}
	for n := range r.Positions {
		r.Positions[n].Title = titles[r.Positions[n].ID]
	}
	return err
}
