// Package account manages companies, a copy of their members and departments in
// WeCom, roles, and sessions. It calls the WeCom client for contacts and sign-in
// and stores the access token that all replicas share. It is independent of
// interviews.
package account

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/oidc"
	"github.com/huimian/huimian/wecom"
)

// ParseRoles reads role names as actor.Roles.Names writes them. An unknown name
// is an Invalid error of its field.
func ParseRoles(names []string) (actor.Roles, error) {
	var roles actor.Roles
	for i, name := range names {
		role, ok := actor.ParseName(name)
		if !ok {
			return 0, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError(fmt.Sprintf("roles[%d]", i), "account.unknown_role")})
		}
		roles |= role
	}
	return roles, nil
}

// Config configures a Service. Client is nil if WeCom is not configured; sign-in is
// then unavailable.
type Config struct {
	DB             *db.DB
	Queue          *job.Queue
	Client         *wecom.Client
	OIDC           *oidc.Provider // nil: members sign in through WeCom only
	Corp           Corp
	Administrators []string // userids of members who are administrators regardless of the table
	SecureCookies  bool     // the public address is https
	PublicURL      string   // without a trailing slash
	Now            func() time.Time
	Logger         *slog.Logger
	// ReadManaged reads the positions of which a member is hiring manager; nil means none.
	ReadManaged func(ctx context.Context, corpID, userID string) (actor.Managed, error)
}

// Corp is a company (企业) that uses this installation.
type Corp struct {
	ID       string `bun:"corp_id,pk"`
	Name     string
	TimeZone string
}

// Service manages the accounts of one company.
type Service struct {
	Config
	Sessions     *scs.SessionManager
	startedAt    time.Time
	contactCache contactCache
}

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{Config: cfg, startedAt: cfg.Now()}
	s.Sessions = newSessions(s)
	if cfg.Queue != nil {
		s.registerJobs()
	}
	return s
}

// SaveCorp inserts the company or updates its name and time zone.
func (s *Service) SaveCorp(ctx context.Context) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (corp_id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone`,
			s.Corp.ID, s.Corp.Name, s.Corp.TimeZone, db.Time(s.Now())).Exec(ctx)
		if err != nil {
			return fmt.Errorf("saving the company %s: %w", s.Corp.ID, err)
		}
		return nil
	})
}

// FindCorp returns a company, or a NotFound error.
func (s *Service) FindCorp(ctx context.Context, corpID string) (Corp, error) {
	var c Corp
	err := s.DB.NewSelect().TableExpr("corps").Column("corp_id", "name", "time_zone").
		Where("corp_id = ?", corpID).Scan(ctx, &c)
	if db.IsNotFound(err) {
		return Corp{}, apperr.NewNotFound()
	}
	if err != nil {
		return Corp{}, fmt.Errorf("finding the company %s: %w", corpID, err)
	}
	return c, nil
}

// TimeZone returns the time zone of a company.
func (s *Service) TimeZone(ctx context.Context, corpID string) (string, error) {
	c, err := s.FindCorp(ctx, corpID)
	return c.TimeZone, err
}

// CompanyName returns the name of a company.
func (s *Service) CompanyName(ctx context.Context, corpID string) (string, error) {
	c, err := s.FindCorp(ctx, corpID)
	return c.Name, err
}

// Location returns the location of the time zone of a company.
func (s *Service) Location(ctx context.Context, corpID string) (*time.Location, error) {
	zone, err := s.TimeZone(ctx, corpID)
	if err != nil {
		return nil, err
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("loading the time zone of company %s: %w", corpID, err)
	}
	return location, nil
}

// isConfiguredAdministrator reports whether the configuration makes the member an
// administrator.
func (s *Service) isConfiguredAdministrator(userID string) bool {
	return slices.ContainsFunc(s.Administrators, func(a string) bool { return member.SameUserID(a, userID) })
}

// rolesOf adds what the configuration and the membership itself give.
func (s *Service) rolesOf(userID string, stored actor.Roles) actor.Roles {
	r := stored | actor.Interviewer
	if s.isConfiguredAdministrator(userID) {
		r |= actor.Administrator | actor.Recruiter
	}
	if r.HasAll(actor.Administrator) {
		r |= actor.Recruiter
	}
	return r
}
