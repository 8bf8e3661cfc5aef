package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// LinkState is the combined state of a candidate's links: the most active one
// counts.
type LinkState int

// From the least active to the most.
const (
	LinkNone LinkState = iota
	LinkDead
	LinkActive
	LinkOpened
)

// String returns the state as the API names it.
func (l LinkState) String() string { return [...]string{"none", "dead", "active", "opened"}[l] }

// The purposes of a link: shown to a recruiter, or sent in a mail.
const (
	purposeShown = "shown"
	purposeMail  = "mail"
)

// tokenBytes is the entropy of a link: 192 bits.
const tokenBytes = 24

// candidateSessionFor is the lifetime of a candidate's session after the
// planned end.
const candidateSessionFor = 24 * time.Hour

// candidateLink is a row of candidate_links; it holds the hash of the token.
type candidateLink struct {
	bun.BaseModel `bun:"table:candidate_links,alias:l"`

	ID          string     `bun:",pk"`
	CorpID      string     `bun:"corp_id"`
	InterviewID string     `bun:"interview_id"`
	TokenHash   string     `bun:"token_hash"`
	SealedToken []byte     `bun:"sealed_token"` // of a link that is shown, encrypted
	Purpose     string     `bun:"purpose"`
	CreatedAt   time.Time  `bun:"created_at"`
	OpenedAt    *time.Time `bun:"opened_at"`
	RevokedAt   *time.Time `bun:"revoked_at"`
}

func (l *candidateLink) linkState(i *Interview, now time.Time) LinkState {
	switch {
	case l.RevokedAt != nil || i.State == Cancelled || i.State == Ended || i.linkExpired(now):
		return LinkDead
	case l.OpenedAt != nil:
		return LinkOpened
	default:
		return LinkActive
	}
}

type candidateSession struct {
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

// CandidateLinkPath returns the path of the candidate's page with the token in the
// fragment, which browsers send neither to proxies nor as a referrer.
func CandidateLinkPath(token string) string { return "/join#" + token }

// NewCandidateLink creates the candidate's personal link and returns its token. It
// revokes every earlier link and the sessions that those opened.
func (s *Service) NewCandidateLink(ctx context.Context, a actor.Actor, id string, hooks ...db.BeforeCommit[string]) (token string, err error) {
	_, err = s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayLink(a, i); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model((*candidateLink)(nil)).Set("revoked_at = ?, sealed_token = NULL", s.now()).
			Where("corp_id = ? AND interview_id = ? AND revoked_at IS NULL", a.CorpID, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("revoking the links of interview %s: %w", id, err)
		}
		if token, err = s.Links().insertLink(ctx, tx, i, purposeShown); err != nil {
			return err
		}
		if err := s.Queue.Insert(ctx, tx, EvictArgs{CorpID: i.CorpID, InterviewID: i.ID, Candidate: true}); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, s.now(), a, "interview.link", id, nil); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, token)
	})
	return token, err
}

// MailLink creates a link for a mail that is about to be sent and returns its
// token. Earlier links stay valid.
func (s *Service) MailLink(ctx context.Context, corpID, id string) (token string, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.readInterview(ctx, tx, corpID, id)
		if err != nil {
			return err
		}
		token, err = s.Links().insertLink(ctx, tx, i, purposeMail)
		return err
	})
	return token, err
}

// Links are the operations on the candidates' links that are stored.
type Links struct{ interviews *Service }

// Links returns the operations on stored links.
func (s *Service) Links() Links { return Links{s} }

func (s Links) insertLink(ctx context.Context, tx *db.Tx, i *Interview, purpose string) (string, error) {
	token, hash := newToken()
	l := candidateLink{
		ID: db.NewID(), CorpID: i.CorpID, InterviewID: i.ID,
		TokenHash: hash, Purpose: purpose, CreatedAt: s.interviews.now(),
	}
	if box := s.interviews.Box; box != nil && purpose == purposeShown {
		l.SealedToken = box.Seal([]byte(token), l.ID)
	}
	if _, err := tx.NewInsert().Model(&l).Exec(ctx); err != nil {
		return "", fmt.Errorf("storing a link of interview %s: %w", i.ID, err)
	}
	return token, nil
}

// Show returns the token of the link that was created last for a recruiter, and the
// interview. It is NotFound when there is none: the link was created by an earlier
// version, or its encryption key has changed. The audit log records who has seen it.
func (s Links) Show(ctx context.Context, a actor.Actor, id string) (token string, i *Interview, err error) {
	i, err = s.interviews.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayLink(a, i); err != nil {
			return err
		}
		if token, err = s.readShownToken(ctx, tx, i); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.interviews.now(), a, "interview.link_shown", id, nil)
	})
	return token, i, err
}

func (s Links) readShownToken(ctx context.Context, tx *db.Tx, i *Interview) (string, error) {
	l := new(candidateLink)
	err := tx.NewSelect().Model(l).
		Where("l.corp_id = ? AND l.interview_id = ? AND l.purpose = ? AND l.revoked_at IS NULL", i.CorpID, i.ID, purposeShown).
		OrderExpr("l.created_at DESC, l.id DESC").Limit(1).Scan(ctx)
	if err != nil && !db.IsNotFound(err) {
		return "", fmt.Errorf("reading the link of interview %s: %w", i.ID, err)
	}
	if err != nil || len(l.SealedToken) == 0 || s.interviews.Box == nil || i.linkExpired(s.interviews.now()) {
		return "", apperr.New(apperr.NotFound, "link.not_stored")
	}
	token, err := s.interviews.Box.Open(l.SealedToken, l.ID)
	if err != nil {
		return "", apperr.New(apperr.NotFound, "link.not_stored").WithCause(err)
	}
	return string(token), nil
}

