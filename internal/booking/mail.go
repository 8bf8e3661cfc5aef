package booking

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/secretbox"
)

// Mail is the mail with the candidate's page of an offer.
type Mail struct {
	Offer     *Offer
	Candidate *candidate.Candidate
	Token     string
}

// queueMail queues a mail with the page of an offer, if the candidate has an address: without
// one, a recruiter passes the link on. It replaces a mail that is not sent yet. The caller
// stores the offer.
func (s *Service) queueMail(ctx context.Context, tx *db.Tx, o *Offer) error {
	c, err := candidate.Read(ctx, tx, o.CorpID, o.CandidateID)
	if err != nil {
		return err
	}
	return s.queueMailTo(ctx, tx, o, c, o.MailID != "")
}

// queueMailTo is like queueMail for a candidate. again means that the candidate has received
// other times.
func (s *Service) queueMailTo(ctx context.Context, tx *db.Tx, o *Offer, c *candidate.Candidate, again bool) error {
	if _, err := s.Interviews.Messages.SkipQueued(ctx, tx, o.CorpID, o.MailID, "notify.skipped.overtaken"); err != nil {
		return err
	}
	if o.MailID, o.Mail = "", nil; c.Email == "" {
		return nil
	}
	o.MailID = db.NewID()
	o.Mail = &message.Message{
		ID: o.MailID, CorpID: o.CorpID, CandidateID: o.CandidateID, Kind: message.KindBookingOffer, State: message.Queued,
		Channel: message.Mail, Recipient: c.Email, RecipientName: c.Name, Data: message.Data{Offer: o.ID, Again: again},
	}
	return s.Interviews.Messages.Insert(ctx, tx, *o.Mail)
}

// ReadMail returns the mail of a message; nil when a later one has replaced it, or the offer is
// no longer open. It reads the offer before the candidate, so that a new token is never
// combined with a former address.
func (s *Service) ReadMail(ctx context.Context, m *message.Message) (*Mail, error) {
	o, err := readOffer(ctx, s.DB.DB, m.CorpID, m.Data.Offer)
	if apperr.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the offer was deleted
	}
	if err != nil {
		return nil, err
	}
	token := s.decryptToken(o.EncryptedToken, o.ID)
	if o.MailID != m.ID || o.StateAt(s.now()) != Open || token == "" {
		return nil, nil //nolint:nilnil // no mail is due
	}
	if err := s.fillRelated(ctx, o.CorpID, []*Offer{o}); err != nil {
		return nil, err
	}
	c, err := s.Interviews.Candidates.Get(ctx, actor.System(o.CorpID), o.CandidateID)
	if err != nil {
		return nil, err
	}
	return &Mail{o, c, token}, nil
}

// followCandidate mails the open offers of a candidate to a new address. The link that was
// mailed to the former address is revoked, also when there is no new one. A link that no mail
// contained was passed on by a recruiter, and stays valid.
func (s *Service) followCandidate(ctx context.Context, tx *db.Tx, before, c *candidate.Candidate) error {
	if c.Email == before.Email {
		return nil
	}
	var ids []string
	err := tx.NewSelect().Model((*Offer)(nil)).Column("bo.id").
		Where("bo.corp_id = ? AND bo.candidate_id = ? AND bo.state = ?", c.CorpID, c.ID, Open).Order("bo.id").Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("listing the open offers of candidate %s: %w", c.ID, err)
	}
	for _, id := range ids {
		if err := s.readdressOffer(ctx, tx, c, id); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) readdressOffer(ctx context.Context, tx *db.Tx, c *candidate.Candidate, id string) error {
	_, err := s.changeLocked(ctx, tx, actor.System(c.CorpID), id, func(o *Offer) (string, audit.Data, error) {
		mails, err := message.ReadByIDs(ctx, tx, o.CorpID, []string{o.MailID})
		if err != nil {
			return "", nil, err
		}
		mailed := mails[o.MailID].MailState() != message.MailNone
		if o.StateAt(s.now()) != Open || !mailed && c.Email == "" {
			return "", nil, nil
		}
		if mailed {
			s.replaceToken(o)
		}
		return "offer.readdress", nil, s.queueMailTo(ctx, tx, o, c, false)
	})
	return err
}

// replaceToken revokes the link to the candidate's page. The caller stores the offer.
func (s *Service) replaceToken(o *Offer) {
	now := s.now()
	s.setToken(o, secretbox.NewToken(tokenBytes))
	o.OpenedAt, o.ReaddressedAt = nil, &now
}

func (s *Service) setToken(o *Offer, token string) {
	o.TokenHash, o.EncryptedToken = secretbox.HashToken(token), s.Box.Encrypt([]byte(token), o.ID)
}
