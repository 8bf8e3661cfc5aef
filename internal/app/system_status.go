package app

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/wecom/callback"
)

// DiagnoseFunc runs the checks of huimian doctor, which look at an installation from outside.
type DiagnoseFunc func(ctx context.Context, cfg Config, lang string) []systemstatus.Finding

// diagnoseTimeout ends a diagnosis before the limit of an operation of the API.
const diagnoseTimeout = 50 * time.Second

// newSystemStatus returns the description of this installation for administrators.
func (a *App) newSystemStatus() (*systemstatus.Service, error) {
	c := a.Config
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("reading HUIMIAN_TIME_ZONE: %w", err)
	}
	s := systemstatus.Config{
		DB: a.DB, CorpID: c.WeCom.CorpID, Zone: zone, Now: a.Config.currentTime,
		WeCom: a.wecomMetrics.calls, Mail: a.metrics.mailed, MailConfigured: c.Mail.IsConfigured(), SendsNothing: c.SendsNothing(), Availability: a.Availability,
		CustomerService: a.readCustomerService, SmartBot: a.readSmartBot,
		CertificateEnd: func() (time.Time, bool) {
			if a.certificate == nil {
				return time.Time{}, false
			}
			return a.certificate.NotAfter(), true
		},
	}
	if c.writesBackups() {
		s.Backup = systemstatus.BackupState{Every: c.Backup.Every, Last: func() (time.Time, error) { return backup.Last(c.Backup.Dir) }}
	}
	if c.Sandbox.Mode != SandboxOff {
		s.Sandbox = a.Sandbox
	}
	if c.Diagnose != nil {
		s.Diagnose = func(ctx context.Context, lang string) []systemstatus.Finding {
			ctx, cancel := context.WithTimeout(ctx, diagnoseTimeout)
			defer cancel()
			return c.Diagnose(ctx, c, lang)
		}
	}
	return systemstatus.New(s), nil
}

func (a *App) readCustomerService(ctx context.Context) (systemstatus.CustomerServiceState, error) {
	c, err := a.CustomerService.State(ctx, a.Config.WeCom.CorpID)
	if err != nil {
		return systemstatus.CustomerServiceState{}, err
	}
	return systemstatus.CustomerServiceState{Active: c.IsActive(), Name: c.AccountName, ReadAt: c.ReadAt, Failure: c.Failure}, nil
}

func (a *App) readSmartBot(ctx context.Context) (systemstatus.SmartBotState, error) {
	c, err := a.SmartBot.State(ctx, a.Config.WeCom.CorpID)
	if err != nil {
		return systemstatus.SmartBotState{}, err
	}
	return systemstatus.SmartBotState{Active: c.Enabled, CallbackURL: a.SmartBot.CallbackURL(c.CorpID), ReceivedAt: c.ReceivedAt}, nil
}

// SmartBotCallback returns the callback URL of the smart bot and the codec of its requests, which is nil
// without a bot or with one that is turned off.
func SmartBotCallback(ctx context.Context, cfg Config) (address string, codec *callback.Codec, err error) {
	cfg.normalize()
	boxes, err := newBoxes(&cfg)
	if err != nil {
		return "", nil, err
	}
	err = withDatabase(ctx, cfg, func(d *db.DB) error {
		bot := smartbot.New(smartbot.Config{DB: d, Box: boxes.rooms, PublicURL: cfg.PublicURL})
		address = bot.CallbackURL(cfg.WeCom.CorpID)
		codec, err = bot.Codec(ctx, cfg.WeCom.CorpID)
		return err
	})
	return address, codec, err
}
