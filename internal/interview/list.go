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
	From, To      time.Time // the time that they overlap; zero is no bound
	States        []State
	Mine          bool   // organized by the actor, or with the actor as interviewer who has not declined
	Query         string // part of the title or the candidate's name, or of their pinyin
	CandidateName string // part of the candidate's name or of its pinyin
	PositionID    string
	CandidateID   string
	ExternalID    string
	Descending    bool      // by start time
	Unanswered    bool      // the actor is an interviewer and has not responded
	ScorecardDue  bool      // the actor is an interviewer whose scorecard is missing
	StartsAfter   time.Time // starts after this time; zero is no bound
}

// List returns the interviews that the actor may see, by start time.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]*Interview, string, error) {
	var list []*Interview
	q, err := f.newQuery(s.DB, a)
	if err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx, &list); err != nil {
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
	if err := s.DB.NewSelect().Model(&list).Where("i.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing interviews by id: %w", err)
	}
	list = slices.DeleteFunc(list, func(i *Interview) bool { return i.CorpID != a.CorpID })
	if err := readRelated(ctx, s.DB.DB, a.CorpID, s.now(), list); err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(i *Interview) bool { return !i.May(a, actor.ReadInterviews) })
	return list, s.fillNames(ctx, a.CorpID, list)
}

// participations selects the ids of the interviews of company ?0 with the interviewer ?1.
const participations = "SELECT im.interview_id AS id FROM interview_members AS im WHERE im.corp_id = ?0 AND im.user_id = ?1"

// Restrictions of participations. takesPart: interviewers who have not declined, or took part all the
// same and have a scorecard. expectsScorecard: without a submitted scorecard.
const (
	takesPart = " AND (im.response <> ?2 OR EXISTS (SELECT 1 FROM scorecards AS own" +
		" WHERE own.interview_id = im.interview_id AND own.user_id = im.user_id" + db.PerRow + "))"
	isPending        = " AND im.response = ?2"
	expectsScorecard = " AND im.response <> ?2 AND im.excused_at IS NULL AND NOT EXISTS (SELECT 1 FROM scorecards AS sc" +
		" WHERE sc.interview_id = im.interview_id AND sc.user_id = im.user_id AND sc.state = ?3" + db.PerRow + ")"
)

// AssignedQuestions returns a query of the ids of the questions of the interviews in which
// the actor is an interviewer.
func AssignedQuestions(a actor.Actor) schema.QueryAppender {
	return bun.SafeQuery("SELECT id.value FROM interviews AS i, ? AS id WHERE i.corp_id = ? AND i.id IN (?)",
		db.EachText("i.question_ids"), a.CorpID, bun.SafeQuery(participations, a.CorpID, a.UserID))
}

// newQuery selects the interviews of a page by their ids, which are found in an index: a
// search reads no row that it does not return.
func (f Filter) newQuery(d *db.DB, a actor.Actor) (*bun.SelectQuery, error) {
	ids := d.NewSelect().Column("i.id")
	own, err := f.newOwnQuery(d, a)
	if err != nil {
		return nil, err
	}
	if own == nil {
		ids.TableExpr("interviews AS i").Where("i.corp_id = ?", a.CorpID)
	} else { // CROSS JOIN sets the order in which SQLite reads
		ids.TableExpr("(?) AS mine CROSS JOIN interviews AS i", own).Where("i.id = mine.id")
	}
	if err := f.applyTo(ids, a.CorpID); err != nil {
		return nil, err
	}
	q := d.NewSelect().Model((*Interview)(nil)).Where("i.id IN (?)", ids)
	return q, f.ApplyCursor(q, "i", "starts_at", f.Descending)
}

// newOwnQuery selects the ids of the actor's interviews, of those that the actor organizes
// only a page; nil if the filter selects all of the company.
func (f Filter) newOwnQuery(d *db.DB, a actor.Actor) (schema.QueryAppender, error) {
	restriction := ""
	switch {
	case f.Unanswered:
		return bun.SafeQuery(participations+isPending, a.CorpID, a.UserID, Pending), nil
	case f.ScorecardDue:
		return bun.SafeQuery(participations+expectsScorecard, a.CorpID, a.UserID, Declined, scorecard.Submitted), nil
	case f.Mine:
		restriction = takesPart
	case a.May(actor.ReadInterviews):
		return nil, nil
	}
	organized := d.NewSelect().TableExpr("interviews AS i").Column("i.id").Where("i.corp_id = ? AND i.organizer_id = ?", a.CorpID, a.UserID)
	if err := f.applyTo(organized, a.CorpID); err != nil {
		return nil, err
	}
	own := bun.SafeQuery("SELECT organized.id FROM (?) AS organized UNION ?", organized, bun.SafeQuery(participations+restriction, a.CorpID, a.UserID, Declined))
	positions := a.PositionsWith(actor.ReadInterviews)
	if f.Mine || len(positions) == 0 {
		return own, nil
	}
	managed := d.NewSelect().TableExpr("interviews AS i").Column("i.id").Where("i.corp_id = ? AND i.position_id IN (?)", a.CorpID, bun.List(positions))
	return bun.SafeQuery("? UNION SELECT managed.id FROM (?) AS managed", own, managed), f.applyTo(managed, a.CorpID)
}

// applyTo restricts a query to the interviews of a page.
func (f Filter) applyTo(q *bun.SelectQuery, corpID string) error {
	f.applyBounds(q)
	if f.Query != "" {
		q.Where("(? OR i.candidate_id IN (SELECT c.id FROM candidates AS c WHERE c.corp_id = ? AND ?))",
			db.Matches("i.search_text", f.Query), corpID, db.Matches("c.search_name", f.Query))
	}
	if f.CandidateName != "" {
		q.Where("i.candidate_id IN (SELECT c.id FROM candidates AS c WHERE c.corp_id = ? AND ?)", corpID, db.Matches("c.search_name", f.CandidateName))
	}
	return f.ApplyCursor(q, "i", "starts_at", f.Descending)
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
	for _, c := range []struct{ column, id string }{{"i.position_id", f.PositionID}, {"i.candidate_id", f.CandidateID}, {"i.external_id", f.ExternalID}} {
		if c.id != "" {
			q.Where("? = ?", bun.Ident(c.column), c.id)
		}
	}
	if !f.StartsAfter.IsZero() {
		q.Where("i.starts_at > ?", db.Time(f.StartsAfter))
	}
}
