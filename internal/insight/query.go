package insight

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/validate"
)

// Query selects interviews.
type Query struct {
	From, To    string // dates in Location, both included; empty ones are the last defaultWeeks
	Location    *time.Location
	PositionID  string
	Interviewer string // userid: the interviews in which the member takes part, and the participations of the member
}

const defaultWeeks = 12 // with the present one

// period is the days of a query, the last one not included.
type period struct{ from, to time.Time }

// checkPeriod checks the days of the query.
func (q Query) checkPeriod(now time.Time) (period, error) {
	monday := availability.StartOfWeek(now.In(q.Location))
	from, to := availability.Date(q.From), availability.Date(q.To)
	if from == "" {
		from = availability.Date(monday.AddDate(0, 0, -7*(defaultWeeks-1)).Format(time.DateOnly))
	}
	if to == "" {
		to = availability.Date(monday.AddDate(0, 0, 6).Format(time.DateOnly))
	}
	var c validate.Errors
	if !from.IsValid() {
		c.Add("from", "field.invalid")
	}
	if !to.IsValid() {
		c.Add("to", "field.invalid")
	}
	p := period{from.StartIn(q.Location), to.Next().StartIn(q.Location)}
	switch {
	case len(c.Fields) > 0:
	case !p.from.Before(p.to):
		c.Add("to", "insight.ends_before_start")
	case p.to.After(p.from.AddDate(0, 0, MaxDays)):
		c.Add("to", "insight.too_long", "Limit", MaxDays)
	}
	return p, c.Err(false)
}

// record is an interview with what the figures require.
type record struct {
	id, positionID, decision string
	round                    int
	state                    interview.State
	startsAt, endsAt         time.Time
	createdAt                time.Time // of the offer, if the candidate has booked one
	endedAt                  time.Time // zero before the end
	participations           []participation
}

// participation is an interviewer of a record.
type participation struct {
	userID      string
	response    interview.Response
	excused     bool
	scorecard   scorecard.State // "" without one
	submittedAt time.Time       // zero before it is submitted
}

// newQuery selects the rows of the records, one for each participation.
func (s *Service) newQuery(corpID string, p period, q Query) *bun.SelectQuery {
	query := s.Interviews.DB.NewSelect().TableExpr("interviews AS i").
		Column("i.id", "i.position_id", "i.decision", "i.round", "i.state", "i.starts_at", "i.ends_at", "i.created_at", "bo.created_at", "i.ended_at").
		Column("im.user_id", "im.response", "im.excused_at", "sc.state", "sc.submitted_at").
		Join("LEFT JOIN booking_offers AS bo ON bo.corp_id = i.corp_id AND bo.candidate_id = i.candidate_id AND bo.interview_id = i.id").
		Join("LEFT JOIN interview_members AS im ON im.interview_id = i.id").
		Join("LEFT JOIN scorecards AS sc ON sc.interview_id = im.interview_id AND sc.user_id = im.user_id").
		Where("i.corp_id = ? AND i.starts_at >= ? AND i.starts_at < ?", corpID, db.Time(p.from), db.Time(p.to))
	q.applyFilters(query, corpID)
	return query
}

// applyFilters selects the interviews of the position and the interviewer, as far as the query has
// them.
func (q Query) applyFilters(query *bun.SelectQuery, corpID string) {
	if q.PositionID != "" {
		query.Where("i.position_id = ?", q.PositionID)
	}
	if q.Interviewer != "" {
		query.Where("i.id IN (SELECT own.interview_id FROM interview_members AS own WHERE own.corp_id = ? AND own.user_id = ?)", corpID, q.Interviewer)
	}
}

// limit returns the number of interviews, or of scorecards, that one request reads at most.
func (s *Service) limit() int { return cmp.Or(s.MaxInterviews, defaultMaxInterview) }

// readRecords calls fn with each record until it returns false. The record is valid during the
// call.
func (s *Service) readRecords(ctx context.Context, query *bun.SelectQuery, fn func(*record) bool) (err error) {
	rows, err := query.Rows(ctx)
	if err != nil {
		return fmt.Errorf("reading the interviews of a period: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	limit := s.limit()
	r, next := &record{}, &record{}
	for read := 0; rows.Next(); {
		one, err := next.scanRow(rows)
		if err != nil {
			return fmt.Errorf("reading an interview of a period: %w", err)
		}
		if next.id != r.id {
			if r.id != "" && !fn(r) {
				return nil
			}
			if read++; read > limit {
				return apperr.New(apperr.Invalid, "insight.too_many", "Limit", limit)
			}
			r, next = next, r
			r.participations = r.participations[:0]
		}
		if one.userID != "" {
			r.participations = append(r.participations, one)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the interviews of a period: %w", err)
	}
	if r.id != "" {
		fn(r)
	}
	return nil
}

// scanRow reads a row into the record, whose participations it leaves, and returns the participation of the row.
func (r *record) scanRow(rows *sql.Rows) (participation, error) {
	var offered, ended, excused, submitted sql.NullTime
	var userID, response, state sql.NullString
	err := rows.Scan(&r.id, &r.positionID, &r.decision, &r.round, &r.state, &r.startsAt, &r.endsAt, &r.createdAt, &offered, &ended,
		&userID, &response, &excused, &state, &submitted)
	if offered.Valid {
		r.createdAt = offered.Time
	}
	r.endedAt = ended.Time
	return participation{userID.String, interview.Response(response.String), excused.Valid, scorecard.State(state.String), submitted.Time}, err
}
