// Package worklist selects the interviews on which a recruiter has to act, by reason, and
// those of a member's day.
package worklist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/scorecard"
)

// Reason is why a recruiter has to act on an interview.
type Reason string

const (
	Declined          Reason = "declined"           // an interviewer has declined: replace or move
	NoSubstitute      Reason = "no_substitute"      // no member of the pool has replaced an interviewer who cannot attend
	Incomplete        Reason = "incomplete"         // the room, the schedule or the meeting could not be created
	MailFailed        Reason = "mail_failed"        // the candidate's last mail of a kind was refused
	LinkUnopened      Reason = "link_unopened"      // within 24 hours of the start the candidate has opened no link
	NoResponse        Reason = "no_response"        // an interviewer has not responded, and none has declined
	NotHeld           Reason = "not_held"           // the planned end has passed without a start
	ScorecardsOverdue Reason = "scorecards_overdue" // a scorecard is missing for 24 hours
	DecisionDue       Reason = "decision_due"       // no scorecard is missing, and there is no decision
	NextRound         Reason = "next_round"         // the decision is another round, and none is scheduled
)

const (
	maxItems = 20  // of a group, with their interviews
	maxTotal = 100 // of a group, counted

	soonBefore = 24 * time.Hour      // the start
	oldest     = 60 * 24 * time.Hour // since the start
	latest     = 30 * 24 * time.Hour // until the start
)

// NotHeldAfter is the time after the planned end from which an interview without a start counts
// as not held; OverdueAfter, the time after the end from which a scorecard is overdue.
const (
	NotHeldAfter = 30 * time.Minute
	OverdueAfter = 24 * time.Hour
)

// Group is the interviews with one reason.
type Group struct {
	Reason Reason
	Total  int // at most maxTotal, for "100 or more"
	Items  []*interview.Interview
}

// List returns the groups with at least one interview, the most urgent first. Upcoming
// interviews are ordered by their start, past ones from the oldest. It requires a
// recruiter.
func List(ctx context.Context, s *interview.Service, a actor.Actor) ([]Group, error) {
	groups, ids, err := selectGroups(ctx, s, a)
	if err != nil || len(groups) == 0 {
		return groups, err
	}
	list, err := s.ListByIDs(ctx, a, slices.Concat(ids...))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*interview.Interview, len(list))
	for _, i := range list {
		byID[i.ID] = i
	}
	for n := range groups {
		for _, id := range ids[n] {
			if i := byID[id]; i != nil { // erased since
				groups[n].Items = append(groups[n].Items, i)
			}
		}
	}
	return groups, nil
}

// Count returns the groups of List without their interviews.
func Count(ctx context.Context, s *interview.Service, a actor.Actor) ([]Group, error) {
	groups, _, err := selectGroups(ctx, s, a)
	return groups, err
}

// selectGroups returns the groups with at least one interview, and the ids of the first
// interviews of each.
func selectGroups(ctx context.Context, s *interview.Service, a actor.Actor) ([]Group, [][]string, error) {
	if err := a.Require(actor.ReadWorklist); err != nil {
		return nil, nil, err
	}
	now := db.NowOf(s.Now)
	groups, ids := []Group{}, [][]string{}
	for _, r := range rules {
		found, err := r.findIDs(ctx, s.DB, a.CorpID, now)
		if err != nil {
			return nil, nil, fmt.Errorf("selecting interviews with the reason %s: %w", r.reason, err)
		}
		if len(found) > 0 {
			groups = append(groups, Group{Reason: r.reason, Total: len(found)})
			ids = append(ids, found[:min(len(found), maxItems)])
		}
	}
	return groups, ids, nil
}

// rule selects the interviews with a reason.
type rule struct {
	reason   Reason
	state    interview.State
	decision interview.Decision // "" before one
	// range of starts_at, which the index of states and decisions bounds
	from, to func(now time.Time) time.Time
	restrict func(q *bun.SelectQuery, corpID string, now time.Time)
}

var rules = []rule{
	{NoSubstitute, interview.Scheduled, "", upcoming, planned, noSubstitute},
	{Declined, interview.Scheduled, "", upcoming, planned, declined},
	{Incomplete, interview.Scheduled, "", upcoming, planned, incomplete},
	{MailFailed, interview.Scheduled, "", upcoming, planned, mailFailed},
	{LinkUnopened, interview.Scheduled, "", upcoming, soon, linkUnopened},
	{NotHeld, interview.Scheduled, "", recent, upcoming, notHeld},
	{NoResponse, interview.Scheduled, "", upcoming, planned, noResponse},
	{ScorecardsOverdue, interview.Ended, "", recent, upcoming, scorecardsOverdue},
	{DecisionDue, interview.Ended, "", recent, upcoming, decisionDue},
	{NextRound, interview.Ended, interview.NextRound, recent, upcoming, nextRound},
}

