package interview

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/candidatelink"
)

// LinkState is the combined state of a candidate's links: the most active one
// counts.
type LinkState int

// From the least active to the most.
const (
	LinkNone LinkState = iota
	LinkExpired
	LinkActive
	LinkOpened
)

// String returns the state as the API names it.
func (l LinkState) String() string { return [...]string{"none", "expired", "active", "opened"}[l] }

// candidateSessionFor is the lifetime of a candidate's session after the
// planned end.
const candidateSessionFor = 24 * time.Hour

// newLinkState returns the state of one link.
func newLinkState(l *candidatelink.Link, i *Interview, now time.Time) LinkState {
	switch {
	case l.RevokedAt != nil || i.State == Cancelled || i.State == Ended || i.linkExpired(now):
		return LinkExpired
	case l.OpenedAt != nil:
		return LinkOpened
	default:
		return LinkActive
	}
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
		if err := candidatelink.Revoke(ctx, tx, a.CorpID, id, s.now(), candidatelink.Shown, candidatelink.Mail); err != nil {
			return err
		}
		if token, err = s.Links().insertLink(ctx, tx, i, candidatelink.Shown); err != nil {
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
// token. Earlier links stay valid. It is a Conflict when the interview has another
// candidate, or the candidate another address, than i has.
func (s *Service) MailLink(ctx context.Context, i *Interview) (token string, err error) {
	err = s.Meetings().WithInterview(ctx, i.CorpID, i.ID, func(ctx context.Context, tx *db.Tx, stored *Interview) error {
		if stored.CandidateID != i.CandidateID || stored.Candidate.Email != i.Candidate.Email {
			return apperr.New(apperr.Conflict, "interview.changed_meanwhile")
		}
		token, err = s.Links().insertLink(ctx, tx, stored, candidatelink.Mail)
		return err
	})
	return token, err
}

// Links are the operations on the candidates' links that are stored.
type Links struct{ interviews *Service }

// Links returns the operations on stored links.
func (s *Service) Links() Links { return Links{s} }

func (s Links) insertLink(ctx context.Context, tx *db.Tx, i *Interview, purpose string) (string, error) {
	return candidatelink.Insert(ctx, tx, s.interviews.Box, i.CorpID, i.ID, purpose, s.interviews.now())
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
	l, err := candidatelink.FindShown(ctx, tx, i.CorpID, i.ID)
	if err != nil && !db.IsNotFound(err) {
		return "", err
	}
	if err != nil || len(l.EncryptedToken) == 0 || s.interviews.Box == nil || i.linkExpired(s.interviews.now()) {
		return "", apperr.New(apperr.NotFound, "link.not_stored")
	}
	token, err := s.interviews.Box.Decrypt(l.EncryptedToken, l.ID)
	if err != nil {
		return "", apperr.New(apperr.NotFound, "link.not_stored").WithCause(err)
	}
	return string(token), nil
}

// linkExpired reports whether the interview has not begun within
// candidateSessionFor after its planned end. Its links are then expired; moving the
// interview makes them valid again.
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

func (s *Service) readOpenLink(ctx context.Context, token string) (*Interview, *candidatelink.Link, error) {
	l, err := candidatelink.FindByToken(ctx, s.DB.DB, token)
	if db.IsNotFound(err) {
		return nil, nil, apperr.New(apperr.NotFound, "link.expired")
	}
	if err != nil {
		return nil, nil, err
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
		return nil, nil, errGone(i, "link.replaced")
	case i.linkExpired(s.now()):
		return nil, nil, errGone(i, "link.expired")
	}
	return i, l, nil
}

func errGone(i *Interview, code string) error {
	return apperr.New(apperr.Gone, code, "Contact", i.Organizer.Name)
}

// RedeemCandidateLink exchanges a link for a session as the candidate. It returns
// the token of the session's cookie, of which only the hash is stored, and its
// expiry. admit returns an error if the candidate may not enter, and the cookie that
// the browser has from an earlier link of the interview, or empty: its session
// continues, so that the browser stays the same device to the room.
func (s *Service) RedeemCandidateLink(ctx context.Context, token string, admit func(*Interview) (held string, err error)) (*Interview, string, time.Time, error) {
	i, l, err := s.readOpenLink(ctx, token)
	if err != nil {
		return nil, "", time.Time{}, err
	}
	if !i.Open() {
		return nil, "", time.Time{}, errGone(i, "interview.over_for_candidate")
	}
	held, err := admit(i)
	if err != nil {
		return nil, "", time.Time{}, err
	}
	now, cookie := s.now(), ""
	expiresAt := i.CandidateSessionEnd(now)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		cookie, err = l.OpenSession(ctx, tx, held, expiresAt, now)
		return err
	})
	return i, cookie, expiresAt, err
}

// CandidateDevice returns the id of the browser that has the cookie of a
// candidate's session. The id is public.
func CandidateDevice(cookie string) string { return candidatelink.Device(cookie) }

// InterviewOfCandidateSession returns the interview of a candidate's session
// cookie. It returns Unauthenticated when the session is unknown or has expired,
// and Gone with the reason when the link was replaced or the interview was
// cancelled.
func (s *Service) InterviewOfCandidateSession(ctx context.Context, cookie string) (*Interview, error) {
	l, err := candidatelink.FindByCookie(ctx, s.DB.DB, cookie, s.now())
	if db.IsNotFound(err) {
		return nil, apperr.New(apperr.Unauthenticated, "link.session_over")
	}
	if err != nil {
		return nil, err
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
		return nil, errGone(i, "link.replaced")
	case i.State == Cancelled:
		return nil, errGone(i, "interview.over_for_candidate")
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
