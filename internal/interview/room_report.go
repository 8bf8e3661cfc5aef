package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// RoomReport is the state of an interview that a provider reports.
type RoomReport struct {
	Kind       RoomKind
	ExternalID string
	Started    bool
	Ended      bool
	Rating     *float64  // nil: not reported
	At         time.Time // time of the state; an older report changes no rating
}

// ApplyReport updates an interview from a report of its room. A repeated report
// does nothing, a late one does not undo a later one, and one about a released
// room is ignored. It returns the id of the room, or NotFound for a room of
// another company.
func (s Rooms) ApplyReport(ctx context.Context, corpID string, report RoomReport) (string, error) {
	r := new(roomRow)
	err := s.interviews.DB.NewSelect().Model(r).Where("ir.corp_id = ? AND ir.kind = ? AND ir.external_id = ?", corpID, report.Kind, report.ExternalID).
		OrderExpr("ir.created_at DESC").Limit(1).Scan(ctx)
	if report.ExternalID == "" || db.IsNotFound(err) {
		return "", apperr.NewNotFound()
	}
	if err != nil {
		return "", fmt.Errorf("looking for the room that was reported: %w", err)
	}
	return r.ID, s.withLockedRoom(ctx, corpID, r.ID, func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
		if r.isReleased() || i.State == Cancelled {
			return nil
		}
		at := db.Time(report.At)
		if report.Rating != nil && (r.ReportedAt == nil || !at.Before(*r.ReportedAt)) {
			r.Rating, r.ReportedAt = report.Rating, &at
		}
		if report.Ended && r.ReportedAt == nil {
			r.ReportedAt = &at
		}
		system := actor.System(corpID)
		switch {
		case report.Ended && i.Open():
			return s.interviews.endInterview(ctx, tx, system, i)
		case report.Started && i.State == Scheduled:
			return s.interviews.startInterview(ctx, tx, system, i)
		}
		return nil
	})
}

// StoreReport stores the report of a room after the interview.
func (s Rooms) StoreReport(ctx context.Context, corpID, roomID string, facts []RoomFact) error {
	return s.withLockedRoom(ctx, corpID, roomID, func(_ context.Context, _ *db.Tx, _ *Interview, r *roomRow) error {
		r.Report = append([]RoomFact{}, facts...)
		return nil
	})
}

// FindInterview returns the interview of a room, if the room is the interview's
// current one.
func (s Rooms) FindInterview(ctx context.Context, corpID, roomID string) (*Interview, error) {
	r, err := readRoom(ctx, s.interviews.DB.DB, corpID, roomID)
	if err != nil {
		return nil, err
	}
	i, err := s.interviews.readInterview(ctx, s.interviews.DB.DB, corpID, r.InterviewID)
	if err != nil {
		return nil, err
	}
	if r.isReleased() || i.State == Cancelled {
		return nil, apperr.New(apperr.Gone, "provider.page_over")
	}
	return i, s.interviews.fillNames(ctx, corpID, []*Interview{i})
}

// maxDue limits the rooms of one poll.
const maxDue = 5000

// ListToReconcile returns rooms of a kind whose interview should have started or ended
// between the two times and is not known to have, or has ended without a
// report: of one company, or of all when corpID is empty.
func (s Rooms) ListToReconcile(ctx context.Context, corpID string, kind RoomKind, from, to time.Time) ([]RoomSpec, error) {
	var list []roomRow
	q := s.interviews.DB.NewSelect().Model(&list).
		Join("JOIN interviews AS i ON i.corp_id = ir.corp_id AND i.id = ir.interview_id").
		Where("ir.kind = ? AND ir.external_id <> '' AND ir.state NOT IN (?)", kind, bun.List([]RoomState{roomLeaving, roomGone})).
		Where("(i.state IN (?) OR i.state = ? AND ir.reported_at IS NULL)", bun.List([]State{Scheduled, InProgress}), Ended).
		Where("i.starts_at <= ? AND i.ends_at >= ?", db.Time(to), db.Time(from)).
		OrderExpr("i.starts_at, ir.id").Limit(maxDue)
	if corpID != "" {
		q.Where("ir.corp_id = ?", corpID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing the rooms to ask about: %w", err)
	}
	out := make([]RoomSpec, 0, len(list))
	for _, r := range list {
		out = append(out, RoomSpec{RoomID: r.ID, CorpID: r.CorpID, ExternalID: r.ExternalID})
	}
	return out, nil
}
