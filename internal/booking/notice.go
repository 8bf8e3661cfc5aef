package booking

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
)

// NoticeEvent is what happened to an offer, of which its organizer is notified.
type NoticeEvent string

const (
	NoticeBooked    = NoticeEvent(Booked)
	NoticeExpired   = NoticeEvent(Expired)
	NoticeRequested = NoticeEvent("requested") // another time, by the candidate
)

const (
	sweepInterval = time.Minute
	sweepLimit    = 500
)

// SweepArgs is the job that stores the end of offers whose deadline has passed.
type SweepArgs struct{}

func (SweepArgs) Kind() string { return "booking_sweep" }

// NoticeArgs is the job that notifies the organizer of an event, in package notify.
type NoticeArgs struct {
	CorpID  string      `json:"corpId"`
	OfferID string      `json:"offerId"`
	Event   NoticeEvent `json:"event"`
}

func (NoticeArgs) Kind() string { return "booking_notice" }

// ReadNotice returns the offer of a notice; nil when the notice has become pointless.
func (s *Service) ReadNotice(ctx context.Context, args NoticeArgs) (*View, error) {
	o, err := readOffer(ctx, s.DB.DB, args.CorpID, args.OfferID)
	if apperr.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the offer was deleted
	}
	if err != nil {
		return nil, err
	}
	overtaken := o.State != State(args.Event)
	if args.Event == NoticeRequested {
		overtaken = o.RequestedAt == nil
	}
	if overtaken {
		return nil, nil //nolint:nilnil // the organizer has no use for it
	}
	return s.newView(ctx, o, "")
}

// ExpireOffers stores the end of offers whose deadline has passed, and notifies their
// organizers. An error in one offer does not keep the others.
func (s *Service) ExpireOffers(ctx context.Context) error {
	var due []*Offer
	err := s.DB.NewSelect().Model(&due).Column("id", "corp_id").
		Where("bo.state = ? AND bo.expires_at <= ?", Open, db.Time(s.now())).Order("bo.expires_at").Limit(sweepLimit).Scan(ctx)
	if err != nil {
		return fmt.Errorf("selecting expired offers: %w", err)
	}
	var errs []error
	for _, o := range due {
		errs = append(errs, s.expireOffer(ctx, o.CorpID, o.ID))
	}
	return errors.Join(errs...)
}

func (s *Service) expireOffer(ctx context.Context, corpID, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.changeLocked(ctx, tx, actor.System(corpID), id, func(o *Offer) (string, audit.Data, error) {
			if o.State != Open || o.StateAt(s.now()) != Expired { // booked or extended meanwhile
				return "", nil, nil
			}
			o.State = Expired
			return "offer.expire", nil, s.Queue.Insert(ctx, tx, NoticeArgs{CorpID: corpID, OfferID: id, Event: NoticeExpired})
		})
		return err
	})
}
