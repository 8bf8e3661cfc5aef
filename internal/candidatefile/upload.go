package candidatefile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
)

// Actions of the audit log. Their object is the candidate.
const (
	uploadAction = "candidate.upload_file"
	readAction   = "candidate.read_file"
	deleteAction = "candidate.delete_file"
)

// auditFile is the key of a file's id in the data of the audit log. The name may contain
// personal data, and is not recorded.
const auditFile = "file"

// Upload stores a file of a candidate. It requires a recruiter or an administrator.
func (s *Service) Upload(ctx context.Context, a actor.Actor, candidateID, name string, content []byte) (*File, error) {
	if err := a.Require(actor.EditFiles); err != nil {
		return nil, err
	}
	if _, err := candidate.Read(ctx, s.DB.DB, a.CorpID, candidateID); err != nil {
		return nil, err
	}
	f, err := s.newFile(a, candidateID, name, content)
	if err != nil {
		return nil, err
	}
	if err := s.checkLimits(ctx, s.DB.DB, f); err != nil { // before the content is written
		return nil, err
	}
	// The content precedes the row: a row always has its content. After a crash the sweep
	// deletes a content without a row.
	if err := s.Store.Write(ctx, f.ID, bytes.NewReader(content)); err != nil {
		return nil, apperr.New(apperr.Unavailable, "file.not_stored").WithCause(err)
	}
	if err := s.insertRow(ctx, a, f); err != nil {
		if apperr.KindOf(err) == apperr.Internal { // the transaction may have committed
			return nil, err
		}
		return nil, errors.Join(err, s.Store.Delete(ctx, f.ID))
	}
	list := []File{*f}
	return &list[0], s.fillMembers(ctx, a.CorpID, list)
}

func (s *Service) newFile(a actor.Actor, candidateID, name string, content []byte) (*File, error) {
	switch {
	case len(content) == 0:
		return nil, apperr.New(apperr.Invalid, "file.empty")
	case len(content) > MaxBytes:
		return nil, apperr.New(apperr.Invalid, "file.too_large", "Limit", MaxBytes>>20)
	}
	mediaType := detectType(content)
	if mediaType == "" {
		return nil, apperr.New(apperr.Invalid, "file.unsupported")
	}
	sum := sha256.Sum256(content)
	return &File{
		ID: db.NewID(), CorpID: a.CorpID, Kind: Resume, CandidateID: candidateID, Name: cleanName(name, mediaType), MediaType: mediaType,
		Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]), CreatedBy: a.UserID, CreatedAt: s.now(),
	}, nil
}

// insertRow stores the row of a file under the lock of the company's files, in which the limits
// hold for uploads at the same time.
func (s *Service) insertRow(ctx context.Context, a actor.Actor, f *File) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"files/" + f.CorpID}); err != nil {
			return err
		}
		if err := tx.LockReferenced(ctx, (*candidate.Candidate)(nil), "corp_id = ? AND id = ?", f.CorpID, f.CandidateID); err != nil {
			return err
		}
		if _, err := candidate.Read(ctx, tx, f.CorpID, f.CandidateID); err != nil { // erased meanwhile
			return err
		}
		if err := s.checkLimits(ctx, tx, f); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(f).Exec(ctx); err != nil {
			return fmt.Errorf("storing the row of a file: %w", err)
		}
		return audit.Write(ctx, tx, f.CreatedAt, a, uploadAction, f.CandidateID, audit.Data{auditFile: f.ID})
	})
}

// checkLimits returns a Conflict if a file has the content of another one of the candidate, or
// exceeds the limits.
func (s *Service) checkLimits(ctx context.Context, q bun.IDB, f *File) error {
	var stored []File
	if err := q.NewSelect().Model(&stored).Column("name", "sha256").Where("f.candidate_id = ?", f.CandidateID).Limit(MaxFiles).Scan(ctx); err != nil {
		return fmt.Errorf("reading the files of candidate %s: %w", f.CandidateID, err)
	}
	for _, other := range stored {
		if other.SHA256 == f.SHA256 {
			return apperr.New(apperr.Conflict, "file.duplicate", "Name", other.Name)
		}
	}
	if len(stored) >= MaxFiles {
		return apperr.New(apperr.Conflict, "file.too_many", "Limit", MaxFiles)
	}
	if s.CompanyBytes == 0 {
		return nil
	}
	var used int64
	if err := q.NewSelect().Model((*File)(nil)).ColumnExpr("COALESCE(SUM(f.size), 0)").Where("f.corp_id = ?", f.CorpID).Scan(ctx, &used); err != nil {
		return fmt.Errorf("adding up the files of a company: %w", err)
	}
	if used+f.Size > s.CompanyBytes {
		return apperr.New(apperr.Conflict, "file.company_full")
	}
	return nil
}
