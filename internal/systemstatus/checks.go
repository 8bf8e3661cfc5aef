package systemstatus

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/sandbox"
)

// Limits above which a finding is a warning.
const (
	maxJobDelay      = 5 * time.Minute
	certificateLimit = 14 * 24 * time.Hour
	holidayLimit     = 45 * 24 * time.Hour // before the end of the last year with holidays
	messageAge       = 24 * time.Hour
	maxNamedKinds    = 5
)

func (s *Service) checkDatabase(ctx context.Context) Result {
	began := time.Now()
	if err := s.cfg.DB.PingContext(ctx); err != nil {
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	}
	took := time.Since(began).Milliseconds()
	if err := s.cfg.DB.CheckWritable(ctx); err != nil {
		return NewResult(Fail, "database.readonly", "Error", err.Error())
	}
	return NewResult(OK, "database.live", "Kind", string(s.cfg.DB.Dialect()), "Milliseconds", took)
}

func (s *Service) checkJobs(ctx context.Context) Result {
	now := s.cfg.Now()
	depths, err := job.CountByKind(ctx, s.cfg.DB, now)
	if err != nil {
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	}
	var due, scheduled int
	oldest := job.Depth{Oldest: now}
	for _, d := range depths {
		due, scheduled = due+d.Due, scheduled+d.Scheduled
		if d.Due > 0 && d.Oldest.Before(oldest.Oldest) {
			oldest = d
		}
	}
	if delay := now.Sub(oldest.Oldest); delay > maxJobDelay {
		return NewResult(Warn, "jobs.late", "Due", due, "Kind", oldest.Kind, "Minutes", int(delay.Minutes()))
	}
	return NewResult(OK, "jobs.ok", "Due", due, "Scheduled", scheduled)
}

// checkFailedJobs reports jobs without a further attempt, which the queue keeps for a week.
func (s *Service) checkFailedJobs(ctx context.Context) Result {
	list, err := job.List(ctx, s.cfg.DB, job.Filter{States: []string{"discarded"}, Limit: job.MaxList})
	if err != nil {
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	}
	if len(list) == 0 {
		return NewResult(OK, "failedjobs.none")
	}
	var kinds []string
	for _, j := range list {
		if !slices.Contains(kinds, j.Kind) && len(kinds) < maxNamedKinds {
			kinds = append(kinds, j.Kind)
		}
	}
	return NewResult(Warn, "failedjobs.some", "Count", len(list), "Kinds", strings.Join(kinds, ", "), "ID", list[0].ID)
}

func (s *Service) checkWeCom(context.Context) Result {
	succeeded, failed, _ := s.cfg.WeCom.readSince(s.cfg.Now())
	switch {
	case failed != nil:
		return NewResult(Fail, "wecom.failed", "Path", failed.Path, "Time", s.formatTime(failed.At), "Error", failed.Message, "Advice", failed.Advice, "Page", failed.Page)
	case succeeded.IsZero():
		return NewResult(Skip, "wecom.none")
	}
	return NewResult(OK, "wecom.ok", "Time", s.formatTime(succeeded))
}

// listErrcodes returns a warning for each errcode of the last day.
func (s *Service) listErrcodes() (list []Result) {
	_, _, codes := s.cfg.WeCom.readSince(s.cfg.Now().Add(-errorAge))
	for _, e := range codes {
		list = append(list, NewResult(Warn, "errcode.seen", "Code", e.Code, "Message", e.Message, "Path", e.Path,
			"Count", e.Count, "Time", s.formatTime(e.At), "Advice", e.Advice, "Page", e.Page))
	}
	return list
}

func (s *Service) checkMessages(ctx context.Context) Result {
	count := func(state string, since time.Time) (int64, error) {
		q := s.cfg.DB.NewSelect().TableExpr("messages").Where("corp_id = ?", s.cfg.CorpID).Where("state = ?", state)
		if !since.IsZero() {
			q = q.Where("created_at >= ?", since.UTC())
		}
		return q.Count(ctx)
	}
	failed, err := count("failed", s.cfg.Now().Add(-messageAge))
	if err != nil {
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	}
	queued, err := count("queued", time.Time{})
	switch {
	case err != nil:
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	case failed > 0:
		return NewResult(Warn, "messages.failed", "Count", failed)
	}
	return NewResult(OK, "messages.ok", "Queued", queued)
}

func (s *Service) checkMail(context.Context) Result {
	if !s.cfg.MailConfigured {
		return NewResult(Warn, "mail.none")
	}
	succeeded, failed, _ := s.cfg.Mail.readSince(s.cfg.Now())
	switch {
	case failed != nil:
		return NewResult(Warn, "mail.failed", "Time", s.formatTime(failed.At), "Error", failed.Message)
	case succeeded.IsZero():
		return NewResult(OK, "mail.unused")
	}
	return NewResult(OK, "mail.accepted", "Time", s.formatTime(succeeded))
}

// CustomerServiceState is the state of WeChat customer service.
type CustomerServiceState struct {
	Active  bool
	Name    string         // of the account
	ReadAt  *time.Time     // nil: never
	Failure *apperr.Reason // why WeCom refuses the calls; its text has the advice
}

func (s *Service) checkCustomerService(ctx context.Context) Result {
	state, err := s.cfg.CustomerService(ctx)
	switch {
	case err != nil:
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	case !state.Active:
		return NewResult(Skip, "customerservice.off")
	case state.Failure != nil:
		errcode := state.Failure.Params["Errcode"]
		return NewResult(Warn, "customerservice.failed", "Name", state.Name, "Code", errcode, "Errcode", errcode, "Advice", state.Failure.Code)
	case state.ReadAt == nil:
		return NewResult(OK, "customerservice.waiting", "Name", state.Name)
	}
	return NewResult(OK, "customerservice.live", "Name", state.Name, "Time", s.formatTime(*state.ReadAt))
}