// linkExpired reports whether the interview has not begun within
// candidateSessionFor after its planned end. Its links are then dead; moving the
// interview revives them.
func (i *Interview) linkExpired(now time.Time) bool {
	return i.State == Scheduled && now.After(i.EndsAt.Add(candidateSessionFor))
}

// ResolveCandidateLink returns the interview behind a link. A replaced or expired
// link is Gone, with the name of the organizer; an unknown one is NotFound. An
// interview that has ended or was cancelled is returned as such.
func (s *Service) ResolveCandidateLink(ctx context.Context, token string) (*Interview, error) {
	i, _, err := s.readOpenLink(ctx, token)
	return i, err
}

func (s *Service) readOpenLink(ctx context.Context, token string) (*Interview, *candidateLink, error) {
	l := new(candidateLink)
	err := s.DB.NewSelect().Model(l).Where("token_hash = ?", secretbox.HashToken(token)).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil, apperr.New(apperr.NotFound, "link.dead")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading a candidate's link: %w", err)
	}
	i, err := s.readInterview(ctx, s.DB.DB, l.CorpID, l.InterviewID)
	if err != nil {
		return nil, nil, err
	}
	if err := s.fillNames(ctx, l.CorpID, []*Interview{i}); err != nil {
		return nil, nil, err
	}
	switch {
	case l.RevokedAt != nil:
		return nil, nil, errReplacedLink(i)
	case i.linkExpired(s.now()):
		return nil, nil, errExpiredLink(i)
	}
	return i, l, nil
}

func errReplacedLink(i *Interview) error {
	return apperr.New(apperr.Gone, "link.replaced", "Contact", i.Organizer.Name)
}

func errExpiredLink(i *Interview) error {
	return apperr.New(apperr.Gone, "link.dead", "Contact", i.Organizer.Name)
}

func errOver(i *Interview) error {
	return apperr.New(apperr.Gone, "interview.over_for_candidate", "Contact", i.Organizer.Name)
}

// RedeemCandidateLink exchanges a link for a session as the candidate. It returns
// the token of the session's cookie, of which only the hash is stored, and its
// expiry. findHeld returns the cookie that the browser has from an earlier link of
// the interview, or empty: its session continues, so that the browser stays the
// same device to the room.
func (s *Service) RedeemCandidateLink(ctx context.Context, token string, findHeld func(interviewID string) string) (*Interview, string, time.Time, error) {
	i, l, err := s.readOpenLink(ctx, token)
	if err != nil {
		return nil, "", time.Time{}, err
	}
	if !i.Open() {
		return nil, "", time.Time{}, errOver(i)
	}
	now, held := s.now(), findHeld(i.ID)
	session := candidateSession{
		TokenHash: secretbox.HashToken(held), CorpID: i.CorpID, InterviewID: i.ID, LinkID: l.ID,
		ExpiresAt: i.CandidateSessionEnd(now),
	}
	cookie := held
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		continued, err := continueCandidateSession(ctx, tx, &session, now)
		if err != nil {
			return err
		}
		if !continued {
			cookie, session.TokenHash = newToken()
			if _, err := tx.NewInsert().Model(&session).Exec(ctx); err != nil {
				return fmt.Errorf("storing a candidate's session: %w", err)
			}
		}
		_, err = tx.NewUpdate().Model(l).Set("opened_at = ?", now).
			Where("corp_id = ? AND id = ? AND opened_at IS NULL", l.CorpID, l.ID).Exec(ctx)
		return err
	})
	return i, cookie, session.ExpiresAt, err
}

// continueCandidateSession stores the link and the expiry of a session that is
// stored and has not expired, and reports whether there is one.
func continueCandidateSession(ctx context.Context, tx *db.Tx, session *candidateSession, now time.Time) (bool, error) {
	result, err := tx.NewUpdate().Model(session).Column("link_id", "expires_at").
		Where("token_hash = ? AND corp_id = ? AND interview_id = ? AND expires_at > ?", session.TokenHash, session.CorpID, session.InterviewID, now).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("continuing a candidate's session: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// CandidateDevice returns the id of the browser that has the cookie of a
// candidate's session. The id is public.
func CandidateDevice(cookie string) string { return secretbox.HashToken(cookie)[:12] }

// InterviewOfCandidateSession returns the interview of a candidate's session
// cookie. It returns Unauthenticated when the session is unknown or has expired,
// and Gone with the reason when the link was replaced or the interview was
// cancelled.
func (s *Service) InterviewOfCandidateSession(ctx context.Context, cookie string) (*Interview, error) {
	l := new(candidateLink)
	err := s.DB.NewSelect().Model(l).
		Join("JOIN candidate_sessions AS cs ON cs.corp_id = l.corp_id AND cs.link_id = l.id").
		Where("cs.token_hash = ? AND cs.expires_at > ?", secretbox.HashToken(cookie), s.now()).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.New(apperr.Unauthenticated, "link.session_over")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a candidate's session: %w", err)
	}
	i, err := s.readInterview(ctx, s.DB.DB, l.CorpID, l.InterviewID)
	if err != nil {
		return nil, err
	}
	if err := s.fillNames(ctx, i.CorpID, []*Interview{i}); err != nil {
		return nil, err
	}
	switch {
	case l.RevokedAt != nil:
		return nil, errReplacedLink(i)
	case i.State == Cancelled:
		return nil, errOver(i)
	}
	return i, nil
}

// CandidateSessionEnd returns the expiry of a candidate's session that begins now.
func (i *Interview) CandidateSessionEnd(now time.Time) time.Time {
	if now.Before(i.EndsAt) {
		now = i.EndsAt
	}
	return now.Add(candidateSessionFor)
}
