// Package candidatelink has the rows of candidates' links and of the sessions that they
// open, and their tokens. Which link is valid is decided in package interview.
package candidatelink

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// The purposes of a link: shown to a recruiter, or sent in a mail.
const (
	Shown = "shown"
	Mail  = "mail"
)

// tokenBytes is the entropy of a link: 192 bits.
const tokenBytes = 24

// Link is a row of candidate_links; it holds the hash of the token.
type Link struct {
	bun.BaseModel `bun:"table:candidate_links,alias:l"`

	ID             string     `bun:",pk"`
	CorpID         string     `bun:"corp_id"`
	InterviewID    string     `bun:"interview_id"`
	TokenHash      string     `bun:"token_hash"`
	EncryptedToken []byte     `bun:"encrypted_token"` // of a link that is shown, encrypted
	Purpose        string     `bun:"purpose"`
	CreatedAt      time.Time  `bun:"created_at"`
	OpenedAt       *time.Time `bun:"opened_at"`
	RevokedAt      *time.Time `bun:"revoked_at"`
}

// Session is a row of candidate_sessions; it holds the hash of the cookie.
type Session struct {
	bun.BaseModel `bun:"table:candidate_sessions,alias:cs"`

	TokenHash   string    `bun:"token_hash,pk"`
	CorpID      string    `bun:"corp_id"`
	InterviewID string    `bun:"interview_id"`
	LinkID      string    `bun:"link_id"`
	ExpiresAt   time.Time `bun:"expires_at"`
}

// newToken returns a token for a URL or a cookie, and the hash to store.
func newToken() (token, hash string) {
	token = secretbox.NewToken(tokenBytes)
	return token, secretbox.HashToken(token)
}

// Insert stores a new link of an interview and returns its token. The token of a link that
// is shown is also stored, encrypted, if there is a box.
func Insert(ctx context.Context, tx *db.Tx, box *secretbox.Box, corpID, interviewID, purpose string, now time.Time) (string, error) {
	token, hash := newToken()
	l := Link{ID: db.NewID(), CorpID: corpID, InterviewID: interviewID, TokenHash: hash, Purpose: purpose, CreatedAt: now}
	if box != nil && purpose == Shown {
		l.EncryptedToken = box.Encrypt([]byte(token), l.ID)
	}
	if _, err := tx.NewInsert().Model(&l).Exec(ctx); err != nil {
		return "", fmt.Errorf("storing a link of interview %s: %w", interviewID, err)
	}
	return token, nil
}

// Revoke revokes the links of an interview for the purposes.
func Revoke(ctx context.Context, tx *db.Tx, corpID, interviewID string, now time.Time, purposes ...string) error {
	return execRevocation(ctx, revocation(tx, corpID, interviewID, now, purposes), interviewID)
}

// RevokeUnopened is like Revoke for the links that were not opened.
func RevokeUnopened(ctx context.Context, tx *db.Tx, corpID, interviewID string, now time.Time, purposes ...string) error {
	return execRevocation(ctx, revocation(tx, corpID, interviewID, now, purposes).Where("opened_at IS NULL"), interviewID)
}

func revocation(tx *db.Tx, corpID, interviewID string, now time.Time, purposes []string) *bun.UpdateQuery {
	return tx.NewUpdate().Model((*Link)(nil)).Set("revoked_at = ?, encrypted_token = NULL", now).
		Where("corp_id = ? AND interview_id = ? AND purpose IN (?) AND revoked_at IS NULL", corpID, interviewID, bun.List(purposes))
}

func execRevocation(ctx context.Context, q *bun.UpdateQuery, interviewID string) error {
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("revoking the links of interview %s: %w", interviewID, err)
	}
	return nil
}

// FindShown returns the newest link of an interview that is shown to recruiters.
// db.IsNotFound is true for the error when there is none.
func FindShown(ctx context.Context, tx *db.Tx, corpID, interviewID string) (*Link, error) {
	l := new(Link)
	err := tx.NewSelect().Model(l).
		Where("l.corp_id = ? AND l.interview_id = ? AND l.purpose = ? AND l.revoked_at IS NULL", corpID, interviewID, Shown).
		OrderExpr("l.created_at DESC, l.id DESC").Limit(1).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the link of interview %s: %w", interviewID, err)
	}
	return l, nil
}

// FindByToken returns the link with a token, revoked ones too. db.IsNotFound is true for
// the error when there is none.
func FindByToken(ctx context.Context, q bun.IDB, token string) (*Link, error) {
	l := new(Link)
	if err := q.NewSelect().Model(l).Where("token_hash = ?", secretbox.HashToken(token)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading a candidate's link: %w", err)
	}
	return l, nil
}

// FindByCookie returns the link of the session with a cookie. db.IsNotFound is true for the
// error when the session is unknown or has expired.
func FindByCookie(ctx context.Context, q bun.IDB, cookie string, now time.Time) (*Link, error) {
	l := new(Link)
	err := q.NewSelect().Model(l).
		Join("JOIN candidate_sessions AS cs ON cs.corp_id = l.corp_id AND cs.link_id = l.id").
		Where("cs.token_hash = ? AND cs.expires_at > ?", secretbox.HashToken(cookie), now).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading a candidate's session: %w", err)
	}
	return l, nil
}

// OpenSession stores a session of the link, records that the link was opened and returns
// the cookie: held, the cookie of an earlier link of the interview, while its session
// continues, or a new one.
func (l *Link) OpenSession(ctx context.Context, tx *db.Tx, held string, expiresAt, now time.Time) (cookie string, err error) {
	session := Session{TokenHash: secretbox.HashToken(held), CorpID: l.CorpID, InterviewID: l.InterviewID, LinkID: l.ID, ExpiresAt: expiresAt}
	continued, err := session.continueSession(ctx, tx, now)
	if err != nil {
		return "", err
	}
	cookie = held
	if !continued {
		cookie, session.TokenHash = newToken()
		if _, err := tx.NewInsert().Model(&session).Exec(ctx); err != nil {
			return "", fmt.Errorf("storing a candidate's session: %w", err)
		}
	}
	_, err = tx.NewUpdate().Model(l).Set("opened_at = ?", now).
		Where("corp_id = ? AND id = ? AND opened_at IS NULL", l.CorpID, l.ID).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("storing that a link was opened: %w", err)
	}
	return cookie, nil
}

// continueSession stores the link and the expiry of a session that is stored and has not expired,
// and reports whether there is one.
func (session *Session) continueSession(ctx context.Context, tx *db.Tx, now time.Time) (bool, error) {
	result, err := tx.NewUpdate().Model(session).Column("link_id", "expires_at").
		Where("token_hash = ? AND corp_id = ? AND interview_id = ? AND expires_at > ?", session.TokenHash, session.CorpID, session.InterviewID, now).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("continuing a candidate's session: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Device returns the id of the browser that has the cookie of a session. The id is public.
func Device(cookie string) string { return secretbox.HashToken(cookie)[:12] }

// Reencrypt encrypts the stored tokens of links with the current key of the box.
func Reencrypt(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "candidate_links", Name: "encrypted_token", Key: "id"}, box.Reencrypt)
}
