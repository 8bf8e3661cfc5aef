package candidatefile

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
)

// Open returns a file with its content, which the caller closes, to those who may read it. The
// access is in the audit log before the first byte is read.
func (s *Service) Open(ctx context.Context, a actor.Actor, id string) (*File, io.ReadCloser, error) {
	f, err := read(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, nil, err
	}
	if err := s.requireRead(ctx, s.DB.DB, a, f.CandidateID); err != nil {
		return nil, nil, err
	}
	content, openErr := s.Store.Open(ctx, f.ID)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockReferenced(ctx, (*candidate.Candidate)(nil), "corp_id = ? AND id = ?", f.CorpID, f.CandidateID); err != nil {
			return err
		}
		if _, err := read(ctx, tx, a.CorpID, id); err != nil || openErr != nil { // deleted meanwhile, or its content is missing
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, readAction, f.CandidateID, audit.Data{auditFile: f.ID})
	})
	if err == nil && openErr == nil {
		return f, content, nil
	}
	if openErr == nil {
		return nil, nil, errors.Join(err, content.Close())
	}
	if err == nil {
		s.Logger.ErrorContext(ctx, "the content of a file cannot be read", "file", f.ID, "error", openErr)
		err = apperr.New(apperr.Unavailable, "file.not_readable")
		if errors.Is(openErr, filestore.ErrNotFound) {
			err = apperr.New(apperr.Gone, "file.missing")
		}
	}
	return nil, nil, err
}

// Delete deletes a file. Its content is deleted by a job, after the transaction. It requires a
// recruiter or an administrator; a file of a candidate on legal hold is a Conflict.
func (s *Service) Delete(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Require(actor.EditFiles); err != nil {
		return err
	}
	f, err := read(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		// A legal hold is set under the same lock.
		if err := tx.Lock(ctx, (*candidate.Candidate)(nil), "corp_id = ? AND id = ?", f.CorpID, f.CandidateID); err != nil {
			return err
		}
		if _, err := read(ctx, tx, a.CorpID, id); err != nil { // deleted meanwhile
			return err
		}
		held, err := tx.NewSelect().TableExpr("candidate_holds").Where("candidate_id = ?", f.CandidateID).Exists(ctx)
		if err != nil {
			return fmt.Errorf("reading the legal hold of candidate %s: %w", f.CandidateID, err)
		}
		if held {
			return apperr.New(apperr.Conflict, "file.on_hold")
		}
		if _, err := tx.NewDelete().Model(f).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("deleting the row of file %s: %w", id, err)
		}
		if err := s.Queue.Insert(ctx, tx, DeleteArgs{FileID: id}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, deleteAction, f.CandidateID, audit.Data{auditFile: f.ID})
	})
}
