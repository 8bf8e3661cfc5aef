package customerservice

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/secretbox"
)

// tokenBytes is the entropy of a token: 144 bits, 24 characters. WeCom allows 128 bytes.
const tokenBytes = 18

// linkValidFor is how long after the planned end of an interview its link can be opened.
const linkValidFor = 24 * time.Hour

// link is a row of customer_service_links: the link of an interview for its candidate, and the
// conversation with the WeChat user who has opened it.
type link struct {
	bun.BaseModel `bun:"table:customer_service_links,alias:csl"`

	ID             string     `bun:",pk"`
	CorpID         string     `bun:"corp_id"`
	InterviewID    string     `bun:"interview_id"`
	CandidateID    string     `bun:"candidate_id"`
	TokenHash      string     `bun:"token_hash"`
	EncryptedToken []byte     `bun:"encrypted_token"`
	OpenKFID       string     `bun:"open_kfid"`
	ExternalUserID string     `bun:"external_userid"`
	EnteredAt      *time.Time `bun:"entered_at"`
	LastWrittenAt  *time.Time `bun:"last_written_at"`
	Replies        int        `bun:"replies"`
	Announced      string     `bun:"announced"`
	CreatedAt      time.Time  `bun:"created_at"`
	RevokedAt      *time.Time `bun:"revoked_at"`
}

// concerns reports whether the link is still that of the interview: another candidate has another one.
func (l *link) concerns(i *interview.Interview) bool {
	return l.RevokedAt == nil && l.CandidateID == i.CandidateID
}

// isExpired reports whether the link of an interview can no longer be opened.
func isExpired(i *interview.Interview, now time.Time) bool {
	return now.After(i.EndsAt.Add(linkValidFor))
}

// LinkFor returns the link by which the candidate of an interview opens customer service in WeChat, ""
// if the company has none. It stores a link when there is none. It must be called outside a transaction.
func (s *Service) LinkFor(ctx context.Context, i *interview.Interview) (string, error) {
	c, err := s.readSettings(ctx, s.DB.DB, i.CorpID)
	if err != nil || !c.IsActive() || isExpired(i, s.now()) {
		return "", err
	}
	found, err := readCurrentLink(ctx, s.DB.DB, i)
	if err != nil {
		return "", err
	}
	if token := s.decryptToken(found); token != "" {
		return linkURL(c, token), nil
	}
	token := ""
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if token, err = s.ensureLink(ctx, tx, i); err != nil {
			return err
		}
		return nil
	})
	return linkURL(c, token), err
}

func linkURL(c *Settings, token string) string {
	if token == "" {
		return ""
	}
	return c.URL + "&scene_param=" + url.QueryEscape(token)
}

// decryptToken returns "" for no link, and for one that was encrypted with a key that is not
// configured any more.
func (s *Service) decryptToken(l *link) string {
	if l == nil || len(l.EncryptedToken) == 0 {
		return ""
	}
	token, err := s.Box.Decrypt(l.EncryptedToken, l.ID)
	if err != nil {
		return ""
	}
	return string(token)
}

// ensureLink returns the token of the link of an interview, and replaces one that cannot be displayed. It
// is empty if the interview has another candidate meanwhile.
func (s *Service) ensureLink(ctx context.Context, tx *db.Tx, i *interview.Interview) (string, error) {
	if err := tx.Lock(ctx, (*interview.Interview)(nil), "corp_id = ? AND id = ?", i.CorpID, i.ID); err != nil {
		return "", err
	}
	stored, err := readInterview(ctx, tx, i.CorpID, i.ID)
	if err != nil || stored.CandidateID != i.CandidateID {
		return "", err
	}
	found, err := readCurrentLink(ctx, tx, stored)
	if err != nil {
		return "", err
	}
	if token := s.decryptToken(found); token != "" {
		return token, nil
	}
	return s.replaceLink(ctx, tx, stored)
}

// replaceLink revokes the links of an interview and stores a new one.
func (s *Service) replaceLink(ctx context.Context, tx *db.Tx, i *interview.Interview) (string, error) {
	if err := s.revokeLinks(ctx, tx, i, ""); err != nil {
		return "", err
	}
	token := secretbox.NewToken(tokenBytes)
	l := &link{
		ID: db.NewID(), CorpID: i.CorpID, InterviewID: i.ID, CandidateID: i.CandidateID, TokenHash: secretbox.HashToken(token), CreatedAt: s.now(),
	}
	l.EncryptedToken = s.Box.Encrypt([]byte(token), l.ID)
	if _, err := tx.NewInsert().Model(l).Exec(ctx); err != nil {
		return "", fmt.Errorf("storing a customer service link of interview %s: %w", i.ID, err)
	}
	return token, nil
}

// revokeLinks revokes the links of an interview but those of a candidate, "" for all.
func (s *Service) revokeLinks(ctx context.Context, tx *db.Tx, i *interview.Interview, keep string) error {
	_, err := tx.NewUpdate().Model((*link)(nil)).Set("revoked_at = ?, encrypted_token = NULL", s.now()).
		Where("corp_id = ? AND interview_id = ? AND candidate_id <> ? AND revoked_at IS NULL", i.CorpID, i.ID, keep).Exec(ctx)
	if err != nil {
		return fmt.Errorf("revoking the customer service links of interview %s: %w", i.ID, err)
	}
	return nil
}

// Renew revokes the link of an interview and returns the conversation with a new one, which another
// WeChat user can open. It requires a recruiter.
func (s *Service) Renew(ctx context.Context, a actor.Actor, interviewID string) (*Conversation, error) {
	i, err := s.mayConverse(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	c, err := s.readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	if !c.IsActive() {
		return nil, apperr.New(apperr.Conflict, "customer_service.off")
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*interview.Interview)(nil), "corp_id = ? AND id = ?", a.CorpID, i.ID); err != nil {
			return err
		}
		stored, err := readInterview(ctx, tx, a.CorpID, i.ID)
		if err != nil {
			return err
		}
		if _, err := s.replaceLink(ctx, tx, stored); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "customer_service.link", i.ID, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, interviewID)
}

func readCurrentLink(ctx context.Context, q bun.IDB, i *interview.Interview) (*link, error) {
	return readLink(ctx, q, "csl.corp_id = ? AND csl.interview_id = ? AND csl.candidate_id = ? AND csl.revoked_at IS NULL", i.CorpID, i.ID, i.CandidateID)
}

// readLink returns the newest link that a condition selects, nil for none.
func readLink(ctx context.Context, q bun.IDB, where string, args ...any) (*link, error) {
	l := new(link)
	err := q.NewSelect().Model(l).Where(where, args...).OrderExpr("csl.entered_at DESC, csl.id DESC").Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // none
	}
	if err != nil {
		return nil, fmt.Errorf("reading a customer service link: %w", err)
	}
	return l, nil
}

// readInterview returns the row of an interview without what belongs to it.
func readInterview(ctx context.Context, q bun.IDB, corpID, id string) (*interview.Interview, error) {
	i := new(interview.Interview)
	if err := q.NewSelect().Model(i).Where("i.corp_id = ? AND i.id = ?", corpID, id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading interview %s: %w", id, err)
	}
	return i, nil
}
