package customerservice

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
)

// announcementOf returns what an update of an interview is about: its state and its times. It is empty
// for an interview that has begun, about whose changes candidates are not informed.
func announcementOf(i *interview.Interview) string {
	switch i.State {
	case interview.Cancelled:
		return string(i.State)
	case interview.Scheduled:
		return fmt.Sprintf("%s %s %s", i.State, i.StartsAt.UTC().Format(time.RFC3339), i.EndsAt.UTC().Format(time.RFC3339))
	default:
		return ""
	}
}

// Follow returns appointments that also inform candidates in WeChat of changes.
func (s *Service) Follow(next interview.Appointments) interview.Appointments {
	return interview.WithFollower(next, s.followInterview)
}

// followInterview revokes the link of a candidate who was replaced, and queues a message about another
// time or a cancellation to a candidate who has opened the link.
func (s *Service) followInterview(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
	if err := tx.Lock(ctx, (*link)(nil), "corp_id = ? AND interview_id = ? AND revoked_at IS NULL", i.CorpID, i.ID); err != nil {
		return err
	}
	if err := s.revokeLinks(ctx, tx, i, i.CandidateID); err != nil {
		return err
	}
	l, err := readCurrentLink(ctx, tx, i)
	announcement := announcementOf(i)
	if err != nil || l == nil || l.EnteredAt == nil || announcement == "" || announcement == l.Announced {
		return err
	}
	l.Announced = announcement
	if _, err := tx.NewUpdate().Model(l).Column("announced").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("storing what the candidate of interview %s was informed of: %w", i.ID, err)
	}
	kind := message.KindChanged
	if i.State == interview.Cancelled {
		kind = message.KindCancelled
	}
	c, err := candidate.Read(ctx, tx, i.CorpID, l.CandidateID)
	if err != nil {
		return err
	}
	return s.insertMessage(ctx, tx, l, i, c.Name, message.Message{Kind: kind})
}

// Route is how a message reaches a candidate in WeChat.
type Route struct {
	OpenKFID       string
	ExternalUserID string
	Code           string // of the welcome message; empty: in the window after a text of the candidate
}

// FindRoute returns how a message can be sent now, or why it cannot be.
func (s *Service) FindRoute(ctx context.Context, m *message.Message) (Route, Obstacle, error) {
	settings, err := s.readSettings(ctx, s.DB.DB, m.CorpID)
	if err != nil {
		return Route{}, "", err
	}
	l, err := readLink(ctx, s.DB.DB, "csl.corp_id = ? AND csl.id = ? AND csl.revoked_at IS NULL", m.CorpID, m.Data.Link)
	if err != nil {
		return Route{}, "", err
	}
	now := s.now()
	if l != nil && m.Data.WelcomeCode != "" && now.Before(*m.Data.WelcomeUntil) && settings.IsActive() && l.OpenKFID == settings.OpenKFID {
		return Route{l.OpenKFID, l.ExternalUserID, m.Data.WelcomeCode}, "", nil
	}
	if o := obstacleOf(settings, l, 0, now); o != "" {
		return Route{}, o, nil
	}
	return Route{OpenKFID: l.OpenKFID, ExternalUserID: l.ExternalUserID}, "", nil
}

// CountReply counts a message that was sent in the window after a text of the candidate.
func (s *Service) CountReply(ctx context.Context, corpID string, r Route) error {
	if r.Code != "" {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*link)(nil)).Set("replies = replies + 1").
			Where("corp_id = ? AND open_kfid = ? AND external_userid = ?", corpID, r.OpenKFID, r.ExternalUserID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("counting a message to a candidate: %w", err)
		}
		return nil
	})
}
