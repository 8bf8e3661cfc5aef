package interview

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/scorecard"
)

// Filter selects interviews. The zero value selects all that the actor may see.
type Filter struct {
	pagination.Page
	From, To    time.Time // the time that they overlap; zero is no bound
	States      []State
	Mine        bool   // organized by the actor, or with the actor as interviewer who has not declined
	Query       string // part of the title or the candidate's name, or of their pinyin
	PositionID  string
	CandidateID string
	ExternalID  string
	Descending  bool // by start time

	unanswered  bool      // the actor has not responded
	due         bool      // the actor's scorecard is missing
	startsAfter time.Time // starts after this time; zero is no bound
}

// List returns interviews by start time: all of the company for recruiters and
// administrators, their own for interviewers.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]*Interview, string, error) {
	var list []*Interview
	q := s.DB.NewSelect().Model(&list).Where("i.corp_id = ?", a.CorpID)
	f.applyTo(q, a)
	if err := f.ApplyCursor(q, "i", "starts_at", f.Descending); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing interviews: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(i *Interview) (time.Time, string) { return i.StartsAt, i.ID })
	if err := readRelated(ctx, s.DB.DB, a.CorpID, s.now(), list); err != nil {
		return nil, "", err
	}
	return list, next, s.fillNames(ctx, a.CorpID, list)
}

// ListByIDs returns the interviews with these ids that the actor may see, in no order. The
// query names no company, whose index SQLite would use in place of the primary key.
func (s *Service) ListByIDs(ctx context.Context, a actor.Actor, ids []string) ([]*Interview, error) {
	var list []*Interview
	q := s.DB.NewSelect().Model(&list).Where("i.id IN (?)", bun.List(ids))
	Filter{}.applyTo(q, a)
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing interviews by id: %w", err)
	}
	list = slices.DeleteFunc(list, func(i *Interview) bool { return i.CorpID != a.CorpID })
	if err := readRelated(ctx, s.DB.DB, a.CorpID, s.now(), list); err != nil {
		return nil, err
	}
	return list, s.fillNames(ctx, a.CorpID, list)
}

// seats selects the ids of the interviews of company ?0 with the interviewer ?1.
const seats = "SELECT im.interview_id FROM interview_members AS im WHERE im.corp_id = ?0 AND im.user_id = ?1"

// takesPart restricts seats to interviewers who have not declined, or took part all the
// same and have a scorecard.
const takesPart = " AND (im.response <> ?2 OR EXISTS (SELECT 1 FROM scorecards AS own WHERE own.interview_id = im.interview_id AND own.user_id = im.user_id))"

// organizedOr selects the ids of the interviews that member ?1 organizes, and those of
// another query.
const organizedOr = "i.id IN (SELECT o.id FROM interviews AS o WHERE o.corp_id = ?0 AND o.organizer_id = ?1 UNION ALL "

// AssignedQuestions is a query of the ids of the questions of the interviews in which
// the actor is an interviewer.
func AssignedQuestions(a actor.Actor) schema.QueryAppender {
	return bun.SafeQuery("SELECT id.value FROM interviews AS i, ? AS id WHERE i.corp_id = ? AND i.id IN (?)",
		db.EachText("i.question_ids"), a.CorpID, bun.SafeQuery(seats, a.CorpID, a.UserID))
}

func (f Filter) applyTo(q *bun.SelectQuery, a actor.Actor) {
	switch {
	case f.Mine:
		q.Where(organizedOr+seats+takesPart+")", a.CorpID, a.UserID, Declined)
	case !a.CanManage():
		q.Where(organizedOr+seats+")", a.CorpID, a.UserID)
	}
	f.applyBounds(q)
	if f.Query != "" {
		q.Where("(? OR i.candidate_id IN (SELECT c.id FROM candidates AS c WHERE c.corp_id = ? AND ?))",
			db.Matches("i.search_text", f.Query), a.CorpID, db.Matches("c.search_name", f.Query))
	}
	if f.unanswered {
		q.Where("i.id IN ("+seats+" AND im.response = ?2)", a.CorpID, a.UserID, Pending)
	}
	if f.due {
		q.Where("i.id IN ("+seats+" AND im.response <> ?2 AND im.excused_at IS NULL)", a.CorpID, a.UserID, Declined)
		q.Where(`NOT EXISTS (SELECT 1 FROM scorecards AS sc WHERE sc.interview_id = i.id AND sc.user_id = ? AND sc.state = ?)`, a.UserID, scorecard.Submitted)
	}
}

// applyBounds adds the conditions on the columns of the interview.
func (f Filter) applyBounds(q *bun.SelectQuery) {
	if !f.From.IsZero() {
		// No interview is longer than longest; only a bound of starts_at can use the index.
		q.Where("i.ends_at > ? AND i.starts_at > ?", db.Time(f.From), db.Time(f.From.Add(-longest)))
	}
	if !f.To.IsZero() {
		q.Where("i.starts_at < ?", db.Time(f.To))
	}
	if len(f.States) > 0 {
		q.Where("i.state IN (?)", bun.List(f.States))
	}
	if f.PositionID != "" {
		q.Where("i.position_id = ?", f.PositionID)
	}
	if f.CandidateID != "" {
		q.Where("i.candidate_id = ?", f.CandidateID)
	}
	if f.ExternalID != "" {
		q.Where("i.external_id = ?", f.ExternalID)
	}
	if !f.startsAfter.IsZero() {
		q.Where("i.starts_at > ?", db.Time(f.startsAfter))
	}
}

// Overview is the actor's work of the day.
type Overview struct {
	Today          []*Interview // without cancelled ones; for interviewers also without those that they declined
	ToAnswer       []*Interview // invitations without a response of the actor, before the start
	ScorecardsDue  []*Interview // without the actor's scorecard
	FailedMessages int          // for recruiters
	QueuedMessages int          // for recruiters
}

// overviewPage limits each list of the overview.
const overviewPage = 50

// Overview returns the actor's work of the day in the time zone loc.
func (s *Service) Overview(ctx context.Context, a actor.Actor, loc *time.Location) (*Overview, error) {
	now := s.now().In(loc)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, loc)
	page := pagination.Page{Limit: overviewPage}
	o := &Overview{}
	lists := []struct {
		to *[]*Interview
		f  Filter
	}{
		{&o.Today, Filter{Page: page, From: midnight, To: midnight.AddDate(0, 0, 1), States: []State{Scheduled, InProgress, Ended}, Mine: !a.CanManage()}},
		{&o.ToAnswer, Filter{Page: page, startsAfter: now, States: []State{Scheduled}, Mine: true, unanswered: true}},
		{&o.ScorecardsDue, Filter{Page: page, States: []State{Ended}, Mine: true, due: true}},
	}
	for _, l := range lists {
		list, _, err := s.List(ctx, a, l.f)
		if err != nil {
			return nil, err
		}
		*l.to = list
	}
	if !a.CanManage() {
		return o, nil
	}
	var err error
	o.FailedMessages, o.QueuedMessages, err = s.Messages.CountUnsent(ctx, a)
	return o, err
}
