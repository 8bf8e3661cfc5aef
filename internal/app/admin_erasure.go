package app

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/erasure"
)

// ErasureReport is what EraseCandidate has deleted or PreviewErasure would delete.
type ErasureReport struct {
	ID            string           `json:"id,omitempty"` // of the receipt
	CandidateID   string           `json:"candidateId"`
	Rows          map[string]int64 `json:"rows"` // by table
	OutsideCopies []string         `json:"outsideCopies"`
	Prevented     string           `json:"prevented,omitempty"` // why the candidate cannot be erased
	FinishedAt    *time.Time       `json:"finishedAt,omitempty"`
}

// ErasureTables are the tables of an ErasureReport, in the order of display.
var ErasureTables = erasure.Tables

func (a *App) newErasures() *erasure.Service {
	return erasure.New(erasure.Config{DB: a.DB, Queue: a.Queue, Logger: a.log.With("part", "erasure"), Members: a.findInterviewMembers, Files: a.fileStore, Now: a.Config.currentTime})
}

// PreviewErasure returns what EraseCandidate would delete.
func PreviewErasure(ctx context.Context, cfg Config, candidateID string) (out ErasureReport, err error) {
	err = withParts(ctx, cfg, func(a *App) error {
		p, err := a.newErasures().Preview(ctx, actor.System(a.Config.WeCom.CorpID), candidateID)
		if err != nil {
			return localizeError(err)
		}
		out = ErasureReport{CandidateID: candidateID, Rows: p.Counts, OutsideCopies: erasure.OutsideCopies}
		if err := localizeError(p.Err()); err != nil {
			out.Prevented = err.Error()
		}
		return nil
	})
	return out, err
}

// EraseCandidate erases a candidate, and returns when nothing is left. The server need
// not run. When the command is interrupted, the server's job continues the erasure.
func EraseCandidate(ctx context.Context, cfg Config, candidateID, name string) (out ErasureReport, err error) {
	err = withParts(ctx, cfg, func(a *App) error {
		s, by := a.newErasures(), actor.System(a.Config.WeCom.CorpID)
		r, err := s.Erase(ctx, by, candidateID, name)
		if err != nil {
			return localizeError(err)
		}
		if err := s.Complete(ctx, r.CorpID, r.ID); err != nil {
			return err
		}
		if r, err = s.Get(ctx, by, r.ID); err != nil {
			return err
		}
		out = ErasureReport{ID: r.ID, CandidateID: r.CandidateID, Rows: r.Counts, OutsideCopies: erasure.OutsideCopies, FinishedAt: r.FinishedAt}
		return nil
	})
	return out, err
}
