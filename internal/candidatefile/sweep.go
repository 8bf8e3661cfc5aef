package candidatefile

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

const (
	sweepInterval = 24 * time.Hour
	// sweepAge is longer than an upload takes.
	sweepAge = 24 * time.Hour
)

// DeleteArgs is the job that deletes the content of a file whose row is gone.
type DeleteArgs struct {
	FileID string `json:"fileId"`
}

// Kind implements job.Args.
func (DeleteArgs) Kind() string { return "candidatefile_delete" }

// SweepArgs is the job that deletes contents without rows.
type SweepArgs struct{}

// Kind implements job.Args.
func (SweepArgs) Kind() string { return "candidatefile_sweep" }

// Sweep deletes the contents that have no row a day after they were written: the process was
// killed between the two.
func (s *Service) Sweep(ctx context.Context) error {
	deleted, err := s.Store.Sweep(ctx, s.now().Add(-sweepAge), s.findStored)
	if deleted > 0 {
		s.Logger.InfoContext(ctx, "files without rows were deleted", "files", deleted)
	}
	return err
}

// findStored returns which of the ids are those of rows.
func (s *Service) findStored(ctx context.Context, ids []string) (map[string]bool, error) {
	stored := map[string]bool{}
	if len(ids) == 0 {
		return stored, nil
	}
	var found []string
	if err := s.DB.NewSelect().Model((*File)(nil)).Column("id").Where("f.id IN (?)", bun.List(ids)).Scan(ctx, &found); err != nil {
		return nil, fmt.Errorf("reading the rows of files: %w", err)
	}
	for _, id := range found {
		stored[id] = true
	}
	return stored, nil
}
