package systemstatus_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/systemstatus"
)

var administrator = actor.ForMember("acme", "ada", actor.Administrator)

// inspect returns the findings by check, after the texts of all languages were checked.
func inspect(t *testing.T, cfg systemstatus.Config) map[string]systemstatus.Finding {
	t.Helper()
	found := map[string]systemstatus.Finding{}
	for _, lang := range i18n.Languages {
		list, err := systemstatus.New(cfg).Inspect(t.Context(), administrator, lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if all := f.Name + f.Text + f.Advice; f.Text == "" || strings.Contains(all, "doctor.") || strings.Contains(all, "<no value>") {
				t.Errorf("%s: missing text: %+v", lang, f)
			}
			if (f.Advice == "") != (f.State == systemstatus.OK || f.State == systemstatus.Skip) {
				t.Errorf("%s: advice: %+v", lang, f)
			}
			if lang == "en" {
				found[f.Check] = f
			}
		}
	}
	return found
}

func insertJob(t *testing.T, d *db.DB, kind, state string, scheduledAt, created time.Time) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		finalized := "NULL"
		if state == "discarded" {
			finalized = "created_at"
		}
		_, err := tx.NewRaw("INSERT INTO river_job (kind, state, args, max_attempts, attempt, priority, queue, scheduled_at, created_at) VALUES (?, 'available', '{}', 25, 1, 1, 'default', ?, ?)",
			kind, db.Time(scheduledAt), db.Time(created)).Exec(ctx)
		if err == nil && state != "available" {
			_, err = tx.NewRaw("UPDATE river_job SET state = '" + state + "', finalized_at = " + finalized + " WHERE kind = '" + kind + "'").Exec(ctx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func withCustomerService(state systemstatus.CustomerServiceState) func(*systemstatus.Config) {
	return func(c *systemstatus.Config) {
		c.CustomerService = func(context.Context) (systemstatus.CustomerServiceState, error) { return state, nil }
	}
}

func withSmartBot(state systemstatus.SmartBotState) func(*systemstatus.Config) {
	return func(c *systemstatus.Config) {
		c.SmartBot = func(context.Context) (systemstatus.SmartBotState, error) { return state, nil }
	}
}

func TestInspect(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := apptest.New(t, d)
		now, announced := w.Clock.Now(), lastAnnouncedYear(t)
		failure := systemstatus.CallError{Path: "message/send", Message: "no privilege", Advice: "doctor.class.permission", At: now, Code: 48002, Page: "https://developer.work.weixin.qq.com/"}
		for _, test := range []struct {
			name   string
			change func(*systemstatus.Config)
			check  string
			state  systemstatus.State
			text   string
		}{
			{"healthy", func(*systemstatus.Config) {}, "database", systemstatus.OK, "Reads and writes"},
			{"no backlog", func(*systemstatus.Config) {}, "jobs", systemstatus.OK, "No backlog"},
			{"no calls", func(*systemstatus.Config) {}, "wecom", systemstatus.Skip, "not called"},
			{"a call", func(c *systemstatus.Config) { c.WeCom.RecordFailure(failure); c.WeCom.RecordSuccess(now) }, "wecom", systemstatus.OK, now.UTC().Format("2006-01-02 15:04")},
			{"a failed call", func(c *systemstatus.Config) { c.WeCom.RecordSuccess(now); c.WeCom.RecordFailure(failure) }, "wecom", systemstatus.Fail, "message/send"},
			{"an errcode", func(c *systemstatus.Config) { c.WeCom.RecordCode(failure); c.WeCom.RecordCode(failure) }, "errcode", systemstatus.Warn, "48002: no privilege (message/send). 2 since"},
			{"no mail server", func(*systemstatus.Config) {}, "mail", systemstatus.Warn, "No mail server"},
			{"no mail yet", func(c *systemstatus.Config) { c.MailConfigured = true }, "mail", systemstatus.OK, "not sent mail"},
			{"mail", func(c *systemstatus.Config) { c.MailConfigured = true; c.Mail.RecordSuccess(now) }, "mail", systemstatus.OK, "was accepted"},
			{"mail is refused", func(c *systemstatus.Config) {
				c.MailConfigured = true
				c.Mail.RecordFailure(systemstatus.CallError{Message: "550 no", At: now})
			}, "mail", systemstatus.Warn, "550 no"},
			{"no customer service", func(*systemstatus.Config) {}, "customerservice", systemstatus.Skip, "Off"},
			{"customer service", withCustomerService(systemstatus.CustomerServiceState{Active: true, Name: "云杉招聘", ReadAt: &now}), "customerservice", systemstatus.OK, now.UTC().Format("2006-01-02 15:04")},
			{"customer service was not read", withCustomerService(systemstatus.CustomerServiceState{Active: true, Name: "云杉招聘"}), "customerservice", systemstatus.OK, "not been read"},
			{"customer service is refused", withCustomerService(systemstatus.CustomerServiceState{
				Active: true, Name: "云杉招聘", Failure: &apperr.Reason{Code: "customer_service.not_permitted", Params: map[string]any{"Errcode": 48002}},
			}), "customerservice", systemstatus.Warn, "48002"},
			{"no smart bot", func(*systemstatus.Config) {}, "smartbot", systemstatus.Skip, "Off"},
			{"smart bot", withSmartBot(systemstatus.SmartBotState{Active: true, ReceivedAt: &now}), "smartbot", systemstatus.OK, now.UTC().Format("2006-01-02 15:04")},
			{"smart bot without messages", withSmartBot(systemstatus.SmartBotState{Active: true, CallbackURL: "https://interview.test/wecom/bot/acme"}), "smartbot", systemstatus.Warn, "no message"},
			{"no sandbox", func(*systemstatus.Config) {}, "sandbox", systemstatus.OK, "HUIMIAN_SANDBOX=off"},
			{"sandbox does not start", func(c *systemstatus.Config) { c.Sandbox = sandbox.NewUnavailable("no runsc") }, "sandbox", systemstatus.Warn, "no runsc"},
			{"no runner", func(c *systemstatus.Config) { c.Sandbox = runners{sandbox.NewUnavailable("none is running"), 0} }, "sandbox", systemstatus.Fail, "none is running"},
			{"no backups", func(*systemstatus.Config) {}, "backup", systemstatus.Warn, "No backups"},
			{"no backup yet", withBackup(time.Time{}, nil), "backup", systemstatus.Warn, "no scheduled backup yet"},
			{"a backup", withBackup(now.Add(-47*time.Hour), nil), "backup", systemstatus.OK, "newest"},
			{"an old backup", withBackup(now.Add(-49*time.Hour), nil), "backup", systemstatus.Fail, "every 24 hours"},
			{"no folder", withBackup(time.Time{}, errors.New("no such folder")), "backup", systemstatus.Fail, "no such folder"},
			{"a proxy", func(*systemstatus.Config) {}, "certificate", systemstatus.Skip, "Another program"},
			{"a certificate", withCertificate(now.Add(15 * 24 * time.Hour)), "certificate", systemstatus.OK, "Valid until"},
			{"a certificate that ends", withCertificate(now.Add(13 * 24 * time.Hour)), "certificate", systemstatus.Warn, "only"},
			{"an expired certificate", withCertificate(now), "certificate", systemstatus.Fail, "Expired"},
			{"a certificate that was not obtained", withCertificate(time.Time{}), "certificate", systemstatus.Warn, "not been obtained"},
			{"the middle of the year", at(announced, 7, 1), "holidays", systemstatus.OK, fmt.Sprint(announced)},
			{"before the next year", at(announced, 12, 1), "holidays", systemstatus.Warn, fmt.Sprint("holidays of ", announced+1)},
			{"the next year", at(announced+1, 1, 2), "holidays", systemstatus.Warn, fmt.Sprint("holidays of ", announced+1)},
			{"sending", func(*systemstatus.Config) {}, "send", systemstatus.OK, "on"},
			{"nothing is sent", func(c *systemstatus.Config) { c.SendsNothing = true }, "send", systemstatus.Warn, "off"},
		} {
			t.Run(test.name, func(t *testing.T) {
				cfg := w.NewStatusConfig()
				test.change(&cfg)
				if f := inspect(t, cfg)[test.check]; f.State != test.state || !strings.Contains(f.Text, test.text) {
					t.Errorf("%+v, want %s with %q", f, test.state, test.text)
				}
			})
		}
		t.Run("jobs", func(t *testing.T) {
			insertJob(t, d, "late", "available", now.Add(-7*time.Minute), now)
			insertJob(t, d, "future", "available", now.Add(time.Hour), now)
			insertJob(t, d, "lost", "discarded", now.Add(-time.Hour), now.Add(-time.Hour))
			found := inspect(t, w.NewStatusConfig())
			if f := found["jobs"]; f.State != systemstatus.Warn || !strings.Contains(f.Text, "(late) has been waiting for 7 min") {
				t.Errorf("%+v", f)
			}
			if f := found["failedjobs"]; f.State != systemstatus.Warn || !strings.Contains(f.Text, "last 7 days: 1") || !strings.Contains(f.Text, "lost") {
				t.Errorf("%+v", f)
			}
		})
		t.Run("without a database", func(t *testing.T) {
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			for _, check := range []string{"database", "jobs", "failedjobs", "messages", "holidays"} {
				if f := inspect(t, w.NewStatusConfig())[check]; f.State != systemstatus.Fail {
					t.Errorf("%+v", f)
				}
			}
		})
	})
}

