package systemstatus

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// checkTimeout limits the checks of the database.
const checkTimeout = 5 * time.Second

// Config contains what the service examines.
type Config struct {
	DB     *db.DB
	CorpID string
	Zone   *time.Location // of times in texts
	Now    func() time.Time

	WeCom, Mail    *Calls
	MailConfigured bool
	SendsNothing   bool
	Sandbox        sandbox.Runner // nil: HUIMIAN_SANDBOX is off
	Availability   *availability.Service
	Backup         BackupState
	// CustomerService reads the state of WeChat customer service.
	CustomerService func(ctx context.Context) (CustomerServiceState, error)
	// SmartBot reads the state of the smart bot in WeCom.
	SmartBot       func(context.Context) (SmartBotState, error)
	CertificateEnd func() (end time.Time, configured bool)

	// Diagnose runs the checks of huimian doctor. Nil: there are none.
	Diagnose func(ctx context.Context, lang string) []Finding
}

// Service describes the state of an installation to its administrators.
type Service struct {
	cfg  Config
	turn chan struct{} // one diagnosis at a time
}

// New returns the service.
func New(cfg Config) *Service { return &Service{cfg: cfg, turn: make(chan struct{}, 1)} }

// liveCheck is a check that takes no longer than some queries.
type liveCheck struct {
	name string
	run  func(*Service, context.Context) Result
}

var liveChecks = []liveCheck{
	{"database", (*Service).checkDatabase},
	{"jobs", (*Service).checkJobs},
	{"failedjobs", (*Service).checkFailedJobs},
	{"wecom", (*Service).checkWeCom},
	{"messages", (*Service).checkMessages},
	{"mail", (*Service).checkMail},
	{"customerservice", (*Service).checkCustomerService},
	{"smartbot", (*Service).checkSmartBot},
	{"sandbox", (*Service).checkSandbox},
	{"backup", (*Service).checkBackup},
	{"certificate", (*Service).checkCertificate},
	{"holidays", (*Service).checkHolidays},
	{"send", (*Service).checkSend},
}

// Inspect returns the findings about the running installation, and those about WeCom's
// errcodes of this process.
func (s *Service) Inspect(ctx context.Context, a actor.Actor, lang string) ([]Finding, error) {
	if err := a.Require(actor.ReadSettings); err != nil {
		return nil, err
	}
	findings := make([]Finding, 0, len(liveChecks))
	for _, c := range liveChecks {
		findings = append(findings, s.runCheck(ctx, c).Localize(lang, c.name))
		if c.name == "wecom" {
			for _, r := range s.listErrcodes() {
				findings = append(findings, r.Localize(lang, "errcode"))
			}
		}
	}
	return findings, nil
}

func (s *Service) runCheck(ctx context.Context, c liveCheck) Result {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return c.run(s, ctx)
}

// Diagnose returns the findings of huimian doctor. A second diagnosis waits for the first.
func (s *Service) Diagnose(ctx context.Context, a actor.Actor, lang string) ([]Finding, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	if s.cfg.Diagnose == nil {
		return []Finding{}, nil
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return s.cfg.Diagnose(ctx, lang), nil
}

// formatTime formats a time in the company's zone, to the minute.
func (s *Service) formatTime(at time.Time) string {
	return at.In(s.cfg.Zone).Format("2006-01-02 15:04")
}
