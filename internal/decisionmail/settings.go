package decisionmail

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Timing is when a mail is sent.
type Timing string

const (
	Now     Timing = "now"
	Hour    Timing = "hour"    // in an hour
	Workday Timing = "workday" // on the next workday, at Settings.WorkdayAt
	Date    Timing = "date"    // at a time that the recruiter enters; no default of a company
)

// defaultWorkdayAt is 10:00.
const defaultWorkdayAt availability.Clock = 10 * 60

// Settings is a row of decision_mail_settings.
type Settings struct {
	bun.BaseModel `bun:"table:decision_mail_settings,alias:dms"`

	CorpID             string             `bun:"corp_id,pk"`
	Enabled            bool               `bun:"enabled"` // recruiters may schedule mails
	Timing             Timing             `bun:"timing"`  // the default of a mail
	WorkdayAt          availability.Clock `bun:"workday_at"`
	InformInterviewers bool               `bun:"inform_interviewers"` // those who have submitted a scorecard
	Version            int                `bun:"version"`             // 0 before the first change
	UpdatedBy          string             `bun:"updated_by"`
	UpdatedAt          time.Time          `bun:"updated_at"`
}

// Settings returns the company's settings.
func (s *Service) Settings(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := a.Require(actor.ReadMailTemplates); err != nil {
		return nil, err
	}
	return readSettings(ctx, s.DB.DB, a.CorpID)
}

func readSettings(ctx context.Context, q bun.IDB, corpID string) (*Settings, error) {
	c := new(Settings)
	err := q.NewSelect().Model(c).Where("dms.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Settings{CorpID: corpID, Timing: Workday, WorkdayAt: defaultWorkdayAt}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of mails with results: %w", err)
	}
	return c, nil
}

// UpdateSettings changes the company's settings by edit. version is the one that the edit was made from, 0 for any.
func (s *Service) UpdateSettings(ctx context.Context, a actor.Actor, version int, edit func(*Settings)) (*Settings, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	return versioning.Settings[Settings]{
		Lock: "decision_mail/" + a.CorpID, Code: "decision_mail.settings_changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Settings, error) { return readSettings(ctx, q, a.CorpID) },
		Version: func(c *Settings) int { return c.Version },
		Check:   (*Settings).checkSettings,
		Store:   func(ctx context.Context, tx *db.Tx, c, _ *Settings) error { return s.storeSettings(ctx, tx, a, c) },
	}.Update(ctx, s.DB, version, edit)
}

func (c *Settings) checkSettings() error {
	var e validate.Errors
	validate.CheckOneOf(&e, "timing", c.Timing, Now, Hour, Workday)
	if c.WorkdayAt < 0 || c.WorkdayAt >= availability.EndOfDay {
		e.Add("workdayAt", "field.invalid")
	}
	return e.Err(false)
}

func (s *Service) storeSettings(ctx context.Context, tx *db.Tx, a actor.Actor, c *Settings) error {
	c.Version, c.UpdatedBy, c.UpdatedAt = c.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (corp_id) DO UPDATE").
		Set("enabled = excluded.enabled, timing = excluded.timing, workday_at = excluded.workday_at, inform_interviewers = excluded.inform_interviewers").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the settings of mails with results: %w", err)
	}
	state := map[bool]string{true: "on", false: "off"}
	data := audit.Data{"mail": state[c.Enabled], "timing": string(c.Timing), "interviewers": state[c.InformInterviewers]}
	if c.Timing == Workday {
		data["timing"] += " " + c.WorkdayAt.String()
	}
	return audit.Write(ctx, tx, s.now(), a, "decision_mail.settings", a.CorpID, data)
}