// runners is a client of runners.
type runners struct {
	sandbox.Runner

	ready int
}

func (r runners) CountReady() int { return r.ready }

func withBackup(last time.Time, err error) func(*systemstatus.Config) {
	return func(c *systemstatus.Config) {
		c.Backup = systemstatus.BackupState{Every: 24 * time.Hour, Last: func() (time.Time, error) { return last, err }}
	}
}

func withCertificate(end time.Time) func(*systemstatus.Config) {
	return func(c *systemstatus.Config) { c.CertificateEnd = func() (time.Time, bool) { return end, true } }
}

// lastAnnouncedYear returns the last year whose holidays the program contains.
func lastAnnouncedYear(t *testing.T) int {
	t.Helper()
	days := availability.Holidays(availability.ChineseHolidays, "")
	year, err := strconv.Atoi(string(days[len(days)-1].Date[:4]))
	if err != nil {
		t.Fatal(err)
	}
	return year
}

func at(year int, month time.Month, day int) func(*systemstatus.Config) {
	return func(c *systemstatus.Config) {
		c.Now = func() time.Time { return time.Date(year, month, day, 9, 0, 0, 0, time.UTC) }
	}
}

// The errcodes of the last day are kept, and not more than twenty of them.
func TestCallsAreBounded(t *testing.T) {
	w := apptest.New(t, dbtest.Open(t, db.SQLite))
	cfg, now := w.NewStatusConfig(), w.Clock.Now()
	for n := range 30 {
		cfg.WeCom.RecordCode(systemstatus.CallError{Code: 60000 + n, Message: fmt.Sprint("error ", n), Advice: "doctor.class.config", At: now.Add(time.Duration(n) * time.Minute)})
	}
	cfg.WeCom.RecordCode(systemstatus.CallError{Code: 1, Message: "yesterday", Advice: "doctor.class.config", At: now.Add(-25 * time.Hour)})
	list, err := systemstatus.New(cfg).Inspect(t.Context(), administrator, "en")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, f := range list {
		if f.Check == "errcode" {
			count++
			if strings.Contains(f.Text, "yesterday") {
				t.Error("an errcode of the day before is shown")
			}
		}
	}
	if count != 20 {
		t.Errorf("%d errcodes are shown", count)
	}
}

