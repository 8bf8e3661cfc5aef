package booking

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/secretbox"
)

// Filter selects offers.
type Filter struct {
	pagination.Page
	States      []State
	CandidateID string
	// Attention selects offers on which a recruiter has to act: the candidate has requested
	// another time, or the offer has expired.
	Attention bool
}

// List returns the company's offers, newest first. It requires a recruiter or an
// administrator, as does every operation but those of the candidate.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]*Offer, string, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, "", err
	}
	var list []*Offer
	q := selectOffers(s.DB.DB, &list).Where("bo.corp_id = ?", a.CorpID)
	f.applyTo(q, s.now())
	if err := f.ApplyCursor(q, "bo", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing offers: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(o *Offer) (time.Time, string) { return o.CreatedAt, o.ID })
	return list, next, s.fillRelated(ctx, a.CorpID, list)
}

// applyTo selects by the state at a time, as StateAt returns it.
func (f Filter) applyTo(q *bun.SelectQuery, now time.Time) {
	at := db.Time(now)
	if f.CandidateID != "" {
		q.Where("bo.candidate_id = ?", f.CandidateID)
	}
	if f.Attention {
		q.Where("(bo.state = ? OR bo.state = ? AND (bo.requested_at IS NOT NULL OR bo.expires_at <= ?))", Expired, Open, at)
	}
	if len(f.States) > 0 {
		q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			for _, state := range f.States {
				switch state {
				case Open:
					q.WhereOr("bo.state = ? AND bo.expires_at > ?", Open, at)
				case Expired:
					q.WhereOr("bo.state = ? OR bo.state = ? AND bo.expires_at <= ?", Expired, Open, at)
				default:
					q.WhereOr("bo.state = ?", state)
				}
			}
			return q
		})
	}
}

func selectOffers(q bun.IDB, model any) *bun.SelectQuery {
	return q.NewSelect().Model(model).
		ColumnExpr("bo.*").
		ColumnExpr("(SELECT name FROM candidates AS c WHERE c.corp_id = bo.corp_id AND c.id = bo.candidate_id) AS candidate_name").
		ColumnExpr("(SELECT title FROM positions AS p WHERE p.corp_id = bo.corp_id AND p.id = bo.position_id) AS position_title")
}

// readOffer returns an offer without members' names.
func readOffer(ctx context.Context, q bun.IDB, corpID, id string) (*Offer, error) {
	o := new(Offer)
	err := selectOffers(q, o).Where("bo.corp_id = ? AND bo.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading offer %s: %w", id, err)
	}
	return o, nil
}

// readByToken returns the offer of a candidate's page.
func (s *Service) readByToken(ctx context.Context, token string) (*Offer, error) {
	o := new(Offer)
	err := selectOffers(s.DB.DB, o).Where("bo.token_hash = ?", secretbox.HashToken(token)).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.New(apperr.NotFound, "booking.invalid")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the offer of a candidate's page: %w", err)
	}
	return o, s.fillRelated(ctx, o.CorpID, []*Offer{o})
}

// fillRelated reads the members and the mails of offers.
func (s *Service) fillRelated(ctx context.Context, corpID string, list []*Offer) error {
	var ids, mailIDs []string
	for _, o := range list {
		ids = append(append(ids, o.OrganizerID), o.Interviewers...)
		if o.MailID != "" {
			mailIDs = append(mailIDs, o.MailID)
		}
	}
	mails, err := message.ReadByIDs(ctx, s.DB.DB, corpID, mailIDs)
	if err != nil {
		return err
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, o := range list {
		o.Mail = mails[o.MailID]
		o.Organizer, o.People = people(o.OrganizerID), make([]member.Member, len(o.Interviewers))
		for n, id := range o.Interviewers {
			o.People[n] = people(id)
		}
	}
	return nil
}

// changeLocked changes an offer by change, which returns the audit entry's action and data,
// and stores it.
func (s *Service) changeLocked(ctx context.Context, tx *db.Tx, a actor.Actor, id string, change func(o *Offer) (action string, data audit.Data, err error)) (*Offer, error) {
	if err := tx.Lock(ctx, (*Offer)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
		return nil, err
	}
	o, err := readOffer(ctx, tx, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	action, data, err := change(o)
	if err != nil || action == "" {
		return o, err
	}
	o.Version++
	o.UpdatedAt = s.now()
	if _, err := tx.NewUpdate().Model(o).WherePK().Where("corp_id = ?", o.CorpID).Exec(ctx); err != nil {
		return nil, fmt.Errorf("storing offer %s: %w", id, err)
	}
	return o, audit.Write(ctx, tx, s.now(), a, action, id, data)
}

// ReencryptTokens encrypts the stored tokens with the current key of the box.
func ReencryptTokens(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	counts, err := d.RewriteColumn(ctx, db.Column{Table: "booking_offers", Name: "encrypted_token", Key: "id"}, box.Reencrypt)
	if err != nil {
		return counts, err
	}
	more, err := d.RewriteColumn(ctx, db.Column{Table: "booking_offers", Name: "encrypted_join_token", Key: "id"}, box.Reencrypt)
	counts.Add(more)
	return counts, err
}
