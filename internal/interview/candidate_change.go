package interview

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/candidatelink"
	"github.com/huimian/huimian/internal/message"
)

// candidateChanges make the rooms, the calendar entries and the mails of a candidate's interviews follow
// changes of the candidate.
type candidateChanges struct{ interviews *Service }

func (s candidateChanges) apply(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if c.Name == before.Name && c.Email == before.Email {
		return nil
	}
	var open []*Interview
	err := s.forEachOpen(ctx, tx, c, func(i *Interview) error {
		open = append(open, i)
		if c.Name != before.Name {
			if err := firstError(s.interviews.Rooms().syncCandidateName(ctx, tx, i), s.interviews.Meetings().syncAppointments(ctx, tx, i)); err != nil {
				return err
			}
		}
		if c.Email == before.Email {
			return nil
		}
		return s.revokeLinks(ctx, tx, i, candidatelink.Mail)
	})
	if err != nil || c.Email == before.Email {
		return err
	}
	return s.readdressMails(ctx, tx, c, open)
}

// forEachOpen runs fn on each of the candidate's interviews that have not ended, under its lock.
func (s candidateChanges) forEachOpen(ctx context.Context, tx *db.Tx, c *candidate.Candidate, fn func(*Interview) error) error {
	var ids []string
	err := tx.NewSelect().Model((*Interview)(nil)).Column("i.id").
		Where("i.corp_id = ? AND i.candidate_id = ? AND i.state IN (?)", c.CorpID, c.ID, bun.List([]State{Scheduled, InProgress})).
		OrderExpr("i.id").Scan(ctx, &ids)
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

// revokeLinks revokes the links of an interview. A link with which the candidate has entered an interview that
// takes place remains.
func (s candidateChanges) revokeLinks(ctx context.Context, tx *db.Tx, i *Interview, purposes ...string) error {
	revoke := candidatelink.Revoke
	if i.State == InProgress {
		revoke = candidatelink.RevokeUnopened
	}
	return revoke(ctx, tx, i.CorpID, i.ID, s.interviews.now(), purposes...)
}

// readdressMails sends the waiting mails about interviews to the new address of a candidate, and invitations to
// those interviews whose time no waiting mail contains and is not over.
func (s candidateChanges) readdressMails(ctx context.Context, tx *db.Tx, c *candidate.Candidate, open []*Interview) error {
	ids := make([]string, len(open))
	for n, i := range open {
		ids[n] = i.ID
	}
	scheduled, err := s.interviews.Messages.Readdress(ctx, tx, c.CorpID, ids, c.Email)
	if err != nil {
		return err
	}
	for _, i := range open {
		if scheduled[i.ID] || i.State == Scheduled && s.interviews.now().After(i.EndsAt) {
			continue
		}
		if err := s.interviews.queueMail(ctx, tx, i, message.Message{Kind: message.KindInvite}); err != nil {
			return err
		}
	}
	return nil
}

// replace revokes the links of the candidate who was replaced in an interview, takes the invitation back by a mail
// with data, and invites the present candidate.
func (s candidateChanges) replace(ctx context.Context, tx *db.Tx, i *Interview, data message.Data) error {
	if err := s.revokeLinks(ctx, tx, i, candidatelink.Shown, candidatelink.Mail); err != nil {
		return err
	}
	former := i.Candidate
	data.Candidate, data.Language = former.ID, former.Language
	withdrawal := message.Message{Recipient: former.Email, RecipientName: former.Name, Data: data}
	withdrawal.CorpID, withdrawal.InterviewID, withdrawal.ScheduleVersion = i.CorpID, i.ID, i.ScheduleVersion
	if err := s.interviews.Messages.WithdrawMail(ctx, tx, withdrawal); err != nil {
		return err
	}
	c, err := candidate.Read(ctx, tx, i.CorpID, i.CandidateID)
	if err != nil {
		return err
	}
	i.Candidate = *c
	return s.interviews.queueMail(ctx, tx, i, message.Message{Kind: message.KindInvite})
}
