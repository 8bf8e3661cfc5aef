package interview

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/message"
)

// candidateChanges make the rooms, the calendar entries and the mails of a candidate's interviews follow
// changes of the candidate.
type candidateChanges struct{ interviews *Service }

func (s candidateChanges) apply(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if err := s.interviews.Rooms().syncOfCandidate(ctx, tx, before, c); err != nil {
		return err
	}
	if err := s.interviews.Meetings().followCandidate(ctx, tx, before, c); err != nil {
		return err
	}
	return s.readdressMail(ctx, tx, before, c)
}

// readdressMail sends the invitations to the new address of a candidate, and
// the mails that still wait. Links that were mailed to the former address are
// revoked.
func (s candidateChanges) readdressMail(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if c.Email == before.Email || c.Email == "" {
		return nil
	}
	var ids []string
	err := tx.NewSelect().Model((*Interview)(nil)).Column("i.id").
		Where("i.corp_id = ? AND i.candidate_id = ? AND i.state = ?", c.CorpID, c.ID, Scheduled).
		Where("i.starts_at > ?", s.interviews.now()).OrderExpr("i.id").Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("listing the interviews of candidate %s: %w", c.ID, err)
	}
	for _, id := range ids {
		if err := lockInterview(ctx, tx, c.CorpID, id); err != nil {
			return err
		}
		if err := s.readdressInterview(ctx, tx, c, id); err != nil {
			return err
		}
	}
	return nil
}

func (s candidateChanges) readdressInterview(ctx context.Context, tx *db.Tx, c *candidate.Candidate, id string) error {
	i, err := s.interviews.readInterview(ctx, tx, c.CorpID, id)
	if err != nil {
		return err
	}
	_, err = tx.NewUpdate().Model((*candidateLink)(nil)).Set("revoked_at = ?, sealed_token = NULL", s.interviews.now()).
		Where("corp_id = ? AND interview_id = ? AND purpose = ? AND revoked_at IS NULL", c.CorpID, id, purposeMail).Exec(ctx)
	if err != nil {
		return fmt.Errorf("revoking the mailed links of interview %s: %w", id, err)
	}
	scheduled, err := s.interviews.Messages.Readdress(ctx, tx, c.CorpID, id, c.Email)
	if err != nil || scheduled {
		return err
	}
	return s.interviews.queueMail(ctx, tx, i, message.Message{Kind: message.KindInvite})
}