func TestAdministratorsOnly(t *testing.T) {
	w := apptest.New(t, dbtest.Open(t, db.SQLite))
	cfg := w.NewStatusConfig()
	cfg.Diagnose = func(context.Context, string) []systemstatus.Finding {
		t.Error("the checks ran without permission")
		return nil
	}
	s := systemstatus.New(cfg)
	recruiter := actor.ForMember("acme", "rosa", actor.Recruiter)
	if _, err := s.Inspect(t.Context(), recruiter, "en"); apperr.KindOf(err) != apperr.Forbidden {
		t.Errorf("inspect: %v", err)
	}
	if _, err := s.Diagnose(t.Context(), recruiter, "en"); apperr.KindOf(err) != apperr.Forbidden {
		t.Errorf("diagnose: %v", err)
	}
}

// Two diagnoses do not run at the same time.
func TestOneDiagnosis(t *testing.T) {
	w := apptest.New(t, dbtest.Open(t, db.SQLite))
	cfg := w.NewStatusConfig()
	started, finish := make(chan struct{}), make(chan struct{})
	cfg.Diagnose = func(context.Context, string) []systemstatus.Finding {
		close(started)
		<-finish
		return []systemstatus.Finding{{Check: "settings"}}
	}
	s := systemstatus.New(cfg)
	first := make(chan int, 1)
	go func() {
		list, _ := s.Diagnose(context.WithoutCancel(t.Context()), administrator, "en")
		first <- len(list)
	}()
	<-started
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Diagnose(ended, administrator, "en"); !errors.Is(err, context.Canceled) {
		t.Errorf("a second diagnosis: %v", err)
	}
	close(finish)
	if n := <-first; n != 1 {
		t.Errorf("%d findings", n)
	}
}
