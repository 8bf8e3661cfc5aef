package account

import (
	"context"
	"net/mail"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/wecom"
)

// Limits of looking up members by e-mail address or mobile number. WeCom blocks the
// company for a day after too many misses, so results are cached and misses are
// rate-limited.
const (
	contactTTL        = time.Hour
	maxCachedContacts = 10_000
	missInterval      = time.Minute
	missBurst         = 30
)

// Contact identifies a member by one of its fields.
type Contact struct {
	UserID string
	Email  string // business or personal address
	Mobile string
}

// contactCache caches the results of WeCom's lookups, misses included, and limits
// the rate of misses. Its zero value is ready to use.
type contactCache struct {
	mu      sync.Mutex
	entries map[Contact]cachedContact
	misses  *rate.Limiter
}

type cachedContact struct {
	userID string // "" for a miss
	until  time.Time
}

// FindMember returns the active member with the userid, the e-mail address or the
// mobile number, or a NotFound error.
func (s *Service) FindMember(ctx context.Context, corpID string, c Contact) (Member, error) {
	if c.UserID == "" {
		var err error
		if c.UserID, err = s.resolveContact(ctx, corpID, c); err != nil {
			return Member{}, err
		}
	}
	found, err := s.MembersByID(ctx, corpID, []string{c.UserID})
	if err != nil {
		return Member{}, err
	}
	m, ok := found[c.UserID]
	if !ok || !m.Active {
		return Member{}, errContactNotFound()
	}
	return m, nil
}

func errContactNotFound() error { return apperr.New(apperr.NotFound, "account.no_such_contact") }

func (s *Service) resolveContact(ctx context.Context, corpID string, c Contact) (string, error) {
	c.Email, c.Mobile = strings.ToLower(validate.CleanEmail(c.Email)), normalizeMobile(c.Mobile)
	switch address, err := mail.ParseAddress(c.Email); {
	case c.Email != "" && (err != nil || address.Address != c.Email), c.Email == "" && len(c.Mobile) < 5:
		return "", errContactNotFound() // invalid, so no call to WeCom is needed
	case s.Client == nil || corpID != s.Corp.ID:
		return "", apperr.New(apperr.Unavailable, "account.lookup_unavailable")
	}
	now := s.Now()
	if userID, ok := s.contactCache.lookUp(c, now); ok {
		if userID == "" {
			return "", errContactNotFound()
		}
		return userID, nil
	}
	if wait := s.contactCache.retryAfter(now); wait > 0 {
		return "", apperr.New(apperr.RateLimited, "account.too_many_lookups", "Seconds", int(wait.Seconds())+1)
	}
	userID, err := s.lookUpContact(ctx, c)
	switch {
	case wecom.IsCode(err, errcodeNoSuchMember):
		s.contactCache.store(c, "", now)
		return "", errContactNotFound()
	case err != nil:
		return "", apperr.New(apperr.Unavailable, "account.lookup_unavailable").WithCause(err)
	}
	s.contactCache.store(c, userID, now)
	return userID, nil
}

// errcodeNoSuchMember is WeCom's errcode for an unknown address or number.
const errcodeNoSuchMember = 46004

func (s *Service) lookUpContact(ctx context.Context, c Contact) (string, error) {
	if c.Mobile != "" && c.Email == "" {
		return s.Client.Users.GetUserIDByMobile(ctx, c.Mobile)
	}
	userID, err := s.Client.Users.GetUserIDByEmail(ctx, c.Email, wecom.EmailTypeCorp)
	if wecom.IsCode(err, errcodeNoSuchMember) {
		return s.Client.Users.GetUserIDByEmail(ctx, c.Email, wecom.EmailTypePersonal)
	}
	return userID, err
}

// normalizeMobile removes spaces, punctuation and the country code +86 from a number.
func normalizeMobile(mobile string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().", r) {
			return -1
		}
		return r
	}, strings.TrimPrefix(validate.CleanMobile(mobile), "+86"))
}

func (c *contactCache) lookUp(contact Contact, now time.Time) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.entries[contact]
	return found.userID, ok && now.Before(found.until)
}

// retryAfter returns the time until the rate limit of misses permits a lookup, zero
// if it does now.
func (c *contactCache) retryAfter(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.misses == nil || c.misses.TokensAt(now) >= 1 {
		return 0
	}
	return time.Duration((1 - c.misses.TokensAt(now)) * float64(missInterval))
}

func (c *contactCache) store(contact Contact, userID string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || len(c.entries) >= maxCachedContacts {
		c.entries = map[Contact]cachedContact{}
	}
	if c.misses == nil {
		c.misses = rate.NewLimiter(rate.Every(missInterval), missBurst)
	}
	c.entries[contact] = cachedContact{userID, now.Add(contactTTL)}
	if userID == "" {
		c.misses.AllowN(now, 1)
	}
}
