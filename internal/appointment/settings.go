package appointment

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/validate"
)

// settings is a row of appointment_settings. A company without a row has calendar
// entries and no meetings.
type settings struct {
	bun.BaseModel `bun:"table:appointment_settings,alias:aps"`

	CorpID          string                `bun:"corp_id,pk"`
	Calendar        bool                  `bun:"calendar"`
	DefaultMeeting  interview.MeetingKind `bun:"default_meeting"`
	CalendarID      string                `bun:"calendar_id"`
	ScheduleFailure string                `bun:"schedule_failure"` // text id
	MeetingFailure  string                `bun:"meeting_failure"`
	UpdatedBy       string                `bun:"updated_by"`
	UpdatedAt       time.Time             `bun:"updated_at"`
}

// Settings are a company's settings, and why WeCom refuses its schedules or its
// meetings; nil when it does not.
type Settings struct {
	Calendar        bool
	DefaultMeeting  interview.MeetingKind // NoMeeting or WeComMeeting
	ScheduleFailure *apperr.Reason
	MeetingFailure  *apperr.Reason
}

// DefaultMeetingKinds lists the kinds that may be a company's default.
var DefaultMeetingKinds = []interview.MeetingKind{interview.NoMeeting, interview.WeComMeeting}

func readSettings(ctx context.Context, q bun.IDB, corpID string) (*settings, error) {
	set := &settings{CorpID: corpID}
	err := q.NewSelect().Model(set).WherePK().Scan(ctx)
	if db.IsNotFound(err) {
		return &settings{CorpID: corpID, Calendar: true, DefaultMeeting: interview.NoMeeting}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of appointments: %w", err)
	}
	return set, nil
}

// changeSettings runs change on the settings of a company, which concurrent calls
// change one after another.
func (s *Service) changeSettings(ctx context.Context, tx *db.Tx, corpID string, change func(*settings)) error {
	first := &settings{CorpID: corpID, Calendar: true, DefaultMeeting: interview.NoMeeting, UpdatedAt: s.now()}
	if _, err := tx.NewInsert().Model(first).On("CONFLICT (corp_id) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("storing the settings of appointments: %w", err)
	}
	if err := tx.Lock(ctx, (*settings)(nil), "corp_id = ?", corpID); err != nil {
		return err
	}
	set, err := readSettings(ctx, tx, corpID)
	if err != nil {
		return err
	}
	change(set)
	set.UpdatedAt = s.now()
	if _, err := tx.NewUpdate().Model(set).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("storing the settings of appointments: %w", err)
	}
	return nil
}

// DefaultMeeting implements interview.Appointments.
func (s *Service) DefaultMeeting(ctx context.Context, corpID string) (interview.MeetingKind, error) {
	set, err := readSettings(ctx, s.DB.DB, corpID)
	if err != nil {
		return "", err
	}
	return set.DefaultMeeting, nil
}

// Settings returns the company's settings.
func (s *Service) Settings(ctx context.Context, a actor.Actor) (*Settings, error) {
	set, err := readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	return &Settings{
		Calendar: set.Calendar, DefaultMeeting: set.DefaultMeeting,
		ScheduleFailure: reasonOf(set.ScheduleFailure), MeetingFailure: reasonOf(set.MeetingFailure),
	}, nil
}

func reasonOf(code string) *apperr.Reason {
	if code == "" {
		return nil
	}
	return &apperr.Reason{Code: code}
}

// SettingsEdit contains the settings to change; nil is not changed.
type SettingsEdit struct {
	Calendar       *bool
	DefaultMeeting *interview.MeetingKind
}

// SetSettings changes the company's settings. It requires an administrator. Interviews
// that are scheduled already follow with their next change.
func (s *Service) SetSettings(ctx context.Context, a actor.Actor, edit SettingsEdit) error {
	if err := a.Require(actor.EditSettings); err != nil {
		return err
	}
	var c validate.Errors
	if edit.DefaultMeeting != nil {
		validate.CheckOneOf(&c, "defaultMeeting", *edit.DefaultMeeting, DefaultMeetingKinds...)
	}
	if err := c.Err(false); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var stored settings
		err := s.changeSettings(ctx, tx, a.CorpID, func(set *settings) {
			if edit.Calendar != nil {
				set.Calendar = *edit.Calendar
			}
			if edit.DefaultMeeting != nil {
				set.DefaultMeeting = *edit.DefaultMeeting
			}
			set.UpdatedBy = a.UserID
			set.ScheduleFailure, set.MeetingFailure = "", "" // found again by the next attempt
			stored = *set
		})
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "appointment.settings", a.CorpID,
			audit.Data{"calendar": strconv.FormatBool(stored.Calendar), "meeting": string(stored.DefaultMeeting)})
	})
}