func upcoming(now time.Time) time.Time { return now }
func soon(now time.Time) time.Time     { return now.Add(soonBefore) }
func recent(now time.Time) time.Time   { return now.Add(-oldest) }
func planned(now time.Time) time.Time  { return now.Add(latest) }

// findIDs returns the ids of the interviews, at most maxTotal.
func (r rule) findIDs(ctx context.Context, d *db.DB, corpID string, now time.Time) ([]string, error) {
	var ids []string
	err := r.newQuery(d, corpID, now).Scan(ctx, &ids)
	return ids, err
}

func (r rule) newQuery(d *db.DB, corpID string, now time.Time) *bun.SelectQuery {
	q := d.NewSelect().TableExpr("interviews AS i").Column("i.id").
		Where("i.corp_id = ? AND i.state = ? AND i.decision = ? AND i.starts_at > ?", corpID, r.state, r.decision, db.Time(r.from(now))).
		Where("i.starts_at <= ?", db.Time(r.to(now))).OrderExpr("i.starts_at, i.id").Limit(maxTotal)
	r.restrict(q, corpID, now)
	return q
}

const perRow = db.PerRow + ")"

// The subqueries on interviewers and scorecards name no corp_id: their primary keys begin with
// the id of the interview, and SQLite without statistics would choose the index of the company.
const (
	memberWith = "EXISTS (SELECT 1 FROM interview_members AS im WHERE im.interview_id = i.id AND im.response = ?" + perRow
	owing      = "EXISTS (SELECT 1 FROM interview_members AS im WHERE im.interview_id = i.id AND im.response <> ? AND im.excused_at IS NULL" +
		" AND NOT EXISTS (SELECT 1 FROM scorecards AS sc WHERE sc.interview_id = im.interview_id AND sc.user_id = im.user_id AND sc.state = ?" + perRow + perRow
	submitted = "EXISTS (SELECT 1 FROM scorecards AS sc WHERE sc.interview_id = i.id AND sc.state = ?" + perRow
)

func declined(q *bun.SelectQuery, _ string, _ time.Time) {
	q.Where(memberWith, interview.Declined)
}

func noSubstitute(q *bun.SelectQuery, corpID string, _ time.Time) {
	q.Where("i.id IN (?)", pool.UnfilledInterviews(corpID))
}

func noResponse(q *bun.SelectQuery, _ string, _ time.Time) {
	q.Where(memberWith+" AND NOT "+memberWith, interview.Pending, interview.Declined)
}

func incomplete(q *bun.SelectQuery, corpID string, _ time.Time) {
	q.Where("(i.id IN (?) OR i.id IN (?))", interview.FailedRooms(corpID), appointment.FailedInterviews(corpID))
}

func mailFailed(q *bun.SelectQuery, corpID string, _ time.Time) {
	q.Where("i.id IN (?)", message.FailedMail(corpID))
}

func linkUnopened(q *bun.SelectQuery, corpID string, _ time.Time) {
	q.Where(`NOT EXISTS (SELECT 1 FROM candidate_links AS l WHERE l.corp_id = ? AND l.interview_id = i.id
		AND l.opened_at IS NOT NULL AND l.revoked_at IS NULL)`, corpID)
}

func notHeld(q *bun.SelectQuery, _ string, now time.Time) {
	q.Where("i.ends_at < ?", db.Time(now.Add(-NotHeldAfter)))
}

func scorecardsOverdue(q *bun.SelectQuery, _ string, now time.Time) {
	q.Where("i.ended_at < ? AND "+owing, db.Time(now.Add(-OverdueAfter)), interview.Declined, scorecard.Submitted)
}

func decisionDue(q *bun.SelectQuery, _ string, _ time.Time) {
	q.Where(submitted+" AND NOT "+owing, scorecard.Submitted, interview.Declined, scorecard.Submitted)
}

func nextRound(q *bun.SelectQuery, corpID string, _ time.Time) {
	q.Where(`NOT EXISTS (SELECT 1 FROM interviews AS n WHERE n.corp_id = ? AND n.candidate_id = i.candidate_id
		AND n.starts_at > i.starts_at AND n.state <> ?`+perRow, corpID, interview.Cancelled)
}
