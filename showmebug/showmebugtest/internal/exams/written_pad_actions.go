package exams

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// WrittenPads implements the method of showmebugtest.Server.
func (s *Service) WrittenPads() []model.WrittenPad {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out := []model.WrittenPad{}
	for _, p := range s.SortedPads(nil) {
		out = append(out, p.CopyPad())
	}
	return out
}

// FindPad returns the written test with a uid. Mu must be held.
func (s *Service) FindPad(uid string) (*core.PadState, error) {
	if p := s.Pads[uid]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("written test %q: %w", uid, core.ErrNotFound)
}

// StartWrittenPad implements the method of showmebugtest.Server.
func (s *Service) StartWrittenPad(uid string) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p, err := s.FindPad(uid)
	if err != nil {
		return err
	}
	return s.StartPad(p)
}

// StartPad starts a written test. Mu must be held.
func (s *Service) StartPad(p *core.PadState) error {
	switch p.Status {
	case model.WrittenPadEnded:
		return fmt.Errorf("starting written test %s: it has been handed in: %w", p.UID, core.ErrInvalidState)
	case model.WrittenPadOpened:
		p.Status, p.StartedAt = model.WrittenPadStarted, s.Timestamp()
		s.NotifyWaiters()
	}
	return nil
}

// FinishWrittenPad implements the method of showmebugtest.Server.
func (s *Service) FinishWrittenPad(uid string, score int64) error {
	list, err := s.scoreAndEndPad(uid, score)
	if err != nil {
		return err
	}
	s.Webhooks.Deliver(list)
	return nil
}

func (s *Service) scoreAndEndPad(uid string, score int64) ([]*core.Delivery, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p, err := s.FindPad(uid)
	if err != nil {
		return nil, err
	}
	if score < 0 || score > p.TotalScore {
		return nil, fmt.Errorf("finishing written test %s: %d is not from 0 to %d", uid, score, p.TotalScore)
	}
	return s.EndPad(p, score)
}

// EndPad ends a written test and returns its event. Mu must be held.
func (s *Service) EndPad(p *core.PadState, score int64) ([]*core.Delivery, error) {
	if p.Status == model.WrittenPadEnded {
		return nil, fmt.Errorf("finishing written test %s: it has been handed in: %w", p.UID, core.ErrInvalidState)
	}
	p.Status, p.Score, p.EndedAt = model.WrittenPadEnded, score, s.Timestamp()
	if p.StartedAt.IsZero() {
		p.StartedAt = p.EndedAt
	}
	s.NotifyWaiters()
	event := s.Config().WrittenPadEvent
	if event == "" {
		event = model.WrittenPadEnded
	}
	payload := webpage.EncodeJSON(struct {
		UID          string    `json:"uid"`
		ExamID       int64     `json:"exam_id"`
		CandidateUID string    `json:"candidate_uid"`
		Score        int64     `json:"score"`
		TotalScore   int64     `json:"total_score"`
		EndedAt      time.Time `json:"ended_at"`
	}{p.UID, p.ExamID, p.CandidateUID, p.Score, p.TotalScore, p.EndedAt})
	return s.Webhooks.NewDeliveries(p.Team, p.ClientID, event, payload), nil
}

// WaitWrittenPad implements the method of showmebugtest.Server.
func (s *Service) WaitWrittenPad(ctx context.Context, match func(model.WrittenPad) bool) (model.WrittenPad, error) {
	return core.WaitUntil(ctx, s.Core, "a written test", func() (model.WrittenPad, bool) {
		var list []model.WrittenPad
		for _, p := range slices.Backward(s.SortedPads(nil)) {
			list = append(list, p.CopyPad())
		}
		return core.FindNewest(list, match)
	})
}
