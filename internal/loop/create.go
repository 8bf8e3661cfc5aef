package loop

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/validate"
)

// Plan is a loop that is to be created.
type Plan struct {
	// Key identifies the request: a repeated one returns the loop that the first has created.
	Key         string
	PositionID  string
	CandidateID string
	// Rounds have no position, no candidate and no external id.
	Rounds           []interview.Plan
	OverrideWarnings bool // accept double bookings
}

// errRepeated rolls back a request whose loop another request has created meanwhile.
var errRepeated = errors.New("the loop exists")

// Create creates all interviews of a loop in one transaction, or none. The interviewers are
// invited to each; the candidate gets one mail. A double booking is a warning, as in Schedule.
func (s *Service) Create(ctx context.Context, a actor.Actor, p Plan) (*Loop, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	if err := p.checkRounds(); err != nil {
		return nil, err
	}
	if known, err := s.findRepeated(ctx, a, p.Key); !apperr.IsNotFound(err) {
		return known, err
	}
	entries, err := s.newEntries(ctx, a, &p)
	if err != nil {
		return nil, err
	}
	interviews, messages := s.newCollecting()
	batch, err := interviews.NewBatch(ctx, a, entries)
	if err != nil {
		return nil, err
	}
	now := s.now()
	l := &Loop{ID: db.NewID(), CorpID: a.CorpID, CandidateID: p.CandidateID, RequestKey: p.Key, Version: 1, CreatedBy: a.UserID, CreatedAt: now, UpdatedAt: now}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertLoop(ctx, tx, l); err != nil {
			return err
		}
		if err := createAll(ctx, tx, batch, p.OverrideWarnings); err != nil {
			return err
		}
		if err := insertRounds(ctx, tx, l, entries); err != nil {
			return err
		}
		if err := messages.storeMerged(ctx, tx, s.Interviews.Messages); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, a, "loop.create", l.ID, audit.Data{"rounds": strconv.Itoa(len(entries))})
	})
	if errors.Is(err, errRepeated) {
		return s.findRepeated(ctx, a, p.Key)
	}
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, l.ID)
}

// checkRounds checks what the plans of the rounds do not: their number and their order.
func (p *Plan) checkRounds() error {
	var e validate.Errors
	if p.Key == "" || len(p.Key) > maxKey {
		e.Add("key", "field.invalid")
	}
	checkCount(&e, len(p.Rounds))
	slices.SortStableFunc(p.Rounds, func(a, b interview.Plan) int { return a.StartsAt.Compare(b.StartsAt) })
	for n := 1; n < len(p.Rounds); n++ {
		before := p.Rounds[n-1]
		if p.Rounds[n].StartsAt.Before(before.StartsAt.Add(before.Duration)) {
			e.Add(fmt.Sprintf("rounds[%d].startsAt", n), "loop.overlap")
		}
	}
	if n := len(p.Rounds) - 1; n > 0 && p.Rounds[n].StartsAt.Add(p.Rounds[n].Duration).Sub(p.Rounds[0].StartsAt) > maxSpan {
		e.Add("rounds", "loop.too_long", "Hours", int(maxSpan/time.Hour))
	}
	return e.Err(false)
}

func checkCount(e *validate.Errors, rounds int) {
	if rounds < MinRounds || rounds > MaxRounds {
		e.Add("rounds", "loop.bad_count", "Min", MinRounds, "Max", MaxRounds)
	}
}

// findRepeated returns the loop of an earlier request with the key.
func (s *Service) findRepeated(ctx context.Context, a actor.Actor, key string) (*Loop, error) {
	l, err := s.readLoop(ctx, s.DB.DB, a.CorpID, "l.request_key = ?", key)
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, l.ID)
}

// newEntries returns the interviews of a plan for interview.Batch.
func (s *Service) newEntries(ctx context.Context, a actor.Actor, p *Plan) ([]*interview.Entry, error) {
	c, err := s.checkReferences(ctx, a, p.PositionID, p.CandidateID)
	if err != nil {
		return nil, err
	}
	c.PositionID = p.PositionID
	entries := make([]*interview.Entry, len(p.Rounds))
	for n := range p.Rounds {
		entries[n] = &interview.Entry{Candidate: *c, CandidateID: c.ID, Plan: &p.Rounds[n]}
	}
	return entries, nil
}

// checkReferences returns the candidate of a plan.
func (s *Service) checkReferences(ctx context.Context, a actor.Actor, positionID, candidateID string) (*candidate.Candidate, error) {
	var e validate.Errors
	if _, err := position.Read(ctx, s.DB.DB, a.CorpID, positionID); apperr.IsNotFound(err) {
		e.AddMissing("positionId", positionID)
	} else if err != nil {
		return nil, err
	}
	c, err := candidate.Read(ctx, s.DB.DB, a.CorpID, candidateID)
	if apperr.IsNotFound(err) {
		e.AddMissing("candidateId", candidateID)
	} else if err != nil {
		return nil, err
	}
	return c, e.Err(false)
}

// insertLoop waits for another request with the key, and returns errRepeated if that has
// created its loop.
func insertLoop(ctx context.Context, tx *db.Tx, l *Loop) error {
	result, err := tx.NewInsert().Model(l).On("CONFLICT (corp_id, request_key) DO NOTHING").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing a loop: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errRepeated, err)
	}
	return nil
}

// createAll creates the interviews of a batch. The errors of all rounds are one, which rolls
// the transaction back.
func createAll(ctx context.Context, tx *db.Tx, batch *interview.Batch, acceptWarnings bool) error {
	if err := batch.Create(ctx, tx, acceptWarnings); err != nil {
		return err
	}
	var e validate.Errors
	for n, entry := range batch.Entries {
		if err := addErrors(&e, n, entry.Err); err != nil {
			return err
		}
	}
	return e.Err(false)
}

// addErrors adds the errors of the fields of a round to those of the loop, and returns any
// other error.
func addErrors(e *validate.Errors, round int, err error) error {
	f, ok := errors.AsType[*apperr.Error](validate.PrefixFields(fmt.Sprintf("rounds[%d]", round), err))
	if !ok || f.Kind != apperr.Invalid {
		return err
	}
	e.Fields = append(e.Fields, f.Fields...)
	return nil
}

func insertRounds(ctx context.Context, tx *db.Tx, l *Loop, entries []*interview.Entry) error {
	rows := make([]roundRow, len(entries))
	for n, entry := range entries {
		rows[n] = roundRow{InterviewID: entry.ID, CorpID: l.CorpID, LoopID: l.ID}
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("storing the rounds of a loop: %w", err)
	}
	return nil
}
