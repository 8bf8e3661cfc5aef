package erasure

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/transcript"
)

// FinishArgs is the job that deletes what the request has left: files, the rooms' logs, and what
// was recorded for other systems and for the audit.
type FinishArgs struct {
	CorpID    string `json:"corpId"`
	ErasureID string `json:"erasureId"`
}

// Kind implements job.Args.
func (FinishArgs) Kind() string { return "erasure_finish" }

// runFor is the time after which a run ends and another one continues: a job is cancelled
// after a minute.
const runFor = 30 * time.Second

// runJob completes an erasure, or snoozes the job when its time is over.
func (s *Service) runJob(ctx context.Context, args FinishArgs, _ job.Attempt) error {
	runCtx, cancel := context.WithTimeout(ctx, runFor)
	defer cancel()
	err := s.Complete(runCtx, args.CorpID, args.ErasureID)
	if err != nil && ctx.Err() == nil && runCtx.Err() != nil {
		return job.Snooze(0)
	}
	return err
}

// Complete deletes the rest of an erasure. Each step is repeatable: a run that was killed
// or cancelled is continued by the next one.
func (s *Service) Complete(ctx context.Context, corpID, id string) error {
	r, err := s.readReceipt(ctx, corpID, id)
	if err != nil || r.State == Finished {
		return err
	}
	if err := s.runSteps(ctx, r); err != nil {
		return fmt.Errorf("erasing candidate %s: %w", r.CandidateID, err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*Receipt)(nil)).Set("state = ?, finished_at = ?, remaining = ?", Finished, s.now(), "{}").
			Where("corp_id = ? AND id = ? AND state = ?", corpID, id, Running).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("finishing erasure %s: %w", id, err)
	}
	s.Logger.InfoContext(ctx, "a candidate was erased", "erasure", id, "interviews", len(r.Remaining.Interviews))
	return nil
}

func (s *Service) runSteps(ctx context.Context, r *Receipt) error {
	for _, fileID := range r.Remaining.Files {
		if err := s.Files.Delete(ctx, fileID); err != nil {
			return err
		}
	}
	for _, roomID := range r.Remaining.Interviews {
		if err := s.deleteRoom(ctx, roomID); err != nil {
			return err
		}
	}
	p := &person{corpID: r.CorpID, candidateID: r.CandidateID, Remaining: r.Remaining}
	for deleted := int64(1); deleted > 0; { // each call deletes a limited number
		var err error
		if deleted, err = s.DB.DeleteInBatches(ctx, deliveryRows.table, "id", deliveryRows.where, deliveryRows.queryArgs(p)...); err != nil {
			return err
		}
	}
	if err := event.ClearData(ctx, s.DB, r.CorpID, p.subjectIDs(), event.CandidateErased); err != nil {
		return err
	}
	if err := audit.ClearData(ctx, s.DB, r.CorpID, p.subjectIDs(), eraseAction); err != nil {
		return err
	}
	kept := []string{FinishArgs{}.Kind(), interview.EvictArgs{}.Kind()}
	for _, id := range p.subjectIDs() {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return job.DeleteWithArg(ctx, tx, s.DB.Dialect(), id, kept...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// deleteRoom deletes the log of a room as retention does, and the secrets from which the
// hashes of its rows and the ids of its participants are derived. The seals stay: their
// statements contain numbers of rows and hashes.
func (s *Service) deleteRoom(ctx context.Context, roomID string) error {
	if err := archive.MarkDeleted(ctx, s.DB, roomID, s.now()); err != nil {
		return err
	}
	if err := transcript.DeleteSecret(ctx, s.DB, roomID); err != nil {
		return err
	}
	if err := archive.DeleteLog(ctx, s.DB, roomID); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE rooms SET participant_key = '' WHERE id = ?", roomID).Exec(ctx)
		return err
	})
}
