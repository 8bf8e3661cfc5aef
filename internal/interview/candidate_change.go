package interview

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/candidatelink"
	"github.com/huimian/huimian/internal/message"
)

// candidateChanges make the rooms, the calendar entries and the mails of a candidate's interviews follow
// changes of the candidate.
type candidateChanges struct{ interviews *Service }

func (s candidateChanges) apply(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if err := s.interviews.Rooms().syncOfCandidate(ctx, tx, before, c); err != nil {
		return err
	}
	if err := s.renameInAppointments(ctx, tx, before, c); err != nil {
		return err
	}
	return s.readdressMail(ctx, tx, before, c)
}

// renameInAppointments makes the calendar entries and the meetings follow the new name
// of a candidate.
func (s candidateChanges) renameInAppointments(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if s.interviews.Appointments == nil || c.Name == before.Name {
		return nil
	}
	return s.withUpcoming(ctx, tx, c, func(i *Interview) error { return s.interviews.Meetings().syncAppointments(ctx, tx, i) })
}

// readdressMail sends the invitations to the new address of a candidate, and
// the mails that still wait. Links that were mailed to the former address are
// revoked.
func (s candidateChanges) readdressMail(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if c.Email == before.Email || c.Email == "" {
		return nil
	}
	return s.withUpcoming(ctx, tx, c, func(i *Interview) error { return s.readdressInterview(ctx, tx, c, i, candidatelink.Mail) })
}

// withUpcoming runs fn on each of the candidate's interviews that are to begin, under
// its lock.
func (s candidateChanges) withUpcoming(ctx context.Context, tx *db.Tx, c *candidate.Candidate, fn func(*Interview) error) error {
	var ids []string
	err := tx.NewSelect().Model((*Interview)(nil)).Column("i.id").
		Where("i.corp_id = ? AND i.candidate_id = ? AND i.state = ?", c.CorpID, c.ID, Scheduled).
		Where("i.starts_at > ?", s.interviews.now()).OrderExpr("i.id").Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("listing the interviews of candidate %s: %w", c.ID, err)
	}
	for _, id := range ids {
		if err := s.interviews.Rooms().withInterviewInTx(ctx, tx, c.CorpID, id, fn); err != nil {
			return err
		}
	}
	return nil
}

// replace revokes the links of the candidate who was replaced in an interview, and sends the mails to the
// present one.
func (s candidateChanges) replace(ctx context.Context, tx *db.Tx, i *Interview) error {
	c, err := candidate.Read(ctx, tx, i.CorpID, i.CandidateID)
	if err != nil {
		return err
	}
	i.Candidate = *c
	return s.readdressInterview(ctx, tx, c, i, candidatelink.Shown, candidatelink.Mail)
}

func (s candidateChanges) readdressInterview(ctx context.Context, tx *db.Tx, c *candidate.Candidate, i *Interview, links ...string) error {
	if err := candidatelink.Revoke(ctx, tx, c.CorpID, i.ID, s.interviews.now(), links...); err != nil {
		return err
	}
	scheduled, err := s.interviews.Messages.Readdress(ctx, tx, c.CorpID, i.ID, c.Email)
	if err != nil || scheduled {
		return err
	}
	return s.interviews.queueMail(ctx, tx, i, message.Message{Kind: message.KindInvite})
}