// SmartBotState is the state of the smart bot in WeCom.
type SmartBotState struct {
	Active      bool
	CallbackURL string
	ReceivedAt  *time.Time // nil: never
}

// checkSmartBot warns about a bot whose callback URL has not been used: WeCom reports a wrong Token or
// EncodingAESKey only to the administrator who enters the URL.
func (s *Service) checkSmartBot(ctx context.Context) Result {
	state, err := s.cfg.SmartBot(ctx)
	switch {
	case err != nil:
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	case !state.Active:
		return NewResult(Skip, "smartbot.off")
	case state.ReceivedAt == nil:
		return NewResult(Warn, "smartbot.waiting", "URL", state.CallbackURL)
	}
	return NewResult(OK, "smartbot.live", "Time", s.formatTime(*state.ReceivedAt))
}

func (s *Service) checkSandbox(context.Context) Result {
	r := s.cfg.Sandbox
	if r == nil {
		return NewResult(OK, "sandbox.disabled")
	}
	runners, ok := r.(interface{ CountReady() int })
	switch err := r.Ready(); {
	case err != nil && ok:
		return NewResult(Fail, "sandbox.norunner", "Reason", err.Error())
	case err != nil:
		return NewResult(Warn, "sandbox.off", "Reason", err.Error())
	case ok:
		return NewResult(OK, "sandbox.runners", "Count", runners.CountReady(), "Languages", joinLanguages(r.Languages()))
	}
	return SandboxResult(r)
}

// SandboxResult returns the result of a sandbox that can run programs.
func SandboxResult(r sandbox.Runner) Result {
	var missing []string
	for _, l := range r.MissingLanguages() {
		missing = append(missing, l.ID+" ("+l.Reason+")")
	}
	if len(missing) > 0 {
		return NewResult(Warn, "sandbox.missing", "Languages", joinLanguages(r.Languages()), "Missing", strings.Join(missing, ", "))
	}
	if pooled, ok := r.(sandbox.Pooled); ok {
		if s := pooled.PoolStats(); s.Size > 0 {
			return NewResult(OK, "sandbox.pool", "Languages", joinLanguages(r.Languages()), "Idle", s.Idle, "Size", s.Size, "Megabytes", s.MemoryBytes>>20)
		}
	}
	return NewResult(OK, "sandbox.ok", "Languages", joinLanguages(r.Languages()))
}

func joinLanguages(languages []sandbox.Language) string {
	var names []string
	for _, l := range languages {
		names = append(names, l.Name)
	}
	return strings.Join(names, ", ")
}

// BackupState is the schedule of backups and the newest one.
type BackupState struct {
	Every time.Duration // 0: none are scheduled
	Last  func() (time.Time, error)
}

func (s *Service) checkBackup(context.Context) Result {
	b := s.cfg.Backup
	if b.Every == 0 {
		return NewResult(Warn, "backup.none")
	}
	last, err := b.Last()
	switch {
	case err != nil:
		return NewResult(Fail, "backup.unreadable", "Error", err.Error())
	case last.IsZero():
		return NewResult(Warn, "backup.absent")
	case s.cfg.Now().Sub(last) > 2*b.Every:
		return NewResult(Fail, "backup.old", "Time", s.formatTime(last), "Hours", int(b.Every.Hours()))
	}
	return NewResult(OK, "backup.ok", "Time", s.formatTime(last))
}

func (s *Service) checkCertificate(context.Context) Result {
	end, configured := s.cfg.CertificateEnd()
	if !configured {
		return NewResult(Skip, "certificate.none")
	}
	return CertificateResult(end, s.cfg.Now(), s.cfg.Zone)
}

// CertificateResult returns the result of a certificate that ends at this time, the zero
// time before the first one was obtained.
func CertificateResult(end, now time.Time, zone *time.Location) Result {
	day := end.In(zone).Format(time.DateOnly)
	switch {
	case end.IsZero():
		return NewResult(Warn, "certificate.absent")
	case !now.Before(end):
		return NewResult(Fail, "certificate.expired", "Day", day, "Advice", "doctor.certificate.ending.do")
	case end.Sub(now) < certificateLimit:
		return NewResult(Warn, "certificate.ending", "Day", day)
	}
	return NewResult(OK, "certificate.ok", "Day", day)
}

// checkHolidays warns when the next year has no public holidays, neither announced ones nor
// the company's own days.
func (s *Service) checkHolidays(ctx context.Context) Result {
	until, err := s.cfg.Availability.HolidaysUntil(ctx, s.cfg.CorpID)
	if err != nil {
		return NewResult(Fail, "database.unreachable", "Error", err.Error())
	}
	if until == "" {
		return NewResult(Skip, "holidays.none")
	}
	lastDay := (until[:4] + "-12-31").StartIn(s.cfg.Zone)
	year := lastDay.Year()
	if s.cfg.Now().After(lastDay.Add(-holidayLimit)) {
		return NewResult(Warn, "holidays.ending", "Year", year, "Next", year+1)
	}
	return NewResult(OK, "holidays.ok", "Year", year)
}

func (s *Service) checkSend(context.Context) Result {
	if s.cfg.SendsNothing {
		return NewResult(Warn, "send.off")
	}
	return NewResult(OK, "send.on")
}
