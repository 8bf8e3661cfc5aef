package booking

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// MailState is the state of the mail with the candidate's page of an offer.
type MailState string

const (
	MailNone   MailState = "none" // no address or no mail server: a recruiter passes the link on
	MailQueued MailState = "queued"
	MailSent   MailState = "sent"
	MailFailed MailState = "failed"
)

// mailAttempts limits the attempts to send a mail, over about four hours.
const mailAttempts = 8

// MailArgs is the job that mails the candidate the page of an offer, in package notify.
// Number is that of the mail: other slots replace a mail that is not sent yet.
type MailArgs struct {
	CorpID  string `json:"corpId"`
	OfferID string `json:"offerId"`
	Number  int    `json:"number"`
}

func (MailArgs) Kind() string { return "booking_mail" }

// Mail is the mail with the candidate's page of an offer.
type Mail struct {
	Offer     *Offer
	Candidate *candidate.Candidate
	Token     string
}

// queueMail sets the state of a new mail and inserts its job. The caller stores the offer.
func (s *Service) queueMail(ctx context.Context, tx *db.Tx, o *Offer) error {
	o.MailState, o.MailFailure = MailQueued, nil
	o.MailNumber++
	return s.Queue.Insert(ctx, tx, MailArgs{CorpID: o.CorpID, OfferID: o.ID, Number: o.MailNumber}, job.MaxAttempts(mailAttempts))
}

// ReadMail returns the mail of a job; nil when it is sent, replaced by a later one, or about
// an offer that is no longer open.
func (s *Service) ReadMail(ctx context.Context, args MailArgs) (*Mail, error) {
	o, err := readOffer(ctx, s.DB.DB, args.CorpID, args.OfferID)
	if apperr.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the offer was deleted
	}
	if err != nil {
		return nil, err
	}
	token := s.decryptToken(o.EncryptedToken, o.ID)
	pending := o.MailState == MailQueued || o.MailState == MailFailed
	if o.MailNumber != args.Number || !pending || o.StateAt(s.now()) != Open || token == "" {
		return nil, nil //nolint:nilnil // no mail is due
	}
	if err := s.fillNames(ctx, o.CorpID, []*Offer{o}); err != nil {
		return nil, err
	}
	c, err := s.Interviews.Candidates.Get(ctx, actor.System(o.CorpID), o.CandidateID)
	if err != nil {
		return nil, err
	}
	return &Mail{o, c, token}, nil
}

// RecordMail stores the state of a mail unless a later one has replaced it. failure is the
// reason of MailFailed.
func (s *Service) RecordMail(ctx context.Context, args MailArgs, state MailState, failure *apperr.Reason) error {
	_, err := s.DB.NewUpdate().Model(&Offer{MailState: state, MailFailure: failure}).Column("mail_state", "mail_failure").
		Where("corp_id = ? AND id = ? AND mail_number = ?", args.CorpID, args.OfferID, args.Number).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the state of the mail of offer %s: %w", args.OfferID, err)
	}
	return nil
}
