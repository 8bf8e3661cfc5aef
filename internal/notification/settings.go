// Package notification decides whether and when members are notified: the matrix of
// everything that the product sends, the groups that a member mutes, and quiet hours, which
// defer what may wait. Package notify applies the decision when it delivers.
package notification

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB           *db.DB
	Availability *availability.Service
	Now          func() time.Time // the clock; nil is time.Now
}

// Service stores the settings and decides by them.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Company is a row of notification_settings.
type Company struct {
	bun.BaseModel `bun:"table:notification_settings,alias:ns"`

	CorpID    string             `bun:"corp_id,pk"`
	Quiet     bool               `bun:"quiet"` // Hours apply
	Hours     QuietHours         `bun:"hours,type:jsonb"`
	Digest    bool               `bun:"digest"`
	DigestAt  availability.Clock `bun:"digest_at"`
	Version   int                `bun:"version"` // 0 before the first change
	UpdatedBy string             `bun:"updated_by"`
	UpdatedAt time.Time          `bun:"updated_at"`
}

// defaultDigestAt is 08:30.
const defaultDigestAt availability.Clock = 8*60 + 30

// Company returns the company's settings.
func (s *Service) Company(ctx context.Context, a actor.Actor) (*Company, error) {
	if !a.May(actor.ReadPositions) {
		return nil, apperr.NewForbidden()
	}
	return ReadCompany(ctx, s.DB.DB, a.CorpID)
}

// ReadCompany returns the settings of a company, without a check of access.
func ReadCompany(ctx context.Context, q bun.IDB, corpID string) (*Company, error) {
	c := new(Company)
	err := q.NewSelect().Model(c).Where("ns.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Company{CorpID: corpID, Hours: defaultHours(), Digest: true, DigestAt: defaultDigestAt}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the notification settings of the company: %w", err)
	}
	return c, nil
}

// UpdateCompany changes the company's settings by edit. It requires an administrator.
// version is the one that the edit was made from, 0 for any.
func (s *Service) UpdateCompany(ctx context.Context, a actor.Actor, version int, edit func(*Company)) (*Company, error) {
	if !a.May(actor.EditSettings) {
		return nil, apperr.NewForbidden()
	}
	return versioning.Settings[Company]{
		Lock: "notification/" + a.CorpID, Code: "notification.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Company, error) { return ReadCompany(ctx, q, a.CorpID) },
		Version: func(c *Company) int { return c.Version },
		Check:   (*Company).checkSettings,
		Store:   func(ctx context.Context, tx *db.Tx, c, _ *Company) error { return s.storeCompany(ctx, tx, a, c) },
	}.Update(ctx, s.DB, version, edit)
}

func (c *Company) checkSettings() error {
	var e validate.Errors
	c.Hours.checkHours(&e)
	if !isTimeOfDay(c.DigestAt) {
		e.Add("digestAt", "field.invalid")
	}
	return e.Err(false)
}

func (s *Service) storeCompany(ctx context.Context, tx *db.Tx, a actor.Actor, c *Company) error {
	c.Version, c.UpdatedBy, c.UpdatedAt = c.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (corp_id) DO UPDATE").
		Set("quiet = excluded.quiet, hours = excluded.hours, digest = excluded.digest, digest_at = excluded.digest_at").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the notification settings of the company: %w", err)
	}
	data := audit.Data{"quiet": "off", "digest": "off"}
	if c.Quiet {
		data["quiet"] = c.Hours.String()
	}
	if c.Digest {
		data["digest"] = c.DigestAt.String()
	}
	return audit.Write(ctx, tx, s.now(), a, "notification.company", a.CorpID, data)
}
