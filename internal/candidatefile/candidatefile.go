// Package candidatefile holds the files of candidates, such as résumés: it decides who may
// read them, limits their number and size, and deletes their content when the rows are gone.
// Candidates receive none: the operations need a member's session. See ADR 0035.
package candidatefile

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
)

// Limits of the files of a candidate.
const (
	MaxBytes = 10 << 20 // of a file
	MaxFiles = 20
)

// Resume is the only kind of file.
const Resume = "resume"

// File is a row of stored_files.
type File struct {
	bun.BaseModel `bun:"table:stored_files,alias:f"`

	ID          string    `bun:"id,pk"`
	CorpID      string    `bun:"corp_id"`
	Kind        string    `bun:"kind"`
	CandidateID string    `bun:"candidate_id"`
	Name        string    `bun:"name"` // ends in the extension of its type
	MediaType   MediaType `bun:"media_type"`
	Size        int64     `bun:"size"`
	SHA256      string    `bun:"sha256"`
	CreatedBy   string    `bun:"created_by"`
	CreatedAt   time.Time `bun:"created_at"`

	By member.Member `bun:"-"` // CreatedBy; read beside the row
}

// Config configures a Service. All fields but CompanyBytes and Now are required.
type Config struct {
	DB      *db.DB
	Queue   *job.Queue
	Store   filestore.Store
	Members member.Lookup
	Logger  *slog.Logger
	// CompanyBytes limits the size of all files of a company; 0 does not.
	CompanyBytes int64
	Now          func() time.Time
}

// Service implements the operations on the files of candidates.
type Service struct{ Config }

// New returns a Service and registers its jobs.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(cfg.Queue, func(ctx context.Context, args DeleteArgs, _ job.Attempt) error {
		return s.Store.Delete(ctx, args.FileID)
	})
	job.AddWorker(cfg.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.Sweep(ctx) })
	cfg.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// requireRead returns NotFound unless the actor may read the files of a candidate:
// those with the act in the company or as hiring managers, and the interviewers of an interview
// of the candidate that is not cancelled. It is the only rule about reading.
func (s *Service) requireRead(ctx context.Context, q bun.IDB, a actor.Actor, candidateID string) error {
	if a.May(actor.ReadFiles) {
		_, err := candidate.Read(ctx, q, a.CorpID, candidateID)
		return err
	}
	if err := candidate.RequireFor(ctx, q, a, actor.ReadFiles, candidateID); !apperr.IsNotFound(err) {
		return err
	}
	allowed, err := q.NewSelect().TableExpr("interviews AS i").
		Join("JOIN interview_members AS im ON im.corp_id = i.corp_id AND im.interview_id = i.id").
		Where("i.corp_id = ? AND i.candidate_id = ? AND i.state <> ?", a.CorpID, candidateID, interview.Cancelled).
		Where("im.user_id = ?", a.UserID).Exists(ctx)
	if err != nil {
		return fmt.Errorf("reading the interviewers of candidate %s: %w", candidateID, err)
	}
	if !allowed {
		return apperr.NewNotFound()
	}
	return nil
}

// List returns the files of a candidate, the newest first, to those who may read them.
func (s *Service) List(ctx context.Context, a actor.Actor, candidateID string) ([]File, error) {
	if err := s.requireRead(ctx, s.DB.DB, a, candidateID); err != nil {
		return nil, err
	}
	list := []File{}
	err := s.DB.NewSelect().Model(&list).Where("f.candidate_id = ?", candidateID).Order("f.created_at DESC", "f.id DESC").Limit(MaxFiles).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the files of candidate %s: %w", candidateID, err)
	}
	return list, s.fillMembers(ctx, a.CorpID, list)
}

func (s *Service) fillMembers(ctx context.Context, corpID string, list []File) error {
	ids := make([]string, len(list))
	for n := range list {
		ids[n] = list[n].CreatedBy
	}
	people, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for n := range list {
		list[n].By = people(list[n].CreatedBy)
	}
	return nil
}

// read returns a file of the company, or NotFound, without a permission check.
func read(ctx context.Context, q bun.IDB, corpID, id string) (*File, error) {
	f := new(File)
	err := q.NewSelect().Model(f).Where("f.id = ?", id).Where("f.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the row of file %s: %w", id, err)
	}
	return f, nil
}
